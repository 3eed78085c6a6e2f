#include "engine/events.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/run.h"

/* Values that say by themselves what they are of. */
static bool speaks(const struct hparam *row)
{
    return strcmp(row->name, "activation") == 0 || strcmp(row->name, "optimizer") == 0;
}

void setting_label(const struct hparam *row, const char *value, char *text, size_t size)
{
    (void)snprintf(
        text, size, "%s%s%s", speaks(row) ? "" : row->name, speaks(row) ? "" : " ", value);
}

/* Puts a piece behind the others, if it has room; so long as the whole would be. */
static size_t add(char *text, size_t size, size_t used, const char *piece)
{
    const char *comma = used > 0 ? ", " : "";
    size_t length = strlen(piece), needed = used + strlen(comma) + length;
    if (needed < size) {
        memcpy(text + used, comma, strlen(comma));
        memcpy(text + needed - length, piece, length + 1);
    }
    return needed;
}

bool change_label(const struct hparams *from, const struct hparams *to, char *text, size_t size)
{
    int changed = 0;
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char value[64], piece[100];
        if (hparam_equal(from, to, row))
            continue;
        hparam_brief(to, row, value, sizeof value);
        setting_label(row, value, piece, sizeof piece);
        changed++;
        if (used < size)
            used = add(text, size, used, piece);
    }
    if (changed > 1 && (changed > 2 || used >= size))
        (void)snprintf(text, size, "%d changes", changed);
    else if (used >= size)
        (void)snprintf(text, size, "1 change");
    return changed > 0;
}

/* "lr 1 → 3, activation sigmoid → relu", as far as there is room. */
static void change_text(
    const struct hparams *from, const struct hparams *to, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char was[64], is[64], piece[160];
        if (hparam_equal(from, to, row))
            continue;
        hparam_brief(from, row, was, sizeof was);
        hparam_brief(to, row, is, sizeof is);
        (void)snprintf(piece, sizeof piece, "%s %s → %s", row->name, was, is);
        if (used < size - sizeof "…")
            used = add(text, size - sizeof "…", used, piece);
        if (used >= size - sizeof "…") {
            (void)strcat(text, "…");
            return;
        }
    }
}

static void begin_text(const struct hparams *hparams, char *text, size_t size)
{
    static const char *const told[] = {
        "activation", "init", "data", "optimizer", "lr", "clip", "seed"};
    hparams_sizes(hparams, text, size);
    size_t used = strlen(text);
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        const struct hparam *row = hparam_find(told[i], NULL);
        char value[64], piece[100];
        bool named = i >= 4;
        if (!row || (strcmp(told[i], "clip") == 0 && hparams->clip == 0))
            continue;
        hparam_brief(hparams, row, value, sizeof value);
        (void)snprintf(
            piece, sizeof piece, "%s%s%s", named ? told[i] : "", named ? " " : "", value);
        if (used < size)
            used = add(text, size, used, piece);
    }
}

static void add_alert(struct events *events, const struct alert *alert)
{
    struct run_event *event = &events->list[events->count++];
    *event = (struct run_event){.kind = EVENT_ALERT, .step = alert->step, .alert = *alert};
    (void)snprintf(event->label, sizeof event->label, "%s", alert_label(alert->kind));
    for (char *c = event->label; *c; c++)
        *c = (char)tolower((unsigned char)*c);
}

/* The first `changed` changes, from step 1 on, the last first; returns how many. */
static int gather_changes(
    const struct run *run, int changed, struct run_event changes[EVENT_CHANGES])
{
    int count = 0;
    for (int last = changed - 1, first; last >= 0 && count < EVENT_CHANGES; last = first - 1) {
        uint64_t step = run->changes.list[last].step;
        for (first = last; first > 0 && run->changes.list[first - 1].step == step;)
            first--;
        const struct hparams *to = &run->changes.list[last].hparams;
        const struct hparams *from =
            first > 0 ? &run->changes.list[first - 1].hparams : &run->first;
        struct run_event event = {.kind = EVENT_CHANGE, .step = step};
        if (step == 0 || !change_label(from, to, event.label, sizeof event.label))
            continue;
        change_text(from, to, event.text, sizeof event.text);
        changes[count++] = event;
    }
    return count;
}

/* The settings with which the first update was made. */
static const struct hparams *begun_with(const struct run *run)
{
    int at = 0;
    while (at < run->changed && run->changes.list[at].step == 0)
        at++;
    return at > 0 ? &run->changes.list[at - 1].hparams : &run->first;
}

/* The beginning, and so many changes among the alerts before step `end`. */
static void list_events(struct events *events, const struct run *run, int changed,
    const struct alerts *alerts, uint64_t end)
{
    struct run_event changes[EVENT_CHANGES];
    int left = gather_changes(run, changed, changes);
    const struct alert *alert;
    int back = 0;
    events->count = 1;
    events->list[0] = (struct run_event){.kind = EVENT_BEGIN};
    begin_text(begun_with(run), events->list[0].text, sizeof events->list[0].text);
    while (alerts_recent(alerts, back))
        back++;
    while (back-- > 0) {
        alert = alerts_recent(alerts, back);
        while (left > 0 && changes[left - 1].step <= alert->step)
            events->list[events->count++] = changes[--left];
        if (alert->step < end)
            add_alert(events, alert);
    }
    while (left > 0)
        events->list[events->count++] = changes[--left];
}

void events_take(struct events *events, const struct run *run, const struct story *story)
{
    list_events(events, run, run->changed, &story->alerts, UINT64_MAX);
}

void events_take_ahead(struct events *events, const struct run *run)
{
    const struct story *told;
    uint64_t end = run_known(run, &told);
    int ahead = 0;
    events->count = 0;
    if (!run_ahead(run))
        return;
    list_events(events, run, run->changes.count, &told->alerts, end);
    for (int i = 0; i < events->count; i++) {
        if (events->list[i].step > run->training->step)
            events->list[ahead++] = events->list[i];
    }
    events->count = ahead;
}

const struct run_event *events_next(
    const struct events *behind, const struct events *ahead, uint64_t step)
{
    const struct events *const both[] = {behind, ahead};
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < both[k]->count; i++) {
            if (both[k]->list[i].step > step)
                return &both[k]->list[i];
        }
    }
    return NULL;
}

const struct run_event *events_before(
    const struct events *behind, const struct events *ahead, uint64_t step)
{
    const struct events *const both[] = {ahead, behind};
    for (int k = 0; k < 2; k++) {
        for (int i = both[k]->count - 1; i >= 0; i--) {
            if (both[k]->list[i].step < step)
                return &both[k]->list[i];
        }
    }
    return NULL;
}
