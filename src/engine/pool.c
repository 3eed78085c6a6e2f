#include "engine/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/thread.h"

/* A pass hands out work every few microseconds; it pays to look for it this often before
 * sleeping, which takes longer than that. */
enum { LOOKS = 2000 };

struct helper {
    struct pool *pool;
    pthread_t thread;
    int index;
};

struct pool {
    struct workers workers;
    work_fn *work;
    void *context;
    atomic_uint turn; /* counts pieces of work; a new one makes them current */
    atomic_int busy;  /* helpers that have not finished the current piece */
    atomic_int asleep;
    atomic_bool quit;
    pthread_mutex_t lock; /* for sleeping alone */
    pthread_cond_t woken;
    int count; /* of helpers that run */
    struct helper helpers[POOL_MOST];
};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool has_turned(struct pool *pool, unsigned seen)
{
    return atomic_load(&pool->turn) != seen || atomic_load(&pool->quit);
}

static void await_turn(struct pool *pool, unsigned seen)
{
    for (int i = 0; i < LOOKS; i++) {
        if (has_turned(pool, seen))
            return;
        relax();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->asleep, 1);
    while (!has_turned(pool, seen))
        pthread_cond_wait(&pool->woken, &pool->lock);
    atomic_fetch_sub(&pool->asleep, 1);
    pthread_mutex_unlock(&pool->lock);
}

static void *helper_main(void *argument)
{
    struct helper *helper = argument;
    struct pool *pool = helper->pool;
    unsigned seen = 0;
    for (;;) {
        await_turn(pool, seen);
        if (atomic_load(&pool->quit))
            return NULL;
        seen++;
        pool->work(pool->context, helper->index, pool->workers.count);
        atomic_fetch_sub(&pool->busy, 1);
    }
}

static void wake(struct pool *pool)
{
    if (atomic_load(&pool->asleep) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->woken);
    pthread_mutex_unlock(&pool->lock);
}

static void run(void *context, work_fn *work, void *work_context)
{
    struct pool *pool = context;
    pool->work = work;
    pool->context = work_context;
    atomic_store(&pool->busy, pool->count);
    atomic_fetch_add(&pool->turn, 1);
    wake(pool);
    work(work_context, 0, pool->workers.count);
    for (int i = 0; atomic_load(&pool->busy) > 0; i++) {
        if (i < LOOKS)
            relax();
        else
            sched_yield(); /* fewer processors than threads, or a busy machine */
    }
}

int pool_advice(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > POOL_MOST ? POOL_MOST : (int)processors;
}

struct pool *pool_create(int threads, struct error *error)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool) {
        error_set(error, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->woken, NULL);
    pool->workers = (struct workers){threads, run, pool};
    for (; pool->count < threads - 1; pool->count++) {
        struct helper *helper = &pool->helpers[pool->count];
        *helper = (struct helper){.pool = pool, .index = pool->count + 1};
        if (!thread_start(&helper->thread, helper_main, helper)) {
            error_set(error, "cannot start %d threads", threads);
            pool_destroy(pool);
            return NULL;
        }
    }
    return pool;
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->quit, true);
    pthread_cond_broadcast(&pool->woken);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->count; i++)
        pthread_join(pool->helpers[i].thread, NULL);
    pthread_cond_destroy(&pool->woken);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

const struct workers *pool_workers(const struct pool *pool)
{
    return &pool->workers;
}
