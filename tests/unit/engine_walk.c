/*
 * Random walks through time: sought steps, changes in the past, other branches, steps on and
 * back; at each step visited everything is as in a session that went straight there with the
 * same commands. NABLASCOPE_WALKS sets the number of walks, of WALK_VISITS steps each.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/digest.h"
#include "core/optimizer.h"
#include "engine/session.h"
#include "orders.h"
#include "run_digest.h"
#include "suites.h"

enum { WALKS = 60, WALK_VISITS = 50, STEPS = 500, WAYS_MOST = WALK_VISITS + 1 };

/* The project's own generators are what is tested. */
static uint32_t draw(uint32_t *random, uint32_t below)
{
    *random = *random * 1664525 + 1013904223;
    return (*random >> 8) % below;
}

/* A future as it was ordered, and the session that goes straight by these orders. */
struct way {
    struct change_log log; /* by which it is known again */
    int count;
    struct {
        uint64_t step;
        char text[48];
    } orders[WAYS_MOST];
    struct session *straight;
    int given;                   /* orders that it has been given */
    uint64_t known;              /* steps before it have their digests */
    uint64_t digests[STEPS + 1]; /* of each step after its orders, … */
    uint64_t rows[STEPS + 1];    /* … and of its row of the record */
};

struct walk {
    char settings[200];
    size_t history;
    struct session *session;
    struct way ways[WAYS_MOST];
    int way_count;
    uint32_t random;
    int forks, ahead;
};

static struct session *open_session(const char *settings, size_t history)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    session->history = history;
    session->run->checkpoints.budget = history;
    training_record_deaths(session->run->training, true);
    ck_assert(session_evaluate(session, false));
    return session;
}

/* The one that the session is on; NULL: none before had these changes. */
static struct way *find_way(struct walk *walk)
{
    const struct change_log *log = &walk->session->run->changes;
    for (int i = 0; i < walk->way_count; i++) {
        const struct change_log *own = &walk->ways[i].log;
        if (own->count == log->count && change_log_common(own, log) == log->count)
            return &walk->ways[i];
    }
    return NULL;
}

static struct way *add_way(struct walk *walk)
{
    ck_assert_int_lt(walk->way_count, WAYS_MOST);
    struct way *way = &walk->ways[walk->way_count++];
    ck_assert(change_log_copy(&way->log, &walk->session->run->changes));
    return way;
}

static uint64_t row_digest(const struct run *run, const double *row)
{
    uint64_t digest = DIGEST_START;
    for (size_t i = 0; i < run->record.rows.width; i++)
        digest_real(&digest, row[i]);
    return digest;
}

/* Goes on by its orders up to this step, step by step. */
static uint64_t expected(struct walk *walk, struct way *way, uint64_t step)
{
    if (!way->straight) {
        way->straight = open_session(walk->settings, 0);
        way->given = 0;
    }
    for (; way->known <= step; way->known++) {
        if (way->known > 0)
            orders_work(way->straight, "step 1");
        ck_assert_uint_eq(way->straight->run->training->step, way->known);
        for (; way->given < way->count && way->orders[way->given].step == way->known;
             way->given++)
            orders_work(way->straight, way->orders[way->given].text);
        const struct run *run = way->straight->run;
        way->digests[way->known] = run_digest(run);
        way->rows[way->known] = row_digest(run, step_rows_at(&run->record.rows, way->known));
    }
    return way->digests[step];
}

static void visit(struct walk *walk, const char *what)
{
    const struct session *session = walk->session;
    struct way *way = find_way(walk);
    uint64_t step = session->run->training->step;
    ck_assert(way && !session_seeks(session) && step <= STEPS);
    ck_assert_msg(run_digest(session->run) == expected(walk, way, step),
        "%s; %s, at step %" PRIu64 " of branch %d", walk->settings, what, step,
        session->branches.active + 1);
    /* What the record has of the steps ahead is of this future. */
    uint64_t end = session->run->furthest < STEPS ? session->run->furthest : STEPS;
    (void)expected(walk, way, end);
    for (uint64_t ahead = step + 1; ahead <= end; ahead++) {
        const double *row = step_rows_kept_at(&session->run->record.rows, ahead);
        ck_assert_msg(!row || row_digest(session->run, row) == way->rows[ahead],
            "%s; %s, step %" PRIu64 " ahead of %" PRIu64, walk->settings, what, ahead, step);
        walk->ahead += row != NULL;
    }
}

/* Settings that change without a restart; none makes a small network diverge. */
static void draw_setting(uint32_t *random, char *text, size_t size)
{
    static const char *const rates[] = {"0.3", "0.1", "0.03", "0.01"};
    static const char *const clips[] = {"none", "value", "norm", "layerwise"};
    static const char *const thresholds[] = {"1", "0.1", "0.01"};
    switch (draw(random, 6)) {
    case 0:
        (void)snprintf(text, size, "lr %s", rates[draw(random, ARRAY_LEN(rates))]);
        break;
    case 1:
        (void)snprintf(text, size, "clip %s", clips[draw(random, ARRAY_LEN(clips))]);
        break;
    case 2:
        (void)snprintf(
            text, size, "clip_at %s", thresholds[draw(random, ARRAY_LEN(thresholds))]);
        break;
    case 3:
        (void)snprintf(
            text, size, "optimizer %s", optimizer_name((int)draw(random, OPTIMIZER_COUNT)));
        break;
    case 4:
        (void)snprintf(
            text, size, "activation %s", activation_name((int)draw(random, ACTIVATION_COUNT)));
        break;
    default:
        (void)snprintf(text, size, "weight_decay 0.%02d", (int)draw(random, 4));
        break;
    }
}

