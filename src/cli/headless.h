/*
 * The commands without a screen. Each returns the exit status.
 */
#ifndef NABLASCOPE_CLI_HEADLESS_H
#define NABLASCOPE_CLI_HEADLESS_H

#include "cli/options.h"

/* Trains and prints a row a step, or a layer. */
int run_main(const struct options *options);
/* Prints one step in full. */
int export_main(const struct options *options);
/* Checks the gradient: 0 when every layer passes. */
int check_main(const struct options *options);

#endif
