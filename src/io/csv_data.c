#include "io/csv_data.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/text.h"
#include "io/csv_choice.h"

enum { FILL_WORK = 4 }; /* elements that a plain loop goes over while an input is found */

/* A column that is an input, or one for each of its words. */
struct source {
    int column;
    int first; /* input */
    int count;
    struct csv_distinct words; /* of several */
};

struct building {
    const struct data_files *files;
    const struct csv_table *table;
    struct csv_choice choice;
    struct csv_distinct classes; /* of one column of classes */
    struct source *sources;      /* owned, with their words */
    int source_count;
    int inputs;
    struct dataset *set;
    struct error *error;
};

static bool refuse(const struct building *b, const char *what)
{
    return error_set(b->error, "%s: %s", SHOWN_FILE(b->table->name), what);
}

static bool out_of_memory(const struct building *b)
{
    return refuse(b, "out of memory for its samples");
}

static bool goes_on(const struct building *b)
{
    return !data_files_interrupted(b->files) || refuse(b, "interrupted");
}

/* All that stands in a column, in the rows that are taken. */
static bool gather(
    const struct building *b, int column, struct csv_distinct *cells, const char *what)
{
    if (!goes_on(b))
        return false;
    if (!csv_distinct_begin(cells, DATA_CLASSES_MOST))
        return out_of_memory(b);
    for (int i = 0; i < b->choice.row_count; i++) {
        int row = b->choice.rows[i];
        if (!csv_distinct_add(cells, b->table, csv_at(b->table, row, column)))
            return error_set(b->error, "%s:%d: %s has more than %d %s",
                SHOWN_FILE(b->table->name), b->table->lines[row], CSV_COLUMN(b->table, column),
                DATA_CLASSES_MOST, what);
    }
    return true;
}

static bool find_classes(struct building *b)
{
    const struct csv_choice *choice = &b->choice;
    if (choice->regression || choice->label_count > 1)
        return true;
    if (!gather(b, choice->label[0], &b->classes, "classes: --target tells numbers"))
        return false;
    return b->classes.count >= 2 ||
        error_set(b->error, "%s: %s has one class alone: --label=COLUMN names another",
            SHOWN_FILE(b->table->name), CSV_COLUMN(b->table, choice->label[0]));
}

static bool find_inputs(struct building *b)
{
    b->sources = calloc((size_t)b->table->columns, sizeof *b->sources);
    if (!b->sources)
        return out_of_memory(b);
    for (int j = 0; j < b->table->columns; j++) {
        struct source *source = &b->sources[b->source_count];
        if (b->choice.roles[j] != CSV_INPUT)
            continue;
        *source = (struct source){.column = j, .first = b->inputs, .count = 1};
        b->source_count++;
        if (b->table->kinds[j].words > 0) {
            if (!gather(b, j, &source->words, "different words: --ignore leaves it out"))
                return false;
            source->count = source->words.count;
        }
        if (source->count > DATA_INPUTS_MOST - b->inputs)
            return error_set(b->error, "%s: more than %d inputs with %s",
                SHOWN_FILE(b->table->name), DATA_INPUTS_MOST, CSV_COLUMN(b->table, j));
        b->inputs += source->count;
    }
    return true;
}

/* As it may be shown, cut where it is long. */
static char *shown(const char *text)
{
    char clean[HPARAM_NAME_SIZE];
    text_clean(clean, sizeof clean, text);
    return strdup(clean);
}

static char *cell_name(const struct csv_table *table, double cell)
{
    char number[DECIMAL_SIZE];
    int64_t word = csv_word(cell);
    if (word >= 0)
        return shown(*csv_text(table, word) ? csv_text(table, word) : "''");
    (void)decimal_write(number, cell);
    return strdup(number);
}

static bool name_classes(struct building *b)
{
    struct dataset *set = b->set;
    bool named = true;
    if (b->choice.regression) {
        set->target_info[0].name = csv_column_name(b->table, b->choice.label[0]);
        return set->target_info[0].name != NULL;
    }
    if (!dataset_name_classes(set))
        return false;
    for (int k = 0; k < set->classes && named; k++) {
        set->class_names[k] = b->choice.label_count > 1
            ? csv_column_name(b->table, b->choice.label[k])
            : cell_name(b->table, b->classes.cells[k]);
        named = set->class_names[k] != NULL;
    }
    return named;
}

/* "sex=male" */
static char *word_input(const struct csv_table *table, int column, double cell)
{
    char text[2 * HPARAM_NAME_SIZE];
    char *name = csv_column_name(table, column), *word = name ? cell_name(table, cell) : NULL;
    if (word)
        (void)snprintf(text, sizeof text, "%s=%s", name, word);
    free(name);
    char *whole = word ? shown(text) : NULL;
    free(word);
    return whole;
}

static bool name_inputs(struct building *b)
{
    struct dataset *set = b->set;
    bool named = dataset_name_inputs(set);
    for (int s = 0; s < b->source_count && named; s++) {
        const struct source *source = &b->sources[s];
        for (int k = 0; k < source->count && named; k++) {
            char *name = source->words.cells
                ? word_input(b->table, source->column, source->words.cells[k])
                : csv_column_name(b->table, source->column);
            set->input_names[source->first + k] = name;
            named = name != NULL;
        }
    }
    return named;
}

static int class_of(const struct building *b, int row)
{
    const struct csv_choice *choice = &b->choice;
    if (choice->label_count == 1)
        return csv_distinct_find(
            &b->classes, b->table, csv_at(b->table, row, choice->label[0]));
    int found = 0;
    for (int k = 0; k < choice->label_count; k++)
        found = csv_at(b->table, row, choice->label[k]) > 0 ? k : found;
    return found;
}

