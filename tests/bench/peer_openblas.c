/*
 * Training steps a second of peer_step.h, from the weights and on the batch of a training of
 * ours. Both take some steps first: the same losses, and in double precision the same
 * statistics, or else nothing is measured. The best of several bursts, as bench does it.
 *
 * usage: peer_openblas SECONDS DEPTH WIDTH BATCH sigmoid|relu 1 double|single      (threads)
 * Prints a row like bench's, with the steps a second in its fifth column.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/activation.h"
#include "core/training.h"
#include "peer_step.h"

enum { BURSTS = 5, COMPARED = 20 };

/* Of results that sum the same numbers in another order. */
static const double near_double = 1e-9, near_single = 1e-3;

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct peer *peer_like(const struct training *t, bool single)
{
    const struct network *net = t->network;
    struct peer_shape shape = {.inputs = net->shape.inputs,
        .depth = net->shape.depth,
        .width = net->shape.width,
        .batch = t->data->samples,
        .relu = net->activation == ACTIVATION_RELU,
        .lr = t->hparams.lr};
    struct peer *peer = peer_create(&shape, single);
    for (int l = 0; l < net->layer_count; l++) {
        const struct layer *layer = &net->layers[l];
        for (int i = 0; i <= layer->n_in; i++) {
            for (int j = 0; j < layer->n_out; j++)
                peer_set_parameter(peer, l, i, j, layer->parameters[i * layer->stride + j]);
        }
    }
    for (int i = 0; i < shape.batch; i++)
        peer_set_sample(peer, i, t->data->values + i * shape.inputs, t->data->labels[i]);
    return peer;
}

static bool near(double own, double theirs, double tolerance)
{
    return fabs(own - theirs) <= tolerance * fabs(own);
}

/* Where the peer's statistics of a layer differ from ours; NULL: nowhere. */
static const char *difference(const struct training *t, int l, const struct peer_layer *theirs)
{
    const struct layer *own = &t->network->layers[l];
    const struct layer_stats *stats = &t->seen.layers[l];
    /* Their deviation is a difference of squares, which the mean is part of. */
    double apart = own->act_std * own->act_std - theirs->act_std * theirs->act_std;
    double square = own->act_std * own->act_std + own->act_mean * own->act_mean;
    if (!near(own->delta_norm, theirs->delta, near_double))
        return "delta";
    if (!near(own->back_norm, theirs->back, near_double))
        return "the signal before the slopes";
    if (!near(own->weight_norm, theirs->weights, near_double))
        return "the weights";
    if (!near(own->weight_grad_norm, theirs->weight_grad, near_double) ||
        !near(own->bias_grad_norm, theirs->bias_grad, near_double))
        return "the gradient";
    if (!near(stats->update_ratio.value, theirs->step, near_double))
        return "the update";
    if (!near(own->act_mean, theirs->act_mean, near_double) ||
        !(fabs(apart) <= near_double * square))
        return "the activations";
    if (fabs(own->saturated - theirs->saturated) > 1e-3 || stats->dead != theirs->dead)
        return "saturated or dead units";
    return NULL;
}

/* Whether both take the same steps, for a second or two; else says where not. */
static bool agree(struct training *t, struct peer *peer, bool single, struct peer_layer *layers)
{
    double start = clock_seconds();
    for (int step = 0; step < COMPARED && (step < 2 || clock_seconds() - start < 1); step++) {
        (void)training_evaluate(t, false);
        (void)training_clip(t);
        (void)training_update(t);
        double loss = peer_step(peer, layers);
        if (!near(t->seen.loss, loss, single ? near_single : near_double)) {
            fprintf(stderr, "step %d: the loss is %.17g and %.17g\n", step, t->seen.loss, loss);
            return false;
        }
        for (int l = 0; !single && l < t->network->layer_count; l++) {
            const char *what = difference(t, l, &layers[l]);
            if (what) {
                fprintf(stderr, "step %d, layer %d: %s differ\n", step, l + 1, what);
                return false;
            }
        }
    }
    return true;
}

/* Steps a second over so many seconds; at least one step. */
static double burst_rate(struct peer *peer, struct peer_layer *layers, double seconds)
{
    long steps = 0, burst = 1;
    double start = clock_seconds(), now = start;
    do {
        for (long i = 0; i < burst; i++)
            (void)peer_step(peer, layers);
        steps += burst;
        now = clock_seconds();
        burst = now - start < 1e-3 ? 2 * burst : burst;
    } while (now - start < seconds);
    return (double)steps / (now - start);
}

int main(int argc, char **argv)
{
    if (argc < 8)
        return 2;
    struct hparams h;
    hparams_init(&h);
    h.depth = atoi(argv[2]);
    h.width = atoi(argv[3]);
    h.samples = atoi(argv[4]);
    h.activation = names_find(activation_name, argv[5]);
    h.lr = 0.01;
    bool single = strcmp(argv[7], "single") == 0;
    struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), NULL);
    struct peer_layer *layers = calloc((size_t)h.depth + 1, sizeof *layers);
    if (!t || !layers)
        return 1;
    struct peer *peer = peer_like(t, single);
    if (!agree(t, peer, single, layers))
        return 1;
    training_destroy(t);
    double best = 0, seconds = atof(argv[1]), start = clock_seconds();
    for (int burst = 0; burst < BURSTS && (burst == 0 || clock_seconds() - start < seconds);
         burst++) {
        double rate = burst_rate(peer, layers, seconds / BURSTS);
        best = rate > best ? rate : best;
    }
    printf("%5d %5d %5d  %-8s %12.4f\n", h.depth, h.width, h.samples, argv[5], best);
    peer_destroy(peer);
    free(layers);
    return 0;
}
