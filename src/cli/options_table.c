/* The tables of commands and options, and their names. */
#include <stdio.h>

#include "cli/options.h"

/* IN_RUN and so on: where an option means something. */
#define MODE_BIT(id, name, start, operands, help) IN_##id = 1u << MODE_##id,
enum {
    MODES(MODE_BIT) EVERYWHERE = (1u << MODE_COUNT) - 1,
    IN_LABS = IN_LAB | IN_REPLAY | IN_FOLLOW,
    DRAWING = IN_LABS | IN_PICTURE,
    WITH_SETTINGS = EVERYWHERE & ~(IN_REPLAY | IN_FOLLOW | IN_LESSON) /* they have their own */
};

#define MODE_ROW(id, name, start, operands, help) {name, start, operands, help},
const struct mode_info mode_table[] = {MODES(MODE_ROW)};

#define AT(id) [(id)-OPTION_HELP]

const struct option_info option_table[] = {
    AT(OPTION_HELP) = {"help", 'h', NULL, "print this help and exit", EVERYWHERE},
    AT(OPTION_VERSION) = {"version", 'V', NULL,
        "print the versions and the kernels in use, and exit", EVERYWHERE},
    AT(OPTION_SET) = {"set", 0, "NAME=VALUE", "set a hyperparameter, as --NAME=VALUE does",
        WITH_SETTINGS},
    AT(OPTION_PRESET) = {"preset", 'p', "NAME", "start from the settings of a preset",
        WITH_SETTINGS},
    AT(OPTION_LIST_PRESETS) = {"list-presets", 0, NULL,
        "print the presets with their settings and exit", EVERYWHERE},
    AT(OPTION_THEME) = {"theme", 't', "NAME", "colours: dark, light, contrast or mono",
        DRAWING},
    AT(OPTION_SPEED) = {"speed", 0, "RATE", "steps a second at the start, or max", IN_LABS},
    AT(OPTION_MAX_SPEED) = {"max-speed", 0, "RATE",
        "the most steps a second that can be asked for", IN_LABS},
    AT(OPTION_PAUSED) = {"paused", 0, NULL, "do not start to train at once",
        IN_LAB | IN_REPLAY},
    AT(OPTION_ASCII) = {"ascii", 0, NULL, "draw with ASCII characters only", DRAWING},
    AT(OPTION_BELL) = {"bell", 0, NULL, "ring when something happens", IN_LABS},
    AT(OPTION_HISTORY) = {"history", 0, "SIZE", "memory for going back in time (default 64M)",
        IN_LABS},
    AT(OPTION_NO_JOURNAL) = {"no-journal", 0, NULL,
        "do not keep the session in a file while it runs", IN_LAB | IN_REPLAY},
    AT(OPTION_STEPS) = {"steps", 'n', "N", "updates to make (default 100)", IN_RUN},
    AT(OPTION_EVERY) = {"every", 'e', "K", "a row every K steps (default 1)", IN_RUN},
    AT(OPTION_AT) = {"at", 0, "STEP:NAME=VALUE", "change a setting at that step; repeatable",
        IN_RUN | IN_EXPORT | IN_PICTURE},
    AT(OPTION_SESSION) = {"session", 0, "FILE", "the settings and changes of a saved session",
        IN_RUN},
    AT(OPTION_BRANCH) = {"branch", 0, "N", "branch N of the session (default: the one at hand)",
        IN_RUN | IN_REPLAY},
    AT(OPTION_VERIFY) = {"check", 0, NULL, "verify sessions (a CSV row a FILE) or lessons",
        IN_REPLAY | IN_LESSON},
    AT(OPTION_NEW) = {"new", 0, "FILE", "write a lesson to begin from", IN_LESSON},
    AT(OPTION_RECEIPT) = {"receipt", 0, "FILE", "keep what was chosen and measured", IN_LESSON},
    AT(OPTION_RECORD) = {"record", 0, "FILE.cast", "record it for asciinema, without a screen",
        IN_REPLAY},
    AT(OPTION_VIEW) = {"view", 0, "NAME", "the view in a picture or recording",
        IN_PICTURE | IN_REPLAY},
    AT(OPTION_SIZE) = {"size", 0, "WIDTHxHEIGHT", "their columns and rows (default 80x24)",
        IN_PICTURE | IN_REPLAY},
    AT(OPTION_UNTIL) = {"until", 0, "CONDITION", "end at the step where it holds: 'loss < 0.1'",
        IN_RUN},
    AT(OPTION_LAYERS) = {"layers", 'l', NULL, "a row for each layer", IN_RUN},
    AT(OPTION_CENSUS) = {"census", 0, "WHEN", "accuracy, dead in: rows (default), epochs, none",
        IN_RUN},
    AT(OPTION_FORMAT) = {"format", 'f', "FORMAT",
        "csv (default), jsonl; of export json (default), npz", IN_RUN | IN_EXPORT},
    AT(OPTION_OUTPUT) = {"output", 'o', "FILE", "write to FILE",
        IN_RUN | IN_EXPORT | IN_CHECK | IN_PICTURE | IN_REPLAY},
    AT(OPTION_FAIL_ON_DIVERGENCE) = {"fail-on-divergence", 0, NULL,
        "exit with status 1 when the run diverges", IN_RUN},
    AT(OPTION_STEP) = {"step", 0, "N", "updates before that step (default 0)",
        IN_EXPORT | IN_CHECK | IN_PICTURE},
    AT(OPTION_LAYER) = {"layer", 0, "L", "this layer alone; the output is depth + 1",
        IN_EXPORT},
    AT(OPTION_SCHEME) = {"scheme", 0, "NAME",
        "differences: centred (default), forward or float", IN_CHECK},
    AT(OPTION_ELEMENTS) = {"elements", 0, "N", "parameters checked of each layer", IN_CHECK},
    AT(OPTION_PLANT) = {"plant", 0, "BUG", "check a wrong gradient (help: list)", IN_CHECK},
    AT(OPTION_THREADS) = {"threads", 0, "N", "threads for large layers (default: one a core)",
        EVERYWHERE},
    AT(OPTION_COMPLETION) = {"completion", 0, "SHELL", NULL, EVERYWHERE},
};

const char *census_rows_name(int index)
{
    static const char *const names[] = {"rows", "epochs", "none"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

const char *mode_name(int index)
{
    return index >= 0 && index + 1 < MODE_COUNT ? mode_table[index + 1].name : NULL;
}

bool mode_takes_settings(int mode)
{
    return option_table[OPTION_SET - OPTION_HELP].modes & (1u << mode);
}

bool mode_has_screen(int mode)
{
    return option_table[OPTION_THEME - OPTION_HELP].modes & (1u << mode);
}

const char *mode_title(int mode)
{
    return mode == MODE_LAB ? mode_table[mode].help : mode_table[mode].name;
}

void modes_join(unsigned modes, const char *last, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < MODE_COUNT; i++) {
        unsigned later = modes >> i;
        if (!(later & 1))
            continue;
        const char *between = used == 0 ? "" : later == 1 ? last : ", ";
        int more = snprintf(text + used, size - used, "%s%s", between, mode_title(i));
        used += more > 0 ? (size_t)more : 0;
        if (used >= size)
            return;
    }
}
