#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "engine/clock.h"

/* Rows gather for so long, or until there are so many: a buffer holds them, however wide. */
#define GATHER_SECONDS 0.2
enum { GATHER_ROWS = 512, BUFFER_SIZE = 1 << 20, LINKS = 40, NAMES = 100, NAME_BYTES = 200 };

/* The temporary file that was opened last and is open: a command without a screen has one. */
static const char *_Atomic temporary_file;
/* What has gathered for standard output, which may need it until the end. */
static char standard_buffer[BUFFER_SIZE];

void output_abandon(void)
{
    const char *name = temporary_file;
    if (name)
        (void)unlink(name);
}

static bool refuse(struct error *error, const char *name, int number)
{
    return error_set(error, "%s: %s", SHOWN_FILE(name), strerror(number));
}

/* Bytes of a path up to and with its last slash. */
static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Where a link leads, from the directory it stands in; NULL when it cannot be read. */
static char *follow(const char *path)
{
    char to[PATH_MAX];
    ssize_t length = readlink(path, to, sizeof to);
    if (length < 0 || length == (ssize_t)sizeof to)
        return NULL;
    size_t directory = to[0] == '/' ? 0 : directory_length(path);
    char *result = malloc(directory + (size_t)length + 1);
    if (!result)
        return NULL;
    memcpy(result, path, directory);
    memcpy(result + directory, to, (size_t)length);
    result[directory + (size_t)length] = '\0';
    return result;
}

/* The file itself, at the end of its links, also when it is not there yet. */
static char *resolve(const char *name)
{
    char *path = strdup(name);
    struct stat status;
    for (int i = 0; path && i < LINKS; i++) {
        if (lstat(path, &status) != 0 || !S_ISLNK(status.st_mode))
            return path;
        char *next = follow(path);
        free(path);
        path = next;
    }
    free(path);
    return NULL;
}

/* Standard output under another name: what was written before stays. */
static bool is_standard(const struct stat *status)
{
    struct stat standard;
    return fstat(STDOUT_FILENO, &standard) == 0 && standard.st_dev == status->st_dev &&
        standard.st_ino == status->st_ino;
}

/* A name of an open file, which replacing would not reach. */
static bool is_descriptor(const char *name)
{
    return strncmp(name, "/dev/fd/", 8) == 0 || strncmp(name, "/proc/", 6) == 0 ||
        strncmp(name, "/dev/std", 8) == 0;
}

/* Makes a new file beside the target; -1 when that cannot be, with errno. */
static int make_temporary(struct output *output)
{
    size_t size = strlen(output->target) + 48, directory = directory_length(output->target);
    output->temporary = malloc(size);
    if (!output->temporary)
        return -1;
    for (int i = 0; i < NAMES; i++) {
        (void)snprintf(output->temporary, size, "%.*s%.*s.%ld-%d.part", (int)directory,
            output->target, NAME_BYTES, output->target + directory, (long)getpid(), i);
        int file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0)
            return file;
        if (errno != EEXIST)
            break;
    }
    int number = errno;
    free(output->temporary);
    output->temporary = NULL;
    errno = number;
    return -1;
}

/* Gives the new file what the old one has; false when somebody else's cannot stay theirs. */
static bool take_after(int file, const struct stat *old)
{
    struct stat now;
    if (fstat(file, &now) != 0)
        return false;
    bool theirs = now.st_uid != old->st_uid || now.st_gid != old->st_gid;
    if (theirs && fchown(file, old->st_uid, old->st_gid) != 0)
        return false;
    return fchmod(file, old->st_mode & 07777) == 0;
}

/* A file beside `old`, which may be written; -1: in place. */
static int open_beside(struct output *output, const struct stat *old)
{
    int file = old->st_nlink > 1 ? -1 : make_temporary(output);
    if (file >= 0 && !take_after(file, old)) {
        (void)close(file);
        (void)unlink(output->temporary);
        free(output->temporary);
        output->temporary = NULL;
        return -1;
    }
    return file;
}

