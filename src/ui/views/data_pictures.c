/* The data view of pictures: some of each class, and the wrong ones. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/bigtext.h"
#include "ui/draw/bitmap.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/data.h"

/* Below these sizes there is one picture with its words. */
enum { LEAST_WIDTH = 60, LEAST_ROWS = 10, WORDS_WIDTH = 21, WORDS = 64 };

/* What is known of them, its list from the one on that is chosen: keys may have gone further
 * than the snapshot has come. */
static struct pictures_detail pictures_of(const struct scene *scene)
{
    struct pictures_detail p = scene->snapshot->pictures;
    int passed = 0;
    while (passed < p.count && p.list[passed].sample < data_state(scene)->picture)
        passed++;
    if (passed == 0 || passed == p.count)
        return p;
    p.before = p.list[passed - 1].sample;
    p.at += passed;
    p.count -= passed;
    memmove(p.list, p.list + passed, (size_t)p.count * sizeof *p.list);
    return p;
}

bool data_pictures_shown(const struct scene *scene, bool *asked)
{
    *asked = !data_state(scene)->planes && !(scene->snapshot->watch.details & DETAIL_PICTURES);
    return scene->snapshot->pictures.valid && !data_state(scene)->planes;
}

static struct bitmap bitmap_of(const struct pictures_detail *p, int sample)
{
    const struct dataset *data = p->data;
    return (struct bitmap){data->picture.width, data->picture.height,
        data->picture.pixels + (ptrdiff_t)sample * data->inputs, data->picture.brightest};
}

static struct bitmap_size fit(const struct pictures_detail *p, int columns, int rows)
{
    return bitmap_fit(p->data->picture.width, p->data->picture.height, columns, rows);
}

static void draw_picture(const struct pictures_detail *p, int sample, struct surface *surface,
    int x, int y, struct bitmap_size size)
{
    struct bitmap bitmap = bitmap_of(p, sample);
    bitmap_draw(&bitmap, surface, (struct rect){x, y, size.width, size.height});
}

/* The name of a class, or its number. */
static void write_class(const struct pictures_detail *p, int label, char *text, size_t size)
{
    if (p->data->class_names && p->data->class_names[label])
        text_clean(text, size, p->data->class_names[label]);
    else
        (void)snprintf(text, size, "%d", label);
}

/* How sure the outputs are of a class, behind a sign: no share is all but where it is exactly.
 */
static void write_vote(const struct pictures_detail *p, double value, char *text, size_t size)
{
    if (!isfinite(value))
        (void)snprintf(text, size, "is not finite");
    else if (!p->shares)
        (void)snprintf(text, size, "= %.2f", value);
    else if (value > 0.994)
        (void)snprintf(text, size, "> 99 %%");
    else if (value < 0.006)
        (void)snprintf(text, size, "< 1 %%");
    else
        (void)snprintf(text, size, "= %.0f %%", 100 * value);
}

/* The same in as few columns as will do. */
static void write_small_vote(
    const struct pictures_detail *p, double value, char *text, size_t size)
{
    char vote[16];
    size_t used = 0;
    write_vote(p, value, vote, sizeof vote);
    for (const char *at = isfinite(value) ? vote : "!"; *at && used + 1 < size; at++) {
        if (*at != ' ' && *at != '=')
            text[used++] = *at;
    }
    text[used] = '\0';
}

/* Lines on a wrong one, so many. */
static int write_words(
    const struct pictures_detail *p, const struct picture_wrong *wrong, char lines[4][WORDS])
{
    char is[24], taken[24], now[24], vote[16];
    const char *say = p->shares ? "P" : "o";
    int count = 0;
    write_class(p, wrong->is.label, is, sizeof is);
    write_class(p, wrong->taken.label, taken, sizeof taken);
    (void)snprintf(lines[count++], WORDS, "%s, taken for %s", is, taken);
    write_vote(p, wrong->taken.value, vote, sizeof vote);
    (void)snprintf(lines[count++], WORDS, "%s(%s) %s", say, taken, vote);
    write_vote(p, wrong->is.value, vote, sizeof vote);
    (void)snprintf(lines[count++], WORDS, "%s(%s) %s", say, is, vote);
    if (wrong->now != wrong->taken.label) {
        write_class(p, wrong->now, now, sizeof now);
        (void)snprintf(lines[count++], WORDS, "by now taken for %s", now);
    }
    return count;
}

