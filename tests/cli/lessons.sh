#!/bin/sh
# Lessons: the list, looking them up, checking, beginning one; and all that are in data hold what they expect.
. "${top_srcdir:-.}/tests/cli/common.sh"
given=${NABLASCOPE_DATA:-}
mkdir -p "$work/data/lessons" "$work/data/questions" "$work/home/nablascope/lessons" "$work/all/nablascope/lessons"
write() {
  printf 'nablascope-lesson 1\ntitle %s\nabout Of %s\nminutes 4\n%s\n' "$2" "$2" "${3:-expect loss > 0}" >"$1"
}
write "$work/data/lessons/02-two.lesson" Two
write "$work/data/lessons/10-ten.lesson" Ten
write "$work/home/nablascope/lessons/own.lesson" Own
write "$work/home/nablascope/lessons/02-two.lesson" Hidden
write "$work/all/nablascope/lessons/09-nine.lesson" Nine
write "$work/all/nablascope/lessons/.hidden.lesson" Hidden
write "$work/data/questions/q.lesson" Question
: >"$work/data/lessons/README"
export NABLASCOPE_DATA="$work/data" XDG_DATA_HOME="$work/home" XDG_DATA_DIRS="relative:$work/none:$work/all"

"$NABLASCOPE" lesson >"$work/list" || fail "the list fails"
grep -v '^ *Of \|^ */\|^ *…' "$work/list" | sed 's/  */ /g' >"$work/titles"
printf ' 2 two Two, 4 min\n 9 nine Nine, 4 min\n 10 ten Ten, 4 min\n own Own, 4 min\n' | diff - "$work/titles" ||
  fail "the list: $(cat "$work/list")"
{ grep -q "Of Two" "$work/list" && grep -q "02-two.lesson" "$work/list"; } || fail "about, file: $(cat "$work/list")"
for word in 2 02 two 02-two 02-two.lesson "$work/data/lessons/02-two.lesson"; do
  "$NABLASCOPE" lesson --check "$word" >"$work/out" || fail "$word: $(cat "$work/out")"
  grep -q '^ok 02-two.lesson: 1 expect on seeds 1..3, ' "$work/out" || fail "$word: $(cat "$work/out")"
done
# Found in the first directory, which has not the one that is hidden.
"$NABLASCOPE" lesson | grep -q Hidden && fail "hidden"
"$NABLASCOPE" lesson --check eleven 2>"$work/err" && fail "there is no eleven"
grep -q "no lesson is called 'eleven': there are two nine ten own" "$work/err" || fail "$(cat "$work/err")"
"$NABLASCOPE" lesson --check >"$work/out" || fail "all: $(cat "$work/out")"
[ "$(grep -c '^ok ' "$work/out")" -eq 5 ] || fail "not all: $(cat "$work/out")"
echo broken >"$work/all/nablascope/lessons/zz.lesson"
"$NABLASCOPE" lesson >"$work/out" 2>"$work/err" && fail "a broken one in the list"
{ grep -q 'zz.lesson:1:1: no lesson' "$work/err" && grep -q 'Ten' "$work/out"; } || fail "broken: $(cat "$work/err" "$work/out")"
NABLASCOPE_DATA="$work/none" XDG_DATA_HOME="$work/none" XDG_DATA_DIRS="$work/none" HOME=$work \
  "$NABLASCOPE" lesson >/dev/null 2>"$work/err" && [ ! -s "$work/err" ] || grep -q 'no lessons are installed' "$work/err" ||
  fail "none: $(cat "$work/err")"

# What is not so is told on standard output, with its line, its seed and its number.
write "$work/false.lesson" False 'samples 24
view flow
expect loss < 0.1 seeds 2..3
expect loss > 0'
"$NABLASCOPE" lesson --check "$work/false.lesson" "$work/data/lessons/02-two.lesson" >"$work/out" && fail "false passes"
grep -q 'false.lesson:7: expect loss < 0.1 seeds 2..3, seed 2: 0\.[0-9]*$' "$work/out" || fail "$(cat "$work/out")"
grep -q 'false.lesson:7: .* seed 3: 0\.' "$work/out" || fail "seed 3: $(cat "$work/out")"
grep -q 'seed 1' "$work/out" && fail "seed 1: $(cat "$work/out")"
tail -n 1 "$work/out" | grep -q '^ok 02-two' || fail "the other one is not checked: $(cat "$work/out")"
write "$work/view.lesson" View 'view flwo'
"$NABLASCOPE" lesson --check "$work/view.lesson" >"$work/out" && fail "a view that is none"
grep -q "view.lesson:5: view flwo, seed 1: unknown view 'flwo'" "$work/out" || fail "$(cat "$work/out")"
write "$work/look.lesson" Look 'depth 3
look layer 5 There'
"$NABLASCOPE" lesson --check "$work/look.lesson" | grep -q 'look.lesson:6:6: there is no layer 5: 4 is the output' ||
  fail "look: $("$NABLASCOPE" lesson --check "$work/look.lesson")"
