#include "io/csv_choice.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* Different whole numbers that are taken for classes where nobody has said so. */
enum { CLASSES_FOUND = 100 };
/* In fewer rows two columns may be each other's contrary for another reason. */
enum { PAIR_ROWS = 16 };
/* Bytes of the columns that are ignored, in a message. */
enum { IGNORE_SHOWN = 40 };

struct choosing {
    struct csv_choice *choice;
    const struct csv_table *table;
    struct error *error;
};

#define FILE_OF(c) SHOWN_FILE((c)->table->name)

static bool out_of_memory(const struct choosing *c)
{
    return error_set(c->error, "%s: out of memory", FILE_OF(c));
}

/* Calls `take` for each piece between commas, without the blanks around it. */
static bool each_piece(
    struct choosing *c, const char *text, bool (*take)(struct choosing *c, const char *piece))
{
    char piece[HPARAM_TEXT_SIZE];
    while (*text) {
        size_t length = strcspn(text, ","), begin = strspn(text, " ");
        size_t end = length;
        while (end > begin && text[end - 1] == ' ')
            end--;
        begin = begin < end ? begin : end;
        (void)snprintf(piece, sizeof piece, "%.*s", (int)(end - begin), text + begin);
        if (!take(c, piece))
            return false;
        text += length + (text[length] == ',');
    }
    return true;
}

static bool take_ignored(struct choosing *c, const char *piece)
{
    int column = csv_column_find(c->table, "ignore", piece, c->error);
    if (column >= 0)
        c->choice->roles[column] = CSV_IGNORED;
    return column >= 0;
}

struct csv_ignore csv_ignore(const struct csv_choice *choice, int column)
{
    struct csv_ignore list = {.text = ""};
    size_t used = 0;
    for (int j = 0; j < choice->table->columns; j++) {
        if (choice->roles[j] != CSV_IGNORED && j != column)
            continue;
        const struct csv_column_key key = csv_column_key(choice->table, j);
        if (used > 0 && used + strlen(key.text) >= IGNORE_SHOWN) {
            (void)snprintf(list.text, sizeof list.text, "…,%s", CSV_KEY(choice->table, column));
            return list;
        }
        used += (size_t)snprintf(
            list.text + used, sizeof list.text - used, "%s%s", used > 0 ? "," : "", key.text);
    }
    return list;
}

static bool take_label(struct choosing *c, int column)
{
    struct csv_choice *choice = c->choice;
    if (choice->roles[column] == CSV_IGNORED)
        return error_set(c->error, "%s: %s is ignored and is to be told", FILE_OF(c),
            CSV_COLUMN(c->table, column));
    if (choice->roles[column] == CSV_LABEL)
        return error_set(c->error, "%s: %s is given twice as the label", FILE_OF(c),
            CSV_COLUMN(c->table, column));
    choice->roles[column] = CSV_LABEL;
    choice->label[choice->label_count++] = column;
    return true;
}

static bool take_label_piece(struct choosing *c, const char *piece)
{
    int column = csv_column_find(c->table, "label", piece, c->error);
    return column >= 0 && take_label(c, column);
}

static double value_at(const struct csv_table *table, int row, int column)
{
    double cell = csv_at(table, row, column);
    return csv_word(cell) == CSV_NUMBER ? cell : -1;
}

static bool is_zero_or_one(double value)
{
    return value >= 0 && value <= 1 && !(value > 0 && value < 1);
}

/* The first column that is used and in which nothing is known; -1: none. */
static int missing_in(const struct csv_choice *choice, int row)
{
    for (int j = 0; j < choice->table->columns; j++) {
        if (choice->roles[j] != CSV_IGNORED &&
            csv_word(csv_at(choice->table, row, j)) == CSV_MISSING)
            return j;
    }
    return -1;
}

/*
 * So many inputs at the end of which in each row one is 1 and the others 0, at least two; 0:
 * there are none. In a row it may be as many as from the last 1 back to before the next. Rows
 * that will be left out say nothing.
 */
