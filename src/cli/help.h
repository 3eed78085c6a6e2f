/*
 * Texts made from the tables: --help, the list of presets, completions for shells.
 */
#ifndef NABLASCOPE_CLI_HELP_H
#define NABLASCOPE_CLI_HELP_H

#include <stdio.h>

void help_print(FILE *stream);
/* The mistakes that check can plant. */
void help_print_plants(FILE *stream);
void help_print_presets(FILE *stream);
/* The shells that there are completions for. */
const char *shell_name(int index);
void completion_print(FILE *stream, const char *shell);

#endif
