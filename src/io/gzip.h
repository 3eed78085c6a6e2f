/*
 * Bytes that may be compressed by gzip (RFC 1952, one member or several): whether they are
 * shows in the first two, whatever the file is called. They come in pieces, so that nothing has
 * to be believed about how many there will be. Inflated by zlib.
 */
#ifndef NABLASCOPE_IO_GZIP_H
#define NABLASCOPE_IO_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct gzip {
    const char *name;           /* of the file, for messages; borrowed, … */
    const unsigned char *bytes; /* … and what stands in it, … */
    size_t size;                /* … so many, … */
    size_t next;                /* … of which so many are taken */
    void *inflater;             /* of zlib, owned; NULL: they are not compressed */
    bool ended;                 /* the last member is at its end */
};

/* Whether such a file is compressed. */
bool gzip_is(const unsigned char *bytes, size_t size);

/* False with *error when out of memory; there is nothing to close then. */
bool gzip_open(struct gzip *gzip, const char *name, const unsigned char *bytes, size_t size,
    struct error *error);
void gzip_close(struct gzip *gzip);

/*
 * The next `size` bytes, inflated; *got are fewer only where it ends. False with *error when
 * they are damaged, or end within a compressed member.
 */
bool gzip_read(struct gzip *gzip, void *bytes, size_t size, size_t *got, struct error *error);

#endif
