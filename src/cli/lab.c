/* The interactive laboratory: connects the terminal, the screen and what they draw from. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/errands.h"
#include "cli/exporting.h"
#include "cli/keeping.h"
#include "cli/lesson_desk.h"
#include "cli/options.h"
#include "cli/recording.h"
#include "cli/say.h"
#include "engine/clock.h"
#include "engine/runner.h"
#include "engine/thread.h"
#include "io/follower.h"
#include "term/term.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/refresh.h"
#include "ui/screen/screen.h"

/* Frames a second at most while training runs: more is not read, and is sent over slow lines.
 */
#define FRAME_SECONDS (1.0 / 30)
/* How long the first picture may wait for the first snapshot, so that it does not flicker. */
#define FIRST_FRAME_SECONDS 0.15
/* How long it may wait for the terminal's answer, so that it does not change its colours. */
#define ANSWER_SECONDS 0.4

struct lab {
    const struct options *options;
    struct screen screen;
    struct surface *surface;
    struct refresh refresh;
    double held_until; /* something of the last picture is still to be shown then; 0: nothing */
    struct source source;
    struct follower *follower; /* tells the source of a lecture; NULL: there is none */
    struct keeping keeping;
    struct exporting exporting;
    struct recording recording;
    struct lesson_desk desk;
    struct watch watch; /* as the source last got it */
    int wake[2];        /* the source writes, the loop reads */
    bool pending;       /* a snapshot may be waiting */
    bool dirty;         /* something else changed: draw as soon as possible */
    double next_frame;
    double first_until;          /* the first picture may wait for an answer; 0: no more */
    const struct theme *guessed; /* the theme, as long as nobody has chosen one; else NULL */
    int ended_by;                /* signal that asked for the end, 0: none */
    struct error failure;
    bool failed; /* `failure` says why it ends */
};

/* Tells the source what is looked at, when that is something else than before. */
static void watch(struct lab *lab)
{
    struct watch wanted = screen_watch(&lab->screen);
    if (watch_equal(&wanted, &lab->watch))
        return;
    lab->watch = wanted;
    source_watch(&lab->source, &wanted);
}

static void fail(struct lab *lab, const char *text)
{
    lab->failed = true;
    error_set(&lab->failure, "%s", text);
}

static void draw(struct lab *lab, double now)
{
    struct screen *screen = &lab->screen;
    int width, height;
    screen_tick(screen, now);
    if (lab->pending) {
        const struct snapshot *snapshot = source_snapshot(&lab->source);
        lab->failed = source_failed(&lab->source, &lab->failure);
        if (snapshot)
            screen_update(screen, snapshot, now);
        keeping_take(&lab->keeping); /* said after what the snapshot says */
        exporting_tell(&lab->exporting, screen);
        lesson_desk_go(&lab->desk);
        keeping_receipt(&lab->keeping);
        if (snapshot)
            keeping_look(&lab->keeping, snapshot, now);
        lab->pending = false;
    }
    screen->progress = source_progress(&lab->source);
    term_size(&width, &height);
    if ((width != lab->surface->width || height != lab->surface->height) &&
        !surface_resize(lab->surface, width, height)) {
        fail(lab, "out of memory for the picture: a smaller terminal may do");
        return;
    }
    screen_draw(screen, lab->surface);
    watch(lab);
    lab->held_until = refresh_hold(&lab->refresh, lab->surface, screen_pace(screen), now);
    if (lab->options->lab.ascii || !term_utf8())
        surface_asciify(lab->surface);
    else if (!screen->theme->colored || term_colors() < 256)
        surface_flatten(lab->surface);
    if (!term_show(lab->surface))
        fail(lab, "out of memory for the picture: a smaller terminal may do");
    if (screen->ring)
        term_ring();
    screen->ring = false;
    bool recorded = screen->recording;
    recording_take(&lab->recording, screen, lab->surface, now);
    lab->dirty = recorded != screen->recording; /* to show why it has ended */
    lab->first_until = 0;
    lab->next_frame = now + FRAME_SECONDS;
}

/* Does what a key or command left in the screen. */
static void settle(struct lab *lab)
{
    struct screen *screen = &lab->screen;
    lesson_desk_heed(&lab->desk);
    for (int i = 0; i < screen->outbox_count; i++)
        source_send(&lab->source, &screen->outbox[i]);
    screen->outbox_count = 0;
    if (screen->has_errand && !lesson_desk_errand(&lab->desk) &&
        !keeping_errand(&lab->keeping) &&
        !exporting_errand(&lab->exporting, screen, &lab->source) &&
        !recording_errand(&lab->recording, screen, clock_seconds()))
        errand_do(screen, lab->surface, lab->options->lab.ascii || !term_utf8());
    lesson_desk_go(&lab->desk);
    keeping_receipt(&lab->keeping);
    watch(lab);
    if (screen->repaint)
        term_repaint();
    screen->repaint = false;
    if (screen->theme_chosen)
        lab->guessed = NULL;
    term_set_theme(screen->theme);
    if (screen->suspend)
        term_suspend();
    screen->suspend = false;
    lab->dirty = true;
}

