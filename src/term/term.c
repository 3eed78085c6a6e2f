#include "term/term.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "core/text.h"
#include "term/background.h"
#include "term/internal.h"
#include "term/pen.h"

/* The terminal is one to a process, and so is this. */
static bool is_open, pastes; /* pastes: it takes sequences, and may be asked things */
static int width_now, height_now;
static const struct theme *theme_now;
static int color_depth; /* 256, 16, 8 or 0 */
static struct look looks[ROLE_COUNT];
static struct surface *shown; /* what is on the screen */
static bool shown_valid;
static bool utf8;

/*
 * Where curses finds no memory for a terminal's entry it ends the program, with a line that
 * names no program, or crashes. While it reads one, a line of ours takes the place of both.
 */
static int own_stderr = -1;
static struct sigaction old_crash;
static const char no_memory[] = "nablascope: out of memory for the terminal's entry\n";

static void on_crash(int signal)
{
    (void)signal;
    if (write(own_stderr, no_memory, sizeof no_memory - 1) < 0)
        _exit(1);
    _exit(1);
}

static void guard(void)
{
    struct sigaction action;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    own_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (own_stderr >= 0 && nowhere >= 0)
        (void)dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0)
        close(nowhere);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_crash;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &old_crash);
}

static void unguard(void)
{
    sigaction(SIGSEGV, &old_crash, NULL);
    if (own_stderr < 0)
        return;
    (void)dup2(own_stderr, STDERR_FILENO);
    close(own_stderr);
    own_stderr = -1;
}

static void at_exit(void)
{
    bool given_up = own_stderr >= 0;
    if (given_up)
        unguard();
    term_close();
    if (given_up && write(STDERR_FILENO, no_memory, sizeof no_memory - 1) < 0)
        return;
}

/* Twice: want of memory passes, and curses says of it that the terminal is unknown. */
static bool read_entry(const char *name, const char **move)
{
    static bool registered;
    int result;
    registered = registered || atexit(at_exit) == 0;
    guard();
    bool read = setupterm(name, STDOUT_FILENO, &result) == OK ||
        setupterm(name, STDOUT_FILENO, &result) == OK;
    *move = read ? tigetstr("cup") : NULL;
    unguard();
    return read;
}

static bool memory_left(void)
{
    void *memory = malloc(1 << 17); /* as much as an entry takes */
    free(memory);
    return memory != NULL;
}

/* Reads the terminal's entry, which stays: to free it curses may need memory. */
static bool loaded;

static bool load(struct error *error)
{
    (void)setlocale(LC_CTYPE, "");
    utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(
            error, "standard %s is not a terminal", isatty(STDIN_FILENO) ? "output" : "input");
    const char *name = getenv("TERM");
    if (!name || !*name)
        return error_set(error, "TERM is not set: try 'TERM=xterm-256color nablascope'");
    const char *move;
    if (!read_entry(name, &move) && !memory_left())
        return error_set(error, "out of memory for the terminal's entry");
    if (!cur_term)
        return error_set(error,
            "the terminal type '%s' is unknown here: try 'TERM=xterm-256color nablascope'",
            SHOWN(name));
    if (!move || move == (char *)-1)
        return error_set(error,
            "the terminal type '%s' cannot move the cursor: try 'TERM=xterm-256color "
            "nablascope'",
            SHOWN(name));
    /* Others would show the request as text. */
    pastes = strncmp(move, "\033[", 2) == 0;
    loaded = true;
    return true;
}

bool term_usable(struct error *error)
{
    return loaded || load(error);
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

#define PASTES_ON "\033[?2004h"
#define PASTES_OFF "\033[?2004l"

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
    for (const char *at = pastes ? PASTES_OFF : ""; *at; at++)
        (void)collect(*at);
    (void)collect('\r');
    (void)collect('\n');
    collected[collected_length] = '\0';
    return collected;
}

