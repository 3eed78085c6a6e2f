/* Commands as text: what is written reads as the same command, and what cannot be is refused.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "engine/command.h"
#include "engine/preset.h"
#include "suites.h"

static size_t field_size(const struct hparam *row)
{
    return row->kind == HPARAM_REAL  ? sizeof(double)
        : row->kind == HPARAM_SEED   ? sizeof(uint64_t)
        : row->kind == HPARAM_SWITCH ? sizeof(bool)
                                     : sizeof(int);
}

static const void *field_of(const struct hparams *hparams, const struct hparam *row)
{
    return (const char *)hparams + row->offset;
}

/* The text of the command; it reads as the same, and is then written the same. */
static void check_written(const struct command *command, const char *expected)
{
    char text[COMMAND_TEXT_SIZE], again[COMMAND_TEXT_SIZE];
    struct command read;
    struct error error = {.text = ""};
    ck_assert_msg(command_write(command, text, &error), "%s: %s",
        command_table[command->id].name, error.text);
    if (expected)
        ck_assert_str_eq(text, expected);
    ck_assert_msg(command_parse(text, &read, &error), "%s: %s", text, error.text);
    ck_assert_msg(read.id == command->id, "%s", text);
    ck_assert_msg(command_equal(command, &read) && command_equal(&read, command), "%s", text);
    ck_assert(command_write(&read, again, NULL));
    ck_assert_str_eq(again, text);
}

/* Set and written and read, the field has the same bits. */
static void check_setting(const struct hparam *row, const struct hparams *hparams)
{
    struct command command = {.id = COMMAND_SET, .row = row}, read;
    struct hparams result;
    char text[COMMAND_TEXT_SIZE];
    hparam_format(hparams, row, command.text, sizeof command.text);
    check_written(&command, NULL);
    ck_assert(command_write(&command, text, NULL) && command_parse(text, &read, NULL));
    hparams_init(&result);
    bool reset;
    ck_assert(command_configure(&read, &result, &reset, NULL) && !reset);
    ck_assert_msg(memcmp(field_of(&result, row), field_of(hparams, row), field_size(row)) == 0,
        "%s", text);
}

static bool allowed(const struct hparam *row, double value)
{
    return value >= row->least && value <= row->most && !(row->above && value <= row->least) &&
        !(row->below && value >= row->most);
}

static void check_real(const struct hparam *row, double value)
{
    struct hparams hparams;
    hparams_init(&hparams);
    if (!allowed(row, value))
        return;
    memcpy((char *)&hparams + row->offset, &value, sizeof value);
    check_setting(row, &hparams);
}

/* The ends of the range, their neighbours, the smallest numbers, and any bits. */
static void check_reals(const struct hparam *row)
{
    const double extremes[] = {row->least, row->most, nextafter(row->least, row->most),
        nextafter(row->most, row->least), 0, 5e-324, -5e-324, DBL_MIN, DBL_MAX, 0.1, 1.0 / 3,
        1e7, 1e15, 9007199254740992.0, 1e16, 1e22, 1e23, 123456789.125, ldexp(1, -44)};
    struct rng rng;
    for (size_t i = 0; i < ARRAY_LEN(extremes); i++)
        check_real(row, extremes[i]);
    rng_init(&rng, 1, RNG_CHECK, 0);
    for (int i = 0; i < 500; i++) {
        uint64_t bits = rng_next(&rng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check_real(row, value);
        check_real(row, row->least + (double)(bits >> 11) * 0x1p-53 * (row->most - row->least));
    }
}

static void check_whole(const struct hparam *row)
{
    struct hparams hparams;
    hparams_init(&hparams);
    bool on = false;
    int value = 0;
    for (int i = 0; row->choices && row->choices(i); i++) {
        value = i;
        on = i > 0;
        memcpy((char *)&hparams + row->offset,
            row->kind == HPARAM_SWITCH ? (void *)&on : (void *)&value, field_size(row));
        check_setting(row, &hparams);
    }
    for (int i = 0; !row->choices && i <= 1000; i++) {
        value = (int)(row->least + floor((row->most - row->least) * i / 1000));
        memcpy((char *)&hparams + row->offset, &value, sizeof value);
        check_setting(row, &hparams);
    }
}

static void check_seeds(const struct hparam *row)
{
    static const uint64_t seeds[] = {
        0, 1, (1ull << 53) + 1, 10000000000000000000ull, UINT64_MAX - 1, UINT64_MAX};
    struct hparams hparams;
    hparams_init(&hparams);
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
        hparams.seed = seeds[i];
        check_setting(row, &hparams);
    }
}

