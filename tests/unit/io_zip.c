/* Archives and arrays, taken apart by plain code: no reader of either is needed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "io/npz.h"
#include "suites.h"

/* What has been written to a stream in memory. */
struct written {
    char *bytes;
    size_t size;
    FILE *file;
};

static void begin(struct written *w)
{
    w->file = open_memstream(&w->bytes, &w->size);
    ck_assert_ptr_nonnull(w->file);
}

static void end(struct written *w)
{
    ck_assert_int_eq(fclose(w->file), 0);
}

static uint64_t number_at(const struct written *w, size_t at, int bytes)
{
    uint64_t value = 0;
    ck_assert_uint_le(at + (size_t)bytes, w->size);
    for (int i = bytes; i-- > 0;)
        value = value << 8 | (unsigned char)w->bytes[at + (size_t)i];
    return value;
}

/* Bit by bit, as the polynomial is defined. */
static uint32_t plain_crc(const char *bytes, size_t size)
{
    uint32_t rest = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            uint32_t out = (rest ^ (unsigned char)bytes[i] >> bit) & 1;
            rest = rest >> 1 ^ (out ? UINT32_C(0xedb88320) : 0);
        }
    }
    return ~rest;
}

START_TEST(the_crc_is_that_of_zip)
{
    struct crc32_table table;
    char bytes[100];
    crc32_prepare(&table);
    ck_assert_uint_eq(crc32_add(&table, 0, "123456789", 9), UINT32_C(0xcbf43926));
    for (int i = 0; i < 100; i++)
        bytes[i] = (char)(i * i * 31 + (i << 5));
    for (size_t size = 0; size <= sizeof bytes; size++) {
        for (size_t cut = 0; cut <= size; cut++) {
            uint32_t first = crc32_add(&table, 0, bytes, cut);
            ck_assert_uint_eq(
                crc32_add(&table, first, bytes + cut, size - cut), plain_crc(bytes, size));
        }
    }
}
END_TEST

/* A member as the directory has it. */
struct found {
    char name[100];
    uint64_t size, offset, data;
    bool large, far; /* its size, its offset are in ZIP64 */
};

/* Reads an entry of the directory and the local header that it leads to; the next entry. */
static size_t read_entry(const struct written *w, size_t at, struct found *found)
{
    ck_assert_uint_eq(number_at(w, at, 4), 0x02014b50);
    size_t name = number_at(w, at + 28, 2), extra = number_at(w, at + 30, 2);
    size_t more = at + 46 + name + 4;
    ck_assert_uint_lt(name, sizeof found->name);
    memcpy(found->name, w->bytes + at + 46, name);
    found->name[name] = '\0';
    found->size = number_at(w, at + 24, 4);
    found->offset = number_at(w, at + 42, 4);
    ck_assert_uint_eq(number_at(w, at + 20, 4), found->size); /* stored */
    found->large = found->size == UINT32_MAX;
    if (found->large) {
        ck_assert_uint_eq(number_at(w, more, 8), number_at(w, more + 8, 8));
        found->size = number_at(w, more, 8);
        more += 16;
    }
    found->far = found->offset == UINT32_MAX;
    if (found->far) {
        found->offset = number_at(w, more, 8);
        more += 8;
    }
    ck_assert_uint_eq(more, at + 46 + name + (extra ? extra : 4));
    ck_assert_uint_eq(number_at(w, at + 38, 4) >> 16, 0100644);
    if (extra)
        ck_assert_uint_eq(number_at(w, at + 46 + name, 4), 1 | (extra - 4) << 16);
    size_t local = found->offset;
    ck_assert_uint_eq(number_at(w, local, 4), 0x04034b50);
    /* Version, flags, method, time, date, CRC, sizes, length of the name: the same. */
    ck_assert_mem_eq(w->bytes + local + 4, w->bytes + at + 6, 24);
    ck_assert_mem_eq(w->bytes + local + 30, found->name, name);
    found->data = local + 30 + name + number_at(w, local + 28, 2);
    ck_assert_uint_eq(number_at(w, local + 28, 2), found->large ? 20 : 0);
    if (found->large)
        ck_assert_uint_eq(number_at(w, local + 30 + name + 4, 8), found->size);
    ck_assert_uint_eq(number_at(w, at + 16, 4), plain_crc(w->bytes + found->data, found->size));
    return at + 46 + name + extra;
}

