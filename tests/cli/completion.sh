#!/bin/sh
# The completions, in a real bash, and in zsh where there is one.
. "${top_srcdir:-.}/tests/cli/common.sh"
command -v bash >/dev/null || skip "no bash"
"$NABLASCOPE" --completion=bash >"$work/bash" || fail "no completion for bash"
"$NABLASCOPE" --completion=zsh >"$work/zsh" || fail "no completion for zsh"
refused "bash and zsh" --completion=fish

# complete WORDS…: what bash would offer for the last word.
cat >"$work/try" <<'EOF'
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_nablascope
echo "${COMPREPLY[*]}"
EOF
offers() {
  expected=$1
  shift
  found=$(bash "$work/try" "$work/bash" "$@") || fail "$*: bash fails"
  [ "$found" = "$expected" ] || fail "$*: '$found' is not '$expected'"
}
offers "run" nablascope ru
offers "--activation=" nablascope --act
offers "relu" nablascope run --activation = rel
offers "relu" nablascope run --activation rel
offers "csv jsonl" nablascope run --format = ""
offers "--list-presets" nablascope --list
offers "dark" nablascope --theme = d
bash "$work/try" "$work/bash" nablascope --preset = van | grep -q vanishing || fail "presets"
if command -v zsh >/dev/null; then
  zsh -n "$work/zsh" || fail "zsh cannot read its completion"
fi
exit 0
