#!/bin/sh
# Receipts of lessons are marked, and those that were changed are found.
. "${top_srcdir:-.}/tests/cli/common.sh"
receipts=$PWD/${top_builddir:-.}/receipts
mkdir "$work/data" "$work/data/lessons"
NABLASCOPE_DATA=$work/data
export NABLASCOPE_DATA
lesson=$work/data/lessons/07-pairs.lesson
cat >"$lesson" <<'EOT'
nablascope-lesson 1
title Pairs
about For a test
let gone loss
preset shallow
samples 24
let before loss
ask Which?
choice up
right down
again
run 30
let after loss
answer 1 loss > 2*before
answer 2 after < 2*before
reveal 1 x
reveal 2 y
clip norm
run 5
expect step == 35
ask Which now?
choice one
choice two
right three
expect accuracy >= 0 and step 3
reveal 1 x
reveal 2 y
reveal 3 z
EOT
cd "$work" || exit 1

# made NAME SEED FIRST SECOND COMMAND
made() {
  "$receipts" play "$lesson" "$2" "$3" "$4" "$5" "$1.receipt" || fail "no receipt $1"
}
# row NAME: the row of it, without its name; its status goes with that of the row.
row() {
  "$NABLASCOPE" replay --check "$1.receipt" >rows 2>err
  status=$?
  head -n 1 rows | grep -qx 'file,status,lesson,seed,reached,items,questions,answered,first_right,second_right,choices,measured,steps,digests,error' ||
    fail "the head: $(cat rows)"
  [ "$(wc -l <rows)" -eq 2 ] || fail "$1: $(cat rows err)"
  sed -n "2s|^$1.receipt,||p" rows >row
  case $(cat row) in ok,*) [ $status -eq 0 ] ;; *) [ $status -eq 1 ] ;; esac || fail "$1: status $status: $(cat row)"
}
# marked NAME BEGINNING: so its row begins.
marked() {
  row "$1"
  case $(cat row) in "$2"*) ;; *) fail "$1: '$(cat row)' does not begin with $2: $(cat err)" ;; esac
}

made ann 1 1 2 ''
# The branch in which the first number was measured is not kept: it is that of the lesson all the same.
{ grep -q '^measured 4 0 ' ann.receipt && ! grep -q '^branch' ann.receipt; } || fail "one branch is wanted: $(cat ann.receipt)"
marked ann 'ok,07-pairs.lesson,1,17,17,2,2,0,1,1-2 1-0,7,35,3,'
# What an expect compares is measured; a condition has no number.
{ grep -q '^measured 14 30 0\.[0-9]* yes' ann.receipt && grep -q '^measured 25 35 undefined yes' ann.receipt; } ||
  fail "numbers of expects: $(cat ann.receipt)"
made bob 5 2 2 ''
marked bob 'ok,07-pairs.lesson,5,17,17,2,2,1,1,2-2 2-0,7,'
made nobody 2 0 0 ''
marked nobody 'ok,07-pairs.lesson,2,17,17,2,0,0,0,0-0 0-0,'
# Every seed that there is.
made seed 18446744073709551615 1 2 ''
marked seed 'ok,07-pairs.lesson,18446744073709551615,17,17,'
for seed in 18446744073709551616 99999999999999999999 -1 +1 0x1 1x ''; do
  sed "3s/.*/seed $seed/" seed.receipt >odd.receipt
  marked odd 'unreadable,'
  grep -q "odd.receipt:3: 'seed N' is wanted" err || fail "seed '$seed': $(cat err)"
done
# Somebody has played: the numbers are those of their session, not of the lesson by itself.
made cleo 1 2 2 'lr 0.5'
marked cleo 'ok,07-pairs.lesson,1,17,17,'
made dan 1 2 2 'step 3'
marked dan 'ok,07-pairs.lesson,1,17,17,'
number=$(sed -n 's/^measured 14 33 \(.*\) yes$/\1/p' dan.receipt)
{ [ -n "$number" ] && ! grep -qF "$number" ann.receipt; } || fail "dan has measured nothing of his own: $(cat dan.receipt)"
sed "s/$number/0.3/" dan.receipt >changed.receipt
"$receipts" seal changed.receipt
marked changed 'differs,'
[ "$(grep -c ' at \|^at ' cleo.receipt)" -gt "$(grep -c ' at \|^at ' ann.receipt)" ] || fail "cleo has not played"
# All at once; a line end of another kind is none of a change.
sed 's/$/\r/' ann.receipt >crlf.receipt
"$NABLASCOPE" replay --check ann.receipt bob.receipt crlf.receipt | grep -c '\.receipt,ok,' | grep -qx 3 || fail "three"

