#include "engine/session.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/memory.h"
#include "engine/preset.h"

static struct run *build(
    const struct session *session, const struct hparams *hparams, struct error *error)
{
    const struct interrupt *interrupt = &session->interrupt;
    struct run *run =
        run_create(hparams, dataset_of(hparams), session->kernels, session->workers, interrupt);
    if (!run && interrupt_asked(interrupt))
        error_set(error, "interrupted");
    else if (!run)
        error_set(error, "out of memory: depth %d, width %d and this batch need %.1f MiB",
            hparams->depth, hparams->width, (double)run_bytes(hparams) / 1048576);
    return run;
}

void session_share(struct session *session, const struct workers *workers)
{
    session->workers = workers;
    if (session->run)
        session->run->training->network->workers = workers;
}

static void adopt(struct session *session, struct run *run, const struct hparams *hparams)
{
    run_destroy(session->run);
    run->observer = session->observer;
    session->run = run;
    session->hparams = *hparams;
    session->runs++;
    session->changes++;
}

struct session *session_open(const struct wanted *wanted, const struct kernels *kernels,
    const struct interrupt *interrupt)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->kernels = kernels;
    session->news.wanted = *wanted;
    session->hparams = wanted->hparams;
    if (interrupt)
        session->interrupt = *interrupt;
    return session;
}

struct session *session_create(const struct hparams *hparams, const struct kernels *kernels,
    const struct interrupt *interrupt, struct error *error)
{
    struct wanted wanted = {.hparams = *hparams, .target_rate = INFINITY};
    struct session *session = session_open(&wanted, kernels, interrupt);
    if (!session)
        error_set(error, "out of memory");
    if (session && session_settle(session, error) == SETTLED)
        return session;
    session_destroy(session);
    return NULL;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    run_destroy(session->run);
    free(session);
}

void session_observe(struct session *session, const struct run_observer *observer)
{
    session->observer = observer ? *observer : (struct run_observer){.context = NULL};
    if (session->run) {
        session->run->observer = session->observer;
        run_forget(session->run);
    }
}

bool session_unseen(const struct session *session)
{
    return survey_unseen(&session->run->training->survey);
}

bool session_reach(struct session *session, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        if (!run_evaluate(session->run, false))
            return false;
        if (run_diverged(session->run))
            return true;
        if (!run_update(session->run))
            return false;
    }
    return run_evaluate(session->run, false);
}

bool session_advance(struct session *session, uint64_t steps)
{
    return session_reach(session, steps) && run_evaluate(session->run, true);
}

struct training *session_release(struct session *session)
{
    struct training *training = run_release(session->run);
    session->run = NULL;
    return training;
}

static bool rebuild(struct session *session, const struct hparams *hparams, struct error *error)
{
    if (!memory_fits(run_bytes(hparams), error))
        return false;
    /* When both do not fit, the old network goes first; it is of no use then anyway. */
    size_t both = run_bytes(&session->hparams) + run_bytes(hparams);
    if (both > memory_size()) {
        run_destroy(session->run);
        session->run = NULL;
    }
    struct run *run = build(session, hparams, error);
    if (run) {
        adopt(session, run, hparams);
        return true;
    }
    run = session->run ? NULL : build(session, &session->hparams, NULL);
    if (run)
        adopt(session, run, &session->hparams);
    return false;
}

bool session_configure(
    struct session *session, const struct hparams *hparams, bool *rebuilt, struct error *error)
{
    *rebuilt = !session->run || hparams_rebuild(&session->hparams, hparams);
    if (*rebuilt)
        return rebuild(session, hparams, error);
    if (!run_adjust(session->run, hparams, error))
        return false;
    session->hparams = *hparams;
    session->changes++;
    return true;
}

bool session_reset(struct session *session, struct error *error)
{
    return rebuild(session, &session->hparams, error);
}

bool session_stale(const struct session *session)
{
    const struct wanted *wanted = &session->news.wanted;
    return !session->run || wanted->anew || !hparams_equal(&wanted->hparams, &session->hparams);
}

