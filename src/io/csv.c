#include "io/csv.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

enum {
    LOOKED_AT = 20,            /* rows, for the separator */
    CHECKED_AT_ONCE = 1 << 22, /* bytes */
};
static const char separators[] = "\t;,";

static bool wrong(const struct csv *csv, int line, struct error *error, const char *what)
{
    return error_set(error, "%s:%d: %s", SHOWN_FILE(csv->name), line, what);
}

/* Bytes of the line end here, 0: none. */
static size_t line_end(const char *at, const char *end)
{
    if (at == end)
        return 0;
    if (*at == '\r')
        return at + 1 < end && at[1] == '\n' ? 2 : 1;
    return *at == '\n';
}

/* UTF-8 without a NUL byte; spreadsheets also write UTF-16. */
static bool check_text(
    const struct csv *csv, const struct data_files *files, struct error *error)
{
    const char *at = csv->at, *asked = at;
    int line = 1;
    while (at < csv->end) {
        if (at - asked >= CHECKED_AT_ONCE) {
            if (data_files_interrupted(files))
                return error_set(error, "%s: interrupted", SHOWN_FILE(csv->name));
            asked = at;
        }
        size_t length = line_end(at, csv->end);
        if (length > 0)
            line++;
        if (!*at)
            return wrong(
                csv, line, error, "a byte 0: no text; a spreadsheet saves it as CSV in UTF-8");
        if (length == 0 && (unsigned char)*at >= 0x80) {
            const char *next = at;
            if (utf8_next(&next) == 0xfffd && strncmp(at, "\xef\xbf\xbd", 3) != 0)
                return wrong(csv, line, error,
                    "no UTF-8: iconv -f latin1 -t utf-8 may do, or saving it as UTF-8");
            length = (size_t)(next - at);
        }
        at += length > 0 ? length : 1;
    }
    return true;
}

/* How often the separator stands in the row that begins here; moves on behind it. */
static int count_in_row(const char **at, const char *end, char separator)
{
    bool quoted = false;
    int count = 0;
    for (; *at < end; (*at)++) {
        size_t ends = quoted ? 0 : line_end(*at, end);
        if (ends > 0) {
            *at += ends;
            break;
        }
        quoted = quoted != (**at == '"');
        count += !quoted && **at == separator;
    }
    return count;
}

/* In each of the first rows as often: so often; else 0. *first is that of the first row. */
static int count_in_all(const struct csv *csv, char separator, int *first)
{
    const char *at = csv->at;
    int rows = 0;
    bool same = true;
    *first = 0;
    while (at < csv->end && rows < LOOKED_AT) {
        if (line_end(at, csv->end) > 0) {
            at += line_end(at, csv->end);
            continue;
        }
        int count = count_in_row(&at, csv->end, separator);
        *first = rows == 0 ? count : *first;
        same = same && count == *first;
        rows++;
    }
    return same ? *first : 0;
}

/*
 * Where several stand in every row as often, it is the one that does most: the others stand in
 * words. A ',' may also be a decimal point, of every cell at most: then it is one more than the
 * other separator at most.
 */
static char find_separator(const struct csv *csv)
{
    char found = ',', loose = ',';
    int most = 0, most_loose = 0;
    for (const char *s = separators; *s; s++) {
        int first, count = count_in_all(csv, *s, &first);
        if (count > most && (most == 0 || *s != ',' || count > most + 1)) {
            most = count;
            found = *s;
        }
        if (first >= most_loose && first > 0) {
            most_loose = first;
            loose = *s;
        }
    }
    return most > 0 ? found : loose;
}

/* Some spreadsheets begin with a line of their own that says it, "sep=;". */
static bool take_separator(struct csv *csv)
{
    enum { LENGTH = 5 };
    const char *at = csv->at, *behind = at + LENGTH;
    if (csv->end - at <= LENGTH || memcmp(at, "sep=", 4) != 0 || !strchr(separators, at[4]) ||
        line_end(behind, csv->end) == 0)
        return false;
    csv->separator = at[4];
    csv->at = behind + line_end(behind, csv->end);
    csv->line++;
    return true;
}

