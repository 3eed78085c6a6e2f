/* What the parts of a session share: session.c, session_follow.c. */
#ifndef NABLASCOPE_ENGINE_SESSION_INTERNAL_H
#define NABLASCOPE_ENGINE_SESSION_INTERNAL_H

#include "engine/session.h"

/* In the place of the present run one of this branch, at step 0 with its log ahead. False with
 * *error when there is no memory, or when interrupted: nothing has changed. */
bool session_exchange(
    struct session *session, const struct branch *branch, struct error *error);

/* Follows the lecture, if that is wanted and the run does not stand in it. */
bool session_settle_lecture(struct session *session, struct error *error);
/* Where the lecture could not be followed it is left, which the reason says. */
void session_give_up_lecture(struct session *session);

/* Before the run becomes another one: says what is to be said of its data, if they are others.
 */
void session_note_data(struct session *session, const struct dataset *data);

#endif
