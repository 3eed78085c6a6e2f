#include "cli/session_input.h"

#include "core/text.h"
#include "io/session_file.h"

static bool take(const struct session_file *file, const char *name, uint64_t branch,
    struct replay *replay, struct error *error)
{
    struct error own;
    int most = BRANCHES_MOST, index = branch < (uint64_t)most ? (int)branch - 1 : most;
    if (branch > 0 && !branches_has(&file->branches, index, &own))
        return error_set(error, "%s: %s", SHOWN(name), own.text);
    if (!replay_init(replay, &file->branches, file->numbers, file->marks, file->mark_count))
        return error_set(error, "%s: out of memory", SHOWN(name));
    if (branch > 0)
        replay->branches.active = index;
    return true;
}

bool session_input(const char *name, uint64_t branch, const struct interrupt *interrupt,
    struct replay *replay, struct error *error)
{
    struct session_file file = {.numbers = 0};
    struct lines lines;
    if (!lines_open(&lines, name, interrupt, error))
        return false;
    bool done =
        session_file_read(&file, &lines, error) && take(&file, name, branch, replay, error);
    lines_close(&lines);
    session_file_clear(&file);
    return done;
}

const struct branch *replay_branch(const struct replay *replay)
{
    return &replay->branches.list[replay->branches.active];
}
