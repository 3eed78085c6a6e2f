/*
 * Data sets in files: each is read once, whatever is built on it, so that a run that begins
 * anew, or goes back in time, has the numbers that it had. What kind of file it is, its name
 * and its first bytes say; the kinds are a table in data_file.c.
 */
#ifndef NABLASCOPE_IO_DATA_FILE_H
#define NABLASCOPE_IO_DATA_FILE_H

#include <stddef.h>

#include "engine/data_reader.h"

/* Bytes of a file, and of all that are kept. */
#define DATA_FILE_MOST ((size_t)1 << 30)
/* Classes that it can have, and inputs. */
enum { DATA_CLASSES_MOST = 1000, DATA_INPUTS_MOST = 16384, DATA_FILE_NAME = 4096 };

/* What a file holds; a byte 0, not counted, is behind it. */
struct data_bytes {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

struct data_files;

/* A kind of file. */
struct data_format {
    const char *name;
    bool (*is)(const struct data_bytes *file);
    /* The whole set, neither standardized nor thinned; NULL with *error. Further files are had
     * with data_files_bytes. */
    struct dataset *(*read)(struct data_files *files, const struct data_bytes *file,
        const struct hparams *hparams, struct error *error);
};

/* NULL when out of memory. */
struct data_files *data_files_create(void);
void data_files_destroy(struct data_files *files);
/* For sessions on any thread, as long as it is there. */
const struct data_reader *data_files_reader(const struct data_files *files);

/* For formats: whether reading is to be given up, which is an error then. NULL: no. */
bool data_files_interrupted(const struct data_files *files);
/* For formats: the content of a file, until the next one is asked for. False with *error. */
bool data_files_bytes(
    struct data_files *files, const char *name, struct data_bytes *bytes, struct error *error);

#endif
