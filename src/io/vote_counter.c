#include "io/vote_counter.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"
#include "engine/clock.h"
#include "engine/thread.h"

/* How often it looks; of the time, counting takes a fifth at most. */
#define LOOK_SECONDS 0.2
#define REST_SHARE 4
/* How long the end waits for a file system. */
#define END_SECONDS 1.0

struct vote_counter {
    char *directory;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct poll poll; /* that is to be counted, … */
    bool counts;      /* … if any */
    uint64_t asked;   /* grows when that changes */
    bool quit, ended;
    struct vote_count count;
    uint64_t counted; /* `asked` of the count; 0: none */
    struct error error;
};

static bool same_count(const struct vote_count *a, const struct vote_count *b)
{
    return a->unreadable == b->unreadable &&
        memcmp(a->counts, b->counts, sizeof a->counts) == 0;
}

/* Keeps what has been counted, if it is still asked for; wakes the reader where it is news. */
static void tell(struct vote_counter *counter, uint64_t asked, const struct vote_count *count,
    const struct error *error)
{
    bool news = false;
    pthread_mutex_lock(&counter->lock);
    if (counter->asked == asked) {
        news = counter->counted != asked || !same_count(&counter->count, count) ||
            strcmp(counter->error.text, error->text) != 0;
        counter->count = *count;
        counter->error = *error;
        counter->counted = asked;
    }
    pthread_mutex_unlock(&counter->lock);
    if (news && counter->wake_fd >= 0 && write(counter->wake_fd, "", 1) < 0)
        return; /* a full pipe already wakes the screen */
}

static struct timespec time_after(double seconds)
{
    double time = clock_seconds() + seconds;
    return (struct timespec){(time_t)time, (long)((time - (double)(time_t)time) * 1e9)};
}

/* Until something else is asked for, or for so long. */
static void rest(struct vote_counter *counter, uint64_t asked, bool counts, double seconds)
{
    struct timespec until = time_after(seconds);
    pthread_mutex_lock(&counter->lock);
    while (!counter->quit && counter->asked == asked) {
        if (!counts)
            pthread_cond_wait(&counter->changed, &counter->lock);
        else if (pthread_cond_timedwait(&counter->changed, &counter->lock, &until) == ETIMEDOUT)
            break;
    }
    pthread_mutex_unlock(&counter->lock);
}

static void *count_votes(void *context)
{
    struct vote_counter *counter = context;
    struct poll poll = {.run = 0}, open = {.run = 0};
    uint64_t asked = 0, seen = 0;
    for (bool counts = false, quit = false;;) {
        pthread_mutex_lock(&counter->lock);
        quit = counter->quit;
        counts = counter->counts && !quit;
        asked = counter->asked;
        poll = counter->poll;
        pthread_mutex_unlock(&counter->lock);
        double began = clock_seconds();
        struct vote_count count = {.unreadable = 0};
        struct error error = {.text = ""};
        bool right = true;
        if (!counts && open.run)
            poll_close(counter->directory, &open);
        else if (counts && seen != asked)
            right = poll_open(counter->directory, &poll, &error);
        open = counts ? poll : (struct poll){.run = 0};
        if (quit)
            break;
        if (counts && right)
            right = votes_count(counter->directory, &poll, &count, &error);
        /* What could not be made known is tried again. */
        seen = right ? asked : 0;
        if (counts)
            tell(counter, asked, &count, &error);
        double took = clock_seconds() - began;
        rest(counter, asked, counts,
            took * REST_SHARE > LOOK_SECONDS ? took * REST_SHARE : LOOK_SECONDS);
    }
    pthread_mutex_lock(&counter->lock);
    counter->ended = true;
    pthread_cond_broadcast(&counter->changed);
    pthread_mutex_unlock(&counter->lock);
    return NULL;
}

static void free_counter(struct vote_counter *counter)
{
    pthread_cond_destroy(&counter->changed);
    pthread_mutex_destroy(&counter->lock);
    free(counter->directory);
    free(counter);
}

struct vote_counter *vote_counter_create(
    const char *directory, int wake_fd, struct error *error)
{
    struct stat status;
    pthread_condattr_t attributes;
    if (stat(directory, &status) != 0 || !S_ISDIR(status.st_mode)) {
        error_set(error, "--votes: %s: %s", SHOWN_FILE(directory),
            errno == ENOENT ? "there is no such directory: mkdir it, for all to write to"
                            : "is no directory that can be read");
        return NULL;
    }
    struct vote_counter *counter = calloc(1, sizeof *counter);
    if (counter)
        counter->directory = strdup(directory);
    if (!counter || !counter->directory) {
        free(counter);
        error_set(error, "out of memory");
        return NULL;
    }
    counter->wake_fd = wake_fd;
    pthread_mutex_init(&counter->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&counter->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (!thread_start(&counter->thread, count_votes, counter)) {
        free_counter(counter);
        error_set(error, "cannot start a thread");
        return NULL;
    }
    return counter;
}

void vote_counter_open(struct vote_counter *counter, const struct poll *poll)
{
    pthread_mutex_lock(&counter->lock);
    counter->counts = poll != NULL;
    if (poll)
        counter->poll = *poll;
    counter->asked++;
    counter->error.text[0] = '\0';
    pthread_cond_broadcast(&counter->changed);
    pthread_mutex_unlock(&counter->lock);
}

bool vote_counter_news(
    struct vote_counter *counter, struct vote_count *count, struct error *error)
{
    pthread_mutex_lock(&counter->lock);
    *error = counter->error;
    bool there = counter->counts && counter->counted == counter->asked && !error->text[0];
    if (there)
        *count = counter->count;
    pthread_mutex_unlock(&counter->lock);
    return there;
}

void vote_counter_destroy(struct vote_counter *counter)
{
    if (!counter)
        return;
    struct timespec until = time_after(END_SECONDS);
    pthread_mutex_lock(&counter->lock);
    counter->quit = true;
    pthread_cond_broadcast(&counter->changed);
    while (!counter->ended &&
        pthread_cond_timedwait(&counter->changed, &counter->lock, &until) != ETIMEDOUT)
        ;
    bool ended = counter->ended;
    pthread_mutex_unlock(&counter->lock);
    if (!ended) {
        (void)pthread_detach(counter->thread);
        return;
    }
    (void)pthread_join(counter->thread, NULL);
    free_counter(counter);
}
