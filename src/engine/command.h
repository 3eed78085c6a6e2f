/*
 * Commands: the one table that keys, the prompt, lessons and saved sessions speak in.
 */
#ifndef NABLASCOPE_ENGINE_COMMAND_H
#define NABLASCOPE_ENGINE_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/hparams.h"

enum command_id {
    COMMAND_RUN,
    COMMAND_PAUSE,
    COMMAND_TOGGLE,
    COMMAND_STEP,
    COMMAND_SEEK,
    COMMAND_REVERSE,
    COMMAND_EVENT,
    COMMAND_BRANCH,
    COMMAND_DROP,
    COMMAND_GHOST,
    COMMAND_FOLLOW,
    COMMAND_STAGE,
    COMMAND_SPEED,
    COMMAND_FASTER,
    COMMAND_SLOWER,
    COMMAND_SET,
    COMMAND_NEXT,
    COMMAND_PREVIOUS,
    COMMAND_RESET,
    COMMAND_RESEED,
    COMMAND_PRESET,
    COMMAND_RACE,
    COMMAND_AT,
    COMMAND_UNTIL,
    COMMAND_COMPARE,
    COMMAND_VIEW,
    COMMAND_LAYER,
    COMMAND_UNIT,
    COMMAND_FIND,
    COMMAND_WHY,
    COMMAND_PRESENT,
    COMMAND_EVENTS,
    COMMAND_TIMELINE,
    COMMAND_SPLIT,
    COMMAND_BELL,
    COMMAND_BEFORE,
    COMMAND_QUANTITY,
    COMMAND_SCALE,
    COMMAND_TIME,
    COMMAND_MAP,
    COMMAND_DISTRIBUTION,
    COMMAND_OVERVIEW,
    COMMAND_WALL,
    COMMAND_DIFFERENCE,
    COMMAND_PLANT,
    COMMAND_THEME,
    COMMAND_SELECT,
    COMMAND_SCROLL,
    COMMAND_PROMPT,
    COMMAND_HELP,
    COMMAND_SNAPSHOT,
    COMMAND_SAVE,
    COMMAND_EXPORT,
    COMMAND_RECORD,
    COMMAND_RESTORE,
    COMMAND_LESSON,
    COMMAND_CHOOSE,
    COMMAND_HANDS,
    COMMAND_REDRAW,
    COMMAND_SUSPEND,
    COMMAND_QUIT,
    COMMAND_COUNT
};

enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_COUNT,   /* a whole number of 1 or more; optional, 1 */
    ARGUMENT_SPEED,   /* steps a second, or max */
    ARGUMENT_SETTING, /* NAME VALUE */
    ARGUMENT_HPARAM,  /* NAME */
    ARGUMENT_PRESET,  /* name of a preset; optional: the menu */
    ARGUMENT_NAME,    /* a name that the screen knows: a view, a theme */
    ARGUMENT_OFFSET,  /* a whole number with a sign */
    ARGUMENT_TIMED,   /* STEP COMMAND, STEP drop, or drop; optional: the prompt */
    ARGUMENT_PLACE,   /* a place of 1 or more, or with a sign so many further; optional: +1 */
    ARGUMENT_STEP,    /* a step of 0 or more, with a sign so many further, or end */
    ARGUMENT_BRANCH,  /* the number of a branch, or off; optional */
    ARGUMENT_RACE,    /* NAME=VALUE NAME=VALUE; optional: of the selected setting */
    ARGUMENT_LINE,    /* the rest of the line as it is, blanks in it too: a file's name, or a
                          condition, or off; of until and hands optional: the prompt */
};

/* Who carries it out; files are the program's, and so is the lesson. */
enum command_scope { SCOPE_TRAINING, SCOPE_PACE, SCOPE_SCREEN, SCOPE_FILE, SCOPE_LESSON };

struct command_info {
    const char *name;
    enum argument_kind argument;
    const char *arguments; /* as help shows them */
    const char *help;
    enum command_scope scope;
};

enum { COMMAND_ARGUMENT_SIZE = 224 /* also for the name of a file */ };

/* A command with its argument, checked as far as the table can. */
struct command {
    enum command_id id;
    double number;            /* count, offset, place, step (INFINITY: the furthest one that the
                                 run has been at), or steps a second (INFINITY: max);
                                 of TIMED the step, 0: every one; of BRANCH 0: none */
    bool relative;            /* of PLACE and STEP: `number` is an offset */
    const struct hparam *row; /* of SETTING and HPARAM */
    char text[COMMAND_ARGUMENT_SIZE]; /* the value, the name, or the line; of TIMED the
                                         command, or drop; of BRANCH off; of RACE all */
};

extern const struct command_info command_table[COMMAND_COUNT];
const char *command_name(int index);

/*
 * Reads "name arguments". "NAME VALUE" of a hyperparameter is short for "set NAME VALUE", and
 * "=" may stand between. On failure *error names the word and the nearest right one.
 */
bool command_parse(const char *text, struct command *command, struct error *error);
/* Whether it begins with what is no name of one, nor near one. */
bool command_strange(const char *text);
/* Where in such a text stands what is told of it in an error: the hyperparameter behind "set".
 */
const char *command_place(const char *text);

enum { COMMAND_TEXT_SIZE = 288 }; /* room for any command as text */

/*
 * The text that command_parse reads as this command: the full name, and of a hyperparameter's
 * value the shortest text with the same bits. False with *error for what is no command that
 * could be typed: command_parse would refuse the text, or read another from it.
 */
bool command_write(
    const struct command *command, char text[COMMAND_TEXT_SIZE], struct error *error);

/* Whether both do the same. */
bool command_equal(const struct command *a, const struct command *b);

/*
 * What a command that concerns training (set, reset, reseed, preset) makes of these
 * hyperparameters. False with *error when it cannot be done; commands that concern something
 * else change nothing.
 */
bool command_configure(
    const struct command *command, struct hparams *hparams, bool *reset, struct error *error);

/* What a race makes of them for its other side; command_configure does for the first. */
bool command_rival(const struct command *command, struct hparams *hparams, struct error *error);

/* names_fn of what can follow "at STEP": commands that can be armed, then hyperparameters. */
const char *command_armable_name(int index);

#endif
