/* Sessions by chance: settings of all kinds, and commands in any order. */
#ifndef NABLASCOPE_TESTS_WANDER_H
#define NABLASCOPE_TESTS_WANDER_H

#include "engine/session.h"

/* The same for the same number. */
struct session *wander_begin(unsigned number);
/* Steps on, goes back, changes a setting, begins anew, takes another branch or drops one. */
void wander_on(struct session *session);

/* What was read is the tree that was, perhaps in another order. */
void check_tree(const struct branches *had, const struct branches *read);

#endif
