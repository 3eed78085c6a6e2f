/*
 * The ':' line: editing, history, and completion of everything the tables know.
 */
#ifndef NABLASCOPE_UI_SCREEN_PROMPT_H
#define NABLASCOPE_UI_SCREEN_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/command.h"
#include "ui/draw/surface.h"

/* Room for the longest command and some blanks: what is longer the command itself refuses. */
enum { PROMPT_SIZE = 2 * COMMAND_TEXT_SIZE, PROMPT_HISTORY = 64, PROMPT_CANDIDATES = 128 };

struct prompt {
    bool open;
    char text[PROMPT_SIZE]; /* UTF-8, of no control characters */
    int length, cursor;     /* bytes; the cursor stands before a whole character */
    char history[PROMPT_HISTORY][PROMPT_SIZE];
    int history_count; /* ever entered; the last PROMPT_HISTORY are kept */
    int history_at;    /* what is shown; history_count: the line being typed */
    char typed[PROMPT_SIZE];
    const char *candidates[PROMPT_CANDIDATES]; /* shown after Tab */
    int candidate_count;
};

enum prompt_result {
    PROMPT_EDITED,
    PROMPT_ENTERED,
    PROMPT_CANCELLED,
    PROMPT_FULL,      /* there is no room for more: the line is as it was */
    PROMPT_UNREADABLE /* what came is no character in UTF-8: likewise */
};

void prompt_open(struct prompt *prompt);
/* The same with words to go on from. */
void prompt_open_with(struct prompt *prompt, const char *text);
/* What the key made of the line; after PROMPT_ENTERED it stands in `text` and is in the
 * history. */
enum prompt_result prompt_key(struct prompt *prompt, uint32_t key);
/* The line as a command: one that begins as an option of the command line does without "--". */
const char *prompt_line(const struct prompt *prompt);
/* Inserts pasted text: runs of blanks, line ends and control characters become a blank. All of
 * it or nothing: half a line may be another command. Never entered. */
enum prompt_result prompt_paste(struct prompt *prompt, const char *text);
/* What is said of what did not come in; NULL: nothing. */
const char *prompt_refusal(enum prompt_result result);
/* The line in row y, and the candidates in the row above it. */
void prompt_draw(const struct prompt *prompt, struct surface *surface, int y);

#endif
