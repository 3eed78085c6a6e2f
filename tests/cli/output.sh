#!/bin/sh
# `-o`: an existing file stays until there is something to put in its place.
. "${top_srcdir:-.}/tests/cli/common.sh"

run() {
  "$NABLASCOPE" run "$@"
}
run -n 3 >"$work/right"
same() {
  cmp -s "$work/right" "$1" || fail "$2"
}
# No temporary file is left in a directory.
tidy() {
  [ -z "$(find "$1" -name '*.part')" ] || fail "$2: leaves $(find "$1" -name '*.part')"
}

mkdir "$work/d"
file=$work/d/file
# New, replaced, through links, with its permissions.
(umask 027 && run -n 3 -o "$file") || fail "a new file"
same "$file" "a new file"
[ "$(stat -c %a "$file")" = 640 ] || fail "umask: $(stat -c %a "$file")"
chmod 604 "$file"
inode=$(stat -c %i "$file")
run -n 3 -o "$file" || fail "an existing file"
[ "$(stat -c %a "$file")" = 604 ] || fail "permissions: $(stat -c %a "$file")"
[ "$(stat -c %i "$file")" != "$inode" ] || fail "not renamed"
ln -s file "$work/d/link"
ln -s d/link "$work/link"
echo old >"$file"
run -n 3 -o "$work/link" || fail "a link"
if [ ! -L "$work/link" ] || [ ! -L "$work/d/link" ]; then fail "a link is replaced"; fi
same "$file" "a link is not followed"
ln -s nothing "$work/d/dangling"
run -n 3 -o "$work/d/dangling" || fail "a link to nothing"
same "$work/d/nothing" "a link to nothing is not followed"
# Another name of the same file goes on naming it.
ln "$file" "$work/d/other"
run -n 4 -o "$file"
cmp -s "$file" "$work/d/other" || fail "a hard link is broken"
rm "$work/d/other"
(cd "$work/d" && run -n 3 -o file) || fail "a name without directory"
same "$file" "a name without directory"
long=$(printf '%0250d' 0)
run -n 3 -o "$work/d/$long" || fail "a long name"
same "$work/d/$long" "a long name"
tidy "$work/d" "all is well"

# It stays as it is when nothing comes of it.
echo old >"$file"
old() {
  [ "$(cat "$file")" = old ] || fail "$1: the file has changed"
  tidy "$work/d" "$1"
}
run --width=1024 --depth=256 --samples=100000 --activation=gelu -o "$file" 2>/dev/null && fail "too large"
old "too large"
"$NABLASCOPE" export --step=100 --activation=relu --init=he_normal --gain=3 --lr=10 -o "$file" 2>/dev/null &&
  fail "a step that is not reached"
old "a step that is not reached"
for command in "run --samples=100000 --batch=1 --depth=8 --width=1024 --init=zeros" \
  "check --step=100000000" "export --step=100000000"; do
  # shellcheck disable=SC2086 # options are words
  "$NABLASCOPE" $command -o "$file" &
  pid=$!
  sleep 0.7
  [ "$(cat "$file")" = old ] || fail "$command at work: the file has changed"
  kill -TERM "$pid"
  wait "$pid"
  old "$command, ended"
done
# A file that may not grow: one line, status 1, nothing changed.
(ulimit -f 8 && run -n 5000 -o "$file") 2>"$work/err"
[ $? -eq 1 ] || fail "a file that may not grow"
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "$(cat "$work/err")"
grep -q "file: File too large" "$work/err" || fail "$(cat "$work/err")"
old "a file that may not grow"
# Killed without mercy, too.
"$NABLASCOPE" run -n 100000000 -o "$file" & # not the function: its shell would be killed
pid=$!
sleep 2
kill -KILL "$pid"
wait "$pid" 2>/dev/null
[ "$(cat "$file")" = old ] || fail "KILL: the file has changed"
[ -n "$(find "$work/d" -name '*.part' -size +0)" ] || fail "KILL: no rows in a temporary file"
for part in "$file".*.part; do
  awk -F, 'NF != 11 { exit 1 }' "$part" || fail "KILL: half a row in the temporary file"
  [ "$(tail -c 1 "$part" | od -An -c | tr -d ' ')" = '\n' ] || fail "KILL: the last row is cut"
  rm "$part"
done

