#include "core/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/elementary.h"
#include "core/error.h"
#include "core/even_choice.h"
#include "core/rng.h"
#include "core/split.h"

/* Of generated sets. */
enum { CLASSES_MOST = 4 };

/* Which sample of its class it is: from 0 on, and in [0, 1] along the class's shape. */
struct place {
    int number;
    double t;
};

/* Where one sample lies before the noise. */
typedef void place_fn(int label, struct place at, struct rng *rng, double point[2]);

/*
 * (cos, sin) of `turns` full turns, the same bits everywhere: Taylor series within an eighth of
 * a turn, and quarter turns by symmetry.
 */
static void turn_point(double turns, double point[2])
{
    double fraction = turns - floor(turns);
    int quarter = (int)(4 * fraction + 0.5);
    double x = 2 * REAL_PI * (fraction - 0.25 * quarter);
    double square = x * x, cosine = 1, sine = 1;
    for (int k = 18; k >= 2; k -= 2) {
        cosine = 1 - cosine * square / (k * (k - 1));
        sine = 1 - sine * square / (k * (k + 1));
    }
    sine *= x;
    point[0] = quarter % 2 ? -sine : cosine;
    point[1] = quarter % 2 ? cosine : sine;
    if (quarter % 4 >= 2) {
        point[0] = -point[0];
        point[1] = -point[1];
    }
}

static void place_moons(int label, struct place at, struct rng *rng, double point[2])
{
    (void)rng;
    turn_point(at.t / 2, point);
    if (label == 1) {
        point[0] = 1 - point[0];
        point[1] = 0.5 - point[1];
    }
}

static void place_circles(int label, struct place at, struct rng *rng, double point[2])
{
    (void)rng;
    double radius = label == 0 ? 1 : 0.5;
    turn_point(at.t, point);
    point[0] *= radius;
    point[1] *= radius;
}

static void place_xor(int label, struct place at, struct rng *rng, double point[2])
{
    (void)at;
    /* Class 0 where the signs agree; a gap of 0.1 on both sides of the axes. */
    double x = 0.1 + 0.9 * rng_uniform(rng), y = 0.1 + 0.9 * rng_uniform(rng);
    double sign = rng_uniform(rng) < 0.5 ? -1 : 1;
    point[0] = sign * x;
    point[1] = label == 0 ? sign * y : -sign * y;
}

static void place_spirals(int label, struct place at, struct rng *rng, double point[2])
{
    (void)rng;
    double radius = 0.1 + 1.9 * at.t;
    turn_point(1.5 * at.t + 0.5 * label, point);
    point[0] *= radius;
    point[1] *= radius;
}

static void place_blobs(int label, struct place at, struct rng *rng, double point[2])
{
    (void)at;
    turn_point(label / 4.0 + 0.125, point);
    point[0] = 2 * point[0] + 0.4 * rng_normal(rng);
    point[1] = 2 * point[1] + 0.4 * rng_normal(rng);
}

/* Class 0 where the signs agree, as of xor. */
static void place_corners(int label, struct place at, struct rng *rng, double point[2])
{
    (void)rng;
    point[0] = at.number % 2 == 0 ? -1 : 1;
    point[1] = label == 0 ? point[0] : -point[0];
}

static const struct {
    const char *name;
    const char *help;
    int classes;
    place_fn *place;
} sets[] = {
    [DATA_MOONS] = {"moons", "two interleaving half circles", 2, place_moons},
    [DATA_CIRCLES] = {"circles", "a circle inside another", 2, place_circles},
    [DATA_XOR] = {"xor", "four quadrants, the class by the product of signs", 2, place_xor},
    [DATA_SPIRALS] = {"spirals", "two spirals of one and a half turns", 2, place_spirals},
    [DATA_BLOBS] = {"blobs", "four clouds, four classes", 4, place_blobs},
    [DATA_CORNERS] = {"corners", "the four corners of xor in turn", 2, place_corners},
    [DATA_DIGITS] = {"digits", "1,797 handwritten digits, 8 x 8 pixels", 10, NULL},
};
_Static_assert(ARRAY_LEN(sets) == DATA_COUNT, "a row for each data set");

const char *data_name(int index)
{
    return index >= 0 && index < DATA_COUNT ? sets[index].name : NULL;
}

const char *data_help(int index)
{
    return index >= 0 && index < DATA_COUNT ? sets[index].help : NULL;
}

const char *missing_name(int index)
{
    static const char *const names[] = {"refuse", "drop"};
    return index >= 0 && index < MISSING_COUNT ? names[index] : NULL;
}

const char *missing_help(int index)
{
    static const char *const help[] = {
        "a row with an empty cell is an error", "rows with an empty cell are left out"};
    return index >= 0 && index < MISSING_COUNT ? help[index] : NULL;
}

bool data_is_file(const struct hparams *hparams)
{
    return hparams->data == DATA_FILE;
}

