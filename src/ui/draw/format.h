/*
 * Numbers in a fixed number of columns, so that nothing moves when they change.
 */
#ifndef NABLASCOPE_UI_DRAW_FORMAT_H
#define NABLASCOPE_UI_DRAW_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quantity.h"

enum { FORMAT_SIZE = 24 };

/* Exactly 5 columns: 0.233, 12.30, 123.4, 3e+05; "nan" and "inf" right-aligned. */
void format_factor(double value, char text[FORMAT_SIZE]);
/* In running text, with three significant digits at least: 0.233, 1.365, 0.00123, 2.93e-160. */
void format_gain(double value, char text[FORMAT_SIZE]);
/* The same; "    -" where it is not defined. */
void format_ratio(struct ratio ratio, char text[FORMAT_SIZE]);
/* Exactly 7 columns: 4.7e-08; "0" for zero; 1.2e-160 takes its last digit for the exponent. */
void format_scientific(double value, char text[FORMAT_SIZE]);
/*
 * Exactly 7 columns, as the shape has it: a size as above, a factor, a share as whole percents,
 * as also units are of so many; "-" where it is not defined, blank where it is not known.
 */
void format_reading(
    const struct quantity *quantity, struct reading reading, int units, char text[FORMAT_SIZE]);
/* Exactly 6 columns: 0.6931, 12.345, 1.2e+05. */
void format_loss(double value, char text[FORMAT_SIZE]);
/* Exactly 8 columns, with a sign where there is one: -0.023, 1.2e-65, -1e-160. */
void format_signed(double value, char text[FORMAT_SIZE]);
/* As short as three digits allow, for the labels of axes: 0.125, -2, 1e-8, 1.5e9. */
void format_short(double value, char text[FORMAT_SIZE]);
/* With so many digits at most, 15 or fewer, as a power of ten: 1.5e9, 2e-3. */
void format_powers(double value, int digits, char text[FORMAT_SIZE]);
/* Steps a second in at most 5 columns: 0.5, 50, 3.2k, 1.1M. */
void format_rate(double value, char text[FORMAT_SIZE]);
/* A whole number with the thousands apart: 1 234 567. */
void format_count(uint64_t value, char text[FORMAT_SIZE + 8]);

/* A share in at most 5 columns: 42 %; 0 % and 100 % only where that is exact, else <1 %. */
void format_share(double share, char text[FORMAT_SIZE]);

#endif
