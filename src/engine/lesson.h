/*
 * A lesson: what is said, asked, run and expected, in its order, read from a file
 * (io/lesson_file.h, nablascope-lesson(5)) and gone through by a player
 * (engine/lesson_player.h).
 */
#ifndef NABLASCOPE_ENGINE_LESSON_H
#define NABLASCOPE_ENGINE_LESSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gradient_check.h"
#include "engine/command.h"
#include "engine/lesson_value.h"

enum {
    LESSON_FORMAT = 1,
    LESSON_ITEMS_MOST = 500,
    LESSON_QUESTIONS_MOST = 16,
    LESSON_CHOICES_MOST = 4,
    LESSON_TEXT_MOST = 1000, /* bytes of a text */
    LESSON_PLACE = 24,
    LESSON_UNSHOWN = 500,       /* lines that are listed */
    LESSON_STEPS_MOST = 100000, /* of one item */
    LESSON_WITHIN = 10000       /* steps that something may take to come, if nothing is said */
};

enum lesson_kind {
    LESSON_SECTION,  /* a heading: `text` */
    LESSON_SAY,      /* a paragraph: `text` */
    LESSON_LOOK,     /* what to watch: `text`, at `look` */
    LESSON_ASK,      /* `question`: the first vote */
    LESSON_AGAIN,    /* the second; `text`, or NULL */
    LESSON_REVEAL,   /* of `question`: what is said to whoever chose which */
    LESSON_TRANSFER, /* the transfer question follows */
    LESSON_COMMAND,  /* of the laboratory: `command`, `text` as it was written */
    LESSON_RUN,      /* `steps` */
    LESSON_UNTIL,    /* `condition` (`text`), at most `steps` */
    LESSON_WAIT,  /* for a key where there is no condition, else as UNTIL, but the student runs
                   */
    LESSON_CHECK, /* a gradient check: `check` */
    LESSON_LET,   /* a number gets a name: `let` */
    LESSON_EXPECT /* `expect`, `text` as it was written */
};

/* Where an arrow goes. */
struct lesson_look {
    char place[LESSON_PLACE]; /* as the screen knows them (ui/screen/lesson_arrow.h) */
    int layer, unit;          /* of "layer" and "unit"; else 0 */
    int line, column;         /* where it stands in the file, 1-based */
};

/* A gradient check at the step at hand. */
struct lesson_check {
    double epsilon;
    enum check_scheme scheme;
    enum plant plant;
    int64_t elements; /* compared in each layer; 0: as many as are affordable */
};

struct lesson_item {
    enum lesson_kind kind;
    int line;     /* where it begins, 1-based */
    int question; /* index, of ASK, AGAIN, REVEAL and of an answer's EXPECT; else -1 */
    char *text;   /* owned; NULL: none */
    uint64_t steps;
    struct condition condition; /* count 0: none */
    union {
        struct command command;
        struct lesson_look look;
        struct lesson_check check;
        struct lesson_let let;
        struct lesson_expect expect;
    } of;
};

/* Whether something is measured for it. */
static inline bool lesson_item_measures(const struct lesson_item *item)
{
    return item->kind == LESSON_LET || item->kind == LESSON_EXPECT;
}

struct lesson_choice {
    int line;
    char *text;   /* owned */
    char *reveal; /* owned; what is said to whoever chose it */
};

struct lesson_question {
    int line;
    char *text; /* owned */
    struct lesson_choice choices[LESSON_CHOICES_MOST];
    int count;
    int right;     /* index of the right choice */
    bool transfer; /* behind `transfer` */
    bool again;    /* there is a second vote */
};

/* A line with a character that the screen shows as '?', the first such in it. */
struct lesson_unshown {
    int line, column; /* 1-based */
    uint32_t glyph;
};

/* Zeroed: nothing. */
struct lesson {
    char *title, *about;       /* owned */
    uint64_t digest;           /* of its text (core/digest.h), a line end behind every line */
    int minutes;               /* that it takes; 0: not said */
    struct lesson_item *items; /* owned */
    int count, reserved;
    struct lesson_question questions[LESSON_QUESTIONS_MOST];
    int question_count;
    struct lesson_names names; /* that numbers are given */
    struct lesson_unshown unshown[LESSON_UNSHOWN];
    int unshown_count; /* there may be more than are listed */
};

/* Another item at the end, zeroed but for its kind, line and question -1. NULL: no memory. */
struct lesson_item *lesson_add(struct lesson *lesson, enum lesson_kind kind, int line);
void lesson_clear(struct lesson *lesson);
/* Notes a line of its file in `unshown`, if it belongs there. */
void lesson_look_through(struct lesson *lesson, int line, const char *text);

/* names_fn of the words that begin a line; those of the laboratory's commands are others. */
const char *lesson_word_name(int index);
/* NULL, or why a command of the laboratory has no place in a lesson, with the remedy. */
const char *lesson_unfit(const struct command *command);

/* Seeds that the expects name, from the smallest on: those above `seed`, the next; 0: none. */
uint64_t lesson_next_seed(const struct lesson *lesson, uint64_t seed);
/* Whether it is one of them. */
bool lesson_verifies(const struct lesson *lesson, uint64_t seed);
/* "1..3, 7": as many of them as there is room for; "" without an expect. */
void lesson_seeds(const struct lesson *lesson, char *text, size_t size);
/* How many expects there are. */
int lesson_expects(const struct lesson *lesson);

#endif
