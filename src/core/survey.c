#include "core/survey.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static size_t row_doubles(const struct network_shape *shape)
{
    return (size_t)shape->depth * (size_t)kernels_stride(shape->width);
}

static void clear_part(struct survey_part *part)
{
    probe_clear(&part->probe);
    free(part->counts);
    free(part->peaks);
}

void survey_clear(struct survey *survey)
{
    for (int i = 0; i < survey->count; i++)
        clear_part(&survey->parts[i]);
    free(survey->parts);
    free(survey->votes);
    free(survey->losses);
    free(survey->seen.z);
    free(survey->next.z);
    *survey = (struct survey){.count = 0};
}

size_t survey_bytes(const struct network_shape *shape, int samples, int test)
{
    return sizeof(struct survey_part) + probe_bytes(shape) +
        2 * row_doubles(shape) * sizeof(double) + (size_t)samples * sizeof(int) +
        (size_t)test * (sizeof(int) + sizeof(double));
}

/* Room for up to `count` workers, as far as there is memory. */
static void grow(struct survey *survey, const struct network *network, int count)
{
    size_t rows = row_doubles(&network->shape);
    if (count <= survey->count)
        return;
    struct survey_part *parts = realloc(survey->parts, (size_t)count * sizeof *parts);
    if (!parts)
        return;
    survey->parts = parts;
    while (survey->count < count) {
        struct survey_part part = {
            .counts = calloc(rows, sizeof(double)), .peaks = calloc(rows, sizeof(double))};
        if (!part.counts || !part.peaks || !probe_reserve(&part.probe, network)) {
            clear_part(&part);
            return;
        }
        parts[survey->count++] = part;
    }
}

bool survey_init(struct survey *survey, const struct network *network, int samples, int test)
{
    survey->votes = calloc((size_t)samples + (size_t)test, sizeof *survey->votes);
    if (test > 0)
        survey->losses = calloc((size_t)test, sizeof *survey->losses);
    grow(survey, network, 1);
    return survey->votes && (survey->losses || test == 0) && survey->count == 1;
}

/* What all workers see of a survey. */
struct round {
    struct survey *survey;
    const struct network *network;
    const struct dataset *data;
    const struct criterion *criterion;
    int first, samples; /* of the data set */
    bool tests;         /* they are those held out */
    bool counts, peaks;
    ptrdiff_t stride; /* of their rows, one for each layer */
    const struct interrupt *interrupt;
    atomic_bool given_up;
};

/* What one of them sees: its part, from sample `first` of the data set on. */
struct reading {
    const struct round *round;
    struct survey_part *part;
    int first;
};

static void vote(const struct reading *reading, int first, const struct matrix *outputs)
{
    const struct round *round = reading->round;
    for (int s = 0; s < outputs->rows; s++) {
        int at = reading->first + first + s;
        int class = loss_predict(
            round->criterion, outputs->values + s * outputs->stride, outputs->columns);
        round->survey->votes[at] = class;
        reading->part->right += class == round->data->labels[at];
    }
    int at = reading->first + first;
    if (!round->tests)
        return;
    struct criterion theirs = *round->criterion;
    theirs.labels += at;
    if (theirs.targets)
        theirs.targets += (ptrdiff_t)at * outputs->columns;
    loss_each(round->network->kernels, &theirs, outputs, NULL,
        round->survey->losses + (at - round->first), NULL);
}

static void read_layer(void *context, int index, int first, const struct matrix *a)
{
    const struct reading *reading = context;
    const struct round *round = reading->round;
    const struct kernels *kernels = round->network->kernels;
    if (index == round->network->shape.depth) {
        vote(reading, first, a);
        return;
    }
    if (round->counts)
        kernels->add_column_counts(a, reading->part->counts + index * round->stride);
    if (round->counts && round->peaks)
        kernels->raise_column_peaks(a, reading->part->peaks + index * round->stride);
}

