/* The table of hyperparameters, and names. */
#include <ctype.h>
#include <string.h>

#include "core/activation.h"
#include "core/aliases.h"
#include "core/clip.h"
#include "core/dataset.h"
#include "core/gradient_check.h"
#include "core/hparams.h"
#include "core/initializer.h"
#include "core/loss.h"
#include "core/optimizer.h"
#include "suites.h"

/* As CONTRACT fixes them. */
static const struct {
    const char *name, *standard;
} contract[] = {{"activation", "sigmoid"}, {"leaky_slope", "0.01"}, {"depth", "10"},
    {"width", "32"}, {"init", "xavier_normal"}, {"gain", "1"}, {"bias", "0"}, {"bias_std", "0"},
    {"data", "moons"}, {"label", "-"}, {"target", "-"}, {"ignore", "-"}, {"missing", "refuse"},
    {"one_hot", "off"}, {"labels", "-"}, {"samples", "auto"}, {"noise", "0.1"}, {"test", "0"},
    {"standardize", "on"}, {"input_scale", "1"}, {"input_offset", "0"}, {"loss", "auto"},
    {"output", "linear"}, {"batch", "0"}, {"lr", "1"}, {"optimizer", "sgd"},
    {"momentum", "0.9"}, {"beta1", "0.9"}, {"beta2", "0.999"}, {"epsilon", "1e-08"},
    {"weight_decay", "0"}, {"clip", "none"}, {"clip_at", "1"}, {"seed", "1"}};

START_TEST(defaults_are_those_of_the_contract)
{
    struct hparams hparams;
    hparams_init(&hparams);
    ck_assert_int_eq(hparam_count, (int)ARRAY_LEN(contract));
    for (size_t i = 0; i < ARRAY_LEN(contract); i++) {
        char text[64];
        const struct hparam *row = hparam_find(contract[i].name, NULL);
        ck_assert_ptr_nonnull(row);
        hparam_format(&hparams, row, text, sizeof text);
        ck_assert_str_eq(text, contract[i].standard);
    }
}
END_TEST

START_TEST(values_read_back_to_the_same_bits)
{
    struct hparams a, b;
    hparams_init(&a);
    hparams_init(&b);
    const struct hparam *lr = hparam_find("lr", NULL);
    static const double values[] = {0.1, 1.0 / 3, 1e-300, 10, 123456.789, 5e-324, 3};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        char text[64];
        a.lr = values[i];
        hparam_format(&a, lr, text, sizeof text);
        ck_assert(hparam_set(&b, lr, text, NULL));
        ck_assert(memcmp(&a.lr, &b.lr, sizeof a.lr) == 0);
    }
    const struct hparam *seed = hparam_find("seed", NULL);
    ck_assert(hparam_set(&a, seed, "18446744073709551615", NULL));
    ck_assert_uint_eq(a.seed, UINT64_MAX);
}
END_TEST

START_TEST(wrong_values_are_refused_and_change_nothing)
{
    static const struct {
        const char *name, *value, *says;
    } cases[] = {{"depth", "0", "1..256"}, {"depth", "257", "1..256"},
        {"depth", "2.5", "not a whole number"}, {"lr", "nan", "not a number"},
        {"lr", "1e-400", "would become 0"}, {"lr", "1e999", "out of range"},
        {"batch", "-1e-400", "would become 0"}, {"clip_at", "1e301", "up to 1e+300"},
        {"lr", "1x", "not a number: 0..1e+09"}, {"lr", "", "not a number"},
        {"lr", "-1", "out of range"}, {"activation", "sigmod", "did you mean 'sigmoid'"},
        {"clip", "zzz", "one of none"}, {"seed", "-1", "whole number"},
        {"seed", "18446744073709551616", "whole number"}, {"clip_at", "0", "above 0"},
        {"beta1", "1", "below 1"}, {"standardize", "2", "off on"}};
    struct hparams hparams, untouched;
    hparams_init(&hparams);
    hparams_init(&untouched);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct error error = {.text = ""};
        const struct hparam *row = hparam_find(cases[i].name, NULL);
        ck_assert(!hparam_set(&hparams, row, cases[i].value, &error));
        ck_assert_msg(strstr(error.text, cases[i].says), "%s=%s: %s", cases[i].name,
            cases[i].value, error.text);
        ck_assert(hparams_equal(&hparams, &untouched));
    }
}
END_TEST

