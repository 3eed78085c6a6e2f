#include "io/rows.h"

#include <math.h>
#include <string.h>

#include "core/quantity.h"
#include "io/number.h"

/* A row is written in one piece: a call of stdio for each cell took longer than its digits. */
enum { COLUMNS_MOST = QUANTITY_COUNT, NAME_SIZE = 24 };
enum { ROW_SIZE = COLUMNS_MOST * (NAME_SIZE + NUMBER_SIZE) };

/* Columns of a kind of rows, in the table's order; those of layers begin with the step. */
struct columns {
    const struct quantity *list[COLUMNS_MOST];
    int count;
};

static struct columns columns_of(bool layers, const struct observation *seen)
{
    struct columns columns = {.count = 0};
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        const struct quantity *quantity = &quantities[i];
        bool theirs = quantity_of_layers(quantity) == layers || i == QUANTITY_STEP;
        if (quantity->column && theirs &&
            (quantity->needs != NEEDS_TEST || seen->hparams.test > 0))
            columns.list[columns.count++] = quantity;
    }
    return columns;
}

const char *rows_format_name(int index)
{
    static const char *const names[] = {"csv", "jsonl"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

void rows_print_header(FILE *file, bool layers, const struct observation *seen)
{
    struct columns columns = columns_of(layers, seen);
    for (int i = 0; i < columns.count; i++)
        fprintf(file, "%s%s", i > 0 ? "," : "", columns.list[i]->name);
    fputc('\n', file);
}

static char *put_text(char *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

static const char *status_word(struct reading reading)
{
    return reading.value != 0 ? "diverged" : "ok";
}

static char *put_csv(char *to, const struct quantity *quantity, struct reading reading)
{
    if (reading.kind != READING_KNOWN)
        return to;
    switch (quantity->shape) {
    case SHAPE_COUNT:
    case SHAPE_UNITS:
        return to + decimal_write_count(to, (uint64_t)reading.value);
    case SHAPE_STATUS:
        return put_text(to, status_word(reading));
    case SHAPE_VALUE:
    case SHAPE_SIZE:
    case SHAPE_FACTOR:
    case SHAPE_SHARE:
        break;
    }
    return to + decimal_write(to, reading.value);
}

static char *put_json(char *to, const struct quantity *quantity, struct reading reading)
{
    *to++ = '"';
    to = put_text(put_text(to, quantity->name), "\":");
    if (reading.kind != READING_KNOWN || !isfinite(reading.value))
        return put_text(to, "null");
    if (quantity->shape != SHAPE_STATUS)
        return put_csv(to, quantity, reading);
    *to++ = '"';
    return put_text(put_text(to, status_word(reading)), "\"");
}

/* `layer` is 0 in rows of steps. */
static void print_row(FILE *file, enum rows_format format, const struct columns *columns,
    const struct observation *seen, int layer, bool census)
{
    bool json = format == ROWS_JSONL;
    char row[ROW_SIZE], *to = row;
    for (int i = 0; i < columns->count; i++) {
        const struct quantity *quantity = columns->list[i];
        struct reading reading = {READING_UNKNOWN, 0};
        if (census || !quantity->surveyed)
            reading = quantity->get(seen, layer);
        if (json || i > 0)
            *to++ = i > 0 ? ',' : '{';
        to = json ? put_json(to, quantity, reading) : put_csv(to, quantity, reading);
    }
    to = put_text(to, json ? "}\n" : "\n");
    (void)fwrite(row, 1, (size_t)(to - row), file);
}

void rows_print_step(FILE *file, enum rows_format format, bool layers,
    const struct observation *seen, bool census)
{
    struct columns columns = columns_of(layers, seen);
    for (int layer = layers; layer <= (layers ? seen->layer_count : 0); layer++)
        print_row(file, format, &columns, seen, layer, census);
}
