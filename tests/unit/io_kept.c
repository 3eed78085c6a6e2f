/* Kept sessions, whatever becomes of their programs: killed at any moment, without space, two
 * at once. NABLASCOPE_KILLS: how often. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/session_copy.h"
#include "io/kept.h"
#include "io/session_save.h"
#include "suites.h"
#include "wander.h"

enum { PATH_SIZE = KEPT_PATH + 1000 };

static int kills(void)
{
    const char *text = getenv("NABLASCOPE_KILLS");
    return text ? atoi(text) : 25;
}

/* A directory of this process, under the one at hand. */
static void begin(struct kept *kept, const char *what)
{
    char here[2048];
    memset(kept, 0, sizeof *kept);
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    (void)snprintf(kept->directory, sizeof kept->directory, "%s/kept-%s-%d/deep/er", here, what,
        (int)getpid());
}

static void remove_all(const struct kept *kept)
{
    char path[PATH_SIZE];
    DIR *directory = opendir(kept->directory);
    for (const struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        (void)snprintf(path, sizeof path, "%s/%s", kept->directory, entry->d_name);
        if (entry->d_name[0] != '.')
            ck_assert_int_eq(remove(path), 0);
    }
    if (directory)
        (void)closedir(directory);
    (void)snprintf(path, sizeof path, "%s", kept->directory);
    for (int i = 0; i < 3; i++) {
        ck_assert(rmdir(path) == 0 || errno == ENOENT); /* killed before it was made */
        *strrchr(path, '/') = '\0';
    }
}

static int count_files(const struct kept *kept)
{
    DIR *directory = opendir(kept->directory);
    int count = 0;
    ck_assert_ptr_nonnull(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    (void)closedir(directory);
    return count;
}

static char *read_file(const char *directory, const char *name, size_t *size)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    ck_assert_msg(file && text, "%s", path);
    *size = fread(text, 1, (1 << 20) - 1, file);
    (void)fclose(file);
    return text;
}

static void write_now(struct kept *kept, struct session *session)
{
    struct session_copy copy = {.step = 0};
    struct error error;
    ck_assert(session_copy_take(&copy, session, false));
    ck_assert_msg(kept_write(kept, &copy.branches, &error), "%s", error.text);
    session_copy_clear(&copy);
}

START_TEST(a_kept_session_is_its_owners_and_says_when_it_has_ended)
{
    struct kept kept, other;
    struct kept_session last = {.name = ""};
    struct session_file file = {.numbers = 0};
    struct session *session = wander_begin(3);
    struct stat status;
    struct error error;
    char path[PATH_SIZE];
    begin(&kept, "own");
    begin(&other, "own");
    ck_assert_msg(kept_open(&kept, &error), "%s", error.text);
    (void)snprintf(path, sizeof path, "%s/%s", kept.directory, kept.name);
    ck_assert(stat(path, &status) == 0 && (status.st_mode & 07777) == 0600);
    ck_assert(stat(kept.directory, &status) == 0 && (status.st_mode & 07777) == 0700);
    /* Nothing was done: nothing stays. */
    write_now(&kept, session);
    kept_close(&kept, true);
    ck_assert_int_eq(count_files(&kept), 0);
    /* It broke off, and can be read; but not twice. */
    for (int i = 0; i < 30; i++)
        wander_on(session);
    ck_assert(kept_open(&kept, &error));
    write_now(&kept, session);
    kept_close(&kept, false);
    ck_assert(kept_last(&other, &last) && last.broken);
    int lock;
    ck_assert_msg(kept_read(&other, last.name, &file, &lock, &error), "%s", error.text);
    check_tree(&session->branches, &file.branches);
    for (int i = 0; i < file.branches.count; i++)
        ck_assert_int_eq(
            file.branches.list[i].marks.count, session->branches.list[i].marks.count);
    ck_assert_int_gt(file.branches.list[file.branches.active].marks.count, 0);
    session_file_clear(&file);
    kept_settle(lock);
    ck_assert(kept_last(&other, &last) && !last.broken);
    ck_assert(!kept_read(&other, last.name, &file, &lock, &error));
    session_file_clear(&file);
    /* It ended as it should. */
    ck_assert(kept_open(&kept, &error));
    write_now(&kept, session);
    kept_sync(&kept);
    kept_close(&kept, true);
    ck_assert(kept_last(&other, &last) && !last.broken);
    remove_all(&kept);
    session_destroy(session);
}
END_TEST

