/*
 * Colours that must be told apart, also by protanopes and deuteranopes: simulated, compared in
 * CIELAB. A role's colours for 256-colour terminals are computed as xterm computes them.
 */
#include <math.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

enum vision { NORMAL, PROTANOPE, DEUTERANOPE, VISIONS };

static const char *const vision_names[] = {"normal", "protanope", "deuteranope"};

struct vector {
    double v[3];
};

static struct vector times(const double m[3][3], struct vector x)
{
    struct vector y;
    for (int i = 0; i < 3; i++)
        y.v[i] = m[i][0] * x.v[0] + m[i][1] * x.v[1] + m[i][2] * x.v[2];
    return y;
}

/* xterm's 6x6x6 cube and its grey ramp, as light (sRGB's curve, IEC 61966-2-1). */
static struct vector light_of(int color)
{
    struct vector light;
    ck_assert_msg(color >= 16 && color < 256, "colour %d differs between terminals", color);
    for (int i = 0; i < 3; i++) {
        int place = i == 0 ? 36 : i == 1 ? 6 : 1, step = (color - 16) / place % 6;
        double level = color >= 232 ? 8 + 10 * (color - 232) : step > 0 ? 55 + 40 * step : 0;
        level /= 255;
        light.v[i] = level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4);
    }
    return light;
}

/*
 * Viénot, Brettel and Mollon 1999, "Digital video colourmaps for checking the legibility of
 * displays by dichromats", equations 4 to 6: to cone responses, the missing one replaced by
 * what the others say, and back.
 */
static struct vector seen(struct vector light, enum vision vision)
{
    static const double to_cones[3][3] = {{17.8824, 43.5161, 4.11935},
        {3.45565, 27.1554, 3.86714}, {0.0299566, 0.184309, 1.46709}};
    static const double from_cones[3][3] = {{0.080944479, -0.130504409, 0.116721066},
        {-0.010248534, 0.054019327, -0.113614708}, {-0.000365297, -0.004121615, 0.693511405}};
    struct vector cones = times(to_cones, light);
    if (vision == NORMAL)
        return light;
    if (vision == PROTANOPE)
        cones.v[0] = 2.02344 * cones.v[1] - 2.52581 * cones.v[2];
    else
        cones.v[1] = 0.494207 * cones.v[0] + 1.24827 * cones.v[2];
    light = times(from_cones, cones);
    for (int i = 0; i < 3; i++)
        light.v[i] = fmin(fmax(light.v[i], 0), 1);
    return light;
}

/* CIE 1976 L*a*b*, white D65. */
static struct vector lab_of(struct vector light)
{
    static const double to_xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    static const double white[3] = {0.9505, 1, 1.0890};
    struct vector f = times(to_xyz, light);
    for (int i = 0; i < 3; i++) {
        double t = f.v[i] / white[i], knee = 6.0 / 29;
        f.v[i] = t > knee * knee * knee ? cbrt(t) : t / (3 * knee * knee) + 4.0 / 29;
    }
    return (struct vector){
        {116 * f.v[1] - 16, 500 * (f.v[0] - f.v[1]), 200 * (f.v[1] - f.v[2])}};
}

static struct vector lab_seen(int color, enum vision vision)
{
    return lab_of(seen(light_of(color), vision));
}

static double distance(int a, int b, enum vision vision)
{
    struct vector x = lab_seen(a, vision), y = lab_seen(b, vision);
    return hypot(hypot(x.v[0] - y.v[0], x.v[1] - y.v[1]), x.v[2] - y.v[2]);
}

