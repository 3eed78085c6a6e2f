/* A session at hand as a session file (io/session_file.h). */
#ifndef NABLASCOPE_IO_SESSION_SAVE_H
#define NABLASCOPE_IO_SESSION_SAVE_H

#include "engine/session_copy.h"
#include "io/session_file.h"

/* The session with each branch's marks, and the digest of the step at hand, into a zeroed file.
 * False when out of memory; to be cleared in any case. */
bool session_save_file(const struct session_copy *copy, struct session_file *file);

/*
 * Writes all branches, each with its marks, and the digest of the step at hand, to a file that
 * takes its place whole (io/output.h). A file that is there and no session stays as it is.
 * False with *error.
 */
bool session_save(const struct session_copy *copy, const char *name, struct error *error);

#endif
