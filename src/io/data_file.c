#include "io/data_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/names.h"
#include "core/text.h"
#include "io/csv_data.h"
#include "io/idx_data.h"
#include "io/spared.h"

/* In their order they are asked whether a file is theirs; CSV is what no other is. */
static const struct data_format *const formats[] = {&idx_format, &csv_format};

enum { FILES_KEPT = 8, SETS_KEPT = 2, READ_AT_ONCE = 16 << 20 };

struct kept_file {
    char name[DATA_FILE_NAME];
    unsigned char *bytes; /* owned; NULL: this place is free */
    size_t size;
    unsigned long used; /* when it was last asked for */
};

struct kept_set {
    struct hparams hparams;
    struct dataset *set; /* a share; NULL: this place is free */
    unsigned long used;
};

struct data_files {
    struct data_reader reader;
    pthread_mutex_t lock; /* of all below */
    struct kept_file files[FILES_KEPT];
    struct kept_set sets[SETS_KEPT];
    unsigned long asked;
    const struct interrupt *interrupt; /* of who has the lock */
};

/* Settings that build anew and are of the network: a set of a file may depend on all others. */
static const char *const of_network[] = {
    "depth", "width", "init", "gain", "bias", "bias_std", "output", "loss"};

static bool is_of_network(const struct hparam *row)
{
    for (size_t i = 0; i < ARRAY_LEN(of_network); i++) {
        if (name_equal(row->name, of_network[i]))
            return true;
    }
    return false;
}

static bool same_set(const struct hparams *a, const struct hparams *b)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (row->rebuild && !is_of_network(row) && !hparam_equal(a, b, row))
            return false;
    }
    return true;
}

bool data_files_interrupted(const struct data_files *files)
{
    return files && interrupt_asked(files->interrupt);
}

static bool refuse(const char *name, const char *why, struct error *error)
{
    return error_set(error, "%s: %s", SHOWN_FILE(name), why);
}

/* Opened without waiting for a writer, as a pipe without one would have it. */
static int open_file(const char *name, size_t *size, struct error *error)
{
    struct stat status;
    int file = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        (void)refuse(name, strerror(errno), error);
        if (file >= 0)
            (void)close(file);
        return -1;
    }
    const char *why = S_ISDIR(status.st_mode) ? "is a directory, and no file of data"
        : !S_ISREG(status.st_mode) ? "is no regular file: write the data into one first"
        : (unsigned long long)status.st_size > DATA_FILE_MOST
        ? "has more than 1 GiB: a part of it may do"
        : NULL;
    *size = (size_t)status.st_size;
    if (!why) {
        spared_add(&status);
        return file;
    }
    (void)refuse(name, why, error);
    (void)close(file);
    return -1;
}

/* All that is there, up to the size that it had when it was opened. */
static unsigned char *read_all(
    const struct data_files *files, const char *name, size_t *size, struct error *error)
{
    int file = open_file(name, size, error);
    if (file < 0)
        return NULL;
    unsigned char *bytes = malloc(*size + 1);
    size_t got = 0;
    while (bytes && got < *size) {
        size_t left = *size - got;
        bool given_up = data_files_interrupted(files);
        ssize_t more =
            given_up ? -1 : read(file, bytes + got, left < READ_AT_ONCE ? left : READ_AT_ONCE);
        if (more < 0 && !given_up && errno == EINTR)
            continue;
        if (more < 0) {
            (void)refuse(name, given_up ? "interrupted" : strerror(errno), error);
            free(bytes);
            (void)close(file);
            return NULL;
        }
        if (more == 0)
            break;
        got += (size_t)more;
    }
    (void)close(file);
    if (!bytes) {
        (void)refuse(name, "out of memory for what it holds", error);
        return NULL;
    }
    bytes[got] = '\0';
    *size = got;
    return bytes;
}

static void forget_file(struct kept_file *file)
{
    free(file->bytes);
    *file = (struct kept_file){.bytes = NULL};
}

/* The place of a file of that size; what was asked for long ago goes. */
static struct kept_file *make_room(struct data_files *files, size_t size)
{
    for (;;) {
        struct kept_file *room = NULL, *oldest = NULL;
        size_t kept = size;
        for (int i = 0; i < FILES_KEPT; i++) {
            struct kept_file *file = &files->files[i];
            if (!file->bytes)
                room = file;
            else if (!oldest || file->used < oldest->used)
                oldest = file;
            kept += file->bytes ? file->size : 0;
        }
        if (room && (kept <= DATA_FILE_MOST || !oldest))
            return room;
        forget_file(oldest);
    }
}

