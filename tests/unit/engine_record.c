/* What is recorded of every step, against plain recomputation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "engine/looks.h"
#include "engine/record.h"
#include "engine/session.h"
#include "suites.h"

/* A number without its trailing zero bits fits into 8 bits. */
static bool stays(uint64_t step)
{
    while (step > 0 && step % 2 == 0)
        step /= 2;
    return step < 256;
}

/* Everything that is known of each step, kept for every step. */
enum { STEP_QUANTITIES = QUANTITY_LAYER, LAYERS_HERE = 12 };

struct plain {
    struct reading of_step[STEP_QUANTITIES];
    struct layer_stats layers[LAYERS_HERE];
    struct observation seen;
};

static struct reading known(double value)
{
    return (struct reading){READING_KNOWN, value};
}

static struct reading plain_quantity(const struct plain *plain, enum quantity_id quantity,
    int layer, int layers, const struct activation_info *phi)
{
    const struct layer_stats *s = &plain->layers[layer - 1];
    const struct reading none = {READING_UNDEFINED, 0};
    bool hidden = layer < layers;
    switch (quantity) {
    case QUANTITY_SIGNAL:
        return known(s->signal);
    case QUANTITY_WEIGHT_GRAD_NORM:
        return known(s->weight_grad_norm);
    case QUANTITY_GAIN:
        return hidden && s[1].signal != 0 ? known(s->signal / s[1].signal) : none;
    case QUANTITY_DEAD:
        return hidden && phi->flat ? known(s->dead) : none;
    case QUANTITY_SATURATED:
        return hidden && phi->bounded ? known(s->saturated) : none;
    case QUANTITY_LAST_UPDATE_RATIO:
        return s->last_update_ratio.defined ? known(s->last_update_ratio.value) : none;
    default:
        ck_abort_msg("%s is recorded: compute it here, too", quantities[quantity].name);
    }
    return none;
}

/* What the step's row is to say. */
static void plain_step(
    struct plain *plain, const struct observation *seen, const struct plain *counted)
{
    const struct reading none = {READING_UNDEFINED, 0};
    for (int i = 0; i < STEP_QUANTITIES; i++)
        plain->of_step[i] = (struct reading){READING_UNKNOWN, 0};
    plain->of_step[QUANTITY_LOSS] = known(seen->loss);
    plain->of_step[QUANTITY_GRAD_NORM] = known(seen->clip.norm_before);
    plain->of_step[QUANTITY_GRAD_NORM_CLIPPED] = known(seen->clip.norm_after);
    plain->of_step[QUANTITY_CLIPPED_FRACTION] = known(seen->clip.fraction);
    plain->of_step[QUANTITY_ACCURACY] =
        counted ? counted->of_step[QUANTITY_ACCURACY] : known(seen->accuracy);
    static const enum quantity_id tests[] = {QUANTITY_TEST_LOSS, QUANTITY_TEST_ACCURACY};
    const double tested[] = {seen->test_loss, seen->test_accuracy};
    for (size_t i = 0; i < ARRAY_LEN(tests) && seen->test_samples > 0; i++)
        plain->of_step[tests[i]] = counted ? counted->of_step[tests[i]] : known(tested[i]);
    plain->of_step[QUANTITY_DEAD_SHARE] = counted ? counted->of_step[QUANTITY_DEAD_SHARE]
        : seen->activation.flat ? known((double)seen->toll.dead / (double)seen->toll.units)
                                : none;
    plain->of_step[QUANTITY_SATURATED_SHARE] =
        seen->activation.bounded ? known(seen->saturated) : none;
}

