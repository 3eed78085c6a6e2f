#!/bin/sh
# The example of nablascope-lesson(5) is a lesson and holds; the page has every word of lessons, and no other.
. "${top_srcdir:-.}/tests/cli/common.sh"
top_srcdir=$(cd "$top_srcdir" && pwd)
page=$top_srcdir/man/nablascope-lesson.5

sed -n '/^\.Sh EXAMPLES/,$p' "$page" | sed -n '/^\.Bd -literal/,/^\.Ed/p' | sed -n '2,/^\.Ed/p' | sed '$d' |
  sed 's/\\(\*d/δ/g' >"$work/quarter.lesson"
head -n 1 "$work/quarter.lesson" | grep -qx 'nablascope-lesson 1' || fail "no example in the page"
cd "$work" || exit 1
"$NABLASCOPE" lesson --check quarter.lesson >out 2>&1 || fail "the example: $(cat out)"
grep -q '^ok quarter.lesson: 7 expects on seeds 1..5, ' out || fail "the example: $(cat out)"
sed 's/right To less/choice To less/; s/choice To a quarter/right To a quarter/' quarter.lesson >wrong.lesson
"$NABLASCOPE" lesson --check wrong.lesson >out 2>&1 && fail "another right answer passes"
{ grep -q 'wrong.lesson:1[67]: answer 1 ' out && grep -q 'this choice is not the right one' out; } || fail "wrong: $(cat out)"

# The words that its reader knows.
sed -n '/names\[\] = {"title"/,/};/p' "$top_srcdir/src/engine/lesson.c" | grep -o '"[a-z]*"' | tr -d '"' | sort >expected
[ "$(wc -l <expected)" -eq 19 ] || fail "words of the reader: $(cat expected)"
sed -n '/^\.Sh DESCRIPTION/,/^\.Sh RECEIPTS/ s/^\.It Cm \([a-z]*\)\( .*\)*$/\1/p' "$page" | grep -vx ghost |
  sort -u >found
diff expected found || fail "words: < only in the reader, > only in the page"
for word in lesson seed reached question measured session checksum; do
  sed -n '/^\.Sh RECEIPTS/,/^\.Ed/p' "$page" | grep -q "^$word" || fail "the page lacks $word of receipts"
  grep -q "$word" "$top_srcdir/src/io/receipt.c" || fail "receipts have no $word"
done
exit 0
