#include "cli/exporting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "core/text.h"
#include "engine/clock.h"
#include "engine/thread.h"

/* How often it is told how far it is. */
#define TELL_SECONDS 0.5

static const char *rows_name(int index)
{
    static const char *const names[] = {"layers", "steps"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

/* What is written, by the end of the file's name; `rows`: which rows were asked for, -1: none.
 */
static bool set_format(
    struct branch_export *work, const char *name, int rows, struct error *error)
{
    const char *end = strrchr(name, '.');
    const char *format = end ? end + 1 : "";
    int of_rows = -1, of_step = -1;
    for (int i = 0; rows_format_name(i); i++)
        of_rows = strcmp(rows_format_name(i), format) == 0 ? i : of_rows;
    for (int i = 0; export_format_name(i); i++)
        of_step = strcmp(export_format_name(i), format) == 0 ? i : of_step;
    if (of_rows < 0 && of_step < 0)
        return error_set(error,
            "'%s' ends in no format: .csv, .jsonl (all steps), .json or .npz (this one)",
            SHOWN(name));
    if (of_rows < 0 && rows >= 0)
        return error_set(
            error, "%s are rows of all steps: FILE.csv or FILE.jsonl", rows_name(rows));
    work->full = of_step >= 0;
    work->layers = rows != 1;
    work->format = of_rows >= 0 ? (enum rows_format)of_rows : ROWS_CSV;
    work->export_format = of_step >= 0 ? (enum export_format)of_step : EXPORT_JSON;
    return true;
}

static bool ask(struct exporting *exporting, const struct screen *screen,
    const struct source *source, struct error *error)
{
    const char *name;
    int rows = line_choice(screen->errand.text, rows_name, &name);
    if (exporting->state != EXPORTING_NOTHING)
        return error_set(error, "%s is still being written: 'export off' gives it up",
            SHOWN_FILE(exporting->file));
    if (!set_format(&exporting->work, name, rows, error))
        return false;
    if (!file_is_ready(name, error) || !spared_not(name, OUTPUT_ROWS, error))
        return false;
    if (!screen->snapshot || !source_ask_copy(source, false))
        return error_set(error, "nothing is trained here that could be computed again");
    (void)snprintf(exporting->file, sizeof exporting->file, "%s", name);
    exporting->work.step = screen->snapshot->seen.step;
    exporting->state = EXPORTING_ASKED;
    return true;
}

static void give_up(struct exporting *exporting, struct screen *screen)
{
    if (exporting->state == EXPORTING_NOTHING)
        screen_say(screen, false, "nothing is being exported");
    else if (exporting->state == EXPORTING_ASKED) {
        exporting->state = EXPORTING_NOTHING;
        screen_say(screen, false, "given up, nothing is written");
    }
    atomic_store(&exporting->given_up, true); /* the thread tells when it has ended */
}

bool exporting_errand(
    struct exporting *exporting, struct screen *screen, const struct source *source)
{
    struct error error;
    if (screen->errand.id != COMMAND_EXPORT)
        return false;
    screen->has_errand = false;
    if (strcmp(screen->errand.text, "off") == 0)
        give_up(exporting, screen);
    else if (!ask(exporting, screen, source, &error))
        screen_say(screen, true, error.text);
    return true;
}

static bool interrupt_wanted(void *context)
{
    struct exporting *exporting = context;
    return atomic_load(&exporting->given_up);
}

static void wake(const struct exporting *exporting)
{
    /* A pipe that is full has woken already. */
    if (write(exporting->wake_fd, "", 1) < 0)
        return;
}

static void progress(void *context, uint64_t step)
{
    struct exporting *exporting = context;
    double now = clock_seconds();
    atomic_store(&exporting->done, step);
    if (now < exporting->woken_at + TELL_SECONDS)
        return;
    exporting->woken_at = now;
    wake(exporting);
}

static void *work(void *context)
{
    struct exporting *exporting = context;
    struct output output;
    struct error *error = &exporting->error, other;
    bool written = output_open(&output, exporting->file, OUTPUT_ROWS, error);
    if (written) {
        written = branch_export_write(&exporting->work, &output, error);
        written = output_close(&output, written, written ? error : &other) && written;
    }
    exporting->written = written;
    atomic_store(&exporting->ended, true);
    wake(exporting);
    return NULL;
}

/* What the run shown has been, of the branch at hand; false where that is another by now. */
static bool take_branch(struct exporting *exporting, const struct session_copy *copy)
{
    const struct branches *branches = &copy->branches;
    const struct branch *active = &branches->list[branches->active];
    exporting->branch = (struct branch){.first = active->first, .reached = active->reached};
    return branches->count > 0 && active->reached >= exporting->work.step &&
        change_log_copy(&exporting->branch.changes, &active->changes);
}

static void release(struct exporting *exporting)
{
    change_log_clear(&exporting->branch.changes);
    exporting->state = EXPORTING_NOTHING;
}

/* Unless something else is being said. */
static void tell_progress(const struct exporting *exporting, struct screen *screen)
{
    static const char lead[] = "computing ";
    char text[COMMAND_ARGUMENT_SIZE + sizeof(struct error)];
    uint64_t done = atomic_load(&exporting->done), all = exporting->work.step;
    bool other = screen->message[0] && strncmp(screen->message, lead, sizeof lead - 1) != 0;
    if (other)
        return;
    (void)snprintf(text, sizeof text,
        "%sstep %" PRIu64 " of %" PRIu64 " for %s; 'export off' gives it up", lead, done, all,
        SHOWN_FILE(exporting->file));
    screen_say(screen, false, text);
}

void exporting_begin(
    struct exporting *exporting, struct screen *screen, const struct session_copy *copy)
{
    if (exporting->state != EXPORTING_ASKED)
        return;
    atomic_store(&exporting->given_up, false);
    atomic_store(&exporting->ended, false);
    atomic_store(&exporting->done, 0);
    exporting->woken_at = clock_seconds();
    exporting->work.branch = &exporting->branch;
    exporting->work.kernels = exporting->kernels;
    exporting->work.reader = exporting->reader;
    exporting->work.interrupt =
        (struct interrupt){.wanted = interrupt_wanted, .context = exporting};
    exporting->work.progress = progress;
    if (!take_branch(exporting, copy))
        screen_say(screen, true, "nothing is exported: what was shown is no longer at hand");
    else if (!thread_start(&exporting->thread, work, exporting))
        screen_say(screen, true, "nothing is exported: there can be no further thread");
    else {
        exporting->state = EXPORTING_WORKING;
        screen->message[0] = '\0';
        tell_progress(exporting, screen);
        return;
    }
    release(exporting);
}

void exporting_tell(struct exporting *exporting, struct screen *screen)
{
    char text[COMMAND_ARGUMENT_SIZE + sizeof(struct error)];
    uint64_t step = exporting->work.step;
    if (exporting->state != EXPORTING_WORKING)
        return;
    if (!atomic_load(&exporting->ended)) {
        tell_progress(exporting, screen);
        return;
    }
    (void)pthread_join(exporting->thread, NULL);
    const char *name = SHOWN_FILE(exporting->file);
    if (!exporting->written && atomic_load(&exporting->given_up))
        (void)snprintf(text, sizeof text, "given up, %s is not written", name);
    else if (!exporting->written)
        (void)snprintf(text, sizeof text, "nothing is exported: %s", exporting->error.text);
    else if (exporting->work.full)
        (void)snprintf(text, sizeof text, "written: %s, step %" PRIu64 " in full", name, step);
    else
        (void)snprintf(text, sizeof text, "written: %s, %s of steps 0 to %" PRIu64, name,
            exporting->work.layers ? "every layer" : "the rows", step);
    screen_say(screen, !exporting->written && !atomic_load(&exporting->given_up), text);
    release(exporting);
}

bool exporting_end(struct exporting *exporting, struct error *error)
{
    bool asked = exporting->state != EXPORTING_NOTHING, written = false;
    if (exporting->state == EXPORTING_WORKING) {
        atomic_store(&exporting->given_up, true);
        (void)pthread_join(exporting->thread, NULL);
        written = exporting->written;
    }
    release(exporting);
    return !asked || written ||
        error_set(error, "%s is not written: the export was given up at the end",
            SHOWN_FILE(exporting->file));
}
