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
#include <wchar.h>

#include "term/internal.h"

enum { PAIRS_MOST = 255, RUN_MOST = 512 };

/* curses is one to a process, and so is this. */
static SCREEN *screen;
static const struct theme *theme_now;
static int color_depth; /* 256, 16, 8 or 0 */
static struct {
    int foreground, background;
} pairs[PAIRS_MOST + 1]; /* pair 0 is curses' own */
static int pair_count;
static attr_t role_attributes[ROLE_COUNT];
static short role_pairs[ROLE_COUNT];
static int role_inks[ROLE_COUNT], role_papers[ROLE_COUNT]; /* foregrounds, backgrounds */
static short back_pairs[ROLE_COUNT]
                       [ROLE_COUNT]; /* by role and background's role; -1: not yet */
static struct surface *shown;        /* what is on the screen */
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
        return error_set(error, "TERM is not set");
    int result;
    if (setupterm(name, STDOUT_FILENO, &result) != OK)
        return error_set(error, "the terminal type '%.40s' is unknown", name);
    const char *move = tigetstr("cup");
    bool movable = move && move != (char *)-1;
    del_curterm(cur_term);
    if (!movable)
        return error_set(error, "the terminal type '%.40s' cannot move the cursor", name);
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
    color_depth = 0;
    pair_count = 0;
    if ((no_color && *no_color) || !has_colors() || start_color() != OK)
        return;
    if (use_default_colors() != OK)
        return;
    color_depth = COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : 8;
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
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    (void)typeahead(-1);
    (void)curs_set(0);
    start_colors();
    term_set_theme(theme);
    term_measure();
    return true;
}

void term_close(void)
{
    if (!screen)
        return;
    (void)endwin();
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

/* The pair of these colours; made when first asked for. 0 when there are no more. */
static short pair_of(int foreground, int background)
{
    if (foreground == COLOR_DEFAULT && background == COLOR_DEFAULT)
        return 0;
    for (int i = 1; i <= pair_count; i++) {
        if (pairs[i].foreground == foreground && pairs[i].background == background)
            return (short)i;
    }
    if (pair_count == PAIRS_MOST || pair_count + 1 >= COLOR_PAIRS)
        return 0;
    pair_count++;
    pairs[pair_count].foreground = foreground;
    pairs[pair_count].background = background;
    (void)init_pair((short)pair_count, (short)foreground, (short)background);
    return (short)pair_count;
}

static attr_t attributes_of(int style)
{
    attr_t attributes = A_NORMAL;
    if (style & STYLE_BOLD)
        attributes |= A_BOLD;
    if (style & STYLE_REVERSE)
        attributes |= A_REVERSE;
    if (style & STYLE_UNDERLINE)
        attributes |= A_UNDERLINE;
    if (style & STYLE_FAINT)
        attributes |= A_DIM;
    return attributes;
}

static void prepare_role(const struct style *style, int role)
{
    role_attributes[role] = attributes_of(style->attributes);
    role_pairs[role] = 0;
    role_inks[role] = role_papers[role] = COLOR_DEFAULT;
    if (color_depth == 0)
        return;
    int foreground = color_depth == 256 ? style->fg256 : style->fg16;
    int background = color_depth == 256 ? style->bg256 : style->bg16;
    if (color_depth == 8) {
        /* The bright eight are the plain ones in bold. */
        if (foreground >= 8)
            role_attributes[role] |= A_BOLD;
        foreground = foreground == COLOR_DEFAULT ? foreground : foreground % 8;
        background = background == COLOR_DEFAULT ? background : background % 8;
    }
    role_pairs[role] = pair_of(foreground, background);
    role_inks[role] = foreground;
    role_papers[role] = background;
}

static short pair_of_cell(const struct cell *cell)
{
    if (cell->back == ROLE_NONE)
        return role_pairs[cell->role];
    short *pair = &back_pairs[cell->role][cell->back];
    if (*pair < 0)
        *pair = pair_of(role_inks[cell->role], role_inks[cell->back]);
    return *pair;
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
    /* Pairs start anew: a pair in use cannot be changed without changing what is on the screen.
     */
    pair_count = 0;
    memset(back_pairs, -1, sizeof back_pairs);
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style style = used->styles[role];
        if (!used->colored)
            style.fg256 = style.bg256 = style.fg16 = style.bg16 = COLOR_DEFAULT;
        prepare_role(&style, role);
    }
    /* What curses clears by itself is cleared in the theme's background. */
    cchar_t blank;
    (void)setcchar(&blank, L" ", A_NORMAL, role_pairs[ROLE_TEXT], NULL);
    (void)bkgrndset(&blank);
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

/* Whether a blank looks the same in another cell's colours and attributes. */
static bool same_blank(const struct cell *blank, const struct cell *other)
{
    attr_t seen = A_REVERSE | A_UNDERLINE;
    return role_papers[blank->role] == role_papers[other->role] && blank->back == ROLE_NONE &&
        other->back == ROLE_NONE && !(role_attributes[blank->role] & seen) &&
        !(role_attributes[other->role] & seen);
}

/* Writes cells x..x+count-1 of row y. */
static void show_run(const struct cell *cells, int x, int y, int count)
{
    cchar_t run[RUN_MOST];
    const struct cell *look = &cells[0]; /* whose colours and attributes the pen has */
    while (count > 0) {
        int part = count < RUN_MOST ? count : RUN_MOST;
        for (int i = 0; i < part; i++) {
            bool plain = cells[i].glyph < 0x7f || utf8;
            wchar_t text[2] = {plain ? (wchar_t)cells[i].glyph : L'?', L'\0'};
            /* A blank takes what the pen has, which costs nothing. */
            if (!(cells[i].glyph == ' ' && same_blank(&cells[i], look)))
                look = &cells[i];
            (void)setcchar(
                &run[i], text, role_attributes[look->role], pair_of_cell(look), NULL);
        }
        (void)mvadd_wchnstr(y, x, run, part);
        cells += part;
        x += part;
        count -= part;
    }
}

static void show_row(const struct surface *surface, int y)
{
    const struct cell *now = surface->cells + (ptrdiff_t)y * surface->width;
    struct cell *before = shown->cells + (ptrdiff_t)y * surface->width;
    for (int x = 0; x < surface->width;) {
        if (shown_valid && same_cell(&now[x], &before[x])) {
            x++;
            continue;
        }
        int end = x + 1;
        while (end < surface->width && !(shown_valid && same_cell(&now[end], &before[end])))
            end++;
        show_run(now + x, x, y, end - x);
        x = end;
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
    if (!shown_valid)
        (void)clearok(stdscr, TRUE);
    for (int y = 0; y < surface->height; y++)
        show_row(surface, y);
    shown_valid = true;
    (void)refresh();
}

void term_ring(void)
{
    (void)beep();
}

void term_suspend(void)
{
    (void)endwin();
    signals_stop();
    (void)reset_prog_mode();
    (void)curs_set(0);
    term_measure();
}
