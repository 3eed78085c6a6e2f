/* Reading, writing and stepping the value of one hyperparameter. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset.h"
#include "core/hparams.h"
#include "core/text.h"

static void *field(struct hparams *hparams, const struct hparam *row)
{
    return (char *)hparams + row->offset;
}

static const void *const_field(const struct hparams *hparams, const struct hparam *row)
{
    return (const char *)hparams + row->offset;
}

static char *text_of(struct hparams *hparams, const struct hparam *row)
{
    return (char *)hparams + row->text;
}

static const char *const_text_of(const struct hparams *hparams, const struct hparam *row)
{
    return (const char *)hparams + row->text;
}

bool hparam_is_open(const struct hparam *row)
{
    return row->text_size > 0;
}

/* The value of a number, choice or switch; seeds do not fit a double and have their own way. */
static double number_get(const struct hparams *hparams, const struct hparam *row)
{
    const void *at = const_field(hparams, row);
    if (row->kind == HPARAM_REAL)
        return *(const double *)at;
    if (row->kind == HPARAM_SWITCH)
        return *(const bool *)at;
    return *(const int *)at;
}

/* It is a choice, and the one that is a text. */
static bool is_open(const struct hparams *hparams, const struct hparam *row)
{
    return row->choices && hparam_is_open(row) &&
        (int)number_get(hparams, row) == row->open_choice;
}

bool hparams_has_widths(const struct hparams *hparams)
{
    return hparams->widths[0] > 0;
}

int hparams_width(const struct hparams *hparams, int layer)
{
    return hparams_has_widths(hparams) ? hparams->widths[layer] : hparams->width;
}

/* As many widths as layers, the last one again where there are more; the same setting has one
 * form: where all are equal there is no list. */
static void settle_widths(struct hparams *hparams)
{
    int depth = hparams->depth, widest = 0;
    bool differ = false;
    if (!hparams_has_widths(hparams))
        return;
    for (int i = 1; i < depth; i++) {
        if (hparams->widths[i] == 0)
            hparams->widths[i] = hparams->widths[i - 1];
        differ = differ || hparams->widths[i] != hparams->widths[0];
    }
    for (int i = 0; i < DEPTH_MOST; i++) {
        if (i >= depth)
            hparams->widths[i] = 0;
        widest = hparams->widths[i] > widest ? hparams->widths[i] : widest;
    }
    hparams->width = widest;
    if (!differ)
        memset(hparams->widths, 0, sizeof hparams->widths);
}

static void number_put(struct hparams *hparams, const struct hparam *row, double value)
{
    void *at = field(hparams, row);
    if (row->kind == HPARAM_REAL)
        *(double *)at = value;
    else if (row->kind == HPARAM_SWITCH)
        *(bool *)at = value > 0;
    else
        *(int *)at = (int)value;
    if (row->kind == HPARAM_WIDTHS)
        memset(hparams->widths, 0, sizeof hparams->widths);
    settle_widths(hparams);
}

/* A '#' behind a blank begins a comment in session files, and '=' stands before a value. */
static bool may_stand_in_line(const char *text)
{
    size_t length = strlen(text);
    bool comment = text[0] == '#' || strstr(text, " #");
    return !comment && text[0] != '=' && text[0] != ' ' && text[length - 1] != ' ';
}

static bool set_text(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error)
{
    char clean[HPARAM_TEXT_SIZE];
    char *to = text_of(hparams, row);
    size_t length = strlen(text);
    if (!*text) /* as of a variable that is not set */
        return error_set(
            error, "%s: the name is empty: %s, - for none", row->name, row->argument);
    if (strcmp(text, "-") == 0) {
        memset(to, 0, row->text_size);
        return true;
    }
    if (length >= row->text_size)
        return error_set(error, "%s: '%s' is too long: %zu bytes of at most %zu", row->name,
            SHOWN(text), length, row->text_size - 1);
    text_clean(clean, sizeof clean, text);
    if (strcmp(clean, text) != 0)
        return error_set(error,
            "%s: '%s' has characters that cannot be shown: a link, or a column's number, does",
            row->name, SHOWN(text));
    if (!may_stand_in_line(text))
        return error_set(error,
            "%s: '%s' has a blank or '=' at an end, or a '#' that begins a word: a link, or a "
            "column's number, does",
            row->name, SHOWN(text));
    memset(to, 0, row->text_size);
    memcpy(to, text, length);
    return true;
}

