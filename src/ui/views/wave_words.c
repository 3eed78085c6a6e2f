/* What happens in a step that is shown, in words and numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clip.h"
#include "core/optimizer.h"
#include "engine/detail_clip.h"
#include "ui/draw/format.h"
#include "ui/draw/surface.h"
#include "ui/views/wave.h"

enum { NUMBER = 24, RESULT_DIGITS = 2, LEAST_DIGITS = 3, MOST_DIGITS = 9, MORE = 40 };

void wave_number(double value, int digits, char *text, size_t size)
{
    char scientific[32];
    if (!(value > 0) || !isfinite(value)) {
        (void)snprintf(text, size, "%s", isfinite(value) ? "0" : "not finite");
        return;
    }
    (void)snprintf(scientific, sizeof scientific, "%.*e", digits - 1, value);
    int exponent = atoi(strchr(scientific, 'e') + 1);
    int decimals = digits - 1 - exponent;
    if (exponent >= -3 && exponent < 5)
        (void)snprintf(text, size, "%.*f", decimals > 0 ? decimals : 0, value);
    else
        (void)snprintf(
            text, size, "%.*se%d", (int)strcspn(scientific, "e"), scientific, exponent);
}

void wave_value(double value, int decimals, char *text, size_t size)
{
    double large = fabs(value);
    bool plain = large < 1e4 && (large <= 0 || large >= 0.5 * pow(10, -decimals));
    (void)snprintf(text, size, plain ? "%.*f" : "%.*e", plain ? decimals : 1, value);
}

/* One or two factors, as they are written. */
struct product {
    char from[NUMBER], factor[2][NUMBER], result[NUMBER];
};

/*
 * The fewest digits with which what is shown multiplies: from three on, since the result has
 * two. Next to a boundary of rounding more are needed.
 */
static void write_product(
    double from, const double *factors, int count, double result, struct product *p)
{
    bool multiplies = false;
    wave_number(result, RESULT_DIGITS, p->result, NUMBER);
    for (int digits = LEAST_DIGITS; digits <= MOST_DIGITS && !multiplies; digits++) {
        char text[NUMBER];
        wave_number(from, digits, p->from, NUMBER);
        double shown = strtod(p->from, NULL);
        for (int i = 0; i < count; i++) {
            wave_number(factors[i], digits, p->factor[i], NUMBER);
            shown *= strtod(p->factor[i], NULL);
        }
        wave_number(shown, RESULT_DIGITS, text, NUMBER);
        multiplies = strcmp(text, p->result) == 0;
    }
}

/* Without zeros behind the point at its end. */
static void trim(char *number)
{
    size_t length = strlen(number);
    if (!strchr(number, '.') || strchr(number, 'e'))
        return;
    while (number[length - 1] == '0')
        number[--length] = '\0';
    if (number[length - 1] == '.')
        number[length - 1] = '\0';
}

/* The first of the texts that fits, the fullest first; else the last. */
static void choose(int width, char texts[][WAVE_WORDS], int count, char text[WAVE_WORDS])
{
    int at = 0;
    while (at < count - 1 && text_columns(texts[at]) > width)
        at++;
    memcpy(text, texts[at], WAVE_WORDS);
}

