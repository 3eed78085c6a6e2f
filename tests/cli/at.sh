#!/bin/sh
# Changes on the way: against NumPy, and what is refused.
. "${top_srcdir:-.}/tests/cli/common.sh"

run() {
  "$NABLASCOPE" run "$@"
}

# The rows before the step are those of the plain run to the byte, also with layers and batches.
for words in "" --layers "--samples=50 --batch=7 --census=epochs" "--format=jsonl --threads=3"; do
  # shellcheck disable=SC2086 # options are words
  {
    run -n 60 --preset=dying --lr=1 $words >"$work/plain"
    run -n 60 --preset=dying --lr=1 $words --at=50:lr=10 >"$work/at"
  }
  first=$(cmp "$work/plain" "$work/at" | sed 's/.*line //')
  rows=$(($(wc -l <"$work/plain") - 1))
  case $words in
  --layers) expected=$((1 + 2 * 50 + 1)) ;; # an update from step 50 on is another
  *jsonl*) expected=52 rows=$((rows + 1)) ;;
  *) expected=53 ;; # the row of step 51, whose parameters are the first to differ
  esac
  [ "$rows" -ge 61 ] || fail "$words: $rows rows"
  [ "$first" -eq "$expected" ] || fail "$words: line $first is the first that differs, not $expected"
done
# The row of the step has the new settings: clipping shows in it, and in the last one.
run -n 8 --at=5:clip=norm --at=5:clip_at=1e-3 | cut -d, -f1,6 >"$work/at"
[ "$(sed -n 6p "$work/at")" = "4,1" ] || fail "clipped before: $(sed -n 6p "$work/at")"
[ "$(sed -n 7p "$work/at")" != "5,1" ] || fail "not clipped at step 5"
run -n 8 --at=8:clip_at=1e-3 --clip=norm --clip-at=100 | tail -n 1 | cut -d, -f6 | grep -qx 1 &&
  fail "the last row has the old settings"
# In any order, the last of equal ones.
run -n 9 --at=3:lr=9 --at=7:lr=5 --at=3:lr=2 >"$work/a"
run -n 9 --at=3:lr=2 --at=7:lr=5 | cmp -s - "$work/a" || fail "of equal ones the last counts"

refused "STEP:NAME=VALUE is needed" run --at=lr=3
refused "STEP:NAME=VALUE is needed" run --at=50:lr
refused "STEP:NAME=VALUE is needed" run --at "50:lr 3"
refused "the step is not a whole number" run --at=x:lr=3
refused "the step is not a whole number" run --at=-1:lr=3
refused "the step is not a whole number" run --at=:lr=3
refused "step 0 is the start; --lr=3 sets it there" run --at=0:lr=3
refused "step 0 is the start of the session, whose settings can be changed from step 1 on" \
  run --at=0:lr=3 --session=a
refused "depth is built anew" run --at=50:depth=3
refused "did you mean 'lr'" run --at=50:lrr=3
refused "out of range" run --at=50:lr=-3
refused "step 50 is past the last one, 20: -n 50 goes there" run -n 20 --at=50:lr=3
refused "step 50 is past the last one, 20: --step=50 goes there" export --step=20 --at=50:lr=3
refused "it is for run" check --at=50:lr=3

# export at a step after a change: the loss of the row of run.
"$NABLASCOPE" export --step=8 --at=5:lr=3 | sed -n 's/^"loss":\([0-9][^,]*\),$/\1/p' >"$work/loss"
run -n 8 --at=5:lr=3 | tail -n 1 | cut -d, -f2 | cmp -s - "$work/loss" ||
  fail "export after a change: $(cat "$work/loss")"

[ -n "${PYTHON:-}" ] || skip "no Python with numpy"
"$PYTHON" "$top_srcdir/tests/numbers/at.py" "$NABLASCOPE"
