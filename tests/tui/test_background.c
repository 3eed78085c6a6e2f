/* The terminal is asked for its background: whatever it answers, and whenever. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness.h"

#define DA1 "\033[?62;22c"
/* Ink of the first line, where the themes differ (ui/draw/theme.c). */
enum { DARK = 117, LIGHT = 25 };

static void start(struct pty *pty, const char *option, const char *const environment[])
{
    const char *const argv[] = {pty_program(), "--paused", option, NULL};
    pty_start(pty, 80, 24, argv, environment);
    pty->silent = true;
}

static void await_question(struct pty *pty)
{
    double deadline = pty_clock() + PATIENCE;
    while (!pty->asked && pty_clock() < deadline)
        (void)pty_read(pty, 0.1);
    ck_assert(pty->asked);
}

static int ink(struct pty *pty)
{
    VTermScreenCell cell;
    VTermPos at = {0, 0};
    (void)vterm_screen_get_cell(pty->screen, at, &cell);
    return VTERM_COLOR_IS_INDEXED(&cell.fg) ? cell.fg.indexed.idx : -1;
}

static bool becomes(struct pty *pty, int color)
{
    double deadline = pty_clock() + PATIENCE;
    while (ink(pty) != color && pty_clock() < deadline)
        (void)pty_read(pty, 0.1);
    return ink(pty) == color;
}

static void leave(struct pty *pty)
{
    pty_type(pty, "q");
    int status = pty_wait(pty, PATIENCE);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
    ck_assert(pty_restored(pty));
    /* Nor is anything left for the shell. */
    ck_assert_msg(
        !strstr(pty_text(pty), "11;") && !strstr(pty_text(pty), "62;"), "%s", pty_text(pty));
    pty_close(pty);
}

static const struct {
    const char *answer, *environment;
    int ink;
} terminals[] = {
    {"\033]11;rgb:ffff/ffff/ffff\033\\" DA1, NULL, LIGHT},
    {"\033]11;rgb:ffff/ffff/ffff\a" DA1, NULL, LIGHT},
    {"\033]11;rgb:f/f/f\033\\" DA1, NULL, LIGHT},
    {"\033]11;rgba:ff/ff/ff/ff\033\\" DA1, NULL, LIGHT},
    {DA1 "\033]11;rgb:ffff/ffff/ffff\033\\", NULL, LIGHT}, /* in the wrong turn */
    {"\033]11;rgb:ffff/ffff/ffff\033\\", NULL, LIGHT},     /* and DA1 never */
    {"\033]11;rgb:0000/0000/0000\033\\" DA1, NULL, DARK},
    {"\033]11;rgb:0000/0000/0000\033\\" DA1, "COLORFGBG=0;15", DARK}, /* it knows better */
    {"\033]11;rgb:ffff/ffff/ffff\033\\" DA1, "COLORFGBG=15;0", LIGHT},
    {"\033]11;garbage\033\\" DA1, NULL, DARK},
    {"\033]11;garbage\a" DA1, "COLORFGBG=0;default;15", LIGHT},
    {DA1, NULL, DARK}, /* does not know the question */
    {DA1, "COLORFGBG=0;15", LIGHT},
    {"", NULL, DARK}, /* answers nothing at all */
    {"", "COLORFGBG=0;15", LIGHT},
    {"", "COLORFGBG=15;0", DARK},
};

