#include "core/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/aliases.h"
#include "core/text.h"

static char folded(char c)
{
    return c == '-' ? '_' : c;
}

bool name_begins(const char *name, const char *prefix)
{
    while (*prefix && folded(*name) == folded(*prefix)) {
        name++;
        prefix++;
    }
    return !*prefix;
}

bool name_equal(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && name_begins(a, b);
}

int names_find(names_fn *names, const char *name)
{
    for (int i = 0; names(i); i++) {
        if (name_equal(names(i), name))
            return i;
    }
    return -1;
}

enum { LONGEST = 31 };

/* As `folded`, and small letters for capitals. */
static char levelled(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : folded(c);
}

int names_same(names_fn *names, const char *word)
{
    for (int i = 0; names(i); i++) {
        const char *name = names(i), *at = word;
        while (*name && levelled(*name) == levelled(*at)) {
            name++;
            at++;
        }
        if (!*name && !*at)
            return i;
    }
    return -1;
}

/* `b` has at most LONGEST characters. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[LONGEST + 2];
    size_t columns = strlen(b);
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t best = diagonal + (levelled(a[i - 1]) != levelled(b[j - 1]));
            diagonal = row[j];
            best = diagonal + 1 < best ? diagonal + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    return row[columns];
}

/* 0 for the same word in other letters, 1 for its beginning. */
static size_t distance(const char *word, const char *name)
{
    size_t edits = strlen(name) <= LONGEST ? edit_distance(word, name) : SIZE_MAX;
    size_t length = strlen(word), same = 0;
    while (same < length && levelled(word[same]) == levelled(name[same]))
        same++;
    return same == length && edits > 1 ? 1 : edits;
}

const char *names_nearest(names_fn *names, const char *word)
{
    /* A slip of the pen in a short name would make it another short name. */
    enum { SHORT = 5 };
    if (!*word || strlen(word) > LONGEST)
        return NULL;
    const char *nearest = NULL;
    /* More than a third of the letters wrong is another word. */
    size_t least = strlen(word) / 3 + 2;
    for (int i = 0; names(i); i++) {
        size_t far = distance(word, names(i));
        if (far < least) {
            least = far;
            nearest = names(i);
        }
    }
    for (int i = 0; i < alias_count; i++) {
        const struct alias *alias = &alias_table[i];
        size_t far = edit_distance(word, alias->other);
        bool near = far < least && (far == 0 || strlen(alias->other) > SHORT);
        int ours = near ? names_find(names, alias->ours) : -1;
        if (ours >= 0) {
            least = far;
            nearest = names(ours);
        }
    }
    return nearest;
}

bool names_refuse(names_fn *names, const char *what, const char *word, struct error *error)
{
    const char *nearest = names_nearest(names, word);
    if (nearest)
        return error_set(
            error, "unknown %s '%s': did you mean '%s'?", what, SHOWN(word), nearest);
    char all[170];
    names_join(names, all, sizeof all);
    return error_set(error, "unknown %s '%s': one of %s", what, SHOWN(word), all);
}

int names_beside(names_fn *names, int now, int by)
{
    int count = 0;
    while (names(count))
        count++;
    return (now + by + count) % count;
}

int names_choose(
    names_fn *names, const char *what, const char *word, int now, struct error *error)
{
    int index = names_find(names, word);
    if (!*word || (index < 0 && name_equal(word, "next")))
        return names_beside(names, now, 1);
    if (index < 0 && name_equal(word, "previous"))
        return names_beside(names, now, -1);
    if (index < 0)
        (void)names_refuse(names, what, word, error);
    return index;
}

const char *switch_name(int index)
{
    static const char *const names[] = {"off", "on"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

void names_join(names_fn *names, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; names(i); i++) {
        int written = snprintf(text + used, size - used, "%s%s", i > 0 ? " " : "", names(i));
        if (written < 0 || used + (size_t)written >= size) {
            if (size > 4)
                memcpy(text + size - 4, "…", sizeof "…");
            return;
        }
        used += (size_t)written;
    }
}
