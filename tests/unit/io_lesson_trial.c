/* Lessons gone through without a screen, against plain computation. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/state.h"
#include "engine/lesson_trial.h"
#include "lesson_text.h"
#include "suites.h"

#define HEAD LESSON_HEAD
#define SMALL LESSON_SMALL

static struct error error_of(const char *text)
{
    struct lesson lesson;
    struct lesson_trial trial;
    lesson_must(&lesson, text);
    struct error error = lesson_try(&trial, &lesson, 1, NULL);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
    return error;
}

START_TEST(what_is_not_so_is_told_with_its_number_and_seed)
{
    static struct notes notes;
    char expected[80];
    lesson_try_all(
        HEAD SMALL "run 2\nexpect loss < 0.5 seeds 3..4\nexpect loss > 0.5 seeds 4\n", &notes);
    for (uint64_t seed = 3; seed <= 4; seed++) {
        struct hparams hparams = hparams_of("depth=3 width=5 samples=24");
        hparams.seed = seed;
        struct session *plain = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        ck_assert(session_reach(plain, 2));
        (void)snprintf(expected, sizeof expected, "8 %" PRIu64 " no: %.7g\n", seed,
            plain->run->training->seen.loss);
        HAS(notes.text, expected);
        session_destroy(plain);
    }
    LACKS(notes.text, "9 3");
    HAS(notes.text, "9 4 yes");
}
END_TEST

/* The loss at step 0 of five seeds is no number twice: a limit between the largest and the
 * second parts one from four. */
START_TEST(what_is_false_on_one_seed_of_five_is_found)
{
    static struct notes notes;
    char text[200];
    double largest = 0, second = 0;
    uint64_t at = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct hparams hparams = hparams_of("depth=3 width=5 samples=24");
        hparams.seed = seed;
        struct session *plain = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        ck_assert(session_reach(plain, 0));
        double loss = plain->run->training->seen.loss;
        if (loss > largest) {
            second = largest;
            largest = loss;
            at = seed;
        } else if (loss > second) {
            second = loss;
        }
        session_destroy(plain);
    }
    (void)snprintf(text, sizeof text, HEAD SMALL "expect loss < %.17g seeds 1..5\n",
        (largest + second) / 2);
    lesson_try_all(text, &notes);
    int no = 0;
    for (const char *found = notes.text; (found = strstr(found, " no: ")); found++)
        no++;
    ck_assert_int_eq(no, 1);
    (void)snprintf(text, sizeof text, "7 %" PRIu64 " no: ", at);
    HAS(notes.text, text);
}
END_TEST

START_TEST(what_never_comes_ends_in_bounded_time)
{
    static const struct {
        const char *text, *message;
        int line;
    } cases[] = {{HEAD SMALL "until loss < 0 within 50\n",
                     "loss < 0 does not come within 50 steps, up to step 50", 7},
        {HEAD "depth 1\nwidth 1\nsamples 4\nrun 3\nwait loss < 0\n",
            "loss < 0 does not come within 10000 steps, up to step 10003", 8},
        {HEAD SMALL "until event diverged and loss > 0 and dead < 0 within 9\n",
            "does not come within 9 steps", 7},
        {HEAD SMALL "activation relu\ninit he_normal\ngain 1e6\ndepth 60\nuntil loss < 0\n",
            "loss < 0 does not come: the run diverges at step ", 11},
        {HEAD SMALL "say {gain[3]} {gain[5]}\n",
            "{gain[5]} is not known there: is there such a layer, a ghost, a check?", 7},
        {HEAD SMALL "look loss {2*ghost.loss}\n", "{2*ghost.loss} is not known there", 7},
        {HEAD SMALL "ask {check_error}?\nchoice a\nright b\nexpect loss > 0\nreveal 1 a\n"
                    "reveal 2 b\n",
            "{check_error} is not known", 7},
        {HEAD SMALL "ask Q\nchoice {signal[5]}\nright b\nexpect loss > 0\nreveal 1 a\n"
                    "reveal 2 b\n",
            "{signal[5]} is not known", 7},
        {HEAD SMALL "ask Q\nchoice a\nright b\nagain {signal[5]}\nexpect loss > 0\n"
                    "reveal 1 a\nreveal 2 b\n",
            "{signal[5]} is not known", 10},
        {HEAD SMALL "ask Q\nchoice a\nright b\nexpect loss > 0\nreveal 1 {accuracy}\n"
                    "reveal 2 {{signal[5]} {signal[5]}\n",
            "{signal[5]} is not known", 11},
        {HEAD "samples 4000\nwidth 200\ncheck elements 1000000\n",
            "the lesson takes more than 1e12 multiply-adds", 6},
        {HEAD "width 100000\n", "out of range", 4}, {HEAD SMALL "branch 7\n", "branch 7", 7},
        {HEAD SMALL "run 5\nat 3 lr 5\n", "step", 8}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct lesson lesson;
        struct error error = {.text = ""};
        if (lesson_of(&lesson, cases[i].text, &error))
            error = error_of(cases[i].text);
        lesson_clear(&lesson);
        HAS(error.text, cases[i].message);
        ck_assert_int_eq(error.line, cases[i].line);
    }
}
END_TEST

