#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/decimal.h"
#include "engine/condition.h"
#include "engine/condition_internal.h"

/* Text that grows, as far as there is room. */
struct words {
    char *text;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void add(
    struct words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int more =
        vsnprintf(words->text + words->used, words->size - words->used, format, arguments);
    va_end(arguments);
    words->used += more > 0 ? (size_t)more : 0;
    words->used = words->used < words->size ? words->used : words->size - 1;
}

static void add_quantity(struct words *words, const struct condition_part *part)
{
    add(words, "%s", quantities[part->quantity].name);
    if (part->place == AT_LAYER)
        add(words, "[%d]", part->layer);
    else if (part->place != AT_STEP)
        add(words, "[%s]", condition_layer_name((int)part->place - AT_ANY_LAYER));
}

/* " < 0.1" */
static void add_limit(struct words *words, const struct condition_part *part)
{
    char value[DECIMAL_SIZE];
    value[decimal_write(value, part->value)] = '\0';
    add(words, " %s %s", condition_sign_name((int)part->comparison), value);
}

static void write_part(struct words *words, const struct condition *condition, int last);

static void write_operand(
    struct words *words, const struct condition *condition, int last, bool brackets)
{
    add(words, "%s", brackets ? "(" : "");
    write_part(words, condition, last);
    add(words, "%s", brackets ? ")" : "");
}

/* The condition whose last part this is. */
static void write_part(struct words *words, const struct condition *condition, int last)
{
    const struct condition_part *part = &condition->parts[last];
    if (part->kind == CONDITION_COMPARES) {
        add_quantity(words, part);
        add_limit(words, part);
    } else if (part->kind == CONDITION_EVENT) {
        add(words, "event %s", alert_name((int)part->event));
    } else if (part->kind == CONDITION_STEP) {
        add(words, "step %.0f", part->value);
    } else if (part->kind == CONDITION_NOT) {
        add(words, "not ");
        write_operand(words, condition, last - 1, condition->parts[last - 1].kind > part->kind);
    } else {
        /* Kinds are in the order of how close they bind; of equal ones the left is first. */
        int left = condition_first_part(condition, last - 1) - 1;
        write_operand(words, condition, left, condition->parts[left].kind > part->kind);
        add(words, "%s", part->kind == CONDITION_AND ? " and " : " or ");
        write_operand(
            words, condition, last - 1, condition->parts[last - 1].kind >= part->kind);
    }
}

size_t condition_write(const struct condition *condition, char *text, size_t size)
{
    struct words words = {text, size, 0};
    text[0] = '\0';
    if (condition->count > 0)
        write_part(&words, condition, condition->count - 1);
    return words.used;
}

/* What is explained: the truths of all parts at a step. */
struct case_at_hand {
    const struct condition *condition;
    const struct observation *seen;
    const struct alerts *alerts;
    enum truth truths[CONDITION_PARTS];
};

/* With the fewest digits, from three on, that compare as the value does. */
static void add_value(struct words *words, const struct condition_part *part, double value)
{
    char text[DECIMAL_SIZE];
    bool is = condition_compare(value, part->comparison, part->value);
    if (fabs(value) < 1e15 && value <= floor(value) && value >= floor(value)) {
        add(words, "%.0f", value);
        return;
    }
    for (int digits = 3; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (condition_compare(strtod(text, NULL), part->comparison, part->value) == is)
            break;
    }
    add(words, "%s", text);
}

/* "dead[3] = 2 > 1", "loss = 0.3, not < 0.1". */
static void explain_layer(struct words *words, const struct condition_part *part,
    const struct observation *seen, int layer, bool is)
{
    struct condition_part one = *part;
    double value;
    (void)condition_read(part, seen, layer, &value);
    if (part->place != AT_STEP && part->place != AT_OUTPUT)
        one.place = AT_LAYER;
    one.layer = layer;
    add_quantity(words, &one);
    add(words, " = ");
    add_value(words, part, value);
    add(words, "%s", is ? "" : ", not");
    add_limit(words, part);
}

/* What is so of every layer: by the one that comes nearest to being otherwise. */
static void explain_every(struct words *words, const struct condition_part *part,
    const struct observation *seen, bool is)
{
    bool most =
        (part->comparison == COMPARE_BELOW || part->comparison == COMPARE_AT_MOST) == is;
    double extreme = 0, value;
    int at = 0;
    for (int layer = 1; layer <= condition_last_layer(part, seen); layer++) {
        (void)condition_read(part, seen, layer, &value);
        if (at == 0 || (most ? value > extreme : value < extreme)) {
            at = layer;
            extreme = value;
        }
    }
    add_quantity(words, part);
    add(words, "%s", is ? "" : " not");
    add_limit(words, part);
    if (part->comparison == COMPARE_EQUAL)
        return;
    add(words, ", at %s ", most ? "most" : "least");
    add_value(words, part, extreme);
    add(words, " in layer %d", at);
}

static void explain_event(struct words *words, const struct condition_part *part,
    const struct alerts *alerts, bool is)
{
    const struct alert *alert = NULL;
    char label[24], text[120] = "";
    (void)snprintf(label, sizeof label, "%s", alert_label(part->event));
    for (char *c = label; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (!is) {
        add(words, "not %s so far", label);
        return;
    }
    uint64_t step = alerts->first[part->event] - 1;
    for (int back = 0; (alert = alerts_recent(alerts, back)); back++) {
        if (alert->kind == part->event && alert->step == step)
            alert_text(alert, text, sizeof text);
    }
    add(words, "%s at step %" PRIu64 "%s%s", label, step, *text ? ": " : "", text);
}

/* A part that joins no others, and is so or, with `is` false, not so. */
static void explain_part(struct words *words, const struct case_at_hand *hand, int at, bool is)
{
    const struct condition_part *part = &hand->condition->parts[at];
    double value;
    if (part->kind == CONDITION_STEP) {
        add(words, "step %.0f %s", part->value, is ? "is reached" : "is to come");
        return;
    }
    if (part->kind == CONDITION_EVENT) {
        explain_event(words, part, hand->alerts, is);
        return;
    }
    int layer = condition_layer(part, hand->seen),
        last = condition_last_layer(part, hand->seen);
    if (layer < 0 && is == (part->place == AT_ALL_LAYERS)) {
        explain_every(words, part, hand->seen, is);
        return;
    }
    /* One of the layers is enough. */
    enum truth sought = is ? TRUTH_YES : TRUTH_NO;
    for (int l = 1; layer < 0 && l <= last; l++) {
        if (condition_read(part, hand->seen, l, &value) == sought)
            layer = l;
    }
    explain_layer(words, part, hand->seen, layer, is);
}

static void explain(struct words *words, const struct case_at_hand *hand, int last, bool is)
{
    const struct condition_part *part = &hand->condition->parts[last];
    if (part->kind < CONDITION_NOT) {
        explain_part(words, hand, last, is);
        return;
    }
    if (part->kind == CONDITION_NOT) {
        explain(words, hand, last - 1, !is);
        return;
    }
    int left = condition_first_part(hand->condition, last - 1) - 1;
    enum truth sought = is ? TRUTH_YES : TRUTH_NO;
    bool both = (part->kind == CONDITION_AND) == is;
    if (both || hand->truths[left] == sought)
        explain(words, hand, left, is);
    if (both)
        add(words, ", ");
    if (both || hand->truths[left] != sought)
        explain(words, hand, last - 1, is);
}

void condition_explain(const struct condition *condition, const struct observation *seen,
    const struct alerts *alerts, char *text, size_t size)
{
    struct case_at_hand hand = {condition, seen, alerts, {TRUTH_UNTOLD}};
    struct words words = {text, size, 0};
    text[0] = '\0';
    condition_truths(condition, seen, alerts, hand.truths);
    if (condition->count > 0 && hand.truths[condition->count - 1] == TRUTH_YES)
        explain(&words, &hand, condition->count - 1, true);
}
