#!/bin/sh
# Data sets of pictures: the digits, and IDX pairs as they are published; what is refused, and with
# which word.
. "${top_srcdir:-.}/tests/cli/common.sh"

net="--depth=1 --width=8 --activation=relu --init=he_normal --lr=0.1"
run() {
  # shellcheck disable=SC2086 # words
  "$NABLASCOPE" run $net "$@"
}

# says WORDS ARGS…: status 1 or 2, one line with these words.
says() {
  words=$1
  shift
  run -n 1 "$@" >"$work/out" 2>"$work/err" && fail "$*: goes on"
  grep -qF -- "$words" "$work/err" || fail "$*: '$(cat "$work/err")' does not say '$words'"
  [ ! -s "$work/out" ] || fail "$*: prints on standard output"
}

# The digits are all there; an even choice of them has each class with its share.
run -n 0 --data=digits >"$work/all" || fail "no digits"
"$NABLASCOPE" export --data=digits --samples=1797 --depth=1 --width=2 >"$work/whole.json" || fail "export"
run -n 3 --data=digits --samples=200 >"$work/some" || fail "a choice of them"
run -n 3 --data=digits --samples=200 | cmp -s - "$work/some" || fail "another choice"
run -n 0 --data=digits --samples=1797 | cmp -s - "$work/all" || fail "auto is not all of them"
says "samples: 1798 of the 1797 that digits has: samples=auto for all" --data=digits --samples=1798
says "samples 9: the 10 classes of digits need 10 at least" --data=digits --samples=9
run -n 0 --data=digits --samples=10 >"$work/ten" || fail "one of each"
NABLASCOPE_DATA=$work says "NABLASCOPE_DATA is to name" --data=digits
# Points: auto is 200.
run -n 2 >"$work/points"
run -n 2 --samples=200 | cmp -s - "$work/points" || fail "auto is not 200 points"
run -n 2 --samples=auto | cmp -s - "$work/points" || fail "auto is not the default"
refused "samples: 0 is out of range: auto or 4..100000" run --samples=0

# Inputs and classes are those of the files, and of sklearn's load_digits, to the bit; standardised,
# each has mean 0 and variance 1, or is 0.
if [ -n "${PYTHON:-}" ]; then
  "$NABLASCOPE" export --data=digits --standardize=off --depth=1 --width=2 >"$work/raw.json" || fail "export"
  "$NABLASCOPE" export --data=digits --depth=1 --width=2 >"$work/standard.json" || fail "export"
  "$PYTHON" - "${NABLASCOPE_DATA:?set by make check}" "$work" <<'END' || fail "other numbers"
import gzip, json, sys
import numpy as np
data, work = sys.argv[1:]
raw, standard = (json.load(open(f"{work}/{name}.json")) for name in ("raw", "standard"))
read = lambda name: np.frombuffer(gzip.open(f"{data}/digits-{name}-ubyte.gz").read(), "u1")
x, y = read("images-idx3")[16:].reshape(-1, 64).astype(float), read("labels-idx1")[8:]
assert x.shape == (1797, 64) and x.max() == 16 and sorted(set(y)) == list(range(10))
assert (np.array(raw["X"]) == x).all() and (np.array(raw["Y"]).ravel() == y).all()
try:
    from sklearn.datasets import load_digits
    assert (load_digits().data == x).all() and (load_digits().target == y).all()
except ImportError:
    pass
x = np.array(standard["X"])
# Rounding of sums over 1797 numbers.
assert abs(x.mean(0)).max() < 1e-12 and (abs(x.var(0) - 1) * (x.var(0) > 0)).max() < 1e-12
END
fi
# A session says of which data it is.
printf '%s\n' 'nablascope session 1 numbers 4' 'set data digits' 'set samples 100' 'set depth 1' \
  'set batch 10' 'reached 5' >"$work/some.session"
