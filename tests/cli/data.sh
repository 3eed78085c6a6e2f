#!/bin/sh
# Data sets of files: what run makes of them, what is said of those that are none, and sessions on them.
. "${top_srcdir:-.}/tests/cli/common.sh"
case $top_srcdir in /*) ;; *) top_srcdir=$PWD/$top_srcdir ;; esac
case $NABLASCOPE in /*) ;; *) NABLASCOPE=$PWD/$NABLASCOPE ;; esac
cd "$work" || exit 1
cp "$top_srcdir"/tests/data/*.csv .
cp leaves.csv 'my leaves.csv'

# fails SAYS ARGS…: status 1, nothing on standard output, one line that holds SAYS.
fails() {
  says=$1
  shift
  "$NABLASCOPE" run -n 1 "$@" >out 2>err </dev/null
  status=$?
  [ $status -eq 1 ] || fail "$*: status $status, not 1"
  [ ! -s out ] || fail "$*: prints on standard output"
  grep -qF -- "$says" err || fail "$*: $(cat err) does not say $says"
  [ "$(wc -l <err)" -eq 1 ] || fail "$*: not one line: $(cat err)"
}

# Four lines are XOR, and are learned.
learner="--depth=1 --width=8 --activation=tanh --lr=0.5"
# shellcheck disable=SC2086 # options are words
"$NABLASCOPE" run --data=xor.csv $learner -n 600 --every=600 >rows 2>err || fail "xor: $(cat err)"
[ "$(tail -n 1 rows | cut -d, -f3)" = 1 ] || fail "xor is not learned: $(cat rows)"
[ ! -s err ] || fail "xor says: $(cat err)"
# The points themselves.
"$NABLASCOPE" export --data=xor.csv --standardize=off --depth=1 --width=2 |
  tr -d '\n ' | grep -qF '"X":[[0.0,0.0],[0.0,1.0],[1.0,0.0],[1.0,1.0]]' || fail "the points of xor.csv"

# Of few samples each class has one, also when some are held out.
awk 'BEGIN { for (i = 0; i < 100; i++) print i % 7 "," (i % 34 == 20 ? "b" : "a") }' >rare.csv
for test in 0 0.3; do
  "$NABLASCOPE" export --data=rare.csv --samples=4 --test=$test --depth=1 --width=2 >rare.json ||
    fail "few samples"
  tr -d '\n ' <rare.json | grep -Eq '"Y":[][0-9.,]*1' || fail "a class is lost of --samples=4 --test=$test"
done

fails "leaves.csv:2: column 3 'place' has words: --ignore=3 or --one_hot=on ('" \
  --data='my leaves.csv' --label=tree
fails "leaves.csv:9: column 1 'leaf length' is empty: --missing=drop (2 of 24 rows)" \
  --data=leaves.csv --ignore=place
"$NABLASCOPE" run -n 1 --data='my leaves.csv' --one-hot=on --missing=drop >rows 2>err ||
  fail "leaves: $(cat err)"
grep -qx "nablascope: my leaves.csv: 2 of 24 rows have empty cells and are left out" err ||
  fail "leaves: $(cat err)"
[ "$(wc -l <err)" -eq 1 ] || fail "leaves: more than a line: $(cat err)"
# With the settings in another way, the same numbers.
"$NABLASCOPE" run -n 1 --set 'data=./my leaves.csv' --set one_hot=on --set missing=drop 2>err |
  cmp -s - rows || fail "--set: other numbers"
"$NABLASCOPE" run -n 20 --every=20 --data=leaves.csv --target='leaf length' --ignore=3,4 \
  --missing=drop --lr=0.1 >rows 2>err || fail "a target: $(cat err)"

fails "none.csv: No such file" --data=none.csv
fails "$work: is a directory" --data="$work"
mkfifo pipe.csv
fails "pipe.csv: is no regular file" --data=pipe.csv
refused "unknown data 'leaves': one of moons" run --data=leaves
# What says how a file is read would do nothing to other data; its own default may be said.
refused "target is of a table (--data=FILE.csv): data is digits" run --data=digits --target=z
refused "missing is of a table (--data=FILE.csv): data is moons" run --missing=drop
refused "ignore is of a table (--data=FILE.csv): data is a-images-idx3-ubyte" check --ignore=2 --data=d/a-images-idx3-ubyte
refused "labels is of a file of pictures (--data=IMAGES, in IDX): data is xor.csv" \
  run --data=xor.csv --set labels=xor.csv
# A file that is called otherwise is a table all the same.
cp xor.csv stock_idx.txt
"$NABLASCOPE" run -n 1 --data=stock_idx.txt --label=3 --missing=drop >out 2>err || fail "idx in a name: $(cat err)"
refused "label beside target" run --data=xor.csv --label=c --target=a
"$NABLASCOPE" run -n 1 --missing=refuse --one_hot=off --labels=- >out 2>err || fail "defaults: $(cat err)"
refused "is too long" run --data="$(printf '%0250d' 0).csv"
refused "characters that cannot be shown" run --data="$(printf 'a\033b.csv')"
: >empty.csv
fails "empty.csv: empty" --data=empty.csv
printf 'a,b\n1,\0\n' >nul.csv
fails "nul.csv:2: a byte 0" --data=nul.csv
printf '\377\376a\0,\0' >wide.csv
fails "wide.csv:1: UTF-16" --data=wide.csv
head -c 3000000 /dev/zero | tr '\0' , >commas.csv
fails "commas.csv:1: more than 16384 columns" --data=commas.csv
{ printf '1,k\n2,"' && head -c 3000000 /dev/zero | tr '\0' x && printf '"\n'; } >long.csv
fails "long.csv" --data=long.csv
printf '"\033[31ma",y\n1,k\n2,l\nx\033[0m,k\n4,l\n' >escape.csv
fails "escape.csv:4: column 1 '\\x1b[31ma': 'x\\x1b[0m' is no number" --data=escape.csv
grep -q "$(printf '\033')" err && fail "an escape gets through: $(cat err)"

# A session on a file, replayed, and the file gone, changed, or one for which others are needed.
cat >leaves.session <<'EOT'
nablascope session 1 numbers 4
set data my leaves.csv
set one_hot on
set missing drop
set depth 2
set width 4
at 3 lr 0.5
reached 10
EOT
sed -i.old "1s/numbers .*/$("$NABLASCOPE" --version | sed -n 's/numbers: version /numbers /p')/" leaves.session
"$NABLASCOPE" run --session=leaves.session >rows 2>err || fail "a session: $(cat err)"
"$NABLASCOPE" run -n 10 --data='my leaves.csv' --one_hot=on --missing=drop --depth=2 --width=4 \
  --at=3:lr=0.5 2>err | cmp -s - rows || fail "a session: other numbers"