/* Blanks, what ends a word, and as many bytes as there is room for. */
static void check_texts(const struct hparam *row)
{
    static const char *const texts[] = {"a.csv", "./my data.csv", "a=b.csv", "/x/Größe (2).csv",
        "a#b.csv", "\"a\".csv", "-1.csv", "set lr 3.csv"};
    char longest[HPARAM_TEXT_SIZE];
    struct hparams hparams, read;
    struct command command = {.id = COMMAND_SET, .row = row};
    char text[COMMAND_TEXT_SIZE];
    bool reset;
    memset(longest, 'x', sizeof longest);
    longest[1] = '.';
    longest[row->text_size - 1] = '\0';
    for (size_t i = 0; i <= ARRAY_LEN(texts); i++) {
        const char *value = i < ARRAY_LEN(texts) ? texts[i] : longest;
        hparams_init(&hparams);
        hparams_init(&read);
        ck_assert_msg(hparam_set(&hparams, row, value, NULL), "%s %s", row->name, value);
        hparam_format(&hparams, row, command.text, sizeof command.text);
        ck_assert_str_eq(command.text, value);
        check_written(&command, NULL);
        ck_assert(command_write(&command, text, NULL));
        ck_assert(command_parse(text, &command, NULL));
        ck_assert(command_configure(&command, &read, &reset, NULL));
        ck_assert(hparam_equal(&hparams, &read, row));
        ck_assert_str_eq((const char *)&read + row->text, value);
    }
}

static void check_settings(void)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (row->kind == HPARAM_REAL)
            check_reals(row);
        else if (row->kind == HPARAM_SEED)
            check_seeds(row);
        else if (row->kind == HPARAM_TEXT)
            check_texts(row);
        else
            check_whole(row);
        if (row->kind != HPARAM_TEXT && hparam_is_open(row))
            check_texts(row);
    }
}

static void check_numbers(struct command *command, double least, double most)
{
    const double numbers[] = {1, 2, 3, 10, 99, 1e3, 1e6, 12345678, 1e9, 99999999999999, 1e15,
        123456789012345, 0, -1, -2, -1e6, -1e15};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        command->number = numbers[i];
        if (numbers[i] >= least && numbers[i] <= most)
            check_written(command, NULL);
    }
}

static void check_speeds(struct command *command)
{
    static const double speeds[] = {1e-6, 1e9, 0.1, 1.0 / 3, 20, 59.94, 12345678.9, INFINITY};
    for (size_t i = 0; i < ARRAY_LEN(speeds); i++) {
        command->number = speeds[i];
        check_written(command, NULL);
    }
}

static void check_text(struct command *command, const char *text)
{
    (void)snprintf(command->text, sizeof command->text, "%s", text);
    check_written(command, NULL);
}

static void check_timed(void)
{
    static const char *const texts[] = {"drop", "set lr 0.1234567890123457", "pause", "next lr",
        "set activation leaky_relu", "speed max", "speed 1e-06"};
    struct command command = {.id = COMMAND_AT};
    check_text(&command, "");
    check_text(&command, "drop");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        command.number = i % 2 ? 1 : 1e15;
        check_text(&command, texts[i]);
    }
}

