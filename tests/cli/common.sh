# Shared by the tests of the command line; sourced, not run.
# shellcheck shell=sh
set -u
: "${NABLASCOPE:?set by make check}" "${top_srcdir:=.}"
LC_ALL=C
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAIL: $*" >&2
  exit 1
}

skip() {
  echo "skipped: $*" >&2
  exit 77
}

# refused SAYS ARGS…: status 2, nothing on standard output, one line that holds SAYS, then the hint.
refused() {
  says=$1
  shift
  "$NABLASCOPE" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  [ $status -eq 2 ] || fail "$*: status $status, not 2"
  [ ! -s "$work/out" ] || fail "$*: prints on standard output"
  head -n 1 "$work/err" | grep -qF -- "$says" || fail "$*: $(cat "$work/err") does not say $says"
  [ "$(wc -l <"$work/err")" -eq 2 ] || fail "$*: not two lines: $(cat "$work/err")"
  sed -n 2p "$work/err" | grep -qxF "Try 'nablascope --help'" || fail "$*: no hint"
}
