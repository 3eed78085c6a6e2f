/*
 * Training steps a second of FANN in double precision, without any statistics: one epoch of
 * FANN_TRAIN_BATCH is one step on the whole batch. The best of several bursts, as bench does
 * it.
 *
 * usage: peer_fann SECONDS DEPTH WIDTH BATCH sigmoid [1]      (threads)
 * Prints a row like bench's, with the steps a second in its fifth column.
 */
#include <doublefann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_DEPTH = 1000, BURSTS = 5 };

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct fann *network_create(unsigned depth, unsigned width)
{
    unsigned sizes[MOST_DEPTH + 2];
    for (unsigned l = 0; l <= depth; l++)
        sizes[l] = l == 0 ? 2 : width;
    sizes[depth + 1] = 1;
    struct fann *network = fann_create_standard_array(depth + 2, sizes);
    if (!network)
        return NULL;
    fann_set_activation_function_hidden(network, FANN_SIGMOID);
    fann_set_activation_function_output(network, FANN_SIGMOID);
    fann_set_training_algorithm(network, FANN_TRAIN_BATCH);
    fann_set_learning_rate(network, 0.01F);
    return network;
}

static struct fann_train_data *data_create(unsigned batch)
{
    struct fann_train_data *data = fann_create_train(batch, 2, 1);
    for (unsigned i = 0; data && i < batch; i++) {
        data->input[i][0] = 2.0 * i / batch - 1;
        data->input[i][1] = i % 7 / 3.0 - 1;
        data->output[i][0] = i % 2;
    }
    return data;
}

/* Steps a second over so many seconds; at least one step. */
static double burst_rate(struct fann *network, struct fann_train_data *data, double seconds)
{
    long steps = 0;
    double start = clock_seconds(), now = start;
    for (; steps < 1 || now - start < seconds; steps++) {
        (void)fann_train_epoch(network, data);
        now = clock_seconds();
    }
    return (double)steps / (now - start);
}

int main(int argc, char **argv)
{
    if (argc < 6 || strcmp(argv[5], "sigmoid") != 0)
        return 2;
    double seconds = atof(argv[1]);
    unsigned depth = (unsigned)atoi(argv[2]), width = (unsigned)atoi(argv[3]);
    unsigned batch = (unsigned)atoi(argv[4]);
    if (depth > MOST_DEPTH)
        return 2;
    struct fann *network = network_create(depth, width);
    struct fann_train_data *data = data_create(batch);
    if (!network || !data)
        return 1;
    double best = 0, start = clock_seconds();
    for (int burst = 0; burst < BURSTS && (burst == 0 || clock_seconds() - start < seconds);
         burst++) {
        double rate = burst_rate(network, data, seconds / BURSTS);
        best = rate > best ? rate : best;
    }
    printf("%5u %5u %5u  %-8s %12.4f\n", depth, width, batch, argv[5], best);
    fann_destroy_train(data);
    fann_destroy(network);
    return 0;
}
