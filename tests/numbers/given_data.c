/*
 * Exports steps of trainings on data sets of other than two inputs, which no command line gives
 * yet: a file of JSON for each into the directory that is named.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/session.h"
#include "io/export.h"

static const struct {
    int inputs, classes;
    enum loss loss;
    enum optimizer optimizer;
    enum clip clip;
    int batch;
} cases[] = {{4, 3, LOSS_AUTO, OPTIMIZER_SGD, CLIP_NONE, 0},
    {4, 3, LOSS_MSE, OPTIMIZER_ADAM, CLIP_NORM, 7},
    {1, 2, LOSS_AUTO, OPTIMIZER_MOMENTUM, CLIP_VALUE, 0},
    {33, 10, LOSS_BCE, OPTIMIZER_RMSPROP, CLIP_LAYERWISE, 19}};

static struct dataset *random_data(int samples, int inputs, int classes)
{
    struct dataset *data = dataset_create(&(struct data_shape){samples, inputs, classes, 0, 0});
    struct rng rng;
    rng_init(&rng, 7, RNG_DATA, 0);
    for (int i = 0; data && i < samples * inputs; i++)
        data->values[i] = rng_normal(&rng);
    for (int s = 0; data && s < samples; s++)
        data->labels[s] = s % classes;
    return data;
}

/* A session whose training is on these data. */
static struct session *session_on(const struct hparams *hparams, struct dataset *data)
{
    struct session *session = session_create(hparams, kernels_select(NULL), NULL, NULL);
    if (!session) {
        dataset_release(data);
        return NULL;
    }
    training_destroy(session->run->training);
    session->run->training = training_create(hparams, data, session->kernels, NULL);
    return session;
}

static bool export_case(const char *directory, int number)
{
    struct hparams h;
    hparams_init(&h);
    h.depth = 3;
    h.width = 6;
    h.activation = ACTIVATION_TANH;
    h.lr = 0.01;
    h.clip_at = 0.05;
    h.loss = (int)cases[number].loss;
    h.optimizer = (int)cases[number].optimizer;
    h.clip = (int)cases[number].clip;
    h.batch = cases[number].batch;
    char path[400];
    struct error error;
    (void)snprintf(path, sizeof path, "%s/%d.json", directory, number);
    FILE *file = fopen(path, "w");
    struct session *session =
        session_on(&h, random_data(40, cases[number].inputs, cases[number].classes));
    bool done = file && session && session->run->training && session_reach(session, 4) &&
        training_keep_signals(session->run->training, export_signals(0)) &&
        export_step(file, session, EXPORT_JSON, 0, &error);
    session_destroy(session);
    return file && fclose(file) == 0 && done;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    for (int i = 0; i < (int)ARRAY_LEN(cases); i++) {
        if (!export_case(argv[1], i))
            return 1;
    }
    return 0;
}
