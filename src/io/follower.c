#include "io/follower.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/thread.h"
#include "io/session_reader.h"

enum {
    LOOK_MILLISECONDS = 100,
    LINES_AT_ONCE = 10000, /* then what they said is told */
};

struct follower {
    const char *name; /* borrowed; NULL: none */
    struct runner *runner;
    pthread_t thread;
    atomic_bool quit;
    struct interrupt interrupt;
    struct lines lines;
    struct session_file file;
    struct session_reader reader;
    struct stat looked_at; /* as the file was when it was last compared with what was read */
    bool regular;          /* it can grow, and be replaced */
    bool said_end;         /* the last line says so */
    bool ended;            /* no more will come */
    bool stopped;          /* at a wrong line */
};

static bool wants_end(void *context)
{
    struct follower *follower = context;
    return atomic_load(&follower->quit);
}

static bool is_regular(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/* At its first line. */
static void begin(struct follower *follower)
{
    lines_grow(&follower->lines);
    follower->regular = is_regular(follower->lines.file);
    follower->ended = follower->stopped = follower->said_end = false;
    follower->looked_at = (struct stat){.st_size = 0};
    session_file_clear(&follower->file);
    session_reader_begin(&follower->reader, &follower->file);
}

/* Whether what was read has been written over, as cp does it; looked for when there is news. */
static bool is_rewritten(struct follower *follower, const struct stat *open)
{
    struct stat *before = &follower->looked_at;
    bool news = open->st_size != before->st_size ||
        open->st_mtim.tv_sec != before->st_mtim.tv_sec ||
        open->st_mtim.tv_nsec != before->st_mtim.tv_nsec;
    *before = *open;
    return news && !lines_stand(&follower->lines);
}

/* Whether the name is that of another file by now, or what there was of it is no more. */
static bool is_replaced(struct follower *follower)
{
    struct stat named, open;
    if (!follower->name || !follower->regular || stat(follower->name, &named) != 0 ||
        fstat(follower->lines.file, &open) != 0)
        return false;
    /* A pipe would have to be waited for, and nothing else of that name is a session either. */
    if (!S_ISREG(named.st_mode))
        return false;
    return named.st_ino != open.st_ino || named.st_dev != open.st_dev ||
        is_rewritten(follower, &open);
}

/* Nobody can write it any more but who has it open. */
static bool is_gone(const struct follower *follower)
{
    struct stat open;
    return follower->regular && fstat(follower->lines.file, &open) == 0 && open.st_nlink == 0;
}

static void reopen(struct follower *follower)
{
    struct lines lines;
    struct error error;
    if (!lines_open(&lines, follower->name, follower->lines.interrupt, &error))
        return;
    lines_close(&follower->lines);
    follower->lines = lines;
    begin(follower);
}

/* Takes what has come, in whole lines; whether there was any. False with *error: one of them is
 * wrong, or it cannot be read. */
static bool take_lines(struct follower *follower, bool *any, struct error *error)
{
    for (int i = 0; i < LINES_AT_ONCE; i++) {
        char *text;
        if (!lines_next(&follower->lines, &text, error))
            return false;
        if (!text)
            return true;
        follower->said_end = strcmp(text, SESSION_ENDED) == 0;
        text = line_said(text);
        if (!*text)
            continue;
        if (!session_reader_take(&follower->reader, &follower->lines, text, error))
            return false;
        *any = true;
    }
    return true;
}

static void tell(struct follower *follower, bool any, const struct error *error)
{
    const struct session_file *file = &follower->file;
    struct lecture_told told = {.ended = follower->ended, .stopped = follower->stopped};
    if (error)
        told.problem = *error;
    told.any = any && follower->reader.headed &&
        replay_init(
            &told.replay, &file->branches, file->numbers, file->marks, file->mark_count);
    if (any && follower->reader.headed && !told.any)
        (void)error_set(&told.problem, "out of memory for the lecturer's branches");
    runner_hear(follower->runner, &told);
}

/* Waits for more; a pipe's end is for good. */
static void wait_for_more(const struct follower *follower)
{
    const struct timespec pause = {0, LOOK_MILLISECONDS * 1000000L};
    if (follower->regular || follower->lines.ended || follower->stopped)
        (void)nanosleep(&pause, NULL);
    else
        lines_await(&follower->lines, LOOK_MILLISECONDS);
}

static void *follow(void *context)
{
    struct follower *follower = context;
    while (!atomic_load(&follower->quit)) {
        struct error error;
        bool any = false, was_ended = follower->ended, right = true;
        if (is_replaced(follower))
            reopen(follower);
        if (!follower->stopped && (follower->regular || !follower->lines.ended))
            right = take_lines(follower, &any, &error);
        follower->stopped = follower->stopped || !right;
        follower->ended = follower->said_end ||
            (follower->regular ? is_gone(follower) : follower->lines.ended);
        if (atomic_load(&follower->quit))
            break;
        if (any || !right || was_ended != follower->ended)
            tell(follower, any, right ? NULL : &error);
        if (!any)
            wait_for_more(follower);
    }
    return NULL;
}

struct follower *follower_create(
    const char *name, int descriptor, struct runner *runner, struct error *error)
{
    bool standard = !name || strcmp(name, "-") == 0;
    struct follower *follower = calloc(1, sizeof *follower);
    if (!follower) {
        error_set(error, "out of memory");
        return NULL;
    }
    follower->name = standard ? NULL : name;
    follower->runner = runner;
    follower->interrupt = (struct interrupt){wants_end, follower, NULL};
    if (!lines_open(&follower->lines, name, &follower->interrupt, error)) {
        free(follower);
        return NULL;
    }
    if (standard)
        follower->lines.file = descriptor;
    begin(follower);
    if (thread_start(&follower->thread, follow, follower))
        return follower;
    error_set(error, "cannot start a thread");
    lines_close(&follower->lines);
    session_file_clear(&follower->file);
    free(follower);
    return NULL;
}

void follower_destroy(struct follower *follower)
{
    if (!follower)
        return;
    atomic_store(&follower->quit, true);
    (void)pthread_join(follower->thread, NULL);
    if (!follower->name)
        (void)close(follower->lines.file);
    lines_close(&follower->lines);
    session_file_clear(&follower->file);
    free(follower);
}
