/*
 * What has happened and what is armed, as ticks on an axis of the run's steps: the same in
 * every view.
 */
#ifndef NABLASCOPE_UI_VIEWS_EVENT_TICKS_H
#define NABLASCOPE_UI_VIEWS_EVENT_TICKS_H

#include "engine/snapshot.h"
#include "ui/draw/ticks.h"

/* `named`: what has happened has its label; what was changed has one in any case. */
void event_ticks_draw(const struct snapshot *snapshot, bool named,
    const struct timeline *timeline, struct surface *surface, const struct tick_place *place);
/* The same on an axis of all steps that the run has been at: what has happened ahead as what is
 * to come, and where other branches leave as ▾ in the row of labels. */
void event_ticks_draw_all(const struct snapshot *snapshot, bool named,
    const struct timeline *timeline, struct surface *surface, const struct tick_place *place);

#endif
