/* The grammar of numbers in lessons (engine/lesson_value.h). */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "engine/condition_internal.h"
#include "engine/lesson.h"
#include "engine/lesson_value_internal.h"

enum scan_kind { SCAN_END, SCAN_WORD, SCAN_NUMBER, SCAN_SIGN };

/* The text at hand, and the token that comes next. */
struct scan {
    const char *next;  /* behind the token */
    const char *start; /* of the token */
    enum scan_kind kind;
    char word[48]; /* where it is longer its beginning, and "..." */
    const struct lesson_names *names;
    const char **at;
    struct error *error;
};

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool in_number(char c)
{
    return isdigit((unsigned char)c) || c == '.';
}

/* A number, with the sign of its exponent, and a range of them. */
static size_t number_length(const char *text)
{
    size_t length = *text == '+' || *text == '-';
    while (in_number(text[length]) || isalpha((unsigned char)text[length]) ||
        (strchr("+-", text[length]) && text[length] && strchr("eE", text[length - 1])))
        length++;
    return length;
}

static bool begins_number(const char *text)
{
    return in_number(*text) || ((*text == '+' || *text == '-') && in_number(text[1]));
}

static void scan_next(struct scan *scan)
{
    const char *text = scan->next, *end;
    while (isspace((unsigned char)*text))
        text++;
    scan->start = end = text;
    scan->kind = SCAN_SIGN;
    if (!*text) {
        scan->kind = SCAN_END;
    } else if (isalpha((unsigned char)*text) || *text == '_') {
        scan->kind = SCAN_WORD;
        while (in_word(*end))
            end++;
    } else if (begins_number(text)) {
        scan->kind = SCAN_NUMBER;
        end += number_length(text);
    } else if (strchr("<>=", *text)) {
        end += strspn(text, "<>=");
    } else {
        (void)utf8_next(&end);
    }
    size_t length = (size_t)(end - text), most = sizeof scan->word - 1;
    memcpy(scan->word, text, length < most ? length : most);
    scan->word[length < most ? length : most] = '\0';
    if (length > most)
        memcpy(scan->word + most - 3, "...", 3);
    scan->next = end;
}

static struct scan scan_of(
    const char *text, const struct lesson_names *names, const char **at, struct error *error)
{
    struct scan scan = {.next = text, .names = names, .at = at, .error = error};
    scan_next(&scan);
    return scan;
}

__attribute__((format(printf, 3, 4))) static bool refuse_at(
    struct scan *scan, const char *place, const char *format, ...)
{
    char reason[220];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    *scan->at = place;
    return error_set(scan->error, "%s", reason);
}

static bool refuse(struct scan *scan, const char *wanted)
{
    if (scan->kind == SCAN_END)
        return refuse_at(scan, scan->start, "it ends where %s is wanted", wanted);
    return refuse_at(scan, scan->start, "%s is wanted, not '%s'", wanted, SHOWN(scan->word));
}

static bool is(const struct scan *scan, const char *word)
{
    return scan->kind != SCAN_END && strcmp(scan->word, word) == 0;
}

/* Takes this word off, if it stands here. */
static bool take(struct scan *scan, const char *word)
{
    bool here = is(scan, word);
    if (here)
        scan_next(scan);
    return here;
}

int lesson_names_find(const struct lesson_names *names, const char *name)
{
    for (int i = 0; i < names->count; i++) {
        if (strcmp(names->list[i], name) == 0)
            return i;
    }
    return -1;
}

