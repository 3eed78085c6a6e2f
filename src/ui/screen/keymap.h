/*
 * Keys: each row names the command it stands for. The help screen is made from the rows and the
 * manual page is checked against them.
 */
#ifndef NABLASCOPE_UI_SCREEN_KEYMAP_H
#define NABLASCOPE_UI_SCREEN_KEYMAP_H

#include <stdint.h>

struct key_binding {
    uint32_t key;        /* see ui/draw/input.h */
    uint32_t other;      /* a second key for the same, or INPUT_NONE */
    const char *label;   /* as shown: "space", "a", "A" */
    const char *command; /* text for command_parse */
    const char *help;
    const char *group; /* heading in the help screen; rows of a group stand together */
    const char *view;  /* the name of the view, or of what is open, in which it holds; NULL:
                          everywhere */
};

extern const struct key_binding key_table[];
extern const int key_count;

/* The row of a key in a view, or in what is open, whose own rows go first; NULL when it has
 * none.
 */
const struct key_binding *key_find(uint32_t key, const char *view);

#endif
