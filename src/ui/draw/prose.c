#include "ui/draw/prose.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct pen {
    struct surface *surface; /* NULL: nothing is drawn */
    struct rect area;
    enum role role;
    bool strong;
    int x, row; /* in the area */
};

static const char blanks[] = " \n";

static bool is_blank(char c)
{
    return c == ' ' || c == '\n';
}

/* An asterisk that begins or ends emphasis, and does so here. */
static bool turns(const char *text, const char *at, bool strong)
{
    char before = at > text ? at[-1] : ' ', after = at[1];
    if (*at != '*')
        return false;
    if (!strong)
        return after && !is_blank(after) && after != '*' &&
            (is_blank(before) || strchr("(\"'[", before) || (before & 0x80)) &&
            strchr(at + 1, '*');
    return !is_blank(before) && !isalnum((unsigned char)after) && after != '_';
}

/* Columns of the word that begins there, without its marks; *strong as at its end. */
static int word_columns(const char *text, const char *at, bool *strong)
{
    int columns = 0;
    while (*at && !is_blank(*at)) {
        if (turns(text, at, *strong)) {
            *strong = !*strong;
            at++;
            continue;
        }
        (void)utf8_next(&at);
        columns++;
    }
    return columns;
}

static void put(struct pen *pen, uint32_t glyph)
{
    if (pen->x >= pen->area.width) {
        pen->row++;
        pen->x = 0;
    }
    if (pen->surface && pen->row < pen->area.height)
        surface_put(pen->surface, pen->area.x + pen->x, pen->area.y + pen->row, glyph,
            pen->strong ? ROLE_STRONG : pen->role);
    pen->x++;
}

int prose_draw(struct surface *surface, struct rect area, enum role role, const char *text)
{
    struct pen pen = {.surface = surface, .area = area, .role = role};
    const char *at = text + strspn(text, blanks);
    if (area.width < 1 || !*at)
        return 0;
    while (*at) {
        bool strong = pen.strong;
        int columns = word_columns(text, at, &strong);
        if (pen.x > 0 && pen.x + 1 + columns > area.width) {
            pen.row++;
            pen.x = 0;
        } else if (pen.x > 0) {
            put(&pen, ' ');
        }
        while (*at && !is_blank(*at)) {
            if (turns(text, at, pen.strong)) {
                pen.strong = !pen.strong;
                at++;
            } else {
                put(&pen, utf8_next(&at));
            }
        }
        size_t gap = strspn(at, blanks);
        bool ends = memchr(at, '\n', gap) != NULL;
        at += gap;
        if (ends && *at) {
            pen.row++;
            pen.x = 0;
        }
    }
    return pen.row + 1;
}

int prose_columns(const char *text)
{
    int columns = 0;
    bool strong = false;
    const char *at = text + strspn(text, blanks);
    while (*at) {
        columns += (columns > 0) + word_columns(text, at, &strong);
        at += strcspn(at, blanks);
        at += strspn(at, blanks);
    }
    return columns;
}
