/* Findings: each claim of their texts, whatever the settings, and the cases that matter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/rng.h"
#include "engine/looks.h"
#include "engine/preset.h"
#include "ledger.h"
#include "orders.h"
#include "suites.h"

enum { CLAIMS_SETTINGS = 60, CLAIMS_STEPS = 160 };

/* Settings of any kind, within what takes little time. */
static void any_settings(struct rng *rng, char *text, size_t size)
{
    static const double rates[] = {0, 1e-4, 0.01, 0.1, 1, 10, 100};
    static const double thresholds[] = {1e-3, 0.01, 0.3, 1, 5},
                        gains[] = {0.01, 0.3, 1, 1.5, 4};
    static const int batches[] = {0, 0, 1, 7, 20}, depths[] = {1, 2, 3, 5, 10, 20, 40};
    static const double epsilons[] = {1e-8, 1e-8, 1e-3, 1e-12};
#define ANY(table) (table)[rng_below(rng, ARRAY_LEN(table))]
#define NAME(fn, count) fn((int)rng_below(rng, (uint32_t)(count)))
    bool noisy = rng_below(rng, 3) == 0;
    (void)snprintf(text, size,
        "activation=%s init=%s data=%s optimizer=%s clip=%s clip_at=%g lr=%g gain=%g depth=%d "
        "width=%d batch=%d samples=%d bias=%g epsilon=%g weight_decay=%g seed=%d loss=%s",
        NAME(activation_name, ACTIVATION_COUNT), NAME(initializer_name, INIT_COUNT),
        NAME(data_name, DATA_GENERATED), NAME(optimizer_name, OPTIMIZER_COUNT),
        NAME(clip_name, CLIP_COUNT), ANY(thresholds), ANY(rates), ANY(gains), ANY(depths),
        1 + (int)rng_below(rng, 12), ANY(batches), noisy ? 13 : 40,
        rng_below(rng, 4) == 0 ? -1.0 : 0, ANY(epsilons), rng_below(rng, 4) == 0 ? 0.1 : 0,
        (int)rng_below(rng, 1000), rng_below(rng, 3) == 0 ? "mse" : "auto");
#undef ANY
#undef NAME
}

/* NABLASCOPE_CLAIMS=3000 tries so many settings. */
START_TEST(every_claim_is_true_whatever_the_settings)
{
    const char *wanted = getenv("NABLASCOPE_CLAIMS");
    int settings = wanted ? atoi(wanted) : CLAIMS_SETTINGS, diverged = 0;
    long claims = 0, steps = 0, good = 0, findings = 0, wide = 0;
    struct rng rng;
    rng_init(&rng, 11, RNG_DATA, 0);
    for (int i = 0; i < settings; i++) {
        struct ledger g;
        char text[300];
        any_settings(&rng, text, sizeof text);
        ledger_open(&g, text, NULL);
        while (ledger_note(&g)) {
            ledger_claims(&g);
            if (g.steps == CLAIMS_STEPS)
                break;
            ledger_update(&g);
        }
        if (run_diverged(g.session->run)) {
            struct diagnosis said[DIAGNOSES_MOST];
            ck_assert_int_eq(diagnose(&g.snapshot, said), 1);
            ck_assert_str_eq(said[0].label, "DIVERGED");
            ck_assert(!strstr(said[0].text, "layer 0") && !strstr(said[0].text, "nan"));
            diverged++;
        }
        claims += g.claims;
        steps += g.steps;
        good += g.good;
        findings += g.findings;
        wide += g.wide;
        ledger_close(&g);
    }
    ck_assert(claims > 10 * steps && good > 0);
    ck_assert(10 * wide < findings); /* next to all fit 80 columns */
    if (wanted)
        printf("# %d settings, %ld steps, %d diverged: %ld findings, %ld too wide for 80 "
               "columns, %ld claims; learning well at %ld steps\n",
            settings, steps, diverged, findings, wide, claims, good);
}
END_TEST

/* Goes `steps` steps on and leaves the findings and the learning of the one arrived at. */
static void go(struct ledger *g, int steps, struct diagnosis findings[DIAGNOSES_MOST],
    struct diagnosis *learning)
{
    for (int i = 0; i < steps; i++) {
        ck_assert(run_evaluate(g->session->run, false));
        run_update(g->session->run);
    }
    ck_assert(run_evaluate(g->session->run, true));
    ck_assert(snapshot_take(&g->snapshot, g->session, NULL));
    diagnose(&g->snapshot, findings);
    if (learning)
        diagnose_learning(&g->snapshot, learning);
}

