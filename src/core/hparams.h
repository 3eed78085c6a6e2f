/*
 * Hyperparameters: the values, and the one table that command line, prompt, control strip,
 * help, completions and manual page are made from or checked against. A new one is a field
 * here, a row in hparams.c, and its use.
 */
#ifndef NABLASCOPE_CORE_HPARAMS_H
#define NABLASCOPE_CORE_HPARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/names.h"

/* The largest networks there are. */
enum { DEPTH_MOST = 256, LAYERS_MOST = DEPTH_MOST + 1 /* the output */, WIDTH_MOST = 1024 };
enum {
    HPARAM_TEXT_SIZE = 201, /* room for a text: 200 bytes, names of files … */
    HPARAM_NAME_SIZE = 81,  /* … and of columns */
    HPARAM_VALUE_SIZE = 208 /* room for any value as text */
};

/* Choices are kept as int: the value of the enum named in the comment. */
struct hparams {
    int activation; /* enum activation */
    double leaky_slope;
    int depth;
    int width;                /* of every hidden layer; where they differ, of the widest */
    short widths[DEPTH_MOST]; /* of each, where they differ; else all 0 */
    int init;                 /* enum initializer */
    double gain, bias;
    double bias_std;
    int data;                    /* enum data; DATA_FILE: */
    char file[HPARAM_TEXT_SIZE]; /* its name; kept while another is chosen, of no effect then */
    char label[HPARAM_NAME_SIZE];  /* column of the class: name or number; empty: found out */
    char target[HPARAM_NAME_SIZE]; /* column to be predicted; empty: none */
    char ignore[HPARAM_TEXT_SIZE]; /* columns left out: names or numbers, by commas */
    int missing;                   /* enum missing: what becomes of rows with empty cells */
    bool one_hot;                  /* columns of words become inputs, one for each word */
    char labels[HPARAM_TEXT_SIZE]; /* file of the classes, where they have one of their own */
    int samples;                   /* 0: 200 of a generated set, all of another */
    double noise;
    double test; /* share of the samples that is held out */
    bool standardize;
    double input_scale, input_offset;
    int loss;   /* enum loss */
    int output; /* enum output_activation */
    int batch;  /* samples a step, 0: all */
    double lr;
    int optimizer; /* enum optimizer */
    double momentum, beta1, beta2, epsilon, weight_decay;
    int clip; /* enum clip */
    double clip_at;
    uint64_t seed;
};

enum hparam_kind {
    HPARAM_REAL,
    HPARAM_INTEGER,
    HPARAM_CHOICE,
    HPARAM_SWITCH,
    HPARAM_SEED,
    HPARAM_TEXT,
    HPARAM_WIDTHS /* a whole number, or a list of one for each hidden layer */
};

struct hparam {
    const char *name;
    enum hparam_kind kind;
    size_t offset;         /* in struct hparams */
    double least, most;    /* bounds of numbers */
    bool above, below;     /* the bound itself is excluded */
    names_fn *choices;     /* of HPARAM_CHOICE */
    names_fn *choice_help; /* a line on each, or NULL */
    size_t text;          /* of HPARAM_TEXT and of a choice that can be a file: its place … */
    size_t text_size;     /* … and the room there; 0: none */
    int open_choice;      /* the choice that stands for the text */
    const char *argument; /* what the text is, for help: FILE, COLUMN, … */
    const char *zero;     /* what an integer of 0, below the bounds, is called; NULL: nothing */
    int zero_is;          /* … and the number from which left and right step on then */
    const double *ladder; /* values that left and right step through, ascending, … */
    int ladder_length;    /* … so many */
    const char *standard; /* the default, as text */
    const char *help;
    bool rebuild; /* a change starts again at step 0 */
    bool (*relevant)(
        const struct hparams *hparams); /* has an effect with these; NULL: always */
};

/* Samples of a generated set, unless told otherwise. */
enum { SAMPLES_GENERATED = 200 };

extern const struct hparam hparam_table[];
extern const int hparam_count;

/* names_fn of the table; NULL past its end. */
const char *hparam_name(int index);
/* The row, or NULL with an *error that names the nearest. */
const struct hparam *hparam_find(const char *name, struct error *error);
/* The row of which `word`, in whatever letters, is a value with a name of its own, *choice. */
const struct hparam *hparam_of_choice(const char *word, const char **choice);

void hparams_init(struct hparams *hparams);

/* Units of a hidden layer (0-based). */
int hparams_width(const struct hparams *hparams, int layer);
/* Whether hidden layers differ in width. A list sets the depth, too; another depth takes its
 * first widths, or repeats the last one. */
bool hparams_has_widths(const struct hparams *hparams);
/* "10×32"; where widths differ "5,10,5", or "40×4..64" where that is long. */
void hparams_sizes(const struct hparams *hparams, char *text, size_t size);
/* What cannot go together, whatever the data: false with *error, which says what to do. */
bool hparams_agree(const struct hparams *hparams, struct error *error);

/* Sets one from text; on a wrong value *hparams is unchanged and *error says what is allowed.
 */
bool hparam_set(
    struct hparams *hparams, const struct hparam *row, const char *text, struct error *error);
/*
 * The value as text that hparam_set reads back to the same bits, in as few digits as do. What
 * does not fit ends before a character. An empty text is "-".
 */
void hparam_format(
    const struct hparams *hparams, const struct hparam *row, char *text, size_t size);
/* The same for a line with little room, for a person: of a file the last part of its name, of
 * samples what auto stands for, "…" where a text is cut. Room for 4 bytes at least. */
void hparam_brief(
    const struct hparams *hparams, const struct hparam *row, char *text, size_t size);
/* The next value in that direction (-1, 1); choices go round, numbers stop at the end. */
void hparam_step(struct hparams *hparams, const struct hparam *row, int direction);
bool hparam_equal(const struct hparams *a, const struct hparams *b, const struct hparam *row);
bool hparams_equal(const struct hparams *a, const struct hparams *b);
/* Whether going from one to the other takes a new start. */
bool hparams_rebuild(const struct hparams *from, const struct hparams *to);
/* Whether its value can hold blanks: it is the rest of a line. */
bool hparam_is_open(const struct hparam *row);
/* The values allowed, for help and messages: "1..256", "sigmoid tanh …", "> 0". */
void hparam_values(const struct hparam *row, char *text, size_t size);

/* Shortest text of a double that reads back to the same bits. */
void real_format(double value, char *text, size_t size);

#endif
