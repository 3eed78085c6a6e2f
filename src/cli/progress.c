#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/clock.h"

struct progress progress_begin(const struct output *output)
{
    double now = clock_seconds();
    return (struct progress){.wanted = isatty(STDERR_FILENO) && !isatty(fileno(output->file)),
        .started = now,
        .last = now};
}

bool progress_due(const struct progress *progress)
{
    return progress->wanted && clock_seconds() - progress->last >= 0.2;
}

double progress_seconds(const struct progress *progress)
{
    return clock_seconds() - progress->started;
}

void progress_show(struct progress *progress, const char *format, ...)
{
    va_list arguments;
    fputc('\r', stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs(" \033[K", stderr);
    progress->last = clock_seconds();
    progress->shown = true;
}

void progress_end(const struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}
