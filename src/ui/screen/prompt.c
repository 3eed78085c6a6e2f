#include "ui/screen/prompt.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/command.h"
#include "engine/condition.h"
#include "engine/preset.h"
#include "ui/draw/input.h"
#include "ui/draw/theme.h"
#include "ui/screen/before.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/scenes.h"
#include "ui/views/view.h"

void prompt_open(struct prompt *prompt)
{
    prompt->open = true;
    prompt->length = prompt->cursor = 0;
    prompt->text[0] = prompt->typed[0] = '\0';
    prompt->history_at = prompt->history_count;
    prompt->candidate_count = 0;
}

static void replace(struct prompt *prompt, const char *text)
{
    (void)snprintf(prompt->text, PROMPT_SIZE, "%s", text);
    prompt->length = prompt->cursor = (int)strlen(prompt->text);
}

void prompt_open_with(struct prompt *prompt, const char *text)
{
    prompt_open(prompt);
    replace(prompt, text);
}

static enum prompt_result insert(struct prompt *prompt, const char *text)
{
    int count = (int)strlen(text);
    if (prompt->length + count >= PROMPT_SIZE)
        return PROMPT_FULL;
    char *at = prompt->text + prompt->cursor;
    memmove(at + count, at, (size_t)(prompt->length - prompt->cursor + 1));
    memcpy(at, text, (size_t)count);
    prompt->length += count;
    prompt->cursor += count;
    return PROMPT_EDITED;
}

static enum prompt_result insert_glyph(struct prompt *prompt, uint32_t glyph)
{
    char bytes[5] = "";
    if (glyph == INPUT_UNREADABLE)
        return PROMPT_UNREADABLE;
    (void)utf8_encode(glyph, bytes);
    return insert(prompt, bytes);
}

/* Where the character before this place begins, and the one after it. */
static int before(const struct prompt *prompt, int place)
{
    do
        place--;
    while (place > 0 && (prompt->text[place] & 0xc0) == 0x80);
    return place;
}

static int after(const struct prompt *prompt, int place)
{
    do
        place++;
    while ((prompt->text[place] & 0xc0) == 0x80);
    return place;
}

static void erase(struct prompt *prompt, int from, int to)
{
    if (from < 0 || to > prompt->length || from >= to)
        return;
    memmove(prompt->text + from, prompt->text + to, (size_t)(prompt->length - to + 1));
    prompt->length -= to - from;
    prompt->cursor = from;
}

static void recall(struct prompt *prompt, int direction)
{
    int to = prompt->history_at + direction;
    if (to < 0 || to > prompt->history_count || to < prompt->history_count - PROMPT_HISTORY)
        return;
    if (prompt->history_at == prompt->history_count)
        memcpy(prompt->typed, prompt->text, sizeof prompt->typed);
    prompt->history_at = to;
    replace(prompt,
        to == prompt->history_count ? prompt->typed : prompt->history[to % PROMPT_HISTORY]);
}

static void remember(struct prompt *prompt)
{
    int last = prompt->history_count - 1;
    if (prompt->length == 0 ||
        (last >= 0 && strcmp(prompt->history[last % PROMPT_HISTORY], prompt->text) == 0))
        return;
    memcpy(prompt->history[prompt->history_count % PROMPT_HISTORY], prompt->text, PROMPT_SIZE);
    prompt->history_count++;
}

/* A setting may be written as on the command line, where messages advise it so: --lr=0.1. */
static const char *without_dashes(const char *line)
{
    line += strspn(line, " ");
    return strncmp(line, "--", 2) == 0 && isalpha((unsigned char)line[2]) ? line + 2 : line;
}

const char *prompt_line(const struct prompt *prompt)
{
    return without_dashes(prompt->text);
}

static void gather(struct prompt *prompt, names_fn *names, const char *prefix)
{
    for (int i = 0; names(i) && prompt->candidate_count < PROMPT_CANDIDATES; i++) {
        if (name_begins(names(i), prefix))
            prompt->candidates[prompt->candidate_count++] = names(i);
    }
}

static const char *off_name(int index)
{
    return index == 0 ? "off" : NULL;
}

static const char *split_name(int index)
{
    return index == 0 ? "off" : index == 1 ? "ghost" : NULL;
}

static const char *drop_name(int index)
{
    return index == 0 ? "drop" : NULL;
}

static const char *neighbour_name(int index)
{
    return index == 0 ? "next" : index == 1 ? "previous" : NULL;
}