static void survey_work(void *context, int worker, int workers)
{
    struct round *round = context;
    struct survey *survey = round->survey;
    const struct dataset *data = round->data;
    int count = workers < survey->count ? workers : survey->count;
    if (worker >= count)
        return;
    int first = round->first + (int)((int64_t)round->samples * worker / count);
    int end = round->first + (int)((int64_t)round->samples * (worker + 1) / count);
    struct survey_part *part = &survey->parts[worker];
    size_t bytes = round->tests ? 0 : row_doubles(&round->network->shape) * sizeof(double);
    memset(part->counts, 0, bytes);
    memset(part->peaks, 0, bytes);
    part->right = 0;
    struct reading reading = {round, part, first};
    struct probe_reader reader = {read_layer, &reading};
    const struct survey_sight *sight = &survey->next;
    struct probe_tap tap = {sight->layer, sight->unit, 1, NULL, NULL};
    bool sighted = !round->tests && sight->layer > 0 && sight->z;
    if (sighted)
        tap.z = sight->z + first;
    if (!probe_read(&part->probe, round->network,
            data->values + (ptrdiff_t)first * data->inputs, end - first, &reader,
            sighted ? &tap : NULL, round->interrupt))
        atomic_store(&round->given_up, true);
}

static void prepare_sight(struct survey *survey, int samples)
{
    struct survey_sight *next = &survey->next;
    next->layer = survey->watched_layer;
    next->unit = survey->watched_unit;
    if (next->layer > 0 && !next->z)
        next->z = calloc((size_t)samples, sizeof *next->z);
}

bool survey_unseen(const struct survey *survey)
{
    const struct survey_sight *seen = &survey->seen;
    return survey->watched_layer > 0 &&
        (seen->layer != survey->watched_layer || seen->unit != survey->watched_unit);
}

bool survey_starved(const struct survey *survey)
{
    return survey->watched_layer > 0 && !survey_unseen(survey) && !survey->seen.z;
}

/* Lets the workers go through the round's samples. False when interrupted; else how many are
 * classified rightly. */
static bool make_round(struct round *round, int *right)
{
    struct survey *survey = round->survey;
    const struct network *network = round->network;
    const struct workers *workers = network->workers;
    if (workers)
        grow(survey, network, workers->count);
    for (int i = 0; i < survey->count; i++)
        survey->parts[i].right = -1; /* has not worked */
    workers_run(workers, 2 * probe_cost(network) * round->samples, survey_work, round);
    if (atomic_load(&round->given_up))
        return false;
    *right = 0;
    for (int i = 0; i < survey->count; i++)
        *right += survey->parts[i].right >= 0 ? survey->parts[i].right : 0;
    return true;
}

bool survey_take(struct survey *survey, const struct network *network,
    const struct dataset *data, const struct criterion *criterion, struct census *census,
    bool peaks, int *right, const struct interrupt *interrupt)
{
    struct round round = {.survey = survey,
        .network = network,
        .data = data,
        .criterion = criterion,
        .samples = data->samples,
        .counts = census != NULL,
        .stride = kernels_stride(network->shape.width),
        .peaks = peaks,
        .interrupt = interrupt};
    prepare_sight(survey, data->samples);
    if (!make_round(&round, right))
        return false;
    struct survey_sight before = survey->seen;
    survey->seen = survey->next;
    survey->next = before;
    for (int i = 0; i < survey->count; i++) {
        const struct survey_part *part = &survey->parts[i];
        if (census && part->right >= 0)
            census_add(census, part->counts, part->peaks);
    }
    return true;
}

bool survey_test(struct survey *survey, const struct network *network,
    const struct dataset *data, const struct criterion *criterion, struct survey_tested *result,
    const struct interrupt *interrupt)
{
    struct round round = {.survey = survey,
        .network = network,
        .data = data,
        .criterion = criterion,
        .first = data->samples,
        .samples = data->test,
        .tests = true,
        .interrupt = interrupt};
    struct survey_tested found = {0, INFINITY, 0};
    int right;
    if (!make_round(&round, &right))
        return false;
    found.accuracy = (double)right / data->test;
    for (int s = 0; s < data->test; s++)
        found.loss += survey->losses[s];
    found.loss /= data->test;
    double square = 0;
    for (int s = 0; s < data->test; s++)
        square += (survey->losses[s] - found.loss) * (survey->losses[s] - found.loss);
    if (data->test > 1)
        found.error = sqrt(square / (data->test - 1.0) / data->test);
    *result = found;
    return true;
}
