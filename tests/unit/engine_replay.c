/* A session that is lived through again: where it pauses, and what is said of other states. */
#include <math.h>
#include <string.h>

#include "core/numbers.h"
#include "core/state.h"
#include "engine/session.h"
#include "orders.h"
#include "runner_bench.h"
#include "suites.h"

/* As long as steps are owed. */
static void work(struct session *session)
{
    while (session_owes(session))
        ck_assert(session_work(session));
    ck_assert(session_evaluate(session, false));
}

#define SMALL "depth=3 width=6 samples=30 activation=relu init=he_normal lr=0.1"

/* Changes at 30 (twice) and, in the other branch, at 50: the first is at hand and reaches 80,
 * the second 60. With digests of every tenth step. */
static struct replay replay_of_two(int numbers)
{
    static const char *const orders[] = {
        "seek 30", "lr 3", "clip norm", "seek 80", "seek 50", "optimizer adam", "seek 60"};
    struct hparams hparams = hparams_of(SMALL);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct session_mark marks[16];
    struct replay replay;
    int count = 0;
    ck_assert_ptr_nonnull(session);
    for (size_t i = 0; i < ARRAY_LEN(orders); i++)
        ck_assert(orders_do(session, orders[i]));
    ck_assert(orders_do(session, "branch 1"));
    for (int branch = 1; branch >= 0; branch--) {
        char text[16];
        (void)snprintf(text, sizeof text, "branch %d", branch + 1);
        ck_assert(orders_do(session, text));
        uint64_t reached = session->branches.list[branch].reached;
        for (uint64_t step = 10; step <= reached; step += 10) {
            (void)snprintf(text, sizeof text, "seek %d", (int)step);
            ck_assert(orders_do(session, text) && session_evaluate(session, false));
            uint64_t digest = state_digest(session->run->training, STATE_COMPUTED);
            marks[count++] = (struct session_mark){branch, step, digest};
        }
    }
    ck_assert_int_eq(count, 14);
    ck_assert(replay_init(&replay, &session->branches, numbers, marks, count));
    session_destroy(session);
    return replay;
}

static struct session *begin(const struct replay *replay)
{
    struct wanted wanted = {
        .hparams = replay->branches.list[0].first, .running = true, .target_rate = INFINITY};
    struct session *session = session_open(&wanted, kernels_select(NULL), NULL);
    struct error error;
    ck_assert_msg(session_replay(session, replay, &error), "%s", error.text);
    return session;
}

static bool says(const struct session *session, const char *words)
{
    return strstr(session->news.message, words) != NULL;
}

START_TEST(it_pauses_where_it_ended_and_goes_on_from_there)
{
    struct replay replay = replay_of_two(NUMBERS_VERSION);
    struct session *session = begin(&replay);
    ck_assert_msg(
        says(session, "replay to step 80, branch 1 of 2: "), "%s", session->news.message);
    work(session);
    ck_assert_uint_eq(session->run->training->step, 80);
    ck_assert_str_eq(session->news.message, "replayed to step 80: space goes on from here");
    ck_assert(!session->news.message_is_error && !session->news.wanted.running);
    /* Once more from before, and then further, where nothing more is known. */
    ck_assert(orders_do(session, "seek 70") && orders_do(session, "run"));
    work(session);
    ck_assert_uint_eq(session->run->training->step, 80);
    ck_assert(orders_do(session, "step 20"));
    work(session);
    ck_assert_uint_eq(session->run->training->step, 100);
    ck_assert(orders_do(session, "seek 75") && orders_do(session, "step 20"));
    work(session);
    ck_assert_uint_eq(session->run->training->step, 95);
    /* The other branch ends elsewhere. */
    ck_assert(orders_do(session, "branch 2") && orders_do(session, "seek 55") &&
        orders_do(session, "run"));
    work(session);
    ck_assert_uint_eq(session->run->training->step, 60);
    ck_assert_str_eq(session->news.message, "replayed to step 60: space goes on from here");
    session_destroy(session);
    replay_clear(&replay);
}
END_TEST

/* Here a race that was saved before its first step. */
START_TEST(it_pauses_at_step_0_where_it_came_no_further)
{
    struct hparams first = hparams_of(SMALL), other = hparams_of(SMALL " optimizer=adam");
    struct branches branches = {.count = 0};
    struct replay replay;
    branches_add(&branches, -1, &other);
    branches_add(&branches, -1, &first);
    ck_assert(replay_init(&replay, &branches, NUMBERS_VERSION, NULL, 0));
    struct session *session = begin(&replay);
    work(session);
    ck_assert_uint_eq(session->run->training->step, 0);
    ck_assert_str_eq(session->news.message, "replayed to step 0: space goes on from here");
    ck_assert(orders_do(session, "step 20"));
    work(session);
    ck_assert_uint_eq(session->run->training->step, 20);
    session_destroy(session);
    replay_clear(&replay);
}
END_TEST

