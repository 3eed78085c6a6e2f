#!/bin/sh
# `nablascope check`: rows, verdicts, exit status, and the errors against NumPy.
. "${top_srcdir:-.}/tests/cli/common.sh"
small="--activation=tanh --depth=2 --width=5 --samples=20"

# shellcheck disable=SC2086
"$NABLASCOPE" check $small >"$work/rows" 2>"$work/verdict" || fail "a right gradient: $(cat "$work/verdict")"
head -n 1 "$work/rows" | grep -qx 'epsilon,layer,elements,max_rel_error,norm_rel_error,kinks,judged_rel_error' ||
  fail "header"
[ "$(wc -l <"$work/rows")" -eq 37 ] || fail "not 12 epsilons of 3 layers"
tail -n 1 "$work/verdict" | grep -qx '3 of 3 layers pass' || fail "verdict"
awk -F, 'NR > 1 && $6 != 0 { exit 1 }' "$work/rows" || fail "tanh has no kinks"

# Every mistake is found; one that is none for a ReLU is not.
for bug in $("$NABLASCOPE" check --plant help | awk '$1 != "none" { print $1 }'); do
  # shellcheck disable=SC2086
  "$NABLASCOPE" check $small --plant="$bug" >"$work/rows" 2>"$work/verdict"
  [ $? -eq 1 ] || fail "$bug: not status 1"
  grep -q "planted: $bug" "$work/verdict" || fail "$bug: verdict"
done
"$NABLASCOPE" check --activation=relu --init=he_normal --depth=2 --width=5 --samples=20 \
  --plant=slope_of_a >/dev/null 2>"$work/verdict" || fail "slope_of_a is none for a ReLU"
grep -q 'without effect' "$work/verdict" || fail "without effect"

# Zero is not a pass; nor is what diverged.
"$NABLASCOPE" check --activation=relu --init=he_normal --depth=2 --bias=-3 --samples=20 \
  >"$work/rows" 2>"$work/verdict"
[ $? -eq 1 ] || fail "all zero passes"
grep -q '^layer 1: all zero' "$work/verdict" || fail "all zero is not said"
grep -q ',nan,nan,' "$work/rows" || fail "0/0 is not nan"

# The number that is judged stands in the rows: that of the verdict, at its epsilon.
judged() {
  "$NABLASCOPE" check "$@" >"$work/rows" 2>"$work/verdict"
  awk -F, 'NR == FNR { if (NR > 1) row[$2 sprintf(",%.0e", $1)] = sprintf("%.1e", $7); next }
    { if (!match($0, /; [^ ]* (of the [a-z]* )?at epsilon [^,]*/)) next
      split(substr($0, RSTART + 2, RLENGTH - 2), word, " ")
      split($0, layer, /[ :]/)
      epsilon = substr($0, RSTART, RLENGTH); sub(/.* /, "", epsilon)
      found++
      if (row[layer[2] "," epsilon] != word[1]) { print layer[2], epsilon, word[1]; bad = 1 } }
    END { exit bad || found == 0 }' "$work/rows" FS=' ' "$work/verdict" ||
    fail "check $*: the verdict's number is not in the rows"
}
# shellcheck disable=SC2086
judged $small
judged --preset=vanishing --step=100 --elements=40 --scheme=forward
judged --preset=dying --samples=60 --step=50
judged --epsilon=1e-2 --scheme=forward --elements=10
judged --scheme=float --elements=10

# Right gradients are never accused; a sign is, with one epsilon too.
for settings in "--preset=dying --samples=60 --step=50" "--init=zeros --depth=1 --scheme=forward" \
  "--preset=vanishing --step=100 --elements=40 --scheme=forward" \
  "--scheme=forward --epsilon=1e-6 --elements=40" "--epsilon=1e-2 --elements=40" \
  "--activation=linear --epsilon=1e-4 --elements=40" "--scheme=float --elements=20" \
  "--scheme=forward --epsilon=1e-1 --elements=40"; do
  # shellcheck disable=SC2086
  "$NABLASCOPE" check $settings >/dev/null 2>"$work/verdict"
  grep -Eq 'WRONG|doubtful' "$work/verdict" && fail "$settings accuses a right gradient"
done
# shellcheck disable=SC2086
"$NABLASCOPE" check $small --epsilon=1e-2 --plant=sign >"$work/rows" 2>"$work/verdict"
grep -q '^layer 1: WRONG.* at epsilon 1e-02, .* at 1e-03' "$work/verdict" ||
  fail "one epsilon: a wrong sign is not found with a second"
