/* The ghost: at every step the bits of its branch run alone, whatever is done beside it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "engine/looks.h"
#include "engine/pool.h"
#include "engine/session.h"
#include "runner_bench.h"
#include "suites.h"

#define SMALL "depth=3 width=6 samples=30 activation=relu init=he_normal lr=0.1"

static bool order(struct session *session, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    session->message_unshown = false; /* an error is not talked over */
    return session_do(session, &command, &error) && session_evaluate(session, false);
}

static struct session *session_of(const char *settings, const struct workers *workers)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    session->history = 1 << 20;
    session_share(session, workers);
    ck_assert(order(session, "reset"));
    return session;
}

static const struct run *ghost_run(const struct session *session)
{
    return ghost_session(session->ghost)->run;
}

/* Both are seen to have the same numbers. */
static void check_seen(const struct observation *a, const struct observation *b)
{
    ck_assert_int_eq(a->layer_count, b->layer_count);
    ck_assert_uint_eq(a->step, b->step);
    ck_assert_int_eq(memcmp(&a->loss, &b->loss, sizeof a->loss), 0);
    ck_assert_int_eq(
        memcmp(&a->clip.norm_before, &b->clip.norm_before, sizeof a->clip.norm_before), 0);
    for (int i = 0; i < a->layer_count; i++)
        ck_assert_int_eq(
            memcmp(&a->layers[i].signal, &b->layers[i].signal, sizeof a->layers[i].signal), 0);
}

/* Against a run of the same settings and changes that nobody has ever turned round. */
static void check_straight(struct session *session)
{
    const struct branches *branches = &session->branches;
    const struct training *active = session->run->training;
    ck_assert_int_eq(branches->ghost > 0, session->ghost != NULL);
    ck_assert_int_eq(session->news.branches.ghost, branches->ghost);
    ck_assert(session_ghost_reach(session, INFINITY));
    if (!session->ghost)
        return;
    ck_assert_int_ne(branches->ghost, branches->active + 1);
    const struct branch *branch = &branches->list[branches->ghost - 1];
    const struct run *run = ghost_run(session);
    struct interrupt nobody = {.wanted = NULL};
    struct run *straight =
        run_create(&branch->first, dataset_of(&branch->first), session->kernels, NULL, &nobody);
    ck_assert_ptr_nonnull(straight);
    ck_assert(run_retrace(straight, &branch->changes, branch->reached));
    ck_assert(run_seek(straight, active->step) && run_evaluate(straight, false));
    ck_assert(run->training->step == active->step ||
        (run_diverged(run) && run->training->step < active->step));
    ck_assert_int_eq(run_diverged(run), run_diverged(straight));
    ck_assert_uint_eq(state_digest(run->training, STATE_COMPUTED),
        state_digest(straight->training, STATE_COMPUTED));
    ck_assert_uint_eq(state_digest(run->training, STATE_NOTED),
        state_digest(straight->training, STATE_NOTED));
    check_seen(&run->training->seen, &straight->training->seen);
    for (int i = 0; i < straight->marks.count; i++) {
        const struct mark *mark = &straight->marks.list[i], *own = &branch->marks.list[i];
        ck_assert_int_lt(i, branch->marks.count);
        ck_assert(own->step == mark->step && own->digest == mark->digest);
    }
    ck_assert_uint_ge(branch->reached, run->training->step);
    run_destroy(straight);
}

/* A word of the walk. Refusals are answers, too. */
static void say_something(struct session *session)
{
    static const char *const settings[] = {"lr 0.3", "lr 3", "lr 0.1", "activation tanh",
        "optimizer adam", "clip norm", "clip none", "batch 7", "batch 0", "activation relu",
        "lr 900"};
    static const char *const anew[] = {"reset", "depth 2", "depth 3", "width 5", "width 6",
        "race lr=0.1 lr=0.2", "race clip=norm depth=5"};
    char text[64];
    int what = rand() % 12, branches = session->branches.count;
    if (what < 5)
        (void)snprintf(text, sizeof text, "seek %d", rand() % 70);
    else if (what < 6)
        (void)snprintf(text, sizeof text, "%s", settings[rand() % (int)ARRAY_LEN(settings)]);
    else if (what < 7 && rand() % 3 == 0)
        (void)snprintf(text, sizeof text, "%s", anew[rand() % (int)ARRAY_LEN(anew)]);
    else if (what < 9)
        (void)snprintf(text, sizeof text, "branch %d", 1 + rand() % branches);
    else if (what < 11)
        (void)snprintf(text, sizeof text, "ghost %d", 1 + rand() % branches);
    else
        (void)snprintf(
            text, sizeof text, rand() % 2 ? "drop %d" : "ghost", 1 + rand() % branches);
    (void)order(session, text);
}

