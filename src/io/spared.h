/*
 * Files that no output takes the place of, which a word forgotten on the command line would
 * cost: a session, a lesson, a receipt that is there, and data that have been read.
 */
#ifndef NABLASCOPE_IO_SPARED_H
#define NABLASCOPE_IO_SPARED_H

#include <stdbool.h>
#include <sys/stat.h>

#include "core/error.h"

/* What is written: a session or a receipt takes the place of its like and of empty files alone,
 * rows, pictures and the rest that of any file that is not spared. */
enum output_kind { OUTPUT_SESSION, OUTPUT_LESSON, OUTPUT_RECEIPT, OUTPUT_ROWS };

/* Whether what is called so now may be replaced; nothing, and what is no regular file, may.
 * False with *error. On any thread. */
bool spared_not(const char *name, enum output_kind kind, struct error *error);

/* A file of data has been read. */
void spared_add(const struct stat *status);

#endif
