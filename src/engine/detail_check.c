#include "engine/detail_check.h"

#include <stdlib.h>
#include <string.h>

#include "core/training.h"

/* Multiply-adds of a look (about 20 ms) and of a whole check; looks from one to the next. */
#define SLICE_WORK 2.5e8
#define CHECK_WORK 2e10
enum { LOOKS_BETWEEN = 15 };

static bool begin(
    struct checker *checker, const struct training *training, const struct watch *watch)
{
    struct check_options options;
    check_options_init(&options, 2);
    options.budget = CHECK_WORK;
    options.with_float = true;
    options.plant = (enum plant)watch->plant;
    checker->next = gradient_check_create(training, &options);
    checker->looks = 0;
    return checker->next != NULL;
}

static bool replant(struct checker *checker, struct gradient_check *check, enum plant plant)
{
    if (!check || check->options.plant == plant)
        return true;
    checker->version++;
    return gradient_check_plant(check, plant);
}

bool checker_look(
    struct checker *checker, const struct training *training, const struct watch *watch)
{
    enum plant plant = (enum plant)watch->plant;
    if (!replant(checker, checker->shown, plant) || !replant(checker, checker->next, plant))
        return false;
    bool stale = !checker->shown || checker->shown->step != training->step;
    bool rested = !checker->shown || checker->looks >= LOOKS_BETWEEN;
    if (!checker->next && stale && rested && !begin(checker, training, watch))
        return false;
    checker->looks++;
    struct gradient_check *check = checker->next;
    if (!check)
        return true;
    int done = check->done;
    for (double work = SLICE_WORK; work > 0 && !gradient_check_complete(check);) {
        work -= gradient_check_work(check);
        if (!gradient_check_advance(check) && !gradient_check_complete(check))
            return false;
    }
    checker->version += check->done != done;
    if (gradient_check_complete(check)) {
        gradient_check_destroy(checker->shown);
        checker->shown = check;
        checker->next = NULL;
    }
    return true;
}

bool checker_unfinished(const struct checker *checker, const struct training *training)
{
    return checker->next || !checker->shown || checker->shown->step != training->step;
}

void checker_forget(struct checker *checker)
{
    gradient_check_destroy(checker->shown);
    gradient_check_destroy(checker->next);
    checker->shown = checker->next = NULL;
    checker->looks = 0;
    checker->version++;
}

/* Copies the errors, unless the detail has them already. */
static bool copy_errors(struct check_detail *detail, const struct checker *checker,
    const struct gradient_check *from)
{
    size_t count = (size_t)CHECK_VARIANTS * (size_t)from->options.epsilon_count *
        (size_t)from->network->layer_count;
    if (detail->version == checker->version && detail->errors)
        return true;
    if (count > detail->capacity) {
        struct check_error *errors = calloc(count, sizeof *errors);
        if (!errors)
            return false;
        free(detail->errors);
        detail->errors = errors;
        detail->capacity = count;
    }
    memcpy(detail->errors, from->errors, count * sizeof *detail->errors);
    detail->version = checker->version;
    return true;
}

bool check_detail_take(struct check_detail *detail, struct checker *checker,
    const struct training *training, const struct watch *watch)
{
    if (!checker_look(checker, training, watch))
        return detail->valid && detail->errors; /* interrupted: what is known stays */
    const struct gradient_check *shown = checker->shown ? checker->shown : checker->next;
    if (!shown || !copy_errors(detail, checker, shown))
        return false;
    detail->whole = gradient_check_complete(shown);
    detail->step = shown->step;
    detail->next = checker->next ? checker->next->step : shown->step;
    detail->known = gradient_check_known(checker->next ? checker->next : shown, &detail->all);
    detail->progress = checker->next ? gradient_check_progress(checker->next) : 1;
    detail->epsilon_count = shown->options.epsilon_count;
    detail->done = shown->done;
    memcpy(detail->epsilons, shown->options.epsilons, sizeof detail->epsilons);
    detail->layer_count = shown->network->layer_count;
    detail->plant = shown->options.plant;
    detail->harmless = shown->harmless;
    detail->samples = shown->network->samples;
    detail->of_samples = shown->of_samples;
    detail->loss = shown->base;
    return true;
}

void check_detail_clear(struct check_detail *detail)
{
    free(detail->errors);
    memset(detail, 0, sizeof *detail);
}

const struct check_error *check_detail_error(const struct check_detail *detail,
    enum difference difference, enum precision precision, int epsilon, int layer)
{
    int variant = (int)difference * PRECISION_COUNT + (int)precision;
    return &detail->errors[((ptrdiff_t)variant * detail->epsilon_count + epsilon) *
            detail->layer_count +
        layer - 1];
}

struct verdict check_detail_verdict(const struct check_detail *detail,
    enum difference difference, enum precision precision, int layer)
{
    return check_judge(check_detail_error(detail, difference, precision, 0, layer),
        detail->epsilons, detail->whole ? detail->done : 0, detail->layer_count);
}