static const char *export_name(int index)
{
    static const char *const names[] = {"layers", "steps", "off"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

/* The names that a command of the screen or of a view takes; some take more_names_of too. */
static names_fn *names_of(int id)
{
    if (id == COMMAND_VIEW || id == COMMAND_SPLIT)
        return view_name;
    if (id == COMMAND_THEME)
        return theme_name;
    if (id == COMMAND_COMPARE)
        return comparison_name;
    if (id == COMMAND_BEFORE)
        return before_name;
    if (id == COMMAND_LESSON)
        return lesson_panel_word;
    for (int i = 0; i < view_count; i++) {
        names_fn *names = views[i]->names ? views[i]->names((enum command_id)id) : NULL;
        if (names)
            return names;
    }
    return switch_name;
}

static const char *fastest_name(int index)
{
    return index == 0 ? "max" : NULL;
}

static const char *end_name(int index)
{
    return index == 0 ? "end" : NULL;
}

static names_fn *more_names_of(int id)
{
    return id == COMMAND_SPLIT                        ? split_name
        : id == COMMAND_GHOST || id == COMMAND_RECORD ? off_name
        : id == COMMAND_SNAPSHOT                      ? theme_name
        : id == COMMAND_EXPORT                        ? export_name
        : id == COMMAND_VIEW || id == COMMAND_PLANT   ? neighbour_name
                                                      : NULL;
}

/* What may stand after these words; `count` of them are complete. */
static void gather_argument(
    struct prompt *prompt, char words[3][PROMPT_SIZE], int count, const char *prefix)
{
    int id = names_find(command_name, words[0]);
    const char *setting = id < 0 && count == 1 ? words[0] : NULL;
    enum argument_kind kind = id < 0 ? ARGUMENT_NONE : command_table[id].argument;
    if (count == 1 && (kind == ARGUMENT_SETTING || kind == ARGUMENT_HPARAM))
        gather(prompt, hparam_name, prefix);
    else if (count == 1 && kind == ARGUMENT_PRESET)
        gather(prompt, preset_name, prefix);
    else if (count == 1 && kind == ARGUMENT_SPEED)
        gather(prompt, fastest_name, prefix);
    else if (count == 1 && kind == ARGUMENT_STEP)
        gather(prompt, end_name, prefix);
    else if (count == 1 && kind == ARGUMENT_NAME)
        gather(prompt, names_of(id), prefix);
    else if (count == 1 && kind == ARGUMENT_RACE)
        gather(prompt, hparam_name, prefix);
    else if (count == 2 && (kind == ARGUMENT_SETTING || kind == ARGUMENT_RACE))
        setting = words[1];
    else if (count == 1 && kind == ARGUMENT_TIMED)
        gather(prompt, drop_name, prefix);
    if (count == 1 && more_names_of(id))
        gather(prompt, more_names_of(id), prefix);
    const struct hparam *row = setting ? hparam_find(setting, NULL) : NULL;
    if (row && row->choices)
        gather(prompt, row->choices, prefix);
}

/* The word that a line begins with, up to one of `ends`; the bytes of it and of the blanks
 * before it, 0: there is none. */
static int first_word(const char *line, const char *ends, char word[PROMPT_SIZE])
{
    int blanks = (int)strspn(line, " "), length = (int)strcspn(line + blanks, ends);
    (void)snprintf(word, PROMPT_SIZE, "%.*s", length, line + blanks);
    return length > 0 ? blanks + length : 0;
}

/* Bytes of "at STEP ", after which a command begins; 0: the line has no such beginning. */
static int timed_length(const char *line)
{
    char word[PROMPT_SIZE];
    int used = first_word(line, " =", word);
    if (names_find(command_name, word) != COMMAND_AT || line[used] == '\0')
        return 0;
    int step = (int)strcspn(line + used + 1, " =");
    used += 1 + step;
    return step > 0 && line[used] != '\0' ? used + 1 : 0;
}

/* Of a line that is `until CONDITION`: what may stand at its end, beginning with *prefix. */
static bool gather_condition(struct prompt *prompt, const char *line, const char **prefix)
{
    char word[PROMPT_SIZE], said[PROMPT_SIZE];
    int used = first_word(line, " ", word);
    if (line[used] != ' ' || names_find(command_name, word) != COMMAND_UNTIL)
        return false;
    const char *condition = line + used + 1, *end = line + strlen(line);
    while (end > condition && (isalnum((unsigned char)end[-1]) || strchr("_-", end[-1])))
        end--;
    end -= end > condition && end[-1] == '[';
    (void)snprintf(said, sizeof said, "%.*s", (int)(end - condition), condition);
    names_fn *names = condition_expected(said);
    *prefix = end;
    if (names)
        gather(prompt, names, end);
    if (said[strspn(said, " ")] == '\0')
        gather(prompt, off_name, end);
    return true;
}

/* What may stand at the end of any other line; returns the word that is begun there. */
static const char *gather_words(
    struct prompt *prompt, const char *line, char words[3][PROMPT_SIZE])
{
    int count = 0, used, start = timed_length(line);
    bool timed = start > 0;
    while (count < 3 && (used = first_word(line + start, " =", words[count])) > 0) {
        if (line[start + used] == '\0')
            break;
        start += used;
        start += (int)strspn(line + start, " =");
        count++;
    }
    const char *prefix = count < 3 ? words[count] : "";
    if (count == 0 && timed) {
        gather(prompt, command_armable_name, prefix);
        gather(prompt, drop_name, prefix);
    } else if (count == 0) {
        gather(prompt, command_name, prefix);
        gather(prompt, hparam_name, prefix);
    } else if (count < 3) {
        gather_argument(prompt, words, count, prefix);
    }
    return prefix;
}

/* Completes as far as the candidates agree; a blank follows when there is one only. */
static enum prompt_result complete(struct prompt *prompt)
{
    char words[3][PROMPT_SIZE] = {"", "", ""};
    char line[PROMPT_SIZE];
    const char *prefix;
    (void)snprintf(line, sizeof line, "%.*s", prompt->cursor, prompt->text);
    prompt->candidate_count = 0;
    const char *plain = without_dashes(line);
    if (!gather_condition(prompt, plain, &prefix))
        prefix = gather_words(prompt, plain, words);
    if (prompt->candidate_count == 0)
        return PROMPT_EDITED;
    size_t shared = strlen(prompt->candidates[0]);
    for (int i = 1; i < prompt->candidate_count; i++) {
        size_t same = 0;
        while (same < shared && prompt->candidates[i][same] == prompt->candidates[0][same])
            same++;
        shared = same;
    }
    char rest[PROMPT_SIZE];
    (void)snprintf(rest, sizeof rest, "%.*s%s", (int)shared, prompt->candidates[0],
        prompt->candidate_count == 1 ? " " : "");
    int begun = (int)strlen(prefix), more = (int)strlen(rest) - begun;
    if (more < 0)
        return PROMPT_EDITED;
    if (prompt->length + more >= PROMPT_SIZE)
        return PROMPT_FULL;
    erase(prompt, prompt->cursor - begun, prompt->cursor);
    (void)insert(prompt, rest);
    if (prompt->candidate_count == 1)
        prompt->candidate_count = 0;
    return PROMPT_EDITED;
}

static void erase_word(struct prompt *prompt)
{
    int from = prompt->cursor;
    while (from > 0 && prompt->text[from - 1] == ' ')
        from--;
    while (from > 0 && prompt->text[from - 1] != ' ')
        from--;
    erase(prompt, from, prompt->cursor);
}

/* Keys that change the line, as shells have them. */
static enum prompt_result edit(struct prompt *prompt, uint32_t key)
{
    switch (key) {
    case INPUT_LEFT:
        if (prompt->cursor > 0)
            prompt->cursor = before(prompt, prompt->cursor);
        break;
    case INPUT_RIGHT:
        if (prompt->cursor < prompt->length)
            prompt->cursor = after(prompt, prompt->cursor);
        break;
    case INPUT_HOME:
    case INPUT_CONTROL('a'):
        prompt->cursor = 0;
        break;
    case INPUT_END:
    case INPUT_CONTROL('e'):
        prompt->cursor = prompt->length;
        break;
    case INPUT_DELETE:
        if (prompt->cursor < prompt->length)
            erase(prompt, prompt->cursor, after(prompt, prompt->cursor));
        break;
    case INPUT_CONTROL('w'):
        erase_word(prompt);
        break;
    case INPUT_CONTROL('u'):
        erase(prompt, 0, prompt->cursor);
        break;
    case INPUT_UP:
        recall(prompt, -1);
        break;
    case INPUT_DOWN:
        recall(prompt, 1);
        break;
    default:
        if ((key >= 0x20 && key < 0x7f) || (key >= 0xa0 && key < INPUT_UP))
            return insert_glyph(prompt, key);
        break;
    }
    return PROMPT_EDITED;
}

enum prompt_result prompt_key(struct prompt *prompt, uint32_t key)
{
    if (key == INPUT_TAB)
        return complete(prompt);
    prompt->candidate_count = 0;
    if (key == INPUT_ENTER) {
        prompt->open = false;
        remember(prompt);
        return PROMPT_ENTERED;
    }
    bool erases = key == INPUT_BACKSPACE || key == INPUT_CONTROL('h');
    if (key == INPUT_ESCAPE || key == INPUT_CONTROL('g') || (erases && prompt->length == 0)) {
        prompt->open = false;
        return PROMPT_CANCELLED;
    }
    if (!erases)
        return edit(prompt, key);
    if (prompt->cursor > 0)
        erase(prompt, before(prompt, prompt->cursor), prompt->cursor);
    return PROMPT_EDITED;
}

enum prompt_result prompt_paste(struct prompt *prompt, const char *text)
{
    int from = prompt->cursor;
    uint32_t glyph;
    prompt->candidate_count = 0;
    while ((glyph = utf8_next(&text)) != 0) {
        bool blank = glyph <= ' ' || (glyph >= 0x7f && glyph < 0xa0);
        char last = prompt->cursor > from ? prompt->text[prompt->cursor - 1] : ' ';
        if (blank && last == ' ')
            continue;
        enum prompt_result result = insert_glyph(prompt, blank ? ' ' : glyph);
        if (result != PROMPT_EDITED) {
            erase(prompt, from, prompt->cursor);
            return result;
        }
    }
    /* The end of the last line asks for nothing. */
    if (prompt->cursor > from && prompt->text[prompt->cursor - 1] == ' ')
        erase(prompt, prompt->cursor - 1, prompt->cursor);
    return PROMPT_EDITED;
}

const char *prompt_refusal(enum prompt_result result)
{
    return result == PROMPT_FULL      ? "the prompt is full: it takes no more"
        : result == PROMPT_UNREADABLE ? "the prompt takes UTF-8 alone"
                                      : NULL;
}

enum { MORE_COLUMNS = 12 }; /* "… 128 more" behind two blanks */

/*
 * Writes candidates into rows of whole words from row y on and returns how many; at most `rows`
 * where that is not 0: the last one says how many candidates are left then. With surface NULL
 * it only counts.
 */
static int write_candidates(
    const struct prompt *prompt, struct surface *surface, int width, int y, int rows)
{
    int x = 1, row = 0;
    for (int i = 0; i < prompt->candidate_count; i++) {
        int columns = text_columns(prompt->candidates[i]);
        bool last = rows > 0 && row == rows - 1;
        if (x > 1 && x + columns > width - (last ? MORE_COLUMNS : 0)) {
            if (last) {
                surface_print(
                    surface, x, y + row, ROLE_DIM, "… %d more", prompt->candidate_count - i);
                return rows;
            }
            row++;
            x = 1;
        }
        if (surface)
            surface_text(surface, x, y + row, -1, ROLE_HEADING, prompt->candidates[i]);
        x += columns + 2;
    }
    return row + 1;
}

/* Above the prompt, in as many rows as they take, or there are. */
static void draw_candidates(const struct prompt *prompt, struct surface *surface, int y)
{
    if (prompt->candidate_count == 0 || y < 1)
        return;
    int needed = write_candidates(prompt, NULL, surface->width, 0, 0);
    int rows = needed < y ? needed : y;
    surface_fill(surface, (struct rect){0, y - rows, surface->width, rows}, ' ', ROLE_TEXT);
    (void)write_candidates(prompt, surface, surface->width, y - rows, rows < needed ? rows : 0);
}

void prompt_draw(const struct prompt *prompt, struct surface *surface, int y)
{
    surface_fill(surface, (struct rect){0, y, surface->width, 1}, ' ', ROLE_TEXT);
    /* A line longer than the screen is shown around its end. */
    int room = surface->width - 3, column = 0, from = 0;
    for (int place = 0; place < prompt->cursor; place = after(prompt, place)) {
        if (column < room)
            column++;
        else
            from = after(prompt, from);
    }
    surface_put(surface, 0, y, ':', ROLE_KEY);
    surface_text(surface, 1, y, -1, ROLE_STRONG, prompt->text + from);
    surface_paint(surface, (struct rect){1 + column, y, 1, 1}, ROLE_SELECTED);
    if (prompt->length == 0)
        surface_text(surface, 3, y, -1, ROLE_DIM,
            surface->width < 60 ? "a command or NAME VALUE; Tab, Esc"
                                : "a command, or NAME VALUE; Tab completes, Esc leaves");
    draw_candidates(prompt, surface, y);
}
