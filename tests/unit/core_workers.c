/* How evenly a step is shared, by counting: however many workers there are, the same bits. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/training.h"
#include "suites.h"

enum { MOST = 16 };

/* Workers that take turns, the last first, and what each of them has done in a piece of work.
 */
static struct {
    int pieces;        /* of work: so often they wait for each other */
    int turn;          /* whose; -1: the caller by itself */
    double done[MOST]; /* of the piece under way */
    double all, alone,
        path; /* multiply-adds: together, by the caller, of the slowest each time */
} crew;

static void crew_run(void *pool, int count, work_fn *work, void *context)
{
    (void)pool;
    double longest = 0;
    for (crew.turn = count - 1; crew.turn >= 0; crew.turn--) {
        crew.done[crew.turn] = 0;
        work(context, crew.turn, count);
        longest = fmax(longest, crew.done[crew.turn]);
    }
    crew.path += longest;
    crew.pieces++;
}

static void note(double operations)
{
    crew.all += operations;
    if (crew.turn >= 0) {
        crew.done[crew.turn] += operations;
    } else {
        crew.alone += operations;
        crew.path += operations;
    }
}

/*
 * Kernels that note what they do. An element takes as long as some multiply-adds: what is read
 * comes from far, an activation is a polynomial.
 */
enum { PASS = 8, FUNCTION = 20 };
static const struct kernels *bare;

static void multiply(int rows, int columns, int depth, const struct factor *a, const double *b,
    ptrdiff_t b_stride, const double *bias, double scale, double *c, ptrdiff_t c_stride)
{
    note((double)rows * columns * depth);
    bare->multiply(rows, columns, depth, a, b, b_stride, bias, scale, c, c_stride);
}

static void transpose(const struct matrix *m, int columns, double *out, ptrdiff_t stride)
{
    note((double)PASS * m->rows * m->columns);
    bare->transpose(m, columns, out, stride);
}

static void activate(
    enum activation activation, double slope, size_t count, const double *z, double *a)
{
    note(FUNCTION * (double)count);
    bare->activate(activation, slope, count, z, a);
}

static void apply_slope(enum activation activation, double slope, const struct matrix *back,
    const double *z, const double *a, double limit, double *delta, struct slope_sums *sums)
{
    note((double)PASS * back->rows * back->columns);
    bare->apply_slope(activation, slope, back, z, a, limit, delta, sums);
}

static void update(const struct optimizer_settings *settings, size_t count, const double *g,
    double *m, double *v, double *theta, double *step)
{
    note(PASS * (double)count);
    bare->update(settings, count, g, m, v, theta, step);
}

static double sum(const struct matrix *m)
{
    note((double)PASS * m->rows * m->columns);
    return bare->sum(m);
}

static double square_sum(const struct matrix *m)
{
    note((double)PASS * m->rows * m->columns);
    return bare->square_sum(m);
}

static void activation_sums(
    const struct matrix *z, const double *a, struct activation_sums *sums)
{
    note((double)PASS * z->rows * z->columns);
    bare->activation_sums(z, a, sums);
}

static double clipped_count(const struct matrix *m, double c)
{
    note((double)PASS * m->rows * m->columns);
    return bare->clipped_count(m, c);
}

static void scale(size_t count, double *x, double factor)
{
    note(PASS * (double)count);
    bare->scale(count, x, factor);
}

static void add_column_sums(const struct matrix *m, double *sums)
{
    note((double)PASS * m->rows * m->columns);
    bare->add_column_sums(m, sums);
}

static void add_column_counts(const struct matrix *m, double *counts)
{
    note((double)PASS * m->rows * m->columns);
    bare->add_column_counts(m, counts);
}

static void raise_column_peaks(const struct matrix *m, double *peaks)
{
    note((double)PASS * m->rows * m->columns);
    bare->raise_column_peaks(m, peaks);
}

