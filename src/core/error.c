#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/text.h"

bool error_set(struct error *error, const char *format, ...)
{
    if (error) {
        char raw[2 * sizeof error->text], clean[sizeof raw];
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(raw, sizeof raw, format, arguments);
        va_end(arguments);
        text_clean(clean, sizeof clean, raw);
        text_cut(error->text, sizeof error->text, clean);
        error->line = 0;
    }
    return false;
}
