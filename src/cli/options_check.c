#include "cli/options_check.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/pictures.h"
#include "core/dataset.h"
#include "core/text.h"

/* A change that no row would show was meant otherwise. */
static bool check_agenda(const struct options *options, struct error *error)
{
    const struct agenda *agenda = &options->agenda;
    const struct armed *last = &agenda->list[agenda->count - (agenda->count > 0)];
    bool rows = options->mode == MODE_RUN;
    uint64_t end = rows ? options->steps : options->step;
    if (options->at_start && options->session)
        return error_set(error,
            "--at '%s': step 0 is the start of the session, whose settings can be changed from "
            "step 1 on",
            SHOWN(options->at_start));
    if (options->at_start)
        return error_set(error, "--at '%s': step 0 is the start; --%s sets it there",
            SHOWN(options->at_start), SHOWN(strchr(options->at_start, ':') + 1));
    return agenda->count == 0 || options->session || last->step <= end ||
        error_set(error,
            "--at: step %" PRIu64 " is past the last one, %" PRIu64 ": %s%" PRIu64
            " goes there",
            last->step, end, rows ? "-n " : "--step=", last->step);
}

static bool check_layer(const struct options *options, struct error *error)
{
    int output = options->hparams.depth + 1;
    return options->layer <= output ||
        error_set(error, "--layer: there is no layer %s: %d is the output (--depth=%d)",
            SHOWN(options->layer_text), output, output - 1);
}

/* A session has its own settings, and what follows a command is for some only. */
static bool check_session(
    const struct options *options, const char *setting, struct error *error)
{
    bool replay = options->mode == MODE_REPLAY, follow = options->mode == MODE_FOLLOW;
    if (setting && options->mode == MODE_LESSON)
        return error_set(error,
            "'%s' means nothing to lesson: it has its own settings; set in the laboratory it "
            "is "
            "as you like",
            setting);
    if (setting && !mode_takes_settings((int)options->mode))
        return error_set(error,
            "'%s' means nothing to %s: a session has its own settings; set in the laboratory "
            "it begins a branch",
            setting, mode_title((int)options->mode));
    if (setting && options->session)
        return error_set(error,
            "'%s' beside --session, which has its own settings: --at=STEP:NAME=VALUE changes "
            "one from step 1 on",
            setting);
    if (options->branch > 0 && !replay && !options->session)
        return error_set(error, "--branch: of which session? --session=FILE is missing");
    if (!replay && !follow)
        return true;
    if (options->file_count == 0)
        return error_set(
            error, "%s: the FILE of a session is missing", mode_title((int)options->mode));
    if (options->file_count > 1 && follow)
        return error_set(error, "follow: one FILE, not %d", options->file_count);
    if (options->file_count > 1 && !options->verify)
        return error_set(error, "replay: one FILE, not %d; with --check as many as you like",
            options->file_count);
    if (options->verify && options->record)
        return error_set(error, "replay: either --check or --record");
    if (options->record && options->lab.paced && isinf(options->lab.speed))
        return error_set(error,
            "--record: at how many steps a second is it to be played? --speed=50, not max");
    if (options->drawn && !options->record)
        return error_set(error,
            "'--%s' is for recordings: replay --record=FILE.cast; the laboratory has the "
            "terminal's size, and views by key",
            option_table[options->drawn - OPTION_HELP].name);
    return !options->output || options->verify ||
        error_set(error, "'--output' means nothing to replay without --check");
}

/* What a lesson is to be: the list, one that is played, checked or begun. */
static bool check_lesson(const struct options *options, struct error *error)
{
    if (options->mode != MODE_LESSON)
        return true;
    if (options->begin &&
        (options->verify || options->file_count > 0 || options->receipt || options->seed_given))
        return error_set(error, "lesson --new=FILE stands alone");
    if (options->verify && options->seed_given)
        return error_set(error,
            "'--seed' means nothing to lesson --check, which goes through the seeds that the "
            "lesson's expects name: seeds A..B behind an expect");
    if (options->verify && options->receipt)
        return error_set(error,
            "'--receipt' means nothing to lesson --check, where nobody predicts: lesson NAME "
            "--receipt=FILE");
    if (options->seed_given && options->file_count == 0)
        return error_set(error, "--seed: of which lesson? lesson NAME --seed=N");
    if (options->receipt && options->file_count != 1)
        return error_set(error, "--receipt: of which lesson? lesson NAME --receipt=FILE");
    if (options->receipt && strcmp(options->files[0], "quiz") == 0)
        return error_set(error, "--receipt: a quiz has none: lesson NAME --receipt=FILE");
    if (options->votes && (options->verify || options->file_count != 1))
        return error_set(error, "--votes: for which lesson? lesson NAME --votes=DIR");
    return options->verify || options->file_count <= 1 ||
        error_set(error, "lesson: one NAME or FILE, not %d; with --check as many as you like",
            options->file_count);
}

/* An option of this mode whose name is the beginning of this one, or begins with it. */
static const char *kin(const char *name, enum mode mode)
{
    for (int i = 0; i < OPTIONS; i++) {
        const char *other = option_table[i].name;
        if ((option_table[i].modes & (1u << mode)) &&
            (name_begins(name, other) || name_begins(other, name)))
            return other;
    }
    return NULL;
}

/* Of an option of the laboratory: where a session is verified, or recorded, nothing comes of
 * it.
 */
static bool is_lost(const struct options *options, int id)
{
    bool drawn = id == OPTION_THEME || id == OPTION_SPEED || id == OPTION_ASCII;
    return id != OPTION_THREADS && (options->verify || (options->record && !drawn));
}