START_TEST(a_theme_is_chosen_and_no_key_is_lost)
{
    const char *environment[] = {terminals[_i].environment, NULL};
    char keys[128];
    struct pty pty;
    start(&pty, NULL, environment);
    await_question(&pty);
    /* Keys before, in the middle of what the answer is, and after. */
    (void)snprintf(keys, sizeof keys, ":dep%sth 4\r", terminals[_i].answer);
    pty_type(&pty, keys);
    ck_assert_msg(pty_shows(&pty, "sigmoid 4×32", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(becomes(&pty, terminals[_i].ink), "ink %d", ink(&pty));
    pty_type(&pty, ":");
    ck_assert(pty_shows(&pty, ":", PATIENCE));
    pty_type(&pty, "\007");
    leave(&pty);
}
END_TEST

/* After the first picture, byte by byte over a slow line, while the prompt is open. */
START_TEST(a_late_answer_is_no_key)
{
    static const char answer[] = "\033]11;rgb:ffff/ffff/ffff\033\\" DA1;
    struct pty pty;
    start(&pty, NULL, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    ck_assert(becomes(&pty, DARK));
    pty_type(&pty, ":wi");
    ck_assert(pty_shows(&pty, ":wi", PATIENCE));
    for (size_t i = 0; i + 1 < sizeof answer; i++) {
        double until = pty_clock() + 0.002;
        pty_send(&pty, &answer[i], 1);
        while (pty_clock() < until)
            (void)pty_read(&pty, 0.002);
    }
    ck_assert(becomes(&pty, LIGHT));
    pty_type(&pty, "dth 7\r");
    ck_assert_msg(pty_shows(&pty, "sigmoid 10×7", PATIENCE), "%s", pty_text(&pty));
    leave(&pty);
}
END_TEST

/* Who has chosen a theme meanwhile keeps it. */
START_TEST(a_late_answer_changes_no_choice)
{
    struct pty pty;
    start(&pty, NULL, NULL);
    ck_assert(pty_shows(&pty, "paused", PATIENCE));
    pty_type(&pty, ":theme contrast\r");
    ck_assert(pty_shows(&pty, "theme contrast", PATIENCE));
    ck_assert(becomes(&pty, 231));
    pty_type(&pty, "\033]11;rgb:ffff/ffff/ffff\033\\" DA1 ":width 7\r");
    ck_assert_msg(pty_shows(&pty, "10×7", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_eq(ink(&pty), 231);
    leave(&pty);
}
END_TEST

/* What is on its way when the program is left is taken off it: it would be text for the shell.
 */
START_TEST(an_answer_after_leaving_is_taken_off_the_line)
{
    struct pty pty;
    start(&pty, NULL, NULL);
    await_question(&pty);
    pty_type(&pty, "q");
    double until = pty_clock() + 0.2;
    while (pty_clock() < until)
        (void)pty_read(&pty, until - pty_clock());
    pty_type(&pty, "\033]11;rgb:ffff/ffff/ffff\033\\" DA1);
    int status = pty_wait(&pty, PATIENCE);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert(pty_restored(&pty));
    ck_assert_msg(
        !strstr(pty_text(&pty), "11;") && !strstr(pty_text(&pty), "62;"), "%s", pty_text(&pty));
    pty_close(&pty);
}
END_TEST

static const struct {
    const char *option, *environment;
} unasked[] = {{"--theme=dark", NULL}, {"--theme=mono", NULL}, {NULL, "NO_COLOR=1"},
    {NULL, "TERM=vt100"}, {NULL, "TERM=vt52"}};

START_TEST(who_has_said_it_is_not_asked)
{
    const char *const environment[] = {unasked[_i].environment, NULL};
    struct pty pty;
    start(&pty, unasked[_i].option, environment);
    if (_i < 4)
        ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    while (pty_read(&pty, 0.3))
        ;
    ck_assert(!pty.asked);
    pty_type(&pty, "q");
    (void)pty_wait(&pty, PATIENCE);
    ck_assert(!pty.asked);
    pty_close(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("background");
    TCase *tcase = tcase_create("background");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_loop_test(
        tcase, a_theme_is_chosen_and_no_key_is_lost, 0, sizeof terminals / sizeof terminals[0]);
    tcase_add_test(tcase, a_late_answer_is_no_key);
    tcase_add_test(tcase, a_late_answer_changes_no_choice);
    tcase_add_test(tcase, an_answer_after_leaving_is_taken_off_the_line);
    tcase_add_loop_test(
        tcase, who_has_said_it_is_not_asked, 0, sizeof unasked / sizeof unasked[0]);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
