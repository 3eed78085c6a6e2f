#include "core/loss.h"

#include <math.h>

#include "core/elementary.h"
#include "core/error.h"

static const struct {
    const char *name;
    const char *help;
} losses[] = {
    [LOSS_AUTO] = {"auto", "bce for two classes, softmax_ce for more"},
    [LOSS_MSE] = {"mse", "mean squared error over samples and outputs"},
    [LOSS_BCE] = {"bce", "binary cross-entropy of logits"},
    [LOSS_SOFTMAX_CE] = {"softmax_ce", "cross-entropy of the softmax, one logit a class"},
};
_Static_assert(ARRAY_LEN(losses) == LOSS_COUNT, "a row for each loss");

const char *loss_name(int index)
{
    return index >= 0 && index < LOSS_COUNT ? losses[index].name : NULL;
}

const char *loss_help(int index)
{
    return index >= 0 && index < LOSS_COUNT ? losses[index].help : NULL;
}

enum loss loss_resolve(enum loss loss, int classes)
{
    if (loss != LOSS_AUTO)
        return loss;
    return classes == 2 ? LOSS_BCE : LOSS_SOFTMAX_CE;
}

int loss_outputs(enum loss loss, int classes)
{
    return loss != LOSS_SOFTMAX_CE && classes == 2 ? 1 : classes;
}

double loss_target(int label, int outputs, int j)
{
    return outputs == 1 ? label : (label == j ? 1 : 0);
}

static double sample_mse(const double *o, int outputs, int label, double *delta)
{
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
        double error = o[j] - loss_target(label, outputs, j);
        sum += error * error;
        if (delta)
            delta[j] = 2 * error / outputs;
    }
    return sum / outputs;
}

static double sample_bce(const double *o, int outputs, int label, double *delta)
{
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
        double target = loss_target(label, outputs, j);
        /* softplus(o) - t o; for t = 1 that is softplus(-o), which does not cancel. */
        sum += target > 0 ? real_softplus(-o[j]) : real_softplus(o[j]);
        if (delta)
            delta[j] = (target > 0 ? -real_sigmoid(-o[j]) : real_sigmoid(o[j])) / outputs;
    }
    return sum / outputs;
}

static double sample_softmax_ce(const double *o, int outputs, int label, double *delta)
{
    double largest = o[0];
    for (int j = 1; j < outputs; j++)
        largest = o[j] > largest ? o[j] : largest;
    double rest = 0,
           others = 0; /* of exp(o - largest): all but one maximum; all but the class */
    int maximum = -1;
    for (int j = 0; j < outputs; j++) {
        double e = real_exp(o[j] - largest);
        if (maximum < 0 && !(o[j] < largest))
            maximum = j;
        else
            rest += e;
        others += j != label ? e : 0;
    }
    for (int j = 0; delta && j < outputs; j++) {
        double e = real_exp(o[j] - largest);
        /* For the class, p - 1 is minus the others' share: no cancellation. */
        delta[j] = (j == label ? -others : e) / (1 + rest);
    }
    return real_log1p(rest) + (largest - o[label]);
}

double loss_sample(enum loss loss, const double *o, int outputs, int label, double *delta)
{
    if (loss == LOSS_MSE)
        return sample_mse(o, outputs, label, delta);
    if (loss == LOSS_BCE)
        return sample_bce(o, outputs, label, delta);
    return sample_softmax_ce(o, outputs, label, delta);
}

int loss_predict(enum loss loss, const double *o, int outputs)
{
    if (outputs == 1)
        return loss == LOSS_MSE ? o[0] > 0.5 : o[0] > 0;
    int best = 0;
    for (int j = 1; j < outputs; j++)
        best = o[j] > o[best] ? j : best;
    return best;
}

static double class_share(enum loss loss, const double *o, int outputs, int j)
{
    if (loss == LOSS_MSE)
        return o[j];
    if (loss == LOSS_BCE)
        return real_sigmoid(o[j]);
    double sum = 0; /* Σ exp(o_k - o_j): 1 for k = j; infinite where the share is 0 */
    for (int k = 0; k < outputs; k++)
        sum += k == j ? 1 : real_exp(o[k] - o[j]);
    return 1 / sum;
}

double loss_confidence(enum loss loss, const double *o, int outputs, int classes)
{
    if (classes == 2)
        return class_share(loss, o, outputs, outputs - 1);
    int best = loss_predict(loss, o, outputs);
    double winner = class_share(loss, o, outputs, best), next = -INFINITY;
    for (int j = 0; j < outputs; j++) {
        double share = class_share(loss, o, outputs, j);
        next = j != best && share > next ? share : next;
    }
    return winner - next;
}
