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

/* Of letters wrong, missing or too many, and of neighbours that have changed places (optimal
 * string alignment). `b` has at most LONGEST characters. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1];
    size_t columns = strlen(b), i = 0;
    for (size_t j = 0; j <= columns; j++)
        rows[0][j] = j;
    for (i = 1; a[i - 1]; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            char x = levelled(a[i - 1]), y = levelled(b[j - 1]);
            size_t best = above[j - 1] + (x != y);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool changed = i > 1 && j > 1 && x == levelled(b[j - 2]) && y == levelled(a[i - 2]);
            row[j] = changed && before[j - 2] + 1 < best ? before[j - 2] + 1 : best;
        }
    }
    return rows[(i - 1) % 3][columns];
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

/* One letter more than a third of the shorter one's; of three letters two make any other word,
 * of one letter one. */
static size_t most_edits(const char *word, const char *name)
{
    size_t a = strlen(word), b = strlen(name), shorter = a < b ? a : b;
    if (a == 1 && b == 1)
        return 0;
    return shorter < 4 ? 1 : shorter / 3 + 1;
}

const char *names_nearest(names_fn *names, const char *word)
{
    /* A slip of the pen in a short name would make it another short name. */
    enum { SHORT = 5 };
    if (!*word || strlen(word) > LONGEST)
        return NULL;
    const char *nearest = NULL;
    size_t least = strlen(word) + 1;
    for (int i = 0; names(i); i++) {
        size_t far = distance(word, names(i));
        if (far < least && far <= most_edits(word, names(i))) {
            least = far;
            nearest = names(i);
        }
    }
    for (int i = 0; i < alias_count; i++) {
        const struct alias *alias = &alias_table[i];
        size_t far = edit_distance(word, alias->other);
        bool near = far < least && far <= most_edits(word, alias->other) &&
            (far == 0 || strlen(alias->other) > SHORT);
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
