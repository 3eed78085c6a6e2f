#!/bin/sh
# The examples of the manual pages: what is shown of a command's output is what it prints, and the
# others that need no terminal print something.
. "${top_srcdir:-.}/tests/cli/common.sh"
mkdir "$work/bin" "$work/at" "$work/at/handed-in" || exit 1
ln -s "$NABLASCOPE" "$work/bin/nablascope"
PATH=$work/bin:$PATH
sed -n '/^\.Bd -literal/,/^\.Ed/p' "$top_srcdir/man/nablascope-session.5" | sed -n '2,/^\.Ed/p' |
  sed '$d' >"$work/at/lecture.session"
cp "$work/at/lecture.session" "$work/at/handed-in/one.session"

# A command, and what the page shows of its output, as far as that goes.
shown() {
  awk '/^\.Sh EXAMPLES/ { on = 1; next } /^\.Sh/ { on = 0 }
    !on { next }
    /^\.Bd -literal/ { block = 1; next } /^\.Ed/ { block = 0 }
    block || sub(/^\.Dl /, "")' "$1"
}
headless='^\$ nablascope (run|check|export|sweep|replay --check|lesson --check) '
for page in "$top_srcdir"/man/*.[1-9]; do
  shown "$page" >"$work/shown"
  : >"$work/commands"
  grep -nE "$headless" "$work/shown" | cut -d: -f1 >"$work/places"
  while read -r place; do
    command=$(sed -n "${place}s/^\\\$ //p" "$work/shown")
    sed -n "$((place + 1)),\$p" "$work/shown" | sed '/^\$ /,$d' >"$work/wanted"
    (cd "$work/at" && sh -c "$command") >"$work/got" 2>"$work/err" </dev/null ||
      fail "$page: $command: $(cat "$work/err")"
    if [ -s "$work/wanted" ]; then
      cmp -s "$work/wanted" "$work/got" || fail "$page: $command: $(cat "$work/got" "$work/err")"
    else
      case $command in *\>*) ;; *) [ -s "$work/got" ] || fail "$page: $command: nothing" ;; esac
    fi
    echo "$command" >>"$work/commands"
  done <"$work/places"
  case $page in
  *.5) ;;
  *) [ "$(wc -l <"$work/commands")" -ge 5 ] || fail "$page: examples are not found" ;;
  esac
done
exit 0
