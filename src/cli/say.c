#include "cli/say.h"

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

enum {
    LINE_MOST = 4608, /* the longest path there is, and a sentence */
    SHOWN_MOST = 4 * LINE_MOST,
};

/* One thread at a time talks, so this needs no room on its stack. */
__attribute__((format(printf, 1, 0))) static void print_line(
    const char *format, va_list arguments)
{
    static char line[LINE_MOST], shown[SHOWN_MOST];
    (void)vsnprintf(line, sizeof line, format, arguments);
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        text_clean(shown, sizeof shown, line);
    else
        text_ascii(shown, sizeof shown, line);
    fprintf(stderr, "nablascope: %s\n", shown);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
}

int say_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try 'nablascope --help'\n");
    return 2;
}

void answer_begin(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    errno = 0;
}

bool answer_end(void)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    return written || errno == EPIPE;
}
