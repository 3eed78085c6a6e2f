#!/bin/sh
# The completions, in a real bash, fish and zsh where they are installed.
. "${top_srcdir:-.}/tests/cli/common.sh"
for shell in bash fish zsh; do
  "$NABLASCOPE" --completion=$shell >"$work/$shell" || fail "no completion for $shell"
done
refused "unknown shell 'powershell': one of bash fish zsh" --completion=powershell
HOME=$work
export HOME

# value_of OPTION: one that it takes, with '='; nothing where it takes none.
value_of() {
  case $1 in
  --help | --version | --list-presets | --paused | --ascii | --bell | --no-* | --layers | --check) ;;
  --fail-*) ;;
  --activation) echo "=relu" ;;
  --init) echo "=zeros" ;;
  --data) echo "=moons" ;;
  --loss) echo "=auto" ;;
  --optimizer) echo "=sgd" ;;
  --clip) echo "=none" ;;
  --missing) echo "=refuse" ;;
  --one_hot) echo "=off" ;;
  --standardize) echo "=on" ;;
  --set) echo "=lr=1" ;;
  --at) echo "=1:lr=1" ;;
  --until) echo "=loss<1" ;;
  --preset) echo "=shallow" ;;
  --theme) echo "=dark" ;;
  --format) echo "=${2:-csv}" ;;
  --census) echo "=none" ;;
  --scheme) echo "=forward" ;;
  --new) echo "=/dev/null/none" ;;
  --receipt) echo "=/dev/null/none.receipt" ;;
  --plant) echo "=sum" ;;
  --output) echo "=sigmoid" ;; # a setting; a file where none is taken
  --samples) echo "=4" ;;
  --view) echo "=flow" ;;
  --size) echo "=40x10" ;;
  --record) echo "=/dev/null/none.cast" ;;
  --momentum | --beta* | --test) echo "=0.5" ;;
  --label | --target | --ignore | --labels) echo "=-" ;; # of files of data only
  *) echo "=1" ;;
  esac
}

# What each command takes, by its own word for it.
"$NABLASCOPE" --help | grep -o -- '--[a-z][a-z0-9_-]*' | grep -v -- '--NAME' | sort -u >"$work/all"
[ "$(wc -l <"$work/all")" -gt 40 ] || fail "no options in --help"
for mode in '' run export check picture lesson replay follow vote; do
  format=csv
  [ "$mode" != export ] || format=json
  while read -r option; do
    small="--samples=4 --width=2 --depth=1"
    case $mode in export | picture) small="$small --step=1" ;; replay | follow) small=none.session ;; lesson) small=none.lesson ;; vote) small='none 1' ;; esac
    case $mode$option in run--branch) small=--session=none.session ;; run--session | lesson--new) small= ;; esac
    value=$(value_of "$option" $format)
    case $mode$option in replay--output) value="=/dev/null" ;; esac
    # shellcheck disable=SC2086
    "$NABLASCOPE" $mode $small "$option$value" \
      >/dev/null 2>"$work/err" </dev/null
    grep -q "replay without --check\|is for recordings\|ends in no format" "$work/err" && echo "$option" && continue
    grep -q 'means nothing to' "$work/err" && continue
    grep -q "^Try" "$work/err" && [ -n "$mode" ] && fail "$mode $option: $(cat "$work/err")"
    echo "$option"
  done <"$work/all" >"$work/takes-${mode:-lab}" || exit 1
done
grep -qx -- --layers "$work/takes-export" && fail "export takes --layers"

# offered_all SHELL: compares what it offers behind every command with what that takes.
offered_all() {
  for mode in '' run export check picture lesson replay follow vote; do
    # shellcheck disable=SC2086
    offers_of "$1" nablascope $mode -- | tr ' ' '\n' | sed 's/=.*//' | grep '^--.' | sort -u >"$work/offered"
    diff "$work/takes-${mode:-lab}" "$work/offered" >"$work/diff" ||
      fail "$1: '$mode': < only taken, > only offered: $(cat "$work/diff")"
  done
}

# offers SHELL EXPECTED WORDS…: what it offers for the last word.
offers() {
  shell=$1 expected=$2
  shift 2
  found=$(offers_of "$shell" "$@") || fail "$shell: $*: it fails"
  [ "$found" = "$expected" ] || fail "$shell: $*: '$found' is not '$expected'"
}

cat >"$work/try.bash" <<'EOT'
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_nablascope
echo "${COMPREPLY[*]}"
EOT
cat >"$work/try.fish" <<'EOT'
source $argv[1]
complete -C "$argv[2..-1]" | string replace -r '\t.*' '' | string join ' '
true # string's status is whether it changed anything
EOT
offers_of() {
  shell=$1
  shift
  case $shell in
  fish) fish --no-config "$work/try.fish" "$work/fish" "$@" ;;
  *) "$shell" "$work/try.$shell" "$work/$shell" "$@" ;;
  esac
}

