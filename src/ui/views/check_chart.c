/* Relative error over ε, both logarithmic, on axes that never move. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/check.h"

/* The decades of both axes. */
enum { ERROR_LOW = -12, ERROR_HIGH = 1, EPSILON_LOW = -12, EPSILON_HIGH = -1 };
enum { LABELS = 11 };

static const struct {
    uint32_t glyph;
    enum role role;
} curves[] = {
    [SCHEME_CENTRED] = {GLYPH_DISC, ROLE_SIGNAL},
    [SCHEME_FORWARD] = {GLYPH_RING, ROLE_OUTPUT},
    [SCHEME_FLOAT] = {'+', ROLE_CEILING},
};
_Static_assert(ARRAY_LEN(curves) == SCHEME_COUNT, "a row for each scheme");

static const struct check_error *error_by(
    const struct scene *scene, int curve, int epsilon, int layer)
{
    return check_detail_error(&scene->snapshot->check, check_schemes[curve].difference,
        check_schemes[curve].precision, epsilon, layer);
}

struct verdict check_verdict_of(const struct scene *scene, int layer)
{
    const struct check_scheme_info *scheme = &check_schemes[check_state(scene)->curve];
    return check_detail_verdict(
        &scene->snapshot->check, scheme->difference, scheme->precision, layer);
}

const struct check_error *check_error_of(const struct scene *scene, int epsilon, int layer)
{
    return error_by(scene, check_state(scene)->curve, epsilon, layer);
}

/* Where the curves are drawn: the inside of the axes. */
struct plot {
    const struct scene *scene;
    struct surface *surface;
    struct rect area;
    int layer;
};

static const struct check_error *error_of(const struct plot *plot, int curve, int epsilon)
{
    return error_by(plot->scene, curve, epsilon, plot->layer);
}

static int column_of(const struct plot *plot, double log_epsilon)
{
    double share = (log_epsilon - EPSILON_LOW) / (EPSILON_HIGH - EPSILON_LOW);
    return plot->area.x + (int)lround(share * (plot->area.width - 1));
}

/* Row of an error, -1 above the axis; below it, the last. */
static int row_of(const struct plot *plot, double log_error)
{
    double share = (ERROR_HIGH - log_error) / (ERROR_HIGH - ERROR_LOW);
    int row = (int)floor(share * plot->area.height);
    if (row < 0)
        return -1;
    return plot->area.y + (row < plot->area.height ? row : plot->area.height - 1);
}

static void put(
    const struct plot *plot, int x, double log_error, uint32_t glyph, enum role role)
{
    int row = row_of(plot, log_error);
    if (row < 0)
        surface_put(plot->surface, x, plot->area.y, GLYPH_UP, role);
    else
        surface_put(plot->surface, x, row, glyph, role);
}

/* The error drawn of one ε: without kinks, of the chosen gradient or the program's own. */
static double value_of(const struct plot *plot, int curve, int epsilon, bool own)
{
    const struct check_error *error = error_of(plot, curve, epsilon);
    return own ? error->own_error : error->smooth_error;
}

/* The ε next above or below in size that is complete; -1: there is none. */
static int neighbour(const struct check_detail *detail, int epsilon)
{
    int found = -1;
    for (int e = 0; e < detail->done; e++) {
        bool smaller = detail->epsilons[e] < detail->epsilons[epsilon] * 0.99;
        if (smaller && (found < 0 || detail->epsilons[e] > detail->epsilons[found]))
            found = e;
    }
    return found;
}

/* Points, and when it is the chosen curve the columns between them. */
static void draw_curve(
    const struct plot *plot, int curve, bool own, bool joined, uint32_t glyph, enum role role)
{
    const struct check_detail *detail = &plot->scene->snapshot->check;
    for (int e = 0; e < detail->done; e++) {
        double value = value_of(plot, curve, e, own);
        if (isnan(value))
            continue;
        double from_x = log10(detail->epsilons[e]), from_y = log10(value);
        int x = column_of(plot, from_x), next = joined ? neighbour(detail, e) : -1;
        double to = next >= 0 ? value_of(plot, curve, next, own) : NAN;
        if (!isnan(to) && isfinite(from_y) && isfinite(log10(to))) {
            int end = column_of(plot, log10(detail->epsilons[next]));
            for (int i = x - 1; i > end; i--)
                put(plot, i, from_y + (log10(to) - from_y) * (x - i) / (x - end), glyph, role);
        }
        put(plot, x, from_y, glyph, role);
    }
}

