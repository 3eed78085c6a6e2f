#include "engine/lesson_trial.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/check_verdict.h"
#include "core/text.h"

bool lesson_check_gradient(const struct training *training, const struct lesson_check *wanted,
    struct lesson_checked *checked)
{
    const struct check_scheme_info *scheme = &check_schemes[wanted->scheme];
    struct check_options options;
    check_options_init(&options, 1);
    options.epsilons[0] = wanted->epsilon;
    options.epsilons[1] = check_second_epsilon(wanted->epsilon);
    options.epsilon_count = 2;
    options.budget *= 2; /* as `nablascope check` has it */
    options.elements = wanted->elements;
    options.plant = wanted->plant;
    options.with_float = scheme->precision == PRECISION_FLOAT;
    struct gradient_check *check = gradient_check_create(training, &options);
    if (!check)
        return false;
    /* The second is for where the first alone would accuse. */
    while (!gradient_check_complete(check) &&
        (check->done == 0 || check_needs_second(check, wanted->scheme))) {
        if (!gradient_check_advance(check) && !gradient_check_complete(check))
            break;
    }
    bool done = check->done > 0;
    memset(checked, 0, sizeof *checked);
    checked->layers = check->network->layer_count;
    for (int l = 0; done && l < checked->layers; l++) {
        const struct check_error *error =
            gradient_check_error(check, scheme->difference, scheme->precision, 0, l);
        struct verdict verdict = check_verdict(check, scheme->difference, scheme->precision, l);
        checked->errors[l] = error->rel_error;
        checked->kinks += (double)error->kinks;
        checked->failed += !verdict_passes(verdict.kind);
    }
    checked->known = done;
    gradient_check_destroy(check);
    return done;
}

/* Something is wrong in the line of the item at hand; false. */
static bool fail(const struct lesson_trial *trial, struct error *error, const char *what)
{
    const struct lesson_item *item = lesson_player_item(&trial->player);
    (void)error_set(error, "%s", what);
    if (error && item)
        error->line = item->line;
    return false;
}

/* The session has given up. */
static bool given_up(const struct lesson_trial *trial, struct error *error)
{
    return fail(trial, error,
        interrupt_asked(&trial->session->interrupt) ? "given up" : "out of memory");
}

bool lesson_trial_begin(struct lesson_trial *trial, const struct lesson *lesson, uint64_t seed,
    const struct kernels *kernels, const struct workers *workers,
    const struct interrupt *interrupt, struct error *error)
{
    struct wanted wanted = {.target_rate = INFINITY};
    memset(trial, 0, sizeof *trial);
    hparams_init(&wanted.hparams);
    wanted.hparams.seed = seed;
    lesson_player_begin(&trial->player, lesson);
    trial->seed = seed;
    trial->session = session_open(&wanted, kernels, interrupt);
    if (!trial->session)
        return error_set(error, "out of memory");
    trial->session->history = LESSON_HISTORY;
    if (session_settle(trial->session, error) != SETTLED) {
        lesson_trial_end(trial);
        return false;
    }
    session_share(trial->session, workers);
    return true;
}

void lesson_trial_end(struct lesson_trial *trial)
{
    session_destroy(trial->session);
    trial->session = NULL;
}

/* So many forward passes are to be made: false when that is too much for one trial. */
static bool afford_passes(struct lesson_trial *trial, double passes, struct error *error)
{
    const struct observation *seen = &trial->session->run->training->seen;
    trial->work += passes * (double)seen->parameters * (double)seen->samples;
    return trial->work <= LESSON_WORK_MOST ||
        fail(trial, error,
            "the lesson takes more than 1e12 multiply-adds, some minutes: fewer steps, samples "
            "or units do");
}

/* So many steps of the run. */
static bool afford(struct lesson_trial *trial, uint64_t steps, struct error *error)
{
    trial->steps += steps;
    if (trial->steps > LESSON_TRIAL_STEPS)
        return fail(trial, error, "the lesson takes more than 1000000 steps: fewer do");
    return afford_passes(trial, 3.0 * (double)steps, error);
}

