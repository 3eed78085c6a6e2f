/* What was before, or the ghost, and what is now, in words. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/before.h"
#include "ui/views/ghost.h"

enum item { DEAD, SATURATED, LOSS, ACCURACY, SIGNAL, NORM, ITEMS };

enum { WORDS = 64 };

/* What each view is about, the most telling first. */
static const struct {
    const char *view;
    enum item items[4];
} tellings[] = {
    {"flow", {DEAD, LOSS, SIGNAL, SATURATED}},
    {"units", {DEAD, SATURATED, LOSS, ACCURACY}},
    {"clip", {NORM, LOSS, ACCURACY, DEAD}},
    {"curves", {LOSS, ACCURACY, NORM, DEAD}},
    {"data", {ACCURACY, LOSS, DEAD, SATURATED}},
    {"layer", {SIGNAL, LOSS, DEAD, SATURATED}},
    {"", {LOSS, NORM, ACCURACY, DEAD}},
};

/* What is compared with: what was before, or, where that is NULL, the ghost. */
struct past {
    const struct before *before;
    const struct snapshot *kept;
};

/* One item of both, which may be said of one alone. */
struct telling {
    enum item item;
    char label[WORDS], before[WORDS], now[WORDS];
};

static const char *trimmed(const char *text)
{
    return text + strspn(text, " ");
}

/* Of a survey: of an earlier step, where this one has not been surveyed. */
static void say_survey(const struct observation *seen, char text[WORDS])
{
    size_t used = strlen(text);
    if (!seen->surveyed)
        (void)snprintf(text + used, WORDS - used, " at step %" PRIu64, seen->survey_step);
}

static void say_norm(const struct clip_report *clip, char text[WORDS])
{
    char before[FORMAT_SIZE], after[FORMAT_SIZE];
    format_scientific(clip->norm_before, before);
    format_scientific(clip->norm_after, after);
    if (clip->fraction > 0)
        (void)snprintf(text, WORDS, "%s → %s", trimmed(before), trimmed(after));
    else
        (void)snprintf(text, WORDS, "%s", trimmed(before));
}

/* Empty where it is not defined. `of`: say of how many units. */
static void say_item(enum item item, const struct observation *seen,
    const struct layer_stats *stats, bool of, char text[WORDS])
{
    char number[FORMAT_SIZE];
    text[0] = '\0';
    switch (item) {
    case DEAD:
        if (!seen->activation.flat)
            return;
        if (of)
            (void)snprintf(
                text, WORDS, "%" PRId64 "/%" PRId64 " dead", seen->toll.dead, seen->toll.units);
        else
            (void)snprintf(text, WORDS, "%" PRId64 " dead", seen->toll.dead);
        say_survey(seen, text);
        break;
    case SATURATED:
        if (!seen->activation.bounded)
            return;
        format_share(seen->saturated, number);
        (void)snprintf(text, WORDS, "%s saturated", trimmed(number));
        break;
    case LOSS:
        format_loss(seen->loss, number);
        (void)snprintf(text, WORDS, "%s", trimmed(number));
        break;
    case ACCURACY:
        if (!quantity_told(seen, QUANTITY_ACCURACY))
            return;
        (void)snprintf(text, WORDS, "%.3f", seen->accuracy);
        say_survey(seen, text);
        break;
    case SIGNAL:
        if (!stats)
            return;
        format_scientific(stats->signal, number);
        (void)snprintf(text, WORDS, "%s", trimmed(number));
        break;
    case NORM:
    case ITEMS:
        say_norm(&seen->clip, text);
        break;
    }
}

static void say_label(enum item item, int layer, int layers, char label[WORDS])
{
    static const char *const labels[] = {
        [LOSS] = "loss ", [ACCURACY] = "accuracy ", [NORM] = "‖g‖ ", [ITEMS] = NULL};
    if (item == SIGNAL && layer == layers)
        (void)snprintf(label, WORDS, "signal of the output ");
    else if (item == SIGNAL)
        (void)snprintf(label, WORDS, "signal of layer %d ", layer);
    else
        (void)snprintf(label, WORDS, "%s", labels[item] ? labels[item] : "");
}

static bool diverged(const struct snapshot *snapshot)
{
    return snapshot->seen.divergence.kind != DIVERGED_NOT;
}

