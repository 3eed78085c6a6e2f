#include "term/background.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A part of a colour, `digits` hexadecimal digits of it: 0..1; -1 when it is none. */
static double part(const char *text, size_t digits)
{
    static const char hexadecimal[] = "0123456789abcdef0123456789ABCDEF";
    double value = 0, most = 0;
    if (digits < 1 || digits > 4)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        const char *digit = text[i] ? strchr(hexadecimal, text[i]) : NULL;
        if (!digit)
            return -1;
        value = 16 * value + (double)((digit - hexadecimal) % 16);
        most = 16 * most + 15;
    }
    return value / most;
}

/* `count` parts between slashes, the first three of which are kept. */
static bool slashed(const char *text, int count, double color[3])
{
    for (int i = 0; i < count; i++) {
        size_t digits = strcspn(text, "/");
        double value = part(text, digits);
        bool last = i == count - 1;
        if (value < 0 || (text[digits] == '\0') != last)
            return false;
        if (i < 3)
            color[i] = value;
        text += digits + !last;
    }
    return true;
}

static bool numbered(const char *text, double color[3])
{
    size_t length = strlen(text), digits = length / 3;
    for (size_t i = 0; i < 3; i++) {
        color[i] = length % 3 == 0 ? part(text + i * digits, digits) : -1;
        if (color[i] < 0)
            return false;
    }
    return true;
}

/* Relative luminance (WCAG 2.1), 0..1. */
static double luminance(const double color[3])
{
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double c = color[i];
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

enum background background_answered(const char *text)
{
    double color[3];
    if (strncmp(text, "11;", 3) != 0)
        return BACKGROUND_UNKNOWN;
    text += 3;
    bool read = strncmp(text, "rgb:", 4) == 0 ? slashed(text + 4, 3, color)
        : strncmp(text, "rgba:", 5) == 0      ? slashed(text + 5, 4, color)
                                              : *text == '#' && numbered(text + 1, color);
    if (!read)
        return BACKGROUND_UNKNOWN;
    /* Contrast with black is (L + 0.05) / 0.05, with white 1.05 / (L + 0.05). */
    double raised = luminance(color) + 0.05;
    return raised / 0.05 > 1.05 / raised ? BACKGROUND_LIGHT : BACKGROUND_DARK;
}

enum background background_noted(const char *colors)
{
    const char *last = colors ? strrchr(colors, ';') : NULL;
    char *end;
    if (!last || last[1] < '0' || last[1] > '9')
        return BACKGROUND_UNKNOWN;
    long number = strtol(last + 1, &end, 10);
    if (*end || number > 15)
        return BACKGROUND_UNKNOWN;
    /* Of the 16 the plain white and the bright ones but grey are light. */
    return number == 7 || number > 8 ? BACKGROUND_LIGHT : BACKGROUND_DARK;
}
