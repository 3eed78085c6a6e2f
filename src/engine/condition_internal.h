/* What reading a condition, telling whether it holds and putting it into words share. */
#ifndef NABLASCOPE_ENGINE_CONDITION_INTERNAL_H
#define NABLASCOPE_ENGINE_CONDITION_INTERNAL_H

#include "engine/condition.h"

/* names_fn: < <= > >= ==, and any all out. */
const char *condition_sign_name(int index);
const char *condition_layer_name(int index);

/* The first part of the condition whose last one this is. */
int condition_first_part(const struct condition *condition, int last);

bool condition_compare(double a, enum comparison comparison, double b);
/* The layer that a comparison is of, 0: the step; -1 where it is of several, … */
int condition_layer(const struct condition_part *part, const struct observation *seen);
/* … up to this one, which is the last that has the quantity. */
int condition_last_layer(const struct condition_part *part, const struct observation *seen);
/* Whether it is so there, with the number, 0 where there is none. */
enum truth condition_read(const struct condition_part *part, const struct observation *seen,
    int layer, double *value);
/* The truth of every part; of the whole it is the last. */
void condition_truths(const struct condition *condition, const struct observation *seen,
    const struct alerts *alerts, enum truth truths[CONDITION_PARTS]);

#endif
