/* Lessons gone through without a screen, against plain computation. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/state.h"
#include "engine/lesson_trial.h"
#include "lesson_text.h"
#include "suites.h"

#define HEAD LESSON_HEAD
#define SMALL "depth 3\nwidth 5\nsamples 24\n"

/* What was found, in lines: "LINE SEED as wanted or not: words". */
struct notes {
    char text[4000];
    uint64_t seed;
};

static void note(
    void *context, const struct lesson_item *item, const struct lesson_finding *finding)
{
    struct notes *notes = context;
    size_t used = strlen(notes->text);
    (void)snprintf(notes->text + used, sizeof notes->text - used, "%d %" PRIu64 " %s: %s\n",
        item->line, notes->seed, finding->as_wanted ? "yes" : "no", finding->words);
}

/* Goes through it on a seed; the error that ended it, "" at the end. */
static struct error try(
    struct lesson_trial *trial, const struct lesson *lesson, uint64_t seed, struct notes *notes)
{
    struct error error = {.text = ""};
    ck_assert(
        lesson_trial_begin(trial, lesson, seed, kernels_select(NULL), NULL, NULL, &error));
    trial->found = notes ? note : NULL;
    trial->context = notes;
    if (notes)
        notes->seed = seed;
    while (lesson_trial_go(trial, &error))
        continue;
    return error;
}

/* The notes of all its seeds. */
static void try_text(const char *text, struct notes *notes)
{
    struct lesson lesson;
    lesson_must(&lesson, text);
    notes->text[0] = '\0';
    for (uint64_t seed = 0; (seed = lesson_next_seed(&lesson, seed)) > 0;) {
        struct lesson_trial trial;
        struct error error = try(&trial, &lesson, seed, notes);
        ck_assert_msg(!*error.text, "%s", error.text);
        ck_assert_ptr_null(lesson_player_item(&trial.player));
        lesson_trial_end(&trial);
    }
    lesson_clear(&lesson);
}

static struct error error_of(const char *text)
{
    struct lesson lesson;
    struct lesson_trial trial;
    lesson_must(&lesson, text);
    struct error error = try(&trial, &lesson, 1, NULL);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
    return error;
}

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
    struct error error = try(&trial, &lesson, 1, &notes);
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

