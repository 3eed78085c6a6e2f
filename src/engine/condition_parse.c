/* The grammar of conditions, by recursive descent: a function a line of it. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "engine/condition.h"
#include "engine/condition_internal.h"
#include "engine/condition_tokens.h"

struct reader {
    struct condition_tokens tokens;
    int depth; /* hidden layers, 0: unknown */
    int nested;
    struct condition_token token; /* the next one */
    struct condition *condition;
    struct error *error;
    names_fn *names; /* what can stand where the text ends; NULL: anything */
};

/* What is not the grammar's, and what it calls that. */
static const struct {
    const char *written, *meant;
} spellings[] = {
    {"=<", "<="},
    {"=>", ">="},
    {"≤", "<="},
    {"≥", ">="},
    {"=", "=="},
    {"&&", "and"},
    {"&", "and"},
    {"||", "or"},
    {"|", "or"},
    {"!=", "not … =="},
    {"<>", "not … =="},
    {"≠", "not … =="},
    {"!", "not"},
};

static const char *meant_by(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        if (strcmp(spellings[i].written, word) == 0)
            return spellings[i].meant;
    }
    return NULL;
}

/* Goes on to the next token. */
static void next(struct reader *reader)
{
    reader->token = condition_tokens_next(&reader->tokens);
}

__attribute__((format(printf, 3, 4))) static bool refuse_at(
    struct reader *reader, int column, const char *format, ...)
{
    char reason[220];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return error_set(reader->error, "condition, column %d: %s", column, reason);
}

/* Something else than `wanted` stands here. */
static bool refuse(struct reader *reader, const char *wanted)
{
    const struct condition_token *token = &reader->token;
    const char *meant = meant_by(token->word);
    if (token->kind == TOKEN_END)
        return refuse_at(reader, token->column, "it ends where %s is wanted", wanted);
    return refuse_at(reader, token->column, "%s is wanted, not '%s'%s%s%s", wanted,
        SHOWN(token->word), meant ? ": did you mean '" : "", meant ? meant : "",
        meant ? "'?" : "");
}

/* A word that is none of these names. */
static bool refuse_name(struct reader *reader, names_fn *names, const char *what)
{
    struct error reason;
    (void)names_refuse(names, what, reader->token.word, &reason);
    return refuse_at(reader, reader->token.column, "%s", reason.text);
}

static bool add(struct reader *reader, const struct condition_part *part)
{
    struct condition *condition = reader->condition;
    if (condition->count == CONDITION_PARTS)
        return refuse_at(reader, reader->token.column,
            "a condition has up to %d parts: this one has more", CONDITION_PARTS);
    condition->parts[condition->count++] = *part;
    return true;
}

static bool is_word(const struct reader *reader, const char *word)
{
    return reader->token.kind == TOKEN_WORD && name_equal(reader->token.word, word);
}

/* Quantities by name, those of steps first; what is known only after a step cannot stop it. */
static const struct quantity *quantity_called(const char *name, bool of_layers)
{
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        if (quantity_of_layers(&quantities[i]) == of_layers &&
            name_equal(quantities[i].name, name))
            return &quantities[i];
    }
    return NULL;
}

static bool of_step_too(const char *name)
{
    for (int i = 0; i < QUANTITY_COUNT && !quantity_of_layers(&quantities[i]); i++) {
        if (strcmp(quantities[i].name, name) == 0)
            return true;
    }
    return false;
}

const char *condition_first_name(int index)
{
    static const char *const others[] = {"event", "not"};
    if (index < (int)ARRAY_LEN(others))
        return others[index];
    index -= (int)ARRAY_LEN(others);
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        const struct quantity *row = &quantities[i];
        if (i == QUANTITY_UPDATE_RATIO || (quantity_of_layers(row) && of_step_too(row->name)))
            continue;
        if (index-- == 0)
            return row->name;
    }
    return NULL;
}

