/*
 * Presets: settings that each show one effect. On a screen each is a scene: it has a view that
 * shows it, a line that says what to look for, and another one to be compared with.
 */
#ifndef NABLASCOPE_ENGINE_PRESET_H
#define NABLASCOPE_ENGINE_PRESET_H

#include <stdbool.h>

#include "core/hparams.h"

struct preset {
    const char *name;
    const char *title;
    const char *settings; /* "NAME=VALUE …"; everything else keeps its default */
    const char *look;     /* what to look for; ASCII */
    const char *brief;    /* the same in PRESET_BRIEF columns */
    const char *view;     /* name of the view that shows it */
    bool slow;            /* its effect is in the first steps: see wanted_rate */
    const char *compare;  /* name of the preset that it is to be compared with */
    const char *change;   /* what is changed for that, in a word or two */
};

/* In 80 columns `look` and `change` stand in one line, in 40 `brief` does; the rest is labels.
 */
enum { PRESET_LINE = 68, PRESET_BRIEF = 34 };

extern const struct preset preset_table[];
extern const int preset_count;
const char *preset_name(int index);

/* NULL with an *error that names the nearest. */
const struct preset *preset_find(const char *name, struct error *error);
/* Defaults, then the settings; the seed stays. */
void preset_apply(const struct preset *preset, struct hparams *hparams);
/* Whether these are its settings, whatever the seed. */
bool preset_describes(const struct preset *preset, const struct hparams *hparams);

/* "clip norm instead of none, ..." into text; returns how many hyperparameters differ. */
int hparams_differences(
    const struct hparams *from, const struct hparams *to, char *text, size_t size);

#endif
