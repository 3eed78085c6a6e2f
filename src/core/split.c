#include "core/split.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"

/* The class with room that is furthest below its proportion; -1: none has room. */
static int neediest(const int *counts, int classes, const int *held, int64_t total, int64_t all)
{
    int best = -1;
    int64_t most = 0;
    for (int c = 0; c < classes; c++) {
        int64_t lacks = total * counts[c] - all * held[c];
        if (held[c] + 1 < counts[c] && (best < 0 || lacks > most)) {
            best = c;
            most = lacks;
        }
    }
    return best;
}

/* So many of all, before each class keeps one. */
static int64_t wanted_of(double share, int64_t all)
{
    int64_t wanted = (int64_t)floor(share * (double)all + 0.5);
    return share > 0 && wanted < 1 ? 1 : wanted;
}

int split_counts(double share, const int *counts, int classes, int *held)
{
    int64_t all = 0, spare = 0;
    for (int c = 0; c < classes; c++) {
        all += counts[c];
        spare += counts[c] > 0 ? counts[c] - 1 : 0;
    }
    int64_t total = wanted_of(share, all);
    if (total > spare)
        total = spare;
    if (!held)
        return (int)total;
    int64_t left = total;
    for (int c = 0; c < classes; c++) {
        /* Below the count, as the total is below all. */
        held[c] = all > 0 ? (int)(total * counts[c] / all) : 0;
        left -= held[c];
    }
    for (; left > 0; left--)
        held[neediest(counts, classes, held, total, all)]++;
    return (int)total;
}

/* Which samples are held out: of each class the first so many of a shuffled order. */
static void draw(
    const int *labels, int samples, int *places, uint64_t seed, int *order, bool *out)
{
    struct rng rng;
    rng_init(&rng, seed, RNG_SPLIT, 0);
    for (int i = 0; i < samples; i++)
        order[i] = i;
    for (int i = samples - 1; i >= 0; i--) {
        int j = (int)rng_below(&rng, (uint32_t)i + 1), sample = order[j];
        order[j] = order[i];
        out[sample] = places[labels[sample]]-- > 0;
    }
}

/* Brings rows of `size` bytes into an order: those that stay, then those held out. */
static void part_rows(
    void *rows, size_t size, const bool *out, int count, int kept, unsigned char *room)
{
    unsigned char *from = rows, *stays = room, *goes = room + (size_t)kept * size;
    for (int i = 0; i < count; i++, from += size) {
        unsigned char **to = out[i] ? &goes : &stays;
        memcpy(*to, from, size);
        *to += size;
    }
    memcpy(rows, room, (size_t)count * size);
}

/* Behind what is noted already. False when out of memory. */
static bool note_fewer(struct dataset *dataset, int held, int wanted)
{
    enum { ROOM = 120 };
    const char *before = dataset->note ? dataset->note : "";
    size_t size = strlen(before) + ROOM;
    char *note = malloc(size);
    if (!note)
        return false;
    (void)snprintf(note, size, "%s%stest: %d of %d samples held out: %s", before,
        *before ? "; " : "", held, wanted,
        dataset->classes > 0 ? "each class keeps one to train on" : "one is to be trained on");
    free(dataset->note);
    dataset->note = note;
    return true;
}

bool dataset_split(struct dataset *dataset, double share, uint64_t seed)
{
    int samples = dataset->samples, classes = dataset->classes > 0 ? dataset->classes : 1;
    size_t row = (size_t)dataset->inputs * sizeof(double);
    size_t told = (size_t)dataset->target_count * sizeof(double);
    if (!(share > 0))
        return true;
    int *counts = calloc((size_t)classes, sizeof *counts);
    int *held = calloc((size_t)classes, sizeof *held);
    int *order = calloc((size_t)samples, sizeof *order);
    bool *out = calloc((size_t)samples, sizeof *out);
    unsigned char *room = calloc((size_t)samples, told > row ? told : row);
    bool done = counts && held && order && out && room;
    int wanted = (int)wanted_of(share, samples);
    for (int i = 0; done && i < samples; i++)
        counts[dataset->labels[i]]++;
    int test = done ? split_counts(share, counts, classes, held) : 0;
    done = done && (test == wanted || note_fewer(dataset, test, wanted));
    if (done) {
        dataset->test = test;
        dataset->samples = samples - dataset->test;
        draw(dataset->labels, samples, held, seed, order, out);
        part_rows(dataset->values, row, out, samples, dataset->samples, room);
        if (dataset->picture.pixels)
            part_rows(dataset->picture.pixels, (size_t)dataset->inputs, out, samples,
                dataset->samples, room);
        if (dataset->targets)
            part_rows(dataset->targets, told, out, samples, dataset->samples, room);
        part_rows(dataset->labels, sizeof(int), out, samples, dataset->samples, room);
    }
    free(counts);
    free(held);
    free(order);
    free(out);
    free(room);
    return done;
}
