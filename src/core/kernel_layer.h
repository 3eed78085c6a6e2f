/*
 * A pass through a small layer of one instruction set: its products, functions and sums in one
 * call.
 */
/*
 * The deviation below comes after the product: right after Σ a it would wait for the mean, a
 * tree and a quotient.
 */
static TARGET void KERNEL(forward)(const struct forward_layer *layer,
    struct activation_sums *below, struct activation_sums *sums)
{
    const struct factor factor = {layer->below, layer->below_stride, 1};
    const struct matrix z = {layer->z, layer->samples, layer->n_out, layer->stride};
    KERNEL(multiply_from)
    (layer->samples, layer->n_out, layer->n_in, &factor, layer->parameters, layer->stride,
        layer->parameters + layer->n_in * layer->stride, 0, 1, layer->z, layer->stride);
    if (below) {
        const struct matrix a = {
            layer->below, layer->samples, layer->n_in, layer->below_stride};
        KERNEL(add_deviation)(&a, below);
    }
    if (layer->a == layer->z) {
        KERNEL(activation_sums)(&z, layer->a, sums);
        return;
    }
    KERNEL(activate)
    (layer->activation, layer->slope, (size_t)layer->samples * (size_t)layer->stride, layer->z,
        layer->a);
    KERNEL(sums)(&z, layer->a, sums);
}

/* δ_{l+1} W_{l+1}: as many columns at a time as are turned round. */
INLINE void KERNEL(multiply_back)(const struct backward_layer *layer)
{
    const struct factor delta = {layer->delta, layer->stride, 1};
    for (int first = 0; first < layer->n_in; first += SUM_ROWS) {
        int left = layer->n_in - first, rows = left < SUM_ROWS ? left : SUM_ROWS;
        const struct matrix weights = {
            layer->parameters + first * layer->stride, rows, layer->n_out, layer->stride};
        int columns = KERNEL(padded)(rows);
        KERNEL(transpose)(&weights, columns, layer->turned, columns);
        KERNEL(multiply_from)
        (layer->samples, rows, layer->n_out, &delta, layer->turned, columns, NULL, 0, 1,
            layer->back + first, layer->below_stride);
    }
}

INLINE void KERNEL(pass_down)(const struct backward_layer *layer, struct backward_sums *sums)
{
    KERNEL(multiply_back)(layer);
    for (int first = 0; first < layer->samples; first += SUM_ROWS) {
        int left = layer->samples - first;
        ptrdiff_t at = first * layer->below_stride;
        const struct matrix back = {layer->back + at, left < SUM_ROWS ? left : SUM_ROWS,
            layer->n_in, layer->below_stride};
        struct slope_sums chunk;
        KERNEL(apply_slope)
        (layer->activation, layer->slope, &back, layer->below_z + at, layer->below + at,
            layer->limit, layer->below_delta + at, &chunk);
        sums->squares[BELOW_BACK] += chunk.back_square;
        sums->squares[BELOW_DELTA] += chunk.delta_square;
        sums->flat += chunk.flat;
    }
}

/* ∂loss/∂W = δᵀ a / B; Σ of its squares. */
INLINE double KERNEL(weight_gradients)(const struct backward_layer *layer, double share)
{
    double square = 0;
    for (int first = 0; first < layer->n_in; first += SUM_ROWS) {
        int left = layer->n_in - first;
        double *gradients = layer->gradients + first * layer->stride;
        const struct factor below = {layer->below + first, 1, layer->below_stride};
        const struct matrix chunk = {
            gradients, left < SUM_ROWS ? left : SUM_ROWS, layer->n_out, layer->stride};
        KERNEL(multiply_from)
        (chunk.rows, layer->n_out, layer->samples, &below, layer->delta, layer->stride, NULL, 0,
            share, gradients, layer->stride);
        square += KERNEL(square_sum)(&chunk);
    }
    return square;
}

/* ∂loss/∂b, the mean of δ over samples; Σ of its squares. */
INLINE double KERNEL(bias_gradients)(const struct backward_layer *layer, double share)
{
    double *biases = layer->gradients + layer->n_in * layer->stride;
    const struct matrix all = {biases, 1, layer->n_out, layer->stride};
    const struct matrix delta = {layer->delta, layer->samples, layer->n_out, layer->stride};
    for (int j = 0; j < layer->n_out; j += LANES)
        KERNEL(store)(biases + j, KERNEL(broadcast)(0));
    KERNEL(add_column_sums)(&delta, biases);
    for (int j = 0; j < layer->n_out; j += LANES)
        KERNEL(store)(biases + j, KERNEL(load)(biases + j) * share);
    return KERNEL(square_sum)(&all);
}

static TARGET void KERNEL(backward)(
    const struct backward_layer *layer, struct backward_sums *sums)
{
    double share = 1.0 / layer->samples;
    *sums = (struct backward_sums){0};
    if (layer->below_delta)
        KERNEL(pass_down)(layer, sums);
    sums->squares[WEIGHT_GRADIENTS] = KERNEL(weight_gradients)(layer, share);
    sums->squares[BIAS_GRADIENTS] = KERNEL(bias_gradients)(layer, share);
    for (int i = 0; i < BACKWARD_SUMS; i++)
        sums->roots[i] = sqrt(sums->squares[i]);
}
