/* What is gathered of a gradient before and after clipping, and the histories of its norm. */
#include <math.h>
#include <string.h>

#include "engine/looks.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

#define SETTINGS "activation=relu init=he_normal gain=2 depth=4 width=10 samples=40 lr=0.01 "

static struct session *watched(struct looks *looks, const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_CLIP;
    ck_assert_ptr_nonnull(session);
    looks_watch(looks, session, &watch);
    return session;
}

static uint64_t total_of(const struct gradient_bins *bins)
{
    uint64_t total = bins->zeros + bins->below + bins->above + bins->nonfinite;
    for (int i = 0; i < GRADIENT_BINS; i++)
        total += (uint64_t)bins->counts[0][i] + bins->counts[1][i];
    return total;
}

/* Counts again, by comparing each element with the edges of a bin. */
static uint64_t count_between(
    const struct network *network, double low, double high, bool positive)
{
    uint64_t count = 0;
    for (int l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        for (int i = 0; i <= layer->n_in; i++) {
            for (int o = 0; o < layer->n_out; o++) {
                double g = layer->gradients[i * layer->stride + o];
                count += positive == (g > 0) && fabs(g) > low && fabs(g) <= high;
            }
        }
    }
    return count;
}

/* The edges are powers of 2 and quarters of them times c = 2^-3: exact. */
START_TEST(every_element_is_in_its_bin)
{
    struct looks looks = {.starved = false};
    struct session *session = watched(&looks, SETTINGS "clip=none clip_at=0.125");
    ck_assert(run_evaluate(session->run, true));
    const struct gradient_bins *bins = &looks.unclipped.bins;
    ck_assert(looks.unclipped.valid);
    ck_assert_uint_eq(bins->elements, 3 * 10 + 3 * 110 + 11);
    ck_assert_uint_eq(total_of(bins), bins->elements);
    ck_assert_double_eq(gradient_bins_edge(bins, GRADIENT_BIN_OF_C + 1), 0.125);
    ck_assert_double_eq(gradient_bins_edge(bins, GRADIENT_BIN_OF_C + 5), 0.25);
    ck_assert_double_eq(gradient_bins_edge(bins, GRADIENT_BIN_OF_C + 2), 0.125 * 1.25);
    uint64_t filled = 0;
    for (int i = 0; i < GRADIENT_BINS; i++) {
        double low = gradient_bins_edge(bins, i), high = gradient_bins_edge(bins, i + 1);
        for (int sign = 0; sign < 2; sign++) {
            ck_assert_uint_eq(bins->counts[sign][i],
                count_between(session->run->training->network, low, high, sign == 1));
            filled += bins->counts[sign][i] > 0;
        }
    }
    ck_assert_uint_gt(filled, 20);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(what_is_clipped_by_value_stands_at_the_threshold)
{
    struct looks looks = {.starved = false};
    struct session *session = watched(&looks, SETTINGS "clip=value clip_at=0.01");
    struct clip_detail detail;
    ck_assert(run_evaluate(session->run, true));
    ck_assert(clip_detail_take(&detail, &looks.unclipped, session->run->training));
    ck_assert(detail.before.valid && detail.after.valid);
    uint64_t beyond = 0;
    const struct gradient_bins *before = &detail.before.bins, *after = &detail.after.bins;
    for (int i = GRADIENT_BIN_OF_C + 1; i < GRADIENT_BINS; i++) {
        beyond += (uint64_t)before->counts[0][i] + before->counts[1][i];
        ck_assert_uint_eq(after->counts[0][i] + after->counts[1][i], 0);
    }
    ck_assert_uint_gt(beyond, 0);
    double share = (double)beyond / (double)before->elements;
    ck_assert_double_eq_tol(share, session->run->training->seen.clip.fraction, 1e-15);
    for (int s = 0; s < 2; s++) {
        uint64_t more = 0;
        for (int i = GRADIENT_BIN_OF_C + 1; i < GRADIENT_BINS; i++)
            more += before->counts[s][i];
        ck_assert_uint_eq(
            after->counts[s][GRADIENT_BIN_OF_C], before->counts[s][GRADIENT_BIN_OF_C] + more);
        ck_assert_mem_eq(before->counts[s], after->counts[s], GRADIENT_BIN_OF_C * 4);
    }
    double parts[5], layers_beyond = 0;
    for (int l = 0; l < 5; l++) {
        const struct layer *layer = &session->run->training->network->layers[l];
        parts[l] = detail.before.layers[l].norm;
        ck_assert_double_eq_tol(
            parts[l], hypot(layer->weight_grad_norm, layer->bias_grad_norm), 1e-14 * parts[l]);
        layers_beyond += detail.before.layers[l].beyond * (layer->n_in + 1) * layer->n_out;
        ck_assert_double_eq(detail.after.layers[l].beyond, 0);
    }
    ck_assert_double_eq_tol(layers_beyond, (double)beyond, 1e-9);
    ck_assert_double_eq_tol(norm_of_norms(parts, 5),
        session->run->training->seen.clip.norm_before, 1e-12 * parts[0]);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(zeros_and_what_is_not_finite_are_counted_apart)
{
    struct looks looks = {.starved = false};
    struct session *session = watched(&looks, SETTINGS "bias=-30");
    ck_assert(run_evaluate(session->run, true));
    struct network *network = session->run->training->network;
    struct clip_side side;
    clip_side_gather(&side, network, 1, NULL);
    ck_assert_uint_gt(side.bins.zeros, side.bins.elements - 11); /* all but output's bias */
    double *g = network->layers[0].gradients;
    const double odd[] = {NAN, INFINITY, -INFINITY, 1e300, -1e-300, 0x1p-1074};
    memcpy(g, odd, sizeof odd);
    clip_side_gather(&side, network, 1, NULL);
    ck_assert_uint_eq(side.bins.nonfinite, 3);
    ck_assert_uint_eq(side.bins.above, 1);
    ck_assert_uint_eq(side.bins.below, 2);
    ck_assert_uint_eq(total_of(&side.bins), side.bins.elements);
    clip_side_gather(&side, network, 1e300, NULL); /* |g|/c underflows to 0 */
    ck_assert_uint_eq(side.bins.below, 2);
    ck_assert_uint_eq(total_of(&side.bins), side.bins.elements);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* The weights after 20 steps, to the bit; and no step is recorded twice. */
START_TEST(watching_changes_nothing)
{
    struct looks looks_a = {.starved = false};
    struct looks looks_b = {.starved = false};
    struct session *a = watched(&looks_a, SETTINGS "batch=7 clip=value clip_at=0.01");
    struct session *b = watched(&looks_b, SETTINGS "batch=7 clip=value clip_at=0.01");
    struct watch none;
    memset(&none, 0, sizeof none);
    looks_watch(&looks_b, b, &none);
    ck_assert(session_advance(a, 20) && session_advance(b, 10));
    looks_watch(&looks_b, b, &looks_a.watch);
    ck_assert(run_evaluate(b->run, true));
    looks_watch(&looks_b, b, &none);
    ck_assert(session_advance(b, 10));
    ck_assert(looks_a.unclipped.valid && !looks_b.unclipped.valid);
    const struct layer *one = &a->run->training->network->layers[1],
                       *two = &b->run->training->network->layers[1];
    ck_assert_mem_eq(one->parameters, two->parameters, layer_block(one) * sizeof(double));
    ck_assert_uint_eq(a->run->record.rows.total, 21);
    ck_assert_uint_eq(b->run->record.rows.total, 21);
    ck_assert_mem_eq(a->run->record.rows.recent, b->run->record.rows.recent,
        21 * a->run->record.rows.width * sizeof(double));
    session_destroy(a);
    looks_clear(&looks_a);
    session_destroy(b);
    looks_clear(&looks_b);
}
END_TEST

static double recorded(const struct snapshot *snapshot, enum quantity_id id, int step)
{
    return record_range(&snapshot->record, id, (uint64_t)step, (uint64_t)step).last.value;
}

START_TEST(the_record_holds_the_norms_of_every_step)
{
    struct looks looks = {.starved = false};
    struct session *session = watched(&looks, SETTINGS "clip=norm clip_at=1");
    struct training *training = training_of(SETTINGS "clip=norm clip_at=1");
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(session_advance(session, 30) && snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.clip_detail.valid);
    int clipped = 0;
    for (int i = 0; i <= 30; i++) {
        ck_assert(training_evaluate(training, false));
        training_clip(training);
        double before = training->seen.clip.norm_before, after = training->seen.clip.norm_after;
        ck_assert_double_eq(recorded(&snapshot, QUANTITY_GRAD_NORM, i), before);
        ck_assert_double_eq(recorded(&snapshot, QUANTITY_GRAD_NORM_CLIPPED, i), after);
        ck_assert_int_eq(recorded(&snapshot, QUANTITY_CLIPPED_FRACTION, i) > 0, before > 1);
        ck_assert_double_le(after, 1 + 1e-14);
        clipped += before > 1;
        training_update(training);
    }
    ck_assert_int_gt(clipped, 0);
    snapshot_clear(&snapshot);
    training_destroy(training);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

Suite *clip_detail_suite(void)
{
    return SUITE("clip detail", every_element_is_in_its_bin,
        what_is_clipped_by_value_stands_at_the_threshold,
        zeros_and_what_is_not_finite_are_counted_apart, watching_changes_nothing,
        the_record_holds_the_norms_of_every_step);
}