static void check_row(enum command_id id)
{
    static const char *const words[] = {"", "x", "next", "leaky_relu", "off", "+3", "δ‖∇‖",
        "\"quoted\"", "#hash", "a-b_c.d/e",
        "sixty_three_bytes_of_a_word_are_the_most_that_there_is_room_for"};
    struct command command = {.id = id, .number = 1};
    switch (command_table[id].argument) {
    case ARGUMENT_NONE:
        check_written(&command, command_table[id].name);
        break;
    case ARGUMENT_COUNT:
        check_numbers(&command, 1, 1e15);
        break;
    case ARGUMENT_OFFSET:
        check_numbers(&command, -1e6, 1e6);
        break;
    case ARGUMENT_PLACE:
    case ARGUMENT_STEP:
        check_numbers(&command, command_table[id].argument == ARGUMENT_PLACE, 1e15);
        command.relative = true;
        check_numbers(&command, -1e15, 1e15);
        break;
    case ARGUMENT_SPEED:
        check_speeds(&command);
        break;
    case ARGUMENT_SETTING:
        check_settings();
        break;
    case ARGUMENT_HPARAM:
        check_written(&command, command_table[id].name);
        for (int i = 0; i < hparam_count; i++) {
            command.row = &hparam_table[i];
            check_written(&command, NULL);
        }
        break;
    case ARGUMENT_PRESET:
        check_text(&command, "");
        for (int i = 0; i < preset_count; i++)
            check_text(&command, preset_table[i].name);
        break;
    case ARGUMENT_TIMED:
        check_timed();
        break;
    case ARGUMENT_BRANCH:
        command.number = 0;
        check_text(&command, "");
        check_text(&command, "off");
        command.text[0] = '\0';
        check_numbers(&command, 1, 1e15);
        break;
    case ARGUMENT_RACE:
        check_text(&command, "");
        check_text(&command, "lr=0.1 lr=1e-07");
        check_text(&command, "activation=leaky_relu clip=norm");
        break;
    case ARGUMENT_NAME:
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            check_text(&command, words[i]);
        break;
    case ARGUMENT_LINE:
        if (id == COMMAND_UNTIL) {
            check_text(&command, "dead[any] > 1 and not event clipping");
            check_text(&command, "off");
            break;
        }
        for (size_t i = 1; i < ARRAY_LEN(words); i++)
            check_text(&command, words[i]);
        check_text(&command, "two words = three");
        break;
    }
}

START_TEST(what_is_written_reads_as_the_same)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        check_row((enum command_id)i);
}
END_TEST

