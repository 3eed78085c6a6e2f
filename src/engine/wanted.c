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

static bool configure(struct wanted *wanted, const struct command *command, struct error *error)
{
    struct hparams hparams = wanted->hparams;
    bool anew;
    if (!command_configure(command, &hparams, &anew, error) ||
        !memory_fits(run_bytes(&hparams), error))
        return false;
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
        wanted->slow = false;
        return true;
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
