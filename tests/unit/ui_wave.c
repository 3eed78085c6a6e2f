/* A step that is seen happening: its stages, its time, what stops, moves and ends it. */
#include <math.h>
#include <stdio.h>

#include "core/clip.h"
#include "suites.h"
#include "ui/views/wave.h"
#include "ui_screens.h"

static double seconds(const struct stage *stage)
{
    return wave_seconds(&stage->screen.wave.plan, stage->screen.wanted.target_rate);
}

/* The stages of an observation, spelled: F1 F2 L B3 W2 S2 W1 S1 C U. */
static void spell(const struct observation *seen, char *text)
{
    static const char letters[] = "-FLBCU";
    struct wave_plan plan = wave_plan_of(seen);
    *text = '\0';
    for (int i = 0; i < wave_stages(&plan); i++) {
        struct wave_moment m = wave_stage(&plan, i);
        char letter = letters[m.phase];
        if (m.phase == WAVE_BACKWARD && m.layer < m.layers)
            letter = m.slope ? 'S' : 'W';
        text += m.layer > 0 ? sprintf(text, "%c%d ", letter, m.layer)
                            : sprintf(text, "%c ", letter);
    }
}

START_TEST(stages_come_in_the_order_of_a_step)
{
    static const struct {
        int layers, clip;
        struct divergence divergence;
        const char *stages;
    } cases[] = {{2, CLIP_NONE, {DIVERGED_NOT, 0, 0, 0}, "F1 F2 L B2 W1 S1 U "},
        {3, CLIP_NORM, {DIVERGED_NOT, 0, 0, 0}, "F1 F2 F3 L B3 W2 S2 W1 S1 C U "},
        {3, CLIP_NORM, {DIVERGED_ACTIVATION, 4, 2, 1}, "F1 F2 "},
        {3, CLIP_VALUE, {DIVERGED_LOSS, 4, 0, 0}, "F1 F2 F3 L "},
        {3, CLIP_VALUE, {DIVERGED_GRADIENT, 4, 1, 1}, "F1 F2 F3 L B3 W2 S2 W1 S1 "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct observation seen = {
            .layer_count = cases[i].layers, .divergence = cases[i].divergence};
        char text[200];
        seen.hparams.clip = cases[i].clip;
        spell(&seen, text);
        ck_assert_str_eq(text, cases[i].stages);
    }
}
END_TEST

START_TEST(time_follows_depth_and_speed)
{
    static const double rates[] = {0.2, 1, 5, 20, 50, 200, 1000, INFINITY};
    double before = 0;
    for (int depth = 1; depth <= 256; depth++) {
        struct wave_plan plan = {depth + 1, depth + 1, true, true, false, true};
        double at_default = wave_seconds(&plan, 20), faster = INFINITY;
        ck_assert(at_default >= before);
        before = at_default;
        for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
            double now = wave_seconds(&plan, rates[i]);
            ck_assert(now <= faster && now >= 1 && now <= 30);
            faster = now;
        }
        ck_assert(wave_seconds(&plan, 0.2) > at_default);
        ck_assert(wave_seconds(&plan, INFINITY) < at_default);
    }
    struct wave_plan ten = {11, 11, true, true, false, true};
    ck_assert(fabs(wave_seconds(&ten, 20) - 6) < 0.5);
}
END_TEST

/* In the middle of a stage, and at its end: what is known of a layer is so when the last of its
 * stages is done, and of no layer that the front has not come to. */
START_TEST(a_number_is_known_when_its_stage_is_done)
{
    struct wave_plan plan = {4, 4, true, true, true, true};
    for (int i = 0; i < wave_stages(&plan); i++) {
        for (int done = 0; done < 2; done++) {
            struct wave_moment m = wave_stage(&plan, i);
            m.part = done ? 1 : 0.5;
            /* Stages 0-3 go up, 4 is the loss, 5 the output's δ, then two a layer, clip,
             * update. */
            for (int layer = 1; layer <= 4; layer++) {
                int last = 5 + 2 * (4 - layer);
                ck_assert_int_eq(wave_knows_activation(&m, layer), i >= layer - 1);
                ck_assert_int_eq(wave_knows_signal(&m, layer), i > last || (i == last && done));
            }
            ck_assert_int_eq(wave_knows_clip(&m), i > 12 || (i == 12 && done));
        }
    }
    struct wave_moment none = {.phase = WAVE_NONE}; /* all numbers stand */
    ck_assert(wave_knows_activation(&none, 4) && wave_knows_signal(&none, 1));
    ck_assert(wave_knows_clip(&none));
}
END_TEST

