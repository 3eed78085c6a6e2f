#include "io/spared.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/lines.h"

/* How each begins, and what it is. */
static const struct {
    const char *head, *title;
} kinds[] = {
    [OUTPUT_SESSION] = {"nablascope session ", "session"},
    [OUTPUT_LESSON] = {"nablascope-lesson ", "lesson"},
    [OUTPUT_RECEIPT] = {"nablascope-receipt ", "receipt"},
};

struct read_file {
    dev_t device;
    ino_t inode;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* With the lock: data read by this program so far. */
static struct read_file *read_files;
static size_t read_count;

static bool was_read(const struct stat *status)
{
    for (size_t i = 0; i < read_count; i++) {
        if (read_files[i].device == status->st_dev && read_files[i].inode == status->st_ino)
            return true;
    }
    return false;
}

void spared_add(const struct stat *status)
{
    pthread_mutex_lock(&lock);
    struct read_file *more =
        was_read(status) ? NULL : realloc(read_files, (read_count + 1) * sizeof *more);
    if (more) { /* out of memory something else will be said */
        read_files = more;
        read_files[read_count++] = (struct read_file){status->st_dev, status->st_ino};
    }
    pthread_mutex_unlock(&lock);
}

/* By the first line that says something, as whoever reads it goes by. */
static enum output_kind kind_of(const char *name)
{
    struct lines lines;
    struct error error;
    char *text = NULL;
    int kind = OUTPUT_ROWS;
    if (!lines_open(&lines, name, NULL, &error))
        return OUTPUT_ROWS;
    if (lines_next_said(&lines, &text, &error) && text) {
        for (kind = 0; kind < OUTPUT_ROWS; kind++) {
            if (strncmp(text, kinds[kind].head, strlen(kinds[kind].head)) == 0)
                break;
        }
    }
    lines_close(&lines);
    return (enum output_kind)kind;
}

bool spared_not(const char *name, enum output_kind kind, struct error *error)
{
    struct stat status;
    if (stat(name, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0)
        return true;
    pthread_mutex_lock(&lock);
    bool data = was_read(&status);
    pthread_mutex_unlock(&lock);
    if (data)
        return error_set(error,
            "%s is data that has been read and stays as it is: take another name",
            SHOWN_FILE(name));
    enum output_kind there = kind_of(name);
    if (there == kind)
        return true;
    bool own = kind != OUTPUT_ROWS;
    return error_set(error, "%s is %s %s and stays as it is: take another name",
        SHOWN_FILE(name), own ? "no" : "a", kinds[own ? kind : there].title);
}
