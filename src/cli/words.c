#include "cli/words.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "core/loss.h"
#include "core/text.h"
#include "engine/preset.h"

enum { OPTIONS = OPTION_END - OPTION_HELP, NAME_SIZE = 40 };

/* Every long option by its index in word.option; NULL beyond. */
static const char *long_name(int index)
{
    if (index >= 0 && index < OPTIONS)
        return option_table[index].name;
    return hparam_name(index - OPTIONS);
}

static bool fits(int index, unsigned modes)
{
    return index >= OPTIONS || (option_table[index].modes & modes) != 0;
}

static bool takes_value(int index)
{
    return index >= OPTIONS || option_table[index].argument;
}

/* The option whose letter this is, or -1. */
static int find_letter(char letter)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (letter && option_table[i].letter == letter)
            return i;
    }
    return -1;
}

/* The name at the beginning of `text`, up to any of `ends`; false when none is so long. */
static bool take_name(const char *text, const char *ends, char name[NAME_SIZE])
{
    size_t length = strcspn(text, ends);
    (void)snprintf(name, NAME_SIZE, "%.*s", (int)(length < NAME_SIZE ? length : 0), text);
    return *name != '\0';
}

/* An option of this name, or the only one that begins so; *matches are how many do. */
static int find_long(const char *name, unsigned modes, int *matches)
{
    int index = names_find(long_name, name), found = -1;
    *matches = 1;
    if (index >= 0)
        return index;
    *matches = 0;
    for (int i = 0; long_name(i); i++) {
        /* A hyperparameter may have an option's name: see tell_apart. */
        if (fits(i, modes) && name_begins(long_name(i), name) &&
            names_find(long_name, long_name(i)) == i) {
            found = i;
            ++*matches;
        }
    }
    return *matches == 1 ? found : -1;
}

static enum word_kind refuse_ambiguous(const char *name, unsigned modes, struct error *error)
{
    char all[160] = "";
    size_t used = 0;
    for (int i = 0; long_name(i); i++) {
        if (!fits(i, modes) || !name_begins(long_name(i), name))
            continue;
        int more = snprintf(
            all + used, sizeof all - used, "%s--%s", used > 0 ? " " : "", long_name(i));
        if (more < 0 || used + (size_t)more >= sizeof all)
            break;
        used += (size_t)more;
    }
    (void)error_set(error, "option '--%s' is ambiguous: %s", SHOWN(name), all);
    return WORD_WRONG;
}

/* `typed` is what is unknown, `name` what of it may be near to a long option. */
static enum word_kind refuse_unknown(const char *typed, const char *name, struct error *error)
{
    char meant[NAME_SIZE * 2];
    const char *nearest = names_nearest(long_name, name);
    int mode = names_same(mode_name, name);
    if (mode >= 0)
        (void)error_set(
            error, "unknown option '%s': did you mean '%s'?", SHOWN(typed), mode_name(mode));
    else if (words_meant(name, meant, sizeof meant))
        (void)error_set(error, "unknown option '%s': did you mean '%s'?", SHOWN(typed), meant);
    else if (nearest)
        (void)error_set(
            error, "unknown option '%s': did you mean '--%s'?", SHOWN(typed), nearest);
    else
        (void)error_set(error, "unknown option '%s'", SHOWN(typed));
    return WORD_WRONG;
}

/* The value of an option that has come without one: the next word. */
static enum word_kind take_value(struct words *words, struct word *word, struct error *error)
{
    if (words->at < words->count) {
        word->value = words->all[words->at++];
        return WORD_OPTION;
    }
    const char *name = long_name(word->option);
    (void)error_set(error, "option '%s' needs an argument, as in --%s=%s", word->label, name,
        word->option < OPTIONS ? option_table[word->option].argument
                               : hparam_table[word->option - OPTIONS].standard);
    return WORD_WRONG;
}

/*
 * --output is a hyperparameter where its value is one of that, and else names a file: -o, or
 * ./sigmoid, is always the file.
 */
static enum word_kind tell_apart(enum word_kind kind, struct word *word)
{
    bool file = kind == WORD_OPTION && word->option == OPTION_OUTPUT - OPTION_HELP;
    if (file && names_find(output_name, word->value) >= 0)
        word->option = OPTIONS + names_find(hparam_name, "output");
    return kind;
}

static enum word_kind take_long(struct words *words, struct word *word, struct error *error)
{
    const char *typed = words->all[words->at++], *equals = strchr(typed, '=');
    char name[NAME_SIZE];
    int matches;
    if (!take_name(typed + 2, "=", name))
        return refuse_unknown(typed, "", error);
    unsigned modes = words->modes;
    word->option = find_long(name, modes, &matches);
    if (matches == 0)
        word->option = find_long(name, modes = ~0u, &matches);
    if (word->option < 0) {
        char whole[LABEL_SIZE];
        (void)snprintf(whole, sizeof whole, "--%s", name);
        return matches > 1 ? refuse_ambiguous(name, modes, error)
                           : refuse_unknown(whole, name, error);
    }
    (void)snprintf(word->label, sizeof word->label, "--%s", name);
    if (!takes_value(word->option)) {
        if (!equals)
            return WORD_OPTION;
        (void)error_set(
            error, "'%s': option '%s' takes no argument", SHOWN(typed), word->label);
        return WORD_WRONG;
    }
    if (!equals)
        return take_value(words, word, error);
    word->value = equals + 1;
    return WORD_OPTION;
}