static const char *check_number_name(int index)
{
    static const char *const names[] = {"check_error", "check_kinks", "check_verdict"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

static bool read_number(struct scan *scan, double *number)
{
    char *end;
    if (scan->kind != SCAN_NUMBER)
        return refuse(scan, "a number");
    *number = strtod(scan->word, &end);
    if (*end || scan->word[strspn(scan->word, "0123456789.eE+-")] || !isfinite(*number))
        return refuse_at(scan, scan->start, "'%s' is not a number", SHOWN(scan->word));
    scan_next(scan);
    return true;
}

/* [3] or [out], which stands here. */
static bool read_layer(struct scan *scan, const char *of, bool hidden, int *layer)
{
    scan_next(scan);
    if (is(scan, "any") || is(scan, "all"))
        return refuse_at(scan, scan->start,
            "a number is of one layer, as %s[3]: any and all are for conditions", of);
    if (is(scan, "out") && hidden)
        return refuse_at(scan, scan->start, "%s is of hidden layers: a number", of);
    *layer = -1;
    if (!is(scan, "out")) {
        bool whole = scan->kind == SCAN_NUMBER &&
            scan->word[strspn(scan->word, "0123456789")] == '\0' && strlen(scan->word) < 5;
        *layer = whole ? atoi(scan->word) : 0;
        if (*layer < 1 || *layer > LAYERS_MOST)
            return refuse_at(scan, scan->start, "'%s' is no layer: a number of 1 to %d, or out",
                SHOWN(scan->word), LAYERS_MOST);
    }
    scan_next(scan);
    return take(scan, "]") || refuse(scan, "']' behind the layer");
}

static int quantity_named(const char *name, bool of_layers)
{
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        if (quantity_of_layers(&quantities[i]) == of_layers &&
            name_equal(quantities[i].name, name))
            return i;
    }
    return -1;
}

static bool read_quantity(struct scan *scan, struct lesson_value *value)
{
    char name[sizeof scan->word];
    const char *place = scan->start;
    memcpy(name, scan->word, sizeof name);
    int of_step = quantity_named(name, false), of_layers = quantity_named(name, true);
    if (of_step < 0 && of_layers < 0) {
        struct error reason;
        (void)names_refuse(condition_first_name, "quantity", name, &reason);
        return refuse_at(scan, place, "no number has this name before: %s", reason.text);
    }
    scan_next(scan);
    bool layered = is(scan, "[");
    if (of_layers == QUANTITY_UPDATE_RATIO)
        return refuse_at(scan, place,
            "update_ratio is known once the step is left: last_update_ratio is of the update "
            "that led to it");
    if (layered && of_layers < 0)
        return refuse_at(scan, scan->start, "%s is of the step, not of a layer: no '['", name);
    if (!layered && of_step < 0)
        return refuse_at(scan, place, "%s is of a layer: %s[3]", name, name);
    value->source = VALUE_QUANTITY;
    value->index = layered ? of_layers : of_step;
    return !layered ||
        read_layer(scan, name, quantities[of_layers].of == OF_HIDDEN_LAYERS, &value->layer);
}

/* What a number is of, whose name stands here. */
static bool read_what(struct scan *scan, struct lesson_value *value)
{
    if (is(scan, "ghost") && *scan->next == '.') {
        scan->next++;
        scan_next(scan);
        value->of_ghost = true;
        return scan->kind == SCAN_WORD ? read_quantity(scan, value)
                                       : refuse(scan, "a quantity of the ghost");
    }
    int name = lesson_names_find(scan->names, scan->word);
    int number = names_find(check_number_name, scan->word);
    if (name >= 0) {
        value->source = VALUE_NAME;
        value->index = name;
        scan_next(scan);
        return !is(scan, "[") ||
            refuse_at(
                scan, scan->start, "a name has no layers: they are told where it is given");
    }
    if (number < 0)
        return read_quantity(scan, value);
    value->source = VALUE_CHECK;
    value->index = number;
    scan_next(scan);
    if (is(scan, "[") && number != CHECK_ERROR)
        return refuse_at(
            scan, scan->start, "%s is of all layers: no '['", check_number_name(number));
    return !is(scan, "[") || read_layer(scan, "check_error", false, &value->layer);
}

static bool read_value(struct scan *scan, struct lesson_value *value)
{
    *value = (struct lesson_value){.factor = 1};
    if (scan->kind == SCAN_WORD)
        return read_what(scan, value);
    if (scan->kind != SCAN_NUMBER)
        return refuse(scan, "a quantity, a name or a number");
    if (!read_number(scan, &value->factor))
        return false;
    struct scan ahead = *scan;
    if (!take(&ahead, "*") || ahead.kind != SCAN_WORD)
        return true;
    *scan = ahead;
    return read_what(scan, value);
}

/* Words that mean something else where a name could stand. */
static bool reserved(const char *word)
{
    static const char *const words[] = {"and", "or", "not", "any", "all", "out", "event",
        "within", "seeds", "undefined", "ghost"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (name_equal(words[i], word))
            return true;
    }
    return quantity_named(word, false) >= 0 || quantity_named(word, true) >= 0 ||
        names_find(check_number_name, word) >= 0;
}

static bool check_new_name(struct scan *scan)
{
    if (scan->kind != SCAN_WORD)
        return refuse(scan, "a name");
    if ((size_t)(scan->next - scan->start) >= LESSON_NAME)
        return refuse_at(scan, scan->start, "a name has up to %d letters, digits and _: '%s'",
            LESSON_NAME - 1, SHOWN(scan->word));
    if (reserved(scan->word))
        return refuse_at(
            scan, scan->start, "'%s' means something already: another name", SHOWN(scan->word));
    if (scan->names->count == LESSON_NAMES_MOST &&
        lesson_names_find(scan->names, scan->word) < 0)
        return refuse_at(
            scan, scan->start, "more than %d names: one can be given again", LESSON_NAMES_MOST);
    return true;
}

bool lesson_let_parse(const char *text, struct lesson_names *names, struct lesson_let *let,
    const char **at, struct error *error)
{
    struct scan scan = scan_of(text, names, at, error);
    char name[LESSON_NAME];
    *let = (struct lesson_let){.sign = 0};
    if (!check_new_name(&scan))
        return false;
    (void)snprintf(name, sizeof name, "%.*s", LESSON_NAME - 1, scan.word);
    scan_next(&scan);
    (void)take(&scan, "=");
    if (!read_value(&scan, &let->left))
        return false;
    if (scan.kind != SCAN_END) {
        bool sign = scan.kind == SCAN_SIGN && strchr("+-*/^", *scan.word) && !scan.word[1];
        if (!sign)
            return refuse(&scan, "one of + - * / ^ with blanks around, or the end,");
        let->sign = *scan.word;
        scan_next(&scan);
        const char *place = scan.start;
        if (!read_value(&scan, &let->right))
            return false;
        double power = let->right.factor;
        if (let->sign == '^' &&
            (let->right.source != VALUE_NUMBER || power < 0 || power > 1000 ||
                power > floor(power)))
            return refuse_at(&scan, place, "a power is a whole number of 0 to 1000");
    }
    if (scan.kind != SCAN_END)
        return refuse_at(&scan, scan.start,
            "'%s' is too much: one sign a line, further ones in further lets",
            SHOWN(scan.word));
    let->name = lesson_names_find(names, name);
    if (let->name < 0) {
        let->name = names->count++;
        memcpy(names->list[let->name], name, sizeof name);
    }
    return true;
}

/* Words that only conditions have. */
static bool is_condition(const char *text)
{
    struct error error;
    const char *at;
    static const struct lesson_names none = {.count = 0};
    struct scan scan = scan_of(text, &none, &at, &error);
    bool step = false;
    for (; scan.kind != SCAN_END; scan_next(&scan)) {
        if (is(&scan, "and") || is(&scan, "or") || is(&scan, "not") || is(&scan, "event") ||
            is(&scan, "any") || is(&scan, "all") || is(&scan, "("))
            return true;
        if (step && scan.kind == SCAN_NUMBER)
            return true;
        step = is(&scan, "step");
    }
    return false;
}

/* seeds A..B, or nothing; then the end. */
static bool read_seeds(struct scan *scan, struct lesson_expect *expect)
{
    expect->first_seed = 1;
    expect->last_seed = 3;
    if (take(scan, "seeds")) {
        unsigned long long first = 0, last = 0;
        int used = 0, whole = 0;
        size_t digits = strspn(scan->word, "0123456789");
        int found = sscanf(scan->word, "%8llu%n..%8llu%n", &first, &used, &last, &whole);
        bool right = scan->kind == SCAN_NUMBER && digits > 0 &&
            ((found == 1 && !scan->word[used]) ||
                (found == 2 && isdigit((unsigned char)scan->word[used + 2]) &&
                    !scan->word[whole]));
        last = found == 1 ? first : last;
        if (!right)
            return refuse(scan, "seeds as 1..5");
        if (first < 1 || last < first || last > LESSON_SEED_MOST)
            return refuse_at(scan, scan->start, "'%s': seeds go up, from 1 to at most %d",
                SHOWN(scan->word), (int)LESSON_SEED_MOST);
        if (last - first >= LESSON_SEEDS_MOST)
            return refuse_at(scan, scan->start, "'%s': up to %d seeds of one expect",
                SHOWN(scan->word), LESSON_SEEDS_MOST);
        expect->first_seed = first;
        expect->last_seed = last;
        scan_next(scan);
    }
    return scan->kind == SCAN_END ||
        refuse_at(scan, scan->start, "'%s' is too much", SHOWN(scan->word));
}

static bool read_within(struct scan *scan, struct lesson_expect *expect)
{
    const char *place = scan->start;
    if (!take(scan, "within"))
        return true;
    if (expect->comparison != COMPARE_EQUAL)
        return refuse_at(scan, place, "within goes with ==: the others need no tolerance");
    const char *number = scan->start;
    if (!read_number(scan, &expect->within))
        return false;
    return (expect->within > 0 && expect->within <= 10) ||
        refuse_at(scan, number, "within is relative, above 0 and up to 10: 0.05 is 5 %%");
}

/* A condition that ends at `end`, in an own place. */
static bool read_condition(
    struct scan *scan, const char *text, const char *end, struct condition *condition)
{
    char own[LESSON_TEXT_MOST + 1];
    struct error error;
    int column = 1, used = 0;
    size_t length = (size_t)(end - text);
    if (length > LESSON_TEXT_MOST)
        return refuse_at(scan, text, "longer than %d bytes", LESSON_TEXT_MOST);
    memcpy(own, text, length);
    own[length] = '\0';
    if (condition_parse(own, 0, condition, &error))
        return true;
    const char *place = text;
    if (sscanf(error.text, "condition, column %d: %n", &column, &used) == 1 && used > 0) {
        for (; column > 1 && place < end; column--)
            (void)utf8_next(&place);
    }
    return refuse_at(scan, place, "%s", error.text + used);
}

bool lesson_expect_parse(const char *text, const struct lesson_names *names,
    struct lesson_expect *expect, const char **at, struct error *error)
{
    struct scan scan = scan_of(text, names, at, error);
    *expect = (struct lesson_expect){.kind = EXPECT_COMPARES};
    if (is_condition(text)) {
        expect->kind = EXPECT_HOLDS;
        while (scan.kind != SCAN_END && !is(&scan, "seeds"))
            scan_next(&scan);
        return read_condition(&scan, text, scan.start, &expect->condition) &&
            read_seeds(&scan, expect);
    }
    if (!read_value(&scan, &expect->left))
        return false;
    if (take(&scan, "undefined")) {
        expect->kind = EXPECT_UNDEFINED;
        return read_seeds(&scan, expect);
    }
    int sign = names_find(condition_sign_name, scan.word);
    if (scan.kind != SCAN_SIGN || sign < 0)
        return refuse(&scan, "one of < <= > >= ==, or undefined,");
    expect->comparison = (enum comparison)sign;
    scan_next(&scan);
    return read_value(&scan, &expect->right) && read_within(&scan, expect) &&
        read_seeds(&scan, expect);
}

bool lesson_until_parse(const char *text, struct condition *condition, uint64_t *steps,
    const char **at, struct error *error)
{
    static const struct lesson_names none = {.count = 0};
    struct scan scan = scan_of(text, &none, at, error);
    while (scan.kind != SCAN_END && !is(&scan, "within"))
        scan_next(&scan);
    if (!read_condition(&scan, text, scan.start, condition))
        return false;
    *steps = LESSON_WITHIN;
    if (!take(&scan, "within"))
        return true;
    bool whole = scan.kind == SCAN_NUMBER && strlen(scan.word) < 10 &&
        scan.word[strspn(scan.word, "0123456789")] == '\0';
    *steps = whole ? strtoull(scan.word, NULL, 10) : 0;
    if (*steps < 1 || *steps > LESSON_STEPS_MOST)
        return refuse_at(&scan, scan.start, "within how many steps? 1 to %d, not '%s'",
            LESSON_STEPS_MOST, SHOWN(scan.word));
    scan_next(&scan);
    return scan.kind == SCAN_END ||
        refuse_at(&scan, scan.start, "'%s' is too much", SHOWN(scan.word));
}

bool lesson_brace_parse(const char **text, const struct lesson_names *names,
    struct lesson_value *value, const char **at, struct error *error)
{
    struct scan scan = scan_of(*text + 1, names, at, error);
    if (!read_value(&scan, value))
        return false;
    if (!is(&scan, "}"))
        return refuse(&scan, "'}' behind the number");
    *text = scan.next;
    return true;
}

bool lesson_text_parse(
    const char *text, const struct lesson_names *names, const char **at, struct error *error)
{
    struct lesson_value value;
    while ((text = strchr(text, '{')) != NULL) {
        if (text[1] == '{')
            text += 2;
        else if (!lesson_brace_parse(&text, names, &value, at, error))
            return false;
    }
    return true;
}
