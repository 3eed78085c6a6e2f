#include "io/session_reader.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/text.h"
#include "engine/command.h"

/* The line at hand: what it is read into, and where it is wrong. */
struct reading {
    struct session_reader *reader;
    struct session_file *file;
    const struct lines *lines;
    struct error *error;
};

static struct branch *current(const struct reading *reading)
{
    struct branches *branches = &reading->file->branches;
    return &branches->list[branches->active];
}

static struct session_section *section(const struct reading *reading)
{
    return &reading->reader->sections[reading->file->branches.active];
}

static bool out_of_memory(const struct reading *reading)
{
    return lines_wrong(reading->lines, reading->error, "out of memory");
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

static bool take_step(const struct reading *reading, char **text, uint64_t *step)
{
    const char *word = line_word(text);
    if (parse_whole(word, SESSION_STEP_MOST, step))
        return true;
    if (!*word)
        return lines_wrong_at(reading->lines, word, reading->error, "a step is missing");
    return lines_wrong_at(reading->lines, word, reading->error,
        "'%s' is no step: a whole number of 0 to %" PRIu64, SHOWN(word), SESSION_STEP_MOST);
}

static bool take_end(const struct reading *reading, const char *text)
{
    return !*text ||
        lines_wrong_at(reading->lines, text, reading->error, "'%s' is too much", SHOWN(text));
}

/* "nablascope session 1 numbers 4" */
static bool take_header(struct reading *reading, char *text)
{
    static const char *const words[] = {"nablascope", "session", NULL, "numbers", NULL};
    uint64_t versions[2] = {0, 0};
    int version = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const char *word = line_word(&text);
        bool right = words[i] ? strcmp(word, words[i]) == 0
                              : parse_whole(word, 1000000, &versions[version++]);
        if (!right)
            return lines_wrong_at(reading->lines, word, reading->error,
                "no session file: it begins with 'nablascope session %d numbers %d'",
                SESSION_FORMAT, NUMBERS_VERSION);
    }
    if (versions[0] != SESSION_FORMAT)
        return lines_wrong(reading->lines, reading->error,
            "format %" PRIu64 " is of another version of nablascope: this one reads format %d",
            versions[0], SESSION_FORMAT);
    reading->file->numbers = (int)versions[1];
    return take_end(reading, text);
}

/* The rest of a line as a command of the prompt. */
static bool take_command(
    const struct reading *reading, const char *text, struct command *command)
{
    struct error own;
    return command_parse(text, command, &own) ||
        lines_wrong_at(reading->lines, command_place(text), reading->error, "%s", own.text);
}

/* Whether something has been said of the branch at hand that rests on what it begins with. */
static bool is_under_way(const struct reading *reading)
{
    const struct branches *branches = &reading->file->branches;
    const struct branch *branch = &branches->list[branches->active];
    const struct session_section *section = &reading->reader->sections[branches->active];
    for (int i = 0; i < branches->count; i++) {
        if (branches->list[i].parent == branches->active)
            return true;
    }
    return branch->changes.count > 0 || branch->parent >= 0 || branch->reached > 0 ||
        section->digested > 0 || section->told;
}

/* What a branch begins with. */
static bool take_set(struct reading *reading, const char *line)
{
    struct branch *branch = current(reading);
    struct command command;
    bool anew;
    if (is_under_way(reading))
        return lines_wrong_at(reading->lines, line, reading->error,
            "set stands before the first change of a branch from step 0: at STEP %s",
            SHOWN(line));
    if (!take_command(reading, line, &command))
        return false;
    struct error own;
    if (!command_configure(&command, &branch->first, &anew, &own))
        return lines_wrong_at(reading->lines, line, reading->error, "%s", own.text);
    return true;
}

static const struct hparams *latest(const struct branch *branch)
{
    const struct change_log *log = &branch->changes;
    return log->count > 0 ? &log->list[log->count - 1].hparams : &branch->first;
}

