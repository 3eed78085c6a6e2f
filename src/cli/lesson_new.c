#include "cli/lesson_new.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/completion.h"
#include "cli/lesson_find.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/text.h"

/* In pieces, since compilers need not take a string longer than 4095 bytes. */
/* clang-format off */
static const char *const template[] = {
    "nablascope-lesson 1\n"
    "# A lesson: a command a line. A line that begins with a blank goes on with the one before.\n"
    "# Write, then try it: nablascope lesson --check FILE, and nablascope lesson FILE.\n"
    "# nablascope-lesson(5) says all of it.\n"
    "\n"
    "title Raise the learning rate\n"
    "about Does a larger learning rate help where the gradient vanishes?\n"
    "minutes 5\n"
    "\n",
    "section The stage\n"
    "# Commands of the laboratory's prompt stand as they are. It begins paused, at step 0.\n"
    "preset vanishing\n"
    "view flow\n"
    "say Ten sigmoid layers, and a gradient that *vanishes* on its way down: the signal is\n"
    "  {signal[10]} in layer 10, and {signal[1]} in layer 1. Numbers in braces are those of\n"
    "  the step at hand.\n"
    "look layer 1 Here hardly anything arrives.\n"
    "\n"
    "# A number can get a name. What is expected of it is checked on several seeds.\n"
    "let arrives = signal[1] / signal[10]\n"
    "expect arrives < 0.001 seeds 1..5\n"
    "\n",
    "section The question\n"
    "run 100\n"
    "let before loss\n"
    "ask The loss is {before}. We make the learning rate *a thousand times* as large. What will\n"
    "  the loss be after 100 more steps?\n"
    "# Two to four choices, one of them right; the wrong ones are what students believe.\n"
    "choice Smaller: each layer gets a thousand times more.\n"
    "choice The same: nothing arrives, whatever it is multiplied with.\n"
    "right Larger.\n"
    "again Convince your neighbour, then vote again.\n"
    "\n",
    "lr 1000\n"
    "run 100\n"
    "let after loss\n"
    "# Where would each choice be right? The check has it that exactly the right one is.\n"
    "answer 1 after < 0.95*before\n"
    "answer 2 after == before within 0.05\n"
    "answer 3 after > 1.05*before\n"
    "# A sentence for each choice.\n"
    "reveal 1 It is {after}: a thousand times next to nothing is little for the first layers, and\n"
    "  a thousand times its whole gradient far too much for the last.\n"
    "reveal 2 It is {after}: the gradient of the last layer has not vanished at all.\n"
    "reveal 3 Yes, {after}: the output is thrown about, and the first layers wait.\n"
    "say The signal of the output is {signal[out]}, that of layer 1 {signal[1]}: a rate for the\n"
    "  one is none for the other.\n"
    "\n",
    "section Play\n"
    "say Choose a rate yourself with left and right, and space to go on.\n"
    "wait\n"
    "\n"
    "# There is more: until loss < 0.1 within 500; wait loss < 0.1; race lr=1 lr=10, and then\n"
    "# {ghost.loss}; check epsilon 1e-5, and then {check_error}; transfer before a last ask.\n"};
/* clang-format on */

static int fail(const char *name, int number, bool begun)
{
    if (begun)
        (void)unlink(name);
    if (number == EEXIST)
        say("%s exists: another name, or remove it first", SHOWN_FILE(name));
    else
        say("%s: %s", SHOWN_FILE(name), strerror(number));
    return 1;
}

/* What makes a file of a name that is another lesson's. */
static const char *way(const char *name)
{
    struct lesson_place place;
    bool meant = lesson_find(name, "lessons", &place, NULL) && strcmp(place.file, name) == 0;
    return meant && *name != '-' ? "" : "./";
}

/* A word of a command that somebody may copy: in quotes where a shell would take it apart. */
static void print_word(const char *before, const char *word)
{
    bool quoted = strpbrk(word, " \t\n!\"#$&'()*;<>?[\\]^`{|}~");
    printf("%s%s", quoted ? "'" : "", before);
    completion_quoted(stdout, word, "", quoted ? "'\\''" : "'");
    printf("%s", quoted ? "'" : "");
}

int lesson_new(const char *name)
{
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (!file) {
        int number = errno;
        if (descriptor >= 0)
            (void)close(descriptor);
        return fail(name, number, descriptor >= 0);
    }
    errno = 0;
    for (size_t i = 0; i < ARRAY_LEN(template); i++)
        (void)fputs(template[i], file);
    bool written = fflush(file) == 0 && !ferror(file) && fsync(descriptor) == 0;
    int number = errno;
    if (fclose(file) != 0 || !written)
        return fail(name, number ? number : EIO, true);
    answer_begin();
    printf("%s: a lesson to begin from; nablascope lesson --check ", SHOWN_FILE(name));
    print_word(way(name), SHOWN_FILE(name));
    printf(" tries it\n");
    if (answer_end())
        return 0;
    say("%s is written, but cannot be told: cannot write to standard output", SHOWN_FILE(name));
    return 1;
}
