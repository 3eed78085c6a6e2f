/*
 * The words of a command line as options, their values and operands, by GNU's conventions: long
 * options in any order and shortened as far as they stay clear, `--name=value` and `--name
 * value`, one-letter options joined or with their value, `--` before operands alone. In names
 * '-' and '_' are the same.
 *
 * Not getopt_long: that does not say which word it means, reads "-lr=0.1" as -l -r and so on,
 * and
 * "-output=x" as the name of a file "utput=x".
 */
#ifndef NABLASCOPE_CLI_WORDS_H
#define NABLASCOPE_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

enum { LABEL_SIZE = 48 };

enum word_kind { WORD_OPTION, WORD_OPERAND, WORD_END, WORD_WRONG };

struct words {
    int count;
    char **all;         /* not changed */
    unsigned modes;     /* where the options are to mean something: bits 1 << enum mode */
    int at;             /* the next one */
    const char *letter; /* the next letter of the word before; NULL: none */
    bool operands_only; /* after "--" */
};

/* What words_next has found. */
struct word {
    int option;             /* row of option_table, and behind them of hparam_table */
    const char *value;      /* of the option, NULL where it takes none; or the operand */
    char label[LABEL_SIZE]; /* the option as it was typed: "--lr", "-n" */
    const char *joined;     /* the whole word where a letter's value is joined to it: "-n5" */
};

/* From argv[1] on. */
void words_begin(struct words *words, int argc, char **argv, unsigned modes);
/* WORD_WRONG, after which it can go on, with an *error that names the word and the right one.
 */
enum word_kind words_next(struct words *words, struct word *word, struct error *error);

/*
 * The option that a word without dashes means: "lr=0.1", "help", "relu", "vanishing", as
 * "--lr=0.1" and so on; false when none does.
 */
bool words_meant(const char *word, char *meant, size_t size);

/* For a joined value that was refused: says so when the word is rather a long option; false. */
bool words_misread(const struct words *words, const struct word *word, struct error *error);

#endif
