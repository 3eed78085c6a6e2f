/*
 * The control strip: hyperparameters on a grid, one of them selected.
 */
#ifndef NABLASCOPE_UI_SCREEN_STRIP_H
#define NABLASCOPE_UI_SCREEN_STRIP_H

#include "core/hparams.h"
#include "ui/draw/surface.h"

/* The row of hparam_table that is `offset` shown ones further than `selected`; goes round. */
int strip_neighbour(const struct hparams *hparams, int selected, int offset);

/* Draws the lines around the selected one that fit into the area. */
void strip_draw(
    const struct hparams *hparams, int selected, struct surface *surface, struct rect area);

#endif
