#include "io/writer.h"

#include <errno.h>

struct array array_of_matrix(const struct matrix *m, bool transposed)
{
    struct array array = {.dimensions = 2, .values = m->values};
    array.rows = transposed ? m->columns : m->rows;
    array.columns = transposed ? m->rows : m->columns;
    array.row_stride = transposed ? 1 : m->stride;
    array.column_stride = transposed ? m->stride : 1;
    return array;
}

struct array array_of_row(const struct matrix *m)
{
    return array_of_list(m->values, m->columns, false);
}

struct array array_of_list(const double *values, int count, bool whole)
{
    return (struct array){.dimensions = 1,
        .rows = 1,
        .columns = count,
        .whole = whole,
        .values = values,
        .column_stride = 1};
}

void array_read(const struct array *array, int row, int column, int count, double *to)
{
    if (array->fill) {
        array->fill(array->context, row, column, count, to);
        return;
    }
    const double *from =
        array->values + row * array->row_stride + column * array->column_stride;
    for (int i = 0; i < count; i++)
        to[i] = from[i * array->column_stride];
}

bool writer_going(struct writer *writer)
{
    if (!writer->stopped && ferror(writer->file)) {
        writer->error = errno;
        writer->stopped = true;
    }
    writer->stopped = writer->stopped || interrupt_asked(writer->interrupt);
    return !writer->stopped;
}

void writer_open(struct writer *writer, const char *key)
{
    writer->form->open(writer, key);
}

void writer_open_list(struct writer *writer, const char *key, int layer)
{
    writer->form->open_list(writer, key, layer);
}

void writer_close(struct writer *writer)
{
    writer->form->close(writer);
}

void writer_array(struct writer *writer, const char *key, const struct array *array)
{
    writer->form->array(writer, key, array);
}

void writer_text(struct writer *writer, const char *key, const char *value)
{
    writer->form->text(writer, key, value);
}

static void write_number(struct writer *writer, const char *key, double value, bool whole)
{
    struct array array = array_of_list(&value, 1, whole);
    array.dimensions = 0;
    writer_array(writer, key, &array);
}

void writer_real(struct writer *writer, const char *key, double value)
{
    write_number(writer, key, value, false);
}

void writer_whole(struct writer *writer, const char *key, uint64_t value)
{
    write_number(writer, key, (double)value, true);
}
