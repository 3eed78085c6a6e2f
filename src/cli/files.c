#include "cli/files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"

static bool is_terminal(const char *name)
{
    int file = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    bool terminal = file >= 0 && isatty(file);
    if (file >= 0)
        (void)close(file);
    return terminal;
}

bool file_is_ready(const char *name, struct error *error)
{
    struct stat status;
    bool there = stat(name, &status) == 0;
    if (there && S_ISFIFO(status.st_mode))
        return error_set(
            error, "%s is a pipe: the laboratory would wait for its reader", SHOWN_FILE(name));
    bool terminal =
        strcmp(name, "-") == 0 || (there && S_ISCHR(status.st_mode) && is_terminal(name));
    return !terminal ||
        error_set(error, "%s is the terminal: take the name of a file", SHOWN_FILE(name));
}

int line_choice(const char *line, const char *(*names)(int index), const char **rest)
{
    size_t length = strcspn(line, " ");
    const char *behind = line + length + strspn(line + length, " ");
    *rest = line;
    for (int i = 0; *behind && names(i); i++) {
        if (strlen(names(i)) == length && strncmp(line, names(i), length) == 0) {
            *rest = behind;
            return i;
        }
    }
    return -1;
}