/* What kinks make of it: the error of all elements, where some have one between. */
static void draw_kinked(const struct plot *plot, int curve)
{
    const struct check_detail *detail = &plot->scene->snapshot->check;
    for (int e = 0; e < detail->done; e++) {
        const struct check_error *error = error_of(plot, curve, e);
        if (error->kinks > 0 && error->rel_error > 0)
            put(plot, column_of(plot, log10(detail->epsilons[e])), log10(error->rel_error),
                GLYPH_DEAD, ROLE_WARN);
    }
}

/* Index of an ε near this one that is complete, -1: not yet. */
static int find_epsilon(const struct check_detail *detail, double epsilon)
{
    for (int e = 0; e < detail->done; e++) {
        if (fabs(log10(detail->epsilons[e] / epsilon)) < 0.01)
            return e;
    }
    return -1;
}

/*
 * What theory says, faintly: the truncation error's power of ε through the point at 1e-2 (of
 * the program's own gradient, also when a mistake is planted), and rounding as estimated.
 */
static void draw_theory(const struct plot *plot)
{
    const struct check_detail *detail = &plot->scene->snapshot->check;
    int curve = check_state(plot->scene)->curve;
    int coarse = find_epsilon(detail, 1e-2), fine = find_epsilon(detail, 1e-6);
    double truncation = NAN;
    if (coarse >= 0) {
        const struct check_error *error = error_of(plot, curve, coarse);
        if (error->own_error > 3 * error->rounding) /* else that is not what is seen there */
            truncation = log10(error->own_error);
    }
    double rounding = fine < 0 ? NAN : log10(error_of(plot, curve, fine)->rounding);
    for (int i = 0; i < plot->area.width; i++) {
        double share = plot->area.width > 1 ? (double)i / (plot->area.width - 1) : 0;
        double at = EPSILON_LOW + share * (EPSILON_HIGH - EPSILON_LOW);
        double up = truncation + check_schemes[curve].order * (at + 2),
               down = rounding - (at + 6);
        if (up >= ERROR_LOW && up < ERROR_HIGH)
            put(plot, plot->area.x + i, up, GLYPH_MIDDLE_DOT, ROLE_DIM);
        if (down >= ERROR_LOW && down < ERROR_HIGH)
            put(plot, plot->area.x + i, down, GLYPH_MIDDLE_DOT, ROLE_DIM);
    }
}

/* The empty corners below the curve say what each side is. */
static void name_slopes(const struct plot *plot)
{
    int bottom = plot->area.y + plot->area.height - 1, curve = check_state(plot->scene)->curve;
    const char *right = check_schemes[curve].order == 2 ? "truncation ~ ε²" : "truncation ~ ε";
    if (plot->area.height < 6 || plot->area.width < 36)
        return;
    surface_text(plot->surface, plot->area.x + 1, bottom, -1, ROLE_DIM, "rounding ~ 1/ε");
    surface_text(plot->surface, plot->area.x + plot->area.width - text_columns(right), bottom,
        -1, ROLE_DIM, right);
}

static void draw_error_labels(const struct plot *plot, int x, int width)
{
    static const struct {
        int decade;
        const char *text;
    } labels[] = {
        {0, "1"}, {-2, "wrong 1e-2"}, {-4, "1e-4"}, {-7, "good 1e-7"}, {-10, "1e-10"}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        bool limit = labels[i].decade == -2 || labels[i].decade == -7;
        int row = row_of(plot, labels[i].decade - 0.01);
        if (limit)
            surface_fill(plot->surface, (struct rect){plot->area.x, row, plot->area.width, 1},
                GLYPH_RULE, ROLE_DIM);
        if (plot->area.height >= 8 || limit)
            surface_text(plot->surface, x + width - 1 - text_columns(labels[i].text), row, -1,
                limit ? ROLE_TEXT : ROLE_DIM, labels[i].text);
    }
}

