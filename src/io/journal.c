#include "io/journal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "core/numbers.h"

/* Of one telling. */
struct telling {
    struct journal *journal;
    FILE *out;
    struct branches tree;  /* to be told; each change of one setting, as files have them */
    int of[BRANCHES_MOST]; /* by place in what is told: which of the tree that is; -1: none */
    int place[BRANCHES_MOST]; /* the other way round */
};

void journal_begin(struct journal *journal)
{
    *journal = (struct journal){.told = {.numbers = NUMBERS_VERSION}};
    session_reader_begin(&journal->reader, &journal->told);
}

void journal_clear(struct journal *journal)
{
    session_file_clear(&journal->told);
}

__attribute__((format(printf, 2, 3))) static bool say(
    struct telling *telling, const char *format, ...)
{
    char text[SESSION_LINE_MOST + 1];
    struct error error;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        return false;
    (void)fprintf(telling->out, "%s\n", text);
    struct lines lines = {.name = "", .start = text};
    return session_reader_take(&telling->journal->reader, &lines, text, &error);
}

static bool say_settings(struct telling *telling, const char *before, const struct hparams *own,
    const struct hparams *other)
{
    char value[HPARAM_VALUE_SIZE];
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (hparam_equal(own, other, row))
            continue;
        hparam_format(own, row, value, sizeof value);
        if (!say(telling, "%sset %s %s", before, row->name, value))
            return false;
    }
    return true;
}

/* Adds a change for each setting in which these differ from those before. */
static bool split(
    struct change_log *log, const struct run_change *change, const struct hparams *before)
{
    struct run_change one = {change->step, change->evaluated, *before};
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char value[HPARAM_VALUE_SIZE];
        if (hparam_equal(&one.hparams, &change->hparams, row))
            continue;
        hparam_format(&change->hparams, row, value, sizeof value);
        if (!hparam_set(&one.hparams, row, value, NULL) || !change_log_reserve(log, log->count))
            return false;
        log->list[log->count++] = one;
    }
    return true;
}

static bool split_changes(struct branch *branch)
{
    struct change_log whole = branch->changes;
    const struct hparams *before = &branch->first;
    bool done = true;
    branch->changes = (struct change_log){.list = NULL};
    for (int i = 0; done && i < whole.count; i++) {
        done = split(&branch->changes, &whole.list[i], before);
        before = &whole.list[i].hparams;
    }
    change_log_clear(&whole);
    return done;
}

/* As far as a reader takes it to have been, once it is told. */
static uint64_t reach(const struct branch *branch, uint64_t from)
{
    const struct change_log *log = &branch->changes;
    uint64_t reached = branch->reached > from ? branch->reached : from;
    uint64_t changed = log->count > 0 ? log->list[log->count - 1].step : 0;
    return reached > changed ? reached : changed;
}

/* What is told at this place can become this branch by further lines. */
static bool becomes(const struct telling *telling, int place, int index)
{
    const struct session_section *section = &telling->journal->reader.sections[place];
    const struct branch *told = &telling->journal->told.branches.list[place];
    const struct branch *branch = &telling->tree.list[index];
    int count = told->changes.count;
    if (!hparams_equal(&told->first, &branch->first) || count > branch->changes.count ||
        change_log_common(&told->changes, &branch->changes) < count)
        return false;
    if (count < branch->changes.count && branch->changes.list[count].step < section->from)
        return false;
    if (!section->told)
        return true;
    return told->reached <= reach(branch, section->from) &&
        (count == branch->changes.count || branch->changes.list[count].step >= told->reached);
}

/* Its parent is told where its parent is. */
static bool stands(const struct telling *telling, int place, int index)
{
    int told = telling->journal->told.branches.list[place].parent;
    int parent = telling->tree.list[index].parent;
    return parent < 0 ? told < 0 : told >= 0 && told == telling->place[parent];
}

static void set_place(struct telling *telling, int index, int place)
{
    telling->place[index] = place;
    telling->of[place] = index;
}

/* The best place for it that is free: where most of it has been told. */
static void find(struct telling *telling, int index)
{
    const struct branches *told = &telling->journal->told.branches;
    int best = -1, most = -1;
    for (int i = 0; i < told->count; i++) {
        if (telling->of[i] >= 0 || !becomes(telling, i, index))
            continue;
        int count = 2 * told->list[i].changes.count + stands(telling, i, index);
        if (count <= most)
            continue;
        best = i;
        most = count;
    }
    if (best >= 0)
        set_place(telling, index, best);
}

static bool drop(struct telling *telling, int place)
{
    int count = telling->journal->told.branches.count;
    if (!say(telling, "drop %d", place + 1))
        return false;
    if (telling->of[place] >= 0)
        telling->place[telling->of[place]] = -1;
    for (int i = place; i + 1 < count; i++) {
        telling->of[i] = telling->of[i + 1];
        if (telling->of[i] >= 0)
            telling->place[telling->of[i]] = i;
    }
    telling->of[count - 1] = -1;
    return true;
}

/* Forgets what is told of no branch, but for the last one: there is always one. */
static bool drop_strangers(struct telling *telling)
{
    const struct branches *told = &telling->journal->told.branches;
    for (int i = told->count - 1; i >= 0 && told->count > 1; i--) {
        if (telling->of[i] < 0 && !drop(telling, i))
            return false;
    }
    return true;
}

