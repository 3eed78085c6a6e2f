/* The picture: which parts there is room for, and where they stand. */
#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "ui/draw/chart.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/layer_pitch.h"
#include "ui/draw/timeline.h"
#include "ui/screen/lecture_row.h"
#include "ui/screen/lesson_arrow.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/menu.h"
#include "ui/screen/overlay.h"
#include "ui/screen/rival.h"
#include "ui/screen/scenes.h"
#include "ui/screen/status.h"
#include "ui/screen/strip.h"
#include "ui/screen/time_strip.h"
#include "ui/screen/view_strip.h"
#include "ui/views/event_ticks.h"
#include "ui/views/ghost.h"

/* Work that takes longer says how to give it up. */
#define LONG_SECONDS 0.5
/* Rows from which a message has one of its own. */
enum { MESSAGE_FROM = 16 };
enum { HALF_MOST = 1024 }; /* columns of one of two views that a caption uses */

/* Rows of each part; 0: left out. */
struct rows {
    int look, curve, table, findings, caption, strip, message;
    int gap_top, gap_middle, gap_bottom; /* blank rows */
};

static int table_heading(int height)
{
    return height >= 20 ? 2 : height >= 14 ? 1 : 0;
}

/* What is left of the rows of a table of layers that is not to become thicker; of few layers
 * the bars leave the curve its room first. */
static int curve_rows(int body, int heading, int layers)
{
    int rows = body - heading, hidden = layers - 1;
    int curve = hidden <= LAYERS_FEW ? 5 : 6; /* its title among them */
    struct layer_pitch pitch = layers_pitch(hidden, rows - (hidden <= LAYERS_FEW ? curve : 0));
    int left = rows - pitch.output - hidden * pitch.hidden;
    return left < curve ? 0 : left > 20 ? 20 : left;
}

/*
 * The fixed parts first, then a row for each layer, then air, then thicker bars (the view sees
 * to that), and what is left becomes the curve of the loss.
 */
static struct rows rows_of(int height, int layers, int look, int time, bool lesson)
{
    struct rows r = {.look = look,
        .findings = height >= 18 ? 2 : 1,
        .caption = height >= 20,
        .strip = time > 0 ? time
            : height < 18 ? 1
            : height < 36 ? 2
                          : 3,
        .message = height >= 16};
    int fixed = 3 + r.look + r.findings + r.caption + r.strip + r.message;
    int left = height - fixed - (lesson ? 2 : table_heading(height)) - layers;
    /* Below it stands a lesson, whose layers count more than settings. */
    for (; lesson && left < 0 && time == 0 && r.strip > 0; left++, fixed--)
        r.strip--;
    for (; lesson && left < 0 && r.findings > 1; left++, fixed--)
        r.findings--;
    r.gap_middle = left >= 1;
    r.gap_top = left >= 2 && !look;
    r.gap_bottom = left >= 3;
    int gaps = r.gap_middle + r.gap_top + r.gap_bottom;
    int body = height - fixed - gaps;
    r.curve = curve_rows(body, table_heading(height), layers);
    r.table = body - r.curve;
    return r;
}

/* The view, or what it lacks in its place. */
static void draw_view(const struct screen *screen, const struct view *view,
    const struct scene *scene, bool large, struct surface *surface, struct rect area)
{
    const char *lack = screen_lacks(screen, view);
    if (lack)
        (void)surface_paragraph(surface, area, large ? ROLE_STRONG : ROLE_TEXT, lack);
    else if (large && view->present)
        view->present(scene, surface, area);
    else
        view->draw(scene, surface, area);
}

/* The line of what was before, in a row that is blank otherwise; false where there is none. */
static bool draw_before(struct screen *screen, struct surface *surface, int x, int y)
{
    int layer = screen_scene(screen, screen->view).selection.layer;
    return before_draw(&screen->before, screen->snapshot, screen->view->name, layer, surface,
        (struct rect){x, y, surface->width - x, 1});
}

