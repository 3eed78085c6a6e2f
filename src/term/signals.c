#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/error.h"
#include "term/internal.h"
#include "term/term.h"

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

/* Signals belong to the process, so this state does too. */
static int self_pipe[2] = {-1, -1};
static struct sigaction old_caught[ARRAY_LEN(caught)], old_fatal[ARRAY_LEN(fatal)];
static struct termios saved_modes;
static bool modes_saved;
static char restore_text[256];
static size_t restore_length;
static char crash_stack[1 << 16];

static void on_signal(int signal)
{
    int saved = errno;
    char byte = (char)signal;
    /* A full pipe has enough to wake the loop. */
    ssize_t written = write(self_pipe[1], &byte, 1);
    (void)written;
    errno = saved;
}

/* Only what is safe in a handler; SA_RESETHAND has brought the default action back. */
static void on_crash(int signal)
{
    ssize_t written = write(STDOUT_FILENO, restore_text, restore_length);
    (void)written;
    if (modes_saved)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
    (void)raise(signal);
}

static void watch(int signal, void (*handler)(int), int flags, struct sigaction *old)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, old);
}

static bool pipe_open(void)
{
    if (pipe(self_pipe) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        (void)fcntl(self_pipe[i], F_SETFL, O_NONBLOCK);
        (void)fcntl(self_pipe[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

bool signals_install(void)
{
    if (!pipe_open())
        return false;
    restore_length = 0;
    /* A stack of its own, so that the handler also runs after an overflow. */
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    (void)sigaltstack(&stack, NULL);
    for (size_t i = 0; i < ARRAY_LEN(caught); i++)
        watch(caught[i], on_signal, SA_RESTART, &old_caught[i]);
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
        watch(fatal[i], on_crash, (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK, &old_fatal[i]);
    return true;
}

void signals_set_restore(const char *text)
{
    (void)snprintf(restore_text, sizeof restore_text, "%s", text);
    restore_length = strlen(restore_text);
}

void signals_remove(void)
{
    if (self_pipe[0] < 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(caught); i++)
        sigaction(caught[i], &old_caught[i], NULL);
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
        sigaction(fatal[i], &old_fatal[i], NULL);
    stack_t none = {.ss_flags = SS_DISABLE};
    (void)sigaltstack(&none, NULL);
    close(self_pipe[0]);
    close(self_pipe[1]);
    self_pipe[0] = self_pipe[1] = -1;
}

void signals_save_modes(void)
{
    modes_saved = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
}

int signals_descriptor(void)
{
    return self_pipe[0];
}

int signals_next(void)
{
    char byte;
    return read(self_pipe[0], &byte, 1) == 1 ? (int)byte : 0;
}

void signals_stop(void)
{
    struct sigaction ours;
    watch(SIGTSTP, SIG_DFL, 0, &ours);
    /*
     * To this thread, so that it is stopped before raise returns. Without job control (an
     * orphaned process group) the kernel ignores it and we go on at once.
     */
    (void)raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
}

void term_raise(int signal)
{
    watch(signal, SIG_DFL, 0, NULL);
    (void)raise(signal);
    _exit(128 + signal); /* it was blocked or ignored: the status says it all the same */
}