static bool refuse_choice(const struct hparam *row, const char *text, struct error *error)
{
    struct error own;
    if (!hparam_is_open(row) || names_nearest(row->choices, text))
        return names_refuse(row->choices, row->name, text, error);
    (void)names_refuse(row->choices, row->name, text, &own);
    return error_set(error, "%s, or a file: a '.', '/' or '-' in its name", own.text);
}

static bool set_choice(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error)
{
    int index = names_find(row->choices, text);
    bool file =
        index < 0 && hparam_is_open(row) && strpbrk(text, "./-") && strcmp(text, "-") != 0;
    if (file && !set_text(hparams, row, text, error))
        return false;
    if (index < 0 && !file)
        return refuse_choice(row, text, error);
    if (file)
        index = row->open_choice;
    number_put(hparams, row, index);
    return true;
}

static bool set_seed(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (end == text || *end || errno || strchr(text, '-'))
        return error_set(
            error, "%s: '%s' is not a whole number of 0..2^64-1", row->name, SHOWN(text));
    *(uint64_t *)field(hparams, row) = value;
    return true;
}

static bool set_number(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error)
{
    char *end;
    char values[80];
    if (row->zero && name_equal(text, row->zero)) {
        number_put(hparams, row, 0);
        return true;
    }
    errno = 0;
    double value = strtod(text, &end);
    bool whole = row->kind == HPARAM_INTEGER || row->kind == HPARAM_WIDTHS;
    hparam_values(row, values, sizeof values);
    if (end == text || *end || isnan(value) || (whole && value != floor(value)))
        return error_set(error, "%s: '%s' is not a %s: %s", row->name, SHOWN(text),
            whole ? "whole number" : "number", values);
    if (errno == ERANGE && !(fabs(value) > 0))
        return error_set(error, "%s: %s would become 0: the smallest number above it is 5e-324",
            row->name, SHOWN(text));
    if (value < row->least || value > row->most || (row->above && value <= row->least) ||
        (row->below && value >= row->most))
        return error_set(error, "%s: %s is out of range: %s", row->name, SHOWN(text), values);
    number_put(hparams, row, value);
    return true;
}

/* A list as "5,10,5": "-" parts them as well, for where a comma parts something else, and
 * "8x3" is 8,8,8. */
enum { LIST_SIZE = 64 /* as text; room for it is what callers have */ };

static bool read_width(const char **at, int least, int most, int *value)
{
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    long number = strtol(*at, &end, 10);
    *at = end;
    *value = (int)number;
    return number >= least && number <= most;
}

static void format_widths(const struct hparams *hparams, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0, count; i < hparams->depth && used < size; i += count) {
        for (count = 1; i + count < hparams->depth; count++) {
            if (hparams->widths[i + count] != hparams->widths[i])
                break;
        }
        count = count < 3 ? 1 : count;
        int written =
            snprintf(text + used, size - used, "%s%d", i > 0 ? "," : "", hparams->widths[i]);
        used += (size_t)written;
        if (count > 1 && used < size)
            used += (size_t)snprintf(text + used, size - used, "x%d", count);
    }
}

void hparams_sizes(const struct hparams *hparams, char *text, size_t size)
{
    enum { SHORT = 12 };
    char list[LIST_SIZE];
    int least = hparams->width;
    if (!hparams_has_widths(hparams)) {
        (void)snprintf(text, size, "%d×%d", hparams->depth, hparams->width);
        return;
    }
    format_widths(hparams, list, sizeof list);
    for (int i = 0; i < hparams->depth; i++)
        least = hparams->widths[i] < least ? hparams->widths[i] : least;
    if (strlen(list) <= SHORT)
        (void)snprintf(text, size, "%s", list);
    else
        (void)snprintf(text, size, "%d×%d..%d", hparams->depth, least, hparams->width);
}