/* The descriptor to write to; -1 with errno. */
static int open_file(struct output *output, const char *name)
{
    struct stat status;
    if (stat(name, &status) != 0) {
        if (errno != ENOENT)
            return -1;
        output->target = resolve(name);
        return output->target ? make_temporary(output) : -1;
    }
    if (is_standard(&status))
        return dup(STDOUT_FILENO);
    /* Whoever may not write it may not replace it either. */
    int old = open(name, O_WRONLY | O_CLOEXEC), file = -1;
    if (old < 0 || !S_ISREG(status.st_mode))
        return old;
    if (!is_descriptor(name)) {
        output->target = resolve(name);
        file = output->target ? open_beside(output, &status) : -1;
    }
    output->in_place = file < 0;
    if (file < 0)
        return old;
    (void)close(old);
    return file;
}

bool output_open(
    struct output *output, const char *name, enum output_kind kind, struct error *error)
{
    *output = (struct output){.file = stdout, .name = "standard output", .kind = kind};
    if (name && strcmp(name, "-") != 0) {
        if (!spared_not(name, kind, error))
            return false;
        output->name = name;
        errno = ENOENT;
        int file = open_file(output, name);
        output->file = file < 0 ? NULL : fdopen(file, "w");
        if (!output->file) {
            refuse(error, name, errno);
            if (file >= 0)
                (void)close(file);
            (void)output_close(output, false, NULL);
            return false;
        }
    }
    if (output->temporary)
        temporary_file = output->temporary;
    output->gathers = !isatty(fileno(output->file));
    if (output->gathers && output->file != stdout)
        output->buffer = malloc(BUFFER_SIZE); /* without it rows are written as they come */
    char *buffer = output->file == stdout ? standard_buffer : output->buffer;
    if (output->gathers && buffer)
        (void)setvbuf(output->file, buffer, _IOFBF, BUFFER_SIZE);
    output->flushed = clock_seconds();
    return true;
}

bool output_spares(const struct output *output, struct error *error)
{
    return output->file == stdout || (output->in_place && output->begun) ||
        spared_not(output->name, output->kind, error);
}

static void flush(struct output *output, double now)
{
    if (output->error == 0 && (ferror(output->file) || fflush(output->file) != 0))
        output->error = errno ? errno : EIO;
    output->rows = 0;
    output->flushed = now;
}

void output_begin(struct output *output)
{
    if (output->in_place && !output->begun && ftruncate(fileno(output->file), 0) != 0)
        output->error = errno;
    output->begun = true;
}

bool output_rows(struct output *output, int rows)
{
    /* The stream's failure first, while errno is that of it. */
    if (ferror(output->file) && output->error == 0)
        output->error = errno ? errno : EIO;
    double now = clock_seconds();
    output->rows += rows;
    if (output->rows >= GATHER_ROWS || !output->gathers ||
        now - output->flushed >= GATHER_SECONDS)
        flush(output, now);
    return output->error == 0;
}

/* Some file systems cannot sync; what they have is all there is. */
static bool sync_file(int file)
{
    return fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

static void finish(struct output *output, bool keep)
{
    if (output->in_place) /* what has been begun cannot be taken back */
        keep = output->begun;
    if (keep && output->error == 0) {
        flush(output, 0);
        if (output->temporary && output->error == 0 && !sync_file(fileno(output->file)))
            output->error = errno;
    }
    if (output->file != stdout && fclose(output->file) != 0 && keep && output->error == 0)
        output->error = errno;
    if (output->temporary && keep && output->error == 0 &&
        rename(output->temporary, output->target) != 0)
        output->error = errno;
    if (output->temporary && (!keep || output->error))
        (void)unlink(output->temporary);
}

bool output_close(struct output *output, bool keep, struct error *error)
{
    bool spared = output->file && keep && !output_spares(output, error);
    if (output->file)
        finish(output, keep && !spared);
    const char *own = output->temporary;
    if (own)
        (void)atomic_compare_exchange_strong(&temporary_file, &own, NULL);
    free(output->target);
    free(output->temporary);
    free(output->buffer);
    bool failed = output->error && output->error != EPIPE;
    if (failed)
        refuse(error, output->name, output->error);
    *output = (struct output){.error = output->error};
    return !failed && !spared;
}
