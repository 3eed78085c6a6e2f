/* What the laboratory writes to files on command. */
#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

/* The name's end says what is written; a wrong one writes nothing. */
START_TEST(a_picture_is_written)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    struct pty pty;
    char name[64], line[100], text[8192];
    (void)snprintf(name, sizeof name, "picture-%d.txt", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    (void)snprintf(line, sizeof line, ":snapshot %s\r", name);
    pty_type(&pty, line);
    ck_assert_msg(pty_shows(&pty, "written: picture-", PATIENCE), "%s", pty_text(&pty));
    FILE *file = fopen(name, "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    (void)fclose(file);
    ck_assert_int_eq(remove(name), 0);
    ck_assert_msg(strstr(text, "sigmoid 3×32") && !strstr(text, ":snapshot"), "%s", text);
    pty_type(&pty, ":snapshot picture.gif\r");
    ck_assert_msg(pty_shows(&pty, "in no format of pictures", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_ne(access("picture.gif", F_OK), 0);
    pty_type(&pty, ":snapshot /nowhere/at-all.svg\r");
    ck_assert_msg(pty_shows(&pty, "at-all.svg: No such", PATIENCE), "%s", pty_text(&pty));
    pty_quits(&pty);
}
END_TEST

/* What a file holds; "" when there is none. */
static const char *content(const char *path)
{
    static char text[65536];
    FILE *file = fopen(path, "r");
    text[file ? fread(text, 1, sizeof text - 1, file) : 0] = '\0';
    if (file)
        (void)fclose(file);
    return text;
}

START_TEST(a_session_is_saved)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    struct pty pty;
    char name[64], line[100];
    (void)snprintf(name, sizeof name, "tui-%d.session", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":step 12\r");
    ck_assert_msg(pty_shows(&pty, "step 12", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":seek 5\r");
    ck_assert_msg(pty_shows(&pty, "step 5", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":lr 3\r");
    ck_assert_msg(pty_shows(&pty, "lr 3 from step 5 on", PATIENCE), "%s", pty_text(&pty));
    (void)snprintf(line, sizeof line, ":save %s\r", name);
    pty_type(&pty, line);
    ck_assert_msg(
        pty_shows(&pty, "session, 2 branches, to step 5", PATIENCE), "%s", pty_text(&pty));
    const char *text = content(name);
    ck_assert_msg(strncmp(text, "nablascope session 1 numbers ", 29) == 0, "%s", text);
    ck_assert_msg(
        strstr(text, "\nset depth 3\n") && strstr(text, "\nreached 12\n"), "%s", text);
    ck_assert_msg(strstr(text, "\nat 5 after set lr 3\n") && strstr(text, "\ndigest 5 ") &&
            strstr(text, "\nactive 2\n"),
        "%s", text);
    /* Saved and left in one breath it is written, too. */
    ck_assert_int_eq(remove(name), 0);
    pty_type(&pty, line);
    pty_quits(&pty);
    ck_assert(strstr(content(name), "\nactive 2\n"));
    ck_assert_int_eq(remove(name), 0);
}
END_TEST

START_TEST(what_cannot_be_saved_says_why)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    struct pty pty;
    char name[64], line[100];
    (void)snprintf(name, sizeof name, "thesis-%d.tex", (int)getpid());
    FILE *file = fopen(name, "w");
    ck_assert(file && fputs("chapter\n", file) >= 0 && fclose(file) == 0);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    (void)snprintf(line, sizeof line, ":save %s\r", name);
    pty_type(&pty, line);
    ck_assert_msg(
        pty_shows(&pty, "is no session and stays as it is", PATIENCE), "%s", pty_text(&pty));
    ck_assert_str_eq(content(name), "chapter\n");
    ck_assert_int_eq(remove(name), 0);
    ck_assert_int_eq(mkfifo(name, 0600), 0);
    pty_type(&pty, line);
    ck_assert_msg(pty_shows(&pty, "is a pipe: the laboratory would wait", PATIENCE), "%s",
        pty_text(&pty));
    ck_assert_int_eq(remove(name), 0);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"-", "/dev/stdout", "/dev/tty"};
        char said[60];
        (void)snprintf(line, sizeof line, ":save %s\r", names[i]);
        (void)snprintf(said, sizeof said, "%s is the terminal: take the name", names[i]);
        pty_type(&pty, line);
        ck_assert_msg(pty_shows(&pty, said, PATIENCE), "%s", pty_text(&pty));
    }
    pty_type(&pty, ":save /nowhere/at-all.session\r");
    ck_assert_msg(pty_shows(&pty, "at-all.session: No such", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":restore\r");
    ck_assert_msg(pty_shows(&pty, "no sessions are kept here", PATIENCE), "%s", pty_text(&pty));
    pty_quits(&pty);
}
END_TEST

/* Whether a file of this directory has a name that begins so. */
static bool any_begins(const char *name)
{
    DIR *directory = opendir(".");
    bool any = false;
    ck_assert_ptr_nonnull(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        any = any || strncmp(entry->d_name, name, strlen(name)) == 0;
    (void)closedir(directory);
    return any;
}

/* A limit on the size of files is an error of what is written, also of what is still written
 * when the terminal has been given back. */
START_TEST(a_file_that_may_not_grow_is_said)
{
    static const char script[] = "ulimit -f 4 && exec \"$0\" --paused --depth=3";
    const char *const argv[] = {"/bin/sh", "-c", script, pty_program(), NULL};
    struct pty pty;
    char name[64], line[100];
    (void)signal(SIGXFSZ, SIG_DFL);
    (void)snprintf(name, sizeof name, "limited-%d.csv", (int)getpid());
    (void)snprintf(line, sizeof line, ":export %s\r", name);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":step 200\r");
    ck_assert_msg(pty_shows(&pty, "step 200", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, line);
    ck_assert_msg(pty_shows(&pty, ": File too large", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "a");
    ck_assert_msg(pty_shows(&pty, "tanh 3×32", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":step 200\r");
    ck_assert_msg(pty_shows(&pty, "step 200", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, line);
    pty_type(&pty, "q");
    int status = pty_wait(&pty, PATIENCE);
    ck_assert_msg(WIFEXITED(status), "status %d", status);
    pty_close(&pty);
    ck_assert(!any_begins(name));
}
END_TEST

/* True when the file says so within the patience. */
static bool file_says(const char *path, struct pty *pty, const char *text)
{
    for (int i = 0; i < PATIENCE * 20; i++) {
        if (strstr(content(path), text))
            return true;
        (void)pty_read(pty, 0.05);
    }
    return false;
}

/* A state directory of this process. */
struct state {
    char home[2048], variable[2100], directory[2100];
    const char *environment[2];
};

static void state_begin(struct state *state)
{
    char here[1900];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    (void)snprintf(state->home, sizeof state->home, "%s/state-%d", here, (int)getpid());
    (void)snprintf(state->variable, sizeof state->variable, "XDG_STATE_HOME=%s", state->home);
    (void)snprintf(state->directory, sizeof state->directory, "%s/nablascope", state->home);
    state->environment[0] = state->variable;
    state->environment[1] = NULL;
}

/* The last file by its name; how many there are. */
static int state_last(const struct state *state, char path[3000])
{
    DIR *directory = opendir(state->directory);
    char last[256] = "";
    int count = 0;
    for (const struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (strcmp(entry->d_name, last) > 0)
            (void)snprintf(last, sizeof last, "%s", entry->d_name);
        count++;
    }
    if (directory)
        (void)closedir(directory);
    (void)snprintf(path, 3000, "%s/%s", state->directory, last);
    return count;
}

/* True when the last file says so within the patience. */
static bool state_says(const struct state *state, struct pty *pty, const char *text)
{
    char path[3000];
    for (int i = 0; i < PATIENCE * 20; i++) {
        if (state_last(state, path) > 0 && strstr(content(path), text))
            return true;
        (void)pty_read(pty, 0.05);
    }
    return false;
}

/* Everything in it: what is killed may leave parts of files. */
static void empty(const char *path)
{
    DIR *directory = opendir(path);
    for (const struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        char name[3000];
        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            ck_assert_int_eq(remove(name), 0);
    }
    if (directory)
        (void)closedir(directory);
}

static void state_end(const struct state *state)
{
    empty(state->directory);
    empty(state->home);
    ck_assert_int_eq(rmdir(state->home), 0);
}

static void kill_now(struct pty *pty)
{
    ck_assert_int_eq(kill(pty->child, SIGKILL), 0);
    (void)pty_wait(pty, PATIENCE);
    pty_close(pty);
}

START_TEST(a_session_that_broke_off_is_offered_and_goes_on)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    const char *const plain[] = {pty_program(), "--paused", "--depth=6", NULL};
    struct state state;
    struct pty pty;
    char path[3000], settled[3000];
    state_begin(&state);
    pty_start(&pty, 80, 24, argv, state.environment);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":step 12\r");
    ck_assert_msg(pty_shows(&pty, "step 12", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":lr 3\r");
    ck_assert(state_says(&state, &pty, "at 12 after set lr 3\n"));
    kill_now(&pty);
    ck_assert_int_eq(state_last(&state, settled), 1);
    ck_assert_ptr_null(strstr(content(settled), "# ended"));
    /* Not taken up it is offered again. */
    for (int i = 0; i < 2; i++) {
        pty_start(&pty, 80, 24, plain, state.environment);
        ck_assert_msg(pty_shows(&pty, ":restore goes on with the session of ", PATIENCE) &&
                pty_shows(&pty, "that broke off at step 12", PATIENCE),
            "%s", pty_text(&pty));
        if (i == 0)
            pty_quits(&pty);
    }
    ck_assert_int_eq(state_last(&state, path), 2);
    pty_type(&pty, ":restore\r");
    ck_assert_msg(
        pty_shows(&pty, "going on with what broke off: 1 branch, to step 12", PATIENCE), "%s",
        pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "sigmoid 3×32", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "step 12", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":clip norm\r");
    ck_assert(state_says(&state, &pty, "set clip norm\n"));
    ck_assert(file_says(settled, &pty, "# ended\n")); /* once the other has all of it */
    pty_quits(&pty);
    ck_assert(state_last(&state, path) == 2 && strcmp(path, settled) != 0);
    ck_assert_msg(
        strstr(content(path), " set clip norm\n") && strstr(content(path), "# ended\n"), "%s",
        content(path));
    /* Ended as it should, nothing is offered. */
    pty_start(&pty, 80, 24, plain, state.environment);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":restore\r");
    ck_assert_msg(
        pty_shows(&pty, "there is no session that broke off", PATIENCE), "%s", pty_text(&pty));
    pty_quits(&pty);
    ck_assert_int_eq(state_last(&state, path), 2); /* nothing was done in that one */
    state_end(&state);
}
END_TEST

START_TEST(two_programs_leave_each_other_alone)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    struct state state;
    struct pty first, second;
    char path[3000];
    state_begin(&state);
    pty_start(&first, 80, 24, argv, state.environment);
    ck_assert_msg(pty_shows(&first, "paused", PATIENCE), "%s", pty_text(&first));
    pty_type(&first, ":lr 3\r");
    ck_assert(state_says(&state, &first, "set lr 3\n"));
    pty_start(&second, 80, 24, argv, state.environment);
    ck_assert_msg(pty_shows(&second, "paused", PATIENCE), "%s", pty_text(&second));
    pty_type(&second, ":restore\r");
    ck_assert_msg(pty_shows(&second, "there is no session that broke off", PATIENCE), "%s",
        pty_text(&second));
    pty_type(&second, ":lr 5\r");
    pty_type(&first, ":clip norm\r");
    ck_assert_int_eq(state_last(&state, path), 2);
    /* A terminal that has gone is no end as it should be. */
    ck_assert_int_eq(kill(second.child, SIGHUP), 0);
    (void)pty_wait(&second, PATIENCE);
    pty_close(&second);
    pty_quits(&first);
    pty_start(&first, 80, 24, argv, state.environment);
    ck_assert_msg(pty_shows(&first, "paused", PATIENCE), "%s", pty_text(&first));
    pty_quits(&first);
    ck_assert_int_eq(state_last(&state, path), 2);
    state_end(&state);
}
END_TEST

START_TEST(without_a_journal_nothing_is_kept)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", "--no-journal", NULL};
    struct state state;
    struct pty pty;
    state_begin(&state);
    pty_start(&pty, 80, 24, argv, state.environment);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":lr 3\r");
    ck_assert_msg(pty_shows(&pty, "lr 3 from step 0 on", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":restore\r");
    ck_assert_msg(pty_shows(&pty, "no sessions are kept here", PATIENCE), "%s", pty_text(&pty));
    pty_quits(&pty);
    ck_assert_int_ne(access(state.home, F_OK), 0);
}
END_TEST

START_TEST(a_place_that_cannot_be_is_said_and_no_more)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    const char *const environment[] = {"XDG_STATE_HOME=/dev/null/state", NULL};
    struct pty pty;
    pty_start(&pty, 80, 24, argv, environment);
    ck_assert_msg(pty_shows(&pty, "the session is not kept: Not a directory", PATIENCE), "%s",
        pty_text(&pty));
    pty_type(&pty, "s");
    ck_assert_msg(pty_shows(&pty, "step 1", PATIENCE), "%s", pty_text(&pty));
    pty_quits(&pty);
}
END_TEST

/* Where the file that was removed is to be written anew there is something else. */
START_TEST(each_failure_to_keep_is_said_and_its_end)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    struct state state;
    struct pty pty;
    char path[3000], part[3100];
    state_begin(&state);
    pty_start(&pty, 80, 24, argv, state.environment);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, ":lr 3\r");
    ck_assert(state_says(&state, &pty, "set lr 3\n"));
    ck_assert_int_eq(state_last(&state, path), 1);
    (void)snprintf(part, sizeof part, "%s.part", path);
    for (int i = 0; i < 2; i++) {
        ck_assert(mkdir(part, 0700) == 0 && remove(path) == 0);
        pty_type(&pty, "s"); /* a step says nothing that could come between */
        ck_assert_msg(pty_shows(&pty, "the session is not kept: Is a directory", PATIENCE),
            "%s", pty_text(&pty));
        ck_assert_int_eq(rmdir(part), 0);
        pty_type(&pty, "s");
        ck_assert_msg(
            pty_shows(&pty, "the session is kept again", PATIENCE), "%s", pty_text(&pty));
    }
    pty_quits(&pty);
    state_end(&state);
}
END_TEST