/* What the curve of the loss is scaled by. */
struct loss_curve {
    const struct chart_span *spans;
    int columns;
    double level;
};

static double loss_share(const void *context, double loss)
{
    const struct loss_curve *curve = context;
    return chart_curve_share(curve->spans, curve->columns, curve->level, loss);
}

/* The loss over all steps. */
static void draw_loss(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot, *ghost = scene->ghost;
    struct chart_span spans[TIMELINE_WIDEST];
    uint64_t total = snapshot->record.steps.total;
    if (total == 0 || area.width <= CHART_LABELS)
        return;
    struct timeline time = timeline_of(TIMELINE_LINEAR, total, area.width - CHART_LABELS);
    int columns = timeline_columns(&time);
    for (int i = 0; i < columns; i++) {
        struct record_range loss = record_range(&snapshot->record, QUANTITY_LOSS,
            timeline_first(&time, i), timeline_step(&time, i));
        bool finite = isfinite(loss.last.value);
        spans[i] = (struct chart_span){finite ? loss.low : NAN, finite ? loss.high : NAN};
    }
    const struct chart_title title = {
        "loss", snapshot->seen.constant_loss, "what the best constant answer costs"};
    chart_curve(surface, area, ROLE_LOSS, &title, spans, columns);
    area.y++; /* below its title */
    area.height--;
    event_ticks_draw(snapshot, !scene->asking, &time, surface,
        &(struct tick_place){
            area.x + CHART_LABELS, area.y, area.height, area.y + area.height, false, 0});
    struct loss_curve loss = {spans, columns, title.level};
    struct ghost_curve curve = {QUANTITY_LOSS, 0, loss_share, &loss};
    area.x += CHART_LABELS;
    area.width -= CHART_LABELS;
    ghost_draw_curve(ghost, snapshot, &time, &curve, surface, area);
}

/* A caption takes a whole row of a surface: here one as wide as the area. */
static void draw_caption(
    const struct scene *scene, const struct view *view, struct surface *surface, struct rect at)
{
    struct cell cells[HALF_MOST];
    struct surface row = {at.width < HALF_MOST ? at.width : HALF_MOST, 1, cells};
    struct scene alone = *scene;
    alone.place = NULL; /* it would be one of that row */
    surface_clear(&row);
    view->caption(&alone, &row, 0);
    surface_copy(surface, at.x, at.y, &row, (struct rect){0, 0, row.width, 1});
}

/* A table of layers beside another view, with all that it has alone: the curve of the loss
 * above where rows are left, its caption below. */
static void draw_table(const struct screen *screen, const struct view *view,
    const struct scene *scene, struct surface *surface, struct rect area)
{
    int layers = scene->snapshot->seen.layer_count, heading = table_heading(area.height);
    int left = area.height - heading - layers, caption = left >= 1, gap = left >= 2;
    int body = area.height - caption - gap, curve = curve_rows(body, heading, layers);
    if (curve > 0)
        draw_loss(scene, surface, (struct rect){area.x, area.y, area.width, curve - 1});
    draw_view(screen, view, scene, false, surface,
        (struct rect){area.x, area.y + curve, area.width, body - curve});
    if (caption)
        draw_caption(scene, view, surface,
            (struct rect){area.x, area.y + area.height - 1, area.width, 1});
}

static void draw_one(struct screen *screen, const struct view *view, const struct scene *scene,
    struct surface *surface, struct rect area)
{
    if (screen_races(screen))
        rival_draw_name(screen, scene, surface, area.x, area.y, area.width);
    else
        status_draw_view(screen, view, surface, area.x, area.y, area.width);
    int end = area.x + area.width, head = area.y;
    area.y++;
    area.height--;
    if (view->caption && !screen_lacks(screen, view))
        draw_table(screen, view, scene, surface, area);
    else
        draw_view(screen, view, scene, false, surface, area);
    if (!screen_races(screen))
        status_place_selected(screen, scene, view, end, head);
}

