/*
 * Data with numbers to be predicted: of one input the samples and the curve of the output over
 * it, of more what the net answers against what it should. The numbers in the data's own units,
 * inputs as trained on.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "ui/draw/bigtext.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/linear_axis.h"
#include "ui/views/data.h"

enum { LABELS = 9, KEY = 26, NAME = 24 };

bool data_numbers_shown(const struct scene *scene)
{
    return scene->snapshot->plane.valid && scene->snapshot->plane.targets > 0;
}

/* What is drawn, of the first of the numbers. */
struct plot {
    const struct plane_detail *plane;
    const struct target *target;
    struct rect area;
    bool curve;         /* over the one input; else answer against truth */
    double left, right; /* edges */
    double bottom, top;
};

/* As it stands in the data. */
static double own(const struct plot *plot, double value)
{
    return plot->target->mean + plot->target->scale * value;
}

static double dot_x(const struct plot *plot, const struct plane_dot *dot)
{
    return plot->curve ? dot->x : own(plot, dot->target);
}

static double dot_y(const struct plot *plot, const struct plane_dot *dot)
{
    return own(plot, plot->curve ? dot->target : dot->answer);
}

/* The output at a place 0..1 from the left edge. */
static double curve_at(const struct plot *plot, double place)
{
    const struct plane_detail *p = plot->plane;
    double x = place * p->width - 0.5;
    int low = x < 0 ? 0 : (int)x, high = low + 1 < p->width ? low + 1 : low;
    low = low < p->width ? low : p->width - 1;
    double share = x - low < 0 ? 0 : x - low > 1 ? 1 : x - low;
    return own(plot, p->values[low] + share * (p->values[high] - p->values[low]));
}

