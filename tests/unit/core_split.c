/* Samples held out: how many, which, and what standardising makes of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset.h"
#include "core/rng.h"
#include "core/split.h"
#include "suites.h"

enum { CLASSES = 7 };

/* Each sample's first input is its number, so that it is known wherever it stands. */
static struct dataset *numbered(const int *counts, int classes)
{
    struct data_shape shape = {.inputs = 3, .classes = classes};
    for (int c = 0; c < classes; c++)
        shape.samples += counts[c];
    struct dataset *set = dataset_create(&shape);
    ck_assert_ptr_nonnull(set);
    for (int i = 0, c = 0, left = counts[0]; i < shape.samples; i++, left--) {
        while (left == 0)
            left = counts[++c];
        set->values[3 * i] = i;
        set->values[3 * i + 2] = -i;
        set->labels[i] = c;
    }
    return set;
}

/* Each class of both parts against its proportion, every sample once and with its own label. */
static void check_parts(const struct dataset *set, const int *counts, int classes, double share)
{
    int all = set->samples + set->test, first[CLASSES + 1] = {0}, held[CLASSES] = {0},
        spare = 0;
    bool *seen = calloc((size_t)all, sizeof *seen);
    for (int c = 0; c < classes; c++) {
        first[c + 1] = first[c] + counts[c];
        spare += counts[c] > 1 ? counts[c] - 1 : 0;
    }
    ck_assert_int_eq(all, first[classes]);
    for (int i = 0; i < all; i++) {
        int number = (int)set->values[3 * i], class = set->labels[i];
        ck_assert(!seen[number]);
        seen[number] = true;
        ck_assert_double_eq(set->values[3 * i + 2], -number);
        ck_assert(number >= first[class] && number < first[class + 1]);
        if (i != 0 && i != set->samples)
            ck_assert_int_gt(number, (int)set->values[3 * (i - 1)]);
        held[class] += i >= set->samples;
    }
    free(seen);
    double wanted = fmin(fmax(floor(share * all + 0.5), share > 0), spare);
    ck_assert_int_eq(set->test, (int)wanted);
    bool capped = false;
    for (int c = 0; c < classes; c++)
        capped = capped || (counts[c] > 0 && wanted * counts[c] / all > counts[c] - 1);
    for (int c = 0; c < classes; c++) {
        double proportion = wanted * counts[c] / all;
        ck_assert(counts[c] == 0 || held[c] < counts[c]);
        ck_assert(held[c] > proportion - 1);
        if (!capped)
            ck_assert(held[c] < proportion + 1);
    }
}

START_TEST(each_class_gives_its_share_and_keeps_a_sample)
{
    struct rng rng;
    rng_init(&rng, 5, RNG_CHECK, 0);
    for (int round = 0; round < 3000; round++) {
        int classes = 2 + (int)rng_below(&rng, CLASSES - 1), counts[CLASSES] = {0}, most = 0;
        for (int c = 0; c < classes; c++) {
            counts[c] = (int)rng_below(&rng, 1u << rng_below(&rng, 6));
            most += counts[c];
        }
        counts[0] += most == 0;
        double share = round % 10 == 0 ? 0 : 0.9 * rng_uniform(&rng);
        struct dataset *set = numbered(counts, classes);
        ck_assert(dataset_split(set, share, (uint64_t)round));
        check_parts(set, counts, classes, share);
        dataset_release(set);
    }
}
END_TEST

/* How often each of 12 samples is held out in 4000 seeds: 1/4 each, √(3/16 / 4000) = 0.007. */
START_TEST(every_sample_has_the_same_chance)
{
    enum { SEEDS = 4000 };
    int often[12] = {0};
    for (int seed = 0; seed < SEEDS; seed++) {
        struct dataset *set = numbered((const int[]){8, 4}, 2);
        ck_assert(dataset_split(set, 0.25, (uint64_t)seed));
        for (int i = set->samples; i < 12; i++)
            often[(int)set->values[3 * i]]++;
        dataset_release(set);
    }
    for (int i = 0; i < 12; i++)
        ck_assert_double_eq_tol((double)often[i] / SEEDS, 0.25, 5 * 0.007);
}
END_TEST

START_TEST(generated_sets_have_the_shape_that_memory_is_asked_for)
{
    char settings[120];
    for (int data = 0; data < DATA_GENERATED; data++) {
        for (int samples = 4; samples < 60; samples += 5) {
            for (int share = 0; share <= 9; share++) {
                (void)snprintf(settings, sizeof settings, "data=%s samples=%d test=0.%d",
                    data_name(data), samples, share);
                struct hparams h = hparams_of(settings);
                struct dataset *set = dataset_of(&h);
                struct data_shape shape = dataset_shape(set), told = data_shape_of(&h);
                ck_assert_mem_eq(&shape, &told, sizeof shape);
                ck_assert_int_eq(shape.samples + shape.test, samples);
                dataset_release(set);
            }
        }
    }
}
END_TEST

/* The points are those of the undivided set, whatever is held out. */
START_TEST(a_split_draws_no_other_points)
{
    struct hparams whole = hparams_of("data=blobs standardize=off seed=9"),
                   h = hparams_of("data=blobs standardize=off seed=9 test=0.3");
    struct dataset *all = dataset_of(&whole), *set = dataset_of(&h);
    ck_assert_int_eq(set->test, 60);
    int test = 0;
    for (int i = 0, kept = 0; i < all->samples; i++) {
        size_t point = 2 * sizeof(double);
        bool stays = kept < set->samples &&
            memcmp(all->values + 2 * i, set->values + 2 * kept, point) == 0;
        int at = stays ? kept : set->samples + test;
        ck_assert_mem_eq(all->values + 2 * i, set->values + 2 * at, point);
        ck_assert_int_eq(all->labels[i], set->labels[at]);
        kept += stays;
        test += !stays;
    }
    ck_assert_int_eq(test, set->test);
    dataset_release(all);
    dataset_release(set);
}
END_TEST

