/*
 * Memory: a training allocates no more than it says beforehand, and no more than 1.3 times what
 * it cannot do without; a step allocates nothing. Linked with --wrap, so that every allocation
 * of the core passes through here.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/activation.h"
#include "core/clip.h"
#include "core/training.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

static size_t refused; /* no array of so many bytes is to be had */
static long allocations;
static size_t allocated;

/* Room to begin at a huge page is not used, and so no memory. */
enum { HUGE_PAGE = 2 << 20 };

static void count(size_t size)
{
    allocations++;
    allocated += size >= 2 * HUGE_PAGE ? size - HUGE_PAGE : size;
}

void *__wrap_malloc(size_t size)
{
    count(size);
    return __real_malloc(size);
}

void *__wrap_calloc(size_t number, size_t size)
{
    count(number * size);
    if (number * size == refused)
        return NULL;
    return __real_calloc(number, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    count(size);
    return __real_realloc(memory, size);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    count(size);
    return __real_posix_memalign(memory, alignment, size);
}

/* The data and a batch of them, parameters, their gradients, the optimizer's state, a of all
 * layers, z where slopes need it, two δ and what comes down to the next; with batches two
 * layers of a chunk, for the survey: no padding, no other scratch. */
static double least_bytes(const struct training *t)
{
    int keeps = optimizer_keeps((enum optimizer)t->hparams.optimizer);
    int blocks = 2 + !!(keeps & OPTIMIZER_KEEPS_M) + !!(keeps & OPTIMIZER_KEEPS_V);
    bool needs_z = !activations[t->hparams.activation].slope_of_a;
    double doubles = (double)t->data->inputs * (t->data->samples + t->network->shape.batch);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        doubles += blocks * (layer->n_in + 1.0) * layer->n_out;
        doubles += (1.0 + needs_z) * t->network->shape.batch * layer->n_out;
    }
    doubles += 3.0 * t->network->shape.batch * t->network->shape.width;
    if (t->network->shape.batch < t->data->samples)
        doubles += 2.0 * PROBE_ROWS * t->hparams.width;
    return doubles * sizeof(double);
}

static const char *const promises[] = {"a training is created", "no more allocated than said",
    "no more than 1.3 times what is needed", "a step allocates nothing",
    "a survey without memory for the watched unit has looked at it all the same"};
static int broken[ARRAY_LEN(promises)];

static void expect(int promise, bool kept, const struct hparams *h)
{
    if (kept)
        return;
    printf("# %s: depth %d, width %d, %d samples, %s, clip %s, %s\n", promises[promise],
        h->depth, h->width, h->samples, activation_name(h->activation), clip_name(h->clip),
        optimizer_name(h->optimizer));
    broken[promise]++;
}

/* On data of so many inputs and ten classes; 0 inputs: on those that are generated. */
static void check_training(const struct hparams *hparams, int inputs)
{
    struct data_shape shape = {hparams->samples, inputs, 10, 0, 0};
    if (inputs == 0)
        shape = data_shape_of(hparams);
    allocations = 0;
    allocated = 0;
    struct dataset *data = inputs > 0 ? dataset_create(&shape) : dataset_of(hparams);
    struct training *t = training_create(hparams, data, kernels_select(NULL), NULL);
    expect(0, t != NULL, hparams);
    if (!t)
        return;
    expect(1,
        allocated > 0 &&
            allocated <=
                training_bytes(hparams, shape, (struct signals){0, 0}) + sizeof *t + 1024,
        hparams);
    /* Padding to whole vectors weighs more in narrow layers. */
    expect(2, hparams->width < 32 || (double)allocated <= 1.3 * least_bytes(t), hparams);
    long before = allocations;
    for (int step = 0; step < 5; step++) {
        (void)training_evaluate(t, step == 3);
        training_clip(t);
        training_update(t);
    }
    expect(3, allocations == before, hparams);
    training_destroy(t);
}

/* Else every frame would take another one. With memory again, so does the next. */
static void check_survey(void)
{
    struct hparams h;
    hparams_init(&h);
    h.samples = 1003;
    h.batch = 10;
    struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), NULL);
    expect(0, t != NULL, &h);
    if (!t)
        return;
    refused = (size_t)h.samples * sizeof(double);
    training_watch_unit(t, 2, 3);
    bool kept = survey_unseen(&t->survey) && training_survey(t) && !survey_unseen(&t->survey) &&
        survey_starved(&t->survey) && !t->survey.seen.z;
    refused = 0;
    kept = kept && training_survey(t) && !survey_unseen(&t->survey) &&
        !survey_starved(&t->survey) && t->survey.seen.z;
    expect(4, kept, &h);
    training_destroy(t);
}

int main(void)
{
    static const int sizes[][3] = {{10, 8, 32}, {32, 32, 64}, {64, 128, 128}, {12, 512, 256}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct hparams h;
        hparams_init(&h);
        h.depth = sizes[i][0];
        h.width = sizes[i][1];
        h.samples = sizes[i][2];
        check_training(&h, 0);
        check_training(&h, 784);
    }
    for (int n = 0; n < ACTIVATION_COUNT * OPTIMIZER_COUNT * CLIP_COUNT; n++) {
        struct hparams h;
        hparams_init(&h);
        h.activation = n % ACTIVATION_COUNT;
        h.optimizer = n / ACTIVATION_COUNT % OPTIMIZER_COUNT;
        h.clip = n / ACTIVATION_COUNT / OPTIMIZER_COUNT;
        h.clip_at = 1e-3;
        h.depth = 6;
        h.width = 40;
        h.samples = 70;
        h.batch = n % 2 ? 20 : 0;
        check_training(&h, n % 3 == 2 ? 5 : 0);
    }
    check_survey();
    printf("1..%d\n", (int)ARRAY_LEN(promises));
    for (int i = 0; i < (int)ARRAY_LEN(promises); i++)
        printf("%s %d - memory: %s\n", broken[i] ? "not ok" : "ok", i + 1, promises[i]);
    return 0;
}
