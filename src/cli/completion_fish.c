/* The completion for fish. */
#include <string.h>

#include "cli/completion.h"

static void fish_text(FILE *stream, const char *text)
{
    fprintf(stream, " -d '");
    completion_quoted(stream, text, "\\", "\\'");
    fprintf(stream, "'");
}

/* When an option is offered: in some modes only, and on a condition; NULL: none. */
static void fish_when(FILE *stream, unsigned modes, const char *condition)
{
    fprintf(stream, " -n '%s%s__nablascope_in", condition ? condition : "",
        condition ? "; and " : "");
    for (int i = 0; i < MODE_COUNT; i++) {
        if (modes & (1u << i))
            fprintf(stream, " %s", i == MODE_LAB ? "lab" : mode_table[i].name);
    }
    fprintf(stream, "'");
}

static void fish_names(FILE *stream, names_fn *names)
{
    if (!names)
        return;
    fprintf(stream, " -a '");
    completion_names(stream, names);
    fprintf(stream, "'");
}

static void fish_hparams(FILE *stream)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        unsigned modes = 0;
        for (int mode = 0; mode < MODE_COUNT; mode++)
            modes |= (unsigned)mode_takes_setting(mode, row) << mode;
        for (int spelling = 0; spelling < (strchr(row->name, '_') ? 2 : 1); spelling++) {
            fprintf(stream, "complete -c nablascope");
            fish_when(stream, modes, spelling ? "__nablascope_dashed" : NULL);
            fprintf(stream, " -l ");
            if (spelling)
                completion_dashed(stream, row->name);
            else
                fprintf(stream, "%s", row->name);
            fprintf(stream, completion_of_file(row) ? " -r -F" : " -x");
            fish_names(stream, row->choices);
            fish_text(stream, row->help);
            fputc('\n', stream);
        }
    }
}

/* NAME=VALUE of every choice, NAME= of the others; `on_the_way`: of those that --at takes. */
static void fish_choices(FILE *stream, bool on_the_way)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (row->rebuild && on_the_way)
            continue;
        if (!row->choices)
            fprintf(stream, "%s= ", row->name);
        for (int k = 0; row->choices && row->choices(k); k++)
            fprintf(stream, "%s=%s ", row->name, row->choices(k));
    }
}

/* Every NAME=, and NAME=VALUE where the values have names. */
static void fish_settings(FILE *stream)
{
    fprintf(stream, " -a '");
    fish_choices(stream, false);
    fprintf(stream, "'");
}

/* In some of its modes. */
static void fish_option(FILE *stream, int id, unsigned modes)
{
    const struct option_info *info = &option_table[id - OPTION_HELP];
    if (modes == 0)
        return;
    names_fn *names =
        completion_argument(id, modes == 1u << MODE_EXPORT ? MODE_EXPORT : MODE_RUN);
    fprintf(stream, "complete -c nablascope");
    if (!completion_everywhere(info))
        fish_when(stream, modes, NULL);
    if (info->letter)
        fprintf(stream, " -s %c", info->letter);
    fprintf(stream, " -l %s", info->name);
    if (info->argument)
        fprintf(stream, "%s", completion_takes_file(info) ? " -r -F" : " -x");
    fish_names(stream, names);
    if (id == OPTION_SET)
        fish_settings(stream);
    if (id == OPTION_AT)
        fprintf(stream, " -a '(__nablascope_at)'");
    fish_text(stream, info->help);
    fputc('\n', stream);
}

void completion_print_fish(FILE *stream)
{
    fprintf(stream,
        "# fish completion for nablascope\n"
        "# True when the command on the line is one of these, \"lab\" being none.\n"
        "function __nablascope_in\n"
        "    set -l mode lab\n"
        "    set -l before ''\n"
        "    for word in (commandline -opc)[2..-1]\n"
        "        if contains -- $word");
    for (int i = MODE_LAB + 1; i < MODE_COUNT; i++)
        fprintf(stream, " %s", mode_table[i].name);
    fprintf(stream,
        "; and not contains -- $before -o --output\n"
        "            set mode $word\n"
        "            break\n"
        "        end\n"
        "        set before $word\n"
        "    end\n"
        "    contains -- $mode $argv\n"
        "end\n"
        "function __nablascope_at\n"
        "    set -l step (string match -r '[0-9]+:' -- (commandline -ct))\n"
        "    and printf '%%s\\n' $step(string split ' ' -- '");
    fish_choices(stream, true);
    fprintf(stream,
        "')\n"
        "end\n"
        "# True when a name is spelled with a dash where the program writes '_'.\n"
        "function __nablascope_dashed\n"
        "    string match -qr -- '^--[a-z0-9]+-' (commandline -ct) (commandline -opc)[-1]\n"
        "end\n"
        "complete -c nablascope -f\n");
    for (int i = MODE_LAB + 1; i < MODE_COUNT; i++) {
        fprintf(stream, "complete -c nablascope -n '__nablascope_in lab' -a %s",
            mode_table[i].name);
        fish_text(stream, mode_table[i].help);
        fputc('\n', stream);
        if (mode_table[i].operands)
            fprintf(stream, "complete -c nablascope -n '__nablascope_in %s' -F\n",
                mode_table[i].name);
    }
    fish_hparams(stream);
    for (int i = 0; i < OPTIONS; i++) {
        unsigned modes = option_table[i].help ? option_table[i].modes : 0;
        unsigned apart = OPTION_HELP + i == OPTION_FORMAT ? 1u << MODE_EXPORT : 0;
        fish_option(stream, OPTION_HELP + i, modes & ~apart);
        fish_option(stream, OPTION_HELP + i, modes & apart);
    }
}