static void walk(const struct workers *workers, unsigned seed, int words)
{
    struct session *session = session_of(SMALL, workers);
    int met = 0;
    srand(seed);
    for (int i = 0; i < words; i++) {
        say_something(session);
        ck_assert(session_evaluate(session, false));
        if (rand() % 3 == 0)
            session_ghost_go(session, session->run->training->step);
        if (rand() % 4 == 0)
            continue; /* nobody looks */
        check_straight(session);
        met += session->ghost != NULL;
    }
    ck_assert_int_gt(met, words / 4);
    session_destroy(session);
}

START_TEST(it_has_the_bits_of_its_branch_run_alone)
{
    struct pool *pool = pool_create(2, NULL);
    ck_assert_ptr_nonnull(pool);
    for (unsigned seed = 1; seed <= 4; seed++) {
        walk(NULL, seed, 300);
        walk(pool_workers(pool), seed, 300);
    }
    pool_destroy(pool);
}
END_TEST

/* Of commands typed by hand, and of a lone session in which they are typed in turn. */
START_TEST(a_race_is_two_runs_of_the_same_start)
{
    struct session *session = session_of(SMALL " lr=3", NULL);
    ck_assert(order(session, "seek 30") && order(session, "race lr=0.1 clip=norm"));
    ck_assert_uint_eq(session->run->training->step, 0);
    ck_assert(session->hparams.lr == 0.1 && session->hparams.clip == CLIP_NONE);
    /* The run that was left stays as it was. */
    ck_assert_int_eq(session->branches.count, 3);
    ck_assert_int_eq(session->branches.list[0].changes.count, 0);
    ck_assert_uint_eq(session->branches.list[0].reached, 30);
    ck_assert(order(session, "seek 50") && session_ghost_reach(session, INFINITY));
    struct session *own = session_of(SMALL, NULL);
    struct session *rival = session_of(SMALL " lr=3 clip=norm", NULL);
    ck_assert(order(own, "seek 50") && order(rival, "seek 50"));
    ck_assert_uint_eq(state_digest(session->run->training, STATE_COMPUTED),
        state_digest(own->run->training, STATE_COMPUTED));
    ck_assert_uint_eq(state_digest(ghost_run(session)->training, STATE_COMPUTED),
        state_digest(rival->run->training, STATE_COMPUTED));
    check_seen(&ghost_run(session)->training->seen, &rival->run->training->seen);
    session_destroy(own);
    session_destroy(rival);
    /* Refused, without a change. */
    ck_assert(!order(session, "race lr=0.1 clip=none"));
    ck_assert_ptr_nonnull(strstr(session->news.message, "the same run"));
    ck_assert_uint_eq(session->run->training->step, 50);
    ck_assert(session->ghost && session->branches.count == 3);
    session_destroy(session);
}
END_TEST

