/* A lesson in a real terminal, as a student goes through it: with wrong keys, another size,
 * leaving it and coming back; and a class that votes. */
#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lesson_room.h"

/* "loss" and the number behind it, in the second row: to be waited for, since numbers that
 * change fast are held for a moment. */
static void loss_of(struct pty *pty, char loss[24])
{
    char number[16];
    const char *at = strstr(pty_text(pty), "loss 0");
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at, "loss %15s", number), 1);
    (void)snprintf(loss, 24, "loss %s", number);
}

START_TEST(a_student_goes_through_it)
{
    struct pty pty;
    char told[24];
    room_start(&pty, 80, 24, NULL);
    pty_type(&pty, "~\\!1"); /* no keys, and a view */
    room_await(&pty, "First words");
    pty_type(&pty, "\r");
    room_await(&pty, "Does the loss fall in 40 steps?");
    /* Nothing is gone past without a prediction. */
    pty_type(&pty, "\r\r");
    room_await(&pty, "predict first: press a number; f goes on without a prediction");
    pty_type(&pty, "4");
    room_await(&pty, "there are 2 choices");
    pty_type(&pty, "2");
    room_await(&pty, "Enter keeps it");
    ck_assert(!pty_shows(&pty, "there are 2 choices", 0)); /* any more */
    pty_resize(&pty, 120, 40);
    room_await(&pty, "Enter keeps it");
    pty_type(&pty, "\r");
    room_await(&pty, "Tell your neighbour why.");
    pty_type(&pty, "1\r");
    room_await(&pty, "you chose 2, then you chose 1");
    room_await(&pty, "step 40");
    room_await(&pty, "Yes, it does: 0.219");
    loss_of(&pty, told);
    pty_resize(&pty, 80, 24);
    room_await(&pty, "1 Yes, it does: 0.219");
    /* Leaving it: every key plays. */
    pty_type(&pty, ":step 5\r");
    room_await(&pty, "step 45");
    room_await(&pty, "you play: Enter comes back");
    pty_type(&pty, "l");
    room_await(&pty, "lr 0.3");
    pty_type(&pty, ":depth 2\r");
    room_await(&pty, "tanh 2");
    pty_type(&pty, "\r");
    room_await(&pty, "back in the lesson: all is set as it was, at step 40");
    room_await(&pty, "tanh 10");
    room_await(&pty, "1 Yes, it does: 0.219");
    room_await(&pty, told);
    /* Steps alone: no network is built anew on the way back, but the run begins anew. */
    pty_type(&pty, ":step 5\r");
    room_await(&pty, "step 45");
    room_await(&pty, "you play: Enter comes back");
    pty_type(&pty, "\r");
    ck_assert(pty_drops(&pty, "you play", PATIENCE));
    room_await(&pty, "Enter goes on");
    room_await(&pty, "step 40");
    room_await(&pty, told);
    pty_type(&pty, "\r");
    room_await(&pty, "The step is the sixtieth; the check says 0.");
    room_await(&pty, "step 60");
    pty_type(&pty, "\r");
    room_await(&pty, "Play until step 70");
    pty_type(&pty, " ");
    room_await(&pty, "Last words.");
    pty_type(&pty, "\r");
    room_await(&pty, "1 of 1 predicted rightly.");
    pty_type(&pty, "\x7f");
    room_await(&pty, "The step is the sixtieth");
    pty_quits(&pty);
}
END_TEST

/* What the student does not do, the lesson does; and a section can be gone back to. */
START_TEST(sections_are_gone_back_to)
{
    struct pty pty;
    room_start(&pty, 80, 24, "--ascii");
    pty_type(&pty, "\r");
    room_await(&pty, "ress its number");
    pty_type(&pty, "f");
    room_await(&pty, "gone on without a prediction");
    room_await(&pty, "Tell your neighbour why.");
    pty_type(&pty, "f");
    room_await(&pty, "nobody has predicted; 1 is right");
    pty_type(&pty, "\r");
    room_await(&pty, "The step is the sixtieth");
    pty_type(&pty, "\x7f");
    room_await(&pty, "First words: the loss is 0.67");
    room_await(&pty, "step 0");
    pty_type(&pty, "\r1\r1\r");
    room_await(&pty, "you chose 1");
    pty_type(&pty, "\r");
    room_await(&pty, "The step is the sixtieth");
    pty_type(&pty, "\r");
    room_await(&pty, "Play until step 70");
    pty_type(&pty, "\r");
    room_await(&pty, "Last words.");
    room_await(&pty, "step 70");
    pty_quits(&pty);
}
END_TEST

