#include "ui/views/layer.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/ghost.h"

enum { MOST_FACTS = 5, FACT_COLUMNS = 26 };

static const struct {
    const char *name, *symbol, *title, *brief;
    enum role role;
} rows[] = {
    [DISTRIBUTION_Z] = {"z", "z", "pre-activation", "z pre-activation", ROLE_TEXT},
    [DISTRIBUTION_A] = {"a", "a", "activation", "a = φ(z)", ROLE_TEXT},
    [DISTRIBUTION_SLOPE] = {"slope", "φ'", "slope", "φ' slope", ROLE_BACKWARD},
    [DISTRIBUTION_DELTA] = {"delta", "|δ|", "error signal", "|δ| signal", ROLE_SIGNAL},
    [DISTRIBUTION_WEIGHT_GRADIENT] = {"gradient", "|∂W|", "gradient", "|∂W| grad.",
        ROLE_UPDATE},
    [DISTRIBUTION_WEIGHT] = {"weights", "W", "weights", "W weights", ROLE_LOSS},
};
_Static_assert(ARRAY_LEN(rows) == DISTRIBUTION_COUNT, "a row for each distribution");

const char *distribution_name(int index)
{
    return index >= 0 && index < DISTRIBUTION_COUNT ? rows[index].name : NULL;
}

const char *distribution_title(enum distribution which)
{
    return rows[which].title;
}

struct fact {
    const char *label, *brief;
    char value[FORMAT_SIZE];
    enum role role;
};

struct facts {
    struct fact list[MOST_FACTS];
    int count;
};

static void add_fact(
    struct facts *facts, const char *label, const char *brief, double share, enum role role)
{
    if (facts->count == MOST_FACTS)
        return;
    struct fact *fact = &facts->list[facts->count++];
    fact->label = label;
    fact->brief = brief;
    format_share(share, fact->value);
    fact->role = share > 0 ? role : ROLE_DIM;
}

/* What counts of this distribution, the gravest first. */
static struct facts facts_of(const struct layer_detail *detail, enum distribution which)
{
    const struct histogram *h = &detail->distributions[which];
    struct facts facts = {.count = 0};
    bool small = which == DISTRIBUTION_DELTA || which == DISTRIBUTION_WEIGHT_GRADIENT;
    bool slope = which == DISTRIBUTION_SLOPE, a = which == DISTRIBUTION_A;
    int64_t broken = h->nans + h->infinities;
    if (broken > 0)
        add_fact(&facts, "not finite", "inf/NaN", histogram_share(h, broken), ROLE_BAD);
    if (detail->info.bounded && (slope || a))
        add_fact(&facts, "saturated", "sat.", detail->saturated, ROLE_SATURATED);
    if (which == DISTRIBUTION_Z)
        add_fact(&facts, "negative", "neg.", histogram_share(h, h->negatives), ROLE_TEXT);
    add_fact(&facts, "exactly 0", "0:", histogram_share(h, h->zeros), ROLE_DEAD);
    if (small || h->subnormal > 0)
        add_fact(&facts, "subnormal double", "sub. double", histogram_share(h, h->subnormal),
            ROLE_BAD);
    if (small || h->float_zero > 0)
        add_fact(
            &facts, "0 as a float", "float 0:", histogram_share(h, h->float_zero), ROLE_WARN);
    if (small)
        add_fact(&facts, "subnormal float", "sub. float",
            histogram_share(h, h->float_subnormal), ROLE_WARN);
    return facts;
}

/* The first that is not 0 %, else the first. */
static const struct fact *gravest(const struct facts *facts)
{
    for (int i = 0; i < facts->count; i++) {
        if (facts->list[i].role != ROLE_DIM && facts->list[i].role != ROLE_TEXT)
            return &facts->list[i];
    }
    return &facts->list[0];
}

static enum role role_of(const struct layer_detail *detail, enum distribution which)
{
    return which == DISTRIBUTION_DELTA && detail->output ? ROLE_OUTPUT : rows[which].role;
}

