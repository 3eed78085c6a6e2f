/* A double on a stream, so that it reads back the same: core/decimal.h. */
#ifndef NABLASCOPE_IO_REAL_H
#define NABLASCOPE_IO_REAL_H

#include <stdio.h>

#include "core/decimal.h"

/* Errors stay in the stream: see ferror. */
static inline void real_print(FILE *file, double value)
{
    char text[DECIMAL_SIZE];
    (void)fwrite(text, 1, (size_t)decimal_write(text, value), file);
}

#endif