"$NABLASCOPE" run --session="$work/some.session" >"$work/session" || fail "a session on digits"
"$NABLASCOPE" run --data=digits --samples=100 --depth=1 --batch=10 -n 5 | cmp -s - "$work/session" ||
  fail "a session on digits is another run"

# An IDX pair of its own: 12 pictures of 2 x 2, in three classes.
images=$work/train-images-idx3-ubyte labels=$work/train-labels-idx1-ubyte
{
  printf '\0\0\010\003\0\0\0\014\0\0\0\002\0\0\0\002'
  for _ in 1 2 3 4; do
    printf '\377\001\002\003\004\377\005\006\007\010\377\011'
  done
} >"$images"
{
  printf '\0\0\010\001\0\0\0\014'
  for _ in 1 2 3 4; do
    printf '\003\005\007'
  done
} >"$labels"
run -n 20 --data="$images" >"$work/plain" || fail "an IDX pair"
[ "$(tail -n 1 "$work/plain" | cut -d, -f3)" = 1 ] || fail "three classes are not learned"
gzip -k "$images" "$labels"
run -n 20 --data="$images.gz" | cmp -s - "$work/plain" || fail "compressed it is another set"
rm "$labels.gz"
run -n 20 --data="$images.gz" | cmp -s - "$work/plain" || fail "labels that are not compressed"
mv "$labels" "$work/answers"
says "its labels are not beside it" --data="$images"
run -n 20 --data="$images" --labels="$work/answers" | cmp -s - "$work/plain" || fail "--labels"
# A session keeps what it is of.
cd "$work" || exit 1
"$NABLASCOPE" run -n 0 --data=./train-images-idx3-ubyte --labels=./answers --depth=1 --samples=6 \
  >/dev/null || fail "a relative name"

# Each way in which they can be wrong has its word, and the file's name.
printf '\0\0\010\001\0\0\0\013\003\005\007\003\005\007\003\005\007\003\005' >eleven
says "eleven: 11 labels for the 12 images of ./train-images" --data=./train-images-idx3-ubyte --labels=./eleven
says "labels (one dimension), where images are wanted" --data=./eleven --labels=./answers
says "3 dimensions, where labels have one" --data="$images" --labels="$images"
head -c 40 "$images" >short.idx
says "short.idx: ends after 24 of the 48 elements" --data=short.idx --labels=./answers
{ cat "$images" && echo; } >long.idx
says "long.idx: goes on after the 48 elements" --data=long.idx --labels=./answers
head -c 30 "$images.gz" >short.gz
says "short.gz: ends in the midst of its compressed data" --data=./short.gz --labels=./answers
{ cat "$images.gz" && echo; } >long.gz
says "long.gz: bytes after its compressed data" --data=./long.gz --labels=./answers
printf '\0\0\015\001\0\0\0\001\0\0\0\0' >float.idx
says "float.idx: an IDX array of floats (type 0x0d)" --data=float.idx --labels=./answers
printf '\0\0\010\001\0\0\0\014\1\1\1\1\1\1\1\1\1\1\1\1' >same
says "all 12 labels are the same" --data="$images" --labels=./same
# Four gigabytes, it says.
printf '\0\0\010\003\177\377\377\377\0\0\0\002\0\0\0\001' >huge.idx
says "huge.idx: says that it has more than 268435456 elements" --data=huge.idx --labels=./answers
says "is a directory" --data=./ --labels=./answers
says "none.idx: No such file" --data=none.idx --labels=./answers

# The picture of the view, without a terminal.
"$NABLASCOPE" picture --data=digits --depth=2 --width=16 --activation=relu --init=he_normal \
  --optimizer=adam --lr=0.01 --step=40 --view=data -o digits.txt || fail "picture"
grep -q 'of 1797 right, 8 x 8 pixels' digits.txt || fail "no picture of digits"
grep -qE '[0-9], taken for [0-9]' digits.txt || fail "no wrong one"
exit 0
