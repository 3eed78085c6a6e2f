/* `nablascope follow`: the laboratory of somebody in a lecture, beside the lecturer's. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"
#include "core/text.h"

/* Standard input is the session, so keys come from the terminal itself, in its place. */
static bool take_standard_input(int *session)
{
    *session = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    bool done = *session >= 0 && terminal >= 0 && dup2(terminal, STDIN_FILENO) >= 0;
    if (terminal > STDERR_FILENO)
        (void)close(terminal);
    if (!done && *session >= 0)
        (void)close(*session);
    return done;
}

int follow_main(const struct options *options)
{
    struct options own = *options;
    struct lecture_input input = {.name = options->files[0], .descriptor = -1};
    struct stat status;
    bool standard = strcmp(input.name, "-") == 0;
    if (standard && isatty(STDIN_FILENO))
        return say_usage(
            "follow -: standard input is the terminal, not a session: tail -n +1 -f "
            "FILE | nablascope follow -");
    if (!standard && access(input.name, R_OK) != 0) {
        say("%s: %s", SHOWN_FILE(input.name), strerror(errno));
        return 1;
    }
    if (!standard && stat(input.name, &status) == 0 && S_ISDIR(status.st_mode)) {
        say("%s: %s: a file is needed", SHOWN_FILE(input.name), strerror(EISDIR));
        return 1;
    }
    if (standard && !take_standard_input(&input.descriptor))
        return say_usage("follow -: there is no terminal for the keys");
    own.lecture = &input;
    own.lab.unkept = true; /* the lecturer's is */
    return lab_main(&own);
}
