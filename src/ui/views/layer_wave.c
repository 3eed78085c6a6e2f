/* The layer view while a step is seen happening: what has not come to the layer yet. */
#include <stdio.h>

#include "ui/draw/glyphs.h"
#include "ui/views/layer.h"

bool layer_wave_knows(const struct scene *scene, enum distribution which)
{
    int layer = scene->snapshot->layer_detail.layer;
    bool comes_down = which == DISTRIBUTION_DELTA || which == DISTRIBUTION_WEIGHT_GRADIENT;
    return which == DISTRIBUTION_WEIGHT ||
        (comes_down ? wave_knows_signal(&scene->wave, layer)
                    : wave_knows_activation(&scene->wave, layer));
}

void layer_wave_draw(const struct scene *scene, struct surface *surface, struct rect area,
    enum distribution which)
{
    const struct wave_moment *wave = &scene->wave;
    bool here = wave->layer == scene->snapshot->layer_detail.layer;
    layer_panel_draw_title(scene, surface, area, which);
    if (area.height < 2)
        return;
    surface_text(surface, area.x, area.y + 1, area.width, here ? wave_role(wave) : ROLE_DIM,
        here                   ? "▾ coming"
            : area.width >= 19 ? "· (not reached yet)"
                               : "· not yet");
}

bool layer_wave_head(const struct scene *scene, char *number, size_t size, char words[2][100])
{
    const struct observation *seen = &scene->snapshot->seen;
    const struct wave_moment *wave = &scene->wave;
    int layer = scene->snapshot->layer_detail.layer;
    bool slopes = wave_knows_signal(wave, layer) ||
        (wave->phase == WAVE_BACKWARD && wave->layer == layer && wave->slope);
    bool told = layer == seen->layer_count &&
        (!observation_output_bends(seen) || wave_knows_activation(wave, layer));
    if (slopes || told)
        return false;
    words[0][0] = words[1][0] = '\0';
    struct ratio gain = seen->layers[layer - 1].weight_gain;
    if (wave->phase == WAVE_BACKWARD && wave->layer == layer && gain.defined) {
        char text[24];
        wave_number(gain.value, 3, text, sizeof text);
        (void)snprintf(number, size, "×%s", text);
        (void)snprintf(words[0], 100, "the weights above layer %d,", layer);
        (void)snprintf(words[1], 100, "then its slopes");
        return true;
    }
    (void)snprintf(number, size, "...");
    (void)snprintf(words[0], 100,
        wave_knows_activation(wave, layer) ? "the error signal is on its way down"
                                           : "the activations are on their way up");
    (void)snprintf(words[1], 100, "to layer %d", layer);
    return true;
}
