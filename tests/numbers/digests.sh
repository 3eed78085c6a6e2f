#!/bin/sh
# Runs give the recorded digests under every instruction set of this processor. A digest that
# changes is a change of format: NEWS.md must name it. To record anew:
#   NABLASCOPE_ISA=portable ./digests >tests/numbers/digests.txt
. "${top_srcdir:-.}/tests/cli/common.sh"
program=${DIGESTS:-$top_builddir/digests}
for isa in portable avx2 avx512; do
  NABLASCOPE_ISA=$isa "$program" >"$work/found"
  case $? in
  0) ;;
  77) continue ;;
  *) fail "$isa: the program fails" ;;
  esac
  diff "$top_srcdir/tests/numbers/digests.txt" "$work/found" || fail "$isa: other digests"
  echo "$isa: $(wc -l <"$work/found") digests as recorded"
done
exit 0
