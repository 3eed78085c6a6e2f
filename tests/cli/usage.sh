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
refused "replay: the FILE of a session is missing" replay
refused "replay: one FILE, not 2; with --check" replay a b
refused "'--lr' means nothing to replay: a session has its own settings" replay --lr=3 a
refused "'--preset' means nothing to replay" replay --preset=dying a
refused "follow: the FILE of a session is missing" follow
refused "follow: one FILE, not 2" follow a b
"$NABLASCOPE" follow "$work" >"$work/out" 2>"$work/err" </dev/null
{ [ $? -eq 1 ] && grep -q 'Is a directory: a file is needed' "$work/err"; } || fail "follow a directory: $(cat "$work/err")"
refused "'--lr' means nothing to follow: a session has its own settings" follow --lr=3 a
refused "'--paused' means nothing to follow" follow --paused a
refused "max-speed '0 1' is not a number" follow --max-speed="0 1" a
refused "follow -: there is no terminal for the keys" follow - </dev/null
refused "'--theme' means nothing to replay --check" replay --check --theme=dark a
refused "'--output' means nothing to replay without --check" replay -o x a
refused "'--layers' means nothing to replay: it is for run" replay --layers a
refused "'--depth' beside --session, which has its own settings: --at=" run --session=a --depth=3
refused "'--preset' beside --session" run --session=a -p dying
refused "--branch: of which session?" run --branch=2
refused "unknown data '-': one of moons" run --data=-
refused "--output: the name is empty: a FILE is needed" run -o ''
refused "--new: the name is empty" lesson --new=
refused "--session: the name is empty" run --session=
for name in label target ignore labels; do
  refused "$name: the name is empty: " run --data=a.csv --$name=
  refused ", - for none" run --data=a.csv --set $name=
done
for command in follow replay "replay --check" "replay --check a" vote "lesson" "lesson --check"; do
  # shellcheck disable=SC2086 # words
  refused " is empty: is a variable not set?" $command ''
done
refused "vote: argument 2 is empty" vote a ''
refused "noise is of generated sets: data is a.csv" run --data=a.csv --noise=5
refused "noise is of generated sets: data is digits" run --data=digits --noise=5
refused "unknown theme 'foo': one of dark" picture --theme=foo
refused "--branch: '0' is not a whole number of 1 or more" replay --branch=0 a
refused "unknown preset 'vanishin': did you mean 'vanishing'" run --preset=vanishin
refused "unknown hyperparameter 'dept': did you mean 'depth'" run --set dept=3
refused "--set 'depth': NAME=VALUE" run --set depth
refused "needs an argument" run --lr
refused "takes no argument" run --layers=3
refused "unknown option '-Z'" run -Z
refused "option '--l' is ambiguous: --list-presets --layers --leaky_slope --label --labels --loss --lr" run --l=3
refused "option '--ste' is ambiguous: --steps --step" --ste=3
refused "--steps: '-1' is not a whole number of 0 or more" run -n -1
refused "--steps: 18446744073709551616 is out of range: 0..18446744073709551615" \
  run --steps=18446744073709551616
refused "--steps: '-18446744073709551616' is not a whole number" run --steps=-18446744073709551616
refused "--threads: at most 64, not 65" --threads=65
refused "--every: '0' is not a whole number of 1 or more" run --every=0
refused "unknown format 'xml': one of csv jsonl" run --format=xml
refused "unknown census 'daily': one of rows epochs none" run --census=daily
refused "'--steps' means nothing to export: it is for run; did you mean '--step'?" export --steps=3
refused "'-n' means nothing to check: it is for run; did you mean '--step'?" check -n 3
refused "'--layers' means nothing to the interactive laboratory: it is for run" --layers
refused "'--layers' means nothing to export: it is for run; did you mean '--layer'?" export --layers
refused "option '--lay' is ambiguous: --layers --layer" check --lay
refused "'--theme' means nothing to run: it is for the interactive laboratory" run --theme=dark
refused "'--output' means nothing to the interactive laboratory: it is for run, export, check, picture or replay" \
  --output=x
