#include "term/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "core/text.h"
#include "term/internal.h"
#include "term/pen.h"

/* curses is one to a process, and so is this. */
static SCREEN *screen;
static const struct theme *theme_now;
static int color_depth; /* 256, 16, 8 or 0 */
static struct look looks[ROLE_COUNT];
static struct surface *shown; /* what is on the screen */
static bool shown_valid;
static bool utf8;

bool term_usable(struct error *error)
{
    (void)setlocale(LC_CTYPE, "");
    utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(
            error, "standard %s is not a terminal", isatty(STDIN_FILENO) ? "output" : "input");
    const char *name = getenv("TERM");
    if (!name || !*name)
        return error_set(error, "TERM is not set: try 'TERM=xterm-256color nablascope'");
    int result;
    if (setupterm(name, STDOUT_FILENO, &result) != OK)
        return error_set(error,
            "the terminal type '%s' is unknown here: try 'TERM=xterm-256color nablascope'",
            SHOWN(name));
    const char *move = tigetstr("cup");
    bool movable = move && move != (char *)-1;
    del_curterm(cur_term);
    if (!movable)
        return error_set(error,
            "the terminal type '%s' cannot move the cursor: try 'TERM=xterm-256color "
            "nablascope'",
            SHOWN(name));
    return true;
}

/* Collects what tputs writes, padding aside. */
static char collected[256];
static size_t collected_length;

static int collect(int byte)
{
    if (collected_length + 1 < sizeof collected)
        collected[collected_length++] = (char)byte;
    return byte;
}

/* The text that ends full-screen drawing, for use where nothing may be computed any more. */
static const char *restore_sequence(void)
{
    static const char *const capabilities[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    collected_length = 0;
    for (size_t i = 0; i < ARRAY_LEN(capabilities); i++) {
        const char *text = tigetstr(capabilities[i]);
        if (text && text != (char *)-1)
            (void)tputs(text, 1, collect);
    }
    (void)collect('\r');
    (void)collect('\n');
    collected[collected_length] = '\0';
    return collected;
}

static void start_colors(void)
{
    const char *no_color = getenv("NO_COLOR");
    int colors = pen_open();
    if (no_color && *no_color)
        colors = 0;
    /* Of a terminal with direct colours the first eight alone can be named by number. */
    color_depth = colors == 256 ? 256 : colors >= 16 && colors < 256 ? 16 : colors > 0 ? 8 : 0;
}

/* Lets curses enter the full screen, which it does with its first picture: an empty one. */
static void enter(void)
{
    (void)refresh();
    (void)curs_set(0);
    pen_forget();
}

bool term_open(const struct theme *theme, struct error *error)
{
    if (!term_usable(error))
        return false;
    signals_save_modes();
    if (!getenv("ESCDELAY"))
        set_escdelay(25);
    /* Before newterm: where curses finds SIGTSTP's default action it takes the signal over, and
     * ignores a Ctrl-Z that comes while it draws. */
    if (!signals_install())
        return error_set(error, "cannot make a pipe");
    screen = newterm(NULL, stdout, stdin);
    if (!screen) {
        signals_remove();
        return error_set(error, "curses cannot use this terminal");
    }
    signals_set_restore(restore_sequence());
    cbreak(); /* with signals: Ctrl-C, Ctrl-\ and Ctrl-Z are the terminal driver's */
    noecho();
    nonl();
    start_colors();
    enter();
    input_open();
    term_set_theme(theme);
    term_measure();
    return true;
}

static void leave(void)
{
    pen_rest();
    pen_flush();
    (void)endwin();
}

void term_close(void)
{
    if (!screen)
        return;
    leave();
    input_close();
    signals_remove();
    delscreen(screen);
    screen = NULL;
    surface_destroy(shown);
    shown = NULL;
}

bool term_utf8(void)
{
    return utf8;
}

int term_colors(void)
{
    return color_depth;
}

void term_size(int *width, int *height)
{
    getmaxyx(stdscr, *height, *width);
}

void term_measure(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS))
        (void)resizeterm(size.ws_row, size.ws_col);
    term_repaint();
}

