/*
 * The selected unit in words: what it does now, what made it so, what can change it.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_WORDS_H
#define NABLASCOPE_UI_VIEWS_UNITS_WORDS_H

#include <stddef.h>

#include "engine/snapshot.h"

enum { UNIT_WORDS = 240 };

/* One word or two in capitals, and how bad that is: of the watched unit, which is valid. */
struct unit_verdict {
    const char *label;
    enum unit_state state;
};
struct unit_verdict unit_verdict_of(const struct snapshot *snapshot);

/* A sentence or two each; empty where there is nothing to say. */
void unit_say_now(const struct snapshot *snapshot, char text[UNIT_WORDS]);
void unit_say_cause(const struct snapshot *snapshot, char text[UNIT_WORDS]);
void unit_say_outlook(const struct snapshot *snapshot, char text[UNIT_WORDS]);

/* A number as these sentences write it: two or three digits that count. */
void unit_number(double value, char *text, size_t size);

#endif
