/* The clip view while a step is seen happening: the gradient gathers, is cut, and moves W. */
#include <math.h>
#include <stdio.h>

#include "core/elementary.h"
#include "ui/draw/bigtext.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"

double clip_wave_norm(const struct scene *scene)
{
    const struct observation *seen = &scene->snapshot->seen;
    double norm = 0;
    if (scene->wave.phase == WAVE_FORWARD || scene->wave.phase == WAVE_LOSS)
        return 0;
    if (scene->wave.phase != WAVE_BACKWARD)
        return seen->clip.norm_before;
    for (int l = seen->layer_count; l >= 1 && wave_knows_signal(&scene->wave, l); l--)
        norm = hypot(norm, clip_layer_norm(scene->snapshot, l));
    return norm;
}

double clip_wave_share(const struct scene *scene)
{
    const struct wave_moment *wave = &scene->wave;
    if (wave->phase == WAVE_UPDATE || wave->phase == WAVE_NONE)
        return 1;
    return wave->phase == WAVE_CLIP ? wave->part : 0;
}

/* In the row of the numbers: what is known of g by now. */
void clip_wave_draw_numbers(const struct scene *scene, struct surface *surface, int x, int y)
{
    const struct wave_moment *wave = &scene->wave;
    char number[24];
    double norm = clip_wave_norm(scene);
    x = surface_text(surface, x, y, -1, ROLE_DIM, "‖g‖") + 1;
    if (!isfinite(norm)) {
        surface_text(surface, x, y, -1, ROLE_BAD, "not finite");
        return;
    }
    wave_number(norm, 3, number, sizeof number);
    if (!(norm > 0)) {
        surface_text(surface, x, y, -1, ROLE_DIM, "·  (not reached yet)");
        return;
    }
    x = surface_print(surface, x, y, CLIP_BEFORE, "%-7s", number);
    if (wave->phase != WAVE_BACKWARD)
        return;
    int lowest = wave->layer + !wave_knows_signal(wave, wave->layer);
    if (lowest > 1 && lowest == wave->layers)
        surface_text(surface, x + 1, y, -1, ROLE_DIM, "of the output alone so far");
    else if (lowest > 1)
        surface_print(surface, x + 1, y, ROLE_DIM, "of layers %d and above so far", lowest);
    else
        surface_text(surface, x + 1, y, -1, ROLE_DIM, "of all layers");
}

/* A line from the bottom left, a row counting as two columns. */
static void draw_line(struct surface *surface, struct rect plot, double length, double angle)
{
    int steps = (int)ceil(2 * length) + 1, x = 0, y = 0;
    for (int i = 0; i <= steps; i++) {
        double r = length * i / steps;
        x = (int)(r * cos(angle));
        y = (int)(r * sin(angle) / 2);
        surface_put(surface, plot.x + x, plot.y + plot.height - 1 - y, GLYPH_FULL, CLIP_AFTER);
    }
    surface_put(surface, plot.x + x + (length < plot.width - 1), plot.y + plot.height - 1 - y,
        GLYPH_RIGHT, CLIP_AFTER);
}

/*
 * g gathers along the bottom row of the plot, to scale with what it comes to; then clipping
 * shortens and turns it; then it stays while W takes the step.
 */
void clip_wave_draw_direction(
    const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct observation *seen = &scene->snapshot->seen;
    const struct clip_report *clip = &seen->clip;
    struct rect plot = {area.x, area.y + 1, area.width, area.height - 1};
    double norm = clip_wave_norm(scene), share = clip_wave_share(scene);
    static const char *const titles[] = {[WAVE_NONE] = "",
        [WAVE_FORWARD] = "g: not reached yet",
        [WAVE_LOSS] = "g: not reached yet",
        [WAVE_BACKWARD] = "g gathers, layer by layer",
        [WAVE_CLIP] = "clipping shortens g",
        [WAVE_UPDATE] = "W takes the step"};
    bool cut = clip->fraction > 0, finite = isfinite(clip->norm_before);
    const char *title = titles[scene->wave.phase];
    if (scene->wave.phase == WAVE_CLIP && !cut)
        title = "clipping leaves g as it is";
    if (scene->wave.phase == WAVE_UPDATE && wave_stays(seen))
        title = "W stays as it is";
    else if (scene->wave.phase == WAVE_UPDATE && wave_goes_against_g(seen))
        title = "W takes the step against g";
    surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, title);
    if (plot.height < 2 || !(norm > 0) || !finite || !(clip->norm_before > 0))
        return;
    double full = fmin(area.width - 1, 4 * plot.height),
           length = full * norm / clip->norm_before;
    int bottom = plot.y + plot.height - 1;
    surface_fill(
        surface, (struct rect){plot.x, bottom, (int)length, 1}, GLYPH_SHADE, CLIP_BEFORE);
    surface_put(surface, plot.x + (int)length, bottom, GLYPH_RIGHT, CLIP_BEFORE);
    if (!(share > 0))
        return;
    double after = clip->norm_after / clip->norm_before;
    double turn = clip->has_cosine ? clip_angle(clip) * REAL_PI / 180 : 0;
    draw_line(surface, plot, full * (1 + (after - 1) * share), turn * share);
}