static const char *one_letter(int index)
{
    return index == 0 ? "z" : NULL;
}

START_TEST(names_take_dashes_and_find_the_nearest)
{
    struct error error;
    ck_assert_ptr_eq(hparam_find("leaky-slope", NULL), hparam_find("leaky_slope", NULL));
    ck_assert_ptr_null(hparam_find("depht", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "'depth'"));
    ck_assert_ptr_null(hparam_find("qqqqqqqq", &error));
    ck_assert_ptr_null(strstr(error.text, "did you mean"));
    ck_assert_str_eq(names_nearest(activation_name, "softpls"), "softplus");
    ck_assert_str_eq(names_nearest(activation_name, "leaky"), "leaky_relu");
    ck_assert_str_eq(names_nearest(activation_name, "RELU"), "relu");
    ck_assert_str_eq(names_nearest(activation_name, "LEAKY"), "leaky_relu");
    ck_assert_int_eq(names_find(activation_name, "RELU"), -1);
    ck_assert_ptr_null(names_nearest(activation_name, "qqqqqqq"));
    /* Of three letters two make any other word. */
    ck_assert_ptr_null(names_nearest(activation_name, "foo"));
    ck_assert_ptr_null(names_nearest(one_letter, "7"));
    ck_assert_str_eq(names_nearest(one_letter, "Z"), "z");
    ck_assert_ptr_null(names_nearest(activation_name, "gnu"));
    ck_assert_str_eq(names_nearest(activation_name, "elo"), "elu");
}
END_TEST

/* Each leads from every spelling to its name, in each list that has it, and is no name itself.
 */
START_TEST(names_of_others_lead_to_ours)
{
    static names_fn *const lists[] = {activation_name, initializer_name, loss_name,
        optimizer_name, clip_name, data_name, check_scheme_name, hparam_name};
    int led = 0;
    for (int i = 0; i < alias_count; i++) {
        const struct alias *alias = &alias_table[i];
        for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
            if (names_find(lists[k], alias->ours) < 0)
                continue;
            ck_assert_int_lt(names_find(lists[k], alias->other), 0);
            char capitals[40];
            (void)snprintf(capitals, sizeof capitals, "%s", alias->other);
            for (char *at = capitals; *at; at++)
                *at = *at == '_' ? '-' : (char)toupper((unsigned char)*at);
            const char *found = names_nearest(lists[k], capitals);
            ck_assert_msg(found && strcmp(found, alias->ours) == 0, "%s: %s, not %s", capitals,
                found ? found : "nothing", alias->ours);
            led++;
        }
    }
    ck_assert_int_gt(led, 70);
    ck_assert_str_eq(names_nearest(initializer_name, "kaiming_normal"), "he_normal");
    ck_assert_str_eq(names_nearest(loss_name, "l2"), "mse");
    ck_assert_str_eq(names_nearest(hparam_name, "l2"), "weight_decay");
    ck_assert_ptr_null(names_nearest(loss_name, "hinge"));
}
END_TEST

START_TEST(steps_climb_the_ladder_and_stop_at_its_end)
{
    struct hparams h;
    hparams_init(&h);
    const struct hparam *lr = hparam_find("lr", NULL);
    static const double up[] = {3, 10, 30, 100, 300, 1000, 1000};
    for (size_t i = 0; i < ARRAY_LEN(up); i++) {
        hparam_step(&h, lr, 1);
        ck_assert_double_eq(h.lr, up[i]);
    }
    h.lr = 0.5; /* between two: to the neighbours on the ladder */
    hparam_step(&h, lr, -1);
    ck_assert_double_eq(h.lr, 0.3);
    const struct hparam *activation = hparam_find("activation", NULL);
    hparam_step(&h, activation, -1);
    ck_assert_int_eq(h.activation, ACTIVATION_LINEAR);
    hparam_step(&h, activation, 1);
    ck_assert_int_eq(h.activation, ACTIVATION_SIGMOID);
}
END_TEST