static void say_forward(const struct observation *seen, int layer, int width, char *text)
{
    const struct layer_stats *s = &seen->layers[layer - 1];
    bool output = layer == seen->layer_count, bends = observation_output_bends(seen);
    char texts[2][WAVE_WORDS], name[MORE], mean[NUMBER], deviation[NUMBER];
    (void)snprintf(name, sizeof name, output ? "output" : "layer %d", layer);
    wave_value(s->act_mean, 3, mean, sizeof mean);
    wave_value(s->act_std, 3, deviation, sizeof deviation);
    if (!isfinite(s->act_mean) || !isfinite(s->act_std)) {
        (void)snprintf(texts[0], WAVE_WORDS,
            "FORWARD   %s: not all of its numbers are finite any more", name);
        (void)snprintf(texts[1], WAVE_WORDS, "FORWARD %s: not finite", name);
    } else if (output) {
        (void)snprintf(texts[0], WAVE_WORDS, "FORWARD   output: %s, mean %s, deviation %s",
            bends ? "a = sigmoid(W a + b)" : "z = W a + b", mean, deviation);
        (void)snprintf(
            texts[1], WAVE_WORDS, "▴ out  %s: %s, dev. %s", bends ? "a" : "z", mean, deviation);
    } else {
        (void)snprintf(texts[0], WAVE_WORDS,
            "FORWARD   %s: a = %s(W %s + b), mean %s, deviation %s", name,
            seen->activation.name, layer == 1 ? "x" : "a", mean, deviation);
        (void)snprintf(texts[1], WAVE_WORDS, "▴ %d  a: %s, dev. %s", layer, mean, deviation);
    }
    choose(width, texts, 2, text);
}

static void say_loss(const struct observation *seen, int width, char *text)
{
    char texts[2][WAVE_WORDS], loss[NUMBER];
    if (isfinite(seen->loss))
        format_loss(seen->loss, loss);
    else
        (void)snprintf(loss, sizeof loss, "not finite");
    const char *start = loss + strspn(loss, " ");
    (void)snprintf(texts[0], WAVE_WORDS,
        seen->samples == 1 ? "LOSS      %s, of 1 sample"
                           : "LOSS      %s, the mean over %d samples",
        start, seen->samples);
    (void)snprintf(texts[1], WAVE_WORDS, "LOSS %s", start);
    choose(width, texts, 2, text);
}

static void say_output(const struct observation *seen, int width, char *text)
{
    char texts[2][WAVE_WORDS], signal[NUMBER];
    wave_number(seen->layers[seen->layer_count - 1].signal, RESULT_DIGITS, signal, NUMBER);
    (void)snprintf(texts[0], WAVE_WORDS,
        "BACKWARD  output: δ starts as the slope of the loss, size %s", signal);
    (void)snprintf(texts[1], WAVE_WORDS, "▾ out  δ starts: %s", signal);
    choose(width, texts, 2, text);
}

/* The arithmetic of a layer's two stages, the second one where `slope`. */
static void say_cut(
    const struct observation *seen, int layer, bool slope, int width, char *text)
{
    const struct layer_stats *s = &seen->layers[layer - 1];
    double above = seen->layers[layer].signal, between = wave_between(seen, layer);
    char texts[6][WAVE_WORDS];
    if (!isfinite(above) || !isfinite(s->signal) || !isfinite(between)) {
        (void)snprintf(texts[0], WAVE_WORDS, "BACKWARD  layer %d: not finite", layer);
        (void)snprintf(texts[1], WAVE_WORDS, "▾ %d  not finite", layer);
        choose(width, texts, 2, text);
        return;
    }
    if (!(above > 0)) {
        (void)snprintf(
            texts[0], WAVE_WORDS, "BACKWARD  layer %d: nothing arrives from above", layer);
        (void)snprintf(texts[1], WAVE_WORDS, "▾ %d  nothing arrives", layer);
        choose(width, texts, 2, text);
        return;
    }
    /* Where the weights leave nothing the slopes have no gain. */
    bool both = slope && s->slope_gain.defined;
    struct product p;
    write_product(above, (double[]){s->weight_gain.value, s->slope_gain.value}, 1 + both,
        both ? s->signal : between, &p);
    const char *none = slope && !both ? ": nothing for the slope" : "";
    if (both) {
        (void)snprintf(texts[0], WAVE_WORDS,
            "BACKWARD  layer %d: %s × %s by the weights × %s by the slope = %s", layer, p.from,
            p.factor[0], p.factor[1], p.result);
        (void)snprintf(texts[1], WAVE_WORDS,
            "▾ layer %d: %s × %s by the weights × %s by the slope = %s", layer, p.from,
            p.factor[0], p.factor[1], p.result);
        (void)snprintf(texts[2], WAVE_WORDS, "▾ %d  %s × %s weights × %s slope = %s", layer,
            p.from, p.factor[0], p.factor[1], p.result);
        (void)snprintf(texts[3], WAVE_WORDS, "▾%d %s×%s w×%s φ'=%s", layer, p.from, p.factor[0],
            p.factor[1], p.result);
        (void)snprintf(texts[4], WAVE_WORDS, "▾%d %s×%s×%s=%s", layer, p.from, p.factor[0],
            p.factor[1], p.result);
    } else {
        (void)snprintf(texts[0], WAVE_WORDS,
            "BACKWARD  layer %d: %s × %s by the weights = %s%s", layer, p.from, p.factor[0],
            p.result, none);
        (void)snprintf(texts[1], WAVE_WORDS, "▾ layer %d: %s × %s by the weights = %s", layer,
            p.from, p.factor[0], p.result);
        (void)snprintf(texts[2], WAVE_WORDS, "▾ %d  %s × %s weights = %s", layer, p.from,
            p.factor[0], p.result);
        (void)snprintf(
            texts[3], WAVE_WORDS, "▾%d %s×%s w=%s", layer, p.from, p.factor[0], p.result);
        (void)snprintf(texts[4], WAVE_WORDS, "%s", texts[3]);
    }
    (void)snprintf(texts[5], WAVE_WORDS, "▾%d %s", layer, p.result);
    choose(width, texts, 6, text);
}

