/* What was before a change of settings: when it is kept, and what the line says. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/ghost.h"
#include "ui_screens.h"

#define RELU "activation=relu init=he_normal depth=4 lr=0.1"
#define EXPLODING "activation=relu init=he_normal gain=1.5 lr=0.1"

const char *stage_line(struct stage *stage, const char *view, int columns)
{
    static char text[600];
    before_line(&stage->screen.before, &stage->snapshot, view, 1, columns, text, sizeof text);
    ck_assert_int_le(text_columns(text), columns);
    return text;
}

/* Where there is room for all of it. */
static const char *line_in(struct stage *stage, const char *view)
{
    return stage_line(stage, view, 300);
}

int snapshot_dead(const struct snapshot *s)
{
    int dead = 0;
    for (int64_t i = 0; i < s->seen.toll.units; i++)
        dead += s->units[i].state == UNIT_DEAD;
    return dead;
}

static const struct snapshot *kept(const struct stage *stage)
{
    return before_kept(&stage->screen.before);
}

START_TEST(the_line_tells_of_the_step_before_the_change_and_of_now)
{
    struct stage stage;
    char expected[200], loss[2][FORMAT_SIZE], signal[2][FORMAT_SIZE];
    int dead[2];
    stage_open(&stage, RELU, 30);
    stage.now = 10;
    ck_assert_str_eq(line_in(&stage, "flow"), "");
    dead[0] = snapshot_dead(&stage.snapshot);
    format_loss(stage.snapshot.seen.loss, loss[0]);
    format_scientific(stage.snapshot.seen.layers[0].signal, signal[0]);
    stage_command(&stage, "lr 3", 20); /* the snapshot has been written over since */
    dead[1] = snapshot_dead(&stage.snapshot);
    format_loss(stage.snapshot.seen.loss, loss[1]);
    format_scientific(stage.snapshot.seen.layers[0].signal, signal[1]);
    ck_assert_int_ne(dead[0], dead[1]);
    ck_assert_str_ne(loss[0], loss[1]);
    (void)snprintf(
        expected, sizeof expected, "before lr 3 (step 30): %d dead, loss %s", dead[0], loss[0]);
    HAS(line_in(&stage, "flow"), expected);
    (void)snprintf(expected, sizeof expected, "signal of layer 1 %s; now %d dead, %s",
        signal[0] + strspn(signal[0], " "), dead[1], loss[1]);
    HAS(line_in(&stage, "flow"), expected);
    /* It stays what it was, and goes on with the present. */
    stage_advance(&stage, 5);
    HAS(line_in(&stage, "flow"), "before lr 3 (step 30): ");
    format_loss(stage.snapshot.seen.loss, loss[1]);
    HAS(line_in(&stage, "data"), loss[1]);
    stage_close(&stage);
}
END_TEST

START_TEST(changes_in_quick_succession_count_from_the_first)
{
    struct stage stage;
    stage_open(&stage, RELU, 30);
    stage.now = 10;
    stage_press(&stage, "l", 3);
    stage.now = 10.5; /* steps in between, but it is one press after the other */
    stage_press(&stage, "l", 3);
    stage.now = 11.5;
    stage_press(&stage, "l", 3);
    ck_assert_uint_eq(kept(&stage)->seen.step, 30);
    HAS(line_in(&stage, "flow"), "before lr 3 (step 30): "); /* 0.3, 1, 3 */
    /* Without a step all the time in the world. */
    stage.now = 100;
    stage_press(&stage, "c", 0);
    ck_assert_uint_eq(kept(&stage)->seen.step, 39);
    stage.now = 200;
    stage_press(&stage, "L", 4);
    ck_assert_uint_eq(kept(&stage)->seen.step, 39);
    HAS(line_in(&stage, "flow"), "before lr 1, clip value (step 39): ");
    stage.now = 300;
    stage_press(&stage, "L", 1);
    HAS(line_in(&stage, "flow"), "before lr 0.3 (step 43): ");
    stage_close(&stage);
}
END_TEST

