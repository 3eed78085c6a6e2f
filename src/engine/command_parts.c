/* Arguments of more than one word: a command for a later step, two settings that race. */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "engine/command_parts.h"

/* Whether it makes sense on the way, at a step that is yet to come. */
static bool armable(const struct command *command, struct error *error)
{
    const char *name = command_table[command->id].name;
    switch (command->id) {
    case COMMAND_SET:
    case COMMAND_NEXT:
    case COMMAND_PREVIOUS:
        if (!command->row)
            return error_set(error, "%s what? at a step it needs the name: %s lr", name, name);
        return !command->row->rebuild ||
            error_set(error, "%s is built anew, from step 0: it cannot change on the way",
                command->row->name);
    case COMMAND_RUN:
    case COMMAND_PAUSE:
    case COMMAND_SPEED:
    case COMMAND_FASTER:
    case COMMAND_SLOWER:
        return true;
    case COMMAND_RESET:
    case COMMAND_RESEED:
    case COMMAND_PRESET:
    case COMMAND_RACE:
        return error_set(error, "%s begins at step 0: it is nothing for on the way", name);
    default:
        return error_set(
            error, "at a step there are settings, run, pause and speed, not '%s'", name);
    }
}

const char *command_armable_name(int index)
{
    for (int id = 0; id < COMMAND_COUNT; id++) {
        struct command command = {.id = (enum command_id)id, .row = hparam_find("lr", NULL)};
        if (armable(&command, NULL) && index-- == 0)
            return command_name(id);
    }
    for (int i = 0; i < hparam_count; i++) {
        if (!hparam_table[i].rebuild && index-- == 0)
            return hparam_table[i].name;
    }
    return NULL;
}

/* The command that is meant for a step is kept as its text. */
bool command_parse_timed(const char *text, struct command *command, struct error *error)
{
    char word[WORD_SIZE], written[COMMAND_TEXT_SIZE];
    struct command inner;
    text = command_word(text, word);
    command->number = 0;
    if (name_equal(word, "drop") && *text)
        return error_set(error, "at drop takes no more: '%s' is too much", SHOWN(text));
    if (!*word || name_equal(word, "drop")) {
        (void)snprintf(command->text, sizeof command->text, "%s", *word ? "drop" : "");
        return true;
    }
    if (!command_number(word, 0, MOST_STEPS, &command->number, error))
        return false;
    if (command->number < 1)
        return error_set(error, "step 0 is the start: settings hold there without 'at 0'");
    if (!*text)
        return error_set(
            error, "at %s what? at %s lr 3; 'at %s drop' disarms it", word, word, word);
    (void)snprintf(command->text, sizeof command->text, "drop");
    if (!*command_word(text, word) && name_equal(word, "drop"))
        return true;
    if (!command_parse(text, &inner, error) || !armable(&inner, error) ||
        !command_write(&inner, written, error))
        return false;
    if (strlen(written) >= sizeof command->text)
        return error_set(error, "'%s' is too long", SHOWN(text));
    memcpy(command->text, written, strlen(written) + 1);
    return true;
}

/* The settings with the one of this side, 0 or 1, of "NAME=VALUE NAME=VALUE". */
bool command_race_side(
    const struct command *command, int side, struct hparams *hparams, struct error *error)
{
    char name[WORD_SIZE], value[HPARAM_VALUE_SIZE];
    const char *text = command->text;
    for (int i = 0; i <= side; i++)
        text = command_value(command_word(text, name), value);
    const struct hparam *row = hparam_find(name, NULL);
    if (!row)
        return error_set(error, "race what? race lr=1 lr=10");
    return hparam_set(hparams, row, value, error);
}

bool command_rival(const struct command *command, struct hparams *hparams, struct error *error)
{
    return command_race_side(command, 1, hparams, error);
}

/* Room for "NAME=VALUE". */
enum { SIDE_SIZE = WORD_SIZE + HPARAM_VALUE_SIZE };

/* One side, read to where the other begins; it is written as it is kept. */
static const char *parse_side(const char *text, char side[SIDE_SIZE], struct error *error)
{
    char name[WORD_SIZE], value[HPARAM_VALUE_SIZE];
    struct hparams trial;
    text = command_word(text, name);
    if (!*name) {
        error_set(error, "a race takes two settings: race lr=1 lr=10");
        return NULL;
    }
    const struct hparam *row = hparam_find(name, error);
    if (!row)
        return NULL;
    text = command_value(text, value);
    if (!*value) {
        error_set(error, "%s needs a value: race lr=1 lr=10", row->name);
        return NULL;
    }
    hparams_init(&trial);
    if (!hparam_set(&trial, row, value, error))
        return NULL;
    hparam_format(&trial, row, value, sizeof value);
    (void)snprintf(side, SIDE_SIZE, "%s=%s", row->name, value);
    return text;
}

bool command_parse_race(const char *text, struct command *command, struct error *error)
{
    char word[WORD_SIZE], sides[2][SIDE_SIZE], both[2 * SIDE_SIZE + 2];
    const char *rest = text;
    command->text[0] = '\0';
    (void)command_word(text, word);
    if (!*word)
        return true; /* of the selected setting, which the screen knows */
    for (int i = 0; i < 2; i++) {
        rest = parse_side(rest, sides[i], error);
        if (!rest)
            return false;
    }
    if (*rest)
        return error_set(error, "a race has two sides: '%s' is too much", SHOWN(rest));
    if (strcmp(sides[0], sides[1]) == 0)
        return error_set(error, "%s on both sides is no race", SHOWN(sides[0]));
    int length = snprintf(both, sizeof both, "%s %s", sides[0], sides[1]);
    if ((size_t)length >= sizeof command->text)
        return error_set(error, "'%s' is too long", SHOWN(text));
    memcpy(command->text, both, (size_t)length + 1);
    return true;
}
