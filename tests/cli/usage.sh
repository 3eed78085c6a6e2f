#!/bin/sh
# Help, version, and the answers to wrong command lines.
. "${top_srcdir:-.}/tests/cli/common.sh"

"$NABLASCOPE" --help >"$work/help" || fail "--help fails"
awk 'length > 80 { print; bad = 1 } END { exit bad }' "$work/help" || fail "help is wider than 80"
for word in --activation --clip_at --seed --steps --layers --theme run export vanishing; do
  grep -q -- "$word" "$work/help" || fail "help lacks $word"
done
"$NABLASCOPE" --version | grep -qx 'nablascope [0-9]*\.[0-9.]*' || fail "--version"
"$NABLASCOPE" --version | grep -qx 'numbers: version [1-9][0-9]*' || fail "the numbers' version"
NABLASCOPE_ISA=portable "$NABLASCOPE" --version | grep -qx 'kernels: portable' || fail "kernels"
"$NABLASCOPE" --list-presets | grep -q '^vanishing: ' || fail "--list-presets"

refused "'--activation'" run --activatoin=relu
refused "unknown activation 'rellu': did you mean 'relu'" run --activation=rellu
refused "depth: 0 is out of range: 1..256" run --depth=0
refused "lr: 'fast' is not a number" run --lr=fast
refused "unknown command 'rum': did you mean 'run'" rum
refused "'sweep' is not in this version" sweep lr=1,2
refused "unexpected argument 'extra'" run extra
refused "unknown preset 'vanishin': did you mean 'vanishing'" run --preset=vanishin
refused "unknown hyperparameter 'dept': did you mean 'depth'" run --set dept=3
refused "--set 'depth': NAME=VALUE" run --set depth
refused "needs an argument" run --lr
refused "takes no argument" run --layers=3
refused "unknown option '-Z'" run -Z
refused "is ambiguous" run --l=3
refused "--steps: '-1' is not a whole number of 0 or more" run -n -1
refused "--every: '0' is not a whole number of 1 or more" run --every=0
refused "unknown format 'xml'" run --format=xml
refused "'--steps' means nothing to export" export --steps=3
refused "'--layers' means nothing to the interactive laboratory" --layers
refused "unknown theme 'drak'" --theme=drak
refused "speed 'x'" --speed=x
NABLASCOPE_ISA=sse9 refused "NABLASCOPE_ISA 'sse9'" run

# Both spellings, separate words and --set are the same.
a=$("$NABLASCOPE" run -n 2 --leaky-slope=0.2 --activation=leaky_relu)
b=$("$NABLASCOPE" run -n 2 --leaky_slope 0.2 --set activation=leaky-relu)
[ "$a" = "$b" ] || fail "spellings differ"
# A preset comes first, wherever it stands.
a=$("$NABLASCOPE" run -n 2 --depth=3 --preset=clipped)
b=$("$NABLASCOPE" run -n 2 --preset=clipped --depth=3)
[ "$a" = "$b" ] || fail "the order of --preset matters"

# Not a terminal: one line that names what to use instead.
"$NABLASCOPE" >"$work/out" 2>"$work/err" </dev/null
[ $? -eq 2 ] || fail "no terminal: not status 2"
grep -q "is not a terminal.*nablascope run" "$work/err" || fail "no terminal: $(cat "$work/err")"
