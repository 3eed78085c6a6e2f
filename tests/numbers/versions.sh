#!/bin/sh
# The version of the numbers cannot be forgotten: the program's is the last of versions.txt, and
# that one's cksum is that of the digests. --version and export say it.
. "${top_srcdir:-.}/tests/cli/common.sh"
history=$top_srcdir/tests/numbers/versions.txt
grep -v '^#' "$history" >"$work/versions"
awk 'NF != 3 || $1 != NR || seen[$2]++ { exit 1 }' "$work/versions" ||
  fail "versions.txt: not a line for each version, one after the other, each with a cksum of its own"

version=$("$NABLASCOPE" --version | sed -n 's/^numbers: version //p')
last=$(tail -n 1 "$work/versions")
[ "${last%% *}" = "$version" ] ||
  fail "the program says version '$version', versions.txt ends with '${last%% *}'"
found=$(cksum <"$top_srcdir/tests/numbers/digests.txt")
[ "${last#* }" = "$found" ] ||
  fail "digests.txt has changed: raise NUMBERS_VERSION in src/core/numbers.h, then" \
    "echo '$((version + 1)) $found' >>tests/numbers/versions.txt, and say so in NEWS.md"

# An export names both as well.
release=$("$NABLASCOPE" --version | sed -n 's/^nablascope //p')
"$NABLASCOPE" export --depth=1 --width=2 --samples=4 >"$work/export"
tr -d ' \n' <"$work/export" | grep -q "^{\"nablascope\":\"$release\",\"numbers\":$version," ||
  fail "export begins with $(head -c 80 "$work/export")"