static void draw_epsilon_labels(const struct plot *plot, int x, int y)
{
    int step = plot->area.width >= 84 ? 1 : plot->area.width >= 36 ? 2 : 5;
    surface_text(plot->surface, x, y, -1, ROLE_TEXT, "ε");
    for (int decade = -12 + (step == 2); decade <= EPSILON_HIGH; decade += step) {
        char label[16];
        (void)snprintf(label, sizeof label, "1e%d", decade);
        int at = column_of(plot, decade) - text_columns(label) / 2;
        int most = plot->area.x + plot->area.width - text_columns(label);
        surface_text(plot->surface, at > most ? most : at, y, -1, ROLE_DIM, label);
    }
}

/* How many of the layer's elements have a kink between, below each ε; true when any has. */
static bool draw_kinks(const struct plot *plot, int x, int y)
{
    const struct check_detail *detail = &plot->scene->snapshot->check;
    int curve = check_state(plot->scene)->curve, step = plot->area.width >= 84 ? 1 : 2;
    if (!activation_kinked((enum activation)plot->scene->snapshot->seen.hparams.activation,
            plot->scene->snapshot->seen.hparams.leaky_slope))
        return false;
    surface_text(plot->surface, x, y, -1, ROLE_WARN, "× kinks");
    for (int decade = -12 + (step == 2); decade <= EPSILON_HIGH; decade += step) {
        int e = find_epsilon(detail, pow(10, decade));
        char text[24];
        if (e < 0)
            continue;
        long kinks = (long)error_of(plot, curve, e)->kinks;
        (void)snprintf(text, sizeof text, "%ld", kinks);
        int at = column_of(plot, decade) - text_columns(text) / 2;
        int most = plot->area.x + plot->area.width - text_columns(text);
        surface_text(plot->surface, at > most ? most : at, y, -1,
            kinks > 0 ? ROLE_WARN : ROLE_DIM, text);
    }
    return true;
}

/* Where words begin that would like to at x: further left where the chart ends too soon. */
static int begin_words(const struct rect *chart, int x, int columns)
{
    int last = chart->x + chart->width - columns;
    return x <= last ? x : last > chart->x ? last : chart->x;
}

/* A glyph and what it stands for. */
struct key {
    uint32_t glyph;
    enum role role, words_role;
    char words[24];
};

/* What the glyphs of the curves stand for; returns how many there are. */
static int keys_of(const struct scene *scene, struct key keys[SCHEME_COUNT])
{
    enum plant plant = scene->snapshot->check.plant;
    int chosen = check_state(scene)->curve;
    if (plant != PLANT_NONE) {
        keys[0] = (struct key){curves[chosen].glyph, ROLE_BAD, ROLE_STRONG, ""};
        (void)snprintf(keys[0].words, sizeof keys[0].words, "with %s", plants[plant].name);
        keys[1] = (struct key){GLYPH_RING, ROLE_GOOD, ROLE_TEXT, "without"};
        return 2;
    }
    for (int i = 0; i < SCHEME_COUNT; i++) {
        keys[i] = (struct key){
            curves[i].glyph, curves[i].role, i == chosen ? ROLE_STRONG : ROLE_DIM, ""};
        (void)snprintf(keys[i].words, sizeof keys[i].words, "%s", check_scheme_name(i));
    }
    return SCHEME_COUNT;
}

/* In the last row of the chart, below the plot's left end if there is room. */
static void draw_legend(
    const struct scene *scene, struct surface *surface, const struct rect *chart, int x)
{
    struct key keys[SCHEME_COUNT];
    int count = keys_of(scene, keys), columns = 0, gap = 3;
    for (int i = 0; i < count; i++)
        columns += 2 + text_columns(keys[i].words);
    if (columns + gap * (count - 1) > chart->width)
        gap = 1;
    x = begin_words(chart, x, columns + gap * (count - 1));
    for (int i = 0, y = chart->y + chart->height - 1; i < count; i++) {
        surface_put(surface, x, y, keys[i].glyph, keys[i].role);
        x = surface_text(surface, x + 2, y, -1, keys[i].words_role, keys[i].words) + gap;
    }
}

