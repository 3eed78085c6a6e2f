/*
 * Completions for bash, fish and zsh, printed from the tables. Each offers what the command on
 * the line takes, in the spelling that was begun ('-' or '_').
 */
#include <string.h>

#include "cli/completion.h"
#include "cli/help.h"
#include "engine/preset.h"
#include "io/export.h"
#include "ui/draw/theme.h"
#include "ui/views/view.h"

const char *shell_name(int index)
{
    static const char *const names[] = {"bash", "fish", "zsh"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

void completion_names(FILE *stream, names_fn *names)
{
    for (int i = 0; names(i); i++)
        fprintf(stream, "%s%s", i > 0 ? " " : "", names(i));
}

names_fn *completion_argument(int id, int mode)
{
    switch (id) {
    case OPTION_PRESET:
        return preset_name;
    case OPTION_THEME:
        return theme_name;
    case OPTION_VIEW:
        return view_name;
    case OPTION_CENSUS:
        return census_rows_name;
    case OPTION_FORMAT:
        return mode == MODE_EXPORT ? export_format_name : rows_format_name;
    case OPTION_SCHEME:
        return check_scheme_name;
    case OPTION_PLANT:
        return plant_name;
    case OPTION_COMPLETION:
        return shell_name;
    case OPTION_UNTIL:
        return condition_first_name;
    default:
        return NULL;
    }
}

bool completion_takes_file(const struct option_info *info)
{
    return info->argument && strncmp(info->argument, "FILE", 4) == 0;
}

bool completion_of_file(const struct hparam *row)
{
    return hparam_is_open(row) && strncmp(row->argument, "FILE", 4) == 0;
}

/* Offered at all, in this mode. */
static bool offered(const struct option_info *info, int mode)
{
    return info->help && (info->modes & (1u << mode));
}

bool completion_everywhere(const struct option_info *info)
{
    return info->modes == (1u << MODE_COUNT) - 1;
}

/* "run|export|check". */
static void print_modes(FILE *stream, const char *between)
{
    for (int i = MODE_LAB + 1; i < MODE_COUNT; i++)
        fprintf(stream, "%s%s", i > MODE_LAB + 1 ? between : "", mode_table[i].name);
}

/* The commands that files follow. */
static void print_modes_with_files(FILE *stream)
{
    const char *between = "";
    for (int i = 0; i < MODE_COUNT; i++) {
        if (!mode_table[i].operands)
            continue;
        fprintf(stream, "%s%s", between, mode_table[i].name);
        between = "|";
    }
}

/* Beside what else is offered. */
static void bash_further_files(FILE *stream)
{
    fprintf(stream,
        "\n      while IFS= read -r word; do COMPREPLY+=(\"$lead$word\"); done "
        "< <(compgen -f -- \"$current\")");
}

static void bash_files(FILE *stream)
{
    bash_further_files(stream);
    fprintf(stream, "\n      return ;;\n");
}

/* The option as bash's case sees it, with '_' for '-'; "--preset|-p". */
static void bash_pattern(FILE *stream, const char *name, char letter)
{
    fprintf(stream, "--");
    for (; *name; name++)
        fputc(*name == '-' ? '_' : *name, stream);
    if (letter)
        fprintf(stream, "|-%c", letter);
}

static void bash_values(FILE *stream)
{
    for (int i = 0; i < hparam_count; i++) {
        fprintf(stream, "    --%s) ", hparam_table[i].name);
        if (hparam_table[i].choices) {
            fprintf(stream, "words='");
            completion_names(stream, hparam_table[i].choices);
            fprintf(stream, "'");
            if (completion_of_file(&hparam_table[i]))
                bash_further_files(stream);
            fprintf(stream, " ;;\n");
        } else if (completion_of_file(&hparam_table[i])) {
            bash_files(stream);
        } else {
            fprintf(stream, "return ;;\n");
        }
    }
    for (int i = 0; i < OPTIONS; i++) {
        const struct option_info *info = &option_table[i];
        names_fn *names = completion_argument(OPTION_HELP + i, MODE_RUN);
        if (!info->argument)
            continue;
        fprintf(stream, "    ");
        bash_pattern(stream, info->name, info->letter);
        if (OPTION_HELP + i == OPTION_FORMAT) {
            fprintf(stream, ") words='");
            completion_names(stream, rows_format_name);
            fprintf(stream, "'; [ \"$mode\" != export ] || words='");
            completion_names(stream, export_format_name);
            fprintf(stream, "' ;;\n");
        } else if (names) {
            fprintf(stream, ") words='");
            completion_names(stream, names);
            fprintf(stream, "' ;;\n");
        } else if (completion_takes_file(info)) {
            fprintf(stream, ")");
            bash_files(stream);
        } else if (OPTION_HELP + i == OPTION_SET) {
            fprintf(stream, ") words='");
            for (int k = 0; k < hparam_count; k++)
                fprintf(stream, "%s%s=", k > 0 ? " " : "", hparam_table[k].name);
            fprintf(stream, "' ;;\n");
        } else if (OPTION_HELP + i == OPTION_AT) {
            fprintf(stream, ") return ;;\n    --at:) words='");
            for (int k = 0; k < hparam_count; k++) {
                if (!hparam_table[k].rebuild)
                    fprintf(stream, "%s= ", hparam_table[k].name);
            }
            fprintf(stream, "' ;;\n");
        } else {
            fprintf(stream, ") return ;;\n");
        }
    }
}

/* The options of each mode, then the commands where there is none yet. */
static void bash_options(FILE *stream)
{
    fprintf(stream, "    *)\n      case $mode$current in\n");
    for (int mode = MODE_COUNT - 1; mode >= 0; mode--) {
        fprintf(stream, "        %s-*) words='", mode_table[mode].name);
        for (int i = 0; i < hparam_count; i++) {
            if (mode_takes_setting(mode, &hparam_table[i]))
                fprintf(stream, "--%s= ", hparam_table[i].name);
        }
        for (int i = 0; i < OPTIONS; i++) {
            const struct option_info *info = &option_table[i];
            if (offered(info, mode))
                fprintf(stream, "--%s%s ", info->name, info->argument ? "=" : "");
            if (offered(info, mode) && info->letter)
                fprintf(stream, "-%c ", info->letter);
        }
        fprintf(stream, "' ;;\n");
    }
    fprintf(stream, "        *)\n          case $mode in\n            '') words='");
    print_modes(stream, " ");
    fprintf(stream, "' ;;\n            ");
    print_modes_with_files(stream);
    fprintf(stream, ")");
    bash_files(stream);
    fprintf(stream, "          esac ;;\n      esac ;;\n  esac\n");
}

static void print_bash(FILE *stream)
{
    fprintf(stream,
        "# bash completion for nablascope\n"
        "_nablascope() {\n"
        "  local at=$COMP_CWORD current=${COMP_WORDS[COMP_CWORD]}\n"
        "  local before mode='' words='' lead='' word key i\n"
        "  COMPREPLY=()\n"
        "  for ((i = 1; i < ${#COMP_WORDS[@]}; i++)); do\n"
        "    case ${COMP_WORDS[i - 1]} in =|-o|--output) continue ;; esac\n"
        "    [ \"$i\" -ne \"$at\" ] || continue\n"
        "    case ${COMP_WORDS[i]} in ");
    print_modes(stream, "|");
    fprintf(stream,
        ") mode=${COMP_WORDS[i]}; break ;; esac\n"
        "  done\n"
        "  # \"=\" and \":\" are words to bash, unless COMP_WORDBREAKS says otherwise\n"
        "  case $current in =|:) current=''; at=$((at + 1)) ;; esac\n"
        "  before=${COMP_WORDS[at - 1]}\n"
        "  if [ \"$before\" = \":\" ]; then before=--at:; fi\n"
        "  if [ \"$before\" = \"=\" ]; then\n"
        "    before=${COMP_WORDS[at - 2]}\n"
        "    case $before in -*) ;; *) before=--$before ;; esac # of --set\n"
        "  fi\n"
        "  case $current in\n"
        "    --at=*:*=*|[0-9]*:*=*) lead=${current%%=*}= current=${current##*=}\n"
        "      before=${lead##*:} before=--${before%%=} ;;\n"
        "    --at=*:*|[0-9]*:*) lead=${current%%:*}: current=${current##*:} before=--at: ;;\n"
        "    --*=*) lead=${current%%=*}= current=${current##*=}\n"
        "      before=${lead%%=}; before=--${before##*[-=]} ;;\n"
        "    -[!-]?*) lead=${current:0:2} before=${current:0:2} current=${current:2} ;;\n"
        "  esac\n"
        "  case $before in --?*) key=${before#--}; key=--${key//-/_} ;; *) key=$before ;; "
        "esac\n"
        "  case $key in\n");
    bash_values(stream);
    bash_options(stream);
    fprintf(stream,
        "  key=${current//-/_}\n"
        "  for word in $words; do\n"
        "    case ${word//-/_} in \"$key\"*)\n"
        "      COMPREPLY+=(\"$lead$current${word:${#current}}\") ;; esac\n"
        "  done\n"
        "  case ${COMPREPLY[0]-} in *=) compopt -o nospace 2>/dev/null ;; esac\n"
        "}\n"
        "complete -F _nablascope nablascope\n");
}

void completion_quoted(FILE *stream, const char *text, const char *special, const char *quote)
{
    for (; *text; text++) {
        if (*text == '\'')
            fprintf(stream, "%s", quote);
        else if (strchr(special, *text))
            fprintf(stream, "\\%c", *text);
        else
            fputc(*text, stream);
    }
}

void completion_dashed(FILE *stream, const char *name)
{
    for (; *name; name++)
        fputc(*name == '_' ? '-' : *name, stream);
}

static void zsh_text(FILE *stream, const char *text)
{
    completion_quoted(stream, text, "[]:\\", "'\\''");
}

/* What _arguments is to do for a value. */
static void zsh_value(FILE *stream, const char *argument, names_fn *names, const char *action)
{
    bool files = strcmp(action, "_files") == 0;
    fprintf(stream, ":");
    zsh_text(stream, argument);
    if (!names) {
        fprintf(stream, ":%s", action);
        return;
    }
    fprintf(stream, ":{compadd \"$expl[@]\" -M \"m\\:{-_}={_-}\" -- ");
    completion_names(stream, names);
    fprintf(stream, "%s}", files ? "; _files" : "");
}

static void zsh_option(FILE *stream, const struct option_info *info, names_fn *names)
{
    bool at = strcmp(info->name, "at") == 0, set = at || strcmp(info->name, "set") == 0;
    const char *action = completion_takes_file(info) ? "_files"
        : at                                         ? "_nablascope_at"
        : set                                        ? "_nablascope_setting"
                                                     : " ";
    fprintf(stream, "    ");
    if (info->letter)
        fprintf(stream, "'(-%c --%s)'{-%c%s,--%s%s}'", info->letter, info->name, info->letter,
            info->argument ? "+" : "", info->name, info->argument ? "=" : "");
    else
        fprintf(stream, "'%s--%s%s", set ? "*" : "", info->name, info->argument ? "=" : "");
    fprintf(stream, "[");
    zsh_text(stream, info->help);
    fprintf(stream, "]");
    if (info->argument)
        zsh_value(stream, info->argument, names, action);
    fprintf(stream, "'\n");
}

static void zsh_hparams(FILE *stream)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        fprintf(stream, "    '--%s=[", row->name);
        zsh_text(stream, row->help);
        fprintf(stream, "]");
        zsh_value(stream, "value", row->choices, completion_of_file(row) ? "_files" : " ");
        fprintf(stream, "'\n");
        if (!strchr(row->name, '_'))
            continue;
        fprintf(stream, "    '!--");
        completion_dashed(stream, row->name);
        fprintf(stream, "=");
        zsh_value(stream, "value", row->choices, completion_of_file(row) ? "_files" : " ");
        fprintf(stream, "'\n");
    }
}

