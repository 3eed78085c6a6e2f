#!/bin/sh
# `nablascope export` against PyTorch.
. "${top_srcdir:-.}/tests/cli/common.sh"
[ -n "${PYTHON:-}" ] || skip "no Python with numpy"
"$PYTHON" "$top_srcdir/tests/reference.py" "$NABLASCOPE" || exit $?
# It must tell a wrong number: one digit of one weight's gradient.
"$NABLASCOPE" export --depth=3 --width=4 --samples=10 >"$work/good.json"
"$PYTHON" "$top_srcdir/tests/reference.py" "$NABLASCOPE" "$work/good.json" || fail "a good export"
"$PYTHON" - "$work" <<'EOF'
import json, sys
work = sys.argv[1]
export = json.load(open(work + "/good.json"))
for key in ("grad_weights", "deltas", "new_weights"):
    wrong = json.loads(json.dumps(export))
    wrong["claims"][key][0][1][0] *= 1 + 1e-8
    json.dump(wrong, open(f"{work}/wrong-{key}.json", "w"))
EOF
for key in grad_weights deltas new_weights; do
  "$PYTHON" "$top_srcdir/tests/reference.py" "$NABLASCOPE" "$work/wrong-$key.json" 2>/dev/null &&
    fail "a wrong $key is not told"
done
exit 0
