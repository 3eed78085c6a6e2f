/* A saved session in the laboratory. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

/* The one of nablascope-session(5). */
#define SESSION                                                                                \
    "nablascope session 1 numbers 4\nset activation relu\nset depth 6\nset init he_normal\n"   \
    "set lr 0.1\nat 50 set lr 3\nreached 57\nbranch clip norm from 50\nat 50 set lr 3\n"       \
    "at 50 set clip norm\n"

static char name[64];

static void start(struct pty *pty, const char *end)
{
    const char *const argv[] = {
        pty_program(), "replay", "--speed=max", "--theme=dark", name, NULL};
    (void)snprintf(name, sizeof name, "replay-%d.session", (int)getpid());
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "%s%s", SESSION, end);
    ck_assert_int_eq(fclose(file), 0);
    pty_start(pty, 80, 24, argv, NULL);
}

static void await(struct pty *pty, const char *text)
{
    ck_assert_msg(pty_shows(pty, text, PATIENCE), "no '%s':\n%s", text, pty_text(pty));
}

static void finish(struct pty *pty)
{
    pty_quits(pty);
    ck_assert_int_eq(remove(name), 0);
}

START_TEST(it_is_replayed_and_goes_on)
{
    struct pty pty;
    start(&pty, "digest 120 42fe9d7ec4fc1751\n");
    await(&pty, "replayed to step 120: space goes on from here");
    await(&pty, "lr 3");
    await(&pty, "clip norm");
    await(&pty, "paused");
    pty_type(&pty, ":step 7\r");
    await(&pty, "step 127");
    /* All of the laboratory is live: back, on with the change at step 50, and a branch. */
    pty_type(&pty, ":seek 49\r");
    await(&pty, "step 49");
    await(&pty, "lr 0.1");
    pty_type(&pty, ":seek 60\r");
    await(&pty, "step 60");
    await(&pty, "lr 3");
    pty_type(&pty, ":lr 2\r");
    await(&pty, "lr 2 from step 60 on");
    pty_type(&pty, ":seek 40\r");
    await(&pty, "step 40");
    pty_type(&pty, ":branch 1\r");
    await(&pty, "branch 1: ");
    pty_type(&pty, ":seek 55\r");
    await(&pty, "step 55");
    await(&pty, "clip none");
    pty_type(&pty, ":branch 3\r");
    await(&pty, "lr 2 from step 60");
    finish(&pty);
}
END_TEST

START_TEST(another_state_is_said)
{
    struct pty pty;
    start(&pty, "digest 100 42fe9d7ec4fc1751\ndigest 120 42fe9d7ec4fc1751\n");
    await(&pty, "paused");
    await(&pty, "step 100: not the state that was saved: was the file changed?");
    finish(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replay");
    TCase *tcase = tcase_create("replay");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_test(tcase, it_is_replayed_and_goes_on);
    tcase_add_test(tcase, another_state_is_said);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
