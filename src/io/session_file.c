#include "io/session_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/text.h"
#include "engine/command.h"

/* Of the file that is being read. */
struct reader {
    struct session_file *file;
    struct lines *lines;
    struct error *error;
    uint64_t from;     /* where the branch leaves its parent */
    uint64_t digested; /* 1 + the step of its last digest; 0: none */
    int changes;       /* of all branches */
};

static struct branch *current(const struct reader *reader)
{
    struct branches *branches = &reader->file->branches;
    return &branches->list[branches->active];
}

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

static bool out_of_memory(const struct reader *reader)
{
    return lines_wrong(reader->lines, reader->error, "out of memory");
}

/* A whole number of 0..most, written plainly. */
static bool parse_whole(const char *word, uint64_t most, uint64_t *value)
{
    char *end;
    if (!isdigit((unsigned char)*word) || strlen(word) > 19)
        return false;
    *value = strtoull(word, &end, 10);
    return !*end && *value <= most;
}

static bool take_step(const struct reader *reader, char **text, uint64_t *step)
{
    const char *word = line_word(text);
    return parse_whole(word, SESSION_STEP_MOST, step) ||
        lines_wrong_at(reader->lines, word, reader->error,
            *word ? "'%s' is no step: a whole number of 0 or more" : "a step is missing%s",
            SHOWN(word));
}

static bool take_end(const struct reader *reader, const char *text)
{
    return !*text ||
        lines_wrong_at(reader->lines, text, reader->error, "'%s' is too much", SHOWN(text));
}

/* "nablascope session 1 numbers 4" */
static bool take_header(struct reader *reader, char *text)
{
    static const char *const words[] = {"nablascope", "session", NULL, "numbers", NULL};
    uint64_t versions[2] = {0, 0};
    int version = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const char *word = line_word(&text);
        bool right = words[i] ? strcmp(word, words[i]) == 0
                              : parse_whole(word, 1000000, &versions[version++]);
        if (!right)
            return lines_wrong_at(reader->lines, word, reader->error,
                "no session file: it begins with 'nablascope session %d numbers %d'",
                SESSION_FORMAT, NUMBERS_VERSION);
    }
    if (versions[0] != SESSION_FORMAT)
        return lines_wrong(reader->lines, reader->error,
            "format %" PRIu64 " is of another version of nablascope: this one reads format %d",
            versions[0], SESSION_FORMAT);
    reader->file->numbers = (int)versions[1];
    return take_end(reader, text);
}

/* The rest of a line as a command of the prompt. */
static bool take_command(const struct reader *reader, const char *text, struct command *command)
{
    struct error own;
    return command_parse(text, command, &own) ||
        lines_wrong_at(reader->lines, text, reader->error, "%s", own.text);
}

/* What a branch begins with. */
static bool take_set(struct reader *reader, const char *line)
{
    struct branch *branch = current(reader);
    struct command command;
    bool anew;
    if (branch->changes.count > 0 || branch->parent >= 0)
        return lines_wrong_at(reader->lines, line, reader->error,
            "set stands before the first change of a branch from step 0: at STEP %s",
            SHOWN(line));
    if (!take_command(reader, line, &command))
        return false;
    struct error own;
    if (!command_configure(&command, &branch->first, &anew, &own))
        return lines_wrong_at(reader->lines, line, reader->error, "%s", own.text);
    return true;
}

static const struct hparams *latest(const struct branch *branch)
{
    const struct change_log *log = &branch->changes;
    return log->count > 0 ? &log->list[log->count - 1].hparams : &branch->first;
}

