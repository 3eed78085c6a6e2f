/* Digests of saved sessions, verified without a screen. */
#ifndef NABLASCOPE_CLI_REPLAY_CHECK_H
#define NABLASCOPE_CLI_REPLAY_CHECK_H

#include "cli/options.h"

/* A row for each file; the exit status. */
int replay_check(const struct options *options);

#endif
