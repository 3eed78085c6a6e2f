/* What the completions of the shells are made from. */
#ifndef NABLASCOPE_CLI_COMPLETION_H
#define NABLASCOPE_CLI_COMPLETION_H

#include <stdio.h>

#include "cli/options.h"
#include "cli/options_check.h"

void completion_names(FILE *stream, names_fn *names);
/* The names an option's argument can have in a mode; NULL when it is free. */
names_fn *completion_argument(int id, int mode);
bool completion_of_file(const struct hparam *row);
bool completion_takes_file(const struct option_info *info);
bool completion_everywhere(const struct option_info *info);
/* Text between single quotes; `special` get a backslash, and a quote is `quote`. */
void completion_quoted(FILE *stream, const char *text, const char *special, const char *quote);
/* A name with '-' for '_'. */
void completion_dashed(FILE *stream, const char *name);

void completion_print_fish(FILE *stream);

#endif
