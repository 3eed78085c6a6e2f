/*
 * A number as the shortest decimal that reads back to the same double (core/decimal.h): 0.1,
 * 100, 1e-65; nan, inf and -inf.
 */
#ifndef NABLASCOPE_IO_NUMBER_H
#define NABLASCOPE_IO_NUMBER_H

#include "core/decimal.h"

enum { NUMBER_SIZE = DECIMAL_SIZE };

/* `number_text(x, text)`; returns text. */
const char *number_text(double value, char text[NUMBER_SIZE]);

/* The same, of a finite number, with a point or an exponent: 0.0, 100.0, 1e-65. */
const char *number_real_text(double value, char text[NUMBER_SIZE]);

#endif
