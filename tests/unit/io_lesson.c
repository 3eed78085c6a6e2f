/* Lessons as text: what is read, and what is wrong named where it stands. */
#include <stdlib.h>

#include "lesson_text.h"
#include "suites.h"

#define HEAD LESSON_HEAD
#define ASK "ask Q\nchoice a\nright b\n"
#define SHOWN_BOTH "reveal 1 x\nreveal 2 y\n"

static const char whole[] =
    "\xef\xbb\xbf# before\n\nnablascope-lesson 1 \r\n"
    "title Vanishing\nabout What is left\nminutes 7\n"
    "section One\npreset vanishing\nview=flow\n"
    "say the #1 cause, \xce\xb4 = {signal[1]}\n  and *{2*loss}* # a comment\n# another\n\tand "
    "{{x}\n"
    "look layer 2 Here\nlook unit 3 4 There\nlook legend That #\n"
    "run 5\nlet a gain[2]\nlet b = a / 2*loss\n"
    "ask How much is {a}?\nchoice little\n  and less\nright much\nchoice none\nagain\n"
    "until event first_death or loss < 1 within 20\nwait\nwait step 9\n"
    "check scheme forward epsilon 1e-3 plant sum elements 7\n"
    "expect b > 3*a\nexpect loss == 0.5 within 0.1 seeds 2..4\nexpect dead[any] >= 0 and step "
    "3\n"
    "expect gain[1] undefined seeds 9\nanswer 2 ghost.loss > a\n"
    "reveal 3 c {b}\nreveal 1 a\nreveal 2 b\n"
    "transfer\nask Again?\nchoice no\nright yes\nexpect check_error[out] < check_error\n"
    "again Talk\nreveal 1 n\nreveal 2 y";

/* All but the texts. */
static void check_questions(const struct lesson *lesson)
{
    const struct lesson_question *q = lesson->questions;
    ck_assert_int_eq(lesson->question_count, 2);
    ck_assert_str_eq(q[0].text, "How much is {a}?");
    ck_assert(q[0].count == 3 && q[0].right == 1 && q[0].again && !q[0].transfer);
    ck_assert_str_eq(q[0].choices[0].text, "little and less");
    ck_assert_str_eq(q[0].choices[2].reveal, "c {b}");
    ck_assert(q[1].transfer && q[1].again && q[1].right == 1);
}

