/* What is recorded of every step, against plain recomputation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "engine/curves.h"
#include "engine/session.h"
#include "suites.h"

/* A number without its trailing zero bits fits into 8 bits. */
static bool stays(uint64_t step)
{
    while (step > 0 && step % 2 == 0)
        step /= 2;
    return step < 256;
}

START_TEST(steps_of_eight_significant_bits_stay)
{
    size_t rows = 0;
    uint64_t last = 0;
    for (uint64_t step = 0; step < 300000; step++) {
        ck_assert(chronicle_keeps(step) == stays(step));
        if (stays(step)) {
            ck_assert_uint_eq(chronicle_step(rows++), step);
            last = step;
        }
        ck_assert_uint_eq(chronicle_before(step), last);
        ck_assert_uint_eq(chronicle_kept(step + 1), rows);
    }
    /* Beyond the last row nothing is kept, and nothing is taken for a row. */
    uint64_t most = UINT64_C(1) << 38;
    ck_assert_uint_eq(chronicle_step(chronicle_kept(most) - 1), UINT64_C(255) << 30);
    ck_assert(!chronicle_keeps(most));
    ck_assert_uint_eq(chronicle_kept(most + 1), chronicle_kept(most));
}
END_TEST

static void write_row(struct chronicle *chronicle, uint64_t step, double salt)
{
    double *row = chronicle_open(chronicle, step);
    for (size_t i = 0; i < chronicle->width; i++)
        row[i] = (double)step * 100 + (double)i + salt;
    chronicle_close(chronicle);
}

START_TEST(a_copy_brought_up_to_date_is_the_whole_copy)
{
    enum { STEPS = 5000 };
    static const struct row_part parts[] = {{1, 2}, {5, 1}};
    static const int picks[] = {1, 2, 5};
    struct chronicle whole = {0}, copy = {0};
    ck_assert(chronicle_begin(&whole, 7) && chronicle_begin(&copy, 3));
    srand(1);
    for (uint64_t step = 0; step < STEPS; step++) {
        write_row(&whole, step, 0.5); /* and anew, as when the step is evaluated twice */
        if (rand() % 3 == 0)
            ck_assert(chronicle_copy(&copy, &whole, parts, 2));
        write_row(&whole, step, 0);
        if (step % 1000 != 999 && rand() % 300 != 0)
            continue;
        ck_assert(chronicle_copy(&copy, &whole, parts, 2));
        for (uint64_t s = 0; s <= step + 2; s++) {
            const double *row = chronicle_row(&copy, s);
            bool there = s <= step && (stays(s) || s + CHRONICLE_RECENT > step);
            ck_assert((row != NULL) == there);
            for (int i = 0; i < 3 && row; i++)
                ck_assert(row[i] == (double)s * 100 + picks[i]);
        }
    }
    chronicle_clear(&whole);
    chronicle_clear(&copy);
}
END_TEST

/* Everything that can be recorded of one step, kept for every step. */
struct plain {
    double curves[CURVE_COUNT];
    struct layer_stats layers[12];
};

static double plain_quantity(const struct plain *plain, enum quantity quantity, int layer,
    int layers, const struct activation_info *phi)
{
    const struct layer_stats *s = &plain->layers[layer - 1];
    bool hidden = layer < layers;
    switch (quantity) {
    case QUANTITY_DELTA:
        return s->signal;
    case QUANTITY_GRADIENT:
        return s->weight_grad_norm;
    case QUANTITY_GAIN: {
        return hidden && s[1].signal != 0 ? s->signal / s[1].signal : -1;
    }
    case QUANTITY_DEAD:
        return hidden && phi->flat ? (double)s->dead / s->units : -1;
    case QUANTITY_SATURATED:
        return hidden && phi->bounded ? s->saturated : -1;
    default:
        return s->last_update_ratio.defined ? s->last_update_ratio.value : -1;
    }
}