bool data_files_bytes(
    struct data_files *files, const char *name, struct data_bytes *bytes, struct error *error)
{
    struct kept_file *file = NULL;
    for (int i = 0; i < FILES_KEPT && !file; i++) {
        if (files->files[i].bytes && strcmp(files->files[i].name, name) == 0)
            file = &files->files[i];
    }
    if (!file) {
        size_t size, length = strlen(name);
        if (length >= sizeof file->name)
            return refuse(name, "the name is too long", error);
        unsigned char *content = read_all(files, name, &size, error);
        if (!content)
            return false;
        file = make_room(files, size);
        memcpy(file->name, name, length + 1);
        file->bytes = content;
        file->size = size;
    }
    file->used = ++files->asked;
    *bytes = (struct data_bytes){file->name, file->bytes, file->size};
    return true;
}

static struct dataset *parse(
    struct data_files *files, const struct hparams *hparams, struct error *error)
{
    if (hparams->data == DATA_DIGITS)
        return digits_read(files, hparams, error);
    struct data_bytes file;
    if (!data_files_bytes(files, hparams->file, &file, error))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (formats[i]->is(&file))
            return formats[i]->read(files, &file, hparams, error);
    }
    (void)refuse(hparams->file, "no kind of file that is known", error);
    return NULL;
}

/* As many of its samples as are asked for. */
static bool choose(struct dataset *set, const struct hparams *hparams, struct error *error)
{
    int count = hparams->samples;
    if (count > set->samples)
        return error_set(error, "samples: %d of the %d that %s has: samples=auto for all",
            count, set->samples, SHOWN(data_title(hparams)));
    if (count > 0 && count < set->classes)
        return error_set(error, "samples %d: the %d classes of %s need %d at least", count,
            set->classes, SHOWN(data_title(hparams)), set->classes);
    if (count > 0 && count < set->samples && !dataset_choose(set, count))
        return error_set(error, "out of memory for a choice of samples");
    return true;
}

/* With the lock. */
static struct dataset *find(
    struct data_files *files, const struct hparams *hparams, struct error *error)
{
    struct kept_set *place = &files->sets[0];
    for (int i = 0; i < SETS_KEPT; i++) {
        struct kept_set *kept = &files->sets[i];
        if (kept->set && same_set(&kept->hparams, hparams)) {
            kept->used = ++files->asked;
            return dataset_share(kept->set);
        }
        if (kept->used < place->used)
            place = kept;
    }
    struct dataset *set = parse(files, hparams, error);
    if (!set)
        return NULL;
    if (!choose(set, hparams, error)) {
        dataset_release(set);
        return NULL;
    }
    set = dataset_prepare(set, hparams, files->interrupt);
    if (!set) {
        error_set(error, "%s: %s", SHOWN(data_title(hparams)),
            data_files_interrupted(files) ? "interrupted" : "out of memory for its samples");
        return NULL;
    }
    dataset_release(place->set);
    *place = (struct kept_set){*hparams, set, ++files->asked};
    return dataset_share(set);
}

static struct dataset *read_set(void *context, const struct hparams *hparams,
    const struct interrupt *interrupt, struct error *error)
{
    struct data_files *files = context;
    pthread_mutex_lock(&files->lock);
    files->interrupt = interrupt;
    struct dataset *set = find(files, hparams, error);
    pthread_mutex_unlock(&files->lock);
    return set;
}

struct data_files *data_files_create(void)
{
    struct data_files *files = calloc(1, sizeof *files);
    if (!files)
        return NULL;
    pthread_mutex_init(&files->lock, NULL);
    files->reader = (struct data_reader){read_set, files};
    return files;
}

void data_files_destroy(struct data_files *files)
{
    if (!files)
        return;
    for (int i = 0; i < SETS_KEPT; i++)
        dataset_release(files->sets[i].set);
    for (int i = 0; i < FILES_KEPT; i++)
        forget_file(&files->files[i]);
    pthread_mutex_destroy(&files->lock);
    free(files);
}

const struct data_reader *data_files_reader(const struct data_files *files)
{
    return &files->reader;
}