START_TEST(what_is_not_so_is_told_with_its_number_and_seed)
{
    static struct notes notes;
    char expected[80];
    try_text(
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
    try_text(text, &notes);
    int no = 0;
    for (const char *found = notes.text; (found = strstr(found, " no: ")); found++)
        no++;
    ck_assert_int_eq(no, 1);
    (void)snprintf(text, sizeof text, "7 %" PRIu64 " no: ", at);
    HAS(notes.text, text);
}
END_TEST

START_TEST(within_is_relative_to_what_is_expected)
{
    static struct notes notes;
    try_text(HEAD "let a 1\nexpect 109*a == 100 within 0.091 seeds 1\n"
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
        "11 1 yes: 0\n12 1 yes: 100 and 109\n13 1 no: 100 and 109\n");
}
END_TEST

START_TEST(what_cannot_be_told_is_not_as_expected)
{
    static struct notes notes;
    /* No signal gets below zero weights, and a run that diverges has NaN. */
    try_text(HEAD SMALL
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
    try_text(HEAD SMALL "activation relu\ninit he_normal\ngain 1e6\ndepth 60\nrun 5\n"
                        "expect status == 1 seeds 1\nexpect loss < 1 seeds 1\n"
                        "expect loss >= 1 seeds 1\nexpect not loss < 1 and step 0 seeds 1\n",
        &notes);
    HAS(notes.text, "12 1 yes: 1\n13 1 no: NaN\n14 1 no: NaN\n15 1 no: it cannot be told");
}
END_TEST

START_TEST(an_answer_holds_exactly_where_its_choice_is_right)
{
    static struct notes notes;
    try_text(HEAD SMALL "ask Q\nchoice a\nright b\nchoice c\n"
                        "answer 1 loss > 0.1 seeds 1\nanswer 2 loss > 0.1 seeds 1\n"
                        "answer 3 loss < 0.1 seeds 1\nreveal 1 x\nreveal 2 y\nreveal 3 z\n"
                        "ask Q\nchoice a\nright b\n"
                        "answer 1 gain[9] > 1 seeds 1\nanswer 2 loss < 0.1 or step 9 seeds 1\n"
                        "reveal 1 x\nreveal 2 y\n",
        &notes);
    ck_assert_int_eq(strncmp(notes.text, "11 1 no: ", 9), 0);
    HAS(notes.text, "\n12 1 yes: ");
    HAS(notes.text, "\n13 1 yes: ");
    /* Neither what cannot be told is a wrong choice's, nor what is not so the right one's. */
    HAS(notes.text, "\n20 1 no: ?");
    HAS(notes.text, "\n21 1 no: loss = ");
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
            trial.steps = LESSON_TRIAL_STEPS - 12;
        else
            trial.work = LESSON_WORK_MOST - 12.5 * step;
        while (lesson_trial_go(&trial, &error))
            continue;
        HAS(error.text,
            by_steps ? "the lesson takes more than 1000000 steps"
                     : "the lesson takes more than 1e12 multiply-adds");
        ck_assert_int_eq(error.line, 12);
        ck_assert_uint_lt(trial.session->run->training->step, 19);
        lesson_trial_end(&trial);
    }
    lesson_clear(&lesson);
}
END_TEST

START_TEST(a_condition_is_waited_for_as_by_a_plain_loop)
{
    static struct notes notes;
    try_text(HEAD SMALL "lr 3\nuntil loss < 0.69 and accuracy >= 0.5 within 400\nlet s step\n"
                        "expect loss < 0.69 seeds 1..4\nexpect accuracy >= 0.5 seeds 1..4\n"
                        "wait step 410\nexpect step == 410 seeds 1..4\n",
        &notes);
    LACKS(notes.text, " no: ");
    HAS(notes.text, "13 4 yes: 410");
    struct lesson lesson;
    struct lesson_trial trial;
    lesson_must(&lesson, HEAD SMALL "lr 3\nuntil loss < 0.69 within 400\nlet s step\n");
    struct error error = try(&trial, &lesson, 2, NULL);
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

START_TEST(a_check_tells_what_the_gradient_check_does)
{
    static struct notes notes;
    try_text(HEAD SMALL
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
    ck_assert(!*try(&trial, &lesson, 1, NULL).text);
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
            gradient_check_error(check, DIFFERENCE_FORWARD, PRECISION_DOUBLE, 0, l)
                ->norm_rel_error);
    ck_assert_int_eq(trial.player.numbers.checked.layers, 4);
    gradient_check_destroy(check);
    training_destroy(training);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
}
END_TEST

START_TEST(the_ghost_has_its_numbers)
{
    static struct notes notes;
    try_text(HEAD SMALL "race lr=0.1 lr=2\nrun 20\nlet a ghost.loss\nlet b ghost.signal[1]\n"
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
        struct error error = try(&trial, &lesson, walk + 1, NULL);
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

Suite *lesson_trial_suite(void)
{
    return SUITE("lesson_trial", numbers_are_written_in_three_digits,
        names_keep_what_was_and_count, what_is_not_so_is_told_with_its_number_and_seed,
        what_is_false_on_one_seed_of_five_is_found, within_is_relative_to_what_is_expected,
        what_cannot_be_told_is_not_as_expected,
        an_answer_holds_exactly_where_its_choice_is_right,
        what_never_comes_ends_in_bounded_time, a_trial_has_so_much_work_and_no_more,
        a_condition_is_waited_for_as_by_a_plain_loop,
        a_check_tells_what_the_gradient_check_does, the_ghost_has_its_numbers,
        a_walk_by_chance_has_the_states_of_a_session, votes_are_kept_by_question_and_round);
}
