/* Numbers in lessons, and what is expected of them, against plain computation. */
#include <math.h>
#include <string.h>

#include "io/receipt.h"
#include "lesson_text.h"
#include "suites.h"

#define HEAD LESSON_HEAD
#define SMALL LESSON_SMALL

START_TEST(numbers_are_written_in_three_digits)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"}, {1, "1"}, {-3, "-3"}, {1417, "1417"}, {123456789, "123456789"},
        {0.25, "0.25"}, {0.2504, "0.25"}, {0.12345, "0.123"}, {12.345, "12.3"}, {99.96, "100"},
        {999.6, "1000"}, {1417.3, "1420"}, {999949.5, "1000000"}, {123456.5, "123000"},
        {1234567.5, "1.23e6"}, {1e-4, "0.0001"}, {0.00012345, "0.000123"}, {9.999e-5, "1e-4"},
        {3.14159e-7, "3.14e-7"}, {-2e-100, "-2e-100"}, {1e300, "1e300"}, {2.5e9, "2.5e9"},
        {INFINITY, "inf"}, {-INFINITY, "-inf"}, {NAN, "NaN"}};
    char text[32];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        lesson_number_write((struct reading){READING_KNOWN, cases[i].value}, text, sizeof text);
        ck_assert_str_eq(text, cases[i].text);
    }
    lesson_number_write((struct reading){READING_UNDEFINED, 0}, text, sizeof text);
    ck_assert_str_eq(text, "undefined");
    lesson_number_write((struct reading){READING_UNKNOWN, 0}, text, sizeof text);
    ck_assert_str_eq(text, "?");
}
END_TEST

START_TEST(names_keep_what_was_and_count)
{
    static struct notes notes;
    struct lesson lesson;
    struct lesson_trial trial;
    static const char text[] = HEAD SMALL
        "run 4\nlet a loss\nlet g gain[2]\nlet p = g ^ 3\nlet s 2*a + g\nlet d = a - 3\n"
        "let q = a / 0\nlet m = 0.5*a * g\nrun 3\nlet a = a / loss\n"
        "expect a == 1 within 10\nexpect q undefined\nsay {a} {g} {{q} {q} {3*a} {loss}\n";
    lesson_must(&lesson, text);
    struct error error = lesson_try(&trial, &lesson, 1, &notes);
    ck_assert_str_eq(error.text, "");
    struct hparams hparams = hparams_of("depth=3 width=5 samples=24");
    struct session *plain = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_reach(plain, 4));
    const struct observation *seen = &plain->run->training->seen;
    double loss = seen->loss, gain = seen->layers[1].gain.value;
    ck_assert(session_reach(plain, 3));
    const struct reading *names = trial.player.numbers.names;
    ck_assert(names[0].value == loss / seen->loss && names[1].value == gain);
    ck_assert(names[2].value == gain * gain * gain && names[3].value == 2 * loss + gain);
    ck_assert(names[4].value == loss - 3 && names[5].kind == READING_UNDEFINED);
    ck_assert(names[6].value == 0.5 * loss * gain);
    char out[200], expected[200];
    const struct lesson_item *last = &lesson.items[lesson.count - 1];
    lesson_player_text(
        &trial.player, last->text, &trial.session->run->training->seen, out, sizeof out);
    (void)snprintf(expected, sizeof expected, "%.3g %.3g {q} undefined %.3g %.3g",
        loss / seen->loss, gain, 3 * (loss / seen->loss), seen->loss);
    ck_assert_str_eq(out, expected);
    /* Where no step is known what was named is still, and there is no room to be left. */
    lesson_player_text(&trial.player, "{g} {loss}", NULL, out, 8);
    ck_assert_uint_eq(strlen(out), 7);
    lesson_player_text(&trial.player, "{loss}", NULL, out, sizeof out);
    ck_assert_str_eq(out, "?");
    session_destroy(plain);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
}
END_TEST