/* Going to a step takes those up to there, from step 0 on where it lies before. */
static bool afford_seek(
    struct lesson_trial *trial, const struct command *command, struct error *error)
{
    const struct run *run = trial->session->run;
    double at = (double)run->training->step;
    double goal = fmax(command->relative ? at + command->number : command->number, 0);
    goal = isinf(goal) ? (double)run->furthest : goal;
    return afford(trial, (uint64_t)(goal > at ? goal - at : goal), error);
}

/* Evaluates the step at hand, and makes an update unless it diverges there. */
static bool make_step(struct lesson_trial *trial, struct error *error)
{
    struct session *session = trial->session;
    if (!session_evaluate(session, false))
        return given_up(trial, error);
    if (run_diverged(session->run))
        return true;
    if (!afford(trial, 1, error))
        return false;
    return run_update(session->run) || given_up(trial, error);
}

/* Steps that a command has asked for. */
static bool work_off(struct lesson_trial *trial, struct error *error)
{
    struct session *session = trial->session;
    while (session_owes(session)) {
        if (!session_work(session))
            return given_up(trial, error);
        if (!afford(trial, 1, error))
            return false;
    }
    if (!session_evaluate(session, false))
        return given_up(trial, error);
    /* Steps that a run which diverged has not made are not the next one's. */
    static const struct command pause = {.id = COMMAND_PAUSE};
    return session->news.wanted.owed == 0 || session_do(session, &pause, error);
}

static bool do_command(
    struct lesson_trial *trial, const struct lesson_item *item, struct error *error)
{
    const struct command *command = &item->of.command;
    struct error own = {.text = ""};
    if (command_table[command->id].scope == SCOPE_SCREEN)
        return !trial->show || trial->show(trial->context, item, &own) ||
            fail(trial, error, own.text);
    if (command->id == COMMAND_SEEK && !afford_seek(trial, command, error))
        return false;
    if (!session_do(trial->session, command, &own))
        return fail(trial, error, own.text);
    if (trial->session->news.message_is_error)
        return fail(trial, error, trial->session->news.message);
    return work_off(trial, error);
}

static bool do_run(
    struct lesson_trial *trial, const struct lesson_item *item, struct error *error)
{
    struct session *session = trial->session;
    for (uint64_t i = 0; i < item->steps && !run_diverged(session->run); i++) {
        if (!make_step(trial, error))
            return false;
    }
    return session_evaluate(session, false) || given_up(trial, error);
}

static bool do_until(
    struct lesson_trial *trial, const struct lesson_item *item, struct error *error)
{
    struct session *session = trial->session;
    struct error reason;
    for (uint64_t i = 0;; i++) {
        enum truth truth;
        if (!session_evaluate(session, false) ||
            !session_holds(session, &item->condition, &truth))
            return given_up(trial, error);
        uint64_t step = session->run->training->step;
        if (truth == TRUTH_YES)
            return true;
        if (run_diverged(session->run)) {
            (void)error_set(&reason, "%s does not come: the run diverges at step %" PRIu64,
                item->text, step);
            return fail(trial, error, reason.text);
        }
        if (i == item->steps) {
            (void)error_set(&reason,
                "%s does not come within %" PRIu64 " step%s, up to step %" PRIu64, item->text,
                item->steps, PLURAL(item->steps), step);
            return fail(trial, error, reason.text);
        }
        if (!make_step(trial, error))
            return false;
    }
}

static bool do_check(
    struct lesson_trial *trial, const struct lesson_item *item, struct error *error)
{
    struct lesson_checked checked;
    if (!session_evaluate(trial->session, false))
        return given_up(trial, error);
    /* Two at each of two ε; where no number is given the check itself keeps to a budget. */
    const struct observation *seen = &trial->session->run->training->seen;
    double elements = (double)item->of.check.elements * seen->layer_count;
    if (!afford_passes(trial, 4 * fmin(elements, (double)seen->parameters), error))
        return false;
    if (!lesson_check_gradient(trial->session->run->training, &item->of.check, &checked))
        return given_up(trial, error);
    lesson_player_checked(&trial->player, &checked);
    return true;
}

/* Where there is one it is brought to the step. False when interrupted. */
static bool look_at_ghost(struct lesson_trial *trial, bool survey)
{
    struct session *session = trial->session;
    trial->player.numbers.ghost = NULL;
    if (!session_ghost_reach(session, INFINITY))
        return false;
    if (!session->ghost)
        return true;
    struct session *ghost = ghost_session(session->ghost);
    if (!session_evaluate(ghost, survey))
        return false;
    trial->player.numbers.ghost = &ghost->run->training->seen;
    return true;
}

