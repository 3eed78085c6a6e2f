#include "io/csv_table.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/csv.h"
#include "io/csv_words.h"

/* A quiet NaN that no arithmetic is done with: its low bits are a word's number + 1. */
#define SPECIAL UINT64_C(0x7ff8000000000000)

enum {
    ROW_WORK = 32,     /* elements that a plain loop goes over while a cell is read */
    NUMBER_ROOM = 400, /* characters of a number that needs no memory of its own */
    NAME_SHOWN = 50    /* of a file, with its directories */
};

static double special(int64_t word)
{
    uint64_t bits = SPECIAL | (uint64_t)(word + 1);
    double cell;
    memcpy(&cell, &bits, sizeof cell);
    return cell;
}

int64_t csv_word(double cell)
{
    uint64_t bits;
    if (!isnan(cell))
        return CSV_NUMBER;
    memcpy(&bits, &cell, sizeof bits);
    return (int64_t)(bits & 0xffffffff) - 1;
}

const char *csv_text(const struct csv_table *table, int64_t word)
{
    return table->words.text + table->words.begins[word];
}

double csv_at(const struct csv_table *table, int row, int column)
{
    return table->cells[(ptrdiff_t)row * table->columns + column];
}

static bool is_missing(const struct csv_cell *cell)
{
    static const char *const words[] = {"NA", "N/A", "NaN", "nan", "NULL", "null", "?"};
    for (size_t i = 0; i < ARRAY_LEN(words) && !cell->quoted; i++) {
        if (strlen(words[i]) == cell->length && memcmp(words[i], cell->text, cell->length) == 0)
            return true;
    }
    return cell->length == 0;
}

static size_t digits_of(const char *text, size_t at, size_t length)
{
    size_t begin = at;
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at - begin;
}

/* A decimal number: no more than that, as hexadecimal ones, "inf" and "1_000" would be. */
static bool is_decimal(const char *text, size_t length)
{
    size_t at = length > 0 && (text[0] == '-' || text[0] == '+');
    size_t whole = digits_of(text, at, length), part = 0;
    at += whole;
    if (at < length && text[at] == '.') {
        part = digits_of(text, at + 1, length);
        at += part + 1;
    }
    if (whole + part == 0)
        return false;
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < length && (text[at] == '-' || text[at] == '+');
        size_t exponent = digits_of(text, at, length);
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return at == length;
}

/* The nearest double, in the "C" locale; false for what is none, or beyond the largest. */
static bool number_of(const struct csv_cell *cell, double *value)
{
    char room[NUMBER_ROOM], *copy = room;
    if (!is_decimal(cell->text, cell->length))
        return false;
    if (cell->length >= sizeof room)
        copy = malloc(cell->length + 1);
    if (!copy)
        return false;
    memcpy(copy, cell->text, cell->length);
    copy[cell->length] = '\0';
    *value = strtod(copy, NULL);
    if (copy != room)
        free(copy);
    return isfinite(*value);
}

/* Of digits alone. */
static bool is_whole(const char *text, size_t length)
{
    size_t sign = length > 0 && text[0] == '-';
    return length > sign && digits_of(text, sign, length) == length - sign;
}

struct reading {
    struct csv csv;
    const struct data_files *files;
    struct csv_table *table;
    char **first;    /* owned: the first row's cells as they are */
    size_t reserved; /* rows */
    struct error *error;
};

static bool out_of_memory(const struct reading *reading)
{
    return error_set(reading->error, "%s: out of memory for a table of %d columns",
        SHOWN_FILE(reading->csv.name), reading->table->columns);
}

static bool cell_of(struct reading *reading, const struct csv_cell *cell, double *value)
{
    if (is_missing(cell))
        *value = special(CSV_MISSING);
    else if (!number_of(cell, value)) {
        int64_t word = csv_words_add(&reading->table->words, cell->text, cell->length);
        if (word < 0)
            return out_of_memory(reading);
        *value = special(word);
    }
    return true;
}

