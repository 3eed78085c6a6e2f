/* Different cells of a column. */
#include <stdlib.h>
#include <string.h>

#include "io/csv_choice.h"

static int compare(const struct csv_table *table, double a, double b)
{
    int64_t word_a = csv_word(a), word_b = csv_word(b);
    if (word_a == CSV_NUMBER && word_b == CSV_NUMBER)
        return (a > b) - (a < b);
    if (word_a < 0 || word_b < 0)
        return (word_a > word_b) - (word_a < word_b);
    return word_a == word_b ? 0 : strcmp(csv_text(table, word_a), csv_text(table, word_b));
}

bool csv_distinct_begin(struct csv_distinct *set, int most)
{
    *set = (struct csv_distinct){malloc(((size_t)most + 1) * sizeof *set->cells), 0, most};
    return set->cells != NULL;
}

void csv_distinct_clear(struct csv_distinct *set)
{
    free(set->cells);
    set->cells = NULL;
}

/* Where it is, or would be. */
static int place_of(
    const struct csv_distinct *set, const struct csv_table *table, double cell, bool *there)
{
    int low = 0, high = set->count;
    *there = false;
    while (low < high) {
        int middle = low + (high - low) / 2, order = compare(table, cell, set->cells[middle]);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool csv_distinct_add(struct csv_distinct *set, const struct csv_table *table, double cell)
{
    bool there;
    int place = place_of(set, table, cell, &there);
    if (there)
        return true;
    if (set->count > set->most)
        return false;
    memmove(set->cells + place + 1, set->cells + place,
        (size_t)(set->count - place) * sizeof *set->cells);
    set->cells[place] = cell;
    return ++set->count <= set->most;
}

int csv_distinct_find(
    const struct csv_distinct *set, const struct csv_table *table, double cell)
{
    bool there;
    int place = place_of(set, table, cell, &there);
    return there ? place : -1;
}
