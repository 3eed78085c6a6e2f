#include "cli/lesson_check.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/headless.h"
#include "cli/lesson_find.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "core/text.h"
#include "engine/clock.h"
#include "engine/lesson_trial.h"
#include "ui/screen/before.h"
#include "ui/screen/lesson_arrow.h"
#include "ui/screen/scenes.h"
#include "ui/screen/screen.h"

/* The work on one of the files. */
struct job {
    const struct options *options;
    const char *file;
    struct lesson lesson;
    struct lesson_trial trial;
    struct screen screen;                /* nobody sees it: it knows views and their commands */
    const struct lesson_look *misplaced; /* a place that is none; NULL: all are */
    struct progress *progress;
    FILE *out;
    int failed;
};

/* "FILE:LINE: expect loss < 0.5, seed 3: 0.87" */
static void print_finding(struct job *job, int line, const char *what, const char *words)
{
    char whole[1000];
    progress_end(job->progress);
    fprintf(job->out, "%s:%d: ", SHOWN_FILE(job->file), line);
    text_clean(whole, sizeof whole, what);
    if (*what)
        fprintf(job->out, "%s, ", whole);
    fprintf(job->out, "seed %" PRIu64 ": %s\n", job->trial.seed, words);
    job->failed++;
}

static void found(
    void *context, const struct lesson_item *item, const struct lesson_finding *finding)
{
    struct job *job = context;
    if (finding->as_wanted)
        return;
    bool also = item->of.expect.answer > 0 && finding->truth == TRUTH_YES;
    char words[LESSON_WORDS + 40];
    (void)snprintf(words, sizeof words, "%s%s", finding->words,
        also ? ": this choice is not the right one" : "");
    print_finding(job, item->line, item->text, words);
}

/* A place that the view has, of the network that is. */
static bool look(struct job *job, const struct lesson_look *look, struct error *error)
{
    const struct observation *seen = &job->trial.session->run->training->seen;
    job->misplaced = look;
    if (!lesson_arrow_known(job->screen.view, look->place, error))
        return false;
    if (look->layer > seen->layer_count)
        return error_set(
            error, "there is no layer %d: %d is the output", look->layer, seen->layer_count);
    if (look->layer > 0 && look->unit > seen->layers[look->layer - 1].units)
        return error_set(error, "layer %d has %d unit%s", look->layer,
            seen->layers[look->layer - 1].units, PLURAL(seen->layers[look->layer - 1].units));
    job->misplaced = NULL;
    return true;
}

/* Names of views and of what is in them are known to the screen alone. */
static bool show(void *context, const struct lesson_item *item, struct error *error)
{
    struct job *job = context;
    struct screen *screen = &job->screen;
    const struct hparams *hparams = &job->trial.session->hparams;
    if (item->kind == LESSON_LOOK)
        return look(job, &item->of.look, error);
    /* It keeps pictures, of which there are none here. */
    if (item->of.command.id == COMMAND_BEFORE)
        return names_find(before_name, item->of.command.text) >= 0 ||
            names_refuse(before_name, "before", item->of.command.text, error);
    screen->message_is_error = false;
    screen->wanted.hparams = *hparams;
    screen_command(screen, item->text);
    return !screen->message_is_error || error_set(error, "%s", screen->message);
}

static void show_progress(struct job *job, uint64_t seed)
{
    const struct lesson_item *item = lesson_player_item(&job->trial.player);
    if (item && progress_due(job->progress))
        progress_show(job->progress, "%s: seed %" PRIu64 ", line %d", SHOWN_FILE(job->file),
            seed, item->line);
}

/* A preset shows the view that is of it. */
static void follow_preset(struct job *job, const struct lesson_item *done)
{
    if (!done || done->kind != LESSON_COMMAND || done->of.command.id != COMMAND_PRESET)
        return;
    job->screen.wanted = job->trial.session->news.wanted;
    scenes_open(&job->screen);
}

/* "FILE:LINE:COLUMN: view flow has no place …": the same on every seed. */
static void print_misplaced(struct job *job, const char *words)
{
    progress_end(job->progress);
    fprintf(job->out, "%s:%d:%d: %s\n", SHOWN_FILE(job->file), job->misplaced->line,
        job->misplaced->column, words);
    job->failed++;
}

/* One seed; false when interrupted. */
static bool try_seed(struct job *job, uint64_t seed)
{
    struct error error = {.text = ""};
    const struct options *options = job->options;
    struct lesson_trial *trial = &job->trial;
    if (!lesson_trial_begin(trial, &job->lesson, seed, options->kernels, options->workers,
            headless_interrupt(), &error)) {
        print_finding(job, 1, "", error.text);
        return true;
    }
    trial->session->reader = options->reader;
    trial->found = found;
    trial->show = show;
    trial->context = job;
    screen_command(&job->screen, "view flow"); /* as a lesson begins */
    const struct lesson_item *at = lesson_player_item(&trial->player);
    while (lesson_trial_go(trial, &error)) {
        follow_preset(job, at);
        at = lesson_player_item(&trial->player);
        show_progress(job, seed);
    }
    bool going = !headless_ended();
    const struct lesson_item *item = lesson_player_item(&trial->player);
    if (job->misplaced)
        print_misplaced(job, error.text);
    else if (*error.text && going)
        print_finding(job, error.line, item && item->text ? item->text : "", error.text);
    lesson_trial_end(trial);
    return going;
}