static void draw_curves(const struct plot *plot)
{
    const struct scene *scene = plot->scene;
    int chosen = check_state(scene)->curve;
    bool planted = scene->snapshot->check.plant != PLANT_NONE;
    enum verdict_kind kind = check_verdict_of(scene, plot->layer).kind;
    draw_theory(plot);
    name_slopes(plot);
    for (int i = SCHEME_COUNT - 1; i >= 0 && !planted; i--) {
        if (i != chosen)
            draw_curve(plot, i, false, false, curves[i].glyph, curves[i].role);
    }
    if (planted)
        draw_curve(plot, chosen, true, false, GLYPH_RING, ROLE_GOOD);
    draw_kinked(plot, chosen);
    draw_curve(plot, chosen, false, true, curves[chosen].glyph,
        planted && verdict_accuses(kind) ? ROLE_BAD : curves[chosen].role);
}

/* The complete ε whose column is nearest to this one; -1: none is. */
static int nearest(const struct plot *plot, int x)
{
    const struct check_detail *detail = &plot->scene->snapshot->check;
    int found = -1, distance = 0;
    for (int e = 0; e < detail->done; e++) {
        int away = abs(column_of(plot, log10(detail->epsilons[e])) - x);
        if (found < 0 || away < distance) {
            found = e;
            distance = away;
        }
    }
    return found;
}

void check_draw_bars(
    const struct scene *scene, struct surface *surface, struct rect area, int layer)
{
    enum { LEFT = 6 };
    struct rect bars = {area.x + LEFT, area.y, area.width - LEFT - 1, area.height - 1};
    struct plot plot = {scene, surface, bars, layer};
    int curve = check_state(scene)->curve, levels = 8 * bars.height;
    surface_text(surface, area.x, area.y, -1, ROLE_DIM, "   10");
    surface_text(surface, area.x, area.y + bars.height - 1, -1, ROLE_DIM, "1e-12");
    for (int x = bars.x; x < bars.x + bars.width; x++) {
        int e = nearest(&plot, x);
        if (e < 0)
            break;
        double error = value_of(&plot, curve, e, false);
        double share = (log10(error) - ERROR_LOW) / (ERROR_HIGH - ERROR_LOW);
        int level = isnan(share) ? 0 : (int)lround(fmin(fmax(share, 0), 1) * levels);
        for (int row = 0; row < bars.height; row++) {
            int eighths = level - 8 * row;
            if (eighths > 0)
                surface_put(surface, x, bars.y + bars.height - 1 - row,
                    glyph_vertical(eighths < 8 ? eighths : 8), curves[curve].role);
        }
    }
    int below = area.y + area.height - 1;
    surface_text(surface, area.x, below, -1, ROLE_TEXT, "   ε");
    surface_text(surface, bars.x, below, -1, ROLE_DIM, "1e-12");
    surface_text(surface, bars.x + bars.width - 4, below, -1, ROLE_DIM, "1e-1");
    surface_text(surface, bars.x + bars.width / 2 - 7, below, -1, ROLE_DIM, "relative error");
}

void check_draw_chart(
    const struct scene *scene, struct surface *surface, struct rect area, int layer, bool bare)
{
    struct plot plot = {scene, surface, area, layer};
    char name[24], title[48];
    plot.area.x += LABELS;
    plot.area.width -= LABELS;
    plot.area.height--; /* the labels of ε */
    if (!bare) {
        check_layer_name(scene, layer, name);
        (void)snprintf(title, sizeof title, "relative error of %s", name);
        int x = begin_words(&area, plot.area.x, text_columns(title));
        int end = surface_text(surface, x, area.y, -1, ROLE_HEADING, title);
        scene_spot(scene, "curve", x, area.y, end - x);
        plot.area.y++;
        plot.area.height -= 2;
        bool kinks =
            plot.area.height >= 9 && draw_kinks(&plot, area.x, area.y + area.height - 2);
        scene_spot(scene, "kinks", area.x, area.y + area.height - 2, kinks ? 7 : 0);
        plot.area.height -= kinks;
        draw_legend(scene, surface, &area, plot.area.x);
    }
    if (plot.area.height < 1 || plot.area.width < 12)
        return;
    draw_error_labels(&plot, area.x, LABELS);
    draw_epsilon_labels(&plot, area.x + LABELS - 2, plot.area.y + plot.area.height);
    draw_curves(&plot);
}
