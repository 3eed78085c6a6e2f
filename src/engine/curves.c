#include "engine/curves.h"

#include <math.h>

#include "core/activation.h"

/* A row: value, low, high of each curve, then each quantity, layer 1 first. */
enum { POINT = 3, CURVES = CURVE_COUNT * POINT };

static const char *const quantity_names[QUANTITY_COUNT] = {
    "delta", "gradient", "gain", "dead", "saturated", "update"};

const char *quantity_name(int index)
{
    return index >= 0 && index < QUANTITY_COUNT ? quantity_names[index] : NULL;
}

static size_t layers_of(const struct chronicle *record)
{
    return (record->width - CURVES) / QUANTITY_COUNT;
}

bool curves_begin(struct chronicle *record, int layers)
{
    return chronicle_begin(record, CURVES + QUANTITY_COUNT * (size_t)layers);
}

static void record_curves(
    double *row, const double *before, bool anew, const struct observation *seen, bool counted)
{
    double values[CURVE_COUNT] = {seen->loss, seen->accuracy, seen->clip.norm_before};
    if (!counted)
        values[CURVE_ACCURACY] = before[POINT * CURVE_ACCURACY];
    for (int i = 0; i < CURVE_COUNT; i++) {
        double *point = row + (ptrdiff_t)POINT * i, value = values[i];
        const double *last = before + (ptrdiff_t)POINT * i;
        point[0] = value;
        point[1] = anew ? value : fmin(last[1], value);
        point[2] = anew ? value : fmax(last[2], value);
    }
}

static double defined(struct ratio ratio)
{
    return ratio.defined ? ratio.value : QUANTITY_UNDEFINED;
}

void curves_record(struct chronicle *record, const struct observation *seen)
{
    uint64_t step = seen->step;
    double *row = chronicle_open(record, step);
    if (!row)
        return;
    const double *before = step > 0 ? chronicle_row(record, step - 1) : row;
    before = before ? before : row;
    bool counted = observation_counts(seen);
    record_curves(row, before, step == 0 || chronicle_keeps(step - 1), seen, counted);
    struct activation_info phi = seen->activation;
    size_t layers = layers_of(record), hidden = layers - 1;
    double *quantity[QUANTITY_COUNT];
    for (size_t q = 0; q < QUANTITY_COUNT; q++)
        quantity[q] = row + CURVES + q * layers;
    const double *dead_before = before + CURVES + QUANTITY_DEAD * layers;
    for (size_t i = 0; i < layers; i++) {
        const struct layer_stats *stats = &seen->layers[i];
        quantity[QUANTITY_DELTA][i] = stats->signal;
        quantity[QUANTITY_GRADIENT][i] = stats->weight_grad_norm;
        quantity[QUANTITY_GAIN][i] = defined(stats->gain);
        quantity[QUANTITY_DEAD][i] = !phi.flat || i == hidden ? QUANTITY_UNDEFINED
            : counted ? (double)stats->dead / stats->units
                      : dead_before[i];
        quantity[QUANTITY_SATURATED][i] =
            phi.bounded && i < hidden ? stats->saturated : QUANTITY_UNDEFINED;
        quantity[QUANTITY_UPDATE][i] = defined(stats->last_update_ratio);
    }
    chronicle_close(record);
}

bool curves_detail_take(
    struct curves_detail *detail, const struct chronicle *record, enum quantity quantity)
{
    detail->valid = false;
    if (record->width == 0)
        return false;
    size_t layers = layers_of(record);
    const struct row_part parts[] = {{0, CURVES}, {CURVES + (size_t)quantity * layers, layers}};
    bool same = detail->rows.width == CURVES + layers && detail->serial == record->serial &&
        detail->quantity == quantity && detail->rows.total <= record->total;
    if (!same && !chronicle_begin(&detail->rows, CURVES + layers))
        return false;
    detail->quantity = quantity;
    detail->layers = (int)layers;
    detail->serial = record->serial;
    detail->valid = chronicle_copy(&detail->rows, record, parts, 2);
    return detail->valid;
}

void curves_detail_clear(struct curves_detail *detail)
{
    chronicle_clear(&detail->rows);
    *detail = (struct curves_detail){.valid = false};
}

struct curve_point curves_point(const double *row, enum curve curve)
{
    const double *point = row + (ptrdiff_t)POINT * curve;
    return (struct curve_point){point[0], point[1], point[2]};
}

double curves_layer(const double *row, int layer)
{
    return row[CURVES + layer - 1];
}
