#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/options_check.h"
#include "cli/recording.h"
#include "cli/words.h"
#include "core/text.h"
#include "engine/command.h"
#include "engine/pool.h"
#include "engine/preset.h"
#include "ui/draw/theme.h"
#include "ui/views/view.h"

enum {
    HPARAMS_MOST = 64,
    HISTORY_BYTES = 64 << 20,
    GUEST_BYTES = 4 << 20, /* of many on one machine */
};

/* Commands of later versions: named, so that the message can say more than "unknown". */
static const char *const planned[] = {"sweep", "watch"};

/* Settings as last given; applied once the preset is known. */
struct gathered {
    const char *values[HPARAMS_MOST]; /* by row of hparam_table; NULL: not given */
    char label[LABEL_SIZE];           /* of the last one that was an option of its own */
};

/* Tries the value, so that a wrong one is refused also where a later one would replace it. */
static bool gather(
    struct gathered *gathered, const struct hparam *row, const char *value, struct error *error)
{
    struct hparams trial;
    hparams_init(&trial);
    gathered->values[row - hparam_table] = value;
    return hparam_set(&trial, row, value, error);
}

static bool gather_set(struct gathered *gathered, const char *text, struct error *error)
{
    char name[HPARAMS_MOST];
    const char *equals = strchr(text, '=');
    if (!equals)
        return error_set(error, "--set '%s': NAME=VALUE is needed", SHOWN(text));
    size_t length = (size_t)(equals - text);
    (void)snprintf(
        name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name), text);
    const struct hparam *row = hparam_find(name, error);
    return row && gather(gathered, row, equals + 1, error);
}

static bool parse_count(
    const char *name, const char *text, uint64_t least, uint64_t *value, struct error *error)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (end != text && !*end && errno == ERANGE && !strchr(text, '-'))
        return error_set(
            error, "--%s: %s is out of range: %d..%llu", name, SHOWN(text), (int)least, number);
    if (end == text || *end || strchr(text, '-') || number < least)
        return error_set(error, "--%s: '%s' is not a whole number of %d or more", name,
            SHOWN(text), (int)least);
    *value = number;
    return true;
}

/* STEP:NAME=VALUE, as the command `at STEP NAME VALUE`. */
static bool parse_at(const char *text, struct options *options, struct error *error)
{
    const char *colon = strchr(text, ':');
    char line[200];
    struct command command;
    struct error reason;
    size_t digits = strspn(text, "0123456789");
    if (!colon || !strchr(colon, '=') || strpbrk(text, " \t\n\v\f\r"))
        return error_set(
            error, "--at '%s': STEP:NAME=VALUE is needed, as in 50:lr=3", SHOWN(text));
    if (text + digits != colon || digits == 0)
        return error_set(error, "--at '%s': the step is not a whole number", SHOWN(text));
    if (strspn(text, "0") == digits) { /* what to do instead is known at the end */
        options->at_start = text;
        return true;
    }
    int used = snprintf(
        line, sizeof line, "at %.*s set %s", (int)(digits < 60 ? digits : 60), text, colon + 1);
    if (used >= (int)sizeof line)
        return error_set(error, "--at '%s': the value is too long", SHOWN(text));
    return (command_parse(line, &command, &reason) &&
               agenda_do(&options->agenda, &command, &reason)) ||
        error_set(error, "--at '%s': %s", SHOWN(text), reason.text);
}

static bool parse_threads(const char *text, struct options *options, struct error *error)
{
    uint64_t threads = 0;
    if (!parse_count("threads", text, 1, &threads, error))
        return false;
    if (threads > POOL_MOST)
        return error_set(error, "--threads: at most %d, not %s", POOL_MOST, SHOWN(text));
    options->threads = (int)threads;
    return true;
}

static bool parse_format(const char *text, struct options *options, struct error *error)
{
    bool export = options->mode == MODE_EXPORT;
    names_fn *names = export ? export_format_name : rows_format_name;
    int index = names_find(names, text);
    if (index < 0)
        return names_refuse(names, "format", text, error);
    if (export)
        options->export_format = (enum export_format)index;
    else
        options->format = (enum rows_format)index;
    options->format_given = true;
    return true;
}

static bool parse_layer(const char *text, struct options *options, struct error *error)
{
    uint64_t layer = 0;
    if (!parse_count("layer", text, 1, &layer, error))
        return false;
    /* What the depth allows is known at the end. */
    options->layer = layer <= LAYERS_MOST ? (int)layer : LAYERS_MOST + 1;
    options->layer_text = text;
    return true;
}

