#!/bin/sh
# Sessions saved under one instruction set verify under the others: those of this processor, and
# those that were saved once and stand beside this, by whatever compiler and for whatever processor.
# SESSIONS: another program (as `qemu-aarch64 ./sessions`), which verifies then, too. To record anew, where the version
# of the numbers has changed:
#   for seed in 23 28 29 41; do ./sessions $seed >tests/numbers/sessions/$seed.session; done
. "${top_srcdir:-.}/tests/cli/common.sh"

# SESSIONS is words, and the other programs' names may have blanks in them.
sessions() {
  if [ -n "${SESSIONS:-}" ]; then $SESSIONS "$@"; else "${top_builddir:-.}/sessions" "$@"; fi
}

replay() {
  if [ -n "${SESSIONS:-}" ]; then $SESSIONS check "$@"; else "$NABLASCOPE" replay --check "$@"; fi
}

# verified UNDER FILES…
verified() {
  NABLASCOPE_ISA=$1
  isa=$1
  shift
  replay "$@" >"$work/rows" 2>"$work/err" ||
    fail "$isa: $(grep -v ',ok,' "$work/rows") $(cat "$work/err")"
  [ "$(grep -c ',ok,' "$work/rows")" -eq $# ] || fail "$isa: not $# rows"
  awk -F, 'NR > 1 && $5 < 4 { exit 1 }' "$work/rows" || fail "$isa: hardly any digests"
}

sets=
export NABLASCOPE_ISA
for isa in portable avx2 avx512 neon; do
  NABLASCOPE_ISA=$isa
  sessions check >/dev/null 2>&1 || continue
  sets="$sets $isa"
  for seed in 1 2 3 4 5 6 7 8 9 10; do
    sessions $seed >"$work/$isa-$seed.session" || fail "$isa: seed $seed"
  done
done
[ -n "$sets" ] || fail "no instruction set"
for isa in $sets; do
  verified "$isa" "$work"/*.session "$top_srcdir"/tests/numbers/sessions/*.session
done
set -- "$work"/*.session "$top_srcdir"/tests/numbers/sessions/*.session
echo "$# sessions, under$sets"