/* Known values: the simulation is only worth something if they come out. */
START_TEST(the_computation_agrees_with_known_values)
{
    /* L*a*b* of sRGB's red and grey (Lindbloom's calculator, to a tenth). */
    struct vector red = lab_seen(196, NORMAL), grey = lab_seen(244, NORMAL);
    ck_assert_double_eq_tol(red.v[0], 53.2, 0.1);
    ck_assert_double_eq_tol(red.v[1], 80.1, 0.1);
    ck_assert_double_eq_tol(red.v[2], 67.2, 0.1);
    ck_assert_double_eq_tol(grey.v[0], 53.6, 0.1);
    for (int vision = 0; vision < VISIONS; vision++) {
        /* Greys stay as they are: the planes of Viénot et al. hold white, to 4 digits. */
        struct vector there = lab_seen(244, (enum vision)vision);
        ck_assert_double_eq_tol(there.v[0], grey.v[0], 0.2);
        ck_assert_double_eq_tol(hypot(there.v[1], there.v[2]), 0, 1);
        /* A blue and a yellow are far apart for everybody. */
        ck_assert_double_gt(distance(21, 226, (enum vision)vision), 100);
    }
    /* The classical confusion: a red and a green of the same lightness to a deuteranope. */
    ck_assert_double_gt(distance(210, 78, NORMAL), 90);
    ck_assert_double_lt(distance(210, 78, DEUTERANOPE), 5);
}
END_TEST

static const enum role pairs[][2] = {
    /* bars, and what passes along them */
    {ROLE_SIGNAL, ROLE_OUTPUT},
    {ROLE_SIGNAL, ROLE_CEILING},
    {ROLE_OUTPUT, ROLE_CEILING},
    {ROLE_BACKWARD, ROLE_SIGNAL},
    {ROLE_BACKWARD, ROLE_OUTPUT},
    {ROLE_BACKWARD, ROLE_CEILING},
    {ROLE_FORWARD, ROLE_BACKWARD},
    {ROLE_BACKWARD, ROLE_UPDATE},
    {ROLE_FORWARD, ROLE_UPDATE},
    {ROLE_UPDATE, ROLE_SIGNAL},
    /* curves */
    {ROLE_LOSS, ROLE_SIGNAL},
    {ROLE_LOSS, ROLE_CEILING},
    /* verdicts, messages and units */
    {ROLE_GOOD, ROLE_WARN},
    {ROLE_WARN, ROLE_BAD},
    {ROLE_GOOD, ROLE_BAD},
    {ROLE_GOOD, ROLE_ERROR},
    {ROLE_DEAD, ROLE_SATURATED},
    /* badges, by their field */
    {ROLE_BADGE_GOOD, ROLE_BADGE_WARN},
    {ROLE_BADGE_WARN, ROLE_BADGE_BAD},
    {ROLE_BADGE_GOOD, ROLE_BADGE_BAD},
};

/* What of a role meets the eye: its field where it has one of its own, else its ink. */
static int color_of(const struct theme *theme, enum role role)
{
    const struct style *style = &theme->styles[role];
    bool field =
        style->bg256 != COLOR_DEFAULT && style->bg256 != theme->styles[ROLE_TEXT].bg256;
    return field ? style->bg256 : style->fg256;
}

/*
 * 2.3 is what is just noticed between large fields side by side (Mahy, Van Eycken and
 * Oosterlinck 1994). Here marks are a cell or less, and are compared across the screen, for
 * which several times as much is needed (Stone, Albers Szafir and Setlur 2014): 20 is asked
 * for.
 */
START_TEST(roles_are_told_apart_with_every_vision)
{
    for (int t = 0; t < theme_count; t++) {
        const struct theme *theme = &themes[t];
        for (size_t i = 0; theme->colored && i < ARRAY_LEN(pairs); i++) {
            int a = color_of(theme, pairs[i][0]), b = color_of(theme, pairs[i][1]);
            for (int vision = 0; vision < VISIONS; vision++) {
                double apart = distance(a, b, (enum vision)vision);
                ck_assert_msg(apart >= 20, "%s, roles %d and %d (colours %d and %d), %s: %.1f",
                    theme->name, pairs[i][0], pairs[i][1], a, b, vision_names[vision], apart);
            }
        }
    }
}
END_TEST