/* Work is counted: what is left for so many steps is enough for these, and no more. */
START_TEST(a_trial_has_so_much_work_and_no_more)
{
    struct lesson lesson;
    lesson_must(&lesson, HEAD SMALL "run 3\nstep 2\nrun 4\nseek 8\nseek 9\nuntil step 19\n");
    for (int by_steps = 0; by_steps < 2; by_steps++) {
        struct lesson_trial trial;
        struct error error = {.text = ""};
        ck_assert(
            lesson_trial_begin(&trial, &lesson, 1, kernels_select(NULL), NULL, NULL, &error));
        while (lesson_player_item(&trial.player)->kind == LESSON_COMMAND)
            ck_assert(lesson_trial_go(&trial, &error));
        const struct observation *seen = &trial.session->run->training->seen;
        double step = 3.0 * (double)seen->parameters * seen->samples;
        ck_assert(trial.work == 0 && trial.steps == 0);
        ck_assert(lesson_trial_go(&trial, &error) && lesson_trial_go(&trial, &error));
        ck_assert(trial.work == 5 * step && trial.steps == 5);
        if (by_steps)
            trial.steps = LESSON_TRIAL_STEPS - 14;
        else
            trial.work = LESSON_WORK_MOST - 14.5 * step;
        while (lesson_trial_go(&trial, &error))
            continue;
        HAS(error.text,
            by_steps ? "the lesson takes more than 1000000 steps"
                     : "the lesson takes more than 1e12 multiply-adds");
        ck_assert_int_eq(error.line, 12);
        ck_assert_uint_eq(trial.session->run->training->step, 10);
        lesson_trial_end(&trial);
    }
    lesson_clear(&lesson);
}
END_TEST

START_TEST(a_condition_is_waited_for_as_by_a_plain_loop)
{
    static struct notes notes;
    lesson_try_all(HEAD SMALL
        "lr 3\nuntil loss < 0.69 and accuracy >= 0.5 within 400\nlet s step\n"
        "expect loss < 0.69 seeds 1..4\nexpect accuracy >= 0.5 seeds 1..4\n"
        "wait step 410\nexpect step == 410 seeds 1..4\n",
        &notes);
    LACKS(notes.text, " no: ");
    HAS(notes.text, "13 4 yes: 410");
    struct lesson lesson;
    struct lesson_trial trial;
    lesson_must(&lesson, HEAD SMALL "lr 3\nuntil loss < 0.69 within 400\nlet s step\n");
    struct error error = lesson_try(&trial, &lesson, 2, NULL);
    ck_assert_str_eq(error.text, "");
    struct hparams hparams = hparams_of("depth=3 width=5 samples=24 lr=3 seed=2");
    struct session *plain = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_reach(plain, 0));
    while (plain->run->training->seen.loss >= 0.69)
        ck_assert(session_reach(plain, 1));
    ck_assert(trial.player.numbers.names[0].value == (double)plain->run->training->step);
    ck_assert_uint_gt(plain->run->training->step, 0);
    session_destroy(plain);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
}
END_TEST