/* It takes as long as it says, goes through every stage, and never back. */
START_TEST(it_goes_through_all_stages_in_its_time)
{
    static const char *const settings[] = {
        "depth=1", "", "depth=256 width=2", "clip=norm depth=4", "batch=7 depth=3"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open_step(&stage, settings[i], 0);
        int all = wave_stages(&stage.screen.wave.plan), seen = 0;
        double end = 100 + seconds(&stage);
        struct wave_moment last = {.phase = WAVE_NONE};
        for (int k = 0; k <= 20000; k++) {
            struct wave_moment m =
                wave_at(&stage.screen.wave, 100 + seconds(&stage) * k / 20000);
            ck_assert(m.part >= 0 && m.part <= 1 && !m.held);
            if (m.phase == last.phase && m.layer == last.layer && m.slope == last.slope)
                ck_assert(m.part >= last.part);
            else if (m.phase != WAVE_NONE)
                seen++;
            last = m;
        }
        ck_assert_msg(seen == all, "%s: %d of %d stages", settings[i], seen, all);
        ck_assert_int_ne(stage_moment(&stage, end - 1e-6).phase, WAVE_NONE);
        ck_assert_int_eq(stage_moment(&stage, end + 1e-6).phase, WAVE_NONE);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(a_key_begins_it_and_again_ends_it)
{
    struct stage stage;
    stage_open_step(&stage, "", 3);
    ck_assert_int_eq(stage_moment(&stage, 101).phase, WAVE_FORWARD);
    screen_key(&stage.screen, 's');
    ck_assert_int_eq(stage_moment(&stage, 101).phase, WAVE_NONE);
    ck_assert_int_eq(stage.screen.outbox_count, 0); /* no further step */
    screen_key(&stage.screen, 's');
    ck_assert_int_eq(stage.screen.outbox_count, 1);
    ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_STEP);
    stage_close(&stage);
}
END_TEST

/* Snapshots that do not have the step yet, or have it among others, do not begin it. */
START_TEST(it_begins_with_the_step_that_was_asked_for)
{
    struct stage stage;
    stage_open(&stage, "", 3);
    screen_key(&stage.screen, 's');
    uint64_t handled = stage.screen.wanted.handled;
    stage.snapshot.news.wanted.handled = handled - 1; /* it has not come there */
    screen_update(&stage.screen, &stage.snapshot, 0);
    ck_assert(!screen_shows_wave(&stage.screen));
    stage.snapshot.news.wanted = stage.screen.wanted; /* it is owed */
    screen_update(&stage.screen, &stage.snapshot, 0);
    ck_assert(!screen_shows_wave(&stage.screen));
    stage.screen.wanted.owed = 0;
    stage_advance(&stage, 1);
    ck_assert(screen_shows_wave(&stage.screen));
    screen_key(&stage.screen, 'S');
    stage.screen.wanted.owed = 0;
    stage_advance(&stage, 9);
    stage_advance(&stage, 1);
    ck_assert(!screen_shows_wave(&stage.screen));
    screen_key(&stage.screen, 's');
    stage.screen.wanted.owed = 0;
    stage_advance(&stage, 0); /* it was not made */
    ck_assert(!screen_shows_wave(&stage.screen));
    stage_close(&stage);
}
END_TEST

START_TEST(whatever_changes_the_run_ends_it)
{
    static const char *const ends[] = {"lr 3", "depth 4", "reset", "reseed", "preset dying",
        "next activation", "previous clip", "step 10", "run"};
    static const char *const leaves[] = {"view units", "present", "why", "layer +1", "theme",
        "faster", "slower", "speed 50", "help", "events", "select 1", "overview"};
    for (size_t i = 0; i < ARRAY_LEN(ends) + ARRAY_LEN(leaves); i++) {
        bool end = i < ARRAY_LEN(ends);
        const char *command = end ? ends[i] : leaves[i - ARRAY_LEN(ends)];
        struct stage stage;
        stage_open_step(&stage, "", 1);
        ck_assert(screen_shows_wave(&stage.screen));
        screen_command(&stage.screen, command);
        ck_assert_msg(!stage.screen.message_is_error, "%s", stage.screen.message);
        ck_assert_msg(screen_shows_wave(&stage.screen) == !end, "%s", command);
        stage_close(&stage);
    }
    struct stage stage; /* another step, another run */
    stage_open_step(&stage, "", 1);
    stage_advance(&stage, 1);
    ck_assert(!screen_shows_wave(&stage.screen));
    stage_show_step(&stage);
    stage.snapshot.news.builds++;
    screen_update(&stage.screen, &stage.snapshot, stage.now);
    ck_assert(!screen_shows_wave(&stage.screen));
    stage_close(&stage);
}
END_TEST

START_TEST(a_further_look_at_the_same_step_does_not_end_it)
{
    struct stage stage;
    stage_open_step(&stage, "", 1);
    struct wave_moment before = stage_moment(&stage, 102);
    stage_advance(&stage, 0);
    struct wave_moment after = wave_at(&stage.screen.wave, 102);
    ck_assert(before.phase == after.phase && before.layer == after.layer);
    ck_assert(before.phase != WAVE_NONE);
    stage_close(&stage);
}
END_TEST

/* `.`: each stage in its turn, held there for as long as one likes. */
START_TEST(a_key_goes_one_stage_on_and_stops)
{
    struct stage stage;
    stage_open(&stage, "depth=3 clip=norm", 2);
    stage.screen.wanted.running = false;
    stage_advance(&stage, 0);
    ck_assert(!screen_shows_wave(&stage.screen));
    double now = 10;
    struct wave_plan plan = wave_plan_of(&stage.snapshot.seen);
    for (int i = 0; i < wave_stages(&plan); i++) {
        struct wave_moment expected = wave_stage(&plan, i);
        (void)stage_moment(&stage, now);
        screen_key(&stage.screen, '.');
        ck_assert(screen_due(&stage.screen) > now);
        now += 1000;
        struct wave_moment m = stage_moment(&stage, now);
        ck_assert(m.phase == expected.phase && m.layer == expected.layer &&
            m.slope == expected.slope && m.held && m.part >= 1);
        stage.screen.message[0] = '\0';
        ck_assert(screen_due(&stage.screen) <= 0); /* nothing to be drawn again */
        ck_assert_int_eq(stage.screen.outbox_count, 0);
    }
    screen_key(&stage.screen, '.');
    ck_assert(!screen_shows_wave(&stage.screen));
    stage_close(&stage);
}
END_TEST

/* Pressed faster than the stages are drawn, each still counts; many at once, too. */
START_TEST(stages_can_be_counted)
{
    struct stage stage;
    stage_open(&stage, "depth=3", 2);
    stage.screen.wanted.running = false;
    stage_advance(&stage, 0);
    (void)stage_moment(&stage, 10);
    for (int i = 0; i < 4; i++)
        screen_key(&stage.screen, '.');
    ck_assert_int_eq(stage_moment(&stage, 20).phase, WAVE_FORWARD);
    ck_assert_int_eq(stage_moment(&stage, 20).layer, 4);
    screen_command(&stage.screen, "stage 4");
    struct wave_moment m = stage_moment(&stage, 40);
    ck_assert(m.phase == WAVE_BACKWARD && m.layer == 3 && m.slope && m.held);
    screen_command(&stage.screen, "stage 1000000000000000");
    ck_assert(!screen_shows_wave(&stage.screen));
    stage_close(&stage);
}
END_TEST

START_TEST(space_stops_at_the_end_of_a_stage_and_goes_on)
{
    struct stage stage;
    stage_open_step(&stage, "", 1);
    struct wave_moment playing = stage_moment(&stage, 103);
    screen_key(&stage.screen, ' ');
    struct wave_moment m = stage_moment(&stage, 500);
    ck_assert(m.phase == playing.phase && m.layer == playing.layer && m.slope == playing.slope);
    ck_assert(m.held && m.part >= 1);
    screen_key(&stage.screen, ' ');
    ck_assert(!stage_moment(&stage, 500.01).held);
    ck_assert_int_eq(stage_moment(&stage, 500 + seconds(&stage)).phase, WAVE_NONE);
    ck_assert_int_eq(stage.screen.outbox_count, 0);
    screen_key(&stage.screen, ' '); /* and now means what it always does */
    ck_assert_int_eq(stage.screen.outbox_count, 1);
    ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_RUN);
    stage_close(&stage);
}
END_TEST

