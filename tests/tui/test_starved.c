/*
 * The laboratory without memory: a short session in which one allocation fails, for each of
 * them. It ends with one line, status 1 and the terminal restored, or goes on unharmed; it is
 * never deaf and never without rest.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

#define STARVED_SECONDS 30

/* Keys, and what is shown after them whatever else there is no memory for. */
static const struct {
    const char *keys, *shows;
} session[] = {{"2", "every unit; the fuller"}, {"3", "what clipping does"},
    {"4", "when each layer learns"}, {"5", "what the network says"}, {"mm", "data"},
    {"6", "one layer's distributions"}, {"7", "the gradient against"}, {"xu", "check"},
    {"1w", "by the slopes"}, {"e", "what has happened"}, {"?", "What you are looking at"},
    {"p", "presets:"}, {"\033[B\033", "gain"}, {":activation tanh\r", "tanh"},
    {"s", "step 1\n"}, {":optimizer adam\r", "adam"}, {"s", "step 2\n"},
    {":depth 3\r", "step 0\n"}, {":batch 4\r", "step 0\n"}, {"3s", "step 1\n"},
    {":race lr=1 lr=3\r", "against ghost"}, {"2s", "step 1\n"}, {":branch +1\r", "branch"}};
enum { STEPS = sizeof session / sizeof session[0] };

static char report_path[256];
static bool starves_on; /* what fails once fails from then on */

struct outcome {
    long allocations, waits;
    int status; /* as waitpid has it; -1: it had to be killed */
    int step;   /* of the session it got to */
    bool restored;
    char text[4000]; /* of the screen at the end */
};

static bool lives(const struct pty *pty)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)pty->child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == 0;
}

static bool shows(struct pty *pty, const char *text)
{
    double deadline = pty_clock() + STARVED_SECONDS;
    while (lives(pty) && pty_clock() < deadline) {
        /* Refused with a message is right as well. */
        if (pty_shows(pty, text, 0.1) || strstr(pty_text(pty), "out of memory"))
            return lives(pty);
    }
    return false;
}

/* Waits until nothing comes any more. */
static void quieten(struct pty *pty)
{
    for (int i = 0; i < 100 && pty_read(pty, 0.03); i++)
        ;
}

static void play(struct pty *pty, struct outcome *outcome)
{
    if (!shows(pty, "paused"))
        return;
    for (outcome->step = 0; outcome->step < STEPS; outcome->step++) {
        pty_send(pty, session[outcome->step].keys, strlen(session[outcome->step].keys));
        if (!shows(pty, session[outcome->step].shows))
            return;
        quieten(pty);
    }
    pty_resize(pty, 170, 50);
    quieten(pty);
    if (lives(pty))
        pty_send(pty, "v", 1);
    quieten(pty);
}

static void run_session(long at, struct outcome *outcome)
{
    const char *program = getenv("NABLASCOPE_STARVED");
    const char *const argv[] = {program ? program : "./nablascope_starved", "--paused",
        "--depth=2", "--width=4", "--samples=16", "--threads=2", NULL};
    char number[64], report[300];
    (void)snprintf(number, sizeof number, "STARVE_AT=%ld", at);
    (void)snprintf(report, sizeof report, "STARVE_REPORT=%s", report_path);
    const char *const environment[] = {number, report, starves_on ? "STARVE_ON=1" : NULL, NULL};
    struct pty pty;
    memset(outcome, 0, sizeof *outcome);
    (void)unlink(report_path);
    pty_start(&pty, 110, 24, argv, environment);
    play(&pty, outcome);
    if (outcome->step < STEPS && lives(&pty))
        printf("# %s at step %d\n", pty_text(&pty), outcome->step);
    if (lives(&pty))
        pty_send(&pty, "q", 1);
    outcome->status = pty_wait(&pty, STARVED_SECONDS);
    outcome->restored = pty_restored(&pty);
    (void)snprintf(outcome->text, sizeof outcome->text, "%s", pty_text(&pty));
    pty_close(&pty);
    FILE *file = fopen(report_path, "r");
    if (file && fscanf(file, "%ld %ld", &outcome->allocations, &outcome->waits) != 2)
        outcome->allocations = 0;
    if (file)
        fclose(file);
}

/* Lines of words: keys that came too late for the program are shown by the terminal. */
static int lines_of(const char *text)
{
    int lines = 0;
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
        const char *said = strstr(text, "nablascope: ");
        bool here = said && said < text + strcspn(text, "\n");
        lines += here || strcspn(text, " \n") > 24;
    }
    return lines;
}

/* Why the outcome is not one of those that are right; NULL when it is. */
static const char *wrong(const struct outcome *outcome)
{
    bool exited = outcome->status != -1 && WIFEXITED(outcome->status);
    int code = exited ? WEXITSTATUS(outcome->status) : -1;
    if (!exited)
        return "it did not end by itself";
    if (!outcome->restored)
        return "the terminal is not restored";
    if (outcome->waits > 3000)
        return "it does not rest";
    if (code == 0)
        return outcome->step == STEPS ? NULL : "it is deaf";
    bool said = strstr(outcome->text, "nablascope: ") != NULL;
    return code != 1 || !said || lines_of(outcome->text) != 1 ? "it says not why" : NULL;
}

enum { WORKERS = 16 };

/* Every WORKERS-th allocation, from `first` on; the number of sessions that went wrong. */
static int starve(long first, long step, long total)
{
    struct outcome outcome;
    int failed = 0, ended = 0;
    (void)snprintf(report_path, sizeof report_path, "starved.%d.%ld", starves_on, first);
    for (long at = first; at <= total; at += step) {
        run_session(at, &outcome);
        ended += outcome.status != 0;
        if (!wrong(&outcome))
            continue;
        failed++;
        printf("# allocation %ld: %s, status %x, step %d, %ld waits\n%s\n", at, wrong(&outcome),
            (unsigned)outcome.status, outcome.step, outcome.waits, outcome.text);
    }
    (void)unlink(report_path);
    printf("# allocations %ld, %ld .. %ld: %d sessions ended, %d wrongly\n", first,
        first + step, total, ended, failed);
    (void)fflush(stdout);
    return failed;
}

/* Several at once, since a session waits more than it works. STARVE_ONLY=N tries one. */
START_TEST(every_allocation_may_fail)
{
    struct outcome outcome;
    const char *only = getenv("STARVE_ONLY");
    int failed = 0;
    starves_on = false;
    (void)snprintf(report_path, sizeof report_path, "starved.%d", _i);
    run_session(0, &outcome);
    (void)unlink(report_path);
    ck_assert_msg(wrong(&outcome) == NULL, "%s at step %d:\n%s", wrong(&outcome), outcome.step,
        outcome.text);
    long total = outcome.allocations;
    starves_on = _i == 1;
    ck_assert_int_gt(total, 100);
    if (only)
        ck_assert_int_eq(starve(atol(only), total, total), 0);
    for (int i = 0; i < WORKERS && !only; i++) {
        (void)fflush(stdout);
        if (fork() == 0)
            _exit(starve(i + 1, WORKERS, total) != 0);
    }
    int status;
    while (wait(&status) > 0)
        failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    ck_assert_int_eq(failed, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("starved");
    TCase *tcase = tcase_create("starved");
    tcase_set_timeout(tcase, 1200);
    tcase_add_loop_test(tcase, every_allocation_may_fail, 0, 2);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
