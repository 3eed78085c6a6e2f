#include "cli/lesson_play.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/headless.h"
#include "cli/lesson_deck.h"
#include "cli/lesson_find.h"
#include "cli/say.h"
#include "core/digest.h"

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

int lesson_play(const struct options *options)
{
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
    if (open_deck(options, deck, &error))
        status = lab_main(&own);
    else
        say("%s", error.text);
    lesson_deck_clear(deck);
    free(deck);
    return status;
}
