/*
 * Reads a session file that somebody is writing (io/session_reader.h), on a thread of its own,
 * and tells a runner what the lecture has come to (engine/lecture.h).
 *
 * A regular file is looked at ten times a second; one that another file has taken the place of,
 * by its name, or in which what was read is written over, is read anew: whenever it has changed
 * all that was read is compared, which for a lecture's few kilobytes is nothing. A pipe has
 * ended when its writer has. After a line that is wrong nothing is read any more, unless the
 * file is replaced: what follows it could mean something else than was said.
 */
#ifndef NABLASCOPE_IO_FOLLOWER_H
#define NABLASCOPE_IO_FOLLOWER_H

#include "core/error.h"
#include "engine/runner.h"

struct follower;

/*
 * `name` NULL or "-": `descriptor`, which it takes over; else that is not looked at. The runner
 * must outlive it. NULL with *error when it cannot be read.
 */
struct follower *follower_create(
    const char *name, int descriptor, struct runner *runner, struct error *error);
/* Ends the thread. NULL: nothing to do. */
void follower_destroy(struct follower *follower);

#endif
