/* Sessions from files, for the commands that live through them again. */
#ifndef NABLASCOPE_CLI_SESSION_INPUT_H
#define NABLASCOPE_CLI_SESSION_INPUT_H

#include "core/interrupt.h"
#include "engine/replay.h"

/*
 * `name` "-": standard input. `branch` is made the active one, counted from 1; 0: the one that
 * the file says. False with *error, which names the file, when that is no session: there is
 * nothing to clear then.
 */
bool session_input(const char *name, uint64_t branch, const struct interrupt *interrupt,
    struct replay *replay, struct error *error);

/* The branch at hand. */
const struct branch *replay_branch(const struct replay *replay);

#endif
