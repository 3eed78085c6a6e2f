#include "lesson_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "suites.h"

bool lesson_of(struct lesson *lesson, const char *text, struct error *error)
{
    char name[] = "/tmp/nablascope-lesson-XXXXXX";
    struct lines lines;
    int file = mkstemp(name);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (int)strlen(text));
    (void)close(file);
    memset(lesson, 0, sizeof *lesson);
    ck_assert(lines_open(&lines, name, NULL, error));
    lines.name = "FILE"; /* for messages; what is open is closed as a file */
    (void)unlink(name);
    bool done = lesson_file_read(lesson, &lines, error);
    lines_close(&lines);
    return done;
}

void lesson_must(struct lesson *lesson, const char *text)
{
    struct error error = {.text = ""};
    ck_assert_msg(lesson_of(lesson, text, &error), "%s\n%s", error.text, text);
}

static void note(
    void *context, const struct lesson_item *item, const struct lesson_finding *finding)
{
    struct notes *notes = context;
    size_t used = strlen(notes->text);
    (void)snprintf(notes->text + used, sizeof notes->text - used, "%d %" PRIu64 " %s: %s\n",
        item->line, notes->seed, finding->as_wanted ? "yes" : "no", finding->words);
}

struct error lesson_try(
    struct lesson_trial *trial, const struct lesson *lesson, uint64_t seed, struct notes *notes)
{
    struct error error = {.text = ""};
    ck_assert(
        lesson_trial_begin(trial, lesson, seed, kernels_select(NULL), NULL, NULL, &error));
    trial->found = notes ? note : NULL;
    trial->context = notes;
    if (notes)
        notes->seed = seed;
    while (lesson_trial_go(trial, &error))
        continue;
    return error;
}

void lesson_try_all(const char *text, struct notes *notes)
{
    struct lesson lesson;
    lesson_must(&lesson, text);
    notes->text[0] = '\0';
    for (uint64_t seed = 0; (seed = lesson_next_seed(&lesson, seed)) > 0;) {
        struct lesson_trial trial;
        struct error error = lesson_try(&trial, &lesson, seed, notes);
        ck_assert_msg(!*error.text, "%s", error.text);
        ck_assert_ptr_null(lesson_player_item(&trial.player));
        lesson_trial_end(&trial);
    }
    lesson_clear(&lesson);
}
