#!/bin/sh
# Votes from the command line: what is said, what is written, what is refused.
. "${top_srcdir:-.}/tests/cli/common.sh"
votes=$work/votes
mkdir "$votes"

# wrong SAYS ARGS…: status 1, nothing on standard output, one line that holds SAYS.
wrong() {
  says=$1
  shift
  "$NABLASCOPE" vote "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  [ $status -eq 1 ] || fail "vote $*: status $status, not 1"
  [ ! -s "$work/out" ] || fail "vote $*: prints on standard output"
  grep -qF -- "$says" "$work/err" || fail "vote $*: $(cat "$work/err") does not say $says"
  [ "$(wc -l <"$work/err")" -eq 1 ] || fail "vote $*: not one line: $(cat "$work/err")"
}

refused 'DIR is missing' vote
refused 'CHOICE is missing' vote "$votes"
refused "'3' is one too many" vote "$votes" 2 3
refused 'a NAME is needed' vote "$votes" 2 --name=
refused "'--lr' means nothing to vote" vote "$votes" 2 --lr=1
wrong 'no such directory' "$work/nowhere" 2
wrong 'no question is open' "$votes" 2

cat >"$votes/nablascope-question" <<'END'
nablascope-question 1
run 1f2e
question 3
round 2
choices 3
at most ¼
always ¼
it grows
END
wrong "'4' is no choice of question 3: 1 to 3 are" "$votes" 4
wrong "'22' is no choice" "$votes" 22
[ "$(ls "$votes")" = nablascope-question ] || fail "something is written: $(ls "$votes")"

told=$("$NABLASCOPE" vote "$votes" 2 --name=ann) || fail "vote: status $?"
[ "$told" = 'question 3, second vote: you have chosen 2, always \u00bc' ] || fail "vote says $told"
told=$("$NABLASCOPE" vote "$votes" 3 --name=ann) || fail "vote: status $?"
[ "$(sed -n 3p "$votes/vote.3.2.ann")" = 'choice 3' ] || fail "a changed mind does not count"
"$NABLASCOPE" vote "$votes" 1 >/dev/null </dev/null || fail "vote without a name: status $?"
[ "$(find "$votes" -name 'vote.3.2.*' | wc -l)" -eq 2 ] || fail "not two votes: $(ls "$votes")"
[ -z "$(find "$votes" -name '.*' -type f)" ] || fail "temporary files are left: $(ls -a "$votes")"

# Who counts is not who votes, and no link leads a vote elsewhere.
(umask 077 && "$NABLASCOPE" vote "$votes" 1 --name=secret >"$work/out") || fail "umask 077: status $?"
[ -n "$(find "$votes" -name 'vote.3.2.secret' -perm 644)" ] || fail "nobody else can read the vote"
echo precious >"$work/precious"
ln -s "$work/precious" "$votes/vote.3.2.link"
mkfifo "$votes/vote.3.2.pipe"
for name in link pipe; do
  "$NABLASCOPE" vote "$votes" 1 --name=$name >"$work/out" || fail "$name: status $?"
  { [ -f "$votes/vote.3.2.$name" ] && [ ! -h "$votes/vote.3.2.$name" ]; } || fail "$name is still there"
done
[ "$(cat "$work/precious")" = precious ] || fail "a link was followed"

if [ "$(id -u)" -ne 0 ]; then
  chmod 555 "$votes"
  wrong 'the vote cannot be written: Permission denied' "$votes" 2
  chmod 755 "$votes"
fi
if [ -e /dev/full ]; then
  "$NABLASCOPE" vote "$votes" 3 --name=full >/dev/full 2>"$work/err" && fail "a full disk: status 0"
  grep -q 'the vote counts' "$work/err" || fail "a full disk: $(cat "$work/err")"
fi
exit 0
