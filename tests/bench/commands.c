/*
 * What whole commands take: time, and the peak of the process's memory. The best of several
 * rounds, in which the commands take turns; what they print is thrown away.
 *
 *   bench_commands PROGRAM [ROUNDS]
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct command {
    const char *name, *line; /* words apart by single spaces */
    double seconds, megabytes;
};

static struct command commands[] = {
    {"10,000 in tens, two rows", "run --samples=10000 --batch=10 -n 1000 --every=1000", 0, 0},
    {"  a row at every step", "run --samples=10000 --batch=10 -n 1000", 0, 0},
    {"  two epochs", "run --samples=10000 --batch=10 -n 2000 --every=2000", 0, 0},
    {"rows of each layer", "run -n 1000 --layers", 0, 0},
    {"the gradient check", "check", 0, 0},
    {"export", "export --samples=1000", 0, 0},
    {"100,000 samples, 2 rows", "run --samples=100000 -n 10 --every=10", 0, 0},
    {"  on one thread", "run --samples=100000 -n 10 --every=10 --threads=1", 0, 0},
    {"100 layers of 512, 2 rows", "run --depth=100 --width=512 -n 2 --every=2", 0, 0},
};

enum { COMMANDS = sizeof commands / sizeof *commands, MOST_WORDS = 16 };

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void become(const char *path, const char *line)
{
    char words[256], *arguments[MOST_WORDS] = {words}, *rest = NULL;
    int count = 1, nowhere = open("/dev/null", O_WRONLY);
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok_r(words, " ", &rest); word && count < MOST_WORDS - 1;
         word = strtok_r(NULL, " ", &rest))
        arguments[count++] = word;
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(path, arguments);
    _exit(127);
}

/* False when it cannot be run or fails. */
static bool measure(const char *path, struct command *command)
{
    int status = 0;
    struct rusage usage;
    double start = clock_seconds();
    pid_t pid = fork();
    if (pid == 0)
        become(path, command->line);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fprintf(stderr, "failed: %s %s\n", path, command->line);
        return false;
    }
    double seconds = clock_seconds() - start, megabytes = (double)usage.ru_maxrss / 1024;
    if (command->seconds == 0 || seconds < command->seconds)
        command->seconds = seconds;
    if (command->megabytes == 0 || megabytes < command->megabytes)
        command->megabytes = megabytes;
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    int rounds = argc > 2 ? atoi(argv[2]) : 3;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < COMMANDS; i++) {
            if (!measure(argv[1], &commands[i]))
                return 1;
        }
    }
    printf("command                         seconds        MB\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("%-28s %10.4f %9.1f   %s\n", commands[i].name, commands[i].seconds,
            commands[i].megabytes, commands[i].line);
    return 0;
}
