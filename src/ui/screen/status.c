#include "ui/screen/status.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/dataset.h"
#include "core/optimizer.h"
#include "engine/diagnosis.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/lecture_row.h"
#include "ui/screen/lesson_arrow.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/rival.h"

/*
 * What stands before the step: the seed, where there is room for it, or, while accuracy, dead
 * and rare units and what samples are predicted to be are of an earlier step, that step. With
 * batches there is always room for either, so that nothing moves.
 */
static int before_step(const struct screen *screen, bool has_seed, char *text, size_t size)
{
    const struct snapshot *s = screen->snapshot;
    char step[FORMAT_SIZE + 8], seed[40] = "", census[FORMAT_SIZE + 24];
    format_count(s->seen.survey_step, step);
    if (has_seed)
        (void)snprintf(seed, sizeof seed, "seed %" PRIu64 "   ", screen->wanted.hparams.seed);
    (void)snprintf(census, sizeof census, "census %s   ", step);
    (void)snprintf(text, size, "%s", s->seen.surveyed ? seed : census);
    int needed = text_columns(seed), other = text_columns(census);
    return s->seen.epoch_steps > 1 && other > needed ? other : needed;
}

bool status_title_names_view(const struct screen *screen, int width)
{
    bool own_row = !screen->view->caption || screen_lacks(screen, screen->view);
    return !screen_splits(screen) && (width >= 60 || screen->presenting || !own_row);
}

/* Adds what the ghost has otherwise; alone where there is no room for both. */
static void add_rival(const struct screen *screen, int columns, char *settings, size_t size)
{
    char words[160];
    size_t used = strlen(settings);
    rival_words(screen, words, sizeof words);
    /* Apart from what stands at the right. */
    bool both = text_columns(settings) + 3 + text_columns(words) + 1 <= columns;
    if (words[0] && both)
        (void)snprintf(settings + used, size - used, " · %s", words);
    else if (words[0])
        (void)snprintf(settings, size, "%s", words);
}

void status_draw_title(const struct screen *screen, struct surface *surface, int y)
{
    const struct hparams *h = &screen->wanted.hparams;
    char lr[32], right[100] = "", settings[320];
    int room = 0;
    bool named = status_title_names_view(screen, surface->width);
    real_format(h->lr, lr, sizeof lr);
    if (screen->snapshot) {
        char step[FORMAT_SIZE + 8], before[56];
        format_count(screen->snapshot->seen.step, step);
        /* What the ghost is says more than the seed. */
        bool seed = surface->width >= 60 || (!named && !screen->snapshot->ghost);
        room = before_step(screen, seed, before, sizeof before);
        room -= text_columns(before);
        (void)snprintf(right, sizeof right, "%sstep %s", before, step);
    }
    int end = surface->width - text_columns(right), x = 0;
    if (surface->width >= (named ? 100 : 60))
        x = surface_text(surface, 0, y, -1, ROLE_TITLE, "nablascope") + 2;
    if (named)
        x = status_place_name(screen, surface, x, y);
    if (screen->recording) {
        const char *mark = surface->width >= 60 ? "● rec" : "●";
        room += text_columns(mark) + 2;
        surface_text(surface, end - room, y, -1, ROLE_BAD, mark);
    }
    const char *init = initializer_name(h->init);
    char sizes[32];
    hparams_sizes(h, sizes, sizeof sizes);
    if (surface->width >= 100)
        (void)snprintf(settings, sizeof settings, "%s %s · %s · %s · %s lr %s · %s",
            activation_name(h->activation), sizes, init, data_title(h),
            optimizer_name(h->optimizer), lr,
            screen->snapshot ? loss_name((int)screen->snapshot->seen.loss_kind) : "");
    else if (surface->width >= 60)
        (void)snprintf(settings, sizeof settings, "%s %s · %s · lr %s",
            activation_name(h->activation), sizes, init, lr);
    else
        (void)snprintf(settings, sizeof settings, "%s %s lr %s", activation_name(h->activation),
            sizes, lr);
    add_rival(screen, end - room - x - 1, settings, sizeof settings);
    surface_line(surface, x, y, end - room - x - 1, ROLE_STRONG, settings);
    surface_text(surface, end, y, -1, ROLE_TEXT, right);
}

