#include "cli/headless.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "cli/say.h"
#include "engine/memory.h"

static atomic_int ended_by;

/*
 * INT, TERM and HUP end the work at the row at hand; another one ends it at once. In a handler
 * the signal is blocked: raised again, it comes by its default action when the handler returns.
 */
static void on_signal(int number)
{
    int none = 0;
    if (atomic_compare_exchange_strong(&ended_by, &none, number))
        return;
    output_abandon();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static bool interrupt_wanted(void *context)
{
    (void)context;
    return atomic_load(&ended_by) != 0;
}

/* Catches a signal, unless whoever started this has it ignored, as nohup does. */
static void catch_signal(int number)
{
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        (void)sigaction(number, &action, NULL);
}

static void catch_signals(void)
{
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGHUP);
    /* A reader that has had enough is told by EPIPE, which ends quietly. */
    (void)signal(SIGPIPE, SIG_IGN);
}

/* Ends by the signal that came, if one did, so that a shell sees status 128 + its number. */
static int end(int status)
{
    int number = atomic_load(&ended_by);
    if (number) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    return status;
}

bool headless_ended(void)
{
    return atomic_load(&ended_by) != 0;
}

const struct interrupt *headless_interrupt(void)
{
    static const struct interrupt interrupt = {.wanted = interrupt_wanted, .context = NULL};
    return &interrupt;
}

int headless_fail(const char *text)
{
    say("%s", text);
    return 1;
}

int headless_close(struct output *output, bool keep)
{
    struct error error;
    return output_close(output, keep, &error) ? 0 : headless_fail(error.text);
}

/* A saved session up to where what is armed begins another future, whatever that changes. */
static bool load(struct session *session, const struct options *options, struct error *error)
{
    struct branches branches;
    if (!branches_copy(&branches, &options->replay->branches))
        return error_set(error, "out of memory for the branches");
    if (options->agenda.count > 0)
        change_log_cut(&branches.list[branches.active].changes, options->agenda.list[0].step);
    bool loaded = session_load(session, &branches, error);
    branches_clear(&branches);
    return loaded;
}

/* At step 0, with the workers that were asked for; of a session that was saved, with its
 * changes ahead. */
static struct session *open_session(
    const struct options *options, const struct headless *command, struct error *error)
{
    struct data_shape data;
    const struct wanted wanted = {.hparams = options->hparams, .target_rate = INFINITY};
    if (!data_measure(options->reader, &options->hparams, headless_interrupt(), &data, error) ||
        !memory_fits(command->bytes(options, data), error))
        return NULL;
    struct session *session = session_open(&wanted, options->kernels, headless_interrupt());
    if (!session) {
        error_set(error, "out of memory");
        return NULL;
    }
    session->reader = options->reader;
    bool built = options->replay ? load(session, options, error)
                                 : session_settle(session, error) == SETTLED;
    if (!built) {
        session_destroy(session);
        return NULL;
    }
    if (session->run->training->data->note)
        say("%s", session->run->training->data->note);
    session_share(session, options->workers);
    /* Nobody asks here what has become of the units. */
    training_record_deaths(session->run->training, false);
    return session;
}

int headless_main(const struct options *options, const struct headless *command)
{
    struct error error;
    struct output output;
    catch_signals();
    if (!output_open(&output, options->output, OUTPUT_ROWS, &error))
        return end(headless_ended() ? 1 : headless_fail(error.text));
    const char *unfit = command->unfit ? command->unfit(options, &output) : NULL;
    if (unfit) {
        (void)output_close(&output, false, NULL);
        return say_usage("%s", unfit);
    }
    struct session *session = command->bytes ? open_session(options, command, &error) : NULL;
    int status;
    if ((session || !command->bytes) && output_spares(&output, &error)) {
        status = command->work(options, session, &output);
    } else {
        (void)output_close(&output, false, NULL);
        status = headless_ended() ? 1 : headless_fail(error.text);
    }
    session_destroy(session);
    return end(status);
}
