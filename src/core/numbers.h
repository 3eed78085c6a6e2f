/*
 * The version of the numbers, and what a compiler must promise so that they are the same bits
 * everywhere. Sources of the same version give the same bits for the same settings and seed;
 * tests/numbers/versions.sh ties it to the recorded digests.
 */
#ifndef NABLASCOPE_CORE_NUMBERS_H
#define NABLASCOPE_CORE_NUMBERS_H

#include <float.h>

#define NUMBERS_VERSION 4

/* Each of these lets a compiler round otherwise than the source says, or at another place. */
#if defined __FAST_MATH__ || (defined __FINITE_MATH_ONLY__ && __FINITE_MATH_ONLY__) ||         \
    defined __ASSOCIATIVE_MATH__ || defined __RECIPROCAL_MATH__ || defined __NO_SIGNED_ZEROS__
#error "-ffast-math, -Ofast and their parts give other numbers: compile without them"
#endif
#if !defined FLT_EVAL_METHOD || FLT_EVAL_METHOD != 0
#error "FLT_EVAL_METHOD is not 0: other numbers; on i386 compile with -msse2 -mfpmath=sse"
#endif

#endif
