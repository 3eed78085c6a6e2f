#!/bin/sh
# Where `run --until` ends, what it says, and what is refused.
. "${top_srcdir:-.}/tests/cli/common.sh"

run() {
  "$NABLASCOPE" run --depth=2 --width=6 --samples=40 "$@"
}

# The rows are those of a run with so many steps to the byte, and there is nothing to be said.
run -n 23 >"$work/plain"
run --until='step 23' >"$work/until" 2>"$work/err" || fail "status $? where it is reached"
cmp "$work/plain" "$work/until" || fail "other rows than -n 23"
[ ! -s "$work/err" ] || fail "reached, and says $(cat "$work/err")"
# The row of that step also where --every leaves it out; in any format, with layers and to a file.
run --until='step 23' --every=10 | cut -d, -f1 | tr '\n' ' ' | grep -qx 'step 0 10 20 23 ' ||
  fail "--every: $(run --until='step 23' --every=10 | cut -d, -f1)"
run --until='step 7' --layers -f jsonl -o "$work/file" || fail "--until with -o"
run -n 7 --layers -f jsonl | cmp - "$work/file" || fail "other rows of layers"
[ "$(run --until='loss < 100' | wc -l)" -eq 2 ] || fail "it holds at step 0"
# Settings that are changed at the step hold in it.
run --at=9:clip=norm --at=9:clip_at=1e-6 --until='clip_scale < 1' | tail -n 1 |
  awk -F, '!($1 == 9 && $6 < 1) { exit 1 }' ||
  fail "clipped from step 9 on"

run -n 1 --until='loss < 0' 2>&1 >/dev/null | grep -qx 'nablascope: not reached in 1 step: loss < 0' || fail "one step"
# What is not reached is said, with status 0: the rows are there.
run -n 5 --until='loss < 0' >"$work/out" 2>"$work/err" || fail "status $? where it is not reached"
[ "$(wc -l <"$work/out")" -eq 7 ] || fail "not all rows"
grep -qx 'nablascope: not reached in 5 steps: loss < 0' "$work/err" || fail "says: $(cat "$work/err")"
run --activation=linear --lr=1e9 --until='loss < 0' >"$work/out" 2>"$work/err" || fail "status of a divergence"
step=$(tail -n 1 "$work/out" | sed 's/,.*//')
grep -qx "nablascope: not reached: loss < 0; diverged at step $step" "$work/err" || fail "says: $(cat "$work/err")"
tail -n 1 "$work/out" | grep -q ',diverged$' || fail "the last row has not diverged"
run --activation=linear --lr=1e9 --until='event diverged' 2>&1 | cmp - "$work/out" || fail "reached by diverging"
run --activation=linear --lr=1e9 --until='event diverged' --fail-on-divergence >/dev/null 2>"$work/err" &&
  fail "--fail-on-divergence fails also where that is waited for"
# Text from outside is shown, not obeyed.
printf 'loss <\033[2J 1' >"$work/text"
"$NABLASCOPE" run --until="$(cat "$work/text")" 2>&1 | grep -q "$(printf '\033')" && fail "an escape gets through"

refused "--until: condition, column 1: unknown quantity 'los': did you mean 'loss'?" run --until='los < 1'
refused "column 6: there is no layer 12: 1 to 10 are hidden, 11 is the output" run --until='gain[12] > 1'
refused "column 6: layer 3 is the output: gain is of hidden layers, 1 to 2" run --until='gain[3] > 1' --depth=2
refused "gain is of a layer: gain[3], gain[any], gain[all]" run --until='gain > 1'
refused "last_update_ratio" run --until='update_ratio[1] > 1'
refused "a condition is wanted" run --until=
refused "it is for run" export --until='loss < 1'
many=$(head -c 100000 /dev/zero | tr '\0' '(')
refused "brackets and nots are up to 16 deep" run --until="$many"

[ -n "${PYTHON:-}" ] || skip "no Python"
"$PYTHON" "$top_srcdir/tests/numbers/until.py" "$NABLASCOPE"
