#include "ui/views/wave.h"

#include <math.h>

#include "core/clip.h"

/* Seconds of each stage at the default speed: 6 in all for ten hidden layers. */
#define FORWARD_SECONDS 0.12
#define LOSS_SECONDS 0.4
#define OUTPUT_SECONDS 0.3
#define CUT_SECONDS 0.165
#define CLIP_SECONDS 0.6
#define UPDATE_SECONDS 0.6

#define DEFAULT_RATE 20 /* steps a second at which it takes its own time */
#define DEEPEST 15      /* seconds it takes there at most, however deep the net */
#define LEAST_SECONDS 1
#define MOST_SECONDS 30
#define LEAST_STAGE 0.35 /* seconds of a stage that is gone alone */
#define FRAME_SECONDS (1.0 / 24)
#define ROUNDING 1e-9

struct wave_plan wave_plan_of(const struct observation *seen)
{
    enum divergence_kind kind = seen->divergence.kind;
    struct wave_plan plan = {.layers = seen->layer_count, .forward = seen->layer_count};
    plan.loss = kind != DIVERGED_ACTIVATION;
    plan.backward = plan.loss && kind != DIVERGED_LOSS;
    plan.update = kind == DIVERGED_NOT;
    plan.clip = plan.update && seen->hparams.clip != CLIP_NONE;
    if (kind == DIVERGED_ACTIVATION)
        plan.forward = seen->divergence.layer;
    return plan;
}

int wave_stages(const struct wave_plan *plan)
{
    int backward = plan->backward ? 2 * plan->layers - 1 : 0;
    return plan->forward + plan->loss + backward + plan->clip + plan->update;
}

struct wave_moment wave_stage(const struct wave_plan *plan, int index)
{
    struct wave_moment moment = {
        .phase = WAVE_FORWARD, .layer = index + 1, .layers = plan->layers, .part = 1};
    if (index < plan->forward)
        return moment;
    moment.layer = 0;
    index -= plan->forward;
    if (index == 0) {
        moment.phase = WAVE_LOSS;
        return moment;
    }
    index--;
    if (index < 2 * plan->layers - 1) {
        moment.phase = WAVE_BACKWARD;
        moment.layer = plan->layers - (index + 1) / 2;
        moment.slope = index > 0 && index % 2 == 0;
        return moment;
    }
    bool clips = plan->clip && index == 2 * plan->layers - 1;
    moment.phase = clips ? WAVE_CLIP : WAVE_UPDATE;
    return moment;
}

static double stage_seconds(const struct wave_plan *plan, int index)
{
    struct wave_moment moment = wave_stage(plan, index);
    switch (moment.phase) {
    case WAVE_FORWARD:
        return FORWARD_SECONDS;
    case WAVE_LOSS:
        return LOSS_SECONDS;
    case WAVE_BACKWARD:
        return moment.layer == plan->layers ? OUTPUT_SECONDS : CUT_SECONDS;
    case WAVE_CLIP:
        return CLIP_SECONDS;
    case WAVE_UPDATE:
    case WAVE_NONE:
        break;
    }
    return UPDATE_SECONDS;
}

/* Until the end of so many stages. */
static double seconds_of(const struct wave_plan *plan, int stages)
{
    double sum = 0;
    for (int i = 0; i < stages; i++)
        sum += stage_seconds(plan, i);
    return sum;
}

/* The stage that this time lies in: at its end, not at the start of the next. */
static int stage_at(const struct wave_plan *plan, double time)
{
    int last = wave_stages(plan) - 1, index = 0;
    double end = stage_seconds(plan, 0);
    while (index < last && time > end + ROUNDING)
        end += stage_seconds(plan, ++index);
    return index;
}

double wave_seconds(const struct wave_plan *plan, double rate)
{
    double own = fmin(seconds_of(plan, wave_stages(plan)), DEEPEST);
    double slower = isfinite(rate) ? sqrt(DEFAULT_RATE / rate) : 0;
    return fmin(fmax(own * fmin(fmax(slower, 0.25), 4), LEAST_SECONDS), MOST_SECONDS);
}

