/* Commands, presets, sessions, histories, diagnoses: all without a thread. */
#include <math.h>
#include <string.h>

#include "engine/command.h"
#include "engine/diagnosis.h"
#include "engine/looks.h"
#include "engine/preset.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

static struct session *session_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

static bool command_session(struct session *session, const char *text, bool *rebuilt)
{
    struct command command;
    struct error error;
    uint64_t builds = session->news.builds;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    bool done = session_do(session, &command, &error);
    *rebuilt = session->news.builds > builds;
    return done;
}

START_TEST(commands_are_parsed_and_checked)
{
    struct command c;
    ck_assert(command_parse("set lr 0.3", &c, NULL));
    ck_assert(c.id == COMMAND_SET && strcmp(c.row->name, "lr") == 0);
    ck_assert_str_eq(c.text, "0.3");
    ck_assert(command_parse("  depth = 12 ", &c, NULL) && c.id == COMMAND_SET);
    ck_assert(command_parse("set depth=12", &c, NULL) && c.id == COMMAND_SET);
    ck_assert(command_parse("step 100", &c, NULL) && c.number > 99);
    ck_assert(command_parse("step", &c, NULL) && c.number > 0 && c.number < 2);
    ck_assert(command_parse("speed max", &c, NULL) && isinf(c.number));
    ck_assert(command_parse("preset vanishing", &c, NULL) && c.id == COMMAND_PRESET);
    ck_assert(command_parse("next lr", &c, NULL) && strcmp(c.row->name, "lr") == 0);
}
END_TEST

