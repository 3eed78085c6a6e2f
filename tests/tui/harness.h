/*
 * A program in a real pseudo-terminal, its output read by a terminal emulator (libvterm).
 *
 * Nothing sleeps: every wait is for something that shows, with a deadline.
 */
#ifndef NABLASCOPE_TESTS_PTY_H
#define NABLASCOPE_TESTS_PTY_H

#include <check.h>
#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

/* Long enough for sanitizers on a busy machine; nothing waits this long when all is well. */
#define PATIENCE 60

/* The laboratory that is tested: $NABLASCOPE, or the one at hand. */
const char *pty_program(void);

struct pty {
    pid_t child;
    int master, slave; /* the test keeps the slave open, to look at its modes afterwards */
    VTerm *terminal;
    VTermScreen *screen;
    int rows, columns;
    bool alternate, cursor; /* what the program asked the terminal for */
    long bytes;             /* written by the program */
    bool ended;             /* no more output will come */
    bool asked;             /* the program has asked for the background, with DA1 behind */
    bool silent;            /* to be set: the test answers, not the emulator */
    struct termios before;  /* modes at the start */
};

/*
 * Starts argv (NULL-terminated) with TERM and further "NAME=VALUE" of `environment`
 * (NULL-terminated; LC_ALL and TERM have defaults); LINES, COLUMNS, NO_COLOR, ESCDELAY,
 * COLORFGBG are unset, and HOME and XDG_STATE_HOME, so that no session is kept.
 */
void pty_start(struct pty *pty, int columns, int rows, const char *const argv[],
    const char *const environment[]);
/* Frees; the child must have been waited for. */
void pty_close(struct pty *pty);

void pty_type(struct pty *pty, const char *keys);
/* Bytes that may hold zeros, as many as there are; reads on where the program does not keep up.
 */
void pty_send(struct pty *pty, const void *bytes, size_t count);
void pty_resize(struct pty *pty, int columns, int rows);

/* True when the text is on the screen within `seconds`. */
bool pty_shows(struct pty *pty, const char *text, double seconds);
/* True when the text is no longer on the screen within `seconds`. */
bool pty_drops(struct pty *pty, const char *text, double seconds);
/* True when the program has the whole screen, without a cursor, within `seconds`. */
bool pty_takes_over(struct pty *pty, double seconds);
/* Text of the whole screen, valid until the next call. */
const char *pty_text(struct pty *pty);
/* Takes in what the program writes until the deadline, or for as long as nothing comes. */
bool pty_read(struct pty *pty, double seconds);
/* Reads on until the program has ended; its wait status. Kills it after `seconds`. */
int pty_wait(struct pty *pty, double seconds);
/* The modes are as at the start, the main screen is shown, and the cursor too. */
bool pty_restored(const struct pty *pty);
/* True when some cell has a colour of its own. */
bool pty_colored(struct pty *pty);

/* It ends with this status within the patience, the terminal as it was; closes. */
void pty_exits(struct pty *pty, int code);
/* The same after q, with status 0. */
void pty_quits(struct pty *pty);

double pty_clock(void);

/* Runs all of it and frees it; for main to return. */
int pty_run(Suite *suite);

#endif
