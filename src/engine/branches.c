#include "engine/branches.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/events.h"

bool change_log_reserve(struct change_log *log, int count)
{
    if (count < log->reserved)
        return true;
    int reserved = log->reserved > 0 ? 2 * log->reserved : 8;
    struct run_change *list = realloc(log->list, (size_t)reserved * sizeof *list);
    if (!list)
        return false;
    log->list = list;
    log->reserved = reserved;
    return true;
}

bool change_log_copy(struct change_log *to, const struct change_log *from)
{
    while (to->reserved < from->count) {
        if (!change_log_reserve(to, to->reserved))
            return false;
    }
    if (from->count > 0)
        memcpy(to->list, from->list, (size_t)from->count * sizeof *to->list);
    to->count = from->count;
    return true;
}

void change_log_cut(struct change_log *log, uint64_t step)
{
    while (log->count > 0 && log->list[log->count - 1].step >= step)
        log->count--;
}

void change_log_clear(struct change_log *log)
{
    free(log->list);
    *log = (struct change_log){.list = NULL};
}

int change_log_common(const struct change_log *a, const struct change_log *b)
{
    int most = a->count < b->count ? a->count : b->count, count = 0;
    while (count < most) {
        const struct run_change *of_a = &a->list[count], *of_b = &b->list[count];
        if (of_a->step != of_b->step || of_a->evaluated != of_b->evaluated ||
            !hparams_equal(&of_a->hparams, &of_b->hparams))
            break;
        count++;
    }
    return count;
}

uint64_t change_log_parts(const struct change_log *a, const struct change_log *b)
{
    int common = change_log_common(a, b);
    uint64_t step = UINT64_MAX;
    if (common < a->count)
        step = a->list[common].step;
    if (common < b->count && b->list[common].step < step)
        step = b->list[common].step;
    return step;
}

void branches_clear(struct branches *branches)
{
    for (int i = 0; i < branches->count; i++)
        change_log_clear(&branches->list[i].changes);
    memset(branches, 0, sizeof *branches);
}

bool branches_copy(struct branches *to, const struct branches *from)
{
    *to = *from;
    to->ghost = 0; /* which has a run beside */
    for (int i = 0; i < to->count; i++)
        to->list[i].changes = (struct change_log){.list = NULL};
    for (int i = 0; i < to->count; i++) {
        if (!change_log_copy(&to->list[i].changes, &from->list[i].changes)) {
            branches_clear(to);
            return false;
        }
    }
    return true;
}

void branches_drop(struct branches *b, int index)
{
    int parent = b->list[index].parent;
    change_log_clear(&b->list[index].changes);
    b->count--;
    memmove(&b->list[index], &b->list[index + 1],
        (size_t)(b->count - index) * sizeof b->list[index]);
    b->active -= b->active > index;
    if (b->ghost == index + 1)
        b->ghost = 0;
    b->ghost -= b->ghost > index + 1;
    for (int i = 0; i < b->count; i++) {
        if (b->list[i].parent == index)
            b->list[i].parent = parent;
        b->list[i].parent -= b->list[i].parent > index;
    }
}

/* Makes room for one more; the branch `spared` and the ghost stay. Returns the new place of
 * `spared`. */
static int make_room(struct branches *b, int spared)
{
    int oldest = 0;
    if (b->count < BRANCHES_MOST)
        return spared;
    while (oldest == spared || oldest == b->ghost - 1)
        oldest++;
    branches_drop(b, oldest);
    return spared - (spared > oldest);
}

void branches_add(struct branches *b, int parent, const struct hparams *first)
{
    parent = make_room(b, parent);
    b->active = b->count++;
    b->list[b->active] = (struct branch){.parent = parent, .first = *first};
}

int branches_root(struct branches *b, const struct hparams *first)
{
    for (int i = 0; i < b->count; i++) {
        const struct branch *branch = &b->list[i];
        if (i != b->active && branch->parent < 0 && branch->changes.count == 0 &&
            hparams_equal(&branch->first, first))
            return i;
    }
    (void)make_room(b, b->active);
    b->list[b->count] = (struct branch){.parent = -1, .first = *first};
    return b->count++;
}

void branches_reach_changes(struct branches *b)
{
    for (int i = 0; i < b->count; i++) {
        struct branch *branch = &b->list[i];
        const struct change_log *log = &branch->changes;
        if (log->count > 0 && branch->reached < log->list[log->count - 1].step)
            branch->reached = log->list[log->count - 1].step;
    }
}

static bool has_children(const struct branches *b, int index)
{
    for (int i = 0; i < b->count; i++) {
        if (b->list[i].parent == index)
            return true;
    }
    return false;
}

uint64_t branches_begin(struct branches *b, const struct hparams *first)
{
    for (int i = 0; i < b->count; i++) {
        const struct branch *branch = &b->list[i];
        if (branch->parent < 0 && branch->changes.count == 0 &&
            hparams_equal(&branch->first, first)) {
            b->active = i;
            return branch->reached;
        }
    }
    const struct branch *old = &b->list[b->active];
    bool kept = b->count > 0 &&
        (old->reached >= BRANCH_STEPS || old->parent >= 0 || has_children(b, b->active));
    if (b->count > 0 && !kept) {
        change_log_clear(&b->list[b->active].changes);
        b->list[b->active] = (struct branch){.parent = -1, .first = *first};
    } else {
        branches_add(b, -1, first);
    }
    for (int i = 0; i < b->count; i++) {
        if (i != b->active && b->list[i].parent < 0 && hparams_equal(&b->list[i].first, first))
            b->list[i].parent = b->active;
    }
    return 0;
}

