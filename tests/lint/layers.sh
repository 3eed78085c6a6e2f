#!/bin/sh
# The arrows of the architecture: who may include whom, and what the core may import.
set -u
top=${top_srcdir:-.}
status=0

# allowed LAYER DIRECTORIES…: files of src/LAYER include nothing of ours from elsewhere.
allowed() {
  layer=$1
  shift
  pattern=$(echo "$*" | tr ' ' '|')
  ls "$top/src/$layer"/*.c >/dev/null || status=1 # nothing to look at is no peace
  grep -nE '^#include "' "$top/src/$layer"/*.[ch] |
    grep -vE "#include \"($pattern)[/\"]" && {
    echo "src/$layer may include only: $*"
    status=1
  }
}
allowed core core
allowed engine core engine
allowed io core engine io
allowed ui/draw core engine/step_rows.h ui/draw
allowed ui/views core engine ui/draw ui/views
allowed ui/screen core engine ui/draw ui/views/view.h ui/views/event_ticks.h ui/views/ghost.h ui/screen
allowed term core/error.h core/text.h ui/draw term
allowed picture core/error.h core/text.h ui/draw picture
allowed cli core engine io ui term picture cli

# A view, NAME.c with its parts NAME_PART.c, knows no other view: only its header and what all share.
for file in "$top"/src/ui/views/*.c; do
  name=$(basename "$file" .c)
  grep -nE '^#include "ui/views/' "$file" |
    grep -vE "\"ui/views/(view|ghost|unit_state|layer_rows|event_ticks|${name%%_*})\\.h\"" && {
    echo "$file may include of the views only: its own header and what all share"
    status=1
  }
done
# The screens draw from plain data: no session, no training behind it, by whatever way.
for file in "$top"/src/ui/*/*.[ch]; do
  "${CC:-cc}" -MM -std=c11 -I"$top/src" "$file" |
    grep -oE '(core/training|engine/(session|runner|pool))\.h' && {
    echo "$file may see plain data only: no training, no session"
    status=1
  }
done
# Looks see a training, never the session; a session knows its observer, not what is looked at.
for file in "$top"/src/engine/detail_*.[ch] "$top"/src/engine/input_plane.[ch]; do
  "${CC:-cc}" -MM -std=c11 -I"$top/src" "$file" | grep -oE 'engine/(session|looks)\.h' && {
    echo "$file takes what it needs: no session"
    status=1
  }
done
"${CC:-cc}" -MM -std=c11 -I"$top/src" "$top/src/engine/session.c" |
  grep -oE 'engine/(detail_[a-z]*|looks|input_plane|snapshot|watch)\.h' && {
  echo "$top/src/engine/session.c knows of its observer alone"
  status=1
}

if grep -nE '^#include <(n?curses|ncursesw/|term\.h)' "$top"/src/core/*.[ch] "$top"/src/engine/*.[ch] \
  "$top"/src/io/*.[ch] "$top"/src/ui/*/*.[ch] "$top"/src/picture/*.[ch] "$top"/src/cli/*.[ch]; then
  echo "only src/term includes curses"
  status=1
fi

archive=${top_builddir:-.}/libcore.a
nm=${NM:-nm}
if [ -n "${SANITIZERS:-}" ] || [ ! -f "$archive" ]; then
  echo "the core's symbols are not looked at: an instrumented build, or none"
  exit $status
fi
# What the core may take from outside: arithmetic, memory, and making text in memory.
imports=$("$nm" -u "$archive" 2>/dev/null | awk '/ U / { print $2 }' | sort -u)
defined=$("$nm" --defined-only "$archive" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u)
for name in $imports; do
  echo "$defined" | grep -qx "$name" && continue
  case ${name#_} in
  calloc | free | malloc | realloc | posix_memalign | madvise | bcmp | mem[a-z]* | _memcpy_chk | str[a-z]* | _strto* | __strto* | \
    __isoc23_strto* | _isoc23_strto* | snprintf | vsnprintf | _snprintf_chk | __snprintf_chk | \
    _vsnprintf_chk | __vsnprintf_chk | sqrt | floor | fma | fabs | frexp | ldexp | \
    __ctype_b_loc | _ctype_b_loc | _errno_location | __errno_location | _error | \
    __stack_chk_fail | _stack_chk_fail | __assert_fail | _assert_fail | __assert_rtn | _assert_rtn | GLOBAL_OFFSET_TABLE_ | _cpu_model | __cpu_model | \
    _cpu_indicator_init | __cpu_indicator_init | _gcov* | __gcov* | _isoc99_sscanf) ;;
  *)
    echo "the core imports $name: no I/O, clock, threads or randomness there"
    status=1
    ;;
  esac
done
# Objects that can be written to; constants with pointers are in .data.rel.ro.
writable=$(objdump -t "$archive" 2>/dev/null |
  awk '$0 ~ / O (\.data|\.bss|\*COM\*)/ && $0 !~ /\.data\.rel\.ro/ { print $NF }')
if [ -n "$writable" ]; then
  echo "the core has variables of its own: $writable"
  status=1
fi
exit $status