START_TEST(within_is_relative_to_what_is_expected)
{
    static struct notes notes;
    lesson_try_all(HEAD "let a 1\nexpect 109*a == 100 within 0.091 seeds 1\n"
                        "expect 110*a == 100 within 0.091 seeds 1\n"
                        "expect 91*a == 100 within 0.0901 seeds 1\n"
                        "expect 90*a == 100 within 0.0901 seeds 1\n"
                        "expect -91*a == -100 within 0.0901 seeds 1\n"
                        "expect a == 0 within 0.5 seeds 1\nexpect 0*a == 0 within 0.5 seeds 1\n"
                        "expect 100 == 109*a within 0.0826 seeds 1\n"
                        "expect 100 == 109*a within 0.0825 seeds 1\n",
        &notes);
    ck_assert_str_eq(notes.text,
        "5 1 yes: 109\n6 1 no: 110\n7 1 yes: 91\n8 1 no: 90\n9 1 yes: -91\n10 1 no: 1\n"
        "11 1 yes: 0\n12 1 yes: 100 and 109 × 1\n13 1 no: 100 and 109 × 1\n");
}
END_TEST

/* As in a text, but never so that the number shown would deny what is said of it. */
START_TEST(a_measured_number_has_the_digits_that_it_takes)
{
    static struct notes notes;
    lesson_try_all(HEAD SMALL
        "let a step\nrun 3\nlet b step\nlet c = b / 7\nexpect c > 0.4 seeds 1\n"
        "expect c > 0.428 seeds 1\nexpect c < 0.429 seeds 1\nexpect c > 0.4286 seeds 1\n"
        "expect c < 10*b seeds 1\nexpect c == 0.429 within 0.001 seeds 1\n"
        "expect c == 0.42857 within 0.0001 seeds 1\nexpect 7*c == b seeds 1\n"
        "expect 7*c > 0.5*b seeds 1\nexpect 7*c < 4 seeds 1\n",
        &notes);
    ck_assert_str_eq(notes.text,
        "11 1 yes: 0.429\n12 1 yes: 0.429\n13 1 yes: 0.4285714\n14 1 no: 0.4285714\n"
        "15 1 yes: 0.429 and 10 × 3\n16 1 yes: 0.429\n17 1 yes: 0.4285714\n"
        "18 1 yes: 7 × 0.4285714 and 3\n19 1 yes: 7 × 0.429 and 0.5 × 3\n20 1 yes: 3\n");
}
END_TEST

START_TEST(what_cannot_be_told_is_not_as_expected)
{
    static struct notes notes;
    /* No signal gets below zero weights, and a run that diverges has NaN. */
    lesson_try_all(HEAD SMALL
        "init zeros\nexpect gain[1] > 0 seeds 1\nexpect gain[1] <= 0 seeds 1\n"
        "expect gain[1] undefined seeds 1\nexpect loss undefined seeds 1\n"
        "expect gain[9] undefined seeds 1\nexpect check_error < 1 seeds 1\n"
        "expect ghost.loss < 1 seeds 1\nexpect not gain[1] > 0 and step 0 seeds 1\n"
        "expect gain[1] == gain[1] seeds 1\n",
        &notes);
    ck_assert_str_eq(notes.text,
        "8 1 no: undefined\n9 1 no: undefined\n10 1 yes: undefined\n11 1 no: 0.6931472\n"
        "12 1 no: ?\n13 1 no: ?\n14 1 no: ?\n"
        "15 1 no: it cannot be told: a number is undefined or NaN\n"
        "16 1 no: undefined and undefined\n");
    lesson_try_all(HEAD SMALL
        "activation relu\ninit he_normal\ngain 1e6\ndepth 60\nrun 5\n"
        "expect status == 1 seeds 1\nexpect loss < 1 seeds 1\n"
        "expect loss >= 1 seeds 1\nexpect not loss < 1 and step 0 seeds 1\n",
        &notes);
    HAS(notes.text, "12 1 yes: 1\n13 1 no: NaN\n14 1 no: NaN\n15 1 no: it cannot be told");
}
END_TEST

