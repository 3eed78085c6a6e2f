#include "engine/command.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/text.h"
#include "engine/command_parts.h"
#include "engine/condition.h"
#include "engine/preset.h"

const char *command_name(int index)
{
    return index >= 0 && index < COMMAND_COUNT ? command_table[index].name : NULL;
}

static const char *take_word(const char *text, char *word, size_t size)
{
    size_t used = 0;
    while (isspace((unsigned char)*text))
        text++;
    while (*text && !isspace((unsigned char)*text) && *text != '=') {
        if (used + 1 < size)
            word[used++] = *text;
        else
            memcpy(word + size - sizeof "...", "...", sizeof "..." - 1);
        text++;
    }
    word[used] = '\0';
    while (isspace((unsigned char)*text) || *text == '=')
        text++;
    return text;
}

const char *command_word(const char *text, char word[WORD_SIZE])
{
    return take_word(text, word, WORD_SIZE);
}

const char *command_value(const char *text, char value[HPARAM_VALUE_SIZE])
{
    return take_word(text, value, HPARAM_VALUE_SIZE);
}

/* How far a selection or a view may be moved at once. */
#define MOST_OFFSET 1e6
/* Steps a second: one in twelve days is slow enough for a clock. */
#define SLOWEST 1e-6
#define FASTEST 1e9

bool command_number(
    const char *text, double least, double most, double *number, struct error *error)
{
    char *end;
    if (!*text) {
        *number = 1;
        return true;
    }
    *number = strtod(text, &end);
    if (*end || end == text || !isfinite(*number) || *number != floor(*number))
        return error_set(error, "'%s' is not a whole number", SHOWN(text));
    if (*number < least || *number > most)
        return error_set(error, "%s is out of range: %.0f to %.0f", SHOWN(text), least, most);
    return true;
}

static bool parse_count(const char *text, struct command *command, struct error *error)
{
    if (!*text && command->id == COMMAND_DROP)
        return error_set(error, "drop which branch? e lists them");
    if (!*text && command->id == COMMAND_CHOOSE)
        return error_set(error, "choose which? choose N is choice N of the question");
    return command_number(text, 1, MOST_STEPS, &command->number, error);
}

static bool parse_place(const char *text, struct command *command, struct error *error)
{
    command->relative = !*text || *text == '+' || *text == '-';
    if (!command_number(
            text, command->relative ? -MOST_STEPS : 0, MOST_STEPS, &command->number, error))
        return false;
    return command->relative || command->number >= 1 ||
        error_set(error, "there is no %s %s: they are counted from 1",
            command_table[command->id].name, SHOWN(text));
}

static bool parse_step(const char *text, struct command *command, struct error *error)
{
    if (!*text)
        return error_set(error, "seek which step? seek N, +N or -N from here, or end");
    if (name_equal(text, "end")) {
        command->number = INFINITY;
        return true;
    }
    command->relative = *text == '+' || *text == '-';
    return command_number(
        text, command->relative ? -MOST_STEPS : 0, MOST_STEPS, &command->number, error);
}

static bool parse_branch(const char *text, struct command *command, struct error *error)
{
    command->number = 0;
    if (!*text || strcmp(text, "off") == 0) {
        (void)snprintf(command->text, sizeof command->text, "%s", text);
        return true;
    }
    return command_number(text, 1, MOST_STEPS, &command->number, error);
}

static bool parse_speed(const char *text, struct command *command, struct error *error)
{
    if (strcmp(text, "max") == 0) {
        command->number = INFINITY;
        return true;
    }
    char *end;
    command->number = strtod(text, &end);
    if (end == text || *end || !(command->number >= SLOWEST && command->number <= FASTEST))
        return error_set(error, "speed '%s' is not a number from %g to %g, nor 'max'",
            SHOWN(text), SLOWEST, FASTEST);
    return true;
}

