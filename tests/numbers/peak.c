/*
 * The peak of the process's memory: within 1.15 of what the work needs, for the commands that
 * have no screen, and what they say of it where it does not fit. What is needed is computed
 * here, from the sizes alone, without padding; the program's own peak without work is taken
 * off.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MOST = 16, SLACK_PERCENT = 15 };

/* What a command keeps besides the activations. */
enum { KEEPS_Z = 1, KEEPS_DELTA = 2 };

struct work {
    const char *words; /* the command, its sizes left out */
    int depth, width, samples, batch;
    int moments; /* of the optimizer, for each parameter */
    int signals; /* of every hidden layer */
    bool check;  /* goes on with the training's network */
};

static const struct work works[] = {
    {"run -n 0", 100, 512, 200, 0, 0, 0, false},
    {"run -n 1 --optimizer=adam", 100, 512, 40, 0, 2, 0, false},
    {"run -n 1", 10, 32, 100000, 0, 0, 0, false},
    {"run -n 1 --activation=gelu", 10, 32, 100000, 0, 0, KEEPS_Z, false},
    {"run -n 1 --optimizer=momentum", 60, 256, 2000, 256, 1, 0, false},
    {"export --step=1", 10, 128, 4000, 0, 0, KEEPS_Z | KEEPS_DELTA, false},
    {"check --elements=1 --epsilon=1e-5", 10, 32, 40000, 0, 0, 0, true},
    {"check --elements=1 --epsilon=1e-5 --activation=relu", 10, 32, 40000, 0, 0, KEEPS_Z, true},
    {"check --elements=1 --epsilon=1e-5", 60, 512, 40, 0, 0, 0, true},
    {"check --elements=1 --epsilon=1e-5 --step=1 --optimizer=adam", 60, 512, 40, 0, 2, 0, true},
};

/* More than machines have: refused, with its size. */
static const struct work refused[] = {
    {"run --activation=gelu", 256, 1024, 100000, 0, 0, KEEPS_Z, false},
    {"run --optimizer=adam", 256, 1024, 100000, 0, 2, 0, false},
    {"export", 256, 1024, 100000, 0, 0, KEEPS_Z | KEEPS_DELTA, false},
    {"check --elements=1 --activation=relu", 256, 1024, 100000, 0, 0, KEEPS_Z, true},
};

/* Two inputs, one output. `signals`: KEEPS_*. */
static double network_bytes(const struct work *w, int moments, int signals)
{
    double n = w->width, batch = w->batch ? w->batch : w->samples;
    double parameters = 3 * n + (w->depth - 1) * (n + 1) * n + n + 1;
    /* What comes down to a layer, which on the way up is its z, and δ of two layers. */
    double layers = w->depth + 1;
    layers += signals & KEEPS_Z ? w->depth : 0;
    layers += signals & KEEPS_DELTA ? w->depth : 2;
    double block = (n + 1) * n; /* W turned round, the update */
    return 8 * (parameters * (2 + moments) + block + batch * (2 + layers * n + 2));
}

static double needed(const struct work *w)
{
    double data = w->samples * (2.0 * 8 + 3 * 4);
    double training = data + network_bytes(w, w->moments, w->check ? 0 : w->signals);
    if (!w->check)
        return training;
    /* The optimizer's moments are gone then; z and a of a moved loss. */
    double check = network_bytes(w, 0, w->signals) + 2.0 * 8 * w->width * w->samples;
    return check > training ? check : training;
}

/* Runs it with its errors in `text`; the largest memory it had, in bytes; -1: it failed. */
static double peak_of(const struct work *w, char *text, size_t size)
{
    char line[300], *words[WORDS_MOST] = {getenv("NABLASCOPE")};
    int pipes[2], status, count = 1;
    (void)snprintf(line, sizeof line, "%s --depth=%d --width=%d --samples=%d --batch=%d",
        w->words, w->depth, w->width, w->samples, w->batch);
    for (char *at = strtok(line, " "); at && count < WORDS_MOST - 1; at = strtok(NULL, " "))
        words[count++] = at;
    if (!words[0] || pipe(pipes) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(pipes[1], STDERR_FILENO);
        execv(words[0], words);
        _exit(127);
    }
    (void)close(pipes[1]);
    size_t used = 0;
    char more[512];
    for (ssize_t got; (got = read(pipes[0], more, sizeof more)) > 0;) {
        size_t room = size - 1 - used, part = (size_t)got < room ? (size_t)got : room;
        memcpy(text + used, more, part);
        used += part;
    }
    text[used] = '\0';
    (void)close(pipes[0]);
    struct rusage usage;
    /* Status 1 is a verdict, or a refusal, which takes no memory. */
    bool done = child > 0 && wait4(child, &status, 0, &usage) == child && WIFEXITED(status) &&
        WEXITSTATUS(status) <= 1;
    return done ? 1024.0 * (double)usage.ru_maxrss : -1;
}

static void report(bool right, const struct work *w, double ratio, const char *text)
{
    static int number;
    printf("%s %d - peak: %s, %dx%d, %d samples, batch %d: %.3f of what is needed\n",
        right ? "ok" : "not ok", ++number, w->words, w->depth, w->width, w->samples, w->batch,
        ratio);
    if (!right)
        printf("# %.1f MiB needed; %s\n", needed(w) / (1 << 20), text);
    (void)fflush(stdout);
}

/* What is needed may not be overestimated either: then the limit would mean nothing. */
static bool close_enough(double ratio)
{
    return ratio > 0.95 && ratio < 1 + SLACK_PERCENT / 100.0;
}

int main(void)
{
    enum { WORKS = sizeof works / sizeof *works, REFUSED = sizeof refused / sizeof *refused };
    static const struct work nothing = {"run -n 0", 1, 1, 4, 0, 0, 0, false};
    const char *sanitizers = getenv("SANITIZERS");
    char text[1024];
    if (sanitizers && *sanitizers) {
        printf("1..0 # SKIP sanitizers need memory of their own\n");
        return 0;
    }
    printf("1..%d\n", WORKS + REFUSED);
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    double base = peak_of(&nothing, text, sizeof text);
    for (int i = 0; i < WORKS; i++) {
        if (needed(&works[i]) > 0.7 * have) {
            report(true, &works[i], 1, "");
            continue;
        }
        double peak = peak_of(&works[i], text, sizeof text);
        double ratio = (peak - base) / needed(&works[i]);
        report(base > 0 && peak > 0 && close_enough(ratio), &works[i], ratio, text);
    }
    for (int i = 0; i < REFUSED; i++) {
        double need = needed(&refused[i]), said = 0;
        if (need < 1.2 * have) {
            report(true, &refused[i], 1, "");
            continue;
        }
        (void)peak_of(&refused[i], text, sizeof text);
        const char *at = strstr(text, "too large: needs ");
        bool read = at && sscanf(at, "too large: needs %lf GiB", &said) == 1;
        double ratio = said * (1 << 30) / need;
        report(read && close_enough(ratio), &refused[i], ratio, text);
    }
    return 0;
}
