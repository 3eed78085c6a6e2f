/* A source that tells of losses and layers alone, in front of every view. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/diagnosis.h"
#include "engine/source.h"
#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui/screen/keymap.h"
#include "ui/screen/screen.h"
#include "ui_screens.h"

enum { LAYERS = 4, WIDTH = 6 };

/* What another program may write of its run at every step: no network, no data. */
struct fake {
    struct snapshot snapshot;
    struct layer_stats layers[LAYERS];
    uint64_t taken; /* commands */
    struct watch watch;
    bool begun, ended;
};

static const struct snapshot *fake_snapshot(void *context)
{
    struct fake *fake = context;
    return fake->begun ? &fake->snapshot : NULL;
}

static void fake_send(void *context, const struct command *command)
{
    struct fake *fake = context;
    (void)command;
    fake->snapshot.news.wanted.handled = ++fake->taken;
}

static void fake_watch(void *context, const struct watch *watch)
{
    struct fake *fake = context;
    fake->watch = *watch;
}

static bool fake_failed(void *context, struct error *error)
{
    struct fake *fake = context;
    (void)error_set(error, "the other program has ended");
    return fake->ended;
}

static void fake_destroy(void *context)
{
    struct fake *fake = context;
    fake->ended = true;
}

static const struct source_functions fake_functions = {.snapshot = fake_snapshot,
    .send = fake_send,
    .watch = fake_watch,
    .failed = fake_failed,
    .destroy = fake_destroy};

/* The next step. */
static void fake_tell(struct fake *fake, uint64_t step)
{
    struct observation *seen = &fake->snapshot.seen;
    static struct record record; /* one for all, so that nobody has to free it */
    static struct record_copy copy;
    hparams_init(&seen->hparams);
    seen->hparams.depth = LAYERS - 1;
    seen->hparams.width = WIDTH;
    seen->step = step;
    seen->epoch_steps = 1;
    seen->activation = activation_info((enum activation)seen->hparams.activation, 0.01);
    seen->samples = seen->data_samples = 20;
    seen->loss = 0.4321 / (double)(step + 1);
    seen->layer_count = LAYERS;
    seen->layers = fake->layers;
    seen->unknown = QUANTITY_BIT(QUANTITY_ACCURACY) | QUANTITY_BIT(QUANTITY_DEAD_SHARE) |
        QUANTITY_BIT(QUANTITY_DEAD) | QUANTITY_BIT(QUANTITY_GRAD_NORM) |
        QUANTITY_BIT(QUANTITY_CLIP_SCALE);
    for (int l = 0; l < LAYERS; l++) {
        double signal = pow(0.5, LAYERS - 1 - l);
        fake->layers[l] = (struct layer_stats){.units = l == LAYERS - 1 ? 1 : WIDTH,
            .signal = signal,
            .delta_rms = signal / sqrt(WIDTH),
            .gain = {0.5, l < LAYERS - 1},
            .weight_norm = 1,
            .weight_grad_norm = signal};
    }
    fake->snapshot.news.wanted.hparams = seen->hparams;
    story_take(&fake->snapshot.story, seen);
    ck_assert(step > 0 || record_begin(&record, LAYERS, false));
    record_add(&record, seen);
    ck_assert(record_copy_take(&copy, &record, QUANTITY_COUNT));
    fake->snapshot.record = copy;
    fake->begun = true;
}

/* The laboratory's loop, a frame of it. */
static void show(struct screen *screen, const struct source *source, struct surface *surface)
{
    struct error error;
    ck_assert(!source_failed(source, &error));
    for (int i = 0; i < screen->outbox_count; i++)
        source_send(source, &screen->outbox[i]);
    screen->outbox_count = 0;
    const struct snapshot *snapshot = source_snapshot(source);
    if (snapshot)
        screen_update(screen, snapshot, screen->now);
    screen_draw(screen, surface);
    struct watch watch = screen_watch(screen);
    source_watch(source, &watch);
}

static bool words_in(const struct surface *surface, struct rect area, const char *words)
{
    char *text = calloc((size_t)area.width * (size_t)area.height * 4 + 1, 1), *at = text;
    for (int y = area.y; y < area.y + area.height; y++) {
        for (int x = area.x; x < area.x + area.width; x++) {
            uint32_t glyph = surface->cells[y * surface->width + x].glyph;
            if (glyph != ' ' || (at > text && at[-1] != ' '))
                at += utf8_encode(glyph, at);
        }
        if (at > text && at[-1] != ' ')
            *at++ = ' ';
    }
    bool found = strstr(text, words) != NULL;
    free(text);
    return found;
}

static struct rect whole(const struct surface *surface)
{
    return (struct rect){0, 0, surface->width, surface->height};
}