static bool set_widths(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error)
{
    struct hparams next = *hparams;
    const char *at = text;
    char form[2 * LIST_SIZE];
    memset(next.widths, 0, sizeof next.widths);
    next.depth = 0;
    for (bool more = true; more; at++) {
        int width, count = 1;
        if (!read_width(&at, (int)row->least, (int)row->most, &width) ||
            (*at == 'x' && (at++, !read_width(&at, 1, DEPTH_MOST, &count))) ||
            (*at && *at != ',' && *at != '-'))
            return error_set(error,
                "%s: '%s' is no list of widths: whole numbers of 1..%d, by commas, as 5,10,5 "
                "or "
                "8x3,4",
                row->name, SHOWN(text), WIDTH_MOST);
        if (next.depth + count > DEPTH_MOST)
            return error_set(error, "%s: '%s' is more than %d hidden layers", row->name,
                SHOWN(text), DEPTH_MOST);
        for (int i = 0; i < count; i++)
            next.widths[next.depth++] = (short)width;
        more = *at;
    }
    format_widths(&next, form, sizeof form);
    if (strlen(form) >= LIST_SIZE)
        return error_set(error,
            "%s: a list of widths is at most %d characters long: '%s' is not", row->name,
            LIST_SIZE - 1, SHOWN(text));
    settle_widths(&next);
    *hparams = next;
    return true;
}

bool hparam_set(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error)
{
    switch (row->kind) {
    case HPARAM_CHOICE:
    case HPARAM_SWITCH:
        return set_choice(hparams, row, text, error);
    case HPARAM_SEED:
        return set_seed(hparams, row, text, error);
    case HPARAM_WIDTHS:
        if (strpbrk(text, ",x") || (*text && strchr(text + 1, '-')))
            return set_widths(hparams, row, text, error);
        break;
    case HPARAM_TEXT:
        return set_text(hparams, row, text, error);
    case HPARAM_REAL:
    case HPARAM_INTEGER:
        break;
    }
    return set_number(hparams, row, text, error);
}

