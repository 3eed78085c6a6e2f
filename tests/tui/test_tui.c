/* The program itself, in a terminal. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

static void start(
    struct pty *pty, int columns, int rows, const char *option, const char *const environment[])
{
    const char *const argv[] = {pty_program(), option, NULL};
    pty_start(pty, columns, rows, argv, environment);
}

static void start_plain(struct pty *pty)
{
    start(pty, 80, 24, NULL, NULL);
    ck_assert_msg(pty_shows(pty, "VANISHING", PATIENCE), "%s", pty_text(pty));
}

START_TEST(it_trains_and_q_leaves)
{
    struct pty pty;
    start_plain(&pty);
    ck_assert(pty.alternate && !pty.cursor);
    ck_assert(pty_shows(&pty, "? help  q quit", PATIENCE));
    ck_assert(pty_shows(&pty, "step 3", PATIENCE)); /* 3, 30, 31 …: it moves */
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

/* An evaluation of this takes minutes. */
static void start_endless(struct pty *pty)
{
    const char *const argv[] = {pty_program(), "--depth=8", "--width=1024", "--samples=100000",
        "--batch=1", "--init=zeros", NULL};
    pty_start(pty, 80, 24, argv, NULL);
    ck_assert_msg(
        pty_shows(pty, "building 8 layers of 1024 units", PATIENCE), "%s", pty_text(pty));
    ck_assert_msg(pty_shows(pty, "counting all samples", PATIENCE), "%s", pty_text(pty));
    ck_assert(pty_shows(pty, "another setting gives it up; q leaves", PATIENCE));
}