/* Underlined over the whole width, with the fact that counts at the right end. */
static void draw_title(const struct scene *scene, struct surface *surface, struct rect area,
    enum distribution which, const struct fact *fact)
{
    const struct snapshot *snapshot = scene->snapshot;
    char names[3][48], right[2][56];
    bool unclipped =
        which == DISTRIBUTION_WEIGHT_GRADIENT && snapshot->seen.hparams.clip != CLIP_NONE;
    (void)snprintf(names[0], sizeof names[0], "%s %s%s", rows[which].symbol, rows[which].title,
        unclipped ? " before clipping" : "");
    (void)snprintf(
        names[1], sizeof names[1], "%s", unclipped ? "|∂W| unclipped" : rows[which].brief);
    (void)snprintf(names[2], sizeof names[2], "%s", rows[which].symbol);
    (void)snprintf(right[0], sizeof right[0], "%s: %s", fact->label, fact->value);
    (void)snprintf(right[1], sizeof right[1], "%s %s", fact->brief, fact->value);
    surface_fill(surface, (struct rect){area.x, area.y, area.width, 1}, ' ', ROLE_HEADING);
    /* The longest that fit; a fact that alarms nobody is left out. */
    bool calm = fact->role == ROLE_DIM || fact->role == ROLE_TEXT;
    for (int i = 0; i < 6 && !calm; i++) {
        const char *name = names[i / 2], *words = right[i % 2];
        int end = area.x + area.width - text_columns(words);
        if (area.x + text_columns(name) + 1 > end)
            continue;
        surface_text(surface, area.x, area.y, -1, ROLE_HEADING, name);
        surface_text(surface, end, area.y, -1, fact->role, words);
        scene_spot(scene, rows[which].name, area.x, area.y, text_columns(name));
        scene_spot(scene, fact->label, end, area.y, text_columns(words));
        return;
    }
    int which_fits = text_columns(names[0]) <= area.width ? 0 : 1;
    int last =
        surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, names[which_fits]);
    scene_spot(scene, rows[which].name, area.x, area.y, last - area.x);
}

void layer_panel_draw_title(const struct scene *scene, struct surface *surface,
    struct rect area, enum distribution which)
{
    struct fact nothing = {.label = "", .brief = "", .role = ROLE_DIM};
    draw_title(scene, surface, area, which, &nothing);
}

/* "-0.021 ± 0.513" and "[-2.1, 1.9]", the first numbers in 8 columns. */
static void format_moments(const struct histogram *h, char moments[48], char ends[48])
{
    char a[FORMAT_SIZE], b[FORMAT_SIZE];
    ends[0] = '\0';
    (void)snprintf(moments, 48, " none is finite");
    if (histogram_finite(h) == 0)
        return;
    format_signed(h->mean, a);
    format_signed(h->deviation, b);
    (void)snprintf(moments, 48, "%s ± %s", a, b + strspn(b, " "));
    format_signed(h->minimum, a);
    format_signed(h->maximum, b);
    (void)snprintf(ends, 48, "[%s, %s]", a, b + strspn(b, " "));
}

/* Words beside a line, where the place is free. */
static void draw_beside(struct surface *surface, int x, int y, enum role role, const char *text)
{
    for (int i = 0; i < text_columns(text); i++) {
        if (x + i >= surface->width || y >= surface->height ||
            surface->cells[y * surface->width + x + i].glyph != ' ')
            return;
    }
    surface_text(surface, x, y, -1, role, text);
}

/* A dot where the signal of each layer stands. */
static void draw_ticks(struct surface *surface, struct rect area,
    const struct snapshot *snapshot, const struct histogram_axis *axis)
{
    int y = area.y + area.height - 2;
    for (int i = 0; i < snapshot->seen.layer_count; i++) {
        int column = histogram_column(area, axis, snapshot->seen.layers[i].signal);
        int x = area.x + column;
        if (column < 0 || x >= surface->width || y >= surface->height)
            continue;
        if (surface->cells[y * surface->width + x].glyph == ' ')
            surface_put(surface, x, y, GLYPH_MIDDLE_DOT, ROLE_TEXT);
    }
}

static void draw_marks(struct surface *surface, struct rect area,
    const struct snapshot *snapshot, enum distribution which, const struct histogram_axis *axis)
{
    const struct layer_detail *detail = &snapshot->layer_detail;
    bool small = which == DISTRIBUTION_DELTA || which == DISTRIBUTION_WEIGHT_GRADIENT;
    if (which == DISTRIBUTION_SLOPE) {
        char text[FORMAT_SIZE];
        format_short(detail->info.max_slope, text);
        surface_text(surface, area.x + area.width - text_columns(text),
            area.y + area.height - 1, -1, ROLE_CEILING, text);
    }
    if (which == DISTRIBUTION_DELTA)
        draw_ticks(surface, area, snapshot, axis);
    if (which == DISTRIBUTION_DELTA && !detail->output) {
        double signal = snapshot->seen.layers[snapshot->seen.layer_count - 1].signal;
        int x = signal > 0 ? histogram_mark(surface, area, axis, signal, ROLE_OUTPUT) : -1;
        if (x >= 3)
            draw_beside(surface, area.x + x - 3, area.y, ROLE_OUTPUT, "out");
    }
    if (small) {
        int x = histogram_mark(surface, area, axis, FLT_MIN, ROLE_WARN);
        if (x >= 0 && x + 6 < area.width)
            draw_beside(surface, area.x + x + 1, area.y, ROLE_WARN, "float");
    }
}

