#include "io/rows.h"

#include <math.h>
#include <string.h>

#include "core/names.h"
#include "io/number.h"

enum kind { KIND_REAL, KIND_COUNT, KIND_WORD, KIND_NONE };

struct value {
    enum kind kind;
    double real;
    uint64_t count;
    const char *word;
};

struct source {
    const struct observation *seen;
    bool counted;
    int layer; /* 0-based; rows of layers only */
};

struct column {
    const char *name;
    struct value (*get)(const struct source *source);
};

static struct value real(double value)
{
    return (struct value){.kind = KIND_REAL, .real = value};
}

static struct value count(uint64_t value)
{
    return (struct value){.kind = KIND_COUNT, .count = value};
}

static struct value ratio(struct ratio value)
{
    return value.defined ? real(value.value) : (struct value){.kind = KIND_NONE};
}

/* Empty in rows without the census. */
static struct value counted(const struct source *s, struct value value)
{
    return s->counted ? value : (struct value){.kind = KIND_NONE};
}

static const struct layer_stats *stats(const struct source *s)
{
    return &s->seen->layers[s->layer];
}

#define COLUMN(function, expression)                                                           \
    static struct value function(const struct source *s)                                       \
    {                                                                                          \
        return expression;                                                                     \
    }

COLUMN(get_step, count(s->seen->step))
COLUMN(get_loss, real(s->seen->loss))
COLUMN(get_accuracy, counted(s, real(s->seen->accuracy)))
COLUMN(get_grad_norm, real(s->seen->clip.norm_before))
COLUMN(get_grad_norm_clipped, real(s->seen->clip.norm_after))
COLUMN(get_clip_scale, real(s->seen->clip.scale))
COLUMN(get_clipped_fraction, real(s->seen->clip.fraction))
COLUMN(get_clip_cosine, ratio((struct ratio){s->seen->clip.cosine, s->seen->clip.has_cosine}))
COLUMN(
    get_dead_share, counted(s, real((double)s->seen->toll.dead / (double)s->seen->toll.units)))
COLUMN(get_saturated_share, real(s->seen->saturated))
COLUMN(get_status,
    ((struct value){.kind = KIND_WORD,
        .word = s->seen->divergence.kind != DIVERGED_NOT ? "diverged" : "ok"}))

COLUMN(get_layer, count((uint64_t)s->layer + 1))
COLUMN(get_units, count((uint64_t)stats(s)->units))
COLUMN(get_delta_rms, real(stats(s)->delta_rms))
COLUMN(get_slope_gain, ratio(stats(s)->slope_gain))
COLUMN(get_weight_gain, ratio(stats(s)->weight_gain))
COLUMN(get_gain, ratio(stats(s)->gain))
COLUMN(get_ceiling, real(stats(s)->ceiling))
COLUMN(get_weight_grad_norm, real(stats(s)->weight_grad_norm))
COLUMN(get_weight_norm, real(stats(s)->weight_norm))
COLUMN(get_update_ratio, ratio(stats(s)->update_ratio))
COLUMN(get_act_mean, real(stats(s)->act_mean))
COLUMN(get_act_std, real(stats(s)->act_std))
COLUMN(get_dead, counted(s, count((uint64_t)stats(s)->dead)))
COLUMN(get_saturated, real(stats(s)->saturated))

static const struct column step_columns[] = {
    {"step", get_step},
    {"loss", get_loss},
    {"accuracy", get_accuracy},
    {"grad_norm", get_grad_norm},
    {"grad_norm_clipped", get_grad_norm_clipped},
    {"clip_scale", get_clip_scale},
    {"clipped_fraction", get_clipped_fraction},
    {"clip_cosine", get_clip_cosine},
    {"dead", get_dead_share},
    {"saturated", get_saturated_share},
    {"status", get_status},
};

static const struct column layer_columns[] = {
    {"step", get_step},
    {"layer", get_layer},
    {"units", get_units},
    {"delta_rms", get_delta_rms},
    {"slope_gain", get_slope_gain},
    {"weight_gain", get_weight_gain},
    {"gain", get_gain},
    {"ceiling", get_ceiling},
    {"weight_grad_norm", get_weight_grad_norm},
    {"weight_norm", get_weight_norm},
    {"update_ratio", get_update_ratio},
    {"act_mean", get_act_mean},
    {"act_std", get_act_std},
    {"dead", get_dead},
    {"saturated", get_saturated},
};

/* A row is written in one piece: a call of stdio for each cell took longer than its digits. */
enum { COLUMNS_MOST = 16, NAME_SIZE = 24, ROW_SIZE = COLUMNS_MOST * (NAME_SIZE + NUMBER_SIZE) };

_Static_assert(ARRAY_LEN(step_columns) <= COLUMNS_MOST, "ROW_SIZE");
_Static_assert(ARRAY_LEN(layer_columns) <= COLUMNS_MOST, "ROW_SIZE");

const char *rows_format_name(int index)
{
    static const char *const names[] = {"csv", "jsonl"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

static const char *step_column(int index)
{
    return index >= 0 && index < (int)ARRAY_LEN(step_columns) ? step_columns[index].name : NULL;
}

static const char *layer_column(int index)
{
    return index >= 0 && index < (int)ARRAY_LEN(layer_columns) ? layer_columns[index].name
                                                               : NULL;
}

void rows_print_header(FILE *file, bool layers)
{
    names_fn *names = layers ? layer_column : step_column;
    for (int i = 0; names(i); i++)
        fprintf(file, "%s%s", i > 0 ? "," : "", names(i));
    fputc('\n', file);
}

static char *put_text(char *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

static char *put_csv_value(char *to, const struct value *value)
{
    switch (value->kind) {
    case KIND_REAL:
        return to + decimal_write(to, value->real);
    case KIND_COUNT:
        return to + decimal_write_count(to, value->count);
    case KIND_WORD:
        return put_text(to, value->word);
    case KIND_NONE:
        break;
    }
    return to;
}

static char *put_json_value(char *to, const struct value *value)
{
    if (value->kind == KIND_NONE || (value->kind == KIND_REAL && !isfinite(value->real)))
        return put_text(to, "null");
    if (value->kind != KIND_WORD)
        return put_csv_value(to, value);
    *to++ = '"';
    return put_text(put_text(to, value->word), "\"");
}

static char *put_json_name(char *to, const char *name)
{
    *to++ = '"';
    return put_text(put_text(to, name), "\":");
}

static void print_row(FILE *file, enum rows_format format, const struct column *columns,
    size_t length, const struct source *source)
{
    bool json = format == ROWS_JSONL;
    char row[ROW_SIZE], *to = row;
    for (size_t i = 0; i < length; i++) {
        struct value value = columns[i].get(source);
        if (json || i > 0)
            *to++ = i > 0 ? ',' : '{';
        to = json ? put_json_value(put_json_name(to, columns[i].name), &value)
                  : put_csv_value(to, &value);
    }
    to = put_text(to, json ? "}\n" : "\n");
    (void)fwrite(row, 1, (size_t)(to - row), file);
}

void rows_print_step(FILE *file, enum rows_format format, bool layers,
    const struct observation *seen, bool census)
{
    struct source source = {seen, census && seen->surveyed, 0};
    if (!layers) {
        print_row(file, format, step_columns, ARRAY_LEN(step_columns), &source);
        return;
    }
    for (; source.layer < seen->layer_count; source.layer++)
        print_row(file, format, layer_columns, ARRAY_LEN(layer_columns), &source);
}
