#!/bin/sh
# Every column of `nablascope run` against NumPy, in ordinary and extreme settings.
. "${top_srcdir:-.}/tests/cli/common.sh"
[ -n "${PYTHON:-}" ] || skip "no Python with numpy"
"$PYTHON" "$top_srcdir/tests/numbers/rows.py" "$NABLASCOPE" 60