/* What the same layer was, if it was looked at then. */
static void draw_ghost(const struct scene *scene, struct surface *surface, struct rect chart,
    enum distribution which, const struct histogram_axis *axis)
{
    const struct layer_detail *now = &scene->snapshot->layer_detail;
    const struct snapshot *ghost = scene->ghost;
    const struct layer_stats *stats = ghost_layer(ghost, scene->snapshot, now->layer);
    if (stats && ghost->layer_detail.valid &&
        stats == &ghost->seen.layers[ghost->layer_detail.layer - 1])
        histogram_outline(surface, chart, &now->distributions[which], axis,
            &ghost->layer_detail.distributions[which]);
}

void layer_panel_draw(struct surface *surface, struct rect area, const struct scene *scene,
    enum distribution which, struct histogram_axis *axis)
{
    const struct snapshot *snapshot = scene->snapshot;
    const struct layer_detail *detail = &snapshot->layer_detail;
    const struct histogram *h = &detail->distributions[which];
    struct facts facts = facts_of(detail, which);
    char moments[48], ends[48];
    /* As many lines in each panel of a row, so that the axes stand side by side. */
    int lines = which <= DISTRIBUTION_SLOPE ? 2 : 4;
    int texts = area.height < 6 ? 1 : area.height < 8 + lines ? 2 : 2 + lines;
    draw_title(scene, surface, area, which, gravest(&facts));
    struct rect chart = {area.x, area.y + 1, area.width, area.height - 1 - texts};
    histogram_draw(surface, chart, h, axis, role_of(detail, which));
    draw_marks(surface, chart, snapshot, which, axis);
    draw_ghost(scene, surface, chart, which, axis);
    int y = chart.y + chart.height;
    bool words = area.width >= 26;
    format_moments(h, moments, ends);
    int x = surface_text(surface, area.x, y, -1, ROLE_TEXT, words ? "mean " : "");
    int room = area.x + area.width - x;
    surface_text(surface, x, y++, room, ROLE_TEXT, moments);
    if (texts > 1)
        surface_text(surface, words ? x - 1 : x, y++, room, ROLE_DIM, ends);
    int width = area.width < FACT_COLUMNS ? area.width : FACT_COLUMNS;
    for (int i = 0; i < texts - 2 && i < facts.count; i++) {
        const struct fact *fact = &facts.list[i];
        bool fits = text_columns(fact->label) + 6 <= width;
        surface_text(
            surface, area.x, y + i, width - 6, fact->role, fits ? fact->label : fact->brief);
        surface_print(surface, area.x + width - 5, y + i, fact->role, "%5s", fact->value);
    }
}

static void draw_numbers(struct surface *surface, struct rect area, const struct histogram *h,
    const struct facts *facts)
{
    static const char *const labels[] = {"mean", "deviation", "least", "largest"};
    const double values[] = {h->mean, h->deviation, h->minimum, h->maximum};
    char text[FORMAT_SIZE];
    int y = area.y;
    for (int i = 0; i < 4; i++, y++) {
        format_signed(values[i], text);
        surface_print(surface, area.x, y, ROLE_DIM, "%-16s", labels[i]);
        surface_text(surface, area.x + 16, y, -1, ROLE_STRONG, text);
    }
    for (int i = 0; i < facts->count && y < area.y + area.height; i++, y++) {
        surface_text(surface, area.x, y, -1, ROLE_DIM, facts->list[i].label);
        surface_print(
            surface, area.x + 16, y, facts->list[i].role, "%8s", facts->list[i].value);
    }
}

void layer_panel_draw_alone(struct surface *surface, struct rect area,
    const struct scene *scene, enum distribution which, struct histogram_axis *axis)
{
    const struct snapshot *snapshot = scene->snapshot;
    enum { NUMBERS = 25 };
    const struct layer_detail *detail = &snapshot->layer_detail;
    const struct histogram *h = &detail->distributions[which];
    struct facts facts = facts_of(detail, which);
    bool beside = area.height >= 10 && area.width >= 60;
    draw_title(scene, surface, area, which, gravest(&facts));
    struct rect chart = {area.x, area.y + 1, area.width, area.height - 2};
    if (beside) {
        chart.width -= NUMBERS + 2;
        chart.height++;
        draw_numbers(surface,
            (struct rect){area.x + area.width - NUMBERS, area.y + 2, NUMBERS, area.height - 2},
            h, &facts);
    } else {
        char moments[48], ends[48];
        format_moments(h, moments, ends);
        surface_text(surface, area.x, area.y + area.height - 1, 20, ROLE_TEXT, moments);
        surface_text(surface, area.x + 20, area.y + area.height - 1, -1, ROLE_DIM, ends);
    }
    histogram_draw(surface, chart, h, axis, role_of(detail, which));
    draw_marks(surface, chart, snapshot, which, axis);
    draw_ghost(scene, surface, chart, which, axis);
}
