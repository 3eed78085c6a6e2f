#include "io/lesson_file.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/text.h"
#include "io/lesson_reader.h"

#define LESSON_HEADER "nablascope-lesson"

/* Where a place in the text at hand stands in the file. */
static struct lesson_piece place_of(const struct lesson_reader *reader, const char *place)
{
    int at = (int)(place - reader->text), found = 0;
    for (int i = 1; i < reader->piece_count; i++) {
        if (reader->pieces[i].at <= at)
            found = i;
    }
    struct lesson_piece piece = reader->pieces[found];
    for (int i = piece.at; i < at; i++)
        piece.column += ((unsigned char)reader->text[i] & 0xc0) != 0x80;
    return piece;
}

bool lesson_wrong(struct lesson_reader *reader, const char *place, const char *format, ...)
{
    char what[sizeof reader->error->text];
    struct lesson_piece piece = place_of(reader, place);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return lines_wrong_in(reader->lines, piece.line, piece.column, reader->error, "%s", what);
}

int lesson_line(const struct lesson_reader *reader)
{
    return reader->pieces[0].line;
}

struct lesson_item *lesson_reader_add(struct lesson_reader *reader, enum lesson_kind kind)
{
    struct lesson_item *item = NULL;
    if (reader->lesson->count == LESSON_ITEMS_MOST)
        (void)lesson_wrong(reader, reader->text,
            "more than %d commands: another lesson can have them", LESSON_ITEMS_MOST);
    else if (!(item = lesson_add(reader->lesson, kind, lesson_line(reader))))
        (void)lesson_wrong(reader, reader->text, "out of memory");
    return item;
}

bool lesson_take_text(struct lesson_reader *reader, const char *text, char **copy)
{
    struct error own;
    const char *at = text;
    if (!*text)
        return lesson_wrong(reader, text, "a text is missing");
    if (strlen(text) > LESSON_TEXT_MOST)
        return lesson_wrong(
            reader, text, "longer than %d bytes: two say more", LESSON_TEXT_MOST);
    if (!lesson_text_parse(text, &reader->lesson->names, &at, &own))
        return lesson_wrong(reader, at, "%s; {{ is a brace", own.text);
    *copy = strdup(text);
    return *copy || lesson_wrong(reader, text, "out of memory");
}

/* title, about: once. */
static bool take_once(struct lesson_reader *reader, const char *text, char **copy)
{
    static const struct lesson_names none = {.count = 0};
    struct error own;
    const char *at = text;
    if (*copy)
        return lesson_wrong(reader, reader->text, "it stands once, and has been");
    if (strlen(text) > 72)
        return lesson_wrong(reader, text, "longer than 72 bytes: it is a line of the list");
    /* No numbers: there is no step yet. */
    if (strchr(text, '{') && !lesson_text_parse(text, &none, &at, &own))
        return lesson_wrong(reader, at, "%s", own.text);
    return lesson_take_text(reader, text, copy);
}

static bool parse_whole(const char *word, long most, long *value)
{
    char *end;
    *value = 0;
    if (!isdigit((unsigned char)*word) || strlen(word) > 9)
        return false;
    *value = strtol(word, &end, 10);
    return !*end && *value >= 1 && *value <= most;
}

static bool take_minutes(struct lesson_reader *reader, const char *text)
{
    long minutes;
    if (reader->lesson->minutes > 0)
        return lesson_wrong(reader, reader->text, "it stands once, and has been");
    if (!parse_whole(text, 240, &minutes))
        return lesson_wrong(
            reader, text, "'%s' is no number of minutes: 1 to 240", SHOWN(text));
    reader->lesson->minutes = (int)minutes;
    return true;
}

static bool take_said(struct lesson_reader *reader, enum lesson_kind kind, const char *text)
{
    struct lesson_item *item = lesson_reader_add(reader, kind);
    return item && lesson_take_text(reader, text, &item->text);
}

static bool take_section(struct lesson_reader *reader, const char *text)
{
    if (reader->asked.open)
        return lesson_wrong(
            reader, reader->text, "a section begins behind the reveals of the question before");
    return take_said(reader, LESSON_SECTION, text);
}

/* The word that stands at *text, and behind it *text then. */
static size_t word_at(const char **text, char *word, size_t size)
{
    size_t length = strcspn(*text, " ");
    (void)snprintf(word, size, "%.*s", (int)(length < size ? length : size - 1), *text);
    *text += length;
    while (**text == ' ')
        (*text)++;
    return length;
}

