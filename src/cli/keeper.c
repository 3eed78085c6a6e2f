#include "cli/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/numbers.h"
#include "engine/clock.h"
#include "engine/thread.h"
#include "io/kept.h"

/* The disk is asked to have all of it so often at most. */
#define SYNC_SECONDS 1.0
/* After a failure it is tried again, and said no more until it has been kept. */
#define RETRY_SECONDS 10.0
/* How long the end waits for a disk. */
#define END_SECONDS 2.0

struct keeper {
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct branches given;
    bool fresh;   /* `given` has not been taken */
    bool restore; /* asked for */
    bool end, ended;
    bool done; /* the thread is, or nearly */
    struct keeper_news news;
    bool has_news;
    int wake_fd;

    /* Of the thread alone: */
    struct kept kept;
    struct branches tree; /* to be written */
    bool unwritten, unsynced, failed;
    double tried, synced; /* when it was last */
    char broken[64];      /* name of the session that can be restored; empty: none */
    int restored;         /* its lock while it goes on here, not yet kept; -1: none … */
    struct branches old;  /* … and what is in it */
};

static void wake(const struct keeper *keeper)
{
    /* A full pipe already wakes the screen. */
    if (write(keeper->wake_fd, "", 1) < 0)
        return;
}

static void tell(struct keeper *keeper, bool is_error, const char *text)
{
    pthread_mutex_lock(&keeper->lock);
    error_set(&keeper->news.text, "%s", text);
    keeper->news.is_error = is_error;
    keeper->has_news = true;
    pthread_mutex_unlock(&keeper->lock);
    wake(keeper);
}

static void tell_failure(struct keeper *keeper, const struct error *error)
{
    struct error text;
    error_set(&text, "the session is not kept: %s", error->text);
    if (!keeper->failed)
        tell(keeper, true, text.text);
    keeper->failed = true;
}

/* Says that there is a session to go on with, if there is. */
static void offer(struct keeper *keeper)
{
    struct kept_session last;
    struct session_file file = {.numbers = 0};
    struct error error;
    if (!kept_last(&keeper->kept, &last) || !last.broken)
        return;
    if (kept_read(&keeper->kept, last.name, &file, NULL, &error)) {
        const struct branches *branches = &file.branches;
        uint64_t reached = branches->list[branches->active].reached;
        char when[32];
        kept_time(last.name, when, sizeof when);
        if (kept_says(branches) || reached >= BRANCH_STEPS) {
            memcpy(keeper->broken, last.name, sizeof keeper->broken);
            error_set(&error,
                ":restore goes on with the session of %s that broke off at step %" PRIu64, when,
                reached);
            tell(keeper, false, error.text);
        }
    }
    session_file_clear(&file);
}

/* Hands the session over. What is at hand stays in the file that it has, and a new one begins.
 */
static void hand_over(struct keeper *keeper, const struct session_file *file)
{
    struct error text, error;
    bool other = file->numbers != NUMBERS_VERSION;
    const struct branches *branches = &file->branches;
    error_set(&text, "going on with what broke off: %d branch%s, to step %" PRIu64 "%s",
        branches->count, branches->count == 1 ? "" : "es",
        branches->list[branches->active].reached,
        other ? "; the numbers of that version were others" : "");
    kept_close(&keeper->kept, true);
    if (!kept_open(&keeper->kept, &error))
        tell_failure(keeper, &error);
    pthread_mutex_lock(&keeper->lock);
    keeper->news = (struct keeper_news){.text = text};
    keeper->news.restored = branches_copy(&keeper->news.branches, &file->branches);
    keeper->news.is_error = !keeper->news.restored;
    if (keeper->news.is_error)
        error_set(&keeper->news.text, "out of memory for the session that broke off");
    keeper->has_news = true;
    pthread_mutex_unlock(&keeper->lock);
    wake(keeper);
}

static void restore(struct keeper *keeper)
{
    struct session_file file = {.numbers = 0};
    struct error error;
    int lock;
    if (!keeper->broken[0]) {
        tell(keeper, true, "there is no session that broke off");
        return;
    }
    bool done = kept_read(&keeper->kept, keeper->broken, &file, &lock, &error);
    keeper->broken[0] = '\0';
    if (done && keeper->restored < 0 && branches_copy(&keeper->old, &file.branches))
        keeper->restored = lock;
    else if (done)
        (void)close(lock);
    if (done)
        hand_over(keeper, &file);
    else
        tell(keeper, true, error.text);
    session_file_clear(&file);
}

static void write_tree(struct keeper *keeper)
{
    struct error error;
    keeper->tried = clock_seconds();
    if (!kept_write(&keeper->kept, &keeper->tree, &error)) {
        tell_failure(keeper, &error);
        return;
    }
    if (keeper->failed)
        tell(keeper, false, "the session is kept again");
    keeper->failed = false;
    keeper->unwritten = false;
    keeper->unsynced = true;
}

static void sync_tree(struct keeper *keeper)
{
    kept_sync(&keeper->kept);
    keeper->unsynced = false;
    keeper->synced = clock_seconds();
}

