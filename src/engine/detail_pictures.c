#include "engine/detail_pictures.h"

#include <stdlib.h>
#include <string.h>

#include "core/training.h"

void pictures_detail_clear(struct pictures_detail *detail)
{
    dataset_release(detail->data);
    free(detail->predicted);
    *detail = (struct pictures_detail){.valid = false};
}

static bool take_predicted(struct pictures_detail *detail, const struct training *t)
{
    int samples = t->data->samples + t->data->test;
    if (samples > detail->room) {
        free(detail->predicted);
        detail->predicted = calloc((size_t)samples, sizeof *detail->predicted);
        detail->room = detail->predicted ? samples : 0;
    }
    if (!detail->predicted)
        return false;
    memcpy(detail->predicted, t->predicted, (size_t)samples * sizeof *detail->predicted);
    detail->samples = t->data->samples;
    detail->test = t->data->test;
    return true;
}

/* The wrong ones from `first` on, the first of all again where there is none. */
static void list_wrong(struct pictures_detail *detail, int first)
{
    const int *labels = detail->data->labels;
    int last = -1, before = -1, below = 0;
    detail->wrong = detail->test_wrong = detail->count = 0;
    for (int s = 0; s < detail->samples + detail->test; s++) {
        if (detail->predicted[s] == labels[s])
            continue;
        detail->wrong++;
        detail->test_wrong += s >= detail->samples;
        last = s;
        if (s < first) {
            before = s;
            below++;
        } else if (detail->count < PICTURES_WRONG) {
            detail->list[detail->count++] = (struct picture_wrong){
                .sample = s, .is = {labels[s], 0}, .taken = {detail->predicted[s], 0}};
        }
    }
    detail->at = below;
    detail->before = before >= 0 ? before : last;
    if (detail->count == 0 && detail->wrong > 0)
        list_wrong(detail, 0);
}

static bool take_votes(
    struct pictures_detail *detail, struct probe *probe, const struct training *t)
{
    int inputs = t->data->inputs, outputs = t->network->shape.outputs, count = detail->count;
    size_t wide = (size_t)inputs, high = (size_t)count + 1;
    double *x = calloc(high * wide, sizeof *x), *z = calloc(high * (size_t)outputs, sizeof *z);
    bool done = x && z;
    for (int i = 0; done && i < count; i++)
        memcpy(x + (size_t)i * wide,
            t->data->values + (ptrdiff_t)detail->list[i].sample * inputs, wide * sizeof *x);
    done =
        done && (count == 0 || probe_run(probe, t->network, x, count, z, NULL, &t->interrupt));
    for (int i = 0; done && i < count; i++) {
        struct picture_wrong *wrong = &detail->list[i];
        const double *own = z + (ptrdiff_t)i * outputs;
        wrong->is.value = loss_vote(&t->criterion, own, outputs, wrong->is.label);
        wrong->taken.value = loss_vote(&t->criterion, own, outputs, wrong->taken.label);
        wrong->now = loss_predict(&t->criterion, own, outputs);
    }
    free(x);
    free(z);
    return done;
}

bool pictures_detail_take(struct pictures_detail *detail, struct probe *probe,
    const struct training *training, const struct watch *watch)
{
    if (!training->data->picture.pixels || training->criterion.targets)
        return false;
    if (detail->data != training->data) {
        dataset_release(detail->data);
        detail->data = dataset_share(training->data);
    }
    if (!take_predicted(detail, training))
        return false;
    list_wrong(detail, watch->picture);
    detail->shares = training->criterion.loss != LOSS_MSE;
    return take_votes(detail, probe, training);
}