static bool has(const struct ledger *g, const char *label)
{
    struct diagnosis findings[DIAGNOSES_MOST];
    int count = diagnose(&g->snapshot, findings);
    for (int i = 0; i < count; i++) {
        if (strcmp(findings[i].label, label) == 0)
            return true;
    }
    return false;
}

static bool said_of(const struct ledger *g, const char *label, const char *words)
{
    struct diagnosis findings[DIAGNOSES_MOST];
    int count = diagnose(&g->snapshot, findings);
    for (int i = 0; i < count; i++) {
        if (strcmp(findings[i].label, label) == 0)
            return strstr(findings[i].text, words) != NULL;
    }
    return false;
}

/* Settings in which a careless version is false. */
START_TEST(findings_are_those_that_hold)
{
    static const struct {
        const char *settings;
        int steps;
        const char *first, *learning;
    } cases[] = {
        {"", 39, "VANISHING", "FALLING"}, /* from a loss a little above the constant answer's */
        {"", 59, "VANISHING", "STUCK"},   /* at which it then stays */
        {"depth=3", 0, "FADING", "EARLY"}, /* the signal falls some seventyfold */
        {"activation=linear depth=5 gain=2", 0, "GROWING", NULL},
        {"data=circles activation=linear init=orthogonal lr=0.1", 200, NULL, "STUCK"},
        {"activation=tanh lr=0", 100, "KEPT", "STUCK"},
        {"activation=tanh init=constant gain=0.1 lr=0.01", 0, "SYMMETRIC", "EARLY"},
        {"activation=tanh init=constant gain=0.1 lr=0.01 optimizer=adam", 150, "SYMMETRIC",
            NULL},
        {"activation=tanh init=zeros", 0, "SYMMETRIC", NULL},
        {"activation=sigmoid gain=4 lr=0.01", 150, "FADING", "STUCK"},
        {"activation=tanh lr=0.1", 200, NULL, "WORSE"}, /* the loss climbs again */
        {"activation=tanh lr=0.03", 200, NULL, "LEARNING"},
        {"activation=relu init=normal gain=0.01 lr=1", 0, "VANISHING", "EARLY"},
        {"activation=relu init=normal gain=0.01 lr=1", 200, "VANISHING", "STUCK"},
        {"activation=relu init=he_normal depth=1 lr=10", 50, "DYING", NULL},
        {"activation=relu init=he_normal depth=1 lr=10", 150, "DYING", NULL}, /* none returns */
        {"activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01", 200, "DEAD",
            NULL}, /* units come back, and fewer are dead than at step 0 */
        {"activation=relu init=he_normal gain=1.5 lr=0.1", 3, "EXPLODING", NULL},
        {"activation=tanh depth=4 width=4 weight_decay=1000 lr=1", 10, "LARGE STEP", NULL},
        {"activation=sigmoid gain=50 depth=6 lr=0.1", 10, "SATURATED", NULL},
        {"init=normal gain=0.001 lr=10", 10, "VANISHING", NULL}, /* of small weights tenfold */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct ledger g;
        struct diagnosis findings[DIAGNOSES_MOST], learning;
        ledger_open(&g, cases[i].settings, NULL);
        go(&g, cases[i].steps, findings, &learning);
        if (cases[i].first)
            ck_assert_msg(strcmp(findings[0].label, cases[i].first) == 0, "%s: %s: %s",
                cases[i].settings, findings[0].label, findings[0].text);
        if (cases[i].learning)
            ck_assert_msg(strcmp(learning.label, cases[i].learning) == 0, "%s: %s: %s",
                cases[i].settings, learning.label, learning.text);
        ledger_close(&g);
    }
}
END_TEST

START_TEST(a_preset_says_its_finding_at_step_0_in_80_columns)
{
    for (int i = 0; i < preset_count; i++) {
        struct ledger g;
        struct diagnosis findings[DIAGNOSES_MOST], learning;
        ledger_open(&g, "", preset_table[i].name);
        for (int step = 0; step < 120 && ledger_note(&g); step++) {
            int count = diagnose(&g.snapshot, findings);
            ck_assert(diagnose_learning(&g.snapshot, &learning));
            /* Exponents of three digits may take more. */
            for (int j = 0; j < count && g.snapshot.seen.layers[0].signal < 1e99; j++)
                ck_assert_msg(strlen(findings[j].label) + 3 + strlen(findings[j].text) <= 80,
                    "%s: %s %s", preset_table[i].name, findings[j].label, findings[j].text);
            if (step == 0 && strstr("vanishing small_init relu_xavier", preset_table[i].name))
                ck_assert_str_eq(findings[0].label, "VANISHING");
            if (step == 0 && strstr("clipped clip_value", preset_table[i].name))
                ck_assert_str_eq(findings[0].label, "CLIPPED");
            if (step == 0 && strcmp("dead_bias", preset_table[i].name) == 0)
                ck_assert_str_eq(findings[0].label, "DEAD LAYER");
            ledger_update(&g);
        }
        ledger_close(&g);
    }
}
END_TEST

