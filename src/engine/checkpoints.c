#include "engine/checkpoints.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/state.h"

enum { EVERY = 32 };

uint64_t checkpoints_every(const struct training *training)
{
    const struct observation *seen = &training->seen;
    double work = 0.75 * (double)seen->parameters * training->network->shape.batch;
    double steps = 200 * (double)state_size(training) / work;
    uint64_t every = EVERY;
    while ((double)every < steps && every < UINT64_MAX / 2)
        every *= 2;
    return every;
}

/*
 * How far apart checkpoints may be at this distance from where the run stands, but for a
 * factor: about a third of them as many for each doubling of the distance, for steps back from
 * there (in a run of 10^5 steps it doubles 16 times: e^11), the others anywhere alike.
 */
static double spacing(double distance, double length)
{
    return 1 / (1 / (32 * (distance + 1)) + 1 / (length + EVERY));
}

/* Whether the next one stays where the last that stays is of step `before`. */
static bool stays(const struct checkpoint *next, uint64_t before, const struct passage *passage,
    double factor)
{
    double now = (double)passage->training->step, step = (double)next->step;
    return step - (double)before >=
        factor * spacing(fabs(now - step), (double)passage->furthest);
}

/* How many stay with this factor. */
static int count_left(const struct checkpoints *c, const struct passage *passage, double factor)
{
    uint64_t before = 0;
    int left = 0;
    for (int i = 0; i < c->count; i++) {
        if (!stays(c->list[i], before, passage, factor))
            continue;
        before = c->list[i]->step;
        left++;
    }
    return left;
}

static void drop(struct checkpoints *c, struct checkpoint *checkpoint)
{
    c->bytes -= checkpoint->size;
    free(checkpoint);
}

/* Drops a sixteenth or more at once, so that looking for them does not count. */
static void thin(struct checkpoints *c, const struct passage *passage)
{
    enum { HALVINGS = 20 };
    double low = 1e-6, high = 1e9; /* with the latter none stays */
    int most = c->count - 1 - c->count / 16, left = 0;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = sqrt(low * high);
        if (count_left(c, passage, middle) > most)
            low = middle;
        else
            high = middle;
    }
    uint64_t before = 0;
    for (int i = 0; i < c->count; i++) {
        struct checkpoint *checkpoint = c->list[i];
        if (!stays(checkpoint, before, passage, high)) {
            drop(c, checkpoint);
            continue;
        }
        before = checkpoint->step;
        c->list[left++] = checkpoint;
    }
    c->count = left;
}

/* Room for one more. */
static bool reserve(struct checkpoints *c)
{
    if (c->count < c->reserved)
        return true;
    int reserved = c->reserved > 0 ? 2 * c->reserved : 16;
    struct checkpoint **list = realloc(c->list, (size_t)reserved * sizeof *list);
    if (!list)
        return false;
    c->list = list;
    c->reserved = reserved;
    return true;
}

/* Where a checkpoint of this step belongs, or stands. */
static int place_of(const struct checkpoints *c, uint64_t step)
{
    int low = 0, high = c->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (c->list[middle]->step < step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of `size` bytes in one piece of memory; NULL when there is none. */
static struct checkpoint *create(
    const struct passage *passage, const double *row, size_t width, size_t size)
{
    struct checkpoint *made = malloc(size);
    if (!made)
        return NULL;
    *made = (struct checkpoint){.step = passage->training->step, .size = size};
    made->story = *passage->story;
    made->row = row ? (double *)(made + 1) : NULL;
    made->state = (unsigned char *)((double *)(made + 1) + width);
    if (row)
        memcpy(made->row, row, width * sizeof *row);
    state_save(passage->training, made->state);
    return made;
}

/* One to be kept: of those just before a step that is gone back to so many that the next steps
 * back find one near, all of the last ones where many have room. */
static bool is_due(const struct checkpoints *c, const struct passage *passage)
{
    const struct training *training = passage->training;
    uint64_t until = passage->until, step = training->step;
    if (until > 0 && (until & (until - 1)) == 0)
        return true;
    return step % checkpoints_every(training) == 0 ||
        (until > 0 && until <= c->budget / state_size(training) / 16);
}

void checkpoints_take(struct checkpoints *c, const struct passage *passage)
{
    const struct training *training = passage->training;
    const struct step_rows *rows = &passage->record->rows;
    uint64_t step = training->step;
    if (c->budget == 0 || step == 0 || !is_due(c, passage))
        return;
    int place = place_of(c, step);
    if (place < c->count && c->list[place]->step == step)
        return;
    const double *row = step_rows_at(rows, step - 1);
    size_t width = row ? rows->width : 0;
    size_t size = sizeof(struct checkpoint) + width * sizeof *row + state_size(training);
    if (size > c->budget || (!row && rows->width > 0))
        return;
    while (c->count > 0 && c->bytes + size > c->budget)
        thin(c, passage);
    struct checkpoint *made = reserve(c) ? create(passage, row, width, size) : NULL;
    if (!made)
        return;
    place = place_of(c, step);
    memmove(&c->list[place + 1], &c->list[place], (size_t)(c->count - place) * sizeof *c->list);
    c->list[place] = made;
    c->count++;
    c->bytes += size;
}

const struct checkpoint *checkpoints_before(const struct checkpoints *c, uint64_t step)
{
    int place = place_of(c, step);
    if (place < c->count && c->list[place]->step == step)
        return c->list[place];
    return place > 0 ? c->list[place - 1] : NULL;
}

void checkpoints_cut(struct checkpoints *checkpoints, uint64_t step)
{
    struct checkpoints *c = checkpoints;
    while (c->count > 0 && c->list[c->count - 1]->step > step)
        drop(c, c->list[--c->count]);
}

void checkpoints_clear(struct checkpoints *checkpoints)
{
    while (checkpoints->count > 0)
        drop(checkpoints, checkpoints->list[--checkpoints->count]);
    free(checkpoints->list);
    checkpoints->list = NULL;
    checkpoints->reserved = 0;
}