static bool take_change(struct reading *reading, char *text)
{
    struct branch *branch = current(reading);
    struct change_log *log = &branch->changes;
    struct run_change change = {.evaluated = false};
    struct command command;
    struct error own;
    bool anew = false;
    const char *place = text;
    if (!take_step(reading, &text, &change.step))
        return false;
    if (strncmp(text, "after ", 6) == 0) {
        change.evaluated = true;
        text += 6;
    }
    const struct run_change *last = log->count > 0 ? &log->list[log->count - 1] : NULL;
    if (change.step < section(reading)->from || (last && change.step < last->step))
        return lines_wrong_at(reading->lines, place, reading->error,
            "step %" PRIu64 " is before that of the line above: steps ascend", change.step);
    if (section(reading)->told && change.step < branch->reached)
        return lines_wrong_at(reading->lines, place, reading->error,
            "step %" PRIu64 " lies behind step %" PRIu64
            ", which the branch has reached: what changes there is a branch",
            change.step, branch->reached);
    if (!take_command(reading, text, &command))
        return false;
    if (command_table[command.id].scope != SCOPE_TRAINING)
        return true;
    change.hparams = *latest(branch);
    if (!command_configure(&command, &change.hparams, &anew, &own))
        return lines_wrong_at(reading->lines, text, reading->error, "%s", own.text);
    if (anew || hparams_rebuild(&branch->first, &change.hparams))
        return lines_wrong_at(reading->lines, text, reading->error,
            "'%s' builds the network anew: it is a branch from step 0", SHOWN(text));
    if (++reading->reader->changes > SESSION_CHANGES_MOST)
        return lines_wrong(
            reading->lines, reading->error, "more than %d changes", SESSION_CHANGES_MOST);
    if (!change_log_reserve(log, log->count))
        return out_of_memory(reading);
    log->list[log->count++] = change;
    if (branch->reached < change.step)
        branch->reached = change.step;
    if (reading->file->branches.at < change.step)
        reading->file->branches.at = change.step;
    return true;
}

/* The branch has been at this step: its changes, and what was told before, say where, too. */
static void tell_reached(const struct reading *reading, uint64_t step)
{
    struct branch *branch = current(reading);
    const struct change_log *log = &branch->changes;
    uint64_t least = log->count > 0 ? log->list[log->count - 1].step : 0;
    uint64_t before = branch->reached;
    if (section(reading)->told)
        least = branch->reached;
    branch->reached = step > least ? step : least;
    section(reading)->told = true;
    if (branch->reached > before)
        reading->file->branches.at = branch->reached;
}

static bool take_digest(struct reading *reading, char *text)
{
    struct session_file *file = reading->file;
    uint64_t step;
    const char *place = text;
    if (!take_step(reading, &text, &step))
        return false;
    const char *word = line_word(&text);
    if (strlen(word) != 16 || word[strspn(word, "0123456789abcdef")])
        return lines_wrong_at(reading->lines, word, reading->error,
            "'%s' is no digest: 16 hexadecimal digits in small letters", SHOWN(word));
    if (step < section(reading)->digested)
        return lines_wrong_at(reading->lines, place, reading->error,
            "the branch has a digest of step %" PRIu64 " or later already: steps ascend", step);
    if (!take_end(reading, text))
        return false;
    if (file->mark_count >= SESSION_CHANGES_MOST)
        return lines_wrong(
            reading->lines, reading->error, "more than %d digests", SESSION_CHANGES_MOST);
    if (!session_file_mark(file, file->branches.active, step, strtoull(word, NULL, 16)))
        return out_of_memory(reading);
    section(reading)->digested = step + 1;
    tell_reached(reading, step);
    return true;
}

static bool take_reached(struct reading *reading, char *text)
{
    uint64_t step;
    const char *place = text;
    if (!take_step(reading, &text, &step) || !take_end(reading, text))
        return false;
    if (section(reading)->told && step < current(reading)->reached)
        return lines_wrong_at(reading->lines, place, reading->error,
            "the branch has reached step %" PRIu64 " already: steps ascend",
            current(reading)->reached);
    tell_reached(reading, step);
    return true;
}

/* The step at hand, of those that the branch has reached. */
static bool take_shown(struct reading *reading, char *text)
{
    uint64_t step;
    const char *place = text;
    if (!take_step(reading, &text, &step) || !take_end(reading, text))
        return false;
    if (step > current(reading)->reached)
        return lines_wrong_at(reading->lines, place, reading->error,
            "the branch has reached step %" PRIu64 ", and not step %" PRIu64 " yet",
            current(reading)->reached, step);
    reading->file->branches.at = step;
    return true;
}

