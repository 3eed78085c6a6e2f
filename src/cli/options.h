/*
 * The command line: options from one table plus the table of hyperparameters.
 */
#ifndef NABLASCOPE_CLI_OPTIONS_H
#define NABLASCOPE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/lab.h"
#include "core/error.h"
#include "core/gradient_check.h"
#include "io/export.h"
#include "io/rows.h"

enum mode { MODE_LAB, MODE_RUN, MODE_EXPORT, MODE_CHECK, MODE_COUNT };

struct mode_info {
    const char *name; /* "" for the laboratory */
    const char *help;
};
extern const struct mode_info mode_table[MODE_COUNT];
/* names_fn of the commands: of mode index + 1. */
const char *mode_name(int index);

enum option_id {
    OPTION_HELP = 256,
    OPTION_VERSION,
    OPTION_SET,
    OPTION_PRESET,
    OPTION_LIST_PRESETS,
    OPTION_THEME,
    OPTION_SPEED,
    OPTION_PAUSED,
    OPTION_ASCII,
    OPTION_BELL,
    OPTION_STEPS,
    OPTION_EVERY,
    OPTION_LAYERS,
    OPTION_CENSUS,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_FAIL_ON_DIVERGENCE,
    OPTION_STEP,
    OPTION_LAYER,
    OPTION_THREADS,
    OPTION_SCHEME,
    OPTION_ELEMENTS,
    OPTION_PLANT,
    OPTION_COMPLETION,
    OPTION_END
};

struct option_info {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* as help shows it; NULL: takes none */
    const char *help;     /* NULL: not shown */
    unsigned modes;       /* bit 1 << enum mode: where it means something */
};
extern const struct option_info option_table[OPTION_END - OPTION_HELP];

/* What is to be printed instead of working. */
enum request {
    REQUEST_NONE,
    REQUEST_HELP,
    REQUEST_VERSION,
    REQUEST_PRESETS,
    REQUEST_PLANTS,
    REQUEST_COMPLETION
};

/* Which rows of run have accuracy and dead units, which take a pass over the data set. */
enum census_rows { CENSUS_ROWS, CENSUS_EPOCHS, CENSUS_NONE };
const char *census_rows_name(int index);

struct options {
    enum mode mode;
    enum request request;
    struct lab_options lab; /* hyperparameters, kernels and workers serve every mode */
    int threads;            /* 0: as many as this machine has processors */
    uint64_t steps, every;
    bool layers, fail_on_divergence;
    enum rows_format format;
    enum census_rows census;
    const char *output; /* NULL: standard output */
    uint64_t step;
    enum export_format export_format;
    bool format_given;
    int layer; /* of export, from 1; 0: all */
    const char *layer_text;
    /* Of check: */
    const char *epsilon_text; /* --epsilon as given; NULL: not */
    double epsilon;           /* 0: the whole curve */
    enum check_scheme scheme;
    uint64_t elements; /* of a layer; 0: as affordable */
    enum plant plant;
    const char *completion; /* a shell_name */
};

/* False with *error for a wrong command line. Strings in *options point into argv. */
bool options_parse(int argc, char **argv, struct options *options, struct error *error);

#endif