static bool fill(struct building *b)
{
    int rows = interrupt_rows(FILL_WORK * (ptrdiff_t)b->inputs);
    for (int i = 0; i < b->choice.row_count; i++) {
        int row = b->choice.rows[i];
        if (i % rows == 0 && !goes_on(b))
            return false;
        double *values = b->set->values + (ptrdiff_t)i * b->inputs;
        if (b->choice.regression)
            b->set->targets[i] = csv_at(b->table, row, b->choice.label[0]);
        else
            b->set->labels[i] = class_of(b, row);
        for (int s = 0; s < b->source_count; s++) {
            const struct source *source = &b->sources[s];
            double cell = csv_at(b->table, row, source->column);
            if (source->words.cells)
                values[source->first + csv_distinct_find(&source->words, b->table, cell)] = 1;
            else
                values[source->first] = cell;
        }
    }
    return true;
}

/* A column that is one value for each class, another one for each: the label once more. The
 * first such one, with rows enough that it is no accident; -1: none. */
static int find_twin(const struct building *b)
{
    const struct dataset *set = b->set;
    const struct csv_choice *choice = &b->choice;
    if (choice->regression || set->samples < 3 * set->classes)
        return -1;
    for (int s = 0; s < b->source_count && !data_files_interrupted(b->files); s++) {
        int column = b->sources[s].column;
        struct csv_distinct cells;
        if (!csv_distinct_begin(&cells, set->classes))
            return -1;
        bool twin = true;
        for (int i = 0; i < set->samples && twin; i++)
            twin =
                csv_distinct_add(&cells, b->table, csv_at(b->table, choice->rows[i], column));
        twin = twin && cells.count == set->classes;
        int *classes = twin ? malloc((size_t)set->classes * sizeof *classes) : NULL;
        for (int k = 0; classes && k < set->classes; k++)
            classes[k] = -1;
        for (int i = 0; classes && twin && i < set->samples; i++) {
            int at =
                csv_distinct_find(&cells, b->table, csv_at(b->table, choice->rows[i], column));
            twin = classes[at] < 0 || classes[at] == set->labels[i];
            classes[at] = set->labels[i];
        }
        twin = twin && classes;
        free(classes);
        csv_distinct_clear(&cells);
        if (twin)
            return column;
    }
    return -1;
}

/* Adds another one, behind "; ". */
__attribute__((format(printf, 3, 4))) static void add_note(
    char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list values;
    if (used > 0)
        used += (size_t)snprintf(text + used, size - used, "; ");
    va_start(values, format);
    (void)vsnprintf(text + used, size - used, format, values);
    va_end(values);
}

/* What was done that nobody asked for, and what looks like a mistake. */
static bool take_note(struct building *b)
{
    char text[480] = "", whole[sizeof text + TEXT_FILE + 8];
    const struct csv_choice *choice = &b->choice;
    int twin = find_twin(b);
    if (b->table->counts && choice->rows[0] == 0)
        add_note(text, sizeof text,
            "line %d counts the columns and is taken as a sample: if it is a header, delete it",
            b->table->lines[0]);
    if (choice->dropped > 0)
        add_note(text, sizeof text, "%d of %d rows %s empty cells and %s left out",
            choice->dropped, b->table->rows, choice->dropped == 1 ? "has" : "have",
            choice->dropped == 1 ? "is" : "are");
    if (twin >= 0)
        add_note(text, sizeof text, "%s says the same as the class: --ignore=%s",
            CSV_COLUMN(b->table, twin), CSV_IGNORE(choice, twin));
    else if (choice->found_hot)
        add_note(text, sizeof text, "the last %d columns%s are the class, a 1 in one of them",
            choice->label_count,
            choice->label[0] + choice->label_count < b->table->columns ? " that are not ignored"
                                                                       : "");
    else if (!*choice->hparams->label && !choice->regression && choice->label[0] == 0)
        add_note(text, sizeof text, "the first column is the class, the last is none");
    if (!*text)
        return true;
    (void)snprintf(
        whole, sizeof whole, "%s: %s", SHOWN_FILE(data_title(choice->hparams)), text);
    b->set->note = strdup(whole);
    return b->set->note != NULL;
}

static bool build(struct building *b)
{
    const struct csv_choice *choice = &b->choice;
    if (!find_classes(b) || !find_inputs(b))
        return false;
    struct data_shape shape = {.samples = choice->row_count, .inputs = b->inputs};
    if (choice->regression)
        shape.targets = 1;
    else
        shape.classes = choice->label_count > 1 ? choice->label_count : b->classes.count;
    if (shape.classes > DATA_CLASSES_MOST)
        return refuse(b, "more than 1000 classes");
    b->set = dataset_create(&shape);
    if (!b->set)
        return out_of_memory(b);
    if (!fill(b))
        return false;
    if (!name_classes(b) || !name_inputs(b) || !take_note(b))
        return out_of_memory(b);
    return goes_on(b);
}

struct dataset *csv_data_read(struct data_files *files, const struct data_bytes *file,
    const struct hparams *hparams, struct error *error)
{
    struct csv_table table;
    if (!csv_table_read(&table, files, file, error))
        return NULL;
    struct building b = {.files = files, .table = &table, .error = error};
    if (!csv_choose(&b.choice, &table, hparams, error) || !build(&b)) {
        dataset_release(b.set);
        b.set = NULL;
    }
    for (int s = 0; s < b.source_count; s++)
        csv_distinct_clear(&b.sources[s].words);
    free(b.sources);
    csv_distinct_clear(&b.classes);
    csv_choice_clear(&b.choice);
    csv_table_clear(&table);
    return b.set;
}

static bool is_csv(const struct data_bytes *file)
{
    (void)file;
    return true;
}

const struct data_format csv_format = {"CSV", is_csv, csv_data_read};
