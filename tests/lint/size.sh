#!/bin/sh
# No file is longer than 500 lines.
cd "${top_srcdir:-.}" || exit 1
find src tests -name '*.[ch]' -exec wc -l {} + |
  awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines; split it"; bad = 1 } END { exit bad }'