static int trailing_hot(const struct csv_choice *choice)
{
    const struct csv_table *table = choice->table;
    int least = 2, most = -1, rows = 0;
    for (int j = 0; j < table->columns; j++)
        most += choice->roles[j] == CSV_INPUT; /* one is to be left as an input */
    for (int i = 0; i < table->rows && least <= most; i++) {
        int ones = 0, k = 0;
        if (missing_in(choice, i) >= 0)
            continue;
        for (int j = table->columns - 1; j >= 0 && ones < 2 && k <= most; j--) {
            if (choice->roles[j] != CSV_INPUT)
                continue;
            double value = value_at(table, i, j);
            bool fits = is_zero_or_one(value);
            k++;
            ones += value > 0;
            if (!fits || ones == 2) {
                most = k - 1 < most ? k - 1 : most;
                break;
            }
            if (value > 0)
                least = k > least ? k : least;
        }
        if (ones == 0)
            return 0;
        rows++;
    }
    bool few = least == 2 && rows < PAIR_ROWS;
    return least <= most && !few ? least : 0;
}

/* Words, or few whole numbers, each of them more than once on the average. */
static bool may_be_class(struct choosing *c, int column, bool *is)
{
    const struct csv_table *table = c->table;
    struct csv_kind kind = table->kinds[column];
    struct csv_distinct different;
    bool few = true;
    *is = false;
    if ((kind.words > 0) == (kind.numbers > 0) || kind.part_row >= 0)
        return true;
    if (!csv_distinct_begin(&different, kind.words > 0 ? DATA_CLASSES_MOST : CLASSES_FOUND))
        return out_of_memory(c);
    for (int i = 0; i < table->rows && few; i++) {
        double cell = csv_at(table, i, column);
        few = csv_word(cell) == CSV_MISSING || csv_distinct_add(&different, table, cell);
    }
    *is = few && different.count >= 2 && 2 * different.count <= table->rows - kind.missing;
    csv_distinct_clear(&different);
    return true;
}

static int end_column(const struct csv_choice *choice, bool last)
{
    int columns = choice->table->columns;
    for (int k = 0; k < columns; k++) {
        int column = last ? columns - 1 - k : k;
        if (choice->roles[column] == CSV_INPUT)
            return column;
    }
    return -1;
}

static bool has_comma(const char *text)
{
    const char *at = text + (*text == '-' || *text == '+');
    size_t whole = strspn(at, "0123456789");
    size_t part = at[whole] == ',' ? strspn(at + whole + 1, "0123456789") : 0;
    return whole > 0 && part > 0 && !at[whole + 1 + part];
}

/* In the label itself. */
static bool refuse_label_word(const struct choosing *c, int column, const struct csv_kind *kind)
{
    const struct csv_table *table = c->table;
    const char *word = csv_text(table, csv_word(csv_at(table, kind->word_row, column)));
    int line = table->lines[kind->word_row];
    if (c->choice->label_count > 1)
        return error_set(c->error,
            "%s:%d: %s is one of %d columns of the label, which are 1 and 0, and has '%s'",
            FILE_OF(c), line, CSV_COLUMN(table, column), c->choice->label_count, SHOWN(word));
    return error_set(c->error,
        "%s:%d: %s has words (%d, '%s') and numbers (%d): classes are all words or all numbers",
        FILE_OF(c), line, CSV_COLUMN(table, column), kind->words, SHOWN(word), kind->numbers);
}

/* Written as a number, but beyond those that a double has. */
static bool is_too_large(const char *word)
{
    char *end;
    double value = strtod(word, &end);
    return !*end && isinf(value) && isdigit((unsigned char)word[strspn(word, "+-.")]);
}

static bool refuse_word(const struct choosing *c, int column, const struct csv_kind *kind)
{
    const struct csv_table *table = c->table;
    const char *word = csv_text(table, csv_word(csv_at(table, kind->word_row, column)));
    int line = table->lines[kind->word_row];
    if (has_comma(word))
        return error_set(c->error, "%s:%d: %s: '%s' has a comma: %s", FILE_OF(c), line,
            CSV_COLUMN(table, column), SHOWN(word),
            table->separator == ','
                ? "decimals need a point, and thousands nothing"
                : "numbers need a decimal point (sed 's/,/./g' puts points)");
    if (is_too_large(word))
        return error_set(c->error, "%s:%d: %s: '%s' is out of range: numbers go to 1.8e308",
            FILE_OF(c), line, CSV_COLUMN(table, column), SHOWN(word));
    if (c->choice->roles[column] == CSV_LABEL && !c->choice->regression)
        return refuse_label_word(c, column, kind);
    if (kind->numbers > kind->words)
        return error_set(c->error, "%s:%d: %s: '%s' is no number", FILE_OF(c), line,
            CSV_COLUMN(table, column), SHOWN(word));
    if (c->choice->regression && c->choice->label[0] == column)
        return error_set(c->error, "%s:%d: %s has words: --label=%s tells classes ('%s')",
            FILE_OF(c), line, CSV_COLUMN(table, column), CSV_KEY(table, column), SHOWN(word));
    char label[16 + HPARAM_NAME_SIZE] = "";
    if (!*c->choice->hparams->label && !c->choice->regression)
        (void)snprintf(label, sizeof label, ", --label=%s", CSV_KEY(table, column));
    return error_set(c->error, "%s:%d: %s has words: --ignore=%s%s or --one_hot=on ('%s')",
        FILE_OF(c), line, CSV_COLUMN(table, column), CSV_IGNORE(c->choice, column), label,
        SHOWN(word));
}