START_TEST(several_keys_before_the_first_arrives_are_one_change)
{
    struct stage stage;
    stage_open(&stage, RELU, 30);
    stage.now = 10;
    stage_press(&stage, "l", 10);
    stage.now = 50;
    screen_tick(&stage.screen, stage.now);
    /* Of three keys the session takes over one at a time, with steps of old settings first. */
    screen_key(&stage.screen, 'l');
    stage.screen.outbox_count--;
    struct command first = stage.screen.outbox[0];
    stage.snapshot.news.wanted.handled = 0;
    stage.now = 51;
    ck_assert(session_advance(stage.session, 5));
    ck_assert(snapshot_take(&stage.snapshot, stage.session, &stage.looks));
    screen_update(&stage.screen, &stage.snapshot, stage.now);
    ck_assert_uint_eq(kept(&stage)->seen.step, 30); /* the change has not arrived */
    screen_key(&stage.screen, 'l');
    ck_assert(session_do(stage.session, &first, NULL));
    ck_assert(session_advance(stage.session, 1));
    ck_assert(snapshot_take(&stage.snapshot, stage.session, &stage.looks));
    stage.snapshot.news.wanted.handled = 0;
    screen_update(&stage.screen, &stage.snapshot, stage.now);
    ck_assert_uint_eq(kept(&stage)->seen.step, 45); /* the last one that was seen before it */
    stage.now = 60;                                 /* the session was busy */
    stage_go_on(&stage, 3);
    ck_assert_uint_eq(kept(&stage)->seen.step, 45);
    HAS(line_in(&stage, "flow"), "before lr 3 (step 45): "); /* from 0.3 by 1 */
    stage_close(&stage);
}
END_TEST

START_TEST(a_change_and_back_is_none_unless_steps_were_made)
{
    struct stage stage;
    stage_open(&stage, RELU, 30);
    stage.now = 10;
    stage_press(&stage, "l", 0);
    ck_assert_ptr_nonnull(kept(&stage));
    stage_press(&stage, "L", 0);
    ck_assert_ptr_null(kept(&stage));
    ck_assert_str_eq(line_in(&stage, "flow"), "");
    stage_press(&stage, "l", 2);
    stage_press(&stage, "L", 0);
    HAS(line_in(&stage, "flow"), "before (step 30): ");
    /* Nothing changes at the end of the ladder. */
    stage_press(&stage, "B", 0);
    stage_command(&stage, "lr 0.1", 3);
    ck_assert_ptr_null(kept(&stage));
    stage_close(&stage);
}
END_TEST

START_TEST(a_change_at_rest_shows_at_the_same_step)
{
    struct stage stage;
    char expected[200], text[2][FORMAT_SIZE], loss[FORMAT_SIZE];
    stage_open(&stage, EXPLODING, 1);
    double before = stage.snapshot.seen.clip.norm_before;
    stage_command(&stage, "clip norm", 0);
    format_scientific(before, text[0]);
    format_loss(stage.snapshot.seen.loss, loss);
    format_scientific(stage.snapshot.seen.clip.norm_after, text[1]);
    ck_assert_double_lt(stage.snapshot.seen.clip.norm_after, before / 2);
    for (int i = 0; i < 2; i++)
        memmove(text[i], text[i] + strspn(text[i], " "), strlen(text[i]) + 1);
    (void)snprintf(expected, sizeof expected,
        "before clip norm (step 1): ‖g‖ %s, loss %s; now %s → %s, %s", text[0],
        loss + strspn(loss, " "), text[0], text[1], loss + strspn(loss, " "));
    HAS(line_in(&stage, "clip"), expected);
    stage_close(&stage);
}
END_TEST

/* Between surveys dead units and accuracy are of an earlier step, which is said. */
START_TEST(a_survey_of_another_step_is_said_to_be_so)
{
    struct stage stage;
    stage_open(&stage, RELU " batch=50", 4); /* 4 steps an epoch */
    struct error error;
    struct command command;
    ck_assert(command_parse("lr 3", &command, &error));
    for (int steps = 0; steps < 2; steps++) {
        ck_assert(session_reach(stage.session, 1));
        ck_assert(snapshot_take(&stage.snapshot, stage.session, NULL));
        screen_update(&stage.screen, &stage.snapshot, 1);
    }
    ck_assert(!stage.snapshot.seen.surveyed);
    ck_assert_uint_eq(stage.snapshot.seen.survey_step, 4);
    ck_assert(session_do(stage.session, &command, &error));
    ck_assert(session_reach(stage.session, 4));
    ck_assert(snapshot_take(&stage.snapshot, stage.session, NULL));
    screen_update(&stage.screen, &stage.snapshot, 2);
    HAS(line_in(&stage, "units"), "before lr 3 (step 6): ");
    HAS(line_in(&stage, "units"), " dead at step 4, ");
    HAS(line_in(&stage, "units"), " dead at step 8, ");
    HAS(line_in(&stage, "data"), " at step 4, ");
    stage_close(&stage);
}
END_TEST

