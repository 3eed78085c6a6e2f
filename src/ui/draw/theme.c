#include "ui/draw/theme.h"

#include <stddef.h>
#include <string.h>

/* A colour for 256 and one for 16 colours on the terminal's own background. */
#define INK(color256, color16, style)                                                          \
    {                                                                                          \
        .fg256 = (color256), .bg256 = COLOR_DEFAULT, .fg16 = (color16), .bg16 = COLOR_DEFAULT, \
        .attributes = (style)                                                                  \
    }
/* The same on a filled field. */
#define FIELD(front256, back256, front16, back16, style)                                       \
    {                                                                                          \
        .fg256 = (front256), .bg256 = (back256), .fg16 = (front16), .bg16 = (back16),          \
        .attributes = (style)                                                                  \
    }
#define PLAIN(style) INK(COLOR_DEFAULT, COLOR_DEFAULT, style)
/* What is written on the ramp, by its steps; with fewer colours, on the terminal's background;
 * and marks of what was before. */
#define WRITING(steps0to1, step2, step3, steps4to7, ghost)                                     \
    [ROLE_GHOST] = ghost, [ROLE_ON_RAMP] = steps0to1, [ROLE_ON_RAMP + 1] = steps0to1,          \
    [ROLE_ON_RAMP + 2] = step2, [ROLE_ON_RAMP + 3] = step3, [ROLE_ON_RAMP + 4] = steps4to7,    \
    [ROLE_ON_RAMP + 5] = steps4to7, [ROLE_ON_RAMP + 6] = steps4to7,                            \
    [ROLE_ON_RAMP + 7] = steps4to7
#define WHITE INK(231, COLOR_DEFAULT, STYLE_BOLD)
#define INKY INK(16, COLOR_DEFAULT, STYLE_BOLD)

enum { BLACK, RED, GREEN, BROWN, BLUE, MAGENTA, CYAN, GREY, BRIGHT = 8 };

/*
 * Colours that must be told apart are so for dichromats too: tests/unit/ui_color.c computes it.
 * No meaning hangs on a colour alone. Ramps take the hues of viridis (van der Walt and Smith
 * 2015) in steps of lightness that are even as far as the 256 colours go, from what is seen on
 * the background to what stands out most; with fewer colours they are inks for shades.
 * With 8 and 16 colours keys, labels and headings have the terminal's own ink, so that one can
 * read which key changes the theme on a background that nobody told of.
 */
