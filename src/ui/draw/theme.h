/*
 * Themes: roles to colours and attributes, as data. A presenter (term, picture) reads
 * them; views never do.
 */
#ifndef NABLASCOPE_UI_DRAW_THEME_H
#define NABLASCOPE_UI_DRAW_THEME_H

#include <stdbool.h>

#include "ui/draw/role.h"

enum { COLOR_DEFAULT = -1 };

/* Attributes, to be or-ed. They carry the meaning where there is no colour. */
enum {
    STYLE_PLAIN = 0,
    STYLE_BOLD = 1,
    STYLE_REVERSE = 2,
    STYLE_UNDERLINE = 4,
    STYLE_FAINT = 8
};

struct style {
    int fg256, bg256; /* index in xterm's 256 colours, or COLOR_DEFAULT */
    int fg16,
        bg16; /* index in the 16 (or, modulo 8 with bold, 8) ANSI colours, or COLOR_DEFAULT */
    int attributes;
};

struct theme {
    const char *name;
    const char *help;
    bool colored; /* false: attributes alone */
    /* Of xterm's 256 colours: what COLOR_DEFAULT is where no terminal has colours of its own.
     */
    int page_ink, page_paper;
    struct style styles[ROLE_COUNT];
};

/* Colours of a terminal or COLOR_DEFAULT, and attributes (STYLE_…, or-ed). */
struct look {
    int ink, paper;
    int attributes;
};

/*
 * A role on a terminal of 256, 16, 8 or no (0) colours. Of 8, the bright ones are the plain
 * ones in bold; so, and as some with 16 do the same, bold is not used where another colour is
 * meant.
 */
struct look theme_look(const struct theme *theme, enum role role, int colors);

extern const struct theme themes[];
extern const int theme_count;

const char *theme_name(int index);
/* NULL when there is no such theme. */
const struct theme *theme_find(const char *name);

#endif