START_TEST(texts_are_taken_or_refused_whole)
{
    static const struct {
        const char *name, *value, *says;
    } wrong[] = {{"data", "iris", "a file: a '.', '/' or '-' in its name"},
        {"data", "a\nb.csv", "characters that cannot be shown"},
        {"data", "a\x1b.csv", "characters that cannot be shown"},
        {"data", "\xe4.csv", "characters that cannot be shown"},
        {"data", " a.csv", "a blank or '=' at an end"}, {"data", "a.csv ", "a blank or '='"},
        {"data", "=a.csv", "a blank or '='"}, {"label", "# rooms", "a '#' that begins a word"},
        {"label", "no # in", "a column's number, does"}};
    struct hparams hparams, untouched;
    char text[HPARAM_VALUE_SIZE], brief[12];
    const struct hparam *data = hparam_find("data", NULL), *label = hparam_find("label", NULL);
    hparams_init(&hparams);
    ck_assert(hparam_set(&hparams, data, "train-images-idx3-ubyte", NULL)); /* as published */
    ck_assert(hparam_set(&hparams, data, "/here/and/there.csv", NULL));
    ck_assert(hparam_set(&hparams, label, "x", NULL));
    untouched = hparams;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct error error = {.text = ""};
        const struct hparam *row = hparam_find(wrong[i].name, NULL);
        ck_assert(!hparam_set(&hparams, row, wrong[i].value, &error));
        HAS(error.text, wrong[i].says);
        ck_assert(memcmp(&hparams, &untouched, sizeof hparams) == 0);
    }
    hparam_brief(&hparams, data, brief, sizeof brief);
    ck_assert_str_eq(brief, "there.csv");
    hparam_brief(&hparams, data, brief, 8);
    ck_assert_str_eq(brief, "ther…");
    ck_assert_str_eq(data_title(&hparams), "there.csv");
    /* A set beside it and back: the file is one of the choices; of no effect meanwhile. */
    struct hparams plain;
    hparams_init(&plain);
    hparam_step(&hparams, data, 1);
    ck_assert_int_eq(hparams.data, DATA_MOONS);
    ck_assert(hparam_equal(&hparams, &plain, data));
    hparam_step(&hparams, data, -1);
    ck_assert(hparam_equal(&hparams, &untouched, data));
    ck_assert(!hparam_equal(&hparams, &plain, data) && hparams_rebuild(&hparams, &plain));
    hparam_step(&plain, data, -1);
    ck_assert_int_eq(plain.data, DATA_COUNT - 1);
    ck_assert(hparam_set(&hparams, label, "-", NULL) && !hparams.label[0]);
    hparam_format(&hparams, label, text, sizeof text);
    ck_assert_str_eq(text, "-");
}
END_TEST

START_TEST(every_ladder_lies_within_its_bounds)
{
    struct hparams h;
    hparams_init(&h);
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        ck_assert(row->choices || row->kind == HPARAM_SEED || row->kind == HPARAM_TEXT ||
            row->ladder_length > 1);
        for (int k = 0; k < row->ladder_length; k++) {
            char text[64];
            ck_assert(k == 0 || row->ladder[k] > row->ladder[k - 1]);
            real_format(row->ladder[k], text, sizeof text);
            ck_assert_msg(hparam_set(&h, row, text, NULL), "%s %s", row->name, text);
        }
    }
}
END_TEST

Suite *hparams_suite(void)
{
    return SUITE("hparams", defaults_are_those_of_the_contract,
        values_read_back_to_the_same_bits, wrong_values_are_refused_and_change_nothing,
        names_take_dashes_and_find_the_nearest, names_of_others_lead_to_ours,
        steps_climb_the_ladder_and_stop_at_its_end, every_ladder_lies_within_its_bounds,
        texts_are_taken_or_refused_whole);
}