/* Where the directory begins; the number of its entries. */
static size_t find_directory(const struct written *w, uint64_t *count)
{
    size_t end = w->size - 22;
    ck_assert_uint_eq(number_at(w, end, 4), 0x06054b50);
    *count = number_at(w, end + 10, 2);
    uint64_t size = number_at(w, end + 12, 4), offset = number_at(w, end + 16, 4);
    if (*count == UINT16_MAX || size == UINT32_MAX || offset == UINT32_MAX) {
        size_t locator = end - 20;
        ck_assert_uint_eq(number_at(w, locator, 4), 0x07064b50);
        end = number_at(w, locator + 8, 8);
        ck_assert_uint_eq(number_at(w, end, 4), 0x06064b50);
        ck_assert_uint_eq(end + 12 + number_at(w, end + 4, 8), locator);
        *count = number_at(w, end + 32, 8);
        size = number_at(w, end + 40, 8);
        offset = number_at(w, end + 48, 8);
    }
    ck_assert_uint_eq(offset + size, end);
    return offset;
}

/* Three members, of no byte, of few and of more than `limit`, from which ZIP64 is used. */
static void write_three(struct written *w, uint64_t limit)
{
    static const char text[] = "first ... and last";
    struct zip zip;
    begin(w);
    zip_init(&zip, w->file);
    zip.limit = limit;
    for (size_t size = 0; size <= 18; size += 9) {
        char name[] = {(char)('a' + size), '/', 'x', '\0'};
        ck_assert(zip_begin(&zip, name, size, plain_crc(text, size)));
        zip_write(&zip, text, size);
    }
    zip_finish(&zip);
    zip_clear(&zip);
    end(w);
}

START_TEST(archives_are_what_their_directory_says)
{
    static const uint64_t limits[] = {UINT32_MAX, 1, 9, 10, 18, 40, 60, 200, 211, 1000};
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        struct written w;
        struct found found;
        uint64_t count, behind = 0;
        write_three(&w, limits[i]);
        size_t at = find_directory(&w, &count);
        ck_assert_uint_eq(count, 3);
        ck_assert_int_eq(number_at(&w, w.size - 6, 4) == UINT32_MAX, at >= limits[i]);
        for (uint64_t size = 0; size <= 18; size += 9) {
            at = read_entry(&w, at, &found);
            ck_assert_uint_eq(found.size, size);
            ck_assert_int_eq(found.name[0], (char)('a' + size));
            ck_assert_int_eq(found.large, size >= limits[i]);
            ck_assert_int_eq(found.far, found.offset >= limits[i]);
            ck_assert_uint_eq(found.offset, behind);
            behind = found.data + found.size;
        }
        free(w.bytes);
    }
}
END_TEST

START_TEST(archives_have_any_number_of_members)
{
    static const int counts[] = {0, 1, 64, 65, 65534, 65535, 65536};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        struct written w;
        struct zip zip;
        uint64_t count;
        begin(&w);
        zip_init(&zip, w.file);
        for (int k = 0; k < counts[i]; k++)
            ck_assert(zip_begin(&zip, "x", 0, 0));
        zip_finish(&zip);
        zip_clear(&zip);
        end(&w);
        (void)find_directory(&w, &count);
        ck_assert_uint_eq(count, (uint64_t)counts[i]);
        free(w.bytes);
    }
}
END_TEST

enum { ROWS = 3, COLUMNS = 600 };

/* The same values in any form: numbers, a wide matrix as it stands and turned round, a text. */
static void write_values(struct writer *writer, const double *values)
{
    struct matrix m = {values, ROWS, COLUMNS, COLUMNS};
    struct array wide = array_of_matrix(&m, false), turned = array_of_matrix(&m, true);
    struct array list = array_of_list(values, COLUMNS, false);
    struct array none = array_of_list(values, 0, true);
    writer_open(writer, NULL);
    writer_whole(writer, "whole", 258);
    writer_real(writer, "unknown", NAN);
    writer_open(writer, "in");
    writer_open_list(writer, "list", 2);
    writer_array(writer, NULL, &wide);
    writer_array(writer, NULL, &turned);
    writer_close(writer);
    writer_text(writer, "text", "relu");
    writer_close(writer);
    writer_array(writer, "row", &list);
    writer_array(writer, "none", &none);
    writer_close(writer);
}

static void fill_values(double *values)
{
    for (int i = 0; i < ROWS * COLUMNS; i++)
        values[i] = sqrt(i) - 7;
}

