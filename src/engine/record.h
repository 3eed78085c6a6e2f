/*
 * What is recorded of every step of a run: the quantities that the table marks so
 * (core/quantity.h), those of the step and those of every layer; and the part of it that a
 * snapshot holds. Always recorded, all of it (but for what needs samples held out where there
 * are none), so that what is recorded does not depend on who watches; what takes a survey is
 * taken over from the start of the epoch, when it is made in any case.
 */
#ifndef NABLASCOPE_ENGINE_RECORD_H
#define NABLASCOPE_ENGINE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quantity.h"
#include "engine/step_rows.h"

struct record {
    struct step_rows rows;
    size_t step_part; /* numbers of a row that are of the step: more with samples held out */
};

/* Begins a record of `layers` layers (output included), where `test` of samples held out, too;
 * false when out of memory. */
bool record_begin(struct record *record, int layers, bool test);
void record_clear(struct record *record);

/*
 * Records the step that has been evaluated and clipped: the one after the newest, or the newest
 * again, which is replaced. Another step changes nothing.
 */
void record_add(struct record *record, const struct observation *seen);

/*
 * Goes back to this step: those after it lie ahead. Returns the newest step that is
 * left, an earlier one where nothing is left of `step` itself; what is added from there on
 * gives the rows of a run that never went further. The steps before it have their rows as far
 * as these are kept, and the newest STEP_ROWS_RECENT are all there again once so many were
 * added.
 */
uint64_t record_cut(struct record *record, uint64_t step);
/* The same for who has kept the row of the step, and goes back to it, or on to it again; see
 * step_rows_resume. */
bool record_resume(struct record *record, uint64_t step, const double *row);
/* Whether all steps before this one that stay have their rows, also where they lie ahead. */
bool record_joins(const struct record *record, uint64_t step);
/* Another future begins at this step: what lies ahead from there on is forgotten. */
void record_forget(struct record *record, uint64_t step);

/* The recorded quantities of layers, in the table's order; QUANTITY_COUNT past the last. */
enum quantity_id record_layer_quantity(int index);
const char *record_layer_quantity_name(int index);

/* What a snapshot holds: the quantities of the step, and, where wanted, one of every layer. */
struct record_copy {
    struct step_rows steps, layers;
    bool has_layers; /* `layers` has the steps that `steps` has */
    enum quantity_id quantity;
    int layer_count;
};

/* Brings the copy up to date. `quantity`: the one of layers that is wanted; QUANTITY_COUNT:
 * none. False when out of memory; the copy has fewer steps then. */
bool record_copy_take(
    struct record_copy *copy, const struct record *record, enum quantity_id quantity);
void record_copy_clear(struct record_copy *copy);

/* A quantity of the step, and its range over some steps: no peak is lost between kept steps. */
struct record_range {
    struct reading last; /* of the last of them; unknown when that is not there */
    double low, high;    /* of the numbers among them; low > high: there is none */
};

/* Over first..last; `first` is 0, or follows a kept step, or is `last` itself. */
struct record_range record_range(
    const struct record_copy *copy, enum quantity_id id, uint64_t first, uint64_t last);
/* The same of kept steps, also of those that lie ahead. */
struct record_range record_range_ahead(
    const struct record_copy *copy, enum quantity_id id, uint64_t first, uint64_t last);
/* Steps 0.. that are recorded, those that lie ahead among them. */
uint64_t record_reach(const struct record_copy *copy);
/* Of the newest step. */
struct reading record_newest(const struct record_copy *copy, enum quantity_id id);
/* Copies the last `count` values, oldest first; returns how many there are. */
int record_recent(
    const struct record_copy *copy, enum quantity_id id, int count, double *values);
/* Share of all steps at which it was above 0. */
double record_share_above(const struct record_copy *copy, enum quantity_id id);

/* Of a layer (1-based), out of a row of `layers`. */
struct reading record_layer(const double *row, int layer);

#endif
