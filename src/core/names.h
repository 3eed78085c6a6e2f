/*
 * Names that users type: comparison and the nearest right one.
 */
#ifndef NABLASCOPE_CORE_NAMES_H
#define NABLASCOPE_CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/* Gives the name at `index`, NULL past the last one. */
typedef const char *names_fn(int index);

/* Equal, '-' and '_' being the same. */
bool name_equal(const char *a, const char *b);
/* True when `name` begins with `prefix`, '-' and '_' being the same. */
bool name_begins(const char *name, const char *prefix);

/* Index of `name`, or -1. */
int names_find(names_fn *names, const char *name);
/* The same without regard to capitals: for suggestions. */
int names_same(names_fn *names, const char *word);

/*
 * The name that others call so (core/aliases.h), or the one that takes the fewest edits
 * (Levenshtein 1966), capitals being no edit; NULL when none is near.
 */
const char *names_nearest(names_fn *names, const char *word);

/* Says in *error that no `what` is called so, with the nearest name or all there are; false. */
bool names_refuse(names_fn *names, const char *what, const char *word, struct error *error);

/* The one `by` places after `now`, round in a circle; `by` is -1 or 1. */
int names_beside(names_fn *names, int now, int by);

/*
 * The one that `word` names; without a word or with "next" the one after `now`, with "previous"
 * the one before, round in a circle. -1 with *error, as names_refuse, when there is none.
 */
int names_choose(
    names_fn *names, const char *what, const char *word, int now, struct error *error);

/* names_fn of a switch: off, on. */
const char *switch_name(int index);

/* "a b c" of all names, cut with "…" where `size` ends. */
void names_join(names_fn *names, char *text, size_t size);

#endif
