#include "io/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/text.h"

/* A signal can come just before waiting begins: it is asked for again after so long. */
enum { ASK_MILLISECONDS = 100, BLOCK = 1 << 14 };
/* A line, the mark before it and its end, CRLF. */
enum { MARK = 3, BUFFER_SIZE = MARK + LINES_LONGEST + 2 };

static const char *shown_name(const struct lines *lines)
{
    return lines->name ? lines->name : "standard input";
}

static bool refuse_file(const struct lines *lines, int number, struct error *error)
{
    char after[32] = "";
    if (lines->line > 0)
        (void)snprintf(after, sizeof after, ", after line %d", lines->line);
    return error_set(error, "%s: %s%s%s", SHOWN_FILE(shown_name(lines)), strerror(number),
        number == EISDIR ? ": a file is needed" : "", after);
}

/* `column` 0: of the line as a whole; before the first line: of the file. */
static bool say_wrong(
    const struct lines *lines, int column, struct error *error, const char *what)
{
    char where[sizeof ":2147483647:2147483647: "];
    if (column > 0)
        (void)snprintf(where, sizeof where, ":%d:%d: ", lines->line, column);
    else if (lines->line > 0)
        (void)snprintf(where, sizeof where, ":%d: ", lines->line);
    else
        (void)snprintf(where, sizeof where, ": ");
    /* What is wrong counts for more than in which directory. */
    const char *name = shown_name(lines), *slash = strrchr(name, '/');
    struct text_file whole = text_file(name);
    bool fits = strlen(whole.text) + strlen(what) + sizeof where < sizeof error->text;
    struct text_word last = text_word(slash && slash[1] ? slash + 1 : name);
    (void)error_set(error, "%s%s%s", fits ? whole.text : last.text, where, what);
    error->line = lines->line;
    return false;
}

