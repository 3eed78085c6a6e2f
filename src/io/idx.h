/*
 * IDX files: arrays as the MNIST database is published (LeCun, Cortes, Burges, "The MNIST
 * database of handwritten digits", section "file formats"). Two bytes 0, one for the type of
 * the elements and one for the number of dimensions, the size of each in 4 bytes, the highest
 * first, then the elements, the last dimension fastest. Also compressed by gzip. Nothing is
 * believed: an array has the bytes that its sizes say, and no more.
 */
#ifndef NABLASCOPE_IO_IDX_H
#define NABLASCOPE_IO_IDX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "io/gzip.h"

enum {
    IDX_DIMENSIONS = 3,
    IDX_MOST = 1 << 28, /* elements; 60,000 images of MNIST are 47 million */
    IDX_NAME = 4096,
    IDX_INPUTS_MOST = 1 << 14 /* numbers of a sample */
};

/* An array of unsigned bytes. */
struct idx {
    int dimensions;
    int sizes[IDX_DIMENSIONS]; /* each at least 1 */
    unsigned char *elements;   /* owned */
};

/* All that is left of the bytes; false with *error, which names the file and what is wrong
 * with it. */
bool idx_read(struct idx *idx, struct gzip *gzip, struct error *error);
void idx_clear(struct idx *idx);

/* Whether a file begins like one, or is compressed: as nothing else may that is read. */
bool idx_is(const unsigned char *bytes, size_t size);

/* Whether two arrays are images, or rows of numbers, and the class of each; if not, *error. */
bool idx_fit(const struct idx *images, const char *images_name, const struct idx *labels,
    const char *labels_name, struct error *error);

/*
 * Where the labels of such images usually are: train-images-idx3-ubyte.gz has
 * train-labels-idx1-ubyte.gz beside it, t10k-images.idx3-ubyte t10k-labels.idx1-ubyte; the
 * compressed one where only that is there, and the other way round. False with *error, which
 * says what was looked for, when there is none.
 */
bool idx_find_labels(const char *images, char labels[IDX_NAME], struct error *error);

#endif
