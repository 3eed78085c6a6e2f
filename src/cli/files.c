#include "cli/files.h"

#include <string.h>
#include <sys/stat.h>

#include "core/text.h"

bool file_is_ready(const char *name, struct error *error)
{
    struct stat status;
    return stat(name, &status) != 0 || !S_ISFIFO(status.st_mode) ||
        error_set(
            error, "%s is a pipe: the laboratory would wait for its reader", SHOWN_FILE(name));
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
