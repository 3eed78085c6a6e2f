/*
 * Cells of CSV files (RFC 4180, 2005) as they are found: a byte order mark, lines that end with
 * LF, CRLF or CR, cells apart by ',', ';' or tab, which is found out or said by a first line
 * "sep=;", quotes with line ends and doubled quotes in them, blanks around cells. Empty lines
 * are passed over.
 */
#ifndef NABLASCOPE_IO_CSV_H
#define NABLASCOPE_IO_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "io/data_file.h"

struct csv {
    const char *name;
    const char *at, *end; /* what is yet to be read */
    int line;             /* of that, from 1 */
    char separator;
    char *scratch; /* owned: a cell without its quotes */
    size_t room;
};

struct csv_cell {
    const char *text; /* until the next cell; not terminated */
    size_t length;
    bool quoted;
    bool last; /* of its row */
    int line;  /* in which it begins */
};

/* False with *error where the bytes are no text, or interrupted; there is nothing to clear
 * then. `files` may be NULL. */
bool csv_begin(struct csv *csv, const struct data_files *files, const struct data_bytes *file,
    struct error *error);
void csv_clear(struct csv *csv);
/* Whether another row begins here. */
bool csv_more(struct csv *csv);
/* The next cell of a row. False with *error when it is none. */
bool csv_next(struct csv *csv, struct csv_cell *cell, struct error *error);

#endif