bool csv_begin(struct csv *csv, const struct data_files *files, const struct data_bytes *file,
    struct error *error)
{
    const char *text = (const char *)file->bytes;
    *csv = (struct csv){file->name, text, text + file->size, 1, ',', NULL, 0};
    if (file->size >= 2 &&
        (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return wrong(csv, 1, error, "UTF-16: save it as UTF-8, or iconv -f utf-16 -t utf-8");
    if (file->size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
    if (!check_text(csv, files, error))
        return false;
    if (!take_separator(csv))
        csv->separator = find_separator(csv);
    return true;
}

void csv_clear(struct csv *csv)
{
    free(csv->scratch);
    csv->scratch = NULL;
}

static bool is_blank(const struct csv *csv, char c)
{
    return c == ' ' || (c == '\t' && csv->separator != '\t');
}

static void skip_blanks(struct csv *csv)
{
    while (csv->at < csv->end && is_blank(csv, *csv->at))
        csv->at++;
}

bool csv_more(struct csv *csv)
{
    for (;;) {
        const char *begin = csv->at;
        skip_blanks(csv);
        size_t length = line_end(csv->at, csv->end);
        if (csv->at == csv->end)
            return false;
        if (length == 0) {
            csv->at = begin;
            return true;
        }
        csv->at += length;
        csv->line++;
    }
}

static bool keep(struct csv *csv, size_t used, char c, struct error *error)
{
    if (used == csv->room) {
        size_t room = csv->room > 0 ? 2 * csv->room : 256;
        char *scratch = realloc(csv->scratch, room);
        if (!scratch)
            return wrong(csv, csv->line, error, "out of memory for a cell");
        csv->scratch = scratch;
        csv->room = room;
    }
    csv->scratch[used] = c;
    return true;
}

/* From the quote on to behind the one that ends it. */
static bool take_quoted(struct csv *csv, struct csv_cell *cell, struct error *error)
{
    size_t used = 0;
    csv->at++;
    while (csv->at < csv->end) {
        size_t ends = line_end(csv->at, csv->end);
        char c = *csv->at;
        if (c == '"' && !(csv->at + 1 < csv->end && csv->at[1] == '"')) {
            csv->at++;
            cell->text = csv->scratch;
            cell->length = used;
            cell->quoted = true;
            return true;
        }
        if (!keep(csv, used++, ends > 0 ? '\n' : c, error))
            return false;
        csv->line += ends > 0;
        csv->at += c == '"' ? 2 : ends > 0 ? ends : 1;
    }
    return wrong(csv, cell->line, error, "a quote that begins here has no end");
}

bool csv_next(struct csv *csv, struct csv_cell *cell, struct error *error)
{
    *cell = (struct csv_cell){.text = "", .line = csv->line};
    skip_blanks(csv);
    if (csv->at < csv->end && *csv->at == '"') {
        if (!take_quoted(csv, cell, error))
            return false;
        skip_blanks(csv);
    } else {
        cell->text = csv->at;
        while (csv->at < csv->end && *csv->at != csv->separator &&
            line_end(csv->at, csv->end) == 0)
            csv->at++;
        cell->length = (size_t)(csv->at - cell->text);
        while (cell->length > 0 && is_blank(csv, cell->text[cell->length - 1]))
            cell->length--;
    }
    size_t ends = line_end(csv->at, csv->end);
    cell->last = csv->at == csv->end || ends > 0;
    if (!cell->last && *csv->at != csv->separator)
        return wrong(csv, csv->line, error,
            "something follows the end of a quote: a quote in a cell is written twice");
    csv->at += cell->last ? ends : 1;
    csv->line += cell->last && ends > 0;
    return true;
}
