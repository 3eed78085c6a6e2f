/* The keys beside the maps of the data view. */
#include <stdio.h>
#include <string.h>

#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"
#include "ui/views/data.h"

/* A row of a key: glyph and words. */
static void draw_entry(struct surface *surface, struct rect *key, uint32_t glyph,
    enum role role, const char *words)
{
    if (key->height < 1)
        return;
    surface_put(surface, key->x, key->y, glyph, role);
    surface_text(surface, key->x + 2, key->y, key->width - 2, ROLE_TEXT, words);
    key->y++;
    key->height--;
}

static void draw_line(
    struct surface *surface, struct rect *key, enum role role, const char *words)
{
    if (key->height < 1)
        return;
    surface_text(surface, key->x, key->y, key->width, role, words);
    key->y++;
    key->height--;
}

static void draw_ramp(
    struct surface *surface, struct rect *key, const char *low, const char *high)
{
    if (key->height < 1)
        return;
    heatmap_draw_key(surface, key->x, key->y, low, high);
    key->y++;
    key->height--;
}

/* A class's glyph on its shade, as in the map. */
static void put_class(
    const struct plane_detail *plane, struct surface *surface, int x, int y, int c)
{
    enum role ground = data_class_role(c, plane->classes);
    surface_put_on(surface, x, y, data_class_glyph(c, plane->classes, false),
        (enum role)(ROLE_ON_RAMP + (ground - ROLE_RAMP)), ground);
}

/* "0=3 1=4 2=5": several in a row. Returns the rows that they take; without a surface it only
 * counts them. */
static int draw_packed(
    const struct plane_detail *plane, struct surface *surface, const struct rect *key)
{
    int x = 0, y = 0;
    for (int c = 0; c < plane->classes; c++) {
        char name[40];
        data_class_name(plane, c, name, sizeof name);
        int columns = 2 + text_columns(name);
        if (x > 0 && x + columns > key->width) {
            x = 0;
            y++;
        }
        if (surface) {
            put_class(plane, surface, key->x + x, key->y + y, c);
            surface_put(surface, key->x + x + 1, key->y + y, '=', ROLE_DIM);
            surface_text(
                surface, key->x + x + 2, key->y + y, key->width - x - 2, ROLE_TEXT, name);
        }
        x += columns + 1;
    }
    return y + 1;
}

/* Each is called as it is drawn. */
static bool named_by_digits(const struct plane_detail *plane)
{
    char name[40];
    for (int c = 0; c < plane->classes; c++) {
        data_class_name(plane, c, name, sizeof name);
        if (c > 9 || name[0] != '0' + c || name[1])
            return false;
    }
    return true;
}

/* The first and the last class: "0=bus", "… c=tram". */
static void draw_range(
    const struct plane_detail *plane, struct surface *surface, struct rect *key)
{
    enum { DISTINCT = 36 /* digits and letters */ };
    char name[40], words[60];
    int last = plane->classes - 1;
    for (int i = 0; i < 2; i++) {
        int c = i == 0 ? 0 : last;
        data_class_name(plane, c, name, sizeof name);
        (void)snprintf(words, sizeof words, "%s%c=%s", i > 0 ? "… " : "",
            (int)data_class_glyph(c, plane->classes, false), name);
        draw_line(surface, key, ROLE_TEXT, words);
    }
    if (plane->classes > DISTINCT)
        draw_line(surface, key, ROLE_DIM, "letters again");
}

/* Of more than two. */
static void draw_many_classes(
    const struct plane_detail *plane, struct surface *surface, struct rect *key)
{
    enum { OTHERS = 2 /* entries that follow */, RANGE = 2 /* rows of one */ };
    char name[40];
    int room = key->height - OTHERS - (plane->test > 0);
    int packed = room > RANGE ? room : key->height < RANGE ? key->height : RANGE;
    if (plane->classes <= room) {
        for (int c = 0; c < plane->classes; c++) {
            data_class_words(plane, c, name, sizeof name);
            put_class(plane, surface, key->x, key->y, c);
            surface_text(surface, key->x + 2, key->y, key->width - 2, ROLE_TEXT, name);
            key->y++;
            key->height--;
        }
    } else if (named_by_digits(plane)) {
        (void)snprintf(name, sizeof name, "0…%d: the class", plane->classes - 1);
        draw_line(surface, key, ROLE_TEXT, name);
    } else if (draw_packed(plane, NULL, key) <= packed) {
        int rows = draw_packed(plane, surface, key);
        key->y += rows;
        key->height -= rows;
    } else {
        draw_range(plane, surface, key);
    }
    if (plane->test == 0)
        return;
    draw_line(surface, key, ROLE_TEXT, "held out: A, B …");
}

static void draw_classes(
    const struct plane_detail *plane, struct surface *surface, struct rect *key)
{
    char name[40], words[48];
    if (plane->classes != 2) {
        draw_many_classes(plane, surface, key);
        return;
    }
    for (int c = 0; c < 2; c++) {
        data_class_words(plane, c, name, sizeof name);
        (void)snprintf(words, sizeof words, "%s%s",
            plane->test == 0 ? ""
                : c == 0     ? "□ "
                             : "■ ",
            name);
        draw_entry(surface, key, data_class_glyph(c, 2, false), ROLE_STRONG, words);
    }
}

