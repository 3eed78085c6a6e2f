#include "io/idx.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

enum { TYPE_BYTES = 8, SIZE_BYTES = 4 };

/* Exactly so many bytes; `part` says of what. */
static bool take(
    struct gzip *gzip, void *bytes, size_t size, const char *part, struct error *error)
{
    size_t got;
    if (!gzip_read(gzip, bytes, size, &got, error))
        return false;
    return got == size ||
        error_set(error, "%s: ends after %zu of %zu bytes of %s; fetch it anew",
            SHOWN_FILE(gzip->name), got, size, part);
}

static bool refuse_type(const struct gzip *gzip, int type, struct error *error)
{
    static const struct {
        int type;
        const char *name;
    } types[] = {{0x09, "signed bytes"}, {0x0b, "16-bit integers"}, {0x0c, "32-bit integers"},
        {0x0d, "floats"}, {0x0e, "doubles"}};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (types[i].type == type)
            return error_set(error,
                "%s: an IDX array of %s (type 0x%02x); only unsigned bytes (0x08) are read: "
                "convert it, or make it a CSV file",
                SHOWN_FILE(gzip->name), types[i].name, type);
    }
    return error_set(error,
        "%s: an IDX array of type 0x%02x, which there is not; only unsigned bytes (0x08) are "
        "read",
        SHOWN_FILE(gzip->name), type);
}

/* Type and number of dimensions. */
static bool take_magic(struct idx *idx, struct gzip *gzip, struct error *error)
{
    unsigned char magic[4];
    size_t got;
    if (!gzip_read(gzip, magic, sizeof magic, &got, error))
        return false;
    if (got < sizeof magic || magic[0] != 0 || magic[1] != 0)
        return error_set(error,
            gzip->inflater ? "%s: what is compressed in it is no IDX file: gunzip it first"
                           : "%s: no IDX file, which begins with two bytes 0",
            SHOWN_FILE(gzip->name));
    if (magic[2] != TYPE_BYTES)
        return refuse_type(gzip, magic[2], error);
    idx->dimensions = magic[3];
    return (idx->dimensions >= 1 && idx->dimensions <= IDX_DIMENSIONS) ||
        error_set(error,
            "%s: an IDX array of %d dimensions; 1 (labels), 2 (rows of numbers) and 3 (images) "
            "are read",
            SHOWN_FILE(gzip->name), idx->dimensions);
}

/* The sizes, and how many elements that are. */
static bool take_sizes(struct idx *idx, struct gzip *gzip, size_t *count, struct error *error)
{
    *count = 1;
    for (int i = 0; i < idx->dimensions; i++) {
        unsigned char bytes[SIZE_BYTES];
        if (!take(gzip, bytes, sizeof bytes, "its sizes", error))
            return false;
        uint32_t size = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
            (uint32_t)bytes[2] << 8 | bytes[3];
        if (size == 0)
            return error_set(error, "%s: there is nothing in it: size %d of %d is 0",
                SHOWN_FILE(gzip->name), i + 1, idx->dimensions);
        if (size > IDX_MOST || *count > IDX_MOST / size)
            return error_set(error,
                "%s: says that it has more than %d elements, the most that are read",
                SHOWN_FILE(gzip->name), (int)IDX_MOST);
        idx->sizes[i] = (int)size;
        *count *= size;
    }
    return true;
}

/* In pieces: a file that says it is large and is not takes no memory. */
static bool take_elements(struct idx *idx, struct gzip *gzip, size_t count, struct error *error)
{
    enum { FIRST = 1 << 16 };
    size_t room = 0, had = 0, got;
    while (had < count) {
        room = room == 0 ? FIRST : 2 * room;
        room = room < count ? room : count;
        unsigned char *more = realloc(idx->elements, room);
        if (!more)
            return error_set(
                error, "%s: out of memory for %zu elements", SHOWN_FILE(gzip->name), count);
        idx->elements = more;
        if (!gzip_read(gzip, idx->elements + had, room - had, &got, error))
            return false;
        if (got < room - had)
            return error_set(error,
                "%s: ends after %zu of the %zu elements that its sizes say; fetch it anew",
                SHOWN_FILE(gzip->name), had + got, count);
        had = room;
    }
    return true;
}