static struct kernels noting_kernels(void)
{
    bare = kernels_select(NULL);
    struct kernels kernels = *bare;
    kernels.multiply = multiply;
    kernels.transpose = transpose;
    kernels.activate = activate;
    kernels.apply_slope = apply_slope;
    kernels.update = update;
    kernels.sum = sum;
    kernels.square_sum = square_sum;
    kernels.activation_sums = activation_sums;
    kernels.clipped_count = clipped_count;
    kernels.scale = scale;
    kernels.add_column_sums = add_column_sums;
    kernels.add_column_counts = add_column_counts;
    kernels.raise_column_peaks = raise_column_peaks;
    return kernels;
}

/* Notes one step, the second, of such a training; its layers. */
static int note_step(const char *settings, int count)
{
    struct kernels kernels = noting_kernels();
    struct workers workers = {.count = count, .run = crew_run};
    struct hparams h = hparams_of(settings);
    struct training *t = training_create(&h, dataset_of(&h), &kernels, NULL);
    t->network->workers = &workers;
    for (int step = 0; step < 2; step++) {
        memset(&crew, 0, sizeof crew);
        crew.turn = -1;
        ck_assert(training_evaluate(t, false) && training_clip(t) && training_update(t));
    }
    int layers = t->network->layer_count;
    training_destroy(t);
    return layers;
}

START_TEST(a_step_is_shared_evenly_and_waits_once_a_layer)
{
    static const struct {
        const char *settings;
        int workers;
        double faster; /* than one, at least, if waiting cost nothing */
    } cases[] = {{"depth=8 width=512 samples=256 lr=0.01 activation=relu ", 8, 7.4},
        {"depth=8 width=512 samples=256 lr=0.01 activation=sigmoid ", 16, 13},
        {"depth=16 width=128 samples=128 lr=0.01 activation=sigmoid ", 2, 1.9},
        {"depth=16 width=128 samples=128 lr=0.01 activation=sigmoid ", 8, 6},
        {"depth=16 width=128 samples=128 lr=0.01 activation=relu ", 8, 5.8},
        {"depth=8 width=512 samples=256 activation=relu clip=norm clip_at=1e-9", 8, 7.4}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int layers = note_step(cases[i].settings, cases[i].workers);
        double faster = crew.all / crew.path, alone = crew.alone / crew.all;
        printf("# %sx %d: %.2f times as fast, %.3f %% alone, %d waits in %d layers\n",
            cases[i].settings, cases[i].workers, faster, 100 * alone, crew.pieces, layers);
        ck_assert_double_ge(faster, cases[i].faster);
        ck_assert_double_le(alone, 4e-3);
        /* Down once a layer, once up, and updates of an eighth of the layers. */
        ck_assert_int_le(crew.pieces, 3 * layers + 4);
    }
}
END_TEST

/* The same bits; but of a NaN, whose sign and payload a compiler may choose, only that it is
 * one.
 */
static void expect_bits(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(isnan(a[i]) && isnan(b[i])))
            ck_assert_mem_eq(&a[i], &b[i], sizeof *a);
    }
}

static void expect_same_stats(const struct layer_stats *a, const struct layer_stats *b)
{
#define NUMBERS(s)                                                                             \
    {                                                                                          \
        (s)->signal, (s)->gain.value, (s)->weight_gain.value, (s)->weight_grad_norm,           \
            (s)->bias_grad_norm, (s)->weight_norm, (s)->last_update_ratio.value,               \
            (s)->act_mean, (s)->act_std, (s)->saturated                                        \
    }
    const double one[] = NUMBERS(a), other[] = NUMBERS(b);
#undef NUMBERS
    expect_bits(one, other, ARRAY_LEN(one));
    ck_assert_int_eq(a->dead, b->dead);
    ck_assert_int_eq(a->rare, b->rare);
}

