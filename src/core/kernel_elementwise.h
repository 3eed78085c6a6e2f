/*
 * Elementwise functions of one instruction set: core/elementary.h's, one loop for each, so that
 * the compiler vectorises each by itself.
 */
#define EACH(expression)                                                                       \
    for (size_t i = 0; i < count; i++)                                                         \
        out[i] = (expression);                                                                 \
    break

/* Several vectors in step, and what is left of them. */
#define IN_STEP_AND_EACH(in_step, each)                                                        \
    for (; first + IN_STEP * LANES <= count; first += IN_STEP * LANES)                         \
        in_step(z + first, out + first);                                                       \
    for (size_t i = first; i < count; i++)                                                     \
        out[i] = each(z[i]);                                                                   \
    break

static TARGET void KERNEL(activate)(enum activation activation, double slope, size_t count,
    const double *restrict z, double *restrict out)
{
    size_t first = 0;
    switch (activation) {
    case ACTIVATION_SIGMOID:
        IN_STEP_AND_EACH(KERNEL(sigmoid_in_step), real_sigmoid);
    case ACTIVATION_TANH:
        IN_STEP_AND_EACH(KERNEL(tanh_in_step), real_tanh);
    case ACTIVATION_RELU: /* written so that NaN passes */
        EACH(z[i] <= 0 ? 0 : z[i]);
    case ACTIVATION_LEAKY_RELU:
        EACH(z[i] <= 0 ? slope * z[i] : z[i]);
    case ACTIVATION_ELU:
        EACH(real_elu(z[i]));
    case ACTIVATION_GELU:
        EACH(real_gelu(z[i]));
    case ACTIVATION_SILU:
        EACH(real_silu(z[i]));
    case ACTIVATION_SOFTPLUS:
        EACH(real_softplus(z[i]));
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        EACH(z[i]);
    }
}

/* φ'(z) of those whose slope a = φ(z) tells. */
INLINE VECTOR KERNEL(slope_of_a)(const enum activation activation, double slope, VECTOR a)
{
    const VECTOR one = KERNEL(broadcast)(1);
    switch (activation) {
    case ACTIVATION_SIGMOID:
        return a * (one - a);
    case ACTIVATION_TANH:
        return (one - a) * (one + a);
    case ACTIVATION_RELU: /* a <= 0 where z <= 0 */
        return KERNEL(keep)(one, ~(a <= 0));
    case ACTIVATION_LEAKY_RELU:
        return KERNEL(choose)(a <= 0, KERNEL(broadcast)(slope), one);
    case ACTIVATION_ELU: /* these are not asked for */
    case ACTIVATION_GELU:
    case ACTIVATION_SILU:
    case ACTIVATION_SOFTPLUS:
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        break;
    }
    return one;
}

static TARGET void KERNEL(slopes_of_a)(enum activation activation, double slope, size_t count,
    const double *restrict a, double *restrict out)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        KERNEL(store)(out + i, KERNEL(slope_of_a)(activation, slope, KERNEL(load)(a + i)));
    for (; i < count; i++)
        out[i] = KERNEL(slope_of_a)(activation, slope, KERNEL(broadcast)(a[i]))[0];
}

static TARGET void KERNEL(derive)(enum activation activation, double slope, size_t count,
    const double *restrict z, const double *restrict a, double *restrict out)
{
    switch (activation) {
    case ACTIVATION_ELU:
        EACH(real_elu_slope(z[i]));
    case ACTIVATION_GELU:
        EACH(real_gelu_slope(z[i]));
    case ACTIVATION_SILU:
        EACH(real_silu_slope(z[i]));
    case ACTIVATION_SOFTPLUS:
        EACH(real_sigmoid(z[i]));
    case ACTIVATION_SIGMOID:
    case ACTIVATION_TANH:
    case ACTIVATION_RELU:
    case ACTIVATION_LEAKY_RELU:
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        KERNEL(slopes_of_a)(activation, slope, count, a, out);
    }
}
#undef EACH

static TARGET void KERNEL(exponential)(
    size_t count, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < count; i++)
        y[i] = real_exp(x[i]);
}

static TARGET void KERNEL(log1p)(size_t count, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < count; i++)
        y[i] = real_log1p(x[i]);
}

static TARGET void KERNEL(scale)(size_t count, double *x, double factor)
{
    for (size_t i = 0; i < count; i++)
        x[i] *= factor;
}

static TARGET void KERNEL(clip)(size_t count, double *x, double c)
{
    for (size_t i = 0; i < count; i++)
        x[i] = x[i] > c ? c : (x[i] < -c ? -c : x[i]);
}

/* The formulas are in core/optimizer.h; one loop for each, as above. */
#define EACH(expression)                                                                       \
    for (size_t i = 0; i < count; i++) {                                                       \
        double d = g[i] + decay * theta[i];                                                    \
        step[i] = (expression);                                                                \
        theta[i] += step[i];                                                                   \
    }                                                                                          \
    break
#define M (m[i] = mu * m[i] + d)
#define M_MEAN (m[i] = b1 * m[i] + (1 - b1) * d)
#define V_ROOT sqrt(v[i] = b2 * v[i] + (1 - b2) * d * d)

static TARGET void KERNEL(update)(const struct optimizer_settings *settings, size_t count,
    const double *restrict g, double *restrict m, double *restrict v, double *restrict theta,
    double *restrict step)
{
    const double lr = settings->lr, mu = settings->momentum, decay = settings->weight_decay;
    const double b1 = settings->beta1, b2 = settings->beta2, epsilon = settings->epsilon;
    const double rate = lr / settings->m_correction, root = settings->v_correction;
    switch (settings->optimizer) {
    case OPTIMIZER_SGD:
    case OPTIMIZER_COUNT:
        EACH(-lr * d);
    case OPTIMIZER_MOMENTUM:
        EACH(-lr * M);
    case OPTIMIZER_NESTEROV:
        EACH(-lr * (d + mu * M));
    case OPTIMIZER_RMSPROP:
        EACH(-lr * (d / (V_ROOT + epsilon)));
    case OPTIMIZER_ADAM:
        EACH(-rate * (M_MEAN / (V_ROOT / root + epsilon)));
    }
}
#undef V_ROOT
#undef M_MEAN
#undef M
#undef EACH
