/*
 * Data sets of CSV files: `data=FILE`, with label, target, ignore, missing and one_hot.
 */
#ifndef NABLASCOPE_IO_CSV_DATA_H
#define NABLASCOPE_IO_CSV_DATA_H

#include "io/data_file.h"

/* Takes whatever no other kind of file is. */
extern const struct data_format csv_format;

/*
 * Classes are in the order of their numbers, or of their words' bytes; inputs in that of the
 * columns, those of a column of words in that of the words. NULL with *error, which names file,
 * line and column; `files` may be NULL.
 */
struct dataset *csv_data_read(struct data_files *files, const struct data_bytes *file,
    const struct hparams *hparams, struct error *error);

#endif