for place in step loss title finding findings legend 'layer 2' 'layer 11' units clip delta; do
  write "$work/look.lesson" Look "look $place There"
  "$NABLASCOPE" lesson --check "$work/look.lesson" >"$work/out" || fail "look $place: $(cat "$work/out")"
done
# One that the view has not is refused once, with its column and all that there are: a preset brings its view, too.
expect_look() {
  write "$work/look.lesson" Look "$1"
  "$NABLASCOPE" lesson --check "$work/look.lesson" >"$work/out" && fail "passes: $1"
  grep -q "look.lesson:$2" "$work/out" || fail "$1: $(cat "$work/out")"
  [ "$(wc -l <"$work/out")" -eq 1 ] || fail "more than once: $(cat "$work/out")"
}
expect_look 'expect loss > 0 seeds 1..3
look nosuchplace There' "6:6: view flow has no place 'nosuchplace'; there are layer units .* legend and, in each, step loss title finding"
expect_look 'look los There' "5:6: view flow has no place 'los'; did you mean 'loss'?"
expect_look 'view units
look 7 verdict' "6:6: view units has no place '7'; there are "
expect_look 'look treshold There' "5:6: view flow has no place 'treshold', but\|; there are "
expect_look 'look after There' "5:6: view flow has no place 'after', but clip has; there are layer"
expect_look 'look
  after There' "6:3: view flow has no place 'after'"
expect_look 'view clip
look delta There' "6:6: view clip has no place 'delta', but "
expect_look 'preset clipped
look delta There' "6:6: view clip has no place 'delta', but "
expect_look 'look unit 2 3 There' "5:6: view flow has no place 'unit'"
expect_look 'view units
width 5,10,5
depth 3
look unit 2 11 There' '8:6: layer 2 has 10 units'
expect_look 'view units
look unit 11 2 There' '6:6: layer 11 has 1 unit$'
write "$work/look.lesson" Look 'view units
width 5,10,5
depth 3
look unit 2 10 There
preset clipped
look after There
expect loss > 0 seeds 1..2'
"$NABLASCOPE" lesson --check "$work/look.lesson" >"$work/out" || fail "look: $(cat "$work/out")"
# A place of no view at all is refused when the lesson is opened; that of another view may be turned to.
write "$work/look.lesson" Look 'look treshold There'
"$NABLASCOPE" lesson "$work/look.lesson" </dev/null >"$work/out" 2>&1 && fail "a lesson without its place is played"
grep -q "^nablascope: .*look.lesson:5:6: no view has a place 'treshold' (nablascope-lesson(5) lists them); did you" "$work/out" ||
  fail "$(cat "$work/out")"
write "$work/look.lesson" Look 'look after There'
"$NABLASCOPE" lesson "$work/look.lesson" </dev/null >"$work/out" 2>&1
grep -q "place" "$work/out" && fail "$(cat "$work/out")"
write "$work/keep.lesson" Keep 'before keep
run 1
before drop'
"$NABLASCOPE" lesson --check "$work/keep.lesson" >"$work/out" || fail "before: $(cat "$work/out")"
write "$work/keep.lesson" Keep 'before kep'
"$NABLASCOPE" lesson --check "$work/keep.lesson" | grep -q "unknown before 'kep'" || fail "before kep"
write "$work/never.lesson" Never 'samples 24
until loss < 0 within 9'
"$NABLASCOPE" lesson --check "$work/never.lesson" >"$work/out" && fail "never passes"
grep -q 'never.lesson:6: loss < 0, seed 1: loss < 0 does not come within 9 steps' "$work/out" || fail "$(cat "$work/out")"
write "$work/wrong.lesson" Wrong 'say {x}'
"$NABLASCOPE" lesson --check "$work/wrong.lesson" 2>"$work/err" && fail "wrong passes"
grep -q '^nablascope: .*wrong.lesson:5:6: no number has this name' "$work/err" || fail "$(cat "$work/err")"

