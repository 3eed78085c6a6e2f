/*
 * Values as a JSON text: reals as the shortest decimal with a point or an exponent, so that
 * readers take none for a whole number; what is not finite as null.
 */
#ifndef NABLASCOPE_IO_JSON_H
#define NABLASCOPE_IO_JSON_H

#include "io/writer.h"

enum { JSON_DEPTH_MOST = 8 };

struct json {
    struct writer writer;
    bool first; /* no comma before the next item */
    int depth;
    char closing[JSON_DEPTH_MOST]; /* the brackets that are open */
};

/* Returns its writer. */
struct writer *json_init(struct json *json, FILE *file, const struct interrupt *interrupt);

#endif
