/*
 * Where data sets of files come from: the mathematics and the engine read none. Whoever has a
 * session made gives it a reader (io/data_file.h); without one there are generated sets alone.
 */
#ifndef NABLASCOPE_ENGINE_DATA_READER_H
#define NABLASCOPE_ENGINE_DATA_READER_H

#include "core/dataset.h"
#include "core/error.h"
#include "core/interrupt.h"

struct data_reader {
    /*
     * A share in the set of the file that the hyperparameters describe, standardized if they
     * say so; NULL with *error, also when interrupted. On any thread. It gives the same set
     * whenever it is asked for the same, so that going back in time builds on the same numbers.
     */
    struct dataset *(*read)(void *context, const struct hparams *hparams,
        const struct interrupt *interrupt, struct error *error);
    void *context;
};

/* The set that the hyperparameters describe, generated or read; NULL with *error. `interrupt`
 * may be NULL. */
struct dataset *data_read(const struct data_reader *reader, const struct hparams *hparams,
    const struct interrupt *interrupt, struct error *error);
/* Its sizes. False with *error. */
bool data_measure(const struct data_reader *reader, const struct hparams *hparams,
    const struct interrupt *interrupt, struct data_shape *shape, struct error *error);

#endif
