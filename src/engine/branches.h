/*
 * What becomes of a run when it is told otherwise in its past: a change of settings there
 * begins a branch, and what was left stays. A branch is its first settings and its changes of
 * settings by their steps, from which every step of it can be computed again. A branch without
 * a parent begins at step 0.
 */
#ifndef NABLASCOPE_ENGINE_BRANCHES_H
#define NABLASCOPE_ENGINE_BRANCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/hparams.h"
#include "engine/marks.h"

/* A change of settings. */
struct run_change {
    uint64_t step;
    bool evaluated; /* it was made after that step had been: deaths were counted by the old ones
                     */
    struct hparams hparams; /* from then on */
};

/* All changes of a run, by their steps. Zeroed: none. */
struct change_log {
    struct run_change *list; /* owned */
    int count, reserved;
};

/* Room for one more after the first `count`. False when out of memory. */
bool change_log_reserve(struct change_log *log, int count);
bool change_log_copy(struct change_log *to, const struct change_log *from);
/* Without those at this step and later. */
void change_log_cut(struct change_log *log, uint64_t step);
void change_log_clear(struct change_log *log);
/* How many at the start are the same in both. */
int change_log_common(const struct change_log *a, const struct change_log *b);
/* The first step at which they differ; UINT64_MAX: none. */
uint64_t change_log_parts(const struct change_log *a, const struct change_log *b);

enum { BRANCHES_MOST = 16, BRANCH_NAME = 64, BRANCH_STEPS = 20 };

struct branch {
    int parent; /* index; -1: none */
    struct hparams first;
    struct change_log changes;
    uint64_t reached; /* the furthest step it has been at */
    bool followed;    /* it is the lecturer's (engine/lecture.h) */
    struct marks marks;
};

/* Zeroed: none. */
struct branches {
    struct branch list[BRANCHES_MOST];
    int count;
    int active;
    uint64_t at; /* of a copy, or a file: the step at hand of the active one */
    int ghost;   /* the one that runs beside it, counted from 1; 0: none */
};

void branches_clear(struct branches *branches);
/* Into one that has none. False when out of memory: it still has none. */
bool branches_copy(struct branches *to, const struct branches *from);
/* Adds one, which becomes the active one; one that is like it goes, and when there is no room
 * for another the oldest, but not the ghost. `parent` -1: none. */
void branches_add(struct branches *branches, int parent, const struct hparams *first);
/* One that begins so, has no changes and is not the active one; where there is none it is
 * added. The active one stays. Returns its index. */
int branches_root(struct branches *branches, const struct hparams *first);
/*
 * The branch of a run that begins at step 0 becomes the active one: that of an earlier run
 * which began so and had no changes yet (those that had some become its children); else a new
 * one. In the place of the active one, if that did not get BRANCH_STEPS far and nothing came of
 * it: it is as soon made again. Returns how far the branch has been.
 */
uint64_t branches_begin(struct branches *branches, const struct hparams *first);
/* Notes the log and the reach of the active one; of its marks those stay that were before what
 * is new in it. False when out of memory: it has the log of before. */
bool branches_note(
    struct branches *branches, const struct change_log *changes, uint64_t reached);
/* Forgets one that is not the active one; its children become its parent's. If it was the
 * ghost there is none then. */
void branches_drop(struct branches *branches, int index);

/* Each has been at its last change at least, whatever is said of it elsewhere. */
void branches_reach_changes(struct branches *branches);

/* False with *error when there is none of this index. */
bool branches_has(const struct branches *branches, int index, struct error *error);

/* What is told of them: plain data. */
struct branch_list {
    int count, active;
    int ghost; /* counted from 1; 0: none */
    struct {
        char name[BRANCH_NAME];
        int parent; /* index; -1: none */
        uint64_t begins, reached;
    } rows[BRANCHES_MOST];
};
void branches_tell(const struct branches *branches, struct branch_list *list);
/* The step from which another branch is not the active one; UINT64_MAX: they have nothing in
 * common. */
uint64_t branch_parts(const struct branch_list *list, int index);

/* The first step at which it differs from its parent; 0 without one, and where it does not. */
uint64_t branch_begins(const struct branches *branches, int index);
/* The same for who is told of it in lines, that of a digest of step `last` among them: no later
 * than what they say that it has reached. */
uint64_t branch_leaves(const struct branches *branches, int index, uint64_t last);
/* What the own settings have otherwise, in `size` bytes: "lr 3, relu"; "..." for what has no
 * room. Returns its length. */
size_t settings_words(
    const struct hparams *own, const struct hparams *other, char *text, size_t size);
/*
 * What differs from there on: "lr 3, relu from step 50". Of one without a parent what differs
 * from the one without a parent before it, of the first from the default: "depth 12".
 */
void branch_name(const struct branches *branches, int index, char name[BRANCH_NAME]);
/* The same as session files have it, where '#' would begin a comment; and where in it "from
 * step N" begins, NULL: it does not say it. */
char *branch_name_step(const struct branches *branches, int index, char name[BRANCH_NAME]);

#endif
