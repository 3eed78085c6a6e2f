#include "cli/replay_record.h"

#include <math.h>

#include "cli/files.h"
#include "cli/headless.h"
#include "cli/offscreen.h"
#include "cli/session_input.h"
#include "io/output.h"

/* Steps a second, where nobody asks for others. */
#define RATE 20.0

static bool record_session(
    const struct options *options, struct session *session, uint64_t last, struct error *error)
{
    struct offscreen offscreen;
    struct recording recording;
    struct output output;
    struct error other;
    double rate = options->lab.paced ? options->lab.speed : RATE;
    /* What was recorded under that name before stays until there is all of this one. */
    if (!file_is_ready(options->record, error) ||
        !output_open(&output, options->record, OUTPUT_ROWS, error))
        return false;
    recording_lend(&recording, output.file, output.name);
    bool opened = offscreen_open(&offscreen, session, options, error);
    if (opened)
        output_begin(&output);
    bool recorded = opened && offscreen_record(&offscreen, &recording, last, rate, error);
    (void)recording_end(&recording, offscreen.now, NULL); /* of what has failed */
    offscreen_close(&offscreen);
    return output_close(&output, recorded, recorded ? error : &other) && recorded;
}

static bool record_file(const struct options *options, struct error *error)
{
    struct replay replay;
    if (!session_input(
            options->files[0], options->branch, headless_interrupt(), &replay, error))
        return false;
    struct wanted wanted = {.hparams = replay_branch(&replay)->first, .target_rate = INFINITY};
    struct session *session = session_open(&wanted, options->kernels, headless_interrupt());
    if (session) {
        session->reader = options->reader;
        session_share(session, options->workers);
    } else
        error_set(error, "out of memory");
    bool recorded = session && session_load(session, &replay.branches, error) &&
        record_session(options, session, replay_branch(&replay)->reached, error);
    session_destroy(session);
    replay_clear(&replay);
    return recorded;
}

static int work(const struct options *options, struct session *none, struct output *output)
{
    struct error error;
    (void)none;
    bool recorded = record_file(options, &error);
    (void)headless_close(output, false);
    return recorded ? 0 : headless_ended() ? 1 : headless_fail(error.text);
}

int replay_record(const struct options *options)
{
    static const struct headless command = {NULL, work, NULL};
    return headless_main(options, &command);
}