/* What one stops in is not run away from. */
START_TEST(stopping_in_a_run_pauses_it)
{
    static const uint32_t keys[] = {' ', '.'};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct stage stage;
        stage_open(&stage, "", 3);
        screen_command(&stage.screen, "speed 0.5");
        stage.screen.outbox_count = 0;
        stage_advance(&stage, 1);
        ck_assert(screen_shows_wave(&stage.screen)); /* each step of a run so slow */
        ck_assert_int_ne(stage_moment(&stage, 1.7).phase, WAVE_NONE);
        ck_assert_int_eq(stage_moment(&stage, 1.99).phase, WAVE_NONE);
        stage_advance(&stage, 1);
        screen_key(&stage.screen, keys[i]);
        ck_assert_int_eq(stage.screen.outbox_count, 1);
        ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_PAUSE);
        ck_assert(stage_moment(&stage, 30).held);
        stage_close(&stage);
    }
    /* In a faster one `.` shows the step that it has come to. */
    struct stage stage;
    stage_open(&stage, "", 3);
    ck_assert(!screen_shows_wave(&stage.screen));
    screen_key(&stage.screen, '.');
    ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_PAUSE);
    stage_advance(&stage, 1);
    ck_assert_int_eq(stage_moment(&stage, 30).layer, 1);
    ck_assert(stage_moment(&stage, 30).held);
    stage_close(&stage);
}
END_TEST