static struct telling telling_of(
    const struct snapshot *before, const struct snapshot *now, enum item item, int layer)
{
    struct telling telling = {.item = item};
    int layers = now->seen.layer_count;
    bool of = before->seen.toll.units != now->seen.toll.units;
    say_label(item, layer, layers, telling.label);
    if (!diverged(before))
        say_item(item, &before->seen, ghost_layer(before, now, layer), of, telling.before);
    if (!diverged(now))
        say_item(item, &now->seen, &now->seen.layers[layer - 1], of, telling.now);
    return telling;
}

/* Without room for more: "loss 0.0390 → 0.1990", or "ghost loss 0.0390, here 0.1990". */
static void say_briefly(const struct past *past, const struct snapshot *now,
    const struct telling *telling, char *text, size_t size)
{
    const char *was = diverged(past->kept) ? "diverged" : telling->before;
    const char *is = diverged(now) ? "diverged" : telling->now;
    text[0] = '\0';
    if (!was[0] || !is[0])
        return;
    if (!past->before)
        (void)snprintf(text, size, "ghost %s%s, here %s", telling->label, was, is);
    else if (telling->item != NORM) /* which may have an arrow of its own */
        (void)snprintf(text, size, "%s%s → %s", telling->label, was, is);
}

/* Adds to a list of items with commas. */
static void add(char *text, size_t size, const char *label, const char *words)
{
    size_t used = strlen(text);
    if (words[0])
        (void)snprintf(text + used, size - used, "%s%s%s", used > 0 ? ", " : "", label, words);
}

static void say_divergence(const struct snapshot *snapshot, char *text, size_t size)
{
    if (diverged(snapshot))
        (void)snprintf(text, size, "diverged at step %" PRIu64, snapshot->seen.divergence.step);
}

/* "1 dead, loss 0.0390; now 22 dead, 0.1990": labels come again where not all items do. False
 * where one side has nothing. */
static bool join(const struct past *past, const struct snapshot *now,
    const struct telling *list, int count, char *text, size_t size)
{
    char was[200] = "", is[200] = "";
    bool same = true;
    for (int i = 0; i < count; i++)
        same = same && list[i].before[0] && list[i].now[0];
    say_divergence(past->kept, was, sizeof was);
    say_divergence(now, is, sizeof is);
    for (int i = 0; i < count; i++) {
        add(was, sizeof was, list[i].label, list[i].before);
        add(is, sizeof is, same ? "" : list[i].label, list[i].now);
    }
    (void)snprintf(text, size, "%s; %s %s", was, past->before ? "now" : "here", is);
    return was[0] && is[0];
}

/* "lr 3", "relu": what everybody knows by its name stands alone. */
static void say_setting(
    const struct hparams *hparams, const struct hparam *row, char text[WORDS])
{
    char value[40];
    hparam_brief(hparams, row, value, sizeof value);
    bool alone = strcmp(row->name, "activation") == 0 || strcmp(row->name, "optimizer") == 0;
    (void)snprintf(text, WORDS, "%s%s%s", alone ? "" : row->name, alone ? "" : " ", value);
}

/* What is another setting now: two of them, and how many more. False when none is. */
static bool say_settings(
    const struct hparams *before, const struct hparams *now, char *text, size_t size)
{
    int count = 0;
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char setting[WORDS];
        size_t used = strlen(text);
        if (hparam_equal(before, now, row) || (row->relevant && !row->relevant(now)))
            continue;
        say_setting(now, row, setting);
        if (count++ < 2)
            (void)snprintf(text + used, size - used, "%s%s", count > 1 ? ", " : " ", setting);
    }
    size_t used = strlen(text);
    if (count > 2)
        (void)snprintf(text + used, size - used, " and %d more", count - 2);
    return count > 0;
}

/* "ghost lr 10: ", "ghost lr 10, at step 41: ": where it has come no further. */
static void say_ghost(
    const struct snapshot *ghost, const struct snapshot *now, char *text, size_t size)
{
    char settings[160] = "", brief[120], step[40] = "";
    (void)say_settings(&now->seen.hparams, &ghost->seen.hparams, settings, sizeof settings);
    if (ghost->seen.step != now->seen.step && !diverged(ghost))
        (void)snprintf(step, sizeof step, ", at step %" PRIu64, ghost->seen.step);
    text_cut(brief, sizeof brief, settings);
    (void)snprintf(text, size, "ghost%s%s: ", brief, step);
}

