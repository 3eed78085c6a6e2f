#include "io/votes.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/text.h"

#define QUESTION_FILE "nablascope-question"
#define QUESTION_HEAD "nablascope-question 1"
#define VOTE_HEAD "nablascope-vote 1"

enum {
    QUESTION_SIZE = 64 + VOTES_CHOICES * (VOTES_TEXT + 16),
    VOTE_SIZE = 128,
    PATH_SIZE = 64 + VOTES_NAME
};

/* What a file holds, if it is a regular one of at most size - 1 bytes; else false. Of a pipe or
 * a device nothing is waited for, and no link leads elsewhere. */
static bool read_small(int directory, const char *name, char *text, size_t size)
{
    struct stat status;
    int file = openat(directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return false;
    bool small =
        fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < (off_t)size;
    ssize_t length = small ? read(file, text, size) : -1;
    (void)close(file);
    if (length < 0 || (size_t)length >= size)
        return false;
    text[length] = '\0';
    return strlen(text) == (size_t)length;
}

static bool write_all(int file, const char *text)
{
    size_t length = strlen(text);
    return write(file, text, length) == (ssize_t)length && fsync(file) == 0;
}

/* Whole, in the place of what has that name; readable for all whatever the umask is, since who
 * votes is not who counts. False with errno. */
static bool write_small(int directory, const char *name, const char *text)
{
    char temporary[PATH_SIZE + 32];
    (void)snprintf(temporary, sizeof temporary, ".%s.%ld", name, (long)getpid());
    (void)unlinkat(directory, temporary, 0); /* of one that was killed, with the same number */
    int file = openat(
        directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0)
        return false;
    bool done = fchmod(file, 0644) == 0 && write_all(file, text);
    int reason = errno;
    done = close(file) == 0 && done;
    if (done && renameat(directory, temporary, directory, name) == 0)
        return true;
    reason = done ? errno : reason;
    (void)unlinkat(directory, temporary, 0);
    errno = reason;
    return false;
}

/* Its descriptor; -1 with *error. */
static int open_directory(const char *name, struct error *error)
{
    int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 && errno == ENOENT)
        error_set(error,
            "%s: there is no such directory: the one that 'lesson --votes=DIR' counts in is "
            "meant",
            SHOWN_FILE(name));
    else if (directory < 0)
        error_set(error, "%s: %s", SHOWN_FILE(name), strerror(errno));
    return directory;
}

/* The next line of *text, which moves on behind it; NULL: there is none that ends. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (!end)
        return NULL;
    *end = '\0';
    *text = end + 1;
    return line;
}

/* "WORD NUMBER", and nothing else. */
static bool read_number(char **text, const char *word, int base, uint64_t *number)
{
    char *line = next_line(text), *end;
    size_t length = strlen(word);
    if (!line || strncmp(line, word, length) != 0 || line[length] != ' ' ||
        !isxdigit((unsigned char)line[length + 1]))
        return false;
    errno = 0;
    *number = strtoull(line + length + 1, &end, base);
    return errno == 0 && !*end;
}

static bool read_head(char **text, const char *head)
{
    const char *line = next_line(text);
    return line && strcmp(line, head) == 0;
}

static bool read_poll(char *text, struct poll *poll)
{
    uint64_t question, round, choices;
    if (!read_head(&text, QUESTION_HEAD) || !read_number(&text, "run", 16, &poll->run) ||
        !read_number(&text, "question", 10, &question) ||
        !read_number(&text, "round", 10, &round) ||
        !read_number(&text, "choices", 10, &choices))
        return false;
    if (question < 1 || question > INT_MAX || round < 1 || round > 2 || choices < 2 ||
        choices > VOTES_CHOICES)
        return false;
    poll->question = (int)question;
    poll->round = (int)round;
    poll->choices = (int)choices;
    for (int i = 0; i < poll->choices; i++) {
        const char *line = next_line(&text);
        text_clean(poll->texts[i], VOTES_TEXT, line ? line : "");
    }
    return true;
}

bool poll_open(const char *directory, const struct poll *poll, struct error *error)
{
    char text[QUESTION_SIZE];
    int used = snprintf(text, sizeof text,
        QUESTION_HEAD "\nrun %" PRIx64 "\nquestion %d\nround %d\nchoices %d\n", poll->run,
        poll->question, poll->round, poll->choices);
    for (int i = 0; i < poll->choices; i++) {
        char line[VOTES_TEXT];
        text_clean(line, sizeof line, poll->texts[i]);
        used += snprintf(text + used, sizeof text - (size_t)used, "%s\n", line);
    }
    int place = open_directory(directory, error);
    if (place < 0)
        return false;
    bool done = write_small(place, QUESTION_FILE, text) ||
        error_set(error, "%s: the question cannot be written: %s", SHOWN_FILE(directory),
            strerror(errno));
    (void)close(place);
    return done;
}

