/* Any number of threads, the same bits. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/gradient_check.h"
#include "engine/pool.h"
#include "suites.h"

/* Shares and rests of every kind: 130 and 70 are neither multiples of a chunk nor of a tile. */
#define SETTINGS "depth=3 width=130 samples=170 init=he_normal lr=0.1 "

static void check_equal(const struct training *a, const struct training *b)
{
    ck_assert_mem_eq(&a->seen.loss, &b->seen.loss, sizeof a->seen.loss);
    ck_assert_mem_eq(&a->seen.clip, &b->seen.clip, sizeof a->seen.clip);
    for (int l = 0; l < a->network->layer_count; l++) {
        const struct layer *one = &a->network->layers[l], *other = &b->network->layers[l];
        size_t block = layer_block(one) * sizeof(double);
        size_t samples = (size_t)a->seen.samples * (size_t)one->stride * sizeof(double);
        ck_assert_mem_eq(one->parameters, other->parameters, block);
        ck_assert_mem_eq(one->gradients, other->gradients, block);
        ck_assert_mem_eq(one->z, other->z, samples);
        ck_assert_mem_eq(one->delta, other->delta, samples);
        ck_assert_double_eq(one->act_mean, other->act_mean);
        ck_assert_double_eq(one->act_std, other->act_std);
        ck_assert_double_eq(one->weight_norm, other->weight_norm);
        ck_assert_double_eq(one->back_norm, other->back_norm);
        ck_assert_double_eq(one->delta_norm, other->delta_norm);
        ck_assert_double_eq(one->weight_grad_norm, other->weight_grad_norm);
        ck_assert_double_eq(one->bias_grad_norm, other->bias_grad_norm);
        ck_assert_double_eq(one->step_norm, other->step_norm);
        ck_assert_double_eq(one->saturated, other->saturated);
    }
}

START_TEST(threads_change_no_bit)
{
    static const char *const settings[] = {SETTINGS "activation=relu optimizer=adam lr=0.001",
        SETTINGS "activation=tanh batch=70 clip=norm clip_at=0.1",
        SETTINGS "activation=sigmoid width=512 samples=100 depth=2"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct training *alone = training_of(settings[i]);
        training_go(alone, 4);
        for (int threads = 1; threads <= 5; threads++) {
            struct pool *pool = pool_create(threads, NULL);
            ck_assert_ptr_nonnull(pool);
            struct training *shared = training_of(settings[i]);
            shared->network->workers = pool_workers(pool);
            training_go(shared, 4);
            check_equal(alone, shared);
            training_destroy(shared);
            pool_destroy(pool);
        }
        training_destroy(alone);
    }
}
END_TEST

/* A whole check, made by so many threads. */
static struct gradient_check *checked_by(int threads, const char *settings)
{
    struct pool *pool = pool_create(threads, NULL);
    struct training *t = training_of(settings);
    struct check_options options;
    check_options_init(&options, 1);
    options.epsilon_count = 6;
    options.elements = 30;
    options.with_float = true;
    t->network->workers = pool_workers(pool);
    ck_assert(training_evaluate(t, false));
    struct gradient_check *check = gradient_check_create(t, &options);
    ck_assert_ptr_nonnull(check);
    while (gradient_check_advance(check))
        ;
    ck_assert(gradient_check_complete(check));
    training_destroy(t);
    check->network->workers = NULL;
    pool_destroy(pool);
    return check;
}

START_TEST(threads_change_no_bit_of_a_check)
{
    static const char *const settings[] = {
        "activation=relu init=he_normal depth=3 width=20 samples=170",
        "activation=sigmoid depth=4 width=70 samples=33 data=blobs"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct gradient_check *alone = checked_by(1, settings[i]);
        size_t all = (size_t)(alone->total * alone->options.epsilon_count);
        size_t errors = (size_t)CHECK_VARIANTS * 6 * (size_t)alone->network->layer_count;
        for (int threads = 2; threads <= 5; threads++) {
            struct gradient_check *shared = checked_by(threads, settings[i]);
            ck_assert_int_eq(shared->slices.workers, threads);
            ck_assert_mem_eq(alone->up, shared->up, all * sizeof *alone->up);
            ck_assert_mem_eq(alone->down, shared->down, all * sizeof *alone->down);
            ck_assert_mem_eq(alone->float_up, shared->float_up, all * sizeof(float));
            ck_assert_mem_eq(alone->float_down, shared->float_down, all * sizeof(float));
            ck_assert_mem_eq(alone->kinks, shared->kinks, all);
            ck_assert(alone->scatter == shared->scatter);
            for (size_t e = 0; e < errors; e++)
                ck_assert_mem_eq(&alone->errors[e].parts, &shared->errors[e].parts,
                    sizeof alone->errors[e].parts);
            gradient_check_destroy(shared);
        }
        gradient_check_destroy(alone);
    }
}
END_TEST

enum { THREADS = 3 };

/* Who has done a share of a piece of work, of how many. */
struct tally {
    atomic_int shares[THREADS], count;
};

static void count_shares(void *context, int index, int count)
{
    struct tally *tally = context;
    ck_assert_int_lt(index, count);
    atomic_fetch_add(&tally->shares[index], 1);
    atomic_store(&tally->count, count);
}

START_TEST(each_piece_of_work_is_done_once_by_everybody)
{
    struct pool *pool = pool_create(THREADS, NULL);
    const struct workers *workers = pool_workers(pool);
    ck_assert_int_eq(workers->count, THREADS);
    int all = 0;
    for (int i = 0; i < 20000; i++) {
        struct tally tally = {{0}, 0};
        workers_run(workers, 1e9, count_shares, &tally);
        /* It has come back: so all are done; fewer where some are on leave. */
        ck_assert_int_le(tally.count, THREADS);
        for (int t = 0; t < THREADS; t++)
            ck_assert_int_eq(tally.shares[t], t < tally.count);
        all += tally.count == THREADS;
    }
    ck_assert_int_gt(all, 0);
    struct tally small = {{0}, 0};
    workers_run(workers, 1, count_shares, &small); /* too little to share */
    ck_assert_int_eq(small.count, 1);
    pool_destroy(pool);
}
END_TEST

