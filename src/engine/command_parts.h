/*
 * What the parts of the commands' parser share.
 */
#ifndef NABLASCOPE_ENGINE_COMMAND_PARTS_H
#define NABLASCOPE_ENGINE_COMMAND_PARTS_H

#include "engine/command.h"

enum { WORD_SIZE = 64 }; /* room for a word, longer than any that means something */

/* What a number of steps, or of layers, can be; all of it is exact in a double. */
#define MOST_STEPS 1e15

/*
 * Copies the next word, ending at a blank or '='; returns what follows it. Of a word that is
 * too long a beginning that is no word either: cut anywhere, a number would be another number.
 */
const char *command_word(const char *text, char word[WORD_SIZE]);
/* The same of a value, which can be the name of a file. */
const char *command_value(const char *text, char value[HPARAM_VALUE_SIZE]);
/* A whole number, 1 where there is none. */
bool command_number(
    const char *text, double least, double most, double *number, struct error *error);

/* The arguments of at and of race. */
bool command_parse_timed(const char *text, struct command *command, struct error *error);
bool command_parse_race(const char *text, struct command *command, struct error *error);
/* Sets what side 0 or 1 of a race says. */
bool command_race_side(
    const struct command *command, int side, struct hparams *hparams, struct error *error);

#endif
