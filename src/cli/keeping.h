/*
 * Keeping the laboratory's session: in the file that :save names, and as it goes on in one of
 * its own (cli/keeper.h). What is kept is a copy that the source makes between two steps, so
 * the screen does not wait for it.
 */
#ifndef NABLASCOPE_CLI_KEEPING_H
#define NABLASCOPE_CLI_KEEPING_H

#include "cli/keeper.h"
#include "engine/source.h"
#include "ui/screen/screen.h"

struct exporting;
struct lesson_desk;

/* Zeroed, but for the borrowed: nothing is kept. */
struct keeping {
    struct screen *screen;            /* borrowed: where it is said what has come of it */
    const struct source *source;      /* borrowed */
    struct exporting *exporting;      /* borrowed: gets to see each copy */
    struct lesson_desk *desk;         /* borrowed: gets copies for its receipts */
    struct keeper *keeper;            /* NULL: only what is asked for is kept */
    char file[COMMAND_ARGUMENT_SIZE]; /* to be written when the copy comes; empty: none */
    struct session_copy copy;         /* the last one */
    uint64_t noted;                   /* of the news, when it was last asked for … */
    double asked;                     /* … at that time; 0: never … */
    uint64_t step;                    /* … with that step at hand */
};

/* From now on the session is kept; `wake_fd` as that of the source. */
void keeping_begin(struct keeping *keeping, int wake_fd);
/* Carries out what stands in screen->errand, if it is about keeping; else false. */
bool keeping_errand(struct keeping *keeping);
/* After a wake-up: takes what has come, and says in the screen what has become of it. */
void keeping_take(struct keeping *keeping);
/* Asks for a copy when the lesson's receipt is to be written. */
void keeping_receipt(struct keeping *keeping);
/* Asks for a copy when the snapshot tells what has not been kept. */
void keeping_look(struct keeping *keeping, const struct snapshot *snapshot, double now);
/*
 * Ends the source's work, and keeps what is left to be. `ended`: by whoever sits there. False
 * with *error when a file that was asked for could not be written.
 */
bool keeping_end(struct keeping *keeping, bool ended, struct error *error);

#endif