static void pace_text(
    const struct screen *screen, const char *rate, bool narrow, char *text, size_t size)
{
    const struct snapshot *s = screen->snapshot;
    char target[FORMAT_SIZE];
    bool back = wanted_reverses(&screen->wanted);
    double wanted = back ? screen->wanted.target_rate : screen_rate(screen);
    const char *arrow = back ? "◂" : "▸";
    format_rate(wanted, target);
    if (s->seen.divergence.kind != DIVERGED_NOT && !back)
        (void)snprintf(text, size, narrow ? "diverged" : "diverged, r: reset");
    else if (screen_works(screen) && narrow)
        (void)snprintf(text, size, "working…");
    else if (screen_works(screen))
        status_progress(screen, text, size);
    else if (screen->wanted.following)
        lecture_pace_text(screen, rate, text, size);
    else if (!wanted_moves(&screen->wanted))
        (void)snprintf(text, size, "paused");
    else if (narrow)
        (void)snprintf(text, size, "%s %s/s", arrow, rate);
    else if (isinf(wanted))
        (void)snprintf(text, size, "%s %s steps/s", arrow, rate);
    else
        (void)snprintf(text, size, "%s %s of %s steps/s", arrow, rate, target);
}

/* What the training is doing, e.g. "▸ 50/s"; shorter where even the widest rate would not leave
 * columns up to `left` alone. */
static void draw_pace(const struct screen *screen, struct surface *surface, int left, int y)
{
    const struct snapshot *s = screen->snapshot;
    char rate[FORMAT_SIZE], text[64];
    bool diverged = s->seen.divergence.kind != DIVERGED_NOT;
    bool moves = wanted_moves(&screen->wanted);
    enum role role = diverged ? ROLE_BAD : moves ? ROLE_GOOD : ROLE_WARN;
    pace_text(screen, "999.9k", false, text, sizeof text);
    bool narrow = surface->width < 60 || left + text_columns(text) > surface->width;
    /* Steps that were late are caught up with: for a moment they come faster than asked for. */
    if (s->news.rate > 0)
        format_rate(
            screen->wanted.following ? s->news.rate : fmin(s->news.rate, screen_rate(screen)),
            rate);
    else
        (void)snprintf(rate, sizeof rate, "…");
    pace_text(screen, rate, narrow, text, sizeof text);
    surface_text(surface, surface->width - text_columns(text), y, -1, role, text);
}

static int labelled(
    struct surface *surface, int x, int y, const char *label, enum role role, const char *value)
{
    x = surface_text(surface, x, y, -1, ROLE_DIM, label);
    return surface_text(surface, x + 1, y, -1, role, value) + 2;
}

/* Whether it leaves what the steps are doing its place at the right. */
static bool has_room(int width, int x, const char *label, const char *value)
{
    enum { GAP = 2, PACE = 10 /* "▸ 999.9k/s" */ };
    return x + text_columns(label) + 1 + text_columns(value) + GAP + PACE <= width;
}

/* On a narrow screen the mode alone; the findings say by how much. */
static void clip_text(const struct snapshot *s, bool narrow, char *text, size_t size)
{
    char scale[FORMAT_SIZE];
    format_factor(s->seen.clip.scale, scale);
    if (s->seen.hparams.clip == CLIP_NONE || narrow)
        (void)snprintf(text, size, "%s", clip_name(s->seen.hparams.clip));
    else if (s->seen.clip.fraction > 0)
        (void)snprintf(
            text, size, "%s ×%s", clip_name(s->seen.hparams.clip), scale + strspn(scale, " "));
    else
        (void)snprintf(text, size, "%s, not needed", clip_name(s->seen.hparams.clip));
}

enum { WIDEST_CURVE = 24 }; /* columns of the sparkline */