/* The list of lessons, or a file that one is to begin in. */
static bool is_list(const struct options *options)
{
    return options->mode == MODE_LESSON && options->file_count == 0 && !options->verify;
}

/* Options that mean nothing to this command are refused: they would be silently lost. */
static bool check_modes(
    char seen[OPTIONS][LABEL_SIZE], const struct options *options, struct error *error)
{
    char modes[80];
    for (int i = 0; i < OPTIONS; i++) {
        bool screen = option_table[i].modes & (1u << MODE_LAB);
        if (seen[i][0] && screen && is_lost(options, i + OPTION_HELP))
            return error_set(error, "option '%s' means nothing to %s --%s, %s", seen[i],
                mode_title((int)options->mode), options->verify ? "check" : "record",
                options->verify ? "which has no screen" : "which waits for nobody");
        if (seen[i][0] && screen && i + OPTION_HELP != OPTION_THREADS && is_list(options))
            return error_set(error,
                "option '%s' means nothing to lesson without a NAME, which has no screen",
                seen[i]);
        if (!seen[i][0] || (option_table[i].modes & (1u << options->mode)))
            continue;
        const char *near = kin(option_table[i].name, options->mode);
        modes_join(option_table[i].modes, " or ", modes, sizeof modes);
        return error_set(error, "option '%s' means nothing to %s: it is for %s%s%s%s", seen[i],
            mode_title((int)options->mode), modes, near ? "; did you mean '--" : "",
            near ? near : "", near ? "'?" : "");
    }
    return true;
}

/* What is drawn is known by the file's name. */
static bool check_picture(const struct options *options, struct error *error)
{
    const char *name = options->output;
    return options->mode != MODE_PICTURE || !name || strcmp(name, "-") == 0 ||
        picture_format_of(name, error);
}

/* Which layers there are is known at the end. */
static bool check_until(struct options *options, struct error *error)
{
    struct error reason;
    return !options->until_text || options->session ||
        condition_parse(
            options->until_text, options->hparams.depth, &options->until, &reason) ||
        error_set(error, "--until: %s", reason.text);
}

/* Who votes says where and what. */
static bool check_vote(const struct options *options, struct error *error)
{
    if (options->mode != MODE_VOTE || options->file_count == 2)
        return true;
    return options->file_count > 2
        ? error_set(error, "vote: DIR and CHOICE, not %d words: '%s' is one too many",
              options->file_count, SHOWN(options->files[2]))
        : error_set(error,
              "vote: %s is missing: nablascope vote DIR CHOICE, where DIR is that of "
              "'lesson --votes=DIR'",
              options->file_count == 0 ? "DIR" : "CHOICE");
}

/* A list of widths has its own depth. */
static bool check_widths(
    const char *const *values, const struct hparams *hparams, struct error *error)
{
    const char *depth = values[names_find(hparam_name, "depth")];
    const char *widths = values[names_find(hparam_name, "width")];
    if (!depth || !widths || strtol(depth, NULL, 10) == hparams->depth)
        return true;
    return error_set(error,
        "width %s lists %d hidden layers, depth says %s: leave depth away, or give one width "
        "for all",
        SHOWN(widths), hparams->depth, SHOWN(depth));
}

/* The points of a file are where they are. */
static bool check_generated(
    const char *const *values, const struct hparams *hparams, struct error *error)
{
    int index = names_find(hparam_name, "noise");
    const struct hparam *row = &hparam_table[index];
    struct hparams standard;
    hparams_init(&standard);
    return !values[index] || row->relevant(hparams) || hparam_equal(hparams, &standard, row) ||
        error_set(error, "noise is of generated sets: data is %s", SHOWN(data_title(hparams)));
}

/* What says how a file is read would silently do nothing to other data. */
static bool check_data(
    const char *const *values, const struct hparams *hparams, struct error *error)
{
    int last = names_find(hparam_name, "labels");
    struct hparams standard;
    hparams_init(&standard);
    for (int i = names_find(hparam_name, "label"); i <= last; i++) {
        const struct hparam *row = &hparam_table[i];
        bool pictures = i == last;
        if (!values[i] || row->relevant(hparams) || hparam_equal(hparams, &standard, row))
            continue;
        /* What a file is, is known when it is read, unless its name says it. */
        bool file = data_is_file(hparams);
        bool other = strstr(data_title(hparams), pictures ? ".csv" : "-ubyte") != NULL;
        bool beside = hparams->target[0] && strcmp(row->name, "label") == 0;
        if (file && !other && !beside)
            continue;
        if (file && !other)
            return error_set(error,
                "label beside target: label names the column of a class, target one of "
                "numbers; give one of them");
        return error_set(error, "%s is of %s: data is %s", row->name,
            pictures ? "a file of pictures (--data=IMAGES, in IDX)"
                     : "a table (--data=FILE.csv)",
            SHOWN(data_title(hparams)));
    }
    return true;
}

bool options_check(struct options *options, char seen[OPTIONS][LABEL_SIZE],
    const char *const *values, const char *setting, struct error *error)
{
    return check_modes(seen, options, error) && check_session(options, setting, error) &&
        check_widths(values, &options->hparams, error) &&
        check_data(values, &options->hparams, error) &&
        check_generated(values, &options->hparams, error) &&
        hparams_agree(&options->hparams, error) && check_lesson(options, error) &&
        check_vote(options, error) && check_layer(options, error) &&
        check_agenda(options, error) && check_picture(options, error) &&
        check_until(options, error);
}
