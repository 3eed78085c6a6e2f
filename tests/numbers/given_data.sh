#!/bin/sh
# Steps on data of other than two inputs, against PyTorch.
. "${top_srcdir:-.}/tests/cli/common.sh"
[ -n "${PYTHON:-}" ] || skip "no Python with numpy"
"${top_builddir:-.}/given_data" "$work" || fail "no exports"
for file in "$work"/*.json; do
  "$PYTHON" "$top_srcdir/tests/reference.py" "$NABLASCOPE" "$file" || {
    status=$?
    [ $status -eq 77 ] && skip "no PyTorch"
    fail "$file"
  }
done
grep -q '"sizes": *\[4, *6, *6, *6, *3\]' "$work/0.json" || fail "sizes"
exit 0