refused "unknown theme 'drak'" --theme=drak
refused "speed 'x'" --speed=x
refused "speed '2 3'" --speed='2 3'
refused "speed '=2'" --speed==2

# A long option behind one dash, which is no cluster of letters and no file's name.
refused "unknown option '-lr=0.1': did you mean '--lr'?" run -lr=0.1
refused "unknown option '-lr': did you mean '--lr'?" run -lr 0.1
refused "unknown option '-lr0.1': did you mean '--lr'?" run -lr0.1
refused "unknown option '-seed': did you mean '--seed'?" run -seed 3
refused "unknown option '-preset=dying': did you mean '--preset'?" -preset=dying
refused "unknown option '-preest=dying': did you mean '--preset'?" -preest=dying
refused "unknown option '-preest': did you mean '--preset'?" -preest dying
refused "unknown option '-output=x': did you mean '--output'?" run -output=x
refused "unknown option '-optimizer': did you mean '--optimizer'?" run -optimizer adam
refused "unknown option '-help': did you mean '--help'?" -help
refused "'-n=5': write '-n 5' or '--steps=5'" run -n=5
refused "'-o=x': write '-o x' or '--output=x'" run -o=x
# Letters that are none, the word named wherever it stands.
refused "unknown option '-Q' in '-Ql'" -Ql
refused "unknown option '-Q' in '-lQ'" run -lQ
refused "unknown option '-N': did you mean '-n'?" run -N 3
refused "option '-n' needs an argument, as in --steps=N" run -n
refused "option '--lr' needs an argument, as in --lr=1" run --lr
refused "'--layers=3': option '--layers' takes no argument" run --layers=3
# Words without dashes, and what they would be with them.
refused "unknown command 'RUN': did you mean 'run'" RUN
refused "unknown command 'train': did you mean 'run'" train
refused "unknown command 'help': did you mean '--help'" help
refused "unknown command 'dying': did you mean '--preset=dying'" dying
refused "unexpected argument 'lr=0.1': did you mean '--lr=0.1'" run lr=0.1
refused "unexpected argument 'relu': did you mean '--activation=relu'" run relu
refused "unknown option '--relu': did you mean '--activation=relu'" run --relu
refused "unknown option '--run': did you mean 'run'" --run

# Names in other letters, and those that others use.
while IFS='|' read -r option name ours; do
  case $option in --scheme) mode=check ;; *) mode=run ;; esac
  refused "'$name': did you mean '$ours'?" $mode "$option=$name"
done <<'END'
--activation|RELU|relu
--activation|swish|silu
--activation|lrelu|leaky_relu
--activation|LeakyReLU|leaky_relu
--activation|tangens|tanh
--init|kaiming_normal|he_normal
--init|Kaiming-Uniform|he_uniform
--init|kaimming_normal|he_normal
--init|glorot_uniform|xavier_uniform
--init|glorot|xavier_normal
--loss|cross_entropy|softmax_ce
--loss|crossentropy|softmax_ce
--loss|BCE|bce
--optimizer|sgdm|momentum
--clip|global_norm|norm
--scheme|centered|centred
--scheme|central|centred
END
refused "unknown option '--learning_rate': did you mean '--lr'?" run --learning_rate=1
refused "unknown loss 'hinge': one of auto mse bce softmax_ce" run --loss=hinge
# A right name is right in one spelling: what is suggested is not accepted.
"$NABLASCOPE" run -n 0 --activation=leaky-relu >"$work/out" || fail "leaky-relu is refused"

# Numbers that a double cannot hold are not taken for 0 or infinity.
refused "lr: 1e-400 would become 0" run --lr=1e-400
refused "batch: 1e-400 would become 0" run --batch=1e-400
refused "lr: -1e-400 would become 0" run --lr=-1e-400
refused "lr: 1e400 is out of range: 0..1e+09" run --lr=1e400
refused "clip_at: 1e400 is out of range: above 0, up to 1e+300" run --clip_at=1e400
refused "lr: 'nan' is not a number: 0..1e+09" run --lr=nan
"$NABLASCOPE" run -n 0 --lr=5e-324 >"$work/out" || fail "the smallest double is refused"
"$NABLASCOPE" run -n 0 --lr=0e-400 >"$work/out" || fail "zero is refused"
# A value that a later one replaces is read all the same; any number of settings is taken.
refused "lr: 'x' is not a number" run --lr=x --lr=1
refused "--epsilon: 'x'" check --epsilon=x --epsilon=1e-3
# shellcheck disable=SC2046
"$NABLASCOPE" run -n 0 $(seq -f '--set=seed=%.0f' 1 1000) >"$work/out" || fail "1000 settings"
NABLASCOPE_ISA=sse9 refused "NABLASCOPE_ISA 'sse9'" run

