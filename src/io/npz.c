#include "io/npz.h"

#include <errno.h>
#include <string.h>

/* Numbers read and written at a time; bytes that a header is a multiple of, and has at most. */
enum { PIECE = 512, NUMBER_BYTES = 8, ALIGNMENT = 64, HEADER_MOST = 128, TEXT_MOST = 64 };

struct npy_header {
    unsigned char bytes[HEADER_MOST];
    size_t size;
};

/* Either of two passes over what a member holds: the first for its CRC, which stands in front,
 * so that an archive can be written to a pipe and be read by whoever reads from the front. */
struct pass {
    struct npz *npz;
    bool writes;
    uint32_t crc;
};

static void open_path(struct npz *npz, const char *key, int layer)
{
    npz->open[npz->depth].length = strlen(npz->path);
    npz->open[npz->depth++].layer = layer;
    if (key) {
        strcat(npz->path, key);
        strcat(npz->path, "/");
    }
}

static void open_object(struct writer *writer, const char *key)
{
    open_path((struct npz *)writer, key, 0);
}

static void open_list(struct writer *writer, const char *key, int layer)
{
    open_path((struct npz *)writer, key, layer);
}

static void close_path(struct writer *writer)
{
    struct npz *npz = (struct npz *)writer;
    npz->path[npz->open[--npz->depth].length] = '\0';
    if (npz->depth == 0 && !writer->stopped)
        zip_finish(&npz->zip);
}

static void take(struct pass *pass, const void *bytes, size_t size)
{
    if (pass->writes)
        zip_write(&pass->npz->zip, bytes, size);
    else
        pass->crc = crc32_add(&pass->npz->table, pass->crc, bytes, size);
}

/* "(3, 4)", "(3,)", "()". */
static void shape_text(const struct array *array, char *text, size_t size)
{
    if (array->dimensions == 2)
        (void)snprintf(text, size, "(%d, %d)", array->rows, array->columns);
    else if (array->dimensions == 1)
        (void)snprintf(text, size, "(%d,)", array->columns);
    else
        (void)snprintf(text, size, "()");
}

static void make_header(struct npy_header *header, const char *type, const char *shape)
{
    char *text = (char *)header->bytes;
    memcpy(text, "\x93NUMPY\x01", 8); /* and a 0: version 1.0 */
    int length = snprintf(text + 10, HEADER_MOST - 10,
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
    header->size = (10 + (size_t)length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    memset(text + 10 + length, ' ', header->size - 10 - (size_t)length);
    text[header->size - 1] = '\n';
    header->bytes[8] = (unsigned char)(header->size - 10);
    header->bytes[9] = (unsigned char)((header->size - 10) >> 8);
}

/* Little-endian, whatever this machine is: compilers see a copy where it is that. */
static void put_bytes(unsigned char *to, uint64_t bits, int count)
{
    for (int i = 0; i < count; i++)
        to[i] = (unsigned char)(bits >> 8 * i);
}

static void pass_numbers(struct pass *pass, const struct array *array)
{
    double numbers[PIECE];
    unsigned char bytes[PIECE * NUMBER_BYTES];
    for (int row = 0; row < array->rows && writer_going(&pass->npz->writer); row++) {
        for (int from = 0; from < array->columns; from += PIECE) {
            int count = array->columns - from < PIECE ? array->columns - from : PIECE;
            array_read(array, row, from, count, numbers);
            for (int i = 0; i < count; i++) {
                uint64_t bits;
                memcpy(&bits, &numbers[i], sizeof bits);
                if (array->whole)
                    bits = (uint64_t)numbers[i];
                put_bytes(bytes + i * NUMBER_BYTES, bits, NUMBER_BYTES);
            }
            take(pass, bytes, (size_t)count * NUMBER_BYTES);
        }
    }
}

/* The path of what is written next: by its key, or as the next of a list. */
static void name_member(struct npz *npz, const char *key, char *name, size_t size)
{
    if (key)
        (void)snprintf(name, size, "%s%s.npy", npz->path, key);
    else
        (void)snprintf(name, size, "%s%d.npy", npz->path, npz->open[npz->depth - 1].layer++);
}

static void begin_member(
    struct npz *npz, const char *key, const struct pass *summed, uint64_t size)
{
    char name[NPZ_PATH_SIZE + 32];
    name_member(npz, key, name, sizeof name);
    if (writer_going(&npz->writer) && !zip_begin(&npz->zip, name, size, summed->crc)) {
        npz->writer.stopped = true;
        npz->writer.error = ENOMEM;
    }
}

static void write_array(struct writer *writer, const char *key, const struct array *array)
{
    struct npz *npz = (struct npz *)writer;
    struct npy_header header;
    struct pass pass = {.npz = npz};
    char shape[48];
    shape_text(array, shape, sizeof shape);
    make_header(&header, array->whole ? "<i8" : "<f8", shape);
    take(&pass, header.bytes, header.size);
    pass_numbers(&pass, array);
    begin_member(npz, key, &pass,
        header.size + (uint64_t)array->rows * (uint64_t)array->columns * NUMBER_BYTES);
    pass.writes = true;
    if (!writer->stopped) {
        take(&pass, header.bytes, header.size);
        pass_numbers(&pass, array);
    }
}

static void write_text(struct writer *writer, const char *key, const char *value)
{
    struct npz *npz = (struct npz *)writer;
    struct npy_header header;
    struct pass pass = {.npz = npz};
    unsigned char bytes[4 * TEXT_MOST];
    char type[16];
    size_t length = strnlen(value, TEXT_MOST);
    (void)snprintf(type, sizeof type, "<U%zu", length);
    make_header(&header, type, "()");
    for (size_t i = 0; i < length; i++)
        put_bytes(bytes + 4 * i, (unsigned char)value[i], 4);
    take(&pass, header.bytes, header.size);
    take(&pass, bytes, 4 * length);
    begin_member(npz, key, &pass, header.size + 4 * length);
    pass.writes = true;
    if (!writer->stopped) {
        take(&pass, header.bytes, header.size);
        take(&pass, bytes, 4 * length);
    }
}

struct writer *npz_init(struct npz *npz, FILE *file, const struct interrupt *interrupt)
{
    static const struct writer_form form = {
        open_object, open_list, close_path, write_array, write_text};
    npz->writer = (struct writer){.form = &form, .file = file, .interrupt = interrupt};
    npz->path[0] = '\0';
    npz->depth = 0;
    zip_init(&npz->zip, file);
    crc32_prepare(&npz->table);
    return &npz->writer;
}

void npz_clear(struct npz *npz)
{
    zip_clear(&npz->zip);
}