static struct look look_of(const struct style *style)
{
    struct look look = {COLOR_DEFAULT, COLOR_DEFAULT, style->attributes};
    if (color_depth == 0)
        return look;
    look.ink = color_depth == 256 ? style->fg256 : style->fg16;
    look.paper = color_depth == 256 ? style->bg256 : style->bg16;
    if (color_depth == 8) {
        /* The bright eight are the plain ones in bold. */
        if (look.ink >= 8)
            look.attributes |= STYLE_BOLD;
        look.ink = look.ink == COLOR_DEFAULT ? COLOR_DEFAULT : look.ink % 8;
        look.paper = look.paper == COLOR_DEFAULT ? COLOR_DEFAULT : look.paper % 8;
    }
    return look;
}

static struct look look_of_cell(const struct cell *cell)
{
    struct look look = looks[cell->role];
    if (cell->back != ROLE_NONE)
        look.paper = looks[cell->back].ink;
    return look;
}

void term_set_theme(const struct theme *theme)
{
    if (theme == theme_now && shown_valid)
        return;
    theme_now = theme;
    /* Without colours the attributes of the theme made for that say more. */
    const struct theme *used = theme;
    if (color_depth == 0 && theme_find("mono"))
        used = theme_find("mono");
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style style = used->styles[role];
        if (!used->colored)
            style.fg256 = style.bg256 = style.fg16 = style.bg16 = COLOR_DEFAULT;
        looks[role] = look_of(&style);
    }
    term_repaint();
}

void term_repaint(void)
{
    shown_valid = false;
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->glyph == b->glyph && a->role == b->role && a->back == b->back;
}

static void put(const struct cell *cell)
{
    struct look look = look_of_cell(cell);
    pen_put(cell->glyph < 0x7f || utf8 ? cell->glyph : '?', &look);
}

/* Whether writing unchanged cells first..last-1 again takes fewer bytes than going past them.
 */
static bool passes_cheaply(const struct cell *cells, int first, int last)
{
    if (last - first > 4)
        return false;
    for (int x = first; x < last; x++) {
        struct look look = look_of_cell(&cells[x]);
        if (cells[x].glyph >= 0x7f || !pen_has(cells[x].glyph, &look))
            return false;
    }
    return true;
}

static void show_row(const struct surface *surface, int y)
{
    const struct cell *now = surface->cells + (ptrdiff_t)y * surface->width;
    struct cell *before = shown->cells + (ptrdiff_t)y * surface->width;
    bool corner = pen_spares_corner() && y == surface->height - 1;
    int end = surface->width - corner, at = -1; /* the column after the last one written */
    for (int x = 0; x < end; x++) {
        if (shown_valid && same_cell(&now[x], &before[x]))
            continue;
        if (at >= 0 && passes_cheaply(now, at, x)) {
            for (; at < x; at++)
                put(&now[at]);
        }
        pen_move(x, y);
        put(&now[x]);
        at = x + 1;
    }
    memcpy(before, now, (size_t)surface->width * sizeof *now);
}

void term_show(const struct surface *surface)
{
    if (!shown || shown->width != surface->width || shown->height != surface->height) {
        surface_destroy(shown);
        shown = surface_create(surface->width, surface->height);
        shown_valid = false;
        if (!shown)
            return;
    }
    if (!shown_valid) {
        pen_forget();
        pen_clear();
    }
    for (int y = 0; y < surface->height; y++)
        show_row(surface, y);
    shown_valid = true;
    pen_flush();
}

void term_ring(void)
{
    (void)beep();
}

void term_suspend(void)
{
    leave();
    signals_stop();
    (void)reset_prog_mode();
    enter();
    term_measure();
}
