#include "ui/views/view.h"

#include <stdlib.h>

#include "core/error.h"

/* In the order in which Tab goes through them; each is defined in the file of its name. */
extern const struct view view_flow, view_units, view_clip, view_curves, view_data, view_layer,
    view_check;

const struct view *const views[] = {
    &view_flow, &view_units, &view_clip, &view_curves, &view_data, &view_layer, &view_check};
const int view_count = ARRAY_LEN(views);

const char *view_name(int index)
{
    return index >= 0 && index < view_count ? views[index]->name : NULL;
}

int view_index(const struct view *view)
{
    int index = 0;
    while (views[index] != view)
        index++;
    return index;
}

struct view_slot *view_slots_create(void)
{
    struct view_slot *slots = calloc(ARRAY_LEN(views), sizeof *slots);
    for (int i = 0; slots && i < view_count; i++) {
        if (views[i]->state_size == 0)
            continue;
        slots[i].state = calloc(1, views[i]->state_size);
        if (!slots[i].state) {
            view_slots_destroy(slots);
            return NULL;
        }
    }
    return slots;
}

void view_slots_destroy(struct view_slot *slots)
{
    for (int i = 0; slots && i < view_count; i++)
        free(slots[i].state);
    free(slots);
}