/* A run of the core alone, without a session. */
static struct plain *plain_run(const char *settings, int steps)
{
    struct training *training = training_of(settings);
    struct plain *plain = calloc((size_t)steps, sizeof *plain), counted;
    memset(&counted, 0, sizeof counted);
    int layers = training->network->layer_count;
    ck_assert_int_le(layers, (int)ARRAY_LEN(plain->layers));
    struct ratio led[12] = {{0, false}};
    for (int i = 0; i < steps; i++) {
        ck_assert(training_evaluate(training, false));
        training_clip(training);
        struct plain *p = &plain[i];
        bool epoch = (uint64_t)i % training_epoch_steps(training) == 0;
        memcpy(p->layers, training->seen.layers, (size_t)layers * sizeof p->layers[0]);
        if (epoch)
            memcpy(counted.layers, p->layers, sizeof p->layers);
        p->curves[CURVE_LOSS] = training->seen.loss;
        p->curves[CURVE_ACCURACY] = counted.curves[CURVE_ACCURACY] =
            epoch ? training->seen.accuracy : counted.curves[CURVE_ACCURACY];
        p->curves[CURVE_NORM] = training->seen.clip.norm_before;
        for (int l = 0; l < layers; l++) {
            p->layers[l].dead = counted.layers[l].dead;
            p->layers[l].last_update_ratio = led[l];
        }
        training_update(training);
        for (int l = 0; l < layers; l++)
            led[l] = training->seen.layers[l].update_ratio;
    }
    training_destroy(training);
    return plain;
}

/* Equal, both NaN, or within the rounding of the way the gain is recomputed. */
static bool agrees(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-14 * fabs(b);
}

static void check_step(const struct curves_detail *detail, const struct plain *plain, int step,
    const struct activation_info *phi)
{
    const double *row = chronicle_row(&detail->rows, (uint64_t)step);
    ck_assert_ptr_nonnull(row);
    for (int c = 0; c < CURVE_COUNT; c++) {
        double low = plain[step].curves[c], high = low;
        for (int s = step - 1; s > 0 && !stays((uint64_t)s); s--) {
            low = fmin(low, plain[s].curves[c]);
            high = fmax(high, plain[s].curves[c]);
        }
        struct curve_point point = curves_point(row, (enum curve)c);
        ck_assert(point.value == plain[step].curves[c]);
        ck_assert_msg(point.low == low && point.high == high,
            "curve %d, step %d: %g %g, not %g %g", c, step, point.low, point.high, low, high);
    }
    for (int l = 1; l <= detail->layers; l++) {
        double expected =
            plain_quantity(&plain[step], detail->quantity, l, detail->layers, phi);
        ck_assert_msg(agrees(curves_layer(row, l), expected), "%s, step %d, layer %d: %g %g",
            quantity_name((int)detail->quantity), step, l, curves_layer(row, l), expected);
    }
}

START_TEST(every_recorded_number_is_that_of_a_plain_run)
{
    enum { STEPS = 1200 };
    static const char *const runs[] = {"depth=4 width=6 samples=30",
        "depth=6 width=6 samples=30 activation=relu init=he_normal lr=0.5 batch=7",
        "depth=3 width=5 samples=30 activation=relu bias=-9",
        "depth=4 width=5 samples=30 activation=tanh gain=3 batch=10 clip=norm optimizer=adam"};
    for (size_t r = 0; r < ARRAY_LEN(runs); r++) {
        struct plain *plain = plain_run(runs[r], STEPS);
        struct hparams hparams = hparams_of(runs[r]);
        struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        struct curves_detail detail = {0};
        struct activation_info phi =
            activation_info((enum activation)hparams.activation, hparams.leaky_slope);
        ck_assert(session_advance(session, STEPS - 1));
        for (int q = 0; q < QUANTITY_COUNT; q++) {
            ck_assert(curves_detail_take(&detail, &session->run->record, (enum quantity)q));
            for (int s = 0; s < STEPS; s++) {
                if (stays((uint64_t)s) || s + CHRONICLE_RECENT >= STEPS)
                    check_step(&detail, plain, s, &phi);
            }
        }
        curves_detail_clear(&detail);
        session_destroy(session);
        free(plain);
    }
}
END_TEST

