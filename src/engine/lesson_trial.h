/*
 * A lesson gone through without a screen, on one seed: nobody is asked, nothing is shown, and
 * every expect is judged. It ends in bounded time: so many steps for what is waited for, so
 * much work in all.
 */
#ifndef NABLASCOPE_ENGINE_LESSON_TRIAL_H
#define NABLASCOPE_ENGINE_LESSON_TRIAL_H

#include "engine/lesson_player.h"
#include "engine/session.h"

/* Multiply-adds of a pass, about, of all steps of one trial: some minutes. */
#define LESSON_WORK_MOST 1e12
enum {
    LESSON_TRIAL_STEPS = 1000000, /* of one trial */
    LESSON_HISTORY = 64 << 20     /* bytes for going back */
};

struct lesson_trial {
    struct lesson_player player;
    struct session *session; /* owned */
    uint64_t seed;
    double work; /* done so far */
    uint64_t steps;
    int judged; /* expects */
    bool every; /* those of other seeds, too */
    /* An expect of this seed has been judged; NULL: nobody asks. */
    void (*found)(
        void *context, const struct lesson_item *item, const struct lesson_finding *finding);
    /* A command of the screen, or a place of a look; false with *error where it knows none of
     * it. NULL: all are right. */
    bool (*show)(void *context, const struct lesson_item *item, struct error *error);
    void *context;
};

/* At the beginning. False with *error. `interrupt` may be NULL. */
bool lesson_trial_begin(struct lesson_trial *trial, const struct lesson *lesson, uint64_t seed,
    const struct kernels *kernels, const struct workers *workers,
    const struct interrupt *interrupt, struct error *error);
void lesson_trial_end(struct lesson_trial *trial);
/* Does the item at hand and goes on. False when there is no more to be done: at the end, where
 * *error is "", or where something is wrong, with its line in *error. */
bool lesson_trial_go(struct lesson_trial *trial, struct error *error);

/* The check that a lesson asks for, of an evaluated training. False when interrupted or out of
 * memory. */
bool lesson_check_gradient(const struct training *training, const struct lesson_check *wanted,
    struct lesson_checked *checked);

#endif