/*
 * A long option behind a single dash, as other programs have them: "-seed", "-lr=0.1",
 * "-lr0.1". With '=' no word of letters has a meaning, but for the name of a file joined to -o.
 */
static bool is_long_with_one_dash(const char *typed, struct error *error)
{
    char name[NAME_SIZE], shorter[NAME_SIZE];
    const char *equals = strchr(typed, '=');
    int letter = find_letter(typed[1]);
    if (equals == typed + 2 && letter >= 0 && takes_value(letter)) {
        (void)error_set(error, "'%s': write '-%c %s' or '--%s=%s'", SHOWN(typed), typed[1],
            SHOWN(equals + 1), long_name(letter), SHOWN(equals + 1));
        return true;
    }
    if (equals == typed + 2 || !take_name(typed + 1, "=", name) || strlen(name) < 2)
        return false;
    int index = names_same(long_name, name);
    if (index < 0 && take_name(typed + 1, "=0123456789.", shorter) && strlen(shorter) > 1)
        index = names_find(long_name, shorter);
    if (index >= 0) {
        (void)error_set(
            error, "unknown option '%s': did you mean '--%s'?", SHOWN(typed), long_name(index));
        return true;
    }
    if (!equals || typed[1] == 'o')
        return false;
    (void)refuse_unknown(typed, name, error);
    return true;
}

static enum word_kind refuse_letter(const char *typed, const char *letter, struct error *error)
{
    char name[NAME_SIZE], other = (char)(*letter ^ ('a' ^ 'A'));
    bool plain = *letter > ' ' && *letter <= '~', alone = strlen(typed) == 2;
    bool is_letter = (*letter >= 'a' && *letter <= 'z') || (*letter >= 'A' && *letter <= 'Z');
    if (!plain)
        (void)error_set(error, "unknown option '%s'", SHOWN(typed));
    else if (take_name(typed + 1, "=", name) && strlen(name) > 2 &&
        names_nearest(long_name, name))
        (void)refuse_unknown(typed, name, error);
    else if (is_letter && find_letter(other) >= 0)
        (void)error_set(error, "unknown option '-%c'%s%s%s: did you mean '-%c'?", *letter,
            alone ? "" : " in '", alone ? "" : SHOWN(typed), alone ? "" : "'", other);
    else
        (void)error_set(error, "unknown option '-%c'%s%s%s", *letter, alone ? "" : " in '",
            alone ? "" : SHOWN(typed), alone ? "" : "'");
    return WORD_WRONG;
}

/* The next letter of the word before words->at. */
static enum word_kind take_letter(struct words *words, struct word *word, struct error *error)
{
    const char *typed = words->all[words->at - 1], *letter = words->letter++;
    if (!*words->letter)
        words->letter = NULL;
    word->option = find_letter(*letter);
    if (word->option < 0) {
        words->letter = NULL;
        return refuse_letter(typed, letter, error);
    }
    (void)snprintf(word->label, sizeof word->label, "-%c", *letter);
    if (!takes_value(word->option))
        return WORD_OPTION;
    if (!words->letter)
        return take_value(words, word, error);
    word->value = words->letter;
    word->joined = typed;
    words->letter = NULL;
    return WORD_OPTION;
}

void words_begin(struct words *words, int argc, char **argv, unsigned modes)
{
    *words = (struct words){.count = argc, .all = argv, .modes = modes, .at = 1};
}

enum word_kind words_next(struct words *words, struct word *word, struct error *error)
{
    *word = (struct word){.option = -1};
    if (words->letter)
        return take_letter(words, word, error);
    if (words->at >= words->count)
        return WORD_END;
    const char *typed = words->all[words->at];
    if (words->operands_only || typed[0] != '-' || typed[1] == '\0') {
        word->value = typed;
        words->at++;
        return WORD_OPERAND;
    }
    if (strcmp(typed, "--") == 0) {
        words->operands_only = true;
        words->at++;
        return words_next(words, word, error);
    }
    if (typed[1] == '-')
        return tell_apart(take_long(words, word, error), word);
    words->at++;
    if (is_long_with_one_dash(typed, error))
        return WORD_WRONG;
    words->letter = typed + 1;
    return take_letter(words, word, error);
}

bool words_meant(const char *word, char *meant, size_t size)
{
    char name[NAME_SIZE];
    const char *choice, *equals = strchr(word, '=');
    const struct hparam *row = hparam_of_choice(word, &choice);
    int option = names_same(long_name, word), preset = names_same(preset_name, word);
    const char *near =
        equals && take_name(word, "=", name) ? names_nearest(long_name, name) : NULL;
    if (option >= 0)
        (void)snprintf(meant, size, "--%s", long_name(option));
    else if (row)
        (void)snprintf(meant, size, "--%s=%s", row->name, choice);
    else if (preset >= 0)
        (void)snprintf(meant, size, "--preset=%s", preset_name(preset));
    else if (near)
        (void)snprintf(meant, size, "--%s%s", near, SHOWN(equals));
    return option >= 0 || row || preset >= 0 || near;
}

bool words_misread(const struct words *words, const struct word *word, struct error *error)
{
    char name[NAME_SIZE];
    if (!word->joined || !take_name(word->joined + 1, "=", name) || strlen(name) < 4)
        return false;
    const char *nearest = names_nearest(long_name, name);
    int index = nearest ? names_find(long_name, nearest) : -1;
    if (index >= 0 && fits(index, words->modes))
        (void)refuse_unknown(word->joined, name, error);
    return false;
}