/* Rounding of n sums of numbers near 1: n · 1e-16, with room. */
START_TEST(standardising_learns_nothing_from_what_is_held_out)
{
    struct hparams raw = hparams_of("data=moons standardize=off test=0.5 noise=0.3"),
                   h = hparams_of("data=moons test=0.5 noise=0.3");
    struct dataset *from = dataset_of(&raw), *set = dataset_of(&h);
    for (int j = 0; j < 2; j++) {
        double sum = 0, square = 0;
        for (int i = 0; i < from->samples; i++)
            sum += from->values[2 * i + j];
        double mean = sum / from->samples;
        for (int i = 0; i < from->samples; i++)
            square += pow(from->values[2 * i + j] - mean, 2);
        double deviation = sqrt(square / from->samples);
        for (int i = 0; i < from->samples + from->test; i++)
            ck_assert_double_eq_tol(
                set->values[2 * i + j], (from->values[2 * i + j] - mean) / deviation, 1e-13);
    }
    dataset_release(from);
    dataset_release(set);
}
END_TEST

/* A mean that is rounded leaves 1e-17 of a constant, and a deviation as large. */
START_TEST(what_is_constant_in_training_is_only_shifted)
{
    static const double constants[] = {0.1, 0.3, -0.7, 1e-9, 1e9 / 3, 1e-300, 1e300, 0};
    enum { TRAINED = 37 };
    for (size_t k = 0; k < ARRAY_LEN(constants); k++) {
        struct data_shape shape = {.samples = TRAINED, .inputs = 2, .targets = 1, .test = 1};
        struct dataset *set = dataset_create(&shape);
        ck_assert_ptr_nonnull(set);
        double value = constants[k], other = value + 1, up = value + value * 0x1p-51;
        for (int i = 0; i <= TRAINED; i++) {
            set->values[2 * i] = set->targets[i] = i < TRAINED ? value : other;
            set->values[2 * i + 1] = i < TRAINED && i % 3 ? up : value;
        }
        dataset_standardize(set);
        for (int i = 0; i < TRAINED; i++) {
            ck_assert(set->values[2 * i] == 0 && set->targets[i] == 0);
            ck_assert_double_le(fabs(set->values[2 * i + 1]), fabs(up - value));
        }
        ck_assert_double_eq(set->values[2 * TRAINED], other - value);
        ck_assert_double_eq(set->targets[TRAINED], other - value);
        ck_assert_double_eq(set->target_info[0].mean, value);
        ck_assert_double_eq(set->target_info[0].scale, 1);
        dataset_release(set);
    }
}
END_TEST

/* Differences that doubles can tell are none of rounding. */
START_TEST(what_is_nearly_constant_is_standardised)
{
    struct data_shape shape = {.samples = 8, .inputs = 1, .classes = 2};
    struct dataset *set = dataset_create(&shape);
    ck_assert_ptr_nonnull(set);
    for (int i = 0; i < 8; i++)
        set->values[i] = 1e9 + 1e-5 * (i % 2);
    dataset_standardize(set);
    /* They stand as multiples of 2^-23 near 1e9, sums of 8 of 2^-20: 3e-7 of 5e-6. */
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq_tol(set->values[i], i % 2 ? 1 : -1, 0.06);
    dataset_release(set);
}
END_TEST

/* A power of 2 changes no bit of what is standardised, however large or small it is. */
START_TEST(numbers_of_any_size_are_standardised)
{
    static const double units[] = {
        1, 0x1p1010, 0x1p-1000, 0x1p480, 0x1p-480, 0x1p440, 0x1p-440};
    struct dataset *sets[ARRAY_LEN(units)];
    enum { COUNT = 40, HELD = 3 };
    for (size_t k = 0; k < ARRAY_LEN(units); k++) {
        struct data_shape shape = {.samples = COUNT, .inputs = 1, .targets = 1, .test = HELD};
        struct rng rng;
        rng_init(&rng, 3, RNG_CHECK, 0);
        sets[k] = dataset_create(&shape);
        ck_assert_ptr_nonnull(sets[k]);
        for (int i = 0; i < COUNT + HELD; i++)
            sets[k]->values[i] = sets[k]->targets[i] =
                units[k] * (1000 + 500 * rng_normal(&rng));
        dataset_standardize(sets[k]);
        ck_assert_mem_eq(sets[k]->values, sets[0]->values, (COUNT + HELD) * sizeof(double));
        ck_assert_mem_eq(sets[k]->targets, sets[0]->targets, (COUNT + HELD) * sizeof(double));
        const struct target *info = sets[k]->target_info, *plain = sets[0]->target_info;
        ck_assert_double_eq(info->mean, units[k] * plain->mean);
        ck_assert_double_eq(info->scale, units[k] * plain->scale);
    }
    for (size_t k = 0; k < ARRAY_LEN(units); k++)
        dataset_release(sets[k]);
}
END_TEST

Suite *split_suite(void)
{
    return SUITE("split", each_class_gives_its_share_and_keeps_a_sample,
        every_sample_has_the_same_chance,
        generated_sets_have_the_shape_that_memory_is_asked_for, a_split_draws_no_other_points,
        standardising_learns_nothing_from_what_is_held_out,
        what_is_constant_in_training_is_only_shifted, numbers_of_any_size_are_standardised,
        what_is_nearly_constant_is_standardised);
}
