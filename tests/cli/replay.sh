#!/bin/sh
# Saved sessions without a screen: their digests verified, and their numbers printed.
. "${top_srcdir:-.}/tests/cli/common.sh"
head='file,status,branches,steps,digests,failed_step,error'
saved=$top_srcdir/tests/numbers/sessions

# check STATUS FILES…: rows in $work/rows, without their head, lines said in $work/err.
check() {
  expected=$1
  shift
  "$NABLASCOPE" replay --check "$@" >"$work/all" 2>"$work/err" </dev/null
  status=$?
  [ $status -eq "$expected" ] || fail "replay --check $*: status $status: $(cat "$work/all" "$work/err")"
  head -n 1 "$work/all" | grep -qx "$head" || fail "$*: the head is $(head -n 1 "$work/all")"
  sed 1d "$work/all" >"$work/rows"
}

# row PATTERN: of the one row.
row() {
  [ "$(wc -l <"$work/rows")" -eq 1 ] || fail "not one row: $(cat "$work/rows")"
  grep -qx -- "$1" "$work/rows" || fail "$(cat "$work/rows") is not $1"
}

cd "$work" || exit 1
case $saved in /*) ;; *) saved=$OLDPWD/$saved ;; esac
cp "$saved"/*.session .
set -- *.session

# All of several, also by threads and into a file.
check 0 "$@"
[ "$(cut -d, -f2 rows | sort | uniq -c | tr -d ' ')" = "$#ok" ] || fail "not $# rows that are ok: $(cat rows)"
digests=$(cat "$@" | grep -c ^digest)
[ "$(awk -F, '{ n += $5 } END { print n }' rows)" -eq "$digests" ] || fail "not all $digests digests"
[ "$(cut -d, -f3 rows | head -n 1)" -eq $(($(grep -c ^branch "$1") + 1)) ] || fail "branches of $1"
[ ! -s err ] || fail "says something: $(cat err)"
cp all one
"$NABLASCOPE" replay --check --threads=3 -o three "$@" || fail "threads"
cmp -s one three || fail "threads and a file: other rows"
"$NABLASCOPE" replay --check - <"$1" | tail -n 1 | grep -q "^-,ok," || fail "standard input"

# The steps of a file are those to the last digest of each branch.
check 0 --branch=1 "$1"
[ "$(cut -d, -f4 rows)" -eq "$(sed '/^branch/q' "$1" | sed -n 's/^digest \([0-9]*\) .*/\1/p' | tail -n 1)" ] ||
  fail "steps of branch 1: $(cat rows)"

# Another digest, in the last branch, is found at its step; with other numbers it is theirs.
last=$(grep ^digest "$1" | tail -n 1)
step=$(echo "$last" | cut -d' ' -f2)
other=$(echo "$last" | sed 's/.$//')$(echo "$last" | sed 's/.*\(.\)$/\1/' | tr 0-9a-f 1-9a-f0)
sed "s/^$last\$/$other/" "$1" >changed
check 1 changed
row "changed,differs,[0-9]*,[0-9]*,[0-9]*,$step,branch [0-9]*: saved ${other##* } by numbers [0-9]* and computed ${last##* } by numbers [0-9]*: was this file changed?"
[ ! -s err ] || fail "says something of a digest: $(cat err)"
sed "1s/numbers .*/numbers 3/" changed >old
check 1 old
row "old,numbers,.*,$step,branch .*: saved ${other##* } by numbers 3 and computed .*"
# Numbers of another version with the same states are right.
sed "1s/numbers .*/numbers 3/" "$1" >same
check 0 same
# A setting that was changed, too, from the first digest behind it.
sed 's/^set lr .*/set lr 0.25/' "$1" >steep
check 1 steep
grep -q '^steep,differs,' rows || fail "another lr: $(cat rows)"

# A run that diverges before.
cat >diverges <<'END'
nablascope session 1 numbers 4
set activation linear
set loss mse
set lr 500
digest 5000 0123456789abcdef
END
check 1 diverges
row "diverges,differs,1,[0-9]*,0,5000,branch 1 diverges already at step [0-9]*"

# No session, none there, too large: a row, and a line each that names the file.
name='a "b", c
d'
printf 'nablascope session 1 numbers 4\nset lr x\n' >"$name"
check 1 "$name" none "$1"
[ "$(sed -n 1p rows)" = '"a ""b"", c' ] || fail "a name is not quoted: $(cat rows)"
sed -n 2p rows | grep -q "^d\",unreadable,,,,,\".*:2:5: lr: 'x' is not a number" || fail "$(cat rows)"
sed -n 3p rows | grep -q '^none,unreadable,,,,,.*No such file' || fail "$(cat rows)"
sed -n 4p rows | grep -q "^$1,ok," || fail "the last row: $(cat rows)"
[ "$(wc -l <err)" -eq 2 ] || fail "not a line for each: $(cat err)"
[ -z "${PYTHON:-}" ] || "$PYTHON" - "$name" all <<'END' || fail "another reader of CSV reads otherwise"
import csv, sys
rows = list(csv.reader(open(sys.argv[2], newline="")))
assert rows[1][0] == sys.argv[1] and all(len(row) == 7 for row in rows), rows
END
# Files that could do harm: large, endless, without a line's end, of many lines.
check 1 /dev/zero
row "/dev/zero,unreadable,.*"
head -c 30000000 /dev/zero | tr '\0' 'x' >long
check 1 long
row "long,unreadable,.*longer than.*"
{ sed 1q "$1" && yes 'at 5 view units' | head -n 1000000; } >many
check 0 many
{ sed 1q "$1" && seq -f 'at %.0f lr 0.1' 1 4 300000 && seq -f 'at %.0f lr 0.2' 300001 300002; } >changes
check 0 changes
{ sed 1q "$1" && awk 'BEGIN { for (i = 0; i < 120000; i++) print "at", i, "lr", 1 + i % 2 }'; } >changes
check 1 changes
row "changes,unreadable,.*more than 100000 changes"
printf 'nablascope session 1 numbers 4\nreached 1000000000000000\n' >far
check 0 far
row "far,ok,1,0,0,,"