/* The second of two views, or the ghost. */
static void draw_beside(struct screen *screen, struct surface *surface, struct rect area)
{
    bool races = screen_races(screen);
    const struct view *view = races ? screen->view : screen->beside;
    struct scene scene = races ? screen_ghost_scene(screen, view) : screen_scene(screen, view);
    draw_one(screen, view, &scene, surface, area);
}

/* Beneath the numbers: how it stands with a lecture, or the line of a scene, which would say
 * beforehand what a lesson asks. */
static int head_rows(const struct screen *screen)
{
    if (screen->lesson)
        return 0;
    return lecture_rows(screen) > 0 ? lecture_rows(screen) : scenes_rows(screen);
}

static void draw_head(const struct screen *screen, struct surface *surface, int y)
{
    if (head_rows(screen) == 0)
        return;
    if (lecture_rows(screen) > 0)
        lecture_draw(screen, surface, y);
    else
        scenes_draw(screen, surface, y);
}

/* The settings, which arrow keys change, or the time line, on which they go back and on. */
static void draw_strip(const struct screen *screen, struct surface *surface, struct rect area)
{
    if (time_strip_rows(screen, surface->height) > 0)
        time_strip_draw(screen, surface, area);
    else
        strip_draw(&screen->wanted.hparams, screen->selected, surface, area);
}

/* What surrounds a view that is no table of layers, or two: a line says what one looks at.
 */
static bool draw_views(struct screen *screen, struct surface *surface)
{
    int height = surface->height, width = surface->width, y = 0;
    int findings = height >= 22 ? 2 : 1, message = height >= 16, gap = height >= 20;
    int strip = height < 16 ? 0 : height < 36 ? 1 : 2;
    int time = time_strip_rows(screen, height);
    strip = time > 0 ? time : strip;
    int look = head_rows(screen), top = look > gap ? look : gap;
    status_draw_title(screen, surface, y++);
    status_draw_numbers(screen, surface, y++);
    draw_head(screen, surface, y);
    y += top;
    struct rect area = {0, y, width, height - y - gap - findings - strip - message - 1};
    y += area.height + gap;
    if (screen_splits(screen)) {
        int half = (width - 3) / 2;
        for (int i = 0; i < area.height; i++)
            surface_put(surface, half + 1, area.y + i, GLYPH_BORDER, ROLE_DIM);
        /* Of a race each has the same room, so that their axes are alike. */
        int rest = screen_races(screen) ? half : width - half - 3;
        draw_beside(screen, surface, (struct rect){half + 3, area.y, rest, area.height});
        area.width = half;
    }
    struct scene scene = screen_scene(screen, screen->view);
    draw_one(screen, screen->view, &scene, surface, area);
    status_draw_findings(screen, surface, y, findings);
    (void)screen_wave_draw(screen, surface, y + findings - 1);
    draw_strip(screen, surface, (struct rect){0, y + findings, width, strip});
    return gap && draw_before(screen, surface, 0, y - 1);
}

/* For the last row of a lecture hall: settings and step, the view's large picture, the
 * verdict.
 */
static bool draw_presentation(struct screen *screen, struct surface *surface)
{
    int message = surface->height >= 16;
    int gap = surface->height >= 20 || head_rows(screen) > 0;
    int time = time_strip_rows(screen, surface->height);
    struct rect area = {0, 1 + gap, surface->width, surface->height - 3 - gap - message - time};
    status_draw_title(screen, surface, 0);
    draw_head(screen, surface, 1);
    struct scene scene = screen_scene(screen, screen->view);
    draw_view(screen, screen->view, &scene, true, surface, area);
    if (!screen_wave_draw(screen, surface, area.y + area.height))
        status_draw_verdict(screen, surface, area.y + area.height);
    if (time > 0)
        time_strip_draw(
            screen, surface, (struct rect){0, area.y + area.height + 1, surface->width, time});
    return gap && head_rows(screen) == 0 && draw_before(screen, surface, 0, 1);
}

