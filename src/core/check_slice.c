#include "core/check_slice.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/check_elements.h"
#include "core/gradient_check.h"

/* Multiply-adds of a slice: about a millisecond, unless a single block takes longer. */
#define SLICE_WORK 2e7

/* A unit that takes less is not asked within whether it is still wanted. */
#define WORTH_ASKING 1e7

static int precisions(const struct gradient_check *check)
{
    return check->options.with_float ? PRECISION_COUNT : 1;
}

/* Of one element on one sample: a column of its layer, and the layers above. */
static double cost(const struct gradient_check *check, int layer)
{
    const struct network *network = check->network;
    double above =
        layer + 1 < network->layer_count ? check_pass_cost(&network->shape, layer + 1) : 0;
    return 2.0 * precisions(check) * (network->layers[layer].n_in + 21.0 + above);
}

double check_slice_work(const struct gradient_check *check, int from, int end)
{
    double work = 0;
    for (int i = from; i < end; i++) {
        const struct check_block *block = &check->slices.blocks[i];
        work += cost(check, block->layer) * block->count * check->network->samples;
    }
    return work;
}

int check_slice_end(const struct gradient_check *check, int block)
{
    double work = 0;
    do
        work += check_slice_work(check, block, block + 1);
    while (++block < check->slices.block_count && work < SLICE_WORK);
    return block;
}

static int64_t slice_elements(const struct check_slices *slices, int from, int end)
{
    const struct check_block *last = &slices->blocks[end - 1];
    return last->first + last->count - slices->blocks[from].first;
}

/* Parts of the batch that blocks are of. */
static int parts_of(const struct gradient_check *check)
{
    return (check->network->samples - 1) / check->slices.size.samples + 1;
}

static int64_t min_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool cut(struct gradient_check *check)
{
    struct check_slices *slices = &check->slices;
    int64_t elements = slices->size.elements, all = check->network->layer_count;
    all += check->total / elements;
    slices->blocks = calloc((size_t)all, sizeof *slices->blocks);
    if (!slices->blocks)
        return false;
    for (int l = 0; l < check->network->layer_count; l++) {
        const struct check_layer *own = &check->layers[l];
        for (int64_t k = 0; k < own->count; k += elements)
            slices->blocks[slices->block_count++] =
                (struct check_block){l, (int)min_of(own->count - k, elements), own->first + k};
    }
    return true;
}

bool check_slices_init(struct gradient_check *check)
{
    struct check_slices *slices = &check->slices;
    const struct workers *workers = check->network->workers;
    slices->size = moved_size(check->network);
    slices->workers = workers ? workers->count : 1;
    slices->scratch = calloc((size_t)slices->workers, sizeof *slices->scratch);
    if (!slices->scratch || !cut(check))
        return false;
    for (int i = 0; i < slices->workers; i++) {
        if (!moved_scratch_init(&slices->scratch[i], check->network))
            return false;
    }
    size_t most = 0;
    for (int from = 0, end; from < slices->block_count; from = end) {
        end = check_slice_end(check, from);
        size_t elements = (size_t)slice_elements(slices, from, end);
        most = elements > most ? elements : most;
    }
    size_t samples = (size_t)check->network->samples;
    slices->each = calloc(most * 2 * (size_t)precisions(check) * samples, sizeof(double));
    slices->crossed = calloc(most * 2 * (size_t)parts_of(check), 1);
    return slices->each && slices->crossed;
}

void check_slices_clear(struct check_slices *slices)
{
    for (int i = 0; slices->scratch && i < slices->workers; i++)
        moved_scratch_clear(&slices->scratch[i]);
    free(slices->scratch);
    free(slices->blocks);
    free(slices->each);
    free(slices->crossed);
}

/* A slice at work: its blocks, each on each part of the batch, in each precision. */
struct job {
    const struct gradient_check *check;
    int from, end;
    int64_t elements;
    atomic_int next; /* unit that nobody has begun */
    atomic_bool given_up;
};

static double *losses_of(const struct job *job, enum precision precision, int64_t element)
{
    return job->check->slices.each +
        ((int)precision * job->elements + element) * 2 * job->check->network->samples;
}

static bool run_unit(struct job *job, int unit, struct moved_scratch *scratch)
{
    const struct gradient_check *check = job->check;
    const struct check_slices *slices = &check->slices;
    int count = precisions(check), parts = parts_of(check), part = unit / count % parts;
    enum precision precision = (enum precision)(unit % count);
    const struct check_block *block = &slices->blocks[job->from + unit / count / parts];
    const struct check_layer *own = &check->layers[block->layer];
    int64_t element = block->first - slices->blocks[job->from].first;
    int first = part * slices->size.samples, samples = check->network->samples;
    struct moved_block moved = {.layer = block->layer,
        .count = block->count,
        .places = own->places + (block->first - own->first),
        .epsilon = check->options.epsilons[check->done],
        .first = first,
        .end = (int)min_of(samples, first + slices->size.samples)};
    struct moved_losses losses = {losses_of(job, precision, element), samples,
        check->has_kinks ? slices->crossed + 2 * (part * job->elements + element) : NULL};
    double work = cost(check, block->layer) * block->count * (moved.end - first);
    const struct interrupt *within = work < WORTH_ASKING ? NULL : &check->interrupt;
    if (interrupt_asked(&check->interrupt))
        return false;
    if (precision == PRECISION_FLOAT)
        return float_pass_run(&check->floats, &moved, scratch, within, &losses);
    struct moved_pass pass = {check->network, &check->criterion, check->each};
    return moved_pass_run(&pass, &moved, scratch, within, &losses);
}

