#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "core/error.h"
#include "term/internal.h"
#include "term/term.h"
#include "ui/input.h"

static const struct {
    wint_t curses;
    uint32_t key;
} keys[] = {
    {KEY_UP, INPUT_UP},
    {KEY_DOWN, INPUT_DOWN},
    {KEY_LEFT, INPUT_LEFT},
    {KEY_RIGHT, INPUT_RIGHT},
    {KEY_HOME, INPUT_HOME},
    {KEY_END, INPUT_END},
    {KEY_PPAGE, INPUT_PAGE_UP},
    {KEY_NPAGE, INPUT_PAGE_DOWN},
    {KEY_DC, INPUT_DELETE},
    {KEY_BTAB, INPUT_BACK_TAB},
    {KEY_BACKSPACE, INPUT_BACKSPACE},
    {KEY_ENTER, INPUT_ENTER},
    {KEY_F(1), INPUT_F1},
};

/* Keys are read from a pad: reading from a window would draw it. */
static WINDOW *pad;

void input_open(void)
{
    pad = newpad(1, 1);
    (void)keypad(pad, TRUE);
    (void)nodelay(pad, TRUE);
}

void input_close(void)
{
    (void)delwin(pad);
    pad = NULL;
}

uint32_t input_next(void)
{
    wint_t read;
    int kind;
    while ((kind = wget_wch(pad, &read)) != ERR) {
        if (kind == OK)
            return read == '\n' || read == '\r' ? INPUT_ENTER : (uint32_t)read;
        for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
            if (keys[i].curses == read)
                return keys[i].key;
        }
        /* A key we have no name for is ignored, and the next one is looked at. */
    }
    return INPUT_NONE;
}

/* True when a signal makes an event for the caller. */
static bool signal_event(int signal, struct term_event *event)
{
    switch (signal) {
    case SIGWINCH:
        term_measure();
        event->kind = TERM_RESIZE;
        return true;
    case SIGTSTP:
        term_suspend();
        event->kind = TERM_RESIZE;
        return true;
    case SIGCONT: /* stopped from outside: the terminal may hold anything */
        reset_prog_mode();
        term_measure();
        term_repaint();
        event->kind = TERM_RESIZE;
        return true;
    default:
        event->kind = TERM_SIGNAL;
        event->signal = signal;
        return true;
    }
}

/* The terminal says that it can be read and there is nothing: it has come to its end. */
static bool input_ended(void)
{
    int waiting = 0;
    return ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0;
}

struct term_event term_wait(int wake_fd, int timeout_ms)
{
    struct term_event event = {.kind = TERM_TIMEOUT};
    int signal = signals_next();
    if (signal != 0 && signal_event(signal, &event))
        return event;
    /* curses may hold keys that it has read from the terminal already. */
    event.key = input_next();
    if (event.key != INPUT_NONE) {
        event.kind = TERM_KEY;
        return event;
    }
    struct pollfd fds[] = {
        {STDIN_FILENO, POLLIN, 0}, {signals_descriptor(), POLLIN, 0}, {wake_fd, POLLIN, 0}};
    int ready = poll(fds, wake_fd >= 0 ? 3 : 2, timeout_ms);
    if (ready < 0 && errno != EINTR)
        event.kind = TERM_GONE;
    if (ready <= 0)
        return event;
    signal = fds[1].revents ? signals_next() : 0;
    if (signal != 0 && signal_event(signal, &event))
        return event;
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
        event.kind = TERM_GONE;
        return event;
    }
    if (fds[0].revents & POLLIN) {
        event.key = input_next();
        event.kind = event.key != INPUT_NONE ? TERM_KEY
            : input_ended()                  ? TERM_GONE
                                             : TERM_TIMEOUT;
        return event;
    }
    if (fds[2].revents)
        event.kind = TERM_WAKE;
    return event;
}