START_TEST(an_answer_holds_exactly_where_its_choice_is_right)
{
    static struct notes notes;
    lesson_try_all(HEAD SMALL
        "ask Q\nchoice a\nright b\nchoice c\n"
        "answer 1 loss > 0.1 seeds 1\nanswer 2 loss > 0.1 seeds 1\n"
        "answer 3 loss < 0.1 seeds 1\nreveal 1 x\nreveal 2 y\nreveal 3 z\n"
        "ask Q\nchoice a\nright b\nchoice c\n"
        "answer 1 loss > 0.1 and step 0 seeds 1\nanswer 2 loss < 0.1 or step 9 seeds 1\n"
        "answer 3 gain[9] > 1 seeds 1\nreveal 1 x\nreveal 2 y\nreveal 3 z\n",
        &notes);
    ck_assert_int_eq(strncmp(notes.text, "11 1 no: ", 9), 0);
    HAS(notes.text, "\n12 1 yes: ");
    HAS(notes.text, "\n13 1 yes: ");
    /* Neither what cannot be told is a wrong choice's, nor what is not so the right one's. */
    HAS(notes.text, "\n21 1 no: loss = 0.");
    HAS(notes.text, "\n22 1 no: loss = ");
    HAS(notes.text, "\n23 1 no: ?");
}
END_TEST

START_TEST(a_check_tells_what_the_gradient_check_does)
{
    static struct notes notes;
    lesson_try_all(HEAD SMALL
        "run 3\ncheck\nexpect check_error < 1e-6\nexpect check_verdict == 0\n"
        "expect check_kinks == 0\nexpect check_error[2] <= check_error\n"
        "expect check_error[9] < 1\n"
        "check plant sum\nexpect check_error > 0.5\nexpect check_verdict > 0\n"
        "activation relu\nbias 0\ncheck epsilon 0.1\nexpect check_kinks > 0\n"
        "activation sigmoid\nsamples 25\ninit zeros\ncheck\nexpect check_error[2] undefined\n"
        "expect check_error[out] < 1e-6\nexpect check_error == check_error[out]\n",
        &notes);
    const char *no = strstr(notes.text, " no: ");
    HAS(notes.text, "13 1 no: ?\n");
    for (int i = 0; i < 3 && no; i++)
        no = strstr(no + 1, " no: ");
    ck_assert_msg(!no, "%s", notes.text);
    /* The number is that of the check alone. */
    struct lesson lesson;
    struct lesson_trial trial;
    lesson_must(&lesson, HEAD SMALL "run 3\ncheck epsilon 1e-3 scheme forward\n");
    ck_assert(!*lesson_try(&trial, &lesson, 1, NULL).text);
    struct training *training = training_of("depth=3 width=5 samples=24");
    training_go(training, 3);
    struct check_options options;
    check_options_init(&options, 1);
    options.epsilons[0] = 1e-3;
    options.epsilon_count = 1;
    struct gradient_check *check = gradient_check_create(training, &options);
    while (gradient_check_advance(check))
        continue;
    for (int l = 0; l < 4; l++)
        ck_assert(trial.player.numbers.checked.errors[l] ==
            gradient_check_error(check, DIFFERENCE_FORWARD, PRECISION_DOUBLE, 0, l)->rel_error);
    ck_assert_int_eq(trial.player.numbers.checked.layers, 4);
    gradient_check_destroy(check);
    training_destroy(training);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
}
END_TEST

/* The next item, and this vote for it. */
static void answer(struct lesson_player *player, int first, int second)
{
    const int counts[LESSON_CHOICES_MOST] = {first, second};
    lesson_player_vote(player, counts);
    lesson_player_next(player);
}