mv 'my leaves.csv' away
"$NABLASCOPE" run --session=leaves.session >out 2>err && fail "a session without its file"
[ "$(cat err)" = "nablascope: my leaves.csv: No such file or directory" ] || fail "says $(cat err)"
echo "digest 10 0123456789abcdef" >>leaves.session
"$NABLASCOPE" replay --check leaves.session >out 2>err && fail "replay without its file"
grep -q "my leaves.csv: No such file" out || fail "replay --check: $(cat out err)"
"$NABLASCOPE" replay --record=film.cast leaves.session >out 2>err && fail "a film without its file"
grep -q "my leaves.csv: No such file" err || fail "replay --record: $(cat err)"
mv away 'my leaves.csv'
"$NABLASCOPE" replay --check leaves.session >out && fail "a wrong digest is right"
found=$(sed -n 's/.* and computed \([0-9a-f]*\) by.*/\1/p' out)
sed -i.old "s/0123456789abcdef/$found/" leaves.session
"$NABLASCOPE" replay --check leaves.session >out || fail "the right digest: $(cat out)"
sed -i.old '3s/^/1/' 'my leaves.csv'
"$NABLASCOPE" replay --check leaves.session >out && fail "a changed file has the same digest"
grep -q 'differs.*: has my leaves.csv changed since, or this file?"$' out || fail "a changed file: $(cat out)"
"$NABLASCOPE" picture --data=xor.csv --view=data --step=2 -o data.txt || fail "a picture"
grep -q "x1 a" data.txt || fail "the data view does not name its inputs: $(cat data.txt)"
"$NABLASCOPE" picture --data=leaves.csv --ignore=place --missing=drop --view=data -o data.txt ||
  fail "a picture of leaves"
grep -q "beech, common" data.txt || fail "the data view does not name its classes: $(cat data.txt)"
exit 0
