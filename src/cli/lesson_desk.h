/*
 * A lesson that is played in the laboratory: goes through it with a player
 * (engine/lesson_player.h), has the laboratory do what it says, shows its texts in the screen's
 * panel and takes predictions. What the student does to the run meanwhile leaves the lesson;
 * coming back makes all of it again, to the bit.
 */
#ifndef NABLASCOPE_CLI_LESSON_DESK_H
#define NABLASCOPE_CLI_LESSON_DESK_H

#include <stdint.h>

#include "cli/lesson_deck.h"
#include "cli/receipt_keeper.h"
#include "engine/lesson_player.h"
#include "engine/source.h"
#include "io/vote_counter.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/screen.h"

/* A gradient check on the runner's thread. */
struct desk_check {
    struct lesson_check wanted;
    struct lesson_checked found;
    bool asked; /* and has not come back */
};

/* Zeroed but for the borrowed: no lesson. */
struct lesson_desk {
    struct screen *screen;       /* borrowed */
    const struct source *source; /* borrowed */
    struct lesson_deck *deck;    /* borrowed: what is played; NULL: nothing */

    struct lesson_player player; /* of the lesson at hand */
    struct lesson_panel panel;
    struct hparams first;       /* that each lesson begins with */
    double speed;               /* the same, in steps a second */
    char heard[SCREEN_MESSAGE]; /* screen->message as the item at hand began */
    bool begun;    /* the item at hand: it waits for a key, or for what it has begun */
    bool relieved; /* what the student was to do, the lesson does */
    bool redoing;  /* without showing it, up to item `goal` */
    int goal;
    bool paced;   /* there, its speed is set again */
    bool changed; /* by the student, since the lesson last had it */
    struct desk_check check;

    struct vote_counter *counter;  /* NULL: there are no files */
    const char *votes;             /* where they are; borrowed */
    const char *receipt;           /* the file of one; borrowed; NULL: none */
    struct receipt_keeper *keeper; /* that of it; NULL: none */
    bool added;                    /* what a receipt would hold and none that was asked for */
    bool asked;                    /* for a copy of the session for one … */
    struct lesson_player player_asked; /* … of the lesson as it was then */
    uint64_t run;                      /* as in polls: another one after each going back */
    int hands[PANEL_CHOICES];
    struct {
        const struct lesson *lesson;
        uint64_t seed;
    } told; /* the last seed of which was said that the lesson is not verified on it */
    char refusal[160]; /* of an answer, as long as none is taken; empty: there is none */
    struct error said; /* why votes are not counted, last said */
};

/* Begins at the deck's first lesson. `votes` NULL: no directory. False with *error. */
bool lesson_desk_begin(struct lesson_desk *desk, struct lesson_deck *deck, const char *votes,
    double speed, int wake_fd, struct error *error);
/* After a key: what it asks for, which stands in the outbox, may leave the lesson. */
void lesson_desk_heed(struct lesson_desk *desk);
/* Carries out what stands in screen->errand, if it is about the lesson; else false. */
bool lesson_desk_errand(struct lesson_desk *desk);
/* Goes on as far as that can be: after a snapshot, or a key. */
void lesson_desk_go(struct lesson_desk *desk);
/* For a receipt of the lesson as it is now: whether a copy of the session is to be asked for,
 * with its digest; that it has been; and that it has come. */
bool lesson_desk_owes(const struct lesson_desk *desk);
void lesson_desk_asked(struct lesson_desk *desk);
void lesson_desk_keep(struct lesson_desk *desk, const struct session_copy *copy);
/* Says why it could not be written, if that is new. */
void lesson_desk_tell(struct lesson_desk *desk);
/* Writes the last receipt, if one is wanted, with what has become of the session. False with
 * *error. */
bool lesson_desk_receipt(
    struct lesson_desk *desk, const struct session_copy *copy, struct error *error);
void lesson_desk_end(struct lesson_desk *desk);

/* Has it done as if it were typed; what it sends does not leave the lesson. */
void lesson_desk_command(struct lesson_desk *desk, const char *text);
/* All that has been asked for is done and shown, and nothing goes on by itself. */
bool lesson_desk_quiet(const struct lesson_desk *desk);
/* All again from the lesson's beginning, without showing it, up to this item; when it is there
 * and quiet, whether it goes on from there. */
void lesson_desk_redo(struct lesson_desk *desk, int goal);
bool lesson_desk_arrive(struct lesson_desk *desk);

/* Of the item at hand, which waits for the student: shows it. */
void lesson_desk_show(struct lesson_desk *desk);
/* Its place among those that wait, and how many there are. */
void lesson_desk_place(struct lesson_desk *desk);
/* Takes what has been counted into the panel, and says what cannot be. */
void lesson_desk_count(struct lesson_desk *desk);
/* A key for the question at hand; a message where that cannot be. */
void lesson_desk_choose(struct lesson_desk *desk, int choice);
void lesson_desk_hands(struct lesson_desk *desk, const char *text);
/* The vote is closed: false, with a message, where there is none. */
bool lesson_desk_close(struct lesson_desk *desk);

#endif