/* FILE.npz is what its name says, unless a format is given. */
static void take_format_of_name(struct options *options)
{
    static const char ending[] = ".npz";
    size_t length = options->output ? strlen(options->output) : 0;
    if (!options->format_given && length >= sizeof ending - 1 &&
        strcmp(options->output + length - (sizeof ending - 1), ending) == 0)
        options->export_format = EXPORT_NPZ;
}

static bool check_name(names_fn *names, const char *what, const char *text, struct error *error)
{
    return names_find(names, text) >= 0 || names_refuse(names, what, text, error);
}

static bool parse_plant(const char *text, struct options *options, struct error *error)
{
    int index = names_find(plant_name, text);
    if (name_equal(text, "help")) {
        options->request = REQUEST_PLANTS;
        return true;
    }
    options->plant = (enum plant)index;
    if (index >= 0)
        return true;
    const char *nearest = names_nearest(plant_name, text);
    return error_set(error, "unknown mistake '%s': %s%s%s--plant help lists them", SHOWN(text),
        nearest ? "did you mean '" : "", nearest ? nearest : "", nearest ? "'? " : "");
}

/* In check, --epsilon is the step of the differences, not the optimizer's constant. */
static bool parse_epsilon(const char *text, struct options *options, struct error *error)
{
    char *end;
    options->epsilon = strtod(text, &end);
    if (end == text || *end || !(options->epsilon > 0) || options->epsilon > 1)
        return error_set(
            error, "--epsilon: '%s' is not a number above 0 and up to 1", SHOWN(text));
    return true;
}

/* Bytes, or with K, M or G so many times 1024 of them. */
static bool parse_history(const char *text, struct options *options, struct error *error)
{
    static const char units[] = "KMG";
    char *end;
    double size = strtod(text, &end);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    bool right = isdigit((unsigned char)*text) && text[strspn(text, "0123456789.")] == *end;
    for (const char *u = units; unit && u <= unit; u++)
        size *= 1024;
    if (!right || (*end && (!unit || end[1])) || !(size <= (double)(SIZE_MAX / 2)))
        return error_set(error,
            "--history: '%s' is no size: bytes, or 64M, 1G; 0 keeps nothing", SHOWN(text));
    options->lab.history = (size_t)size;
    return true;
}

/* Columns and rows of a picture. */
static bool parse_size(const char *text, struct options *options, struct error *error)
{
    enum { MOST_COLUMNS = 500, MOST_ROWS = 200 };
    int width = 0, height = 0, used = 0;
    bool right = isdigit((unsigned char)*text) && strlen(text) < 10 &&
        sscanf(text, "%dx%n%d%n", &width, &used, &height, &used) == 2 && !text[used] &&
        isdigit((unsigned char)strchr(text, 'x')[1]);
    if (!right || width < SCREEN_LEAST_WIDTH || height < SCREEN_LEAST_HEIGHT ||
        width > MOST_COLUMNS || height > MOST_ROWS)
        return error_set(error, "--size: '%s' is no size: columns and rows from %dx%d to %dx%d",
            SHOWN(text), SCREEN_LEAST_WIDTH, SCREEN_LEAST_HEIGHT, MOST_COLUMNS, MOST_ROWS);
    options->lab.width = width;
    options->lab.height = height;
    return true;
}

/* Steps a second, as the command `speed` reads them. */
static bool parse_rate(const char *name, const char *text, double *rate, struct error *error)
{
    struct command command;
    char line[64];
    /* A command line could hold more than the one word that is wanted. */
    if (strpbrk(text, " \t\n\v\f\r=") || strlen(text) > 50)
        return error_set(
            error, "%s '%s' is not a number from 1e-06 to 1e+09, nor 'max'", name, SHOWN(text));
    (void)snprintf(line, sizeof line, "speed %s", text);
    if (!command_parse(line, &command, error))
        return false;
    *rate = command.number;
    return true;
}

/* An empty name, as of a variable that is not set, would be named in no message. */
static bool is_named(int id, const char *argument, struct error *error)
{
    const struct option_info *info = &option_table[id - OPTION_HELP];
    bool file = info->argument &&
        (strncmp(info->argument, "FILE", 4) == 0 || strcmp(info->argument, "DIR") == 0);
    return !file || *argument ||
        error_set(error, "--%s: the name is empty: a %s is needed", info->name, info->argument);
}