START_TEST(the_text_is_plain_and_short)
{
    static const struct {
        const char *typed, *written;
    } cases[] = {{"race lr 1.0  lr = 1e1", "race lr=1 lr=10"}, {"ghost 2", "ghost 2"},
        {"ghost", "ghost"}, {"race clip-at 2 batch=0", "race clip_at=2 batch=0"},
        {"lr 0.10", "set lr 0.1"}, {"  depth = 12 ", "set depth 12"},
        {"activation leaky-relu", "set activation leaky_relu"}, {"step", "step 1"},
        {"step 1e6", "step 1000000"}, {"layer", "layer +1"}, {"layer 7", "layer 7"},
        {"layer -2", "layer -2"}, {"unit +0", "unit +0"}, {"speed 1e1", "speed 10"},
        {"speed max", "speed max"}, {"scroll -5", "scroll -5"}, {"seek 0", "seek 0"},
        {"seek +0", "seek +0"}, {"seek -12", "seek -12"}, {"seek end", "seek end"},
        {"event", "event 1"}, {"event -2", "event -2"}, {"reverse", "reverse"},
        {"timeline", "timeline"}, {"timeline off", "timeline off"}, {"next", "next"},
        {"next leaky-slope", "next leaky_slope"}, {"clip_at 1e300", "set clip_at 1e+300"},
        {"standardize on", "set standardize on"}, {"view units", "view units"},
        {"seed 0018446744073709551615", "set seed 18446744073709551615"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct command command;
        ck_assert_msg(command_parse(cases[i].typed, &command, NULL), "%s", cases[i].typed);
        check_written(&command, cases[i].written);
    }
}
END_TEST

START_TEST(what_differs_is_not_equal)
{
    static const char *const different[] = {"run", "pause", "step", "step 2", "speed 2",
        "speed max", "set lr 0.1", "set lr 0.2", "set gain 0.1", "set seed 1", "set seed 2",
        "set init zeros", "set init uniform", "next", "next lr", "next gain", "previous lr",
        "preset", "preset vanishing", "preset exploding", "view units", "view clip",
        "split clip", "layer", "layer 1", "layer +2", "layer 2", "unit 2", "select 1",
        "select -1", "seek 0", "seek 1", "seek +1", "seek -1", "seek end", "event", "event -1"};
    struct command a, b;
    for (size_t i = 0; i < ARRAY_LEN(different); i++) {
        ck_assert(command_parse(different[i], &a, NULL));
        for (size_t k = 0; k < ARRAY_LEN(different); k++) {
            ck_assert(command_parse(different[k], &b, NULL));
            ck_assert_msg(
                command_equal(&a, &b) == (i == k), "%s, %s", different[i], different[k]);
        }
    }
    ck_assert(command_parse("set lr 1e-1", &a, NULL) && command_parse("lr=0.10", &b, NULL));
    ck_assert(command_equal(&a, &b));
    /* A number that is none equals nothing. */
    a = b = (struct command){.id = COMMAND_SPEED, .number = NAN};
    ck_assert(!command_equal(&a, &b));
}
END_TEST

/* What could not have been typed is refused, with a line. */
START_TEST(what_could_not_be_typed_is_not_written)
{
    const struct hparam *lr = hparam_find("lr", NULL), *depth = hparam_find("depth", NULL);
    const struct command wrong[] = {{.id = COMMAND_COUNT}, {.id = (enum command_id) - 1},
        {.id = COMMAND_STEP, .number = 0}, {.id = COMMAND_STEP, .number = 0.5},
        {.id = COMMAND_STEP, .number = NAN}, {.id = COMMAND_STEP, .number = INFINITY},
        {.id = COMMAND_STEP, .number = 9007199254740992.0},
        {.id = COMMAND_SELECT, .number = 1e6 + 1}, {.id = COMMAND_SCROLL, .number = -1.5},
        {.id = COMMAND_LAYER, .number = 0}, {.id = COMMAND_LAYER, .number = -1},
        {.id = COMMAND_LAYER, .relative = true, .number = NAN},
        {.id = COMMAND_LAYER, .relative = true, .number = 2e15},
        {.id = COMMAND_SPEED, .number = 0}, {.id = COMMAND_SPEED, .number = NAN},
        {.id = COMMAND_SPEED, .number = 2e9}, {.id = COMMAND_SPEED, .number = -INFINITY},
        {.id = COMMAND_SET, .text = "1"}, {.id = COMMAND_SET, .row = lr, .text = ""},
        {.id = COMMAND_SET, .row = lr, .text = "-1"},
        {.id = COMMAND_SET, .row = lr, .text = "nan"},
        {.id = COMMAND_SET, .row = depth, .text = "257"},
        {.id = COMMAND_SET, .row = depth, .text = "3 "},
        {.id = COMMAND_PRESET, .text = "nosuch"}, {.id = COMMAND_PRESET, .text = "a b"},
        {.id = COMMAND_VIEW, .text = "a b"}, {.id = COMMAND_VIEW, .text = "a=b"},
        {.id = COMMAND_VIEW, .text = "=a"}, {.id = COMMAND_VIEW, .text = " a"},
        {.id = COMMAND_VIEW, .text = "a\n"}, {.id = COMMAND_VIEW, .text = "a\tb"}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        char text[COMMAND_TEXT_SIZE] = "";
        struct error error = {.text = ""};
        ck_assert_msg(!command_write(&wrong[i], text, &error), "%zu: %s", i, text);
        ck_assert_msg(error.text[0] && !strchr(error.text, '\n'), "%zu: %s", i, error.text);
    }
}
END_TEST

/* Whatever can be typed can be written, and reads as the same then. */
START_TEST(whatever_is_read_can_be_written)
{
    static const char *const words[] = {"", "1", "-1", "+2", "0", "1e3", "0x10", "1.5", "max",
        "nan", "inf", "lr", "depth", "seed", "relu", "on", "off", "next", "units", "=",
        "==", "#", "vanishing", "healthy", "leaky-relu", "1e-300", "1e15",
        "99999999999999999999"};
    struct rng rng;
    int read = 0;
    rng_init(&rng, 7, RNG_CHECK, 0);
    for (int i = 0; i < 100000; i++) {
        char text[200];
        struct command command;
        uint64_t draw = rng_next(&rng);
        int first = (int)(draw % (uint64_t)(COMMAND_COUNT + hparam_count));
        (void)snprintf(text, sizeof text, "%s %s%s%s",
            first < COMMAND_COUNT ? command_name(first) : hparam_name(first - COMMAND_COUNT),
            words[(draw >> 16) % ARRAY_LEN(words)], draw >> 63 ? " " : "=",
            words[(draw >> 32) % ARRAY_LEN(words)]);
        if (!command_parse(text, &command, NULL))
            continue;
        check_written(&command, NULL);
        read++;
    }
    ck_assert_int_gt(read, 2000);
}
END_TEST

Suite *command_suite(void)
{
    return SUITE("command", what_is_written_reads_as_the_same, the_text_is_plain_and_short,
        what_differs_is_not_equal, what_could_not_be_typed_is_not_written,
        whatever_is_read_can_be_written);
}
