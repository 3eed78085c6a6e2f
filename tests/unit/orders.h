/* A session that is given commands as text, as somebody types them. */
#ifndef NABLASCOPE_TESTS_ORDERS_H
#define NABLASCOPE_TESTS_ORDERS_H

#include "engine/session.h"

/* At step 0, and able to go back to any step. */
struct session *orders_begin(const char *settings);
/* Carries it out; false when it is refused. What is no command fails the test. */
bool orders_do(struct session *session, const char *text);
/* The same, and the step at hand is evaluated. */
bool orders_look(struct session *session, const char *text);
/* Refused it fails the test; steps that are owed then are done. */
void orders_work(struct session *session, const char *text);

#endif
