#include "ui/screen/keymap.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/error.h"
#include "ui/draw/input.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/time_strip.h"

/* Heading in the help, and the view in which the keys hold. */
#define TRAINING "Training", NULL
#define SETTINGS "Settings", NULL
#define SCREEN "Screen", NULL
#define VIEWS "Views", NULL
#define IN_VIEW(name) "In the " name " view", name
#define ON_TIME_LINE "On the time line", TIME_STRIP_KEYS
#define IN_LESSON "In a lesson", LESSON_KEYS
#define AT_QUESTION "At its questions", QUESTION_KEYS

const struct key_binding key_table[] = {
    {' ', INPUT_NONE, "space", "toggle", "run or pause; of a shown step: stop, go on",
        TRAINING},
    {'s', INPUT_NONE, "s", "step", "one step, seen happening; again: to its end", TRAINING},
    {'.', INPUT_NONE, ".", "stage", "the step at hand, stage by stage", TRAINING},
    {'S', INPUT_NONE, "S", "step 10", "ten steps", TRAINING},
    {'+', '=', "+", "faster", "more steps a second", TRAINING},
    {'-', INPUT_NONE, "-", "slower", "fewer steps a second", TRAINING},
    {'<', INPUT_NONE, "<", "seek -1", "one step back in time", TRAINING},
    {'>', INPUT_NONE, ">", "seek +1", "one step on", TRAINING},
    {'(', INPUT_NONE, "(", "seek -10", "ten steps back", TRAINING},
    {')', INPUT_NONE, ")", "seek +10", "ten steps on", TRAINING},
    {'F', INPUT_NONE, "F", "follow", "back to the lecturer who is followed", TRAINING},
    {'/', INPUT_NONE, "/", "until", "train on until something holds", TRAINING},
    {',', INPUT_NONE, ",", "reverse", "run backwards, or pause", TRAINING},
    {'k', INPUT_NONE, "k", "event", "go to the step of the next event", TRAINING},
    {'K', INPUT_NONE, "K", "event -1", "to that of the event before", TRAINING},
    {'T', INPUT_NONE, "T", "timeline", "the time line: arrow keys go back and on", TRAINING},
    {'r', INPUT_NONE, "r", "reset", "back to step 0, same seed", TRAINING},
    {'R', INPUT_NONE, "R", "reseed", "back to step 0, next seed", TRAINING},
    {'p', INPUT_NONE, "p", "preset", "menu of effects", TRAINING},
    {'n', INPUT_NONE, "n", "compare", "the scene to compare this one with", TRAINING},
    {'N', INPUT_NONE, "N", "compare previous", "back to the scene before", TRAINING},
    {'h', INPUT_NONE, "h", "ghost", "the ghost: another branch beside this, or off", TRAINING},
    {'V', INPUT_NONE, "V", "race", "race against the next value of the setting", TRAINING},
    {INPUT_LEFT, INPUT_NONE, "left", "previous", "selected setting: previous value", SETTINGS},
    {INPUT_RIGHT, INPUT_NONE, "right", "next", "selected setting: next value", SETTINGS},
    {INPUT_DOWN, INPUT_NONE, "down", "select 1", "select the next setting", SETTINGS},
    {INPUT_UP, INPUT_NONE, "up", "select -1", "select the setting before", SETTINGS},
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
    {'@', INPUT_NONE, "@", "at", "arm a change for a later step", SETTINGS},
    {INPUT_LEFT, INPUT_NONE, "left", "seek -1", "one step back", ON_TIME_LINE},
    {INPUT_RIGHT, INPUT_NONE, "right", "seek +1", "one step on", ON_TIME_LINE},
    {INPUT_PAGE_UP, INPUT_NONE, "PgUp", "seek -10", "ten steps back", ON_TIME_LINE},
    {INPUT_PAGE_DOWN, INPUT_NONE, "PgDn", "seek +10", "ten steps on", ON_TIME_LINE},
    {INPUT_UP, INPUT_NONE, "up", "event -1", "to the event before", ON_TIME_LINE},
    {INPUT_DOWN, INPUT_NONE, "down", "event", "to the next event", ON_TIME_LINE},
    {INPUT_HOME, INPUT_NONE, "Home", "seek 0", "to step 0", ON_TIME_LINE},
    {INPUT_END, INPUT_NONE, "End", "seek end", "as far as the run has been", ON_TIME_LINE},
    {INPUT_ENTER, INPUT_NONE, "Enter", "lesson next", "go on, or come back to the lesson",
        IN_LESSON},
    {INPUT_BACKSPACE, INPUT_NONE, "Backspace", "lesson back",
        "this section again, or the one before", IN_LESSON},
    {'P', INPUT_NONE, "P", "lesson panel", "hide the text, or show it", IN_LESSON},
    {'1', INPUT_NONE, "1", "choose 1", "predict the first choice", AT_QUESTION},
    {'2', INPUT_NONE, "2", "choose 2", "the second", AT_QUESTION},
    {'3', INPUT_NONE, "3", "choose 3", "the third", AT_QUESTION},
    {'4', INPUT_NONE, "4", "choose 4", "the fourth", AT_QUESTION},
    {'H', INPUT_NONE, "H", "hands", "count hands: a number for each choice", AT_QUESTION},
    {'f', INPUT_NONE, "f", "lesson skip", "go on without a prediction", AT_QUESTION},
    {'1', INPUT_NONE, "1", "view flow", "the error signal, layer by layer", VIEWS},
    {'2', INPUT_NONE, "2", "view units", "every unit: alive, dead, saturated", VIEWS},
    {'3', INPUT_NONE, "3", "view clip", "clipping, before and after", VIEWS},
    {'4', INPUT_NONE, "4", "view curves", "what has happened over time", VIEWS},
    {'5', INPUT_NONE, "5", "view data", "the points and what the net makes of them", VIEWS},
    {'6', INPUT_NONE, "6", "view layer", "one layer's distributions", VIEWS},
    {'7', INPUT_NONE, "7", "view check", "the gradient, checked", VIEWS},
    {INPUT_TAB, INPUT_NONE, "Tab", "view next", "the next view", VIEWS},
    {INPUT_BACK_TAB, INPUT_NONE, "Shift-Tab", "view previous", "the view before", VIEWS},
    {']', INPUT_NONE, "]", "layer +1", "select the layer above", VIEWS},
    {'[', INPUT_NONE, "[", "layer -1", "select the layer below", VIEWS},
    {'}', INPUT_NONE, "}", "unit +1", "select the next unit", VIEWS},
    {'{', INPUT_NONE, "{", "unit -1", "select the unit before", VIEWS},
    {'w', INPUT_NONE, "w", "why", "why: the formula with its numbers", VIEWS},
    {'b', INPUT_NONE, "b", "present", "big, for the last row of the room", VIEWS},
    {'B', INPUT_NONE, "B", "before", "drop what was before, or keep what is", VIEWS},
    {'v', INPUT_NONE, "v", "split", "two views, from 160 columns on", VIEWS},
    {'j', INPUT_NONE, "j", "find", "the next dead, saturated, rare unit", IN_VIEW("units")},
    {'J', INPUT_NONE, "J", "find -1", "the one before", IN_VIEW("units")},
    {'u', INPUT_NONE, "u", "quantity", "the next quantity of the layers", IN_VIEW("curves")},
    {'x', INPUT_NONE, "x", "time", "steps: linear, log, the recent ones", IN_VIEW("curves")},
    {'y', INPUT_NONE, "y", "scale", "values: log or linear", IN_VIEW("curves")},
    {'e', INPUT_NONE, "e", "events", "the log of what has happened", SCREEN},
    {'x', INPUT_NONE, "x", "wall", "the wall, from the start, and back", IN_VIEW("clip")},
    {'m', INPUT_NONE, "m", "map", "maps: both, output, unit, layer; pictures", IN_VIEW("data")},
    {'j', INPUT_NONE, "j", "find", "the next picture that is taken wrongly", IN_VIEW("data")},
    {'J', INPUT_NONE, "J", "find -1", "the one before", IN_VIEW("data")},
    {'u', INPUT_NONE, "u", "distribution", "one distribution alone, the next, all",
        IN_VIEW("layer")},
    {'u', INPUT_NONE, "u", "difference", "centred, forward, or in float", IN_VIEW("check")},
    {'x', INPUT_NONE, "x", "plant next", "plant the next known mistake", IN_VIEW("check")},
    {'X', INPUT_NONE, "X", "plant previous", "the mistake before", IN_VIEW("check")},
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

static bool names(const struct key_binding *row, uint32_t key)
{
    return key != INPUT_NONE && (row->key == key || row->other == key);
}

const struct key_binding *key_find(uint32_t key, const char *view)
{
    const struct key_binding *found = NULL;
    for (int i = 0; i < key_count; i++) {
        const struct key_binding *row = &key_table[i];
        if (!names(row, key))
            continue;
        if (row->view && strcmp(row->view, view) == 0)
            return row;
        if (!row->view && !found)
            found = row;
    }
    return found;
}
