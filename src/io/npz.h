/*
 * Values as NumPy's .npz: a ZIP archive of arrays in format .npy 1.0 (numpy.lib.format), named
 * by their path, "claims/deltas/3" of layer 3. Reals are little-endian doubles, NaN where they
 * are not known, whole numbers 64-bit integers, texts UTF-32; in C order, of the shape that
 * they have in JSON; numbers and texts of their own have none. The same bytes everywhere.
 */
#ifndef NABLASCOPE_IO_NPZ_H
#define NABLASCOPE_IO_NPZ_H

#include "io/crc32.h"
#include "io/writer.h"
#include "io/zip.h"

enum { NPZ_DEPTH_MOST = 8, NPZ_PATH_SIZE = 80 };

struct npz {
    struct writer writer;
    struct zip zip;
    struct crc32_table table;
    char path[NPZ_PATH_SIZE]; /* of what is open, each part with its slash */
    int depth;
    struct {
        size_t length; /* of the path before it */
        int layer;     /* of the next item of a list */
    } open[NPZ_DEPTH_MOST];
};

/* Returns its writer. */
struct writer *npz_init(struct npz *npz, FILE *file, const struct interrupt *interrupt);
void npz_clear(struct npz *npz);

#endif
