#include "io/zip.h"

#include <stdlib.h>
#include <string.h>

/* What a field of 32 bits, or 16, holds where the number is in ZIP64's. */
#define FIELD_LIMIT UINT64_C(0xffffffff)
enum { ENTRIES_LIMIT = 0xffff };
/* 4.5, which ZIP64 needs; a system whose permissions are understood; a date. */
enum {
    FORMAT_VERSION = 45,
    MADE_ON_UNIX = 3 << 8 | FORMAT_VERSION,
    FIRST_OF_1980 = 1 << 5 | 1
};
enum { NAME_SIZE = 80, HEADER_MOST = 160 };

struct zip_member {
    char name[NAME_SIZE];
    uint64_t offset, size;
    uint32_t crc;
};

/* A header, as it grows. */
struct header {
    unsigned char bytes[HEADER_MOST];
    size_t size;
};

/* The low bytes of a number, the least significant first. */
static void put(struct header *header, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        header->bytes[header->size++] = (unsigned char)(value >> 8 * i);
}

void zip_init(struct zip *zip, FILE *file)
{
    *zip = (struct zip){.file = file, .limit = FIELD_LIMIT};
}

void zip_clear(struct zip *zip)
{
    free(zip->members);
    zip->members = NULL;
}

void zip_write(struct zip *zip, const void *bytes, size_t size)
{
    (void)fwrite(bytes, 1, size, zip->file);
    zip->written += size;
}

static bool make_room(struct zip *zip)
{
    if (zip->count < zip->room)
        return true;
    size_t room = zip->room > 0 ? 2 * zip->room : 64;
    struct zip_member *members = realloc(zip->members, room * sizeof *members);
    if (!members)
        return false;
    zip->members = members;
    zip->room = room;
    return true;
}

/* What local header and directory share: version, no flags, stored, date, CRC, sizes, name. */
static void put_common(struct header *header, const struct zip *zip, const struct zip_member *m)
{
    uint64_t size = m->size >= zip->limit ? FIELD_LIMIT : m->size;
    put(header, FORMAT_VERSION, 2);
    put(header, 0, 2);
    put(header, 0, 2);
    put(header, 0, 2);
    put(header, FIRST_OF_1980, 2);
    put(header, m->crc, 4);
    put(header, size, 4);
    put(header, size, 4);
    put(header, strlen(m->name), 2);
}

static void put_name(struct header *header, const struct zip_member *m)
{
    size_t length = strlen(m->name);
    memcpy(header->bytes + header->size, m->name, length);
    header->size += length;
}

static size_t large_size(bool size, bool offset)
{
    return size || offset ? (size_t)4 + (size ? 16 : 0) + (offset ? 8 : 0) : 0;
}

/* The extra field of what fits no field of 32 bits: size, size stored, offset. */
static void put_large(struct header *header, const struct zip_member *m, bool size, bool offset)
{
    if (!size && !offset)
        return;
    put(header, 1, 2);
    put(header, large_size(size, offset) - 4, 2);
    if (size) {
        put(header, m->size, 8);
        put(header, m->size, 8);
    }
    if (offset)
        put(header, m->offset, 8);
}

bool zip_begin(struct zip *zip, const char *name, uint64_t size, uint32_t crc)
{
    if (!make_room(zip))
        return false;
    struct zip_member *m = &zip->members[zip->count++];
    *m = (struct zip_member){.offset = zip->written, .size = size, .crc = crc};
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    bool large = size >= zip->limit;
    struct header header = {.size = 0};
    put(&header, 0x04034b50, 4);
    put_common(&header, zip, m);
    put(&header, large_size(large, false), 2);
    put_name(&header, m);
    put_large(&header, m, large, false);
    zip_write(zip, header.bytes, header.size);
    return true;
}

static void write_entry(struct zip *zip, const struct zip_member *m)
{
    bool large = m->size >= zip->limit, far = m->offset >= zip->limit;
    struct header header = {.size = 0};
    put(&header, 0x02014b50, 4);
    put(&header, MADE_ON_UNIX, 2);
    put_common(&header, zip, m);
    put(&header, large_size(large, far), 2);
    put(&header, 0, 2);                       /* no comment */
    put(&header, 0, 2);                       /* the first disk */
    put(&header, 0, 2);                       /* not known to be text */
    put(&header, UINT64_C(0100644) << 16, 4); /* a regular file, rw-r--r-- */
    put(&header, far ? FIELD_LIMIT : m->offset, 4);
    put_name(&header, m);
    put_large(&header, m, large, far);
    zip_write(zip, header.bytes, header.size);
}

/* The end of the directory in ZIP64, and where that stands. */
static void write_large_end(struct zip *zip, uint64_t directory, uint64_t end)
{
    struct header header = {.size = 0};
    put(&header, 0x06064b50, 4);
    put(&header, 44, 8); /* bytes of this record from here on */
    put(&header, MADE_ON_UNIX, 2);
    put(&header, FORMAT_VERSION, 2);
    put(&header, 0, 4);
    put(&header, 0, 4);
    put(&header, zip->count, 8);
    put(&header, zip->count, 8);
    put(&header, end - directory, 8);
    put(&header, directory, 8);
    put(&header, 0x07064b50, 4);
    put(&header, 0, 4);
    put(&header, end, 8);
    put(&header, 1, 4); /* disk */
    zip_write(zip, header.bytes, header.size);
}

void zip_finish(struct zip *zip)
{
    uint64_t directory = zip->written;
    for (size_t i = 0; i < zip->count; i++)
        write_entry(zip, &zip->members[i]);
    uint64_t end = zip->written, size = end - directory;
    bool many = zip->count >= ENTRIES_LIMIT;
    bool large = size >= zip->limit, far = directory >= zip->limit;
    if (many || large || far)
        write_large_end(zip, directory, end);
    struct header header = {.size = 0};
    put(&header, 0x06054b50, 4);
    put(&header, 0, 2);
    put(&header, 0, 2);
    put(&header, many ? ENTRIES_LIMIT : zip->count, 2);
    put(&header, many ? ENTRIES_LIMIT : zip->count, 2);
    put(&header, large ? FIELD_LIMIT : size, 4);
    put(&header, far ? FIELD_LIMIT : directory, 4);
    put(&header, 0, 2);
    zip_write(zip, header.bytes, header.size);
}