static bool draw_parts(struct screen *screen, struct surface *surface)
{
    const struct snapshot *snapshot = screen->snapshot;
    struct rows r = rows_of(surface->height, snapshot->seen.layer_count, head_rows(screen),
        time_strip_rows(screen, surface->height), screen->lesson != NULL);
    struct scene scene = screen_scene(screen, screen->view);
    int y = 0, width = surface->width;
    status_draw_title(screen, surface, y++);
    status_draw_numbers(screen, surface, y++);
    draw_head(screen, surface, y);
    y += r.look + r.gap_top;
    if (r.curve > 0)
        draw_loss(&scene, surface, (struct rect){0, y, width, r.curve - 1});
    y += r.curve;
    screen->view->draw(&scene, surface, (struct rect){0, y, width, r.table});
    y += r.table;
    bool before = r.gap_middle && draw_before(screen, surface, 0, y);
    y += r.gap_middle;
    status_draw_findings(screen, surface, y, r.findings);
    y += r.findings;
    bool told = screen_wave_draw(screen, surface, r.caption ? y : y - 1);
    if (r.caption && !told)
        screen->view->caption(&scene, surface, y);
    y += r.caption;
    y += r.gap_bottom;
    draw_strip(screen, surface, (struct rect){0, y, width, r.strip});
    return before;
}

void status_progress(const struct screen *screen, char *text, size_t size)
{
    static const char *const works[] = {
        "weights", "step, forward", "step, backward", "counting all samples"};
    const struct progress_news *p = &screen->progress;
    if (p->total < 1)
        (void)snprintf(text, size, "working…");
    else if (p->work == WORK_FORWARD || p->work == WORK_SURVEY)
        (void)snprintf(text, size, "%s…", works[p->work]);
    else
        (void)snprintf(text, size, "%s %d %%", works[p->work], 100 * p->done / p->total);
}

static void draw_waiting(const struct screen *screen, struct surface *surface)
{
    status_draw_title(screen, surface, 0);
    char progress[40];
    bool differ = hparams_has_widths(&screen->wanted.hparams);
    int depth = screen->wanted.hparams.depth, width = screen->wanted.hparams.width;
    surface_print(surface, 0, 2, ROLE_TEXT, "building %d layer%s of %s%d unit%s…", depth,
        PLURAL(depth), differ ? "up to " : "", width, PLURAL(width));
    status_progress(screen, progress, sizeof progress);
    surface_text(surface, 0, 3, -1, ROLE_STRONG, progress);
    surface_text(surface, 0, 5, -1, ROLE_DIM, "another setting gives it up; q leaves");
    if (screen->wanted.handled > 0 && !screen->wanted.running)
        surface_text(surface, 0, 4, -1, ROLE_TEXT, "paused: space goes on");
}

/* Whether the line of what was before has found a row. */
static bool draw_main(struct screen *screen, struct surface *surface)
{
    bool alone =
        screen->view->caption && !screen_splits(screen) && !screen_lacks(screen, screen->view);
    bool before = screen->presenting ? draw_presentation(screen, surface)
        : alone                      ? draw_parts(screen, surface)
                                     : draw_views(screen, surface);
    if (screen->overlay == OVERLAY_WHY)
        overlay_draw_why(screen, surface);
    return before;
}

/*
 * One of them at a time: a message, how to give long work up, what is armed, what was before
 * where that has found no other row, the views. With few rows a message and what was before
 * share the footer's row, and so does a message while the prompt has its own.
 */
