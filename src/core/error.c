#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/text.h"

bool error_set(struct error *error, const char *format, ...)
{
    if (error) {
        char raw[sizeof error->text];
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(raw, sizeof raw, format, arguments);
        va_end(arguments);
        text_clean(error->text, sizeof error->text, raw);
        error->line = 0;
    }
    return false;
}