/*
 * Neighbours of the ramp are large fields side by side: three times the 2.3 will do, and twice
 * in lightness alone, which is what is left in a print or a photograph. For everybody else
 * equal steps look equal: none is off the mean by more than a quarter, which 256 colours allow.
 */
START_TEST(ramps_rise_evenly_and_with_every_vision)
{
    for (int t = 0; t < theme_count; t++) {
        const struct theme *theme = &themes[t];
        const struct style *ramp = &theme->styles[ROLE_RAMP];
        double sign = strcmp(theme->name, "light") == 0 ? -1 : 1;
        for (int step = 1; theme->colored && step < RAMP_STEPS; step++) {
            int from = ramp[step - 1].fg256, to = ramp[step].fg256;
            for (int vision = 0; vision < VISIONS; vision++) {
                enum vision v = (enum vision)vision;
                double rise = sign * (lab_seen(to, v).v[0] - lab_seen(from, v).v[0]);
                ck_assert_msg(rise >= 4.6, "%s, step %d, %s: lightness rises by %.1f",
                    theme->name, step, vision_names[vision], rise);
                ck_assert_msg(distance(from, to, v) >= 6.9, "%s, step %d, %s: %.1f apart",
                    theme->name, step, vision_names[vision], distance(from, to, v));
                double mean = sign *
                    (lab_seen(ramp[RAMP_STEPS - 1].fg256, v).v[0] -
                        lab_seen(ramp[0].fg256, v).v[0]) /
                    (RAMP_STEPS - 1);
                ck_assert_msg(v != NORMAL || fabs(rise / mean - 1) <= 0.25,
                    "%s, step %d: lightness rises by %.1f, %.1f in the mean", theme->name, step,
                    rise, mean);
            }
        }
    }
}
END_TEST

/*
 * On the terminal's own background, of which only the kind is known: the lowest step is as far
 * from black or white as two steps are from each other, the highest at least half the way.
 */
START_TEST(ramps_are_seen_on_their_background)
{
    for (int t = 0; t < theme_count; t++) {
        const struct theme *theme = &themes[t];
        int paper = strcmp(theme->name, "light") == 0 ? 231 : 16;
        const struct style *ramp = &theme->styles[ROLE_RAMP];
        for (int vision = 0; theme->colored && vision < VISIONS; vision++) {
            enum vision v = (enum vision)vision;
            ck_assert_msg(distance(ramp[0].fg256, paper, v) >= 20, "%s, %s: %.1f", theme->name,
                vision_names[vision], distance(ramp[0].fg256, paper, v));
            ck_assert_msg(distance(ramp[0].fg256, theme->page_paper, v) >= 20, "%s, %s: %.1f",
                theme->name, vision_names[vision],
                distance(ramp[0].fg256, theme->page_paper, v));
            double span = fabs(
                lab_seen(ramp[RAMP_STEPS - 1].fg256, v).v[0] - lab_seen(ramp[0].fg256, v).v[0]);
            ck_assert_msg(span >= 60, "%s, %s: %.1f", theme->name, vision_names[vision], span);
        }
    }
}
END_TEST

/* xterm's own sixteen: normal levels of 205, bright ones of 255, blues by their list. */
static double luminance16(int color)
{
    static const int blues[2][3] = {{0, 0, 238}, {92, 92, 255}};
    double y = 0;
    for (int i = 0; i < 3; i++) {
        bool bright = color >= 8, on = (color & 7) >> i & 1;
        double level = (color & 7) == 4   ? blues[bright][i]
            : (color & 7) == 0            ? 127 * bright
            : (color & 7) == 7 && !bright ? 229
            : on                          ? bright ? 255 : 205
                                          : 0;
        level /= 255;
        y += (i == 0          ? 0.2126
                     : i == 1 ? 0.7152
                              : 0.0722) *
            (level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4));
    }
    return y;
}