START_TEST(a_lesson_reads_as_it_says)
{
    static const enum lesson_kind kinds[] = {LESSON_SECTION, LESSON_COMMAND, LESSON_COMMAND,
        LESSON_SAY, LESSON_LOOK, LESSON_LOOK, LESSON_LOOK, LESSON_RUN, LESSON_LET, LESSON_LET,
        LESSON_ASK, LESSON_AGAIN, LESSON_UNTIL, LESSON_WAIT, LESSON_WAIT, LESSON_CHECK,
        LESSON_EXPECT, LESSON_EXPECT, LESSON_EXPECT, LESSON_EXPECT, LESSON_EXPECT,
        LESSON_REVEAL, LESSON_TRANSFER, LESSON_ASK, LESSON_EXPECT, LESSON_AGAIN, LESSON_REVEAL};
    struct lesson lesson;
    lesson_must(&lesson, whole);
    ck_assert_str_eq(lesson.title, "Vanishing");
    ck_assert_str_eq(lesson.about, "What is left");
    ck_assert_int_eq(lesson.minutes, 7);
    ck_assert_int_eq(lesson.count, (int)ARRAY_LEN(kinds));
    for (int i = 0; i < lesson.count; i++)
        ck_assert_msg(lesson.items[i].kind == kinds[i], "item %d: %d", i, lesson.items[i].kind);
    const struct lesson_item *items = lesson.items;
    ck_assert(
        items[1].of.command.id == COMMAND_PRESET && items[2].of.command.id == COMMAND_VIEW);
    ck_assert_str_eq(items[2].text, "view=flow");
    ck_assert_str_eq(
        items[3].text, "the #1 cause, \xce\xb4 = {signal[1]} and *{2*loss}* and {{x}");
    ck_assert_int_eq(items[3].line, 10);
    ck_assert(items[4].of.look.layer == 2 && items[5].of.look.layer == 3);
    ck_assert(items[5].of.look.unit == 4 && strcmp(items[6].of.look.place, "legend") == 0);
    ck_assert_str_eq(items[6].text, "That");
    ck_assert(items[7].steps == 5 && items[12].steps == 20 && items[14].steps == LESSON_WITHIN);
    ck_assert_str_eq(items[12].text, "event first_death or loss < 1");
    ck_assert(items[13].condition.count == 0 && items[14].condition.count == 1);
    const struct lesson_check *check = &items[15].of.check;
    ck_assert(check->epsilon == 1e-3 && check->scheme == SCHEME_FORWARD);
    ck_assert(check->plant == PLANT_SUM && check->elements == 7);
    const struct lesson_let *let = &items[9].of.let;
    ck_assert(let->name == 1 && let->sign == '/' && let->left.source == VALUE_NAME);
    ck_assert(let->right.factor == 2 && let->right.index == QUANTITY_LOSS);
    const struct lesson_expect *expect = &items[16].of.expect;
    ck_assert(expect->comparison == COMPARE_ABOVE && expect->right.factor == 3);
    ck_assert(expect->first_seed == 1 && expect->last_seed == 3);
    expect = &items[17].of.expect;
    ck_assert(expect->within == 0.1 && expect->first_seed == 2 && expect->last_seed == 4);
    ck_assert(
        items[18].of.expect.kind == EXPECT_HOLDS && items[18].of.expect.condition.count == 3);
    ck_assert(items[19].of.expect.kind == EXPECT_UNDEFINED);
    ck_assert(items[19].of.expect.first_seed == 9 && items[19].of.expect.last_seed == 9);
    ck_assert(items[20].of.expect.answer == 2 && items[20].question == 0);
    ck_assert(items[20].of.expect.left.of_ghost && !items[20].of.expect.right.of_ghost);
    ck_assert_int_eq(items[24].of.expect.left.layer, -1);
    check_questions(&lesson);
    /* The seeds that are named, each once. */
    uint64_t seed = 0, seeds[8] = {0};
    for (int i = 0; (seed = lesson_next_seed(&lesson, seed)) > 0; i++)
        seeds[i] = seed;
    ck_assert(seeds[0] == 1 && seeds[3] == 4 && seeds[4] == 9 && seeds[5] == 0);
    char text[80];
    lesson_seeds(&lesson, text, sizeof text);
    ck_assert_str_eq(text, "1..4, 9");
    lesson_seeds(&lesson, text, 48); /* what has no room is left out whole */
    ck_assert_str_eq(text, "1..4");
    lesson_seeds(&lesson, text, 40);
    ck_assert_str_eq(text, "");
    ck_assert(lesson_verifies(&lesson, 1) && lesson_verifies(&lesson, 9));
    ck_assert(!lesson_verifies(&lesson, 0) && !lesson_verifies(&lesson, 5) &&
        !lesson_verifies(&lesson, 10) && !lesson_verifies(&lesson, UINT64_MAX));
    ck_assert_int_eq(lesson_expects(&lesson), 6);
    lesson_clear(&lesson);
}
END_TEST

struct wrong {
    const char *text, *message;
};

static void check_wrong(const struct wrong *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct lesson lesson;
        struct error error = {.text = ""};
        ck_assert_msg(!lesson_of(&lesson, cases[i].text, &error), "taken: %s", cases[i].text);
        ck_assert_msg(
            strstr(error.text, cases[i].message), "%s: %s", cases[i].text, error.text);
        ck_assert_msg(strncmp(error.text, "FILE:", 5) == 0, "%s", error.text);
        lesson_clear(&lesson);
    }
}

