/* What is told of data that are pictures, against plain loops. */
#include <math.h>
#include <stdlib.h>

#include "engine/looks.h"
#include "picture_data.h"
#include "suites.h"

static struct snapshot *look(struct session *session, struct looks *looks, int picture)
{
    static struct snapshot snapshot;
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_PICTURES;
    watch.layer = watch.unit = 1;
    watch.picture = picture;
    looks_watch(looks, session, &watch);
    ck_assert(session_advance(session, 0));
    ck_assert(snapshot_take(&snapshot, session, looks));
    return &snapshot;
}

/* What the outputs say, computed from z of the whole data set in plain. */
static double plain_vote(const struct training *t, const double *z, int outputs, int label)
{
    if (t->criterion.loss == LOSS_MSE)
        return outputs > 1 ? z[label] : label == 1 ? z[0] : 1 - z[0];
    if (outputs == 1)
        return 1 / (1 + exp(label == 1 ? -z[0] : z[0]));
    if (t->criterion.loss == LOSS_BCE)
        return 1 / (1 + exp(-z[label]));
    double sum = 0;
    for (int c = 0; c < outputs; c++)
        sum += exp(z[c]);
    return exp(z[label]) / sum;
}

static void check_list(const struct session *session, const struct pictures_detail *p, int from)
{
    const struct training *t = session->run->training;
    const struct layer *output = &t->network->layers[t->network->layer_count - 1];
    int wrong = 0, below = 0, before = -1, last = -1, at = 0;
    for (int s = 0; s < t->data->samples; s++) {
        if (t->predicted[s] == t->data->labels[s])
            continue;
        wrong++;
        last = s;
        below += s < from;
        before = s < from ? s : before;
        if (s < from || at == PICTURES_WRONG)
            continue;
        const struct picture_wrong *one = &p->list[at++];
        const double *z = output->z + (ptrdiff_t)s * output->stride;
        ck_assert_int_eq(one->sample, s);
        ck_assert_int_eq(one->is.label, t->data->labels[s]);
        ck_assert_int_eq(one->taken.label, t->predicted[s]);
        ck_assert_int_eq(one->now, t->predicted[s]);
        /* A few roundings of numbers up to 1. */
        ck_assert_double_eq_tol(
            one->is.value, plain_vote(t, z, output->n_out, one->is.label), 1e-14);
        ck_assert_double_eq_tol(
            one->taken.value, plain_vote(t, z, output->n_out, one->taken.label), 1e-14);
    }
    ck_assert_int_gt(wrong, 0);
    ck_assert_int_eq(p->wrong, wrong);
    ck_assert_int_eq(p->count, at);
    ck_assert_int_eq(p->at, below);
    ck_assert_int_eq(p->before, before >= 0 ? before : last);
}

START_TEST(the_wrong_ones_are_those_of_the_survey)
{
    static const struct {
        const char *settings;
        int classes;
    } cases[] = {{"activation=tanh depth=1 width=4 lr=0.01", 5},
        {"activation=tanh depth=1 width=4 lr=0.01 loss=mse", 5},
        {"activation=tanh depth=1 width=4 lr=0.01 loss=bce", 5},
        {"activation=tanh depth=1 width=4 lr=0.01", 2},
        {"activation=tanh depth=1 width=4 lr=0.01 loss=mse", 2}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct hparams hparams = hparams_of(cases[i].settings);
        struct looks looks = {.session = NULL};
        struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        session_take_data(session, picture_data(60, 3, 5, cases[i].classes));
        ck_assert(session_advance(session, 2));
        for (int from = 0; from < 40; from += 13) {
            const struct snapshot *s = look(session, &looks, from);
            ck_assert(s->pictures.valid);
            ck_assert_ptr_eq(s->pictures.data, session->run->training->data);
            ck_assert_int_eq(s->pictures.shares, !strstr(cases[i].settings, "mse"));
            check_list(session, &s->pictures, from);
        }
        /* After the last one the first comes again. */
        const struct snapshot *s = look(session, &looks, 59);
        ck_assert(
            s->pictures.count > 0 && (s->pictures.at == 0 || s->pictures.list[0].sample == 59));
        struct snapshot *shown = look(session, &looks, 0);
        session_destroy(session);
        looks_clear(&looks);
        /* The picture is there as long as it is shown. */
        ck_assert_int_eq(shown->pictures.data->picture.width, 3);
        snapshot_clear(shown);
    }
}
END_TEST

START_TEST(points_are_no_pictures)
{
    struct hparams hparams = hparams_of("depth=1 width=4");
    struct looks looks = {.session = NULL};
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct snapshot *s = look(session, &looks, 0);
    ck_assert(!s->pictures.valid);
    ck_assert(s->watch.details & DETAIL_PICTURES);
    session_destroy(session);
    looks_clear(&looks);
    snapshot_clear(s);
}
END_TEST

Suite *pictures_suite(void)
{
    return SUITE("pictures", the_wrong_ones_are_those_of_the_survey, points_are_no_pictures);
}
