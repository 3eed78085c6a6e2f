/*
 * What drawing costs: the program in a pseudo-terminal of 120x40, training at 30 steps a
 * second, so that the picture changes at every one of its 30 frames a second. For each view:
 * bytes a second sent to the terminal, share of one core that the drawing thread takes, and the
 * bytes sent in a second of pause. Limits: 20 kB/s, 5 %, 0.
 *
 *   bench_draw PROGRAM [SECONDS]
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ui/views/view.h"

struct program {
    pid_t pid;
    int terminal;
};

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void run_program(const char *path, const char *terminal)
{
    struct winsize size = {.ws_row = 40, .ws_col = 120};
    setsid();
    int fd = open(terminal, O_RDWR);
    ioctl(fd, TIOCSCTTY, 0);
    ioctl(fd, TIOCSWINSZ, &size);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    execl(path, path, "--preset=clipped", "--speed=30", (char *)NULL);
    _exit(127);
}

static struct program start(const char *path)
{
    struct program program = {.terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (program.terminal < 0 || grantpt(program.terminal) || unlockpt(program.terminal)) {
        perror("pseudo-terminal");
        exit(1);
    }
    program.pid = fork();
    if (program.pid == 0)
        run_program(path, ptsname(program.terminal));
    return program;
}

/* Reads for so long; returns the bytes that came. */
static long drain(const struct program *program, double seconds)
{
    char bytes[1 << 14];
    long count = 0;
    for (double end = clock_seconds() + seconds;;) {
        double left = end - clock_seconds();
        struct pollfd fd = {program->terminal, POLLIN, 0};
        if (left <= 0 || (poll(&fd, 1, (int)(left * 1000) + 1) > 0 && !(fd.revents & POLLIN)))
            return count;
        ssize_t read_now = fd.revents ? read(program->terminal, bytes, sizeof bytes) : 0;
        if (read_now < 0)
            return count;
        count += read_now;
    }
}

static void type(const struct program *program, const char *keys)
{
    if (write(program->terminal, keys, strlen(keys)) < 0)
        perror("write");
    drain(program, 1);
}

/* The thread that draws: the first one that the program has started; 0: none is seen. */
static long drawing_thread(pid_t pid)
{
    char path[64];
    long found = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        long id = strtol(task->d_name, NULL, 10);
        if (id > pid && (found == 0 || id < found))
            found = id;
    }
    if (tasks)
        closedir(tasks);
    return found;
}

/* Seconds that it has computed; negative where nobody says. */
static double drawn_seconds(const struct program *program)
{
    char path[64];
    double nanoseconds = -1e9;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%ld/schedstat", (int)program->pid,
        drawing_thread(program->pid));
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    if (fscanf(file, "%lf", &nanoseconds) != 1)
        nanoseconds = -1e9;
    fclose(file);
    return nanoseconds / 1e9;
}

static void measure(const struct program *program, const struct view *view, double seconds)
{
    char keys[40];
    (void)snprintf(keys, sizeof keys, ":view %s\r", view->name);
    type(program, keys);
    /* A diverged or well-trained net would hardly move: begin anew. */
    type(program, "r");
    double before = drawn_seconds(program), began = clock_seconds();
    long bytes = drain(program, seconds);
    double took = clock_seconds() - began;
    double share = before < 0 ? -1 : 100 * (drawn_seconds(program) - before) / took;
    type(program, " ");
    drain(program, 9); /* until the message has gone */
    long idle = drain(program, 1);
    type(program, " ");
    bool over = (double)bytes / took > 20e3 || share > 5 || idle > 0;
    printf("%-8s %6.1f kB/s %5.1f %% of a core  paused: %ld B/s%s\n", view->name,
        (double)bytes / took / 1e3, share, idle, over ? "  over the limit" : "");
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_draw PROGRAM [SECONDS]\n");
        return 2;
    }
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
    struct program program = start(argv[1]);
    drain(&program, 1);
    printf("drawing at 120x40, 30 frames a second; limits 20 kB/s, 5 %%, 0 B/s\n");
    for (int i = 0; i < view_count; i++)
        measure(&program, views[i], seconds);
    type(&program, "q");
    kill(program.pid, SIGTERM);
    close(program.terminal);
    return waitpid(program.pid, NULL, 0) == program.pid ? 0 : 1;
}
