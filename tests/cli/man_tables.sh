#!/bin/sh
# The manual page has every option, hyperparameter, command, key and preset, and nothing else.
. "${top_srcdir:-.}/tests/cli/common.sh"
page=$top_srcdir/man/nablascope.1
"$NABLASCOPE" --help >"$work/help"

# The options and hyperparameters of the help, and those the page defines.
grep -o -- '--[a-z][a-z_-]*' "$work/help" | grep -v -- '--NAME' | sort -u >"$work/expected"
sed -n 's/^\.It Fl .*Fl -\([a-z_-]*\).*/--\1/p; s/^\.It Fl -\([a-z_-]*\).*/--\1/p' "$page" |
  sort -u >"$work/found"
diff "$work/expected" "$work/found" || fail "options: < only in --help, > only in the page"

sed -n '/^Presets/,/^Exit/ s/^  \([a-z_]*\) .*/\1/p' "$work/help" |
  sort >"$work/expected"
sed -n '/^\.Sh PRESETS/,/^\.Sh/ s/^\.It Cm //p' "$page" | sort >"$work/found"
diff "$work/expected" "$work/found" || fail "presets: < only in the table, > only in the page"

sed -n 's/^ *\[COMMAND_[A-Z]*\] = {"\([a-z]*\)".*/\1/p' "$top_srcdir/src/engine/command_table.c" |
  sort >"$work/expected"
sed -n '/^\.Sh PROMPT/,/^\.Sh/ s/^\.It Cm \([a-z]*\).*/\1/p' "$page" | sort >"$work/found"
diff "$work/expected" "$work/found" || fail "commands: < only in the table, > only in the page"

# Keys by their label, the first string of a row.
sed -n 's/^    {[^"]*, "\([^"]*\)", ".*/\1/p' "$top_srcdir/src/ui/screen/keymap.c" |
  sort >"$work/expected"
[ -s "$work/expected" ] || fail "no keys found in the table"
sed -n '/^\.Sh KEYS/,/^\.Sh/ s/^\.It Ic //p' "$page" | sed 's/\\&//' | sort >"$work/found"
diff "$work/expected" "$work/found" || fail "keys: < only in the table, > only in the page"

# Quantities and events that conditions know, by their tables; one is known only when it is too late.
sed -n 's/^    \[QUANTITY_[A-Z_]*\] = {"\([a-z_]*\)".*/\1/p' "$top_srcdir/src/core/quantity.c" |
  grep -vx update_ratio | sort >"$work/expected"
[ "$(wc -l <"$work/expected")" -gt 20 ] || fail "no quantities found in the table"
sed -n '/^\.Sh CONDITIONS/,/^\.Sh/ s/^\.It Va //p' "$page" | tr -d ',' | tr ' ' '\n' | grep . | sort \
  >"$work/found"
diff "$work/expected" "$work/found" || fail "quantities: < only in the table, > only in the page"
sed -n 's/^        \[ALERT_[A-Z_]*\] = "\([a-z_]*\)",$/\1/p' "$top_srcdir/src/engine/alert.c" |
  sort >"$work/expected"
[ -s "$work/expected" ] || fail "no events found in the table"
sed -n '/^\.Sh CONDITIONS/,/^\.Sh/ s/^\.It Cm //p' "$page" | tr -d ',' | tr ' ' '\n' | grep . | sort \
  >"$work/found"
diff "$work/expected" "$work/found" || fail "events: < only in the table, > only in the page"

# Columns of run, all of which there are where samples are held out.
"$NABLASCOPE" run -n 0 --test=0.2 | head -n 1 | tr ',' '\n' >"$work/expected"
"$NABLASCOPE" run -n 0 --layers | head -n 1 | tr ',' '\n' >>"$work/expected"
sed -n '/^\.Sh OUTPUT/,/^\.Sh/ s/^\.It Va //p' "$page" | tr -d ',' | tr ' ' '\n' | grep . | sort -u \
  >"$work/found"
sort -u "$work/expected" | diff - "$work/found" || fail "columns: < only in run, > only in the page"
exit 0
