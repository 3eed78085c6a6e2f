/*
 * The wave of one step, for all views: the activations climb, the loss is taken, the error
 * signal comes down, clipping, the update. Plain arithmetic of time: no clock, no picture.
 *
 * A step is a row of stages: each layer on the way up, the loss, the output's δ, for each layer
 * below it two, what the weights above do to δ and what its own slopes do, then clipping, if
 * any, and the update. The numbers are those of one snapshot, which has them all from the
 * start.
 */
#ifndef NABLASCOPE_UI_VIEWS_WAVE_H
#define NABLASCOPE_UI_VIEWS_WAVE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/observation.h"
#include "ui/draw/role.h"

enum wave_phase { WAVE_NONE, WAVE_FORWARD, WAVE_LOSS, WAVE_BACKWARD, WAVE_CLIP, WAVE_UPDATE };

/* Where it is; all zero: there is none, and all numbers stand. */
struct wave_moment {
    enum wave_phase phase;
    int layer;   /* FORWARD, BACKWARD: the one at the front, 1-based */
    int layers;  /* of the net, the output included */
    bool slope;  /* BACKWARD, below the output: the second stage, cut by the slopes */
    double part; /* of this stage that is done, 0..1 */
    bool held;   /* it waits here */
};

/* Stages that a step has: one that is not finite ends where that is met. */
struct wave_plan {
    int layers, forward; /* in all; on the way up */
    bool loss, backward, clip, update;
};

struct wave_plan wave_plan_of(const struct observation *seen);
int wave_stages(const struct wave_plan *plan);
/* Stage 0.. in its order, done. */
struct wave_moment wave_stage(const struct wave_plan *plan, int index);
/*
 * How long it takes by itself, in seconds, at this speed setting (steps a second; INFINITY as
 * fast as possible): longer with depth and at slow settings, 1 at least, 30 at most.
 */
double wave_seconds(const struct wave_plan *plan, double rate);

/* All zero: none. */
struct wave {
    bool on;
    struct wave_plan plan;
    double most;  /* seconds it may take */
    double time;  /* of the stages, reached at... */
    double since; /* ...this time of the clock, */
    double pace;  /* going on so many times faster, */
    double stop;  /* until here; INFINITY: to the end */
};

/* Begins it at the first stage, to take at most so long. */
void wave_begin(
    struct wave *wave, const struct observation *seen, double rate, double most, double now);
void wave_end(struct wave *wave);
struct wave_moment wave_at(const struct wave *wave, double now);
/* The next time at which it looks otherwise; 0: never by itself. */
double wave_due(const struct wave *wave, double now);
/* It stops at the end of the stage; goes on; goes so many stages on and stops there, beyond the
 * last one it ends. */
void wave_hold(struct wave *wave, double now);
void wave_go(struct wave *wave, double rate, double now);
void wave_go_stages(struct wave *wave, double count, double rate, double now);
/* The speed setting has changed. */
void wave_set_rate(struct wave *wave, double rate, double now);

/*
 * What is known at that moment.
 */

bool wave_knows_activation(const struct wave_moment *moment, int layer);
bool wave_knows_signal(const struct wave_moment *moment, int layer);
bool wave_knows_clip(
    const struct wave_moment *moment); /* after clipping, or where there is none */

/* ‖δ_{l+1} W_{l+1}‖/√B: the signal between the two stages of a layer below the output. */
double wave_between(const struct observation *seen, int layer);

/*
 * In words.
 */

enum { WAVE_WORDS = 160 };

/*
 * What happens, with its arithmetic, in at most `width` columns where that can be: what is
 * shown of a product multiplies to what is shown of its result.
 */
void wave_say(const struct observation *seen, const struct wave_moment *moment, int width,
    char text[WAVE_WORDS]);
/* True where the update is a step straight against g, clipped or not: by plain sgd. */
bool wave_goes_against_g(const struct observation *seen);
/* Why the update leaves the weights as they are, "lr is 0"; NULL: it moves them. */
const char *wave_stays(const struct observation *seen);
/* A positive number with so many digits that count: 0.0380, 2.7e-7. */
void wave_number(double value, int digits, char *text, size_t size);
/* One that may be below 0, with this many decimals where it is not too large for that. */
void wave_value(double value, int decimals, char *text, size_t size);
enum role wave_role(const struct wave_moment *moment);

#endif
