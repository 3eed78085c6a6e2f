/*
 * The losses of a network with one parameter moved, of many such networks at a time.
 *
 * To move W_l[j][i] changes z_l in column j alone, and nothing below. So of layer l these
 * columns alone are computed, those of several moved networks in one product; each row of a_l
 * (one sample of one moved network) that they change is then stacked with the others, and goes
 * up as one of a batch. A row that comes out with the very bits the network itself has there is
 * let go: all above is known. Every element is summed in the order of the whole product, so
 * each loss has the bits of a forward pass of its own.
 */
#ifndef NABLASCOPE_CORE_MOVED_PASS_H
#define NABLASCOPE_CORE_MOVED_PASS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/loss.h"
#include "core/network.h"

/* The most elements in a block; each is moved up and down. */
enum { MOVED_ELEMENTS = 32 };

/* Elements of one layer and samples of the batch: what one worker does at a time. */
struct moved_block {
    int layer;               /* 0-based */
    int count;               /* of elements, */
    const ptrdiff_t *places; /* their offsets into the parameter block */
    double epsilon;
    int first, end; /* samples */
};

/* What comes of it: of moved network 2e (up) and 2e + 1 (down) of element e. */
struct moved_losses {
    double *each;           /* ℓ of sample s of network v: each[v · of + s] */
    ptrdiff_t of;           /* samples of the whole batch */
    unsigned char *crossed; /* of network v, or-ed: enum moved_crossing; NULL: not asked */
};

enum moved_crossing {
    MOVED_CROSSED = 1,  /* some z has another sign than in the network as it is, */
    MOVED_FROM_ZERO = 2 /* or is above 0 where it is exactly 0 there */
};

/* How much of a batch makes a block. */
struct moved_size {
    int elements, samples;
};
struct moved_size moved_size(const struct network *network);

/* A worker's own memory; serves both precisions in turn. */
struct moved_scratch {
    void *weights, *columns; /* of the moved layer */
    void *below, *above;     /* rows of a, rows of z */
    double *wide, *each;     /* outputs and ℓ of the rows */
    struct moved_row *rows;
    int *samples; /* of the rows */
};
bool moved_scratch_init(struct moved_scratch *scratch, const struct network *network);
void moved_scratch_clear(struct moved_scratch *scratch);

/* A network that has been through network_forward; all is borrowed. */
struct moved_pass {
    const struct network *network;
    const struct criterion *criterion;
    const double *each; /* ℓ of each sample as the network is */
};

/* False when interrupted. */
bool moved_pass_run(const struct moved_pass *pass, const struct moved_block *block,
    struct moved_scratch *scratch, const struct interrupt *interrupt,
    const struct moved_losses *losses);

/* For core/moved_template.h: a row is one sample of one moved network. */
struct moved_row {
    int network, sample;
};

#endif