/* A change has been kept, with its whole line. */
static bool keeps_change(const struct state *state, char *path)
{
    const char *line = state_last(state, path) > 0 ? strstr(content(path), "\nat ") : NULL;
    return line && strchr(line + 1, '\n');
}

/*
 * Whatever it is at: started, typed to, killed some moment later, in the end once there is
 * something to keep. What it has kept reads.
 */
START_TEST(killed_at_any_moment_the_next_one_reads_it)
{
    const char *const argv[] = {pty_program(), "--depth=3", "--speed=max", NULL};
    const char *const plain[] = {pty_program(), "--paused", NULL};
    const char *times = getenv("NABLASCOPE_KILLS");
    struct state state;
    struct pty pty;
    char name[64], line[160], path[3000];
    int offered = 0;
    state_begin(&state);
    ck_assert_int_eq(mkdir(state.home, 0700), 0);
    (void)snprintf(name, sizeof name, "%s/kill.session", strrchr(state.home, '/') + 1);
    (void)snprintf(line, sizeof line, ":lr 2\r:save %s\r:clip norm\r:seek 3\r:lr 1\r", name);
    int last = (times ? atoi(times) : 3) - 1;
    for (int i = 0; i <= last; i++) {
        pty_start(&pty, 80, 24, argv, state.environment);
        ck_assert_msg(pty_takes_over(&pty, PATIENCE), "%s", pty_text(&pty));
        for (int k = 0; k < 3; k++)
            pty_type(&pty, line);
        for (int k = i * 37 % 11; k > 0; k--)
            (void)pty_read(&pty, 0.02);
        double until = pty_clock() + PATIENCE;
        while (i == last && !keeps_change(&state, path) && pty_clock() < until)
            (void)pty_read(&pty, 0.02);
        kill_now(&pty);
        const char *text = content(name);
        ck_assert_msg(!*text || strncmp(text, "nablascope session ", 19) == 0, "%s", text);
        ck_assert_msg(!*text || text[strlen(text) - 1] == '\n', "%s", text);
        bool any = keeps_change(&state, path);
        offered += any;
        pty_start(&pty, 80, 24, plain, state.environment);
        ck_assert_msg(pty_shows(&pty, any ? "that broke off at step" : "paused", PATIENCE),
            "%s\n%s", pty_text(&pty), content(path));
        pty_quits(&pty);
    }
    ck_assert_int_gt(offered, 0);
    state_end(&state);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("files");
    TCase *tcase = tcase_create("files");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_test(tcase, a_picture_is_written);
    tcase_add_test(tcase, a_session_is_saved);
    tcase_add_test(tcase, what_cannot_be_saved_says_why);
    tcase_add_test(tcase, a_file_that_may_not_grow_is_said);
    tcase_add_test(tcase, a_session_that_broke_off_is_offered_and_goes_on);
    tcase_add_test(tcase, two_programs_leave_each_other_alone);
    tcase_add_test(tcase, without_a_journal_nothing_is_kept);
    tcase_add_test(tcase, a_place_that_cannot_be_is_said_and_no_more);
    tcase_add_test(tcase, each_failure_to_keep_is_said_and_its_end);
    tcase_add_test(tcase, killed_at_any_moment_the_next_one_reads_it);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
