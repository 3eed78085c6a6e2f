#include "engine/marks.h"

#include "core/state.h"

/* 0, 10, 100, 200, 500, 1000 … */
static bool is_marked(uint64_t step)
{
    uint64_t digit = step;
    while (digit > 0 && digit % 10 == 0)
        digit /= 10;
    return step == 0 || step == 10 || (step >= 100 && (digit == 1 || digit == 2 || digit == 5));
}

/* Where the first stands that is not before this step. */
static int place_of(const struct marks *marks, uint64_t step)
{
    int place = marks->count;
    while (place > 0 && marks->list[place - 1].step >= step)
        place--;
    return place;
}

static void insert(struct marks *marks, struct mark mark)
{
    int place = place_of(marks, mark.step);
    bool known = place < marks->count && marks->list[place].step == mark.step;
    if (known || marks->count == MARKS_MOST)
        return;
    for (int i = marks->count; i > place; i--)
        marks->list[i] = marks->list[i - 1];
    marks->list[place] = mark;
    marks->count++;
}

void marks_take(
    struct marks *marks, const struct training *training, const struct interrupt *interrupt)
{
    struct mark mark = {.step = training->step};
    if (!is_marked(mark.step))
        return;
    int place = place_of(marks, mark.step);
    if (place < marks->count && marks->list[place].step == mark.step)
        return;
    if (state_digest_unless(training, STATE_COMPUTED, interrupt, &mark.digest))
        insert(marks, mark);
}

void marks_cut(struct marks *marks, uint64_t step)
{
    marks->count = place_of(marks, step);
}

void marks_add(struct marks *marks, struct mark mark)
{
    if (is_marked(mark.step))
        insert(marks, mark);
}

void marks_merge(struct marks *to, const struct marks *from)
{
    for (int i = 0; i < from->count; i++) {
        const struct mark *mark = &from->list[i];
        int place = place_of(to, mark->step);
        if (place < to->count && to->list[place].step == mark->step &&
            to->list[place].digest != mark->digest)
            to->count = place;
        insert(to, *mark);
    }
}
