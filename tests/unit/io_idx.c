/* IDX files: what is read of them, and the word for each way in which they can be wrong. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#include "io/idx.h"
#include "suites.h"

enum { ROOM = 1 << 16 };

struct bytes {
    unsigned char at[ROOM];
    size_t size;
};

/* An array of that type and those sizes, its elements 1, 2, 3 …; 0 ends the sizes. */
static void make(struct bytes *b, int type, const int sizes[4])
{
    size_t count = 1;
    int dimensions = 0;
    while (dimensions < 4 && sizes[dimensions] > 0)
        count *= (size_t)sizes[dimensions++];
    memset(b, 0, sizeof *b);
    b->at[2] = (unsigned char)type;
    b->at[3] = (unsigned char)dimensions;
    b->size = 4;
    for (int i = 0; i < dimensions; i++) {
        for (int shift = 24; shift >= 0; shift -= 8)
            b->at[b->size++] = (unsigned char)((unsigned)sizes[i] >> shift);
    }
    for (size_t i = 0; i < count && b->size < ROOM; i++)
        b->at[b->size++] = (unsigned char)(i + 1);
}

/* Compressed by zlib itself. */
static void pack(struct bytes *to, const unsigned char *from, size_t size)
{
    z_stream stream = {0};
    ck_assert_int_eq(
        deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = from;
    stream.avail_in = (uInt)size;
    stream.next_out = to->at;
    stream.avail_out = ROOM;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    to->size = ROOM - stream.avail_out;
    (void)deflateEnd(&stream);
}

static bool read_named(
    struct idx *idx, const unsigned char *bytes, size_t size, struct error *error)
{
    struct gzip gzip;
    *error = (struct error){.text = ""};
    ck_assert(gzip_open(&gzip, "a.idx", bytes, size, error));
    bool done = idx_read(idx, &gzip, error);
    gzip_close(&gzip);
    return done;
}

static void refused(const unsigned char *bytes, size_t size, const char *words)
{
    struct idx idx;
    struct error error;
    ck_assert(!read_named(&idx, bytes, size, &error));
    HAS(error.text, "a.idx: ");
    HAS(error.text, words);
    ck_assert_ptr_null(idx.elements);
}

START_TEST(arrays_are_read_as_they_stand)
{
    static const int all[][4] = {{5}, {3, 4}, {2, 3, 4}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        static struct bytes plain, packed;
        struct idx idx;
        struct error error;
        make(&plain, 8, all[i]);
        pack(&packed, plain.at, plain.size);
        for (int compressed = 0; compressed < 2; compressed++) {
            const struct bytes *b = compressed ? &packed : &plain;
            ck_assert_msg(read_named(&idx, b->at, b->size, &error), "%s", error.text);
            ck_assert_int_eq(idx.dimensions, (int)i + 1);
            size_t count = 1;
            for (size_t k = 0; k <= i; k++) {
                ck_assert_int_eq(idx.sizes[k], all[i][k]);
                count *= (size_t)all[i][k];
            }
            for (size_t k = 0; k < count; k++)
                ck_assert_uint_eq(idx.elements[k], k + 1);
            idx_clear(&idx);
        }
    }
}
END_TEST

START_TEST(other_types_are_refused_by_name)
{
    static const struct {
        int type;
        const char *words;
    } types[] = {{0x09, "signed bytes"}, {0x0b, "16-bit integers"}, {0x0c, "32-bit integers"},
        {0x0d, "floats"}, {0x0e, "doubles"}, {0x0a, "type 0x0a, which there is not"},
        {0x00, "type 0x00"}};
    static struct bytes b;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        make(&b, types[i].type, (const int[4]){4});
        refused(b.at, b.size, types[i].words);
    }
    make(&b, 8, (const int[4]){1, 1, 1, 1});
    refused(b.at, b.size, "4 dimensions");
    make(&b, 8, (const int[4]){0});
    refused(b.at, b.size, "0 dimensions");
    refused((const unsigned char *)"1,2,3\n", 6, "begins with two bytes 0");
}
END_TEST

START_TEST(a_length_that_is_another_is_said)
{
    static struct bytes b;
    make(&b, 8, (const int[4]){7, 3});
    refused(b.at, b.size - 1, "ends after 20 of the 21 elements");
    refused(b.at, b.size + 1, "goes on after the 21 elements");
    refused(b.at, 9, "ends after 1 of 4 bytes of its sizes");
    refused(b.at, 3, "begins with two bytes 0");
    refused(b.at, 0, "begins with two bytes 0");
    b.at[7] = 0;
    refused(b.at, b.size, "size 1 of 2 is 0");
    memset(b.at + 4, 0xff, 8);
    refused(b.at, b.size, "more than 268435456 elements");
}
END_TEST