/* It holds all the same, and is read with gaps. */
static void warn(const struct job *job)
{
    const struct lesson *lesson = &job->lesson;
    int listed =
        lesson->unshown_count < LESSON_UNSHOWN ? lesson->unshown_count : LESSON_UNSHOWN;
    for (int i = 0; i < listed; i++) {
        const struct lesson_unshown *unshown = &lesson->unshown[i];
        char glyph[8] = "";
        (void)utf8_encode(unshown->glyph, glyph);
        fprintf(job->out,
            "%s:%d:%d: warning: the screen shows '?' for '%s' (U+%04X), which is not one "
            "column "
            "wide\n",
            SHOWN_FILE(job->file), unshown->line, unshown->column, SHOWN(glyph),
            (unsigned)unshown->glyph);
    }
    int more = lesson->unshown_count - listed;
    if (more > 0)
        fprintf(job->out, "%s: warning: and so in %d line%s more\n", SHOWN_FILE(job->file),
            more, PLURAL(more));
}

/* A lesson on all its seeds: false when interrupted. */
static bool try_lesson(struct job *job)
{
    double begun = clock_seconds();
    char seeds[80];
    uint64_t seed = lesson_next_seed(&job->lesson, 0);
    bool going = true;
    /* Without an expect its commands are to be possible at least. */
    for (seed = seed > 0 ? seed : 1; going && seed > 0 && !job->misplaced;
         seed = lesson_next_seed(&job->lesson, seed))
        going = try_seed(job, seed);
    progress_end(job->progress);
    lesson_seeds(&job->lesson, seeds, sizeof seeds);
    const char *slash = strrchr(job->file, '/');
    int expects = lesson_expects(&job->lesson);
    if (going && job->failed == 0)
        fprintf(job->out, "ok %s: %d expect%s on seed%s %s, %.1f s\n",
            SHOWN(slash ? slash + 1 : job->file), expects, PLURAL(expects),
            strpbrk(seeds, ".,") ? "s" : "", *seeds ? seeds : "1", clock_seconds() - begun);
    return going;
}

/* False when it is to go no further. */
static bool check_file(const struct options *options, const char *file,
    struct progress *progress, struct output *output, bool *right)
{
    struct error error;
    struct hparams hparams;
    struct job *job = calloc(1, sizeof *job);
    if (!job) {
        *right = false;
        return headless_fail("out of memory") == 0;
    }
    job->options = options;
    job->file = file;
    job->progress = progress;
    job->out = output->file;
    hparams_init(&hparams);
    bool going = true;
    if (!lesson_read(&job->lesson, file, headless_interrupt(), &error)) {
        job->failed++;
        if (!headless_ended())
            say("%s", error.text);
    } else if (!screen_init(&job->screen, &hparams, &themes[0], false, INFINITY)) {
        job->failed++;
        say("out of memory");
    } else {
        warn(job);
        going = try_lesson(job);
    }
    *right = *right && job->failed == 0;
    screen_clear(&job->screen);
    lesson_clear(&job->lesson);
    free(job);
    return output_rows(output, 1) && going && !headless_ended();
}

/* All that are installed, lessons and questions. */
static void check_installed(const struct options *options, struct progress *progress,
    struct output *output, bool *right)
{
    static const char *const kinds[] = {"lessons", "questions"};
    bool going = true;
    int all = 0;
    for (size_t k = 0; k < ARRAY_LEN(kinds) && going; k++) {
        int count;
        struct lesson_place *places = lesson_places(kinds[k], &count);
        for (int i = 0; i < count && going; i++)
            going = check_file(options, places[i].file, progress, output, right);
        all += count;
        free(places);
    }
    if (all <= 0 && going)
        *right = headless_fail("no lessons are installed: lesson --check FILE") == 0;
}

static int work(const struct options *options, struct session *none, struct output *output)
{
    struct progress progress = progress_begin(output);
    bool right = true, going = true;
    (void)none;
    output_begin(output);
    if (options->file_count == 0)
        check_installed(options, &progress, output, &right);
    for (int i = 0; i < options->file_count && going; i++) {
        struct lesson_place place;
        struct error error;
        if (lesson_find(options->files[i], "lessons", &place, &error)) {
            going = check_file(options, place.file, &progress, output, &right);
        } else {
            say("%s", error.text);
            right = false;
        }
    }
    progress_end(&progress);
    int status = headless_close(output, true);
    return right ? status : 1;
}

int lesson_check(const struct options *options)
{
    static const struct headless command = {NULL, work, NULL};
    return headless_main(options, &command);
}
