#include "engine/wanted.h"

#include <inttypes.h>
#include <math.h>

#include "engine/memory.h"
#include "engine/run.h"

static const double speeds[] = {0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, INFINITY};

/* The speed before or after this one; the same at the ends. */
static double next_speed(double rate, int direction)
{
    int count = ARRAY_LEN(speeds), at = 0;
    while (at < count - 1 && speeds[at] < rate)
        at++;
    at += direction;
    return at >= 0 && at < count ? speeds[at] : rate;
}

bool wanted_reverses(const struct wanted *wanted)
{
    return wanted->reversing && wanted->at > 0;
}

bool wanted_moves(const struct wanted *wanted)
{
    return wanted->running || wanted->following || wanted_reverses(wanted);
}

uint64_t wanted_goal(const struct wanted *wanted)
{
    return wanted->goal == GOAL_END ? wanted->furthest : wanted->goal;
}

struct command wanted_resolve(const struct wanted *wanted, const struct command *command)
{
    struct command resolved = *command;
    bool reverses = wanted_reverses(wanted);
    if (command->id == COMMAND_TOGGLE)
        resolved.id = wanted_moves(wanted) || wanted->seeking ? COMMAND_PAUSE : COMMAND_RUN;
    if (command->id == COMMAND_REVERSE && reverses)
        resolved.id = COMMAND_PAUSE;
    if (command->id == COMMAND_SEEK && command->relative) {
        uint64_t from = wanted->seeking ? wanted_goal(wanted) : wanted->at;
        resolved.number = fmax(0, (double)from + command->number);
        resolved.relative = false;
    }
    if (command->id == COMMAND_FASTER || command->id == COMMAND_SLOWER) {
        resolved.id = COMMAND_SPEED;
        resolved.number =
            next_speed(wanted->target_rate, command->id == COMMAND_FASTER ? 1 : -1);
    }
    if (resolved.id == COMMAND_SPEED && wanted->fastest > 0)
        resolved.number = fmin(resolved.number, wanted->fastest);
    return resolved;
}

/* Whether there is memory for it, as far as that is known here: the file that settings name is
 * read by whoever has the run, and not while somebody waits for the screen. */
static bool fits(
    const struct hparams *hparams, const struct hparams *beside, struct error *error)
{
    size_t bytes = 0;
    for (const struct hparams *of = hparams; of; of = of == hparams ? beside : NULL)
        bytes += data_is_read(of) ? 0 : run_bytes(of, data_shape_of(of));
    return memory_fits(bytes, error);
}

/* Sets it as it is in the others. */
static void copy_setting(
    struct hparams *hparams, const struct hparam *row, const struct hparams *from)
{
    char value[HPARAM_VALUE_SIZE];
    hparam_format(from, row, value, sizeof value);
    (void)hparam_set(hparams, row, value, NULL);
}

/* A change by hand, beside those that have been armed: a run that begins anew has it alone. */
static void set_own(
    struct wanted *wanted, const struct command *command, struct hparams *hparams, bool anew)
{
    bool reset;
    if (!wanted->overlaid)
        return;
    if (command->row)
        copy_setting(&wanted->own, command->row, hparams);
    else
        (void)command_configure(command, &wanted->own, &reset, NULL);
    if (!anew && !hparams_rebuild(&wanted->hparams, hparams))
        return;
    *hparams = wanted->own;
    wanted->overlaid = false;
}

double wanted_rate(const struct wanted *wanted, uint64_t step)
{
    bool slow = wanted->slow && step < SCENE_SLOW_STEPS && wanted_scene(wanted);
    return slow ? fmin(wanted->target_rate, SCENE_SLOW_RATE) : wanted->target_rate;
}

const struct preset *wanted_scene(const struct wanted *wanted)
{
    bool is = wanted->scene && preset_describes(wanted->scene, &wanted->hparams);
    return is ? wanted->scene : NULL;
}

static bool refuse_meanwhile(struct error *error)
{
    return error_set(
        error, "what was asked of another branch is being done: again in a moment");
}

static bool configure(struct wanted *wanted, const struct command *command, struct error *error)
{
    struct hparams hparams = wanted->hparams;
    bool anew;
    if (!command_configure(command, &hparams, &anew, error) ||
        !hparams_agree(&hparams, error) || !fits(&hparams, NULL, error))
        return false;
    bool stays = !anew && !hparams_rebuild(&wanted->hparams, &hparams);
    /* The other branch would be built instead. */
    if (!stays && wanted->branching && wanted->branch.id == COMMAND_BRANCH)
        return refuse_meanwhile(error);
    struct hparams rival = wanted->overlaid ? wanted->own : wanted->hparams;
    bool races = command->id == COMMAND_RACE;
    if (races && (!command_rival(command, &rival, error) || !hparams_agree(&rival, error)))
        return false;
    if (races && hparams_equal(&hparams, &rival))
        return error_set(error, "both sides would be the same run: there is no race");
    if (races && !fits(&hparams, &rival, error))
        return false;
    wanted->seeking = wanted->seeking && stays;
    wanted->leaving = wanted->leaving && stays;
    wanted->reversing = false; /* or it would run away from the change */
    wanted->waiting = wanted->waiting && stays;
    set_own(wanted, command, &hparams, anew);
    /* Another experiment. */
    if (command->id == COMMAND_PRESET || races)
        wanted->agenda.count = 0;
    wanted->racing = races || (wanted->racing && command->id != COMMAND_PRESET);
    if (races)
        wanted->rival = rival;
    wanted->hparams = hparams;
    if (command->id == COMMAND_PRESET) {
        wanted->scene = preset_find(command->text, NULL);
        wanted->slow = wanted->scene->slow;
    }
    wanted->scene = wanted_scene(wanted);
    wanted->anew = wanted->anew || anew;
    wanted->last = *command;
    wanted->untold = true;
    return true;
}

