/*
 * What is known of a step, and of a layer at a step: one table. Rows of run, the record, the
 * curves, columns of the flow view and claims of export read it. A new quantity is a row here,
 * and its number where an observation is filled (core/training.c).
 */
#ifndef NABLASCOPE_CORE_QUANTITY_H
#define NABLASCOPE_CORE_QUANTITY_H

#include <stdbool.h>

#include "core/observation.h"

/* In the order of run's columns, those of layers after those of steps. */
enum quantity_id {
    QUANTITY_STEP,
    QUANTITY_LOSS,
    QUANTITY_ACCURACY,
    QUANTITY_GRAD_NORM,
    QUANTITY_GRAD_NORM_CLIPPED,
    QUANTITY_CLIP_SCALE,
    QUANTITY_CLIPPED_FRACTION,
    QUANTITY_CLIP_COSINE,
    QUANTITY_DEAD_SHARE,
    QUANTITY_SATURATED_SHARE,
    QUANTITY_STATUS,
    QUANTITY_TEST_LOSS,
    QUANTITY_TEST_ACCURACY,

    QUANTITY_LAYER,
    QUANTITY_UNITS,
    QUANTITY_SIGNAL,
    QUANTITY_DELTA_RMS,
    QUANTITY_SLOPE_GAIN,
    QUANTITY_WEIGHT_GAIN,
    QUANTITY_GAIN,
    QUANTITY_CEILING,
    QUANTITY_WEIGHT_GRAD_NORM,
    QUANTITY_BIAS_GRAD_NORM,
    QUANTITY_WEIGHT_NORM,
    QUANTITY_UPDATE_RATIO,
    QUANTITY_LAST_UPDATE_RATIO,
    QUANTITY_ACT_MEAN,
    QUANTITY_ACT_STD,
    QUANTITY_DEAD,
    QUANTITY_SATURATED,
    QUANTITY_COUNT
};

enum quantity_of { OF_STEP, OF_HIDDEN_LAYERS, OF_ALL_LAYERS };

enum quantity_shape {
    SHAPE_VALUE,  /* any number */
    SHAPE_SIZE,   /* 0 or more, over decades */
    SHAPE_FACTOR, /* 0 or more; 1 keeps a size as it is */
    SHAPE_SHARE,  /* 0..1 */
    SHAPE_COUNT,  /* whole */
    SHAPE_UNITS,  /* whole: so many of the layer's units */
    SHAPE_STATUS  /* 0: ok, 1: diverged */
};

/* What it takes for the quantity to mean something: such an activation, or samples held out. */
enum quantity_needs { NEEDS_NOTHING, NEEDS_FLAT, NEEDS_BOUNDED, NEEDS_TEST };

/* A number, or none: it is not defined (the gain where no signal arrives), or nobody has looked
 * (accuracy of a step that was not surveyed). A number need not be finite. */
enum reading_kind { READING_KNOWN, READING_UNDEFINED, READING_UNKNOWN };

struct reading {
    enum reading_kind kind;
    double value; /* 0 where there is none */
};

struct quantity {
    const char *name;   /* unique among those of steps, and among those of layers */
    const char *title;  /* over a picture of it, up to 24 columns */
    const char *brief;  /* over a column of 7 */
    const char *symbol; /* before the number of a layer, or of the step's value */
    const char *help;   /* one line */
    enum quantity_of of;
    enum quantity_shape shape;
    enum quantity_needs needs;
    bool column;   /* of run; where it needs samples held out, only with these */
    bool recorded; /* of every step (engine/record.h) */
    bool surveyed; /* known only of steps that have been surveyed */
    struct reading (*get)(const struct observation *seen, int layer); /* 1-based; steps: 0 */
};

extern const struct quantity quantities[QUANTITY_COUNT];

static inline bool quantity_of_layers(const struct quantity *quantity)
{
    return quantity->of != OF_STEP;
}

/* Between none and all. */
static inline bool quantity_is_share(const struct quantity *quantity)
{
    return quantity->shape == SHAPE_SHARE || quantity->shape == SHAPE_UNITS;
}

/* A value as it is, but a number of units as the share of the layer's. */
static inline double quantity_share(const struct quantity *quantity, double value, int units)
{
    return quantity->shape == SHAPE_UNITS ? value / units : value;
}

/* Whether it means something of such a step. */
bool quantity_applies(const struct quantity *quantity, const struct observation *seen);

/* As a bit of what is unknown. */
#define QUANTITY_BIT(id) (UINT64_C(1) << (id))
_Static_assert(QUANTITY_COUNT <= 64, "a bit for each");

/* Whether whoever tells of the step tells it. */
static inline bool quantity_told(const struct observation *seen, enum quantity_id id)
{
    return !(seen->unknown & QUANTITY_BIT(id));
}

/*
 * As get, but unknown where nobody tells it, and undefined also where it means nothing: with
 * such an activation, without samples held out, or of the output when it is of hidden layers.
 */
struct reading quantity_read(
    const struct quantity *quantity, const struct observation *seen, int layer);

#endif