static double pace_of(const struct wave *wave, double rate)
{
    double seconds = fmin(wave_seconds(&wave->plan, rate), wave->most);
    return seconds_of(&wave->plan, wave_stages(&wave->plan)) / seconds;
}

void wave_begin(
    struct wave *wave, const struct observation *seen, double rate, double most, double now)
{
    *wave = (struct wave){
        .on = true, .plan = wave_plan_of(seen), .most = most, .since = now, .stop = INFINITY};
    wave->pace = pace_of(wave, rate);
}

void wave_end(struct wave *wave)
{
    wave->on = false;
}

static double time_at(const struct wave *wave, double now)
{
    double time = wave->time + fmax(0, now - wave->since) * wave->pace;
    return time + ROUNDING >= wave->stop ? wave->stop : time;
}

struct wave_moment wave_at(const struct wave *wave, double now)
{
    struct wave_moment moment = {.phase = WAVE_NONE};
    if (!wave->on)
        return moment;
    double time = time_at(wave, now);
    bool held = time >= wave->stop;
    if (!held && time >= seconds_of(&wave->plan, wave_stages(&wave->plan)))
        return moment;
    int index = stage_at(&wave->plan, time);
    double left = seconds_of(&wave->plan, index + 1) - time;
    moment = wave_stage(&wave->plan, index);
    moment.part = left < ROUNDING ? 1 : 1 - left / stage_seconds(&wave->plan, index);
    moment.held = held;
    return moment;
}

double wave_due(const struct wave *wave, double now)
{
    struct wave_moment moment = wave_at(wave, now);
    return moment.phase == WAVE_NONE || moment.held ? 0 : now + FRAME_SECONDS;
}

static void set_off(struct wave *wave, double now)
{
    wave->time = time_at(wave, now);
    wave->since = now;
}

void wave_hold(struct wave *wave, double now)
{
    set_off(wave, now);
    wave->stop =
        fmin(wave->stop, seconds_of(&wave->plan, stage_at(&wave->plan, wave->time) + 1));
}

void wave_go(struct wave *wave, double rate, double now)
{
    set_off(wave, now);
    wave->stop = INFINITY;
    wave->pace = pace_of(wave, rate);
}

void wave_go_stages(struct wave *wave, double count, double rate, double now)
{
    int stages = wave_stages(&wave->plan);
    set_off(wave, now);
    if (isfinite(wave->stop)) /* asked for more before it was there */
        wave->time = wave->stop;
    int index = stage_at(&wave->plan, wave->time);
    bool done = seconds_of(&wave->plan, index + 1) - wave->time < ROUNDING;
    if (index + done + count > stages) {
        wave_end(wave);
        return;
    }
    int target = index + done + (int)count;
    wave->stop = seconds_of(&wave->plan, target);
    wave->pace = pace_of(wave, rate);
    if (count <= 1)
        wave->pace = fmin(wave->pace, stage_seconds(&wave->plan, target - 1) / LEAST_STAGE);
}

void wave_set_rate(struct wave *wave, double rate, double now)
{
    set_off(wave, now);
    wave->pace = pace_of(wave, rate);
}

bool wave_knows_activation(const struct wave_moment *moment, int layer)
{
    return moment->phase != WAVE_FORWARD || layer <= moment->layer;
}

bool wave_knows_signal(const struct wave_moment *moment, int layer)
{
    if (moment->phase == WAVE_FORWARD || moment->phase == WAVE_LOSS)
        return false;
    if (moment->phase != WAVE_BACKWARD || layer > moment->layer)
        return true;
    /* The output's has no second stage. */
    bool last = moment->slope || moment->layer == moment->layers;
    return layer == moment->layer && last && moment->part >= 1;
}

bool wave_knows_clip(const struct wave_moment *moment)
{
    return moment->phase == WAVE_NONE || moment->phase == WAVE_UPDATE ||
        (moment->phase == WAVE_CLIP && moment->part >= 1);
}

double wave_between(const struct observation *seen, int layer)
{
    struct ratio weight = seen->layers[layer - 1].weight_gain;
    return weight.defined ? seen->layers[layer].signal * weight.value : 0;
}
