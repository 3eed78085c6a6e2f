/*
 * Whatever stands in an IDX file, compressed or not, does no harm: for libFuzzer
 * (tests/fuzz/run), and for tests/fuzz/driver.c. What is read has the bytes that it says, and
 * written plainly again it is the same; what is refused is refused with the file's name.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/idx.h"
#include "target.h"

static bool read_bytes(struct idx *idx, const uint8_t *data, size_t size, struct error *error)
{
    struct gzip gzip;
    if (!gzip_open(&gzip, "FILE", data, size, error))
        return false;
    bool done = idx_read(idx, &gzip, error);
    gzip_close(&gzip);
    return done;
}

static void put_size(uint8_t *to, int size)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)((unsigned)size >> (24 - 8 * i));
}

/* The same array as a plain file. */
static void check_plain(const struct idx *idx)
{
    enum { HEADER = 4 + 4 * IDX_DIMENSIONS };
    size_t count = 1, header = 4 + 4 * (size_t)idx->dimensions;
    if (idx->dimensions < 1 || idx->dimensions > IDX_DIMENSIONS)
        fail("no dimensions");
    for (int i = 0; i < idx->dimensions; i++) {
        if (idx->sizes[i] < 1)
            fail("no size");
        count *= (size_t)idx->sizes[i];
    }
    uint8_t *plain = malloc(HEADER + count + 1);
    if (!plain)
        fail("out of memory");
    memcpy(plain, (const uint8_t[4]){0, 0, 8, (uint8_t)idx->dimensions}, 4);
    for (int i = 0; i < idx->dimensions; i++)
        put_size(plain + 4 + 4 * (size_t)i, idx->sizes[i]);
    memcpy(plain + header, idx->elements, count);
    struct idx again;
    struct error error = {.text = ""};
    if (!read_bytes(&again, plain, header + count, &error))
        fail(error.text);
    if (again.dimensions != idx->dimensions ||
        memcmp(again.sizes, idx->sizes, sizeof again.sizes) != 0 ||
        memcmp(again.elements, idx->elements, count) != 0)
        fail("another array than was written");
    idx_clear(&again);
    /* One byte less, and one more. */
    plain[header + count] = 0;
    if (read_bytes(&again, plain, header + count - 1, &error) ||
        read_bytes(&again, plain, header + count + 1, &error))
        fail("a file of another length is read");
    free(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct idx idx;
    struct error error = {.text = ""};
    if (read_bytes(&idx, data, size, &error)) {
        check_plain(&idx);
        idx_clear(&idx);
    } else if (strncmp(error.text, "FILE: ", 6) != 0) {
        fail("an error without its file");
    }
    return 0;
}
