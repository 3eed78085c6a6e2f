/* `nablascope picture`: the laboratory's screen at a step, without a terminal. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/headless.h"
#include "cli/offscreen.h"
#include "cli/pictures.h"
#include "cli/say.h"

static size_t bytes(const struct options *options, struct data_shape data)
{
    return run_bytes(&options->hparams, data);
}

static int fail(struct output *output, const char *text)
{
    (void)output_close(output, false, NULL);
    return headless_fail(text);
}

static int draw(struct offscreen *offscreen, const struct options *options,
    struct output *output, const struct picture_format *format)
{
    struct session *session = offscreen->session;
    const struct training *training = session->run->training;
    bool drawn = session_advance(session, options->step) && offscreen_look(offscreen);
    if (headless_ended()) {
        (void)output_close(output, false, NULL);
        return 1;
    }
    if (session->news.message_is_error) /* a change that could not be made */
        return fail(output, session->news.message);
    if (!drawn)
        return fail(output, "out of memory for the picture");
    if (training->step < options->step)
        say("step %" PRIu64 " is not reached: the picture is of step %" PRIu64
            ", where it diverged",
            options->step, training->step);
    output_begin(output);
    format->write(output->file, offscreen->surface, offscreen->screen.theme);
    return headless_close(output, true);
}

static int work(const struct options *options, struct session *session, struct output *output)
{
    struct offscreen offscreen;
    struct error error;
    int status;
    const char *name = options->output;
    bool standard = !name || strcmp(name, "-") == 0;
    const struct picture_format *format = picture_format_of(standard ? ".svg" : name, &error);
    session->news.wanted.agenda = options->agenda;
    training_record_deaths(session->run->training, true); /* it is drawn when units died */
    if (offscreen_open(&offscreen, session, options, &error))
        status = draw(&offscreen, options, output, format);
    else
        status = fail(output, error.text);
    offscreen_close(&offscreen);
    return status;
}

int picture_main(const struct options *options)
{
    static const struct headless command = {bytes, work, NULL};
    return headless_main(options, &command);
}