# Both spellings, separate words and --set are the same.
a=$("$NABLASCOPE" run -n 2 --leaky-slope=0.2 --activation=leaky_relu)
b=$("$NABLASCOPE" run -n 2 --leaky_slope 0.2 --set activation=leaky-relu)
[ "$a" = "$b" ] || fail "spellings differ"
# A preset comes first, wherever it stands.
a=$("$NABLASCOPE" run -n 2 --depth=3 --preset=clipped)
b=$("$NABLASCOPE" run -n 2 --preset=clipped --depth=3)
[ "$a" = "$b" ] || fail "the order of --preset matters"

# A terminal of an unknown type is told what to do.
if command -v script >/dev/null; then
  for type in xterm-nowhere dumb "$(printf 'x\033[2J')"; do
    TERM=$type script -qec "'$NABLASCOPE'" /dev/null </dev/null 2>&1 | tr -d '\r' >"$work/err"
    head -n 1 "$work/err" | grep -q "the terminal type '.*: try 'TERM=xterm-256color nablascope'" ||
      fail "TERM=$type: $(cat "$work/err")"
    sed -n 2p "$work/err" | grep -qxF "Try 'nablascope --help'" || fail "TERM=$type: no hint"
    [ "$(wc -l <"$work/err")" -eq 2 ] || fail "TERM=$type: not two lines"
    tr -d '\n' <"$work/err" | LC_ALL=C grep -q '[[:cntrl:]]' && fail "TERM=$type gets through"
  done
fi

# What comes from outside does nothing to the terminal, and the line stays one line.
escape=$(printf '\033')
refused "unknown command '\\x1b[2J\\nx\\ty\\x07'" "$(printf '\033[2J\nx\ty\007')"
refused "unknown preset '\\u202eevil\\u2066'" -p "$(printf '\342\200\256evil\342\201\246')"
refused "unknown data '\\xff\\xc3('" run --data="$(printf '\377\303(')"
refused "unexpected argument 'caf\\u00e9'" run "$(printf 'caf\303\251')"
LC_ALL=C.UTF-8 refused "unexpected argument '$(printf 'caf\303\251')'" run "$(printf 'caf\303\251')"
# Cut between characters: 39 of them and the mark of the cut.
long=$(printf '\303\251%.0s' $(seq 100))
cut=$(printf '\303\251%.0s' $(seq 39))
LC_ALL=C.UTF-8 refused "unexpected argument '$cut$(printf '\342\200\246')'" run "$long"
NABLASCOPE_ISA=$(printf 'a\033[1m\nb') refused "NABLASCOPE_ISA 'a\\x1b[1m\\nb' is not" run
# A file's name is shown, without its control characters.
name=$work/$(printf 'n%.0s' $(seq 100))$(printf '\033]0;x\007')/file
"$NABLASCOPE" run -n 0 -o "$name" >"$work/out" 2>"$work/err"
[ $? -eq 1 ] || fail "no such folder: not status 1"
grep -q "n\{100\}\\\\x1b\]0;x\\\\x07/file: No such file" "$work/err" || fail "file: $(cat "$work/err")"
grep -q "$escape" "$work/err" && fail "an escape sequence gets through"

# Not a terminal: one line that names what to use instead.
"$NABLASCOPE" >"$work/out" 2>"$work/err" </dev/null
[ $? -eq 2 ] || fail "no terminal: not status 2"
sed -n 2p "$work/err" | grep -qxF "Try 'nablascope --help'" || fail "no terminal: no hint"
grep -q "is not a terminal.*nablascope run" "$work/err" || fail "no terminal: $(cat "$work/err")"
