#include "orders.h"

#include "suites.h"

struct session *orders_begin(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    session->history = SIZE_MAX;
    ck_assert(orders_look(session, "reset"));
    return session;
}

bool orders_do(struct session *session, const char *text)
{
    struct command command;
    struct error error = {.text = ""};
    ck_assert_msg(command_parse(text, &command, &error), "%s: %s", text, error.text);
    return session_do(session, &command, &error);
}

bool orders_look(struct session *session, const char *text)
{
    return orders_do(session, text) && session_evaluate(session, false);
}

void orders_work(struct session *session, const char *text)
{
    ck_assert_msg(orders_do(session, text), "%s: %s", text, session->news.message);
    while (session_owes(session))
        ck_assert(session_work(session));
    ck_assert(session_evaluate(session, false));
}