START_TEST(nets_of_other_depth_correspond_by_number)
{
    struct stage stage;
    stage_open(&stage, RELU, 10);
    stage_command(&stage, "depth 6", 5);
    const struct snapshot *now = &stage.snapshot, *before = kept(&stage);
    ck_assert_int_eq(before->seen.layer_count, 5);
    ck_assert_ptr_eq(ghost_layer(before, now, 4), &before->seen.layers[3]);
    ck_assert_ptr_null(ghost_layer(before, now, 5));
    ck_assert_ptr_null(ghost_layer(before, now, 6));
    ck_assert_ptr_eq(ghost_layer(before, now, 7), &before->seen.layers[4]);
    ck_assert_ptr_null(ghost_layer(before, now, 8));
    ck_assert_ptr_null(ghost_layer(NULL, now, 1));
    HAS(line_in(&stage, "units"), "/128 dead, ");
    HAS(line_in(&stage, "units"), "/192 dead, ");
    /* Of a layer that was not there nothing is said; the numbers have their names again. */
    static char text[600];
    before_line(&stage.screen.before, now, "layer", 5, 300, text, sizeof text);
    char *middle = strstr(text, "; now ");
    ck_assert_ptr_nonnull(middle);
    HAS(middle, "signal of layer 5 ");
    HAS(middle, "loss ");
    *middle = '\0';
    LACKS(text, "signal");
    before_line(&stage.screen.before, now, "layer", 7, 300, text, sizeof text);
    HAS(text, "signal of the output ");
    stage.now = 100;
    stage_command(&stage, "depth 2", 5);
    ck_assert_ptr_eq(ghost_layer(kept(&stage), now, 3), &kept(&stage)->seen.layers[6]);
    ck_assert_ptr_eq(ghost_layer(kept(&stage), now, 2), &kept(&stage)->seen.layers[1]);
    stage_close(&stage);
}
END_TEST

START_TEST(what_is_not_defined_is_said_of_nobody)
{
    struct stage stage;
    stage_open(&stage, "depth=3", 10);
    stage_command(&stage, "activation relu", 5);
    const char *line = line_in(&stage, "units"), *middle = strstr(line, "; now ");
    ck_assert_ptr_nonnull(middle);
    HAS(line, "before relu (step 10): ");
    HAS(middle, " dead, ");
    LACKS(middle, "saturated");
    ck_assert(strstr(line, " dead") > middle);
    ck_assert(strstr(line, " saturated") < middle);
    stage_close(&stage);
}
END_TEST

START_TEST(a_divergence_takes_the_place_of_its_numbers)
{
    struct stage stage;
    stage_open(&stage, EXPLODING, 20);
    uint64_t step = stage.snapshot.seen.divergence.step;
    char words[60];
    ck_assert_int_ne(stage.snapshot.seen.divergence.kind, DIVERGED_NOT);
    (void)snprintf(words, sizeof words,
        "before clip norm (step %" PRIu64 "): diverged at step %" PRIu64 "; now ", step, step);
    stage_command(&stage, "clip norm", 0);
    stage_command(&stage, "reset", 3);
    HAS(line_in(&stage, "flow"), words);
    HAS(strstr(line_in(&stage, "flow"), "; now "), "loss ");
    LACKS(line_in(&stage, "flow"), "nan");
    stage.now = 60;
    stage_command(&stage, "clip none", 20);
    HAS(line_in(&stage, "clip"), "before clip none (step 3): ‖g‖ ");
    HAS(line_in(&stage, "clip"), "; now diverged at step ");
    LACKS(line_in(&stage, "clip"), "inf");
    stage_close(&stage);
}
END_TEST

START_TEST(beginning_anew_with_the_same_settings_keeps_what_was_before)
{
    struct stage stage;
    stage_open(&stage, RELU, 30);
    stage_press(&stage, "r", 5);
    ck_assert_ptr_null(kept(&stage));
    stage_command(&stage, "lr 3", 10);
    stage.now = 60;
    stage_press(&stage, "r", 4);
    ck_assert_uint_eq(kept(&stage)->seen.step, 5);
    HAS(line_in(&stage, "flow"), "before lr 3 (step 5): ");
    stage.now = 120;
    stage_press(&stage, "R", 2);
    HAS(line_in(&stage, "flow"), "before seed 2 (step 4): ");
    stage.now = 180;
    stage_command(&stage, "preset exploding", 2);
    ck_assert_ptr_null(kept(&stage)); /* another experiment */
    stage.now = 200;
    stage_command(&stage, "preset clipped", 2);
    HAS(line_in(&stage, "flow"), "before preset clipped (step 2): ");
    stage_press(&stage, "r", 1);
    HAS(line_in(&stage, "flow"), "before preset clipped (step 2): ");
    stage.now = 240;
    stage_command(&stage, "lr 0.001", 2);
    HAS(line_in(&stage, "flow"), "before lr 0.001 (step 1): ");
    stage.now = 300;
    stage_command(&stage, "preset exploding", 0);
    stage_command(&stage, "lr 0.5", 1);
    LACKS(line_in(&stage, "flow"), "preset");
    HAS(line_in(&stage, "flow"), "before lr 0.5, clip none (step 3): ");
    stage_close(&stage);
}
END_TEST

