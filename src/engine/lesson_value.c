#include "engine/lesson_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/condition_internal.h"
#include "engine/lesson_value_internal.h"

static struct reading read_check(
    const struct lesson_value *value, const struct lesson_checked *checked)
{
    struct reading reading = {READING_UNKNOWN, 0};
    if (!checked->known)
        return reading;
    if (value->index != CHECK_ERROR)
        return (struct reading){
            READING_KNOWN, value->index == CHECK_KINKS ? checked->kinks : checked->failed};
    int first = value->layer < 0 ? checked->layers : value->layer;
    int last = value->layer == 0 ? checked->layers : first;
    first = value->layer == 0 ? 1 : first;
    if (last > checked->layers)
        return reading;
    /* One that is undefined is told alone; of all the largest that is not. */
    reading.kind = READING_UNDEFINED;
    for (int layer = first; layer <= last; layer++) {
        double error = checked->errors[layer - 1];
        if (!isnan(error) && (reading.kind != READING_KNOWN || error > reading.value))
            reading = (struct reading){READING_KNOWN, error};
    }
    return reading;
}

static struct reading read_quantity(const struct lesson_value *value,
    const struct observation *seen, const struct lesson_numbers *numbers)
{
    struct reading unknown = {READING_UNKNOWN, 0};
    if (value->of_ghost)
        seen = numbers->ghost;
    if (!seen)
        return unknown;
    int layer = value->layer < 0 ? seen->layer_count : value->layer;
    return layer > seen->layer_count ? unknown
                                     : quantity_read(&quantities[value->index], seen, layer);
}

struct reading lesson_value_read(const struct lesson_value *value,
    const struct observation *seen, const struct lesson_numbers *numbers)
{
    struct reading reading = {READING_KNOWN, 1};
    if (value->source == VALUE_NAME)
        reading = numbers->named[value->index] ? numbers->names[value->index]
                                               : (struct reading){READING_UNKNOWN, 0};
    else if (value->source == VALUE_CHECK)
        reading = read_check(value, &numbers->checked);
    else if (value->source == VALUE_QUANTITY)
        reading = read_quantity(value, seen, numbers);
    reading.value = reading.kind == READING_KNOWN ? value->factor * reading.value : 0;
    return reading;
}

/* By multiplying, so that it has the same bits everywhere. */
static double power(double base, int exponent)
{
    double result = 1;
    for (int i = 0; i < exponent; i++)
        result *= base;
    return result;
}

struct reading lesson_let_read(const struct lesson_let *let, const struct observation *seen,
    const struct lesson_numbers *numbers)
{
    struct reading left = lesson_value_read(&let->left, seen, numbers);
    if (let->sign == 0 || left.kind != READING_KNOWN)
        return left;
    struct reading right = lesson_value_read(&let->right, seen, numbers);
    if (right.kind != READING_KNOWN)
        return right;
    bool by_zero = let->sign == '/' && fabs(right.value) <= 0;
    if (by_zero)
        return (struct reading){READING_UNDEFINED, 0};
    left.value = let->sign == '+' ? left.value + right.value
        : let->sign == '-'        ? left.value - right.value
        : let->sign == '*'        ? left.value * right.value
        : let->sign == '/'        ? left.value / right.value
                                  : power(left.value, (int)right.value);
    return left;
}

/* Two readings, or one, of what is compared. */
static bool read_both(const struct lesson_expect *expect, const struct observation *seen,
    const struct lesson_numbers *numbers, struct reading *left, struct reading *right)
{
    *left = lesson_value_read(&expect->left, seen, numbers);
    *right = lesson_value_read(&expect->right, seen, numbers);
    return left->kind == READING_KNOWN && right->kind == READING_KNOWN && !isnan(left->value) &&
        !isnan(right->value);
}

static bool compares(const struct lesson_expect *expect, double left, double right)
{
    return expect->within > 0 ? fabs(left - right) <= expect->within * fabs(right)
                              : condition_compare(left, expect->comparison, right);
}