static void expect_same(const struct training *a, const struct training *b)
{
    const struct clip_report *clip = &a->seen.clip, *clips = &b->seen.clip;
    const double reals[] = {a->seen.loss, clip->norm_before, clip->norm_after, clip->scale,
        clip->fraction, clip->cosine};
    const double others[] = {b->seen.loss, clips->norm_before, clips->norm_after, clips->scale,
        clips->fraction, clips->cosine};
    expect_bits(reals, others, ARRAY_LEN(reals));
    ck_assert_int_eq(a->seen.divergence.kind, b->seen.divergence.kind);
    ck_assert_int_eq(a->seen.divergence.layer, b->seen.divergence.layer);
    ck_assert_int_eq(a->seen.divergence.unit, b->seen.divergence.unit);
    for (int l = 0; l < a->network->layer_count; l++) {
        const struct layer *one = &a->network->layers[l], *other = &b->network->layers[l];
        size_t block = layer_block(one);
        expect_bits(one->parameters, other->parameters, block);
        expect_bits(one->gradients, other->gradients, block);
        expect_same_stats(&a->seen.layers[l], &b->seen.layers[l]);
        ck_assert_int_eq(one->bad_z, other->bad_z);
        for (int j = 0; one->bad_z >= 0 && j < one->n_out; j++)
            ck_assert_int_eq(
                atomic_load(&one->bad_units[j]), atomic_load(&other->bad_units[j]));
    }
    size_t units = (size_t)a->census.depth * (size_t)a->census.stride;
    expect_bits(a->census.counts, b->census.counts, units);
    expect_bits(a->census.peaks, b->census.peaks, units);
    expect_bits(a->census.weight_changes, b->census.weight_changes, units);
    expect_bits(a->census.bias_changes, b->census.bias_changes, units);
}

/* Rests of every kind, norms that are not safe, clipping, numbers that are not finite. */
START_TEST(any_number_of_workers_makes_the_same_bits)
{
    static const char *const settings[] = {
        "depth=3 width=130 samples=170 init=he_normal activation=relu optimizer=adam",
        "depth=3 width=130 samples=170 activation=tanh batch=70 clip=norm clip_at=0.1",
        "depth=3 width=130 samples=170 activation=gelu clip=value clip_at=1e-4 lr=0.1",
        "depth=3 width=130 samples=170 activation=relu clip=layerwise clip_at=1e-4 lr=0.1",
        "depth=90 width=64 samples=200 activation=sigmoid init=constant gain=1e-4 lr=0.1",
        "depth=60 width=40 samples=170 activation=relu init=he_normal gain=1e6",
        "width=130,7,300 samples=170 activation=relu init=he_normal optimizer=adam",
        "width=9,64x3,200 samples=170 batch=70 data=blobs output=sigmoid clip=norm"};
    struct training *alone = training_of(settings[_i]);
    training_go(alone, 3);
    for (int count = 2; count <= MOST; count++) {
        struct workers workers = {.count = count, .run = crew_run};
        struct training *shared = training_of(settings[_i]);
        shared->network->workers = &workers;
        training_go(shared, 3);
        expect_same(alone, shared);
        training_destroy(shared);
    }
    training_destroy(alone);
}
END_TEST

/* Layers that went through the kernels of small ones. */
static int small_layers;

static void forward(const struct forward_layer *layer, struct activation_sums *below,
    struct activation_sums *sums)
{
    small_layers++;
    bare->forward(layer, below, sums);
}

static void backward(const struct backward_layer *layer, struct backward_sums *sums)
{
    small_layers++;
    bare->backward(layer, sums);
}

/* Three steps alone, a kernel call a layer, and of two workers that share however little. */
static void expect_small_as_shared(const struct hparams *h)
{
    struct kernels kernels = *bare;
    struct workers workers = {.count = 2, .run = crew_run, .least_share = 0.5};
    kernels.forward = forward;
    kernels.backward = backward;
    struct training *alone = training_create(h, dataset_of(h), &kernels, NULL);
    struct training *shared = training_create(h, dataset_of(h), &kernels, NULL);
    int steps = 3, layers = alone->network->layer_count;
    shared->network->workers = &workers;
    small_layers = 0;
    training_go(shared, steps);
    ck_assert_int_eq(small_layers, 0);
    training_go(alone, steps);
    ck_assert_int_ge(small_layers, 2 * layers); /* fewer steps where they diverge */
    expect_same(alone, shared);
    training_destroy(alone);
    training_destroy(shared);
}