static void pause_for(long nanoseconds)
{
    struct timespec time = {0, nanoseconds};
    nanosleep(&time, NULL);
}

/* Who hands out work, and how much of the helpers' it has done itself. */
struct owner {
    pthread_t thread;
    atomic_int shares;
};

static void note_owner(void *context, int index, int count)
{
    struct owner *owner = context;
    (void)count;
    owner->shares += index > 0 && pthread_equal(owner->thread, pthread_self());
}

/* Helpers that sleep, as those that a busy machine lets wait, have not begun: a piece of next
 * to nothing is done before they wake, if not each time, then soon. */
START_TEST(who_does_not_begin_holds_up_nobody)
{
    struct owner owner = {pthread_self(), 0};
    struct pool *pool = pool_create(3, NULL);
    for (int i = 0; i < 2000 && atomic_load(&owner.shares) == 0; i++) {
        pause_for(2000000);
        workers_run(pool_workers(pool), 1e9, note_owner, &owner);
    }
    ck_assert_int_gt(atomic_load(&owner.shares), 0);
    pool_destroy(pool);
}
END_TEST

static double processor_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The owner's share lasts until the helper, if it is there, has begun its own, which is long.
 */
static void dawdle(void *context, int index, int count)
{
    atomic_int *begun = context;
    if (index > 0) {
        atomic_store(begun, 1);
        pause_for(100000000);
    }
    while (count > 1 && atomic_load(begun) == 0)
        pause_for(10000);
}

START_TEST(who_waits_long_leaves_the_processor_to_others)
{
    atomic_int begun = 0;
    struct pool *pool = pool_create(2, NULL);
    double before = processor_time();
    workers_run(pool_workers(pool), 1e9, dawdle, &begun);
    ck_assert_double_lt(processor_time() - before, 0.05);
    pool_destroy(pool);
}
END_TEST

static int crew_of(const struct pool *pool)
{
    struct tally tally = {{0}, 0};
    workers_run(pool_workers(pool), 1e9, count_shares, &tally);
    return tally.count;
}

/* Whether a crew of so many takes part in one of the pieces to come. */
static bool crew_becomes(const struct pool *pool, int count)
{
    bool seen = false;
    for (int i = 0; i < 20000 && !seen; i++) {
        seen = crew_of(pool) == count;
        pause_for(500000);
    }
    return seen;
}

/* Its processor was taken: all the work takes the owner less than that one share took. */
START_TEST(who_comes_late_goes_on_leave_and_returns)
{
    struct pool *pool = pool_create(2, NULL);
    int crew = 2;
    for (int i = 0; i < 100 && crew == 2; i++) {
        atomic_int begun = 0;
        workers_run(pool_workers(pool), 1e9, dawdle, &begun);
        crew = crew_of(pool);
    }
    ck_assert_int_eq(crew, 1);
    ck_assert(crew_becomes(pool, 2));
    pool_destroy(pool);
}
END_TEST

/* Helpers that sleep when a piece of next to nothing comes miss it. */
START_TEST(who_misses_shares_goes_on_leave_and_returns)
{
    struct pool *pool = pool_create(2, NULL);
    ck_assert(crew_becomes(pool, 1));
    ck_assert(crew_becomes(pool, 2));
    pool_destroy(pool);
}
END_TEST

#ifdef __linux__
/* Cores by their numbers, where the system says them. */
static int cores_by_number(const cpu_set_t *allowed)
{
    long long cores[CPU_SETSIZE];
    int count = 0;
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, allowed))
            continue;
        static const char *const names[] = {"physical_package_id", "core_id"};
        long long numbers[2];
        for (int k = 0; k < 2; k++) {
            char path[80];
            (void)snprintf(
                path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology/%s", i, names[k]);
            FILE *file = fopen(path, "r");
            bool read = file && fscanf(file, "%lld", &numbers[k]) == 1;
            if (file)
                (void)fclose(file);
            if (!read)
                return 0;
        }
        long long core = (numbers[0] << 32) + numbers[1];
        int j = 0;
        while (j < count && cores[j] != core)
            j++;
        cores[j] = core;
        count += j == count;
    }
    return count;
}

START_TEST(a_thread_for_each_core_that_may_be_used)
{
    cpu_set_t all, one;
    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    int cores = cores_by_number(&all);
    if (cores > 0)
        ck_assert_int_eq(pool_advice(), cores < POOL_MOST ? cores : POOL_MOST);
    size_t last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(last, &all))
        last--;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    ck_assert_int_eq(pool_advice(), 1);
    ck_assert_int_eq(sched_setaffinity(0, sizeof all, &all), 0);
}
END_TEST
#endif

Suite *pool_suite(void)
{
    Suite *suite = SUITE("pool", threads_change_no_bit, threads_change_no_bit_of_a_check,
        each_piece_of_work_is_done_once_by_everybody, who_does_not_begin_holds_up_nobody,
        who_waits_long_leaves_the_processor_to_others, who_comes_late_goes_on_leave_and_returns,
        who_misses_shares_goes_on_leave_and_returns);
#ifdef __linux__
    TCase *cores = tcase_create("cores");
    tcase_add_test(cores, a_thread_for_each_core_that_may_be_used);
    suite_add_tcase(suite, cores);
#endif
    return suite;
}