static const char *join_name(int index)
{
    static const char *const names[] = {"and", "or"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

/* Behind the name of a quantity of layers. */
static const char *bracket_name(int index)
{
    static const char *const names[] = {"[any]", "[all]", "[out]"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

/* A whole number that stands here. */
static bool read_whole(struct reader *reader, const char *what, double most, double *number)
{
    const struct condition_token *token = &reader->token;
    if (token->kind != TOKEN_NUMBER)
        return refuse(reader, what);
    bool whole = token->word[strspn(token->word, "0123456789")] == '\0';
    *number = whole ? strtod(token->word, NULL) : 0;
    if (!whole)
        return refuse_at(reader, token->column, "'%s' is not a whole number of 0 or more",
            SHOWN(token->word));
    if (*number > most)
        return refuse_at(
            reader, token->column, "%s is too large: up to %.0f", SHOWN(token->word), most);
    next(reader);
    return true;
}

static bool check_layer(
    struct reader *reader, const struct quantity *quantity, int layer, int column)
{
    int output = reader->depth + 1;
    if (layer < 1 || (reader->depth > 0 && layer > output)) {
        if (reader->depth == 1)
            return refuse_at(
                reader, column, "there is no layer %d: 1 is hidden, 2 is the output", layer);
        if (reader->depth > 0)
            return refuse_at(reader, column,
                "there is no layer %d: 1 to %d are hidden, %d is the output", layer,
                reader->depth, output);
        return refuse_at(reader, column, "there is no layer %d: they begin at 1", layer);
    }
    if (reader->depth > 0 && layer == output && quantity->of == OF_HIDDEN_LAYERS)
        return refuse_at(reader, column, "layer %d is the output: %s is of hidden layers, %s%d",
            layer, quantity->name, reader->depth > 1 ? "1 to " : "here of layer ",
            reader->depth);
    return true;
}

/* The layer in brackets; "[" stands here. */
static bool read_layer(
    struct reader *reader, const struct quantity *quantity, struct condition_part *part)
{
    double number;
    next(reader);
    int column = reader->token.column;
    int index = names_find(condition_layer_name, reader->token.word);
    reader->names = condition_layer_name;
    if (reader->token.kind == TOKEN_WORD && index < 0)
        return refuse_name(reader, condition_layer_name, "layer");
    if (reader->token.kind == TOKEN_WORD) {
        part->place = (enum condition_place)(AT_ANY_LAYER + index);
        if (part->place == AT_OUTPUT && quantity->of == OF_HIDDEN_LAYERS)
            return refuse_at(reader, column,
                "%s is of hidden layers, the output has none: a number, any or all",
                quantity->name);
        next(reader);
    } else {
        if (!read_whole(reader, "a layer (a number, any, all, out)", LAYERS_MOST, &number) ||
            !check_layer(reader, quantity, (int)number, column))
            return false;
        part->place = AT_LAYER;
        part->layer = (int)number;
    }
    reader->names = NULL;
    if (reader->token.kind != TOKEN_LAYER_END)
        return refuse(reader, "']' behind the layer");
    next(reader);
    return true;
}

/* The number that is compared with. */
static bool read_value(struct reader *reader, double *value)
{
    const struct condition_token *token = &reader->token;
    char *end;
    reader->names = NULL;
    if (token->kind != TOKEN_NUMBER)
        return refuse(reader, "a number");
    errno = 0;
    *value = strtod(token->word, &end);
    if (*end || token->word[strspn(token->word, "0123456789.eE+-")] || end == token->word)
        return refuse_at(reader, token->column, "'%s' is not a number", SHOWN(token->word));
    if (errno == ERANGE && (isinf(*value) || fabs(*value) <= 0))
        return refuse_at(reader, token->column,
            "%s is out of the range of a double, 5e-324 to 1.8e308", SHOWN(token->word));
    next(reader);
    return true;
}

/* QUANTITY OP VALUE, its name being here. */
static bool read_comparison(struct reader *reader, struct condition_token name)
{
    const struct quantity *of_step = quantity_called(name.word, false),
                          *of_layers = quantity_called(name.word, true);
    struct condition_part part = {.kind = CONDITION_COMPARES};
    bool layered = reader->token.kind == TOKEN_LAYER;
    if (of_layers == &quantities[QUANTITY_UPDATE_RATIO])
        return refuse_at(reader, name.column,
            "update_ratio is known once the step is left: last_update_ratio is of the update "
            "that led to it");
    const struct quantity *quantity = layered ? of_layers : of_step;
    reader->names = of_step ? condition_sign_name : bracket_name;
    if (!quantity && layered)
        return refuse_at(reader, reader->token.column,
            "%s is of the step, not of a layer: no '['", of_step->name);
    if (!quantity && reader->token.kind == TOKEN_END)
        return refuse(reader, "the layer, as [3], [any], [all],");
    if (!quantity)
        return refuse_at(reader, name.column, "%s is of a layer: %s[3], %s[any], %s[all]%s%s%s",
            of_layers->name, of_layers->name, of_layers->name, of_layers->name,
            of_layers->of == OF_ALL_LAYERS ? ", " : "",
            of_layers->of == OF_ALL_LAYERS ? of_layers->name : "",
            of_layers->of == OF_ALL_LAYERS ? "[out]" : "");
    part.quantity = (enum quantity_id)(quantity - quantities);
    if (layered && !read_layer(reader, quantity, &part))
        return false;
    reader->names = condition_sign_name;
    if (reader->token.kind != TOKEN_SIGN)
        return refuse(reader, "one of < <= > >= ==");
    part.comparison = (enum comparison)names_find(condition_sign_name, reader->token.word);
    next(reader);
    return read_value(reader, &part.value) && add(reader, &part);
}

static bool read_event(struct reader *reader)
{
    int index = names_find(alert_name, reader->token.word);
    reader->names = alert_name;
    if (reader->token.kind != TOKEN_WORD)
        return refuse(reader, "the name of an event");
    if (index < 0)
        return refuse_name(reader, alert_name, "event");
    next(reader);
    return add(reader,
        &(struct condition_part){.kind = CONDITION_EVENT, .event = (enum alert_kind)index});
}

/* What a step's number is exact up to. */
#define STEP_MOST 1e15

static bool read_any_of(struct reader *reader);

static bool read_in_brackets(struct reader *reader)
{
    int column = reader->token.column;
    next(reader);
    if (!read_any_of(reader))
        return false;
    if (reader->token.kind != TOKEN_CLOSE && reader->token.kind != TOKEN_END)
        return refuse(reader, "'and', 'or' or ')'");
    if (reader->token.kind != TOKEN_CLOSE)
        return refuse_at(reader, reader->token.column, "'(' in column %d has no ')'", column);
    next(reader);
    return true;
}

/* What joins no others, or brackets. */
static bool read_part(struct reader *reader)
{
    struct condition_part part = {.kind = CONDITION_STEP};
    struct condition_token name = reader->token;
    reader->names = condition_first_name;
    if (name.kind == TOKEN_OPEN)
        return read_in_brackets(reader);
    if (name.kind != TOKEN_WORD)
        return refuse(reader, "a quantity, event or step");
    if (is_word(reader, "event")) {
        next(reader);
        return read_event(reader);
    }
    if (!quantity_called(name.word, false) && !quantity_called(name.word, true))
        return refuse_name(reader, condition_first_name, "quantity");
    next(reader);
    if (!name_equal(name.word, "step") || reader->token.kind == TOKEN_SIGN ||
        reader->token.kind == TOKEN_LAYER)
        return read_comparison(reader, name);
    reader->names = NULL;
    return read_whole(reader, "the step's number", STEP_MOST, &part.value) &&
        add(reader, &part);
}

/* not CONDITION, however often. */
static bool read_negated(struct reader *reader)
{
    bool done;
    if (!is_word(reader, "not") && reader->token.kind != TOKEN_OPEN)
        return read_part(reader);
    if (reader->nested == CONDITION_DEPTH)
        return refuse_at(reader, reader->token.column,
            "brackets and nots are up to %d deep: this is more", CONDITION_DEPTH);
    reader->nested++;
    if (is_word(reader, "not")) {
        next(reader);
        done = read_negated(reader) &&
            add(reader, &(struct condition_part){.kind = CONDITION_NOT});
    } else {
        done = read_part(reader);
    }
    reader->nested--;
    return done;
}

/* CONDITION and CONDITION and … */
static bool read_all_of(struct reader *reader)
{
    bool done = read_negated(reader);
    while (done && is_word(reader, "and")) {
        next(reader);
        done = read_negated(reader) &&
            add(reader, &(struct condition_part){.kind = CONDITION_AND});
    }
    return done;
}

/* CONDITION or CONDITION or … */
static bool read_any_of(struct reader *reader)
{
    bool done = read_all_of(reader);
    while (done && is_word(reader, "or")) {
        next(reader);
        done =
            read_all_of(reader) && add(reader, &(struct condition_part){.kind = CONDITION_OR});
    }
    if (done)
        reader->names = join_name;
    return done;
}

static bool read_whole_text(struct reader *reader)
{
    next(reader);
    if (reader->token.kind == TOKEN_END) {
        reader->names = condition_first_name;
        return error_set(reader->error, "a condition is wanted, as loss < 0.1 or event %s",
            alert_name(ALERT_DEATH));
    }
    if (!read_any_of(reader))
        return false;
    if (reader->token.kind == TOKEN_CLOSE)
        return refuse_at(reader, reader->token.column, "')' has no '(' before it");
    return reader->token.kind == TOKEN_END || refuse(reader, "'and' or 'or'");
}

bool condition_parse(
    const char *text, int depth, struct condition *condition, struct error *error)
{
    struct reader reader = {.tokens = condition_tokens_of(text),
        .depth = depth,
        .condition = condition,
        .error = error};
    condition->count = 0;
    bool done = read_whole_text(&reader);
    if (!done)
        condition->count = 0;
    return done;
}

names_fn *condition_expected(const char *text)
{
    struct condition condition = {.count = 0};
    struct reader reader = {.tokens = condition_tokens_of(text), .condition = &condition};
    (void)read_whole_text(&reader);
    return reader.token.kind == TOKEN_END ? reader.names : NULL;
}
