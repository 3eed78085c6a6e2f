/*
 * What is recorded of every step: the curves of the run, and six quantities of every layer; and
 * the part of it that a snapshot holds. Always recorded, all of it, so that what is recorded
 * does not depend on who watches; what costs a pass of its own (accuracy and dead units with
 * batches) is taken over from the start of the epoch, when it is counted in any case.
 */
#ifndef NABLASCOPE_ENGINE_CURVES_H
#define NABLASCOPE_ENGINE_CURVES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"
#include "engine/chronicle.h"

/* Of a layer at a step; none is ever negative, but for QUANTITY_UNDEFINED. */
enum quantity {
    QUANTITY_DELTA,     /* signal: ‖δ_l‖/√B */
    QUANTITY_GRADIENT,  /* ‖∂loss/∂W_l‖ before clipping */
    QUANTITY_GAIN,      /* g_l; undefined where nothing arrives, and for the output */
    QUANTITY_DEAD,      /* share of the layer's units; undefined where none can die */
    QUANTITY_SATURATED, /* share of sample-unit pairs; undefined where none can saturate */
    QUANTITY_UPDATE,    /* ‖ΔW_l‖/‖W_l‖ of the update that led to this step */
    QUANTITY_COUNT
};
#define QUANTITY_UNDEFINED (-1.0)

/* Of the run at a step. */
enum curve {
    CURVE_LOSS,     /* of the batch */
    CURVE_ACCURACY, /* of the whole data set; with batches, of the epoch's start */
    CURVE_NORM,     /* ‖g‖ before clipping */
    CURVE_COUNT
};

/* A curve's value at a step, and its range over the steps since the kept step before, so that
 * no spike is lost between kept steps. */
struct curve_point {
    double value, low, high;
};

const char *quantity_name(int index);

/* Begins a record of `layers` layers (output included); false when out of memory. */
bool curves_begin(struct chronicle *record, int layers);
/* Records the step that has been evaluated and clipped; again: replaces it. */
void curves_record(struct chronicle *record, const struct observation *seen);

/* What a snapshot holds: the curves, and one quantity of every layer. */
struct curves_detail {
    bool valid;
    enum quantity quantity;
    int layers;
    struct chronicle rows;
    uint64_t serial; /* of the record that `rows` is a copy of */
};

bool curves_detail_take(
    struct curves_detail *detail, const struct chronicle *record, enum quantity quantity);
void curves_detail_clear(struct curves_detail *detail);

/* Out of a row of `rows`. */
struct curve_point curves_point(const double *row, enum curve curve);
/* Layer 1..layers. */
double curves_layer(const double *row, int layer);

#endif