/* Which of the wrong ones is shown; a plus where it is held out. */
static void write_place(const struct pictures_detail *p, char *text, size_t size)
{
    bool test = p->count > 0 && p->list[0].sample >= p->samples;
    if (p->wrong > 0)
        (void)snprintf(text, size, "%s %d of %d wrong%s", test ? "+" : "×", p->at + 1, p->wrong,
            test ? ", test" : "");
    else
        (void)snprintf(text, size, "none is wrong");
}

/* How many are right, of what is trained on and of what is held out. */
static void write_right(const struct pictures_detail *p, char *text, size_t size)
{
    int used = snprintf(
        text, size, "%d of %d right", p->samples - p->wrong + p->test_wrong, p->samples);
    if (p->test > 0)
        (void)snprintf(text + used, size - (size_t)used, ", test %d of %d",
            p->test - p->test_wrong, p->test);
}

/* The first picture of a class that is taken for what it is; -1: there is none. */
static int known_one(const struct pictures_detail *p, int label)
{
    for (int s = 0; s < p->samples; s++) {
        if (p->data->labels[s] == label && p->predicted[s] == label)
            return s;
    }
    return -1;
}

/*
 * The wrong one that is gone through: large, in words, and beside it one of the class that it
 * was taken for; then the next ones, small.
 */

static int draw_lines(
    struct surface *surface, struct rect area, const char lines[4][WORDS], int count)
{
    for (int i = 0; i < count && i < area.height; i++)
        surface_text(surface, area.x, area.y + i, area.width, i == 0 ? ROLE_STRONG : ROLE_TEXT,
            lines[i]);
    return count < area.height ? count : area.height;
}

/* One that is known, below "so looks a 1:"; returns the rows it takes. */
static int draw_known(
    const struct pictures_detail *p, int label, struct surface *surface, struct rect area)
{
    char words[WORDS], class[24];
    int sample = known_one(p, label);
    struct bitmap_size size = fit(p, area.width, area.height - 1);
    struct bitmap_size native = {p->data->picture.width, (p->data->picture.height + 1) / 2};
    if (sample < 0 || size.width < 4 || area.height < 3)
        return 0;
    size = size.width > native.width ? native : size;
    write_class(p, label, class, sizeof class);
    (void)snprintf(words, sizeof words, "a known %s:", class);
    surface_text(surface, area.x, area.y, area.width, ROLE_DIM, words);
    draw_picture(p, sample, surface, area.x, area.y + 1, size);
    return size.height + 1;
}

/* The wrong ones after the first of the list, each above what it is and was taken for. */
static void draw_next(
    const struct pictures_detail *p, struct surface *surface, struct rect area)
{
    struct bitmap_size size = fit(p, area.width, area.height - 2);
    struct bitmap_size native = {p->data->picture.width, (p->data->picture.height + 1) / 2};
    size = size.width > native.width ? native : size;
    if (size.width < 4 || p->count < 2)
        return;
    int step = (size.width < 8 ? 8 : size.width) + 2, across = area.width / step;
    int down = (area.height - 1) / (size.height + 1);
    if (across < 1 || down < 1)
        return;
    surface_text(surface, area.x, area.y, area.width, ROLE_DIM, "the next:");
    for (int i = 1; i < p->count && i <= across * down; i++) {
        char is[12], taken[12], vote[16], words[WORDS];
        int x = area.x + (i - 1) % across * step;
        int y = area.y + 1 + (i - 1) / across * (size.height + 1);
        write_class(p, p->list[i].is.label, is, sizeof is);
        write_class(p, p->list[i].taken.label, taken, sizeof taken);
        write_small_vote(p, p->list[i].taken.value, vote, sizeof vote);
        (void)snprintf(words, sizeof words, "%s→%s%s %s", is, taken,
            p->list[i].sample >= p->samples ? "+" : "", vote);
        draw_picture(p, p->list[i].sample, surface, x, y, size);
        surface_text(surface, x, y + size.height, step - 1, ROLE_TEXT, words);
    }
}

