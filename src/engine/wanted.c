#include "engine/wanted.h"

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

struct command wanted_resolve(const struct wanted *wanted, const struct command *command)
{
    struct command resolved = *command;
    if (command->id == COMMAND_TOGGLE)
        resolved.id = wanted->running ? COMMAND_PAUSE : COMMAND_RUN;
    if (command->id != COMMAND_FASTER && command->id != COMMAND_SLOWER)
        return resolved;
    resolved.id = COMMAND_SPEED;
    resolved.number = next_speed(wanted->target_rate, command->id == COMMAND_FASTER ? 1 : -1);
    return resolved;
}

/* Sets it as it is in the others. */
static void copy_setting(
    struct hparams *hparams, const struct hparam *row, const struct hparams *from)
{
    char value[64];
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

static bool configure(struct wanted *wanted, const struct command *command, struct error *error)
{
    struct hparams hparams = wanted->hparams;
    bool anew;
    if (!command_configure(command, &hparams, &anew, error) ||
        !memory_fits(run_bytes(&hparams), error))
        return false;
    set_own(wanted, command, &hparams, anew);
    /* Another experiment. */
    if (command->id == COMMAND_PRESET)
        wanted->agenda.count = 0;
    wanted->hparams = hparams;
    wanted->anew = wanted->anew || anew;
    wanted->last = *command;
    wanted->untold = true;
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

bool wanted_carry(struct wanted *wanted, const struct command *armed, struct error *error)
{
    struct command resolved = wanted_resolve(wanted, armed);
    struct hparams hparams = wanted->hparams;
    bool reset;
    if (resolved.id == COMMAND_RUN || resolved.id == COMMAND_PAUSE)
        wanted->running = resolved.id == COMMAND_RUN;
    if (resolved.id == COMMAND_PAUSE)
        wanted->owed = 0;
    if (resolved.id == COMMAND_SPEED)
        wanted->target_rate = resolved.number;
    if (command_table[resolved.id].scope != SCOPE_TRAINING)
        return true;
    if (!command_configure(&resolved, &hparams, &reset, error) ||
        !memory_fits(run_bytes(&hparams), error))
        return false;
    if (!wanted->overlaid)
        wanted->own = wanted->hparams;
    wanted->overlaid = true;
    wanted->hparams = hparams;
    return true;
}

void wanted_follow(struct wanted *asked, const struct command *armed)
{
    /* Steps that were asked for since are not those that a pause ends. */
    uint64_t owed = asked->owed;
    (void)wanted_carry(asked, armed, NULL);
    asked->owed = owed;
}

bool wanted_do(struct wanted *wanted, const struct command *command, struct error *error)
{
    struct command resolved = wanted_resolve(wanted, command);
    uint64_t steps = (uint64_t)fmax(0, fmin(resolved.number, 1e18));
    wanted->handled++;
    switch (resolved.id) {
    case COMMAND_RUN:
        wanted->running = true;
        return true;
    case COMMAND_PAUSE:
        wanted->running = false;
        wanted->owed = 0;
        wanted->halted = true;
        return true;
    case COMMAND_STEP:
        wanted->running = false;
        wanted->owed = wanted->owed > UINT64_MAX - steps ? UINT64_MAX : wanted->owed + steps;
        return true;
    case COMMAND_SPEED:
        wanted->target_rate = resolved.number;
        return true;
    case COMMAND_AT:
        return arm(wanted, &resolved, error);
    default:
        return command_table[resolved.id].scope != SCOPE_TRAINING ||
            configure(wanted, &resolved, error);
    }
}

void wanted_take(struct wanted *wanted, struct wanted *from)
{
    uint64_t left = from->halted ? 0 : wanted->owed;
    struct wanted was = *wanted;
    *wanted = *from;
    wanted->owed = left > UINT64_MAX - from->owed ? UINT64_MAX : left + from->owed;
    wanted->anew = was.anew || from->anew;
    wanted->halted = false;
    if (!from->untold) {
        wanted->untold = was.untold;
        wanted->last = was.last;
    }
    from->owed = 0;
    from->anew = from->halted = from->untold = false;
}