/* Where the run goes back to steps with other settings nothing has been changed. */
START_TEST(going_back_in_time_is_no_change)
{
    struct stage stage;
    stage_open(&stage, RELU, 12);
    stage_command(&stage, "lr 3", 5);
    stage_press(&stage, "B", 0);
    stage.now = 60;
    stage_command(&stage, "seek 8", 0);
    ck_assert(stage.snapshot.seen.step == 8 && stage.snapshot.seen.hparams.lr < 3);
    ck_assert_ptr_null(kept(&stage));
    stage_command(&stage, "lr 2", 1);
    HAS(line_in(&stage, "flow"), "before lr 2 (step 8): ");
    /* Nor on the way on to where it has been. */
    stage_advance(&stage, 20);
    stage.now = 120;
    stage_command(&stage, "seek 3", 0);
    HAS(line_in(&stage, "flow"), "kept (step 8): ");
    stage_command(&stage, "seek 25", 0);
    HAS(line_in(&stage, "flow"), "before lr 2 (step 8): ");
    stage_close(&stage);
}
END_TEST

/* A change that was not asked for here, as one that was armed for a step. */
START_TEST(a_change_from_elsewhere_is_noticed)
{
    struct stage stage;
    stage_open(&stage, RELU, 12);
    struct hparams hparams = stage.session->hparams;
    struct error error;
    bool rebuilt;
    hparams.lr = 1;
    ck_assert(session_configure(stage.session, &hparams, &rebuilt, &error));
    stage.session->news.wanted.hparams = hparams;
    stage_advance(&stage, 1);
    HAS(line_in(&stage, "flow"), "before lr 1 (step 12): ");
    stage_close(&stage);
}
END_TEST

START_TEST(one_key_drops_and_keeps)
{
    struct stage stage;
    stage_open(&stage, RELU, 12);
    stage_command(&stage, "lr 3", 5);
    ck_assert_ptr_nonnull(kept(&stage));
    stage_press(&stage, "B", 0);
    ck_assert_ptr_null(kept(&stage));
    stage_press(&stage, "B", 2);
    HAS(line_in(&stage, "flow"), "kept (step 17): ");
    stage.now = 60;
    stage_command(&stage, "lr 1", 2); /* it stays until it is dropped */
    stage_command(&stage, "preset healthy", 1);
    HAS(line_in(&stage, "flow"), "kept (step 17): ");
    stage_command(&stage, "before keep", 1);
    HAS(line_in(&stage, "flow"), "kept (step 1): ");
    stage_command(&stage, "before drop", 1);
    ck_assert_ptr_null(kept(&stage));
    stage_command(&stage, "before then", 1);
    ck_assert(stage.screen.message_is_error);
    stage.now = 120;
    stage_command(&stage, "lr 0.5", 1); /* and the next change is kept again */
    HAS(line_in(&stage, "flow"), "before lr 0.5 (step 4): ");
    stage_close(&stage);
}
END_TEST

/* As much of the line as has room: the first things first. */
START_TEST(the_line_fits_any_width)
{
    struct stage stage;
    char text[600];
    stage_open(&stage, RELU, 30);
    stage_command(&stage, "lr 3", 20);
    size_t last = 0;
    for (int width = 0; width < 200; width++) {
        before_line(&stage.screen.before, &stage.snapshot, "flow", 1, width, text, sizeof text);
        ck_assert_int_le(text_columns(text), width);
        ck_assert(!text[0] || strstr(text, "; now ") || strstr(text, " → "));
        last = strlen(text);
    }
    ck_assert_uint_gt(last, 80);
    before_line(&stage.screen.before, &stage.snapshot, "flow", 1, 22, text, sizeof text);
    ck_assert(strstr(text, " dead → ") && !strstr(text, "before"));
    before_line(&stage.screen.before, &stage.snapshot, "curves", 1, 22, text, sizeof text);
    HAS(text, "loss 0.");
    stage_close(&stage);
}
END_TEST

Suite *before_suite(void)
{
    return SUITE("before", the_line_tells_of_the_step_before_the_change_and_of_now,
        changes_in_quick_succession_count_from_the_first,
        several_keys_before_the_first_arrives_are_one_change,
        a_change_and_back_is_none_unless_steps_were_made,
        a_change_at_rest_shows_at_the_same_step, a_survey_of_another_step_is_said_to_be_so,
        nets_of_other_depth_correspond_by_number, what_is_not_defined_is_said_of_nobody,
        a_divergence_takes_the_place_of_its_numbers,
        beginning_anew_with_the_same_settings_keeps_what_was_before,
        a_change_from_elsewhere_is_noticed, going_back_in_time_is_no_change,
        one_key_drops_and_keeps, the_line_fits_any_width);
}
