#include "cli/help.h"

#include <string.h>

#include "cli/options.h"
#include "engine/preset.h"

static void print_hparam(FILE *stream, const struct hparam *row)
{
    char values[200], call[40];
    hparam_values(row, values, sizeof values);
    (void)snprintf(call, sizeof call, "--%s", row->name);
    fprintf(stream, "  %-16s %s", call, row->help);
    if (!row->choices) {
        bool none = row->kind == HPARAM_TEXT;
        fprintf(stream, ": %s%s%s%s\n", none ? row->argument : values, none ? "" : " (",
            none ? "" : row->standard, none ? "" : ")");
        return;
    }
    /* Choices on lines of their own, within 80 columns. */
    fprintf(stream, " (%s)\n", row->standard);
    int column = 0;
    for (int i = 0; row->choices(i); i++) {
        int length = (int)strlen(row->choices(i)) + 1;
        if (column == 0 || column + length > 79) {
            fprintf(stream, "%s%20s", column ? "\n" : "", "");
            column = 20;
        }
        fprintf(stream, "%s ", row->choices(i));
        column += length;
    }
    fprintf(stream, "%s%s\n", hparam_is_open(row) ? "or a " : "",
        hparam_is_open(row) ? row->argument : "");
}

static void print_option(FILE *stream, const struct option_info *info)
{
    char call[40];
    if (!info->help)
        return;
    (void)snprintf(call, sizeof call, "%c%c%s --%s%s%s", info->letter ? '-' : ' ',
        info->letter ? info->letter : ' ', info->letter ? "," : " ", info->name,
        info->argument ? "=" : "", info->argument ? info->argument : "");
    fprintf(stream, "  %-26s %s\n", call, info->help);
}

enum { ALL_MODES = (1u << MODE_COUNT) - 1, LAB = 1u << MODE_LAB };

/* With a screen and without, only where there is a screen, and the others. */
static int group_of(unsigned modes)
{
    bool without = false;
    for (int mode = 0; mode < MODE_COUNT; mode++)
        without = without || ((modes & (1u << mode)) && !mode_has_screen(mode));
    if (!(modes & LAB))
        return 2;
    return without ? 0 : 1;
}

void help_print(FILE *stream)
{
    fprintf(stream,
        "Usage: nablascope [COMMAND] [OPTIONS]\n"
        "Trains a deep stack of layers and shows how its gradient vanishes, explodes"
        " and\nis clipped, layer by layer.\n\nCommands:\n");
    for (int i = 0; i < MODE_COUNT; i++) {
        char call[40];
        const char *operands = mode_table[i].operands;
        (void)snprintf(call, sizeof call, "%s%s%s",
            i == MODE_LAB ? "(none)" : mode_table[i].name, operands ? " " : "",
            operands ? operands : "");
        fprintf(stream, "  %-16s %s\n", call, mode_table[i].help);
    }
    fprintf(stream, "\nHyperparameters, each --NAME=VALUE (default in parentheses):\n");
    for (int i = 0; i < hparam_count; i++)
        print_hparam(stream, &hparam_table[i]);
    char headless[100];
    modes_join(ALL_MODES & ~LAB, " and ", headless, sizeof headless);
    const char *const titles[] = {"Options", "The laboratory", headless};
    for (int g = 0; g < (int)ARRAY_LEN(titles); g++) {
        fprintf(stream, "\n%s:\n", titles[g]);
        for (int i = 0; i < OPTION_END - OPTION_HELP; i++) {
            if (group_of(option_table[i].modes) == g)
                print_option(stream, &option_table[i]);
        }
    }
    fprintf(stream, "\nPresets (--list-presets shows their settings):\n");
    for (int i = 0; i < preset_count; i++)
        fprintf(stream, "  %-18s %s\n", preset_table[i].name, preset_table[i].title);
    fprintf(stream,
        "\nExit status: 0 done, 1 the run failed, 2 wrong usage.\n"
        "The manual page nablascope(1) says the rest.\n");
}

void help_print_plants(FILE *stream)
{
    for (int i = 0; i < PLANT_COUNT; i++)
        fprintf(stream, "%-14s %s\n", plant_name(i), plant_help(i));
}

void help_print_presets(FILE *stream)
{
    for (int i = 0; i < preset_count; i++) {
        const struct preset *preset = &preset_table[i];
        fprintf(stream, "%s%s: %s\n    %s\n    look for: %s\n", i > 0 ? "\n" : "", preset->name,
            preset->title, preset->settings, preset->look);
    }
}