/* One option of option_table. */
static bool take_option(struct options *options, struct gathered *gathered, int id,
    const char *argument, struct error *error)
{
    if (!is_named(id, argument, error))
        return false;
    switch (id) {
    case OPTION_HELP:
        options->request = REQUEST_HELP;
        return true;
    case OPTION_VERSION:
        options->request = REQUEST_VERSION;
        return true;
    case OPTION_LIST_PRESETS:
        options->request = REQUEST_PRESETS;
        return true;
    case OPTION_COMPLETION:
        options->request = REQUEST_COMPLETION;
        options->completion = argument;
        return check_name(shell_name, "shell", argument, error);
    case OPTION_SET:
        return gather_set(gathered, argument, error);
    case OPTION_PRESET:
        options->preset = argument;
        return preset_find(argument, error) != NULL;
    case OPTION_THEME:
        options->lab.theme = argument;
        return check_name(theme_name, "theme", argument, error);
    case OPTION_VIEW:
        options->lab.view = argument;
        options->drawn = id;
        return check_name(view_name, "view", argument, error);
    case OPTION_SIZE:
        options->drawn = id;
        return parse_size(argument, options, error);
    case OPTION_RECORD:
        options->record = argument;
        return recording_named(argument, error);
    case OPTION_SPEED:
        options->lab.paced = true;
        return parse_rate("speed", argument, &options->lab.speed, error);
    case OPTION_MAX_SPEED:
        return parse_rate("max-speed", argument, &options->lab.fastest, error);
    case OPTION_PAUSED:
        options->lab.paused = true;
        return true;
    case OPTION_ASCII:
        options->lab.ascii = true;
        return true;
    case OPTION_NO_JOURNAL:
        options->lab.unkept = true;
        return true;
    case OPTION_BELL:
        options->lab.bell = true;
        return true;
    case OPTION_HISTORY:
        return parse_history(argument, options, error);
    case OPTION_STEPS:
        options->steps_given = true;
        return parse_count("steps", argument, 0, &options->steps, error);
    case OPTION_THREADS:
        return parse_threads(argument, options, error);
    case OPTION_EVERY:
        return parse_count("every", argument, 1, &options->every, error);
    case OPTION_AT:
        return parse_at(argument, options, error);
    case OPTION_SESSION:
        options->session = argument;
        return true;
    case OPTION_BRANCH:
        return parse_count("branch", argument, 1, &options->branch, error);
    case OPTION_VERIFY:
        options->verify = true;
        return true;
    case OPTION_NEW:
        options->begin = argument;
        return true;
    case OPTION_RECEIPT:
        options->receipt = argument;
        return true;
    case OPTION_UNTIL:
        options->until_text = argument;
        return true;
    case OPTION_LAYERS:
        options->layers = true;
        return true;
    case OPTION_CENSUS:
        options->census = (enum census_rows)names_find(census_rows_name, argument);
        return check_name(census_rows_name, "census", argument, error);
    case OPTION_FORMAT:
        return parse_format(argument, options, error);
    case OPTION_OUTPUT:
        options->output = argument;
        return true;
    case OPTION_FAIL_ON_DIVERGENCE:
        options->fail_on_divergence = true;
        return true;
    case OPTION_STEP:
        return parse_count("step", argument, 0, &options->step, error);
    case OPTION_LAYER:
        return parse_layer(argument, options, error);
    case OPTION_VOTES:
        options->votes = argument;
        return true;
    case OPTION_NAME:
        options->voter = argument;
        return *argument || error_set(error, "--name: a NAME is needed");
    case OPTION_SCHEME:
        options->scheme = (enum check_scheme)names_find(check_scheme_name, argument);
        return check_name(check_scheme_name, "scheme", argument, error);
    case OPTION_ELEMENTS:
        return parse_count("elements", argument, 1, &options->elements, error);
    case OPTION_PLANT:
        return parse_plant(argument, options, error);
    default:
        return false;
    }
}

static bool check_command(const char *word, struct error *error)
{
    char meant[100];
    if (names_find(mode_name, word) >= 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(planned); i++) {
        if (strcmp(planned[i], word) == 0)
            return error_set(error, "'%s' is not in this version", word);
    }
    if (words_meant(word, meant, sizeof meant))
        return error_set(error, "unknown command '%s': did you mean '%s'?", SHOWN(word), meant);
    return names_refuse(mode_name, "command", word, error);
}

static bool refuse_operand(const char *word, enum mode mode, struct error *error)
{
    char meant[100];
    if (words_meant(word, meant, sizeof meant))
        return error_set(
            error, "unexpected argument '%s': did you mean '%s'?", SHOWN(word), meant);
    return error_set(error, "unexpected argument '%s': '%s' takes options only", SHOWN(word),
        mode_table[mode].name);
}