static void say_clip(const struct observation *seen, int width, char *text)
{
    const struct clip_report *clip = &seen->clip;
    char texts[3][WAVE_WORDS], c[32], share[FORMAT_SIZE], before[NUMBER], after[NUMBER];
    real_format(seen->hparams.clip_at, c, sizeof c);
    format_share(clip->fraction, share);
    wave_number(clip->norm_before, LEAST_DIGITS, before, NUMBER);
    wave_number(clip->norm_after, LEAST_DIGITS, after, NUMBER);
    const char *part = share + strspn(share, " ");
    if (!(clip->fraction > 0)) {
        (void)snprintf(texts[0], WAVE_WORDS,
            seen->hparams.clip == CLIP_NORM
                ? "CLIP      ‖g‖ %s is within c = %s: nothing is cut"
                : "CLIP      ‖g‖ %s: nothing is beyond c = %s, nothing is cut",
            before, c);
        (void)snprintf(texts[1], WAVE_WORDS, "CLIP  ‖g‖ %s: nothing is cut", before);
        choose(width, texts, 2, text);
        return;
    }
    if (seen->hparams.clip == CLIP_NORM) {
        struct product p;
        write_product(clip->norm_before, &clip->scale, 1, clip->norm_after, &p);
        (void)snprintf(texts[0], WAVE_WORDS, "CLIP      by norm, c = %s: ‖g‖ %s × %s = %s", c,
            p.from, p.factor[0], p.result);
        (void)snprintf(
            texts[1], WAVE_WORDS, "CLIP  ‖g‖ %s × %s = %s", p.from, p.factor[0], p.result);
        choose(width, texts, 2, text);
        return;
    }
    bool value = seen->hparams.clip == CLIP_VALUE;
    (void)snprintf(texts[0], WAVE_WORDS,
        value ? "CLIP      by value, c = %s, %s of the elements: ‖g‖ %s → %s, turned by %.1f°"
              : "CLIP      by layer, c = %s, %s of the elements: ‖g‖ %s → %s, turned by %.1f°",
        c, part, before, after, clip_angle(clip));
    (void)snprintf(texts[1], WAVE_WORDS, "CLIP      c = %s: ‖g‖ %s → %s, turned by %.1f°", c,
        before, after, clip_angle(clip));
    (void)snprintf(
        texts[2], WAVE_WORDS, "CLIP ‖g‖ %s → %s, %.0f°", before, after, clip_angle(clip));
    choose(width, texts, 3, text);
}

bool wave_goes_against_g(const struct observation *seen)
{
    return seen->hparams.optimizer == OPTIMIZER_SGD && !(seen->hparams.weight_decay > 0);
}

