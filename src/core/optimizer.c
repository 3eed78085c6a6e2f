#include "core/optimizer.h"

#include <math.h>

#include "core/error.h"

static const struct {
    const char *name;
    const char *help;
    int keeps;
} optimizers[] = {
    [OPTIMIZER_SGD] = {"sgd", "plain gradient descent", 0},
    [OPTIMIZER_MOMENTUM] = {"momentum", "a running sum of gradients", OPTIMIZER_KEEPS_M},
    [OPTIMIZER_NESTEROV] = {"nesterov", "momentum that looks ahead", OPTIMIZER_KEEPS_M},
    [OPTIMIZER_RMSPROP] = {"rmsprop",
        "divides by a running root mean square; beta2 is its alpha", OPTIMIZER_KEEPS_V},
    [OPTIMIZER_ADAM] = {"adam", "momentum over a running root mean square",
        OPTIMIZER_KEEPS_M | OPTIMIZER_KEEPS_V},
};
_Static_assert(ARRAY_LEN(optimizers) == OPTIMIZER_COUNT, "a row for each optimizer");

const char *optimizer_name(int index)
{
    return index >= 0 && index < OPTIMIZER_COUNT ? optimizers[index].name : NULL;
}

const char *optimizer_help(int index)
{
    return index >= 0 && index < OPTIMIZER_COUNT ? optimizers[index].help : NULL;
}

int optimizer_keeps(enum optimizer optimizer)
{
    return optimizers[optimizer].keeps;
}

double optimizer_decay_factor(enum optimizer optimizer, double lr, double weight_decay)
{
    return optimizer == OPTIMIZER_SGD ? 1 - lr * weight_decay : NAN;
}

/* base^t by squaring: libm's pow differs between systems. */
static double power(double base, uint64_t t)
{
    double result = 1;
    for (; t > 0; t >>= 1) {
        if (t & 1)
            result *= base;
        base *= base;
    }
    return result;
}

void optimizer_prepare(struct optimizer_settings *settings, uint64_t t)
{
    settings->m_correction = settings->v_correction = 1;
    if (settings->optimizer != OPTIMIZER_ADAM)
        return;
    settings->m_correction = 1 - power(settings->beta1, t);
    settings->v_correction = sqrt(1 - power(settings->beta2, t));
}
