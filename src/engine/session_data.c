/* What a session needs to know of data sets before it builds on one. */
#include "engine/memory.h"
#include "engine/session_internal.h"

size_t session_bytes(const struct session *session, const struct hparams *hparams)
{
    struct data_shape shape;
    bool known = data_measure(session->reader, hparams, &session->interrupt, &shape, NULL);
    return known ? run_bytes(hparams, shape) : 0;
}

bool session_fits(const struct session *session, const struct hparams *hparams, size_t beside,
    struct error *error)
{
    struct data_shape shape;
    return data_measure(session->reader, hparams, &session->interrupt, &shape, error) &&
        memory_fits(run_bytes(hparams, shape) + beside, error);
}

void session_note_data(struct session *session, const struct dataset *data)
{
    bool known = session->run && session->run->training->data == data;
    if (data->note && !known)
        session_say(session, false, "%s", data->note);
}