/* A change where the run stands: what led there, and then another future. */
static void change(struct walk *walk, char *what, size_t size)
{
    struct session *session = walk->session;
    uint64_t step = session->run->training->step;
    const struct way *from = find_way(walk);
    draw_setting(&walk->random, what, size);
    orders_work(session, what);
    if (find_way(walk))
        return;
    struct way *way = add_way(walk);
    while (way->count < from->count && from->orders[way->count].step <= step) {
        way->orders[way->count] = from->orders[way->count];
        way->count++;
    }
    way->orders[way->count].step = step;
    (void)snprintf(way->orders[way->count++].text, sizeof way->orders[0].text, "%s", what);
    walk->forks++;
}

static void walk_on(struct walk *walk, char *what, size_t size)
{
    struct session *session = walk->session;
    uint64_t step = session->run->training->step;
    int branches = session->branches.count;
    uint32_t kind = draw(&walk->random, 10);
    if (kind == 0 && branches < BRANCHES_MOST - 1) {
        change(walk, what, size);
        return;
    }
    if (kind == 1 && branches > 1)
        (void)snprintf(
            what, size, "branch %d", 1 + (int)draw(&walk->random, (uint32_t)branches));
    else if (kind <= 3)
        (void)snprintf(what, size, "step %d", 1 + (int)draw(&walk->random, 5));
    else if (kind == 4)
        (void)snprintf(what, size, "seek -%d", 1 + (int)draw(&walk->random, 12));
    else if (kind == 5)
        (void)snprintf(what, size, "seek end");
    else if (kind == 6)
        (void)snprintf(what, size, "reverse");
    else
        (void)snprintf(what, size, "seek %d", (int)draw(&walk->random, STEPS + 1));
    if (kind <= 3 && step + 5 > STEPS)
        (void)snprintf(what, size, "seek 0");
    orders_work(session, what);
    for (int i = 0; kind == 6 && i < 3; i++) {
        ck_assert(session_work(session));
        visit(walk, what);
    }
    orders_work(session, "pause");
}

static void walk_once(uint32_t number, int *visits, int *forks, int *ahead)
{
    static const char *const data[] = {"moons", "circles", "xor", "spirals", "blobs"};
    static const size_t histories[] = {0, 60000, 400000, SIZE_MAX};
    static struct walk walk;
    uint32_t random = number * 7919 + 17;
    char what[48] = "begin";
    memset(&walk, 0, sizeof walk);
    walk.history = histories[number % ARRAY_LEN(histories)];
    (void)snprintf(walk.settings, sizeof walk.settings,
        "depth=%d width=%d samples=%d batch=%d data=%s activation=%s optimizer=%s clip=%s "
        "init=he_normal lr=0.0%d seed=%d",
        1 + (int)draw(&random, 3), 2 + (int)draw(&random, 5), 12 + (int)draw(&random, 12),
        (int)draw(&random, 4) * 4, data[number % ARRAY_LEN(data)],
        activation_name((int)(number % ACTIVATION_COUNT)),
        optimizer_name((int)(number % OPTIMIZER_COUNT)), clip_name((int)(number % 4)),
        1 + (int)draw(&random, 9), (int)number);
    walk.random = random;
    walk.session = open_session(walk.settings, walk.history);
    (void)add_way(&walk);
    for (int i = 0; i < WALK_VISITS; i++) {
        visit(&walk, what);
        walk_on(&walk, what, sizeof what);
        (*visits)++;
    }
    *forks += walk.forks;
    *ahead += walk.ahead;
    session_destroy(walk.session);
    for (int i = 0; i < walk.way_count; i++) {
        session_destroy(walk.ways[i].straight);
        change_log_clear(&walk.ways[i].log);
    }
}

START_TEST(every_step_visited_is_that_of_a_straight_run)
{
    const char *wanted = getenv("NABLASCOPE_WALKS");
    int walks = wanted ? atoi(wanted) : WALKS, visits = 0, forks = 0, ahead = 0;
    for (int i = 0; i < walks; i++)
        walk_once((uint32_t)i, &visits, &forks, &ahead);
    printf("# %d visits, %d branches, %d rows ahead\n", visits, forks, ahead);
    ck_assert_int_eq(visits, walks * WALK_VISITS);
    ck_assert_int_ge(forks, walks);
    ck_assert_int_ge(ahead, visits);
}
END_TEST

Suite *walk_suite(void)
{
    Suite *suite = SUITE("walk", every_step_visited_is_that_of_a_straight_run);
    return suite;
}
