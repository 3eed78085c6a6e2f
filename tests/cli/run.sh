#!/bin/sh
# The rows of `nablascope run`, to the letter of the contract.
. "${top_srcdir:-.}/tests/cli/common.sh"

steps=step,loss,accuracy,grad_norm,grad_norm_clipped,clip_scale,clipped_fraction,clip_cosine,dead,saturated,status
layers=step,layer,units,delta_rms,slope_gain,weight_gain,gain,ceiling,weight_grad_norm,weight_norm,update_ratio,act_mean,act_std,dead,saturated

run() {
  "$NABLASCOPE" run "$@"
}

[ "$(run -n 0 | head -n 1)" = "$steps" ] || fail "columns of steps"
[ "$(run -n 0 --layers | head -n 1)" = "$layers" ] || fail "columns of layers"
# What is held out comes last, and only where something is.
[ "$(run -n 0 --test=0.3 | head -n 1)" = "$steps,test_loss,test_accuracy" ] || fail "--test"
[ "$(run -n 0 --test=0.3 --layers | head -n 1)" = "$layers" ] || fail "columns of layers, --test"
run -n 9 --test=0.3 --batch=9 --census=epochs | sed -n 3p | grep -q ',ok,,$' || fail "no survey"
run -n 900 --test=0.5 --samples=60 --noise=0.4 --activation=tanh --depth=3 --lr=0.5 --every=900 \
  --until='event overfitting' >"$work/until" || fail "event overfitting"
run -n 900 --test=0.5 --samples=60 --noise=0.4 --activation=tanh --depth=3 --lr=0.5 \
  --until='test_accuracy < 0.8 and step 100' | tail -n 1 |
  awk -F, '$NF >= 0.8 || $1 < 100 { exit 1 }' || fail "until test_accuracy"
[ "$(run | wc -l)" -eq 102 ] || fail "100 steps give rows 0..100"
[ "$(run -n 7 --every=3 | cut -d, -f1 | tr '\n' ' ')" = "step 0 3 6 7 " ] || fail "--every"
[ "$(run -n 2 --depth=3 --layers | wc -l)" -eq 13 ] || fail "a row a layer"
# The last row is not applied: no update ratio; the output has no gains.
run -n 1 --depth=2 --layers >"$work/rows"
sed -n 2p "$work/rows" | cut -d, -f11 | grep -q '[0-9]' || fail "update ratio of step 0"
[ -z "$(sed -n 5p "$work/rows" | cut -d, -f11)" ] || fail "update ratio of the last step"
sed -n 4p "$work/rows" | cut -d, -f5-7 | grep -qx ',,' || fail "gains of the output"
# Below a dead layer nothing is defined.
run -n 0 --depth=3 --activation=relu --bias=-50 --layers | sed -n 2p | cut -d, -f5-7 |
  grep -qx ',,' || fail "gains below a dead layer"

# Same seed, same bytes; another seed, other bytes; the same bits from every instruction set.
run -n 50 --activation=tanh >"$work/a"
run -n 50 --activation=tanh >"$work/b"
cmp -s "$work/a" "$work/b" || fail "two runs differ"
run -n 50 --activation=tanh --seed=2 >"$work/b"
cmp -s "$work/a" "$work/b" && fail "the seed changes nothing"
for isa in avx512 avx2 portable; do
  NABLASCOPE_ISA=$isa "$NABLASCOPE" run -n 50 --activation=tanh >"$work/b" 2>/dev/null || continue
  cmp -s "$work/a" "$work/b" || fail "$isa gives other numbers"
done
# Numbers have a point in every locale.
for locale in $(locale -a 2>/dev/null | grep -i '^de_.*utf' | head -n 1); do
  LC_ALL=$locale "$NABLASCOPE" run -n 50 --activation=tanh | cmp -s "$work/a" - || fail "$locale"
done

# Accuracy and dead units: by default of each row's own step, else empty, the rest the same.
batches="-n 23 --samples=100 --batch=10 --activation=relu --init=he_normal --lr=0.3"
# shellcheck disable=SC2086 # options are words
{
  run $batches >"$work/all"
  run $batches --census=epochs >"$work/epochs"
  run $batches --census=none >"$work/none"
  run $batches --every=9 >"$work/some"
}
awk -F, -v OFS=, 'NR > 1 { $3 = $9 = "" } 1' "$work/all" | cmp -s - "$work/none" ||
  fail "--census=none"
awk -F, -v OFS=, 'NR > 1 && $1 % 10 { $3 = $9 = "" } 1' "$work/all" | cmp -s - "$work/epochs" ||
  fail "--census=epochs"
