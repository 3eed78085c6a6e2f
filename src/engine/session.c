#include <inttypes.h>
#include <stdlib.h>

#include "engine/memory.h"
#include "engine/session_internal.h"

static struct run *build(
    const struct session *session, const struct hparams *hparams, struct error *error)
{
    const struct interrupt *interrupt = &session->interrupt;
    struct dataset *data = data_read(session->reader, hparams, interrupt, error);
    if (!data)
        return NULL;
    struct data_shape shape = dataset_shape(data);
    if (!training_agrees(hparams, shape, error)) {
        dataset_release(data);
        return NULL;
    }
    struct run *run = run_create(hparams, data, session->kernels, session->workers, interrupt);
    if (!run && interrupt_asked(interrupt))
        error_set(error, "interrupted");
    else if (!run)
        error_set(error,
            "out of memory: %d layers of up to %d units and this batch need %.1f MiB",
            hparams->depth, hparams->width, (double)run_bytes(hparams, shape) / 1048576);
    return run;
}

void session_share(struct session *session, const struct workers *workers)
{
    session->workers = workers;
    if (session->run)
        session->run->training->network->workers = workers;
    if (session->ghost)
        ghost_share(session->ghost, workers);
}

static void adopt(struct session *session, struct run *run, const struct hparams *hparams)
{
    session_note_data(session, run->training->data);
    run_destroy(session->run);
    run->observer = session->observer;
    run->checkpoints.budget = session->ghost ? session->history / 2 : session->history;
    session->run = run;
    session->hparams = *hparams;
    session->runs++;
    session->changes++;
    session->arrived = 0;
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
    ghost_destroy(session->ghost);
    run_destroy(session->run);
    branches_clear(&session->branches);
    lecture_clear(&session->lecture);
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

struct training *session_release(struct session *session)
{
    struct training *training = run_release(session->run);
    session->run = NULL;
    return training;
}

void session_note(struct session *session)
{
    const struct run *run = session->run;
    struct branches *branches = &session->branches;
    if (run && branches_note(branches, &run->changes, run->furthest))
        marks_merge(&branches->list[branches->active].marks, &run->marks);
    session_ghost_heed(session);
    branches_tell(branches, &session->news.branches);
}

/* The same where something of them may have changed. */
static void note(struct session *session)
{
    session_note(session);
    session->news.noted++;
}

/* A run at step 0; one that begins like an earlier one goes on as that. */
static void begin(struct session *session, struct run *run, const struct hparams *hparams)
{
    int left = session->branches.active;
    run->furthest = branches_begin(&session->branches, hparams);
    adopt(session, run, hparams);
    session_ghost_turn(session, left);
    note(session);
}

static bool rebuild(struct session *session, const struct hparams *hparams, struct error *error)
{
    if (!session_fits(session, hparams, 0, error))
        return false;
    note(session);
    session_ghost_yield(session, session_bytes(session, hparams));
    /* When both do not fit, the old network goes first; it is of no use then anyway. */
    size_t both = session_bytes(session, &session->hparams) + session_bytes(session, hparams);
    if (both > memory_size()) {
        run_destroy(session->run);
        session->run = NULL;
    }
    struct run *run = build(session, hparams, error);
    if (run) {
        begin(session, run, hparams);
        return true;
    }
    run = session->run ? NULL : build(session, &session->hparams, NULL);
    if (run)
        begin(session, run, &session->hparams);
    return false;
}

bool session_configure(
    struct session *session, const struct hparams *hparams, bool *rebuilt, struct error *error)
{
    *rebuilt = !session->run || hparams_rebuild(&session->hparams, hparams);
    if (*rebuilt)
        return rebuild(session, hparams, error);
    if (hparams_equal(&session->hparams, hparams))
        return true;
    const struct branches *branches = &session->branches;
    bool ahead = run_ahead(session->run) || branches->list[branches->active].followed;
    note(session);
    if (!run_adjust(session->run, hparams, error))
        return false;
    if (ahead)
        branches_add(&session->branches, session->branches.active, &session->run->first);
    note(session);
    session->news.futures += ahead;
    session->hparams = *hparams;
    session->changes++;
    return true;
}

bool session_exchange(struct session *session, const struct branch *branch, struct error *error)
{
    size_t old = session->run ? session_bytes(session, &session->hparams) : 0;
    if (!session_fits(session, &branch->first, old, error))
        return false;
    struct run *run = build(session, &branch->first, error);
    if (!run)
        return false;
    if (!run_retrace(run, &branch->changes, branch->reached)) {
        run_destroy(run);
        return error_set(error, "out of memory");
    }
    adopt(session, run, &branch->first);
    return true;
}

bool session_switch(struct session *session, int index, struct error *error)
{
    struct branches *branches = &session->branches;
    struct wanted *wanted = &session->news.wanted;
    if (!branches_has(branches, index, error))
        return false;
    note(session);
    const struct branch *branch = &branches->list[index];
    struct hparams left = session->hparams;
    uint64_t step = session->run->training->step;
    bool same = hparams_equal(&branch->first, &session->run->first);
    if (session->ghost && branches->ghost == index + 1)
        session_ghost_exchange(session);
    else if (!same && !session_exchange(session, branch, error))
        return false;
    else if (same && !run_retrace(session->run, &branch->changes, branch->reached))
        return error_set(error, "out of memory for that branch");
    branches->active = index;
    session->news.builds += !same;
    session->news.futures++;
    session->changes++;
    wanted->running = wanted->leaving = false;
    /* A step that is asked for is that of this branch. */
    if (!wanted->seeking)
        wanted->goal = step < branch->reached ? step : branch->reached;
    wanted->seeking = true;
    session->hparams = session->run->training->hparams;
    wanted_follow(wanted, &left, &session->hparams);
    note(session);
    return true;
}

bool session_load(struct session *session, const struct branches *branches, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    struct hparams left = session->hparams;
    struct branches taken;
    bool first = !session->run;
    if (!branches_copy(&taken, branches))
        return error_set(error, "out of memory for the branches");
    branches_reach_changes(&taken);
    if (!session_exchange(session, &taken.list[taken.active], error)) {
        branches_clear(&taken);
        return false;
    }
    branches_clear(&session->branches);
    session->branches = taken;
    session->news.builds++;
    if (first) {
        wanted_follow(wanted, &left, &session->hparams);
    } else {
        session->news.loads++;
        wanted->hparams = session->hparams;
        wanted->owed = 0;
        wanted->agenda.count = 0;
        wanted->seeking = wanted->leaving = wanted->branching = wanted->anew = false;
        wanted->racing = false;
        wanted->overlaid = wanted->reversing = wanted->waiting = false;
    }
    note(session);
    return true;
}

bool session_replay(struct session *session, const struct replay *replay, struct error *error)
{
    const struct branches *branches = &replay->branches;
    if (!session_load(session, branches, error))
        return false;
    session->replay = replay;
    session->unlike = 0;
    const struct branch_list *list = &session->news.branches;
    session_say(session, false, "replay to step %" PRIu64 ", branch %d of %d: %s",
        list->rows[list->active].reached, list->active + 1, list->count,
        list->rows[list->active].name);
    return true;
}

bool session_reset(struct session *session, struct error *error)
{
    return rebuild(session, &session->hparams, error);
}

/* What the run is to go by where it stands: what is asked for after a seek is for the step that
 * is sought. */
static const struct hparams *due(const struct session *session)
{
    const struct wanted *wanted = &session->news.wanted;
    if (wanted->leaving)
        return &wanted->left;
    return wanted->seeking ? &session->hparams : &wanted->hparams;
}

bool session_stale(const struct session *session)
{
    const struct wanted *wanted = &session->news.wanted;
    bool behind = wanted->following && session->lecture.fresh;
    return !session->run || wanted->anew || wanted->branching || wanted->racing || behind ||
        !hparams_equal(due(session), &session->hparams);
}

/* Makes the run's settings those that are due. */
static bool settle_settings(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    const struct replay *replay = session->replay;
    if (!session->run && replay && !session_replay(session, replay, error))
        return false;
    struct hparams next = *due(session);
    bool rebuilt = false;
    /* Another experiment: nothing stays beside it. */
    if (wanted->anew && wanted->last.id == COMMAND_PRESET)
        (void)session_ghost(session, -1, NULL);
    if (session->run && !wanted->anew && hparams_equal(&next, &session->hparams))
        return true;
    /* What begins anew leaves what it leaves as it was. */
    bool done = wanted->anew ? (rebuilt = rebuild(session, &next, error))
                             : session_configure(session, &next, &rebuilt, error);
    if (!done)
        return false;
    session->news.builds += rebuilt;
    session->pacing.due = 0;
    wanted->anew = wanted->leaving = false;
    return true;
}

enum settled session_settle(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    struct error own = {.text = ""};
    error = error ? error : &own;
    if (!session_stale(session))
        return SETTLED;
    bool set = settle_settings(session, error);
    if (set && session_race_settle(session, error) && session_branch_settle(session, error) &&
        session_settle_lecture(session, error))
        return SETTLED;
    if (interrupt_asked(&session->interrupt))
        return SETTLED_LATER;
    if (!session->run)
        return SETTLED_NEVER;
    if (!set) {
        wanted->hparams = session->hparams;
        wanted->anew = wanted->leaving = false;
    }
    wanted->branching = wanted->racing = false;
    session_give_up_lecture(session);
    session_say(session, true, "%s", error->text);
    return SETTLED_OTHERWISE;
}

bool session_do(struct session *session, const struct command *command, struct error *error)
{
    struct error own;
    error = error ? error : &own;
    session->news.wanted.at = session->run ? session->run->training->step : 0;
    session->news.wanted.furthest = session->run ? session->run->furthest : 0;
    if (!wanted_do(&session->news.wanted, command, error) || !session_accept(session, error)) {
        session->news.wanted.untold = false;
        session_say(session, true, "%s", error->text);
        return false;
    }
    session_tell(session);
    if (session_settle(session, error) != SETTLED)
        return false;
    while (session_seeks(session)) {
        if (!session_seek(session))
            return error_set(error, "%s", session->news.message);
    }
    return true;
}
