/*
 * The curves of an activation and of its slope, with a layer placed on them: the area under the
 * curve is shaded as dense as the layer's z are there, and below it stand its units, each at
 * its mean z.
 */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_ACTIVATION_H
#define NABLASCOPE_UI_VIEWS_LAYER_ACTIVATION_H

#include "core/training.h"
#include "engine/detail_layer.h"
#include "ui/draw/histogram_chart.h"

/* What of z to show: all there is, and the part where the curve bends. */
struct value_range activation_wish(const struct layer_detail *detail);

/*
 * φ or, with the layer's slope gain, φ' with its bound. Rows from the top: the bound and the
 * gain (of the slope alone), the curve, the units (from 9 rows on), the labels of z.
 */
void activation_chart_draw(struct surface *surface, struct rect area,
    const struct layer_detail *detail, struct histogram_axis *axis, const struct ratio *gain);

#endif
