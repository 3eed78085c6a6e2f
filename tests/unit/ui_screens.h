/* A screen on a synchronous session: what the runner does, without a thread or a clock. */
#ifndef NABLASCOPE_TESTS_UI_SCREENS_H
#define NABLASCOPE_TESTS_UI_SCREENS_H

#include "engine/looks.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "ui/screen/screen.h"
#include "ui/views/flow.h"

struct stage {
    struct session *session;
    struct looks looks;
    struct snapshot snapshot;
    struct screen screen;
    double now;
};

void stage_open(struct stage *stage, const char *settings, int steps);
/* More steps; the screen takes in the snapshot at stage->now. */
void stage_advance(struct stage *stage, uint64_t steps);
/*
 * Draws after the snapshot has got the details that the picture asks for; twice, since what is
 * asked for can depend on the size.
 */
void stage_look(struct stage *stage, struct surface *surface);
/* The key for one step, and the step. */
void stage_show_step(struct stage *stage);
/* All of that, at time 100; where it is at another time, which goes on to there. */
void stage_open_step(struct stage *stage, const char *settings, int steps);
struct wave_moment stage_moment(struct stage *stage, double now);
/* What has been asked for is done, and so many steps; after these keys, or this command. */
void stage_go_on(struct stage *stage, uint64_t steps);
void stage_press(struct stage *stage, const char *keys, uint64_t steps);
void stage_command(struct stage *stage, const char *command, uint64_t steps);
void stage_close(struct stage *stage);

/* Presses these keys. */
void stage_type(struct stage *stage, const char *keys);
/* Starts a preset from the menu, and has the session do it. */
void stage_start(struct stage *stage, const char *preset);
/* The row with these words, or -1. */
int stage_row(const struct surface *surface, const char *words);

/* As text it is what was recorded under this name; its colours go, or all that is no ASCII. */
void stage_expect_picture(struct surface *surface, bool ascii, const char *name);

/* The line of the ghost as it stands for a view in so many columns. */
const char *stage_line(struct stage *stage, const char *view, int columns);
/* Units that are dead, of those that are seen. */
int snapshot_dead(const struct snapshot *snapshot);

/* The view of this name, and what it keeps. */
const struct view *stage_view(const char *name);
void *stage_state(struct stage *stage, const char *name);

static inline struct flow_state *stage_flow(struct stage *stage)
{
    return stage_state(stage, "flow");
}

#endif