# What is changed by hand has another checksum.
number=$(sed -n 's/^measured 13 30 \(.*\) yes$/\1/p' ann.receipt)
digest=$(sed -n 's/^digest 35 //p' ann.receipt)
{ [ -n "$number" ] && [ -n "$digest" ]; } || fail "no number or digest: $(cat ann.receipt)"
changes='s/^seed 1/seed 2/
s/^question 1 1 2/question 1 2 2/
s/^question 2 1 0/question 2 3 0/
s/^measured 13 30 .*/measured 13 30 0.5 yes/
s/^measured 14 30 \(.*\) yes/measured 14 30 \1 no/
s/^measured 13 30/measured 13 31/
/^measured 13 30/d
/^measured 25/d
s/^measured 13 30/measured 12 30/
s/^reached 17 of/reached 16 of/
s/^reached 17 of/reached 3 of/
s/^set samples 24/set samples 25/
s/^at 30 after set clip norm/at 30 after set lr 3/
s/^digest 35 .*/digest 35 0123456789abcdef/
s/^lesson 07-pairs/lesson 08-pairs/'
printf "%s\n" "$changes" | while read -r change; do
  sed "$change" ann.receipt >changed.receipt
  cmp -s ann.receipt changed.receipt && fail "$change changes nothing: $(cat ann.receipt)"
  marked changed 'checksum,'
  # Nor is it told what of it is right.
  grep -qE '^checksum,[^,]*,[0-9]+,[0-9]+,[0-9]+,2,2,,,[0-9]-[0-9] [0-9]-[0-9],' row || fail "$change: $(cat row)"
  # Who writes the right checksum behind it is found by computing it again; but not choices that there are.
  "$receipts" seal changed.receipt || fail "seal"
  case $change in
  *question* | *'reached 16'*) marked changed 'ok,' ;;
  *08-pairs*) marked changed 'lesson,' ;;
  *) marked changed 'differs,' ;;
  esac
done || exit 1
sed 's/^question 2 1 0/question 2 4 0/' ann.receipt >changed.receipt
"$receipts" seal changed.receipt
marked changed 'differs,07-pairs.lesson,'
grep -q 'question 2 has no choice 4' row || fail "choice 4: $(cat row)"
# said CHANGE WORDS: what is wrong with it is said so.
said() {
  sed "$1" ann.receipt >changed.receipt
  "$receipts" seal changed.receipt
  marked changed 'differs,07-pairs.lesson,'
  grep -qF "$2" row || fail "$1: $(cat row)"
}
said 's/^reached 17 of/reached 3 of/' 'line 7 of the lesson measures nothing up to where it was reached'
said '/^measured 25/d' 'line 25 of the lesson was reached, and nothing is measured for it'
said 's/^measured 13/measured 12/' 'line 12 of the lesson measures nothing up to where it was reached'
said 's/^reached 17 of 17/reached 17 of 18/' 'it says that the lesson has 18 commands, of 17'
said '/^question 2/d' 'it says that the lesson has 1 questions, of 2'

# Another lesson under the same name; none; what is no receipt.
cp "$lesson" kept
echo '# more' >>"$lesson"
marked ann 'lesson,'
grep -q '07-pairs.lesson is another one here' row || fail "another lesson: $(cat row)"
grep -q '^lesson,07-pairs.lesson,1,17,17,2,2,,,1-2 1-0,' row || fail "another lesson has right choices: $(cat row)"
# The right one lies beside the receipt, the other one where lessons are; then another one beside it.
mkdir in
cp kept in/07-pairs.lesson
cp ann.receipt in
marked in/ann 'ok,07-pairs.lesson,1,17,17,2,2,0,1,'
cp "$lesson" in/07-pairs.lesson
marked in/ann 'lesson,'
rm "$lesson"
marked ann 'lesson,07-pairs.lesson,1,17,17,2,2,,,1-2 1-0,'
mv kept "$lesson"
marked in/ann 'ok,'
echo 'nablascope-lesson 1' >in/07-pairs.lesson
marked in/ann 'ok,'
marked ann 'ok,'
head -n 5 ann.receipt >half.receipt
marked half 'unreadable,,,,,,,,,,,,,'
grep -q 'half.receipt:5: it ends where its checksum is wanted' err || fail "half: $(cat err)"
: >empty.receipt
marked empty 'unreadable,'
grep -q "empty.receipt: empty: a receipt begins with 'nablascope-receipt 1'" err || fail "empty: $(cat err)"
echo x >wrong.receipt
marked wrong 'unreadable,'
grep -q "wrong.receipt:1: 'nablascope-receipt 1' is wanted" err || fail "wrong: $(cat err)"
{
  cat ann.receipt
  echo x
} >more.receipt
marked more 'unreadable,'
marked none 'unreadable,'
# misread LINE TEXT WORDS: with that text in it.
misread() {
  sed "$1s/.*/$2/" ann.receipt >odd.receipt
  marked odd 'unreadable,'
  grep -qF "odd.receipt:$1: $3" err || fail "$2: $(cat err)"
}
misread 5 'question 1 5 0' 'a choice is a number from 1 to 4, or 0 for none'
misread 6 'question 3 1 0' 'question 2 is wanted before 3'
misread 5 'question 1 1' "'question N FIRST SECOND' is wanted"
misread 4 'reached 18 of 17' 'a lesson has up to 500 commands'
for line in 'question 1 9 9' 'question 7 1 1' 'measured x 1 2 yes' 'measured 1 2 3 maybe' 'measured 1 2 0x yes' 'odd'; do
  sed "5s/.*/$line/" ann.receipt >odd.receipt
  marked odd 'unreadable,'
done
refused 'sessions and receipts have other columns' replay --check ann.receipt a.session
refused '--branch is of sessions' replay --check --branch=5 ann.receipt
refused '--receipt: foo: its name is to end with .receipt' lesson --receipt=foo 1
exit 0