/* A layer or a unit of an arrow. */
static bool take_index(struct lesson_reader *reader, const char **text, long most, int *index)
{
    char word[16];
    long number;
    const char *place = *text;
    size_t length = word_at(text, word, sizeof word);
    if (length >= sizeof word || !parse_whole(word, most, &number))
        return lesson_wrong(reader, place, "a number of 1 to %ld is wanted", most);
    *index = (int)number;
    return true;
}

static bool take_look(struct lesson_reader *reader, const char *text)
{
    struct lesson_item *item = lesson_reader_add(reader, LESSON_LOOK);
    if (!item)
        return false;
    struct lesson_look *look = &item->of.look;
    const char *place = text;
    struct lesson_piece at = place_of(reader, place);
    look->line = at.line;
    look->column = at.column;
    size_t length = word_at(&text, look->place, sizeof look->place);
    if (length == 0 || length >= sizeof look->place ||
        look->place[strspn(look->place, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
        return lesson_wrong(reader, place,
            "look where? layer N, unit L N, or a name of the view's: nablascope-lesson(5)");
    bool layer = strcmp(look->place, "layer") == 0, unit = strcmp(look->place, "unit") == 0;
    if ((layer || unit) && !take_index(reader, &text, LAYERS_MOST, &look->layer))
        return false;
    if (unit && !take_index(reader, &text, WIDTH_MOST, &look->unit))
        return false;
    return lesson_take_text(reader, text, &item->text);
}

static bool take_run(struct lesson_reader *reader, const char *text)
{
    long steps;
    if (!parse_whole(text, LESSON_STEPS_MOST, &steps))
        return lesson_wrong(reader, text, "run how many steps? run N, 1 to %d, not '%s'",
            LESSON_STEPS_MOST, SHOWN(text));
    struct lesson_item *item = lesson_reader_add(reader, LESSON_RUN);
    if (item)
        item->steps = (uint64_t)steps;
    return item != NULL;
}

/* until, and wait with a condition. */
static bool take_until(struct lesson_reader *reader, enum lesson_kind kind, const char *text)
{
    struct error own;
    const char *at = text;
    struct lesson_item *item = lesson_reader_add(reader, kind);
    if (!item)
        return false;
    if (!*text && kind == LESSON_WAIT)
        return true;
    if (!lesson_until_parse(text, &item->condition, &item->steps, &at, &own))
        return lesson_wrong(reader, at, "%s", own.text);
    item->text = malloc(CONDITION_TEXT);
    if (!item->text)
        return lesson_wrong(reader, text, "out of memory");
    (void)condition_write(&item->condition, item->text, CONDITION_TEXT);
    return true;
}

static bool take_check_option(
    struct lesson_reader *reader, struct lesson_check *check, const char **text)
{
    char word[24], value[40], *end;
    const char *place = *text;
    struct error own;
    long whole;
    int index;
    (void)word_at(text, word, sizeof word);
    const char *at = *text;
    if (word_at(text, value, sizeof value) == 0 && *word)
        return lesson_wrong(reader, at, "%s needs a value", SHOWN(word));
    if (strcmp(word, "epsilon") == 0) {
        check->epsilon = strtod(value, &end);
        return (!*end && check->epsilon > 0 && check->epsilon <= 1) ||
            lesson_wrong(reader, at, "'%s' is no epsilon: above 0 and up to 1", SHOWN(value));
    }
    if (strcmp(word, "scheme") == 0) {
        index = names_find(check_scheme_name, value);
        check->scheme = (enum check_scheme)(index < 0 ? 0 : index);
        return index >= 0 || names_refuse(check_scheme_name, "scheme", value, &own) ||
            lesson_wrong(reader, at, "%s", own.text);
    }
    if (strcmp(word, "plant") == 0) {
        index = names_find(plant_name, value);
        check->plant = (enum plant)(index < 0 ? 0 : index);
        return index >= 0 || names_refuse(plant_name, "mistake", value, &own) ||
            lesson_wrong(reader, at, "%s", own.text);
    }
    if (strcmp(word, "elements") == 0) {
        bool right = parse_whole(value, 1000000, &whole);
        check->elements = whole;
        return right ||
            lesson_wrong(
                reader, at, "'%s' is no number of elements: 1 to 1000000", SHOWN(value));
    }
    return lesson_wrong(reader, place,
        "check [epsilon E] [scheme NAME] [plant BUG] [elements N], not '%s'", SHOWN(word));
}

static bool take_check(struct lesson_reader *reader, const char *text)
{
    struct lesson_item *item = lesson_reader_add(reader, LESSON_CHECK);
    if (!item)
        return false;
    item->of.check.epsilon = 1e-5;
    while (*text) {
        if (!take_check_option(reader, &item->of.check, &text))
            return false;
    }
    return true;
}

static bool take_let(struct lesson_reader *reader, const char *text)
{
    struct error own;
    const char *at = text;
    struct lesson_item *item = lesson_reader_add(reader, LESSON_LET);
    return item &&
        (lesson_let_parse(text, &reader->lesson->names, &item->of.let, &at, &own) ||
            lesson_wrong(reader, at, "%s", own.text));
}

static bool take_expect(struct lesson_reader *reader, const char *text)
{
    struct error own;
    const char *at = text;
    struct lesson_item *item = lesson_reader_add(reader, LESSON_EXPECT);
    if (!item)
        return false;
    item->text = strdup(reader->text);
    if (!item->text)
        return lesson_wrong(reader, text, "out of memory");
    reader->asked.expects++;
    return lesson_expect_parse(text, &reader->lesson->names, &item->of.expect, &at, &own) ||
        lesson_wrong(reader, at, "%s", own.text);
}

/* What a line can begin with: words of lessons, then of the laboratory. */
static const char *line_name(int index)
{
    enum { WORDS = 19 };
    if (index < WORDS)
        return lesson_word_name(index);
    index -= WORDS;
    return index < COMMAND_COUNT ? command_name(index) : hparam_name(index - COMMAND_COUNT);
}

static bool take_command(struct lesson_reader *reader, const char *word)
{
    struct command command;
    struct error own;
    if (!command_parse(reader->text, &command, &own)) {
        const char *nearest =
            names_find(line_name, word) < 0 ? names_nearest(line_name, word) : NULL;
        if (nearest && names_find(lesson_word_name, nearest) >= 0)
            return lesson_wrong(reader, reader->text,
                "unknown command '%s': did you mean '%s'?", SHOWN(word), nearest);
        if (command_strange(reader->text)) /* there is no key ? in a file */
            return lesson_wrong(reader, reader->text,
                "unknown command '%s': nablascope-lesson(5) lists them", SHOWN(word));
        return lesson_wrong(reader, command_place(reader->text), "%s", own.text);
    }
    const char *why = lesson_unfit(&command);
    if (why)
        return lesson_wrong(
            reader, reader->text, "%s is none of a lesson: %s", SHOWN(word), why);
    struct lesson_item *item = lesson_reader_add(reader, LESSON_COMMAND);
    if (!item)
        return false;
    item->of.command = command;
    item->text = strdup(reader->text);
    return item->text || lesson_wrong(reader, reader->text, "out of memory");
}

/* By the word that the command begins with; `text` is what follows it. */
static bool take_by_word(struct lesson_reader *reader, const char *word, const char *text)
{
    struct lesson *lesson = reader->lesson;
    bool title = strcmp(word, "title") == 0;
    if (!lesson->title && !title)
        return lesson_wrong(
            reader, reader->text, "the title comes first: title TEXT, then about TEXT");
    if (title || strcmp(word, "about") == 0)
        return take_once(reader, text, title ? &lesson->title : &lesson->about);
    if (strcmp(word, "minutes") == 0)
        return take_minutes(reader, text);
    if (strcmp(word, "section") == 0)
        return take_section(reader, text);
    if (strcmp(word, "say") == 0)
        return take_said(reader, LESSON_SAY, text);
    if (strcmp(word, "look") == 0)
        return take_look(reader, text);
    if (strcmp(word, "ask") == 0)
        return lesson_take_ask(reader, text);
    if (strcmp(word, "choice") == 0 || strcmp(word, "right") == 0)
        return lesson_take_choice(reader, text, *word == 'r');
    if (strcmp(word, "again") == 0)
        return lesson_take_again(reader, text);
    if (strcmp(word, "answer") == 0)
        return lesson_take_answer(reader, text);
    if (strcmp(word, "reveal") == 0)
        return lesson_take_reveal(reader, text);
    if (strcmp(word, "transfer") == 0)
        return lesson_take_transfer(reader, text);
    if (strcmp(word, "run") == 0)
        return take_run(reader, text);
    if (strcmp(word, "until") == 0)
        return take_until(reader, LESSON_UNTIL, text);
    if (strcmp(word, "wait") == 0)
        return take_until(reader, LESSON_WAIT, text);
    if (strcmp(word, "check") == 0)
        return take_check(reader, text);
    if (strcmp(word, "let") == 0)
        return take_let(reader, text);
    if (strcmp(word, "expect") == 0)
        return take_expect(reader, text);
    return take_command(reader, word);
}

static bool take_header(struct lesson_reader *reader)
{
    int version = 0, used = 0;
    reader->headed = sscanf(reader->text, LESSON_HEADER " %9d%n", &version, &used) == 1 &&
        !reader->text[used];
    if (!reader->headed)
        return lesson_wrong(reader, reader->text,
            "no lesson: it begins with '" LESSON_HEADER " %d'", LESSON_FORMAT);
    return version == LESSON_FORMAT ||
        lesson_wrong(reader, reader->text,
            "format %d is of another version of nablascope: this one reads format %d", version,
            LESSON_FORMAT);
}

/* The command that has been put together, if there is one. */
static bool take_whole(struct lesson_reader *reader)
{
    char word[64];
    const char *text = reader->text;
    if (reader->piece_count == 0)
        return true;
    bool taken;
    if (!reader->headed) {
        taken = take_header(reader);
    } else {
        (void)word_at(&text, word, sizeof word);
        bool choice = strcmp(word, "choice") == 0 || strcmp(word, "right") == 0;
        taken = (choice || lesson_choices_complete(reader)) &&
            (strcmp(word, "reveal") == 0 || lesson_reveals_complete(reader)) &&
            take_by_word(reader, word, text);
    }
    reader->piece_count = 0;
    reader->length = 0;
    return taken;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes a comment and blanks off the end. */
static void cut(char *text)
{
    char *end = text;
    while (*end &&
        !(*end == '#' && (end == text || is_blank(end[-1])) &&
            (end == text || !end[1] || is_blank(end[1]))))
        end++;
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
}

/* Puts a line of the file to the command at hand. */
static bool put(struct lesson_reader *reader, const char *line, const char *text)
{
    const struct lines *lines = reader->lines;
    struct lesson_piece piece = {.line = lines->line, .column = 1};
    size_t more = strlen(text), between = reader->piece_count > 0;
    for (const char *at = line; at < text; at++)
        piece.column++;
    if (reader->length + between + more > LESSON_LINE_MOST)
        return lines_wrong(lines, reader->error,
            "longer than %d bytes with the lines before: two commands say more",
            LESSON_LINE_MOST);
    if (between)
        reader->text[reader->length++] = ' ';
    piece.at = (int)reader->length;
    for (; *text; text++)
        reader->text[reader->length++] = *text == '\t' ? ' ' : *text;
    reader->text[reader->length] = '\0';
    reader->pieces[reader->piece_count++] = piece;
    return true;
}

static bool take_line(struct lesson_reader *reader, char *line)
{
    char *text = line;
    for (const char *at = line; *at; at++) {
        if (((unsigned char)*at < ' ' && *at != '\t') || *at == 127)
            return lines_wrong_at(reader->lines, at, reader->error,
                "byte 0x%02x is a control character: a lesson is plain text",
                (unsigned)(unsigned char)*at);
    }
    while (is_blank(*text))
        text++;
    bool goes_on = text > line, comment = *text == '#';
    cut(text);
    if (comment)
        return true;
    lesson_look_through(reader->lesson, reader->lines->line, line);
    if (!*text)
        return take_whole(reader);
    if (goes_on && reader->piece_count == 0)
        return lines_wrong_at(reader->lines, text, reader->error,
            "a line that begins with a blank goes on with the one before: there is none");
    return (goes_on || take_whole(reader)) && put(reader, line, text);
}

/* What a lesson has to have. */
static bool end(struct lesson_reader *reader)
{
    const struct lesson *lesson = reader->lesson;
    if (!take_whole(reader))
        return false;
    if (!reader->headed)
        return lines_wrong(reader->lines, reader->error,
            "empty: a lesson begins with '" LESSON_HEADER " %d'", LESSON_FORMAT);
    if (!lesson->title || !lesson->about)
        return lines_wrong(reader->lines, reader->error, "%s is missing: %s TEXT",
            lesson->title ? "about" : "the title", lesson->title ? "about" : "title");
    return lesson_questions_complete(reader);
}

bool lesson_file_read(struct lesson *lesson, struct lines *lines, struct error *error)
{
    char *line;
    struct lesson_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return error_set(error, "out of memory");
    reader->lesson = lesson;
    reader->lines = lines;
    reader->error = error;
    bool done = lines_next(lines, &line, error);
    lesson->digest = DIGEST_START;
    while (done && line) {
        digest_text(&lesson->digest, line);
        digest_text(&lesson->digest, "\n");
        done = take_line(reader, line) && lines_next(lines, &line, error);
    }
    done = done && end(reader);
    free(reader);
    return done;
}
