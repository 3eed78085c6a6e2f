/*
 * The terminal: shows surfaces, reads keys, and gives the terminal back whatever happens.
 *
 * The only layer that knows curses. At most one terminal can be open in a process, since
 * signals and curses belong to the process. Not thread-safe: one thread opens, shows, waits and
 * closes.
 */
#ifndef NABLASCOPE_TERM_TERM_H
#define NABLASCOPE_TERM_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

enum { TERM_MOST_COLUMNS = 2000, TERM_MOST_ROWS = 1000 };

enum term_event_kind {
    TERM_TIMEOUT, /* nothing happened in time */
    TERM_KEY,     /* event.key: see ui/draw/input.h */
    TERM_PASTE,   /* event.text was pasted: its beginning, as it came; valid until the next wait
                   */
    TERM_BACKGROUND, /* the terminal has told its background: event.light */
    TERM_RESIZE, /* the size changed, or the program came back from being stopped: draw anew */
    TERM_WAKE,   /* wake_fd is readable; the caller reads it */
    TERM_SIGNAL, /* event.signal asks the program to end: close, then term_raise() */
    TERM_GONE,   /* the terminal has vanished (hang-up, EIO): end the program */
    TERM_FAILED, /* waiting is not possible, event.error (of errno) says why: end the program */
};

struct term_event {
    enum term_event_kind kind;
    uint32_t key;
    const char *text;
    bool light;
    int signal;
    int error;
};

/*
 * True when the interactive program can run here: standard input and output are terminals and
 * TERM names one with cursor addressing. Otherwise *error says what is missing (in one line,
 * which does not yet name a command to use instead).
 */
bool term_usable(struct error *error);

/*
 * Takes the terminal over: full screen, keys one by one, signals caught. `theme` decides
 * colours; no colours are used when NO_COLOR is set and not empty, or when the terminal has
 * none.
 */
bool term_open(const struct theme *theme, struct error *error);
/* Gives the terminal back as it was found. May be called twice. */
void term_close(void);

/* True when the locale's character set is UTF-8 (nl_langinfo(CODESET)). */
bool term_utf8(void);
/* Colours in use: 256, 16, 8 or 0. */
int term_colors(void);
/* At most TERM_MOST_COLUMNS by TERM_MOST_ROWS. */
void term_size(int *width, int *height);
void term_set_theme(const struct theme *theme);

/*
 * Whether the terminal's background is said to be light by the environment; asks the terminal
 * itself, where there are colours and it may understand. What it answers, soon, late or never,
 * is an event of term_wait and no key; what is typed meanwhile is.
 */
bool term_guess_light(void);
/* Whether an answer may still be on its way. */
bool term_asks(void);

/* Shows the surface; writes only the cells that changed since the last call. False when there
 * is no memory to remember them: nothing is shown. */
bool term_show(const struct surface *surface);
/* Rings the terminal's bell. */
void term_ring(void);
/* Forgets what is on the screen, so that the next term_show draws every cell (Ctrl-L). */
void term_repaint(void);

/*
 * Waits for a key, a signal, `wake_fd` (ignored when negative) or `timeout_ms` (forever when
 * negative), whichever comes first; keys before wake-ups. May time out early, after something
 * was read that is no key. Never spins.
 */
struct term_event term_wait(int wake_fd, int timeout_ms);
/* Whether more has been typed than term_wait has returned. */
bool term_keys_wait(void);

/* Closes, and stops the program as Ctrl-Z does; returns, reopened, after it has been continued.
 */
void term_suspend(void);

/* After term_close: ends the process by `signal` with its default action (status 128 + signal).
 */
void term_raise(int signal);

#endif