enum truth lesson_expect_holds(const struct lesson_expect *expect,
    const struct observation *seen, const struct alerts *alerts,
    const struct lesson_numbers *numbers)
{
    struct reading left, right;
    if (expect->kind == EXPECT_HOLDS)
        return seen ? condition_holds(&expect->condition, seen, alerts) : TRUTH_UNTOLD;
    bool known = read_both(expect, seen, numbers, &left, &right);
    if (expect->kind == EXPECT_UNDEFINED)
        return left.kind == READING_UNDEFINED ? TRUTH_YES
            : left.kind == READING_KNOWN      ? TRUTH_NO
                                              : TRUTH_UNTOLD;
    if (!known)
        return TRUTH_UNTOLD;
    return compares(expect, left.value, right.value) ? TRUTH_YES : TRUTH_NO;
}

/* With so many digits that a limit which is missed by little is seen to be. */
static void write_measured(struct reading reading, char text[32])
{
    if (reading.kind == READING_KNOWN && !isnan(reading.value))
        (void)snprintf(text, 32, "%.7g", reading.value);
    else
        lesson_number_write(reading, text, 32);
}

static void explain_condition(const struct lesson_expect *expect,
    const struct observation *seen, const struct alerts *alerts, char *text, size_t size)
{
    struct condition opposite = expect->condition;
    enum truth truth = condition_holds(&expect->condition, seen, alerts);
    if (truth == TRUTH_NO && opposite.count < CONDITION_PARTS) {
        opposite.parts[opposite.count++] = (struct condition_part){.kind = CONDITION_NOT};
        condition_explain(&opposite, seen, alerts, text, size);
    } else if (truth == TRUTH_YES) {
        condition_explain(&expect->condition, seen, alerts, text, size);
    } else {
        (void)snprintf(text, size, "%s",
            truth == TRUTH_NO ? "it is not so"
                              : "it cannot be told: a number is undefined or NaN");
    }
}

/* Of a side that is compared with another what its factor multiplies, so that a number said of
 * it elsewhere is found again: the factor is taken out of *value and its text written. */
static double take_factor(struct lesson_value *value, char text[32])
{
    double factor = value->factor;
    text[0] = '\0';
    if (value->source == VALUE_NUMBER)
        return 1;
    if (factor < 1 || factor > 1) {
        lesson_number_write((struct reading){READING_KNOWN, factor}, text, 24);
        (void)snprintf(text + strlen(text), 8, " × ");
    }
    value->factor = 1;
    return factor;
}

void lesson_expect_measured(const struct lesson_expect *expect, const struct observation *seen,
    const struct alerts *alerts, const struct lesson_numbers *numbers, char *text, size_t size)
{
    char left_text[32], right_text[32], left_factor[32] = "", right_factor[32] = "";
    if (expect->kind == EXPECT_HOLDS && seen) {
        explain_condition(expect, seen, alerts, text, size);
        return;
    }
    bool both = expect->kind == EXPECT_COMPARES && expect->right.source != VALUE_NUMBER;
    struct lesson_value one = expect->left, other = expect->right;
    double times = both ? take_factor(&one, left_factor) : 1;
    double other_times = both ? take_factor(&other, right_factor) : 1;
    struct reading left = lesson_value_read(&one, seen, numbers);
    struct reading right = lesson_value_read(&other, seen, numbers);
    lesson_number_write(left, left_text, sizeof left_text);
    lesson_number_write(right, right_text, sizeof right_text);
    double limit = both ? other_times * strtod(right_text, NULL) : right.value;
    /* As in texts, where it is so, and is of the numbers as they stand there. */
    bool plain = expect->kind == EXPECT_COMPARES &&
        compares(expect, times * left.value, other_times * right.value) &&
        compares(expect, times * strtod(left_text, NULL), limit);
    if (!plain) {
        write_measured(left, left_text);
        write_measured(right, right_text);
    }
    (void)snprintf(text, size, "%s%s%s%s%s", left_factor, left_text, both ? " and " : "",
        right_factor, both ? right_text : "");
}