START_TEST(what_is_wrong_with_a_line_is_named_where_it_stands)
{
    static const struct wrong cases[] = {
        {"", ": empty: a lesson begins with 'nablascope-lesson 1'"}, {"# nothing\n\n", "empty"},
        {"nablascope session 1 numbers 4\n", ":1:1: no lesson: it begins with"},
        {HEAD "set dpth 2\n", ":4:5: unknown hyperparameter 'dpth'"},
        {"nablascope-lesson\n", ":1:1: no lesson"},
        {"nablascope-lesson 2\n", ":1:1: format 2 is of another version"},
        {"nablascope-lesson 1\nsay x\n", ":2:1: the title comes first"},
        {"nablascope-lesson 1\n", "the title is missing"},
        {"nablascope-lesson 1\ntitle A\n", "about is missing: about TEXT"},
        {HEAD "title A\n", ":4:1: it stands once"}, {HEAD "about A\n", ":4:1: it stands once"},
        {"nablascope-lesson 1\ntitle\n", ":2:6: a text is missing"},
        {"nablascope-lesson 1\ntitle {x}\n", ":2:8: no number has this name before"},
        {HEAD "minutes 0\n", ":4:9: '0' is no number of minutes: 1 to 240"},
        {HEAD "minutes 3\nminutes 4\n", ":5:1: it stands once"},
        {HEAD "minutes 3 4\n", ":4:9: '3 4' is no number"},
        {HEAD "\n  goes on\n", ":5:3: a line that begins with a blank goes on"},
        {HEAD "say\n", ":4:4: a text is missing"}, {HEAD "section\n", "a text is missing"},
        {HEAD "say a\n  b {x} c\n",
            ":5:6: no number has this name before: unknown quantity 'x'"},
        {HEAD "say \xce\xb4\xce\xb4 {loss\n",
            ":4:13: it ends where '}' behind the number is wanted"},
        {HEAD "say {gain}\n", ":4:6: gain is of a layer: gain[3]"},
        {HEAD "say {loss[1]}\n", ":4:10: loss is of the step, not of a layer: no '['"},
        {HEAD "say {gain[any]}\n", ":4:11: a number is of one layer, as gain[3]"},
        {HEAD "say {gain[out]}\n", ":4:11: gain is of hidden layers"},
        {HEAD "say {gain[0]}\n", ":4:11: '0' is no layer: a number of 1 to 257, or out"},
        {HEAD "say {gain[9999]}\n", "is no layer"},
        {HEAD "say {gain[1}\n", ":4:12: ']' behind the layer is wanted, not '}'"},
        {HEAD "say {update_ratio[1]}\n", ":4:6: update_ratio is known once the step is left"},
        {HEAD "say {}\n", ":4:6: a quantity, a name or a number is wanted, not '}'"},
        {HEAD "say {1e999}\n", ":4:6: '1e999' is not a number"},
        {HEAD "say {ghost.7}\n", ":4:12: a quantity of the ghost is wanted"},
        {HEAD "say \xce\xb4\x1b[2J\n", ":4:6: byte 0x1b is a control character"},
        {HEAD "# \x7f\n", ":4:3: byte 0x7f"}, {HEAD "look here\n", ":4:10: a text is missing"},
        {HEAD "look Layer x\n", ":4:6: look where?"},
        {HEAD "look layer x y\n", ":4:12: a number of 1 to 257 is wanted"},
        {HEAD "look unit 3 0 y\n", ":4:13: a number of 1 to 1024 is wanted"},
        {HEAD "run\n", ":4:4: run how many steps? run N, 1 to 100000"},
        {HEAD "run 100001\n", ":4:5: run how many"}, {HEAD "run 1 2\n", ":4:5: run how many"},
        {HEAD "until\n", ":4:6: a condition is wanted"},
        {HEAD "until loss <\n", ":4:13: it ends where a number is wanted"},
        {HEAD "until loss\n  < x\n", ":5:5: a number is wanted, not 'x'"},
        {HEAD "until loss < 1 within 0\n",
            ":4:23: within how many steps? 1 to 100000, not '0'"},
        {HEAD "until loss < 1 within 1e3\n", ":4:23: within how many steps?"},
        {HEAD "until loss < 1 within x\n", ":4:23: within how many steps?"},
        {HEAD "until loss < 1 within\n", ":4:22: within how many steps?"},
        {HEAD "wait loss < 1 within 3 x\n", ":4:24: 'x' is too much"},
        {HEAD "check epsilon\n", ":4:14: epsilon needs a value"},
        {HEAD "check epsilon 2\n", ":4:15: '2' is no epsilon"},
        {HEAD "check scheme centered\n", ":4:14: unknown scheme 'centered'"},
        {HEAD "check plant summ\n", ":4:13: unknown mistake 'summ'"},
        {HEAD "check elements 0\n", ":4:16: '0' is no number of elements"},
        {HEAD "check samples 3\n", ":4:7: check [epsilon E] [scheme NAME] [plant BUG]"},
        {HEAD "preset vanishin\n", ":4:1: unknown preset 'vanishin'"},
        {HEAD "sya x\n", ":4:1: unknown command 'sya': did you mean 'say'?"},
        {HEAD "relu\n", ":4:1: unknown command 'relu': did you mean 'activation relu'?"},
        {HEAD "zzyzx\n", ":4:1: unknown command 'zzyzx': nablascope-lesson(5) lists them"},
        {HEAD "viwe flow\n", "did you mean 'view'?"},
        {HEAD "relu\n", "did you mean 'activation relu'"},
        {HEAD "lr x\n", ":4:1: lr: 'x' is not a number"}};
    check_wrong(cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(what_is_wrong_with_numbers_is_named_where_it_stands)
{
    static const struct wrong cases[] = {{HEAD "let\n", ":4:4: it ends where a name is wanted"},
        {HEAD "let 3 loss\n", ":4:5: a name is wanted, not '3'"},
        {HEAD "let loss loss\n", ":4:5: 'loss' means something already"},
        {HEAD "let check_error 1\n", "means something already"},
        {HEAD "let seeds 1\n", "means something already"},
        {HEAD "let abcdefghijklmnopqrstuvwxyz012345 1\n", ":4:5: a name has up to 31 letters"},
        {HEAD "let a\n", ":4:6: it ends where a quantity, a name or a number is wanted"},
        {HEAD "let a b\n", ":4:7: no number has this name before"},
        {HEAD "let a a\n", ":4:7: no number"},
        {HEAD "let a 1 2\n", ":4:9: one of + - * / ^ with blanks around"},
        {HEAD "let a loss -1\n", ":4:12: one of + - * / ^ with blanks around"},
        {HEAD "let a 1 + 2 + 3\n", ":4:13: '+' is too much: one sign a line"},
        {HEAD "let a 2 ^ loss\n", ":4:11: a power is a whole number of 0 to 1000"},
        {HEAD "let a 2 ^ 1.5\n", "a power is a whole number"},
        {HEAD "let a 2 ^ 1001\n", "a power is a whole number"},
        {HEAD "let a 1\nlet b a[1]\n", ":5:8: a name has no layers"},
        {HEAD "let a check_kinks[1]\n", ":4:18: check_kinks is of all layers: no '['"},
        {HEAD "expect\n", ":4:7: it ends where a quantity"},
        {HEAD "expect loss\n",
            ":4:12: it ends where one of < <= > >= ==, or undefined, is wanted"},
        {HEAD "expect loss = 1\n", ":4:13: one of < <= > >= =="},
        {HEAD "expect loss < 1 within 0.1\n", ":4:17: within goes with =="},
        {HEAD "expect loss == 1 within 0\n", ":4:25: within is relative, above 0"},
        {HEAD "expect loss == 1 within\n", ":4:24: it ends where a number is wanted"},
        {HEAD "expect loss < 1 seeds\n", ":4:22: it ends where seeds as 1..5 is wanted"},
        {HEAD "expect loss < 1 seeds 3..1\n", ":4:23: '3..1': seeds go up"},
        {HEAD "expect loss < 1 seeds 0..1\n", "seeds go up, from 1"},
        {HEAD "expect loss < 1 seeds 1..21\n", ":4:23: '1..21': up to 20 seeds"},
        {HEAD "expect loss < 1 seeds 1..\n", ":4:23: seeds as 1..5 is wanted"},
        {HEAD "expect loss < 1 seeds 1..2..3\n", "seeds as 1..5 is wanted"},
        {HEAD "expect loss < 1 seeds 99999999\n", "seeds go up, from 1 to at most 1000000"},
        {HEAD "expect loss < 1 now\n", ":4:17: 'now' is too much"},
        {HEAD "expect loss < 1 and dead[any] >\n", ":4:32: it ends where a number is wanted"},
        {HEAD "expect dead[any] > 1 within 2\n", ":4:22: 'and' or 'or' is wanted"},
        {HEAD "expect not (loss < 1\n", ":4:21: '(' in column 5 has no ')'"}};
    check_wrong(cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(what_is_wrong_with_a_question_is_named_where_it_stands)
{
    static const struct wrong cases[] = {
        {HEAD "choice a\n", ":4:1: choice stands below an ask"},
        {HEAD "right a\n", ":4:1: right stands below an ask"},
        {HEAD "ask\n", ":4:4: a text is missing"},
        {HEAD "ask Q\nright b\nsay x\n", ":4:1: ask needs 2 to 4 choices"},
        {HEAD "ask Q\nchoice b\nchoice c\nsay x\n", ":4:1: no choice is the right one"},
        {HEAD "ask Q\nright b\nright c\n", ":6:1: choice 1 is right already"},
        {HEAD "ask Q\nchoice\n", ":5:7: a text is missing"},
        {HEAD "ask Q\nchoice a\nchoice b\nchoice c\nright d\nchoice e\n",
            ":9:1: an ask has up to 4 choices"},
        {HEAD ASK, ":4:1: ask has no reveals"},
        {HEAD ASK "say x\nchoice c\n", ":8:1: choice stands below an ask"},
        {HEAD ASK "ask R\n", ":7:1: the question of line 4 has no reveals yet"},
        {HEAD ASK "section x\n", ":7:1: a section begins behind the reveals"},
        {HEAD ASK "reveal 1 x\n", ":7:1: nothing verifies the answer"},
        {HEAD "expect loss < 1\n" ASK "reveal 1 x\n", ":8:1: nothing verifies the answer"},
        {HEAD ASK "expect loss < 1\nreveal 1 x\n", ":6:1: choice 2 has no reveal"},
        {HEAD ASK "expect loss < 1\nreveal 1 x\nsay y\nreveal 2 x\n", ":6:1: choice 2 has no"},
        {HEAD ASK "expect loss < 1\n" SHOWN_BOTH "reveal 1 x\n",
            ":10:8: choice 1 has a reveal"},
        {HEAD ASK "expect loss < 1\nreveal 3 x\n",
            ":8:8: the number of a choice is wanted, 1 to 2"},
        {HEAD ASK "expect loss < 1\nreveal 1\n", ":8:9: a text is missing"},
        {HEAD ASK "expect loss < 1\nreveal 1 {x}\n", ":8:11: no number has this name"},
        {HEAD ASK "expect loss < 1\n" SHOWN_BOTH "say a\nreveal 1 x\n",
            ":11:1: reveal without a question"},
        {HEAD "again\n", ":4:1: again without a question"},
        {HEAD ASK "again\nagain x\n", ":8:1: the question has been asked again"},
        {HEAD "answer 1 loss < 1\n", ":4:1: answer without a question"},
        {HEAD ASK "answer 3 loss < 1\n", ":7:8: the number of a choice is wanted"},
        {HEAD ASK "answer 1 loss ?\n", ":7:15: one of < <= > >= =="},
        {HEAD ASK "answer 1 loss < 1\nanswer 1 loss < 2\n", ":8:8: choice 1 has its answer"},
        {HEAD ASK "answer 1 loss < 1\nreveal 1 x\n",
            ":8:1: others have an answer, the right one"},
        {HEAD "transfer x\n", ":4:10: transfer stands alone"},
        {HEAD "transfer\ntransfer\n", ":5:1: transfer stands already"},
        {HEAD "transfer\n", "no question follows transfer"},
        {HEAD ASK "transfer\n", ":7:1: the question before has no reveals yet"}};
    check_wrong(cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(commands_that_a_lesson_cannot_have_are_refused)
{
    static const char *const commands[] = {"seed 3", "set seed 3", "reseed",
        "race seed=1 seed=2", "toggle", "reverse", "event", "event -1", "follow", "drop 1",
        "stage", "step 100001", "seek 100001", "seek +100001", "seek -100001", "save x",
        "record x.cast", "snapshot x.svg", "export x.csv", "restore", "quit", "suspend",
        "prompt", "redraw", "help", "before", "compare", "select 1", "scroll 1", "find",
        "preset", "next", "previous", "race", "at", "at 5 pause", "at 5 run", "at drop"};
    static const char *const fit[] = {"step 100000", "seek 100000", "seek -100000", "seek end",
        "seek -5", "race lr=1 lr=10", "at 5 lr 3", "at 5 speed 3", "next lr", "ghost",
        "branch 1", "pause", "view curves", "layer 3", "speed max", "at drop", "before keep",
        "before drop"};
    char text[200];
    struct lesson lesson;
    struct error error;
    for (size_t i = 0; i < ARRAY_LEN(commands) - 1; i++) {
        (void)snprintf(text, sizeof text, HEAD "%s\n", commands[i]);
        ck_assert_msg(!lesson_of(&lesson, text, &error), "taken: %s", commands[i]);
        ck_assert_msg(strstr(error.text, " is none of a lesson: "), "%s", error.text);
        ck_assert_ptr_nonnull(strstr(error.text, "FILE:4:1: "));
        lesson_clear(&lesson);
    }
    for (size_t i = 0; i < ARRAY_LEN(fit); i++) {
        (void)snprintf(text, sizeof text, HEAD "%s\n", fit[i]);
        lesson_must(&lesson, text);
        lesson_clear(&lesson);
    }
}
END_TEST

/* `unit` so many times behind the head; whether it is taken. */
static bool takes(
    const char *begin, const char *unit, int times, const char *end, char *message)
{
    size_t size = strlen(begin) + strlen(unit) * (size_t)times + strlen(end) + 1;
    char *text = malloc(size);
    struct lesson lesson;
    struct error error = {.text = ""};
    ck_assert_ptr_nonnull(text);
    strcpy(text, begin);
    char *at = text + strlen(begin);
    for (int i = 0; i < times; i++, at += strlen(unit))
        strcpy(at, unit);
    strcpy(at, end);
    bool taken = lesson_of(&lesson, text, &error);
    strcpy(message, error.text);
    lesson_clear(&lesson);
    free(text);
    return taken;
}

START_TEST(a_lesson_is_bounded)
{
    char message[sizeof(struct error)];
    ck_assert(takes(HEAD, "run 1\n", LESSON_ITEMS_MOST, "", message));
    ck_assert(!takes(HEAD, "run 1\n", LESSON_ITEMS_MOST + 1, "", message));
    HAS(message, "FILE:504:1: more than 500 commands");
    ck_assert(takes(HEAD "say ", "x", LESSON_TEXT_MOST, "\n", message));
    ck_assert(!takes(HEAD "say ", "x", LESSON_TEXT_MOST + 1, "\n", message));
    HAS(message, ":4:5: longer than 1000 bytes");
    ck_assert(!takes(HEAD "say ", "x", LESSON_LINE_MOST, "\n", message));
    HAS(message, ":4: longer than 1064 bytes");
    ck_assert(!takes(HEAD "say x\n", "  word\n", LESSON_LINE_MOST, "", message));
    HAS(message, "longer than 1064 bytes with the lines before");
    ck_assert(!takes("nablascope-lesson 1\ntitle ", "x", 73, "\n", message));
    HAS(message, ":2:7: longer than 72 bytes");
    ck_assert(
        takes(HEAD, ASK "expect loss < 1\n" SHOWN_BOTH, LESSON_QUESTIONS_MOST, "", message));
    ck_assert(!takes(
        HEAD, ASK "expect loss < 1\n" SHOWN_BOTH, LESSON_QUESTIONS_MOST + 1, "", message));
    HAS(message, "more than 16 questions");
    char lets[LESSON_NAMES_MOST * 16 + 40] = HEAD;
    for (int i = 0; i < LESSON_NAMES_MOST; i++)
        (void)snprintf(lets + strlen(lets), 16, "let n%d 1\n", i);
    ck_assert(takes(lets, "let n7 2\n", 1, "", message));
    ck_assert(!takes(lets, "let other 2\n", 1, "", message));
    HAS(message, "more than 100 names");
}
END_TEST

Suite *lesson_file_suite(void)
{
    return SUITE("lesson_file", a_lesson_reads_as_it_says,
        what_is_wrong_with_a_line_is_named_where_it_stands,
        what_is_wrong_with_numbers_is_named_where_it_stands,
        what_is_wrong_with_a_question_is_named_where_it_stands,
        commands_that_a_lesson_cannot_have_are_refused, a_lesson_is_bounded);
}