START_TEST(the_oldest_go)
{
    struct kept kept;
    struct kept_session last;
    struct session *session = wander_begin(3);
    struct error error;
    char names[KEPT_SESSIONS + 4][64], path[PATH_SIZE];
    begin(&kept, "old");
    for (int i = 0; i < 30; i++)
        wander_on(session);
    for (int i = 0; i < KEPT_SESSIONS + 4; i++) {
        ck_assert_msg(kept_open(&kept, &error), "%s", error.text);
        memcpy(names[i], kept.name, sizeof names[i]);
        write_now(&kept, session);
        kept_close(&kept, i % 2 == 0);
        struct timespec times[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
        (void)snprintf(path, sizeof path, "%s/%s", kept.directory, names[i]);
        ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    /* What others put there is none of our business. */
    (void)snprintf(path, sizeof path, "%s/mine.session", kept.directory);
    FILE *file = fopen(path, "w");
    ck_assert(file && fclose(file) == 0);
    ck_assert(kept_last(&kept, &last) && last.broken);
    ck_assert_str_eq(last.name, names[KEPT_SESSIONS + 3]);
    ck_assert_int_eq(count_files(&kept), KEPT_SESSIONS + 1);
    for (int i = 0; i < KEPT_SESSIONS + 4; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", kept.directory, names[i]);
        ck_assert_int_eq(access(path, F_OK) == 0, i >= 4);
    }
    remove_all(&kept);
    session_destroy(session);
}
END_TEST

/* Writes what happens as fast as it can, for ever or for so many times. */
static void keep_on(struct kept *kept, unsigned walk, int times)
{
    struct session *session = wander_begin(walk);
    struct error error;
    ck_assert_msg(kept_open(kept, &error), "%s", error.text);
    for (int i = 0; i < times; i++) {
        wander_on(session);
        write_now(kept, session);
    }
    session_destroy(session);
}

static void pause_for(long microseconds)
{
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    (void)nanosleep(&time, NULL);
}

/* A child that does this until it is killed at some moment. */
static void kill_in_the_midst(void (*work)(void *context), void *context, int number)
{
    int ends[2];
    char byte;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        ck_assert_int_eq((int)write(ends[1], "", 1), 1);
        work(context);
        _exit(0);
    }
    ck_assert_int_eq((int)read(ends[0], &byte, 1), 1);
    /* The first in time for much to have been written, also by a slow machine. */
    pause_for(number == 0 ? 3000000 : number * 7919L % 20011);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void keep_for_ever(void *context)
{
    keep_on(context, 1, 1 << 20);
}

/* What is left is what a program that lives has written by then, whole lines of it. */
START_TEST(killed_it_has_what_was_told)
{
    struct kept kept, whole;
    size_t length, size;
    int longest = 0;
    begin(&kept, "kill");
    begin(&whole, "live");
    keep_on(&whole, 1, 3000);
    char *all = read_file(whole.directory, whole.name, &size);
    for (int i = 0; i < kills(); i++) {
        struct kept_session last;
        struct session_file file = {.numbers = 0};
        struct error error;
        kill_in_the_midst(keep_for_ever, &kept, i);
        bool any = kept_last(&kept, &last);
        if (any) {
            ck_assert(last.broken);
            bool read = kept_read(&kept, last.name, &file, NULL, &error);
            char *text = read_file(kept.directory, last.name, &length);
            ck_assert(read || !memchr(text, '\n', length));
            ck_assert(memcmp(text, all, length < size ? length : size) == 0);
            ck_assert_int_eq(file.branches.count > 0, 1);
            longest = (int)length > longest ? (int)length : longest;
            free(text);
        }
        session_file_clear(&file);
        remove_all(&kept);
    }
    ck_assert_int_gt(longest, 1000);
    free(all);
    kept_close(&whole, false);
    remove_all(&whole);
}
END_TEST

struct saving {
    struct session_copy copies[2];
    char name[64];
};

static void save_for_ever(void *context)
{
    struct saving *saving = context;
    struct error error;
    for (int i = 0;; i++)
        ck_assert_msg(
            session_save(&saving->copies[i % 2], saving->name, &error), "%s", error.text);
}

/* The texts that the file has when it is whole. */
static void save_both(struct saving *saving, char *texts[2])
{
    struct error error;
    size_t size;
    for (unsigned i = 0; i < 2; i++) {
        struct session *session = wander_begin(4 * i + 1);
        for (int k = 0; k < 80; k++)
            wander_on(session);
        saving->copies[i] = (struct session_copy){.step = 0};
        ck_assert(session_copy_take(&saving->copies[i], session, true));
        ck_assert_msg(session_save(&saving->copies[i], saving->name, &error), "%s", error.text);
        texts[i] = read_file(".", saving->name, &size);
        session_destroy(session);
    }
    ck_assert_str_ne(texts[0], texts[1]);
}

static void end_saving(struct saving *saving, char *texts[2])
{
    for (int i = 0; i < 2; i++) {
        session_copy_clear(&saving->copies[i]);
        free(texts[i]);
    }
    (void)remove(saving->name);
}

/* Parts of files under other names; they go. */
static int remove_parts(const char *name)
{
    DIR *directory = opendir(".");
    int count = 0;
    ck_assert_ptr_nonnull(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strncmp(entry->d_name, name, strlen(name)) == 0 && strcmp(entry->d_name, name) != 0)
            count += remove(entry->d_name) == 0;
    }
    (void)closedir(directory);
    return count;
}

START_TEST(killed_while_it_saves_the_file_is_whole)
{
    struct saving saving;
    char *texts[2];
    size_t size;
    int parts = 0;
    (void)snprintf(saving.name, sizeof saving.name, "killed-%d.session", (int)getpid());
    save_both(&saving, texts);
    for (int i = 0; i < kills(); i++) {
        kill_in_the_midst(save_for_ever, &saving, i);
        char *text = read_file(".", saving.name, &size);
        ck_assert_msg(strcmp(text, texts[0]) == 0 || strcmp(text, texts[1]) == 0, "%s", text);
        free(text);
        parts += remove_parts(saving.name);
    }
    ck_assert_int_gt(parts, 0); /* some were in the midst of it */
    end_saving(&saving, texts);
}
END_TEST

static void limit_files(size_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* As a full disk does, a limit lets a part be written. */
START_TEST(without_space_the_file_that_was_is_whole)
{
    struct saving saving;
    char *texts[2];
    size_t size;
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)snprintf(saving.name, sizeof saving.name, "full-%d.session", (int)getpid());
    save_both(&saving, texts);
    for (size_t room = 0; room < strlen(texts[0]); room += 1 + strlen(texts[0]) / 40) {
        struct error error = {.text = ""};
        limit_files(room);
        bool saved = session_save(&saving.copies[0], saving.name, &error);
        limit_files(RLIM_INFINITY);
        ck_assert_msg(!saved && error.text[0], "%d bytes", (int)room);
        char *text = read_file(".", saving.name, &size);
        ck_assert_str_eq(text, texts[1]);
        free(text);
        ck_assert_int_eq(remove_parts(saving.name), 0);
    }
    end_saving(&saving, texts);
}
END_TEST

/* A journal has what it had, in whole lines, and all of it as soon as there is space. */
START_TEST(without_space_a_journal_waits_for_it)
{
    int refused = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    for (unsigned walk = 0; walk < 12; walk++) {
        struct session *session = wander_begin(walk);
        struct session_file file = {.numbers = 0};
        struct kept kept;
        struct error error;
        begin(&kept, "full");
        ck_assert(kept_open(&kept, &error));
        for (int i = 0; i < 40; i++) {
            struct session_copy copy = {.step = 0};
            char *before, *after;
            size_t had, has;
            wander_on(session);
            before = read_file(kept.directory, kept.name, &had);
            ck_assert(session_copy_take(&copy, session, false));
            limit_files(had + (size_t)i);
            bool written = kept_write(&kept, &copy.branches, &error);
            limit_files(RLIM_INFINITY);
            after = read_file(kept.directory, kept.name, &has);
            if (!written) {
                ck_assert_str_eq(after, before);
                refused++;
                if (i % 4 > 0) /* space again: written whole, and the next line behind it */
                    write_now(&kept, session);
            }
            free(before);
            free(after);
            session_copy_clear(&copy);
        }
        /* Removed by somebody it comes back. */
        char path[PATH_SIZE];
        (void)snprintf(path, sizeof path, "%s/%s", kept.directory, kept.name);
        ck_assert_int_eq(unlink(path), 0);
        write_now(&kept, session);
        ck_assert(kept_read(&kept, kept.name, &file, NULL, &error));
        check_tree(&session->branches, &file.branches);
        session_file_clear(&file);
        kept_close(&kept, false);
        ck_assert_int_eq(count_files(&kept), 1);
        remove_all(&kept);
        session_destroy(session);
    }
    ck_assert_int_gt(refused, 50);
}
END_TEST

static void hold_for_ever(void *context)
{
    struct kept *kept = context;
    struct session *session = wander_begin(2);
    struct error error;
    for (int i = 0; i < 20; i++)
        wander_on(session);
    ck_assert(kept_open(kept, &error));
    write_now(kept, session);
    for (;;)
        (void)pause();
}

/* A file whose program runs is nobody's to take or to remove. */
START_TEST(who_runs_keeps_its_file)
{
    struct kept kept;
    struct kept_session last;
    struct session_file file = {.numbers = 0};
    struct error error;
    int lock;
    begin(&kept, "run");
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        hold_for_ever(&kept);
    char *name = NULL;
    while (!name) { /* until it has written */
        DIR *directory = opendir(kept.directory);
        pause_for(1000);
        for (const struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
            struct stat status;
            char path[PATH_SIZE];
            (void)snprintf(path, sizeof path, "%s/%s", kept.directory, entry->d_name);
            if (entry->d_name[0] != '.' && stat(path, &status) == 0 && status.st_size > 0)
                name = strdup(entry->d_name);
        }
        if (directory)
            (void)closedir(directory);
    }
    ck_assert(!kept_last(&kept, &last));
    ck_assert(!kept_read(&kept, name, &file, &lock, &error));
    ck_assert_msg(strstr(error.text, "another program"), "%s", error.text);
    session_file_clear(&file);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert(kept_last(&kept, &last) && last.broken);
    ck_assert_str_eq(last.name, name);
    free(name);
    remove_all(&kept);
}
END_TEST

/* Half a line at the end is none, and what is no text ends the reading. */
START_TEST(a_torn_end_is_left_out)
{
    static const char whole[] = "nablascope session 1 numbers 4\nat 5 set lr 3\nreached 70\n";
    static const char *const ends[] = {"", "at 80 set lr 0.0", "reac", "\1\2", "at 80 lr x\n"};
    struct kept kept;
    struct error error;
    begin(&kept, "torn");
    ck_assert(kept_open(&kept, &error));
    for (size_t i = 0; i <= ARRAY_LEN(ends); i++) {
        struct session_file file = {.numbers = 0};
        ck_assert_int_eq(ftruncate(kept.file, 0), 0);
        ck_assert_int_eq(pwrite(kept.file, whole, sizeof whole - 1, 0), sizeof whole - 1);
        if (i < ARRAY_LEN(ends))
            ck_assert_int_eq(pwrite(kept.file, ends[i], strlen(ends[i]), sizeof whole - 1),
                (int)strlen(ends[i]));
        else /* as a disk may leave it that lost power */
            ck_assert_int_eq(ftruncate(kept.file, 4096), 0);
        ck_assert_msg(kept_read(&kept, kept.name, &file, NULL, &error), "%s", error.text);
        ck_assert_int_eq(file.branches.list[0].changes.count, 1);
        ck_assert(file.branches.list[0].changes.list[0].hparams.lr == 3);
        ck_assert_uint_eq(file.branches.list[0].reached, 70);
        session_file_clear(&file);
    }
    kept_close(&kept, false);
    remove_all(&kept);
}
END_TEST

Suite *kept_suite(void)
{
    return SUITE("kept", a_kept_session_is_its_owners_and_says_when_it_has_ended, the_oldest_go,
        killed_it_has_what_was_told, killed_while_it_saves_the_file_is_whole,
        without_space_the_file_that_was_is_whole, without_space_a_journal_waits_for_it,
        who_runs_keeps_its_file, a_torn_end_is_left_out);
}
