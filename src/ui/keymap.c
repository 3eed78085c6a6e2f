#include "ui/keymap.h"

#include <stddef.h>

#include "core/error.h"
#include "ui/input.h"

#define TRAINING "Training"
#define SETTINGS "Settings"
#define SCREEN "Screen"

const struct key_binding key_table[] = {
    {' ', INPUT_NONE, "space", "toggle", "run or pause", TRAINING},
    {'s', INPUT_NONE, "s", "step", "one step, seen happening", TRAINING},
    {'S', INPUT_NONE, "S", "step 10", "ten steps", TRAINING},
    {'+', '=', "+", "faster", "more steps a second", TRAINING},
    {'-', INPUT_NONE, "-", "slower", "fewer steps a second", TRAINING},
    {'r', INPUT_NONE, "r", "reset", "back to step 0, same seed", TRAINING},
    {'R', INPUT_NONE, "R", "reseed", "back to step 0, next seed", TRAINING},
    {'p', INPUT_NONE, "p", "preset", "menu of effects", TRAINING},
    {INPUT_LEFT, INPUT_NONE, "left", "previous", "selected setting: previous value", SETTINGS},
    {INPUT_RIGHT, INPUT_NONE, "right", "next", "selected setting: next value", SETTINGS},
    {INPUT_DOWN, INPUT_TAB, "down", "select 1", "select the next setting", SETTINGS},
    {INPUT_UP, INPUT_BACK_TAB, "up", "select -1", "select the setting before", SETTINGS},
    {'a', INPUT_NONE, "a", "next activation", "next activation", SETTINGS},
    {'A', INPUT_NONE, "A", "previous activation", "previous activation", SETTINGS},
    {'i', INPUT_NONE, "i", "next init", "next initialisation", SETTINGS},
    {'I', INPUT_NONE, "I", "previous init", "previous initialisation", SETTINGS},
    {'l', INPUT_NONE, "l", "next lr", "higher learning rate", SETTINGS},
    {'L', INPUT_NONE, "L", "previous lr", "lower learning rate", SETTINGS},
    {'d', INPUT_NONE, "d", "next depth", "deeper", SETTINGS},
    {'D', INPUT_NONE, "D", "previous depth", "shallower", SETTINGS},
    {'c', INPUT_NONE, "c", "next clip", "next way of clipping", SETTINGS},
    {'C', INPUT_NONE, "C", "previous clip", "previous way of clipping", SETTINGS},
    {'o', INPUT_NONE, "o", "next optimizer", "next optimizer", SETTINGS},
    {'O', INPUT_NONE, "O", "previous optimizer", "previous optimizer", SETTINGS},
    {'g', INPUT_NONE, "g", "next gain", "larger initial weights", SETTINGS},
    {'G', INPUT_NONE, "G", "previous gain", "smaller initial weights", SETTINGS},
    {'z', INPUT_NONE, "z", "overview", "several layers a row, or one", SCREEN},
    {INPUT_PAGE_DOWN, INPUT_NONE, "PgDn", "scroll 5", "scroll towards layer 1", SCREEN},
    {INPUT_PAGE_UP, INPUT_NONE, "PgUp", "scroll -5", "scroll towards the output", SCREEN},
    {INPUT_HOME, INPUT_NONE, "Home", "scroll -1000", "to the output", SCREEN},
    {INPUT_END, INPUT_NONE, "End", "scroll 1000", "to layer 1", SCREEN},
    {'t', INPUT_NONE, "t", "theme", "next theme", SCREEN},
    {':', INPUT_NONE, ":", "prompt", "type a command", SCREEN},
    {'?', INPUT_F1, "?", "help", "this help", SCREEN},
    {INPUT_CONTROL('l'), INPUT_NONE, "Ctrl-L", "redraw", "draw the screen anew", SCREEN},
    {INPUT_CONTROL('z'), INPUT_NONE, "Ctrl-Z", "suspend", "to the shell; fg comes back",
        SCREEN},
    {'q', INPUT_NONE, "q", "quit", "leave", SCREEN},
};
const int key_count = ARRAY_LEN(key_table);

const struct key_binding *key_find(uint32_t key)
{
    for (int i = 0; i < key_count; i++) {
        if (key != INPUT_NONE && (key_table[i].key == key || key_table[i].other == key))
            return &key_table[i];
    }
    return NULL;
}
