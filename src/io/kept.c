#include "io/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"
#include "io/session_reader.h"

#define ENDED SESSION_ENDED "\n"
#define SUFFIX ".session"
#define PART ".part"

/* Why counts for more than where, which may not have room beside it. */
static bool refuse(struct error *error, const char *path, int number)
{
    return error_set(error, "%s: %s", strerror(number), SHOWN_FILE(path));
}

bool kept_place(char directory[KEPT_DIRECTORY])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int length = 0;
    if (state && state[0] == '/')
        length = snprintf(directory, KEPT_DIRECTORY, "%s/nablascope", state);
    else if (home && home[0] == '/')
        length = snprintf(directory, KEPT_DIRECTORY, "%s/.local/state/nablascope", home);
    return length > 0 && length < KEPT_DIRECTORY;
}

/* With those that lead to it. */
static bool make_directory(const char *path, struct error *error)
{
    char part[KEPT_PATH];
    (void)snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1;; at++) {
        if (*at && *at != '/')
            continue;
        char end = *at;
        *at = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            int number = errno;
            struct stat status;
            if (stat(part, &status) != 0)
                return refuse(error, part, number);
        }
        *at = end;
        if (!end)
            return true;
    }
}

static void path_of(const struct kept *kept, const char *name, const char *end, char *path)
{
    (void)snprintf(path, KEPT_PATH, "%s/%.255s%s", kept->directory, name, end);
}

/* Whether somebody else holds it; also where nobody can know. */
static bool is_held(int file)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(file, F_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

static bool hold(int file)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(file, F_SETLK, &lock) == 0;
}

/* A new one of this time; -1 with errno. */
static int make_file(struct kept *kept, time_t time, char *path)
{
    char when[32];
    struct tm local;
    errno = EOVERFLOW;
    if (!localtime_r(&time, &local) ||
        strftime(when, sizeof when, "%Y-%m-%d-%H%M%S", &local) == 0)
        return -1;
    (void)snprintf(kept->name, sizeof kept->name, "%s-%ld" SUFFIX, when, (long)getpid());
    path_of(kept, kept->name, "", path);
    return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

bool kept_open(struct kept *kept, struct error *error)
{
    char path[KEPT_PATH] = "";
    if (!make_directory(kept->directory, error))
        return false;
    time_t now = time(NULL);
    do /* this program may have had one in the same second */
        kept->file = make_file(kept, now++, path);
    while (kept->file < 0 && errno == EEXIST);
    if (kept->file < 0) {
        int number = errno;
        kept->name[0] = '\0';
        return refuse(error, path, number);
    }
    /* Where there are no locks nobody takes it for one that has ended. */
    (void)hold(kept->file);
    kept->size = 0;
    journal_begin(&kept->journal);
    kept->begun = true;
    return true;
}

/* All of it at this place, or 0 and errno. */
static bool write_at(int file, const char *text, size_t size, long place)
{
    while (size > 0) {
        ssize_t done = pwrite(file, text, size, (off_t)place);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            errno = done == 0 ? EIO : errno;
            return false;
        }
        text += done;
        size -= (size_t)done;
        place += (long)done;
    }
    return true;
}

static bool append(struct kept *kept, const char *text, size_t size, struct error *error)
{
    char path[KEPT_PATH];
    if (write_at(kept->file, text, size, kept->size)) {
        kept->size += (long)size;
        return true;
    }
    int number = errno;
    if (ftruncate(kept->file, (off_t)kept->size) != 0)
        number = errno;
    path_of(kept, kept->name, "", path);
    kept->behind = true;
    return refuse(error, path, number);
}

/* A whole file under another name, which then takes the place of this one. */
static bool replace(struct kept *kept, const char *text, size_t size, struct error *error)
{
    char path[KEPT_PATH], part[KEPT_PATH];
    path_of(kept, kept->name, "", path);
    path_of(kept, kept->name, PART, part);
    int file = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return refuse(error, part, errno);
    (void)hold(file);
    if (!write_at(file, text, size, 0) || fsync(file) != 0 || rename(part, path) != 0) {
        int number = errno;
        (void)unlink(part);
        (void)close(file);
        return refuse(error, path, number);
    }
    (void)close(kept->file);
    kept->file = file;
    kept->size = (long)size;
    kept->behind = false;
    return true;
}