static char *copy_of(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy) {
        if (length > 0)
            memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

/* The first row says how many columns there are. */
static bool read_first(struct reading *reading)
{
    struct csv_table *table = reading->table;
    struct csv_cell cell = {.last = false};
    size_t room = 0;
    while (!cell.last) {
        if (!csv_next(&reading->csv, &cell, reading->error))
            return false;
        if (table->columns == DATA_INPUTS_MOST)
            return error_set(reading->error, "%s:%d: more than %d columns",
                SHOWN_FILE(table->name), cell.line, DATA_INPUTS_MOST);
        if ((size_t)table->columns == room) {
            room = 2 * room + 16;
            char **first = realloc(reading->first, room * sizeof *first);
            double *cells = first ? realloc(table->cells, room * sizeof *cells) : NULL;
            reading->first = first ? first : reading->first;
            table->cells = cells ? cells : table->cells;
            if (!cells)
                return out_of_memory(reading);
        }
        reading->first[table->columns] = copy_of(cell.text, cell.length);
        if (!reading->first[table->columns++] ||
            !cell_of(reading, &cell, &table->cells[table->columns - 1]))
            return out_of_memory(reading);
    }
    reading->reserved = room / (size_t)table->columns;
    return true;
}

static bool reserve_row(struct reading *reading)
{
    struct csv_table *table = reading->table;
    size_t columns = (size_t)table->columns, reserved = reading->reserved;
    if ((size_t)table->rows < reserved && table->lines)
        return true;
    reserved = 2 * (reserved > 0 ? reserved : 1);
    if ((size_t)table->rows * columns >= CSV_CELLS_MOST)
        return error_set(reading->error, "%s:%d: more than %d cells", SHOWN_FILE(table->name),
            reading->csv.line, CSV_CELLS_MOST);
    double *cells = realloc(table->cells, reserved * columns * sizeof *cells);
    table->cells = cells ? cells : table->cells;
    int *lines = cells ? realloc(table->lines, reserved * sizeof *lines) : NULL;
    table->lines = lines ? lines : table->lines;
    reading->reserved = lines ? reserved : reading->reserved;
    return lines || out_of_memory(reading);
}

static bool read_row(struct reading *reading)
{
    struct csv_table *table = reading->table;
    struct csv_cell cell = {.last = false};
    int count = 0, line = reading->csv.line;
    if (!reserve_row(reading))
        return false;
    double *row = table->cells + (ptrdiff_t)table->rows * table->columns;
    while (!cell.last) {
        if (!csv_next(&reading->csv, &cell, reading->error))
            return false;
        if (count < table->columns && !cell_of(reading, &cell, &row[count]))
            return false;
        if (count < table->columns && table->counts && is_whole(cell.text, cell.length))
            table->kinds[count].plain = true;
        if (count++ == table->columns)
            break;
    }
    int cells = cell.last ? count : table->columns;
    if (count != table->columns)
        return error_set(reading->error, "%s:%d: %s%d cell%s, where the first row has %d",
            SHOWN_FILE(table->name), line, cell.last ? "" : "more than ", cells, PLURAL(cells),
            table->columns);
    table->lines[table->rows++] = line;
    return true;
}

/* Whether the numbers of the first row count the columns, as some programs write it where there
 * are no names: at least two, from 0 or 1 on, of digits alone. */
static bool numbers_count(const struct reading *reading)
{
    const struct csv_table *table = reading->table;
    double first = 0;
    int count = 0;
    for (int j = 0; j < table->columns; j++) {
        double cell = table->cells[j];
        const char *text = reading->first[j];
        if (csv_word(cell) != CSV_NUMBER)
            continue;
        first = count == 0 ? cell : first;
        if (!is_whole(text, strlen(text)) || cell - first != count++)
            return false;
    }
    return count >= 2 && (first == 0 || first == 1);
}

static bool begin_kinds(struct reading *reading)
{
    struct csv_table *table = reading->table;
    if (table->columns > 0)
        table->kinds = calloc((size_t)table->columns, sizeof *table->kinds);
    for (int j = 0; table->kinds && j < table->columns; j++)
        table->kinds[j].word_row = table->kinds[j].part_row = -1;
    return table->kinds || out_of_memory(reading);
}

static void take_kinds(struct csv_table *table, int row)
{
    for (int j = 0; j < table->columns; j++) {
        struct csv_kind *kind = &table->kinds[j];
        double cell = csv_at(table, row, j);
        int64_t word = csv_word(cell);
        kind->numbers += word == CSV_NUMBER;
        kind->missing += word == CSV_MISSING;
        kind->words += word >= 0;
        kind->again = kind->again || (word >= 0 && word == csv_word(table->cells[j]));
        if (word >= 0 && (kind->word_row < 0 || row < kind->word_row))
            kind->word_row = row;
        if (word == CSV_NUMBER && cell > floor(cell) &&
            (kind->part_row < 0 || row < kind->part_row))
            kind->part_row = row;
    }
}

/*
 * Numbers that count all columns, but for a first one without a name, are a header above a
 * column of words, where no sample has one; and, three or more, above columns of fractions,
 * each with its point: the programs that name columns so would have written 0.0 there. Else
 * they are a sample.
 */
static bool counted_header(struct csv_table *table)
{
    bool words = false, parts = false, plain = false;
    int count = 0, unnamed = csv_word(table->cells[0]) == CSV_MISSING;
    for (int j = 0; j < table->columns; j++) {
        const struct csv_kind *kind = &table->kinds[j];
        count += csv_word(table->cells[j]) == CSV_NUMBER;
        words = words || (kind->words > 0 && kind->numbers == 0);
        parts = parts || kind->part_row >= 0;
        plain = plain || (kind->part_row >= 0 && kind->plain);
    }
    bool pointed = parts && !plain;
    table->counts = count > 2 || pointed;
    return count + unnamed == table->columns && (words || (pointed && count > 2));
}

/*
 * A word above a column of numbers is a name, unless a number beside it can be none: it is a
 * slip of the pen in a row of data then. Where there is no such column the row has words that
 * do not come again, and numbers only if they count the columns.
 */
static bool has_header(struct csv_table *table)
{
    bool named = false, again = false, numbers = false, words = false;
    for (int j = 0; j < table->columns; j++) {
        const struct csv_kind *kind = &table->kinds[j];
        double cell = table->cells[j];
        int64_t word = csv_word(cell);
        if (word == CSV_NUMBER && (cell < 0 || cell > floor(cell)))
            return false;
        named = named || (word >= 0 && kind->numbers > 0 && kind->words == 0);
        again = again || kind->again;
        numbers = numbers || word == CSV_NUMBER;
        words = words || word >= 0;
    }
    bool counts = table->counts;
    table->counts = false;
    if (counts && !words)
        return counted_header(table);
    return named || (!again && (!numbers || counts));
}

/* The first row is no row of data. */
static bool take_header(struct reading *reading)
{
    struct csv_table *table = reading->table;
    table->names = reading->first;
    table->counts = false;
    reading->first = NULL;
    table->rows--;
    memmove(table->cells, table->cells + table->columns,
        (size_t)table->rows * (size_t)table->columns * sizeof *table->cells);
    memmove(table->lines, table->lines + 1, (size_t)table->rows * sizeof *table->lines);
    for (int j = 0; j < table->columns; j++) {
        table->kinds[j].word_row -= table->kinds[j].word_row > 0;
        table->kinds[j].part_row -= table->kinds[j].part_row > 0;
    }
    return table->rows > 0 ||
        error_set(reading->error, "%s: a header, and no row of data behind it",
            SHOWN_FILE(table->name));
}

static bool read_all(struct reading *reading)
{
    struct csv_table *table = reading->table;
    if (!csv_more(&reading->csv))
        return error_set(
            reading->error, "%s: empty: there are no rows", SHOWN_FILE(table->name));
    int line = reading->csv.line;
    if (!read_first(reading))
        return false;
    table->rows = 1;
    table->counts = numbers_count(reading);
    if (!begin_kinds(reading) || !reserve_row(reading))
        return false;
    table->lines[0] = line;
    int rows = interrupt_rows(ROW_WORK * (ptrdiff_t)table->columns);
    while (csv_more(&reading->csv)) {
        if (table->rows % rows == 1 && data_files_interrupted(reading->files))
            return error_set(reading->error, "%s: interrupted", SHOWN_FILE(table->name));
        if (!read_row(reading))
            return false;
        take_kinds(table, table->rows - 1);
    }
    if (has_header(table))
        return take_header(reading);
    take_kinds(table, 0);
    return true;
}

static void free_texts(char **texts, int count)
{
    for (int i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}

/* Messages have more to say than where a file lies. */
static const char *brief_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash && slash[1] && strlen(name) > NAME_SHOWN ? slash + 1 : name;
}

bool csv_table_read(struct csv_table *table, const struct data_files *files,
    const struct data_bytes *file, struct error *error)
{
    struct reading reading = {.table = table, .files = files, .error = error};
    struct data_bytes brief = *file;
    brief.name = brief_name(file->name);
    *table = (struct csv_table){.name = brief.name};
    if (!csv_begin(&reading.csv, files, &brief, error))
        return false;
    table->separator = reading.csv.separator;
    /* Numbers have a point, whatever the program around has chosen. */
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    bool read = read_all(&reading);
    if (plain) {
        (void)uselocale(before);
        freelocale(plain);
    }
    free_texts(reading.first, table->columns);
    csv_clear(&reading.csv);
    if (!read)
        csv_table_clear(table);
    return read;
}

void csv_table_clear(struct csv_table *table)
{
    free(table->cells);
    free(table->lines);
    free(table->kinds);
    free_texts(table->names, table->columns);
    csv_words_clear(&table->words);
    *table = (struct csv_table){.name = NULL};
}
