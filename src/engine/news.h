/*
 * What is told of a session beside the step at hand: what is asked for, how fast it goes, and
 * what the last command did. Plain data.
 */
#ifndef NABLASCOPE_ENGINE_NEWS_H
#define NABLASCOPE_ENGINE_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/interrupt.h"
#include "engine/branches.h"
#include "engine/lecture.h"
#include "engine/wanted.h"

/* How far work is that takes long: `done` of `total` layers; total 0: nobody knows. */
struct progress_news {
    enum work_part work;
    int done, total;
};

enum { NEWS_SHORT = 128 };

struct news {
    struct wanted wanted;
    double rate;      /* steps a second measured; 0: none are done */
    uint64_t builds;  /* times the training was built */
    uint64_t loads;   /* of them, those that took over another session */
    uint64_t futures; /* times that steps ahead were forgotten for others */
    struct branch_list branches;
    struct lecture_news lecture;
    uint64_t noted; /* grows when something of them may have changed */
    uint64_t message_serial;
    bool message_is_error;
    bool message_stops; /* it says why it stops here: what was waited for has come, or a replay
                           has ended */
    char message[ERROR_TEXT];    /* what the last command did */
    char shorter[2][NEWS_SHORT]; /* the same in fewer words; empty: there is no such form */
};

#endif
