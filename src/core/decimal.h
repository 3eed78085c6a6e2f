/*
 * The shortest decimal that reads back to the same double.
 *
 * Of the decimals that round to a value (to the nearest, ties to even) the one with the fewest
 * digits, of several the nearest: what Python, JavaScript and JSON libraries print. After
 * Raffaello Giulietti, "The Schubfach way to render doubles" (2020); the same in every locale,
 * without floating-point arithmetic, allocation or locks.
 */
#ifndef NABLASCOPE_CORE_DECIMAL_H
#define NABLASCOPE_CORE_DECIMAL_H

#include <stdint.h>

/* |value| = digits · 10^exponent; digits do not end in 0, but for 0 itself. */
struct decimal {
    uint64_t digits; /* at most 17 of them */
    int exponent;
};

/* Of the absolute value of a finite double. */
struct decimal decimal_of(double value);

enum { DECIMAL_SIZE = 32 };

/*
 * Writes a value and returns the length. Fixed notation from 1e-4 to below 1e16, else
 * d.ddde-07, as Python chooses; whole numbers have no point ("3", "-0"); nan, inf, -inf.
 */
int decimal_write(char text[DECIMAL_SIZE], double value);

/* The same of a whole number: all its digits. */
int decimal_write_count(char text[DECIMAL_SIZE], uint64_t count);

#endif