/* What is asked for from now on is for another step, or another branch; refused while something
 * is still to be made so at the step that is sought. */
static bool leave(struct wanted *wanted, struct error *error)
{
    if (wanted->seeking && wanted->leaving && !hparams_equal(&wanted->left, &wanted->hparams))
        return error_set(error,
            "what was asked for step %" PRIu64 " is being done: again in a "
            "moment",
            wanted_goal(wanted));
    wanted->running = wanted->reversing = wanted->waiting = false;
    wanted->owed = 0;
    wanted->halted = true;
    /* On the way already, it does not stand where anything was asked for. */
    if (!wanted->seeking) {
        wanted->leaving = true;
        wanted->left = wanted->hparams;
    }
    return true;
}

static bool ask_branch(
    struct wanted *wanted, const struct command *command, struct error *error)
{
    struct command order = *command;
    bool further = wanted->branching && wanted->branch.id == command->id && command->relative;
    if (wanted->branching && !further)
        return refuse_meanwhile(error);
    if (further) {
        order.number += wanted->branch.number;
        order.relative = wanted->branch.relative;
    }
    if (command->id == COMMAND_BRANCH && !leave(wanted, error))
        return false;
    wanted->branching = true;
    wanted->branch = order;
    return true;
}

static bool arm(struct wanted *wanted, const struct command *command, struct error *error)
{
    if (!agenda_do(&wanted->agenda, command, error))
        return false;
    wanted->last = *command;
    wanted->untold = true;
    return true;
}

/* Whether it holds already is known to who has the run. */
static bool wait_for(struct wanted *wanted, const struct command *command, struct error *error)
{
    struct condition until = {.count = 0};
    bool off = name_equal(command->text, "off");
    if (!*command->text)
        return error_set(error, "until what? until loss < 0.1, or until off");
    if (off && !wanted->waiting)
        return error_set(error, "nothing is waited for: until loss < 0.1 does");
    if (!off && !condition_parse(command->text, wanted->hparams.depth, &until, error))
        return false;
    wanted->waiting = !off;
    wanted->running = wanted->running || !off;
    wanted->reversing = wanted->reversing && off;
    wanted->until = until;
    wanted->awaited = wanted->handled;
    wanted->last = *command;
    wanted->untold = true;
    return true;
}

void wanted_stop(struct wanted *wanted, uint64_t awaited)
{
    if (!wanted->waiting || wanted->awaited != awaited)
        return;
    wanted->waiting = wanted->running = false;
    wanted->owed = 0;
}

bool wanted_carry(struct wanted *wanted, const struct command *armed, struct error *error)
{
    struct command resolved = wanted_resolve(wanted, armed);
    struct hparams hparams = wanted->hparams;
    bool reset;
    if (resolved.id == COMMAND_RUN || resolved.id == COMMAND_PAUSE)
        wanted->running = resolved.id == COMMAND_RUN;
    if (resolved.id == COMMAND_PAUSE) {
        wanted->waiting = false;
        wanted->owed = 0;
    }
    if (resolved.id == COMMAND_SPEED) {
        wanted->target_rate = resolved.number;
        wanted->slow = false;
    }
    if (command_table[resolved.id].scope != SCOPE_TRAINING)
        return true;
    if (!command_configure(&resolved, &hparams, &reset, error) ||
        !hparams_agree(&hparams, error) || !fits(&hparams, NULL, error))
        return false;
    if (!wanted->overlaid)
        wanted->own = wanted->hparams;
    wanted->overlaid = true;
    wanted->hparams = hparams;
    return true;
}

void wanted_carried(struct wanted *asked, const struct command *armed)
{
    /* Steps that were asked for since are not those that a pause ends. */
    uint64_t owed = asked->owed;
    (void)wanted_carry(asked, armed, NULL);
    asked->owed = owed;
}

/* Whoever follows is a guest in a lecture: all but colours, views and speed is their own. */
static bool ends_following(enum command_id id)
{
    enum command_scope scope = command_table[id].scope;
    return scope == SCOPE_TRAINING ||
        (scope == SCOPE_PACE && id != COMMAND_SPEED && id != COMMAND_FOLLOW);
}

