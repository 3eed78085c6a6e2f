/* What of a command line does not go together. */
#ifndef NABLASCOPE_CLI_OPTIONS_CHECK_H
#define NABLASCOPE_CLI_OPTIONS_CHECK_H

#include "cli/options.h"
#include "cli/words.h"

enum { OPTIONS = OPTION_END - OPTION_HELP };

/* `seen`: each option as it was typed, "": not given. `values`: of hyperparameters, by row of
 * hparam_table; NULL: not given. `setting`: the name of one that was given, or "preset"; NULL:
 * none. Takes the condition of --until, which depends on the
 * depth. False with *error. */
bool options_check(struct options *options, char seen[OPTIONS][LABEL_SIZE],
    const char *const *values, const char *setting, struct error *error);

#endif