START_TEST(the_speed_setting_makes_it_faster_at_once)
{
    struct stage stage;
    stage_open_step(&stage, "", 1);
    double whole = seconds(&stage);
    struct wave_moment before = stage_moment(&stage, 100 + whole / 2);
    screen_command(&stage.screen, "speed max");
    struct wave_moment after = stage_moment(&stage, 100 + whole / 2);
    ck_assert(before.phase == after.phase && before.layer == after.layer);
    ck_assert(fabs(before.part - after.part) < 1e-6);
    double left = seconds(&stage) / 2;
    ck_assert(left < whole / 4);
    ck_assert_int_ne(stage_moment(&stage, 100 + whole / 2 + left - 0.01).phase, WAVE_NONE);
    ck_assert_int_eq(stage_moment(&stage, 100 + whole / 2 + left + 0.01).phase, WAVE_NONE);
    stage_close(&stage);
}
END_TEST

Suite *wave_suite(void)
{
    return SUITE("wave", stages_come_in_the_order_of_a_step,
        a_number_is_known_when_its_stage_is_done, time_follows_depth_and_speed,
        it_goes_through_all_stages_in_its_time, a_key_begins_it_and_again_ends_it,
        it_begins_with_the_step_that_was_asked_for, whatever_changes_the_run_ends_it,
        a_further_look_at_the_same_step_does_not_end_it, a_key_goes_one_stage_on_and_stops,
        stages_can_be_counted, space_stops_at_the_end_of_a_stage_and_goes_on,
        stopping_in_a_run_pauses_it, the_speed_setting_makes_it_faster_at_once);
}