/*
 * With fewer colours than 256 a step is a shade in an ink, without colours a shade alone, in
 * ASCII a letter; what covers more is never the lower step. Shades cover 1/4, 2/4, 3/4 and all,
 * by their names in Unicode; the letters were measured in DejaVu Sans Mono.
 */
START_TEST(shades_rise_with_few_colours_and_with_none)
{
    static const struct {
        uint32_t glyph, letter;
        double covers, letter_covers;
    } shades[] = {{0x2591, ':', 0.25, 0.051}, {0x2592, '=', 0.5, 0.108},
        {0x2593, '%', 0.75, 0.185}, {0x2588, '#', 1, 0.238}};
    double inks[2] = {-1, -1}, letters = -1, plain = -1;
    int last = -1;
    for (int step = 0; step < RAMP_STEPS; step++) {
        size_t i = 0;
        while (i < ARRAY_LEN(shades) && shades[i].glyph != glyph_shade(step))
            i++;
        ck_assert_uint_lt(i, ARRAY_LEN(shades));
        struct surface *cell = surface_create(1, 1);
        surface_put(cell, 0, 0, glyph_shade(step), (enum role)(ROLE_RAMP + step));
        surface_asciify(cell);
        ck_assert_uint_eq(cell->cells[0].glyph, shades[i].letter);
        surface_destroy(cell);
        ck_assert(shades[i].covers >= plain && shades[i].letter_covers >= letters);
        ck_assert_int_le((int)i - last, 1); /* none is left out */
        plain = shades[i].covers;
        letters = shades[i].letter_covers;
        last = (int)i;
        for (int t = 0; t < 2; t++) { /* dark: light on black; light: darkness on white */
            double y = luminance16(themes[t].styles[ROLE_RAMP + step].fg16);
            double ink = shades[i].covers * (t == 0 ? y : 1 - y);
            ck_assert_msg(ink >= inks[t], "%s, step %d: %.3f after %.3f", themes[t].name, step,
                ink, inks[t]);
            inks[t] = ink;
        }
    }
    ck_assert_int_eq(last, (int)ARRAY_LEN(shades) - 1);
}
END_TEST

/* (L + 0.05) / (l + 0.05), as WCAG 2.1 defines contrast: from 1 to 21. */
static double contrast(int a, int b)
{
    double y[2];
    for (int i = 0; i < 2; i++) {
        struct vector light = light_of(i == 0 ? a : b);
        y[i] = 0.2126 * light.v[0] + 0.7152 * light.v[1] + 0.0722 * light.v[2];
    }
    return (fmax(y[0], y[1]) + 0.05) / (fmin(y[0], y[1]) + 0.05);
}

/*
 * In pictures, where no terminal has colours of its own: words are read at a contrast of 4.5,
 * marks seen at 3 (WCAG 2.1, 1.4.3 and 1.4.11).
 */
START_TEST(the_page_leaves_every_role_readable)
{
    for (int t = 0; t < theme_count; t++) {
        const struct theme *theme = &themes[t];
        for (int role = ROLE_TEXT; role < ROLE_RAMP; role++) {
            const struct style *style = &theme->styles[role];
            bool mark = role >= ROLE_SIGNAL && role <= ROLE_UPDATE;
            int ink = style->fg256 == COLOR_DEFAULT ? theme->page_ink : style->fg256;
            int paper = style->bg256 == COLOR_DEFAULT ? theme->page_paper : style->bg256;
            ck_assert_msg(contrast(ink, paper) >= (mark ? 3 : 4.5),
                "%s, role %d: %d on %d, %.2f", theme->name, role, ink, paper,
                contrast(ink, paper));
        }
    }
}
END_TEST