/* A branch that was begun here ends nowhere, though it has the changes before. */
START_TEST(what_is_begun_here_does_not_end)
{
    struct replay replay = replay_of_two(NUMBERS_VERSION);
    struct session *session = begin(&replay);
    replay.marks[replay.mark_count - 1].digest ^= 1; /* of step 80 */
    ck_assert(orders_do(session, "seek 40") && orders_do(session, "lr 0.5") &&
        orders_do(session, "step 60"));
    work(session);
    ck_assert_uint_eq(session->run->training->step, 100);
    ck_assert_int_eq(session->branches.count, 3);
    ck_assert_uint_eq(session->unlike, 0);
    session_destroy(session);
    replay_clear(&replay);
}
END_TEST

static struct session_mark *mark_of(struct replay *replay, int branch, uint64_t step)
{
    for (int i = 0; i < replay->mark_count; i++) {
        if (replay->marks[i].branch == branch && replay->marks[i].step == step)
            return &replay->marks[i];
    }
    ck_abort_msg("no mark");
    return NULL;
}

START_TEST(the_first_state_that_is_another_is_said)
{
    static const char theirs[] =
        "step 50: not the state that was saved: saved by numbers 3, this program has ";
    for (int numbers = 3; numbers <= NUMBERS_VERSION; numbers += NUMBERS_VERSION - 3) {
        struct replay replay = replay_of_two(numbers);
        struct session *session = begin(&replay);
        /* All are right where none has been changed. */
        work(session);
        ck_assert(orders_do(session, "branch 2") && orders_do(session, "seek 0") &&
            orders_do(session, "run"));
        work(session);
        ck_assert_uint_eq(session->unlike, 0);
        session_destroy(session);
        mark_of(&replay, 0, 50)->digest ^= 1;
        mark_of(&replay, 0, 70)->digest ^= 1;
        session = begin(&replay);
        work(session);
        ck_assert_uint_eq(session->unlike, 51);
        ck_assert(session->news.message_is_error);
        ck_assert_msg(
            says(session,
                numbers == 3 ? theirs
                             : "step 50: not the state that was saved: was the file changed?"),
            "%s", session->news.message);
        ck_assert(!session->news.wanted.running);
        session_destroy(session);
        /* The other branch has that step otherwise. */
        session = begin(&replay);
        ck_assert(orders_do(session, "branch 2") && orders_do(session, "seek 0") &&
            orders_do(session, "run"));
        work(session);
        ck_assert_uint_eq(session->unlike, 0);
        /* Also on the way to a step that is sought. */
        ck_assert(orders_do(session, "branch 1") && orders_do(session, "seek 0"));
        ck_assert(orders_do(session, "seek 60"));
        ck_assert_uint_eq(session->unlike, 51);
        session_destroy(session);
        replay_clear(&replay);
    }
}
END_TEST

static bool is_paused(const struct snapshot *snapshot, double step)
{
    return (double)snapshot->seen.step >= step && !snapshot->news.wanted.running;
}

static bool has_depth(const struct snapshot *snapshot, double depth)
{
    return snapshot->seen.hparams.depth == (int)depth;
}

START_TEST(the_thread_replays_and_pauses)
{
    struct replay replay = replay_of_two(NUMBERS_VERSION);
    struct bench bench = bench_of_replay(&replay, true, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, is_paused, 80);
    ck_assert_uint_eq(snapshot->seen.step, 80);
    ck_assert_str_eq(snapshot->news.message, "replayed to step 80: space goes on from here");
    ck_assert_int_eq(snapshot->news.branches.count, 2);
    ck_assert(snapshot->seen.hparams.lr == 3 && snapshot->seen.hparams.clip == CLIP_NORM);
    ck_assert(hparams_equal(&snapshot->news.wanted.hparams, &snapshot->seen.hparams));
    /* It stays so until it is told otherwise. */
    bench_send(&bench, "momentum 0.5");
    snapshot = bench_await(&bench, has_handled, 1);
    ck_assert(!snapshot->news.wanted.running && snapshot->seen.step == 80);
    bench_send(&bench, "run");
    snapshot = bench_await(&bench, at_step, 120);
    ck_assert(snapshot->news.wanted.running);
    bench_end(&bench);
    /* What is asked for before it is there begins beside it. */
    bench = bench_of_replay(&replay, false, INFINITY);
    bench_send(&bench, "depth 2");
    snapshot = bench_await(&bench, has_depth, 2);
    ck_assert_int_eq(snapshot->news.branches.count, 3);
    ck_assert_uint_eq(snapshot->news.branches.rows[0].reached, 80);
    bench_end(&bench);
    replay_clear(&replay);
}
END_TEST

Suite *replay_suite(void)
{
    return SUITE("replay", it_pauses_where_it_ended_and_goes_on_from_there,
        it_pauses_at_step_0_where_it_came_no_further, what_is_begun_here_does_not_end,
        the_first_state_that_is_another_is_said, the_thread_replays_and_pauses);
}
