#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "term/internal.h"
#include "term/term.h"

/* Handed to the loop: what asks for the end by default, and what concerns the terminal.
 * Real-time signals are among them as well. */
static const int named[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT,
    SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPIPE, SIGIO};
/* These may come at a place that cannot be left. */
static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP, SIGXCPU};

enum { CAUGHT_MOST = 128 };
static int caught[CAUGHT_MOST], caught_count;

/* Signals belong to the process, so this state does too. */
static int self_pipe[2] = {-1, -1};
static atomic_bool ending; /* set on whatever thread the signal comes to */
static struct sigaction old_caught[CAUGHT_MOST], old_fatal[ARRAY_LEN(fatal)];
static char restore_text[256];
static size_t restore_length;
static char crash_stack[1 << 16];

static void on_signal(int signal)
{
    int saved = errno;
    char byte = (char)signal;
    if (signal != SIGWINCH && signal != SIGTSTP && signal != SIGCONT)
        atomic_store(&ending, true);
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
    modes_restore();
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

/* What was ignored when the program was started stays so, as for a program under nohup. */
static void watch_unless_ignored(
    int signal, void (*handler)(int), int flags, struct sigaction *old)
{
    watch(signal, handler, flags, old);
    if (old->sa_handler == SIG_IGN)
        sigaction(signal, old, NULL);
}

static void gather_signals(void)
{
    caught_count = 0;
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        caught[caught_count++] = named[i];
#ifdef SIGPWR
    caught[caught_count++] = SIGPWR;
#endif
#ifdef SIGSTKFLT
    caught[caught_count++] = SIGSTKFLT;
#endif
#ifdef SIGRTMIN
    for (int signal = SIGRTMIN; signal <= SIGRTMAX && caught_count < CAUGHT_MOST; signal++)
        caught[caught_count++] = signal;
#endif
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
    atomic_store(&ending, false);
    restore_length = 0;
    /* A stack of its own, so that the handler also runs after an overflow. */
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    (void)sigaltstack(&stack, NULL);
    gather_signals();
    for (int i = 0; i < caught_count; i++)
        watch_unless_ignored(caught[i], on_signal, SA_RESTART, &old_caught[i]);
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
        watch_unless_ignored(
            fatal[i], on_crash, (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK, &old_fatal[i]);
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
    for (int i = 0; i < caught_count; i++)
        sigaction(caught[i], &old_caught[i], NULL);
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
        sigaction(fatal[i], &old_fatal[i], NULL);
    stack_t none = {.ss_flags = SS_DISABLE};
    (void)sigaltstack(&none, NULL);
    close(self_pipe[0]);
    close(self_pipe[1]);
    self_pipe[0] = self_pipe[1] = -1;
}

int signals_descriptor(void)
{
    return self_pipe[0];
}

bool signals_ending(void)
{
    return atomic_load(&ending);
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