START_TEST(the_record_does_not_depend_on_who_watches)
{
    struct hparams hparams =
        hparams_of("depth=4 width=6 samples=40 batch=7 activation=relu init=he_normal lr=0.5");
    struct session *alone = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct session *watched = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    for (int step = 0; step < 700; step++) {
        ck_assert(run_evaluate(alone->run, false));
        ck_assert(run_evaluate(watched->run, step % 3 == 0));
        if (step % 5 == 0)
            ck_assert(run_evaluate(watched->run, true)); /* looked at after the fact */
        run_update(alone->run);
        run_update(watched->run);
    }
    struct chronicle *a = &alone->run->record, *b = &watched->run->record;
    ck_assert_uint_eq(a->total, 700);
    ck_assert(a->rows == b->rows && a->total == b->total && a->width == b->width);
    ck_assert_int_eq(memcmp(a->kept, b->kept, a->rows * a->width * sizeof(double)), 0);
    ck_assert_int_eq(
        memcmp(a->recent, b->recent, CHRONICLE_RECENT * a->width * sizeof(double)), 0);
    session_destroy(alone);
    session_destroy(watched);
}
END_TEST

START_TEST(a_step_evaluated_again_replaces_its_row)
{
    struct hparams hparams = hparams_of("depth=2 width=4 samples=20");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, 256)); /* a step that stays */
    hparams.activation = ACTIVATION_TANH;
    bool rebuilt;
    ck_assert(session_configure(session, &hparams, &rebuilt, NULL) && !rebuilt);
    double before = curves_point(chronicle_row(&session->run->record, 256), CURVE_LOSS).value;
    ck_assert(run_evaluate(session->run, true));
    struct curve_point after =
        curves_point(chronicle_row(&session->run->record, 256), CURVE_LOSS);
    ck_assert_uint_eq(session->run->record.total, 257);
    ck_assert(after.value == session->run->training->seen.loss && after.value != before);
    ck_assert(after.low == after.value && after.high == after.value); /* 255 stays, too */
    ck_assert(session->run->training->seen.layers[0].last_update_ratio.defined);
    ck_assert(session_reset(session, NULL) && run_evaluate(session->run, true));
    ck_assert_uint_eq(session->run->record.total, 1);
    ck_assert_ptr_null(chronicle_row(&session->run->record, 256));
    session_destroy(session);
}
END_TEST

START_TEST(divergence_is_recorded_as_it_is)
{
    struct hparams hparams = hparams_of("activation=relu init=he_normal gain=1.5 lr=0.1");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct curves_detail detail = {0};
    ck_assert(session_advance(session, 100) && run_diverged(session->run));
    ck_assert(curves_detail_take(&detail, &session->run->record, QUANTITY_DELTA));
    uint64_t step = session->run->training->step;
    ck_assert_uint_eq(detail.rows.total, step + 1);
    ck_assert(!isfinite(curves_point(chronicle_row(&detail.rows, step), CURVE_NORM).value));
    ck_assert(isfinite(curves_layer(chronicle_row(&detail.rows, step - 1), 1)));
    curves_detail_clear(&detail);
    session_destroy(session);
}
END_TEST

START_TEST(even_a_nan_can_be_taken_back)
{
    struct history history;
    history_clear(&history);
    for (int i = 0; i < 3000; i++) {
        history_add(&history, i % 7 == 0 ? NAN : 1e300);
        history_drop(&history);
        history_add(&history, i);
    }
    for (int i = 0; i < history.count; i++) {
        double first = i * (double)history.stride;
        ck_assert(history.points[i] == first + ((double)history.stride - 1) / 2);
    }
}
END_TEST

Suite *curves_suite(void)
{
    return SUITE("curves", steps_of_eight_significant_bits_stay,
        a_copy_brought_up_to_date_is_the_whole_copy,
        every_recorded_number_is_that_of_a_plain_run, the_record_does_not_depend_on_who_watches,
        a_step_evaluated_again_replaces_its_row, divergence_is_recorded_as_it_is,
        even_a_nan_can_be_taken_back);
}
