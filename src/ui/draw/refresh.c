#include "ui/draw/refresh.h"

#include <string.h>

#define RENEWAL_SECONDS 0.25

static bool is_bar(int role)
{
    return role == ROLE_SIGNAL || role == ROLE_OUTPUT;
}

/* The bars of signals, also below a mark. */
static bool moves(const struct cell *cell)
{
    bool block = cell->glyph >= 0x2580 && cell->glyph <= 0x259f;
    return (block && is_bar(cell->role)) || is_bar(cell->back);
}

static bool shade(const struct cell *cell)
{
    return cell->role >= ROLE_RAMP || cell->back >= ROLE_RAMP;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->glyph == b->glyph && a->role == b->role && a->back == b->back;
}

double refresh_hold(
    struct refresh *refresh, struct surface *picture, enum pace pace, double now)
{
    size_t count = (size_t)picture->width * (size_t)picture->height;
    struct surface *shown = refresh->shown;
    bool held = false,
         comparable =
             shown && shown->width == picture->width && shown->height == picture->height;
    if (!comparable) {
        surface_destroy(shown);
        refresh->shown = shown = surface_create(picture->width, picture->height);
        if (!shown)
            return 0;
    }
    bool fast = pace != PACE_READABLE, bars = pace == PACE_BARS;
    bool renews = !comparable || !fast || now >= refresh->due;
    if (renews) {
        refresh->due = now + RENEWAL_SECONDS;
        refresh->renewals++;
    }
    /* Shades, of which there can be thousands, take turns of two. */
    bool shades = !comparable || !fast || (renews && refresh->renewals % 2 == 0);
    if (!shades) {
        for (size_t i = 0; i < count; i++) {
            const struct cell *before = &shown->cells[i];
            struct cell *cell = &picture->cells[i];
            bool still = !renews || (shade(cell) && shade(before));
            if (!still || (bars && (moves(cell) || moves(before))) || same(cell, before))
                continue;
            *cell = *before;
            held = true;
        }
    }
    memcpy(shown->cells, picture->cells, count * sizeof *shown->cells);
    return held ? refresh->due : 0;
}

void refresh_now(struct refresh *refresh)
{
    refresh->due = 0;
    refresh->renewals = 1;
}

void refresh_clear(struct refresh *refresh)
{
    surface_destroy(refresh->shown);
    refresh->shown = NULL;
}
