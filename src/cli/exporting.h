/*
 * :export, what the run shown was, in a file: computed again on a thread of its own from a copy
 * of its settings and changes, so that neither the screen nor the training waits for it, and
 * given up on request.
 */
#ifndef NABLASCOPE_CLI_EXPORTING_H
#define NABLASCOPE_CLI_EXPORTING_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/session_copy.h"
#include "engine/source.h"
#include "io/branch_export.h"
#include "ui/screen/screen.h"

enum exporting_state { EXPORTING_NOTHING, EXPORTING_ASKED, EXPORTING_WORKING };

/* Zeroed but for `wake_fd`, `kernels` and `reader`: nothing is exported. */
struct exporting {
    int wake_fd; /* a byte is written here when there is something to tell */
    const struct kernels *kernels;
    const struct data_reader *reader;
    enum exporting_state state;
    char file[COMMAND_ARGUMENT_SIZE];
    struct branch_export work;
    struct branch branch; /* of `work`; owned */

    /* Of the thread: */
    pthread_t thread;
    atomic_bool given_up, ended;
    atomic_uint_fast64_t done; /* steps */
    double woken_at;
    bool written; /* once it has ended; else `error` says why */
    struct error error;
};

/* Carries out what stands in screen->errand, if it is about exporting; else false. */
bool exporting_errand(
    struct exporting *exporting, struct screen *screen, const struct source *source);
/* A copy of the session has come, as source_ask_copy asks for: begins the work, if it waits. */
void exporting_begin(
    struct exporting *exporting, struct screen *screen, const struct session_copy *copy);
/* Says in the screen how far it is or what has come of it. */
void exporting_tell(struct exporting *exporting, struct screen *screen);
/* Gives up what is not ready. False with *error if that was something. */
bool exporting_end(struct exporting *exporting, struct error *error);

#endif
