#!/bin/sh
# Some hundred command lines by chance: fuzz.py says what must hold of each.
. "${top_srcdir:-.}/tests/cli/common.sh"
[ -n "${PYTHON:-}" ] || skip "no Python 3"
# A seed of its own: what fails here fails everywhere. More: fuzz.py NABLASCOPE 10000 2
"$PYTHON" "$top_srcdir/tests/cli/fuzz.py" "$NABLASCOPE" 500 1 || fail "see above"
exit 0
