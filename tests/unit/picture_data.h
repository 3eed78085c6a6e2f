/* A data set of small pictures, of which a network that has learned little takes many wrongly.
 */
#ifndef NABLASCOPE_TESTS_PICTURE_DATA_H
#define NABLASCOPE_TESTS_PICTURE_DATA_H

#include "engine/session.h"

/* `samples` pictures of width × height, in as many classes, called "c0", "c1" …; the pixels are
 * drawn at random, brighter in another row for each class. */
struct dataset *picture_data(int samples, int width, int height, int classes);
/* The session goes on with it: its training begins anew. */
void session_take_data(struct session *session, struct dataset *data);

#endif
