#include "cli/keeping.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/exporting.h"
#include "cli/files.h"
#include "cli/lesson_desk.h"
#include "core/text.h"
#include "io/session_save.h"

/* How often it is kept how far the run has come, where nothing else is to be. */
#define REACHED_SECONDS 1.0

void keeping_begin(struct keeping *keeping, int wake_fd)
{
    keeping->keeper = keeper_create(wake_fd);
}

static void save(struct keeping *keeping)
{
    char text[COMMAND_ARGUMENT_SIZE + 64];
    struct error error;
    if (!file_is_ready(keeping->screen->errand.text, &error)) {
        screen_say(keeping->screen, true, error.text);
        return;
    }
    if (keeping->file[0]) { /* the step at hand takes long */
        (void)snprintf(text, sizeof text, "%s is still to be written: again in a moment",
            SHOWN(keeping->file));
        screen_say(keeping->screen, true, text);
        return;
    }
    if (!source_ask_copy(keeping->source, true)) {
        screen_say(keeping->screen, true, "nothing is trained here that could be saved");
        return;
    }
    (void)snprintf(keeping->file, sizeof keeping->file, "%s", keeping->screen->errand.text);
}

bool keeping_errand(struct keeping *keeping)
{
    struct screen *screen = keeping->screen;
    enum command_id id = screen->errand.id;
    if (id != COMMAND_SAVE && id != COMMAND_RESTORE)
        return false;
    screen->has_errand = false;
    if (id == COMMAND_SAVE)
        save(keeping);
    else if (keeping->keeper)
        keeper_restore(keeping->keeper);
    else
        screen_say(screen, true, "no sessions are kept here");
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

static void take_copy(struct keeping *keeping)
{
    char text[COMMAND_ARGUMENT_SIZE + 160];
    struct error error;
    if (!source_take_copy(keeping->source, &keeping->copy))
        return;
    exporting_begin(keeping->exporting, keeping->screen, &keeping->copy);
    lesson_desk_keep(keeping->desk, &keeping->copy);
    if (keeping->file[0]) {
        bool done = write_file(keeping, text, sizeof text, &error);
        screen_say(keeping->screen, !done, done ? text : error.text);
    }
    if (keeping->keeper && keeping->copy.branches.count > 0)
        keeper_give(keeping->keeper, &keeping->copy.branches);
}

static void take_news(struct keeping *keeping)
{
    struct keeper_news news;
    if (!keeping->keeper || !keeper_news(keeping->keeper, &news))
        return;
    if (news.restored && !source_load(keeping->source, &news.branches))
        screen_say(keeping->screen, true, "nothing is trained here that could go on with it");
    else if (news.text.text[0])
        screen_say(keeping->screen, news.is_error, news.text.text);
    branches_clear(&news.branches);
}

void keeping_take(struct keeping *keeping)
{
    take_copy(keeping);
    take_news(keeping);
    lesson_desk_tell(keeping->desk);
}

void keeping_receipt(struct keeping *keeping)
{
    if (lesson_desk_owes(keeping->desk) && source_ask_copy(keeping->source, true))
        lesson_desk_asked(keeping->desk);
}

void keeping_look(struct keeping *keeping, const struct snapshot *snapshot, double now)
{
    bool told = snapshot->news.noted != keeping->noted || keeping->asked <= 0;
    /* Where it rests there is no later snapshot: whoever follows is to come there, too. */
    const struct wanted *wanted = &snapshot->news.wanted;
    bool rests = !wanted->running && wanted->owed == 0 && !wanted->seeking;
    bool due = now >= keeping->asked + REACHED_SECONDS ||
        (rests && snapshot->seen.step != keeping->step);
    /* What waits to be saved, or for a receipt, is kept with it. */
    if (!keeping->keeper || keeping->file[0] || keeping->desk->asked || !(told || due))
        return;
    if (!source_ask_copy(keeping->source, false))
        return;
    keeping->noted = snapshot->news.noted;
    keeping->step = snapshot->seen.step;
    keeping->asked = now;
}

bool keeping_end(struct keeping *keeping, bool ended, struct error *error)
{
    char text[COMMAND_ARGUMENT_SIZE + 160];
    bool done = true;
    bool receipt = keeping->desk->receipt != NULL;
    if ((keeping->keeper || receipt) && !keeping->file[0])
        (void)source_ask_copy(keeping->source, receipt);
    source_end(keeping->source);
    if (!source_take_copy(keeping->source, &keeping->copy))
        session_copy_clear(&keeping->copy);
    if (keeping->file[0])
        done = write_file(keeping, text, sizeof text, error);
    if (done)
        done = lesson_desk_receipt(keeping->desk, &keeping->copy, error);
    if (keeping->keeper && keeping->copy.branches.count > 0)
        keeper_give(keeping->keeper, &keeping->copy.branches);
    keeper_end(keeping->keeper, ended);
    session_copy_clear(&keeping->copy);
    return done;
}
