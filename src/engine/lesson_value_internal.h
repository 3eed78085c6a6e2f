/* What reading and writing numbers in lessons share. */
#ifndef NABLASCOPE_ENGINE_LESSON_VALUE_INTERNAL_H
#define NABLASCOPE_ENGINE_LESSON_VALUE_INTERNAL_H

#include "engine/lesson_value.h"

/* The number in braces that stands at *text, which is behind them then. False with *error, and
 * *at where the mistake is. */
bool lesson_brace_parse(const char **text, const struct lesson_names *names,
    struct lesson_value *value, const char **at, struct error *error);

#endif