/* What was made of the inputs; which they are stands at the axes, too. */
static void draw_inputs(
    const struct snapshot *s, const char *which, struct surface *surface, struct rect *key)
{
    char words[120], scaling[80];
    data_scaling_words(&s->seen.hparams, scaling, sizeof scaling);
    (void)snprintf(words, sizeof words, "%s%s%s", which,
        s->seen.hparams.standardize ? "standardised" : "raw inputs", scaling);
    draw_line(surface, key, ROLE_DIM,
        text_columns(words) <= key->width ? words : words + strlen(which));
}

/* What the axes are: two rows at most. */
static void draw_axes(const struct snapshot *s, struct surface *surface, struct rect *key)
{
    const struct plane_detail *plane = &s->plane;
    char words[60];
    if (!plane->components && plane->data && plane->data->input_names) {
        for (int i = 0; i < plane->inputs; i++) {
            char name[40];
            text_clean(name, sizeof name, plane->data->input_names[i]);
            (void)snprintf(words, sizeof words, "x%d %s", i + 1, name);
            draw_line(surface, key, ROLE_DIM, words);
        }
        draw_inputs(s, "", surface, key);
        return;
    }
    if (!plane->components) {
        draw_inputs(s, plane->inputs > 1 ? "x1 x2: " : "x1: ", surface, key);
        return;
    }
    (void)snprintf(words, sizeof words, "c1 c2: %2.0f + %2.0f %%", 100 * plane->explained[0],
        100 * plane->explained[1]);
    draw_line(surface, key, ROLE_DIM, words);
    (void)snprintf(words, sizeof words, "of the variance of %d inputs", plane->inputs);
    draw_line(
        surface, key, ROLE_DIM, text_columns(words) <= key->width ? words : "of the variance");
}

void data_key_output(const struct scene *scene, struct surface *surface, struct rect key)
{
    const struct snapshot *s = scene->snapshot;
    const struct plane_detail *plane = &s->plane;
    char words[60];
    int digits = snprintf(words, sizeof words, "%d", plane->samples);
    int right = snprintf(words, sizeof words, "%*d of %d right", digits,
        plane->samples - plane->wrong, plane->samples);
    if (right > key.width) /* "× … wrong" says it */
        words[right - 6] = '\0';
    if (key.height == 1) { /* the two numbers beside each other */
        int x = surface_text(surface, key.x, key.y, key.width, ROLE_STRONG, words) + 2;
        key.width -= x - key.x;
        key.x = x;
    } else {
        draw_line(surface, &key, ROLE_STRONG, words);
    }
    if (plane->test > 0 && key.height > 1) {
        (void)snprintf(words, sizeof words, "test: %d of %d", plane->test - plane->test_wrong,
            plane->test);
        draw_line(surface, &key, ROLE_STRONG, words);
    }
    char held_out[40] = "";
    int used = snprintf(
        words, sizeof words, "%*d wrong", digits - 2 > 1 ? digits - 2 : 1, plane->wrong);
    if (plane->test > 0)
        (void)snprintf(held_out, sizeof held_out, ", test + %d", plane->test_wrong);
    bool abreast = 2 + used + text_columns(held_out) <= key.width;
    if (abreast)
        (void)snprintf(words + used, sizeof words - (size_t)used, "%s", held_out);
    scene_spot(scene, "wrong", key.x, key.y, key.height > 0 ? 2 + text_columns(words) : 0);
    draw_entry(surface, &key, GLYPH_WRONG, ROLE_BADGE_BAD, words);
    if (!abreast) {
        (void)snprintf(words, sizeof words, "%*d of test", used - 6, plane->test_wrong);
        draw_entry(surface, &key, '+', ROLE_BADGE_BAD, words);
    }
    draw_classes(plane, surface, &key);
    scene_spot(scene, "boundary", key.x, key.y, key.height > 0 ? 12 : 0);
    if (plane->classes == 2) {
        draw_entry(surface, &key, GLYPH_RULE, ROLE_STRONG,
            s->seen.loss_kind == LOSS_MSE ? "boundary o=0.5" : "boundary P=0.5");
        draw_ramp(surface, &key, "0", "1");
    } else {
        draw_entry(surface, &key, GLYPH_MIDDLE_DOT, ROLE_STRONG, "lead < 50 %");
    }
    draw_axes(s, surface, &key);
    if (s->seen.divergence.kind != DIVERGED_NOT)
        draw_entry(surface, &key, '!', ROLE_BAD, "not finite");
}

void data_key_unit(const struct scene *scene, struct surface *surface, struct rect key)
{
    const struct snapshot *s = scene->snapshot;
    struct data_map map = data_map_of(s, true);
    char low[24], high[24];
    (void)snprintf(low, sizeof low, "%.2g", map.low);
    (void)snprintf(high, sizeof high, "%.2g", map.high);
    struct data_unit_sign sign = data_unit_sign_of(s, s->watch.unit);
    draw_ramp(surface, &key, low, high);
    draw_entry(surface, &key, GLYPH_RULE, ROLE_STRONG, "z = 0");
    draw_line(surface, &key, sign.role, sign.words);
}
