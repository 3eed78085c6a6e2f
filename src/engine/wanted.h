/*
 * What is asked for: commands are carried out on it, and on nothing else, one after the other.
 * So there is no queue that could be full: of equal settings the last counts, relative ones
 * move on from where the ones before have led. A session takes it over between two steps, as
 * much of it as is possible; a screen shows it at once.
 */
#ifndef NABLASCOPE_ENGINE_WANTED_H
#define NABLASCOPE_ENGINE_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/hparams.h"
#include "engine/agenda.h"
#include "engine/command.h"
#include "engine/condition.h"
#include "engine/preset.h"

/* The first steps of a scene that starts slow, and how many of them there are a second. */
#define SCENE_SLOW_RATE 2.0
enum { SCENE_SLOW_STEPS = 12 };

/* The furthest step that the run has been at, which who has the run knows. */
#define GOAL_END UINT64_MAX

struct wanted {
    struct hparams hparams;
    bool running;
    bool reversing;     /* step by step back, not running; at step 0 that is over */
    double target_rate; /* steps a second, INFINITY: as fast as possible; see wanted_rate */
    const struct preset *scene; /* asked for, and no setting has changed since; NULL: none */
    bool slow;                  /* of it: it starts slow, no speed has been asked for since */
    uint64_t owed;              /* steps to do while not running */
    uint64_t handled;           /* commands, also refused ones */
    bool waiting;               /* running until this holds: */
    struct condition until;
    uint64_t awaited; /* which one that is: `handled` with its command */
    bool seeking;     /* to be at `goal` before any other step is done */
    uint64_t goal;    /* or GOAL_END */
    bool leaving;     /* before it goes there, `left` are the settings where it stands */
    struct hparams left;
    bool racing;          /* a ghost with these settings begins with the run at step 0 */
    struct hparams rival; /* of the last race */
    /* Another branch is to be gone on with, or one to be dropped, or to be the ghost: */
    bool branching;
    struct command branch;
    bool guided;    /* there is a lecturer (engine/lecture.h) … */
    bool following; /* … whose steps and settings are to be done, and no others */
    bool returning; /* to where they are, since it was last taken over */
    double fastest; /* speed that may be asked for; 0: any */
    uint64_t at;    /* the step at hand when that was last told: relative goals count from it */
    uint64_t furthest; /* step that the run had been at then */

    struct agenda agenda; /* what is armed */
    /* Armed changes have been made, and are to be made again in a run from step 0 on, … */
    bool overlaid;
    struct hparams own; /* … which begins with what was set by hand alone */

    /* Since it was last taken over: */
    bool anew;           /* from step 0 */
    bool halted;         /* steps owed before do not count any more */
    bool untold;         /* `last` has changed the training */
    struct command last; /* to be told when it is taken over */
};

/*
 * Carries a command out; those of the screen change nothing. What concerns the training or its
 * steps ends following. False when it is refused, with the reason in *error: nothing has
 * changed but `handled`.
 */
bool wanted_do(struct wanted *wanted, const struct command *command, struct error *error);
/* Carries out an armed command, for which the step has come. False as above. */
bool wanted_carry(struct wanted *wanted, const struct command *armed, struct error *error);
/* The same for what is asked for, where a session of its own has carried it out. */
void wanted_carried(struct wanted *asked, const struct command *armed);
/* What it waits for has come, or cannot come, if it still waits for that: it stops. */
void wanted_stop(struct wanted *wanted, uint64_t awaited);
/* What a command comes to that depends on what is so (toggle, reverse, faster, slower, a seek
 * that is relative); a speed is one that may be asked for. */
struct command wanted_resolve(const struct wanted *wanted, const struct command *command);
/* Whether it goes back by itself, while it is not at step 0. */
bool wanted_reverses(const struct wanted *wanted);
/* It goes on or back by itself. */
bool wanted_moves(const struct wanted *wanted);
/* Steps a second from this step to the next one, while running: the target, or less. */
double wanted_rate(const struct wanted *wanted, uint64_t step);
/* The scene whose settings these are; NULL: none. */
const struct preset *wanted_scene(const struct wanted *wanted);
/* The step that is sought, as far as that is known here. */
uint64_t wanted_goal(const struct wanted *wanted);
/* Takes over what is asked for of `from`, which then asks for nothing new. */
void wanted_take(struct wanted *wanted, struct wanted *from);
/* The training's settings have changed of themselves from `was`, as it went to another step:
 * what is not asked to be otherwise follows. */
void wanted_follow(struct wanted *wanted, const struct hparams *was, const struct hparams *now);

#endif
