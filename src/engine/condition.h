/*
 * Conditions on a step of a run, the one grammar of whatever stops at a step or judges one:
 *
 *     CONDITION  QUANTITY OP VALUE | event NAME | step N
 *                not CONDITION | CONDITION and CONDITION | CONDITION or CONDITION | (CONDITION)
 *     QUANTITY   NAME, or of a layer NAME[LAYER], NAME[out], NAME[any], NAME[all]
 *     OP         < <= > >= ==
 *
 * `not` binds closest, then `and`, then `or`. Quantities are those of core/quantity.h; a name
 * that steps and layers share is the layers' with brackets alone. [any] and [all] are of the
 * layers that have the quantity: the hidden ones, or the output too. Events are those of
 * engine/alert.h; one holds from the step on at which it has happened in the run for the first
 * time. `step N` holds from step N on.
 *
 * What cannot be told is neither so nor not so (Kleene's strong logic): where a number is
 * unknown, undefined or NaN, where there is no such layer, and where nobody tells events.
 */
#ifndef NABLASCOPE_ENGINE_CONDITION_H
#define NABLASCOPE_ENGINE_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/names.h"
#include "core/quantity.h"
#include "engine/alert.h"

enum {
    CONDITION_PARTS = 32, /* comparisons, events, steps, and what joins them */
    CONDITION_DEPTH = 16, /* brackets and nots inside each other */
    CONDITION_TEXT = 2048 /* room for any condition as text */
};

/* In this order `and` is the lesser, `or` the greater of two, and `not` is 2 minus one. */
enum truth { TRUTH_NO, TRUTH_UNTOLD, TRUTH_YES };

enum condition_kind {
    CONDITION_COMPARES, /* a quantity with a value */
    CONDITION_EVENT,
    CONDITION_STEP,
    CONDITION_NOT,
    CONDITION_AND,
    CONDITION_OR
};

enum comparison {
    COMPARE_BELOW,
    COMPARE_AT_MOST,
    COMPARE_ABOVE,
    COMPARE_AT_LEAST,
    COMPARE_EQUAL,
    COMPARE_COUNT
};

enum condition_place { AT_STEP, AT_LAYER, AT_ANY_LAYER, AT_ALL_LAYERS, AT_OUTPUT };

struct condition_part {
    enum condition_kind kind;
    enum quantity_id quantity; /* of COMPARES */
    enum condition_place place;
    int layer; /* 1-based, at a layer */
    enum comparison comparison;
    enum alert_kind event; /* of EVENT */
    double value;          /* finite; of STEP a whole number */
};

/* Plain data: each part behind those that it joins, the whole last. Zeroed: none. */
struct condition {
    int count;
    struct condition_part parts[CONDITION_PARTS];
};

/*
 * Reads one. `depth` is the number of hidden layers, 0 where nobody knows: then layers are
 * checked when it is asked. False with *error: the column (1-based), the word, what was meant,
 * what to do; *condition is none then.
 */
bool condition_parse(
    const char *text, int depth, struct condition *condition, struct error *error);

/*
 * What can stand behind this beginning of a condition, as names; NULL: anything or nothing.
 * Words of it are whole: the one that is being typed is left out, and the "[" before it.
 */
names_fn *condition_expected(const char *text);
/* names_fn of what a condition can begin with. */
const char *condition_first_name(int index);

/* The text, with the fewest brackets and the shortest numbers that read as the same parts.
 * Returns its length; `size` of CONDITION_TEXT is always enough. */
size_t condition_write(const struct condition *condition, char *text, size_t size);
bool condition_equal(const struct condition *a, const struct condition *b);

/* What it takes to tell, or-ed. */
enum condition_needs {
    CONDITION_SURVEYS = 1, /* a quantity that is known of surveyed steps only */
    CONDITION_EVENTS = 2   /* events, of a run whose deaths are recorded */
};
unsigned condition_needs(const struct condition *condition);

/* Whether it holds at an evaluated step. `alerts`: with this step's; NULL where nobody tells
 * any. */
enum truth condition_holds(const struct condition *condition, const struct observation *seen,
    const struct alerts *alerts);

/*
 * Of one that holds: what makes it so, with the numbers, as "dead[3] = 2 > 1". A number has as
 * many digits as it takes for the comparison to be seen.
 */
void condition_explain(const struct condition *condition, const struct observation *seen,
    const struct alerts *alerts, char *text, size_t size);

#endif