START_TEST(q_leaves_also_before_there_is_anything_to_see)
{
    struct pty pty;
    start_endless(&pty);
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

START_TEST(keys_during_an_endless_step_all_count_and_free_it)
{
    struct pty pty;
    start_endless(&pty);
    for (int i = 0; i < 1000; i++)
        pty_type(&pty, "a"); /* the next activation */
    pty_type(&pty, " ");
    ck_assert_msg(pty_shows(&pty, "paused: space goes on", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "p\r"); /* the first preset: a small net */
    ck_assert_msg(pty_shows(&pty, "sigmoid 10×32", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "preset vanishing", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "s");
    ck_assert_msg(pty_shows(&pty, "step 1", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

START_TEST(keys_change_what_is_trained)
{
    struct pty pty;
    start_plain(&pty);
    pty_type(&pty, "a");
    ck_assert(pty_shows(&pty, "tanh 10×32", PATIENCE));
    pty_type(&pty, "\033OB\033OB\033OC"); /* down, down, right: lr */
    ck_assert(pty_shows(&pty, "lr ◂3▸", PATIENCE));
    pty_type(&pty, ":depth 4\r");
    ck_assert(pty_shows(&pty, "tanh 4×32", PATIENCE));
    ck_assert(pty_shows(&pty, "built anew, from step 0", PATIENCE));
    pty_type(&pty, "?");
    ck_assert(pty_shows(&pty, "What you are looking at", PATIENCE));
    pty_type(&pty, "\033"); /* Esc alone */
    ck_assert(pty_drops(&pty, "What you are looking at", PATIENCE));
    pty_type(&pty, "p");
    ck_assert(pty_shows(&pty, "presets: what each shows", PATIENCE));
    pty_type(&pty, "\033OF\r"); /* End, Enter */
    ck_assert(pty_shows(&pty, "sigmoid 1×16", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

START_TEST(a_step_is_seen_happening)
{
    struct pty pty;
    start(&pty, 80, 24, "--paused", NULL);
    ck_assert(pty_shows(&pty, "paused", PATIENCE));
    pty_type(&pty, "s");
    ck_assert(pty_shows(&pty, "FORWARD", PATIENCE));
    ck_assert(pty_shows(&pty, "LOSS", PATIENCE));
    ck_assert(pty_shows(&pty, "BACKWARD", PATIENCE));
    ck_assert(pty_shows(&pty, "UPDATE", PATIENCE));
    ck_assert(pty_shows(&pty, "ceiling", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

START_TEST(it_follows_the_size_of_the_terminal)
{
    struct pty pty;
    start_plain(&pty);
    pty_resize(&pty, 130, 45);
    ck_assert(pty_shows(&pty, "‖gradient‖", PATIENCE));
    pty_resize(&pty, 40, 10);
    ck_assert(pty_shows(&pty, "sigmoid 10×32 lr 1", PATIENCE));
    pty_resize(&pty, 30, 5);
    ck_assert(pty_shows(&pty, "needs 40x10, has 30x5", PATIENCE));
    pty_resize(&pty, 1, 1);
    pty_resize(&pty, 80, 24);
    ck_assert(pty_shows(&pty, "VANISHING", PATIENCE));
    pty_resize(&pty, 20, 3);
    ck_assert(pty_shows(&pty, "needs 40x10", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGFPE,
    SIGILL, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPIPE, SIGXCPU, SIGSYS, SIGTRAP};

START_TEST(signals_give_the_terminal_back)
{
    struct pty pty;
    start_plain(&pty);
    ck_assert_int_eq(kill(pty.child, ending[_i]), 0);
    int status = pty_wait(&pty, PATIENCE);
    /* A shell says 128 + n for this. */
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == ending[_i], "%s: status %d",
        strsignal(ending[_i]), status);
    ck_assert_msg(pty_restored(&pty), "%s", strsignal(ending[_i]));
    pty_close(&pty);
}
END_TEST

static const char *const typed[] = {"\003", "\034"};
static const int typed_signals[] = {SIGINT, SIGQUIT};

START_TEST(control_keys_are_signals)
{
    struct pty pty;
    start_plain(&pty);
    pty_type(&pty, typed[_i]);
    int status = pty_wait(&pty, PATIENCE);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == typed_signals[_i]);
    ck_assert(pty_restored(&pty));
    pty_close(&pty);
}
END_TEST

/* What the one who started it ignores is ignored still. */
START_TEST(ignored_signals_stay_ignored)
{
    static const char script[] = "trap '' HUP USR1 PIPE; exec \"$0\" --paused";
    const char *const argv[] = {"/bin/sh", "-c", script, pty_program(), NULL};
    struct pty pty;
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_eq(kill(pty.child, SIGHUP), 0);
    ck_assert_int_eq(kill(pty.child, SIGUSR1), 0);
    ck_assert_int_eq(kill(pty.child, SIGPIPE), 0);
    pty_type(&pty, "a");
    ck_assert(pty_shows(&pty, "tanh 10×32", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

#ifdef __linux__
/* More descriptors than may be open: poll fails with EINVAL. */
START_TEST(a_wait_that_fails_ends_with_a_line)
{
    struct pty pty;
    struct rlimit none = {1, 1};
    start(&pty, 100, 24, "--paused", NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_eq(prlimit(pty.child, RLIMIT_NOFILE, &none, NULL), 0);
    pty_type(&pty, "a");
    ck_assert_msg(
        pty_shows(&pty, "nablascope: cannot wait for the terminal: Invalid", PATIENCE), "%s",
        pty_text(&pty));
    pty_exits(&pty, 1);
}
END_TEST

/* Every view and overlay, a rebuild and a resize with as little stack as the issue wants. */
START_TEST(a_small_stack_is_enough)
{
    static const char script[] = "ulimit -s 64 && exec \"$0\" --preset=vanishing";
    static const char *const shown[][2] = {{"2", "every unit; the fuller"},
        {"3", "what clipping does"}, {"x", "wall"}, {"4", "when each layer learns"},
        {"5", "what the network says"}, {"6", "one layer's distributions"},
        {"7", "the gradient against"}, {"?", "What you are looking at"}, {"p", "presets:"},
        {"\r", "preset vanishing"}, {"e", "what has happened"}, {"1w", "by the slopes"},
        {":activation tanh\r", "tanh 10×32"}, {":depth 3\r", "tanh 3×32"}};
    const char *const argv[] = {"/bin/sh", "-c", script, pty_program(), NULL};
    struct pty pty;
    pty_start(&pty, 80, 24, argv, NULL);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        pty_type(&pty, shown[i][0]);
        ck_assert_msg(pty_shows(&pty, shown[i][1], PATIENCE), "%s", pty_text(&pty));
    }
    pty_type(&pty, "wv");
    pty_resize(&pty, 200, 60);
    ck_assert(pty_shows(&pty, "two views", PATIENCE) || pty_shows(&pty, "gain", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST
#endif

/* Under a shell with job control, as a person would do it. */
START_TEST(it_can_be_stopped_and_continued)
{
    static const char script[] = "\"$0\"; echo stopped with $?; read go; fg >/dev/null";
    const char *const argv[] = {"/bin/sh", "-mc", script, pty_program(), NULL};
    struct pty pty;
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "VANISHING", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "\032"); /* Ctrl-Z */
    ck_assert_msg(pty_shows(&pty, "stopped with", PATIENCE), "%s", pty_text(&pty));
    ck_assert(pty_restored(&pty));
    pty_type(&pty, "\n");
    ck_assert(pty_shows(&pty, "VANISHING", PATIENCE));
    ck_assert(pty_takes_over(&pty, PATIENCE));
    pty_type(&pty, "a");
    ck_assert(pty_shows(&pty, "tanh 10×32", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

/* In a session of its own there is nobody to continue it: the kernel ignores SIGTSTP. */
START_TEST(it_goes_on_without_job_control)
{
    struct pty pty;
    int status;
    start_plain(&pty);
    ck_assert_int_eq(kill(pty.child, SIGSTOP), 0);
    ck_assert_int_eq(waitpid(pty.child, &status, WUNTRACED), pty.child);
    ck_assert(WIFSTOPPED(status));
    ck_assert_int_eq(kill(pty.child, SIGCONT), 0);
    pty_type(&pty, "\032"); /* Ctrl-Z */
    pty_type(&pty, "a");
    ck_assert(pty_shows(&pty, "tanh 10×32", PATIENCE));
    ck_assert(pty_takes_over(&pty, PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

START_TEST(a_vanished_terminal_ends_it)
{
    struct pty pty;
    start_plain(&pty);
    close(pty.master);
    close(pty.slave);
    int status;
    double deadline = pty_clock() + PATIENCE;
    while (waitpid(pty.child, &status, WNOHANG) == 0) {
        ck_assert_msg(pty_clock() < deadline, "it goes on without a terminal");
        (void)usleep(1000);
    }
    vterm_free(pty.terminal);
}
END_TEST

START_TEST(it_rests_while_nothing_changes)
{
    struct pty pty;
    start(&pty, 80, 24, "--paused", NULL);
    ck_assert(pty_shows(&pty, "paused", PATIENCE));
    while (pty_read(&pty, 0.5))
        ;
    /* Half a second of silence: nothing is drawn that has not changed. */
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

START_TEST(a_filled_background_has_no_holes)
{
    const char *const argv[] = {
        pty_program(), "--preset=clipped", "--theme=contrast", "--speed=max", NULL};
    struct pty pty;
    pty_start(&pty, 120, 40, argv, NULL);
    ck_assert(pty_shows(&pty, "CLIPPED", PATIENCE));
    for (int i = 0; i < 100; i++) /* words come and go */
        (void)pty_read(&pty, 0.02);
    pty_type(&pty, " ");
    ck_assert(pty_shows(&pty, "paused", PATIENCE));
    while (pty_read(&pty, 0.3))
        ;
    for (int row = 0; row < 40; row++) {
        for (int column = 0; column < 120; column++) {
            VTermScreenCell cell;
            VTermPos at = {row, column};
            (void)vterm_screen_get_cell(pty.screen, at, &cell);
            ck_assert_msg(
                !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg), "row %d, column %d", row, column);
        }
    }
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

struct look {
    const char *environment[3];
    const char *option;
    bool colored, ascii;
};

static const struct look looks[] = {
    {{"TERM=xterm-256color", NULL}, NULL, true, false},
    {{"TERM=xterm", NULL}, NULL, true, false},
    {{"TERM=xterm-color", NULL}, NULL, true, false},
    {{"TERM=vt100", NULL}, NULL, false, false},
    {{"NO_COLOR=1", NULL}, NULL, false, false},
    {{"NO_COLOR=", NULL}, NULL, true, false},
    {{"LC_ALL=C", NULL}, NULL, true, true},
    {{"LC_ALL=C.UTF-8", NULL}, "--ascii", true, true},
    {{"TERM=xterm-256color", NULL}, "--theme=mono", false, false},
    {{"TERM=xterm-256color", NULL}, "--theme=contrast", true, false},
    {{"TERM=linux", NULL}, "--theme=light", true, false},
};

START_TEST(colours_and_glyphs_are_the_terminals)
{
    const struct look *look = &looks[_i];
    struct pty pty;
    start(&pty, 80, 24, look->option, look->environment);
    ck_assert_msg(pty_shows(&pty, "VANISHING", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_eq(pty_colored(&pty), look->colored);
    bool ascii = true;
    for (const char *at = pty_text(&pty); *at; at++)
        ascii = ascii && (unsigned char)*at < 0x80;
    ck_assert_int_eq(ascii, look->ascii);
    pty_type(&pty, "q");
    int status = pty_wait(&pty, PATIENCE);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    pty_close(&pty);
}
END_TEST

/* Where rows go elsewhere, the terminal says how far they are; the line goes away at the end.
 */
START_TEST(long_work_says_how_far_it_is)
{
    static const char *const shows[] = {"0 %), ", "% "};
    const char *const argv[2][7] = {
        {pty_program(), "run", "--steps=1000000000000", "--census=none", "-o/dev/null", NULL},
        {pty_program(), "check", "--width=1024", "--samples=2000", "-o/dev/null", NULL}};
    struct pty pty;
    pty_start(&pty, 80, 24, argv[_i], NULL);
    ck_assert_msg(pty_shows(&pty, shows[_i], PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "\003");
    ck_assert_int_eq(WTERMSIG(pty_wait(&pty, PATIENCE)), SIGINT);
    ck_assert_msg(!strchr(pty_text(&pty), '%'), "%s", pty_text(&pty));
    pty_close(&pty);
}
END_TEST

static const char *const unfit[][2] = {
    {"TERM=dumb", "'dumb' cannot move the cursor"}, {"TERM=nosuch", "'nosuch' is unknown"}};

START_TEST(unfit_terminals_are_told_so)
{
    const char *const environment[] = {unfit[_i][0], NULL};
    struct pty pty;
    start(&pty, 160, 24, NULL, environment);
    ck_assert_msg(pty_shows(&pty, unfit[_i][1], PATIENCE), "%s", pty_text(&pty));
    ck_assert(pty_shows(&pty, "try 'TERM=xterm-256color nablascope'", PATIENCE));
    ck_assert(pty_shows(&pty, "'nablascope run'", PATIENCE));
    pty_exits(&pty, 2);
}
END_TEST

START_TEST(a_huge_network_answers_keys_at_once)
{
    struct pty pty;
    start(&pty, 80, 24, "--width=1024", NULL);
    pty_type(&pty, ":depth 256\r?");
    /* The help is there long before the network is: building it takes seconds. */
    ck_assert(pty_shows(&pty, "What you are looking at", PATIENCE));
    ck_assert(!strstr(pty_text(&pty), "built anew"));
    /* How far it is, beside the network that is there still. */
    pty_type(&pty, "\033");
    ck_assert_msg(pty_shows(&pty, "weights ", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, " %", PATIENCE), "%s", pty_text(&pty));
    ck_assert(pty_shows(&pty, "another setting gives it up", PATIENCE));
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

/*
 * Without waiting for the moment, four times a second, at which words are renewed. Who waits
 * for it is answered at one, and asks again then: a quarter of a second before the next. A busy
 * machine may be late at times, but not always.
 */
START_TEST(a_key_is_answered_before_words_are_renewed)
{
    struct pty pty;
    start(&pty, 80, 24, "--speed=max", NULL);
    ck_assert(pty_shows(&pty, "steps/s", PATIENCE));
    /* Until it has measured how fast it is, it holds nothing still. */
    double start_of_haste = pty_clock() + 2, end = start_of_haste + PATIENCE;
    while (pty_clock() < start_of_haste)
        (void)pty_read(&pty, start_of_haste - pty_clock());
    int in_turn = 0;
    for (int layer = 2; in_turn < 6; layer = layer < 9 ? layer + 1 : 2) {
        char keys[32], answer[48];
        (void)snprintf(answer, sizeof answer, "selected: layer %d", layer);
        (void)snprintf(keys, sizeof keys, "%s", layer > 2 ? "]" : "[[[[[[[[[[]");
        double asked = pty_clock();
        pty_type(&pty, keys);
        ck_assert(pty_shows(&pty, answer, PATIENCE));
        in_turn = pty_clock() - asked < 0.2 ? in_turn + 1 : 0;
        ck_assert_msg(pty_clock() < end, "answers wait");
    }
    pty_type(&pty, "q");
    pty_exits(&pty, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("terminal");
    TCase *tcase = tcase_create("terminal");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_test(tcase, it_trains_and_q_leaves);
    tcase_add_test(tcase, q_leaves_also_before_there_is_anything_to_see);
    tcase_add_test(tcase, keys_during_an_endless_step_all_count_and_free_it);
    tcase_add_test(tcase, keys_change_what_is_trained);
    tcase_add_test(tcase, a_step_is_seen_happening);
    tcase_add_test(tcase, it_follows_the_size_of_the_terminal);
    tcase_add_loop_test(
        tcase, signals_give_the_terminal_back, 0, sizeof ending / sizeof ending[0]);
    tcase_add_test(tcase, ignored_signals_stay_ignored);
#ifdef __linux__
    tcase_add_test(tcase, a_wait_that_fails_ends_with_a_line);
    tcase_add_test(tcase, a_small_stack_is_enough);
#endif
    tcase_add_loop_test(tcase, control_keys_are_signals, 0, 2);
    tcase_add_test(tcase, it_can_be_stopped_and_continued);
    tcase_add_test(tcase, it_goes_on_without_job_control);
    tcase_add_test(tcase, a_vanished_terminal_ends_it);
    tcase_add_test(tcase, it_rests_while_nothing_changes);
    tcase_add_test(tcase, a_filled_background_has_no_holes);
    tcase_add_loop_test(
        tcase, colours_and_glyphs_are_the_terminals, 0, sizeof looks / sizeof looks[0]);
    tcase_add_loop_test(tcase, long_work_says_how_far_it_is, 0, 2);
    tcase_add_loop_test(tcase, unfit_terminals_are_told_so, 0, 2);
    tcase_add_test(tcase, a_huge_network_answers_keys_at_once);
    tcase_add_test(tcase, a_key_is_answered_before_words_are_renewed);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
