#include "io/idx_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/even_choice.h"
#include "core/text.h"
#include "engine/memory.h"
#include "io/idx.h"
#include "io/installed.h"

enum { BYTES = 256 };

static bool read_array(struct idx *idx, const struct data_bytes *file, struct error *error)
{
    struct gzip gzip;
    if (!gzip_open(&gzip, file->name, file->bytes, file->size, error))
        return false;
    bool done = idx_read(idx, &gzip, error);
    gzip_close(&gzip);
    return done;
}

/* The class of each label that there is, in their order; returns how many. */
static int number_classes(const struct idx *labels, int class_of[BYTES])
{
    bool there[BYTES] = {false};
    int classes = 0;
    for (int s = 0; s < labels->sizes[0]; s++)
        there[labels->elements[s]] = true;
    for (int value = 0; value < BYTES; value++)
        class_of[value] = there[value] ? classes++ : -1;
    return classes;
}

static bool name_classes(struct dataset *set, const int class_of[BYTES])
{
    enum { DIGITS = 4 };
    if (!dataset_name_classes(set))
        return false;
    for (int value = 0; value < BYTES; value++) {
        if (class_of[value] < 0)
            continue;
        char *name = malloc(DIGITS);
        if (!name)
            return false;
        (void)snprintf(name, DIGITS, "%d", value);
        set->class_names[class_of[value]] = name;
    }
    return true;
}

/* The samples that are taken, ascending: an even choice, or all where no number is asked for
 * or there are not so many. NULL when out of memory. */
static int *take_samples(const struct idx *labels, int wanted, int *count)
{
    int samples = labels->sizes[0];
    *count = wanted > 0 && wanted < samples ? wanted : samples;
    int *taken = calloc((size_t)*count, sizeof *taken);
    int *values = calloc((size_t)samples, sizeof *values);
    bool done = taken && values;
    for (int s = 0; done && s < samples; s++)
        values[s] = labels->elements[s];
    done = done && even_choice(values, samples, BYTES, *count, taken);
    free(values);
    if (done)
        return taken;
    free(taken);
    return NULL;
}

static void fill(struct dataset *set, const struct idx *images, const struct idx *labels,
    const int class_of[BYTES], const int *taken)
{
    size_t inputs = (size_t)set->inputs;
    for (int i = 0; i < set->samples; i++) {
        const unsigned char *from = images->elements + (size_t)taken[i] * inputs;
        double *to = set->values + (size_t)i * inputs;
        set->labels[i] = class_of[labels->elements[taken[i]]];
        for (size_t j = 0; j < inputs; j++)
            to[j] = from[j];
        if (set->picture.pixels)
            memcpy(set->picture.pixels + (size_t)i * inputs, from, inputs);
    }
}

/* What the two arrays, which fit each other, are together. */
static struct dataset *make_set(const struct idx *images, const struct idx *labels, int wanted,
    const char *name, struct error *error)
{
    int class_of[BYTES], count;
    bool pictures = images->dimensions == 3;
    int inputs = images->sizes[1] * (pictures ? images->sizes[2] : 1);
    int classes = number_classes(labels, class_of);
    if (classes < 2) {
        error_set(error, "%s: all %d labels are the same: there is nothing to be learned",
            SHOWN_FILE(name), labels->sizes[0]);
        return NULL;
    }
    int *taken = take_samples(labels, wanted, &count);
    size_t bytes = (size_t)count * (size_t)inputs;
    struct dataset *set = NULL;
    if (taken && !memory_fits(bytes * (sizeof(double) + 1), error)) {
        free(taken);
        return NULL;
    }
    if (taken)
        set = dataset_create(
            &(struct data_shape){.samples = count, .inputs = inputs, .classes = classes});
    bool done = set && name_classes(set, class_of);
    if (done && pictures) {
        set->picture.width = images->sizes[2];
        set->picture.height = images->sizes[1];
        set->picture.brightest = BYTES - 1;
        set->picture.pixels = malloc(bytes);
        done = set->picture.pixels != NULL;
    }
    if (done) {
        fill(set, images, labels, class_of, taken);
    } else {
        error_set(error, "%s: out of memory for %d samples", SHOWN_FILE(name), count);
        dataset_release(set);
        set = NULL;
    }
    free(taken);
    return set;
}

/* `images` is of no use after it: another file is asked for. */
static struct dataset *read_pair(struct data_files *files, const struct data_bytes *images,
    const char *labels_name, int wanted, struct error *error)
{
    struct idx pixels = {0}, classes = {0};
    struct data_bytes labels;
    struct dataset *set = NULL;
    char name[DATA_FILE_NAME];
    (void)snprintf(name, sizeof name, "%s", images->name);
    if (read_array(&pixels, images, error) &&
        data_files_bytes(files, labels_name, &labels, error) &&
        read_array(&classes, &labels, error) &&
        idx_fit(&pixels, name, &classes, labels_name, error))
        set = make_set(&pixels, &classes, wanted, name, error);
    idx_clear(&pixels);
    idx_clear(&classes);
    return set;
}

static bool is_idx(const struct data_bytes *file)
{
    return idx_is(file->bytes, file->size);
}

/* Anything may be compressed: an array begins with two bytes 0 when it is inflated. Damage is
 * said by who reads it all. */
static bool holds_array(const struct data_bytes *file, struct error *error)
{
    struct gzip gzip;
    struct error damage;
    unsigned char begin[2] = {0};
    size_t got;
    if (!gzip_open(&gzip, file->name, file->bytes, file->size, error))
        return false;
    bool read = gzip_read(&gzip, begin, sizeof begin, &got, &damage);
    gzip_close(&gzip);
    return !read || (got == sizeof begin && !begin[0] && !begin[1]) ||
        error_set(
            error, "%s: compressed, and no IDX file: gunzip it first", SHOWN_FILE(file->name));
}

static struct dataset *read_idx(struct data_files *files, const struct data_bytes *file,
    const struct hparams *hparams, struct error *error)
{
    char found[IDX_NAME];
    const char *labels = hparams->labels;
    if (!holds_array(file, error))
        return NULL;
    if (!*labels && !idx_find_labels(file->name, found, error))
        return NULL;
    return read_pair(files, file, *labels ? labels : found, hparams->samples, error);
}

const struct data_format idx_format = {.name = "IDX", .is = is_idx, .read = read_idx};

struct dataset *digits_read(
    struct data_files *files, const struct hparams *hparams, struct error *error)
{
    enum { BRIGHTEST = 16 };
    char images[DATA_FILE_NAME], labels[DATA_FILE_NAME];
    struct data_bytes file;
    if (!installed_find("digits-images-idx3-ubyte.gz", images, sizeof images, error) ||
        !installed_find("digits-labels-idx1-ubyte.gz", labels, sizeof labels, error) ||
        !data_files_bytes(files, images, &file, error))
        return NULL;
    struct dataset *set = read_pair(files, &file, labels, hparams->samples, error);
    if (set)
        set->picture.brightest = BRIGHTEST;
    return set;
}