static void check_view(const struct screen *screen, const struct view *view,
    const struct surface *surface, struct rect area)
{
    const char *lack = screen_lacks(screen, view);
    ck_assert_msg((lack != NULL) == (view->needs != 0), "%s", view->name);
    /* Nor is one told to select what is not there. */
    ck_assert(!lack || screen_splits(screen) || !words_in(surface, area, "[ ]"));
    if (lack)
        ck_assert_msg(words_in(surface, area, lack), "%s, %dx%d", view->name, surface->width,
            surface->height);
    else
        ck_assert(!words_in(surface, area, "This source") &&
            !words_in(surface, area, "saturated unit"));
}

static void press(struct screen *screen, const char *keys)
{
    for (; *keys; keys++)
        screen_key(screen, (uint32_t)*keys);
}

START_TEST(every_view_draws_or_says_what_the_source_lacks)
{
    static const int sizes[][2] = {{80, 24}, {40, 10}, {200, 60}};
    static struct fake fake;
    struct source source = {&fake_functions, &fake, 0};
    struct screen screen;
    struct hparams hparams = hparams_of("");
    ck_assert(screen_init(&screen, &hparams, &themes[0], true, 20));
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        struct surface *surface = surface_create(sizes[s][0], sizes[s][1]);
        show(&screen, &source, surface);
        fake_tell(&fake, s);
        for (int v = 0; v < view_count; v++) {
            screen.view = views[v];
            show(&screen, &source, surface);
            check_view(&screen, views[v], surface, whole(surface));
            ck_assert(words_in(surface, whole(surface), "loss 0."));
            ck_assert(words_in(surface, whole(surface), "acc - ") ||
                words_in(surface, whole(surface), "accuracy - "));
            ck_assert(!words_in(surface, whole(surface), "‖g‖ 0"));
            ck_assert_uint_eq(fake.watch.details, 0);
            press(&screen, "b");
            show(&screen, &source, surface);
            check_view(&screen, views[v], surface, whole(surface));
            press(&screen, "bw");
            show(&screen, &source, surface);
            check_view(&screen, views[v], surface, whole(surface));
            press(&screen, "w");
        }
        surface_destroy(surface);
    }
    screen_clear(&screen);
}
END_TEST

START_TEST(each_half_of_a_split_says_what_it_lacks)
{
    static struct fake fake;
    struct source source = {&fake_functions, &fake, 0};
    struct screen screen;
    struct hparams hparams = hparams_of("");
    struct surface *surface = surface_create(200, 60);
    ck_assert(screen_init(&screen, &hparams, &themes[0], true, 20));
    fake_tell(&fake, 0);
    for (int i = 0; i < view_count; i++) {
        for (int j = 0; j < view_count; j++) {
            if (i == j)
                continue;
            screen.view = views[i];
            screen.beside = views[j];
            show(&screen, &source, surface);
            check_view(&screen, views[i], surface, (struct rect){0, 0, 98, 50});
            check_view(&screen, views[j], surface, (struct rect){101, 0, 99, 50});
        }
    }
    surface_destroy(surface);
    screen_clear(&screen);
}
END_TEST

START_TEST(views_take_in_no_snapshot_that_lacks_what_they_need)
{
    static struct fake fake;
    struct screen screen;
    struct hparams hparams = hparams_of("");
    ck_assert(screen_init(&screen, &hparams, &themes[0], true, 20));
    fake_tell(&fake, 0);
    screen_update(&screen, &fake.snapshot, 0);
    for (int v = 0; v < view_count; v++) {
        const unsigned char *state = screen.slots[v].state;
        for (size_t i = 0; views[v]->needs != 0 && i < views[v]->state_size; i++)
            ck_assert_msg(state[i] == 0, "%s", views[v]->name);
    }
    screen_clear(&screen);
}
END_TEST

/* One bit missing at a time. */
START_TEST(what_is_missing_is_said_in_one_sentence_of_its_own)
{
    struct screen screen;
    struct hparams hparams = hparams_of("");
    static struct fake fake;
    const char *said[16] = {NULL};
    int count = 0;
    ck_assert(screen_init(&screen, &hparams, &themes[0], true, 20));
    ck_assert_ptr_null(screen_lacks(&screen, stage_view("units")));
    fake_tell(&fake, 0);
    screen_update(&screen, &fake.snapshot, 0);
    for (unsigned bit = 1; bit < DETAIL_ALL; bit *= 2) {
        struct view view = {.name = "any", .needs = bit};
        fake.snapshot.can = DETAIL_ALL & ~bit;
        const char *sentence = screen_lacks(&screen, &view);
        ck_assert_ptr_nonnull(sentence);
        const char *end = strchr(sentence, '.');
        ck_assert(strncmp(sentence, "This source ", 12) == 0 && end && end[1] == '\0');
        /* Five rows of 40 are what the smallest screen leaves. */
        ck_assert_int_le(
            surface_paragraph(NULL, (struct rect){0, 0, 40, 99}, ROLE_TEXT, sentence), 5);
        for (int i = 0; i < count; i++)
            ck_assert_str_ne(said[i], sentence);
        said[count++] = sentence;
        fake.snapshot.can = bit;
        ck_assert_ptr_null(screen_lacks(&screen, &view));
    }
    screen_clear(&screen);
}
END_TEST

