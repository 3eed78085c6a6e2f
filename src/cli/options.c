#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/command.h"
#include "engine/pool.h"
#include "engine/preset.h"
#include "ui/theme.h"

#define IN_LAB (1u << MODE_LAB)
#define IN_RUN (1u << MODE_RUN)
#define IN_EXPORT (1u << MODE_EXPORT)
#define IN_CHECK (1u << MODE_CHECK)
#define EVERYWHERE (IN_LAB | IN_RUN | IN_EXPORT | IN_CHECK)

const struct mode_info mode_table[] = {
    [MODE_LAB] = {"", "the interactive laboratory"},
    [MODE_RUN] = {"run", "train without a screen: CSV or JSON Lines on standard output"},
    [MODE_EXPORT] = {"export", "one training step in full, as JSON"},
    [MODE_CHECK] = {"check", "check the gradient by differences: CSV and a verdict"},
};

#define AT(id) [(id)-OPTION_HELP]

const struct option_info option_table[] = {
    AT(OPTION_HELP) = {"help", 'h', NULL, "print this help and exit", EVERYWHERE},
    AT(OPTION_VERSION) = {"version", 'V', NULL,
        "print the version and the kernels in use, and exit", EVERYWHERE},
    AT(OPTION_SET) = {"set", 0, "NAME=VALUE", "set a hyperparameter, as --NAME=VALUE does",
        EVERYWHERE},
    AT(OPTION_PRESET) = {"preset", 'p', "NAME", "start from the settings of a preset",
        EVERYWHERE},
    AT(OPTION_LIST_PRESETS) = {"list-presets", 0, NULL,
        "print the presets with their settings and exit", EVERYWHERE},
    AT(OPTION_THEME) = {"theme", 't', "NAME", "colours: dark, light, contrast or mono", IN_LAB},
    AT(OPTION_SPEED) = {"speed", 0, "RATE", "steps a second at the start, or max", IN_LAB},
    AT(OPTION_PAUSED) = {"paused", 0, NULL, "do not start to train at once", IN_LAB},
    AT(OPTION_ASCII) = {"ascii", 0, NULL, "draw with ASCII characters only", IN_LAB},
    AT(OPTION_BELL) = {"bell", 0, NULL, "ring when something happens", IN_LAB},
    AT(OPTION_STEPS) = {"steps", 'n', "N", "updates to make (default 100)", IN_RUN},
    AT(OPTION_EVERY) = {"every", 'e', "K", "a row every K steps (default 1)", IN_RUN},
    AT(OPTION_LAYERS) = {"layers", 'l', NULL, "a row for each layer", IN_RUN},
    AT(OPTION_FORMAT) = {"format", 'f', "FORMAT", "csv (default) or jsonl", IN_RUN},
    AT(OPTION_OUTPUT) = {"output", 'o', "FILE", "write to FILE", IN_RUN | IN_EXPORT | IN_CHECK},
    AT(OPTION_FAIL_ON_DIVERGENCE) = {"fail-on-divergence", 0, NULL,
        "exit with status 1 when the run diverges", IN_RUN},
    AT(OPTION_STEP) = {"step", 0, "N", "updates before that step (default 0)",
        IN_EXPORT | IN_CHECK},
    AT(OPTION_SCHEME) = {"scheme", 0, "NAME", "differences: centred (default) or forward",
        IN_CHECK},
    AT(OPTION_ELEMENTS) = {"elements", 0, "N", "parameters checked of each layer", IN_CHECK},
    AT(OPTION_PLANT) = {"plant", 0, "BUG", "check a wrong gradient (help: list)", IN_CHECK},
    AT(OPTION_THREADS) = {"threads", 0, "N",
        "threads for large layers (default: one a processor)", EVERYWHERE},
    AT(OPTION_COMPLETION) = {"completion", 0, "SHELL", NULL, EVERYWHERE},
};

enum {
    OPTIONS = OPTION_END - OPTION_HELP,
    HPARAM_BASE = 512, /* getopt's value of the first hyperparameter */
    SETTINGS_MOST = 256,
    NAMES_MOST = 64,
};

/* Commands of later versions: named, so that the message can say more than "unknown". */
static const char *const planned[] = {"lesson", "replay", "sweep", "watch"};

static const char *mode_name(int index)
{
    return index >= 0 && index + 1 < MODE_COUNT ? mode_table[index + 1].name : NULL;
}

/* Every long option, for the nearest one to a wrong word. */
static const char *long_name(int index)
{
    if (index >= 0 && index < OPTIONS)
        return option_table[index].name;
    return hparam_name(index - OPTIONS);
}

/* Settings in the order given; applied once the preset is known. */
struct gathered {
    const struct hparam *rows[SETTINGS_MOST];
    const char *values[SETTINGS_MOST];
    int count;
};