/* What is to be written; NULL without memory. */
static char *news_of(struct kept *kept, const struct branches *tree, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    bool told = !kept->behind && journal_tell(&kept->journal, tree, out);
    if (!told) {
        kept->behind = true;
        rewind(out);
        journal_clear(&kept->journal);
        journal_begin(&kept->journal);
        told = journal_tell(&kept->journal, tree, out);
    }
    if (fclose(out) == 0 && told)
        return text;
    kept->behind = true;
    free(text);
    return NULL;
}

/* Somebody has removed it: what is written now nobody would find. */
static bool is_removed(const struct kept *kept)
{
    struct stat status;
    return kept->name[0] && fstat(kept->file, &status) == 0 && status.st_nlink == 0;
}

bool kept_write(struct kept *kept, const struct branches *tree, struct error *error)
{
    size_t size = 0;
    kept->behind = kept->behind || is_removed(kept);
    char *text = news_of(kept, tree, &size);
    if (!text)
        return error_set(error, "no memory for what is to be kept, or more than can be");
    bool done = kept->behind ? replace(kept, text, size, error)
                             : size == 0 || append(kept, text, size, error);
    free(text);
    return done;
}

void kept_sync(const struct kept *kept)
{
    if (kept->name[0])
        (void)fdatasync(kept->file); /* some file systems cannot */
}

bool kept_says(const struct branches *branches)
{
    for (int i = 0; i < branches->count; i++) {
        if (branches->list[i].changes.count > 0)
            return true;
    }
    return branches->count > 1;
}

void kept_close(struct kept *kept, bool ended)
{
    char path[KEPT_PATH];
    struct error error;
    if (kept->name[0]) {
        path_of(kept, kept->name, "", path);
        bool says = kept->behind || kept_says(&kept->journal.told.branches);
        if (ended && (kept->size == 0 || !says))
            (void)unlink(path);
        else if (ended)
            (void)append(kept, ENDED, strlen(ENDED), &error);
        kept_sync(kept);
        (void)close(kept->file);
    }
    if (kept->begun)
        journal_clear(&kept->journal);
    kept->name[0] = '\0';
    kept->begun = false;
}

static bool has_ended(int file)
{
    char text[sizeof ENDED - 1];
    off_t end = lseek(file, 0, SEEK_END);
    return end >= (off_t)sizeof text &&
        pread(file, text, sizeof text, end - (off_t)sizeof text) == (ssize_t)sizeof text &&
        memcmp(text, ENDED, sizeof text) == 0;
}

/* Where the last whole line ends. */
static off_t whole_end(int file)
{
    char text[2 * SESSION_LINE_MOST];
    off_t end = lseek(file, 0, SEEK_END);
    off_t from = end > (off_t)sizeof text ? end - (off_t)sizeof text : 0;
    ssize_t length = pread(file, text, (size_t)(end - from), from);
    while (length > 0 && text[length - 1] != '\n')
        length--;
    return length > 0 ? from + (off_t)length : end;
}

void kept_settle(int lock)
{
    off_t end = whole_end(lock);
    if (ftruncate(lock, end) == 0)
        (void)write_at(lock, ENDED, strlen(ENDED), (long)end);
    (void)fsync(lock);
    (void)close(lock);
}

/* The names in the directory are of our making, or none of our business. */
static bool is_ours(const char *name, const char *end)
{
    static const char shape[] = "dddd-dd-dd-dddddd-";
    size_t length = strlen(name), i;
    for (i = 0; shape[i]; i++) {
        bool right = shape[i] == 'd' ? name[i] >= '0' && name[i] <= '9' : name[i] == shape[i];
        if (!right)
            return false;
    }
    i += strspn(name + i, "0123456789");
    return length < sizeof((struct kept_session *)0)->name && strcmp(name + i, end) == 0;
}

struct found {
    struct kept_session session;
    bool empty;           /* perhaps one that is just beginning */
    struct timespec time; /* of its last line */
};

