#include "engine/overfitting.h"

#include <math.h>

#include "engine/learning.h"

static bool is_worse(const struct overfitting *o, double constant)
{
    double rise = o->now.test - o->low.test;
    return rise > 0.1 * o->low.test + 0.01 * constant && rise > o->now.error &&
        rise > OVERFITTING_NOISE * o->noise && o->now.loss < 0.98 * o->low.loss;
}

/* Judges the block that is complete; true where overfitting begins. */
static bool judge(struct overfitting *o, double constant)
{
    double change = fabs(o->part.test - o->now.test);
    if (!isfinite(o->part.test) || !isfinite(o->part.loss))
        return false;
    o->now = o->part;
    o->blocks++;
    if (o->blocks == 2)
        o->noise = change;
    else if (o->blocks > 2)
        o->noise += (change - o->noise) / OVERFITTING_MEMORY;
    if (o->blocks == 1 || o->now.test < o->low.test)
        o->low = o->now;
    bool worse = is_worse(o, constant);
    o->run = worse == o->said ? 0 : o->run + 1;
    if (o->run < 2)
        return false;
    o->said = worse;
    o->run = 0;
    return worse;
}

static void measure(struct overfitting *o, const struct observation *seen)
{
    struct test_block *part = &o->part;
    if (isfinite(seen->test_loss) && (!o->any || seen->test_loss < o->lowest)) {
        o->any = true;
        o->lowest = seen->test_loss;
        o->lowest_step = seen->step;
    }
    part->measured++;
    part->test += (seen->test_loss - part->test) / part->measured;
    part->error += (seen->test_error - part->error) / part->measured;
}

bool overfitting_update(struct overfitting *overfitting, const struct observation *seen)
{
    struct test_block *part = &overfitting->part;
    if (seen->test_samples < OVERFITTING_LEAST)
        return false;
    if (overfitting->steps++ == 0)
        *part = (struct test_block){.first = seen->step};
    part->last = seen->step;
    part->loss += (seen->loss - part->loss) / (double)overfitting->steps;
    if (observation_counts(seen) && seen->surveyed)
        measure(overfitting, seen);
    if (overfitting->steps < learning_block(seen))
        return false;
    overfitting->steps = 0;
    return part->measured > 0 && judge(overfitting, seen->constant_loss);
}
