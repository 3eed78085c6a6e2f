/*
 * A CSV file as a table in memory: numbers, words, and cells in which nothing is known (empty,
 * NA, N/A, NaN, NULL, ?, the words only without quotes). Whether the first row is a header is
 * found out.
 */
#ifndef NABLASCOPE_IO_CSV_TABLE_H
#define NABLASCOPE_IO_CSV_TABLE_H

#include <stdint.h>

#include "io/data_file.h"

/* Cells of a table: 800 MB. */
#define CSV_CELLS_MOST 100000000

/* Texts, each once. */
struct csv_words {
    char *text;      /* owned: all of them, terminated */
    size_t *begins;  /* owned: where each does */
    uint32_t *slots; /* owned: hash table of numbers + 1, 0: free */
    size_t used, room, count, reserved, slot_count;
};

/* What the cells of a column are. */
struct csv_kind {
    int numbers, words, missing;
    int word_row; /* of the first word; -1: there is none */
    int part_row; /* of the first number that is not whole; -1: all are */
    bool again;   /* the word of the first row comes again */
    bool plain;   /* a number has digits alone, where the first row counts */
};

struct csv_table {
    const char *name; /* of the file */
    int columns, rows;
    double *cells; /* owned: rows × columns; words and what is missing are NaNs: csv_word */
    int *lines;    /* owned: where each row begins */
    struct csv_kind *kinds; /* owned: of each column */
    char **names; /* owned: of the columns, as in the first row; NULL: it is no header … */
    bool counts;  /* … but counts the columns, as one may */
    struct csv_words words;
    char separator;
};

enum { CSV_NUMBER = -2, CSV_MISSING = -1 };

/* The word's number in the table's words, or one of these. */
int64_t csv_word(double cell);
/* A word of it. */
const char *csv_text(const struct csv_table *table, int64_t word);
double csv_at(const struct csv_table *table, int row, int column);

/* False with *error; there is nothing to clear then. */
bool csv_table_read(struct csv_table *table, const struct data_files *files,
    const struct data_bytes *file, struct error *error);
void csv_table_clear(struct csv_table *table);

/* "column 3 'age'", for messages. */
struct csv_column_text {
    char text[120];
};
struct csv_column_text csv_column_text(const struct csv_table *table, int column);
#define CSV_COLUMN(table, column) (csv_column_text(table, column).text)
/* How many columns are called so. */
int csv_columns_named(const struct csv_table *table, const char *name);
/* A column as label, target and ignore take it: by its number, or, where that is the name of
 * another one, by its own. */
struct csv_column_key {
    char text[HPARAM_NAME_SIZE];
};
struct csv_column_key csv_column_key(const struct csv_table *table, int column);
#define CSV_KEY(table, column) (csv_column_key(table, column).text)
/* The column of that number, from 1 on, which has no name; else of that name, else of that
 * number in any case; -1 with *error. */
int csv_column_find(
    const struct csv_table *table, const char *setting, const char *text, struct error *error);
/* Its name, or its number, to be kept; NULL when out of memory. */
char *csv_column_name(const struct csv_table *table, int column);

#endif
