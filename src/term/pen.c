#include "term/pen.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "core/error.h"
#include "term/internal.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

/* What is sent to begin an attribute, by its terminfo name; its bit in `ncv`. */
static const struct {
    int style;
    const char *name;
    int ncv;
} attributes[] = {
    {STYLE_BOLD, "bold", 32},
    {STYLE_REVERSE, "rev", 4},
    {STYLE_UNDERLINE, "smul", 2},
    {STYLE_FAINT, "dim", 16},
};

static struct {
    const char *clear, *place, *column, *row, *right, *end, *own_colors, *ink, *paper;
    const char *begin[ARRAY_LEN(attributes)];
    int without_color; /* attributes that do not go together with colours */
    bool spares_corner;
} entry;

/* How long a program that is to end waits for a terminal that takes nothing: a slow line takes
 * something in between, and is to be given back as it was. */
enum { WAIT_MS = 100, WAITS = 10 };

/*
 * The terminal, opened again: so that a write does not block, and nobody else who has the
 * terminal notices. Where that cannot be, standard output.
 */
static int output = STDOUT_FILENO;

static struct look pen;
static bool pen_known;
static int pen_x, pen_y; /* -1: not known */
static int pen_width = 80;
static char buffer[1 << 14];
static size_t buffered;

/* False when the terminal takes nothing (a line that hangs) and the program is to end. */
static bool await_room(void)
{
    struct pollfd fd = {output, POLLOUT, 0};
    int ready, waits = 0;
    while ((ready = poll(&fd, 1, WAIT_MS)) == 0 || (ready < 0 && errno == EINTR)) {
        waits += ready == 0 && signals_ending();
        if (waits == WAITS)
            return false;
    }
    return true;
}

void pen_flush(void)
{
    size_t sent = 0;
    while (sent < buffered && await_room()) {
        ssize_t count = write(output, buffer + sent, buffered - sent);
        if (count > 0)
            sent += (size_t)count;
        else if (errno != EINTR && errno != EAGAIN)
            break; /* the terminal is gone: the wait for keys will say so */
    }
    buffered = 0;
}

static int send_byte(int byte)
{
    if (buffered == sizeof buffer)
        pen_flush();
    buffer[buffered++] = (char)byte;
    return byte;
}

static void send(const char *text)
{
    if (text)
        (void)tputs(text, 1, send_byte);
}

static const char *capability(const char *name)
{
    const char *text = tigetstr(name);
    return text && text != (char *)-1 ? text : NULL;
}

void pen_send(const char *name)
{
    send(capability(name));
}

void pen_send_text(const char *text)
{
    while (*text)
        (void)send_byte(*text++);
}

void pen_set_width(int width)
{
    pen_width = width;
}

/* sgr0 also leaves the alternate character set, which is never entered: that part is dropped.
 */
static const char *without_charset(const char *end)
{
    static char text[64];
    const char *leave = capability("rmacs"), *at = end && leave ? strstr(end, leave) : NULL;
    if (!at || strlen(end) >= sizeof text)
        return end;
    size_t before = (size_t)(at - end);
    memcpy(text, end, before);
    memcpy(text + before, at + strlen(leave), strlen(at) - strlen(leave) + 1);
    return text;
}

/* Fills everything in once with large numbers: curses takes the memory for it here. False where
 * there is none; curses cannot be used any more then. */
static bool rehearse(void)
{
    const char *const capabilities[] = {
        entry.place, entry.column, entry.row, entry.right, entry.ink, entry.paper};
    for (size_t i = 0; i < ARRAY_LEN(capabilities); i++) {
        if (capabilities[i] && !tparm(capabilities[i], 9999, 9999, 0, 0, 0, 0, 0, 0, 0))
            return false;
    }
    return true;
}

static void open_output(void)
{
    const char *name = ttyname(STDOUT_FILENO);
    int own = name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
    output = own >= 0 ? own : STDOUT_FILENO;
}

void pen_close(void)
{
    if (output != STDOUT_FILENO)
        (void)close(output);
    output = STDOUT_FILENO;
}

