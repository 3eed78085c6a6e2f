#include "io/number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decimals of at most DBL_DIG digits are all told apart by doubles; 17 tell all doubles apart.
 */
enum { MOST_DIGITS = 17 };

/* Counts a mantissa "d.ddd" up by one in its last place; false when that needs a digit more. */
static bool count_up(char *mantissa)
{
    char *at = mantissa + strcspn(mantissa, "e") - 1;
    for (; at >= mantissa && (*at == '9' || *at == '.'); at--)
        *at = *at == '9' ? '0' : '.';
    if (at < mantissa)
        return false;
    (*at)++;
    return true;
}

/* The value, above 0, in as many digits, as "d.dde+xx"; false when they read as another. */
static bool try_digits(double value, int digits, char *text)
{
    int exponent;
    (void)snprintf(text, NUMBER_SIZE - 1, "%.*e", digits - 1, value);
    if (strtod(text, NULL) == value)
        return true;
    /* Above a power of 2 doubles are twice as far apart as below it: the next decimal may still
     * be read as it, although the nearest is not. */
    return frexp(value, &exponent) == 0.5 && count_up(text) && strtod(text, NULL) == value;
}

/* The value's "d.dde+xx" without what it does not need; plain from 1e-4 up to 1e16. */
static void tidy(double value, char *text)
{
    char *mark = strchr(text, 'e'), *end = mark;
    int exponent = (int)strtol(mark + 1, NULL, 10);
    while (end[-1] == '0')
        end--;
    end -= end[-1] == '.';
    int digits = (int)(end - text) - (end - text > 1);
    if (exponent < -4 || exponent >= 16)
        memmove(end, mark, strlen(mark) + 1);
    else /* where all powers of 2 are decimals of fewer digits than they would need */
        (void)snprintf(text, NUMBER_SIZE - 1, "%.*g",
            digits > exponent + 1 ? digits : exponent + 1, value);
}

const char *number_text(double value, char text[NUMBER_SIZE])
{
    double size = fabs(value);
    int sign = signbit(value) && !isnan(value); /* a NaN's sign means nothing */
    text[0] = '-';
    if (!isfinite(value) || size == 0) {
        (void)snprintf(text + sign, NUMBER_SIZE - 1, "%s",
            isnan(value)   ? "nan"
                : size > 0 ? "inf"
                           : "0");
        return text;
    }
    char *digits = text + sign;
    int count = size < DBL_MIN ? 1 : DBL_DIG;
    while (!try_digits(size, count, digits) && count < MOST_DIGITS)
        count++;
    tidy(size, digits);
    return text;
}

const char *number_real_text(double value, char text[NUMBER_SIZE])
{
    (void)number_text(value, text);
    if (!strpbrk(text, ".e"))
        (void)strncat(text, ".0", NUMBER_SIZE - strlen(text) - 1);
    return text;
}