bool poll_find(const char *directory, struct poll *poll, struct error *error)
{
    char text[QUESTION_SIZE];
    struct stat status;
    int place = open_directory(directory, error);
    if (place < 0)
        return false;
    bool there = fstatat(place, QUESTION_FILE, &status, AT_SYMLINK_NOFOLLOW) == 0;
    bool right = read_small(place, QUESTION_FILE, text, sizeof text) && read_poll(text, poll);
    (void)close(place);
    if (right)
        return true;
    return there
        ? error_set(error, "%s/%s: not what a lesson writes: nothing can be answered by it",
              SHOWN_FILE(directory), QUESTION_FILE)
        : error_set(error, "%s: no question is open at present: vote when the lesson asks one",
              SHOWN_FILE(directory));
}

void poll_close(const char *directory, const struct poll *poll)
{
    struct poll open;
    int place = open_directory(directory, NULL);
    if (place < 0)
        return;
    if (poll_find(directory, &open, NULL) && open.run == poll->run)
        (void)unlinkat(place, QUESTION_FILE, 0);
    (void)close(place);
}

/* Stands in a file's name as it is: no blank, no separator, nothing that a shell reads. */
static bool is_plain(char c)
{
    return isalnum((unsigned char)c) || c == '@' || c == '.' || c == '_' || c == '+' ||
        c == '-';
}

void vote_name(const char *name, char part[VOTES_NAME])
{
    enum { PLAIN = VOTES_NAME - 18 }; /* bytes before the digest of what had no room in it */
    size_t length = strlen(name), used = 0;
    bool plain = length > 0 && length < VOTES_NAME;
    for (size_t i = 0; i < length; i++) {
        plain = plain && is_plain(name[i]);
        if (used < PLAIN)
            part[used++] = name[i];
    }
    if (plain) {
        memcpy(part, name, length + 1);
        return;
    }
    for (size_t i = 0; i < used; i++) {
        if (!is_plain(part[i]))
            part[i] = '_';
    }
    uint64_t digest = DIGEST_START;
    for (size_t i = 0; i < length; i++)
        digest_bits(&digest, (unsigned char)name[i]);
    (void)snprintf(part + used, VOTES_NAME - used, "~%016" PRIx64, digest);
}

/* What the names of votes for this poll begin with. */
static int beginning(const struct poll *poll, char text[PATH_SIZE])
{
    return snprintf(text, PATH_SIZE, "vote.%d.%d.", poll->question, poll->round);
}

bool vote_write(const char *directory, const struct poll *poll, const char *name, int choice,
    struct error *error)
{
    char path[PATH_SIZE], text[VOTE_SIZE];
    int used = beginning(poll, path);
    (void)snprintf(path + used, sizeof path - (size_t)used, "%s", name);
    (void)snprintf(
        text, sizeof text, VOTE_HEAD "\nrun %" PRIx64 "\nchoice %d\n", poll->run, choice);
    int place = open_directory(directory, error);
    if (place < 0)
        return false;
    bool done = write_small(place, path, text) ||
        error_set(error, "%s: the vote cannot be written: %s", SHOWN_FILE(directory),
            strerror(errno));
    (void)close(place);
    return done;
}

/* The choice in a vote for this poll; 0: for another one; -1: it is no vote. */
static int read_vote(char *text, const struct poll *poll)
{
    uint64_t run, choice;
    if (!read_head(&text, VOTE_HEAD) || !read_number(&text, "run", 16, &run))
        return -1;
    if (run != poll->run)
        return 0;
    if (!read_number(&text, "choice", 10, &choice) || choice < 1 ||
        choice > (uint64_t)poll->choices || *text)
        return -1;
    return (int)choice;
}

bool votes_count(const char *directory, const struct poll *poll, struct vote_count *count,
    struct error *error)
{
    char text[VOTE_SIZE], begins[PATH_SIZE];
    size_t length = (size_t)beginning(poll, begins);
    memset(count, 0, sizeof *count);
    DIR *list = opendir(directory);
    if (!list)
        return error_set(error, "%s: %s", SHOWN_FILE(directory), strerror(errno));
    for (const struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (strncmp(entry->d_name, begins, length) != 0)
            continue;
        bool read = read_small(dirfd(list), entry->d_name, text, sizeof text);
        int choice = read ? read_vote(text, poll) : -1;
        if (choice > 0)
            count->counts[choice - 1]++;
        else if (choice < 0)
            count->unreadable++;
    }
    (void)closedir(list);
    return true;
}