static void reach(double value, double *low, double *high)
{
    if (!isfinite(value))
        return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

/* Who always answers the same: the mean, where the output can be that. */
static const char *constant_words(const struct snapshot *s)
{
    return observation_output_bends(&s->seen) ? "best constant answer" : "the mean alone";
}

static struct plot plot_of(const struct snapshot *s, struct rect area)
{
    const struct plane_detail *p = &s->plane;
    struct plot plot = {p, &p->data->target_info[0], area, p->inputs == 1, INFINITY, -INFINITY,
        INFINITY, -INFINITY};
    for (int i = 0; i < p->dot_count; i++) {
        reach(dot_x(&plot, &p->dots[i]), &plot.left, &plot.right);
        /* The samples stay where they are, whatever the net answers. */
        reach(own(&plot, p->dots[i].target), &plot.bottom, &plot.top);
    }
    if (plot.curve) {
        plot.left = p->left;
        plot.right = p->right;
    }
    double room = plot.top > plot.bottom ? 0.08 * (plot.top - plot.bottom) : 1;
    /* Places in it differ, however large its numbers are. */
    room = fmax(room, 32 * DBL_EPSILON * fmax(fabs(plot.top), fabs(plot.bottom)));
    plot.bottom -= room;
    plot.top += room;
    if (!plot.curve) {
        plot.left -= room;
        plot.right += room;
    }
    return plot;
}

static int column_of(const struct plot *plot, double x)
{
    return (int)floor((x - plot->left) / (plot->right - plot->left) * plot->area.width);
}

static int row_of(const struct plot *plot, double y)
{
    double place = (plot->top - y) / (plot->top - plot->bottom) * plot->area.height;
    return place < -1 ? -1 : place > plot->area.height ? plot->area.height : (int)floor(place);
}

/* Inside, what is beyond the edges as an arrow there. */
static void put(const struct plot *plot, struct surface *surface, int column, int row,
    uint32_t glyph, enum role role)
{
    if (column < 0 || column >= plot->area.width)
        return;
    bool above = row < 0, below = row >= plot->area.height;
    surface_put(surface, plot->area.x + column,
        plot->area.y +
            (above          ? 0
                    : below ? plot->area.height - 1
                            : row),
        above       ? GLYPH_UP
            : below ? GLYPH_DOWN
                    : glyph,
        role);
}

static void draw_line(const struct plot *plot, struct surface *surface)
{
    int before = 0;
    for (int c = 0; c < plot->area.width; c++) {
        double place = (c + 0.5) / plot->area.width;
        double y = plot->curve ? curve_at(plot, place)
                               : plot->left + place * (plot->right - plot->left);
        if (!isfinite(y))
            continue;
        int row = row_of(plot, y), step = row > before ? 1 : -1;
        for (int r = before + step; c > 0 && step * r < step * row; r += step)
            put(plot, surface, c, r, GLYPH_BAR, plot->curve ? ROLE_SIGNAL : ROLE_DIM);
        put(plot, surface, c, row, GLYPH_RULE, plot->curve ? ROLE_SIGNAL : ROLE_DIM);
        before = row;
    }
}

/* Over the line; filled where the network's answer is in the same place. */
static void draw_sample(
    const struct plot *plot, struct surface *surface, const struct plane_dot *dot)
{
    int row = row_of(plot, dot_y(plot, dot));
    bool met =
        plot->curve && isfinite(dot->answer) && row_of(plot, own(plot, dot->answer)) == row;
    uint32_t held_out = met ? GLYPH_BLOCK : GLYPH_SQUARE, known = met ? GLYPH_DISC : GLYPH_RING;
    put(plot, surface, column_of(plot, dot_x(plot, dot)), row, dot->test ? held_out : known,
        ROLE_TEXT);
}

static void draw_plot(const struct plot *plot, struct surface *surface)
{
    const struct plane_detail *p = plot->plane;
    draw_line(plot, surface);
    for (int i = 0; i < p->dot_count; i++)
        draw_sample(plot, surface, &p->dots[i]);
}

static void draw_numbers(const struct plot *plot, struct surface *surface)
{
    const struct rect *area = &plot->area;
    struct linear_axis across = {plot->left, plot->right}, up = {plot->bottom, plot->top};
    linear_axis_draw_across(&across, surface, area->x, area->y + area->height, area->width, 0);
    linear_axis_draw_up(
        &up, surface, (struct rect){area->x - LABELS, area->y, LABELS - 1, area->height});
}

/* 1 - Σ (answer - y)² / Σ (mean - y)² over the samples that are trained on, or held out. */
static double explained(const struct plot *plot, bool test)
{
    const struct plane_detail *p = plot->plane;
    double mean = 0, left = 0, all = 0;
    int count = 0;
    for (int i = 0; i < p->dot_count; i++) {
        if (p->dots[i].test == test)
            mean += (p->dots[i].target - mean) / ++count;
    }
    for (int i = 0; i < p->dot_count; i++) {
        const struct plane_dot *dot = &p->dots[i];
        if (dot->test != test)
            continue;
        left += (dot->answer - dot->target) * (dot->answer - dot->target);
        all += (dot->target - mean) * (dot->target - mean);
    }
    return all > 0 ? 1 - left / all : NAN;
}

static void write_explained(const struct plot *plot, bool test, char *text, size_t size)
{
    double share = explained(plot, test);
    share = fabs(share) < 0.0005 ? 0 : share; /* no -0.000 */
    const struct plane_detail *p = plot->plane;
    /* Of the samples that are drawn, which need not be all. */
    const char *drawn = p->dot_count < p->data->samples + p->data->test ? "drawn: " : "";
    const char *held_out = test ? "test " : "";
    if (share < -9.99)
        (void)snprintf(text, size, "%s%sR² below -9.99", drawn, held_out);
    else if (isfinite(share))
        (void)snprintf(text, size, "%s%sR² %.3f", drawn, held_out, share);
    else
        (void)snprintf(text, size, "%s%sR² -", drawn, held_out);
}

static void target_name(const struct plot *plot, char text[NAME])
{
    text_clean(text, NAME, plot->target->name ? plot->target->name : "y");
}

static void draw_key(
    const struct snapshot *s, const struct plot *plot, struct surface *surface, struct rect key)
{
    char lines[10][48], name[NAME], brief[12];
    int count = 0;
    bool standard = s->seen.hparams.standardize;
    target_name(plot, name);
    text_clean(brief, sizeof brief, name);
    write_explained(plot, false, lines[count++], sizeof lines[0]);
    if (plot->plane->test > 0)
        write_explained(plot, true, lines[count++], sizeof lines[0]);
    (void)snprintf(lines[count++], sizeof lines[0], "○ sample%s",
        plot->plane->test > 0 ? ", □ held out" : "");
    if (plot->curve)
        (void)snprintf(lines[count++], sizeof lines[0], "%s filled: answered so",
            plot->plane->test > 0 ? "● ■" : "●");
    (void)snprintf(lines[count++], sizeof lines[0], "%s",
        plot->curve ? "─ what the net answers" : "─ where both agree");
    (void)snprintf(lines[count++], sizeof lines[0], "loss: mean of (o - y)²");
    (void)snprintf(lines[count++], sizeof lines[0],
        standard ? "in variances of %s" : "in units of %s²", brief);
    (void)snprintf(
        lines[count++], sizeof lines[0], "%s: %.3g", constant_words(s), s->seen.constant_loss);
    if (s->seen.divergence.kind != DIVERGED_NOT)
        (void)snprintf(lines[count++], sizeof lines[0], "not finite");
    for (int i = 0; i < count && i < key.height; i++)
        surface_text(
            surface, key.x, key.y + i, key.width, i == 0 ? ROLE_STRONG : ROLE_TEXT, lines[i]);
}

static void write_title(
    const struct snapshot *s, const struct plot *plot, char *text, size_t size)
{
    char name[NAME], input[NAME] = "x1", scaling[80];
    const struct dataset *data = plot->plane->data;
    target_name(plot, name);
    if (data->input_names && plot->curve)
        text_clean(input, sizeof input, data->input_names[0]);
    data_scaling_words(&s->seen.hparams, scaling, sizeof scaling);
    if (plot->curve)
        (void)snprintf(text, size, "%s over %s%s%s", name,
            s->seen.hparams.standardize ? "standardised " : "", input, scaling);
    else
        (void)snprintf(text, size, "%s: answered, over what it is", name);
}

void data_numbers_draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    bool keyed = area.width >= LABELS + 2 * KEY, around = area.height >= 6;
    struct rect room = {area.x + LABELS, area.y + around,
        area.width - LABELS - (keyed ? KEY + 2 : 0), area.height - 2 * around};
    char title[160];
    if (room.width < 4 || room.height < 1)
        return;
    struct plot plot = plot_of(s, room);
    draw_plot(&plot, surface);
    if (!around)
        return;
    draw_numbers(&plot, surface);
    write_title(s, &plot, title, sizeof title);
    int end = surface_text(surface, room.x, area.y, room.width, ROLE_STRONG, title);
    scene_spot(scene, "map", room.x, area.y, end - room.x);
    if (keyed) {
        draw_key(s, &plot, surface,
            (struct rect){room.x + room.width + 2, area.y, KEY, area.height});
        return;
    }
    write_explained(&plot, false, title, sizeof title);
    if (end + 2 + text_columns(title) <= room.x + room.width)
        surface_text(surface, end + 2, area.y, -1, ROLE_STRONG, title);
}

void data_numbers_why(const struct scene *scene, struct why *why)
{
    const struct snapshot *s = scene->snapshot;
    struct plot plot = plot_of(s, (struct rect){0, 0, 1, 1});
    char name[NAME];
    target_name(&plot, name);
    WHY_LINE(why, "loss = mean of (o - y)² = %.4g of this batch", s->seen.loss);
    WHY_LINE(why, "%s: %.4g", constant_words(s), s->seen.constant_loss);
    if (s->seen.hparams.standardize)
        WHY_TEXT(why,
            "y is standardised for training: the loss is in variances of %s, and the picture "
            "shows %s itself. R² is 1 where every answer is right, 0 for who answers their "
            "mean, "
            "and below 0 for worse.",
            name, name);
    else
        WHY_TEXT(why,
            "y is as it stands in the data: the loss is in units of %s squared. R² is 1 where "
            "every answer is right, 0 for who answers their mean, and below 0 for worse.",
            name);
}
