/*
 * The laboratory's screen: its state, what keys and commands do to it, and its picture.
 *
 * No clock, no terminal, no thread: time, keys and snapshots are given to it; what it wants
 * from others stands in it afterwards (outbox, quit, suspend, repaint, theme).
 */
#ifndef NABLASCOPE_UI_SCREEN_SCREEN_H
#define NABLASCOPE_UI_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/command.h"
#include "engine/snapshot.h"
#include "ui/draw/refresh.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"
#include "ui/screen/before.h"
#include "ui/screen/prompt.h"
#include "ui/views/view.h"

enum { OUTBOX_SIZE = 64, SCREEN_MESSAGE = ERROR_TEXT + 16 };
/* On a smaller surface there is a line that says what is needed. */
enum { SCREEN_LEAST_WIDTH = 40, SCREEN_LEAST_HEIGHT = 10 };

enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_PRESETS, OVERLAY_EVENTS, OVERLAY_WHY };

enum { CAME_FROM_MOST = 8 };
/* What the message is about, and so when it is no longer true (ui/screen/message.h). */
enum message_about { ABOUT_SCREEN, ABOUT_SETTINGS, ABOUT_RUN, ABOUT_CLIPPING };

enum { SPLIT_WIDTH = 160 /* columns from which there is room for two views */ };

/* What is to be shown happening once it is there: the step that is asked for, or the one at
 * hand, held. */
enum wave_wish { WISH_NOTHING, WISH_STEP, WISH_LOOK };

struct lesson_panel;

struct screen {
    const struct view *view, *beside; /* beside: the second one when split, else NULL */
    bool beside_ghost; /* the second is the first one, of the ghost, where there is one */
    bool presenting;
    int width;                    /* of the surface last drawn on */
    bool bell;                    /* ring for events */
    int ghost_seen, ghost_layers; /* of the ghost in the snapshot before */
    int64_t ghost_units;
    uint64_t events_seen, builds_seen, loads_seen, futures_seen,
        step_seen;     /* of the snapshots */
    uint64_t known_to; /* step to which the run was known when it was first seen */
    bool sought;       /* in the last snapshot it was on its way to a step */
    const struct snapshot *snapshot; /* the newest, borrowed; NULL before the first */
    struct selection selection;      /* as wished for; scenes have it within the network */
    struct view_slot *slots;         /* what the views keep; owned */
    struct view_slot *ghost_slots;   /* those of the ghost; owned */

    struct wave wave;    /* of the snapshot's step, seen happening */
    uint64_t wave_step;  /* of the snapshot last taken in */
    enum wave_wish wish; /* with the snapshot by which this many commands are taken: */
    uint64_t wish_handled, wish_step; /* wished for at that step */
    double wish_stages;

    double asked_at;               /* time of the last command in the outbox */
    struct progress_news progress; /* of what is being done; set by the caller */
    struct wanted wanted;          /* what has been asked for; the snapshots follow */

    int selected;        /* row of hparam_table */
    bool time_open;      /* the time line */
    uint64_t time_total; /* steps on its axis */
    struct prompt prompt;
    enum overlay overlay;
    int overlay_scroll, overlay_selected;
    char filter[24];                                /* typed in the menu */
    const struct preset *came_from[CAME_FROM_MOST]; /* by key n, the last one at the end */
    int came_from_count;

    struct lesson_panel *lesson; /* that is played; borrowed; NULL: none */

    char message[SCREEN_MESSAGE];
    char message_shorter[2][NEWS_SHORT]; /* as in the news */
    bool message_is_error;
    enum role message_role;
    enum message_about message_about;
    struct hparams message_hparams; /* that it was said at */
    int message_brief;              /* bytes of it that do where the rest has no room; 0: all */
    double message_until;           /* time at which it goes */
    uint64_t message_serial;        /* of the snapshot's message last shown */
    double now;
    struct before before; /* owned */

    /* For the caller: */
    struct command outbox[OUTBOX_SIZE]; /* for the runner; the caller empties it */
    int outbox_count;
    bool quit, suspend, repaint, ring;
    bool has_errand; /* a command that concerns files or the lesson, and is the caller's: */
    struct command errand;
    const struct theme *theme;
    bool theme_chosen; /* by a command */
    bool recording;    /* set by the caller: what is drawn is recorded, and says so */
};

/* False when out of memory. screen_clear ends it in any case, also a zeroed screen. */
bool screen_init(struct screen *screen, const struct hparams *hparams,
    const struct theme *theme, bool running, double target_rate);
void screen_clear(struct screen *screen);

/* The settings are this preset's, and it is shown as the scene it is: opened at the start. */
void screen_begin_scene(struct screen *screen, const struct preset *preset, bool slow);

/* Takes in a snapshot, which stays valid until the next call. */
void screen_update(struct screen *screen, const struct snapshot *snapshot, double now);
/* Moves time on. */
void screen_tick(struct screen *screen, double now);
/* Whether what was asked for last is still being done. */
bool screen_works(const struct screen *screen);
/* The next time at which the picture changes by itself, as last drawn; 0: never. */
double screen_due(const struct screen *screen);

void screen_key(struct screen *screen, uint32_t key);
/* Text pasted by the terminal: goes into the prompt and is no key elsewhere. */
void screen_paste(struct screen *screen, const char *text);
/* As if typed at the prompt; a wrong one becomes a message. */
void screen_command(struct screen *screen, const char *text);

/* Says something in the message line for some seconds. */
void screen_say(struct screen *screen, bool is_error, const char *text);
/*
 * Keeps what is shown as the ghost until it is dropped, whatever is changed meanwhile: for a
 * comparison with what comes. False when there is nothing yet, or no memory.
 */
bool screen_keep_before(struct screen *screen);
/* Steps a second that are asked for at the step shown: a scene may start slow. */
double screen_rate(const struct screen *screen);
/* How fast the picture changes. */
enum pace screen_pace(const struct screen *screen);
/* Whether two views are drawn. */
bool screen_splits(const struct screen *screen);
/* Whether something is drawn instead of them. */
static inline bool screen_covers(const struct screen *screen)
{
    return screen->overlay != OVERLAY_NONE && screen->overlay != OVERLAY_WHY;
}

/*
 * The step that is shown happening: with each snapshot; before a command is carried out, true
 * when that was all it does, it may become another; in words in row y, true where one is shown.
 */
void screen_wave_update(struct screen *screen, bool new_run);
bool screen_wave_command(struct screen *screen, struct command *command);
bool screen_wave_draw(const struct screen *screen, struct surface *surface, int y);
bool screen_shows_wave(const struct screen *screen);

/* The details that the picture needs; may be other ones after each call above and below. */
struct watch screen_watch(const struct screen *screen);
/* What the view needs and cannot be had where the snapshot comes from, in a sentence; NULL: it
 * has all, or there is no snapshot yet. */
const char *screen_lacks(const struct screen *screen, const struct view *view);
/* What a view draws from; the same of the ghost, which has to be there. */
struct scene screen_scene(struct screen *screen, const struct view *view);
struct scene screen_ghost_scene(struct screen *screen, const struct view *view);
/* The run that is compared with: the ghost, or what was before a change; NULL: none. */
const struct snapshot *screen_ghost(const struct screen *screen);
/* Whether the run and the ghost are side by side in the same view. */
bool screen_races(const struct screen *screen);
/* A command about what is shown: view, layer, unit, present, split, or one of a view's own. */
void screen_show(struct screen *screen, const struct command *command);

/* Draws everything; the surface's size decides what there is room for. */
void screen_draw(struct screen *screen, struct surface *surface);

#endif
