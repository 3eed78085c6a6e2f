#!/bin/sh
# Pictures and recordings without a terminal: the same bytes each time, and those of the README.
. "${top_srcdir:-.}/tests/cli/common.sh"
python=${PYTHON:-}
pictures=$top_srcdir/data/pictures

# The README's pictures are what the program draws now: else `make pictures` draws them anew.
count=0
while read -r name options; do
  # shellcheck disable=SC2086
  "$NABLASCOPE" picture $options -o "$work/$name.svg" </dev/null || fail "$name: status $?"
  cmp "$work/$name.svg" "$pictures/$name.svg" || fail "$name.svg is another: make pictures"
  grep -q "data/pictures/$name.svg" "$top_srcdir/README.md" || fail "README.md does not show $name.svg"
  # shellcheck disable=SC2086
  NABLASCOPE_ISA=portable "$NABLASCOPE" picture $options --threads=2 -o - </dev/null |
    cmp - "$work/$name.svg" || fail "$name: other bytes with other kernels"
  # shellcheck disable=SC2086
  "$NABLASCOPE" picture $options -o "$work/$name.txt" </dev/null || fail "$name.txt: status $?"
  [ -z "$python" ] || "$python" "$top_srcdir/tests/svg.py" "$work/$name.svg" "$work/$name.txt" screen ||
    fail "$name.svg is not $name.txt"
  count=$((count + 1))
done <"$pictures/recipes"
[ $count -ge 5 ] || fail "only $count pictures"

"$NABLASCOPE" picture --size=100x30 --ascii --theme=mono -o "$work/a.txt" || fail "ascii: status $?"
LC_ALL=C grep -q '[^ -~]' "$work/a.txt" && fail "more than ASCII"
[ "$(wc -l <"$work/a.txt")" -eq 30 ] || fail "not 30 rows"
"$NABLASCOPE" picture --preset=exploding --step=50 -o "$work/d.txt" 2>"$work/err" || fail "diverged: status $?"
grep -q "where it diverged" "$work/err" || fail "says nothing of the divergence: $(cat "$work/err")"
"$NABLASCOPE" picture -o "$work/a.gif" 2>"$work/err" && fail "a format that there is not"
grep -q "in no format of pictures" "$work/err" || fail "$(cat "$work/err")"
[ ! -e "$work/a.gif" ] || fail "writes a.gif"
refused "is no size" picture --size=80
refused "'39x9' is no size: columns and rows from 40x10 to 500x200" picture --size=39x9
refused "how many steps a second" replay --record=a.cast --speed=max a
refused "'40x9' is no size" replay --record=a.cast --size=40x9 a
refused "is no size" picture --size=0x24
refused "is no size" picture --size=80x9999
refused "is no size" picture --size=80x24x2
refused "is no size" picture --size=80x-4
refused "did you mean 'clip'" picture --view=clop
refused "--step=50 goes there" picture --step=20 --at=50:lr=3

# A session, recorded: the same bytes each time; in the end the picture of its last step.
"$NABLASCOPE" --version >/dev/null || fail "version"
numbers=$("$NABLASCOPE" --version | sed -n 's/.*numbers \([0-9]*\).*/\1/p')
printf 'nablascope session 1 numbers %s\n' "${numbers:-4}" >"$work/a.session"
cat >>"$work/a.session" <<END
set activation relu
set init he_normal
set depth 2
at 30 set lr 3
at 40 set optimizer adam
reached 60
END
record() { "$NABLASCOPE" replay --record="$work/$1.cast" --speed=60 "$work/a.session"; }
record one || fail "record: status $?"
record two || fail "record: status $?"
cmp "$work/one.cast" "$work/two.cast" || fail "another recording the second time"
NABLASCOPE_ISA=portable record two
cmp "$work/one.cast" "$work/two.cast" || fail "another recording with other kernels"
if [ -n "$python" ]; then
  "$python" "$top_srcdir/tests/cast.py" "$work/one.cast" >"$work/marks" || fail "one.cast cannot be played"
  grep -qx "step 30: lr 3" "$work/marks" || fail "no mark of the change: $(cat "$work/marks")"
fi
# Without a change, after which there are marks of what was before: all rows but that of messages.
sed '/^at /d' "$work/a.session" >"$work/b.session"
mv "$work/b.session" "$work/a.session"
record two || fail "record: status $?"
"$NABLASCOPE" picture --activation=relu --init=he_normal --depth=2 --step=60 -o "$work/last.txt" ||
  fail "picture at 60: status $?"
sed -n 1,22p "$work/last.txt" >"$work/wanted"
[ -z "$python" ] || "$python" "$top_srcdir/tests/cast.py" "$work/two.cast" "$work/wanted" 1,22 >"$work/marks" ||
  fail "the recording ends with another picture"
refused "is for recordings" replay --view=flow "$work/a.session"
refused "means nothing to replay --record" replay --record="$work/x.cast" --bell "$work/a.session"
refused "means nothing to replay --check" replay --check --speed=3 "$work/a.session"
refused "ends in no format" picture -o "$work/x.png"
refused "either --check or --record" replay --check --record="$work/x.cast" "$work/a.session"
"$NABLASCOPE" replay --record="$work/x.svg" "$work/a.session" 2>"$work/err" && fail "a recording in x.svg"
grep -q "does not end in .cast" "$work/err" || fail "$(cat "$work/err")"
# What was recorded before stays when it fails.
("$NABLASCOPE" replay --record="$work/one.cast" "$work/a.session") 2>"$work/err" || fail "replaced: status $?"
cp "$work/one.cast" "$work/before"
(ulimit -f 4 && exec "$NABLASCOPE" replay --record="$work/one.cast" "$work/a.session") 2>"$work/err"
[ $? -eq 1 ] || fail "a recording that may not grow: status"
grep -q "one.cast: File too large" "$work/err" || fail "a recording that may not grow: $(cat "$work/err")"
cmp -s "$work/one.cast" "$work/before" || fail "what was recorded before is lost"
[ -z "$(find "$work" -name '*.part')" ] || fail "half a recording is left"
if [ -w /dev/full ]; then
  ln -s /dev/full "$work/full.cast"
  "$NABLASCOPE" replay --record="$work/full.cast" "$work/a.session" 2>"$work/err"
  [ $? -eq 1 ] || fail "full disk: status $?"
  grep -q "No space" "$work/err" || fail "full disk: $(cat "$work/err")"
fi
exit 0