/* What is said of several layers is so of each, also where their widths differ. */
START_TEST(equal_units_are_counted_where_all_layers_have_as_many)
{
    static const struct {
        const char *settings, *text, *brief;
    } cases[] = {{"depth=3 width=5", "the 5 units of every hidden layer are", "5 units as one"},
        {"depth=3 width=5,10,5", "all units of every hidden layer are", "all units as one"},
        {"depth=3 width=1,10,5", "all units of 2 layers are", "all units as one"},
        {"depth=3 width=1,5,5", "the 5 units of 2 layers are", "5 units as one"},
        {"depth=2 width=1,10", "the 10 units of layer 2 are", "10 units as one"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char settings[100];
        struct ledger g;
        struct diagnosis findings[DIAGNOSES_MOST];
        (void)snprintf(
            settings, sizeof settings, "init=constant gain=0.1 %s", cases[i].settings);
        ledger_open(&g, settings, NULL);
        ck_assert(ledger_note(&g));
        ledger_claims(&g);
        diagnose(&g.snapshot, findings);
        ck_assert_str_eq(findings[0].label, "SYMMETRIC");
        ck_assert_msg(strstr(findings[0].text, cases[i].text) == findings[0].text, "%s: %s",
            settings, findings[0].text);
        ck_assert_str_eq(findings[0].brief, cases[i].brief);
        ledger_close(&g);
    }
}
END_TEST

START_TEST(one_inactive_sample_is_no_vanished_signal)
{
    /* Narrow, a sample a step: every now and then all units of a layer are inactive. */
    struct ledger g;
    int silent = 0;
    ledger_open(&g, "activation=relu init=he_normal depth=3 width=3 batch=1 lr=0.01", NULL);
    for (int i = 0; i < 300 && ledger_note(&g); i++) {
        silent += g.silence[i];
        ck_assert(!has(&g, "VANISHED"));
        ledger_update(&g);
    }
    ck_assert_int_gt(silent, 20);
    ledger_close(&g);
}
END_TEST

START_TEST(labels_do_not_flicker)
{
    /* The signal of batches of one wavers between the bands; what is said of it stays. */
    struct ledger g;
    const char *before = "";
    int changes = 0, wavers = 0;
    ledger_open(&g, "activation=tanh depth=6 width=6 batch=1 lr=0.1", NULL);
    for (int i = 0; i < STEPS_MOST - 1 && ledger_note(&g); i++) {
        struct diagnosis findings[DIAGNOSES_MOST];
        diagnose(&g.snapshot, findings);
        changes += strcmp(findings[0].label, before) != 0;
        before = findings[0].label;
        wavers += i > 0 && g.band[i] != g.band[i - 1];
        ledger_update(&g);
    }
    ck_assert_int_gt(wavers, 50);
    /* Back from wavering it takes CONDITION_HOLD steps. */
    ck_assert_int_le(changes, 1 + 2 * STEPS_MOST / CONDITION_HOLD);
    ck_assert_int_lt(2 * changes, wavers);
    ledger_close(&g);
}
END_TEST

START_TEST(epsilon_stops_the_layers_that_it_outweighs)
{
    struct ledger g;
    struct diagnosis findings[DIAGNOSES_MOST];
    ledger_open(&g, "optimizer=adam lr=0.01 depth=20", NULL);
    go(&g, 1, findings, NULL);
    ck_assert(has(&g, "EPSILON"));
    ck_assert(g.snapshot.seen.below_epsilon.lowest == 1);
    /* Where ε is above √v̂ an update is less than half of lr, elsewhere nearly lr. */
    const struct training *t = g.session->run->training;
    for (int l = 1; l <= t->network->layer_count; l++) {
        double elements =
            sqrt((double)t->network->layers[l - 1].n_in * t->seen.layers[l - 1].units);
        double moved = t->network->layers[l - 1].step_norm / elements;
        ck_assert(l <= g.snapshot.seen.below_epsilon.highest ? moved < 0.7 * 0.01
                                                             : moved > 0.5 * 0.01);
    }
    ledger_close(&g);
    ledger_open(&g, "optimizer=adam lr=0.01 activation=tanh", NULL);
    go(&g, 20, findings, NULL);
    ck_assert(!has(&g, "EPSILON"));
    ledger_close(&g);
}
END_TEST

START_TEST(the_loss_that_is_not_finite_has_no_layer)
{
    struct ledger g;
    struct diagnosis findings[DIAGNOSES_MOST];
    ledger_open(&g, "activation=tanh", NULL);
    ck_assert(ledger_note(&g));
    g.snapshot.seen.divergence = (struct divergence){.kind = DIVERGED_LOSS, .step = 41};
    g.snapshot.seen.loss = -NAN;
    ck_assert_int_eq(diagnose(&g.snapshot, findings), 1);
    ck_assert_str_eq(findings[0].text, "at step 41: the loss is not finite");
    ck_assert(!strstr(findings[0].brief, "layer") && !strstr(findings[0].brief, "nan"));
    ck_assert(!diagnose_learning(&g.snapshot, findings));
    ledger_close(&g);
}
END_TEST

/* Another rate or optimizer makes other steps, clipped or not. */
START_TEST(updates_are_compared_that_differ_in_clipping_alone)
{
    static const char *const changes[] = {"lr 0.0001", "optimizer rmsprop", "beta1 0.5",
        "beta2 0.9", "epsilon 0.001", "weight_decay 0.5", "clip_at 0.005"};
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct ledger g;
        struct diagnosis findings[DIAGNOSES_MOST];
        bool rule = i + 1 < ARRAY_LEN(changes);
        ledger_open(
            &g, "optimizer=adam lr=0.01 activation=tanh depth=2 width=8 clip_at=0.01", NULL);
        go(&g, 40, findings, NULL);
        ck_assert(orders_look(g.session, "clip norm"));
        go(&g, 6, findings, NULL);
        ck_assert(said_of(&g, "CLIPPED", "as long"));
        ck_assert(orders_look(g.session, changes[i]));
        go(&g, 1, findings, NULL);
        ck_assert_msg(said_of(&g, "CLIPPED", "as long") == !rule, "%s", changes[i]);
        ck_assert_msg(said_of(&g, "CLIPPED", "last update") == rule, "%s", changes[i]);
        ledger_close(&g);
    }
}
END_TEST