/* The number of a branch that is there, from 1 on. */
static bool take_number(const struct reading *reading, char **text, int *index)
{
    const char *word = line_word(text);
    uint64_t number;
    if (!parse_whole(word, (uint64_t)reading->file->branches.count, &number) || number == 0)
        return lines_wrong_at(reading->lines, word, reading->error,
            "'%s' is no branch before this line: 1 to %d", SHOWN(word),
            reading->file->branches.count);
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
static bool inherit(struct reading *reading, const struct branch *parent)
{
    struct session_reader *reader = reading->reader;
    struct change_log *log = &current(reading)->changes;
    int count = 0;
    while (count < parent->changes.count &&
        parent->changes.list[count].step < section(reading)->from)
        count++;
    if (count > SESSION_CHANGES_MOST - reader->changes)
        return lines_wrong(
            reading->lines, reading->error, "more than %d changes", SESSION_CHANGES_MOST);
    reader->changes += count;
    struct change_log before = {parent->changes.list, count, 0};
    return change_log_copy(log, &before) || out_of_memory(reading);
}

static bool take_branch(struct reading *reading, char *text)
{
    struct branches *branches = &reading->file->branches;
    struct session_section begun = {.from = 0};
    char *rest = find_from(text);
    int parent = 0;
    bool root;
    if (!rest)
        return lines_wrong_at(reading->lines, text, reading->error,
            "where it begins is missing: branch NAME from STEP");
    if (branches->count == BRANCHES_MOST)
        return lines_wrong(
            reading->lines, reading->error, "more than %d branches", BRANCHES_MOST);
    if (!take_step(reading, &rest, &begun.from))
        return false;
    root = begun.from == 0 && !*rest;
    if (strncmp(rest, "of ", 3) == 0) {
        (void)line_word(&rest);
        if (!take_number(reading, &rest, &parent))
            return false;
    }
    if (!take_end(reading, rest))
        return false;
    branches_add(branches, root ? -1 : parent, &branches->list[parent].first);
    reading->reader->aside = false;
    *section(reading) = begun;
    current(reading)->reached = branches->at = begun.from;
    return root || inherit(reading, &branches->list[parent]);
}

static bool take_active(const struct reading *reading, char *text)
{
    int index;
    if (!take_number(reading, &text, &index) || !take_end(reading, text))
        return false;
    reading->file->branches.active = index;
    reading->file->branches.at = current(reading)->reached;
    reading->reader->aside = false;
    return true;
}

static void drop_marks(struct session_file *file, int index)
{
    int kept = 0;
    for (int i = 0; i < file->mark_count; i++) {
        struct session_mark mark = file->marks[i];
        if (mark.branch == index)
            continue;
        mark.branch -= mark.branch > index;
        file->marks[kept++] = mark;
    }
    file->mark_count = kept;
}

static bool take_drop(struct reading *reading, char *text)
{
    struct session_reader *reader = reading->reader;
    struct branches *branches = &reading->file->branches;
    const char *place = text;
    int index;
    if (!take_number(reading, &text, &index) || !take_end(reading, text))
        return false;
    if (branches->count == 1)
        return lines_wrong_at(
            reading->lines, place, reading->error, "branch 1 is the only one: it stays");
    reader->aside = reader->aside || index == branches->active;
    reader->changes -= branches->list[index].changes.count;
    drop_marks(reading->file, index);
    branches_drop(branches, index);
    if (branches->active == branches->count)
        branches->active--;
    memmove(&reader->sections[index], &reader->sections[index + 1],
        (size_t)(branches->count - index) * sizeof reader->sections[index]);
    return true;
}

/* Those that are of the branch at hand. */
static bool take_of_branch(
    struct reading *reading, const char *word, const char *line, char *rest)
{
    if (reading->reader->aside)
        return lines_wrong_at(reading->lines, line, reading->error,
            "the branch at hand has been dropped: active N or branch NAME goes before '%s'",
            word);
    if (strcmp(word, "at") == 0)
        return take_change(reading, rest);
    if (strcmp(word, "digest") == 0)
        return take_digest(reading, rest);
    if (strcmp(word, "shown") == 0)
        return take_shown(reading, rest);
    return take_reached(reading, rest);
}

/* By the word that a line begins with. */
static bool take_line(struct reading *reading, char *text)
{
    char *line = text, *word, *rest = text;
    size_t length = strcspn(text, " \t");
    if (strncmp(text, "set", length) == 0 && length == 3)
        return take_set(reading, line);
    word = line_word(&rest);
    if (strcmp(word, "at") == 0 || strcmp(word, "digest") == 0 ||
        strcmp(word, "reached") == 0 || strcmp(word, "shown") == 0)
        return take_of_branch(reading, word, line, rest);
    if (strcmp(word, "branch") == 0)
        return take_branch(reading, rest);
    if (strcmp(word, "active") == 0)
        return take_active(reading, rest);
    if (strcmp(word, "drop") == 0)
        return take_drop(reading, rest);
    return lines_wrong_at(reading->lines, word, reading->error,
        "'%s' begins no line of a session: set, at, digest, reached, shown, branch, active, "
        "drop",
        SHOWN(word));
}

void session_reader_begin(struct session_reader *reader, struct session_file *file)
{
    struct hparams standard;
    hparams_init(&standard);
    *reader = (struct session_reader){.file = file};
    branches_add(&file->branches, -1, &standard);
}

bool session_reader_take(
    struct session_reader *reader, const struct lines *lines, char *text, struct error *error)
{
    struct reading reading = {reader, reader->file, lines, error};
    if (strlen(text) > SESSION_LINE_MOST)
        return lines_wrong(
            lines, error, "longer than %d bytes: no line of a session is", SESSION_LINE_MOST);
    if (reader->headed)
        return take_line(&reading, text);
    reader->headed = take_header(&reading, text);
    return reader->headed;
}
