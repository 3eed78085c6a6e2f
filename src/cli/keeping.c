#include "cli/keeping.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "io/session_save.h"

static void save(struct keeping *keeping, struct screen *screen, const struct source *source)
{
    if (!source_ask_copy(source, true)) {
        screen_say(screen, true, "nothing is trained here that could be saved");
        return;
    }
    (void)snprintf(keeping->file, sizeof keeping->file, "%s", screen->errand.text);
}

bool keeping_errand(struct keeping *keeping, struct screen *screen, const struct source *source)
{
    if (screen->errand.id != COMMAND_SAVE)
        return false;
    screen->has_errand = false;
    save(keeping, screen, source);
    return true;
}

/* Writes the copy to the file that waits for it. */
static bool write_file(struct keeping *keeping, char *text, size_t size, struct error *error)
{
    const struct session_copy *copy = &keeping->copy;
    const struct branches *branches = &copy->branches;
    char name[COMMAND_ARGUMENT_SIZE], way[64] = "";
    (void)snprintf(name, sizeof name, "%s", keeping->file);
    keeping->file[0] = '\0';
    if (branches->count == 0)
        return error_set(error, "out of memory for a copy of the session");
    if (!session_save(copy, name, error))
        return false;
    if (copy->seeking)
        (void)snprintf(way, sizeof way, ", on the way to step %" PRIu64, copy->goal);
    (void)snprintf(text, size, "written: %s, %d branch%s, to step %" PRIu64 "%s", SHOWN(name),
        branches->count, branches->count == 1 ? "" : "es",
        branches->list[branches->active].reached, way);
    return true;
}

bool keeping_take(struct keeping *keeping, struct screen *screen, const struct source *source)
{
    char text[COMMAND_ARGUMENT_SIZE + 160];
    struct error error;
    if (!source_take_copy(source, &keeping->copy))
        return false;
    if (!keeping->file[0])
        return true;
    if (write_file(keeping, text, sizeof text, &error))
        screen_say(screen, false, text);
    else
        screen_say(screen, true, error.text);
    return true;
}

bool keeping_end(struct keeping *keeping, const struct source *source, struct error *error)
{
    char text[COMMAND_ARGUMENT_SIZE + 160];
    bool done = true;
    source_end(source);
    if (keeping->file[0]) {
        if (!source_take_copy(source, &keeping->copy))
            session_copy_clear(&keeping->copy);
        done = write_file(keeping, text, sizeof text, error);
    }
    session_copy_clear(&keeping->copy);
    return done;
}
