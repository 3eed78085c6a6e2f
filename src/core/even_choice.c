#include "core/even_choice.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static int class_of(const int *labels, int sample)
{
    return labels ? labels[sample] : 0;
}

/* Where in the order by classes the samples of each begin, then, as they are passed, go on. */
static int *beginnings(const int *labels, int samples, int classes)
{
    int *begin = calloc((size_t)classes + 1, sizeof *begin);
    for (int s = 0; begin && s < samples; s++)
        begin[class_of(labels, s) + 1]++;
    for (int c = 0; begin && c < classes; c++)
        begin[c + 1] += begin[c];
    return begin;
}

/* How many of the middles of `count` equal pieces of 0..samples lie below this place. */
static int64_t middles_below(int64_t place, int samples, int count)
{
    return (2 * place * count + samples - 1) / (2 * (int64_t)samples);
}

static bool is_chosen(int place, int samples, int count)
{
    return middles_below(place + 1, samples, count) > middles_below(place, samples, count);
}

/* Of a class, among the samples. */
struct tally {
    int all, chosen;
};

static struct tally *tally_of(
    const int *labels, int samples, int classes, int count, const int *chosen)
{
    struct tally *tally = calloc((size_t)classes, sizeof *tally);
    for (int s = 0; tally && s < samples; s++)
        tally[class_of(labels, s)].all++;
    for (int i = 0; tally && i < count; i++)
        tally[class_of(labels, chosen[i])].chosen++;
    return tally;
}

/* The sample of its class in the middle. */
static int middle_of(const int *labels, int class, int all)
{
    int sample = 0;
    for (int before = all / 2;; sample++) {
        if (class_of(labels, sample) == class && before-- == 0)
            return sample;
    }
}

/* Puts it, ascending, in the place of the last one of a class. */
static void exchange(const int *labels, int class, int sample, int count, int *chosen)
{
    int i = count - 1;
    while (class_of(labels, chosen[i]) != class)
        i--;
    for (; i > 0 && chosen[i - 1] > sample; i--)
        chosen[i] = chosen[i - 1];
    for (; i < count - 1 && chosen[i + 1] < sample; i++)
        chosen[i] = chosen[i + 1];
    chosen[i] = sample;
}

/* A class that has none gets one from the class that has most. */
static bool complete(const int *labels, int samples, int classes, int count, int *chosen)
{
    struct tally *tally = tally_of(labels, samples, classes, count, chosen);
    for (int c = 0; tally && c < classes; c++) {
        int most = 0;
        if (tally[c].all == 0 || tally[c].chosen > 0)
            continue;
        for (int k = 1; k < classes; k++)
            most = tally[k].chosen > tally[most].chosen ? k : most;
        if (tally[most].chosen < 2)
            break; /* more classes than are to be chosen */
        exchange(labels, most, middle_of(labels, c, tally[c].all), count, chosen);
        tally[most].chosen--;
        tally[c].chosen++;
    }
    bool done = tally != NULL;
    free(tally);
    return done;
}

bool even_choice(const int *labels, int samples, int classes, int count, int *chosen)
{
    int *place = beginnings(labels, samples, classes), found = 0;
    if (!place)
        return false;
    for (int s = 0; s < samples && found < count; s++) {
        if (is_chosen(place[class_of(labels, s)]++, samples, count))
            chosen[found++] = s;
    }
    free(place);
    return complete(labels, samples, classes, count, chosen);
}
