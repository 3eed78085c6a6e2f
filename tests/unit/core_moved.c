/* The losses of a gradient check against whole passes, and what is computed for them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/check_noise.h"
#include "suites.h"

static struct training *evaluated(const char *settings)
{
    struct training *t = training_of(settings);
    ck_assert(training_evaluate(t, false));
    return t;
}

/* The loss of a whole forward pass, and whether a kink lies between it and the first. */
static double plain_loss(struct gradient_check *check, double *const *first, int *crossed)
{
    struct network *network = check->network;
    const struct layer *output = &network->layers[network->shape.depth];
    double sum = 0;
    ck_assert(network_forward(network, network->samples, NULL));
    /* Where there are none, z is not kept. */
    for (int l = 0; check->has_kinks && l < network->shape.depth; l++) {
        const struct layer *layer = &network->layers[l];
        for (int s = 0; s < network->samples; s++) {
            for (int j = 0; j < layer->n_out; j++) {
                double before = first[l][s * layer->stride + j];
                double now = layer->z[s * layer->stride + j];
                *crossed |= (before > 0) != (now > 0) ? KINK_FORWARD : 0;
                *crossed |= before == 0 && now > 0 ? KINK_ON_FORWARD : 0;
            }
        }
    }
    for (int s = 0; s < network->samples; s++)
        sum += loss_sample(
            &check->criterion, output->z + s * output->stride, output->n_out, s, NULL);
    return sum / network->samples;
}

/* The same in single precision, by plain loops. */
static float plain_float_loss(const struct gradient_check *check)
{
    const struct network *network = check->network;
    float sum = 0;
    for (int s = 0; s < network->samples; s++) {
        float below[80], above[80];
        double o[80] = {0};
        for (int k = 0; k < network->shape.inputs; k++)
            below[k] = (float)network->inputs[s * network->input_stride + k];
        for (int l = 0; l < network->layer_count; l++) {
            const struct layer *layer = &network->layers[l];
            const float *parameters = check->floats.layers[l].parameters;
            for (int j = 0; j < layer->n_out; j++) {
                volatile float z = parameters[layer->n_in * layer->stride + j];
                for (int k = 0; k < layer->n_in; k++) {
                    volatile float product = below[k] * parameters[k * layer->stride + j];
                    z = z + product;
                }
                double wide = z, bent = z;
                if (l < network->shape.depth)
                    network->kernels->activate(
                        network->activation, network->leaky_slope, 1, &wide, &bent);
                o[j] = bent;
                above[j] = (float)bent;
            }
            memcpy(below, above, sizeof below);
        }
        sum += (float)loss_sample(
            &check->criterion, o, network->layers[network->shape.depth].n_out, s, NULL);
    }
    return sum / (float)network->samples;
}

/*
 * Blocks of several elements and of several parts of the batch, outputs of one unit and more,
 * layers narrower and wider than a vector, rows that come to what they were, kinks.
 */
static const char *const moved[] = {
    "activation=tanh depth=3 width=9 samples=40",
    "activation=relu init=he_normal depth=2 width=16 samples=130",
    "activation=leaky_relu depth=4 width=3 samples=4 data=blobs",
    "activation=relu init=zeros depth=2 width=4 samples=60",
    "activation=sigmoid depth=12 width=8 samples=70 gain=0.1",
    "activation=elu depth=1 width=70 samples=65 loss=mse",
    "activation=gelu depth=2 width=24 samples=33 data=blobs loss=softmax_ce",
    "activation=relu init=he_normal width=9,20,3 samples=40 data=blobs output=sigmoid",
};

/* Element k of a layer at ε number e. */
static void compare_element(
    struct gradient_check *check, double *const *first, int64_t e, int l, int64_t k)
{
    const struct check_layer *own = &check->layers[l];
    int64_t at = e * check->total + own->first + k;
    double *theta = &check->network->layers[l].parameters[own->places[k]], kept = *theta;
    float *rounded = &check->floats.layers[l].parameters[own->places[k]], was = *rounded;
    double epsilon = check->options.epsilons[e];
    int above = 0, below = 0;
    *theta = kept + epsilon;
    ck_assert(check->up[at] == plain_loss(check, first, &above));
    *theta = kept - epsilon;
    ck_assert(check->down[at] == plain_loss(check, first, &below));
    *theta = kept;
    *rounded = was + (float)epsilon;
    ck_assert(check->float_up[at] == plain_float_loss(check));
    *rounded = was - (float)epsilon;
    ck_assert(check->float_down[at] == plain_float_loss(check));
    *rounded = was;
    int both = (above | below) * KINK_CENTRED; /* and KINK_ON_CENTRED */
    ck_assert_int_eq(check->kinks[at], check->has_kinks ? above | both : 0);
}