void status_draw_numbers(const struct screen *screen, struct surface *surface, int y)
{
    const struct snapshot *s = screen->snapshot;
    char loss[FORMAT_SIZE], norm[FORMAT_SIZE], accuracy[FORMAT_SIZE], clip[40];
    bool finite = isfinite(s->seen.loss);
    int width = surface->width, curve = width >= 120 ? WIDEST_CURVE : width >= 100 ? 12 : 8;
    static const char untold[] = "  -  ";
    (void)snprintf(loss, sizeof loss, untold);
    (void)snprintf(norm, sizeof norm, untold);
    (void)snprintf(accuracy, sizeof accuracy, untold);
    if (quantity_told(&s->seen, QUANTITY_LOSS))
        format_loss(s->seen.loss, loss);
    if (quantity_told(&s->seen, QUANTITY_GRAD_NORM))
        format_scientific(s->seen.clip.norm_before, norm);
    if (quantity_told(&s->seen, QUANTITY_ACCURACY))
        (void)snprintf(accuracy, sizeof accuracy, "%.3f", s->seen.accuracy);
    bool tested = s->seen.test_samples > 0 && quantity_told(&s->seen, QUANTITY_TEST_ACCURACY);
    if (tested && width < 60)
        (void)snprintf(
            accuracy, sizeof accuracy, "%.3f/%.3f", s->seen.accuracy, s->seen.test_accuracy);
    clip_text(s, width < 110, clip, sizeof clip);
    int x = labelled(surface, 0, y, "loss", finite ? ROLE_LOSS : ROLE_BAD, loss);
    if (width >= 60) {
        double values[WIDEST_CURVE];
        int count = record_recent(&s->record, QUANTITY_LOSS, curve, values);
        chart_sparkline(
            surface, x - 1, y, curve, ROLE_LOSS, values, count, s->seen.constant_loss);
        x += curve + 1;
    }
    x = labelled(surface, x, y, width >= 100 ? "accuracy" : "acc", ROLE_STRONG, accuracy);
    if (width >= 60 && tested) {
        (void)snprintf(accuracy, sizeof accuracy, "%.3f", s->seen.test_accuracy);
        x = labelled(surface, x, y, "test", ROLE_STRONG, accuracy);
    }
    const char *label = width >= 100 ? "‖gradient‖" : "‖g‖";
    if (width >= 60 && has_room(width, x, label, norm))
        x = labelled(surface, x, y, label, ROLE_STRONG, norm);
    if (width >= 76 && has_room(width, x, "clip", clip))
        x = labelled(
            surface, x, y, "clip", s->seen.clip.fraction > 0 ? ROLE_WARN : ROLE_TEXT, clip);
    draw_pace(screen, surface, x, y);
}

static enum role badge_role(enum severity severity)
{
    switch (severity) {
    case SEVERITY_GOOD:
        return ROLE_BADGE_GOOD;
    case SEVERITY_WARN:
        return ROLE_BADGE_WARN;
    case SEVERITY_BAD:
        return ROLE_BADGE_BAD;
    case SEVERITY_NOTE:
        break;
    }
    return ROLE_STRONG;
}

static int draw_badge(struct surface *surface, int x, int y, const struct diagnosis *finding)
{
    enum role role = badge_role(finding->severity);
    return surface_print(surface, x, y, role, " %s ", finding->label);
}

static int badge_columns(const struct diagnosis *finding)
{
    return (int)strlen(finding->label) + 2;
}

/* Where a lesson says that the first one, or the others, are to be watched. */
static void place_finding(const struct screen *screen, const char *name, struct rect at)
{
    struct view_place *place = lesson_arrow_place(screen);
    if (place && strcmp(place->name, name) == 0)
        view_place_found(place, at.x, at.y, at.width);
}

/* From x on and before `end`: the badge, and its words where they fit, else the short ones. */
static void draw_finding(
    struct surface *surface, int x, int y, int end, const struct diagnosis *finding)
{
    x = draw_badge(surface, x, y, finding) + 1;
    const char *text = x + (int)strlen(finding->text) <= end ? finding->text : finding->brief;
    surface_text(surface, x, y, end - x, ROLE_STRONG, text);
}

/* Badges of the further findings before `end`, the first ones first, with `least` columns left
 * of them; returns where they begin. */
static int draw_others(const struct screen *screen, struct surface *surface, int y, int end,
    const struct diagnosis *findings, int count, int least)
{
    int columns = 0, shown = 1;
    for (int i = 1; i < count; i++) {
        int more = badge_columns(&findings[i]) + 1;
        if (columns + more > end - least)
            break;
        columns += more;
        shown++;
    }
    int begin = end - columns, x = begin + 1;
    place_finding(screen, "findings", (struct rect){x, y, columns - 1, 1});
    for (int i = 1; i < shown; i++)
        x = draw_badge(surface, x, y, &findings[i]) + 1;
    return begin;
}