/* The 16 colours, in their order, as xterm has them and as VGA does. */
static const unsigned char few[2][16][3] = {
    {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205},
        {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0},
        {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}},
    {{0, 0, 0}, {170, 0, 0}, {0, 170, 0}, {170, 85, 0}, {0, 0, 170}, {170, 0, 170},
        {0, 170, 170}, {170, 170, 170}, {85, 85, 85}, {255, 85, 85}, {85, 255, 85},
        {255, 255, 85}, {85, 85, 255}, {255, 85, 255}, {85, 255, 255}, {255, 255, 255}}};

static double few_contrast(int palette, int a, int b)
{
    double y[2];
    for (int i = 0; i < 2; i++) {
        const unsigned char *color = few[palette][i == 0 ? a : b];
        double light[3];
        for (int c = 0; c < 3; c++) {
            double level = color[c] / 255.0;
            light[c] = level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4);
        }
        y[i] = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
    }
    return (fmax(y[0], y[1]) + 0.05) / (fmin(y[0], y[1]) + 0.05);
}

/*
 * With 8 and 16 colours, on the background that the theme is for: bold makes a plain ink the
 * bright one, also where there are 16 (xterm's boldColors). Words at 4.5, bars at 3, as above.
 * Black on yellow is 12.3 as xterm has it; VGA's yellow is a brown, on which black has 4.0 and
 * white no more than that on xterm's: the words of this one badge are left at what bold letters
 * need.
 */
START_TEST(few_colours_leave_every_role_readable)
{
    static const int numbers[] = {8, 16};
    for (int i = 0; i < theme_count * 2 * 2; i++) {
        const struct theme *theme = &themes[i / 4];
        int colors = numbers[i / 2 % 2], palette = i % 2;
        bool light = strcmp(theme->name, "light") == 0;
        for (int r = ROLE_TEXT; theme->colored && r < ROLE_ON_RAMP; r++) {
            struct look look = theme_look(theme, (enum role)r, colors);
            ck_assert_int_lt(look.ink, colors);
            ck_assert_int_lt(look.paper, 8); /* a bright one would blink */
            bool mark = (r >= ROLE_SIGNAL && r <= ROLE_CEILING) || r >= ROLE_RAMP;
            int ink = look.ink == COLOR_DEFAULT ? (light ? 0 : 7) : look.ink;
            int paper = look.paper == COLOR_DEFAULT ? (light ? 15 : 0) : look.paper;
            if (look.attributes & STYLE_BOLD && look.ink != COLOR_DEFAULT && ink < 8)
                ink += 8;
            double least = mark ? 3 : ink == 0 && paper == 3 ? 3.9 : 4.5;
            if (r >= ROLE_RAMP) /* shades say it, the colour is faint */
                least = 2.7;
            ck_assert_msg(few_contrast(palette, ink, paper) >= least,
                "%s, %d colours as %s, role %d: %d on %d, %.2f", theme->name, colors,
                palette ? "VGA" : "xterm", r, ink, paper, few_contrast(palette, ink, paper));
        }
    }
}
END_TEST

/* Keys, their words and headings are read also where the theme is not for the background. */
START_TEST(hints_are_read_on_any_background_of_few_colours)
{
    static const enum role roles[] = {ROLE_TEXT, ROLE_DIM, ROLE_STRONG, ROLE_HEADING, ROLE_KEY};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        struct look look = theme_look(&themes[0], roles[i], 8);
        ck_assert_int_eq(look.ink, COLOR_DEFAULT);
        ck_assert_int_eq(look.paper, COLOR_DEFAULT);
    }
}
END_TEST

Suite *color_suite(void)
{
    return SUITE("color", the_computation_agrees_with_known_values,
        the_page_leaves_every_role_readable, roles_are_told_apart_with_every_vision,
        ramps_rise_evenly_and_with_every_vision, ramps_are_seen_on_their_background,
        shades_rise_with_few_colours_and_with_none, few_colours_leave_every_role_readable,
        hints_are_read_on_any_background_of_few_colours);
}
