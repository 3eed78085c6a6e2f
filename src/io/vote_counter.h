/*
 * Counts the votes of a class (io/votes.h) on a thread of its own, as they come: the directory
 * may be behind a network, and hold whatever it does. Who draws asks for the newest count, and
 * never waits.
 */
#ifndef NABLASCOPE_IO_VOTE_COUNTER_H
#define NABLASCOPE_IO_VOTE_COUNTER_H

#include "io/votes.h"

struct vote_counter;

/* `wake_fd`: gets a byte when there is something new, -1: nobody does. NULL with *error when
 * there is no such directory, or no thread to be had. */
struct vote_counter *vote_counter_create(
    const char *directory, int wake_fd, struct error *error);
/* Opens a poll and counts its votes from now on, in the place of the one before; NULL: closes
 * that. */
void vote_counter_open(struct vote_counter *counter, const struct poll *poll);
/*
 * The newest count of the poll that was opened last. False while there is none, and with
 * error->text when votes cannot be counted (else it is empty).
 */
bool vote_counter_news(
    struct vote_counter *counter, struct vote_count *count, struct error *error);
/* Closes the poll and ends the thread; one that hangs on a file system is left behind. NULL:
 * nothing to do. */
void vote_counter_destroy(struct vote_counter *counter);

#endif
