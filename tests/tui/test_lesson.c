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

#include "harness.h"

#define LESSON                                                                                 \
    "nablascope-lesson 1\n"                                                                    \
    "title A small lesson\n"                                                                   \
    "about Three layers\n"                                                                     \
    "section The start\n"                                                                      \
    "activation tanh\n"                                                                        \
    "lr 0.1\n"                                                                                 \
    "say First *words*: the loss is {loss}.\n"                                                 \
    "ask Does the loss fall in 40 steps?\n"                                                    \
    "right It falls.\n"                                                                        \
    "choice It grows.\n"                                                                       \
    "again Tell your neighbour why.\n"                                                         \
    "let before loss\n"                                                                        \
    "run 40\n"                                                                                 \
    "expect loss < before\n"                                                                   \
    "reveal 1 Yes, it does: {loss}.\n"                                                         \
    "reveal 2 No: it was {before} and is {loss}.\n"                                            \
    "section And on\n"                                                                         \
    "until step 60\n"                                                                          \
    "check\n"                                                                                  \
    "look step The step is the sixtieth; the check says {check_verdict}.\n"                    \
    "wait step 70 within 100\n"                                                                \
    "say Last words.\n"

static char directory[32], file[64], votes[64];

static void set_up(void)
{
    (void)snprintf(directory, sizeof directory, "/tmp/lesson-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(file, sizeof file, "%s/small.lesson", directory);
    (void)snprintf(votes, sizeof votes, "%s/votes", directory);
    ck_assert_int_eq(mkdir(votes, 0777), 0);
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    (void)fputs(LESSON, out);
    ck_assert_int_eq(fclose(out), 0);
}

static void tear_down(void)
{
    DIR *list = opendir(votes);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;)
        (void)unlinkat(dirfd(list), entry->d_name, 0);
    if (list)
        (void)closedir(list);
    (void)rmdir(votes);
    (void)unlink(file);
    (void)rmdir(directory);
}

static void await(struct pty *pty, const char *text)
{
    ck_assert_msg(pty_shows(pty, text, PATIENCE), "no '%s':\n%.3000s", text, pty_text(pty));
}

static void start(struct pty *pty, int width, int height, const char *option)
{
    const char *const argv[] = {
        pty_program(), "lesson", file, "--speed=max", "--theme=dark", option, NULL};
    pty_start(pty, width, height, argv, NULL);
    await(pty, "1 of 7");
    await(pty, "First words: the loss is 0.67");
}

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
    start(&pty, 80, 24, NULL);
    pty_type(&pty, "~\\!1"); /* no keys, and a view */
    await(&pty, "First words");
    pty_type(&pty, "\r");
    await(&pty, "Does the loss fall in 40 steps?");
    /* Nothing is gone past without a prediction. */
    pty_type(&pty, "\r\r");
    await(&pty, "predict first: press a number; f goes on without a prediction");
    pty_type(&pty, "4");
    await(&pty, "there are 2 choices");
    pty_type(&pty, "2");
    await(&pty, "Enter keeps it");
    pty_resize(&pty, 120, 40);
    await(&pty, "Enter keeps it");
    pty_type(&pty, "\r");
    await(&pty, "Tell your neighbour why.");
    pty_type(&pty, "1\r");
    await(&pty, "you chose 2, then you chose 1");
    await(&pty, "step 40");
    await(&pty, "Yes, it does: 0.219");
    loss_of(&pty, told);
    pty_resize(&pty, 80, 24);
    await(&pty, "1 Yes, it does: 0.219");
    /* Leaving it: every key plays. */
    pty_type(&pty, ":step 5\r");
    await(&pty, "step 45");
    await(&pty, "you play: Enter comes back");
    pty_type(&pty, "l");
    await(&pty, "lr 0.3");
    pty_type(&pty, ":depth 2\r");
    await(&pty, "tanh 2");
    pty_type(&pty, "\r");
    await(&pty, "back in the lesson: all is set as it was, at step 40");
    await(&pty, "tanh 10");
    await(&pty, "1 Yes, it does: 0.219");
    await(&pty, told);
    /* Steps alone: no network is built anew on the way back, but the run begins anew. */
    pty_type(&pty, ":step 5\r");
    await(&pty, "step 45");
    await(&pty, "you play: Enter comes back");
    pty_type(&pty, "\r");
    ck_assert(pty_drops(&pty, "you play", PATIENCE));
    await(&pty, "Enter goes on");
    await(&pty, "step 40");
    await(&pty, told);
    pty_type(&pty, "\r");
    await(&pty, "The step is the sixtieth; the check says 0.");
    await(&pty, "step 60");
    pty_type(&pty, "\r");
    await(&pty, "Play until step 70");
    pty_type(&pty, " ");
    await(&pty, "Last words.");
    pty_type(&pty, "\r");
    await(&pty, "1 of 1 predicted rightly.");
    pty_type(&pty, "\x7f");
    await(&pty, "The step is the sixtieth");
    pty_quits(&pty);
}
END_TEST