static void draw_wrong(
    const struct pictures_detail *p, struct surface *surface, struct rect area)
{
    char place[WORDS], lines[4][WORDS];
    write_place(p, place, sizeof place);
    surface_text(
        surface, area.x, area.y, area.width, p->wrong > 0 ? ROLE_BAD : ROLE_GOOD, place);
    if (p->count == 0)
        return;
    int count = write_words(p, &p->list[0], lines);
    bool wide = area.width >= WORDS_WIDTH + p->data->picture.width + 1;
    int width = wide ? area.width - WORDS_WIDTH - 1 : area.width;
    int height = wide ? (area.height - 1) * 2 / 3 : area.height - 1 - count;
    struct bitmap_size size = fit(p, width, wide ? height : height * 3 / 5);
    int y = area.y + 1, bottom = area.y + area.height;
    draw_picture(p, p->list[0].sample, surface, area.x, y, size);
    struct rect rest = {area.x, y + size.height, area.width, bottom - y - size.height};
    if (wide)
        rest =
            (struct rect){area.x + size.width + 2, y, area.width - size.width - 2, bottom - y};
    rest.y += draw_lines(surface, rest, (const char(*)[WORDS])lines, count);
    rest.y += wide;
    rest.height = bottom - rest.y;
    int known = draw_known(p, p->list[0].taken.label, surface, rest);
    int below = rest.y + known, under = y + size.height;
    below = wide && under > below ? under : below;
    if (below + 1 < bottom)
        draw_next(p, surface, (struct rect){area.x, below + 1, area.width, bottom - below - 1});
}

/*
 * Some pictures of each class, as many as there is room for.
 */

struct gallery {
    struct bitmap_size size; /* of a picture */
    int label;               /* columns of a class's name */
    int each;                /* pictures of a class */
    int across;              /* classes in a row */
    int gap;                 /* rows between rows */
};

static int group_width(const struct gallery *g)
{
    return g->label + g->each * (g->size.width + 1);
}

/* Whether so many of each class have room. */
static bool has_room(const struct pictures_detail *p, struct gallery *g, struct rect area)
{
    int group = group_width(g);
    g->across = (area.width + 1) / group;
    if (g->across < 1)
        return false;
    int rows = (p->data->classes + g->across - 1) / g->across;
    g->gap = rows * (g->size.height + 1) - 1 <= area.height;
    return rows * (g->size.height + g->gap) - g->gap <= area.height;
}

/* Large ones where three of a class have room; small ones where else there is none for one. */
static bool find_room(const struct pictures_detail *p, struct gallery *g, struct rect area)
{
    enum { LARGEST = 3, MOST = 8, FEW = 3, SMALLEST = 4 };
    int width = p->data->picture.width, height = p->data->picture.height;
    for (int scale = LARGEST; scale >= 1; scale--) {
        g->size = (struct bitmap_size){scale * width, (scale * height + 1) / 2};
        for (g->each = MOST; g->each >= (scale > 1 ? FEW : 1); g->each--) {
            if (has_room(p, g, area))
                return true;
        }
    }
    for (int by = 2; width / by >= SMALLEST; by++) {
        g->size = (struct bitmap_size){(width + by - 1) / by, ((height + by - 1) / by + 1) / 2};
        for (g->each = MOST; g->each >= 1; g->each--) {
            if (has_room(p, g, area))
                return true;
        }
    }
    return false;
}

static void draw_class(const struct pictures_detail *p, const struct gallery *g, int label,
    struct surface *surface, int x, int y)
{
    char class[24];
    write_class(p, label, class, sizeof class);
    surface_text(surface, x, y, g->label, ROLE_STRONG, class);
    x += g->label;
    for (int s = 0, drawn = 0; s < p->samples && drawn < g->each; s++) {
        if (p->data->labels[s] != label)
            continue;
        draw_picture(p, s, surface, x, y, g->size);
        if (p->predicted[s] != label)
            surface_put(surface, x + g->size.width - 1, y + g->size.height - 1, GLYPH_WRONG,
                ROLE_BADGE_BAD);
        x += g->size.width + 1;
        drawn++;
    }
}

