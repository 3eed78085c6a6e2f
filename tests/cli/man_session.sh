#!/bin/sh
# The example of nablascope-session(5) is a session, and becomes what is said of it.
. "${top_srcdir:-.}/tests/cli/common.sh"
page=$top_srcdir/man/nablascope-session.5

sed -n '/^\.Bd -literal/,/^\.Ed/p' "$page" | sed -n '2,/^\.Ed/p' | sed '$d' >"$work/lecture.session"
head -n 1 "$work/lecture.session" | grep -q '^nablascope session' || fail "no example in the page"
# Each line of a file is described, in the words that its reader knows.
for word in set at digest reached shown branch active drop; do
  grep -q "^\.It Cm $word" "$page" || fail "the page lacks $word"
  grep -q "\"$word\"" "$top_srcdir/src/io/session_reader.c" || fail "the reader lacks $word"
done
sed -n 's/^\.It Cm \([a-z][a-z]*\).*/\1/p' "$page" | grep -vxE 'nablascope|set|at|digest|reached|shown|branch|active|drop' &&
  fail "the page has another line"
cd "$work" || exit 1
"$NABLASCOPE" replay --check lecture.session >rows || fail "the digests: $(cat rows)"
tail -n 1 rows | grep -qx 'lecture.session,ok,2,170,2,,' || fail "the row: $(cat rows)"
"$NABLASCOPE" run --session=lecture.session --branch=1 | tail -n 1 | grep -q '^57,.*,diverged$' ||
  fail "branch 1 does not diverge at step 57"
"$NABLASCOPE" run --session=lecture.session --every=10 | cut -d, -f1,2 >losses || fail "run --session"
[ "$(wc -l <losses)" -eq 14 ] || fail "not every tenth step: $(cat losses)"
tail -n 1 losses | grep -q '^120,0\.000' || fail "clipping does not rescue it: $(cat losses)"
exit 0
