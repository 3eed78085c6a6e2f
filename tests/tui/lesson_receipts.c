/* The receipt of a lesson in a real terminal: what it holds, and what it outlives. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lesson_room.h"

/* Who knows the answer predicts nothing more. */
START_TEST(a_receipt_keeps_what_was_predicted)
{
    struct pty pty;
    char receipt[80], option[100], text[4000] = "";
    (void)snprintf(receipt, sizeof receipt, "%s/small.receipt", room_votes);
    (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
    room_start(&pty, 80, 24, option);
    for (int time = 0; time < 2; time++) {
        pty_type(&pty, "\r");
        room_await(&pty, "ress its number");
        pty_type(&pty, time ? "1\r" : "2\r");
        room_await(&pty, "Tell your neighbour why.");
        pty_type(&pty, time ? "1\r" : "f");
        room_await(&pty, time ? "you chose 1, then you chose 1" : "you chose 2; 1 is right");
        pty_type(&pty, "\x7f");
        room_await(&pty, "First words");
    }
    pty_quits(&pty);
    FILE *in = fopen(receipt, "r");
    ck_assert_ptr_nonnull(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    ck_assert_int_eq(fclose(in), 0);
    ck_assert_msg(strstr(text, "\nquestion 1 2 0\n") != NULL, "%s", text);
}
END_TEST

/* A file as it is now; "" while there is none. */
static const char *content(const char *name)
{
    static char text[8000];
    FILE *in = fopen(name, "r");
    text[in ? fread(text, 1, sizeof text - 1, in) : 0] = '\0';
    if (in)
        ck_assert_int_eq(fclose(in), 0);
    return text;
}

/* Until a file has this text: what is written on another thread comes when it comes. */
static void await_content(struct pty *pty, const char *name, const char *text)
{
    double end = pty_clock() + PATIENCE;
    while (!strstr(content(name), text) && pty_clock() < end)
        (void)pty_read(pty, 0.02);
    ck_assert_msg(strstr(content(name), text) != NULL, "no '%s' in %s:\n%s\n%.3000s", text,
        name, content(name), pty_text(pty));
}

/* Its row, as whoever marks it has it. */
static void marked(const char *receipt, char row[400])
{
    char command[4500]; /* either can have blanks in it */
    (void)snprintf(command, sizeof command, "'%s' replay --check '%s'", pty_program(), receipt);
    FILE *out = popen(command, "r");
    ck_assert_ptr_nonnull(out);
    ck_assert_ptr_nonnull(fgets(row, 400, out));
    ck_assert_ptr_nonnull(fgets(row, 400, out));
    ck_assert_int_eq(pclose(out), 0);
}

/* A program that is killed, in the question, behind it, and at the end, has lost nothing. */
START_TEST(a_receipt_outlives_a_crash)
{
    /* What is typed when this is shown. */
    static const struct {
        const char *shows, *keys;
    } way[] = {{"First words", "\r"}, {"ress its number", "2\r"},
        {"Tell your neighbour why.", "1\r"}, {"Yes, it does: 0.219", "\r"},
        {"The step is the sixtieth", "\r"}, {"Play until step 70", "\r"}, {"Last words.", "\r"},
        {"1 of 1 predicted", ""}};
    /* Killed when so many have been shown: what is in the receipt, and in its row. */
    static const struct {
        int shown;
        const char *receipt, *row;
    } ends[] = {{2, "\nquestion 1 2 0\n", ",5,16,1,1,0,0,2-0,0,0,"},
        {3, "\nmeasured 14 40 ", ",16,1,1,0,1,2-1,2,40,"},
        {7, "\nreached 16 of 16\n", ",16,16,1,1,0,1,2-1,2,70,"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct pty pty;
        char receipt[80], option[100], row[400];
        (void)snprintf(receipt, sizeof receipt, "%s/small.receipt", room_directory);
        (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
        room_start(&pty, 80, 24, option);
        for (int k = 0; k <= ends[i].shown; k++) {
            room_await(&pty, way[k].shows);
            if (k < ends[i].shown)
                pty_type(&pty, way[k].keys);
        }
        await_content(&pty, receipt, ends[i].receipt);
        await_content(&pty, receipt, "\nchecksum ");
        ck_assert_int_eq(kill(pty.child, SIGKILL), 0);
        int status = pty_wait(&pty, PATIENCE);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        pty_close(&pty);
        marked(receipt, row);
        ck_assert_msg(strstr(row, "small.receipt,ok,small.lesson,1,"), "%s", row);
        ck_assert_msg(strstr(row, ends[i].row), "%s lacks %s", row, ends[i].row);
        ck_assert_int_eq(unlink(receipt), 0);
    }
}
END_TEST

/* Said once, and the lesson goes on; what can be written again is. */
START_TEST(a_receipt_that_cannot_be_written_is_told_once)
{
    struct pty pty;
    char place[64], receipt[100], option[120];
    (void)snprintf(place, sizeof place, "%s/in", room_directory);
    (void)snprintf(receipt, sizeof receipt, "%s/small.receipt", place);
    (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
    ck_assert_int_eq(mkdir(place, 0777), 0);
    room_start(&pty, 80, 24, option);
    ck_assert_int_eq(rmdir(place), 0);
    pty_type(&pty, "\r");
    room_await(&pty, "ress its number");
    pty_type(&pty, "2\r");
    room_await(&pty, "the receipt is not written: ");
    room_await(&pty, "Tell your neighbour why.");
    pty_type(&pty, ":speed max\r"); /* another message */
    ck_assert(pty_drops(&pty, "the receipt is not written", PATIENCE));
    pty_type(&pty, "1\r");
    room_await(&pty, "Yes, it does: 0.219");
    (void)pty_read(&pty, 0.5);
    ck_assert(strstr(pty_text(&pty), "the receipt is not written") == NULL);
    ck_assert_int_eq(mkdir(place, 0777), 0);
    pty_type(&pty, "\x7f");
    room_await(&pty, "First words");
    pty_type(&pty, "\r");
    room_await(&pty, "ress its number");
    pty_type(&pty, "2\r");
    await_content(&pty, receipt, "\nquestion 1 2 1\n");
    pty_quits(&pty);
    ck_assert_int_eq(unlink(receipt), 0);
    ck_assert_int_eq(rmdir(place), 0);
}
END_TEST

/* The file beside the lesson is found from elsewhere: by a saved session with its full name, by
 * a receipt, which goes to another machine, beside the lesson that is there. */
START_TEST(data_lie_beside_the_lesson)
{
    struct pty pty;
    char lesson[64], points[64], receipt[64], session[64], moved[64], option[100], line[400];
    (void)snprintf(lesson, sizeof lesson, "%s/data.lesson", room_directory);
    (void)snprintf(points, sizeof points, "%s/points.csv", room_directory);
    (void)snprintf(receipt, sizeof receipt, "%s/data.receipt", room_directory);
    (void)snprintf(session, sizeof session, "%s/data.session", room_directory);
    (void)snprintf(moved, sizeof moved, "%s-moved", room_directory);
    (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
    room_write(points, "a,b,c\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n");
    room_write(lesson,
        "nablascope-lesson 1\ntitle Data\nabout Data\ndepth 2\ndata points.csv\nlet first "
        "loss\n"
        "say The loss is {loss}.\nrun 20\nexpect loss > 0\nsay Done: {loss}.\n");
    const char *const argv[] = {pty_program(), "lesson", lesson, "--speed=max", option, NULL};
    pty_start(&pty, 80, 24, argv, NULL);
    room_await(&pty, "The loss is 0.");
    room_await(&pty, "points.csv");
    pty_type(&pty, "\r");
    room_await(&pty, "Done: 0.");
    (void)snprintf(line, sizeof line, ":save %s\r", session);
    pty_type(&pty, line);
    room_await(&pty, "written: ");
    pty_quits(&pty);
    (void)snprintf(line, sizeof line, "\nset data %s\n", points);
    ck_assert_msg(strstr(content(session), line) != NULL, "%s", content(session));
    marked(session, line);
    ck_assert_msg(strstr(line, ",ok,"), "%s", line);
    ck_assert_msg(
        strstr(content(receipt), "\nset data points.csv\n") != NULL, "%s", content(receipt));
    /* Handed in: all of it lies elsewhere. */
    ck_assert_int_eq(rename(room_directory, moved), 0);
    (void)snprintf(option, sizeof option, "%s/data.receipt", moved);
    marked(option, line);
    ck_assert_msg(strstr(line, ",ok,data.lesson,1,6,7,"), "%s", line);
    ck_assert_int_eq(rename(moved, room_directory), 0);
    ck_assert(unlink(lesson) == 0 && unlink(points) == 0 && unlink(receipt) == 0);
    ck_assert_int_eq(unlink(session), 0);
}
END_TEST

TCase *lesson_receipts_tests(void)
{
    TCase *tcase = tcase_create("receipts");
    tcase_set_timeout(tcase, 4 * PATIENCE);
    tcase_add_checked_fixture(tcase, room_set_up, room_tear_down);
    tcase_add_test(tcase, a_receipt_keeps_what_was_predicted);
    tcase_add_test(tcase, a_receipt_outlives_a_crash);
    tcase_add_test(tcase, a_receipt_that_cannot_be_written_is_told_once);
    tcase_add_test(tcase, data_lie_beside_the_lesson);
    return tcase;
}