/* With numbers in the choices; what does not come is told with its line, no command. */
START_TEST(the_end_names_the_question)
{
    struct pty pty;
    room_write(room_file,
        "nablascope-lesson 1\ntitle Ends\nabout x\ndepth 2\nlet first loss\n"
        "ask Ready?\nright Yes.\nchoice No.\nexpect loss > 0\nbefore drop\nreveal 1 Go.\n"
        "reveal 2 Wait.\n"
        "ask Is the loss 0?\nchoice Yes, not {2*first}.\nright No.\nexpect loss > 0\n"
        "reveal 1 It is {first}.\nreveal 2 So it is.\nask And now?\nright It is not.\n"
        "choice It is.\nexpect loss > 0\nreveal 1 Yes.\nreveal 2 No.\nuntil loss < 0 within "
        "5\n");
    const char *const argv[] = {pty_program(), "lesson", room_file, "--speed=max", NULL};
    pty_start(&pty, 80, 24, argv, NULL);
    room_await(&pty, "Ready?");
    pty_type(&pty, "f");
    room_await(&pty, "nobody has predicted; 1 is right");
    room_await(&pty, "gone on without a prediction"); /* no command talks over it */
    pty_type(&pty, "\r");
    room_await(&pty, "Is the loss 0?");
    pty_type(&pty, "1\r");
    room_await(&pty, "you chose 1; 2 is right");
    pty_type(&pty, "\r");
    room_await(&pty, "And now?");
    pty_type(&pty, "2\r");
    room_await(&pty, "you chose 2; 1 is right");
    pty_type(&pty, "\r");
    room_await(&pty, "the lesson's line 25: loss < 0 has not come by step 5");
    room_await(&pty, "0 of 3 predicted rightly. What was not, and why: ");
    room_await(&pty, "\n Is the loss 0? “Yes, not 1.");
    room_await(&pty, "\n And now? “It is.” No.");
    pty_quits(&pty);
}
END_TEST

/* A seed on which nobody has verified it is said once, at the start or when it is chosen. */
START_TEST(another_seed_is_told)
{
    static const char told[] = "this lesson is verified on seeds 1..3, not on ";
    struct pty pty;
    const char *const argv[] = {
        pty_program(), "lesson", room_file, "--speed=max", "--seed=17", NULL};
    pty_start(&pty, 80, 24, argv, NULL);
    room_await(&pty, "First words");
    room_await(&pty, "this lesson is verified on seeds 1..3, not on 17");
    pty_type(&pty, ":seed 3\r");
    room_await(&pty, "you play: Enter comes back");
    ck_assert(pty_drops(&pty, told, PATIENCE));
    pty_type(&pty, ":seed 4\r");
    room_await(&pty, "this lesson is verified on seeds 1..3, not on 4");
    pty_type(&pty, ":theme dark\r");
    ck_assert(pty_drops(&pty, told, PATIENCE));
    pty_type(&pty, ":step 3\r");
    room_await(&pty, "step 3");
    (void)pty_read(&pty, 0.3);
    ck_assert(strstr(pty_text(&pty), told) == NULL);
    pty_quits(&pty);
    room_start(&pty, 80, 24, "--seed=3");
    (void)pty_read(&pty, 0.3);
    ck_assert(strstr(pty_text(&pty), told) == NULL);
    pty_quits(&pty);
}
END_TEST

