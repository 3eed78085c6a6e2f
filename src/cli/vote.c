/* `nablascope vote`: one answer to the question that a lesson has open. */
#include <langinfo.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"
#include "core/text.h"
#include "io/votes.h"

/* Who sits there: a user may have several terminals, and a class one user. */
static void find_voter(char *name, size_t size)
{
    const struct passwd *entry = getpwuid(getuid());
    const char *user = entry ? entry->pw_name : getenv("LOGNAME");
    char host[256], terminal[64];
    if (gethostname(host, sizeof host) != 0)
        host[0] = '\0';
    host[sizeof host - 1] = '\0';
    bool sits = ttyname_r(STDIN_FILENO, terminal, sizeof terminal) == 0;
    (void)snprintf(name, size, "%s@%s%s%s", user ? user : "somebody", host, sits ? "+" : "",
        sits ? terminal + (strncmp(terminal, "/dev/", 5) == 0 ? 5 : 0) : "");
}

/* From 1, or 0 where it is none. */
static int choice_of(const char *text, const struct poll *poll)
{
    return strlen(text) == 1 && *text >= '1' && *text - '0' <= poll->choices ? *text - '0' : 0;
}

int vote_main(const struct options *options)
{
    const char *directory = options->files[0], *text = options->files[1];
    char voter[512], part[VOTES_NAME];
    struct poll poll;
    struct error error;
    if (options->voter)
        (void)snprintf(voter, sizeof voter, "%s", options->voter);
    else
        find_voter(voter, sizeof voter);
    vote_name(voter, part);
    if (!poll_find(directory, &poll, &error)) {
        say("%s", error.text);
        return 1;
    }
    int choice = choice_of(text, &poll);
    if (choice == 0) {
        say("'%s' is no choice of question %d: 1 to %d are", SHOWN(text), poll.question,
            poll.choices);
        return 1;
    }
    if (!vote_write(directory, &poll, part, choice, &error)) {
        say("%s", error.text);
        return 1;
    }
    char chosen[4 * VOTES_TEXT];
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        text_clean(chosen, sizeof chosen, poll.texts[choice - 1]);
    else
        text_ascii(chosen, sizeof chosen, poll.texts[choice - 1]);
    answer_begin();
    printf("question %d%s: you have chosen %d%s%s\n", poll.question,
        poll.round > 1 ? ", second vote" : "", choice, *chosen ? ", " : "", chosen);
    if (answer_end())
        return 0;
    say("the vote counts, but cannot be told: cannot write to standard output");
    return 1;
}
