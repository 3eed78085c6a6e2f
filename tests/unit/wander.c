#include "wander.h"

#include <stdio.h>

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
