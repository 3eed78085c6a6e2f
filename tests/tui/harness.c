#include "harness.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

const char *pty_program(void)
{
    const char *path = getenv("NABLASCOPE");
    return path ? path : "./nablascope";
}

double pty_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    struct pty *pty = context;
    if (property == VTERM_PROP_ALTSCREEN)
        pty->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        pty->cursor = value->boolean;
    return 1;
}

static void open_terminal(struct pty *pty, int columns, int rows)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    pty->rows = rows;
    pty->columns = columns;
    pty->cursor = true;
    pty->terminal = vterm_new(rows, columns);
    vterm_set_utf8(pty->terminal, 1);
    pty->screen = vterm_obtain_screen(pty->terminal);
    vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_reset(pty->screen, 1);
}

static void become(struct pty *pty, const char *const argv[], const char *const environment[])
{
    static const char *const unset[] = {
        "LINES", "COLUMNS", "NO_COLOR", "ESCDELAY", "COLORFGBG", "HOME", "XDG_STATE_HOME"};
    close(pty->master);
    (void)setsid();
    (void)ioctl(pty->slave, TIOCSCTTY, 0);
    for (int fd = 0; fd < 3; fd++)
        (void)dup2(pty->slave, fd);
    close(pty->slave);
    for (int number = 1; number < NSIG; number++) /* whatever make was started by ignores */
        (void)signal(number, SIG_DFL);
    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        unsetenv(unset[i]);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm-256color", 1);
    for (int i = 0; environment && environment[i]; i++) {
        char name[64];
        const char *equals = strchr(environment[i], '=');
        (void)snprintf(
            name, sizeof name, "%.*s", (int)(equals - environment[i]), environment[i]);
        setenv(name, equals + 1, 1);
    }
    execv(argv[0], (char *const *)(size_t)argv);
    _exit(127);
}

void pty_start(struct pty *pty, int columns, int rows, const char *const argv[],
    const char *const environment[])
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    memset(pty, 0, sizeof *pty);
    open_terminal(pty, columns, rows);
    ck_assert_int_eq(openpty(&pty->master, &pty->slave, NULL, NULL, &size), 0);
    ck_assert_int_eq(tcgetattr(pty->slave, &pty->before), 0);
    pty->child = fork();
    ck_assert_int_ge(pty->child, 0);
    if (pty->child == 0)
        become(pty, argv, environment);
    (void)fcntl(pty->master, F_SETFL, O_NONBLOCK);
}

void pty_close(struct pty *pty)
{
    if (pty->master >= 0)
        close(pty->master);
    close(pty->slave);
    vterm_free(pty->terminal);
}

/* Answers that the emulator gives to questions of the program. */
static void send_answers(struct pty *pty)
{
    char answer[256];
    size_t length = vterm_output_read(pty->terminal, answer, sizeof answer);
    if (length > 0 && !pty->silent)
        (void)!write(pty->master, answer, length);
}

bool pty_read(struct pty *pty, double seconds)
{
    char bytes[65536];
    struct pollfd fd = {pty->master, POLLIN, 0};
    int ready = poll(&fd, 1, (int)(seconds * 1000) + 1);
    if (ready <= 0)
        return false;
    ssize_t length = read(pty->master, bytes, sizeof bytes);
    /* EIO is how the end of the other side is told. */
    if (length <= 0) {
        pty->ended = length == 0 || errno != EAGAIN;
        return false;
    }
    pty->bytes += length;
    pty->asked = pty->asked || memmem(bytes, (size_t)length, "\033]11;?\033\\\033[c", 11);
    vterm_input_write(pty->terminal, bytes, (size_t)length);
    vterm_screen_flush_damage(pty->screen);
    send_answers(pty);
    return true;
}

void pty_type(struct pty *pty, const char *keys)
{
    ck_assert_int_eq(write(pty->master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

void pty_send(struct pty *pty, const void *bytes, size_t count)
{
    const char *at = bytes;
    while (count > 0 && !pty->ended) {
        ssize_t sent = write(pty->master, at, count < 1024 ? count : 1024);
        ck_assert(sent > 0 || errno == EAGAIN);
        at += sent > 0 ? sent : 0;
        count -= sent > 0 ? (size_t)sent : 0;
        if (sent < 0)
            (void)pty_read(pty, 0.01);
    }
}

void pty_resize(struct pty *pty, int columns, int rows)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    pty->rows = rows;
    pty->columns = columns;
    vterm_set_size(pty->terminal, rows, columns);
    ck_assert_int_eq(ioctl(pty->master, TIOCSWINSZ, &size), 0);
}

const char *pty_text(struct pty *pty)
{
    static char text[1 << 17];
    size_t used = 0;
    for (int row = 0; row < pty->rows; row++) {
        VTermRect line = {row, row + 1, 0, pty->columns};
        used += vterm_screen_get_text(pty->screen, text + used, sizeof text - used - 2, line);
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

static bool awaits(struct pty *pty, const char *text, bool shown, double seconds)
{
    double deadline = pty_clock() + seconds;
    while ((strstr(pty_text(pty), text) != NULL) != shown) {
        double left = deadline - pty_clock();
        if (left <= 0 || pty->ended)
            return false;
        (void)pty_read(pty, left);
    }
    return true;
}

bool pty_shows(struct pty *pty, const char *text, double seconds)
{
    return awaits(pty, text, true, seconds);
}

bool pty_drops(struct pty *pty, const char *text, double seconds)
{
    return awaits(pty, text, false, seconds);
}

bool pty_takes_over(struct pty *pty, double seconds)
{
    double deadline = pty_clock() + seconds;
    while (!pty->alternate || pty->cursor) {
        double left = deadline - pty_clock();
        if (left <= 0 || pty->ended)
            return false;
        (void)pty_read(pty, left);
    }
    return true;
}

int pty_wait(struct pty *pty, double seconds)
{
    double deadline = pty_clock() + seconds;
    int status = -1;
    while (waitpid(pty->child, &status, WNOHANG) == 0) {
        if (pty_clock() > deadline) {
            (void)kill(pty->child, SIGKILL);
            (void)waitpid(pty->child, &status, 0);
            return -1;
        }
        /* Drained first: a program that cannot write cannot end. */
        (void)pty_read(pty, 0.01);
    }
    while (pty_read(pty, 0.01))
        ;
    return status;
}

bool pty_restored(const struct pty *pty)
{
    struct termios now;
    if (tcgetattr(pty->slave, &now) != 0)
        return false;
    bool modes = now.c_iflag == pty->before.c_iflag && now.c_oflag == pty->before.c_oflag &&
        now.c_lflag == pty->before.c_lflag && now.c_cflag == pty->before.c_cflag;
    return modes && !pty->alternate && pty->cursor;
}

bool pty_colored(struct pty *pty)
{
    for (int row = 0; row < pty->rows; row++) {
        for (int column = 0; column < pty->columns; column++) {
            VTermScreenCell cell;
            VTermPos at = {row, column};
            (void)vterm_screen_get_cell(pty->screen, at, &cell);
            if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
                return true;
        }
    }
    return false;
}

void pty_exits(struct pty *pty, int code)
{
    int status = pty_wait(pty, PATIENCE);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == code, "status %x", status);
    ck_assert(pty_restored(pty));
    pty_close(pty);
}

void pty_quits(struct pty *pty)
{
    pty_type(pty, "q");
    pty_exits(pty, 0);
}

int pty_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