/* NAME=VALUE, behind --set. */
static void zsh_setting(FILE *stream)
{
    fprintf(stream,
        "_nablascope_setting() {\n"
        "  local name=${${PREFIX%%%%=*}//-/_}\n"
        "  if compset -P '*='; then\n"
        "    case $name in\n");
    for (int i = 0; i < hparam_count; i++) {
        if (!hparam_table[i].choices)
            continue;
        fprintf(stream, "      %s) compadd -M 'm:{-_}={_-}' -- ", hparam_table[i].name);
        completion_names(stream, hparam_table[i].choices);
        fprintf(stream, " ;;\n");
    }
    fprintf(stream, "    esac\n  else\n    compadd -q -S = -M 'm:{-_}={_-}' -- ");
    completion_names(stream, hparam_name);
    fprintf(stream, "\n  fi\n}\n");
    fprintf(stream, "_nablascope_at() { compset -P '*:' && _nablascope_setting }\n");
}

static void print_zsh(FILE *stream)
{
    fprintf(stream, "#compdef nablascope\n# zsh completion for nablascope\n");
    zsh_setting(stream);
    fprintf(stream,
        "_nablascope() {\n"
        "  local mode i\n"
        "  local -a options\n"
        "  for ((i = 2; i <= $#words; i++)); do\n"
        "    [[ $i -ne $CURRENT && $words[i-1] != (-o|--output) ]] || continue\n"
        "    case $words[i] in ");
    print_modes(stream, "|");
    fprintf(stream, ") mode=$words[i]; break ;; esac\n  done\n  options=(\n");
    for (int i = 0; i < OPTIONS; i++) {
        if (option_table[i].help && completion_everywhere(&option_table[i]))
            zsh_option(
                stream, &option_table[i], completion_argument(OPTION_HELP + i, MODE_RUN));
    }
    /* The command's place: without it _arguments takes nothing behind the command. */
    fprintf(stream, "    '1:command:(");
    print_modes(stream, " ");
    fprintf(stream, ")'\n  )\n  case $mode in\n    ");
    print_modes_with_files(stream);
    fprintf(stream, ") ;;\n    *) options+=(\n");
    zsh_hparams(stream);
    fprintf(stream, "    ) ;;\n  esac\n  case $mode in\n");
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        fprintf(stream, "    '%s') options+=(\n", mode_table[mode].name);
        if (mode_table[mode].operands)
            fprintf(stream, "    '*:file:_files'\n");
        for (int i = 0; i < OPTIONS; i++) {
            const struct option_info *info = &option_table[i];
            if (offered(info, mode) && !completion_everywhere(info))
                zsh_option(stream, info, completion_argument(OPTION_HELP + i, mode));
        }
        fprintf(stream, "    ) ;;\n");
    }
    fprintf(stream,
        "  esac\n"
        "  _arguments -s -M 'm:{-_}={_-} r:|[_-]=* r:|=*' : $options\n"
        "}\n"
        "_nablascope \"$@\"\n");
}

void completion_print(FILE *stream, const char *shell)
{
    static void (*const print[])(FILE *) = {print_bash, completion_print_fish, print_zsh};
    int index = names_find(shell_name, shell);
    if (index >= 0)
        print[index](stream);
}