START_TEST(each_loss_is_that_of_a_whole_pass_to_the_bit)
{
    struct training *t = evaluated(moved[_i]);
    struct check_options options;
    check_options_init(&options, 1);
    options.elements = 13;
    options.with_float = true;
    struct gradient_check *check = gradient_check_create(t, &options);
    const struct network *network = check->network;
    double *first[12]; /* z of each layer, as the network is */
    while (gradient_check_advance(check))
        ;
    for (int l = 0; l < network->shape.depth; l++) {
        size_t count = (size_t)network->samples * (size_t)network->layers[l].stride;
        first[l] = malloc(count * sizeof(double));
        if (check->has_kinks)
            memcpy(first[l], network->layers[l].z, count * sizeof(double));
    }
    for (int64_t e = 0; e < 12; e += 3) {
        for (int l = 0; l < network->layer_count; l++) {
            for (int64_t k = 0; k < check->layers[l].count; k++)
                compare_element(check, first, e, l, k);
        }
    }
    for (int l = 0; l < network->shape.depth; l++)
        free(first[l]);
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

/* Multiply-adds of the products that are made. */
static double multiplied;
static const struct kernels *uncounted;

static void multiply_counted(int rows, int columns, int depth, const struct factor *a,
    const double *b, ptrdiff_t b_stride, const double *bias, double scale, double *c,
    ptrdiff_t c_stride)
{
    multiplied += (double)rows * columns * depth;
    uncounted->multiply(rows, columns, depth, a, b, b_stride, bias, scale, c, c_stride);
}

/* Those of the differences of a check at one ε, and the fewest: a column of each own layer. */
static void count_products(
    const char *settings, double epsilon, double *counted, double *columns, double *above)
{
    struct training *t = evaluated(settings);
    struct check_options options;
    check_options_init(&options, 1);
    options.elements = 7;
    options.epsilon_count = 1;
    options.epsilons[0] = epsilon;
    struct gradient_check *check = gradient_check_create(t, &options);
    struct kernels counting = *check->network->kernels;
    uncounted = check->network->kernels;
    counting.multiply = multiply_counted;
    while (check->trials < CHECK_TRIALS)
        ck_assert(gradient_check_advance(check));
    check->network->kernels = &counting;
    multiplied = *columns = *above = 0;
    while (gradient_check_advance(check))
        ;
    *counted = multiplied;
    for (int l = 0; l < check->network->layer_count; l++) {
        double moved_rows = 2.0 * check->network->samples * (double)check->layers[l].count;
        *columns += moved_rows * check->network->layers[l].n_in;
        for (int k = l + 1; k < check->network->layer_count; k++)
            *above +=
                moved_rows * check->network->layers[k].n_in * check->network->layers[k].n_out;
    }
    gradient_check_destroy(check);
    training_destroy(t);
}

/* In a linear net a large ε reaches every sample: of its own layer an element has one column
 * computed, the layers above, nothing below. */
START_TEST(only_what_an_element_changes_is_computed)
{
    double counted, columns, above;
    count_products("activation=linear depth=4 width=10 samples=90 data=blobs loss=mse", 0.1,
        &counted, &columns, &above);
    ck_assert_double_eq(counted, columns + above);
}
END_TEST

/* Dead units stay so: no row goes up. */
START_TEST(what_is_as_it_was_is_not_computed_further)
{
    double counted, columns, above;
    count_products("activation=relu init=he_normal bias=-9 depth=3 width=8 samples=40", 1e-4,
        &counted, &columns, &above);
    ck_assert_double_eq(counted, columns);
}
END_TEST

/*
 * Weights of gain 0.1 are of 0.035, the spectral norm of a layer's of about 0.2, its gain below
 * 0.05: of 1e-12 four layers leave 6e-18, below half of the last bit of an activation near 1/2.
 * Without letting go all of `above` would be computed, of six layers on average.
 */
START_TEST(what_fades_is_not_computed_to_the_end)
{
    double counted, columns, above;
    count_products("activation=sigmoid gain=0.1 depth=12 width=8 samples=40", 1e-12, &counted,
        &columns, &above);
    ck_assert(counted < columns + above * 2 / 3);
}
END_TEST

/* The last worker first, each alone: whoever comes first finds all the work. */
static void run_in_turn(void *pool, int count, work_fn *work, void *context)
{
    int *times = pool;
    ++*times;
    for (int i = count - 1; i >= 0; i--)
        work(context, i, count);
}

START_TEST(slices_are_given_to_the_workers)
{
    int times = 0;
    const struct workers workers = {
        .count = 3, .run = run_in_turn, .pool = &times, .least_share = 1};
    struct training *t = evaluated("activation=tanh depth=3 width=20 samples=100");
    struct check_options options;
    check_options_init(&options, 1);
    options.epsilon_count = 1;
    t->network->workers = &workers;
    struct gradient_check *check = gradient_check_create(t, &options);
    while (check->trials < CHECK_TRIALS)
        ck_assert(gradient_check_advance(check));
    times = 0;
    int slices = 1;
    while (gradient_check_advance(check))
        slices++;
    ck_assert_int_gt(slices, 1);
    ck_assert_int_eq(times, slices);
    ck_assert(gradient_check_complete(check));
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

START_TEST(losses_of_many_samples_are_those_of_one)
{
    static const struct {
        enum loss loss;
        int outputs, rows;
        enum output_activation output;
        bool numbers;
    } of[] = {{LOSS_MSE, 1, 700, OUTPUT_LINEAR, false}, {LOSS_MSE, 3, 5, OUTPUT_LINEAR, false},
        {LOSS_BCE, 1, 1000, OUTPUT_LINEAR, false}, {LOSS_BCE, 4, 300, OUTPUT_LINEAR, false},
        {LOSS_SOFTMAX_CE, 3, 400, OUTPUT_LINEAR, false},
        {LOSS_SOFTMAX_CE, 2, 1, OUTPUT_LINEAR, false},
        {LOSS_MSE, 1, 600, OUTPUT_SIGMOID, false}, {LOSS_MSE, 3, 300, OUTPUT_SIGMOID, true},
        {LOSS_MSE, 2, 700, OUTPUT_LINEAR, true}};
    static double o[8000], delta[8000], without[1000], each[1000];
    static double numbers[8000];
    static int labels[1000], order[1000];
    const struct kernels *kernels = kernels_select(NULL);
    for (int i = 0; i < 8000; i++)
        o[i] = sin(i) * (i % 7) * 9;
    for (int i = 0; i < 8000; i++)
        numbers[i] = cos(i) * (i % 11);
    for (size_t i = 0; i < ARRAY_LEN(of); i++) {
        int outputs = of[i].outputs;
        struct matrix m = {o, of[i].rows, outputs, 8};
        for (int s = 0; s < of[i].rows; s++)
            order[s] = (s * 7 + 3) % of[i].rows;
        for (int s = 0; s < of[i].rows; s++)
            labels[s] = s % (outputs == 1 ? 2 : outputs);
        struct criterion criterion = {
            of[i].loss, of[i].output, labels, of[i].numbers ? numbers : NULL};
        loss_each(kernels, &criterion, &m, order, each, delta);
        loss_each(kernels, &criterion, &m, order, without, NULL);
        for (int s = 0; s < of[i].rows; s++) {
            ptrdiff_t at = (ptrdiff_t)s * 8;
            double slopes[8];
            double one = loss_sample(&criterion, o + at, outputs, order[s], slopes);
            ck_assert(one == each[s] && one == without[s]);
            for (int j = 0; j < outputs; j++)
                ck_assert(slopes[j] == delta[at + j]);
        }
    }
}
END_TEST

/* Made on the network of a training that has gone, or on a copy; with few of its samples, with
 * z kept or not, with a state of the optimizer. */
START_TEST(a_check_that_takes_the_training_over_gives_the_same)
{
    static const char *const settings[] = {"depth=3 width=9 samples=50",
        "activation=relu depth=2 width=8 samples=50 batch=16 optimizer=adam clip=norm",
        "activation=gelu depth=2 width=8 samples=700 optimizer=momentum"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct check_options options;
        check_options_init(&options, 1);
        options.with_float = true;
        options.plant = i == 1 ? PLANT_SUM : PLANT_NONE;
        options.budget = i == 2 ? 1e6 : options.budget;
        struct training *t = training_of(settings[i]);
        for (int step = 0; step < 5; step++)
            ck_assert(training_evaluate(t, false) && training_clip(t) && training_update(t));
        ck_assert(training_evaluate(t, false) && training_clip(t));
        struct gradient_check *copied = gradient_check_create(t, &options);
        ck_assert(copied->of_samples == t->seen.samples);
        ck_assert_int_eq(copied->samples < t->seen.samples, i == 2);
        struct gradient_check *taken = gradient_check_take_over(t, &options);
        while (gradient_check_advance(copied) && gradient_check_advance(taken))
            ;
        while (gradient_check_advance(taken))
            ;
        size_t all = (size_t)copied->total * (size_t)copied->options.epsilon_count;
        ck_assert(taken->total == copied->total && taken->step == copied->step);
        ck_assert(memcmp(&taken->base, &copied->base, sizeof taken->base) == 0);
        ck_assert(memcmp(taken->up, copied->up, all * sizeof *taken->up) == 0);
        ck_assert(memcmp(taken->float_down, copied->float_down,
                      all * sizeof *taken->float_down) == 0);
        ck_assert(memcmp(taken->kinks, copied->kinks, all) == 0);
        ck_assert(memcmp(taken->analytic, copied->analytic,
                      (size_t)copied->total * sizeof *taken->analytic) == 0);
        ck_assert(check_noise(taken, PRECISION_FLOAT) == check_noise(copied, PRECISION_FLOAT));
        gradient_check_destroy(copied);
        gradient_check_destroy(taken);
    }
}
END_TEST

Suite *moved_suite(void)
{
    Suite *suite = SUITE("moved", only_what_an_element_changes_is_computed,
        what_is_as_it_was_is_not_computed_further, what_fades_is_not_computed_to_the_end,
        slices_are_given_to_the_workers, losses_of_many_samples_are_those_of_one,
        a_check_that_takes_the_training_over_gives_the_same);
    TCase *tcase = tcase_create("losses");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(
        tcase, each_loss_is_that_of_a_whole_pass_to_the_bit, 0, (int)ARRAY_LEN(moved));
    suite_add_tcase(suite, tcase);
    return suite;
}
