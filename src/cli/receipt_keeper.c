#include "cli/receipt_keeper.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/thread.h"

struct receipt_keeper {
    const char *name; /* borrowed */
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct receipt given;
    bool fresh; /* `given` has not been taken */
    bool end;
    bool failed; /* the last one could not be written … */
    bool told;   /* … which has been told … */
    struct error error;

    struct receipt at_hand; /* of the thread alone */
};

/* Waits for one to write; false at the end. */
static bool take(struct receipt_keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->fresh && !keeper->end)
        pthread_cond_wait(&keeper->changed, &keeper->lock);
    bool on = !keeper->end;
    if (on) {
        receipt_clear(&keeper->at_hand);
        keeper->at_hand = keeper->given;
        keeper->given = (struct receipt){.digest = 0};
        keeper->fresh = false;
    }
    pthread_mutex_unlock(&keeper->lock);
    return on;
}

static void *keeper_main(void *context)
{
    struct receipt_keeper *keeper = context;
    while (take(keeper)) {
        struct error error;
        bool written = receipt_write(&keeper->at_hand, keeper->name, &error);
        pthread_mutex_lock(&keeper->lock);
        keeper->failed = !written;
        keeper->told = keeper->told && !written;
        if (!written)
            keeper->error = error;
        pthread_mutex_unlock(&keeper->lock);
        /* A pipe that is full has woken already. */
        if (!written && write(keeper->wake_fd, "", 1) < 0)
            continue;
    }
    return NULL;
}

static void destroy(struct receipt_keeper *keeper)
{
    receipt_clear(&keeper->given);
    receipt_clear(&keeper->at_hand);
    pthread_cond_destroy(&keeper->changed);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

struct receipt_keeper *receipt_keeper_create(const char *name, int wake_fd)
{
    struct receipt_keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return NULL;
    keeper->name = name;
    keeper->wake_fd = wake_fd;
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_cond_init(&keeper->changed, NULL);
    if (thread_start(&keeper->thread, keeper_main, keeper))
        return keeper;
    destroy(keeper);
    return NULL;
}

void receipt_keeper_give(struct receipt_keeper *keeper, struct receipt *receipt)
{
    pthread_mutex_lock(&keeper->lock);
    receipt_clear(&keeper->given);
    keeper->given = *receipt;
    *receipt = (struct receipt){.digest = 0};
    keeper->fresh = true;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
}

bool receipt_keeper_news(struct receipt_keeper *keeper, struct error *error)
{
    pthread_mutex_lock(&keeper->lock);
    bool news = keeper->failed && !keeper->told;
    if (news)
        *error = keeper->error;
    keeper->told = keeper->told || news;
    pthread_mutex_unlock(&keeper->lock);
    return news;
}

void receipt_keeper_end(struct receipt_keeper *keeper)
{
    if (!keeper)
        return;
    pthread_mutex_lock(&keeper->lock);
    keeper->end = true;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    (void)pthread_join(keeper->thread, NULL);
    destroy(keeper);
}