static bool take_change(struct reader *reader, char *text)
{
    struct branch *branch = current(reader);
    struct change_log *log = &branch->changes;
    struct run_change change = {.evaluated = false};
    struct command command;
    struct error own;
    bool anew = false;
    const char *place = text;
    if (!take_step(reader, &text, &change.step))
        return false;
    if (strncmp(text, "after ", 6) == 0) {
        change.evaluated = true;
        text += 6;
    }
    const struct run_change *last = log->count > 0 ? &log->list[log->count - 1] : NULL;
    if (change.step < reader->from || (last && change.step < last->step) ||
        (last && change.step == last->step && last->evaluated && !change.evaluated))
        return lines_wrong_at(reader->lines, place, reader->error,
            "step %" PRIu64 " is before that of the line above: steps ascend", change.step);
    if (!take_command(reader, text, &command))
        return false;
    if (command_table[command.id].scope != SCOPE_TRAINING)
        return true;
    change.hparams = *latest(branch);
    if (!command_configure(&command, &change.hparams, &anew, &own))
        return lines_wrong_at(reader->lines, text, reader->error, "%s", own.text);
    if (anew || hparams_rebuild(&branch->first, &change.hparams))
        return lines_wrong_at(reader->lines, text, reader->error,
            "'%s' builds the network anew: it is a branch from step 0", SHOWN(text));
    if (++reader->changes > SESSION_CHANGES_MOST)
        return lines_wrong(
            reader->lines, reader->error, "more than %d changes", SESSION_CHANGES_MOST);
    if (!change_log_reserve(log, log->count))
        return out_of_memory(reader);
    log->list[log->count++] = change;
    return true;
}

static bool take_digest(struct reader *reader, char *text)
{
    struct session_file *file = reader->file;
    uint64_t step;
    const char *place = text;
    if (!take_step(reader, &text, &step))
        return false;
    const char *word = line_word(&text);
    if (strlen(word) != 16 || word[strspn(word, "0123456789abcdef")])
        return lines_wrong_at(reader->lines, word, reader->error,
            "'%s' is no digest: 16 hexadecimal digits in small letters", SHOWN(word));
    if (step < reader->digested)
        return lines_wrong_at(reader->lines, place, reader->error,
            "the branch has a digest of step %" PRIu64 " or later already: steps ascend", step);
    if (file->mark_count >= SESSION_CHANGES_MOST)
        return lines_wrong(
            reader->lines, reader->error, "more than %d digests", SESSION_CHANGES_MOST);
    if (!session_file_mark(file, file->branches.active, step, strtoull(word, NULL, 16)))
        return out_of_memory(reader);
    reader->digested = step + 1;
    if (current(reader)->reached < step)
        current(reader)->reached = step;
    return take_end(reader, text);
}

static bool take_reached(struct reader *reader, char *text)
{
    uint64_t step;
    if (!take_step(reader, &text, &step))
        return false;
    if (current(reader)->reached < step)
        current(reader)->reached = step;
    return take_end(reader, text);
}

/* The number of a branch that is there, from 1 on. */
static bool take_number(const struct reader *reader, char **text, int *index)
{
    const char *word = line_word(text);
    uint64_t number;
    if (!parse_whole(word, (uint64_t)reader->file->branches.count, &number) || number == 0)
        return lines_wrong_at(reader->lines, word, reader->error,
            "'%s' is no branch before this line: 1 to %d", SHOWN(word),
            reader->file->branches.count);
    *index = (int)number - 1;
    return true;
}

/* What follows the last " from " of a line; names can hold others. */
static char *find_from(char *text)
{
    static const char words[] = " from ";
    char *found = NULL, *at = text;
    while ((at = strstr(at, words)) != NULL) {
        found = at + sizeof words - 1;
        at++;
    }
    return found;
}

/* The changes of the parent before the branch leaves it. */
static bool inherit(struct reader *reader, const struct branch *parent)
{
    struct change_log *log = &current(reader)->changes;
    int count = 0;
    while (count < parent->changes.count && parent->changes.list[count].step < reader->from)
        count++;
    reader->changes += count;
    if (reader->changes > SESSION_CHANGES_MOST)
        return lines_wrong(
            reader->lines, reader->error, "more than %d changes", SESSION_CHANGES_MOST);
    struct change_log before = {parent->changes.list, count, 0};
    return change_log_copy(log, &before) || out_of_memory(reader);
}

