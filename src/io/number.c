#include "io/number.h"

#include <string.h>

const char *number_text(double value, char text[NUMBER_SIZE])
{
    (void)decimal_write(text, value);
    return text;
}

const char *number_real_text(double value, char text[NUMBER_SIZE])
{
    int length = decimal_write(text, value);
    if (!strpbrk(text, ".en")) /* nor nan, inf */
        memcpy(text + length, ".0", sizeof ".0");
    return text;
}
