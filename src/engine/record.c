#include "engine/record.h"

#include <math.h>
#include <string.h>

/*
 * A row: the recorded quantities of the step, POINT numbers each, then those of layers, layer 1
 * first. LOW, HIGH and ABOVE do not count the step itself, so that its value can be replaced:
 * the range over the steps since the kept step before, and at how many steps since step 0 the
 * value was above 0.
 */
enum { VALUE, LOW, HIGH, ABOVE, POINT };

/* A reading without a number is a NaN with these bits, which no arithmetic makes. */
static const uint64_t nan_bits[] = {[READING_UNDEFINED] = UINT64_C(0x7ff80000000a0001),
    [READING_UNKNOWN] = UINT64_C(0x7ff80000000a0002)};

static double pack(struct reading reading)
{
    if (reading.kind != READING_KNOWN)
        memcpy(&reading.value, &nan_bits[reading.kind], sizeof reading.value);
    return reading.value;
}

static struct reading unpack(const double *packed)
{
    uint64_t bits;
    memcpy(&bits, packed, sizeof bits);
    for (int kind = READING_UNDEFINED; kind <= READING_UNKNOWN; kind++) {
        if (bits == nan_bits[kind])
            return (struct reading){(enum reading_kind)kind, 0};
    }
    return (struct reading){READING_KNOWN, *packed};
}

static bool records(int id, bool of_layers)
{
    return quantities[id].recorded && quantity_of_layers(&quantities[id]) == of_layers;
}

/* Those that need samples held out stand last among those of the step, and may be missing. */
static size_t recorded_tests(void)
{
    size_t count = 0;
    for (int i = 0; i < QUANTITY_COUNT; i++)
        count += records(i, false) && quantities[i].needs == NEEDS_TEST;
    return count;
}

/* Recorded quantities of that kind before this one in the table. */
static size_t recorded_before(int id, bool of_layers)
{
    size_t count = 0;
    for (int i = 0; i < id; i++)
        count += records(i, of_layers);
    return count;
}

/* Numbers of a row that are of the step. */
static size_t step_part(bool test)
{
    size_t all = recorded_before(QUANTITY_COUNT, false);
    return POINT * (test ? all : all - recorded_tests());
}

static size_t layers_of(const struct record *record)
{
    size_t width = record->rows.width;
    return width > 0 ? (width - record->step_part) / recorded_before(QUANTITY_COUNT, true) : 0;
}

bool record_begin(struct record *record, int layers, bool test)
{
    size_t each = recorded_before(QUANTITY_COUNT, true);
    record->step_part = step_part(test);
    return step_rows_begin(&record->rows, record->step_part + each * (size_t)layers);
}

void record_clear(struct record *record)
{
    step_rows_clear(&record->rows);
}

/* What the step before hands on to the row of the next. */
static void carry(double *point, const double *before, uint64_t step)
{
    bool anew = !before || step_rows_keeps(step - 1);
    point[LOW] = anew ? INFINITY : fmin(before[LOW], before[VALUE]);
    point[HIGH] = anew ? -INFINITY : fmax(before[HIGH], before[VALUE]);
    point[ABOVE] = before ? before[ABOVE] + (before[VALUE] > 0) : 0;
}

/*
 * Between two surveys: the value before, or, where a cut has left none, that which stands there
 * for the step itself, which is the same.
 */
static struct reading carried(const double *now, const double *before, bool again)
{
    struct reading last = {READING_UNKNOWN, 0};
    if (before || again)
        last = unpack(before ? before : now);
    if (last.kind == READING_UNDEFINED) /* it was, with another activation */
        last.kind = READING_UNKNOWN;
    return last;
}

/* What to record; surveys count only where they are made whoever watches. */
static void put(double *to, const double *before, bool again, const struct quantity *quantity,
    const struct observation *seen, int layer)
{
    struct reading now = quantity_read(quantity, seen, layer);
    if (quantity->surveyed && now.kind != READING_UNDEFINED) {
        bool counted = observation_counts(seen) && now.kind == READING_KNOWN;
        now = counted ? now : carried(to, before, again);
    }
    *to = pack(now);
}

void record_add(struct record *record, const struct observation *seen)
{
    struct step_rows *rows = &record->rows;
    bool again = seen->step + 1 == rows->total;
    double *row = step_rows_open(rows, seen->step);
    if (!row)
        return;
    const double *before = seen->step > 0 ? step_rows_at(rows, seen->step - 1) : NULL;
    size_t layers = layers_of(record), at = 0;
    for (int id = 0; id < QUANTITY_COUNT; id++) {
        const double *last = before ? before + at : NULL;
        if (!records(id, false) || at == record->step_part)
            continue;
        if (!again)
            carry(row + at, last, seen->step);
        put(row + at, last, again, &quantities[id], seen, 0);
        at += POINT;
    }
    for (int id = 0; id < QUANTITY_COUNT; id++) {
        for (size_t i = 0; records(id, true) && i < layers; i++, at++)
            put(row + at, before ? before + at : NULL, again, &quantities[id], seen,
                (int)i + 1);
    }
    step_rows_close(rows);
}