START_TEST(the_ghost_has_its_numbers)
{
    static struct notes notes;
    lesson_try_all(HEAD SMALL
        "race lr=0.1 lr=2\nrun 20\nlet a ghost.loss\nlet b ghost.signal[1]\n"
        "let c loss\nlr 2\nreset\nrun 20\nexpect loss == a\n"
        "expect signal[1] == b\nghost off\nlr 0.1\nreset\nrun 20\n"
        "expect loss == c\nexpect ghost.loss > 0\n",
        &notes);
    ck_assert_ptr_null(strstr(notes.text, "15 1 no"));
    HAS(notes.text, "15 1 yes: ");
    HAS(notes.text, "16 3 yes: ");
    HAS(notes.text, "21 2 yes: ");
    HAS(notes.text, "22 2 no: ?");
}
END_TEST

static uint32_t random_state;

static unsigned draw(unsigned below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

static void do_by_hand(struct session *session, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    ck_assert_msg(session_do(session, &command, &error), "%s: %s", text, error.text);
    while (session_seeks(session))
        ck_assert(session_seek(session));
    while (session_owes(session))
        ck_assert(session_work(session));
    ck_assert(session_evaluate(session, false));
    /* A run that diverged owes steps still, to the next one. */
    if (strcmp(text, "pause") != 0)
        do_by_hand(session, "pause");
}

/* What a lesson does of commands by chance is what a session does that is given them by hand.
 */
START_TEST(a_walk_by_chance_has_the_states_of_a_session)
{
    static const char *const commands[] = {"lr 0.5", "lr 0.02", "clip norm", "clip none",
        "clip layerwise", "activation tanh", "activation relu", "optimizer adam",
        "optimizer sgd", "optimizer momentum", "momentum 0.5", "weight_decay 0.01", "reset",
        "depth 2", "depth 3", "width 7", "preset shallow", "batch 6", "noise 0.2", "data xor",
        "race lr=0.1 clip=norm", "ghost off", "next lr", "previous activation"};
    for (unsigned walk = 0; walk < 40; walk++) {
        char *text = calloc(1, 8000), line[64];
        struct lesson lesson;
        struct lesson_trial trial;
        struct hparams hparams;
        hparams_init(&hparams);
        hparams.seed = walk + 1;
        struct session *hand = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        hand->history = LESSON_HISTORY;
        random_state = walk;
        (void)strcpy(text, HEAD);
        for (int i = 0; i < 25; i++) {
            unsigned kind = draw(8);
            bool run = kind < 3;
            if (i == 0)
                (void)snprintf(line, sizeof line, "preset shallow");
            else if (i == 1)
                (void)snprintf(line, sizeof line, "samples 24");
            else if (run)
                (void)snprintf(line, sizeof line, "run %u", 1 + draw(20));
            else if (kind == 3)
                (void)snprintf(line, sizeof line, "seek %s%u", draw(2) ? "+" : "-", draw(30));
            else if (kind == 4)
                (void)snprintf(line, sizeof line, "step %u", 1 + draw(9));
            else
                (void)snprintf(line, sizeof line, "%s", commands[draw(ARRAY_LEN(commands))]);
            (void)strcat(strcat(text, line), "\n");
            if (i > 1 && run)
                (void)memmove(line + 1, line, strlen(line) + 1), memcpy(line, "step", 4);
            do_by_hand(hand, line);
        }
        lesson_must(&lesson, text);
        struct error error = lesson_try(&trial, &lesson, walk + 1, NULL);
        ck_assert_msg(!*error.text, "walk %u: %s\n%s", walk, error.text, text);
        const struct training *a = trial.session->run->training, *b = hand->run->training;
        ck_assert_msg(a->step == b->step, "walk %u: step\n%s", walk, text);
        ck_assert_msg(state_digest(a, STATE_COMPUTED) == state_digest(b, STATE_COMPUTED),
            "walk %u\n%s", walk, text);
        session_destroy(hand);
        lesson_trial_end(&trial);
        lesson_clear(&lesson);
        free(text);
    }
}
END_TEST

Suite *lesson_trial_suite(void)
{
    return SUITE("lesson_trial", what_is_not_so_is_told_with_its_number_and_seed,
        what_is_false_on_one_seed_of_five_is_found, what_never_comes_ends_in_bounded_time,
        a_trial_has_so_much_work_and_no_more, a_condition_is_waited_for_as_by_a_plain_loop,
        the_ghost_has_its_numbers, a_walk_by_chance_has_the_states_of_a_session);
}
