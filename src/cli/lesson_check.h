/* `nablascope lesson --check`: lessons gone through without a screen, every expect judged. */
#ifndef NABLASCOPE_CLI_LESSON_CHECK_H
#define NABLASCOPE_CLI_LESSON_CHECK_H

#include "cli/options.h"

/* The files that are named, or all that are installed; the exit status. */
int lesson_check(const struct options *options);

#endif
