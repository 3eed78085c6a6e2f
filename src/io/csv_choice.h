/*
 * Which columns of a table are inputs, which are the label or the target, and which rows are
 * taken.
 */
#ifndef NABLASCOPE_IO_CSV_CHOICE_H
#define NABLASCOPE_IO_CSV_CHOICE_H

#include "io/csv_table.h"

enum csv_role { CSV_INPUT, CSV_IGNORED, CSV_LABEL };

struct csv_choice {
    const struct csv_table *table;
    const struct hparams *hparams;
    unsigned char *roles; /* owned: enum csv_role of each column */
    int *label;           /* owned: the columns of the label, in the order that was given; of
                             several, each is 1 for its class and 0 else */
    int label_count;
    bool regression; /* the one is to be told as a number */
    bool found_hot;  /* several, which nobody has named */
    int *rows;       /* owned: those that are taken … */
    int row_count;   /* … so many */
    int dropped;
};

/* False with *error; csv_choice_clear is called in any case. */
bool csv_choose(struct csv_choice *choice, const struct csv_table *table,
    const struct hparams *hparams, struct error *error);
void csv_choice_clear(struct csv_choice *choice);

/* The columns that are ignored, and this one, for `--ignore=`: "2,7"; where they are many,
 * "…,7". */
struct csv_ignore {
    char text[40 + HPARAM_NAME_SIZE];
};
struct csv_ignore csv_ignore(const struct csv_choice *choice, int column);
#define CSV_IGNORE(choice, column) (csv_ignore(choice, column).text)

/* Different cells, ascending: numbers, then words. */
struct csv_distinct {
    double *cells; /* owned */
    int count, most;
};

/* For so many, and one more. False when out of memory. */
bool csv_distinct_begin(struct csv_distinct *set, int most);
void csv_distinct_clear(struct csv_distinct *set);
/* Adds it; false when there are more than the most. */
bool csv_distinct_add(struct csv_distinct *set, const struct csv_table *table, double cell);
/* Its place, -1: none. */
int csv_distinct_find(
    const struct csv_distinct *set, const struct csv_table *table, double cell);

#endif
