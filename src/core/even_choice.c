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
    return true;
}