const struct theme themes[] = {
    {.name = "dark",
        .help = "for a dark background",
        .colored = true,
        .page_ink = 252,
        .page_paper = 234,
        .styles =
            {
                [ROLE_TEXT] = PLAIN(STYLE_PLAIN),
                [ROLE_DIM] = INK(245, COLOR_DEFAULT, STYLE_PLAIN),
                [ROLE_STRONG] = PLAIN(STYLE_BOLD),
                [ROLE_TITLE] = INK(117, BRIGHT + CYAN, STYLE_BOLD),
                [ROLE_HEADING] = INK(250, COLOR_DEFAULT, STYLE_UNDERLINE),
                [ROLE_KEY] = INK(222, COLOR_DEFAULT, STYLE_BOLD),
                [ROLE_SIGNAL] = INK(75, BRIGHT + BLUE, STYLE_PLAIN),
                [ROLE_OUTPUT] = INK(114, BRIGHT + GREEN, STYLE_PLAIN),
                [ROLE_CEILING] = INK(208, BROWN, STYLE_BOLD),
                [ROLE_LOSS] = INK(229, BRIGHT + BROWN, STYLE_PLAIN),
                [ROLE_FORWARD] = INK(123, BRIGHT + CYAN, STYLE_BOLD),
                [ROLE_BACKWARD] = INK(169, BRIGHT + MAGENTA, STYLE_BOLD),
                [ROLE_UPDATE] = INK(156, BRIGHT + GREEN, STYLE_BOLD),
                [ROLE_GOOD] = INK(84, BRIGHT + GREEN, STYLE_PLAIN),
                [ROLE_WARN] = INK(214, BRIGHT + BROWN, STYLE_PLAIN),
                [ROLE_BAD] = INK(203, BRIGHT + RED, STYLE_BOLD),
                [ROLE_BADGE_GOOD] = FIELD(16, 84, BLACK, GREEN, STYLE_BOLD),
                [ROLE_BADGE_WARN] = FIELD(16, 214, BLACK, BROWN, STYLE_BOLD),
                [ROLE_BADGE_BAD] = FIELD(16, 203, BRIGHT + GREY, RED, STYLE_BOLD),
                [ROLE_DEAD] = INK(203, BRIGHT + RED, STYLE_BOLD),
                [ROLE_SATURATED] = INK(177, BRIGHT + MAGENTA, STYLE_PLAIN),
                [ROLE_SELECTED] = FIELD(16, 222, BLACK, GREY, STYLE_BOLD),
                [ROLE_ERROR] = INK(203, BRIGHT + RED, STYLE_BOLD),
                [ROLE_RAMP + 0] = INK(54, BRIGHT + BLUE, STYLE_PLAIN),
                [ROLE_RAMP + 1] = INK(91, BRIGHT + BLUE, STYLE_PLAIN),
                [ROLE_RAMP + 2] = INK(61, CYAN, STYLE_PLAIN),
                [ROLE_RAMP + 3] = INK(67, CYAN, STYLE_PLAIN),
                [ROLE_RAMP + 4] = INK(72, GREEN, STYLE_PLAIN),
                [ROLE_RAMP + 5] = INK(76, GREEN, STYLE_PLAIN),
                [ROLE_RAMP + 6] = INK(221, BROWN, STYLE_PLAIN),
                [ROLE_RAMP + 7] = INK(227, BRIGHT + BROWN, STYLE_PLAIN),
                WRITING(WHITE, WHITE, INKY, INKY, INK(252, GREY, STYLE_PLAIN)),
            }},
    {.name = "light",
        .help = "for a light background",
        .colored = true,
        .page_ink = 235,
        .page_paper = 231,
        .styles =
            {
                [ROLE_TEXT] = PLAIN(STYLE_PLAIN),
                [ROLE_DIM] = INK(241, BLACK, STYLE_PLAIN),
                [ROLE_STRONG] = PLAIN(STYLE_BOLD),
                [ROLE_TITLE] = INK(25, BLUE, STYLE_BOLD),
                [ROLE_HEADING] = INK(238, BLACK, STYLE_UNDERLINE),
                [ROLE_KEY] = INK(94, RED, STYLE_BOLD),
                [ROLE_SIGNAL] = INK(26, BLUE, STYLE_PLAIN),
                [ROLE_OUTPUT] = INK(28, BLACK, STYLE_PLAIN),
                [ROLE_CEILING] = INK(167, RED, STYLE_BOLD),
                [ROLE_LOSS] = INK(94, BLACK, STYLE_PLAIN),
                [ROLE_FORWARD] = INK(24, BLUE, STYLE_BOLD),
                [ROLE_BACKWARD] = INK(54, MAGENTA, STYLE_BOLD),
                [ROLE_UPDATE] = INK(22, BLACK, STYLE_BOLD),
                [ROLE_GOOD] = INK(29, BLUE, STYLE_PLAIN),
                [ROLE_WARN] = INK(130, MAGENTA, STYLE_PLAIN),
                [ROLE_BAD] = INK(88, RED, STYLE_BOLD),
                [ROLE_BADGE_GOOD] = FIELD(231, 29, BLACK, GREEN, STYLE_BOLD),
                [ROLE_BADGE_WARN] = FIELD(231, 130, BRIGHT + GREY, MAGENTA, STYLE_BOLD),
                [ROLE_BADGE_BAD] = FIELD(231, 88, BRIGHT + GREY, RED, STYLE_BOLD),
                [ROLE_DEAD] = INK(88, RED, STYLE_BOLD),
                [ROLE_SATURATED] = INK(90, MAGENTA, STYLE_PLAIN),
                [ROLE_SELECTED] = FIELD(231, 25, BRIGHT + GREY, BLUE, STYLE_BOLD),
                [ROLE_ERROR] = INK(88, RED, STYLE_BOLD),
                [ROLE_RAMP + 0] = INK(187, BRIGHT + BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 1] = INK(41, BRIGHT + BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 2] = INK(72, MAGENTA, STYLE_PLAIN),
                [ROLE_RAMP + 3] = INK(67, MAGENTA, STYLE_PLAIN),
                [ROLE_RAMP + 4] = INK(61, BLUE, STYLE_PLAIN),
                [ROLE_RAMP + 5] = INK(91, BLUE, STYLE_PLAIN),
                [ROLE_RAMP + 6] = INK(54, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 7] = INK(18, BLACK, STYLE_PLAIN),
                WRITING(INKY, INKY, INKY, WHITE, INK(238, BLACK, STYLE_PLAIN)),
            }},
    {.name = "contrast",
        .help = "high contrast, for projectors and weak eyes",
        .colored = true,
        .page_ink = 231,
        .page_paper = 16,
        .styles =
            {
                [ROLE_TEXT] = FIELD(231, 16, BRIGHT + GREY, BLACK, STYLE_PLAIN),
                [ROLE_DIM] = FIELD(252, 16, GREY, BLACK, STYLE_PLAIN),
                [ROLE_STRONG] = FIELD(231, 16, BRIGHT + GREY, BLACK, STYLE_BOLD),
                [ROLE_TITLE] = FIELD(231, 16, BRIGHT + GREY, BLACK, STYLE_BOLD),
                [ROLE_HEADING] =
                    FIELD(231, 16, BRIGHT + GREY, BLACK, STYLE_BOLD | STYLE_UNDERLINE),
                [ROLE_KEY] = FIELD(226, 16, BRIGHT + BROWN, BLACK, STYLE_BOLD),
                [ROLE_SIGNAL] = FIELD(51, 16, BRIGHT + CYAN, BLACK, STYLE_BOLD),
                [ROLE_OUTPUT] = FIELD(230, 16, BRIGHT + GREY, BLACK, STYLE_BOLD),
                [ROLE_CEILING] = FIELD(214, 16, BRIGHT + RED, BLACK, STYLE_BOLD),
                [ROLE_LOSS] = FIELD(226, 16, BRIGHT + BROWN, BLACK, STYLE_BOLD),
                [ROLE_FORWARD] = FIELD(16, 51, BLACK, CYAN, STYLE_BOLD),
                [ROLE_BACKWARD] = FIELD(226, 16, BRIGHT + BROWN, BLACK, STYLE_BOLD),
                [ROLE_UPDATE] = FIELD(120, 16, BRIGHT + GREEN, BLACK, STYLE_BOLD),
                [ROLE_GOOD] = FIELD(120, 16, BRIGHT + GREEN, BLACK, STYLE_BOLD),
                [ROLE_WARN] = FIELD(226, 16, BRIGHT + BROWN, BLACK, STYLE_BOLD),
                [ROLE_BAD] = FIELD(217, 16, BRIGHT + RED, BLACK, STYLE_BOLD),
                [ROLE_BADGE_GOOD] = FIELD(16, 120, BLACK, GREEN, STYLE_BOLD),
                [ROLE_BADGE_WARN] = FIELD(16, 226, BLACK, BROWN, STYLE_BOLD),
                [ROLE_BADGE_BAD] = FIELD(16, 217, BRIGHT + GREY, RED, STYLE_BOLD),
                [ROLE_DEAD] = FIELD(217, 16, BRIGHT + RED, BLACK, STYLE_BOLD),
                [ROLE_SATURATED] = FIELD(219, 16, BRIGHT + MAGENTA, BLACK, STYLE_BOLD),
                [ROLE_SELECTED] = FIELD(16, 231, BLACK, GREY, STYLE_BOLD),
                [ROLE_ERROR] = FIELD(16, 217, BRIGHT + GREY, RED, STYLE_BOLD),
                [ROLE_RAMP + 0] = FIELD(240, 16, BRIGHT + BLACK, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 1] = FIELD(242, 16, BRIGHT + BLACK, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 2] = FIELD(244, 16, GREY, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 3] = FIELD(246, 16, GREY, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 4] = FIELD(145, 16, GREY, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 5] = FIELD(251, 16, BRIGHT + GREY, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 6] = FIELD(254, 16, BRIGHT + GREY, BLACK, STYLE_PLAIN),
                [ROLE_RAMP + 7] = FIELD(231, 16, BRIGHT + GREY, BLACK, STYLE_PLAIN),
                WRITING(
                    WHITE, INKY, INKY, INKY, FIELD(252, 16, BRIGHT + GREY, BLACK, STYLE_PLAIN)),
            }},
    {.name = "mono",
        .help = "no colours, attributes alone",
        .colored = false,
        .page_ink = 16,
        .page_paper = 231,
        .styles =
            {
                [ROLE_TEXT] = PLAIN(STYLE_PLAIN),
                [ROLE_DIM] = PLAIN(STYLE_FAINT),
                [ROLE_STRONG] = PLAIN(STYLE_BOLD),
                [ROLE_TITLE] = PLAIN(STYLE_BOLD),
                [ROLE_HEADING] = PLAIN(STYLE_UNDERLINE),
                [ROLE_KEY] = PLAIN(STYLE_BOLD),
                [ROLE_SIGNAL] = PLAIN(STYLE_PLAIN),
                [ROLE_OUTPUT] = PLAIN(STYLE_BOLD),
                [ROLE_CEILING] = PLAIN(STYLE_BOLD),
                [ROLE_LOSS] = PLAIN(STYLE_BOLD),
                [ROLE_FORWARD] = PLAIN(STYLE_BOLD | STYLE_UNDERLINE),
                [ROLE_BACKWARD] = PLAIN(STYLE_BOLD | STYLE_UNDERLINE),
                [ROLE_UPDATE] = PLAIN(STYLE_BOLD),
                [ROLE_GOOD] = PLAIN(STYLE_PLAIN),
                [ROLE_WARN] = PLAIN(STYLE_BOLD),
                [ROLE_BAD] = PLAIN(STYLE_BOLD),
                [ROLE_BADGE_GOOD] = PLAIN(STYLE_REVERSE),
                [ROLE_BADGE_WARN] = PLAIN(STYLE_REVERSE | STYLE_BOLD),
                [ROLE_BADGE_BAD] = PLAIN(STYLE_REVERSE | STYLE_BOLD),
                [ROLE_DEAD] = PLAIN(STYLE_BOLD),
                [ROLE_SATURATED] = PLAIN(STYLE_BOLD),
                [ROLE_SELECTED] = PLAIN(STYLE_REVERSE),
                [ROLE_ERROR] = PLAIN(STYLE_REVERSE),
                [ROLE_GHOST] = PLAIN(STYLE_PLAIN),
            }},
};
const int theme_count = sizeof themes / sizeof themes[0];

const char *theme_name(int index)
{
    return index >= 0 && index < theme_count ? themes[index].name : NULL;
}

const struct theme *theme_find(const char *name)
{
    for (int i = 0; i < theme_count; i++) {
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    }
    return NULL;
}

struct look theme_look(const struct theme *theme, enum role role, int colors)
{
    const struct style *style = &theme->styles[role];
    struct look look = {COLOR_DEFAULT, COLOR_DEFAULT, style->attributes};
    if (!theme->colored || colors == 0)
        return look;
    look.ink = colors == 256 ? style->fg256 : style->fg16;
    look.paper = colors == 256 ? style->bg256 : style->bg16;
    if (colors == 256 || look.ink == COLOR_DEFAULT)
        return look;
    if (look.ink < BRIGHT)
        look.attributes &= ~STYLE_BOLD;
    else if (colors == 8)
        look.attributes |= STYLE_BOLD;
    if (colors == 8)
        look.ink %= BRIGHT;
    return look;
}