static bool refuse_empty(const struct choosing *c, int column)
{
    return error_set(c->error, "%s: %s is empty in all rows: --ignore=%s", FILE_OF(c),
        CSV_COLUMN(c->table, column), CSV_IGNORE(c->choice, column));
}

/* The last so many inputs are the label. */
static bool take_last(struct choosing *c, int count)
{
    int first = c->table->columns;
    while (count > 0)
        count -= c->choice->roles[--first] == CSV_INPUT;
    for (int j = first; j < c->table->columns; j++) {
        if (c->choice->roles[j] == CSV_INPUT && !take_label(c, j))
            return false;
    }
    return true;
}

/* Columns that are 0 and 1, else the last one, else the first one. */
static bool find_label(struct choosing *c)
{
    struct csv_choice *choice = c->choice;
    int last = end_column(choice, true), first = end_column(choice, false);
    bool is = false;
    if (last >= 0 && c->table->kinds[last].missing == c->table->rows)
        return refuse_empty(c, last);
    int hot = trailing_hot(choice);
    choice->found_hot = hot > 0;
    if (hot > 0)
        return take_last(c, hot);
    if (last == first && c->table->columns > 1)
        return error_set(c->error,
            "%s: ignore leaves %s of %d columns: an input and a label are needed", FILE_OF(c),
            last < 0 ? "none" : "one", c->table->columns);
    if (last == first)
        return error_set(c->error,
            "%s: one column alone is no data: ',', ';' or a tab stands between columns",
            FILE_OF(c));
    if (!may_be_class(c, last, &is))
        return false;
    if (is)
        return take_label(c, last);
    if (!may_be_class(c, first, &is))
        return false;
    if (is)
        return take_label(c, first);
    for (int j = 0; j < c->table->columns; j++) {
        const struct csv_kind *kind = &c->table->kinds[j];
        if (choice->roles[j] == CSV_INPUT && kind->words > 0 &&
            has_comma(csv_text(c->table, csv_word(csv_at(c->table, kind->word_row, j)))))
            return refuse_word(c, j, kind);
    }
    return error_set(c->error,
        "%s: neither the last column nor the first is a class: --label=COLUMN names it, "
        "--target=COLUMN a number to be told",
        FILE_OF(c));
}

static bool choose_columns(struct choosing *c)
{
    const struct hparams *hparams = c->choice->hparams;
    /* Nothing is not the name of a column without one. */
    bool whole = *hparams->ignore && csv_columns_named(c->table, hparams->ignore) > 0;
    if (whole ? !take_ignored(c, hparams->ignore)
              : !each_piece(c, hparams->ignore, take_ignored))
        return false;
    if (*hparams->target) {
        int column = csv_column_find(c->table, "target", hparams->target, c->error);
        c->choice->regression = true;
        return column >= 0 && take_label(c, column);
    }
    if (!*hparams->label)
        return find_label(c);
    if (csv_columns_named(c->table, hparams->label) > 0)
        return take_label_piece(c, hparams->label);
    return each_piece(c, hparams->label, take_label_piece);
}

/* Of whole numbers from 2^53 on different ones are the same double. */
static bool check_exact(const struct choosing *c, int column)
{
    for (int i = 0; i < c->table->rows; i++) {
        if (fabs(csv_at(c->table, i, column)) >= 0x1p53)
            return error_set(c->error,
                "%s:%d: %s has a class of 2^53 or more, where numbers are not told apart: put "
                "a "
                "letter before each",
                FILE_OF(c), c->table->lines[i], CSV_COLUMN(c->table, column));
    }
    return true;
}