static void draw_message_row(
    struct screen *screen, struct surface *surface, struct rect row, bool own_row, bool before)
{
    bool covered = screen->overlay != OVERLAY_NONE;
    bool works = screen_works(screen) && screen->now - screen->asked_at > LONG_SECONDS;
    if (screen->message[0] && (!covered || screen->message_is_error))
        status_draw_message(screen, surface, row.x, row.y);
    if (screen->message[0] || covered || !screen->snapshot || screen->prompt.open)
        return;
    if (own_row && works && !screen->presenting)
        surface_line(surface, 0, row.y, row.width, ROLE_DIM,
            "still at work on that: another setting gives it up");
    else if (own_row && status_armed(screen))
        status_draw_armed(screen, surface, row.y);
    else if (!before && draw_before(screen, surface, row.x, row.y))
        return;
    else if (own_row && !screen->presenting)
        view_strip_draw(screen->view, surface, row.y);
}

/* All but a lesson, on a surface of its own size. */
static void draw_laboratory(struct screen *screen, struct surface *surface)
{
    int width = surface->width, height = surface->height;
    bool before = true; /* it is shown, or need not be */
    struct rect above_footer = {0, 0, width, height - 1};
    if (screen->overlay == OVERLAY_HELP)
        overlay_draw_help(screen, surface, above_footer);
    else if (screen->overlay == OVERLAY_PRESETS)
        menu_draw(screen, surface, above_footer);
    else if (screen->overlay == OVERLAY_EVENTS && screen->snapshot)
        overlay_draw_events(screen, surface, above_footer);
    else if (screen->snapshot)
        before = draw_main(screen, surface);
    else
        draw_waiting(screen, surface);
    int after = status_draw_footer(screen, surface, height - 1, !before);
    bool own_row = height >= MESSAGE_FROM && !screen->prompt.open;
    draw_message_row(screen, surface,
        (struct rect){own_row ? 0 : after, height - (own_row ? 2 : 1), width, 1}, own_row,
        before);
    if (screen->prompt.open)
        prompt_draw(&screen->prompt, surface, height - 2);
}

/* The laboratory as on a smaller terminal, and the lesson in the rest. What covers the
 * laboratory, its prompt and what it says count more than a page over it. */
static void draw_with_lesson(struct screen *screen, struct surface *surface)
{
    struct panel_places places =
        lesson_panel_places(screen->lesson, surface->width, surface->height);
    struct rect lab = places.lab;
    bool small = surface->height < MESSAGE_FROM;
    if (screen_covers(screen) ||
        (places.over && (screen->prompt.open || screen->overlay != OVERLAY_NONE))) {
        draw_laboratory(screen, surface);
        return;
    }
    struct surface *inner = surface_create(lab.width, lab.height + places.dropped);
    if (!inner) {
        surface_text(surface, 0, 0, -1, ROLE_BAD, "out of memory for the picture");
        return;
    }
    screen->width = lab.width;
    lesson_arrow_begin(screen);
    draw_laboratory(screen, inner);
    lesson_arrow_draw(screen, inner);
    surface_copy(surface, 0, 0, inner, (struct rect){0, 0, lab.width, lab.height});
    if (places.panel.height > 1 || !small || !screen->message[0])
        lesson_panel_draw(screen->lesson, surface, &places);
    if (places.over && screen->message[0]) {
        int last = surface->height - 1;
        surface_fill(surface, (struct rect){0, last, surface->width, 1}, ' ', ROLE_TEXT);
        status_draw_message(screen, surface, 0, last);
    }
    surface_destroy(inner);
}

void screen_draw(struct screen *screen, struct surface *surface)
{
    int width = surface->width, height = surface->height;
    screen->width = width;
    lesson_panel_withhold(screen);
    surface_clear(surface);
    if (width < SCREEN_LEAST_WIDTH || height < SCREEN_LEAST_HEIGHT)
        surface_print(surface, 0, 0, ROLE_WARN, "needs %dx%d, has %dx%d; q: quit",
            SCREEN_LEAST_WIDTH, SCREEN_LEAST_HEIGHT, width, height);
    else if (screen->lesson)
        draw_with_lesson(screen, surface);
    else
        draw_laboratory(screen, surface);
}
