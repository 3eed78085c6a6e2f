/* Digests of saved sessions, verified without a screen. */
#ifndef NABLASCOPE_CLI_REPLAY_CHECK_H
#define NABLASCOPE_CLI_REPLAY_CHECK_H

#include <stdio.h>

#include "cli/options.h"
#include "cli/progress.h"
#include "engine/run.h"

/* A row for each file; the exit status. */
int replay_check(const struct options *options);

enum replay_verdict { VERDICT_OK, VERDICT_DIFFERS, VERDICT_NUMBERS, VERDICT_UNREADABLE };

/* What has become of a session. */
struct replay_finding {
    enum replay_verdict verdict;
    int branches;
    int digests;          /* that agree */
    uint64_t steps;       /* made for them */
    uint64_t failed_step; /* of VERDICT_DIFFERS and VERDICT_NUMBERS */
    struct error error;   /* "": none */
};

/* Verifies all digests of a session, that of the file with this index. */
struct replay_finding replay_verify(const struct options *options, int file,
    const struct replay *replay, struct progress *progress);
/* A run of a branch at step 0, with its changes ahead. NULL with *error. */
struct run *replay_begin(
    const struct options *options, const struct branch *branch, struct error *error);
/* A field of CSV, quoted where RFC 4180 needs it. */
void check_field(FILE *file, const char *text);

#endif
