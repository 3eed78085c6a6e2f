#include "io/gzip.h"

#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "core/text.h"

/* As many at once as zlib's counters hold. */
enum { PIECE = 1 << 30 };

bool gzip_is(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static bool refuse_memory(const struct gzip *gzip, struct error *error)
{
    return error_set(error, "%s: out of memory", SHOWN_FILE(gzip->name));
}

bool gzip_open(struct gzip *gzip, const char *name, const unsigned char *bytes, size_t size,
    struct error *error)
{
    enum { GZIP_ONLY = 16 };
    *gzip = (struct gzip){.name = name, .bytes = bytes, .size = size};
    if (!gzip_is(bytes, size))
        return true;
    z_stream *stream = calloc(1, sizeof *stream);
    if (!stream || inflateInit2(stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        free(stream);
        return refuse_memory(gzip, error);
    }
    gzip->inflater = stream;
    return true;
}

void gzip_close(struct gzip *gzip)
{
    if (gzip->inflater)
        (void)inflateEnd(gzip->inflater);
    free(gzip->inflater);
    gzip->inflater = NULL;
}

/* A member is at its end: after it another one, nothing, or what does not belong there. */
static bool next_member(struct gzip *gzip, struct error *error)
{
    gzip->ended = gzip->next == gzip->size;
    if (gzip->ended)
        return true;
    if (!gzip_is(gzip->bytes + gzip->next, gzip->size - gzip->next))
        return error_set(error,
            "%s: bytes after its compressed data, which do not belong there; fetch it anew",
            SHOWN_FILE(gzip->name));
    return inflateReset(gzip->inflater) == Z_OK || refuse_memory(gzip, error);
}

/* What zlib says of a piece; false with *error when it cannot go on. */
static bool judge(struct gzip *gzip, int status, struct error *error)
{
    const z_stream *stream = gzip->inflater;
    switch (status) {
    case Z_OK:
        return true;
    case Z_STREAM_END:
        return next_member(gzip, error);
    case Z_MEM_ERROR:
        return refuse_memory(gzip, error);
    case Z_BUF_ERROR:
        return error_set(error, "%s: ends in the midst of its compressed data; fetch it anew",
            SHOWN_FILE(gzip->name));
    default:
        return error_set(error, "%s: its compressed data are damaged (%s); fetch it anew",
            SHOWN_FILE(gzip->name), stream->msg ? stream->msg : "no gzip");
    }
}

bool gzip_read(struct gzip *gzip, void *bytes, size_t size, size_t *got, struct error *error)
{
    z_stream *stream = gzip->inflater;
    *got = 0;
    if (!stream) {
        size_t left = gzip->size - gzip->next;
        *got = size < left ? size : left;
        memcpy(bytes, gzip->bytes + gzip->next, *got);
        gzip->next += *got;
        return true;
    }
    while (*got < size && !gzip->ended) {
        size_t in = gzip->size - gzip->next, out = size - *got;
        in = in < PIECE ? in : PIECE;
        out = out < PIECE ? out : PIECE;
        stream->next_in = gzip->bytes + gzip->next;
        stream->avail_in = (uInt)in;
        stream->next_out = (unsigned char *)bytes + *got;
        stream->avail_out = (uInt)out;
        int status = inflate(stream, Z_NO_FLUSH);
        gzip->next += in - stream->avail_in;
        *got += out - stream->avail_out;
        if (!judge(gzip, status, error))
            return false;
    }
    return true;
}