uint64_t record_cut(struct record *record, uint64_t step)
{
    return step_rows_cut(&record->rows, step);
}

bool record_resume(struct record *record, uint64_t step, const double *row)
{
    return step_rows_resume(&record->rows, step, row);
}

bool record_joins(const struct record *record, uint64_t step)
{
    const struct step_rows *rows = &record->rows;
    return rows->width == 0 || step_rows_kept(step) <= rows->ahead;
}

void record_forget(struct record *record, uint64_t step)
{
    step_rows_forget(&record->rows, step);
}

enum quantity_id record_layer_quantity(int index)
{
    int id = 0;
    while (id < QUANTITY_COUNT && (!records(id, true) || index-- > 0))
        id++;
    return (enum quantity_id)id;
}

const char *record_layer_quantity_name(int index)
{
    enum quantity_id id = record_layer_quantity(index);
    return id < QUANTITY_COUNT ? quantities[id].name : NULL;
}

bool record_copy_take(
    struct record_copy *copy, const struct record *record, enum quantity_id quantity)
{
    copy->has_layers = false;
    if (!step_rows_copy(&copy->steps, &record->rows, (struct row_part){0, record->step_part}))
        return false;
    if (quantity == QUANTITY_COUNT || copy->steps.total == 0)
        return true;
    size_t layers = layers_of(record), first = recorded_before((int)quantity, true) * layers;
    struct row_part part = {record->step_part + first, layers};
    copy->quantity = quantity;
    copy->layer_count = (int)layers;
    copy->has_layers = step_rows_copy(&copy->layers, &record->rows, part);
    return copy->has_layers;
}

void record_copy_clear(struct record_copy *copy)
{
    step_rows_clear(&copy->steps);
    step_rows_clear(&copy->layers);
    copy->has_layers = false;
}

/* Adds what a row stands for: its own value, and those since the kept step before. */
static void widen(struct record_range *range, const double *point)
{
    range->low = fmin(range->low, fmin(point[LOW], point[VALUE]));
    range->high = fmax(range->high, fmax(point[HIGH], point[VALUE]));
}

static struct record_range range_of(const struct record_copy *copy, enum quantity_id id,
    uint64_t first, uint64_t last, const double *row, size_t kept)
{
    const struct step_rows *rows = &copy->steps;
    struct record_range range = {{READING_UNKNOWN, 0}, INFINITY, -INFINITY};
    size_t at = POINT * recorded_before((int)id, false);
    if (!row || at >= rows->width)
        return range;
    range.last = unpack(row + at + VALUE);
    if (first == last) {
        range.low = fmin(range.low, row[at + VALUE]);
        range.high = fmax(range.high, row[at + VALUE]);
        return range;
    }
    widen(&range, row + at);
    for (size_t i = step_rows_kept(first); i < kept && step_rows_step(i) < last; i++)
        widen(&range, rows->kept + i * rows->width + at);
    return range;
}

struct record_range record_range(
    const struct record_copy *copy, enum quantity_id id, uint64_t first, uint64_t last)
{
    const struct step_rows *rows = &copy->steps;
    return range_of(copy, id, first, last, step_rows_at(rows, last), rows->count);
}

struct record_range record_range_ahead(
    const struct record_copy *copy, enum quantity_id id, uint64_t first, uint64_t last)
{
    const struct step_rows *rows = &copy->steps;
    return range_of(copy, id, first, last, step_rows_kept_at(rows, last), rows->ahead);
}

uint64_t record_reach(const struct record_copy *copy)
{
    const struct step_rows *rows = &copy->steps;
    uint64_t reach = rows->ahead > 0 ? step_rows_step(rows->ahead - 1) + 1 : 0;
    return reach > rows->total ? reach : rows->total;
}

struct reading record_newest(const struct record_copy *copy, enum quantity_id id)
{
    uint64_t newest = copy->steps.total - 1;
    return record_range(copy, id, newest, newest).last;
}

int record_recent(
    const struct record_copy *copy, enum quantity_id id, int count, double *values)
{
    size_t at = POINT * recorded_before((int)id, false);
    uint64_t total = at < copy->steps.width ? copy->steps.total : 0;
    int taken = 0;
    while (taken < count && (uint64_t)taken < total &&
        step_rows_at(&copy->steps, total - 1 - (uint64_t)taken))
        taken++;
    for (int i = 0; i < taken; i++)
        values[i] = step_rows_at(&copy->steps, total - (uint64_t)(taken - i))[at + VALUE];
    return taken;
}

double record_share_above(const struct record_copy *copy, enum quantity_id id)
{
    size_t at = POINT * recorded_before((int)id, false);
    uint64_t total = copy->steps.total;
    if (total == 0 || at >= copy->steps.width)
        return 0;
    /* A row says what was above 0 before it. */
    const double *newest = step_rows_at(&copy->steps, total - 1) + at;
    return (newest[ABOVE] + (newest[VALUE] > 0)) / (double)total;
}

struct reading record_layer(const double *row, int layer)
{
    return unpack(row + layer - 1);
}