/* Waits for something to do, until the time for what waits; false at the end. */
static bool wait_for(struct keeper *keeper, double until, bool *asked)
{
    struct timespec time = {(time_t)until, (long)((until - floor(until)) * 1e9)};
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->fresh && !keeper->restore && !keeper->end) {
        if (until <= 0)
            pthread_cond_wait(&keeper->changed, &keeper->lock);
        else if (pthread_cond_timedwait(&keeper->changed, &keeper->lock, &time) == ETIMEDOUT)
            break;
    }
    if (keeper->fresh) {
        branches_clear(&keeper->tree);
        keeper->tree = keeper->given;
        keeper->given = (struct branches){.count = 0};
        keeper->fresh = false;
        keeper->unwritten = true;
    }
    *asked = keeper->restore;
    keeper->restore = false;
    bool on = !keeper->end;
    pthread_mutex_unlock(&keeper->lock);
    return on;
}

static bool has_branch(const struct branches *branches, const struct branch *branch)
{
    for (int i = 0; i < branches->count; i++) {
        const struct branch *other = &branches->list[i];
        if (hparams_equal(&other->first, &branch->first) &&
            other->changes.count >= branch->changes.count &&
            change_log_common(&other->changes, &branch->changes) == branch->changes.count &&
            other->reached >= branch->reached)
            return true;
    }
    return false;
}

/* What was restored is in the file of this program now: the other one need not be offered. */
static void settle_restored(struct keeper *keeper)
{
    const struct branches *told = &keeper->kept.journal.told.branches;
    for (int i = 0; i < keeper->old.count; i++) {
        if (!has_branch(told, &keeper->old.list[i]))
            return;
    }
    kept_settle(keeper->restored);
    keeper->restored = -1;
    branches_clear(&keeper->old);
}

static void work(struct keeper *keeper)
{
    for (bool on = true, asked; on;) {
        double until = 0;
        if (keeper->unsynced)
            until = keeper->synced + SYNC_SECONDS;
        if (keeper->unwritten)
            until = keeper->tried + RETRY_SECONDS;
        on = wait_for(keeper, until, &asked);
        if (keeper->unwritten)
            write_tree(keeper);
        if (asked && on)
            restore(keeper);
        if (!keeper->unsynced || (on && clock_seconds() < keeper->synced + SYNC_SECONDS))
            continue;
        sync_tree(keeper);
        if (keeper->restored >= 0)
            settle_restored(keeper);
    }
}

static void *keeper_main(void *context)
{
    struct keeper *keeper = context;
    struct error error;
    if (kept_open(&keeper->kept, &error)) {
        offer(keeper);
        work(keeper);
    } else {
        tell_failure(keeper, &error);
    }
    kept_close(&keeper->kept, keeper->ended);
    if (keeper->restored >= 0)
        (void)close(keeper->restored);
    pthread_mutex_lock(&keeper->lock);
    keeper->done = true;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    return NULL;
}

struct keeper *keeper_create(int wake_fd)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return NULL;
    keeper->wake_fd = wake_fd;
    keeper->restored = -1;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&keeper->lock, NULL);
    if (kept_place(keeper->kept.directory) &&
        thread_start(&keeper->thread, keeper_main, keeper))
        return keeper;
    pthread_cond_destroy(&keeper->changed);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
    return NULL;
}

void keeper_give(struct keeper *keeper, struct branches *tree)
{
    pthread_mutex_lock(&keeper->lock);
    branches_clear(&keeper->given);
    keeper->given = *tree;
    *tree = (struct branches){.count = 0};
    keeper->fresh = true;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
}

void keeper_restore(struct keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    bool done = keeper->done;
    keeper->restore = true;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    if (done)
        tell(keeper, true, "no sessions are kept here");
}

bool keeper_news(struct keeper *keeper, struct keeper_news *news)
{
    pthread_mutex_lock(&keeper->lock);
    bool has = keeper->has_news;
    if (has)
        *news = keeper->news;
    keeper->news = (struct keeper_news){.is_error = false};
    keeper->has_news = false;
    pthread_mutex_unlock(&keeper->lock);
    return has;
}

static void destroy(struct keeper *keeper)
{
    branches_clear(&keeper->given);
    branches_clear(&keeper->tree);
    branches_clear(&keeper->old);
    branches_clear(&keeper->news.branches);
    pthread_cond_destroy(&keeper->changed);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

void keeper_end(struct keeper *keeper, bool ended)
{
    double until = clock_seconds() + END_SECONDS;
    struct timespec time = {(time_t)until, (long)((until - floor(until)) * 1e9)};
    if (!keeper)
        return;
    pthread_mutex_lock(&keeper->lock);
    keeper->end = true;
    keeper->ended = ended;
    pthread_cond_signal(&keeper->changed);
    while (!keeper->done &&
        pthread_cond_timedwait(&keeper->changed, &keeper->lock, &time) != ETIMEDOUT)
        ;
    bool done = keeper->done;
    pthread_mutex_unlock(&keeper->lock);
    if (done) {
        (void)pthread_join(keeper->thread, NULL);
        destroy(keeper);
    } else {
        (void)pthread_detach(keeper->thread); /* with what it has; it ends with the program */
    }
}