if command -v bash >/dev/null; then
  offered_all bash
  offers bash "run" nablascope ru
  offers bash "" nablascope run ru
  offers bash "--activation=" nablascope --act
  offers bash "relu" nablascope run --activation = rel
  offers bash "relu" nablascope run --activation rel
  offers bash "csv jsonl" nablascope run --format = ""
  offers bash "csv jsonl" nablascope run --format =
  offers bash "--list-presets" nablascope --list
  offers bash "dark" nablascope --theme = d
  offers bash "dark" nablascope -t d
  offers bash "-tdark" nablascope -td
  offers bash "csv jsonl" nablascope run -f ""
  offers bash "vanishing vanishing_small" nablascope -p van
  offers bash "vanishing vanishing_small" nablascope run --preset = van
  offers bash "--layers" nablascope run --lay
  offers bash "" nablascope --lay
  offers bash "--layer=" nablascope export --lay
  offers bash "json npz" nablascope export --format = ""
  offers bash "npz" nablascope export -f n
  offers bash "--leaky-slope=" nablascope --leaky-
  offers bash "--weight-decay=" nablascope check --weight-d
  offers bash "leaky-relu" nablascope --activation = leaky-
  offers bash "weight_decay=" nablascope --set = wei
  offers bash "tanh" nablascope --set = activation = t
  offers bash "tanh" nablascope --set activation = t
  offers bash "--set=activation=tanh" nablascope --set=activation=t # "=" in no word break
  offers bash "loss" nablascope run --until los
  offers bash "grad_norm grad_norm_clipped" nablascope run --until = grad_n
  offers bash "momentum=" nablascope run --at = 50 : mom
  offers bash "" nablascope run --at 50 : dep # built anew
  offers bash "tanh" nablascope run --at 50 : activation = t
  offers bash "--at=50:momentum=" nablascope run --at=50:mom # ":" and "=" in no word break
  offers bash "50:activation=tanh" nablascope run --at 50:activation=t
  offers bash "" nablascope run --lr = ""
  touch "$work/moonshine.csv"
  (cd "$work" && offers bash "moonshine.csv moons" nablascope run --data = moon) || exit 1
  (cd "$work" && offers bash "moonshine.csv" nablascope --labels = moons) || exit 1
  offers bash "--layers" nablascope -o check run --lay
fi

if command -v fish >/dev/null; then
  fish --no-config -n "$work/fish" || fail "fish cannot read its completion"
  offered_all fish
  offers fish "run" nablascope ru
  offers fish "" nablascope run ru
  offers fish "relu" nablascope run --activation rel
  offers fish "--activation=relu" nablascope run --activation=rel
  offers fish "dark" nablascope -t d
  offers fish "csv jsonl" nablascope run -f ""
  offers fish "json npz" nablascope export -f ""
  offers fish "vanishing vanishing_small" nablascope -p van
  offers fish "--leaky-slope" nablascope --leaky-
  offers fish "--leaky_slope" nablascope --leaky
  offers fish "activation=tanh" nablascope --set activation=t
  offers fish "--set=activation=tanh" nablascope --set=activation=t
  offers fish "loss" nablascope run --until los
  offers fish "50:activation=tanh" nablascope run --at 50:activation=t
  offers fish "--at=50:momentum=" nablascope run --at=50:mom
  offers fish "" nablascope run --at 50:dep
  offers fish "" nablascope run --weight-decay ""
fi

# zsh completes on a terminal only: the line after Tab, by a widget that prints it.
cat >"$work/try.zsh" <<'EOT'
zmodload zsh/zpty || exit 77
zpty z zsh -f -i
zpty -w z "PROMPT=; COLUMNS=200; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z 'told() { zle complete-word; print -r -- "<<$BUFFER>>"; zle kill-whole-line }; zle -N told'
zpty -w z 'bindkey "^I" told; print -r -- REA""DY'
zpty -r z out '*READY*'
shift
for line; do
  zpty -w -n z "$line"$'\t'
  zpty -r z out '*<<*>>*'
  print -r -- "${${out##*<<}%%>>*}"
done
zpty -d z
EOT
if command -v zsh >/dev/null; then
  zsh -n "$work/zsh" || fail "zsh cannot read its completion"
  mkdir "$work/functions"
  cp "$work/zsh" "$work/functions/_nablascope"
  cat >"$work/lines" <<'EOT'
nablascope ru|nablascope run 
nablascope run ru|nablascope run ru
nablascope run --act|nablascope run --activation=
nablascope run --activation=rel|nablascope run --activation=relu 
nablascope -t da|nablascope -t dark 
nablascope run -f j|nablascope run -f jsonl 
nablascope export -f n|nablascope export -f npz 
nablascope export --lay|nablascope export --layer=
nablascope -p dying_|nablascope -p dying_accurate 
nablascope run --lay|nablascope run --layers 
nablascope --lay|nablascope --lay
nablascope run --them|nablascope run --them
nablascope --clip-a|nablascope --clip_at=
nablascope run --weight-decay 0.1 --lay|nablascope run --weight-decay 0.1 --layers 
nablascope --set weight|nablascope --set weight_decay=
nablascope --set activation=so|nablascope --set activation=softplus 
nablascope --set=activation=so|nablascope --set=activation=softplus 
nablascope run --at 50:weight|nablascope run --at 50:weight_decay=
nablascope run --at=50:activation=so|nablascope run --at=50:activation=softplus 
nablascope --activation=leaky-|nablascope --activation=leaky_relu 
EOT
  cut -d '|' -f 1 "$work/lines" >"$work/typed"
  cut -d '|' -f 2 "$work/lines" >"$work/expected"
  set --
  while IFS= read -r line; do set -- "$@" "$line"; done <"$work/typed"
  timeout 60 zsh -f "$work/try.zsh" "$work/functions" "$@" >"$work/found" </dev/null
  status=$?
  [ $status -eq 77 ] || diff "$work/expected" "$work/found" || fail "zsh: > is what it completes"
fi
exit 0