/* All that is left, without the blanks around it; "…" where it is longer than any value. */
static const char *take_rest(const char *text, char argument[COMMAND_ARGUMENT_SIZE])
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    (void)snprintf(argument, COMMAND_ARGUMENT_SIZE, "%.*s", (int)length, text);
    return text + strlen(text);
}

/* Checks the value against the row, so that a wrong one is refused where it was typed. */
static bool parse_setting(const char *text, struct command *command, struct error *error)
{
    char name[WORD_SIZE];
    text = command_word(text, name);
    if (!*name)
        return error_set(error, "set what? set NAME VALUE");
    command->row = hparam_find(name, error);
    if (!command->row)
        return false;
    if (hparam_is_open(command->row))
        text = take_rest(text, command->text);
    else
        text = command_word(text, command->text);
    if (*text)
        return error_set(
            error, "%s takes one value: '%s' is too much", command->row->name, SHOWN(text));
    if (!*command->text) {
        char values[160];
        hparam_values(command->row, values, sizeof values);
        return error_set(error, "%s needs a value: %s", command->row->name, values);
    }
    struct hparams trial;
    hparams_init(&trial);
    return hparam_set(&trial, command->row, command->text, error);
}

/* Without the blanks around it. */
static bool parse_line(const char *text, struct command *command, struct error *error)
{
    const struct command_info *info = &command_table[command->id];
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    if (length == 0 && (command->id == COMMAND_UNTIL || command->id == COMMAND_HANDS))
        return true;
    if (length == 0)
        return error_set(error, "%s what? %s %s", info->name, info->name, info->arguments);
    if (length >= sizeof command->text)
        return error_set(error, "%s takes up to %zu bytes, not %zu", info->name,
            sizeof command->text - 1, length);
    memcpy(command->text, text, length);
    command->text[length] = '\0';
    struct condition condition;
    return command->id != COMMAND_UNTIL || name_equal(command->text, "off") ||
        condition_parse(command->text, 0, &condition, error);
}

static bool parse_argument(const char *text, struct command *command, struct error *error)
{
    const struct command_info *info = &command_table[command->id];
    char word[WORD_SIZE];
    if (info->argument == ARGUMENT_SETTING)
        return parse_setting(text, command, error);
    if (info->argument == ARGUMENT_TIMED)
        return command_parse_timed(text, command, error);
    if (info->argument == ARGUMENT_RACE)
        return command_parse_race(text, command, error);
    if (info->argument == ARGUMENT_LINE)
        return parse_line(text, command, error);
    const char *rest = command_word(text, word);
    if (*rest || (info->argument == ARGUMENT_NONE && *word))
        return error_set(error, "%s takes %s: '%s' is too much", info->name,
            info->argument == ARGUMENT_NONE ? "no argument" : "one argument",
            SHOWN(*rest ? rest : word));
    switch (info->argument) {
    case ARGUMENT_COUNT:
        return parse_count(word, command, error);
    case ARGUMENT_OFFSET:
        return command_number(word, -MOST_OFFSET, MOST_OFFSET, &command->number, error);
    case ARGUMENT_PLACE:
        return parse_place(word, command, error);
    case ARGUMENT_STEP:
        return parse_step(word, command, error);
    case ARGUMENT_BRANCH:
        return parse_branch(word, command, error);
    case ARGUMENT_SPEED:
        return parse_speed(word, command, error);
    case ARGUMENT_HPARAM:
        command->row = *word ? hparam_find(word, error) : NULL;
        return !*word || command->row;
    case ARGUMENT_PRESET:
        (void)snprintf(command->text, sizeof command->text, "%s", word);
        return !*word || preset_find(word, error);
    case ARGUMENT_NAME:
        (void)snprintf(command->text, sizeof command->text, "%s", word);
        return true;
    case ARGUMENT_NONE:
    case ARGUMENT_SETTING:
    case ARGUMENT_TIMED:
    case ARGUMENT_RACE:
    case ARGUMENT_LINE:
        break;
    }
    return true;
}

/* What a line can begin with: commands, then hyperparameters. */
static const char *first_name(int index)
{
    return index < COMMAND_COUNT ? command_name(index) : hparam_name(index - COMMAND_COUNT);
}

