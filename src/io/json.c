#include "io/json.h"

#include <math.h>
#include <string.h>

#include "io/number.h"

/* Numbers that are read and written at a time: a call of stdio for each would take longer. */
enum { PIECE = 256 };

static void begin(struct json *json, const char *key)
{
    FILE *file = json->writer.file;
    if (!json->first)
        fputc(',', file);
    json->first = false;
    /* A line for each member of the outer two levels: readable, and easy to compare. */
    if (json->depth > 0 && json->depth <= 2 && key)
        fputc('\n', file);
    if (key)
        fprintf(file, "\"%s\":", key);
}

static void open_bracket(struct json *json, const char *key, const char *brackets)
{
    begin(json, key);
    fputc(brackets[0], json->writer.file);
    json->first = true;
    json->closing[json->depth++] = brackets[1];
}

static void open_object(struct writer *writer, const char *key)
{
    open_bracket((struct json *)writer, key, "{}");
}

static void open_list(struct writer *writer, const char *key, int layer)
{
    (void)layer;
    open_bracket((struct json *)writer, key, "[]");
}

static void close_bracket(struct writer *writer)
{
    struct json *json = (struct json *)writer;
    fputc(json->closing[--json->depth], writer->file);
    json->first = false;
    if (json->depth == 0)
        fputc('\n', writer->file);
}

static char *put_number(char *to, double value, bool whole)
{
    if (whole)
        return to + decimal_write_count(to, (uint64_t)value);
    const char *text = isfinite(value) ? number_real_text(value, to) : strcpy(to, "null");
    return to + strlen(text);
}

/* Numbers of a row, between commas. */
static void write_row(FILE *file, const struct array *array, int row)
{
    double numbers[PIECE];
    char text[PIECE * NUMBER_SIZE];
    for (int from = 0; from < array->columns; from += PIECE) {
        int count = array->columns - from < PIECE ? array->columns - from : PIECE;
        array_read(array, row, from, count, numbers);
        char *to = text;
        for (int i = 0; i < count; i++) {
            if (from + i > 0)
                *to++ = ',';
            to = put_number(to, numbers[i], array->whole);
        }
        (void)fwrite(text, 1, (size_t)(to - text), file);
    }
}

static void write_array(struct writer *writer, const char *key, const struct array *array)
{
    static const char *const opening[] = {"", "[", "[["}, *const closing[] = {"", "]", "]]"};
    begin((struct json *)writer, key);
    fputs(opening[array->dimensions], writer->file);
    for (int i = 0; i < array->rows && writer_going(writer); i++) {
        if (i > 0)
            fputs("],[", writer->file);
        write_row(writer->file, array, i);
    }
    fputs(closing[array->dimensions], writer->file);
}

static void write_text(struct writer *writer, const char *key, const char *value)
{
    begin((struct json *)writer, key);
    fprintf(writer->file, "\"%s\"", value);
}

struct writer *json_init(struct json *json, FILE *file, const struct interrupt *interrupt)
{
    static const struct writer_form form = {
        open_object, open_list, close_bracket, write_array, write_text};
    *json = (struct json){
        .writer = {.form = &form, .file = file, .interrupt = interrupt}, .first = true};
    return &json->writer;
}