static bool add(struct telling *telling, int index)
{
    const struct branches *told = &telling->journal->told.branches;
    const struct branch *branch = &telling->tree.list[index];
    const struct marks *marks = &branch->marks;
    uint64_t last = marks->count > 0 ? marks->list[marks->count - 1].step : 0;
    char name[BRANCH_NAME];
    bool said;
    if (told->count == BRANCHES_MOST && !drop_strangers(telling))
        return false;
    char *step = branch_name_step(&telling->tree, index, name);
    if (step)
        *step = '\0';
    if (step == name)
        (void)snprintf(name, sizeof name, "same ");
    if (branch->parent < 0)
        said = say(telling, "branch %s from 0", name) &&
            say_settings(telling, "", &branch->first, &told->list[0].first);
    else
        said = say(telling, "branch %sfrom %" PRIu64 " of %d", name,
            branch_leaves(&telling->tree, index, last), telling->place[branch->parent] + 1);
    if (said)
        set_place(telling, index, told->active);
    return said;
}

/* Further lines are of this branch. */
static bool turn_to(struct telling *telling, int index)
{
    const struct journal *journal = telling->journal;
    int place = telling->place[index];
    bool there = journal->told.branches.active == place && !journal->reader.aside;
    return there || say(telling, "active %d", place + 1);
}

static bool tell_marks(struct telling *telling, int index)
{
    const struct marks *marks = &telling->tree.list[index].marks;
    for (int i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        const struct session_section *section =
            &telling->journal->reader.sections[telling->place[index]];
        if (mark->step < section->digested)
            continue;
        if (!turn_to(telling, index) ||
            !say(telling, "digest %" PRIu64 " %016" PRIx64, mark->step, mark->digest))
            return false;
    }
    return true;
}

/* What is new in a branch that is told of. */
static bool tell_news(struct telling *telling, int index)
{
    const struct branch *branch = &telling->tree.list[index];
    const struct branch *told = &telling->journal->told.branches.list[telling->place[index]];
    for (int i = told->changes.count; i < branch->changes.count; i++) {
        const struct run_change *change = &branch->changes.list[i];
        const struct hparams *before =
            i > 0 ? &branch->changes.list[i - 1].hparams : &branch->first;
        char when[48];
        (void)snprintf(when, sizeof when, "at %" PRIu64 " %s", change->step,
            change->evaluated ? "after " : "");
        if (!turn_to(telling, index) || !say_settings(telling, when, &change->hparams, before))
            return false;
    }
    if (!tell_marks(telling, index))
        return false;
    return branch->reached <= told->reached ||
        (turn_to(telling, index) && say(telling, "reached %" PRIu64, branch->reached));
}

static bool tell_branch(struct telling *telling, int index)
{
    int place = telling->place[index];
    if (place >= 0 && !stands(telling, place, index)) {
        telling->of[place] = -1;
        telling->place[index] = place = -1;
        if (!drop_strangers(telling))
            return false;
    }
    return (place >= 0 || add(telling, index)) && tell_news(telling, index);
}

/* Its parent, if it has one, has been told of. */
static bool follows(const struct telling *telling, const bool done[], int index)
{
    int parent = telling->tree.list[index].parent;
    return !done[index] && (parent < 0 || done[parent]);
}

/* Nothing has been told yet: branch 1 is there, with the default settings. */
static bool tell_first(struct telling *telling)
{
    const struct hparams standard = telling->journal->told.branches.list[0].first;
    int root = 0;
    while (telling->tree.list[root].parent >= 0)
        root++;
    set_place(telling, root, 0);
    return say(telling, "nablascope session %d numbers %d", SESSION_FORMAT, NUMBERS_VERSION) &&
        say_settings(telling, "", &telling->tree.list[root].first, &standard);
}

/* The step at hand, after all that a branch has reached. */
static bool tell_shown(struct telling *telling)
{
    const struct branches *told = &telling->journal->told.branches;
    uint64_t reached = told->list[told->active].reached, at = telling->tree.at;
    at = at < reached ? at : reached;
    return told->at == at || say(telling, "shown %" PRIu64, at);
}

static bool tell(struct telling *telling)
{
    bool done[BRANCHES_MOST] = {false};
    if (!telling->journal->reader.headed) {
        if (!tell_first(telling))
            return false;
    } else {
        for (int i = 0; i < telling->tree.count; i++)
            find(telling, i);
        if (!drop_strangers(telling))
            return false;
    }
    for (int count = 0; count < telling->tree.count;) {
        for (int i = 0; i < telling->tree.count; i++) {
            if (!follows(telling, done, i))
                continue;
            if (!tell_branch(telling, i))
                return false;
            done[i] = true;
            count++;
        }
    }
    return drop_strangers(telling) && turn_to(telling, telling->tree.active) &&
        tell_shown(telling);
}

bool journal_tell(struct journal *journal, const struct branches *tree, FILE *out)
{
    struct telling telling = {.journal = journal, .out = out};
    for (int i = 0; i < BRANCHES_MOST; i++)
        telling.of[i] = telling.place[i] = -1;
    if (!branches_copy(&telling.tree, tree))
        return false;
    bool done = true;
    for (int i = 0; done && i < telling.tree.count; i++)
        done = split_changes(&telling.tree.list[i]);
    done = done && tell(&telling);
    branches_clear(&telling.tree);
    return done;
}