int pen_open(void)
{
    entry.clear = capability("clear");
    entry.place = capability("cup");
    entry.column = capability("hpa");
    entry.row = capability("vpa");
    entry.right = capability("cuf");
    entry.end = without_charset(capability("sgr0"));
    entry.own_colors = capability("op");
    entry.ink = capability("setaf");
    entry.paper = capability("setab");
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
        entry.begin[i] = entry.end ? capability(attributes[i].name) : NULL;
    entry.without_color = tigetnum("ncv") > 0 ? tigetnum("ncv") : 0;
    entry.spares_corner = tigetflag("am") > 0 && tigetflag("xenl") <= 0;
    pen_forget();
    if (!rehearse())
        return -1;
    open_output();
    int colors = tigetnum("colors");
    return entry.ink && entry.paper && entry.own_colors && colors >= 8 ? colors : 0;
}

void pen_forget(void)
{
    pen_known = false;
    pen_x = pen_y = -1;
}

/* Replaces *best by the capability filled in when that is shorter. */
static void consider(const char **best, char *text, size_t size, const char *name, int a, int b)
{
    const char *filled = name ? tparm(name, a, b, 0, 0, 0, 0, 0, 0, 0) : NULL;
    if (!filled || strlen(filled) >= size || (*best && strlen(filled) >= strlen(*best)))
        return;
    memcpy(text, filled, strlen(filled) + 1);
    *best = text;
}

void pen_move(int x, int y)
{
    char text[32];
    const char *best = NULL;
    if (x == pen_x && y == pen_y)
        return;
    consider(&best, text, sizeof text, entry.place, y, x);
    if (y == pen_y) {
        consider(&best, text, sizeof text, entry.column, x, 0);
        if (x > pen_x)
            consider(&best, text, sizeof text, entry.right, x - pen_x, 0);
    } else if (x == pen_x) {
        consider(&best, text, sizeof text, entry.row, y, 0);
    }
    send(best);
    pen_x = x;
    pen_y = y;
}

void pen_rest(void)
{
    send(entry.end);
    send(entry.own_colors);
    pen = (struct look){COLOR_DEFAULT, COLOR_DEFAULT, STYLE_PLAIN};
    pen_known = true;
}

void pen_clear(void)
{
    pen_rest();
    send(entry.clear);
    pen_x = pen_y = 0;
}

/* Attributes can only be ended all at once, and colours with them. */
static void end_attributes(void)
{
    send(entry.end);
    pen = (struct look){COLOR_DEFAULT, COLOR_DEFAULT, STYLE_PLAIN};
}

static void set_colors(const struct look *look)
{
    bool undone = (look->ink == COLOR_DEFAULT && pen.ink != COLOR_DEFAULT) ||
        (look->paper == COLOR_DEFAULT && pen.paper != COLOR_DEFAULT);
    if (undone) {
        send(entry.own_colors);
        pen.ink = pen.paper = COLOR_DEFAULT;
    }
    if (look->ink != pen.ink)
        send(tparm(entry.ink, look->ink, 0, 0, 0, 0, 0, 0, 0, 0));
    if (look->paper != pen.paper)
        send(tparm(entry.paper, look->paper, 0, 0, 0, 0, 0, 0, 0, 0));
    pen.ink = look->ink;
    pen.paper = look->paper;
}

static void set_look(const struct look *look)
{
    if (!pen_known)
        pen_rest();
    if (pen.attributes & ~look->attributes)
        end_attributes();
    bool colored = look->ink != COLOR_DEFAULT || look->paper != COLOR_DEFAULT;
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        int style = attributes[i].style;
        if ((look->attributes & style) && !(pen.attributes & style) &&
            !(colored && (entry.without_color & attributes[i].ncv)))
            send(entry.begin[i]);
    }
    pen.attributes = look->attributes;
    set_colors(look);
}

bool pen_has(uint32_t glyph, const struct look *look)
{
    int seen = STYLE_REVERSE | STYLE_UNDERLINE;
    if (!pen_known || pen.paper != look->paper)
        return false;
    /* On a blank only the paper is seen. */
    if (glyph == ' ')
        return !((pen.attributes | look->attributes) & seen);
    return pen.ink == look->ink && pen.attributes == look->attributes;
}

void pen_put(uint32_t glyph, const struct look *look)
{
    char bytes[4];
    if (!pen_has(glyph, look))
        set_look(look);
    int length = utf8_encode(glyph, bytes);
    for (int i = 0; i < length; i++)
        (void)send_byte((unsigned char)bytes[i]);
    pen_x++;
    if (pen_x >= pen_width)
        pen_x = pen_y = -1; /* where it is after the last column depends on the terminal */
}

bool pen_spares_corner(void)
{
    return entry.spares_corner;
}
