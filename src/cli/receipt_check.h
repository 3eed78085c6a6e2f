/* `nablascope replay --check *.receipt`: marks what has been handed in, a CSV row a receipt. */
#ifndef NABLASCOPE_CLI_RECEIPT_CHECK_H
#define NABLASCOPE_CLI_RECEIPT_CHECK_H

#include "cli/options.h"

/* Whether a file's name says that it is a receipt. */
bool receipt_named(const char *name);
/* The exit status. */
int receipt_check(const struct options *options);

#endif
