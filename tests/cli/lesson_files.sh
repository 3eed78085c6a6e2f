#!/bin/sh
# Files of data that a lesson names are those beside it, wherever it is called from.
. "${top_srcdir:-.}/tests/cli/common.sh"
case $NABLASCOPE in /*) ;; *) NABLASCOPE=$PWD/$NABLASCOPE ;; esac
mkdir "$work/course" "$work/other" "$work/home"
cd "$work/other" || exit 1
lesson() {
  printf 'nablascope-lesson 1\ntitle Files\nabout Of files\ndepth 2\nstandardize off\n%s\n' "$1" >"$work/$2"
}
holds() {
  "$NABLASCOPE" lesson --check "$@" >out 2>&1 || fail "$*: $(cat out)"
  grep -q '^ok ' out || fail "$*: $(cat out)"
}
fails() {
  words=$1
  shift
  "$NABLASCOPE" lesson --check "$@" >out 2>&1 && fail "$* passes"
  grep -q "$words" out || fail "$*: '$words' is wanted: $(cat out)"
}
# Beside the lesson are four samples, where it is called from are five, four of one class.
printf 'a,b,c\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n' >"$work/course/points.csv"
printf 'a,b,c\n0,0,no\n0,1,yes\n1,0,yes\n1,1,yes\n2,1,yes\n' >points.csv
four='expect accuracy == 0.5'
# A constant network takes all for one class: 2 of 4 are right, of the five 1 or 4.
lesson "init zeros
data points.csv
$four" course/a.lesson
cp "$work/course/a.lesson" "$work/home/a.lesson"
holds "$work/course/a.lesson"
holds ../course/a.lesson
(cd "$work/course" && "$NABLASCOPE" lesson --check a.lesson) >out || fail "beside: $(cat out)"
(cd / && "$NABLASCOPE" lesson --check "$work/course/a.lesson") >out || fail "from the root: $(cat out)"
ln -s "$work/course" link
holds link/a.lesson
# Where there is none beside it, the one of the working directory; without both the name is told.
fails 'expect accuracy == 0.5, seed 1: ' "$work/home/a.lesson"
(cd "$work" && "$NABLASCOPE" lesson --check home/a.lesson) >out 2>&1 && fail "a file that is not there"
grep -q 'home/a.lesson:7: data points.csv, seed 1: points.csv: No such file' out || fail "none: $(cat out)"
# From standard input it has no place.
"$NABLASCOPE" lesson --check - <"$work/course/a.lesson" >out 2>&1 && fail "standard input"
# Names from the root on are what they are, and generated sets no files.
lesson "init zeros
data $work/course/points.csv
$four" home/b.lesson
holds "$work/home/b.lesson"
: >"$work/course/moons"
lesson "data moons
expect loss > 0" course/c.lesson
holds "$work/course/c.lesson"
# In a race, below the lesson, and the labels of pictures.
mkdir "$work/course/in"
cp "$work/course/points.csv" "$work/course/in/deep.csv"
lesson "init zeros
data in/deep.csv
$four" course/d.lesson
holds "$work/course/d.lesson"
lesson "init zeros
race data=points.csv data=in/deep.csv
expect accuracy == 0.5
expect ghost.accuracy == 0.5" course/e.lesson
holds "$work/course/e.lesson"
printf '\0\0\10\3\0\0\0\4\0\0\0\2\0\0\0\2\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20' >"$work/course/pictures.idx"
printf '\0\0\10\1\0\0\0\4\0\1\0\1' >"$work/course/classes"
printf '\0\0\10\1\0\0\0\4\0\0\0\1' >classes
lesson "init zeros
labels classes
data pictures.idx
expect accuracy == 0.5" course/f.lesson
holds "$work/course/f.lesson"
# A setting has 200 bytes: where the full name has more, the one from here may do; else that is said.
deep=$work/$(printf '%0180d' 0)
mkdir "$deep"
cp "$work/course/a.lesson" "$work/course/points.csv" "$deep"
fails "a.lesson:7: points.csv: its path has 2[0-9]* bytes, over 200: a link?" "$deep/a.lesson"
(cd "$deep" && "$NABLASCOPE" lesson --check a.lesson) >out || fail "a deep place: $(cat out)"
(cd "$work" && "$NABLASCOPE" lesson --check "${deep#"$work"/}/a.lesson") >out || fail "from above it: $(cat out)"
exit 0
