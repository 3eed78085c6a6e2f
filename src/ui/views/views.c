#include "ui/views/view.h"

#include "core/error.h"

const struct view *const views[] = {
    &view_flow, &view_units, &view_clip, &view_curves, &view_data, &view_layer, &view_check};
const int view_count = ARRAY_LEN(views);

const char *view_name(int index)
{
    return index >= 0 && index < view_count ? views[index]->name : NULL;
}