/* A number is told, or judged where it is to be on this seed. */
static bool take(
    struct lesson_trial *trial, const struct lesson_item *item, struct error *error)
{
    struct session *session = trial->session;
    struct lesson_finding finding;
    struct story story;
    unsigned needs = lesson_player_needs(&trial->player);
    const struct lesson_expect *expect = &item->of.expect;
    bool expects = item->kind == LESSON_EXPECT;
    if (expects && !trial->every &&
        (trial->seed < expect->first_seed || trial->seed > expect->last_seed)) {
        lesson_player_next(&trial->player);
        return true;
    }
    if (!session_evaluate(session, needs & CONDITION_SURVEYS) ||
        ((needs & LESSON_NEEDS_GHOST) && !look_at_ghost(trial, needs & CONDITION_SURVEYS)))
        return given_up(trial, error);
    run_tell(session->run, &story);
    lesson_player_take(&trial->player, &session->run->training->seen, &story.alerts, &finding);
    if (expects) {
        trial->judged++;
        if (trial->found)
            trial->found(trial->context, item, &finding);
    }
    return true;
}

/* A text that is shown with numbers has them all. */
static bool tell(struct lesson_trial *trial, const char *text, struct error *error)
{
    const struct lesson_player *player = &trial->player;
    const char *at;
    struct error reason;
    if (!text ||
        lesson_text_known(text, &player->lesson->names, &trial->session->run->training->seen,
            &player->numbers, &at))
        return true;
    (void)error_set(&reason,
        "%.*s is not known there: is there such a layer, a ghost, a check?",
        (int)strcspn(at, "}") + 1, at);
    return fail(trial, error, reason.text);
}

/* All that is said by an item, at the step at hand. */
static bool tell_item(
    struct lesson_trial *trial, const struct lesson_item *item, struct error *error)
{
    unsigned needs = lesson_player_needs(&trial->player);
    const struct lesson *lesson = trial->player.lesson;
    bool asks = item->kind == LESSON_ASK, reveals = item->kind == LESSON_REVEAL;
    if (!session_evaluate(trial->session, needs & CONDITION_SURVEYS) ||
        ((needs & LESSON_NEEDS_GHOST) && !look_at_ghost(trial, needs & CONDITION_SURVEYS)))
        return given_up(trial, error);
    if (!asks && !reveals)
        return tell(trial, item->text, error);
    const struct lesson_question *question = &lesson->questions[item->question];
    if (asks && !tell(trial, question->text, error))
        return false;
    for (int i = 0; i < question->count; i++) {
        const struct lesson_choice *choice = &question->choices[i];
        if (!tell(trial, asks ? choice->text : choice->reveal, error))
            return false;
    }
    return true;
}

bool lesson_trial_go(struct lesson_trial *trial, struct error *error)
{
    const struct lesson_item *item = lesson_player_item(&trial->player);
    struct error own = {.text = ""};
    bool done = true;
    error->text[0] = '\0';
    if (!item)
        return false;
    switch (item->kind) {
    case LESSON_LET:
    case LESSON_EXPECT:
        return take(trial, item, error);
    case LESSON_CHECK:
        return do_check(trial, item, error);
    case LESSON_COMMAND:
        done = do_command(trial, item, error);
        break;
    case LESSON_RUN:
        done = do_run(trial, item, error);
        break;
    case LESSON_UNTIL:
        done = do_until(trial, item, error);
        break;
    case LESSON_WAIT:
        done = item->condition.count == 0 || do_until(trial, item, error);
        break;
    case LESSON_LOOK:
        done = (!trial->show || trial->show(trial->context, item, &own) ||
                   fail(trial, error, own.text)) &&
            tell_item(trial, item, error);
        break;
    case LESSON_SAY:
    case LESSON_ASK:
    case LESSON_AGAIN:
    case LESSON_REVEAL:
        done = tell_item(trial, item, error);
        break;
    default:
        break;
    }
    if (done)
        lesson_player_next(&trial->player);
    return done;
}
