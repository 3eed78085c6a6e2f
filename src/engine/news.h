/*
 * What is told of a session beside the step at hand: what is asked for, how fast it goes, and
 * what the last command did. Plain data.
 */
#ifndef NABLASCOPE_ENGINE_NEWS_H
#define NABLASCOPE_ENGINE_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/branches.h"
#include "engine/wanted.h"

struct news {
    struct wanted wanted;
    double rate;      /* steps a second measured; 0: none are done */
    uint64_t builds;  /* times the training was built */
    uint64_t futures; /* times that steps ahead were forgotten for others */
    struct branch_list branches;
    uint64_t message_serial;
    bool message_is_error;
    char message[240]; /* what the last command did */
};

#endif