static void work_on(void *context, int worker, int workers)
{
    (void)workers;
    struct job *job = context;
    struct moved_scratch *scratch = &job->check->slices.scratch[worker];
    int units = (job->end - job->from) * parts_of(job->check) * precisions(job->check);
    for (;;) {
        int unit = atomic_fetch_add(&job->next, 1);
        if (unit >= units || atomic_load(&job->given_up))
            return;
        if (!run_unit(job, unit, scratch))
            atomic_store(&job->given_up, true);
    }
}

/* Lists of losses that are added up at a time: an addition waits for the one before it. */
enum { LISTS = 8 };

/* Means of up to LISTS lists of ℓ, one after the other in memory. */
static void add_up(const double *each, int64_t lists, int samples, double means[LISTS])
{
    double sums[LISTS] = {0};
    const double *list[LISTS]; /* the last one again, where there are fewer */
    for (int i = 0; i < LISTS; i++)
        list[i] = each + min_of(i, lists - 1) * samples;
    for (int s = 0; s < samples; s++) {
        for (int i = 0; i < LISTS; i++)
            sums[i] += list[i][s];
    }
    for (int i = 0; i < LISTS; i++)
        means[i] = sums[i] / samples;
}

/* The same in floats: of ℓ, the sums and the means. */
static void add_up_single(const double *each, int64_t lists, int samples, float means[LISTS])
{
    float sums[LISTS] = {0};
    const double *list[LISTS];
    for (int i = 0; i < LISTS; i++)
        list[i] = each + min_of(i, lists - 1) * samples;
    for (int s = 0; s < samples; s++) {
        for (int i = 0; i < LISTS; i++)
            sums[i] += (float)list[i][s];
    }
    for (int i = 0; i < LISTS; i++)
        means[i] = sums[i] / (float)samples;
}

/* The two moved networks of an element, over all parts of the batch. */
static unsigned char kinks_of(const struct job *job, int64_t element)
{
    int above = 0, below = 0, parts = parts_of(job->check);
    for (int part = 0; part < parts; part++) {
        const unsigned char *crossed =
            job->check->slices.crossed + 2 * (part * job->elements + element);
        above |= crossed[0];
        below |= crossed[1];
    }
    int both = above | below;
    return (unsigned char)((above & MOVED_CROSSED ? KINK_FORWARD : 0) |
        (both & MOVED_CROSSED ? KINK_CENTRED : 0) |
        (above & MOVED_FROM_ZERO ? KINK_ON_FORWARD : 0) |
        (both & MOVED_FROM_ZERO ? KINK_ON_CENTRED : 0));
}

/* From the losses of the samples to those of the elements. */
static void gather(struct gradient_check *check, const struct job *job)
{
    enum { PART = LISTS / 2 };
    int64_t to = check->done * check->total + check->slices.blocks[job->from].first;
    int samples = check->network->samples;
    for (int64_t first = 0; first < job->elements; first += PART) {
        int64_t count = min_of(job->elements - first, PART);
        double means[LISTS];
        float singles[LISTS];
        add_up(losses_of(job, PRECISION_DOUBLE, first), 2 * count, samples, means);
        if (check->options.with_float)
            add_up_single(losses_of(job, PRECISION_FLOAT, first), 2 * count, samples, singles);
        for (int64_t k = 0; k < count; k++) {
            int64_t at = to + first + k;
            check->up[at] = means[2 * k];
            check->down[at] = means[2 * k + 1];
            check->kinks[at] = kinks_of(job, first + k);
            if (!check->options.with_float)
                continue;
            check->float_up[at] = singles[2 * k];
            check->float_down[at] = singles[2 * k + 1];
        }
    }
}

bool check_slice_run(struct gradient_check *check, int from, int end)
{
    struct job job = {.check = check,
        .from = from,
        .end = end,
        .elements = slice_elements(&check->slices, from, end)};
    memset(check->slices.crossed, 0, (size_t)job.elements * 2 * (size_t)parts_of(check));
    workers_run(check->network->workers, 2 * check_slice_work(check, from, end), work_on, &job);
    if (atomic_load(&job.given_up))
        return false;
    gather(check, &job);
    return true;
}
