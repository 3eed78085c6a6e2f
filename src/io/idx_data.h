/*
 * Data sets of IDX files: pictures, or rows of numbers, with the file of their classes; and the
 * digits that come with the program.
 */
#ifndef NABLASCOPE_IO_IDX_DATA_H
#define NABLASCOPE_IO_IDX_DATA_H

#include "io/data_file.h"

/*
 * Inputs are the bytes, 0 to 255. The classes are those that there are, in their order, and are
 * called by their numbers. hparams.labels names their file; empty: the one beside the pictures
 * that is called as it is usual.
 */
extern const struct data_format idx_format;

/* The optical digits (data/README.md): inputs of 0 to 16. NULL with *error. */
struct dataset *digits_read(
    struct data_files *files, const struct hparams *hparams, struct error *error);

#endif
