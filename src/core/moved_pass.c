#include "core/moved_pass.h"

#include <stdlib.h>
#include <string.h>

#include "core/product.h"

/* Of a stack: so many rows at most, and so many doubles, to stay in the cache. */
enum { ROWS_MOST = 512, STACK = 1 << 14 };
/* Networks that a block has room for, however large the batch: a vector's worth of columns. */
enum { NETWORKS_LEAST = KERNEL_COLUMNS };

static ptrdiff_t widest(const struct network *network)
{
    ptrdiff_t widest = network->input_stride;
    for (int i = 0; i < network->layer_count; i++)
        widest = network->layers[i].stride > widest ? network->layers[i].stride : widest;
    return widest;
}

struct moved_size moved_size(const struct network *network)
{
    int rows = (int)(STACK / widest(network));
    rows = rows > ROWS_MOST ? ROWS_MOST : rows < NETWORKS_LEAST ? NETWORKS_LEAST : rows;
    int parts = (network->samples - 1) / (rows / NETWORKS_LEAST) + 1;
    int samples = (network->samples - 1) / parts + 1, elements = rows / (2 * samples);
    return (struct moved_size){elements > MOVED_ELEMENTS ? MOVED_ELEMENTS : elements, samples};
}

bool moved_scratch_init(struct moved_scratch *scratch, const struct network *network)
{
    struct moved_size size = moved_size(network);
    size_t columns = (size_t)(2 * size.elements + KERNEL_COLUMNS), widest_in = 0;
    size_t rows = 2 * (size_t)size.elements * (size_t)size.samples;
    size_t stack = rows * (size_t)widest(network) + KERNEL_COLUMNS;
    for (int i = 0; i < network->layer_count; i++) {
        size_t n_in = (size_t)network->layers[i].n_in;
        widest_in = n_in > widest_in ? n_in : widest_in;
    }
    *scratch = (struct moved_scratch){
        .weights = calloc((widest_in + 1) * columns, sizeof(double)),
        .columns = calloc((size_t)size.samples * columns, sizeof(double)),
        .below = calloc(stack, sizeof(double)),
        .above = calloc(stack, sizeof(double)),
        .wide = calloc(rows * (size_t)network->shape.outputs, sizeof(double)),
        .each = calloc(rows, sizeof(double)),
        .rows = calloc(rows, sizeof *scratch->rows),
        .samples = calloc(rows, sizeof *scratch->samples),
    };
    return scratch->weights && scratch->columns && scratch->below && scratch->above &&
        scratch->wide && scratch->each && scratch->rows && scratch->samples;
}

void moved_scratch_clear(struct moved_scratch *scratch)
{
    free(scratch->weights);
    free(scratch->columns);
    free(scratch->below);
    free(scratch->above);
    free(scratch->wide);
    free(scratch->each);
    free(scratch->rows);
    free(scratch->samples);
    *scratch = (struct moved_scratch){.weights = NULL};
}

#define REAL double
#define PASS(name) name##_double
#define NET struct moved_pass

static const double *parameters_double(const struct moved_pass *pass, int index)
{
    return pass->network->layers[index].parameters;
}

static const double *kept_double(const struct moved_pass *pass, int index)
{
    const struct layer *layer = &pass->network->layers[index];
    return index < pass->network->shape.depth ? layer->a : layer->z;
}

static const double *below_double(const struct moved_pass *pass, int index, ptrdiff_t *stride)
{
    const struct network *network = pass->network;
    *stride = index > 0 ? network->layers[index - 1].stride : network->input_stride;
    return index > 0 ? network->layers[index - 1].a : network->inputs;
}

static bool multiply_double(const struct network *network, int rows, int columns, int depth,
    const double *a, ptrdiff_t a_row, const double *b, ptrdiff_t b_stride, const double *bias,
    double *c, ptrdiff_t c_stride, const struct interrupt *interrupt)
{
    return product_multiply(network->kernels, rows, columns, depth,
        (struct factor){a, a_row, 1}, b, b_stride, bias, 1, c, c_stride, interrupt);
}

static void activate_double(const struct network *network, size_t count, double *values)
{
    network->kernels->activate(
        network->activation, network->leaky_slope, count, values, values);
}

static void losses_double(const struct moved_pass *pass, const double *outputs, int rows,
    const struct moved_scratch *scratch)
{
    const struct layer *output = &pass->network->layers[pass->network->shape.depth];
    struct matrix o = {outputs, rows, output->n_out, output->stride};
    loss_each(
        pass->network->kernels, pass->criterion, &o, scratch->samples, scratch->each, NULL);
}

#include "core/moved_template.h"

static int crossing(double before, double now)
{
    return ((before > 0) != (now > 0)) * MOVED_CROSSED |
        (before == 0 && now > 0) * MOVED_FROM_ZERO;
}

/* In the moved layer the other columns stay. */
static void cross_columns_double(const struct work_double *work)
{
    const struct moved_block *block = work->block;
    const struct layer *layer = &work->net->network->layers[block->layer];
    const double *columns = work->scratch->columns;
    if (!work->losses->crossed)
        return;
    for (int v = 0; v < 2 * block->count; v++) {
        const double *before = layer->z + block->places[v / 2] % layer->stride;
        int crossed = 0;
        for (int s = block->first; s < block->end; s++)
            crossed |= crossing(before[s * layer->stride],
                columns[(ptrdiff_t)(s - block->first) * work->columns + v]);
        work->losses->crossed[v] |= (unsigned char)crossed;
    }
}

static void cross_rows_double(const struct work_double *work, int index)
{
    const struct layer *layer = &work->net->network->layers[index];
    const struct moved_row *rows = work->scratch->rows;
    const double *z = work->scratch->below;
    if (!work->losses->crossed)
        return;
    for (int r = 0; r < work->rows; r++) {
        const double *before = layer->z + rows[r].sample * layer->stride;
        const double *now = z + r * layer->stride;
        int crossed = 0;
        for (int j = 0; j < layer->n_out; j++)
            crossed |= crossing(before[j], now[j]);
        work->losses->crossed[rows[r].network] |= (unsigned char)crossed;
    }
}

bool moved_pass_run(const struct moved_pass *pass, const struct moved_block *block,
    struct moved_scratch *scratch, const struct interrupt *interrupt,
    const struct moved_losses *losses)
{
    struct work_double work = {.net = pass,
        .block = block,
        .losses = losses,
        .interrupt = interrupt,
        .scratch = scratch};
    return run_double(&work);
}