/* The next member, which must have this name, type and shape; where its numbers begin. */
static size_t expect_array(const struct written *w, size_t *at, const char *name,
    const char *type, const char *shape, size_t bytes)
{
    struct found found;
    char header[128];
    *at = read_entry(w, *at, &found);
    ck_assert_str_eq(found.name, name);
    ck_assert_mem_eq(w->bytes + found.data, "\x93NUMPY\x01\0", 8);
    size_t length = number_at(w, found.data + 8, 2);
    int text = snprintf(header, sizeof header,
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
    ck_assert_mem_eq(w->bytes + found.data + 10, header, (size_t)text);
    ck_assert_uint_eq((10 + length) % 64, 0);
    ck_assert_int_eq(w->bytes[found.data + 10 + length - 1], '\n');
    ck_assert_uint_eq(found.size, 10 + length + bytes);
    return found.data + 10 + length;
}

static void assert_real(const struct written *w, size_t at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    ck_assert_uint_eq(number_at(w, at, 8), bits);
}

START_TEST(arrays_are_little_endian_rows_under_their_paths)
{
    static double values[ROWS * COLUMNS];
    struct npz npz;
    struct written w;
    uint64_t count;
    fill_values(values);
    begin(&w);
    write_values(npz_init(&npz, w.file, NULL), values);
    npz_clear(&npz);
    end(&w);
    size_t at = find_directory(&w, &count), found;
    ck_assert_uint_eq(count, 7);
    found = expect_array(&w, &at, "whole.npy", "<i8", "()", 8);
    ck_assert_uint_eq(number_at(&w, found, 8), 258);
    found = expect_array(&w, &at, "unknown.npy", "<f8", "()", 8);
    ck_assert_uint_eq(number_at(&w, found + 6, 2) & 0x7ff0, 0x7ff0);
    size_t bytes = sizeof values;
    found = expect_array(&w, &at, "in/list/2.npy", "<f8", "(3, 600)", bytes);
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        assert_real(&w, found + 8 * i, values[i]);
    found = expect_array(&w, &at, "in/list/3.npy", "<f8", "(600, 3)", bytes);
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        assert_real(&w, found + 8 * i, values[i % ROWS * COLUMNS + i / ROWS]);
    found = expect_array(&w, &at, "in/text.npy", "<U4", "()", 16);
    ck_assert_mem_eq(w.bytes + found, "r\0\0\0e\0\0\0l\0\0\0u\0\0\0", 16);
    found = expect_array(&w, &at, "row.npy", "<f8", "(600,)", bytes / 3);
    assert_real(&w, found + 8 * 599, values[599]);
    (void)expect_array(&w, &at, "none.npy", "<i8", "(0,)", 0);
    free(w.bytes);
}
END_TEST

/* Numbers one by one, with the commas and brackets that belong between them. */
static const char *skip_row(const char *text, const double *values, int count, int step)
{
    ck_assert_int_eq(*text, '[');
    for (int i = 0; i < count; i++) {
        char *next;
        ck_assert_double_eq(strtod(text + 1, &next), values[i * step]);
        ck_assert_int_eq(*next, i + 1 < count ? ',' : ']');
        text = next;
    }
    return text + 1;
}

START_TEST(json_has_the_same_numbers)
{
    static double values[ROWS * COLUMNS];
    struct json json;
    struct written w;
    fill_values(values);
    begin(&w);
    write_values(json_init(&json, w.file, NULL), values);
    end(&w);
    static const char start[] = "{\n\"whole\":258,\n\"unknown\":null,\n\"in\":{\n\"list\":[[";
    ck_assert_mem_eq(w.bytes, start, sizeof start - 1);
    const char *at = w.bytes + sizeof start - 1;
    for (int i = 0; i < ROWS; i++)
        at = skip_row(at, values + i * COLUMNS, COLUMNS, 1) + 1;
    ck_assert_mem_eq(at, ",[", 2);
    at += 2;
    for (int j = 0; j < COLUMNS; j++)
        at = skip_row(at, values + j, ROWS, COLUMNS) + 1;
    static const char middle[] = "],\n\"text\":\"relu\"},\n\"row\":";
    ck_assert_mem_eq(at, middle, sizeof middle - 1);
    at = skip_row(at + sizeof middle - 1, values, COLUMNS, 1);
    ck_assert_str_eq(at, ",\n\"none\":[]}\n");
    free(w.bytes);
}
END_TEST

static bool asked(void *context)
{
    return --*(int *)context < 0;
}

/* However early it is: no end, so that no reader takes it for an archive. */
START_TEST(an_interrupted_archive_has_no_directory)
{
    static double values[ROWS * COLUMNS];
    for (int left = 0; left < 1000; left += 1 + left / 2) {
        int rest = left;
        struct interrupt interrupt = {.wanted = asked, .context = &rest};
        struct npz npz;
        struct written w;
        begin(&w);
        struct writer *writer = npz_init(&npz, w.file, &interrupt);
        write_values(writer, values);
        ck_assert_int_eq(writer->error, 0);
        bool stopped = writer->stopped;
        npz_clear(&npz);
        end(&w);
        ck_assert_int_eq(
            stopped, w.size < 22 || memcmp(w.bytes + w.size - 22, "PK\5\6", 4) != 0);
        ck_assert(stopped || left > 10);
        free(w.bytes);
    }
}
END_TEST

Suite *zip_suite(void)
{
    return SUITE("zip", the_crc_is_that_of_zip, archives_are_what_their_directory_says,
        archives_have_any_number_of_members, arrays_are_little_endian_rows_under_their_paths,
        json_has_the_same_numbers, an_interrupted_archive_has_no_directory);
}