START_TEST(findings_do_not_depend_on_who_watches)
{
    const char *settings = "activation=relu init=he_normal batch=20 lr=0.3 depth=4 width=8";
    struct ledger hasty, calm;
    struct diagnosis one[DIAGNOSES_MOST], other[DIAGNOSES_MOST];
    ledger_open(&hasty, settings, NULL);
    ledger_open(&calm, settings, NULL);
    for (int i = 0; i < 137; i++) {
        go(&calm, i > 0, other, NULL); /* every step looked at, by a survey */
        ck_assert(run_evaluate(hasty.session->run, false));
        if (i < 136)
            run_update(hasty.session->run);
    }
    ck_assert(snapshot_take(&hasty.snapshot, hasty.session, NULL));
    int count = diagnose(&hasty.snapshot, one);
    ck_assert_int_eq(count, diagnose(&calm.snapshot, other));
    for (int i = 0; i < count; i++)
        ck_assert_str_eq(one[i].text, other[i].text);
    ck_assert_mem_eq(
        &hasty.snapshot.story.learning, &calm.snapshot.story.learning, sizeof(struct learning));
    /* Again, and from the start. */
    ck_assert(session_reset(calm.session, NULL));
    go(&calm, 136, other, NULL);
    for (int i = 0; i < count; i++)
        ck_assert_str_eq(one[i].text, other[i].text);
    ledger_close(&hasty);
    ledger_close(&calm);
}
END_TEST

Suite *diagnosis_suite(void)
{
    return SUITE("diagnosis", every_claim_is_true_whatever_the_settings,
        findings_are_those_that_hold, a_preset_says_its_finding_at_step_0_in_80_columns,
        equal_units_are_counted_where_all_layers_have_as_many,
        one_inactive_sample_is_no_vanished_signal, labels_do_not_flicker,
        epsilon_stops_the_layers_that_it_outweighs, the_loss_that_is_not_finite_has_no_layer,
        updates_are_compared_that_differ_in_clipping_alone,
        findings_do_not_depend_on_who_watches);
}
