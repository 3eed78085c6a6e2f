#include "wander.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

static uint32_t random_state;

static unsigned draw(unsigned below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

struct session *wander_begin(unsigned number)
{
    static const char *const settings[] = {"depth=3 width=5 samples=24",
        "depth=2 width=6 samples=30 batch=7 optimizer=adam lr=0.01 data=xor",
        "depth=4 width=4 samples=24 activation=relu init=he_normal clip=norm clip_at=0.1",
        "depth=2 width=8 samples=21 batch=5 clip=value data=blobs loss=softmax_ce",
        "depth=3 width=5 samples=24 optimizer=rmsprop lr=0.01 activation=tanh clip=layerwise",
        "depth=2 width=5 samples=24 optimizer=nesterov batch=1 data=spirals activation=gelu"};
    struct hparams hparams = hparams_of(settings[number % ARRAY_LEN(settings)]);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    random_state = number;
    ck_assert_ptr_nonnull(session);
    session->history = number % 2 == 0 ? SIZE_MAX : 4096;
    return session;
}

static void order(struct session *session, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    (void)session_do(session, &command, &error); /* what cannot be says so */
}

void wander_on(struct session *session)
{
    static const char *const changes[] = {"lr 0.5", "lr 0.02", "clip norm", "clip none",
        "clip value", "clip layerwise", "clip_at 0.01", "activation tanh", "activation relu",
        "activation silu", "optimizer sgd", "optimizer momentum", "optimizer nesterov",
        "optimizer rmsprop", "optimizer adam", "momentum 0.5", "weight_decay 0.01"};
    static const char *const anew[] = {"reset", "reseed", "depth 2", "depth 3", "width 7",
        "data moons", "batch 6", "noise 0.2"};
    char text[64] = "";
    unsigned kind = draw(12);
    if (kind < 4)
        (void)snprintf(text, sizeof text, "seek +%u", draw(40));
    else if (kind < 6)
        (void)snprintf(text, sizeof text, "seek -%u", draw(40));
    else if (kind < 9)
        (void)snprintf(text, sizeof text, "%s", changes[draw(ARRAY_LEN(changes))]);
    else if (kind < 10)
        (void)snprintf(text, sizeof text, "%s", anew[draw(ARRAY_LEN(anew))]);
    else if (kind < 11)
        (void)snprintf(text, sizeof text, "branch %u", 1 + draw(4));
    else
        (void)snprintf(text, sizeof text, "%s %u", draw(3) ? "step" : "drop", 1 + draw(4));
    order(session, text);
    while (session_owes(session))
        ck_assert(session_work(session));
    if (draw(3) > 0)
        ck_assert(session_evaluate(session, false));
}

/* What a branch begins with and what is changed in it, a setting a line. */
static char *story_of(const struct branch *branch)
{
    struct hparams settings;
    char *text = NULL, value[64];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    hparams_init(&settings);
    for (int c = -1; c < branch->changes.count; c++) {
        const struct run_change *change = c < 0 ? NULL : &branch->changes.list[c];
        const struct hparams *next = change ? &change->hparams : &branch->first;
        for (int i = 0; i < hparam_count; i++) {
            const struct hparam *row = &hparam_table[i];
            if (hparam_equal(&settings, next, row))
                continue;
            hparam_format(next, row, value, sizeof value);
            (void)fprintf(out, "%d %d %s %s\n", change ? (int)change->step : -1,
                change && change->evaluated, row->name, value);
        }
        settings = *next;
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* The branch of the session that has these settings all along. */
static int branch_like(const struct branches *branches, const struct branch *wanted)
{
    char *story = story_of(wanted);
    int found = -1;
    for (int i = 0; i < branches->count && found < 0; i++) {
        char *other = story_of(&branches->list[i]);
        if (strcmp(story, other) == 0)
            found = i;
        free(other);
    }
    ck_assert_msg(found >= 0, "no such branch:\n%s", story);
    free(story);
    return found;
}

void check_tree(const struct branches *had, const struct branches *read)
{
    bool seen[BRANCHES_MOST] = {false};
    ck_assert_int_eq(read->count, had->count);
    for (int i = 0; i < read->count; i++) {
        const struct branch *branch = &read->list[i];
        int like = branch_like(had, branch);
        const struct branch *own = &had->list[like];
        ck_assert(!seen[like]);
        seen[like] = true;
        ck_assert_uint_eq(branch->reached, own->reached);
        ck_assert_int_eq(branch->parent < 0, own->parent < 0);
        if (own->parent >= 0)
            ck_assert_int_eq(branch_like(had, &read->list[branch->parent]), own->parent);
    }
    ck_assert_int_eq(branch_like(had, &read->list[read->active]), had->active);
}