static bool check_column(struct choosing *c, int column)
{
    const struct csv_choice *choice = c->choice;
    struct csv_kind kind = c->table->kinds[column];
    bool input = choice->roles[column] == CSV_INPUT;
    if (choice->roles[column] == CSV_IGNORED)
        return true;
    if (kind.numbers + kind.words == 0)
        return refuse_empty(c, column);
    bool words = input ? choice->hparams->one_hot && kind.words >= kind.numbers
                       : !choice->regression && choice->label_count == 1 && kind.numbers == 0;
    if (kind.words > 0 && !words)
        return refuse_word(c, column, &kind);
    if (!input && !choice->regression && kind.part_row >= 0)
        return error_set(c->error,
            "%s:%d: %s has numbers that are no classes: --target=%s tells them as numbers",
            FILE_OF(c), c->table->lines[kind.part_row], CSV_COLUMN(c->table, column),
            CSV_KEY(c->table, column));
    return input || choice->regression || check_exact(c, column);
}

static bool choose_rows(struct choosing *c)
{
    struct csv_choice *choice = c->choice;
    int first = -1, column = -1;
    choice->rows = malloc((size_t)c->table->rows * sizeof *choice->rows);
    if (!choice->rows)
        return out_of_memory(c);
    for (int i = 0; i < c->table->rows; i++) {
        int missing = missing_in(choice, i);
        if (missing < 0) {
            choice->rows[choice->row_count++] = i;
            continue;
        }
        column = first < 0 ? missing : column;
        first = first < 0 ? i : first;
        choice->dropped++;
    }
    if (choice->dropped > 0 && choice->hparams->missing == MISSING_REFUSE)
        return error_set(c->error,
            "%s:%d: %s is empty: --missing=drop (%d of %d rows) or --ignore=%s", FILE_OF(c),
            c->table->lines[first], CSV_COLUMN(c->table, column), choice->dropped,
            c->table->rows, CSV_IGNORE(choice, column));
    if (choice->row_count >= 2)
        return true;
    if (choice->dropped == 0)
        return error_set(c->error, "%s: 1 row: at least 2 are needed", FILE_OF(c));
    return error_set(c->error, "%s: %d of %d row%s %s left: at least 2 are needed", FILE_OF(c),
        choice->row_count, c->table->rows, PLURAL(c->table->rows),
        choice->row_count == 1 ? "is" : "are");
}

/* Of several columns one is 1 in each row. */
static bool check_hot(const struct choosing *c)
{
    const struct csv_choice *choice = c->choice;
    for (int i = 0; i < choice->row_count && choice->label_count > 1; i++) {
        int ones = 0;
        bool fits = true;
        for (int k = 0; k < choice->label_count; k++) {
            double value = value_at(c->table, choice->rows[i], choice->label[k]);
            fits = fits && is_zero_or_one(value);
            ones += value > 0;
        }
        if (!fits || ones != 1)
            return error_set(c->error,
                "%s:%d: of the %d columns of the label one is to be 1 and the others 0",
                FILE_OF(c), c->table->lines[choice->rows[i]], choice->label_count);
    }
    return true;
}

bool csv_choose(struct csv_choice *choice, const struct csv_table *table,
    const struct hparams *hparams, struct error *error)
{
    struct choosing c = {choice, table, error};
    size_t columns = (size_t)table->columns;
    *choice = (struct csv_choice){.table = table, .hparams = hparams};
    choice->roles = calloc(columns, sizeof *choice->roles);
    choice->label = calloc(columns, sizeof *choice->label);
    if (!choice->roles || !choice->label)
        return out_of_memory(&c);
    if (!choose_columns(&c))
        return false;
    if (choice->label_count == 0)
        return error_set(error, "%s: label: no column is named", SHOWN_FILE(table->name));
    if (end_column(choice, true) < 0)
        return error_set(error, "%s: no column is left as an input", SHOWN_FILE(table->name));
    for (int j = 0; j < table->columns; j++) {
        if (!check_column(&c, j))
            return false;
    }
    return choose_rows(&c) && check_hot(&c);
}

void csv_choice_clear(struct csv_choice *choice)
{
    free(choice->roles);
    free(choice->label);
    free(choice->rows);
    *choice = (struct csv_choice){.table = NULL};
}
