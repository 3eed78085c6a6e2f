/* The even choice of samples: its share of each class, and its spacing. */
#include <stdlib.h>

#include "core/even_choice.h"
#include "suites.h"

enum { MOST = 120, CLASSES = 4 };

static void check_choice(const int *labels, int samples, int count)
{
    int chosen[MOST], of[CLASSES] = {0}, taken[CLASSES] = {0};
    for (int i = 0; i < count; i++)
        chosen[i] = -1;
    ck_assert(even_choice(labels, samples, labels ? CLASSES : 1, count, chosen));
    for (int s = 0; s < samples; s++)
        of[labels ? labels[s] : 0]++;
    for (int i = 0; i < count; i++) {
        ck_assert_int_gt(chosen[i], i > 0 ? chosen[i - 1] : -1);
        ck_assert_int_lt(chosen[i], samples);
        taken[labels ? labels[chosen[i]] : 0]++;
    }
    int classes = 0, missing = 0;
    for (int c = 0; c < CLASSES; c++) {
        classes += of[c] > 0;
        missing += of[c] > 0 && taken[c] == 0;
    }
    ck_assert(missing == 0 || count < classes);
    /* Its share of the places of a class is right to less than one. */
    for (int c = 0; c < CLASSES; c++) {
        double share = (double)of[c] * count / samples;
        ck_assert_double_lt(taken[c], share + 1);
        ck_assert_double_gt(taken[c], share - 1);
    }
}

START_TEST(each_class_has_its_share)
{
    int labels[MOST];
    for (int samples = 1; samples <= MOST; samples += 7) {
        for (int count = 1; count <= samples; count++) {
            for (int s = 0; s < samples; s++)
                labels[s] = s % CLASSES; /* in turns: every fourth would be of one class */
            check_choice(labels, samples, count);
            for (int s = 0; s < samples; s++)
                labels[s] = s * s % 11 % CLASSES;
            check_choice(labels, samples, count);
            for (int s = 0; s < samples; s++)
                labels[s] = s * CLASSES / samples; /* sorted */
            check_choice(labels, samples, count);
            check_choice(NULL, samples, count);
        }
    }
}
END_TEST

/* However few there are of it, and of other classes, too. */
START_TEST(each_class_has_one)
{
    int labels[MOST] = {0}, chosen[CLASSES + 1];
    for (int at = 0; at < MOST - 2; at++) {
        for (int s = 0; s < MOST; s++)
            labels[s] = s >= at && s < at + CLASSES - 1 ? 1 + s - at : 0;
        for (int count = CLASSES; count <= CLASSES + 1; count++) {
            int taken[CLASSES] = {0};
            ck_assert(even_choice(labels, MOST, CLASSES, count, chosen));
            for (int i = 0; i < count; i++) {
                ck_assert_int_gt(chosen[i], i > 0 ? chosen[i - 1] : -1);
                taken[labels[chosen[i]]]++;
            }
            for (int c = 1; c < CLASSES; c++)
                ck_assert_int_eq(taken[c], at + c - 1 < MOST);
        }
    }
}
END_TEST

START_TEST(of_one_class_it_is_every_kth)
{
    int chosen[20];
    ck_assert(even_choice(NULL, 100, 1, 20, chosen));
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(chosen[i], 5 * i + 2);
}
END_TEST

START_TEST(all_are_all)
{
    int labels[MOST], chosen[MOST];
    for (int s = 0; s < MOST; s++)
        labels[s] = s * s % CLASSES;
    ck_assert(even_choice(labels, MOST, CLASSES, MOST, chosen));
    for (int s = 0; s < MOST; s++)
        ck_assert_int_eq(chosen[s], s);
}
END_TEST

Suite *even_choice_suite(void)
{
    return SUITE("even choice", each_class_has_its_share, each_class_has_one,
        of_one_class_it_is_every_kth, all_are_all);
}