static bool start_colors(void)
{
    const char *no_color = getenv("NO_COLOR");
    int colors = pen_open();
    if (colors < 0)
        return false;
    if (no_color && *no_color)
        colors = 0;
    /* Of a terminal with direct colours the first eight alone can be named by number. */
    color_depth = colors == 256 ? 256 : colors >= 16 && colors < 256 ? 16 : colors > 0 ? 8 : 0;
    return true;
}

void term_enter(void)
{
    modes_take();
    pen_forget();
    pen_send("cnorm"); /* entered twice, some would remember the hidden cursor */
    pen_send("smcup");
    pen_send("civis");
    pen_send("smkx");
    if (pastes)
        pen_send_text(PASTES_ON);
    term_measure();
    pen_flush();
}

static void leave(void)
{
    input_await_answer();
    pen_rest();
    pen_move(0, height_now - 1);
    if (pastes)
        pen_send_text(PASTES_OFF);
    pen_send("rmkx");
    pen_send("cnorm");
    const char *back = tigetstr("rmcup");
    if (back && back != (char *)-1)
        pen_send("rmcup");
    else
        pen_send_text("\r\n"); /* the picture stays: below it */
    pen_flush();
    modes_restore();
}

bool term_open(const struct theme *theme, struct error *error)
{
    if (!term_usable(error))
        return false;
    if (!modes_save() || !signals_install())
        return error_set(error, "cannot take the terminal over: no modes, or no pipe");
    guard();
    signals_set_restore(restore_sequence());
    bool opened = start_colors();
    if (opened)
        input_open(utf8);
    unguard();
    if (!opened) {
        signals_remove();
        return error_set(error, "out of memory for the terminal's entry");
    }
    is_open = true;
    term_enter();
    term_set_theme(theme);
    return true;
}

void term_close(void)
{
    if (!is_open)
        return;
    is_open = false;
    leave();
    pen_close();
    signals_remove();
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

bool term_guess_light(void)
{
    if (color_depth == 0)
        return false;
    if (pastes)
        input_ask();
    return background_noted(getenv("COLORFGBG")) == BACKGROUND_LIGHT;
}

void term_size(int *width, int *height)
{
    *width = width_now;
    *height = height_now;
}

/* A number of the environment; 0 when it is none. */
static int number_of(const char *name)
{
    const char *text = getenv(name);
    char *end;
    long number = text ? strtol(text, &end, 10) : 0;
    return text && end != text && !*end && number > 0 && number < 10000 ? (int)number : 0;
}

static int bounded(int size, int most)
{
    return size < 1 ? 1 : size > most ? most : size;
}

void term_measure(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        width_now = size.ws_col;
        height_now = size.ws_row;
    } else { /* a serial line does not know */
        width_now = number_of("COLUMNS") ? number_of("COLUMNS") : tigetnum("cols");
        height_now = number_of("LINES") ? number_of("LINES") : tigetnum("lines");
        width_now = width_now > 0 ? width_now : 80;
        height_now = height_now > 0 ? height_now : 24;
    }
    width_now = bounded(width_now, TERM_MOST_COLUMNS);
    height_now = bounded(height_now, TERM_MOST_ROWS);
    pen_set_width(width_now);
    term_repaint();
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
    for (int role = 0; role < ROLE_COUNT; role++)
        looks[role] = theme_look(used, (enum role)role, color_depth);
    term_repaint();
}

void term_repaint(void)
{
    shown_valid = false;
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
        if (shown_valid && cell_equal(&now[x], &before[x]))
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

bool term_show(const struct surface *surface)
{
    if (!shown || shown->width != surface->width || shown->height != surface->height) {
        surface_destroy(shown);
        shown = surface_create(surface->width, surface->height);
        shown_valid = false;
        if (!shown)
            return false;
    }
    if (!shown_valid) {
        pen_forget();
        pen_clear();
    }
    for (int y = 0; y < surface->height; y++)
        show_row(surface, y);
    shown_valid = true;
    pen_flush();
    return true;
}

void term_ring(void)
{
    pen_send("bel");
    pen_flush();
}

void term_suspend(void)
{
    leave();
    signals_stop();
    term_enter();
}
