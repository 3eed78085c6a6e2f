#include "io/session_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "io/session_reader.h"

void session_file_clear(struct session_file *file)
{
    branches_clear(&file->branches);
    free(file->marks);
    memset(file, 0, sizeof *file);
}

bool session_file_mark(struct session_file *file, int branch, uint64_t step, uint64_t digest)
{
    if (file->mark_count == file->marks_reserved) {
        int reserved = file->marks_reserved > 0 ? 2 * file->marks_reserved : 16;
        struct session_mark *marks =
            realloc(file->marks, (size_t)reserved * sizeof *file->marks);
        if (!marks)
            return false;
        file->marks = marks;
        file->marks_reserved = reserved;
    }
    file->marks[file->mark_count++] = (struct session_mark){branch, step, digest};
    return true;
}

static int compare_marks(const void *of_a, const void *of_b)
{
    const struct session_mark *a = of_a, *b = of_b;
    if (a->branch != b->branch)
        return a->branch - b->branch;
    return (a->step > b->step) - (a->step < b->step);
}

void session_file_give_marks(struct session_file *file)
{
    for (int i = 0; i < file->mark_count && file->numbers == NUMBERS_VERSION; i++) {
        const struct session_mark *mark = &file->marks[i];
        marks_add(
            &file->branches.list[mark->branch].marks, (struct mark){mark->step, mark->digest});
    }
}

bool session_file_read(struct session_file *file, struct lines *lines, struct error *error)
{
    struct session_reader reader;
    char *text;
    session_reader_begin(&reader, file);
    for (;;) {
        if (!lines_next_said(lines, &text, error))
            return false;
        if (!text)
            break;
        if (!session_reader_take(&reader, lines, text, error))
            return false;
    }
    if (!reader.headed)
        return lines_wrong_in(
            lines, 1, 1, error, "empty: a session begins with 'nablascope session'");
    if (file->mark_count > 0)
        qsort(file->marks, (size_t)file->mark_count, sizeof *file->marks, compare_marks);
    session_file_give_marks(file);
    return true;
}

static void write_setting(
    FILE *out, const char *before, const struct hparam *row, const struct hparams *own)
{
    char value[HPARAM_VALUE_SIZE];
    hparam_format(own, row, value, sizeof value);
    (void)fprintf(out, "%sset %s %s\n", before, row->name, value);
}

/* The rows in which they differ, a line each. */
static void write_differences(
    FILE *out, const char *before, const struct hparams *own, const struct hparams *other)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (!hparam_equal(own, other, row))
            write_setting(out, before, row, own);
    }
}

static void write_changes(FILE *out, const struct branch *branch, uint64_t from)
{
    const struct hparams *settings = &branch->first;
    for (int i = 0; i < branch->changes.count; i++) {
        const struct run_change *change = &branch->changes.list[i];
        char before[48];
        (void)snprintf(before, sizeof before, "at %" PRIu64 " %s", change->step,
            change->evaluated ? "after " : "");
        if (change->step >= from)
            write_differences(out, before, &change->hparams, settings);
        /* A change that changes nothing is one all the same: it has its step. */
        if (change->step >= from && hparams_equal(&change->hparams, settings))
            write_setting(out, before, hparam_find("lr", NULL), settings);
        settings = &change->hparams;
    }
}

/* The branches, each behind its parent, and the place that each has. */
struct order {
    int count;
    int index[BRANCHES_MOST]; /* by place */
    int place[BRANCHES_MOST]; /* by index; -1: none yet */
};

static struct order order_of(const struct branches *branches)
{
    struct order order = {.count = 0};
    for (int i = 0; i < branches->count; i++)
        order.place[i] = -1;
    while (order.count < branches->count) {
        for (int i = 0; i < branches->count; i++) {
            int parent = branches->list[i].parent;
            if (order.place[i] >= 0 || (parent >= 0 && order.place[parent] < 0))
                continue;
            order.place[i] = order.count;
            order.index[order.count++] = i;
        }
    }
    return order;
}

/* Its name without its step, which stands behind it. */
static void write_name(FILE *out, const struct branches *branches, int index)
{
    char name[BRANCH_NAME];
    char *step = branch_name_step(branches, index, name);
    if (step)
        *step = '\0';
    (void)fprintf(out, "branch %s", *name ? name : "same ");
    if (!step)
        (void)fputc(' ', out);
}

/* The step of its last digest; 0: it has none. */
static uint64_t last_mark(const struct session_file *file, int index)
{
    uint64_t last = 0;
    for (int i = 0; i < file->mark_count; i++) {
        if (file->marks[i].branch == index)
            last = file->marks[i].step;
    }
    return last;
}

static void write_branch(
    const struct session_file *file, FILE *out, const struct order *order, int place)
{
    const struct branches *branches = &file->branches;
    int index = order->index[place];
    const struct branch *branch = &branches->list[index];
    uint64_t last = last_mark(file, index), from = branch_leaves(branches, index, last);
    bool root = branch->parent < 0;
    struct hparams standard;
    const struct hparams *before = &standard;
    hparams_init(&standard);
    if (place > 0) {
        before = &branches->list[order->index[0]].first;
        write_name(out, branches, index);
        (void)fprintf(out, "from %" PRIu64, from);
        if (!root)
            (void)fprintf(out, " of %d", order->place[branch->parent] + 1);
        (void)fputc('\n', out);
    }
    if (root)
        write_differences(out, "", &branch->first, before);
    write_changes(out, branch, from);
    for (int i = 0; i < file->mark_count; i++) {
        const struct session_mark *mark = &file->marks[i];
        if (mark->branch != index)
            continue;
        (void)fprintf(out, "digest %" PRIu64 " %016" PRIx64 "\n", mark->step, mark->digest);
    }
    if (last < branch->reached)
        (void)fprintf(out, "reached %" PRIu64 "\n", branch->reached);
}

void session_file_write(const struct session_file *file, FILE *out)
{
    struct order order = order_of(&file->branches);
    (void)fprintf(out, "nablascope session %d numbers %d\n", SESSION_FORMAT, file->numbers);
    for (int place = 0; place < order.count; place++)
        write_branch(file, out, &order, place);
    if (order.count > 1)
        (void)fprintf(out, "active %d\n", order.place[file->branches.active] + 1);
}
