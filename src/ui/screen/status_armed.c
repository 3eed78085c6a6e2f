#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/glyphs.h"
#include "ui/screen/status.h"

bool status_armed(const struct screen *screen)
{
    const struct agenda *agenda = &screen->wanted.agenda;
    return screen->wanted.waiting ||
        (screen->snapshot && agenda_after(agenda, screen->snapshot->seen.step) < agenda->count);
}

/* What it runs until, cut where there is no room; returns the column behind. */
static int draw_until(const struct screen *screen, struct surface *surface, int y)
{
    char text[CONDITION_TEXT], piece[CONDITION_TEXT + 16];
    if (!screen->wanted.waiting)
        return 0;
    (void)condition_write(&screen->wanted.until, text, sizeof text);
    (void)snprintf(piece, sizeof piece, "until %s", text);
    surface_line(surface, 0, y, surface->width, ROLE_WARN, piece);
    int columns = text_columns(piece);
    return columns < surface->width ? columns : surface->width;
}

/* What is waited for, and what is armed for steps to come, the next ones first, as many as
 * there is room for. */
void status_draw_armed(const struct screen *screen, struct surface *surface, int y)
{
    const struct agenda *agenda = &screen->wanted.agenda;
    int first = screen->snapshot ? agenda_after(agenda, screen->snapshot->seen.step) : 0;
    int at = first, x = draw_until(screen, surface, y), from = x;
    for (; at < agenda->count; at++) {
        char text[COMMAND_TEXT_SIZE], piece[COMMAND_TEXT_SIZE + 48];
        armed_text(&agenda->list[at], text, sizeof text);
        (void)snprintf(piece, sizeof piece, "%s%s at step %" PRIu64,
            at > first     ? ", "
                : from > 0 ? "; armed: "
                           : "armed: ",
            text, agenda->list[at].step);
        int more = at + 1 < agenda->count ? (int)strlen(", 99 more") : 0;
        if (at == first && from == 0 && text_columns(piece) + more > surface->width) {
            surface_line(surface, 0, y, surface->width, ROLE_WARN, piece);
            return;
        }
        if (x + text_columns(piece) + more > surface->width)
            break;
        x = surface_text(surface, x, y, -1, ROLE_WARN, piece);
    }
    if (at < agenda->count && x > from)
        surface_print(surface, x, y, ROLE_WARN, ", %d more", agenda->count - at);
}