/* d.dde+07 as it is read: the fewest digits, an exponent without zeros. */
static void write_scientific(double value, char *text, size_t size)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%.2e", value);
    char *e = strchr(digits, 'e');
    int exponent = (int)strtol(e + 1, NULL, 10);
    while (e > digits && e[-1] == '0' && strchr(digits, '.'))
        e--;
    e -= e > digits && e[-1] == '.';
    (void)snprintf(text, size, "%.*se%d", (int)(e - digits), digits, exponent);
}

void lesson_number_write(struct reading reading, char *text, size_t size)
{
    double value = reading.value;
    if (reading.kind != READING_KNOWN) {
        (void)snprintf(text, size, "%s", reading.kind == READING_UNDEFINED ? "undefined" : "?");
    } else if (!isfinite(value)) {
        (void)snprintf(text, size, "%s", isnan(value) ? "NaN" : value > 0 ? "inf" : "-inf");
    } else if (fabs(value) < 1e9 && value <= floor(value) && value >= floor(value)) {
        (void)snprintf(text, size, "%.0f", value);
    } else if (fabs(value) < 1e-4 || fabs(value) >= 1e6) {
        write_scientific(value, text, size);
    } else {
        char digits[32];
        (void)snprintf(digits, sizeof digits, "%.2e", value);
        double rounded = strtod(digits, NULL);
        (void)snprintf(text, size, fabs(rounded) < 1000 ? "%.3g" : "%.0f", rounded);
    }
}

void lesson_text_fill(const char *text, const struct lesson_names *names,
    const struct observation *seen, const struct lesson_numbers *numbers, char *out,
    size_t size)
{
    struct lesson_value value;
    struct error error;
    const char *at;
    size_t used = 0;
    while (*text && used + 1 < size) {
        if (*text == '{' && text[1] == '{')
            text++;
        else if (*text == '{' && lesson_brace_parse(&text, names, &value, &at, &error)) {
            char number[32];
            lesson_number_write(
                lesson_value_read(&value, seen, numbers), number, sizeof number);
            used += (size_t)snprintf(out + used, size - used, "%s", number);
            used = used < size ? used : size - 1;
            continue;
        }
        out[used++] = *text++;
    }
    out[used] = '\0';
}

bool lesson_text_known(const char *text, const struct lesson_names *names,
    const struct observation *seen, const struct lesson_numbers *numbers, const char **at)
{
    struct lesson_value value;
    struct error error;
    const char *wrong;
    while ((text = strchr(text, '{')) != NULL) {
        *at = text;
        if (text[1] == '{' || !lesson_brace_parse(&text, names, &value, &wrong, &error))
            text += text[1] == '{' ? 2 : 1;
        else if (lesson_value_read(&value, seen, numbers).kind == READING_UNKNOWN)
            return false;
    }
    return true;
}

unsigned lesson_value_needs(const struct lesson_value *value)
{
    unsigned needs = value->of_ghost ? LESSON_NEEDS_GHOST : 0;
    if (value->source == VALUE_QUANTITY && quantities[value->index].surveyed)
        needs |= CONDITION_SURVEYS;
    return needs;
}

unsigned lesson_let_needs(const struct lesson_let *let)
{
    return lesson_value_needs(&let->left) | lesson_value_needs(&let->right);
}

unsigned lesson_expect_needs(const struct lesson_expect *expect)
{
    return lesson_value_needs(&expect->left) | lesson_value_needs(&expect->right) |
        condition_needs(&expect->condition);
}

unsigned lesson_text_needs(const char *text, const struct lesson_names *names)
{
    struct lesson_value value;
    struct error error;
    const char *at;
    unsigned needs = 0;
    while ((text = strchr(text, '{')) != NULL) {
        if (text[1] == '{' || !lesson_brace_parse(&text, names, &value, &at, &error))
            text += text[1] == '{' ? 2 : 1;
        else
            needs |= lesson_value_needs(&value);
    }
    return needs;
}
