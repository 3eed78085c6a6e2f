#include "core/names.h"

#include <stdio.h>
#include <string.h>

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
            size_t best = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            diagonal = row[j];
            best = diagonal + 1 < best ? diagonal + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    return row[columns];
}

const char *names_nearest(names_fn *names, const char *word)
{
    if (!*word || strlen(word) > LONGEST)
        return NULL;
    const char *nearest = NULL;
    /* More than a third of the letters wrong is another word. */
    size_t least = strlen(word) / 3 + 2;
    for (int i = 0; names(i); i++) {
        size_t distance = name_begins(names(i), word) ? 1 : edit_distance(word, names(i));
        if (distance < least && strlen(names(i)) <= LONGEST) {
            least = distance;
            nearest = names(i);
        }
    }
    return nearest;
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