/* A setting that was given, as it was written; NULL: none but what the command takes. */
static const char *setting_given(const struct options *options, const struct gathered *gathered)
{
    bool other = options->preset != NULL;
    for (int i = 0; i < hparam_count; i++)
        other = other ||
            (gathered->values[i] &&
                !(options->mode == MODE_LESSON &&
                    mode_takes_setting(MODE_LESSON, &hparam_table[i])));
    if (!other)
        return NULL;
    for (int i = 0; i < hparam_count && !gathered->label[0]; i++) {
        if (gathered->values[i])
            return "--set";
    }
    return gathered->label[0] ? gathered->label : options->preset ? "--preset" : NULL;
}

static void apply(const struct gathered *gathered, struct options *options)
{
    struct hparams *hparams = &options->hparams;
    hparams_init(hparams);
    options->seed_given = gathered->values[hparam_find("seed", NULL) - hparam_table] != NULL;
    if (options->preset)
        preset_apply(preset_find(options->preset, NULL), hparams);
    for (int i = 0; i < hparam_count; i++) {
        if (gathered->values[i])
            (void)hparam_set(hparams, &hparam_table[i], gathered->values[i], NULL);
    }
}

/* The command among the words, whatever else is wrong with them; the laboratory's without one.
 */
static enum mode find_mode(int argc, char **argv)
{
    struct words words;
    struct word word;
    enum word_kind kind;
    words_begin(&words, argc, argv, (1u << MODE_COUNT) - 1);
    do
        kind = words_next(&words, &word, NULL);
    while (kind == WORD_OPTION || kind == WORD_WRONG);
    return kind == WORD_OPERAND ? (enum mode)(names_find(mode_name, word.value) + 1) : MODE_LAB;
}

static bool take_word(struct options *options, struct gathered *gathered,
    const struct word *word, struct error *error)
{
    const struct hparam *row = &hparam_table[word->option - OPTIONS];
    if (word->option < OPTIONS)
        return take_option(options, gathered, OPTION_HELP + word->option, word->value, error);
    if (options->mode == MODE_CHECK && strcmp(row->name, "epsilon") == 0)
        return parse_epsilon(word->value, options, error);
    memcpy(gathered->label, word->label, LABEL_SIZE);
    return gather(gathered, row, word->value, error);
}

/* A guest is one of many: one thread, if nothing else is said. */
static void settle_speed(struct options *options)
{
    struct lab_options *lab = &options->lab;
    if (isinf(lab->fastest))
        lab->fastest = 0;
    if (lab->fastest > 0 && lab->speed > lab->fastest)
        lab->speed = lab->fastest;
    if (options->mode == MODE_FOLLOW && options->threads == 0)
        options->threads = 1;
}

bool options_parse(
    int argc, char **argv, const char **files, struct options *options, struct error *error)
{
    struct gathered gathered = {.values = {NULL}};
    char seen[OPTIONS][LABEL_SIZE] = {""};
    const char *command = NULL;
    struct words words;
    struct word word;
    enum word_kind kind;
    memset(options, 0, sizeof *options);
    options->files = files;
    options->steps = 100;
    options->every = 1;
    options->lab.width = 80;
    options->lab.height = 24;
    options->lab.speed = 20; /* a change is seen, nothing flickers */
    options->mode = find_mode(argc, argv);
    options->lab.history = options->mode == MODE_FOLLOW ? GUEST_BYTES : HISTORY_BYTES;
    words_begin(&words, argc, argv, 1u << options->mode);
    while ((kind = words_next(&words, &word, error)) != WORD_END) {
        if (kind == WORD_WRONG)
            return false;
        if (kind == WORD_OPERAND) {
            if (command && !*word.value)
                return error_set(error, "%s: argument %d is empty: is a variable not set?",
                    mode_title((int)options->mode), options->file_count + 1);
            if (command)
                files[options->file_count++] = word.value;
            else
                command = word.value;
            continue;
        }
        if (!take_word(options, &gathered, &word, error))
            return words_misread(&words, &word, error);
        if (word.option < OPTIONS)
            memcpy(seen[word.option], word.label, LABEL_SIZE);
    }
    if (options->request != REQUEST_NONE)
        return true;
    if (command && !check_command(command, error))
        return false;
    if (options->file_count > 0 && !mode_table[options->mode].operands)
        return refuse_operand(options->files[0], options->mode, error);
    apply(&gathered, options);
    settle_speed(options);
    take_format_of_name(options);
    return options_check(
        options, seen, gathered.values, setting_given(options, &gathered), error);
}