const char *wave_stays(const struct observation *seen)
{
    if (!(seen->hparams.lr > 0))
        return "lr is 0";
    return wave_goes_against_g(seen) && seen->clip.norm_before == 0 ? "g is 0" : NULL;
}

/* What an optimizer that does not go straight against g makes the update of. */
static void say_made(const struct observation *seen, int width, char *text)
{
    const struct hparams *h = &seen->hparams;
    const char *name = optimizer_name(h->optimizer);
    char texts[3][WAVE_WORDS], norm[NUMBER];
    wave_number(seen->clip.norm_after, LEAST_DIGITS, norm, NUMBER);
    if (h->weight_decay > 0) {
        (void)snprintf(texts[0], WAVE_WORDS,
            "UPDATE    %s makes the next step of g and weight decay, ‖g‖ = %s, lr %.4g", name,
            norm, h->lr);
        (void)snprintf(texts[1], WAVE_WORDS,
            "UPDATE    %s makes the next step of g and weight decay", name);
        (void)snprintf(texts[2], WAVE_WORDS, "UPDATE  by %s of g and decay", name);
    } else {
        (void)snprintf(texts[0], WAVE_WORDS,
            "UPDATE    the next step moves W: %s makes it of g, ‖g‖ = %s, lr %.4g", name, norm,
            h->lr);
        (void)snprintf(texts[1], WAVE_WORDS, "UPDATE  by %s, ‖g‖ %s", name, norm);
        memcpy(texts[2], texts[1], WAVE_WORDS);
    }
    choose(width, texts, 3, text);
}

/* The update is made when the next step is: its length is known before where it is plain. */
static void say_update(const struct observation *seen, int width, char *text)
{
    const struct hparams *h = &seen->hparams;
    const char *stays = wave_stays(seen);
    char texts[3][WAVE_WORDS];
    struct product p;
    if (stays) {
        (void)snprintf(text, WAVE_WORDS, "UPDATE    %s: W stays as it is", stays);
        return;
    }
    if (!wave_goes_against_g(seen)) {
        say_made(seen, width, text);
        return;
    }
    write_product(seen->clip.norm_after, &h->lr, 1, h->lr * seen->clip.norm_after, &p);
    trim(p.factor[0]);
    (void)snprintf(texts[0], WAVE_WORDS,
        "UPDATE    the next step moves W against g by ‖g‖ %s × lr %s = %s", p.from, p.factor[0],
        p.result);
    (void)snprintf(
        texts[1], WAVE_WORDS, "UPDATE  ‖g‖ %s × lr %s = %s", p.from, p.factor[0], p.result);
    (void)snprintf(texts[2], WAVE_WORDS, "UPDATE by %s", p.result);
    choose(width, texts, 3, text);
}

void wave_say(const struct observation *seen, const struct wave_moment *moment, int width,
    char text[WAVE_WORDS])
{
    text[0] = '\0';
    switch (moment->phase) {
    case WAVE_NONE:
        break;
    case WAVE_FORWARD:
        say_forward(seen, moment->layer, width, text);
        break;
    case WAVE_LOSS:
        say_loss(seen, width, text);
        break;
    case WAVE_BACKWARD:
        if (moment->layer == seen->layer_count)
            say_output(seen, width, text);
        else
            say_cut(seen, moment->layer, moment->slope, width, text);
        break;
    case WAVE_CLIP:
        say_clip(seen, width, text);
        break;
    case WAVE_UPDATE:
        say_update(seen, width, text);
        break;
    }
}

enum role wave_role(const struct wave_moment *moment)
{
    static const enum role roles[] = {[WAVE_NONE] = ROLE_DIM,
        [WAVE_FORWARD] = ROLE_FORWARD,
        [WAVE_LOSS] = ROLE_LOSS,
        [WAVE_BACKWARD] = ROLE_BACKWARD,
        [WAVE_CLIP] = ROLE_CEILING,
        [WAVE_UPDATE] = ROLE_UPDATE};
    return roles[moment->phase];
}
