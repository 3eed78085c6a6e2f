/* `nablascope export`: one step in full. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/headless.h"
#include "cli/say.h"
#include "io/export.h"

static size_t bytes(const struct options *options, struct data_shape data)
{
    return training_bytes(&options->hparams, data, export_signals(options->layer));
}

/* Bytes would do anything to a terminal. */
static const char *unfit(const struct options *options, const struct output *output)
{
    if (options->export_format != EXPORT_NPZ || !isatty(fileno(output->file)))
        return NULL;
    return "npz is not for a terminal: -o FILE.npz writes it to a file";
}

static int work(const struct options *options, struct session *session, struct output *output)
{
    struct error error;
    session->news.wanted.agenda = options->agenda;
    bool reached = session_reach(session, options->step);
    if (session->news.message_is_error) { /* a change that could not be made */
        (void)output_close(output, false, NULL);
        return headless_fail(session->news.message);
    }
    if (reached && session->run->training->step < options->step) {
        const struct divergence *d = &session->run->training->seen.divergence;
        (void)output_close(output, false, NULL);
        say("step %" PRIu64 " is not reached: diverged at step %" PRIu64, options->step,
            d->step);
        return 1;
    }
    if (reached &&
        !training_keep_signals(session->run->training, export_signals(options->layer))) {
        (void)output_close(output, false, NULL);
        return headless_fail("out of memory for z and δ");
    }
    bool written = false;
    if (reached) {
        output_begin(output);
        written =
            export_step(output->file, session, options->export_format, options->layer, &error);
        (void)output_rows(output, 0); /* takes the stream's failure in */
    }
    int status = headless_close(output, written);
    if (written || status || output->error == EPIPE)
        return status;
    return headless_ended() ? 1 : headless_fail(reached ? error.text : "out of memory");
}

int export_main(const struct options *options)
{
    static const struct headless command = {bytes, work, unfit};
    return headless_main(options, &command);
}