# What is read is not written over, nor what is a session, a lesson or a receipt.
printf 'nablascope session 1 numbers 4\nset depth 2\nreached 3\n' >"$work/s1"
sed '1i # of today' "$work/s1" >"$work/s2"
printf 'nablascope-lesson 1\ntitle one\n' >"$work/a.lesson"
printf 'nablascope-receipt 1\n' >"$work/a.receipt"
printf 'x,y,class\n1,2,a\n3,5,b\n1,1,a\n3,4,b\n' >"$work/a.csv"
printf 'nablascope session 1 numbers 4\nset data %s\nset depth 2\nreached 3\ndigest 3 0123456789abcdef\n' "$work/a.csv" >"$work/s3"
ln "$work/a.csv" "$work/b.csv"
spared() {
  says=$1 name=$2
  shift 2
  cp "$name" "$work/before"
  "$NABLASCOPE" "$@" -o "$name" >"$work/out" 2>"$work/err"
  [ $? -eq 1 ] || fail "$* -o $name: status"
  cmp -s "$name" "$work/before" || fail "$* -o $name: it is lost"
  grep -q "$says and stays as it is: take another name" "$work/err" || fail "$(cat "$work/err")"
  tidy "$work" "$* -o $name"
}
spared "is a session" "$work/s1" run --session="$work/s1" -n 1
spared "is a session" "$work/s1" replay --check "$work/s2"
spared "is a session" "$work/s2" run -n 1
spared "is a lesson" "$work/a.lesson" run -n 1
spared "is a receipt" "$work/a.receipt" run -n 1
for name in a.csv b.csv; do
  spared "is data that has been read" "$work/$name" run --data="$work/a.csv" -n 1
done
rm "$work/b.csv"
for command in "run --session=$work/s3 -n 1" "replay --check $work/s3" "export --data=$work/a.csv" \
  "check --data=$work/a.csv"; do
  # shellcheck disable=SC2086 # options are words
  spared "is data that has been read" "$work/a.csv" $command
done
run --data="$work/a.csv" -n 1 -o "$work/rows.csv" || fail "other data"
run -n 3 -o "$work/rows.csv" || fail "rows of other data"
same "$work/rows.csv" "data that are not read"

# What is written in place: devices, pipes, what standard output is.
run -n 3 -o /dev/stdout | cmp -s - "$work/right" || fail "/dev/stdout, a pipe"
echo first >"$work/appended"
run -n 3 -o /dev/stdout >>"$work/appended"
[ "$(wc -l <"$work/appended")" -eq 6 ] || fail "/dev/stdout loses what was there"
mkfifo "$work/fifo"
run -n 3 -o "$work/fifo" &
cmp -s "$work/fifo" "$work/right" || fail "a FIFO"
wait $! || fail "a FIFO: status"
[ -p "$work/fifo" ] || fail "the FIFO is replaced"
# A full disk ends export at its first failed write.
if [ -w /dev/full ]; then
  for command in run check; do
    "$NABLASCOPE" "$command" --depth=2 --width=5 -o /dev/full >/dev/null 2>"$work/err"
    [ $? -eq 1 ] || fail "$command to a full disk: status"
    grep -q '^nablascope: /dev/full: No space left on device$' "$work/err" || fail "$(cat "$work/err")"
  done
  "$NABLASCOPE" export --depth=3 --width=300 -o /dev/full 2>"$work/err"
  [ $? -eq 1 ] || fail "/dev/full: status"
  [ "$(cat "$work/err")" = "nablascope: /dev/full: No space left on device" ] || fail "$(cat "$work/err")"
fi
# A reader that has left ends it quietly and soon.
("$NABLASCOPE" export --depth=200 --width=300 2>"$work/err"; echo $? >"$work/status") | head -c 10 >/dev/null
[ "$(cat "$work/status" "$work/err")" = 0 ] || fail "a closed pipe: $(cat "$work/status" "$work/err")"

# So is it with what is said in a line or in a page; the reader has gone before that.
cat >"$work/nablascope-question" <<'END'
nablascope-question 1
run 1f2e
question 1
round 1
choices 2
END
for words in --help --version --list-presets --completion=bash "check --plant=help" \
  "lesson --new=$work/pipe.lesson" "vote $work 1"; do
  # shellcheck disable=SC2086 # words
  (sleep 0.2; "$NABLASCOPE" $words 2>"$work/err" </dev/null; echo $? >"$work/status") | true
  [ "$(cat "$work/status" "$work/err")" = 0 ] ||
    fail "$words to a closed pipe: $(cat "$work/status" "$work/err")"
done
if [ -w /dev/full ]; then
  "$NABLASCOPE" lesson --new="$work/full.lesson" >/dev/full 2>"$work/err"
  [ $? -eq 1 ] || fail "lesson --new, told to a full disk: status"
  grep -q 'full.lesson is written, but cannot be told' "$work/err" || fail "$(cat "$work/err")"
fi

# Refused in one line: no such directory, no permission.
for name in "$work/none/file" "$work/d"; do
  run -n 3 -o "$name" 2>"$work/err" && fail "$name is written"
  [ "$(wc -l <"$work/err")" -eq 1 ] || fail "$name: $(cat "$work/err")"
done
if [ "$(id -u)" -ne 0 ]; then
  chmod 400 "$file"
  run -n 3 -o "$file" 2>"$work/err" && fail "a file without permission is replaced"
  grep -q "Permission denied" "$work/err" || fail "$(cat "$work/err")"
  chmod 600 "$file"
  # Nothing can be made beside it: in place.
  chmod 500 "$work/d"
  run -n 3 -o "$file" || fail "in a directory that takes no files"
  chmod 700 "$work/d"
  same "$file" "in a directory that takes no files"
fi
exit 0
