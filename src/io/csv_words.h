/*
 * The words of a table, each kept once.
 */
#ifndef NABLASCOPE_IO_CSV_WORDS_H
#define NABLASCOPE_IO_CSV_WORDS_H

#include <stdbool.h>

#include "io/csv_table.h"

/* Its number, that of the same word before if there was one; -1 when out of memory. Words have
 * no NUL byte in them. */
int64_t csv_words_add(struct csv_words *words, const char *text, size_t length);
void csv_words_clear(struct csv_words *words);

#endif
