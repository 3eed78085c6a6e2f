#include "core/training_survey.h"

#include <string.h>

#include "core/activation.h"
#include "core/census_intake.h"

/* Of all samples, which stand in the network in order; notes what the outputs vote for. */
static int count_right(struct training *t)
{
    const struct layer *output = &t->network->layers[t->network->shape.depth];
    int right = 0;
    for (int s = 0; s < t->data->samples; s++) {
        const double *o = output->z + s * output->stride;
        t->predicted[s] = loss_predict(&t->criterion, o, output->n_out);
        right += t->predicted[s] == t->data->labels[s];
    }
    return right;
}

bool training_mortal(const struct training *t)
{
    return activation_info(t->network->activation, t->network->leaky_slope).flat;
}

bool training_take_survey(struct training *t, bool record)
{
    int samples = t->data->samples, test = t->data->test, right = 0;
    struct survey_tested tested = {0, 0, 0};
    bool dying = training_mortal(t);
    if (test > 0 &&
        !survey_test(&t->survey, t->network, t->data, &t->criterion, &tested, &t->interrupt))
        return false;
    census_begin(&t->census, dying);
    if (training_epoch_steps(t) == 1) {
        if (dying && !census_take_pass(&t->census, t->network, &t->interrupt))
            return false;
        right = count_right(t);
        if (test > 0)
            memcpy(t->predicted + samples, t->survey.votes + samples,
                (size_t)test * sizeof *t->predicted);
    } else {
        if (!survey_take(&t->survey, t->network, t->data, &t->criterion,
                dying ? &t->census : NULL, record, &right, &t->interrupt))
            return false;
        int *votes = t->survey.votes;
        t->survey.votes = t->predicted;
        t->predicted = votes;
    }
    t->seen.accuracy = (double)right / samples;
    t->seen.test_loss = tested.loss;
    t->seen.test_error = tested.error;
    t->seen.test_accuracy = tested.accuracy;
    census_end(&t->census, (int64_t)t->step, samples, dying, record);
    for (int i = 0; i < t->network->shape.depth; i++) {
        t->seen.layers[i].dead = t->census.dead[i];
        t->seen.layers[i].rare = t->census.rare[i];
    }
    t->seen.toll = t->census.toll;
    t->seen.survey_step = t->step;
    t->seen.surveyed = true;
    return true;
}

bool training_survey(struct training *training)
{
    return training_take_survey(training, false);
}
