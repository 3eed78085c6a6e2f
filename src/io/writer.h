/*
 * Named values, nested, written one after the other in one form or another: JSON (io/json.h) or
 * NumPy's .npz (io/npz.h).
 */
#ifndef NABLASCOPE_IO_WRITER_H
#define NABLASCOPE_IO_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/interrupt.h"
#include "core/reduce.h"

/*
 * Numbers by rows: a number of its own (0 dimensions), a row (1) or a matrix (2). Reals that
 * are not known are NaN; whole numbers are below 2^53.
 */
struct array {
    int dimensions, rows, columns; /* of 0 or 1 dimensions: one row */
    bool whole;
    const double *values; /* [row · row_stride + column · column_stride] */
    ptrdiff_t row_stride, column_stride;
    /* Instead of values: */
    void (*fill)(const void *context, int row, int column, int count, double *to);
    const void *context;
};

struct array array_of_matrix(const struct matrix *m, bool transposed);
/* Of a matrix of one row. */
struct array array_of_row(const struct matrix *m);
struct array array_of_list(const double *values, int count, bool whole);

/* `count` numbers of a row, from a column on. */
void array_read(const struct array *array, int row, int column, int count, double *to);

struct writer;

/* `key` is NULL inside a list, and of the whole. Keys and texts are ASCII without quotes or
 * backslashes. */
struct writer_form {
    void (*open)(struct writer *writer, const char *key);
    /* A list of arrays; the first is of layer `layer` (from 1). */
    void (*open_list)(struct writer *writer, const char *key, int layer);
    void (*close)(struct writer *writer); /* of the whole: nothing may follow */
    void (*array)(struct writer *writer, const char *key, const struct array *array);
    void (*text)(struct writer *writer, const char *key, const char *value);
};

struct writer {
    const struct writer_form *form;
    FILE *file;
    const struct interrupt *interrupt; /* may be NULL */
    bool stopped; /* interrupted or failed: arrays are left out from there on */
    int error;    /* errno of the failure, 0: none */
};

/* Whether to go on. */
bool writer_going(struct writer *writer);

void writer_open(struct writer *writer, const char *key);
void writer_open_list(struct writer *writer, const char *key, int layer);
void writer_close(struct writer *writer);
void writer_array(struct writer *writer, const char *key, const struct array *array);
void writer_text(struct writer *writer, const char *key, const char *value);
void writer_real(struct writer *writer, const char *key, double value);
void writer_whole(struct writer *writer, const char *key, uint64_t value);

#endif
