/* Completions for bash and zsh, printed from the tables. */
#include <string.h>

#include "cli/help.h"
#include "cli/options.h"
#include "engine/preset.h"
#include "ui/theme.h"

static void print_names(FILE *stream, names_fn *names)
{
    for (int i = 0; names(i); i++)
        fprintf(stream, "%s%s", i > 0 ? " " : "", names(i));
}

/* The names an option's argument can have; NULL when it is free. */
static names_fn *argument_names(int id)
{
    switch (id) {
    case OPTION_PRESET:
        return preset_name;
    case OPTION_THEME:
        return theme_name;
    case OPTION_FORMAT:
        return rows_format_name;
    case OPTION_SCHEME:
        return check_scheme_name;
    case OPTION_PLANT:
        return plant_name;
    default:
        return NULL;
    }
}

/* One line of bash's case: the option as the word before, and what may follow. */
static void bash_case(FILE *stream, const char *option, names_fn *names)
{
    fprintf(stream, "    --%s) words='", option);
    print_names(stream, names);
    fprintf(stream, "' ;;\n");
}

static void print_bash(FILE *stream)
{
    fprintf(stream,
        "# bash completion for nablascope\n"
        "_nablascope() {\n"
        "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
        "  COMPREPLY=()\n"
        "  # \"=\" is a word of its own to bash\n"
        "  if [ \"$current\" = \"=\" ]; then current=; before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  elif [ \"$before\" = \"=\" ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
        "  case $before in\n");
    for (int i = 0; i < hparam_count; i++) {
        if (hparam_table[i].choices)
            bash_case(stream, hparam_table[i].name, hparam_table[i].choices);
    }
    for (int i = 0; i < OPTION_END - OPTION_HELP; i++) {
        if (argument_names(OPTION_HELP + i))
            bash_case(stream, option_table[i].name, argument_names(OPTION_HELP + i));
    }
    fprintf(stream,
        "    --output|-o)\n"
        "      while IFS= read -r word; do COMPREPLY+=(\"$word\"); done "
        "< <(compgen -f -- \"$current\")\n      return ;;\n"
        "    *)\n      words='");
    for (int i = MODE_LAB + 1; i < MODE_COUNT; i++)
        fprintf(stream, "%s ", mode_table[i].name);
    fprintf(stream, "'\n      case $current in -*) words='");
    for (int i = 0; i < hparam_count; i++)
        fprintf(stream, "--%s= ", hparam_table[i].name);
    for (int i = 0; i < OPTION_END - OPTION_HELP; i++) {
        if (option_table[i].help)
            fprintf(
                stream, "--%s%s ", option_table[i].name, option_table[i].argument ? "=" : "");
    }
    fprintf(stream,
        "' ;; esac ;;\n"
        "  esac\n"
        "  local word\n"
        "  for word in $words; do\n"
        "    case $word in \"$current\"*) COMPREPLY+=(\"$word\") ;; esac\n"
        "  done\n"
        "  case ${COMPREPLY[0]-} in *=) compopt -o nospace 2>/dev/null ;; esac\n"
        "}\n"
        "complete -F _nablascope nablascope\n");
}

/* Text inside zsh's '…[…]' needs these escaped. */
static void zsh_text(FILE *stream, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fprintf(stream, "'\\''");
        else if (strchr("[]:\\", *text))
            fprintf(stream, "\\%c", *text);
        else
            fputc(*text, stream);
    }
}

static void zsh_option(
    FILE *stream, const char *name, const char *help, const char *argument, names_fn *names)
{
    fprintf(stream, "  '--%s%s[", name, argument ? "=" : "");
    zsh_text(stream, help);
    fprintf(stream, "]");
    if (argument) {
        fprintf(stream, ":");
        zsh_text(stream, argument);
        fprintf(stream, ":");
    }
    if (names) {
        fprintf(stream, "(");
        print_names(stream, names);
        fprintf(stream, ")");
    } else if (argument && strcmp(argument, "FILE") == 0) {
        fprintf(stream, "_files");
    }
    fprintf(stream, "' \\\n");
}

static void print_zsh(FILE *stream)
{
    fprintf(stream, "#compdef nablascope\n# zsh completion for nablascope\n_arguments \\\n");
    for (int i = 0; i < hparam_count; i++)
        zsh_option(stream, hparam_table[i].name, hparam_table[i].help, "value",
            hparam_table[i].choices);
    for (int i = 0; i < OPTION_END - OPTION_HELP; i++) {
        const struct option_info *info = &option_table[i];
        if (info->help)
            zsh_option(stream, info->name, info->help, info->argument,
                argument_names(OPTION_HELP + i));
    }
    fprintf(stream, "  '1:command:(");
    for (int i = MODE_LAB + 1; i < MODE_COUNT; i++)
        fprintf(stream, "%s%s", i > MODE_LAB + 1 ? " " : "", mode_table[i].name);
    fprintf(stream, ")'\n");
}

bool completion_print(FILE *stream, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(stream);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(stream);
    else
        return false;
    return true;
}