static bool return_to_lecturer(struct wanted *wanted, struct error *error)
{
    if (!wanted->guided)
        return error_set(error, "nobody is followed: nablascope follow FILE does");
    wanted->following = wanted->returning = wanted->halted = true;
    wanted->running = wanted->reversing = wanted->waiting = false;
    wanted->seeking = wanted->leaving = wanted->branching = wanted->overlaid = false;
    wanted->owed = 0;
    wanted->agenda.count = 0;
    return true;
}

static bool carry_out(struct wanted *wanted, const struct command *command, struct error *error)
{
    struct command resolved = wanted_resolve(wanted, command);
    uint64_t steps = (uint64_t)fmax(0, fmin(resolved.number, 1e18));
    switch (resolved.id) {
    case COMMAND_RUN:
        wanted->running = true;
        wanted->reversing = false;
        return true;
    case COMMAND_REVERSE:
        wanted->running = wanted->waiting = false;
        wanted->reversing = true;
        wanted->owed = 0;
        wanted->halted = true;
        return true;
    case COMMAND_PAUSE:
        wanted->running = wanted->reversing = wanted->waiting = false;
        wanted->owed = 0;
        wanted->halted = true;
        wanted->seeking = wanted->leaving = false;
        return true;
    case COMMAND_SEEK:
        if (!leave(wanted, error))
            return false;
        wanted->seeking = true;
        wanted->goal = isinf(resolved.number) ? GOAL_END : steps;
        return true;
    case COMMAND_BRANCH:
    case COMMAND_DROP:
    case COMMAND_GHOST:
        return ask_branch(wanted, &resolved, error);
    case COMMAND_STEP:
        wanted->running = wanted->reversing = wanted->waiting = false;
        wanted->owed = wanted->owed > UINT64_MAX - steps ? UINT64_MAX : wanted->owed + steps;
        return true;
    case COMMAND_SPEED:
        wanted->target_rate = resolved.number;
        wanted->slow = false;
        return true;
    case COMMAND_AT:
        return arm(wanted, &resolved, error);
    case COMMAND_FOLLOW:
        return return_to_lecturer(wanted, error);
    case COMMAND_UNTIL:
        return wait_for(wanted, &resolved, error);
    default:
        return command_table[resolved.id].scope != SCOPE_TRAINING ||
            configure(wanted, &resolved, error);
    }
}

bool wanted_do(struct wanted *wanted, const struct command *command, struct error *error)
{
    enum command_id id = wanted_resolve(wanted, command).id;
    wanted->handled++;
    if (!carry_out(wanted, command, error))
        return false;
    wanted->following = wanted->following && !ends_following(id);
    return true;
}

void wanted_take(struct wanted *wanted, struct wanted *from)
{
    uint64_t left = from->halted ? 0 : wanted->owed;
    struct wanted was = *wanted;
    *wanted = *from;
    if (!from->seeking) {
        bool stays =
            !from->halted && !from->anew && !hparams_rebuild(&was.hparams, &from->hparams);
        wanted->seeking = was.seeking && stays;
        wanted->goal = was.goal;
    }
    bool goes = wanted->seeking || wanted->branching;
    if (was.seeking || !goes) {
        wanted->leaving = was.leaving && goes;
        wanted->left = was.left;
    }
    if (!from->branching && !from->returning) {
        wanted->branching = was.branching;
        wanted->branch = was.branch;
    }
    /* A race is begun or left by what begins anew. */
    if (!from->racing && !from->anew) {
        wanted->racing = was.racing;
        wanted->rival = was.rival;
    }
    wanted->at = was.at;
    wanted->furthest = was.furthest;
    wanted->owed = left > UINT64_MAX - from->owed ? UINT64_MAX : left + from->owed;
    wanted->anew = was.anew || from->anew;
    wanted->returning = was.returning || from->returning;
    wanted->halted = false;
    if (!from->untold) {
        wanted->untold = was.untold;
        wanted->last = was.last;
    }
    from->owed = 0;
    from->anew = from->halted = from->untold = from->seeking = from->leaving = from->branching =
        from->racing = from->returning = false;
}

static bool is_armed(const struct wanted *wanted, const struct hparam *row)
{
    for (int i = 0; i < wanted->agenda.count; i++) {
        if (wanted->agenda.list[i].command.row == row)
            return true;
    }
    return false;
}

void wanted_follow(struct wanted *wanted, const struct hparams *was, const struct hparams *now)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (hparam_equal(was, now, row))
            continue;
        if (hparam_equal(&wanted->hparams, was, row))
            copy_setting(&wanted->hparams, row, now);
        if (wanted->leaving && hparam_equal(&wanted->left, was, row))
            copy_setting(&wanted->left, row, now);
        /* What is armed changes beside what was set by hand. */
        bool own = wanted->overlaid && !is_armed(wanted, row);
        if (own && hparam_equal(&wanted->own, was, row))
            copy_setting(&wanted->own, row, now);
    }
}
