#!/bin/sh
# What makes a compiler give other numbers is refused, by configure and by the core itself.
. "${top_srcdir:-.}/tests/cli/common.sh"
compiler=${CC:-cc}
source_dir=$(cd "$top_srcdir" && pwd)
ln -s "$source_dir" "$work/sources"
mkdir "$work/build"

# compiles FLAGS…: whether a file of the core does.
compiles() {
  # shellcheck disable=SC2086 # the compiler may have options
  $compiler "$@" -D_GNU_SOURCE -I "$source_dir/src" -fsyntax-only "$source_dir/src/core/loss.c" \
    2>"$work/said"
}

# The flags of this build are those of a test that passes the digests.
double_flags=
if ! compiles; then
  double_flags="-msse2 -mfpmath=sse"
  # shellcheck disable=SC2086 # two words
  compiles $double_flags || fail "without other flags: $(cat "$work/said")"
fi
for flag in -ffast-math -Ofast -ffinite-math-only; do
  # shellcheck disable=SC2086 # two words
  compiles $double_flags $flag && fail "the core compiles with $flag"
  grep -q 'give other numbers' "$work/said" || fail "$flag: $(cat "$work/said")"
done
# clang refuses this one by itself.
# shellcheck disable=SC2086 # the compiler may have options
case $($compiler -dM -E - </dev/null 2>/dev/null) in
*__x86_64__*)
  compiles -mfpmath=387 && fail "the core compiles for the x87"
  ;;
esac

# A source directory that is configured itself refuses everything.
[ ! -f "$source_dir/config.status" ] || exit 0
for flags in -Ofast -ffast-math '-O2 -funsafe-math-optimizations' -ffp-contract=fast; do
  (cd "$work/build" && ../sources/configure -q CC="$compiler" CFLAGS="$flags") >"$work/out" 2>&1 &&
    fail "configure takes $flags"
  grep -q -- "${flags##* } gives other numbers: configure without it" "$work/out" ||
    fail "configure says of $flags: $(cat "$work/out")"
done
