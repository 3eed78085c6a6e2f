#include "ui/draw/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* "nan" or "inf" right-aligned in `width`; true when the value was one. */
static bool format_special(double value, int width, char text[FORMAT_SIZE])
{
    if (isfinite(value))
        return false;
    const char *word = isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    (void)snprintf(text, FORMAT_SIZE, "%*s", width, word);
    return true;
}

void format_factor(double value, char text[FORMAT_SIZE])
{
    if (format_special(value, 5, text))
        return;
    double size = fabs(value);
    if (size != 0 && size < 0.0005)
        (void)snprintf(text, FORMAT_SIZE, "%5.0e", value);
    else if (size < 9.9995)
        (void)snprintf(text, FORMAT_SIZE, "%5.3f", value);
    else if (size < 99.995)
        (void)snprintf(text, FORMAT_SIZE, "%5.2f", value);
    else if (size < 999.95)
        (void)snprintf(text, FORMAT_SIZE, "%5.1f", value);
    else if (size < 99999.5)
        (void)snprintf(text, FORMAT_SIZE, "%5.0f", value);
    else
        (void)snprintf(text, FORMAT_SIZE, "%5.0e", value);
}

void format_gain(double value, char text[FORMAT_SIZE])
{
    double size = fabs(value);
    bool plain = size == 0 || (size >= 0.0995 && size < 9999.5);
    (void)snprintf(text, FORMAT_SIZE, plain ? "%.3f" : "%.3g", value);
}

void format_ratio(struct ratio ratio, char text[FORMAT_SIZE])
{
    if (ratio.defined)
        format_factor(ratio.value, text);
    else
        (void)snprintf(text, FORMAT_SIZE, "%5s", "-");
}

void format_scientific(double value, char text[FORMAT_SIZE])
{
    if (format_special(value, 7, text))
        return;
    if (value == 0)
        (void)snprintf(text, FORMAT_SIZE, "%7s", "0");
    else if (fabs(value) < 1e-99 || fabs(value) >= 9.95e99)
        (void)snprintf(text, FORMAT_SIZE, "%7.0e", value);
    else
        (void)snprintf(text, FORMAT_SIZE, "%7.1e", value);
}

void format_reading(
    const struct quantity *quantity, struct reading reading, int units, char text[FORMAT_SIZE])
{
    char digits[FORMAT_SIZE];
    double value = reading.value;
    if (reading.kind != READING_KNOWN) {
        (void)snprintf(text, FORMAT_SIZE, "%7s", reading.kind == READING_UNDEFINED ? "-" : "");
        return;
    }
    if (format_special(value, 7, text))
        return;
    switch (quantity->shape) {
    case SHAPE_SIZE:
        format_scientific(value, text);
        return;
    case SHAPE_FACTOR:
        format_factor(value, digits);
        (void)snprintf(text, FORMAT_SIZE, "%7s", digits);
        return;
    case SHAPE_UNITS:
    case SHAPE_SHARE:
        (void)snprintf(
            text, FORMAT_SIZE, "%5.0f %%", 100 * quantity_share(quantity, value, units));
        return;
    case SHAPE_VALUE:
    case SHAPE_COUNT:
    case SHAPE_STATUS:
        break;
    }
    if (quantity->shape != SHAPE_VALUE)
        (void)snprintf(text, FORMAT_SIZE, "%7.0f", value);
    else if (fabs(value) < 99.9995)
        (void)snprintf(text, FORMAT_SIZE, "%7.3f", value);
    else
        (void)snprintf(text, FORMAT_SIZE, "%7.0e", value);
}

void format_loss(double value, char text[FORMAT_SIZE])
{
    if (format_special(value, 6, text))
        return;
    double size = fabs(value);
    if (size != 0 && size < 0.0001)
        (void)snprintf(text, FORMAT_SIZE, "%6.0e", value);
    else if (size < 9.99995)
        (void)snprintf(text, FORMAT_SIZE, "%6.4f", value);
    else if (size < 99999.5)
        (void)snprintf(text, FORMAT_SIZE, "%6.*f",
            size < 99.9995       ? 3
                : size < 999.995 ? 2
                                 : 0,
            value);
    else
        (void)snprintf(text, FORMAT_SIZE, "%6.0e", value);
}

/* 1e-08 to 1e-8, 1e+05 to 1e5. */
static void shorten_exponent(char *text)
{
    char *from = strchr(text, 'e'), *to = from ? from + 1 : NULL;
    if (!from)
        return;
    from++;
    if (*from == '-')
        *to++ = *from;
    from++; /* the sign */
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

void format_signed(double value, char text[FORMAT_SIZE])
{
    if (format_special(value, 8, text))
        return;
    char digits[FORMAT_SIZE];
    double size = fabs(value);
    if (size == 0)
        (void)snprintf(digits, sizeof digits, "0");
    else if (size >= 0.00095 && size < 99999.5)
        (void)snprintf(digits, sizeof digits, "%.*f",
            size < 9.9995       ? 3
                : size < 99.995 ? 2
                : size < 999.95 ? 1
                                : 0,
            value);
    else
        (void)snprintf(
            digits, sizeof digits, "%.*e", size < 1e-99 || size >= 9.95e99 ? 0 : 1, value);
    shorten_exponent(digits);
    (void)snprintf(text, FORMAT_SIZE, "%8s", digits);
}

void format_short(double value, char text[FORMAT_SIZE])
{
    (void)snprintf(text, FORMAT_SIZE, "%.3g", value);
    shorten_exponent(text);
}

void format_powers(double value, int digits, char text[FORMAT_SIZE])
{
    (void)snprintf(text, FORMAT_SIZE, "%.*e", digits - 1, value);
    char *exponent = strchr(text, 'e'), *end = exponent;
    if (!exponent)
        return;
    while (digits > 1 && end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    memmove(end, exponent, strlen(exponent) + 1);
    shorten_exponent(text);
}

void format_rate(double value, char text[FORMAT_SIZE])
{
    if (isinf(value))
        (void)snprintf(text, FORMAT_SIZE, "max");
    else if (value < 9.95 && value != floor(value))
        (void)snprintf(text, FORMAT_SIZE, "%.1f", value);
    else if (value < 9999.5)
        (void)snprintf(text, FORMAT_SIZE, "%.0f", value);
    else if (value < 999950)
        (void)snprintf(text, FORMAT_SIZE, "%.1fk", value / 1e3);
    else
        (void)snprintf(text, FORMAT_SIZE, "%.1fM", value / 1e6);
}

void format_count(uint64_t value, char text[FORMAT_SIZE + 8])
{
    char digits[FORMAT_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
    char *out = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *out++ = ' ';
        *out++ = digits[i];
    }
    *out = '\0';
}

void format_share(double share, char text[FORMAT_SIZE])
{
    if (share > 0 && share < 0.005)
        (void)snprintf(text, FORMAT_SIZE, "<1 %%");
    else if (share < 1 && share >= 0.995)
        (void)snprintf(text, FORMAT_SIZE, ">99 %%");
    else
        (void)snprintf(text, FORMAT_SIZE, "%.0f %%", 100 * share);
}