/* What nobody tells is neither a number nor a finding. */
START_TEST(nothing_is_said_of_what_is_not_told)
{
    static struct fake fake;
    struct diagnosis findings[DIAGNOSES_MOST], learning;
    fake_tell(&fake, 0);
    struct observation *seen = &fake.snapshot.seen;
    ck_assert(!diagnose_learning(&fake.snapshot, &learning));
    seen->constant_loss = 0.7;
    ck_assert(diagnose_learning(&fake.snapshot, &learning));
    seen->unknown |= QUANTITY_BIT(QUANTITY_LOSS);
    ck_assert(!diagnose_learning(&fake.snapshot, &learning));
    ck_assert_int_eq(quantity_read(&quantities[QUANTITY_LOSS], seen, 0).kind, READING_UNKNOWN);
    ck_assert_int_eq(quantity_read(&quantities[QUANTITY_GAIN], seen, 1).kind, READING_KNOWN);
    ck_assert_int_eq(diagnose(&fake.snapshot, findings), 1);
    ck_assert_str_eq(findings[0].label, "FADING");
    seen->unknown |= QUANTITY_BIT(QUANTITY_SIGNAL);
    ck_assert_int_eq(diagnose(&fake.snapshot, findings), 1);
    ck_assert_str_eq(findings[0].label, "UNTOLD");
    struct screen screen;
    struct hparams hparams = hparams_of("");
    ck_assert(screen_init(&screen, &hparams, &themes[0], true, 20));
    screen_update(&screen, &fake.snapshot, 0);
    ck_assert_ptr_nonnull(screen_lacks(&screen, stage_view("flow")));
    screen_clear(&screen);
}
END_TEST

static uint32_t any_key(int number)
{
    return key_table[number % key_count].key;
}

START_TEST(keys_and_commands_about_what_is_missing_do_no_harm)
{
    static struct fake fake;
    struct source source = {&fake_functions, &fake, 0};
    struct screen screen;
    struct hparams hparams = hparams_of("");
    struct surface *surface = surface_create(80, 24);
    ck_assert(screen_init(&screen, &hparams, &themes[0], true, 20));
    fake_tell(&fake, 0);
    show(&screen, &source, surface);
    static const char *const commands[] = {"plant sum", "distribution z", "map unit", "wall"};
    static const char *const owners[] = {"check", "layer", "data", "clip"};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        screen_command(&screen, commands[i]);
        ck_assert_msg(screen.message_is_error, "%s: %s", commands[i], screen.message);
        ck_assert_str_eq(screen.message, screen_lacks(&screen, stage_view(owners[i])));
    }
    /* Each view before each key. */
    for (int i = 0; i < view_count * key_count; i++) {
        screen.view = views[i / key_count];
        screen_key(&screen, any_key(i));
        fake_tell(&fake, (uint64_t)i + 1);
        show(&screen, &source, surface);
        screen_key(&screen, INPUT_ESCAPE);
        screen.prompt.open = screen.quit = false;
    }
    ck_assert_uint_gt(fake.taken, 0);
    surface_destroy(surface);
    screen_clear(&screen);
}
END_TEST

START_TEST(a_source_is_asked_for_what_it_has)
{
    static struct fake fake;
    struct source source = {&fake_functions, &fake, DETAIL_CHECK | DETAIL_LAYER};
    struct watch watch;
    struct error error;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_CHECK | DETAIL_PLANE;
    watch.layer = 3;
    source_watch(&source, &watch);
    ck_assert_uint_eq(fake.watch.details, DETAIL_CHECK);
    ck_assert_int_eq(fake.watch.layer, 3);
    ck_assert_ptr_null(source_snapshot(&source));
    ck_assert(!source_failed(&source, &error));
    source_destroy(&source);
    ck_assert(fake.ended && !source.functions);
    source_destroy(&source);
}
END_TEST

Suite *source_suite(void)
{
    return SUITE("source", every_view_draws_or_says_what_the_source_lacks,
        each_half_of_a_split_says_what_it_lacks,
        views_take_in_no_snapshot_that_lacks_what_they_need,
        what_is_missing_is_said_in_one_sentence_of_its_own, nothing_is_said_of_what_is_not_told,
        keys_and_commands_about_what_is_missing_do_no_harm, a_source_is_asked_for_what_it_has);
}