static void guess_theme(struct lab *lab, bool light)
{
    lab->guessed = lab->screen.theme = theme_find(light ? "light" : "dark");
    term_set_theme(lab->guessed);
}

/* The first picture waits for the terminal's answer. */
static bool expects_answer(const struct lab *lab, double now)
{
    return lab->first_until > now && lab->guessed && term_asks();
}

static int timeout_of(const struct lab *lab, double now)
{
    double due = 0;
    if (expects_answer(lab, now))
        return (int)ceil((lab->first_until - now) * 1000);
    if (lab->dirty)
        return 0;
    if (lab->pending || !lab->screen.snapshot)
        due = lab->next_frame;
    double changes = screen_due(&lab->screen);
    if (changes > 0 && (due <= 0 || changes < due))
        due = fmax(changes, lab->next_frame);
    if (lab->held_until > 0 && (due <= 0 || lab->held_until < due))
        due = fmax(lab->held_until, lab->next_frame);
    if (due <= 0)
        return -1;
    return due > now ? (int)ceil((due - now) * 1000) : 0;
}

static void drain(int descriptor)
{
    char bytes[64];
    while (read(descriptor, bytes, sizeof bytes) > 0)
        ;
}

static void handle(struct lab *lab, const struct term_event *event)
{
    switch (event->kind) {
    case TERM_KEY:
        screen_tick(&lab->screen, clock_seconds()); /* the last picture may be old */
        screen_key(&lab->screen, event->key);
        refresh_now(&lab->refresh);
        settle(lab);
        break;
    case TERM_PASTE:
        screen_tick(&lab->screen, clock_seconds());
        screen_paste(&lab->screen, event->text);
        refresh_now(&lab->refresh);
        settle(lab);
        break;
    case TERM_BACKGROUND:
        if (lab->guessed)
            guess_theme(lab, event->light);
        lab->dirty = true;
        break;
    case TERM_RESIZE:
        refresh_now(&lab->refresh);
        lab->dirty = true;
        break;
    case TERM_WAKE:
        drain(lab->wake[0]);
        lab->pending = true;
        /* The first picture comes with the first snapshot. */
        if (!lab->screen.snapshot)
            lab->dirty = true;
        break;
    case TERM_SIGNAL:
        lab->ended_by = event->signal;
        break;
    case TERM_GONE:
        fail(lab, "the terminal has vanished");
        break;
    case TERM_FAILED:
        lab->failed = true;
        error_set(&lab->failure, "cannot wait for the terminal: %s", strerror(event->error));
        break;
    case TERM_TIMEOUT:
        break;
    }
}

static void loop(struct lab *lab)
{
    lab->next_frame = clock_seconds() + FIRST_FRAME_SECONDS;
    while (!lab->screen.quit && !lab->ended_by && !lab->failed) {
        double now = clock_seconds();
        double changes = screen_due(&lab->screen);
        bool due =
            (changes > 0 && now >= changes) || (lab->held_until > 0 && now >= lab->held_until);
        bool waiting = lab->pending || due || !lab->screen.snapshot;
        /* Of many keys at once each is obeyed, but not each drawn. */
        bool later = now < lab->next_frame && lab->screen.snapshot && term_keys_wait();
        bool draws = (lab->dirty && !later) || (waiting && now >= lab->next_frame);
        if (draws && !expects_answer(lab, now))
            draw(lab, now);
        if (lab->failed)
            break;
        /* While a snapshot waits for its frame, a further wake-up has nothing to tell. */
        struct term_event event =
            term_wait(lab->pending ? -1 : lab->wake[0], timeout_of(lab, clock_seconds()));
        handle(lab, &event);
    }
}