/* Keys by chance, all that a cat finds: it stands, and the lesson can still be come back to. */
START_TEST(a_cat_on_the_keyboard_loses_nothing)
{
    static const char keys[] =
        " !\"#$%&'()*+,-./"
        "0123456789;<=>@ABCDEFGHIJKLMNOPRSTUVWXYZ[\\]^_`abcdefghijklmnoprstuvwxyz"
        "{|}~\r\r\r\x7f\x7f\t\x1b[A\x1b[B\x1b[5~\x1b[6~\x1b[H\x1b[F\x1b";
    unsigned state = 12345;
    struct pty pty;
    room_start(&pty, 80, 24, "--history=1M");
    for (int i = 0; i < 600; i++) {
        char one[2] = {0};
        state = state * 1103515245u + 12345u;
        one[0] = keys[(state >> 16) % (sizeof keys - 1)];
        if (one[0] == '?' || one[0] == ':')
            continue;
        pty_type(&pty, one);
        if (i % 100 == 99)
            pty_resize(&pty, 40 + (int)(state >> 20) % 100, 10 + (int)(state >> 12) % 30);
        if (i % 50 == 49)
            ck_assert(!pty_read(&pty, 0.2) || !pty.ended);
    }
    pty_resize(&pty, 80, 24);
    pty_type(&pty, "\x1b\x1b");
    (void)pty_read(&pty, 0.3);
    pty_type(&pty, "\x15\x1b\x1b\x1b");
    room_await(&pty, "of 7");
    pty_quits(&pty);
}
END_TEST

#define QUESTION(title)                                                                        \
    "nablascope-lesson 1\ntitle " title "\nabout x\ndepth 2\nask Is the loss above 0?\n"       \
    "right It is.\nchoice No, " title ".\nexpect loss > 0\n"                                   \
    "reveal 1 Yes: {loss}.\nreveal 2 Because of " title ".\n"

static void put(const char *name, const char *text)
{
    char path[100];
    (void)snprintf(path, sizeof path, "%s/%s", room_votes, name);
    room_write(path, text);
}

/* On a terminal of 24 rows, the first of it too; elsewhere each has its file. */
START_TEST(the_course_is_seen_at_once)
{
    const char *const argv[] = {pty_program(), "lesson", NULL};
    struct pty pty;
    pty_start(&pty, 80, 24, argv, NULL);
    int status = pty_wait(&pty, PATIENCE);
    const char *text = pty_text(&pty);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", text);
    ck_assert_msg(
        strstr(text, "  1 check          Is this gradient right?, 10 min\n"), "%s", text);
    ck_assert_msg(strstr(text, " 13 clinic         The clinic, 10 min\n"), "%s", text);
    ck_assert_msg(strstr(text, "nablascope lesson NAME     opens one"), "%s", text);
    ck_assert_msg(
        !strstr(text, "Centred differences") && !strstr(text, ".lesson\n"), "%s", text);
    pty_close(&pty);
}
END_TEST

/* Each question once, in an order that the seed decides; what was wrong stands at the end. */
START_TEST(a_quiz_keeps_the_score)
{
    struct pty pty;
    char data[80], renamed[64];
    bool apples = false, pears = false;
    put("apples.lesson", QUESTION("apples"));
    put("pears.lesson", QUESTION("pears"));
    /* The bank is a room_directory called questions. */
    (void)snprintf(renamed, sizeof renamed, "%s/questions", room_directory);
    ck_assert_int_eq(rename(room_votes, renamed), 0);
    (void)snprintf(data, sizeof data, "NABLASCOPE_DATA=%s", room_directory);
    const char *const environment[] = {data, NULL};
    const char *const argv[] = {
        pty_program(), "lesson", "quiz", "--seed=3", "--speed=max", NULL};
    pty_start(&pty, 80, 24, argv, environment);
    for (int i = 0; i < 2; i++) {
        room_await(&pty, i ? "Question 2 of 2: " : "Question 1 of 2: ");
        room_await(&pty, "Is the loss above 0?");
        apples = apples || strstr(pty_text(&pty), "2: apples");
        pears = pears || strstr(pty_text(&pty), "2: pears");
        pty_type(&pty, i ? "1\r" : "2\r");
        room_await(&pty, i ? "you chose 1; 1 is right" : "you chose 2; 1 is right");
        pty_type(&pty, "\r");
        room_await(&pty,
            i ? "1 of 2 predicted rightly. What was not, and why: "
              : "So far 0 of 1 predicted rightly.");
        ck_assert_ptr_null(strstr(pty_text(&pty), "Backspace"));
        pty_type(&pty, "\x7f");
        room_await(&pty, "what has been answered is answered");
        if (i == 0)
            pty_type(&pty, "\r");
    }
    ck_assert(apples && pears);
    room_await(&pty, "What was not, and why: ");
    pty_quits(&pty);
    ck_assert_int_eq(rename(renamed, room_votes), 0);
}
END_TEST