static void fill_getopt(struct option *longs, char *shorts)
{
    int count = 0;
    *shorts++ = ':';
    for (int i = 0; i < OPTIONS; i++) {
        const struct option_info *info = &option_table[i];
        longs[count++] = (struct option){info->name,
            info->argument ? required_argument : no_argument, NULL, OPTION_HELP + i};
        if (info->letter) {
            *shorts++ = info->letter;
            if (info->argument)
                *shorts++ = ':';
        }
    }
    for (int i = 0; i < hparam_count; i++)
        longs[count++] =
            (struct option){hparam_table[i].name, required_argument, NULL, HPARAM_BASE + i};
    longs[count] = (struct option){NULL, 0, NULL, 0};
    *shorts = '\0';
}

/* Spells the name of a long option as the tables do: they use '_' in hyperparameters only. */
static void spell_names(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0)
            continue;
        char name[NAMES_MOST];
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(argv[i] + 2, "="), argv[i] + 2);
        int index = names_find(long_name, name);
        if (index >= 0)
            memcpy(argv[i] + 2, long_name(index), strlen(name));
    }
}

static bool gather(
    struct gathered *gathered, const struct hparam *row, const char *value, struct error *error)
{
    if (gathered->count == SETTINGS_MOST)
        return error_set(error, "too many settings");
    gathered->rows[gathered->count] = row;
    gathered->values[gathered->count++] = value;
    return true;
}

static bool gather_set(struct gathered *gathered, char *text, struct error *error)
{
    char *equals = strchr(text, '=');
    if (!equals)
        return error_set(error, "--set '%.40s': NAME=VALUE is needed", text);
    *equals = '\0';
    const struct hparam *row = hparam_find(text, error);
    return row && gather(gathered, row, equals + 1, error);
}

static bool parse_count(
    const char *name, const char *text, uint64_t least, uint64_t *value, struct error *error)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (end == text || *end || errno || strchr(text, '-') || number < least)
        return error_set(
            error, "--%s: '%.40s' is not a whole number of %d or more", name, text, (int)least);
    *value = number;
    return true;
}

static bool parse_threads(const char *text, struct options *options, struct error *error)
{
    uint64_t threads = 0;
    if (!parse_count("threads", text, 1, &threads, error))
        return false;
    if (threads > POOL_MOST)
        return error_set(error, "--threads: at most %d, not %.40s", POOL_MOST, text);
    options->threads = (int)threads;
    return true;
}

static bool parse_format(const char *text, struct options *options, struct error *error)
{
    int index = names_find(rows_format_name, text);
    if (index < 0)
        return error_set(error, "unknown format '%.40s': csv or jsonl", text);
    options->format = (enum rows_format)index;
    return true;
}

static bool check_name(names_fn *names, const char *what, const char *text, struct error *error)
{
    if (names_find(names, text) >= 0)
        return true;
    char all[160];
    names_join(names, all, sizeof all);
    return error_set(error, "unknown %s '%.40s': one of %s", what, text, all);
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
    return error_set(error, "unknown mistake '%.40s': %s%s%s--plant help lists them", text,
        nearest ? "did you mean '" : "", nearest ? nearest : "", nearest ? "'? " : "");
}

/* In check, --epsilon is the step of the differences, not the optimizer's constant. */
static bool parse_epsilon(struct options *options, struct error *error)
{
    char *end;
    const char *text = options->epsilon_text;
    if (!text || options->mode != MODE_CHECK)
        return true;
    options->epsilon = strtod(text, &end);
    if (end == text || *end || !(options->epsilon > 0) || options->epsilon > 1)
        return error_set(error, "--epsilon: '%.40s' is not a number above 0 and up to 1", text);
    return true;
}

static bool check_speed(const char *text, struct error *error)
{
    struct command command;
    char line[64];
    if (strlen(text) > 50)
        return error_set(error, "--speed: '%.40s' is too long", text);
    (void)snprintf(line, sizeof line, "speed %s", text);
    return command_parse(line, &command, error);
}

/* One option of option_table. */
static bool take_option(struct options *options, struct gathered *gathered, int id,
    char *argument, struct error *error)
{
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
        return true;
    case OPTION_SET:
        return gather_set(gathered, argument, error);
    case OPTION_PRESET:
        options->lab.preset = argument;
        return preset_find(argument, error) != NULL;
    case OPTION_THEME:
        options->lab.theme = argument;
        return check_name(theme_name, "theme", argument, error);
    case OPTION_SPEED:
        options->lab.speed = argument;
        return check_speed(argument, error);
    case OPTION_PAUSED:
        options->lab.paused = true;
        return true;
    case OPTION_ASCII:
        options->lab.ascii = true;
        return true;
    case OPTION_BELL:
        options->lab.bell = true;
        return true;
    case OPTION_STEPS:
        return parse_count("steps", argument, 0, &options->steps, error);
    case OPTION_THREADS:
        return parse_threads(argument, options, error);
    case OPTION_EVERY:
        return parse_count("every", argument, 1, &options->every, error);
    case OPTION_LAYERS:
        options->layers = true;
        return true;
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
    case OPTION_SCHEME:
        options->scheme = (enum difference)names_find(difference_name, argument);
        return check_name(difference_name, "scheme", argument, error);
    case OPTION_ELEMENTS:
        return parse_count("elements", argument, 1, &options->elements, error);
    case OPTION_PLANT:
        return parse_plant(argument, options, error);
    default:
        return false;
    }
}

