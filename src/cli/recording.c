#include "cli/recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "core/text.h"
#include "io/spared.h"

bool recording_named(const char *name, struct error *error)
{
    const char *end = strrchr(name, '.');
    return (end && strcmp(end, ".cast") == 0) ||
        error_set(error, "'%s' does not end in .cast, as recordings do", SHOWN(name));
}

void recording_lend(struct recording *recording, FILE *file, const char *name)
{
    *recording = (struct recording){.file = file, .lent = true};
    (void)snprintf(recording->name, sizeof recording->name, "%s", name);
}

bool recording_begin(struct recording *recording, const char *name, struct error *error)
{
    if (!recording_named(name, error) || !file_is_ready(name, error) ||
        !spared_not(name, OUTPUT_ROWS, error))
        return false;
    FILE *file = fopen(name, "we");
    if (!file)
        return error_set(error, "%s: %s", SHOWN_FILE(name), strerror(errno));
    recording_lend(recording, file, name);
    recording->lent = false;
    return true;
}

static bool has_event(const struct events *events, const struct run_event *wanted)
{
    for (int i = 0; i < events->count; i++) {
        const struct run_event *event = &events->list[i];
        if (event->kind == wanted->kind && event->step == wanted->step &&
            strcmp(event->label, wanted->label) == 0)
            return true;
    }
    return false;
}

/* Events that were not there before: a mark each, its label in short. */
static void mark_events(
    struct recording *recording, double time, const struct snapshot *snapshot)
{
    const struct events *events = &snapshot->events;
    if (snapshot->news.builds != recording->builds)
        recording->events.count = 0;
    recording->builds = snapshot->news.builds;
    for (int i = 0; i < events->count; i++) {
        const struct run_event *event = &events->list[i];
        if (has_event(&recording->events, event))
            continue;
        char label[sizeof event->text + 40];
        const char *words = event->label[0] ? event->label : event->text;
        (void)snprintf(label, sizeof label, "step %" PRIu64 ": %s", event->step, words);
        cast_mark(&recording->cast, time, label);
    }
    recording->events = *events;
}

bool recording_show(struct recording *recording, double now, const struct surface *surface,
    const struct theme *theme, const struct snapshot *snapshot, struct error *error)
{
    struct cast *cast = &recording->cast;
    if (!recording->begun) {
        cast_begin(cast, recording->file, surface->width, surface->height, "nablascope", theme);
        recording->began = now;
        recording->begun = true;
    }
    double time = now - recording->began;
    off_t whole = ftello(recording->file);
    if (snapshot)
        mark_events(recording, time, snapshot);
    cast_show(cast, time, surface, theme);
    if (!cast->failed)
        return true;
    struct error failure = cast->failure;
    bool lent = recording->lent;
    char name[sizeof recording->name];
    (void)snprintf(name, sizeof name, "%s", recording->name);
    (void)recording_end(recording, now, NULL);
    /* Without the half of a line that may be there. */
    bool half = !lent && whole >= 0 && truncate(name, whole) != 0;
    error_set(error, "%s: %s%s", SHOWN_FILE(name), failure.text,
        half ? "; its last line is not whole" : "");
    return false;
}

bool recording_end(struct recording *recording, double now, struct error *error)
{
    struct cast *cast = &recording->cast;
    if (!recording->file)
        return true;
    if (recording->begun)
        cast_end(cast, now - recording->began);
    bool written = !cast->failed;
    int (*end)(FILE *) = recording->lent ? fflush : fclose;
    if (end(recording->file) != 0 && written) {
        written = false;
        error_set(&cast->failure, "%s", strerror(errno));
    }
    if (!written && error)
        error_set(error, "%s: %s", SHOWN_FILE(recording->name), cast->failure.text);
    *recording = (struct recording){.file = NULL};
    return written;
}

static void stop(struct recording *recording, struct screen *screen, double now)
{
    char text[sizeof(struct error)];
    struct error error;
    if (!recording->file) {
        screen_say(screen, false, "nothing is being recorded");
        return;
    }
    (void)snprintf(text, sizeof text, "recorded: %s", SHOWN_FILE(recording->name));
    bool written = recording_end(recording, now, &error);
    screen_say(screen, !written, written ? text : error.text);
}

bool recording_errand(struct recording *recording, struct screen *screen, double now)
{
    char text[sizeof(struct error)];
    const char *name = screen->errand.text;
    struct error error;
    if (screen->errand.id != COMMAND_RECORD)
        return false;
    screen->has_errand = false;
    (void)snprintf(text, sizeof text, "%s is being recorded: 'record off' ends that",
        SHOWN_FILE(recording->file ? recording->name : name));
    if (strcmp(name, "off") == 0)
        stop(recording, screen, now);
    else if (recording->file)
        screen_say(screen, true, text);
    else if (recording_begin(recording, name, &error))
        screen_say(screen, false, text);
    else
        screen_say(screen, true, error.text);
    screen->recording = recording->file != NULL;
    return true;
}

void recording_take(struct recording *recording, struct screen *screen,
    const struct surface *surface, double now)
{
    struct error error, told;
    if (!recording->file ||
        recording_show(recording, now, surface, screen->theme, screen->snapshot, &error))
        return;
    screen->recording = false;
    error_set(&told, "the recording has ended: %s", error.text);
    screen_say(screen, true, told.text);
}