enum settled session_settle(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    struct error own = {.text = ""};
    error = error ? error : &own;
    bool rebuilt = false;
    if (!session_stale(session))
        return SETTLED;
    bool done = session_configure(session, &wanted->hparams, &rebuilt, error);
    if (done && wanted->anew && !rebuilt)
        done = rebuilt = session_reset(session, error);
    if (done) {
        session->news.builds += rebuilt;
        session->pacing.due = 0;
        wanted->anew = false;
        return SETTLED;
    }
    if (interrupt_asked(&session->interrupt))
        return SETTLED_LATER;
    if (!session->run)
        return SETTLED_NEVER;
    wanted->hparams = session->hparams;
    wanted->anew = false;
    session_say(session, true, "%s", error->text);
    return SETTLED_OTHERWISE;
}

void session_say(struct session *session, bool is_error, const char *format, ...)
{
    struct news *news = &session->news;
    va_list arguments;
    if (!is_error && news->message_is_error && session->message_unshown)
        return;
    va_start(arguments, format);
    (void)vsnprintf(news->message, sizeof news->message, format, arguments);
    va_end(arguments);
    news->shorter[0][0] = news->shorter[1][0] = '\0';
    news->message_is_error = is_error;
    news->message_serial++;
    session->message_unshown = true;
}

/* Of what was said last, if it was said: for 80 columns, and for 40. */
static void shorten(struct session *session, const char *words, const char *few)
{
    struct news *news = &session->news;
    if (news->message_is_error)
        return;
    (void)snprintf(news->shorter[0], NEWS_SHORT, "%s", words);
    (void)snprintf(news->shorter[1], NEWS_SHORT, "%s", few);
}

static void tell_setting(struct session *session, const struct hparam *row)
{
    char words[NEWS_SHORT], few[96];
    char value[64] = "";
    hparam_format(&session->news.wanted.hparams, row, value, sizeof value);
    const char *meaning =
        row->choice_help ? row->choice_help(names_find(row->choices, value)) : NULL;
    const char *colon = meaning ? ": " : "";
    meaning = meaning ? meaning : "";
    if (row->rebuild)
        session_say(session, false, "%s %s, built anew, from step 0%s%s", row->name, value,
            colon, meaning);
    else
        session_say(session, false, "%s %s from step %" PRIu64 " on%s%s", row->name, value,
            session->run ? session->run->training->step : 0, colon, meaning);
    (void)snprintf(few, sizeof few, "%s %s", row->name, value);
    (void)snprintf(words, sizeof words, "%s%s%s", few, colon, meaning);
    shorten(session, words, few);
}

static void tell_preset(struct session *session, const char *name)
{
    char words[NEWS_SHORT], few[NEWS_SHORT];
    const char *look = preset_find(name, NULL)->look;
    session_say(session, false, "preset %s: %s", name, look);
    (void)snprintf(few, sizeof few, "preset %s", name);
    (void)snprintf(words, sizeof words, "%s: %s", name, look);
    shorten(session, words, few);
}

void session_tell(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    const struct command *command = &wanted->last;
    if (!wanted->untold)
        return;
    wanted->untold = false;
    if (command->id == COMMAND_PRESET)
        tell_preset(session, command->text);
    else if (command->id == COMMAND_RESET)
        session_say(session, false, "back to step 0, the same seed");
    else if (command->id == COMMAND_RESEED)
        session_say(session, false, "seed %" PRIu64 ", from step 0", wanted->hparams.seed);
    else if (command->row)
        tell_setting(session, command->row);
}

bool session_do(struct session *session, const struct command *command, struct error *error)
{
    struct error own;
    error = error ? error : &own;
    if (!wanted_do(&session->news.wanted, command, error)) {
        session_say(session, true, "%s", error->text);
        return false;
    }
    session_tell(session);
    return session_settle(session, error) == SETTLED;
}

bool session_owes(const struct session *session)
{
    const struct wanted *wanted = &session->news.wanted;
    return (wanted->running || wanted->owed > 0) && !run_diverged(session->run);
}

bool session_claim(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    bool owes = session_owes(session);
    if (owes && !wanted->running)
        wanted->owed--;
    return owes;
}

bool session_work(struct session *session)
{
    if (!run_evaluate(session->run, false))
        return false;
    if (!session_claim(session))
        return true;
    return run_update(session->run) && run_evaluate(session->run, false);
}