static int newer_first(const void *of_a, const void *of_b)
{
    const struct found *a = of_a, *b = of_b;
    if (a->time.tv_sec != b->time.tv_sec)
        return a->time.tv_sec < b->time.tv_sec ? 1 : -1;
    if (a->time.tv_nsec != b->time.tv_nsec)
        return a->time.tv_nsec < b->time.tv_nsec ? 1 : -1;
    return strcmp(b->session.name, a->session.name);
}

/* False when its program runs, or nothing can be known of it. */
static bool look_at(const struct kept *kept, const char *name, struct found *found)
{
    char path[KEPT_PATH];
    struct stat status;
    path_of(kept, name, "", path);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    bool free = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && !is_held(file);
    if (free) {
        *found = (struct found){.time = status.st_mtim, .empty = status.st_size == 0};
        (void)snprintf(found->session.name, sizeof found->session.name, "%.63s", name);
        found->session.broken = !has_ended(file);
    }
    (void)close(file);
    return free;
}

static bool add_found(struct found **list, int *count, const struct found *found)
{
    if (*count % 32 == 0) {
        struct found *grown = realloc(*list, ((size_t)*count + 32) * sizeof *grown);
        if (!grown)
            return false;
        *list = grown;
    }
    (*list)[(*count)++] = *found;
    return true;
}

bool kept_last(const struct kept *kept, struct kept_session *last)
{
    struct found *list = NULL, found;
    int count = 0;
    DIR *directory = opendir(kept->directory);
    if (!directory)
        return false;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        bool part = is_ours(entry->d_name, SUFFIX PART);
        if (strncmp(entry->d_name, kept->name, strlen(kept->name)) == 0 && kept->name[0])
            continue; /* closing it would give up the lock */
        if ((!part && !is_ours(entry->d_name, SUFFIX)) || !look_at(kept, entry->d_name, &found))
            continue;
        if (part) {
            char path[KEPT_PATH];
            path_of(kept, entry->d_name, "", path);
            (void)unlink(path);
        } else if (!add_found(&list, &count, &found)) {
            break;
        }
    }
    (void)closedir(directory);
    if (count > 0)
        qsort(list, (size_t)count, sizeof *list, newer_first);
    int first = 0;
    while (first < count && list[first].empty)
        first++;
    if (first < count)
        *last = list[first].session;
    for (int i = KEPT_SESSIONS; i < count; i++) {
        char path[KEPT_PATH];
        path_of(kept, list[i].session.name, "", path);
        (void)unlink(path);
    }
    free(list);
    return first < count;
}

/* Of a file that broke off what comes before the end is whole, whatever the end is. */
static bool read_whole(struct lines *lines, struct session_file *file, struct error *error)
{
    struct session_reader reader;
    struct error end;
    char *text;
    session_reader_begin(&reader, file);
    lines_grow(lines);
    while (lines_next_said(lines, &text, &end) && text) {
        if (!session_reader_take(&reader, lines, text, &end))
            break;
    }
    session_file_give_marks(file);
    return reader.headed || lines_wrong(lines, error, "nothing has been kept in it");
}

bool kept_read(const struct kept *kept, const char *name, struct session_file *file, int *lock,
    struct error *error)
{
    char path[KEPT_PATH];
    struct lines lines;
    path_of(kept, name, "", path);
    if (!lines_open(&lines, path, NULL, error))
        return false;
    bool done = read_whole(&lines, file, error);
    lines_close(&lines);
    if (!done || !lock)
        return done;
    /* Now, since closing any descriptor of it gives the lock up. */
    *lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (*lock < 0)
        return refuse(error, path, errno);
    if (hold(*lock) && !has_ended(*lock))
        return true;
    (void)close(*lock);
    return error_set(error, "another program has restored that session meanwhile");
}

void kept_time(const char *name, char *text, size_t size)
{
    char today[32] = "";
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local))
        (void)strftime(today, sizeof today, "%Y-%m-%d", &local);
    bool other = strncmp(name, today, 10) != 0;
    (void)snprintf(text, size, "%.*s%s%.2s:%.2s", other ? 10 : 0, name, other ? " " : "",
        name + 11, name + 13);
}