bool data_is_read(const struct hparams *hparams)
{
    return hparams->data >= DATA_GENERATED;
}

bool data_is_idx(const struct hparams *hparams)
{
    return data_is_file(hparams) && strstr(data_title(hparams), "idx") != NULL;
}

const char *data_title(const struct hparams *hparams)
{
    if (!data_is_file(hparams))
        return data_name(hparams->data);
    const char *slash = strrchr(hparams->file, '/');
    return slash && slash[1] ? slash + 1 : hparams->file;
}

struct dataset *dataset_create(const struct data_shape *shape)
{
    struct dataset *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->samples = shape->samples;
    set->inputs = shape->inputs;
    set->classes = shape->classes;
    set->target_count = shape->targets;
    set->test = shape->test;
    size_t rows = (size_t)shape->samples + (size_t)shape->test;
    set->values = calloc(rows, (size_t)shape->inputs * sizeof *set->values);
    set->labels = calloc(rows, sizeof *set->labels);
    bool complete = set->values && set->labels;
    if (shape->targets > 0) {
        size_t count = (size_t)shape->targets;
        set->targets = calloc(rows, count * sizeof *set->targets);
        set->target_info = calloc(count, sizeof *set->target_info);
        complete = complete && set->targets && set->target_info;
        for (size_t j = 0; set->target_info && j < count; j++)
            set->target_info[j].scale = 1;
    }
    if (!complete) {
        dataset_release(set);
        return NULL;
    }
    return set;
}

bool dataset_name_classes(struct dataset *dataset)
{
    dataset->class_names = calloc((size_t)dataset->classes, sizeof *dataset->class_names);
    return dataset->class_names != NULL;
}

bool dataset_name_inputs(struct dataset *dataset)
{
    dataset->input_names = calloc((size_t)dataset->inputs, sizeof *dataset->input_names);
    return dataset->input_names != NULL;
}