/* The number at hand, and what it is. */
struct headline {
    char number[32], words[60];
};

static struct headline headline_of(const struct scene *scene)
{
    const struct clip_report *clip = &scene->snapshot->seen.clip;
    struct headline h = {.number = "..."};
    char number[24];
    double norm = clip_wave_norm(scene);
    switch (scene->wave.phase) {
    case WAVE_NONE:
        break;
    case WAVE_FORWARD:
    case WAVE_LOSS:
        (void)snprintf(h.words, sizeof h.words, "no gradient yet");
        break;
    case WAVE_BACKWARD:
        wave_number(norm, 3, number, sizeof number);
        (void)snprintf(h.number, sizeof h.number, "%s", isfinite(norm) ? number : "NAN");
        (void)snprintf(h.words, sizeof h.words, "‖g‖ gathers, layer by layer");
        break;
    case WAVE_CLIP:
        wave_number(clip->scale, 3, number, sizeof number);
        (void)snprintf(h.number, sizeof h.number, "×%s", clip->fraction > 0 ? number : "1");
        (void)snprintf(h.words, sizeof h.words,
            clip->fraction > 0 ? "clipping shortens g" : "clipping leaves g as it is");
        break;
    case WAVE_UPDATE:
        wave_number(clip->norm_after, 3, number, sizeof number);
        (void)snprintf(h.number, sizeof h.number, "%s", number);
        (void)snprintf(h.words, sizeof h.words, "%s",
            wave_stays(&scene->snapshot->seen) ? "‖g‖ is left, but W stays"
                                               : "‖g‖ is left to move W");
        break;
    }
    return h;
}

static void draw_thick_bar(struct surface *surface, struct rect area, const char *label,
    double length, double norm, uint32_t glyph, enum role role)
{
    enum { LABEL = 8, NUMBER = 8 };
    char text[24];
    int width = area.width - LABEL - NUMBER;
    surface_text(surface, area.x + 1, area.y, -1, ROLE_STRONG, label);
    if (!isfinite(norm)) {
        surface_text(surface, area.x + LABEL, area.y, width, ROLE_BAD, "not finite");
        return;
    }
    if (!(length > 0)) {
        surface_put(surface, area.x + LABEL, area.y, GLYPH_MIDDLE_DOT, ROLE_DIM);
        return;
    }
    surface_fill(surface,
        (struct rect){area.x + LABEL, area.y, (int)lround(length), area.height}, glyph, role);
    wave_number(norm, 3, text, sizeof text);
    surface_text(surface, area.x + LABEL + width + 1, area.y, -1, ROLE_STRONG, text);
}

void clip_wave_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct clip_report *clip = &scene->snapshot->seen.clip;
    struct headline h = headline_of(scene);
    bool small = area.height < 12;
    struct rect top = {
        area.x + 1, area.y, area.width - 2, small ? area.height - 3 : area.height / 2};
    /* As large in every stage: the widest number decides. */
    struct bigtext_size size = bigtext_measure(top, "×0.0000");
    top.height = size.rows > 0 ? size.rows : 1;
    (void)bigtext_draw(surface, top, wave_role(&scene->wave), h.number);
    bool beside = size.columns + 3 + text_columns(h.words) <= area.width;
    int y = area.y + top.height - (beside ? 1 : 0);
    surface_text(
        surface, beside ? area.x + size.columns + 3 : area.x + 1, y, -1, ROLE_STRONG, h.words);
    y += small ? 1 : 2;
    int height = (area.y + area.height - y) / 2, gap = height > 2;
    if (height < 1)
        return;
    clip_fit_norms(scene, area.width);
    const struct log_axis *axis = &clip_state(scene)->norms;
    int width = area.width - 16;
    double norm = clip_wave_norm(scene), share = clip_wave_share(scene);
    bool known = isfinite(clip->norm_before) && clip->norm_after > 0;
    double before = norm > 0 && isfinite(norm) ? axis_place(axis, norm, width) : 0;
    double after = known ? axis_place(axis, clip->norm_after, width) : 0;
    struct rect bar = {area.x, y, area.width, height - gap};
    draw_thick_bar(surface, bar, "before", before, norm, GLYPH_SHADE, CLIP_BEFORE);
    bar.y += height;
    draw_thick_bar(surface, bar, "after", share > 0 ? before + (after - before) * share : 0,
        clip->norm_after, GLYPH_FULL, CLIP_AFTER);
    double bound = clip_bound(scene->snapshot);
    int x = area.x + 8 + (isfinite(bound) ? (int)lround(axis_place(axis, bound, width)) : 0);
    for (int i = y; i < y + 2 * height - gap && isfinite(bound); i++)
        surface_put(surface, x, i, GLYPH_CEILING, ROLE_CEILING);
    clip_draw_norm_axis(scene, surface, (struct rect){area.x + 8, y, width, 2 * height - gap},
        area.y + area.height);
}