/* A mind may change before the answer is known, not behind it. */
START_TEST(a_prediction_that_was_revealed_stays)
{
    struct lesson lesson;
    struct lesson_player player;
    lesson_must(&lesson,
        HEAD "ask Q\nchoice a\nright b\nagain\nexpect loss < 9\nreveal 1 x\n"
             "reveal 2 y\nask R\nright a\nchoice b\nexpect loss < 9\nreveal 1 x\n"
             "reveal 2 y\n");
    const struct lesson_votes *votes = player.votes;
    lesson_player_begin(&player, &lesson);
    for (int time = 0; time < 3; time++) {
        struct lesson_votes before[LESSON_QUESTIONS_MOST];
        memcpy(before, player.votes, sizeof before);
        lesson_player_begin(&player, &lesson); /* as lesson_desk_redo does */
        memcpy(player.votes, before, sizeof before);
        answer(&player, time != 0, time == 0);
        ck_assert_int_eq(votes[0].counts[0][0], time != 0);
        ck_assert_int_eq(votes[0].predicted[0][0], time != 0);
        ck_assert(!votes[0].revealed);
    }
    /* The second round is passed, and told; then it is all gone through again. */
    lesson_player_next(&player);
    ck_assert(!votes[0].revealed);
    lesson_player_next(&player);
    ck_assert_int_eq(lesson_player_item(&player)->kind, LESSON_REVEAL);
    ck_assert(votes[0].revealed && !votes[1].revealed);
    player.at = 0;
    while (lesson_player_item(&player)->kind != LESSON_ASK)
        player.at++;
    answer(&player, 0, 1);
    answer(&player, 0, 1);
    ck_assert(votes[0].counts[0][1] == 1 && votes[0].counts[1][1] == 1);
    ck_assert(votes[0].predicted[0][0] == 1 && votes[0].predicted[0][1] == 0);
    ck_assert(votes[0].predicted[1][0] == 0 && votes[0].predicted[1][1] == 0);
    static struct receipt receipt;
    struct session_copy none = {.step = 0};
    (void)receipt_of(&receipt, &player, "a.lesson", 1, &none);
    ck_assert(receipt.choices[0][0] == 1 && receipt.choices[0][1] == 0);
    receipt_clear(&receipt);
    lesson_clear(&lesson);
}
END_TEST

START_TEST(votes_are_kept_by_question_and_round)
{
    struct lesson lesson;
    struct lesson_player player;
    lesson_must(&lesson,
        HEAD "ask Q\nchoice a\nright b\nagain\nexpect loss < 9\nreveal 1 x {accuracy}\n"
             "reveal 2 y\nsection s\nsay z\nsection t\n");
    lesson_player_begin(&player, &lesson);
    const int first[] = {3, 9, 0, 0}, second[] = {1, 11, 0, 0};
    ck_assert_int_eq(lesson_player_item(&player)->kind, LESSON_ASK);
    lesson_player_vote(&player, second);
    lesson_player_vote(&player, first);
    ck_assert_int_eq(lesson_player_round(&player), 0);
    lesson_player_next(&player);
    ck_assert_int_eq(lesson_player_round(&player), 1);
    ck_assert(player.votes[0].taken[0] && !player.votes[0].taken[1]);
    lesson_player_vote(&player, second);
    lesson_player_next(&player);
    lesson_player_vote(&player, first); /* an expect takes none */
    ck_assert(player.votes[0].counts[0][1] == 9 && player.votes[0].counts[1][1] == 11);
    lesson_player_next(&player);
    ck_assert_int_eq(lesson_player_item(&player)->kind, LESSON_REVEAL);
    ck_assert_uint_eq(lesson_player_needs(&player), CONDITION_SURVEYS);
    ck_assert(lesson_section(&lesson, 1) == 6 && lesson_section(&lesson, 2) == -1);
    for (int i = 0; i < 9; i++)
        lesson_player_next(&player);
    ck_assert_ptr_null(lesson_player_item(&player));
    ck_assert_uint_eq(lesson_player_needs(&player), 0);
    lesson_clear(&lesson);
}
END_TEST

Suite *lesson_numbers_suite(void)
{
    return SUITE("lesson_numbers", numbers_are_written_in_three_digits,
        names_keep_what_was_and_count, within_is_relative_to_what_is_expected,
        what_cannot_be_told_is_not_as_expected, a_measured_number_has_the_digits_that_it_takes,
        an_answer_holds_exactly_where_its_choice_is_right,
        a_check_tells_what_the_gradient_check_does, a_prediction_that_was_revealed_stays,
        votes_are_kept_by_question_and_round);
}