/* Thirty processes, as many students; half of them change their minds in the second round. */
START_TEST(a_class_votes)
{
    struct pty pty;
    char option[80];
    (void)snprintf(option, sizeof option, "--votes=%s", room_votes);
    room_start(&pty, 80, 24, option);
    pty_type(&pty, "\r");
    room_await(&pty, "0 votes so far");
    pty_type(&pty, "1");
    room_await(&pty, "votes are counted in");
    pty_type(&pty, "\r");
    room_await(&pty, "nobody has voted yet");
    for (int round = 0; round < 2; round++) {
        double began = pty_clock();
        pid_t students[30];
        for (int i = 0; i < 30; i++) {
            students[i] = fork();
            if (students[i] == 0) {
                char name[40];
                (void)snprintf(name, sizeof name, "--name=student %d", i);
                if (!freopen("/dev/null", "w", stdout))
                    _exit(3);
                execl(pty_program(), pty_program(), "vote", room_votes,
                    round == 0 && i % 2 ? "2" : "1", name, (char *)NULL);
                _exit(4);
            }
        }
        for (int i = 0; i < 30; i++) {
            int status;
            ck_assert(waitpid(students[i], &status, 0) == students[i] && status == 0);
        }
        room_await(&pty, "30 votes");
        printf("# %d: a class of 30 has voted and is counted in %.2f s\n", round + 1,
            pty_clock() - began);
        (void)fflush(stdout);
        pty_type(&pty, round ? "\r" : ":hands 0 2\r");
        if (round == 0) {
            room_await(&pty, "32 votes");
            pty_type(&pty, "\r");
            room_await(&pty, "Tell your neighbour why.");
            room_await(&pty, " 0 votes so far");
        }
    }
    room_await(&pty, "before 15 of 32 right, after 30 of 30 right");
    /* Asked again, it is voted on again. */
    pty_type(&pty, "\x7f");
    room_await(&pty, "First words");
    pty_type(&pty, "\r");
    room_await(&pty, " 0 votes so far");
    pty_type(&pty, ":hands 0 2\r");
    room_await(&pty, " 2 votes so far");
    pty_quits(&pty);
    ck_assert_int_ne(access(room_votes, F_OK), 1);
    char path[100];
    (void)snprintf(path, sizeof path, "%s/nablascope-question", room_votes);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lesson");
    TCase *tcase = tcase_create("lesson");
    tcase_set_timeout(tcase, 4 * PATIENCE);
    tcase_add_checked_fixture(tcase, room_set_up, room_tear_down);
    tcase_add_test(tcase, a_student_goes_through_it);
    tcase_add_test(tcase, sections_are_gone_back_to);
    tcase_add_test(tcase, the_end_names_the_question);
    tcase_add_test(tcase, another_seed_is_told);
    tcase_add_test(tcase, a_cat_on_the_keyboard_loses_nothing);
    tcase_add_test(tcase, the_course_is_seen_at_once);
    tcase_add_test(tcase, a_quiz_keeps_the_score);
    tcase_add_test(tcase, a_class_votes);
    suite_add_tcase(suite, tcase);
    suite_add_tcase(suite, lesson_receipts_tests());
    return pty_run(suite);
}
