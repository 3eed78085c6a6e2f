/* A lecturer and the class beside them: two programs, one file that grows. */
#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

static void expect(struct pty *pty, const char *text)
{
    ck_assert_msg(pty_shows(pty, text, PATIENCE), "no '%s':\n%.3000s", text, pty_text(pty));
}

static char directory[32], kept[64], file[200];

static void set_up(void)
{
    (void)snprintf(directory, sizeof directory, "/tmp/lecture-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(kept, sizeof kept, "%s/nablascope", directory);
    (void)snprintf(file, sizeof file, "%s/file", directory);
}

static void tear_down(void)
{
    DIR *list = opendir(kept);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", kept, entry->d_name);
        (void)unlink(path);
    }
    if (list)
        (void)closedir(list);
    (void)unlink(file);
    (void)rmdir(kept);
    (void)rmdir(directory);
}

/* The journal that the lecturer's laboratory has begun. */
static void find_journal(struct pty *lecturer)
{
    for (int i = 0; i < PATIENCE * 20; i++) {
        DIR *list = opendir(kept);
        bool found = false;
        for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
            if (!strstr(entry->d_name, ".session"))
                continue;
            (void)snprintf(file, sizeof file, "%s/%.100s", kept, entry->d_name);
            found = true;
        }
        if (list)
            (void)closedir(list);
        if (found)
            return;
        (void)pty_read(lecturer, 0.05);
    }
    ck_abort_msg("no journal in %s", kept);
}

/* What stands behind "loss" on the screen. */
static void loss_of(struct pty *pty, char loss[16])
{
    const char *at = strstr(pty_text(pty), "loss ");
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at, "loss %15s", loss), 1);
}

/* Both at this step, with the same loss, once both have come to rest. */
static void meet(struct pty *lecturer, struct pty *guest, const char *step)
{
    char text[80], theirs[16], own[16];
    (void)snprintf(text, sizeof text, "step %s", step);
    expect(lecturer, text);
    expect(lecturer, "paused");
    (void)snprintf(text, sizeof text, "at step %s, waiting for the lecturer", step);
    expect(guest, text);
    loss_of(lecturer, theirs);
    loss_of(guest, own);
    ck_assert_msg(strcmp(theirs, own) == 0, "step %s: %s, not %s", step, own, theirs);
}

static void ask(struct pty *pty, const char *text)
{
    char line[80];
    (void)snprintf(line, sizeof line, ":%s\r", text);
    pty_type(pty, line);
}

/* Runs, rewinds, forks with clipping on, switches, builds another network; a guest of another
 * size and instruction set, who is killed on the way, stands where the lecturer does. */
START_TEST(the_class_stands_where_the_lecturer_does)
{
    char state[80];
    (void)snprintf(state, sizeof state, "XDG_STATE_HOME=%s", directory);
    const char *const environment[] = {state, NULL};
    const char *const portable[] = {"NABLASCOPE_ISA=portable", "LC_ALL=C", NULL};
    const char *const lecture[] = {
        pty_program(), "--paused", "--activation=tanh", "--depth=3", "--speed=100", NULL};
    const char *const beside[] = {pty_program(), "follow", file, NULL};
    struct pty lecturer, guest;
    pty_start(&lecturer, 100, 30, lecture, environment);
    expect(&lecturer, "paused");
    find_journal(&lecturer);
    pty_start(&guest, 80, 24, beside, portable);
    expect(&guest, "at step 0, waiting for the lecturer");
    ask(&lecturer, "step 40");
    meet(&lecturer, &guest, "40");
    ask(&lecturer, "lr 0.3");
    ask(&lecturer, "step 5");
    meet(&lecturer, &guest, "45");
    ask(&lecturer, "seek 20");
    ask(&lecturer, "clip norm");
    ask(&lecturer, "clip_at 0.05");
    ask(&lecturer, "step 11");
    meet(&lecturer, &guest, "31");
    ck_assert(strstr(pty_text(&guest), "clip norm"));
    ck_assert_int_eq(kill(guest.child, SIGKILL), 0);
    (void)pty_wait(&guest, PATIENCE);
    pty_close(&guest);
    ask(&lecturer, "branch 1");
    expect(&lecturer, "branch 1: ");
    ask(&lecturer, "seek 45");
    expect(&lecturer, "step 45");
    ask(&lecturer, "step 4");
    expect(&lecturer, "step 49");
    pty_start(&guest, 80, 24, beside, environment);
    meet(&lecturer, &guest, "49");
    ask(&lecturer, "depth 5");
    ask(&lecturer, "step 7");
    meet(&lecturer, &guest, "7");
    ck_assert(strstr(pty_text(&guest), "tanh 5×32"));
    /* Run, until somebody says stop. */
    pty_type(&lecturer, " ");
    expect(&lecturer, "step 9");
    pty_type(&lecturer, " ");
    expect(&lecturer, "paused");
    const char *at = strstr(pty_text(&lecturer), "step ");
    char step[16] = "";
    ck_assert(at && sscanf(at, "step %15s", step) == 1);
    meet(&lecturer, &guest, step);
    pty_quits(&lecturer);
    expect(&guest, "it has ended");
    pty_quits(&guest);
}
END_TEST

static void grow(const char *text)
{
    FILE *out = fopen(file, "a");
    ck_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

#define HEAD "nablascope session 1 numbers 4\nset depth 3\nset activation tanh\n"

/* The session from standard input, keys from the terminal. */
START_TEST(keys_come_from_the_terminal)
{
    char line[400];
    (void)snprintf(line, sizeof line, "cat '%s' | '%s' follow -", file, pty_program());
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    struct pty pty;
    grow(HEAD "reached 30\nat 30 lr 0.1\nreached 50\n");
    pty_start(&pty, 80, 24, argv, NULL);
    expect(&pty, "following standard input: at step 50, it has ended");
    pty_type(&pty, "2");
    expect(&pty, "units  tanh");
    pty_type(&pty, " ");
    expect(&pty, "following: left at step 50; F returns to standard input");
    pty_type(&pty, "l");
    expect(&pty, "lr 0.3");
    pty_type(&pty, "F");
    expect(&pty, "lr 0.1 ");
    expect(&pty, "it has ended");
    pty_quits(&pty);
}
END_TEST

START_TEST(what_is_wrong_is_said_and_what_there_is_stays)
{
    const char *const argv[] = {pty_program(), "follow", "--max-speed=40", file, NULL};
    struct pty pty;
    grow("");
    pty_start(&pty, 80, 24, argv, NULL);
    expect(&pty, "following file: waiting for the lecturer");
    grow(HEAD "at 0 view units\nat 0 speed max\nreached 5\nreached 1");
    expect(&pty, "at step 5, waiting");
    ck_assert(strstr(pty_text(&pty), "flow  tanh"));
    grow("0\n");
    expect(&pty, "at step 10, waiting");
    grow("at 10 lr \x1b]0;x\x07\nreached 20\n");
    expect(&pty, "file:8:7: lr: '");
    expect(&pty, "following file: at step 10, stopped at a wrong line");
    ask(&pty, "speed max");
    expect(&pty, "40 steps a second is the most here");
    pty_type(&pty, "s");
    expect(&pty, "left at step 10; F returns");
    expect(&pty, "step 11");
    pty_quits(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("follow");
    TCase *tcase = tcase_create("follow");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 4 * PATIENCE);
    tcase_add_test(tcase, the_class_stands_where_the_lecturer_does);
    tcase_add_test(tcase, keys_come_from_the_terminal);
    tcase_add_test(tcase, what_is_wrong_is_said_and_what_there_is_stays);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
