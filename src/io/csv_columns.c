/* Columns of a table by name and number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/csv_table.h"

struct csv_column_text csv_column_text(const struct csv_table *table, int column)
{
    struct csv_column_text said;
    if (table->names && *table->names[column])
        (void)snprintf(said.text, sizeof said.text, "column %d '%s'", column + 1,
            SHOWN(table->names[column]));
    else
        (void)snprintf(said.text, sizeof said.text, "column %d", column + 1);
    return said;
}

int csv_columns_named(const struct csv_table *table, const char *name)
{
    int count = 0;
    for (int j = 0; j < table->columns && table->names; j++)
        count += strcmp(table->names[j], name) == 0;
    return count;
}

struct csv_column_key csv_column_key(const struct csv_table *table, int column)
{
    struct csv_column_key key;
    (void)snprintf(key.text, sizeof key.text, "%d", column + 1);
    if (csv_columns_named(table, key.text) == 0 || !*table->names[column])
        return key;
    /* Columns with one name, or with one that is a list, have no better one than that number.
     */
    const char *name = table->names[column];
    if (*name && !strchr(name, ',') && strlen(name) < sizeof key.text &&
        csv_columns_named(table, name) == 1)
        (void)snprintf(key.text, sizeof key.text, "%s", name);
    return key;
}

/* "there are a, b, c, …", as far as there is room. */
static void list_columns(const struct csv_table *table, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int j = 0; j < table->columns && table->names; j++) {
        size_t length = strlen(table->names[j]) + 2;
        if (used + length + sizeof "…" > size) {
            (void)snprintf(text + used, size - used, ", …");
            return;
        }
        (void)snprintf(text + used, size - used, "%s%s", j > 0 ? ", " : "", table->names[j]);
        used = strlen(text);
    }
}

/* Of a column, from 1 on; 0: it is none. */
static int number_of(const struct csv_table *table, const char *text)
{
    size_t length = strlen(text);
    bool digits = length > 0 && length < 7 && strspn(text, "0123456789") == length;
    int number = digits ? atoi(text) : 0;
    return number <= table->columns ? number : 0;
}

int csv_column_find(
    const struct csv_table *table, const char *setting, const char *text, struct error *error)
{
    int found = -1, number = number_of(table, text);
    char all[80];
    if (number > 0 && table->names && !*table->names[number - 1])
        return number - 1;
    for (int j = 0; j < table->columns && table->names; j++) {
        if (strcmp(table->names[j], text) != 0)
            continue;
        if (found >= 0) {
            error_set(error, "%s: two columns are called '%s': %s=%s is the first",
                SHOWN_FILE(table->name), SHOWN(text), setting, CSV_KEY(table, found));
            return -1;
        }
        found = j;
    }
    if (found >= 0)
        return found;
    if (number > 0)
        return number - 1;
    list_columns(table, all, sizeof all);
    error_set(error, "%s: %s: no column '%s': 1 to %d%s%s", SHOWN_FILE(table->name), setting,
        SHOWN(text), table->columns, *all ? ", or " : "; the file has no header", all);
    return -1;
}

char *csv_column_name(const struct csv_table *table, int column)
{
    char name[HPARAM_NAME_SIZE];
    if (table->names && *table->names[column])
        text_clean(name, sizeof name, table->names[column]);
    else
        (void)snprintf(name, sizeof name, "%d", column + 1);
    return strdup(name);
}
