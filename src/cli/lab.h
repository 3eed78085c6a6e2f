/*
 * The interactive laboratory: connects the terminal, the screen and what they draw from.
 */
#ifndef NABLASCOPE_CLI_LAB_H
#define NABLASCOPE_CLI_LAB_H

#include <stdbool.h>

#include "core/hparams.h"
#include "core/kernels.h"

struct lab_options {
    struct hparams hparams;
    const struct kernels *kernels;
    const struct workers *workers; /* who shares the work of a step */
    const char *preset; /* name of the preset the hyperparameters come from, or NULL */
    const char *theme;  /* name, or NULL for the default */
    const char *speed;  /* argument of the command speed, or NULL */
    bool paused;        /* do not start to train at once */
    bool ascii;         /* ASCII glyphs even where the locale has UTF-8 */
    bool bell;          /* ring for events */
};

/* Runs until the user quits; returns the exit status. Ends by the signal when one asks for it.
 */
int lab_main(const struct lab_options *options);

#endif