bool idx_read(struct idx *idx, struct gzip *gzip, struct error *error)
{
    size_t count, got = 0;
    unsigned char beyond;
    memset(idx, 0, sizeof *idx);
    bool done = take_magic(idx, gzip, error) && take_sizes(idx, gzip, &count, error) &&
        take_elements(idx, gzip, count, error) && gzip_read(gzip, &beyond, 1, &got, error);
    if (done && got > 0)
        done = error_set(error,
            "%s: goes on after the %zu elements that its sizes say; fetch it anew, or correct "
            "them",
            SHOWN_FILE(gzip->name), count);
    if (!done)
        idx_clear(idx);
    return done;
}

void idx_clear(struct idx *idx)
{
    free(idx->elements);
    memset(idx, 0, sizeof *idx);
}

bool idx_is(const unsigned char *bytes, size_t size)
{
    return (size >= 2 && bytes[0] == 0 && bytes[1] == 0) || gzip_is(bytes, size);
}

bool idx_fit(const struct idx *images, const char *images_name, const struct idx *labels,
    const char *labels_name, struct error *error)
{
    if (images->dimensions == 1)
        return error_set(error,
            "%s: labels (one dimension), where images are wanted: data is the images' file, "
            "labels the labels'",
            SHOWN_FILE(images_name));
    if (labels->dimensions != 1)
        return error_set(error,
            "%s: %d dimensions, where labels have one: data is the images' file, labels the "
            "labels'",
            SHOWN_FILE(labels_name), labels->dimensions);
    if (images->sizes[0] != labels->sizes[0])
        return error_set(error,
            "%s: %d label%s for the %d image%s of %s; take the two that belong together",
            SHOWN(labels_name), labels->sizes[0], PLURAL(labels->sizes[0]), images->sizes[0],
            PLURAL(images->sizes[0]), SHOWN(images_name));
    int64_t inputs = images->dimensions == 3 ? (int64_t)images->sizes[1] * images->sizes[2]
                                             : images->sizes[1];
    if (inputs > IDX_INPUTS_MOST)
        return error_set(error, "%s: %lld numbers a sample; at most %d are read",
            SHOWN_FILE(images_name), (long long)inputs, (int)IDX_INPUTS_MOST);
    return true;
}

/* The last place of `word` in the name of the file itself. */
static const char *last_place(const char *name, const char *word)
{
    const char *slash = strrchr(name, '/'), *found = NULL;
    for (const char *at = slash ? slash : name; (at = strstr(at, word)); at++)
        found = at;
    return found;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), rest = strlen(end);
    return length >= rest && strcmp(text + length - rest, end) == 0;
}

bool idx_find_labels(const char *images, char labels[IDX_NAME], struct error *error)
{
    static const char idx3[] = "idx3", idx2[] = "idx2", packed[] = ".gz";
    const char *word = last_place(images, "images");
    if (!word || strlen(images) + sizeof packed > IDX_NAME)
        return error_set(error,
            "%s: which file has its labels? Say it by --labels=FILE; by itself it is found for "
            "names like train-images-idx3-ubyte",
            SHOWN_FILE(images));
    (void)snprintf(labels, IDX_NAME, "%.*slabels%s", (int)(word - images), images,
        word + strlen("images"));
    const char *kind = last_place(labels, idx3);
    kind = kind ? kind : last_place(labels, idx2);
    if (kind)
        labels[kind - labels + 3] = '1';
    if (access(labels, F_OK) == 0)
        return true;
    /* Only one of the two may be compressed. */
    char usual[IDX_NAME];
    size_t length = strlen(labels);
    memcpy(usual, labels, length + 1);
    if (ends_with(labels, packed))
        labels[length - strlen(packed)] = '\0';
    else
        memcpy(labels + length, packed, sizeof packed);
    return access(labels, F_OK) == 0 ||
        error_set(error,
            "%s: its labels are not beside it: no file %s; say where by "
            "--labels=FILE",
            SHOWN(images), SHOWN(usual));
}