static struct gallery gallery_of(const struct pictures_detail *p, struct rect area)
{
    enum { LABEL_MOST = 8 };
    struct gallery g = {.label = 1};
    char text[60];
    for (int c = 0; c < p->data->classes; c++) {
        write_class(p, c, text, sizeof text);
        int columns = text_columns(text);
        g.label = columns > g.label ? columns : g.label;
    }
    g.label = (g.label > LABEL_MOST ? LABEL_MOST : g.label) + 1;
    if (!find_room(p, &g, area))
        return (struct gallery){.each = 0};
    /* As narrow as its rows allow. */
    int rows = (area.height + g.gap) / (g.size.height + g.gap);
    g.across = (p->data->classes + rows - 1) / rows;
    area.width = g.across * group_width(&g);
    (void)has_room(p, &g, area);
    return g;
}

static void draw_gallery(const struct pictures_detail *p, const struct gallery *g,
    struct surface *surface, struct rect area)
{
    if (g->each < 1)
        surface_text(surface, area.x, area.y, area.width, ROLE_DIM, "no room for all classes");
    for (int c = 0; g->each > 0 && c < p->data->classes; c++)
        draw_class(p, g, c, surface, area.x + c % g->across * group_width(g),
            area.y + c / g->across * (g->size.height + g->gap));
}

/* One picture as high as the area, and its words. */
static void draw_one(const struct pictures_detail *p, struct surface *surface, struct rect area)
{
    char text[60], lines[4][WORDS];
    int sample = p->count > 0 ? p->list[0].sample : 0;
    struct bitmap_size size = fit(p, area.width - WORDS_WIDTH, area.height);
    draw_picture(p, sample, surface, area.x, area.y, size);
    int x = area.x + size.width + 2;
    struct rect rest = {x, area.y, area.x + area.width - x, area.height};
    write_place(p, text, sizeof text);
    surface_text(
        surface, rest.x, rest.y, rest.width, p->wrong > 0 ? ROLE_BAD : ROLE_GOOD, text);
    rest.y++;
    rest.height--;
    if (p->count > 0) {
        int count = write_words(p, &p->list[0], lines);
        int used = draw_lines(surface, rest, (const char(*)[WORDS])lines, count);
        rest.y += used;
        rest.height -= used;
    }
    write_right(p, text, sizeof text);
    if (rest.height > 0)
        surface_line(surface, rest.x, rest.y, rest.width, ROLE_DIM, text);
}

void data_pictures_draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct pictures_detail shown = pictures_of(scene), *p = &shown;
    data_state(scene)->side = data_state(scene)->small = 0;
    if (area.width < LEAST_WIDTH || area.height < LEAST_ROWS) {
        draw_one(p, surface, area);
        return;
    }
    char text[60];
    int panel = area.width >= 100 ? area.width * 2 / 5 : WORDS_WIDTH;
    struct rect left = {area.x, area.y + 1, area.width - panel, area.height - 1};
    struct gallery g = gallery_of(p, left);
    if (g.each > 0)
        left.width = g.across * group_width(&g);
    write_right(p, text, sizeof text);
    if (p->test == 0)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), ", %d x %d pixels",
            p->data->picture.width, p->data->picture.height);
    int end = surface_text(surface, area.x, area.y, left.width, ROLE_STRONG, text);
    scene_spot(scene, "pictures", area.x, area.y, end - area.x);
    write_place(p, text, sizeof text);
    scene_spot(scene, "wrong", area.x + left.width, area.y, text_columns(text));
    draw_gallery(p, &g, surface, left);
    draw_wrong(p, surface,
        (struct rect){area.x + left.width, area.y, area.width - left.width, area.height});
}

