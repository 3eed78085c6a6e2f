#include "engine/lesson.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "core/text.h"

struct lesson_item *lesson_add(struct lesson *lesson, enum lesson_kind kind, int line)
{
    if (lesson->count == lesson->reserved) {
        int reserved = lesson->reserved > 0 ? 2 * lesson->reserved : 32;
        struct lesson_item *items =
            realloc(lesson->items, (size_t)reserved * sizeof *lesson->items);
        if (!items)
            return NULL;
        lesson->items = items;
        lesson->reserved = reserved;
    }
    struct lesson_item *item = &lesson->items[lesson->count++];
    memset(item, 0, sizeof *item);
    item->kind = kind;
    item->line = line;
    item->question = -1;
    return item;
}

void lesson_clear(struct lesson *lesson)
{
    for (int i = 0; i < lesson->count; i++)
        free(lesson->items[i].text);
    for (int i = 0; i < lesson->question_count; i++) {
        struct lesson_question *question = &lesson->questions[i];
        for (int k = 0; k < question->count; k++) {
            free(question->choices[k].text);
            free(question->choices[k].reveal);
        }
        free(question->text);
    }
    free(lesson->items);
    free(lesson->title);
    free(lesson->about);
    memset(lesson, 0, sizeof *lesson);
}

void lesson_look_through(struct lesson *lesson, int line, const char *text)
{
    struct lesson_unshown found = {.line = line};
    while (*text) {
        found.glyph = utf8_next(&text);
        found.column++;
        if (found.glyph == '\t' || text_one_column(found.glyph))
            continue;
        if (lesson->unshown_count < LESSON_UNSHOWN)
            lesson->unshown[lesson->unshown_count] = found;
        lesson->unshown_count++;
        return;
    }
}

const char *lesson_word_name(int index)
{
    static const char *const names[] = {"title", "about", "minutes", "section", "say", "look",
        "ask", "choice", "right", "again", "reveal", "answer", "run", "until", "wait", "check",
        "let", "expect", "transfer"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

/* Of those that move a run, which a lesson does in words of its own. */
static const char *unfit_to_move(const struct command *command)
{
    switch (command->id) {
    case COMMAND_TOGGLE:
    case COMMAND_REVERSE:
        return "it goes on for ever: run N, until CONDITION or seek STEP";
    case COMMAND_EVENT:
    case COMMAND_FOLLOW:
    case COMMAND_DROP:
    case COMMAND_STAGE:
        return "what it does depends on who plays: seek STEP goes to a step";
    case COMMAND_STEP:
    case COMMAND_SEEK:
        return isfinite(command->number) && fabs(command->number) > LESSON_STEPS_MOST
            ? "that is further than 100000 steps: a lesson is to be checked in a moment"
            : NULL;
    default:
        return NULL;
    }
}

static bool sets_seed(const struct command *command)
{
    struct command armed;
    if (command->id == COMMAND_AT && command_parse(command->text, &armed, NULL))
        return sets_seed(&armed);
    if (command->id == COMMAND_RACE && strstr(command->text, "seed"))
        return true;
    return command->id == COMMAND_RESEED ||
        (command->row && name_equal(command->row->name, "seed"));
}

/* Of what is armed: a run that stops or starts by itself is another one than the lesson's. */
static const char *unfit_to_arm(const struct command *command)
{
    struct command armed;
    if (command->id != COMMAND_AT || name_equal(command->text, "drop") ||
        !command_parse(command->text, &armed, NULL))
        return NULL;
    bool pace = command_table[armed.id].scope == SCOPE_PACE;
    bool speed =
        armed.id == COMMAND_SPEED || armed.id == COMMAND_FASTER || armed.id == COMMAND_SLOWER;
    return pace && !speed ? "it stops or moves the run, which the lesson does: run N, until "
                            "CONDITION"
                          : NULL;
}

const char *lesson_unfit(const struct command *command)
{
    const struct command_info *info = &command_table[command->id];
    bool bare = !*command->text && !command->row;
    if (info->scope == SCOPE_FILE)
        return "a lesson writes and reads no files";
    if (info->scope == SCOPE_LESSON)
        return "it is for who sits at the keyboard";
    if (sets_seed(command))
        return "the seed is the player's, and the check takes several: seeds A..B behind an "
               "expect";
    switch (command->id) {
    case COMMAND_QUIT:
    case COMMAND_SUSPEND:
    case COMMAND_PROMPT:
    case COMMAND_REDRAW:
    case COMMAND_HELP:
        return "it is for who sits at the keyboard";
    case COMMAND_COMPARE:
        return "preset NAME says which";
    case COMMAND_SELECT:
    case COMMAND_SCROLL:
    case COMMAND_FIND:
        return "what it selects depends on what was selected: layer N, unit N";
    case COMMAND_PRESET:
    case COMMAND_NEXT:
    case COMMAND_PREVIOUS:
    case COMMAND_RACE:
    case COMMAND_BEFORE:
    case COMMAND_AT:
        return bare ? "what it is to be is missing" : unfit_to_arm(command);
    default:
        return unfit_to_move(command);
    }
}

uint64_t lesson_next_seed(const struct lesson *lesson, uint64_t seed)
{
    uint64_t next = 0;
    for (int i = 0; i < lesson->count; i++) {
        const struct lesson_expect *expect = &lesson->items[i].of.expect;
        if (lesson->items[i].kind != LESSON_EXPECT || expect->last_seed <= seed)
            continue;
        uint64_t first = expect->first_seed > seed ? expect->first_seed : seed + 1;
        next = next == 0 || first < next ? first : next;
    }
    return next;
}

bool lesson_verifies(const struct lesson *lesson, uint64_t seed)
{
    return seed > 0 && lesson_next_seed(lesson, seed - 1) == seed;
}

void lesson_seeds(const struct lesson *lesson, char *text, size_t size)
{
    enum { RANGE = 2 + 20 + 2 + 20 + 1 }; /* ", A..B" at its longest */
    size_t used = 0;
    uint64_t first = lesson_next_seed(lesson, 0), last = first;
    text[0] = '\0';
    while (first > 0 && used + RANGE <= size) {
        uint64_t next;
        while ((next = lesson_next_seed(lesson, last)) > 0 && next == last + 1)
            last = next;
        const char *comma = used > 0 ? ", " : "";
        int more = first < last
            ? snprintf(text + used, size - used, "%s%" PRIu64 "..%" PRIu64, comma, first, last)
            : snprintf(text + used, size - used, "%s%" PRIu64, comma, first);
        used += (size_t)more;
        first = last = next;
    }
}

int lesson_expects(const struct lesson *lesson)
{
    int expects = 0;
    for (int i = 0; i < lesson->count; i++)
        expects += lesson->items[i].kind == LESSON_EXPECT;
    return expects;
}