static bool open_wake(int wake[2])
{
    if (pipe(wake) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        (void)fcntl(wake[i], F_SETFL, O_NONBLOCK);
        (void)fcntl(wake[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

/* The preset on the command line, if no other option has changed it. */
static const struct preset *scene_of(const struct options *options)
{
    const struct preset *preset = options->preset ? preset_find(options->preset, NULL) : NULL;
    return preset && preset_describes(preset, &options->hparams) ? preset : NULL;
}

static bool starts_slow(const struct options *options)
{
    const struct preset *scene = scene_of(options);
    return scene && scene->slow && !options->lab.paced;
}

/* What it is called on the screen; NULL: none is followed. */
static const char *lecture_name(const struct options *options)
{
    if (!options->lecture)
        return NULL;
    const char *name = options->lecture->name, *slash = strrchr(name, '/');
    return strcmp(name, "-") == 0 ? "standard input" : slash && slash[1] ? slash + 1 : name;
}

/* A training of one's own. */
static bool open_source(struct lab *lab, struct error *error)
{
    const struct options *options = lab->options;
    struct runner_options runner = {.hparams = options->hparams,
        .kernels = options->kernels,
        .reader = options->reader,
        .workers = options->workers,
        .running = !options->lab.paused && !options->lecture,
        .target_rate = options->lab.speed,
        .history = options->lab.history,
        .replay = options->replay,
        .scene = scene_of(options),
        .slow = starts_slow(options),
        .fastest = options->lab.fastest,
        .lecture = lecture_name(options),
        .wake_fd = lab->wake[1]};
    struct runner *made = runner_create(&runner, error);
    if (!made)
        return false;
    lab->source = runner_source(made);
    if (!options->lecture)
        return true;
    lab->follower =
        follower_create(options->lecture->name, options->lecture->descriptor, made, error);
    return lab->follower != NULL;
}

static bool start(struct lab *lab, struct error *error)
{
    const struct options *options = lab->options;
    const struct theme *theme =
        options->lab.theme ? theme_find(options->lab.theme) : &themes[0];
    double speed = options->lab.speed;
    if (!open_wake(lab->wake))
        return error_set(error, "cannot make a pipe");
    lab->exporting.wake_fd = lab->wake[1];
    lab->exporting.kernels = options->kernels;
    lab->exporting.reader = options->reader;
    lab->surface = surface_create(80, 24);
    if (!lab->surface)
        return error_set(error, "out of memory");
    if (!open_source(lab, error))
        return false;
    bool running = !options->lab.paused && !options->lecture;
    if (!screen_init(&lab->screen, &options->hparams, theme, running, speed))
        return error_set(error, "out of memory");
    lab->screen.wanted.guided = lab->screen.wanted.following = options->lecture != NULL;
    lab->screen.wanted.fastest = options->lab.fastest;
    lab->screen.bell = options->lab.bell;
    if (!options->lab.unkept)
        keeping_begin(&lab->keeping, lab->wake[1]);
    lab->desk.receipt = options->receipt;
    if (options->deck &&
        !lesson_desk_begin(
            &lab->desk, options->deck, options->votes, speed, lab->wake[1], error))
        return false;
    if (scene_of(options))
        screen_begin_scene(&lab->screen, scene_of(options), starts_slow(options));
    if (!term_open(theme, error))
        return false;
    if (!options->lab.theme) {
        guess_theme(lab, term_guess_light());
        lab->first_until = clock_seconds() + ANSWER_SECONDS;
    }
    return true;
}

static void stop(struct lab *lab)
{
    term_close(); /* first: giving up a long step can take a moment */
    struct error error;
    if (!recording_end(&lab->recording, clock_seconds(), &error) && !lab->failed) {
        lab->failed = true;
        lab->failure = error;
    }
    if (!exporting_end(&lab->exporting, &error) && !lab->failed) {
        lab->failed = true;
        lab->failure = error;
    }
    bool kept = keeping_end(&lab->keeping, lab->screen.quit, &error);
    if (!kept && !lab->failed) {
        lab->failed = true;
        lab->failure = error;
    }
    lesson_desk_end(&lab->desk);
    follower_destroy(lab->follower);
    source_destroy(&lab->source);
    screen_clear(&lab->screen);
    surface_destroy(lab->surface);
    refresh_clear(&lab->refresh);
    for (int i = 0; i < 2; i++) {
        if (lab->wake[i] >= 0)
            close(lab->wake[i]);
    }
}

static int run(const struct options *options)
{
    struct error error;
    if (!term_usable(&error))
        return say_usage("%s; 'nablascope %s without a terminal", error.text,
            options->deck         ? "lesson --check' goes through one"
                : options->replay ? "replay --check' verifies"
                                  : "run' trains");
    struct lab *lab = calloc(1, sizeof *lab);
    if (!lab) {
        say("out of memory");
        return 1;
    }
    lab->options = options;
    lab->wake[0] = lab->wake[1] = -1;
    lab->keeping = (struct keeping){.screen = &lab->screen,
        .source = &lab->source,
        .exporting = &lab->exporting,
        .desk = &lab->desk};
    lab->desk = (struct lesson_desk){.screen = &lab->screen, .source = &lab->source};
    bool started = start(lab, &error);
    if (started)
        loop(lab);
    stop(lab);
    if (lab->failed)
        error = lab->failure;
    if (!started || lab->failed)
        say("%s", error.text);
    int status = !started || lab->failed ? 1 : 0;
    int ended_by = lab->ended_by;
    free(lab);
    if (ended_by)
        term_raise(ended_by);
    return status;
}

struct call {
    const struct options *options;
    int status;
};

static void *run_call(void *context)
{
    struct call *call = context;
    call->status = run(call->options);
    return NULL;
}

/* On a thread of its own, whose stack does not depend on what the shell allows: reading a
 * terminfo entry alone takes 64 kB. */
int lab_main(const struct options *options)
{
    struct call call = {options, 1};
    pthread_t thread;
    if (!thread_start(&thread, run_call, &call)) {
        say("cannot start a thread");
        return 1;
    }
    (void)pthread_join(thread, NULL);
    return call.status;
}