# Nothing to write to; a reader that leaves.
"$NABLASCOPE" replay --check "$1" -o none/rows 2>err
[ $? -eq 1 ] || fail "no folder: not status 1"
"$NABLASCOPE" replay --check "$1" "$1" "$1" | head -n 1 >/dev/null || fail "a reader that leaves"

# A signal ends it in the middle of a file, with the rows before.
printf 'nablascope session 1 numbers 4\ndigest 1000000000000000 0123456789abcdef\n' >endless
"$NABLASCOPE" replay --check -o rows "$1" endless "$1" &
child=$!
sleep 1
kill -TERM $child
wait $child
[ $? -eq 143 ] || fail "TERM: status $?"
[ "$(sed 1d rows | cut -d, -f1,2)" = "$1,ok" ] || fail "TERM: $(cat rows)"

# Without a terminal, the laboratory names what can be done; a wrong file is said first.
"$NABLASCOPE" replay "$1" >out 2>err </dev/null
[ $? -eq 2 ] || fail "no terminal: $(cat err)"
grep -q "is not a terminal; 'nablascope replay --check' verifies" err || fail "$(cat err)"
"$NABLASCOPE" replay none >out 2>err </dev/null
[ $? -eq 1 ] || fail "no file: $(cat err)"
grep -q 'none: No such file' err || fail "none: $(cat err)"
refused "keys come from standard input" replay -

# run --session: the numbers of the branch at hand, as far as it came; a session by hand that says the
# same as options has the rows of these.
cat >lecture.session <<'END'
nablascope session 1 numbers 4
set depth 4
set lr 0.5
at 5 set lr 3
at 8 after set clip norm
reached 20
branch adam from 10
at 10 set optimizer adam
reached 14
branch width 5 from 0
set width 5
reached 30
active 1
END
run() {
  "$NABLASCOPE" run "$@"
}
run -n 20 --depth=4 --lr=0.5 --at=5:lr=3 --at=8:clip=norm >expected
run --session=lecture.session >found || fail "run --session"
cmp -s expected found || fail "run --session: other rows"
run -n 20 --depth=4 --lr=0.5 --at=5:lr=3 --at=8:clip=norm --layers --every=7 --format=jsonl >expected
run --session lecture.session --layers --every=7 --format=jsonl -o found || fail "run --session --layers"
cmp -s expected found || fail "run --session --layers: other rows"
run -n 25 --depth=4 --lr=0.5 --at=5:lr=3 --at=8:clip=norm --at=10:optimizer=adam >expected
run --session=lecture.session --branch=2 -n 25 | cmp -s expected - || fail "branch 2, further on"
[ "$(run --session=lecture.session --branch=2 | wc -l)" -eq 16 ] || fail "branch 2 reached 14"
run -n 30 --depth=4 --lr=0.5 --width=5 >expected
run --session=lecture.session --branch=3 | cmp -s expected - || fail "branch 3"
run --session=lecture.session >expected
run --session=- <lecture.session | cmp -s expected - || fail "from standard input"
# What is armed makes another future: what the session changes from there on is left out.
run -n 20 --depth=4 --lr=0.5 --at=5:lr=3 --at=7:lr=2 >expected
run --session=lecture.session --at=7:lr=2 | cmp -s expected - || fail "--at beside --session"
run -n 20 --depth=4 --lr=0.5 --at=5:momentum=0.5 >expected
run --session=lecture.session --at=5:momentum=0.5 | cmp -s expected - || fail "--at at a change"
run -n 20 --depth=4 --lr=0.5 >expected
run --session=lecture.session --at=5:lr=0.5 | cmp -s expected - || fail "--at of what holds before a change"
run -n 20 --depth=4 --lr=0.5 --at=5:lr=3 >expected
run --session=lecture.session --at=5:lr=3 | cmp -s expected - || fail "--at of what the session changes"
run --session=lecture.session --at=8:lr=3 | cmp -s expected - || fail "--at of what holds"
run --session=lecture.session --until="delta_rms[5] < 1e9" >found || fail "--until of the output's layer"
[ "$(wc -l <found)" -eq 2 ] || fail "--until: $(cat found)"
refused "--until: " run --session=lecture.session --until="delta_rms[6] < 1e9"
refused "the last step of the session is 20: -n goes further" run --session=lecture.session --at=21:lr=1
run --session=lecture.session --branch=4 2>err && fail "branch 4 is there"
grep -q "lecture.session: there is no branch 4: 1 to 3" err || fail "branch 4: $(cat err)"
run --session=none 2>err && fail "a session that is not there"
grep -q 'none: No such file' err || fail "none: $(cat err)"
# A state that is another one than was saved is said at the end.
{ cat lecture.session && echo 'digest 12 0123456789abcdef'; } >changed
run --session=changed >found 2>err
[ $? -eq 1 ] || fail "another state: not status 1"
grep -q 'changed: step 12 is not the state that was saved: was this file changed?' err || fail "$(cat err)"
[ "$(wc -l <found)" -eq 22 ] || fail "another state: not all rows"
exit 0
