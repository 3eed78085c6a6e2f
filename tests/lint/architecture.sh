#!/bin/sh
# shellcheck disable=SC2013,SC2016 # names without blanks; backquotes are Markdown
# Every source file has its one line in ARCHITECTURE.md, and every path named there exists.
cd "${top_srcdir:-.}" || exit 1
status=0
for file in $(find src tests -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' \) | sort); do
  count=$(grep -c "^- \`$file\`" ARCHITECTURE.md)
  if [ "$count" -ne 1 ]; then
    echo "$file has $count lines in ARCHITECTURE.md, not 1"
    status=1
  fi
done
for file in $(sed -n 's/^- `\([^`]*\)`.*/\1/p' ARCHITECTURE.md); do
  if [ ! -e "$file" ]; then
    echo "ARCHITECTURE.md names $file, which is not there"
    status=1
  fi
done
exit $status