[ "$(wc -l <"$work/rows")" -eq 4 ] || fail "the second epsilon has no rows"
"$NABLASCOPE" check --activation=relu --init=zeros --depth=2 --samples=20 >/dev/null 2>"$work/verdict"
[ $? -eq 1 ] || fail "on a kink: status"
grep -q '^layer 1: on a kink: .*another init' "$work/verdict" || fail "on a kink"

# --epsilon is the step of the differences here; the optimizer's has --set.
# shellcheck disable=SC2086
"$NABLASCOPE" check $small --epsilon=1e-4 --set epsilon=1e-7 --scheme=forward --elements=8 \
  -o "$work/file" 2>/dev/null
[ $? -le 1 ] || fail "one epsilon"
[ "$(wc -l <"$work/file")" -eq 4 ] || fail "--epsilon: not one"
grep -q ',2,8,' "$work/file" || fail "--elements"
# Rows and verdicts as they were recorded when each element had a whole forward pass of its own,
# one after the other; with any number of threads.
while read -r sums settings; do
  for threads in 1 2 3 5; do
    # shellcheck disable=SC2086
    "$NABLASCOPE" check $settings --threads=$threads >"$work/rows" 2>"$work/verdict"
    sed -E 's/^(layer [^:]*: [^:]*):.*/\1/' "$work/verdict" >>"$work/rows"
    [ "$(cksum <"$work/rows" | tr ' ' :)" = "$sums" ] ||
      fail "check $settings --threads=$threads: not the rows and verdicts recorded"
  done
done <<EOF
1642328612:3832 --depth=3 --width=9
2201616480:6960 --activation=relu --init=he_normal --scheme=float --samples=70
487194515:4261 --depth=12 --gain=0.1 --width=8 --scheme=float --elements=20
437795999:3691 --data=blobs --loss=softmax_ce --scheme=forward --plant=transposed --width=16 --depth=3 --elements=30
245924218:289 --preset=dying --samples=60 --step=50 --epsilon=1e-2 --plant=slope_of_a
2253242288:9687 --activation=elu --loss=mse --lr=0.01 --step=20 --plant=last_sample --width=33 --elements=25
EOF

refused "--epsilon: '2' is not a number above 0 and up to 1" check --epsilon=2
refused "did you mean 'transposed'" check --plant=transpose
refused "'--plant' means nothing to run" run --plant=sum
refused "unknown scheme 'central'" check --scheme=central

[ -n "${PYTHON:-}" ] || exit 0
# shellcheck disable=SC2086
"$NABLASCOPE" export $small >"$work/export.json"
# shellcheck disable=SC2086
"$NABLASCOPE" check $small --epsilon=1e-2 >"$work/rows" 2>/dev/null
"$PYTHON" - "$work" <<'EOF' || fail "NumPy has other errors"
# At 1e-2 truncation rules: the errors are numbers with many digits, not rounding.
import csv, json, sys
import numpy as np
work = sys.argv[1]
e = json.load(open(work + "/export.json"))
W = [np.array(w, dtype=float) for w in e["weights"]]
b = [np.array(x, dtype=float) for x in e["biases"]]
X, Y = np.array(e["X"]), np.array(e["Y"], dtype=float).reshape(-1)

def loss():
    a = X
    for l in range(len(W)):
        z = a @ W[l].T + b[l]
        a = np.tanh(z)
    return np.mean(np.logaddexp(0, z[:, 0]) - Y * z[:, 0])

rows = list(csv.DictReader(open(work + "/rows")))
for l, row in enumerate(rows):
    numeric, analytic = [], []
    for values, gradient in ((W[l], e["claims"]["grad_weights"][l]), (b[l], e["claims"]["grad_biases"][l])):
        flat, g = values.reshape(-1), np.array(gradient).reshape(-1)
        for i in range(flat.size):
            kept = flat[i]
            flat[i] = kept + 1e-2
            up = loss()
            flat[i] = kept - 1e-2
            down = loss()
            flat[i] = kept
            numeric.append((up - down) / 2e-2)
            analytic.append(g[i])
    n, a = np.array(numeric), np.array(analytic)
    norm = np.linalg.norm(n - a) / np.linalg.norm(n + a)
    most = np.max(np.abs(n - a) / np.maximum(np.abs(n), np.abs(a)))
    assert int(row["elements"]) == n.size
    # Rounding is 1e-14 of gradients of 0.1; the norm's error is 1e-5: nine digits remain.
    assert abs(float(row["norm_rel_error"]) / norm - 1) < 1e-6, (l, row, norm)
    assert abs(float(row["max_rel_error"]) / most - 1) < 1e-4, (l, row, most)
EOF
exit 0
