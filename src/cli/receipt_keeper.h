/*
 * Writes the receipt of a lesson that goes on (io/receipt.h) on a thread of its own, so that
 * the screen does not wait for a disk. Only the last one given counts.
 */
#ifndef NABLASCOPE_CLI_RECEIPT_KEEPER_H
#define NABLASCOPE_CLI_RECEIPT_KEEPER_H

#include "core/error.h"
#include "io/receipt.h"

struct receipt_keeper;

/* `name`, borrowed, is its file; a byte in `wake_fd` says that there is news. NULL when there
 * is no memory or no further thread. */
struct receipt_keeper *receipt_keeper_create(const char *name, int wake_fd);
/* Takes over what is in *receipt, which is empty then. */
void receipt_keeper_give(struct receipt_keeper *keeper, struct receipt *receipt);
/* Why one could not be written, in *error: once, until one could again. Else false. */
bool receipt_keeper_news(struct receipt_keeper *keeper, struct error *error);
/* Waits for one that is being written; one that waits behind it is left. NULL: nothing. */
void receipt_keeper_end(struct receipt_keeper *keeper);

#endif