START_TEST(the_two_change_places)
{
    struct session *session = session_of(SMALL, NULL);
    ck_assert(order(session, "seek 40") && order(session, "seek 20") && order(session, "lr 3"));
    ck_assert(order(session, "seek 35") && order(session, "ghost"));
    ck_assert_int_eq(session->branches.ghost, 1); /* where it was forked from */
    check_straight(session);
    uint64_t own = state_digest(session->run->training, STATE_COMPUTED);
    uint64_t other = state_digest(ghost_run(session)->training, STATE_COMPUTED);
    ck_assert(own != other && order(session, "branch 1"));
    ck_assert_int_eq(session->branches.active, 0);
    ck_assert_int_eq(session->branches.ghost, 2);
    ck_assert_uint_eq(session->run->training->step, 35);
    check_straight(session);
    ck_assert_uint_eq(state_digest(session->run->training, STATE_COMPUTED), other);
    ck_assert_uint_eq(state_digest(ghost_run(session)->training, STATE_COMPUTED), own);
    ck_assert(session->hparams.lr == 0.1 && session->news.wanted.hparams.lr == 0.1);
    /* The settings of either have nothing to do with the other. */
    ck_assert(order(session, "seek 40") && order(session, "step 3") &&
        order(session, "activation tanh") && session_advance(session, 4));
    check_straight(session);
    ck_assert_int_eq(ghost_run(session)->training->hparams.activation, ACTIVATION_RELU);
    /* Begun as the ghost began: what is left becomes the ghost. */
    ck_assert(order(session, "depth 4") && order(session, "seek 30"));
    ck_assert(order(session, "ghost 2") && session->branches.ghost == 2);
    ck_assert(order(session, "race depth=4 depth=2"));
    int rival = session->branches.ghost;
    ck_assert(order(session, "seek 25") && order(session, "depth 2"));
    ck_assert_int_eq(session->branches.active, rival - 1);
    ck_assert_int_eq(session->branches.list[session->branches.ghost - 1].first.depth, 4);
    check_straight(session);
    session_destroy(session);
}
END_TEST

START_TEST(it_goes_with_its_branch_and_is_refused)
{
    struct session *session = session_of(SMALL, NULL);
    ck_assert(!order(session, "ghost"));
    ck_assert_ptr_nonnull(strstr(session->news.message, "no other branch"));
    ck_assert(order(session, "ghost off"));
    ck_assert_str_eq(session->news.message, "there is no ghost");
    ck_assert(!order(session, "ghost 1"));
    ck_assert_ptr_nonnull(strstr(session->news.message, "the one at hand"));
    ck_assert(!order(session, "ghost 2"));
    ck_assert_ptr_nonnull(strstr(session->news.message, "there is no branch 2"));
    ck_assert(order(session, "seek 30") && order(session, "seek 9") && order(session, "lr 1"));
    ck_assert(order(session, "ghost 1") && session->ghost);
    ck_assert(order(session, "drop 1") && !session->ghost);
    ck_assert_str_eq(session->news.message,
        "branch 1 is dropped, and the ghost with it: relu, depth 3, width 6, init he_normal, "
        "samples 30, lr 0.1");
    ck_assert_int_eq(session->news.branches.ghost, 0);
    /* Others may go: it is still the same branch. */
    ck_assert(order(session, "seek 40") && order(session, "seek 20") && order(session, "lr 2"));
    ck_assert(order(session, "seek 40") && order(session, "seek 30") && order(session, "lr 3"));
    ck_assert(order(session, "ghost 2") && order(session, "drop 1"));
    HAS(session->news.message, "branch 1 is dropped: ");
    ck_assert_int_eq(session->branches.ghost, 1);
    check_straight(session);
    ck_assert(order(session, "ghost") && !session->ghost);
    ck_assert_str_eq(session->news.message, "the ghost is gone");
    ck_assert(order(session, "ghost 1") && order(session, "reset") && session->ghost);
    check_straight(session);
    ck_assert(order(session, "preset healthy") && !session->ghost);
    session_destroy(session);
}
END_TEST

START_TEST(diverged_it_stays_at_its_last_step)
{
    struct session *session =
        session_of("depth=3 width=6 activation=linear loss=mse lr=0.1", NULL);
    ck_assert(order(session, "race lr=0.1 lr=30") && order(session, "seek 90"));
    check_straight(session);
    uint64_t end = ghost_run(session)->training->step;
    ck_assert(run_diverged(ghost_run(session)) && end < 90 && end > 1);
    char text[32];
    (void)snprintf(text, sizeof text, "seek %d", (int)end - 1);
    ck_assert(order(session, text));
    check_straight(session);
    ck_assert(!run_diverged(ghost_run(session)));
    /* And the other way round: no further than the run. */
    ck_assert(order(session, "seek 90") && order(session, "branch +1"));
    ck_assert(session_evaluate(session, false));
    ck_assert_uint_eq(session->run->training->step, end);
    check_straight(session);
    ck_assert_uint_eq(ghost_run(session)->training->step, end);
    session_destroy(session);
}
END_TEST

