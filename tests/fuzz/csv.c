/*
 * Whatever stands in a CSV file does no harm: for libFuzzer (tests/fuzz/run), and for
 * tests/fuzz/driver.c. The first byte says how it is read. What is read is a data set that can
 * be trained on, and written plainly it reads as the same; what is not gets one line that names
 * the file.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/text.h"
#include "io/csv_data.h"
#include "target.h"

static void set(struct hparams *hparams, const char *name, const char *value)
{
    if (!hparam_set(hparams, hparam_find(name, NULL), value, NULL))
        fail("a setting is refused");
}

/* '@' is nothing but the file. */
static struct hparams settings_of(uint8_t byte)
{
    static const char *const labels[] = {"-", "1", "label", "2,3"};
    struct hparams hparams;
    hparams_init(&hparams);
    set(&hparams, "data", "FILE.csv");
    set(&hparams, "one_hot", byte & 1 ? "on" : "off");
    set(&hparams, "missing", byte & 2 ? "drop" : "refuse");
    set(&hparams, byte & 4 ? "target" : "label", labels[byte >> 3 & 3]);
    if (byte & 32)
        set(&hparams, "ignore", "2, y");
    return hparams;
}

static struct dataset *read_bytes(
    const void *bytes, size_t size, const struct hparams *hparams, struct error *error)
{
    unsigned char *copy = malloc(size + 1);
    if (!copy)
        fail("out of memory");
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    struct data_bytes file = {"FILE.csv", copy, size};
    struct dataset *read = csv_data_read(NULL, &file, hparams, error);
    free(copy);
    return read;
}

static void check_name(const char *name)
{
    char clean[400];
    text_clean(clean, sizeof clean, name);
    if (strcmp(clean, name) != 0 || !*name)
        fail("a name that cannot be shown");
}

static void check_set(const struct dataset *d)
{
    int *seen = calloc((size_t)d->classes + 1, sizeof *seen);
    if (!seen)
        fail("out of memory");
    if (d->samples < 2 || d->inputs < 1 || d->inputs > DATA_INPUTS_MOST ||
        (d->targets ? d->classes != 0 || d->target_count != 1
                    : d->classes < 2 || d->classes > DATA_CLASSES_MOST))
        fail("sizes that no data set has");
    for (ptrdiff_t i = 0; i < (ptrdiff_t)d->samples * d->inputs; i++) {
        if (!isfinite(d->values[i]))
            fail("an input that is no number");
    }
    for (int i = 0; i < d->samples; i++) {
        if (d->targets ? !isfinite(d->targets[i])
                       : d->labels[i] < 0 || d->labels[i] >= d->classes)
            fail("no class and no number");
        seen[d->targets ? 0 : d->labels[i]]++;
    }
    for (int j = 0; j < d->inputs; j++)
        check_name(d->input_names[j]);
    for (int k = 0; k < d->classes; k++)
        check_name(d->class_names[k]);
    if (d->targets)
        check_name(d->target_info[0].name);
    if (d->note)
        check_name(d->note);
    free(seen);
}

/* With a header, points and commas, each number in full. */
static char *text_of(const struct dataset *d, size_t *size)
{
    char *text = NULL, number[DECIMAL_SIZE];
    FILE *out = open_memstream(&text, size);
    if (!out)
        fail("out of memory");
    for (int j = 0; j < d->inputs; j++)
        (void)fprintf(out, "\"in,%d\",", j);
    (void)fprintf(out, "label\r\n");
    for (int i = 0; i < d->samples; i++) {
        for (int j = 0; j < d->inputs; j++) {
            (void)decimal_write(number, d->values[(ptrdiff_t)i * d->inputs + j]);
            (void)fprintf(out, "%s,", number);
        }
        if (d->targets)
            (void)decimal_write(number, d->targets[i]);
        else
            (void)snprintf(number, sizeof number, "c%04d", d->labels[i]);
        (void)fprintf(out, "%s\r\n", number);
    }
    if (fclose(out) != 0)
        fail("out of memory");
    return text;
}

/* Columns of 0 and 1 can be of classes that no row has: these have no word to come back by. */
static bool has_all_classes(const struct dataset *d)
{
    bool all = true;
    for (int k = 0; k < d->classes && all; k++) {
        bool has = false;
        for (int i = 0; i < d->samples; i++)
            has = has || d->labels[i] == k;
        all = has;
    }
    return all;
}

static void check_written(const struct dataset *d)
{
    struct hparams hparams;
    struct error error = {.text = ""};
    size_t size = 0, count = (size_t)d->samples * (size_t)d->inputs;
    hparams_init(&hparams);
    set(&hparams, "data", "FILE.csv");
    set(&hparams, d->targets ? "target" : "label", "label");
    if (!has_all_classes(d) || d->inputs >= DATA_INPUTS_MOST)
        return;
    char *text = text_of(d, &size);
    struct dataset *again = read_bytes(text, size, &hparams, &error);
    if (!again) {
        (void)fprintf(stderr, "%s\n%s", error.text, text);
        fail("what was written is refused");
    }
    size_t samples = (size_t)d->samples;
    bool same = again->samples == d->samples && again->inputs == d->inputs &&
        again->classes == d->classes &&
        memcmp(again->values, d->values, count * sizeof *d->values) == 0 &&
        (d->targets ? memcmp(again->targets, d->targets, samples * sizeof *d->targets) == 0
                    : memcmp(again->labels, d->labels, samples * sizeof *d->labels) == 0);
    if (!same) {
        (void)fprintf(stderr, "%s", text);
        fail("what was written reads as something else");
    }
    free(text);
    dataset_release(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {.text = ""};
    if (size == 0)
        return 0;
    struct hparams hparams = settings_of(data[0]);
    struct dataset *read = read_bytes(data + 1, size - 1, &hparams, &error);
    if (!read) {
        if (strncmp(error.text, "FILE.csv:", 9) != 0 || strlen(error.text) < 12)
            fail("an error without its place");
        return 0;
    }
    check_set(read);
    check_written(read);
    dataset_release(read);
    return 0;
}