bool lines_wrong(const struct lines *lines, struct error *error, const char *format, ...)
{
    char what[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error && say_wrong(lines, 0, error, what);
}

bool lines_wrong_at(
    const struct lines *lines, const char *place, struct error *error, const char *format, ...)
{
    char what[sizeof error->text];
    int column = 1;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    for (const char *at = lines->start; at < place; at++)
        column += ((unsigned char)*at & 0xc0) != 0x80;
    return error && say_wrong(lines, column, error, what);
}

bool lines_wrong_in(const struct lines *lines, int line, int column, struct error *error,
    const char *format, ...)
{
    struct lines there = *lines;
    char what[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    there.line = line;
    return error && say_wrong(&there, column, error, what);
}

bool lines_open(struct lines *lines, const char *name, const struct interrupt *interrupt,
    struct error *error)
{
    bool standard = !name || strcmp(name, "-") == 0;
    *lines = (struct lines){
        .name = standard ? NULL : name, .file = STDIN_FILENO, .interrupt = interrupt};
    if (!standard) {
        do /* opening a named pipe waits for its writer */
            lines->file = open(name, O_RDONLY | O_CLOEXEC);
        while (lines->file < 0 && errno == EINTR && !interrupt_asked(lines->interrupt));
    }
    if (lines->file < 0)
        return refuse_file(lines, errno, error);
    lines->buffer = malloc(BUFFER_SIZE + 1);
    if (lines->buffer)
        return true;
    lines_close(lines);
    return error_set(error, "out of memory");
}

void lines_grow(struct lines *lines)
{
    lines->grows = true;
    lines->taken = 0;
    lines->digest = DIGEST_START;
}

bool lines_stand(const struct lines *lines)
{
    char block[BLOCK];
    uint64_t at = 0, digest = DIGEST_START;
    while (at < lines->taken) {
        uint64_t left = lines->taken - at;
        ssize_t count =
            pread(lines->file, block, left < BLOCK ? (size_t)left : BLOCK, (off_t)at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count < 0; /* reading on will say what is wrong */
        digest_bytes(&digest, block, (size_t)count);
        at += (uint64_t)count;
    }
    return digest == lines->digest;
}

void lines_await(const struct lines *lines, int milliseconds)
{
    struct pollfd wait = {lines->file, POLLIN, 0};
    (void)poll(&wait, 1, milliseconds);
}

void lines_close(struct lines *lines)
{
    if (lines->name)
        (void)close(lines->file);
    free(lines->buffer);
    lines->buffer = NULL;
}

/* Reads on behind what there is: false with *error; at the end, `ended`. Of what grows perhaps
 * nothing. */
static bool read_more(struct lines *lines, struct error *error)
{
    struct pollfd wait = {lines->file, POLLIN, 0};
    for (;;) {
        if (interrupt_asked(lines->interrupt))
            return error_set(error, "%s: given up", SHOWN_FILE(shown_name(lines)));
        int ready = poll(&wait, 1, lines->grows ? 0 : ASK_MILLISECONDS);
        if (ready == 0 && lines->grows)
            return true;
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        ssize_t count = read(lines->file, lines->buffer + lines->end, BUFFER_SIZE - lines->end);
        if (count >= 0) {
            if (lines->grows) {
                digest_bytes(&lines->digest, lines->buffer + lines->end, (size_t)count);
                lines->taken += (uint64_t)count;
            }
            lines->end += (size_t)count;
            lines->ended = count == 0;
            return true;
        }
        if (errno != EINTR && errno != EAGAIN)
            return refuse_file(lines, errno, error);
    }
}

/* Reads until there is a whole line from `next` on; its length, its end not counted. *whole is
 * false where none has come yet. */
static bool find_end(struct lines *lines, size_t *length, bool *whole, struct error *error)
{
    size_t searched = 0;
    *whole = true;
    for (;;) {
        char *start = lines->buffer + lines->next;
        size_t have = lines->end - lines->next;
        const char *end = memchr(start + searched, '\n', have - searched);
        if (end || (lines->ended && !lines->grows) || have == BUFFER_SIZE) {
            *length = end ? (size_t)(end - start) : have;
            return true;
        }
        searched = have;
        if (lines->next > 0)
            memmove(lines->buffer, start, have);
        lines->next = 0;
        lines->end = have;
        if (!read_more(lines, error))
            return false;
        if (lines->grows && lines->end == have) {
            *whole = false;
            return true;
        }
    }
}

/* A file in UTF-16 begins so, whichever byte comes first. */
static bool is_utf16(const char *text, size_t length)
{
    return length >= 2 &&
        (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

/* Whether the line, which ends with a NUL, is text. */
static bool check_text(
    const struct lines *lines, const char *text, size_t length, struct error *error)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD itself is a character */
    if (lines->line == 1 && is_utf16(text, length))
        return lines_wrong(
            lines, error, "UTF-16, not UTF-8: iconv -f UTF-16 -t UTF-8 converts it");
    const char *at = text;
    for (int column = 1;; column++) {
        const char *from = at;
        uint32_t glyph = utf8_next(&at);
        if (glyph == 0 && from == text + length)
            return true;
        if (glyph == 0)
            return lines_wrong(
                lines, error, "a zero byte in column %d: this is not a text file", column);
        if (glyph == '\r')
            return lines_wrong(lines, error,
                "a carriage return in column %d: lines end with LF or CRLF", column);
        if (glyph == 0xfffd && strncmp(from, replacement, 3) != 0)
            return lines_wrong(lines, error,
                "byte 0x%02x in column %d is not UTF-8: iconv -f LATIN1 -t UTF-8 may convert "
                "it",
                (unsigned)(unsigned char)*from, column);
    }
}

bool lines_next(struct lines *lines, char **text, struct error *error)
{
    size_t length = 0;
    bool whole;
    *text = NULL;
    if (!find_end(lines, &length, &whole, error))
        return false;
    char *line = lines->buffer + lines->next;
    if (!whole || (length == 0 && lines->next == lines->end))
        return true;
    lines->line += lines->line < INT_MAX;
    lines->next += length + (lines->next + length < lines->end); /* and its LF */
    bool first = lines->line == 1;
    size_t mark = first && length >= MARK && memcmp(line, "\xef\xbb\xbf", MARK) == 0 ? MARK : 0;
    line += mark;
    length -= mark;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length > LINES_LONGEST)
        return lines_wrong(lines, error,
            "longer than %d bytes: break it into lines, if this is text", LINES_LONGEST);
    line[length] = '\0';
    lines->start = line;
    if (!check_text(lines, line, length, error))
        return false;
    *text = line;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without its comment and the blanks around. */
char *line_said(char *text)
{
    char *end = text;
    while (*end && !(*end == '#' && (end == text || is_blank(end[-1]))))
        end++;
    while (end > text && is_blank(end[-1]))
        end--;
    *end = '\0';
    while (is_blank(*text))
        text++;
    return text;
}

bool lines_next_said(struct lines *lines, char **text, struct error *error)
{
    do {
        if (!lines_next(lines, text, error))
            return false;
        if (*text)
            *text = line_said(*text);
    } while (*text && !**text);
    return true;
}

char *line_word(char **text)
{
    while (is_blank(**text))
        (*text)++;
    char *word = *text;
    while (**text && !is_blank(**text))
        (*text)++;
    if (**text)
        *(*text)++ = '\0';
    while (is_blank(**text))
        (*text)++;
    return word;
}