/* What getopt_long did not understand. */
static bool explain(const char *word, int missing, struct error *error)
{
    char name[NAMES_MOST];
    if (missing)
        return error_set(error, "option '%.40s' needs an argument", word);
    if (strncmp(word, "--", 2) != 0)
        return error_set(error, "unknown option '%.40s'", word);
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    int known = names_find(long_name, name);
    if (known >= 0)
        return error_set(error, "option '--%s' takes no argument", long_name(known));
    int matches = 0;
    for (int i = 0; long_name(i); i++)
        matches += name_begins(long_name(i), name);
    if (matches > 1)
        return error_set(error, "option '--%.40s' is ambiguous", name);
    const char *nearest = names_nearest(long_name, name);
    if (nearest)
        return error_set(
            error, "unknown option '--%.40s': did you mean '--%s'?", name, nearest);
    return error_set(error, "unknown option '--%.40s'", name);
}

static bool take_mode(const char *word, struct options *options, struct error *error)
{
    int index = names_find(mode_name, word);
    if (index >= 0) {
        options->mode = (enum mode)(index + 1);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(planned); i++) {
        if (strcmp(planned[i], word) == 0)
            return error_set(error, "'%s' is not in this version", word);
    }
    const char *nearest = names_nearest(mode_name, word);
    if (nearest)
        return error_set(error, "unknown command '%.40s': did you mean '%s'?", word, nearest);
    return error_set(error, "unknown command '%.40s': run, export or check", word);
}

static bool apply(const struct gathered *gathered, struct options *options, struct error *error)
{
    struct hparams *hparams = &options->lab.hparams;
    hparams_init(hparams);
    if (options->lab.preset)
        preset_apply(preset_find(options->lab.preset, NULL), hparams);
    for (int i = 0; i < gathered->count; i++) {
        if (options->mode == MODE_CHECK && gathered->values[i] == options->epsilon_text)
            continue;
        if (!hparam_set(hparams, gathered->rows[i], gathered->values[i], error))
            return false;
    }
    return true;
}

/* Options that mean nothing to this command are refused: they would be silently lost. */
static bool check_modes(
    const unsigned seen[], const struct options *options, struct error *error)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (seen[i] && !(option_table[i].modes & (1u << options->mode)))
            return error_set(error, "option '--%s' means nothing to %s", option_table[i].name,
                options->mode == MODE_LAB
                    ? "the interactive laboratory: it is for run, export or check"
                    : mode_table[options->mode].name);
    }
    return true;
}

bool options_parse(int argc, char **argv, struct options *options, struct error *error)
{
    struct option longs[NAMES_MOST + OPTIONS];
    char shorts[2 * OPTIONS + 2];
    struct gathered gathered = {.count = 0};
    unsigned seen[OPTIONS] = {0};
    memset(options, 0, sizeof *options);
    options->steps = 100;
    options->every = 1;
    fill_getopt(longs, shorts);
    spell_names(argc, argv);
    opterr = 0;
    int id;
    while ((id = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (id == '?' || id == ':')
            return explain(argv[optind - 1], id == ':', error);
        for (int i = 0; i < OPTIONS && id < 256; i++) {
            if (option_table[i].letter == id)
                id = OPTION_HELP + i;
        }
        bool taken = id >= HPARAM_BASE
            ? gather(&gathered, &hparam_table[id - HPARAM_BASE], optarg, error)
            : take_option(options, &gathered, id, optarg, error);
        if (!taken)
            return false;
        if (id >= HPARAM_BASE && strcmp(hparam_name(id - HPARAM_BASE), "epsilon") == 0)
            options->epsilon_text = optarg;
        if (id < HPARAM_BASE)
            seen[id - OPTION_HELP] = 1;
    }
    if (options->request != REQUEST_NONE)
        return true;
    if (optind < argc && !take_mode(argv[optind++], options, error))
        return false;
    if (optind < argc)
        return error_set(error, "unexpected argument '%.40s'", argv[optind]);
    return check_modes(seen, options, error) && parse_epsilon(options, error) &&
        apply(&gathered, options, error);
}