/* What the student does not do, the lesson does; and a section can be gone back to. */
START_TEST(sections_are_gone_back_to)
{
    struct pty pty;
    start(&pty, 80, 24, "--ascii");
    pty_type(&pty, "\r");
    await(&pty, "ress its number");
    pty_type(&pty, "f");
    await(&pty, "gone on without a prediction");
    await(&pty, "Tell your neighbour why.");
    pty_type(&pty, "f");
    await(&pty, "nobody has predicted; 1 is right");
    pty_type(&pty, "\r");
    await(&pty, "The step is the sixtieth");
    pty_type(&pty, "\x7f");
    await(&pty, "First words: the loss is 0.67");
    await(&pty, "step 0");
    pty_type(&pty, "\r1\r1\r");
    await(&pty, "you chose 1");
    pty_type(&pty, "\r");
    await(&pty, "The step is the sixtieth");
    pty_type(&pty, "\r");
    await(&pty, "Play until step 70");
    pty_type(&pty, "\r");
    await(&pty, "Last words.");
    await(&pty, "step 70");
    pty_quits(&pty);
}
END_TEST

/* Who knows the answer predicts nothing more. */
START_TEST(a_receipt_keeps_what_was_predicted)
{
    struct pty pty;
    char receipt[80], option[100], text[4000] = "";
    (void)snprintf(receipt, sizeof receipt, "%s/small.receipt", votes);
    (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
    start(&pty, 80, 24, option);
    for (int time = 0; time < 2; time++) {
        pty_type(&pty, "\r");
        await(&pty, "ress its number");
        pty_type(&pty, time ? "1\r" : "2\r");
        await(&pty, "Tell your neighbour why.");
        pty_type(&pty, time ? "1\r" : "f");
        await(&pty, time ? "you chose 1, then you chose 1" : "you chose 2; 1 is right");
        pty_type(&pty, "\x7f");
        await(&pty, "First words");
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
    char command[400];
    (void)snprintf(command, sizeof command, "%s replay --check %s", pty_program(), receipt);
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
        (void)snprintf(receipt, sizeof receipt, "%s/small.receipt", directory);
        (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
        start(&pty, 80, 24, option);
        for (int k = 0; k <= ends[i].shown; k++) {
            await(&pty, way[k].shows);
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
    (void)snprintf(place, sizeof place, "%s/in", directory);
    (void)snprintf(receipt, sizeof receipt, "%s/small.receipt", place);
    (void)snprintf(option, sizeof option, "--receipt=%s", receipt);
    ck_assert_int_eq(mkdir(place, 0777), 0);
    start(&pty, 80, 24, option);
    ck_assert_int_eq(rmdir(place), 0);
    pty_type(&pty, "\r");
    await(&pty, "ress its number");
    pty_type(&pty, "2\r");
    await(&pty, "the receipt is not written: ");
    await(&pty, "Tell your neighbour why.");
    pty_type(&pty, ":speed max\r"); /* another message */
    ck_assert(pty_drops(&pty, "the receipt is not written", PATIENCE));
    pty_type(&pty, "1\r");
    await(&pty, "Yes, it does: 0.219");
    (void)pty_read(&pty, 0.5);
    ck_assert(strstr(pty_text(&pty), "the receipt is not written") == NULL);
    ck_assert_int_eq(mkdir(place, 0777), 0);
    pty_type(&pty, "\x7f");
    await(&pty, "First words");
    pty_type(&pty, "\r");
    await(&pty, "ress its number");
    pty_type(&pty, "2\r");
    await_content(&pty, receipt, "\nquestion 1 2 1\n");
    pty_quits(&pty);
    ck_assert_int_eq(unlink(receipt), 0);
    ck_assert_int_eq(rmdir(place), 0);
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
    start(&pty, 80, 24, "--history=1M");
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
    await(&pty, "of 7");
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
    (void)snprintf(path, sizeof path, "%s/%s", votes, name);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    (void)fputs(text, out);
    ck_assert_int_eq(fclose(out), 0);
}

/* Each question once, in an order that the seed decides; what was wrong stands at the end. */
START_TEST(a_quiz_keeps_the_score)
{
    struct pty pty;
    char data[80], renamed[64];
    bool apples = false, pears = false;
    put("apples.lesson", QUESTION("apples"));
    put("pears.lesson", QUESTION("pears"));
    /* The bank is a directory called questions. */
    (void)snprintf(renamed, sizeof renamed, "%s/questions", directory);
    ck_assert_int_eq(rename(votes, renamed), 0);
    (void)snprintf(data, sizeof data, "NABLASCOPE_DATA=%s", directory);
    const char *const environment[] = {data, NULL};
    const char *const argv[] = {
        pty_program(), "lesson", "quiz", "--seed=3", "--speed=max", NULL};
    pty_start(&pty, 80, 24, argv, environment);
    for (int i = 0; i < 2; i++) {
        await(&pty, i ? "Question 2 of 2: " : "Question 1 of 2: ");
        await(&pty, "Is the loss above 0?");
        apples = apples || strstr(pty_text(&pty), "2: apples");
        pears = pears || strstr(pty_text(&pty), "2: pears");
        pty_type(&pty, i ? "1\r" : "2\r");
        await(&pty, i ? "you chose 1; 1 is right" : "you chose 2; 1 is right");
        pty_type(&pty, "\r");
        await(&pty,
            i ? "1 of 2 predicted rightly. What was not, and why: "
              : "So far 0 of 1 predicted rightly.");
        pty_type(&pty, "\x7f");
        if (i == 0) {
            await(&pty, "what has been answered is answered");
            pty_type(&pty, "\r");
        }
    }
    ck_assert(apples && pears);
    await(&pty, "What was not, and why: ");
    pty_quits(&pty);
    ck_assert_int_eq(rename(renamed, votes), 0);
}
END_TEST

/* Thirty processes, as many students; half of them change their minds in the second round. */
START_TEST(a_class_votes)
{
    struct pty pty;
    char option[80];
    (void)snprintf(option, sizeof option, "--votes=%s", votes);
    start(&pty, 80, 24, option);
    pty_type(&pty, "\r");
    await(&pty, "0 votes so far");
    pty_type(&pty, "1");
    await(&pty, "votes are counted in");
    pty_type(&pty, "\r");
    await(&pty, "nobody has voted yet");
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
                execl(pty_program(), pty_program(), "vote", votes,
                    round == 0 && i % 2 ? "2" : "1", name, (char *)NULL);
                _exit(4);
            }
        }
        for (int i = 0; i < 30; i++) {
            int status;
            ck_assert(waitpid(students[i], &status, 0) == students[i] && status == 0);
        }
        await(&pty, "30 votes");
        printf("# %d: a class of 30 has voted and is counted in %.2f s\n", round + 1,
            pty_clock() - began);
        (void)fflush(stdout);
        pty_type(&pty, round ? "\r" : ":hands 0 2\r");
        if (round == 0) {
            await(&pty, "32 votes");
            pty_type(&pty, "\r");
            await(&pty, "Tell your neighbour why.");
            await(&pty, " 0 votes so far");
        }
    }
    await(&pty, "before 15 of 32 right, after 30 of 30 right");
    /* Asked again, it is voted on again. */
    pty_type(&pty, "\x7f");
    await(&pty, "First words");
    pty_type(&pty, "\r");
    await(&pty, " 0 votes so far");
    pty_type(&pty, ":hands 0 2\r");
    await(&pty, " 2 votes so far");
    pty_quits(&pty);
    ck_assert_int_ne(access(votes, F_OK), 1);
    char path[100];
    (void)snprintf(path, sizeof path, "%s/nablascope-question", votes);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lesson");
    TCase *tcase = tcase_create("lesson");
    tcase_set_timeout(tcase, 4 * PATIENCE);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_student_goes_through_it);
    tcase_add_test(tcase, sections_are_gone_back_to);
    tcase_add_test(tcase, a_receipt_keeps_what_was_predicted);
    tcase_add_test(tcase, a_receipt_outlives_a_crash);
    tcase_add_test(tcase, a_receipt_that_cannot_be_written_is_told_once);
    tcase_add_test(tcase, a_cat_on_the_keyboard_loses_nothing);
    tcase_add_test(tcase, a_quiz_keeps_the_score);
    tcase_add_test(tcase, a_class_votes);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