/* What may have been meant by a word that is no command; false: nothing is near. */
static bool find_meant(const char *word, char meant[COMMAND_TEXT_SIZE])
{
    const char *choice, *nearest = names_nearest(first_name, word);
    const struct hparam *row = hparam_of_choice(word, &choice);
    if (row)
        (void)snprintf(meant, COMMAND_TEXT_SIZE, "%s %s", row->name, choice);
    else if (preset_find(word, NULL))
        (void)snprintf(meant, COMMAND_TEXT_SIZE, "preset %s", word);
    else if (nearest)
        (void)snprintf(meant, COMMAND_TEXT_SIZE, "%s", nearest);
    return row || preset_find(word, NULL) || nearest;
}

static bool refuse_command(const char *word, struct error *error)
{
    char meant[COMMAND_TEXT_SIZE];
    return find_meant(word, meant)
        ? error_set(error, "unknown command '%s': did you mean '%s'?", SHOWN(word), meant)
        : error_set(error, "unknown command '%s': ? shows them", SHOWN(word));
}

bool command_strange(const char *text)
{
    char word[WORD_SIZE], meant[COMMAND_TEXT_SIZE];
    (void)command_word(text, word);
    return *word && names_find(first_name, word) < 0 && !find_meant(word, meant);
}

bool command_parse(const char *text, struct command *command, struct error *error)
{
    char word[WORD_SIZE];
    *command = (struct command){.number = 1};
    const char *rest = command_word(text, word);
    if (!*word)
        return error_set(error, "no command: type one, or ? for help");
    int index = names_find(command_name, word);
    /* "gain 4" sets; "momentum" alone is still a hyperparameter without a value. */
    if (index < 0 && names_find(hparam_name, word) >= 0) {
        command->id = COMMAND_SET;
        return parse_setting(text, command, error);
    }
    if (index < 0)
        return refuse_command(word, error);
    command->id = (enum command_id)index;
    return parse_argument(rest, command, error);
}

const char *command_place(const char *text)
{
    char word[WORD_SIZE];
    const char *rest = command_word(text, word);
    return *rest && name_equal(word, "set") ? rest : text;
}

/* The hyperparameters with this one set as the command says. */
static bool setting_of(
    const struct command *command, struct hparams *hparams, struct error *error)
{
    hparams_init(hparams);
    return hparam_set(hparams, command->row, command->text, error);
}

static bool numbers_equal(double a, double b)
{
    return !(a < b) && !(a > b) && !isnan(a) && !isnan(b);
}

bool command_equal(const struct command *a, const struct command *b)
{
    struct hparams with_a, with_b;
    if (a->id != b->id)
        return false;
    switch (command_table[a->id].argument) {
    case ARGUMENT_NONE:
        return true;
    case ARGUMENT_COUNT:
    case ARGUMENT_SPEED:
    case ARGUMENT_OFFSET:
        return numbers_equal(a->number, b->number);
    case ARGUMENT_PLACE:
    case ARGUMENT_STEP:
        return a->relative == b->relative && numbers_equal(a->number, b->number);
    case ARGUMENT_SETTING:
        return a->row == b->row && setting_of(a, &with_a, NULL) &&
            setting_of(b, &with_b, NULL) && hparam_equal(&with_a, &with_b, a->row);
    case ARGUMENT_HPARAM:
        return a->row == b->row;
    case ARGUMENT_PRESET:
        return name_equal(a->text, b->text);
    case ARGUMENT_TIMED:
    case ARGUMENT_BRANCH:
        return numbers_equal(a->number, b->number) && strcmp(a->text, b->text) == 0;
    case ARGUMENT_NAME:
    case ARGUMENT_RACE:
    case ARGUMENT_LINE:
        break;
    }
    return strcmp(a->text, b->text) == 0;
}

static bool seeks_end(const struct command *command)
{
    return command_table[command->id].argument == ARGUMENT_STEP && isinf(command->number) &&
        command->number > 0 && !command->relative;
}

