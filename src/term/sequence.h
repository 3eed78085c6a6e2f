/*
 * Control sequences that are keys whatever the terminal's terminfo entry says.
 */
#ifndef NABLASCOPE_TERM_SEQUENCE_H
#define NABLASCOPE_TERM_SEQUENCE_H

#include <stdint.h>

/* The key that a complete sequence, ESC [ or ESC O and what follows, is; INPUT_NONE when it is
 * none that we have: keys with Ctrl, Shift or Alt, answers, reports. */
uint32_t sequence_key(const char *bytes, int count);

#endif
