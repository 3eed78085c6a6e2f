/*
 * The command line: options from one table plus the table of hyperparameters.
 */
#ifndef NABLASCOPE_CLI_OPTIONS_H
#define NABLASCOPE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/gradient_check.h"
#include "core/hparams.h"
#include "core/kernels.h"
#include "engine/agenda.h"
#include "engine/condition.h"
#include "engine/data_reader.h"
#include "engine/replay.h"
#include "io/export.h"
#include "io/rows.h"

/*
 * The commands: ROW(ID, name, its function, what may follow it or NULL, help). The first is the
 * laboratory, without a name. A function returns the exit status; all but the laboratory's
 * begin with headless_main.
 */
#define MODES(ROW)                                                                             \
    ROW(LAB, "", lab_main, NULL, "the interactive laboratory")                                 \
    ROW(RUN, "run", run_main, NULL,                                                            \
        "train without a screen: CSV or JSON Lines on standard output")                        \
    ROW(EXPORT, "export", export_main, NULL,                                                   \
        "one training step in full, as JSON or for NumPy")                                     \
    ROW(CHECK, "check", check_main, NULL,                                                      \
        "check the gradient by differences: CSV and a verdict")                                \
    ROW(PICTURE, "picture", picture_main, NULL, "the screen at a step, as SVG or text")        \
    ROW(LESSON, "lesson", lesson_main, "[NAME|FILE|quiz]",                                     \
        "a guided lesson; without a name, the list")                                           \
    ROW(REPLAY, "replay", replay_main, "FILE", "a saved session, replayed to the bit")         \
    ROW(FOLLOW, "follow", follow_main, "FILE|-",                                               \
        "a session that somebody else is running, beside them")                                \
    ROW(VOTE, "vote", vote_main, "DIR CHOICE", "answer a lesson's question")

struct options;
typedef int mode_fn(const struct options *options);

#define MODE_ID(id, name, start, operands, help) MODE_##id,
enum mode { MODES(MODE_ID) MODE_COUNT };
#define MODE_START(id, name, start, operands, help) mode_fn start;
MODES(MODE_START)

struct mode_info {
    const char *name; /* "" for the laboratory */
    mode_fn *start;
    const char *operands; /* as help shows them; NULL: takes none */
    const char *help;
};
extern const struct mode_info mode_table[MODE_COUNT];
/* names_fn of the commands: of mode index + 1. */
const char *mode_name(int index);
/* Whether hyperparameters mean something to it; whether it can have a screen. */
bool mode_takes_settings(int mode);
/* A lesson has its own but for the seed. */
bool mode_takes_setting(int mode, const struct hparam *row);
bool mode_has_screen(int mode);
/* How messages call it. */
const char *mode_title(int mode);
/* "run, export or check": those of the bits 1 << enum mode, `last` before the last. */
void modes_join(unsigned modes, const char *last, char *text, size_t size);

enum option_id {
    OPTION_HELP = 256,
    OPTION_VERSION,
    OPTION_SET,
    OPTION_PRESET,
    OPTION_LIST_PRESETS,
    OPTION_THEME,
    OPTION_SPEED,
    OPTION_MAX_SPEED,
    OPTION_PAUSED,
    OPTION_ASCII,
    OPTION_BELL,
    OPTION_HISTORY,
    OPTION_NO_JOURNAL,
    OPTION_STEPS,
    OPTION_EVERY,
    OPTION_AT,
    OPTION_SESSION,
    OPTION_BRANCH,
    OPTION_VERIFY,
    OPTION_NEW,
    OPTION_RECEIPT,
    OPTION_VOTES,
    OPTION_RECORD,
    OPTION_VIEW,
    OPTION_SIZE,
    OPTION_UNTIL,
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
    OPTION_NAME,
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

/* What only the laboratory asks for. */
struct lab_options {
    const char *theme; /* name, or NULL for the default */
    double speed;      /* steps a second at the start; INFINITY: max */
    bool paced;        /* it has been given: also a scene's first steps keep it */
    double fastest;    /* steps a second that may be asked for; 0: any */
    bool paused;       /* do not start to train at once */
    bool ascii;        /* ASCII glyphs even where the locale has UTF-8 */
    bool bell;         /* ring for events */
    size_t history;    /* bytes for states to go back to */
    const char *view;  /* of pictures: its name; NULL: the first */
    int width, height; /* of pictures */
    bool unkept;       /* the session is not kept while it runs */
};

/* Where a lecture comes from. */
struct lecture_input {
    const char *name; /* of the file, or "-" … */
    int descriptor;   /* … for this one */
};

struct lesson_deck;

struct options {
    enum mode mode;
    const char **files; /* what follows the command; borrowed */
    int file_count;
    enum request request;
    struct hparams hparams;
    const struct kernels *kernels;
    const struct data_reader *reader; /* of data sets in files */
    const struct workers *workers;    /* who shares the work of a step */
    int threads;                      /* 0: as many as this machine has processors */
    struct lab_options lab;
    uint64_t steps, every;
    bool steps_given;
    bool seed_given;                     /* of a quiz: by which it draws */
    const char *session;                 /* of run: the file of one; NULL: none */
    uint64_t branch;                     /* of that or of replay, from 1; 0: the active one */
    bool verify;                         /* replay's digests, without a screen */
    const struct replay *replay;         /* what has been read; NULL: nothing */
    const struct lecture_input *lecture; /* what is followed; NULL: nothing */
    struct agenda agenda;                /* of run: changes of settings on the way */
    const char *at_start;                /* --at of step 0, which is refused; NULL: none */
    const char *until_text; /* of run: where it ends before its last step; NULL: nowhere */
    struct condition until;
    bool layers, fail_on_divergence;
    enum rows_format format;
    enum census_rows census;
    const char *preset;  /* name of the one the hyperparameters come from, or NULL */
    int drawn;           /* an option of pictures that was given, 0: none */
    const char *begin;   /* of lesson: a file that is to become one; NULL: none */
    const char *receipt; /* of lesson: the file of what was chosen; NULL: none */
    const char *votes;   /* of lesson: the directory in which they are counted; NULL: none */
    struct lesson_deck *deck; /* what is played in the laboratory; NULL: nothing */
    const char *record;       /* of replay: the file of a recording; NULL: none */
    const char *output;       /* NULL: standard output */
    uint64_t step;
    enum export_format export_format;
    bool format_given;
    int layer; /* of export, from 1; 0: all */
    const char *layer_text;
    /* Of check: */
    double epsilon; /* 0: the whole curve */
    enum check_scheme scheme;
    uint64_t elements; /* of a layer; 0: as affordable */
    enum plant plant;
    const char *voter;      /* of vote: who that is; NULL: found out */
    const char *completion; /* a shell_name */
};

/* False with *error for a wrong command line. Strings in *options point into argv; `files` has
 * room for argc of them, and stays the caller's. */
bool options_parse(
    int argc, char **argv, const char **files, struct options *options, struct error *error);

#endif