/* Where there is one row: whether it learns stands at the right, the first finding before it,
 * and between them, where a lesson points to them, the badges of the others. */
static void draw_in_one_row(const struct screen *screen, struct surface *surface, int y)
{
    struct diagnosis findings[DIAGNOSES_MOST], learning;
    if (lesson_panel_asking(screen->lesson))
        return;
    int count = diagnose(screen->snapshot, findings);
    place_finding(screen, "finding", (struct rect){0, y, badge_columns(&findings[0]), 1});
    int end = surface->width;
    if (diagnose_learning(screen->snapshot, &learning)) {
        int brief = badge_columns(&learning) + 1 + (int)strlen(learning.brief);
        bool words = brief + 3 + BRIEF_MOST <= end;
        end -= words ? brief : badge_columns(&learning);
        int x = draw_badge(surface, end, y, &learning) + 1;
        if (words)
            surface_text(surface, x, y, -1, ROLE_TEXT, learning.brief);
        end--;
    }
    const struct view_place *place = lesson_arrow_place(screen);
    if (place && strcmp(place->name, "findings") == 0) {
        int least = badge_columns(&findings[0]) + 1 + (int)strlen(findings[0].brief);
        end = draw_others(screen, surface, y, end, findings, count, least);
    }
    draw_finding(surface, 0, y, end, &findings[0]);
}

void status_draw_findings(const struct screen *screen, struct surface *surface, int y, int rows)
{
    struct diagnosis findings[DIAGNOSES_MOST], learning;
    if (rows < 2) {
        draw_in_one_row(screen, surface, y);
        return;
    }
    if (lesson_panel_asking(screen->lesson))
        return;
    int count = diagnose(screen->snapshot, findings);
    place_finding(screen, "finding", (struct rect){0, y, badge_columns(&findings[0]), 1});
    draw_finding(surface, 0, y, surface->width, &findings[0]);
    if (!diagnose_learning(screen->snapshot, &learning))
        return;
    int least = badge_columns(&learning) + 1 + (int)strlen(learning.brief);
    int end = draw_others(screen, surface, y + 1, surface->width, findings, count, least);
    draw_finding(surface, 0, y + 1, end, &learning);
}

void status_draw_verdict(const struct screen *screen, struct surface *surface, int y)
{
    draw_in_one_row(screen, surface, y);
}

/* In the hints' place too, and, with the prompt as its last row where it is open, in as many
 * rows above as it takes; where there are not so many it ends at a word. */
static void draw_folded(
    const struct screen *screen, struct surface *surface, int y, const char *text)
{
    struct rect area = {0, 0, surface->width, surface->height + 1};
    int rows = surface_paragraph(NULL, area, screen->message_role, text);
    int last = rows > 1 && screen->prompt.open ? surface->height - 3 : y;
    bool fits = rows > 1 && rows <= last + 1;
    area = fits ? (struct rect){0, last + 1 - rows, surface->width, rows}
                : (struct rect){0, y, surface->width, 1};
    surface_fill(surface, area, ' ', ROLE_TEXT);
    if (fits)
        (void)surface_paragraph(surface, area, screen->message_role, text);
    else
        surface_line(surface, 0, y, surface->width, screen->message_role, text);
}

void status_draw_message(const struct screen *screen, struct surface *surface, int x, int y)
{
    enum role role = screen->message_role;
    if (!screen->message[0])
        return;
    char brief[sizeof screen->message];
    (void)snprintf(brief, sizeof brief, "%.*s", screen->message_brief, screen->message);
    const char *const forms[] = {
        screen->message, screen->message_shorter[0], screen->message_shorter[1], brief};
    const char *form = NULL, *least = screen->message;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        least = forms[i][0] ? forms[i] : least;
        if (!form && forms[i][0] && x + text_columns(forms[i]) <= surface->width)
            form = forms[i];
    }
    if (form) {
        surface_text(surface, x, y, -1, role, form);
        return;
    }
    draw_folded(screen, surface, y, least);
}
