/*
 * Every helper has a desk in cache lines of its own, where the owner lays a share of the work.
 * Nothing waits for a helper that has not begun its share: the owner then takes it back and
 * does it too, so that a thread that the system lets wait on a busy machine holds up nobody.
 * Who waits looks for a while, then sleeps: the processor is free for the one that is waited
 * for. Who was waited for longer than all of the work takes alone had its processor taken by
 * something else: it goes on leave, and the work is shared among those who are there.
 */
#include "engine/pool.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/clock.h"
#include "engine/thread.h"

/*
 * A pass hands out work every few microseconds; it pays to look for it this often, some ten of
 * them, before sleeping, which takes about as long.
 */
enum { LOOKS = 1000 };

enum { LINE = 128 }; /* two cache lines, which processors fetch in pairs */

enum state { IDLE, LAID, BEGUN };

struct helper {
    _Alignas(LINE) atomic_int state;
    int index, count; /* of the share */
    work_fn *work;
    void *context;
    _Alignas(LINE) atomic_bool asleep; /* and what is written seldom */
    struct pool *pool;
    pthread_t thread;
    pthread_cond_t woken;
    /* What the owner notes: back from its last leave at `back`, which took `leave` seconds;
     * whether it has come since; shares laid from `begun` on, and how many it missed. */
    double back, leave, begun;
    bool came;
    int laid, missed;
};

struct pool {
    struct helper helpers[POOL_MOST - 1];
    struct workers workers;
    int count;            /* of helpers that run */
    pthread_mutex_t lock; /* for sleeping alone */
    pthread_cond_t returned;
    struct helper *crew[POOL_MOST - 1]; /* who takes part in the piece at hand */
    _Alignas(LINE) atomic_bool awaited; /* the owner sleeps until a share is done */
    bool quit;
};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* Whether it comes about while one looks. */
static bool look_for(atomic_int *state, int wanted)
{
    for (int i = 0; i < LOOKS; i++) {
        if (atomic_load_explicit(state, memory_order_acquire) == wanted)
            return true;
        relax();
    }
    return false;
}

/* Sleeps until it is woken, once; false when it is time to quit. */
static bool sleep_once(struct helper *helper)
{
    struct pool *pool = helper->pool;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&helper->asleep, true);
    if (atomic_load(&helper->state) != LAID && !pool->quit)
        pthread_cond_wait(&helper->woken, &pool->lock);
    atomic_store(&helper->asleep, false);
    bool quit = pool->quit;
    pthread_mutex_unlock(&pool->lock);
    return !quit;
}

/* False when it is time to quit. Who was woken for a share taken back since looks once more. */
static bool await_share(struct helper *helper)
{
    while (!look_for(&helper->state, LAID)) {
        if (!sleep_once(helper))
            return false;
    }
    return true;
}

static void *helper_main(void *argument)
{
    struct helper *helper = argument;
    struct pool *pool = helper->pool;
    while (await_share(helper)) {
        int laid = LAID;
        if (!atomic_compare_exchange_strong(&helper->state, &laid, BEGUN))
            continue; /* taken back */
        helper->work(helper->context, helper->index, helper->count);
        atomic_store(&helper->state, IDLE);
        if (atomic_load(&pool->awaited)) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->returned);
            pthread_mutex_unlock(&pool->lock);
        }
    }
    return NULL;
}

/*
 * A helper about to sleep may be missed here and sleep on: then its share is taken back, and
 * the next one wakes it.
 */
static void lay(struct helper *helper, int index, int count, work_fn *work, void *context)
{
    helper->index = index;
    helper->count = count;
    helper->work = work;
    helper->context = context;
    atomic_store_explicit(&helper->state, LAID, memory_order_release);
    if (atomic_load_explicit(&helper->asleep, memory_order_relaxed)) {
        pthread_mutex_lock(&helper->pool->lock);
        atomic_store(&helper->asleep, false); /* once: it comes when there is a processor */
        pthread_cond_signal(&helper->woken);
        pthread_mutex_unlock(&helper->pool->lock);
    }
}

/*
 * A helper has cost the crew so many seconds. While it is there it saves its part of the time:
 * what it costs seldom is forgiven. Else each leave is twice the last, ten times the loss at
 * least.
 */
#define LONGEST_LEAVE 0.25

static void send_on_leave(struct helper *helper, int crew, double lost, double now)
{
    bool forgiven = now - helper->back > 5 * crew * lost;
    double leave = fmin(fmax(2 * helper->leave, 10 * lost), LONGEST_LEAVE);
    helper->leave = forgiven ? 0 : leave;
    helper->back = now + helper->leave;
    helper->came = forgiven;
    helper->laid = helper->missed = 0;
}

/* Who misses every other share has too little of a processor, and takes it from the owner. */
static void note_laid(struct helper *helper, int crew, double now)
{
    enum { REVIEWED = 64 };
    if (helper->laid == REVIEWED) {
        if (helper->missed > REVIEWED / 2)
            send_on_leave(helper, crew, (now - helper->begun) / 4, now);
        helper->laid = helper->missed = 0;
    }
    if (helper->laid++ == 0)
        helper->begun = now;
}