void real_format(double value, char *text, size_t size)
{
    if (value == floor(value) && fabs(value) < 1e7) {
        (void)snprintf(text, size, "%.0f", value); /* 10, not 1e+01 */
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
}

void hparam_format(
    const struct hparams *hparams, const struct hparam *row, char *text, size_t size)
{
    if (row->kind == HPARAM_TEXT || is_open(hparams, row))
        text_clean(
            text, size, *const_text_of(hparams, row) ? const_text_of(hparams, row) : "-");
    else if (row->choices)
        (void)snprintf(text, size, "%s", row->choices((int)number_get(hparams, row)));
    else if (row->kind == HPARAM_SEED)
        (void)snprintf(text, size, "%" PRIu64, *(const uint64_t *)const_field(hparams, row));
    else if (row->kind == HPARAM_WIDTHS && hparams_has_widths(hparams))
        format_widths(hparams, text, size);
    else if (row->zero && (int)number_get(hparams, row) == 0)
        (void)snprintf(text, size, "%s", row->zero);
    else if (row->kind == HPARAM_INTEGER || row->kind == HPARAM_WIDTHS)
        (void)snprintf(text, size, "%d", (int)number_get(hparams, row));
    else
        real_format(number_get(hparams, row), text, size);
}

void hparam_brief(
    const struct hparams *hparams, const struct hparam *row, char *text, size_t size)
{
    char value[HPARAM_VALUE_SIZE];
    const char *shown = value;
    hparam_format(hparams, row, value, sizeof value);
    if (row->zero && (int)number_get(hparams, row) == 0 && data_is_read(hparams))
        shown = "all";
    else if (row->zero && (int)number_get(hparams, row) == 0)
        (void)snprintf(value, sizeof value, "%d", row->zero_is);
    const char *slash = is_open(hparams, row) ? strrchr(value, '/') : NULL;
    if (slash && slash[1])
        shown = slash + 1;
    text_clean(text, size, shown);
    if (strlen(text) == strlen(shown))
        return;
    text_clean(text, size - (sizeof "…" - 1), shown);
    (void)strcat(text, "…");
}

/* A file that was chosen before is one of the choices. */
static int step_open(const struct hparams *hparams, const struct hparam *row, int direction)
{
    int count = row->open_choice + (*const_text_of(hparams, row) ? 1 : 0);
    return ((int)number_get(hparams, row) + direction + count) % count;
}

/* The next rung in that direction; at the end, the value. */
static double next_rung(const struct hparam *row, double value, int direction)
{
    double next = value;
    if (direction > 0) {
        for (int i = row->ladder_length - 1; i >= 0 && row->ladder[i] > value; i--)
            next = row->ladder[i];
    } else {
        for (int i = 0; i < row->ladder_length && row->ladder[i] < value; i++)
            next = row->ladder[i];
    }
    return next;
}

void hparam_step(struct hparams *hparams, const struct hparam *row, int direction)
{
    if (row->kind == HPARAM_SEED) {
        *(uint64_t *)field(hparams, row) += (uint64_t)(int64_t)direction;
        return;
    }
    if (row->kind == HPARAM_TEXT)
        return;
    if (row->kind == HPARAM_WIDTHS && hparams_has_widths(hparams)) {
        for (int i = 0; i < hparams->depth; i++)
            hparams->widths[i] = (short)next_rung(row, hparams->widths[i], direction);
        settle_widths(hparams);
        return;
    }
    double value = number_get(hparams, row), next = value;
    if (row->zero && !(value > 0))
        value = row->zero_is;
    if (row->choices && hparam_is_open(row))
        next = step_open(hparams, row, direction);
    else if (row->choices)
        next = names_beside(row->choices, (int)value, direction);
    else
        next = next_rung(row, value, direction);
    number_put(hparams, row, next);
}

bool hparam_equal(const struct hparams *a, const struct hparams *b, const struct hparam *row)
{
    if (row->kind == HPARAM_SEED)
        return a->seed == b->seed;
    if (row->kind == HPARAM_WIDTHS && memcmp(a->widths, b->widths, sizeof a->widths) != 0)
        return false;
    if (row->kind == HPARAM_TEXT || (is_open(a, row) && is_open(b, row)))
        return strcmp(const_text_of(a, row), const_text_of(b, row)) == 0;
    return !(number_get(a, row) < number_get(b, row)) &&
        !(number_get(a, row) > number_get(b, row));
}

bool hparams_equal(const struct hparams *a, const struct hparams *b)
{
    for (int i = 0; i < hparam_count; i++) {
        if (!hparam_equal(a, b, &hparam_table[i]))
            return false;
    }
    return true;
}

bool hparams_rebuild(const struct hparams *from, const struct hparams *to)
{
    for (int i = 0; i < hparam_count; i++) {
        if (hparam_table[i].rebuild && !hparam_equal(from, to, &hparam_table[i]))
            return true;
    }
    return false;
}

void hparam_values(const struct hparam *row, char *text, size_t size)
{
    if (row->choices) {
        names_join(row->choices, text, size);
        size_t used = strlen(text);
        if (hparam_is_open(row) && used < size)
            (void)snprintf(text + used, size - used, " or a %s", row->argument);
        return;
    }
    if (row->kind == HPARAM_TEXT) {
        (void)snprintf(text, size, "%s, - for none", row->argument);
        return;
    }
    if (row->kind == HPARAM_SEED) {
        (void)snprintf(text, size, "0..2^64-1");
        return;
    }
    char least[32], most[32];
    real_format(row->least, least, sizeof least);
    if (row->kind == HPARAM_INTEGER || row->kind == HPARAM_WIDTHS)
        (void)snprintf(most, sizeof most, "%.0f", row->most);
    else
        real_format(row->most, most, sizeof most);
    if (row->above)
        (void)snprintf(text, size, "above %s, up to %s", least, most);
    else if (row->below)
        (void)snprintf(text, size, "%s or more, below %s", least, most);
    else if (row->zero)
        (void)snprintf(text, size, "%s or %s..%s", row->zero, least, most);
    else
        (void)snprintf(text, size, "%s..%s%s", least, most,
            row->kind == HPARAM_WIDTHS ? ", or a list as 5,10,5" : "");
}
