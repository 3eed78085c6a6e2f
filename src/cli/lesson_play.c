#include "cli/lesson_play.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/files.h"
#include "cli/headless.h"
#include "cli/lesson_deck.h"
#include "cli/lesson_find.h"
#include "cli/receipt_check.h"
#include "cli/say.h"
#include "core/digest.h"
#include "core/text.h"
#include "io/output.h"

/* Shuffles a clock's few changing bits into all of them. */
static uint64_t seed_of_clock(void)
{
    uint64_t seed = DIGEST_START;
    digest_bits(&seed, (uint64_t)time(NULL));
    return seed;
}

static bool open_deck(
    const struct options *options, struct lesson_deck *deck, struct error *error)
{
    const char *word = options->files[0];
    struct lesson_place place;
    if (strcmp(word, "quiz") == 0)
        return lesson_deck_draw(deck,
            options->seed_given ? options->hparams.seed : seed_of_clock(), headless_interrupt(),
            error);
    return lesson_find(word, "lessons", &place, error) &&
        lesson_deck_open(deck, place.file, headless_interrupt(), error);
}

/* Known before an hour's work that it cannot be kept; what was kept before stays. */
static bool receipt_ready(const struct options *options, struct error *error)
{
    struct output output;
    struct stat status;
    if (!options->receipt)
        return true;
    if (stat(options->receipt, &status) == 0 && S_ISREG(status.st_mode))
        return error_set(
            error, "%s exists: another name, or remove it first", SHOWN_FILE(options->receipt));
    if (!file_is_ready(options->receipt, error) ||
        !output_open(&output, options->receipt, OUTPUT_RECEIPT, error))
        return false;
    return output_close(&output, false, error);
}

int lesson_play(const struct options *options)
{
    if (options->receipt && !receipt_named(options->receipt))
        return say_usage("--receipt: %s: its name is to end with .receipt, by which "
                         "replay --check knows it",
            SHOWN_FILE(options->receipt));
    struct options own = *options;
    struct error error;
    struct lesson_deck *deck = calloc(1, sizeof *deck);
    int status = 1;
    if (!deck) {
        say("out of memory");
        return 1;
    }
    if (strcmp(options->files[0], "quiz") == 0)
        hparams_init(&own.hparams); /* the seed is that of the draw */
    own.lab.paused = true;
    own.deck = deck;
    if (receipt_ready(options, &error) && open_deck(options, deck, &error))
        status = lab_main(&own);
    else
        say("%s", error.text);
    lesson_deck_clear(deck);
    free(deck);
    return status;
}