# What the screen has no place for is told for each line, and is no failure.
printf 'nablascope-lesson 1\ntitle Caf\303\251\nabout Cafe\314\201 \346\204\217\n# \346\204\217\nsay \316\264 \342\200\234x\342\200\235\n \tand \346\204\217\nexpect loss > 0 # \346\204\217\n' >"$work/wide.lesson"
"$NABLASCOPE" lesson --check "$work/wide.lesson" >"$work/out" || fail "wide: $(cat "$work/out")"
sed -n "s|^$work/||; s/ warning: .*(\(U+.*\)).*/ \1/; s/, [0-9.]* s\$//p; /U+/p" "$work/out" | sort >"$work/told"
printf 'ok wide.lesson: 1 expect on seeds 1..3\nwide.lesson:3:11: U+0301\nwide.lesson:6:7: U+610F\n' | sort |
  diff - "$work/told" || fail "wide: $(cat "$work/out")"

# From standard input; seeds that are not in a row.
write "$work/seeds.lesson" Seeds 'samples 24
expect loss > 0 seeds 1
expect loss > 0 seeds 3
expect loss > 0 seeds 5..6'
"$NABLASCOPE" lesson --check - <"$work/seeds.lesson" | grep -q '^ok -: 3 expects on seeds 1, 3, 5..6, ' ||
  fail "standard input: $("$NABLASCOPE" lesson --check - <"$work/seeds.lesson")"

# Data of files are read, too.
write "$work/digits.lesson" Digits 'data digits
samples 100
run 1
expect loss > 0'
NABLASCOPE_DATA=$top_srcdir/data "$NABLASCOPE" lesson --check "$work/digits.lesson" >"$work/out" 2>&1 ||
  fail "digits: $(cat "$work/out")"

# A lesson to begin from: right, and never over another one.
"$NABLASCOPE" lesson --new="$work/new.lesson" >/dev/null || fail "--new"
"$NABLASCOPE" lesson --check "$work/new.lesson" >"$work/out" || fail "the new one: $(cat "$work/out")"
# What it says tries it does, by any name.
# shellcheck disable=SC2016 # a name, as it is
for name in plain a.lesson bound 'a b.lesson' "it's" '-x$y;z'; do
  (cd "$work" && rm -f -- "$name" && "$NABLASCOPE" lesson --new="$name" >told &&
    said=$(sed -n 's/.*; nablascope lesson --check \(.*\) tries it/\1/p' told) &&
    eval "\"\$NABLASCOPE\" lesson --check $said" >out 2>err && grep -qF -- "$name" out) || fail "--new=$name: $(cat "$work/told" "$work/out" "$work/err")"
done
(cd "$work" && "$NABLASCOPE" lesson --check plain >out 2>&1) || fail "a file: $(cat "$work/out")"
cp "$work/new.lesson" "$work/before"
"$NABLASCOPE" lesson --new="$work/new.lesson" 2>"$work/err" && fail "--new writes over a file"
{ grep -q 'new.lesson exists' "$work/err" && cmp -s "$work/before" "$work/new.lesson"; } || fail "--new: $(cat "$work/err")"
"$NABLASCOPE" lesson --new="$work/none/new.lesson" 2>/dev/null && fail "--new nowhere"
refused '--new=FILE stands alone' lesson --new=a b
refused '--receipt: of which lesson?' lesson --receipt=a
# What would come to nothing is refused.
refused '--new=FILE stands alone' lesson --new=a --seed=3
refused "'--seed' means nothing to lesson --check" lesson --check --seed=3 a
refused "'--receipt' means nothing to lesson --check" lesson --check --receipt=a.receipt a
refused '--seed: of which lesson?' lesson --seed=3
refused "option '--theme' means nothing to lesson without a NAME" lesson --theme=light
# A receipt is never written over.
echo kept >"$work/kept.receipt"
"$NABLASCOPE" lesson "$work/new.lesson" --receipt="$work/kept.receipt" >"$work/out" 2>"$work/err" </dev/null && fail "a receipt twice"
{ grep -q 'kept.receipt exists: another name, or remove it first' "$work/err" && [ "$(cat "$work/kept.receipt")" = kept ]; } ||
  fail "a receipt twice: $(cat "$work/err")"
refused 'one NAME or FILE, not 2' lesson a b
refused "'--lr' means nothing to lesson" lesson --lr=3 a

# Those of the program, each number on its seeds. With NABLASCOPE_LESSONS=N every Nth of them.
NABLASCOPE_DATA=$given
[ -n "$given" ] || unset NABLASCOPE_DATA
set -- "$top_srcdir"/data/lessons/*.lesson "$top_srcdir"/data/questions/*.lesson
place=0
for file; do
  [ -f "$file" ] || continue
  place=$((place + 1))
  grep -qF "${file#"$top_srcdir"/}" "$top_srcdir/Makefile.am" || fail "$file is not installed: its place is in Makefile.am"
  [ $((place % ${NABLASCOPE_LESSONS:-1})) -eq 0 ] || continue
  "$NABLASCOPE" lesson --check "$file" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
  cat "$work/out"
done
exit 0