bool branches_has(const struct branches *b, int index, struct error *error)
{
    if (index >= 0 && index < b->count)
        return true;
    return error_set(error, "there is no branch %d: %s%d", index + 1,
        b->count > 1 ? "1 to " : "only ", b->count);
}

void branches_tell(const struct branches *b, struct branch_list *list)
{
    list->count = b->count;
    list->active = b->active;
    list->ghost = b->ghost;
    for (int i = 0; i < b->count; i++) {
        branch_name(b, i, list->rows[i].name);
        list->rows[i].parent = b->list[i].parent;
        list->rows[i].begins = branch_begins(b, i);
        list->rows[i].reached = b->list[i].reached;
    }
}

/* One other than the active one with the same settings all along. */
static int same_as_active(const struct branches *b)
{
    const struct branch *active = &b->list[b->active];
    for (int i = 0; i < b->count; i++) {
        const struct branch *other = &b->list[i];
        if (i != b->active && hparams_equal(&other->first, &active->first) &&
            other->changes.count == active->changes.count &&
            change_log_common(&other->changes, &active->changes) == active->changes.count)
            return i;
    }
    return -1;
}

bool branches_note(struct branches *b, const struct change_log *changes, uint64_t reached)
{
    struct branch *active = &b->list[b->active];
    uint64_t parts = change_log_parts(changes, &active->changes);
    if (reached > active->reached || parts < UINT64_MAX)
        active->reached = reached;
    if (!change_log_copy(&active->changes, changes))
        return false;
    marks_cut(&active->marks, parts);
    int same = same_as_active(b);
    if (same < 0)
        return true;
    if (active->reached < b->list[same].reached)
        active->reached = b->list[same].reached;
    marks_merge(&active->marks, &b->list[same].marks);
    if (active->parent == same)
        active->parent = b->list[same].parent;
    branches_drop(b, same);
    return true;
}

uint64_t branch_begins(const struct branches *b, int index)
{
    const struct branch *branch = &b->list[index];
    if (branch->parent < 0)
        return 0;
    uint64_t begins = change_log_parts(&branch->changes, &b->list[branch->parent].changes);
    return begins < UINT64_MAX ? begins : 0;
}

uint64_t branch_leaves(const struct branches *b, int index, uint64_t last)
{
    const struct branch *branch = &b->list[index];
    const struct change_log *log = &branch->changes;
    uint64_t begins = branch_begins(b, index);
    uint64_t changed = log->count > 0 ? log->list[log->count - 1].step : 0;
    last = last > branch->reached ? last : branch->reached;
    last = last > changed ? last : changed;
    return begins < last ? begins : last;
}

/* The settings that a branch has once what is changed at this step has been changed. */
static const struct hparams *settings_at(const struct branch *branch, uint64_t step)
{
    const struct hparams *settings = &branch->first;
    for (int i = 0; i < branch->changes.count && branch->changes.list[i].step <= step; i++)
        settings = &branch->changes.list[i].hparams;
    return settings;
}

size_t settings_words(
    const struct hparams *own, const struct hparams *other, char *text, size_t size)
{
    static const char more[] = ", ...";
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char value[32], label[60], words[64];
        if (hparam_equal(own, other, row))
            continue;
        hparam_brief(own, row, value, sizeof value);
        setting_label(row, value, label, sizeof label);
        (void)snprintf(words, sizeof words, "%s%s", used > 0 ? ", " : "", label);
        bool fits = used + strlen(words) + sizeof more <= size;
        used += (size_t)snprintf(text + used, size - used, "%s", fits ? words : more);
        if (!fits)
            break;
    }
    return used;
}

char *branch_name_step(const struct branches *b, int index, char name[BRANCH_NAME])
{
    char *step = NULL;
    branch_name(b, index, name);
    for (char *at = name; *at; at++)
        *at = *at == '#' ? '_' : *at;
    /* The last one: values that are texts can have the words, too. */
    for (char *at = name; b->list[index].parent >= 0 && at; at = strstr(at + 1, "from step "))
        step = strncmp(at, "from step ", 10) == 0 ? at : step;
    return step;
}

void branch_name(const struct branches *b, int index, char name[BRANCH_NAME])
{
    const struct branch *branch = &b->list[index];
    uint64_t begins = branch_begins(b, index);
    struct hparams defaults;
    const struct hparams *other = &defaults;
    hparams_init(&defaults);
    if (branch->parent >= 0) {
        char from[40];
        (void)snprintf(from, sizeof from, " from step %" PRIu64, begins);
        size_t used = settings_words(settings_at(branch, begins),
            settings_at(&b->list[branch->parent], begins), name, BRANCH_NAME - strlen(from));
        (void)snprintf(name + used, BRANCH_NAME - used, "%s", from + (used == 0));
        return;
    }
    for (int i = 0; i < index; i++) {
        if (b->list[i].parent < 0)
            other = &b->list[i].first;
    }
    if (settings_words(&branch->first, other, name, BRANCH_NAME) == 0)
        (void)snprintf(name, BRANCH_NAME, "the default settings");
}

uint64_t branch_parts(const struct branch_list *list, int index)
{
    uint64_t common[BRANCHES_MOST], until = UINT64_MAX;
    bool above[BRANCHES_MOST] = {false};
    int steps = 0, at = list->active;
    /* Up from the active one: what each has in common with it. */
    for (; at >= 0 && !above[at]; at = list->rows[at].parent) {
        above[at] = true;
        common[at] = until;
        if (list->rows[at].begins < until)
            until = list->rows[at].begins;
    }
    until = UINT64_MAX;
    for (at = index; at >= 0 && steps++ < BRANCHES_MOST; at = list->rows[at].parent) {
        if (above[at])
            return until < common[at] ? until : common[at];
        if (list->rows[at].begins < until)
            until = list->rows[at].begins;
    }
    return UINT64_MAX;
}
