/* The curves view: the range of the map's shades, and marks of what happened. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/curves.h"
#include "ui_screens.h"

static bool shows(const struct surface *surface, const char *words)
{
    char text[4 * 256];
    for (int y = 0; y < surface->height; y++) {
        char *to = text;
        for (int x = 0; x < surface->width; x++)
            to += utf8_encode(surface->cells[y * surface->width + x].glyph, to);
        *to = '\0';
        if (strstr(text, words))
            return true;
    }
    return false;
}

/* Multiplies what all layers have at these steps. */
static void spike(struct stage *stage, uint64_t first, uint64_t count, double factor)
{
    struct record_copy *record = &stage->snapshot.record;
    for (uint64_t step = first; step < first + count; step++) {
        const double *at = step_rows_at(&record->layers, step);
        double *row = record->layers.recent + (at - record->layers.recent);
        ck_assert_uint_ge(step, record->layers.oldest); /* so it lies in the ring */
        for (size_t i = 0; i < record->layers.width; i++)
            row[i] *= factor;
    }
}

/* The limits of the shades, brought up anew or as another frame. */
static void limits(struct stage *stage, bool anew, char low[24], char high[24])
{
    struct scene scene = screen_scene(&stage->screen, stage_view("curves"));
    struct curves_state *state = stage_state(stage, "curves");
    struct curves_frame frame;
    ck_assert(curves_frame_of(&scene, 108, &frame));
    state->begun = anew;
    state->step = UINT64_MAX; /* as for another step */
    curves_update_axes(&frame);
    curves_shade_limits(&frame, low, high);
}

/* A hundred columns: one of them is 1 % of what is shown, three are more than 2. */
START_TEST(a_spike_leaves_the_shades_to_the_rest)
{
    for (int linear = 0; linear < 2; linear++) {
        struct stage stage;
        struct surface *surface = surface_create(120, 40);
        char low[24], high[24], least[24], most[24], expected[40];
        stage_open(&stage, "gain=4", 100);
        screen_key(&stage.screen, '4');
        if (linear)
            screen_key(&stage.screen, 'y');
        stage_look(&stage, surface);
        limits(&stage, true, low, high);
        /* Within them is what they leave to the ends at most: 2 % each. */
        const struct value_axis *axis =
            &((struct curves_state *)stage_state(&stage, "curves"))->shade;
        int outside = 0;
        for (uint64_t step = 0; step <= 100; step++) {
            const double *row = step_rows_at(&stage.snapshot.record.layers, step);
            for (int layer = 1; layer <= 11; layer++) {
                double value = record_layer(row, layer).value;
                outside += value < value_axis_low(axis) || value > value_axis_high(axis);
            }
        }
        ck_assert_int_le(outside, 2 * 101 * 11 * 2 / 100);
        ck_assert_int_eq(outside > 0, strstr(low, "≤") || strstr(high, "≥"));
        spike(&stage, 50, 1, 1e20);
        (void)snprintf(
            expected, sizeof expected, "≥%s", strstr(high, "≥") ? high + strlen("≥") : high);
        for (int frame = 0; frame < 70; frame++) { /* and nothing jumps */
            limits(&stage, frame == 0, least, most);
            ck_assert_str_eq(least, low);
            ck_assert_str_eq(most, expected);
        }
        stage_look(&stage, surface);
        ck_assert(shows(surface, expected));
        spike(&stage, 20, 2, 1e20);
        limits(&stage, true, least, most);
        ck_assert_double_gt(atof(strstr(most, "≥") ? most + strlen("≥") : most), 1e12);
        spike(&stage, 70, 1, 1e-60); /* at the lower end alike */
        limits(&stage, true, least, most);
        ck_assert_int_eq(linear, !strstr(least, "≤"));
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Of a net that explodes, up to its end: numbers become powers of ten. */
START_TEST(no_number_has_twenty_digits)
{
    static const char *const keys[] = {"", "b", "w"},
                             *const shown[] = {"clip", "curves", "layer", "data"};
    struct surface *surface = surface_create(120, 40);
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal gain=1.5 lr=0.1", 2);
    for (int step = 2; step < 5; step++) {
        for (size_t view = 0; view < ARRAY_LEN(shown); view++) {
            char command[40];
            (void)snprintf(command, sizeof command, "view %s", shown[view]);
            screen_command(&stage.screen, command);
            screen_command(&stage.screen, "quantity gain");
            for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
                int run = 0;
                if (*keys[k])
                    screen_key(&stage.screen, (uint32_t)*keys[k]);
                stage_look(&stage, surface);
                for (int i = 0; i < 120 * 40; i++) {
                    uint32_t glyph = surface->cells[i].glyph;
                    run = glyph >= '0' && glyph <= '9' && i % 120 > 0 ? run + 1 : 0;
                    ck_assert_msg(
                        run < 12, "%s%s, step %d, row %d", shown[view], keys[k], step, i / 120);
                }
                if (*keys[k])
                    screen_key(&stage.screen, (uint32_t)*keys[k]);
            }
        }
        stage_advance(&stage, 1);
    }
    ck_assert_int_ne(stage.snapshot.seen.divergence.kind, DIVERGED_NOT);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

Suite *curves_shades_suite(void)
{
    return SUITE(
        "curves shades", a_spike_leaves_the_shades_to_the_rest, no_number_has_twenty_digits);
}