START_TEST(wrong_commands_name_the_mistake)
{
    static const struct {
        const char *text, *says;
    } cases[] = {{"", "no command"}, {"rnu", "'run'"}, {"set lr", "needs a value"},
        {"drop", "drop which branch? e lists them"}, {"choose", "choose which? choose N"},
        {"set lr abc", "not a number"}, {"set depht 3", "'depth'"}, {"depth 300", "1..256"},
        {"step 0", "range: 1 to"}, {"select 1e15", "range: -1000000 to 1000000"},
        {"scroll -9223372036854775808", "out of range"},
        {"speed 1e-300", "from 1e-06 to 1e+09"}, {"speed nan", "not a number from"},
        {"step x", "not a whole number"}, {"speed -1", "from 1e-06"},
        {"preset vanish", "'vanishing'"}, {"pause now", "no argument"}, {"set", "set what"},
        {"relu", "'activation relu'"}, {"dying", "'preset dying'"}, {"learning_rate 3", "'lr'"},
        {"units 3", "'width'"}, {"lr 0.1 0.2", "'0.2' is too much"},
        {"set init swishy", "one of zeros"},
        {"lr 0.1000000000000000000000000000000000000000000000000000000000000000001",
            "not a number"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct command command;
        struct error error = {.text = ""};
        ck_assert_msg(!command_parse(cases[i].text, &command, &error), "%s", cases[i].text);
        ck_assert_msg(strstr(error.text, cases[i].says), "%s: %s", cases[i].text, error.text);
    }
}
END_TEST

START_TEST(presets_set_what_they_say_and_keep_the_seed)
{
    for (int i = 0; i < preset_count; i++) {
        struct hparams applied, expected = hparams_of(preset_table[i].settings);
        hparams_init(&applied);
        applied.seed = expected.seed = 77;
        applied.lr = 123;
        preset_apply(&preset_table[i], &applied);
        ck_assert_msg(hparams_equal(&applied, &expected), "%s", preset_table[i].name);
        ck_assert(preset_table[i].title[0] && preset_table[i].look[0]);
        ck_assert_msg(strlen(preset_table[i].look) < 68, "%s", preset_table[i].name);
    }
}
END_TEST

START_TEST(live_settings_go_on_and_others_begin_anew)
{
    static const struct {
        const char *command;
        bool rebuilds;
    } cases[] = {{"activation tanh", false}, {"lr 0.01", false}, {"optimizer adam", false},
        {"beta1 0.8", false}, {"clip norm", false}, {"clip_at 2", false},
        {"weight_decay 0.1", false}, {"leaky_slope 0.1", false}, {"depth 3", true},
        {"width 8", true}, {"init he_normal", true}, {"data circles", true}, {"seed 5", true},
        {"reset", true}, {"reseed", true}, {"preset healthy", true}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct session *session = session_of("");
        bool rebuilt;
        ck_assert(session_advance(session, 5));
        ck_assert(command_session(session, cases[i].command, &rebuilt));
        ck_assert_msg(rebuilt == cases[i].rebuilds, "%s", cases[i].command);
        ck_assert_uint_eq(session->run->training->step, rebuilt ? 0 : 5);
        session_destroy(session);
    }
}
END_TEST

START_TEST(reset_begins_with_the_same_weights)
{
    struct session *session = session_of("activation=tanh lr=0.1");
    bool rebuilt;
    ck_assert(session_advance(session, 20));
    double before = session->run->training->seen.loss;
    ck_assert(command_session(session, "reset", &rebuilt));
    ck_assert(session_advance(session, 20));
    ck_assert(session->run->training->seen.loss == before);
    ck_assert(command_session(session, "reseed", &rebuilt));
    ck_assert(session_advance(session, 20));
    ck_assert(session->run->training->seen.loss != before);
    session_destroy(session);
}
END_TEST

START_TEST(accuracy_is_of_the_step_that_is_looked_at)
{
    const char *settings = "activation=tanh lr=0.3 batch=20 depth=2";
    struct session *hasty = session_of(settings), *calm = session_of(settings);
    for (int step = 0; step < 33; step++) {
        ck_assert(run_evaluate(hasty->run, false));
        ck_assert(run_evaluate(calm->run, true));
        run_update(hasty->run);
        run_update(calm->run);
    }
    ck_assert(run_evaluate(hasty->run, false));
    ck_assert(run_evaluate(calm->run, true));
    double stale = hasty->run->training->seen.accuracy;
    ck_assert(run_evaluate(hasty->run, true)); /* looked at again, now in full */
    ck_assert(stale != calm->run->training->seen.accuracy);
    ck_assert(hasty->run->training->seen.accuracy == calm->run->training->seen.accuracy);
    ck_assert(hasty->run->training->seen.loss == calm->run->training->seen.loss);
    ck_assert_uint_eq(hasty->run->record.rows.total, calm->run->record.rows.total);
    session_destroy(hasty);
    session_destroy(calm);
}
END_TEST

START_TEST(what_does_not_fit_is_refused_with_its_size)
{
    struct error error = {.text = ""};
    struct hparams hparams = hparams_of("depth=256 width=1024 samples=100000");
    /* 256 activations of 100000 × 1032 doubles are 196.8 GiB; z and δ of them all, twice as
     * much more. Of one layer alone, z and δ come to what all share. */
    struct signals none = {0, 0}, every = {SIGNALS_BOTH, 0}, one = {0, 7};
    double matrix = 100000.0 * 1032 * 8, gib = 1024.0 * 1024 * 1024;
    double least = (double)training_bytes(&hparams, data_shape_of(&hparams), none);
    ck_assert(least > 256 * matrix && least < 256 * matrix + 10 * gib);
    ck_assert_double_eq(
        (double)training_bytes(&hparams, data_shape_of(&hparams), one) - least, 2 * matrix);
    ck_assert_double_eq(
        (double)training_bytes(&hparams, data_shape_of(&hparams), every) - least, 510 * matrix);
    ck_assert_ptr_null(session_create(&hparams, kernels_select(NULL), NULL, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "GiB"));
}
END_TEST

/* Its label, and more of what it says where that is given. */
static void check_label(const char *settings, int steps, const char *begins)
{
    struct session *session = session_of(settings);
    struct snapshot snapshot;
    struct diagnosis findings[DIAGNOSES_MOST];
    snapshot_init(&snapshot);
    ck_assert(session_advance(session, (uint64_t)steps));
    ck_assert(snapshot_take(&snapshot, session, NULL));
    diagnose(&snapshot, findings);
    char said[sizeof findings[0].text + 40];
    (void)snprintf(said, sizeof said, "%s: %s", findings[0].label, findings[0].text);
    ck_assert_msg(strncmp(said, begins, strlen(begins)) == 0, "%s: %s", settings, said);
    snapshot_clear(&snapshot);
    session_destroy(session);
}

START_TEST(diagnosis_names_the_effect)
{
    check_label("", 0, "VANISHING");
    check_label("activation=tanh lr=0.1", 0, "HEALTHY");
    check_label("activation=relu init=he_normal gain=1.5 lr=0.1", 2, "EXPLODING");
    check_label("activation=relu init=he_normal gain=1.5 lr=0.1", 50, "DIVERGED");
    check_label("activation=relu init=he_normal gain=1.5 lr=0.1 clip=norm", 0, "CLIPPED");
    check_label("activation=relu init=he_normal depth=1 lr=10", 50, "DYING");
    check_label("activation=relu init=he_normal depth=2 bias=-9", 0, "DEAD LAYER: all ");
    check_label("activation=relu depth=2 bias=-9 width=1", 0,
        "DEAD LAYER: the one unit of layer 2 is dead");
    check_label("activation=relu init=he_normal depth=10 lr=0.03", 0, "BORN DEAD");
    check_label("activation=tanh init=normal gain=3 depth=3", 0, "SATURATED");
}
END_TEST

Suite *session_suite(void)
{
    return SUITE("session", commands_are_parsed_and_checked, wrong_commands_name_the_mistake,
        presets_set_what_they_say_and_keep_the_seed, live_settings_go_on_and_others_begin_anew,
        reset_begins_with_the_same_weights, accuracy_is_of_the_step_that_is_looked_at,
        what_does_not_fit_is_refused_with_its_size, diagnosis_names_the_effect);
}
