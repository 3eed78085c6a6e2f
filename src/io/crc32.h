/*
 * The CRC-32 of ZIP (polynomial 0xedb88320, bits reversed), eight bytes at a time ("slicing by
 * 8", Kounavis and Berry 2005). Written here: zlib has it, but would be a library for a table.
 */
#ifndef NABLASCOPE_IO_CRC32_H
#define NABLASCOPE_IO_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* of[k][b]: what a byte b does to the sum when k bytes follow it. */
struct crc32_table {
    uint32_t of[8][256];
};

void crc32_prepare(struct crc32_table *table);

/* Of all bytes so far and these; 0 before the first. */
uint32_t crc32_add(
    const struct crc32_table *table, uint32_t crc, const void *bytes, size_t size);

#endif
