/*
 * A session whose every step is noted, and the claims of its findings, read back from their
 * words and compared with what was noted.
 */
#ifndef NABLASCOPE_TESTS_LEDGER_H
#define NABLASCOPE_TESTS_LEDGER_H

#include "engine/diagnosis.h"
#include "engine/session.h"

enum { STEPS_MOST = 400 };

/* What happened, step by step. */
struct ledger {
    struct session *session;
    struct snapshot snapshot;
    char settings[300];
    int steps; /* noted, the present one included */
    double loss[STEPS_MOST], scale[STEPS_MOST], before[STEPS_MOST], after[STEPS_MOST];
    double length[STEPS_MOST], ratio[STEPS_MOST]; /* ‖ΔW‖, and over ‖W‖, of the step's update */
    double largest[STEPS_MOST];                   /* ‖ΔW_l‖/‖W_l‖, the largest … */
    int largest_layer[STEPS_MOST];                /* … and of which layer */
    int64_t dead[STEPS_MOST];
    bool clipped[STEPS_MOST];
    enum band band[STEPS_MOST];
    bool silence[STEPS_MOST]; /* layer 1's signal is 0 and the output's is not */
    int silent;               /* such steps in a row */
    bool dead_layer;          /* all units of one, at the last recorded count */
    double constant;
    long claims, good, findings, wide; /* counted */
};

/* Settings as in hparams_of, on top of a preset's where there is one. */
void ledger_open(struct ledger *g, const char *settings, const char *preset);
void ledger_close(struct ledger *g);
/* Evaluates the step at hand and notes it; false where it diverged. */
bool ledger_note(struct ledger *g);
/* Goes on by an update and notes what it did. */
void ledger_update(struct ledger *g);
/* Fails the test where a finding of the step at hand claims what is not so. */
void ledger_claims(struct ledger *g);
/* ‖δ_l‖ / √B from the norm itself. */
double ledger_signal(const struct training *t, int layer);

#endif
