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

static double momentum_of(double mu, uint64_t t, double d, double *m)
{
    *m = t == 1 ? d : mu * *m + d;
    return *m;
}

void optimizer_update(const struct optimizer_settings *settings, uint64_t t, size_t count,
    const double *g, double *m, double *v, double *theta, double *step)
{
    double lr = settings->lr, mu = settings->momentum, decay = settings->weight_decay;
    double b1 = settings->beta1, b2 = settings->beta2, epsilon = settings->epsilon;
    double m_correction = 1 - power(b1, t), v_correction = sqrt(1 - power(b2, t));
    for (size_t i = 0; i < count; i++) {
        double d = g[i] + decay * theta[i];
        switch (settings->optimizer) {
        case OPTIMIZER_SGD:
        case OPTIMIZER_COUNT:
            step[i] = -lr * d;
            break;
        case OPTIMIZER_MOMENTUM:
            step[i] = -lr * momentum_of(mu, t, d, &m[i]);
            break;
        case OPTIMIZER_NESTEROV:
            step[i] = -lr * (d + mu * momentum_of(mu, t, d, &m[i]));
            break;
        case OPTIMIZER_RMSPROP:
            v[i] = b2 * v[i] + (1 - b2) * d * d;
            step[i] = -lr * (d / (sqrt(v[i]) + epsilon));
            break;
        case OPTIMIZER_ADAM:
            m[i] = b1 * m[i] + (1 - b1) * d;
            v[i] = b2 * v[i] + (1 - b2) * d * d;
            step[i] = -(lr / m_correction) * (m[i] / (sqrt(v[i]) / v_correction + epsilon));
            break;
        }
        theta[i] += step[i];
    }
}