/* A run of the core alone, without a session. */
static struct plain *plain_run(const char *settings, int steps)
{
    struct training *training = training_of(settings);
    struct plain *plain = calloc((size_t)steps, sizeof *plain);
    const struct plain *counted = NULL;
    int layers = training->network->layer_count;
    ck_assert_int_le(layers, LAYERS_HERE);
    struct ratio led[LAYERS_HERE] = {{0, false}};
    for (int i = 0; i < steps; i++) {
        ck_assert(training_evaluate(training, false));
        training_clip(training);
        struct plain *p = &plain[i];
        bool epoch = (uint64_t)i % training_epoch_steps(training) == 0;
        p->seen = training->seen;
        p->seen.layers = p->layers;
        memcpy(p->layers, training->seen.layers, (size_t)layers * sizeof p->layers[0]);
        plain_step(p, &training->seen, epoch ? NULL : counted);
        counted = epoch ? p : counted;
        for (int l = 0; l < layers; l++) {
            p->layers[l].dead = counted->layers[l].dead;
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
static bool agrees(struct reading a, struct reading b)
{
    if (a.kind != READING_KNOWN || b.kind != READING_KNOWN)
        return a.kind == b.kind;
    return a.value == b.value || (isnan(a.value) && isnan(b.value)) ||
        fabs(a.value - b.value) <= 1e-14 * fabs(b.value);
}

static void check_step_quantity(
    const struct record_copy *copy, const struct plain *plain, int step, enum quantity_id id)
{
    int first = step;
    while (first > 0 && !stays((uint64_t)first - 1))
        first--;
    struct record_range range = record_range(copy, id, (uint64_t)first, (uint64_t)step);
    ck_assert_msg(agrees(range.last, plain[step].of_step[id]), "%s, step %d: %g, not %g",
        quantities[id].name, step, range.last.value, plain[step].of_step[id].value);
    double low = INFINITY, high = -INFINITY;
    for (int s = first; s <= step; s++) {
        struct reading reading = plain[s].of_step[id];
        low = reading.kind == READING_KNOWN ? fmin(low, reading.value) : low;
        high = reading.kind == READING_KNOWN ? fmax(high, reading.value) : high;
    }
    ck_assert_msg(range.low == low && range.high == high, "%s, step %d: %g %g, not %g %g",
        quantities[id].name, step, range.low, range.high, low, high);
}

static void check_step(const struct record_copy *copy, const struct plain *plain, int step,
    const struct activation_info *phi)
{
    const double *row = step_rows_at(&copy->layers, (uint64_t)step);
    ck_assert_ptr_nonnull(row);
    for (int id = 0; id < STEP_QUANTITIES; id++) {
        if (quantities[id].recorded)
            check_step_quantity(copy, plain, step, (enum quantity_id)id);
    }
    for (int l = 1; l <= copy->layer_count; l++) {
        struct reading expected =
            plain_quantity(&plain[step], copy->quantity, l, copy->layer_count, phi);
        struct reading found = record_layer(row, l);
        ck_assert_msg(agrees(found, expected), "%s, step %d, layer %d: %g %g",
            quantities[copy->quantity].name, step, l, found.value, expected.value);
    }
}

/* Shares are of all steps, also where their rows are gone. */
static void check_shares(const struct record_copy *copy, const struct plain *plain, int steps)
{
    for (int id = 0; id < STEP_QUANTITIES; id++) {
        int above = 0;
        for (int s = 0; s < steps; s++)
            above += plain[s].of_step[id].value > 0;
        if (quantities[id].recorded)
            ck_assert_double_eq(
                record_share_above(copy, (enum quantity_id)id), (double)above / steps);
    }
    double values[3];
    ck_assert_int_eq(record_recent(copy, QUANTITY_LOSS, 3, values), 3);
    for (int i = 0; i < 3; i++)
        ck_assert(values[i] == plain[steps - 3 + i].of_step[QUANTITY_LOSS].value);
    ck_assert(record_newest(copy, QUANTITY_LOSS).value == values[2]);
}

static const char *const runs[] = {"depth=4 width=6 samples=30",
    "depth=6 width=6 samples=30 activation=relu init=he_normal lr=0.5 batch=7",
    "depth=3 width=5 samples=30 activation=relu bias=-9",
    "depth=3 width=5 samples=40 activation=tanh test=0.4",
    "depth=2 width=5 samples=40 activation=relu init=he_normal test=0.3 batch=8",
    "depth=4 width=5 samples=30 activation=tanh gain=3 batch=10 clip=norm optimizer=adam"};

START_TEST(every_recorded_number_is_that_of_a_plain_run)
{
    enum { STEPS = 1200 };
    for (size_t r = 0; r < ARRAY_LEN(runs); r++) {
        struct plain *plain = plain_run(runs[r], STEPS);
        struct hparams hparams = hparams_of(runs[r]);
        struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        struct record_copy copy = {.has_layers = false};
        struct activation_info phi =
            activation_info((enum activation)hparams.activation, hparams.leaky_slope);
        ck_assert(session_advance(session, STEPS - 1));
        for (int q = 0; record_layer_quantity_name(q); q++) {
            ck_assert(record_copy_take(&copy, &session->run->record, record_layer_quantity(q)));
            for (int s = 0; s < STEPS; s++) {
                if (stays((uint64_t)s) || s + STEP_ROWS_RECENT >= STEPS)
                    check_step(&copy, plain, s, &phi);
            }
        }
        check_shares(&copy, plain, STEPS);
        record_copy_clear(&copy);
        session_destroy(session);
        free(plain);
    }
}
END_TEST

/* The rows of `one` are those of `whole` to the bit; those that are missing are no wonder. */
static void check_rows(const struct record *one, const struct record *whole, uint64_t refilled)
{
    size_t size = whole->rows.width * sizeof(double);
    for (uint64_t s = 0; s < one->rows.total; s++) {
        const double *row = step_rows_at(&one->rows, s),
                     *wanted = step_rows_at(&whole->rows, s);
        bool must = stays(s) || (s + STEP_ROWS_RECENT >= one->rows.total && s >= refilled);
        ck_assert_msg(row || !must, "step %d is gone", (int)s);
        if (row && wanted)
            ck_assert_msg(memcmp(row, wanted, size) == 0, "step %d differs", (int)s);
    }
}

/* Goes back to random steps, from where other numbers are recorded for a while, and forward
 * again by replay: the rows of a run that went straight. */
START_TEST(a_record_that_was_cut_is_that_of_a_straight_run)
{
    enum { STEPS = 2500 };
    for (size_t r = 0; r < ARRAY_LEN(runs); r++) {
        char settings[200];
        (void)snprintf(settings, sizeof settings, "%s lr=0.07 seed=9", runs[r]);
        struct plain *plain = plain_run(runs[r], STEPS), *other = plain_run(settings, STEPS);
        struct record straight = {0}, cut = {0};
        int layers = plain[0].seen.layer_count;
        bool test = plain[0].seen.test_samples > 0;
        uint64_t at = 0, refilled = 0;
        ck_assert(record_begin(&straight, layers, test) && record_begin(&cut, layers, test));
        srand((unsigned)r + 1);
        for (int go = 0; go < 60; go++) {
            uint64_t to = (uint64_t)(rand() % (STEPS - 1));
            if (rand() % 3 == 0 && at > 100)
                to = at - (uint64_t)(rand() % 100);
            if (to <= at) {
                uint64_t left = record_cut(&cut, to);
                ck_assert(left <= to && (left == to || !step_rows_at(&cut.rows, to)));
                ck_assert(left == to || left == step_rows_before(to));
                ck_assert_uint_eq(cut.rows.total, left + 1);
                at = left;
                /* A branch with other numbers, given up again. */
                for (uint64_t s = at + 1; rand() % 50 != 0 && s < STEPS; s++)
                    record_add(&cut, &other[s].seen);
                ck_assert_uint_eq(record_cut(&cut, at), at);
                refilled = at;
                record_add(&cut, &other[at].seen); /* replaced, too, and put right */
            }
            for (; at < to; at++)
                record_add(&cut, &plain[at].seen);
            record_add(&cut, &plain[at].seen);
            while (straight.rows.total <= at)
                record_add(&straight, &plain[straight.rows.total].seen);
            check_rows(&cut, &straight, refilled);
        }
        /* Once the ring is full again there is no difference left. */
        while (straight.rows.total < STEPS)
            record_add(&straight, &plain[straight.rows.total].seen);
        uint64_t before = record_cut(&cut, STEPS - 2 * STEP_ROWS_RECENT);
        for (uint64_t s = before; s < STEPS; s++)
            record_add(&cut, &plain[s].seen);
        const struct step_rows *a = &cut.rows, *b = &straight.rows;
        ck_assert(a->total == b->total && a->count == b->count && a->width == b->width);
        ck_assert_mem_eq(a->kept, b->kept, a->count * a->width * sizeof(double));
        ck_assert_mem_eq(a->recent, b->recent, STEP_ROWS_RECENT * a->width * sizeof(double));
        record_clear(&cut);
        record_clear(&straight);
        free(plain);
        free(other);
    }
}
END_TEST

START_TEST(the_record_does_not_depend_on_who_watches)
{
    struct hparams hparams =
        hparams_of("depth=4 width=6 samples=40 batch=7 activation=relu init=he_normal lr=0.5");
    struct session *alone = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct session *watched = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct looks looks = {.session = NULL};
    for (int step = 0; step < 700; step++) {
        ck_assert(run_evaluate(alone->run, false));
        ck_assert(run_evaluate(watched->run, step % 3 == 0));
        if (step % 5 == 0)
            ck_assert(run_evaluate(watched->run, true)); /* looked at after the fact */
        /* And evaluated anew, the survey of the same step still there. */
        struct watch watch = {.details = DETAIL_LAYER, .layer = 1 + step % 2};
        looks_watch(&looks, watched, &watch);
        ck_assert(run_evaluate(watched->run, false));
        run_update(alone->run);
        run_update(watched->run);
    }
    struct step_rows *a = &alone->run->record.rows, *b = &watched->run->record.rows;
    ck_assert_uint_eq(a->total, 700);
    ck_assert(a->count == b->count && a->total == b->total && a->width == b->width);
    ck_assert_int_eq(memcmp(a->kept, b->kept, a->count * a->width * sizeof(double)), 0);
    ck_assert_int_eq(
        memcmp(a->recent, b->recent, STEP_ROWS_RECENT * a->width * sizeof(double)), 0);
    session_destroy(alone);
    session_destroy(watched);
    looks_clear(&looks);
}
END_TEST

static struct record_range loss_of(
    struct record_copy *copy, const struct session *session, uint64_t first, uint64_t last)
{
    ck_assert(record_copy_take(copy, &session->run->record, QUANTITY_COUNT));
    return record_range(copy, QUANTITY_LOSS, first, last);
}

START_TEST(a_step_evaluated_again_replaces_its_row)
{
    struct hparams hparams = hparams_of("depth=2 width=4 samples=20 lr=2");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct record_copy copy = {.has_layers = false};
    ck_assert(session_advance(session, 263)); /* after 262, the last that stays */
    double kept = loss_of(&copy, session, 262, 262).last.value;
    double before = loss_of(&copy, session, 263, 263).last.value;
    hparams.activation = ACTIVATION_TANH;
    bool rebuilt;
    ck_assert(session_configure(session, &hparams, &rebuilt, NULL) && !rebuilt);
    ck_assert(run_evaluate(session->run, true));
    ck_assert_uint_eq(session->run->record.rows.total, 264);
    double after = session->run->training->seen.loss;
    ck_assert(after != before && loss_of(&copy, session, 263, 263).last.value == after);
    ck_assert(loss_of(&copy, session, 262, 262).last.value == kept);
    /* What was replaced is in no range, and counted nowhere. */
    ck_assert(session_advance(session, 1));
    struct record_range range = loss_of(&copy, session, 263, 264);
    double now = session->run->training->seen.loss;
    ck_assert(range.low == fmin(after, now) && range.high == fmax(after, now));
    ck_assert(range.low > before || range.high < before);
    ck_assert(record_share_above(&copy, QUANTITY_LOSS) == 1);
    ck_assert(session->run->training->seen.layers[0].last_update_ratio.defined);
    ck_assert(session_reset(session, NULL) && run_evaluate(session->run, true));
    ck_assert_uint_eq(session->run->record.rows.total, 1);
    ck_assert(loss_of(&copy, session, 263, 263).last.kind == READING_UNKNOWN);
    ck_assert_uint_eq(copy.steps.total, 1);
    record_copy_clear(&copy);
    session_destroy(session);
}
END_TEST

START_TEST(divergence_is_recorded_as_it_is)
{
    struct hparams hparams = hparams_of("activation=relu init=he_normal gain=1.5 lr=0.1");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct record_copy copy = {.has_layers = false};
    ck_assert(session_advance(session, 100) && run_diverged(session->run));
    ck_assert(record_copy_take(&copy, &session->run->record, QUANTITY_SIGNAL));
    uint64_t step = session->run->training->step;
    ck_assert_uint_eq(copy.layers.total, step + 1);
    struct reading norm = record_newest(&copy, QUANTITY_GRAD_NORM);
    ck_assert(norm.kind == READING_KNOWN && !isfinite(norm.value));
    ck_assert(isfinite(record_layer(step_rows_at(&copy.layers, step - 1), 1).value));
    /* Its largest finite value is not lost by that. */
    struct record_range range = record_range(&copy, QUANTITY_LOSS, 0, step);
    ck_assert(range.high > 0 && range.low <= range.high);
    record_copy_clear(&copy);
    session_destroy(session);
}
END_TEST

/* Nothing looks while nobody records deaths: then there is nothing to know. */
START_TEST(what_is_not_known_is_recorded_so)
{
    struct hparams hparams = hparams_of("depth=2 width=6 samples=40 activation=relu batch=10");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct record_copy copy = {.has_layers = false};
    training_record_deaths(session->run->training, false);
    ck_assert(session_reach(session, 9));
    ck_assert(record_copy_take(&copy, &session->run->record, QUANTITY_DEAD));
    for (uint64_t s = 0; s <= 9; s++) {
        ck_assert(record_range(&copy, QUANTITY_ACCURACY, s, s).last.kind == READING_UNKNOWN);
        const double *row = step_rows_at(&copy.layers, s);
        ck_assert(record_layer(row, 1).kind == READING_UNKNOWN);
        ck_assert(record_layer(row, 3).kind == READING_UNDEFINED); /* the output */
    }
    record_copy_clear(&copy);
    session_destroy(session);
}
END_TEST

Suite *record_suite(void)
{
    return SUITE("record", every_recorded_number_is_that_of_a_plain_run,
        a_record_that_was_cut_is_that_of_a_straight_run,
        the_record_does_not_depend_on_who_watches, a_step_evaluated_again_replaces_its_row,
        divergence_is_recorded_as_it_is, what_is_not_known_is_recorded_so);
}
