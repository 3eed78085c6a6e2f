/* What the program does with a terminal that takes nothing any more: an ssh that hangs. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "harness.h"

static void rest(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    (void)nanosleep(&time, NULL);
}

/* Nobody reads. True when it has ended. */
static bool ends_unread(struct pty *pty, int *status)
{
    double until = pty_clock() + PATIENCE;
    while (pty_clock() < until) {
        if (waitpid(pty->child, status, WNOHANG) == pty->child)
            return true;
        rest(0.05);
    }
    (void)kill(pty->child, SIGKILL);
    (void)waitpid(pty->child, status, 0);
    return false;
}

static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

START_TEST(a_signal_ends_it)
{
    const char *const argv[] = {pty_program(), "--speed=max", NULL};
    struct pty pty;
    int status = 0;
    pty_start(&pty, 200, 60, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "VANISHING", PATIENCE), "%s", pty_text(&pty));
    /* Until there is no room: what one key after the other draws is more than a pty holds. */
    for (int i = 0; i < 60; i++) {
        pty_type(&pty, "\014"); /* Ctrl-L: all anew */
        rest(0.04);
    }
    ck_assert_int_eq(kill(pty.child, signals[_i]), 0);
    ck_assert_msg(ends_unread(&pty, &status), "it hangs with its terminal");
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == signals[_i], "status %x", status);
    pty_close(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("a terminal that hangs");
    TCase *tcase = tcase_create("hanging");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_loop_test(tcase, a_signal_ends_it, 0, sizeof signals / sizeof signals[0]);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