static void free_names(char **names, int count)
{
    for (int i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

/* Row `to` becomes what row `from` is, which is not before it. */
static void move_sample(struct dataset *set, int to, int from)
{
    size_t inputs = (size_t)set->inputs, targets = (size_t)set->target_count;
    memmove(set->values + (size_t)to * inputs, set->values + (size_t)from * inputs,
        inputs * sizeof *set->values);
    set->labels[to] = set->labels[from];
    if (set->targets)
        memmove(set->targets + (size_t)to * targets, set->targets + (size_t)from * targets,
            targets * sizeof *set->targets);
    if (set->picture.pixels)
        memmove(set->picture.pixels + (size_t)to * inputs,
            set->picture.pixels + (size_t)from * inputs, inputs);
}

bool dataset_choose(struct dataset *dataset, int count)
{
    int *chosen = calloc((size_t)count, sizeof *chosen);
    bool classes = dataset->classes > 0;
    bool done = chosen &&
        even_choice(classes ? dataset->labels : NULL, dataset->samples,
            classes ? dataset->classes : 1, count, chosen);
    for (int i = 0; done && i < count; i++)
        move_sample(dataset, i, chosen[i]);
    dataset->samples = done ? count : dataset->samples;
    free(chosen);
    return done;
}

struct dataset *dataset_share(struct dataset *dataset)
{
    atomic_fetch_add(&dataset->others, 1);
    return dataset;
}

void dataset_release(struct dataset *dataset)
{
    if (!dataset || atomic_fetch_sub(&dataset->others, 1) > 0)
        return;
    free(dataset->values);
    free(dataset->labels);
    free_names(dataset->class_names, dataset->classes);
    free_names(dataset->input_names, dataset->inputs);
    free(dataset->note);
    free(dataset->targets);
    for (int j = 0; dataset->target_info && j < dataset->target_count; j++)
        free(dataset->target_info[j].name);
    free(dataset->target_info);
    free(dataset->picture.pixels);
    free(dataset);
}

struct data_shape dataset_shape(const struct dataset *dataset)
{
    return (struct data_shape){dataset->samples, dataset->inputs, dataset->classes,
        dataset->target_count, dataset->test};
}

/* Of a generated one, before samples are held out. */
static struct data_shape shape_of(enum data data, int samples)
{
    return (struct data_shape){.samples = samples, .inputs = 2, .classes = sets[data].classes};
}

static int samples_of(const struct hparams *hparams)
{
    return hparams->samples > 0 ? hparams->samples : SAMPLES_GENERATED;
}

struct data_shape data_shape_of(const struct hparams *hparams)
{
    struct data_shape shape = shape_of((enum data)hparams->data, samples_of(hparams));
    int counts[CLASSES_MOST];
    for (int c = 0; c < shape.classes; c++) /* the classes in turn */
        counts[c] = (shape.samples - c + shape.classes - 1) / shape.classes;
    shape.test = split_counts(hparams->test, counts, shape.classes, NULL);
    shape.samples -= shape.test;
    return shape;
}

/* x -> scale · x + offset, of every input. */
static void scale_inputs(struct dataset *set, double scale, double offset)
{
    size_t count = ((size_t)set->samples + (size_t)set->test) * (size_t)set->inputs;
    if (scale == 1 && offset == 0) /* -0 stays what it is */
        return;
    for (size_t i = 0; i < count; i++)
        set->values[i] = scale * set->values[i] + offset;
}

/* From the least to the most of one of `columns` columns, among the samples trained on. */
struct span {
    double least, most;
};

static struct span span_of(const struct dataset *set, const double *column, int columns)
{
    struct span span = {column[0], column[0]};
    for (int i = 1; i < set->samples; i++) {
        double x = column[i * (ptrdiff_t)columns];
        span.least = x < span.least ? x : span.least;
        span.most = x > span.most ? x : span.most;
    }
    return span;
}

/*
 * What it has been shifted and scaled by. Of one value the mean is that, where n times 0.1 have
 * another; numbers that differ in the last three bits of a double alone are one that was
 * calculated: a deviation of roundings would be divided by. Others are multiplied by a power
 * of 2, exactly, where sums and squares of them would be infinite, or squares 0.
 */
static struct target standardize(const struct dataset *set, double *column, int columns)
{
    int n = set->samples, all = n + set->test;
    struct span span = span_of(set, column, columns);
    double largest = -span.least > span.most ? -span.least : span.most;
    double sum = 0, square = 0;
    bool constant = span.most - span.least <= 0x1p-50 * largest;
    double unit = constant   ? 1
        : largest > 0x1p450  ? 0x1p600
        : largest < 0x1p-450 ? 0x1p-600
                             : 1;
    for (int i = 0; i < all && unit != 1; i++)
        column[i * (ptrdiff_t)columns] /= unit;
    for (int i = 0; i < n && !constant; i++)
        sum += column[i * (ptrdiff_t)columns];
    double mean = constant ? span.least : sum / n;
    for (int i = 0; i < n; i++) {
        double *x = &column[i * (ptrdiff_t)columns];
        *x -= mean;
        square += *x * *x;
    }
    double deviation = constant ? 0 : sqrt(square / n);
    for (int i = n; i < all; i++)
        column[i * (ptrdiff_t)columns] -= mean;
    for (int i = 0; i < all && deviation > 0; i++)
        column[i * (ptrdiff_t)columns] /= deviation;
    return (struct target){NULL, unit * mean, deviation > 0 ? unit * deviation : 1};
}

/* False when interrupted, which is asked before each column. */
static bool standardize_all(struct dataset *set, const struct interrupt *interrupt)
{
    for (int j = 0; j < set->inputs; j++) {
        if (interrupt_asked(interrupt))
            return false;
        (void)standardize(set, set->values + j, set->inputs);
    }
    for (int j = 0; j < set->target_count; j++) {
        struct target *info = &set->target_info[j];
        struct target by = standardize(set, set->targets + j, set->target_count);
        info->mean += info->scale * by.mean;
        info->scale *= by.scale;
    }
    return true;
}

struct dataset *dataset_prepare(
    struct dataset *set, const struct hparams *hparams, const struct interrupt *interrupt)
{
    if (set &&
        !(dataset_split(set, hparams->test, hparams->seed) &&
            (!hparams->standardize || standardize_all(set, interrupt)))) {
        dataset_release(set);
        return NULL;
    }
    if (set)
        scale_inputs(set, hparams->input_scale, hparams->input_offset);
    return set;
}

struct dataset *dataset_of(const struct hparams *hparams)
{
    if (data_is_read(hparams))
        return NULL;
    struct dataset *set = dataset_generate(
        (enum data)hparams->data, samples_of(hparams), hparams->noise, hparams->seed);
    return dataset_prepare(set, hparams, NULL);
}

struct dataset *dataset_generate(enum data data, int samples, double noise, uint64_t seed)
{
    struct data_shape shape = shape_of(data, samples);
    struct dataset *set = dataset_create(&shape);
    if (!set)
        return NULL;
    struct rng rng;
    rng_init(&rng, seed, RNG_DATA, 0);
    int classes = set->classes, longest = (samples + classes - 1) / classes;
    for (int i = 0; i < samples; i++) {
        int label = i % classes, place = i / classes;
        double *point = set->values + 2 * (ptrdiff_t)i;
        /* A closed circle must not hold its first point twice. */
        int steps = data == DATA_CIRCLES ? longest : longest - 1;
        struct place at = {place, steps > 0 ? (double)place / steps : 0};
        sets[data].place(label, at, &rng, point);
        point[0] += noise * rng_normal(&rng);
        point[1] += noise * rng_normal(&rng);
        set->labels[i] = label;
    }
    return set;
}

void dataset_standardize(struct dataset *dataset)
{
    (void)standardize_all(dataset, NULL);
}