/* Whether the owner has done the helper's share, which that has not begun. */
static bool take_back(struct helper *helper)
{
    int laid = LAID;
    if (atomic_load_explicit(&helper->state, memory_order_acquire) == LAID &&
        atomic_compare_exchange_strong(&helper->state, &laid, IDLE)) {
        helper->missed++;
        helper->work(helper->context, helper->index, helper->count);
        return true;
    }
    if (!helper->came) /* it takes some pieces to wake */
        helper->laid = helper->missed = 0;
    helper->came = true;
    return false;
}

static void sleep_until_done(struct pool *pool, struct helper *helper)
{
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->awaited, true);
    while (atomic_load(&helper->state) != IDLE)
        pthread_cond_wait(&pool->returned, &pool->lock);
    atomic_store(&pool->awaited, false);
    pthread_mutex_unlock(&pool->lock);
}

/* Who is not on leave at this time, at most so many. */
static int call_crew(struct pool *pool, int most, double now)
{
    int there = 0;
    for (int i = 0; i < pool->count && there < most; i++) {
        if (pool->helpers[i].back <= now)
            pool->crew[there++] = &pool->helpers[i];
    }
    return there;
}

static void run(void *context, int count, work_fn *work, void *work_context)
{
    struct pool *pool = context;
    double start = clock_seconds(), alone = 0;
    int there = call_crew(pool, count - 1, start), done = 1;
    for (int i = 0; i < there; i++) {
        note_laid(pool->crew[i], there + 1, start);
        lay(pool->crew[i], i + 1, there + 1, work, work_context);
    }
    work(work_context, 0, there + 1);
    for (int i = 0; i < there; i++)
        done += take_back(pool->crew[i]);
    for (int i = 0; i < there; i++) {
        if (look_for(&pool->crew[i]->state, IDLE))
            continue;
        if (alone == 0) /* that long would the owner have taken for all */
            alone = (clock_seconds() - start) * (there + 1) / done;
        sleep_until_done(pool, pool->crew[i]);
        double now = clock_seconds();
        if (now - start > alone)
            send_on_leave(pool->crew[i], there + 1, now - start - alone, now);
    }
}

/* The helper answers, the owner looks for the answer: what a share costs at least. */
static void exchange(void *context, int index, int count)
{
    atomic_int *answer = context;
    (void)count;
    if (index == 1)
        atomic_store_explicit(answer, 1, memory_order_release);
    else
        (void)look_for(answer, 1);
}

/*
 * What is worth sharing depends on how far the processors are apart: 0.16 us in one chip, 0.5
 * us in another. What else a share costs goes with that. The shortest of some counts; 0 where
 * the helper did not come to answer.
 */
static double least_share(struct pool *pool)
{
    enum { TIMES = 100 };
    double shortest = INFINITY;
    for (int i = 0; i < TIMES; i++) {
        atomic_int answer = 0;
        double start = clock_seconds();
        run(pool, 2, exchange, &answer);
        double passed = clock_seconds() - start;
        shortest = passed < shortest ? passed : shortest;
    }
    return shortest < 5e-6 ? 6e11 * shortest : 0;
}

#ifdef __linux__
/* The first of the processors that are threads of this one's core. */
static size_t first_of_core(size_t processor)
{
    char path[80];
    size_t first = processor;
    (void)snprintf(path, sizeof path,
        "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list", processor);
    FILE *list = fopen(path, "r");
    if (list) {
        if (fscanf(list, "%zu", &first) != 1 || first >= CPU_SETSIZE)
            first = processor;
        (void)fclose(list);
    }
    return first;
}

/* Cores that this process may run on; 0 where it cannot tell. */
static int count_cores(void)
{
    cpu_set_t allowed, cores;
    CPU_ZERO(&cores);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return 0;
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &allowed))
            CPU_SET(first_of_core(i), &cores);
    }
    return CPU_COUNT(&cores);
}
#else
static int count_cores(void)
{
    return 0;
}
#endif

int pool_advice(void)
{
    long cores = count_cores();
    if (cores < 1)
        cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > POOL_MOST ? POOL_MOST : (int)cores;
}

struct pool *pool_create(int threads, struct error *error)
{
    struct pool *pool = NULL;
    if (posix_memalign((void **)&pool, LINE, sizeof *pool) != 0) {
        error_set(error, "out of memory");
        return NULL;
    }
    memset(pool, 0, sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->returned, NULL);
    pool->workers = (struct workers){.count = threads, .run = run, .pool = pool};
    for (; pool->count < threads - 1; pool->count++) {
        struct helper *helper = &pool->helpers[pool->count];
        helper->pool = pool;
        pthread_cond_init(&helper->woken, NULL);
        if (!thread_start(&helper->thread, helper_main, helper)) {
            pthread_cond_destroy(&helper->woken);
            error_set(error, "cannot start %d threads", threads);
            pool_destroy(pool);
            return NULL;
        }
    }
    if (pool->count > 0)
        pool->workers.least_share = least_share(pool);
    return pool;
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    for (int i = 0; i < pool->count; i++)
        pthread_cond_signal(&pool->helpers[i].woken);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->count; i++) {
        pthread_join(pool->helpers[i].thread, NULL);
        pthread_cond_destroy(&pool->helpers[i].woken);
    }
    pthread_cond_destroy(&pool->returned);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

const struct workers *pool_workers(const struct pool *pool)
{
    return &pool->workers;
}
