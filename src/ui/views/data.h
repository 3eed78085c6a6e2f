/*
 * The words of the data view, and the view for presenting.
 */
#ifndef NABLASCOPE_UI_VIEWS_DATA_H
#define NABLASCOPE_UI_VIEWS_DATA_H

#include <stddef.h>

#include "ui/views/view.h"

/* What a map shows, in so many columns: "output: P(class 1)", "layer 2 unit 7: tanh(z)". */
void data_map_title(
    const struct snapshot *snapshot, bool unit, int columns, char *text, size_t size);
/* Names for the command; index is enum data_map. NULL beyond. */
const char *data_map_name(int index);
/* Whether the watched unit lives, in a few words. */
const char *data_unit_state(const struct snapshot *snapshot, enum role *role);

void data_present(const struct scene *scene, struct surface *surface, struct rect area);
void data_why(const struct scene *scene, struct why *why);

#endif