/* Of a snapshot: numbers, units, curves, distributions, of the step at hand. */
START_TEST(a_snapshot_has_it_with_what_is_watched)
{
    struct session *session = session_of(SMALL, NULL);
    struct watch watch;
    struct looks looks = {.session = NULL};
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    memset(&watch, 0, sizeof watch);
    watch = (struct watch){.details = DETAIL_UNITS | DETAIL_LAYER | DETAIL_CURVES,
        .layer = 2,
        .unit = 1,
        .ghost = DETAIL_UNITS | DETAIL_LAYER};
    looks_watch(&looks, session, &watch);
    ck_assert(session_advance(session, 1) && snapshot_take(&snapshot, session, &looks));
    ck_assert_ptr_null(snapshot.ghost);
    ck_assert(order(session, "race activation=relu width=9") && order(session, "seek 20"));
    ck_assert(session_ghost_reach(session, INFINITY));
    ck_assert(session_advance(session, 0) && snapshot_take(&snapshot, session, &looks));
    const struct snapshot *ghost = snapshot.ghost;
    ck_assert(ghost && ghost->seen.step == 20 && ghost->seen.toll.units == 27);
    ck_assert(ghost->units && ghost->layer_detail.valid && ghost->record.has_layers);
    ck_assert_uint_eq(ghost->record.steps.total, 21);
    ck_assert_double_eq(ghost->seen.loss, ghost_run(session)->training->seen.loss);
    ck_assert(order(session, "seek 10") && session_ghost_reach(session, INFINITY));
    ck_assert(snapshot_take(&snapshot, session, &looks) && snapshot.ghost->seen.step == 10);
    ck_assert_uint_eq(snapshot.ghost->record.steps.total, 11);
    struct snapshot copy;
    snapshot_init(&copy);
    ck_assert(snapshot_copy(&copy, &snapshot, true) && !copy.ghost);
    ck_assert(order(session, "ghost off") && snapshot_take(&snapshot, session, &looks));
    ck_assert_ptr_null(snapshot.ghost);
    snapshot_clear(&copy);
    snapshot_clear(&snapshot);
    looks_clear(&looks);
    session_destroy(session);
}
END_TEST

/* Given up in the middle of its steps and taken up again it is none the worse. */
struct fuse {
    int left; /* questions until it is asked to stop, from then on; below 0: never */
};

static bool burnt(void *context)
{
    struct fuse *fuse = context;
    fuse->left -= fuse->left > 0;
    return fuse->left == 0;
}

START_TEST(interrupts_leave_no_trace)
{
    struct hparams hparams = hparams_of(SMALL);
    struct fuse fuse = {-1};
    struct session *session = session_create(
        &hparams, kernels_select(NULL), &(struct interrupt){burnt, &fuse, NULL}, NULL);
    ck_assert(order(session, "race lr=0.1 lr=1"));
    int broken = 0;
    for (int i = 0; i < 300; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "seek %d", i * 37 % 60);
        ck_assert(order(session, text));
        fuse.left = i % 23;
        broken += !session_ghost_reach(session, INFINITY);
        fuse.left = -1;
        ck_assert(session->ghost != NULL);
        check_straight(session);
    }
    ck_assert_int_gt(broken, 20);
    session_destroy(session);
}
END_TEST

static bool has_ghost_at(const struct snapshot *snapshot, double step)
{
    return snapshot->ghost && (double)snapshot->seen.step >= step;
}

static bool has_arrived(const struct snapshot *snapshot, double number)
{
    return has_handled(snapshot, number) && !snapshot->news.wanted.seeking;
}

static bool has_no_ghost(const struct snapshot *snapshot, double number)
{
    return has_handled(snapshot, number) && !snapshot->ghost;
}