/* The argument as text, as command_parse wants it where it can. */
static bool write_argument(
    const struct command *command, char argument[COMMAND_TEXT_SIZE], struct error *error)
{
    struct hparams hparams;
    char value[HPARAM_VALUE_SIZE];
    argument[0] = '\0';
    switch (command_table[command->id].argument) {
    case ARGUMENT_NONE:
        break;
    case ARGUMENT_STEP:
    case ARGUMENT_PLACE:
        if (seeks_end(command)) {
            (void)snprintf(argument, COMMAND_TEXT_SIZE, "end");
            break;
        }
        if (command->relative && !signbit(command->number))
            *argument++ = '+';
        (void)decimal_write(argument, command->number);
        break;
    case ARGUMENT_COUNT:
    case ARGUMENT_OFFSET:
    case ARGUMENT_SPEED:
        if (isinf(command->number) && command->number > 0)
            (void)snprintf(argument, COMMAND_TEXT_SIZE, "max");
        else
            (void)decimal_write(argument, command->number);
        break;
    case ARGUMENT_SETTING:
        if (!command->row)
            return error_set(error, "set what? set NAME VALUE");
        if (!setting_of(command, &hparams, error))
            return false;
        hparam_format(&hparams, command->row, value, sizeof value);
        (void)snprintf(argument, COMMAND_TEXT_SIZE, "%s %s", command->row->name, value);
        break;
    case ARGUMENT_BRANCH:
        if (command->number > 0)
            (void)decimal_write(argument, command->number);
        else
            (void)snprintf(argument, COMMAND_TEXT_SIZE, "%s", command->text);
        break;
    case ARGUMENT_TIMED:
        if (command->number > 0)
            argument += decimal_write(argument, command->number);
        (void)snprintf(argument, COMMAND_TEXT_SIZE - 32, "%s%s", command->number > 0 ? " " : "",
            command->text);
        break;
    case ARGUMENT_HPARAM:
        (void)snprintf(
            argument, COMMAND_TEXT_SIZE, "%s", command->row ? command->row->name : "");
        break;
    case ARGUMENT_PRESET:
    case ARGUMENT_NAME:
    case ARGUMENT_RACE:
    case ARGUMENT_LINE:
        (void)snprintf(argument, COMMAND_TEXT_SIZE, "%s", command->text);
        break;
    }
    return true;
}

bool command_write(
    const struct command *command, char text[COMMAND_TEXT_SIZE], struct error *error)
{
    char argument[COMMAND_TEXT_SIZE];
    struct command read;
    if (!command_name((int)command->id))
        return error_set(error, "no command has the number %d", (int)command->id);
    if (!write_argument(command, argument, error))
        return false;
    (void)snprintf(text, COMMAND_TEXT_SIZE, "%s%s%s", command_name((int)command->id),
        *argument ? " " : "", argument);
    if (!command_parse(text, &read, error))
        return false;
    return command_equal(command, &read) ||
        error_set(error, "'%s' would be read as another command", SHOWN(text));
}

bool command_configure(
    const struct command *command, struct hparams *hparams, bool *reset, struct error *error)
{
    *reset = false;
    switch (command->id) {
    case COMMAND_SET:
        return hparam_set(hparams, command->row, command->text, error);
    case COMMAND_NEXT:
    case COMMAND_PREVIOUS:
        if (command->row)
            hparam_step(hparams, command->row, command->id == COMMAND_NEXT ? 1 : -1);
        return true;
    case COMMAND_RACE:
        *reset = true;
        return command_race_side(command, 0, hparams, error);
    case COMMAND_RESET:
        *reset = true;
        return true;
    case COMMAND_RESEED:
        hparams->seed++;
        *reset = true;
        return true;
    case COMMAND_PRESET: {
        const struct preset *preset = preset_find(command->text, error);
        if (!preset)
            return false;
        preset_apply(preset, hparams);
        *reset = true;
        return true;
    }
    default:
        return true;
    }
}