/* "before lr 3 (step 250): ". */
static void say_heading(
    const struct past *past, const struct snapshot *now, bool step, char *text, size_t size)
{
    const struct before *before = past->before;
    const struct snapshot *kept = past->kept;
    if (!before) {
        say_ghost(kept, now, text, size);
        return;
    }
    char settings[160] = "";
    bool changed =
        say_settings(&kept->seen.hparams, &now->seen.hparams, settings, sizeof settings);
    if (before->held)
        (void)snprintf(settings, sizeof settings, "kept");
    else if (before->preset[0])
        (void)snprintf(settings, sizeof settings, "before preset %s", before->preset);
    else {
        char list[sizeof settings - 16];
        bool after = kept->seen.step <= now->seen.step || kept->news.builds != now->news.builds;
        text_cut(list, sizeof list, changed ? settings : "");
        (void)snprintf(
            settings, sizeof settings, "%s%s", after || changed ? "before" : "kept", list);
    }
    if (step)
        (void)snprintf(text, size, "%s (step %" PRIu64 "): ", settings, kept->seen.step);
    else
        (void)snprintf(text, size, "%s: ", settings);
}

enum brevity { FULL, WITHOUT_STEP, BRIEF, BREVITIES };

/* As many items as have room, the first things first. Returns how many; 0 where nothing can be
 * said of one side. */
static int tell(const struct past *past, const struct snapshot *now, const enum item items[4],
    int layer, enum brevity brevity, int columns, char *text, size_t size)
{
    struct telling chosen[4];
    int count = 0, told = 0;
    char heading[200];
    say_heading(past, now, brevity == FULL, heading, sizeof heading);
    for (size_t i = 0; i < ARRAY_LEN(chosen) && (count == 0 || brevity != BRIEF); i++) {
        char line[600];
        bool whole = true;
        chosen[count] = telling_of(past->kept, now, items[i], layer);
        bool differs = strcmp(chosen[count].before, chosen[count].now) != 0;
        if (!differs && items[i] != LOSS)
            continue;
        (void)snprintf(line, sizeof line, "%s", heading);
        size_t used = strlen(line);
        if (brevity == BRIEF)
            say_briefly(past, now, &chosen[count], line, sizeof line);
        else
            whole = join(past, now, chosen, count + 1, line + used, sizeof line - used);
        if (!line[0] || text_columns(line) > columns)
            continue;
        count++;
        if (!whole) /* the next one may be of both sides */
            continue;
        (void)snprintf(text, size, "%s", line);
        told = count;
    }
    return told;
}

void before_line(const struct before *before, const struct snapshot *now, const char *view,
    int layer, int columns, char *text, size_t size)
{
    size_t which = 0;
    int told = 0;
    const struct past past =
        now->ghost ? (struct past){NULL, now->ghost} : (struct past){before, &before->kept};
    text[0] = '\0';
    if (!now->ghost && now->news.branches.ghost > 0)
        (void)snprintf(text, size, "out of memory: the ghost cannot be shown");
    if (text[0] || (!now->ghost && !before_kept(before)))
        return;
    while (tellings[which].view[0] && strcmp(tellings[which].view, view) != 0)
        which++;
    layer = strcmp(view, "layer") == 0 ? layer : 1;
    for (int brevity = FULL; brevity < BREVITIES && told == 0; brevity++)
        told = tell(&past, now, tellings[which].items, layer, (enum brevity)brevity, columns,
            text, size);
}

bool before_draw(const struct before *before, const struct snapshot *now, const char *view,
    int layer, struct surface *surface, struct rect row)
{
    enum { MARK = 2, HINT = 8 };
    bool ghost = now->news.branches.ghost > 0;
    const char *key = ghost ? "h" : "B", *drop = ghost ? " off" : " drop";
    char line[600];
    before_line(before, now, view, layer, row.width - MARK, line, sizeof line);
    if (!line[0])
        return false;
    surface_put(surface, row.x, row.y, GLYPH_RING, ROLE_GHOST);
    surface_text(surface, row.x + MARK, row.y, row.width - MARK, ROLE_TEXT, line);
    if (MARK + text_columns(line) + HINT <= row.width) {
        int x = row.x + row.width - text_columns(key) - text_columns(drop);
        x = surface_text(surface, x, row.y, -1, ROLE_KEY, key);
        surface_text(surface, x, row.y, -1, ROLE_DIM, drop);
    }
    return true;
}
