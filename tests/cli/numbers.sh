#!/bin/sh
# Extreme numbers, for every option that takes one: obeyed or refused in a line, and nothing else.
. "${top_srcdir:-.}/tests/cli/common.sh"

extremes="1e-320 1e-300 1e300 1e309 -1 0 -0 nan -nan inf -inf 1e15 2147483647 2147483648 -2147483649
  9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 0x1p1023
  1e999999999999 +1 1e 0.5
  99999999999999999999999999999999999999999999999999999999999999999999999999999999"
small="--depth=1 --width=2 --samples=8"

# survives ARGS…: status 0, 1 or 2; what is said is said in lines, and is short.
count=0
obeyed=0
survives() {
  count=$((count + 1))
  timeout 60 "$NABLASCOPE" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  [ $status -ne 0 ] || obeyed=$((obeyed + 1))
  [ $status -le 2 ] || fail "$*: status $status: $(head -n 3 "$work/err")"
  [ $status -ne 2 ] || [ "$(wc -l <"$work/err")" -eq 2 ] || fail "$*: $(cat "$work/err")"
}

# All but --output, which takes what is none of its own words for the name of a file.
names=$("$NABLASCOPE" --help | sed -n '/^Hyper/,/^Presets/ s/^  *--\([a-z_]*\).*/\1/p' | grep -v '^output$')
[ -n "$names" ] || fail "no hyperparameters in the help"
for number in $extremes; do
  for name in $names; do
    # shellcheck disable=SC2086 # several words
    survives run $small -n 0 "--$name=$number"
  done
  # shellcheck disable=SC2086
  {
    survives check $small "--epsilon=$number" --elements=3
    survives check $small "--elements=$number"
    survives check $small --activation=linear --lr=1000 "--step=$number"
    survives export $small --activation=linear --lr=1000 "--step=$number"
    survives run $small -n 3 "--every=$number"
    survives run $small --activation=linear --lr=1000 "--steps=$number"
    survives run $small -n 0 "--threads=$number"
    survives run -n 0 "--set=lr=$number"
    survives "--speed=$number" --theme=none # refused in any case: there is no terminal here
  }
done
refused "speed '1e-300' is not a number from" --speed=1e-300
refused "speed 'nan' is not a number from" --speed=nan
refused "is not a number from" --speed=11111111111111111111111111111111111111111111111111111111111x
[ $obeyed -gt 50 ] || fail "only $obeyed of $count were obeyed"
echo "$count numbers tried, $obeyed obeyed"
