/*
 * One instruction set's kernels; included by kernels_*.c with
 *   KERNEL(name)   the name with the set's suffix
 *   KERNEL_NAME    and KERNEL(supported)(): the table's name and test
 *   TARGET         the function attribute that turns the set on
 *   LANES          doubles in a vector: 2, 4 or 8
 *   LANES_OF(F)    F(0), F(1), … F(LANES - 1)
 *   TILE_VECTORS   vectors of the widest tile
 *   TILE_PANELS(P) P(rows, vectors) for each tile of a product, the widest first; at most 16
 * rows, no two with as many; the last one's vectors divide KERNEL_COLUMNS / LANES
 */
#include "core/elementary.h"
#include "core/kernels.h"
#include "core/reduce.h"

#include "core/kernel_vector.h"

#include "core/kernel_exponential.h"

#include "core/kernel_elementwise.h"
#include "core/kernel_product.h"
#include "core/kernel_single.h"
#include "core/kernel_sum.h"

#include "core/kernel_layer.h"

const struct kernels KERNEL(kernels) = {
    .name = KERNEL_NAME,
    .supported = KERNEL(supported),
    .multiply = KERNEL(multiply),
    .multiply_on = KERNEL(multiply_on),
    .multiply_single = KERNEL(multiply_single),
    .activate_single = KERNEL(activate_single),
    .transpose = KERNEL(transpose),
    .activate = KERNEL(activate),
    .derive = KERNEL(derive),
    .exponential = KERNEL(exponential),
    .log1p = KERNEL(log1p),
    .scale = KERNEL(scale),
    .clip = KERNEL(clip),
    .update = KERNEL(update),
    .sum = KERNEL(sum),
    .square_sum = KERNEL(square_sum),
    .scaled_square_sum = KERNEL(scaled_square_sum),
    .activation_sums = KERNEL(activation_sums),
    .clipped_count = KERNEL(clipped_count),
    .clipped_product = KERNEL(clipped_product),
    .add_column_sums = KERNEL(add_column_sums),
    .add_column_counts = KERNEL(add_column_counts),
    .raise_column_peaks = KERNEL(raise_column_peaks),
    .apply_slope = KERNEL(apply_slope),
    .forward = KERNEL(forward),
    .backward = KERNEL(backward),
};
