#!/bin/sh
# shellcheck disable=SC2013,SC2016 # names without blanks; backquotes are Markdown
# Every source file has one line in ARCHITECTURE.md, its own or that of the pair (name.[ch]), and every path named there
# exists.
cd "${top_srcdir:-.}" || exit 1
status=0
for file in $(find src tests -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' \) | sort); do
  count=$(grep -cF -e "- \`$file\`" -e "- \`${file%.[ch]}.[ch]\`" ARCHITECTURE.md)
  if [ "$count" -ne 1 ]; then
    echo "$file has $count lines in ARCHITECTURE.md, not 1"
    status=1
  fi
done
set -f
for file in $(sed -n 's/^- `\([^`]*\)`.*/\1/p' ARCHITECTURE.md); do
  case $file in
  *'.[ch]') pair="${file%'.[ch]'}.c ${file%'.[ch]'}.h" ;;
  *) pair=$file ;;
  esac
  for named in $pair; do
    if [ ! -e "$named" ]; then
      echo "ARCHITECTURE.md names $named, which is not there"
      status=1
    fi
  done
done
set +f
# What is not in the list, by its name or its folder's, is missing from the distribution.
for file in $(find src tests data man -type f ! -name '*.pyc' | sort); do
  name=$file
  until grep -q "^[^#]*[[:space:]]$name\([[:space:]]\|\$\)" Makefile.am; do
    case $name in
    */*/*) name=${name%/*} ;;
    *)
      echo "$file is not in Makefile.am"
      status=1
      break
      ;;
    esac
  done
done
exit $status
