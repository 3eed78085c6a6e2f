/*
 * The flow view for presenting, and the formulas of the selected layer.
 */
#ifndef NABLASCOPE_UI_VIEWS_FLOW_PRESENT_H
#define NABLASCOPE_UI_VIEWS_FLOW_PRESENT_H

#include "ui/views/view.h"

void flow_present(const struct scene *scene, struct surface *surface, struct rect area);
void flow_why(const struct scene *scene, struct why *why);

#endif
