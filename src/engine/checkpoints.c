#include "engine/checkpoints.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "engine/step_rows.h"

enum { EVERY = 16 };

uint64_t checkpoints_every(const struct training *training)
{
    const struct observation *seen = &training->seen;
    double work = 0.75 * (double)seen->parameters * training->network->shape.batch;
    double steps = 100 * (double)state_size(training) / work;
    uint64_t every = EVERY;
    while ((double)every < steps && every < UINT64_MAX / 2)
        every *= 2;
    return every;
}

static void drop(struct checkpoints *c, int index)
{
    free(c->list[index].state);
    c->bytes -= c->list[index].size;
    c->count--;
    memmove(&c->list[index], &c->list[index + 1],
        (size_t)(c->count - index) * sizeof c->list[index]);
}

/* The one whose steps are the soonest done again, for its age; before all others one at whose
 * step the record has nothing to go on from. */
static int dispensable(const struct checkpoints *c, uint64_t now)
{
    int found = 0;
    double least = INFINITY;
    for (int i = 0; i < c->count; i++) {
        uint64_t before = i > 0 ? c->list[i - 1].step : 0;
        uint64_t after = i + 1 < c->count ? c->list[i + 1].step : now;
        double age = fabs((double)now - (double)c->list[i].step);
        bool useless = !step_rows_keeps(c->list[i].step) && age > STEP_ROWS_RECENT;
        double gap = useless ? 0 : ((double)after - (double)before) / (age + 1);
        if (gap < least) {
            least = gap;
            found = i;
        }
    }
    return found;
}

/* Room for one more. */
static bool reserve(struct checkpoints *c)
{
    if (c->count < c->reserved)
        return true;
    int reserved = c->reserved > 0 ? 2 * c->reserved : 16;
    struct checkpoint *list = realloc(c->list, (size_t)reserved * sizeof *list);
    if (!list)
        return false;
    c->list = list;
    c->reserved = reserved;
    return true;
}

/* Where a checkpoint of this step belongs, or stands. */
static int place_of(const struct checkpoints *c, uint64_t step)
{
    int place = c->count;
    while (place > 0 && c->list[place - 1].step >= step)
        place--;
    return place;
}

void checkpoints_take(
    struct checkpoints *checkpoints, const struct training *training, const struct story *story)
{
    struct checkpoints *c = checkpoints;
    uint64_t step = training->step;
    if (c->budget == 0 || step == 0 || step % checkpoints_every(training) != 0)
        return;
    int place = place_of(c, step);
    if (place < c->count && c->list[place].step == step)
        return;
    struct checkpoint kept = {.step = step, .story = *story, .size = state_size(training)};
    size_t bytes = kept.size + sizeof kept;
    if (bytes > c->budget)
        return;
    while (c->count > 0 && c->bytes + bytes > c->budget)
        drop(c, dispensable(c, step));
    place = place_of(c, step);
    kept.state = malloc(kept.size);
    if (!kept.state || !reserve(c)) {
        free(kept.state);
        return;
    }
    state_save(training, kept.state);
    kept.size = bytes;
    memmove(&c->list[place + 1], &c->list[place],
        (size_t)(c->count - place) * sizeof c->list[place]);
    c->list[place] = kept;
    c->count++;
    c->bytes += bytes;
}

void checkpoints_cut(struct checkpoints *checkpoints, uint64_t step)
{
    while (checkpoints->count > 0 && checkpoints->list[checkpoints->count - 1].step > step)
        drop(checkpoints, checkpoints->count - 1);
}

void checkpoints_clear(struct checkpoints *checkpoints)
{
    while (checkpoints->count > 0)
        drop(checkpoints, checkpoints->count - 1);
    free(checkpoints->list);
    checkpoints->list = NULL;
    checkpoints->reserved = 0;
}
