#include "cli/offscreen.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/pictures.h"
#include "ui/draw/refresh.h"

#define FRAMES 30.0 /* a second */
/* How long the last picture stands. */
#define END_SECONDS 2.0

bool offscreen_open(struct offscreen *offscreen, struct session *session,
    const struct options *options, struct error *error)
{
    const struct lab_options *lab = &options->lab;
    char view[64];
    memset(offscreen, 0, sizeof *offscreen);
    snapshot_init(&offscreen->snapshot);
    offscreen->session = session;
    offscreen->plain = lab->ascii;
    offscreen->surface = surface_create(lab->width, lab->height);
    const struct theme *theme = lab->theme ? theme_find(lab->theme) : &themes[0];
    if (!screen_init(&offscreen->screen, &session->hparams, theme, false, INFINITY) ||
        !offscreen->surface)
        return error_set(error, "out of memory for the picture");
    if (lab->view) {
        (void)snprintf(view, sizeof view, "view %s", lab->view);
        screen_command(&offscreen->screen, view);
    }
    return true;
}

void offscreen_close(struct offscreen *offscreen)
{
    session_observe(offscreen->session, NULL);
    screen_clear(&offscreen->screen);
    snapshot_clear(&offscreen->snapshot);
    looks_clear(&offscreen->looks);
    refresh_clear(&offscreen->refresh);
    surface_destroy(offscreen->surface);
}

/* Gives the screen a snapshot with what it asks for; `rate`: how fast it is said to run, 0: it
 * is paused. */
static bool update(struct offscreen *offscreen, double rate)
{
    struct session *session = offscreen->session;
    struct snapshot *snapshot = &offscreen->snapshot;
    struct watch watch = screen_watch(&offscreen->screen);
    looks_watch(&offscreen->looks, session, &watch);
    if (!session_evaluate(session, true) ||
        !snapshot_take(snapshot, session, &offscreen->looks))
        return false;
    snapshot->news.wanted.running = rate > 0;
    snapshot->news.wanted.target_rate = rate > 0 ? rate : INFINITY;
    snapshot->news.rate = rate;
    screen_update(&offscreen->screen, snapshot, offscreen->now);
    screen_tick(&offscreen->screen, offscreen->now);
    return true;
}

bool offscreen_look(struct offscreen *offscreen)
{
    /* Twice: what is asked for depends on what there is room for. */
    for (int i = 0; i < 2 || looks_unfinished(&offscreen->looks, offscreen->session); i++) {
        screen_draw(&offscreen->screen, offscreen->surface);
        if (!update(offscreen, 0))
            return false;
    }
    screen_draw(&offscreen->screen, offscreen->surface);
    picture_reduce(offscreen->surface, offscreen->screen.theme, offscreen->plain);
    return true;
}

static bool show(
    struct offscreen *offscreen, struct recording *recording, bool last, struct error *error)
{
    struct screen *screen = &offscreen->screen;
    if (!last) {
        screen_draw(screen, offscreen->surface);
        (void)refresh_hold(
            &offscreen->refresh, offscreen->surface, screen_pace(screen), offscreen->now);
        picture_reduce(offscreen->surface, screen->theme, offscreen->plain);
    }
    return recording_show(
        recording, offscreen->now, offscreen->surface, screen->theme, screen->snapshot, error);
}

bool offscreen_record(struct offscreen *offscreen, struct recording *recording, uint64_t last,
    double rate, struct error *error)
{
    struct session *session = offscreen->session;
    const struct training *training = session->run->training;
    uint64_t first = training->step;
    bool going = true;
    for (uint64_t frame = 0; going; frame++) {
        offscreen->now = (double)frame / FRAMES;
        double target = floor((double)first + offscreen->now * rate);
        uint64_t goal = target < (double)last ? (uint64_t)target : last;
        if (!session_advance(session, goal - training->step) || !update(offscreen, rate))
            return error_set(error, "given up at step %" PRIu64, training->step);
        going = training->step < last && !run_diverged(session->run);
        if (going && !show(offscreen, recording, false, error))
            return false;
    }
    if (!offscreen_look(offscreen))
        return error_set(error, "given up at step %" PRIu64, training->step);
    return show(offscreen, recording, true, error) &&
        recording_end(recording, offscreen->now + END_SECONDS, error);
}