/* A word in front of a class as large as it gets; returns the rows taken. */
static int present_class(struct surface *surface, struct rect area, const char *word,
    enum role role, const char *class)
{
    surface_text(surface, area.x, area.y, area.width, ROLE_TEXT, word);
    struct rect below = {area.x, area.y + 1, area.width, area.height - 1};
    struct bigtext_size size = bigtext_draw(surface, below, role, class);
    return 1 + (size.rows > 0 ? size.rows : 1);
}

void data_pictures_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct pictures_detail shown = pictures_of(scene), *p = &shown;
    char text[60], lines[4][WORDS];
    data_state(scene)->side = data_state(scene)->small = 0;
    int sample = p->count > 0 ? p->list[0].sample : 0;
    struct bitmap_size size = fit(p, area.width - WORDS_WIDTH, area.height);
    draw_picture(p, sample, surface, area.x, area.y, size);
    int x = area.x + size.width + 2, bottom = area.y + area.height;
    struct rect rest = {x, area.y, area.x + area.width - x, area.height};
    write_place(p, text, sizeof text);
    surface_text(
        surface, rest.x, rest.y++, rest.width, p->wrong > 0 ? ROLE_BAD : ROLE_GOOD, text);
    int high = (area.height - 4) / 2;
    rest.height = high;
    write_class(p, p->data->labels[sample], text, sizeof text);
    rest.y += present_class(surface, rest, "this is", ROLE_STRONG, text);
    if (p->count == 0)
        return;
    int count = write_words(p, &p->list[0], lines);
    write_class(p, p->list[0].taken.label, text, sizeof text);
    rest.y += present_class(surface, rest, "taken for", ROLE_BAD, text);
    for (int i = 1; i < count && rest.y < bottom; i++)
        surface_text(surface, rest.x, rest.y++, rest.width, ROLE_TEXT, lines[i]);
}

void data_pictures_why(const struct scene *scene, struct why *why)
{
    const struct pictures_detail shown = pictures_of(scene), *p = &shown;
    char lines[4][WORDS];
    (void)snprintf(why->section, sizeof why->section, "THE DATA VIEW");
    if (p->count == 0) {
        WHY_TEXT(why, "No picture is taken for another class than its own.");
        return;
    }
    const struct observation *seen = &scene->snapshot->seen;
    bool one = seen->layers[seen->layer_count - 1].units == 1;
    (void)write_words(p, &p->list[0], lines);
    WHY_LINE(why, "%s", lines[0]);
    WHY_LINE(why, "%s",
        seen->loss_kind == LOSS_SOFTMAX_CE ? "P(c) = exp z_c / Σ_k exp z_k, z of the output"
            : seen->loss_kind == LOSS_BCE && one ? "P(the second class) = σ(z) of the output"
            : seen->loss_kind == LOSS_BCE        ? "P(c) = σ(z_c), z of the output"
                                                 : "o(c): what the output says of class c");
    WHY_LINE(why, "%s", lines[1]);
    WHY_LINE(why, "%s", lines[2]);
    WHY_TEXT(why, "%s says how sure the network is, not whether it is right.",
        one ? "One output is for both classes: it is taken for the second where that says more "
              "than a half. How far it is from that"
            : "A picture is taken for the class of which the outputs say most. How much that "
              "is");
}

enum view_reply data_pictures_find(
    const struct scene *scene, double offset, struct error *message)
{
    const struct pictures_detail shown = pictures_of(scene), *p = &shown;
    struct data_state *state = data_state(scene);
    if (p->count == 0) {
        error_set(message, "none of %d pictures is wrong", p->samples + p->test);
        return VIEW_DONE;
    }
    int steps = (int)offset, at = p->at;
    int sample = steps < 0 ? p->before : p->list[0].sample;
    if (steps > 0)
        sample = steps < p->count ? p->list[steps].sample : 0;
    at = steps < 0 ? (at + p->wrong - 1) % p->wrong : steps < p->count ? at + steps : 0;
    state->picture = sample;
    error_set(message, "wrong one %d of %d", at + 1, p->wrong);
    return VIEW_DONE;
}