[ "$(cut -d, -f3,9 "$work/all" | sort -u | wc -l)" -gt 5 ] || fail "they prove nothing"
awk -F, 'NR == 1 || $1 % 9 == 0 || $1 == 23' "$work/all" | cmp -s - "$work/some" ||
  fail "--every: rows of their own step"
run -n 3 >"$work/all"
run -n 3 --census=epochs | cmp -s - "$work/all" || fail "each step of all samples is an epoch"
run -n 3 --census=none | cut -d, -f3,9 | grep -q '[0-9]' && fail "--census=none of all samples"
# shellcheck disable=SC2086
run $batches --census=none --layers | cut -d, -f14 | grep -q '[0-9]' && fail "dead, in layers"
# shellcheck disable=SC2086
run $batches --census=none --format=jsonl | tail -n 1 | grep -q '"accuracy":null' ||
  fail "null in JSON"
# A row that divergence brings forward is of its own step, too.
wild="--batch=10 --activation=relu --init=he_normal --depth=4 --lr=20"
# shellcheck disable=SC2086
{
  run $wild | tail -n 1 >"$work/a"
  run $wild --every=1000 | tail -n 1 >"$work/b"
}
grep -q diverged "$work/a" || fail "it does not diverge"
cmp -s "$work/a" "$work/b" || fail "a diverged row: $(cat "$work/a" "$work/b")"

# Divergence is a result: its row, then the end.
explode="--activation=relu --init=he_normal --gain=1.5 --lr=0.1"
# shellcheck disable=SC2086 # options are words
run $explode >"$work/rows" || fail "a diverged run is status 0"
[ "$(tail -n 1 "$work/rows" | cut -d, -f11)" = diverged ] || fail "status diverged"
[ "$(grep -c diverged "$work/rows")" -eq 1 ] || fail "it stops there"
tail -n 1 "$work/rows" | grep -q nan || fail "nan in CSV"
# shellcheck disable=SC2086
run $explode --every=1000 | tail -n 1 | grep -q diverged || fail "the diverged row is always shown"
# shellcheck disable=SC2086
run $explode --fail-on-divergence >/dev/null 2>"$work/err" && fail "--fail-on-divergence"
grep -q 'diverged at step [0-9]*, layer [0-9]*, unit [0-9]*' "$work/err" || fail "where"
# shellcheck disable=SC2086
run $explode --format=jsonl | tail -n 1 | grep -q '"loss":null' || fail "null in JSON"
if [ -n "${PYTHON:-}" ]; then
  # shellcheck disable=SC2086
  run $explode --format=jsonl --layers | "$PYTHON" -c '
import json, sys
for line in sys.stdin:
    json.loads(line, parse_constant=lambda word: sys.exit("not JSON: " + word))' || fail "JSON"
fi

# Output: to a file, to a full disk, to a reader that leaves, after Ctrl-C.
run -n 3 -o "$work/file" || fail "-o"
run -n 3 | cmp -s - "$work/file" || fail "-o writes something else"
run -o "$work/none/file" 2>"$work/err" && fail "a file that cannot be made"
grep -q "none/file" "$work/err" || fail "it names the file"
if [ -w /dev/full ]; then
  run >/dev/full 2>"$work/err"
  [ $? -eq 1 ] || fail "a full disk is status 1"
  [ "$(wc -l <"$work/err")" -eq 1 ] || fail "a full disk: $(cat "$work/err")"
fi
(run -n 100000; echo $? >"$work/status") 2>"$work/err" | head -n 1 >/dev/null
[ ! -s "$work/err" ] || fail "a closed pipe: $(cat "$work/err")"
[ "$(cat "$work/status")" -eq 0 ] || fail "a closed pipe: status $(cat "$work/status")"
mkfifo "$work/fifo"
# A job of sh ignores SIGINT, so the signal that it does not ignore is tried.
"$NABLASCOPE" run -n 100000000 >"$work/fifo" &
pid=$!
exec 3<"$work/fifo"
read -r _ <&3
kill -TERM "$pid"
tail -n 1 <&3 >"$work/last"
exec 3<&-
wait "$pid"
[ $? -eq 143 ] || fail "TERM is not status 143"
[ "$(tr -cd , <"$work/last" | wc -c)" -eq 10 ] || fail "the last row is cut: $(cat "$work/last")"

# What does not fit is refused with its size.
run --width=1024 --depth=256 --samples=100000 --activation=gelu 2>"$work/err" && fail "too large"
grep -q 'needs [0-9.]* GiB' "$work/err" || fail "$(cat "$work/err")"
exit 0