static bool take_branch(struct reader *reader, char *text)
{
    struct branches *branches = &reader->file->branches;
    char *rest = find_from(text);
    int parent = 0;
    bool root;
    if (!rest)
        return lines_wrong_at(reader->lines, text, reader->error,
            "where it begins is missing: branch NAME from STEP");
    if (branches->count == BRANCHES_MOST)
        return lines_wrong(
            reader->lines, reader->error, "more than %d branches", BRANCHES_MOST);
    if (!take_step(reader, &rest, &reader->from))
        return false;
    root = reader->from == 0 && !*rest;
    if (strncmp(rest, "of ", 3) == 0) {
        (void)line_word(&rest);
        if (!take_number(reader, &rest, &parent))
            return false;
    }
    if (!take_end(reader, rest))
        return false;
    reader->digested = 0;
    branches_add(branches, root ? -1 : parent, &branches->list[parent].first);
    return root || inherit(reader, &branches->list[parent]);
}

static bool take_active(const struct reader *reader, char *text, int *active)
{
    return take_number(reader, &text, active) && take_end(reader, text);
}

/* Each row: the word a line begins with. */
static bool take_line(struct reader *reader, char *text, int *active)
{
    char *line = text, *word, *rest = text;
    size_t length = strcspn(text, " \t");
    if (strncmp(text, "set", length) == 0 && length == 3)
        return take_set(reader, line);
    word = line_word(&rest);
    if (strcmp(word, "at") == 0)
        return take_change(reader, rest);
    if (strcmp(word, "digest") == 0)
        return take_digest(reader, rest);
    if (strcmp(word, "reached") == 0)
        return take_reached(reader, rest);
    if (strcmp(word, "branch") == 0)
        return take_branch(reader, rest);
    if (strcmp(word, "active") == 0)
        return take_active(reader, rest, active);
    return lines_wrong_at(reader->lines, word, reader->error,
        "'%s' begins no line of a session: set, at, digest, reached, branch or active",
        SHOWN(word));
}

bool session_file_read(struct session_file *file, struct lines *lines, struct error *error)
{
    struct reader reader = {.file = file, .lines = lines, .error = error};
    struct hparams standard;
    char *text;
    int active = -1;
    hparams_init(&standard);
    branches_add(&file->branches, -1, &standard);
    if (!lines_next_said(lines, &text, error))
        return false;
    if (!text)
        return lines_wrong(lines, error, "empty: a session begins with 'nablascope session'");
    if (!take_header(&reader, text))
        return false;
    for (;;) {
        if (!lines_next_said(lines, &text, error))
            return false;
        if (!text)
            break;
        if (!take_line(&reader, text, &active))
            return false;
    }
    if (active >= 0)
        file->branches.active = active;
    return true;
}

/* The rows in which they differ, a line each. */
static void write_differences(
    FILE *out, const char *before, const struct hparams *own, const struct hparams *other)
{
    char value[64];
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (hparam_equal(own, other, row))
            continue;
        hparam_format(own, row, value, sizeof value);
        (void)fprintf(out, "%sset %s %s\n", before, row->name, value);
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
    branch_name(branches, index, name);
    char *step = strstr(name, "from step ");
    if (step)
        *step = '\0';
    (void)fprintf(out, "branch %s", *name ? name : "same ");
    if (!step)
        (void)fputc(' ', out);
}

static void write_branch(
    const struct session_file *file, FILE *out, const struct order *order, int place)
{
    const struct branches *branches = &file->branches;
    int index = order->index[place];
    const struct branch *branch = &branches->list[index];
    uint64_t from = branch_begins(branches, index), last = 0;
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
        last = mark->step;
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
