#include "cli/replay_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/headless.h"
#include "cli/receipt_check.h"
#include "cli/say.h"
#include "cli/session_input.h"
#include "core/numbers.h"
#include "core/state.h"
#include "engine/memory.h"

/* A field that RFC 4180 needs quoted is. */
void check_field(FILE *file, const char *text)
{
    if (!strpbrk(text, "\",\r\n")) {
        (void)fputs(text, file);
        return;
    }
    (void)fputc('"', file);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', file);
        (void)fputc(*text, file);
    }
    (void)fputc('"', file);
}

static void print_row(FILE *file, const char *name, const struct replay_finding *finding)
{
    static const char *const verdicts[] = {"ok", "differs", "numbers", "unreadable"};
    check_field(file, name);
    (void)fprintf(file, ",%s", verdicts[finding->verdict]);
    if (finding->verdict == VERDICT_UNREADABLE) {
        (void)fputs(",,,,,", file);
    } else {
        (void)fprintf(
            file, ",%d,%" PRIu64 ",%d,", finding->branches, finding->steps, finding->digests);
        if (finding->verdict != VERDICT_OK)
            (void)fprintf(file, "%" PRIu64, finding->failed_step);
        (void)fputc(',', file);
    }
    check_field(file, finding->error.text);
    (void)fputc('\n', file);
}

/* The work on one of the files. */
struct job {
    const struct options *options;
    int file, branch; /* indices */
    struct replay replay;
    struct progress *progress;
    struct replay_finding finding;
};

/* The file is of no use here, or the job is given up. False. */
static bool give_up(struct job *job, const char *why)
{
    if (headless_ended())
        return false;
    job->finding.verdict = VERDICT_UNREADABLE;
    return error_set(&job->finding.error, "%s", why);
}

/* Goes to a step and evaluates it, or to where the run diverges before. */
static bool go(struct job *job, struct run *run, uint64_t goal)
{
    while (run_evaluate(run, false)) {
        if (run->training->step == goal || run_diverged(run))
            return true;
        if (!run_update(run))
            break;
        job->finding.steps++;
        if (progress_due(job->progress))
            progress_show(job->progress,
                "file %d of %d, branch %d of %d: step %" PRIu64 " of %" PRIu64, job->file + 1,
                job->options->file_count, job->branch + 1, job->replay.branches.count,
                run->training->step, goal);
    }
    return give_up(job, "out of memory");
}

/* False when there is nothing more to verify. */
static bool verify_mark(struct job *job, struct run *run, const struct session_mark *mark)
{
    struct replay_finding *finding = &job->finding;
    int numbers = job->replay.numbers;
    if (!go(job, run, mark->step))
        return false;
    uint64_t digest = state_digest(run->training, STATE_COMPUTED);
    bool there = run->training->step == mark->step;
    if (there && digest == mark->digest) {
        finding->digests++;
        return true;
    }
    finding->verdict = numbers == NUMBERS_VERSION ? VERDICT_DIFFERS : VERDICT_NUMBERS;
    finding->failed_step = mark->step;
    if (!there)
        return error_set(&finding->error, "branch %d diverges already at step %" PRIu64,
            job->branch + 1, run->training->step);
    struct error why;
    replay_why(numbers, &run->training->hparams, "this file", &why);
    return error_set(&finding->error,
        "branch %d: saved %016" PRIx64 " by numbers %d and computed %016" PRIx64
        " by numbers %d%s%s",
        job->branch + 1, mark->digest, numbers, digest, NUMBERS_VERSION,
        numbers == NUMBERS_VERSION ? ": " : "", numbers == NUMBERS_VERSION ? why.text : "");
}

struct run *replay_begin(
    const struct options *options, const struct branch *branch, struct error *error)
{
    struct dataset *data =
        data_read(options->reader, &branch->first, headless_interrupt(), error);
    if (!data || !memory_fits(run_bytes(&branch->first, dataset_shape(data)), error)) {
        dataset_release(data);
        return NULL;
    }
    struct run *run = run_create(
        &branch->first, data, options->kernels, options->workers, headless_interrupt());
    if (run && run_retrace(run, &branch->changes, branch->reached))
        return run;
    run_destroy(run);
    (void)error_set(error, "out of memory");
    return NULL;
}

static struct run *begin(struct job *job)
{
    struct error error;
    struct run *run =
        replay_begin(job->options, &job->replay.branches.list[job->branch], &error);
    if (!run)
        (void)give_up(job, error.text);
    return run;
}

/* False when there is nothing more to verify. */
static bool verify_branch(struct job *job)
{
    const struct replay *replay = &job->replay;
    struct run *run = NULL;
    bool going = true;
    for (int i = 0; i < replay->mark_count && going; i++) {
        if (replay->marks[i].branch != job->branch)
            continue;
        run = run ? run : begin(job);
        going = run && verify_mark(job, run, &replay->marks[i]);
    }
    run_destroy(run);
    return going;
}

/* All branches of what has been read, or one alone. */
static void verify_replay(struct job *job, uint64_t only)
{
    int count = job->replay.branches.count, last = only > 0 ? (int)only : count;
    job->finding.branches = count;
    for (job->branch = only > 0 ? (int)only - 1 : 0; job->branch < last; job->branch++) {
        if (!verify_branch(job))
            break;
    }
}

struct replay_finding replay_verify(const struct options *options, int file,
    const struct replay *replay, struct progress *progress)
{
    struct job job = {
        .options = options, .file = file, .replay = *replay, .progress = progress};
    verify_replay(&job, 0);
    return job.finding;
}

static void verify(struct job *job)
{
    const char *name = job->options->files[job->file];
    struct replay_finding *finding = &job->finding;
    uint64_t only = job->options->branch;
    if (!session_input(name, only, headless_interrupt(), &job->replay, &finding->error)) {
        finding->verdict = VERDICT_UNREADABLE;
        return;
    }
    verify_replay(job, only);
    replay_clear(&job->replay);
}

static int work(const struct options *options, struct session *none, struct output *output)
{
    struct progress progress = progress_begin(output);
    bool right = true, going = true;
    (void)none;
    output_begin(output);
    (void)fputs("file,status,branches,steps,digests,failed_step,error\n", output->file);
    for (int i = 0; i < options->file_count && going; i++) {
        struct job job = {.options = options, .file = i, .progress = &progress};
        verify(&job);
        if (headless_ended())
            break;
        right = right && job.finding.verdict == VERDICT_OK;
        print_row(output->file, options->files[i], &job.finding);
        going = output_rows(output, 1);
        if (job.finding.verdict == VERDICT_UNREADABLE) {
            progress_end(&progress);
            say("%s", job.finding.error.text);
        }
    }
    progress_end(&progress);
    int status = headless_close(output, true);
    return right ? status : 1;
}

int replay_check(const struct options *options)
{
    int receipts = 0;
    for (int i = 0; i < options->file_count; i++)
        receipts += receipt_named(options->files[i]);
    if (receipts > 0 && receipts < options->file_count)
        return say_usage("replay --check: sessions and receipts have other columns: the one or "
                         "the other");
    if (receipts > 0 && options->branch > 0)
        return say_usage(
            "replay --check: --branch is of sessions: a receipt is marked as a whole");
    if (receipts > 0)
        return receipt_check(options);
    static const struct headless command = {NULL, work, NULL};
    return headless_main(options, &command);
}
