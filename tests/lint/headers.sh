#!/bin/sh
# Every header compiles by itself, and has a guard.
cd "${top_srcdir:-.}" || exit 1
status=0
for header in src/*/*.h src/*/*/*.h; do
  case $header in
  */kernel_sets.h) ;;
  */kernel_*.h | */*_template.h) continue ;; # parts of a template, not headers
  esac
  # shellcheck disable=SC2086 # the compiler may have options
  echo "#include \"${header#src/}\"" | ${CC:-cc} -D_GNU_SOURCE -fsyntax-only -I src -x c - || status=1
  grep -q '^#ifndef NABLASCOPE_' "$header" || {
    echo "$header has no guard"
    status=1
  }
done
exit $status
