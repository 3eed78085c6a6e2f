/*
 * A ZIP archive of members stored as they are, written from front to back; bytes depend on the
 * members alone (all are of 1 January 1980). After PKWARE's APPNOTE 6.3.10; sizes and offsets
 * of 4 GiB and more by ZIP64 (section 4.5.3). Errors stay in the stream: see ferror.
 */
#ifndef NABLASCOPE_IO_ZIP_H
#define NABLASCOPE_IO_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct zip_member;

struct zip {
    FILE *file;
    uint64_t written; /* bytes of the archive so far */
    uint64_t limit;   /* sizes and offsets from here on are ZIP64's */
    struct zip_member *members;
    size_t count, room;
};

void zip_init(struct zip *zip, FILE *file);

/*
 * Begins a member whose `size` bytes, of which `crc` is the CRC-32, are to follow by zip_write;
 * its name is ASCII. False when out of memory.
 */
bool zip_begin(struct zip *zip, const char *name, uint64_t size, uint32_t crc);
void zip_write(struct zip *zip, const void *bytes, size_t size);

/* Writes the directory, without which it is no archive. */
void zip_finish(struct zip *zip);
void zip_clear(struct zip *zip);

#endif
