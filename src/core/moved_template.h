/*
 * The passes of core/moved_pass.h in one precision; included by moved_pass.c and float_pass.c
 * with REAL, PASS(name): the name with the precision's suffix, NET: the network in this
 * precision, with the fields of struct moved_pass, and
 *   PASS(parameters)    a layer's block
 *   PASS(kept)          what a layer makes of the samples: a, or the output's z
 *   PASS(below)         what is below a layer, and its stride
 *   PASS(multiply)      z of rows; false when interrupted
 *   PASS(activate)      z to a in place
 *   PASS(losses)        ℓ of rows of outputs
 * before it, and after it
 *   PASS(cross_columns) notes kinks between the kept z and this, of the moved layer
 *   PASS(cross_rows)    and of a layer above
 */

/* One block at work. */
struct PASS(work) {
    const NET *net;
    const struct moved_block *block;
    const struct moved_losses *losses;
    const struct interrupt *interrupt;
    struct moved_scratch *scratch;
    int columns; /* of scratch->columns: a multiple of KERNEL_COLUMNS */
    int rows;    /* that differ so far from the network as it is */
};

static void PASS(cross_columns)(const struct PASS(work) * work);
static void PASS(cross_rows)(const struct PASS(work) * work, int index);

static bool PASS(same)(REAL a, REAL b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* The moved layer's columns that the networks change, with the change; the rest is 0. */
static void PASS(gather)(const struct PASS(work) * work)
{
    const struct moved_block *block = work->block;
    const struct layer *layer = &work->net->network->layers[block->layer];
    const REAL *row = PASS(parameters)(work->net, block->layer);
    REAL *weights = work->scratch->weights, *to = weights, shift = (REAL)block->epsilon;
    int at[MOVED_ELEMENTS];
    for (int e = 0; e < block->count; e++)
        at[e] = (int)(block->places[e] % layer->stride);
    for (int k = 0; k <= layer->n_in; k++, row += layer->stride, to += work->columns) {
        for (int e = 0; e < block->count; e++)
            to[2 * e] = to[2 * e + 1] = row[at[e]];
        for (int v = 2 * block->count; v < work->columns; v++)
            to[v] = 0;
    }
    for (int e = 0; e < block->count; e++) {
        to = weights + block->places[e] / layer->stride * work->columns + 2 * e;
        to[0] += shift;
        to[1] -= shift;
    }
}

/* ℓ of a sample that is as in the network itself. */
static void PASS(keep_loss)(const struct PASS(work) * work, int network, int sample)
{
    work->losses->each[network * work->losses->of + sample] = work->net->each[sample];
}

/* Rows of the moved layer's outputs where a column differs. */
static void PASS(stack)(struct PASS(work) * work)
{
    const struct moved_block *block = work->block;
    const struct layer *layer = &work->net->network->layers[block->layer];
    const REAL *kept = PASS(kept)(work->net, block->layer);
    const REAL *columns = work->scratch->columns;
    size_t size = (size_t)layer->stride * sizeof(REAL);
    REAL *to = work->scratch->below;
    work->rows = 0;
    for (int v = 0; v < 2 * block->count; v++) {
        int at = (int)(block->places[v / 2] % layer->stride);
        for (int s = block->first; s < block->end; s++) {
            REAL moved = columns[(ptrdiff_t)(s - block->first) * work->columns + v];
            if (PASS(same)(moved, kept[s * layer->stride + at])) {
                PASS(keep_loss)(work, v, s);
                continue;
            }
            memcpy(to, kept + s * layer->stride, size);
            to[at] = moved;
            to += layer->stride;
            work->scratch->rows[work->rows++] = (struct moved_row){v, s};
        }
    }
}

/* The moved layer: of z and a, only the columns. */
static bool PASS(move)(struct PASS(work) * work)
{
    const struct moved_block *block = work->block;
    const struct network *network = work->net->network;
    const struct layer *layer = &network->layers[block->layer];
    struct moved_scratch *scratch = work->scratch;
    const REAL *weights = scratch->weights;
    int samples = block->end - block->first;
    ptrdiff_t stride;
    const REAL *below = PASS(below)(work->net, block->layer, &stride);
    PASS(gather)(work);
    if (!PASS(multiply)(network, samples, 2 * block->count, layer->n_in,
            below + block->first * stride, stride, weights, work->columns,
            weights + (ptrdiff_t)layer->n_in * work->columns, scratch->columns, work->columns,
            work->interrupt))
        return false;
    if (block->layer < network->shape.depth) {
        PASS(cross_columns)(work);
        PASS(activate)(network, (size_t)samples * (size_t)work->columns, scratch->columns);
    }
    PASS(stack)(work);
    return true;
}

/* Lets go of the rows that have come to what the network itself has there. */
static void PASS(drop)(struct PASS(work) * work, int index)
{
    const struct layer *layer = &work->net->network->layers[index];
    const REAL *kept = PASS(kept)(work->net, index);
    struct moved_row *rows = work->scratch->rows;
    REAL *values = work->scratch->below, *to = values;
    int left = 0;
    for (int r = 0; r < work->rows; r++, values += layer->stride) {
        const REAL *own = kept + rows[r].sample * layer->stride;
        int j = 0;
        while (j < layer->n_out && PASS(same)(values[j], own[j]))
            j++;
        if (j == layer->n_out) {
            PASS(keep_loss)(work, rows[r].network, rows[r].sample);
            continue;
        }
        if (to != values)
            memcpy(to, values, (size_t)layer->stride * sizeof *to);
        to += layer->stride;
        rows[left++] = rows[r];
    }
    work->rows = left;
}

/* A layer above the moved one: all of it, of the rows that differ. */
static bool PASS(rise)(struct PASS(work) * work, int index)
{
    const struct network *network = work->net->network;
    const struct layer *layer = &network->layers[index];
    struct moved_scratch *scratch = work->scratch;
    const REAL *parameters = PASS(parameters)(work->net, index);
    if (!PASS(multiply)(network, work->rows, layer->n_out, layer->n_in, scratch->below,
            layer[-1].stride, parameters, layer->stride,
            parameters + layer->n_in * layer->stride, scratch->above, layer->stride,
            work->interrupt))
        return false;
    void *free_one = scratch->below;
    scratch->below = scratch->above;
    scratch->above = free_one;
    if (index < network->shape.depth) {
        PASS(cross_rows)(work, index);
        PASS(activate)(network, (size_t)work->rows * (size_t)layer->stride, scratch->below);
    }
    PASS(drop)(work, index);
    return true;
}

/* The outputs stand in scratch->below. */
static void PASS(finish)(const struct PASS(work) * work)
{
    const struct moved_scratch *scratch = work->scratch;
    for (int r = 0; r < work->rows; r++)
        scratch->samples[r] = scratch->rows[r].sample;
    PASS(losses)(work->net, scratch->below, work->rows, scratch);
    for (int r = 0; r < work->rows; r++)
        work->losses
            ->each[scratch->rows[r].network * work->losses->of + scratch->rows[r].sample] =
            scratch->each[r];
}

static bool PASS(run)(struct PASS(work) * work)
{
    int layers = work->net->network->layer_count, columns = 2 * work->block->count;
    work->columns = (columns + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
    if (!PASS(move)(work))
        return false;
    for (int i = work->block->layer + 1; i < layers && work->rows > 0; i++) {
        if (!PASS(rise)(work, i))
            return false;
    }
    if (work->rows > 0)
        PASS(finish)(work);
    return true;
}
