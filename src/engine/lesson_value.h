/*
 * Numbers in lessons: what a quantity is at the step at hand, what it was when it got a name,
 * and what is expected of them.
 *
 *     VALUE   NUMBER | WHAT | NUMBER * WHAT
 *     WHAT    QUANTITY | QUANTITY[LAYER] | QUANTITY[out] | ghost.QUANTITY… | NAME
 *             check_error | check_error[LAYER] | check_kinks | check_verdict
 *     LET     NAME VALUE | NAME VALUE + VALUE, likewise - * / ^
 *     EXPECT  VALUE OP VALUE [within REL] [seeds A..B] | VALUE undefined [seeds A..B]
 *             CONDITION [seeds A..B]
 *
 * OP is one of < <= > >= ==; with `within`, of == alone, |left - right| <= REL |right|.
 * Quantities are those of core/quantity.h, as in conditions (engine/condition.h).
 */
#ifndef NABLASCOPE_ENGINE_LESSON_VALUE_H
#define NABLASCOPE_ENGINE_LESSON_VALUE_H

#include "engine/condition.h"

enum {
    LESSON_NAMES_MOST = 100,
    LESSON_NAME = 32,
    LESSON_SEEDS_MOST = 20, /* of one expect */
    LESSON_WORDS = 240      /* room for what is said of an expect */
};
#define LESSON_SEED_MOST UINT64_C(1000000)

/* Names in the order in which they come; one that is given again keeps its place. */
struct lesson_names {
    int count;
    char list[LESSON_NAMES_MOST][LESSON_NAME];
};
int lesson_names_find(const struct lesson_names *names, const char *name);

/* What a gradient check has found. */
struct lesson_checked {
    bool known;
    int layers;
    double errors[LAYERS_MOST]; /* rel_error of each; NaN: undefined */
    double kinks;               /* elements with one between, of all layers */
    double failed;              /* layers that do not pass */
};

/* The numbers that are known beside those of the step. Zeroed: none. */
struct lesson_numbers {
    const struct observation
        *ghost; /* of the same step, evaluated; borrowed; NULL: there is none */
    struct reading names[LESSON_NAMES_MOST];
    bool named[LESSON_NAMES_MOST]; /* it has been given one */
    struct lesson_checked checked;
};

enum lesson_source { VALUE_NUMBER, VALUE_NAME, VALUE_QUANTITY, VALUE_CHECK };
enum lesson_check_number { CHECK_ERROR, CHECK_KINKS, CHECK_VERDICT };

struct lesson_value {
    enum lesson_source source;
    double factor; /* of NUMBER the number */
    int index;     /* of a name, enum quantity_id or enum lesson_check_number */
    int layer;     /* 1-based; 0: of the step, of all; -1: the output */
    bool of_ghost; /* of a quantity: of the run beside, instead of the run's */
};

struct lesson_let {
    int name;  /* index */
    char sign; /* + - * / ^, 0: `left` alone */
    struct lesson_value left, right;
};

enum lesson_expectation { EXPECT_COMPARES, EXPECT_UNDEFINED, EXPECT_HOLDS };

struct lesson_expect {
    enum lesson_expectation kind;
    int answer; /* number of the choice that is right exactly where it holds; 0: none */
    struct lesson_value left, right;
    enum comparison comparison;
    double within;              /* 0: exactly */
    struct condition condition; /* of EXPECT_HOLDS */
    uint64_t first_seed, last_seed;
};

/*
 * Each reads the whole of a text. False with *error, and *at where the mistake is in the text.
 * `names` are those that are known so far; lesson_let_parse adds one.
 */
bool lesson_let_parse(const char *text, struct lesson_names *names, struct lesson_let *let,
    const char **at, struct error *error);
bool lesson_expect_parse(const char *text, const struct lesson_names *names,
    struct lesson_expect *expect, const char **at, struct error *error);
/* A condition with or without `within N` at its end, N 1..LESSON_STEPS_MOST into *steps. */
bool lesson_until_parse(const char *text, struct condition *condition, uint64_t *steps,
    const char **at, struct error *error);
/* That numbers in braces are known: {loss}, {gain[3]}, {NAME}, {2*NAME}; "{{" is a brace. */
bool lesson_text_parse(
    const char *text, const struct lesson_names *names, const char **at, struct error *error);

/* The number at an evaluated step; `seen` NULL: nothing is known of one. */
struct reading lesson_value_read(const struct lesson_value *value,
    const struct observation *seen, const struct lesson_numbers *numbers);
struct reading lesson_let_read(const struct lesson_let *let, const struct observation *seen,
    const struct lesson_numbers *numbers);
/* Whether it is so; `alerts` as of condition_holds. UNTOLD where a number is none. */
enum truth lesson_expect_holds(const struct lesson_expect *expect,
    const struct observation *seen, const struct alerts *alerts,
    const struct lesson_numbers *numbers);
/* The numbers that it is judged by: "0.87 and 0.1 × 5", "loss = 0.3, not < 0.1". */
void lesson_expect_measured(const struct lesson_expect *expect, const struct observation *seen,
    const struct alerts *alerts, const struct lesson_numbers *numbers, char *text, size_t size);
/* What is said, with its numbers in it, each of 3 significant digits. */
void lesson_text_fill(const char *text, const struct lesson_names *names,
    const struct observation *seen, const struct lesson_numbers *numbers, char *out,
    size_t size);
/* Whether every number in it is known, or undefined, there; if not *at is the first brace that
 * is not. */
bool lesson_text_known(const char *text, const struct lesson_names *names,
    const struct observation *seen, const struct lesson_numbers *numbers, const char **at);
/* Of 3 significant digits, or all where it is whole: "0.25", "1420", "3.1e-7", "undefined". */
void lesson_number_write(struct reading reading, char *text, size_t size);

/* The ghost is to be at the step, too. */
enum { LESSON_NEEDS_GHOST = 4 };
/* enum condition_needs and the above, or-ed, of what is read. */
unsigned lesson_value_needs(const struct lesson_value *value);
unsigned lesson_let_needs(const struct lesson_let *let);
unsigned lesson_expect_needs(const struct lesson_expect *expect);
unsigned lesson_text_needs(const char *text, const struct lesson_names *names);

#endif
