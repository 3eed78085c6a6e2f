#include <curses.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

#include "core/error.h"
#include "term/decode.h"
#include "term/internal.h"
#include "term/pen.h"
#include "term/term.h"
#include "ui/draw/input.h"

#define ESCAPE_SECONDS 0.025
/* How long an answer may take. */
#define ANSWER_SECONDS 1.0

/* Keys by their terminfo names; all others that terminfo has are ignored. */
static const struct {
    const char *name;
    uint32_t key;
} keys[] = {
    {"kcuu1", INPUT_UP},
    {"kcud1", INPUT_DOWN},
    {"kcub1", INPUT_LEFT},
    {"kcuf1", INPUT_RIGHT},
    {"khome", INPUT_HOME},
    {"kend", INPUT_END},
    {"kpp", INPUT_PAGE_UP},
    {"knp", INPUT_PAGE_DOWN},
    {"kdch1", INPUT_DELETE},
    {"kcbt", INPUT_BACK_TAB},
    {"kbs", INPUT_BACKSPACE},
    {"kent", INPUT_ENTER},
    {"kf1", INPUT_F1},
};

/* The terminal is one to a process, and so is this. */
static struct decoder decoder;
static unsigned char bytes[4096];
static size_t taken, filled;
static double answer_until; /* 0: nothing has been asked */

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double escape_delay(void)
{
    const char *text = getenv("ESCDELAY");
    char *end;
    long milliseconds = text ? strtol(text, &end, 10) : 0;
    if (!text || end == text || *end || milliseconds < 0 || milliseconds > 10000)
        return ESCAPE_SECONDS;
    return (double)milliseconds / 1000;
}

void input_open(bool utf8)
{
    decoder_init(&decoder, utf8, escape_delay());
    taken = filled = 0;
    answer_until = 0;
    for (size_t i = 0; strnames[i]; i++) {
        /* kmous only begins a report, which has a form of its own. */
        if (strnames[i][0] != 'k' || strcmp(strnames[i], "kmous") == 0)
            continue;
        const char *text = tigetstr(strnames[i]);
        if (!text || text == (char *)-1)
            continue;
        uint32_t key = INPUT_NONE;
        for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
            if (strcmp(keys[k].name, strnames[i]) == 0)
                key = keys[k].key;
        }
        decoder_name(&decoder, text, key);
    }
}

void input_ask(void)
{
    pen_send_text(BACKGROUND_QUESTION);
    pen_flush();
    answer_until = clock_seconds() + ANSWER_SECONDS;
    decoder_await(&decoder, answer_until);
}

bool term_asks(void)
{
    return answer_until > 0 && !decoder.identified && clock_seconds() < answer_until;
}

/* Byte by byte, so that what comes after it stays for whoever reads next. */
void input_await_answer(void)
{
    while (taken < filled)
        decoder_byte(&decoder, bytes[taken++], clock_seconds());
    while (term_asks()) {
        unsigned char byte;
        struct pollfd fd = {STDIN_FILENO, POLLIN, 0};
        int left = (int)ceil((answer_until - clock_seconds()) * 1000);
        int ready = poll(&fd, 1, left > 0 ? left : 0);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || !(fd.revents & POLLIN) || read(STDIN_FILENO, &byte, 1) != 1)
            break;
        decoder_byte(&decoder, byte, clock_seconds());
    }
    answer_until = 0;
}

/* What has been read and is a key, a paste or an answer; false when that is nothing. */
static bool next_key(struct term_event *event)
{
    uint32_t key;
    while ((key = decoder_key(&decoder)) == INPUT_NONE) {
        if (decoder.background != BACKGROUND_UNKNOWN) {
            event->kind = TERM_BACKGROUND;
            event->light = decoder.background == BACKGROUND_LIGHT;
            decoder.background = BACKGROUND_UNKNOWN;
            return true;
        }
        if (taken == filled)
            return false;
        decoder_byte(&decoder, bytes[taken++], clock_seconds());
    }
    event->kind = key == DECODED_PASTE ? TERM_PASTE : TERM_KEY;
    event->key = key;
    event->text = decoder.paste;
    return true;
}

bool term_keys_wait(void)
{
    struct pollfd fd = {STDIN_FILENO, POLLIN, 0};
    return taken < filled || poll(&fd, 1, 0) > 0;
}

/* Reads what is there; false at the end of the terminal. */
static bool fill(void)
{
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    taken = 0;
    filled = count > 0 ? (size_t)count : 0;
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

/* What a signal makes an event for the caller. */
static void signal_event(int signal, struct term_event *event)
{
    event->kind = TERM_RESIZE;
    switch (signal) {
    case SIGWINCH:
        term_measure();
        break;
    case SIGTSTP:
        term_suspend();
        break;
    case SIGCONT: /* stopped from outside: the terminal may hold anything */
        term_enter();
        break;
    default:
        event->kind = TERM_SIGNAL;
        event->signal = signal;
        break;
    }
}

/* The wait of the caller, shortened to that for the rest of a sequence. */
static int shorten(int timeout_ms)
{
    double due = decoder_due(&decoder);
    if (due <= 0)
        return timeout_ms;
    double left = ceil((due - clock_seconds()) * 1000);
    int most = left <= 0 ? 0 : (int)left;
    return timeout_ms < 0 || most < timeout_ms ? most : timeout_ms;
}

struct term_event term_wait(int wake_fd, int timeout_ms)
{
    struct term_event event = {.kind = TERM_TIMEOUT};
    int signal = signals_next();
    if (signal != 0) {
        signal_event(signal, &event);
        return event;
    }
    if (next_key(&event))
        return event;
    struct pollfd fds[] = {
        {STDIN_FILENO, POLLIN, 0}, {signals_descriptor(), POLLIN, 0}, {wake_fd, POLLIN, 0}};
    int ready = poll(fds, wake_fd >= 0 ? 3 : 2, shorten(timeout_ms));
    if (ready < 0) {
        event.kind = errno == EINTR ? TERM_TIMEOUT : TERM_FAILED;
        event.error = errno;
        return event;
    }
    signal = fds[1].revents ? signals_next() : 0;
    if (signal != 0) {
        signal_event(signal, &event);
    } else if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
        event.kind = TERM_GONE;
    } else if (fds[0].revents & POLLIN) {
        if (!fill())
            event.kind = TERM_GONE;
        else
            (void)next_key(&event);
    } else {
        decoder_idle(&decoder, clock_seconds());
        if (!next_key(&event) && wake_fd >= 0 && fds[2].revents)
            event.kind = TERM_WAKE;
    }
    return event;
}