/* Under every instruction set: rows and columns with every kind of rest, of every activation.
 */
START_TEST(a_small_network_has_the_bits_of_any)
{
    static const int widths[] = {1, 3, 7, 8, 9, 16, 31, 32, 33},
                     samples[] = {2, 31, 32, 33, 70};
    for (int set = 0; kernels_name(set); set++) {
        bare = kernels_select(kernels_name(set));
        for (int phi = 0; phi < ACTIVATION_COUNT; phi++) {
            for (size_t i = 0; i < ARRAY_LEN(widths) * ARRAY_LEN(samples); i++) {
                struct hparams h = hparams_of("depth=3 lr=0.1 optimizer=adam");
                h.activation = phi;
                h.width = widths[i % ARRAY_LEN(widths)];
                h.samples = samples[i / ARRAY_LEN(widths)];
                expect_small_as_shared(&h);
            }
        }
    }
}
END_TEST

/* Norms that are not safe, numbers that are not finite, clipping. */
START_TEST(so_has_a_small_network_of_extreme_numbers)
{
    static const char *const settings[] = {
        "depth=120 width=8 samples=40 activation=sigmoid init=constant gain=1e-4 lr=0.1",
        "depth=90 width=9 samples=70 activation=relu init=he_normal gain=1e6",
        "depth=90 width=8 samples=32 activation=tanh init=constant gain=1e-8 clip=norm",
        "depth=60 width=8 samples=40 activation=linear init=constant gain=1e6 loss=mse",
        "width=5,20,9x40,3 samples=70 activation=relu init=he_normal gain=1.5",
        "width=20,3,11 samples=70 data=blobs output=sigmoid clip=value clip_at=0.01"};
    for (int set = 0; kernels_name(set); set++) {
        bare = kernels_select(kernels_name(set));
        for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
            struct hparams h = hparams_of(settings[i]);
            expect_small_as_shared(&h);
        }
    }
}
END_TEST

static bool is_over(void *context)
{
    int *questions = context;
    return --*questions < 0;
}

/* A z that was not finite is of the pass that was given up, not of the next one. */
START_TEST(a_small_pass_that_is_given_up_leaves_nothing)
{
    struct training *t = training_of("depth=4 width=8 samples=32");
    struct network *network = t->network;
    int questions = 3;
    struct interrupt interrupt = {.wanted = is_over, .context = &questions};
    ck_assert(training_evaluate(t, false));
    double kept = network->layers[1].parameters[3];
    network->layers[1].parameters[3] = INFINITY;
    ck_assert(!network_forward(network, t->seen.samples, &interrupt));
    network->layers[1].parameters[3] = kept;
    ck_assert(network_forward(network, t->seen.samples, NULL));
    for (int l = 0; l < network->layer_count; l++)
        ck_assert_int_eq(network->layers[l].bad_z, -1);
    network->layers[1].parameters[2] = INFINITY;
    ck_assert(network_forward(network, t->seen.samples, NULL));
    ck_assert_int_eq(network->layers[1].bad_z, 2);
    for (int j = 0; j < 8; j++)
        ck_assert_int_eq(atomic_load(&network->layers[1].bad_units[j]), j == 2);
    training_destroy(t);
}
END_TEST

Suite *workers_suite(void)
{
    Suite *suite = SUITE("workers", a_step_is_shared_evenly_and_waits_once_a_layer,
        so_has_a_small_network_of_extreme_numbers,
        a_small_pass_that_is_given_up_leaves_nothing);
    TCase *each = tcase_create("each");
    tcase_set_timeout(each, 120);
    tcase_add_loop_test(each, any_number_of_workers_makes_the_same_bits, 0, 6);
    tcase_add_test(each, a_small_network_has_the_bits_of_any);
    suite_add_tcase(suite, each);
    return suite;
}
