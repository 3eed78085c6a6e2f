#include "engine/condition.h"

#include <math.h>

#include "engine/condition_internal.h"

const char *condition_sign_name(int index)
{
    static const char *const names[] = {"<", "<=", ">", ">=", "=="};
    _Static_assert(ARRAY_LEN(names) == COMPARE_COUNT, "a sign for each");
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

const char *condition_layer_name(int index)
{
    static const char *const names[] = {"any", "all", "out"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

bool condition_compare(double a, enum comparison comparison, double b)
{
    switch (comparison) {
    case COMPARE_BELOW:
        return a < b;
    case COMPARE_AT_MOST:
        return a <= b;
    case COMPARE_ABOVE:
        return a > b;
    case COMPARE_AT_LEAST:
        return a >= b;
    case COMPARE_EQUAL:
    case COMPARE_COUNT:
        break;
    }
    return a <= b && a >= b;
}

static enum truth lesser(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static enum truth greater(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

static enum truth opposite(enum truth a)
{
    return (enum truth)(TRUTH_YES - a);
}

enum truth condition_read(
    const struct condition_part *part, const struct observation *seen, int layer, double *value)
{
    struct reading reading = {READING_UNKNOWN, 0};
    if (layer <= seen->layer_count)
        reading = quantity_read(&quantities[part->quantity], seen, layer);
    *value = reading.value;
    if (reading.kind != READING_KNOWN || isnan(reading.value))
        return TRUTH_UNTOLD;
    return condition_compare(reading.value, part->comparison, part->value) ? TRUTH_YES
                                                                           : TRUTH_NO;
}

int condition_last_layer(const struct condition_part *part, const struct observation *seen)
{
    return seen->layer_count - (quantities[part->quantity].of == OF_HIDDEN_LAYERS);
}

static enum truth compare_layers(
    const struct condition_part *part, const struct observation *seen)
{
    bool any = part->place == AT_ANY_LAYER;
    int last = condition_last_layer(part, seen);
    enum truth truth = last < 1 ? TRUTH_UNTOLD : any ? TRUTH_NO : TRUTH_YES;
    double value;
    for (int layer = 1; layer <= last; layer++) {
        enum truth one = condition_read(part, seen, layer, &value);
        truth = any ? greater(truth, one) : lesser(truth, one);
    }
    return truth;
}

int condition_layer(const struct condition_part *part, const struct observation *seen)
{
    return part->place == AT_STEP  ? 0
        : part->place == AT_LAYER  ? part->layer
        : part->place == AT_OUTPUT ? seen->layer_count
                                   : -1;
}

/* A part that joins no others. */
static enum truth part_holds(const struct condition_part *part, const struct observation *seen,
    const struct alerts *alerts)
{
    double value;
    if (part->kind == CONDITION_STEP)
        return (double)seen->step >= part->value ? TRUTH_YES : TRUTH_NO;
    if (part->kind == CONDITION_EVENT && !alerts)
        return TRUTH_UNTOLD;
    if (part->kind == CONDITION_EVENT)
        return alerts->first[part->event] > 0 ? TRUTH_YES : TRUTH_NO;
    int layer = condition_layer(part, seen);
    return layer < 0 ? compare_layers(part, seen) : condition_read(part, seen, layer, &value);
}

void condition_truths(const struct condition *condition, const struct observation *seen,
    const struct alerts *alerts, enum truth truths[CONDITION_PARTS])
{
    for (int i = 0; i < condition->count; i++) {
        const struct condition_part *part = &condition->parts[i];
        int before = i > 0 ? condition_first_part(condition, i - 1) - 1 : -1;
        if (part->kind == CONDITION_NOT)
            truths[i] = opposite(truths[i - 1]);
        else if (part->kind == CONDITION_AND)
            truths[i] = lesser(truths[before], truths[i - 1]);
        else if (part->kind == CONDITION_OR)
            truths[i] = greater(truths[before], truths[i - 1]);
        else
            truths[i] = part_holds(part, seen, alerts);
    }
}

enum truth condition_holds(const struct condition *condition, const struct observation *seen,
    const struct alerts *alerts)
{
    enum truth truths[CONDITION_PARTS] = {TRUTH_UNTOLD};
    condition_truths(condition, seen, alerts, truths);
    return condition->count > 0 ? truths[condition->count - 1] : TRUTH_UNTOLD;
}

unsigned condition_needs(const struct condition *condition)
{
    unsigned needs = 0;
    for (int i = 0; i < condition->count; i++) {
        const struct condition_part *part = &condition->parts[i];
        if (part->kind == CONDITION_EVENT)
            needs |= CONDITION_EVENTS;
        if (part->kind == CONDITION_COMPARES && quantities[part->quantity].surveyed)
            needs |= CONDITION_SURVEYS;
    }
    return needs;
}

int condition_first_part(const struct condition *condition, int last)
{
    int wanted = 1, at = last;
    for (; wanted > 0 && at >= 0; at--) {
        enum condition_kind kind = condition->parts[at].kind;
        wanted += kind == CONDITION_AND || kind == CONDITION_OR ? 1
            : kind == CONDITION_NOT                             ? 0
                                                                : -1;
    }
    return at + 1;
}

bool condition_equal(const struct condition *a, const struct condition *b)
{
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++) {
        const struct condition_part *p = &a->parts[i], *q = &b->parts[i];
        if (p->kind != q->kind || p->quantity != q->quantity || p->place != q->place ||
            p->layer != q->layer || p->comparison != q->comparison || p->event != q->event ||
            !condition_compare(p->value, COMPARE_EQUAL, q->value))
            return false;
    }
    return true;
}
