/*
 * Presets: settings that each show one effect, with what to look for.
 */
#ifndef NABLASCOPE_ENGINE_PRESET_H
#define NABLASCOPE_ENGINE_PRESET_H

#include <stdbool.h>

#include "core/hparams.h"

struct preset {
    const char *name;
    const char *title;
    const char *settings; /* "NAME=VALUE …"; everything else keeps its default */
    const char *look;     /* what to look for */
};

extern const struct preset preset_table[];
extern const int preset_count;
const char *preset_name(int index);

/* NULL with an *error that names the nearest. */
const struct preset *preset_find(const char *name, struct error *error);
/* Defaults, then the settings; the seed stays. */
void preset_apply(const struct preset *preset, struct hparams *hparams);

#endif