/* Through the thread every snapshot has both at the same step. */
static void go_through_the_thread(const struct workers *workers)
{
    struct bench bench = bench_with(SMALL, false, INFINITY, workers);
    bench_send(&bench, "race lr=0.1 lr=0.3");
    bench_send(&bench, "run");
    for (int i = 1; i <= 40; i++) {
        const struct snapshot *s = bench_await(&bench, has_ghost_at, 20 * i);
        ck_assert_uint_eq(s->seen.step, s->ghost->seen.step);
        ck_assert(s->seen.hparams.lr == 0.1 && s->ghost->seen.hparams.lr == 0.3);
    }
    bench_send(&bench, "pause");
    bench_send(&bench, "seek 100");
    bench_send(&bench, "branch 2");
    (void)bench_await(&bench, has_arrived, 5);
    bench_send(&bench, "seek 90");
    const struct snapshot *s = bench_await(&bench, has_arrived, 6);
    ck_assert(s->seen.step == 90 && s->ghost->seen.step == 90 && s->seen.hparams.lr == 0.3);
    ck_assert_double_eq(s->ghost->seen.hparams.lr, 0.1);
    struct session *alone = session_of(SMALL, NULL);
    ck_assert(order(alone, "seek 90"));
    check_seen(&s->ghost->seen, &alone->run->training->seen);
    session_destroy(alone);
    bench_send(&bench, "ghost off");
    (void)bench_await(&bench, has_no_ghost, 7);
    bench_send(&bench, "ghost 1");
    bench_send(&bench, "depth 40");
    bench_send(&bench, "run");
    bench_end(&bench); /* in the middle of whatever it does */
}

START_TEST(the_thread_shows_both_at_the_same_step)
{
    struct pool *pool = pool_create(2, NULL);
    go_through_the_thread(NULL);
    go_through_the_thread(pool_workers(pool));
    pool_destroy(pool);
}
END_TEST

static bool says_the_way(const struct snapshot *snapshot, double number)
{
    (void)number;
    return strncmp(snapshot->news.message, "the ghost is at step ", 21) == 0;
}

static bool has_come_further(const struct snapshot *snapshot, double number)
{
    return has_handled(snapshot, number) && snapshot->ghost &&
        snapshot->seen.step > snapshot->ghost->seen.step;
}

/* One that comes far behind is waited for; a command ends that, and the end of all. */
static void wait_for_a_slow_one(const struct workers *workers)
{
    struct bench bench = bench_with("depth=1 width=2 samples=4", false, INFINITY, workers);
    bench_send(&bench, "race depth=1 depth=256");
    (void)bench_await(&bench, has_ghost_at, 0);
    bench_send(&bench, "seek 100000"); /* nothing is shown on the way */
    (void)bench_await(&bench, says_the_way, 0);
    bench_send(&bench, "pause");
    const struct snapshot *s = bench_await(&bench, has_come_further, 3);
    ck_assert_int_eq(s->ghost->seen.layer_count, 257);
    /* From there it goes on; and back it has no way to go. */
    bench_send(&bench, "seek 0");
    s = bench_await(&bench, has_arrived, 4);
    ck_assert(s->seen.step == 0 && s->ghost->seen.step == 0);
    bench_send(&bench, "seek 200000");
    bench_end(&bench);
}

START_TEST(a_slow_one_is_not_waited_for_against_ones_will)
{
    struct pool *pool = pool_create(2, NULL);
    wait_for_a_slow_one(NULL);
    wait_for_a_slow_one(pool_workers(pool));
    pool_destroy(pool);
}
END_TEST

Suite *ghost_run_suite(void)
{
    return SUITE("ghost", it_has_the_bits_of_its_branch_run_alone,
        a_race_is_two_runs_of_the_same_start, the_two_change_places,
        it_goes_with_its_branch_and_is_refused, diverged_it_stays_at_its_last_step,
        a_snapshot_has_it_with_what_is_watched, interrupts_leave_no_trace,
        the_thread_shows_both_at_the_same_step, a_slow_one_is_not_waited_for_against_ones_will);
}
