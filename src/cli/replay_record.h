/* `nablascope replay --record`: a saved session as a recording, without a terminal. */
#ifndef NABLASCOPE_CLI_REPLAY_RECORD_H
#define NABLASCOPE_CLI_REPLAY_RECORD_H

#include "cli/options.h"

/* The exit status. */
int replay_record(const struct options *options);

#endif