START_TEST(compressed_data_that_are_damaged_are_said)
{
    static struct bytes b, packed, twice;
    make(&b, 8, (const int[4]){30, 30});
    pack(&packed, b.at, b.size);
    /* Every place at which it can break off. */
    for (size_t size = 2; size < packed.size; size++)
        refused(packed.at, size, "ends in the midst of its compressed data");
    packed.at[packed.size] = 'x';
    refused(packed.at, packed.size + 1, "after its compressed data");
    packed.at[packed.size - 6] ^= 1; /* of the check sum */
    refused(packed.at, packed.size, "damaged (incorrect data check)");
    pack(&packed, (const unsigned char *)"1,2\n", 4);
    refused(packed.at, packed.size, "no IDX file: gunzip it first");
    /* Two members are one file. */
    struct idx idx;
    struct error error;
    pack(&packed, b.at, 100);
    pack(&twice, b.at + 100, b.size - 100);
    memcpy(packed.at + packed.size, twice.at, twice.size);
    ck_assert(read_named(&idx, packed.at, packed.size + twice.size, &error));
    ck_assert_mem_eq(idx.elements, b.at + 12, 900);
    idx_clear(&idx);
}
END_TEST

/* What inflates to a hundred times its size is not inflated further than what it says. */
START_TEST(what_is_compressed_is_not_believed)
{
    static unsigned char zeros[ROOM];
    static struct bytes b, packed, beyond;
    make(&b, 8, (const int[4]){3});
    pack(&packed, b.at, b.size);
    pack(&beyond, zeros, ROOM);
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_lt(packed.size + beyond.size, ROOM);
        memcpy(packed.at + packed.size, beyond.at, beyond.size);
        packed.size += beyond.size;
    }
    refused(packed.at, packed.size, "goes on after the 3 elements");
}
END_TEST

static struct idx array_of(const int sizes[4])
{
    static struct bytes b;
    struct idx idx;
    struct error error;
    make(&b, 8, sizes);
    ck_assert_msg(read_named(&idx, b.at, b.size, &error), "%s", error.text);
    return idx;
}

START_TEST(a_pair_belongs_together)
{
    struct idx images = array_of((const int[4]){3, 4, 4});
    struct idx rows = array_of((const int[4]){3, 5}), wide = array_of((const int[4]){1, 20000});
    struct idx three = array_of((const int[4]){3}), four = array_of((const int[4]){4});
    struct idx one = array_of((const int[4]){1});
    struct error error = {.text = ""};
    ck_assert(idx_fit(&images, "i", &three, "l", &error));
    ck_assert(idx_fit(&rows, "i", &three, "l", &error));
    ck_assert(!idx_fit(&images, "i", &four, "l", &error));
    ck_assert_str_eq(
        error.text, "l: 4 labels for the 3 images of i; take the two that belong together");
    ck_assert(!idx_fit(&images, "i", &one, "l", &error));
    HAS(error.text, "l: 1 label for the 3 images of i;");
    ck_assert(!idx_fit(&three, "i", &images, "l", &error));
    HAS(error.text, "i: labels (one dimension), where images are wanted");
    ck_assert(!idx_fit(&images, "i", &images, "l", &error));
    HAS(error.text, "l: 3 dimensions, where labels have one");
    ck_assert(!idx_fit(&wide, "i", &one, "l", &error));
    HAS(error.text, "i: 20000 numbers a sample; at most 16384");
    struct idx *const used[] = {&images, &rows, &wide, &three, &four, &one};
    for (size_t i = 0; i < ARRAY_LEN(used); i++)
        idx_clear(used[i]);
}
END_TEST

/* The labels are the only file of a directory. */
static void check_found(const char *directory, const char *images, const char *labels)
{
    char image_path[300], label_path[300], found[IDX_NAME];
    struct error error = {.text = ""};
    (void)snprintf(image_path, sizeof image_path, "%s/%s", directory, images);
    (void)snprintf(label_path, sizeof label_path, "%s/%s", directory, labels);
    ck_assert(!idx_find_labels(image_path, found, &error));
    HAS(error.text, "say where by --labels=FILE");
    int file = open(label_path, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_ge(file, 0);
    (void)close(file);
    ck_assert_msg(idx_find_labels(image_path, found, &error), "%s", error.text);
    ck_assert_str_eq(found, label_path);
    (void)unlink(label_path);
}

START_TEST(labels_are_found_by_their_usual_names)
{
    /* "images" in the directory's name is not what is replaced. */
    char directory[] = "/tmp/nablascope-images-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(directory));
    check_found(directory, "train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    check_found(directory, "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
    check_found(directory, "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte");
    check_found(directory, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz");
    check_found(directory, "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte");
    check_found(directory, "emnist-letters-train-images-idx3-ubyte.gz",
        "emnist-letters-train-labels-idx1-ubyte.gz");
    check_found(directory, "x-images-idx2-ubyte", "x-labels-idx1-ubyte");
    char images[300], found[IDX_NAME];
    struct error error = {.text = ""};
    (void)snprintf(images, sizeof images, "%s/digits.idx", directory);
    ck_assert(!idx_find_labels(images, found, &error));
    HAS(error.text, "which file has its labels? Say it by --labels=FILE");
    (void)rmdir(directory);
}
END_TEST

Suite *idx_suite(void)
{
    return SUITE("idx", arrays_are_read_as_they_stand, other_types_are_refused_by_name,
        a_length_that_is_another_is_said, compressed_data_that_are_damaged_are_said,
        what_is_compressed_is_not_believed, a_pair_belongs_together,
        labels_are_found_by_their_usual_names);
}
