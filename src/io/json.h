/*
 * A JSON text written piece by piece: reals as the shortest decimal with a point or an
 * exponent, so that readers take none for a whole number; what is not finite as null. Keys and
 * strings are ASCII without quotes or backslashes. Errors stay in the stream: see ferror.
 */
#ifndef NABLASCOPE_IO_JSON_H
#define NABLASCOPE_IO_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "core/interrupt.h"
#include "core/reduce.h"

struct json {
    FILE *file;
    bool first; /* no comma before the next item */
    int depth;
    const struct interrupt *interrupt; /* may be NULL */
    bool stopped; /* interrupted, or a write has failed: matrices are left out from there on */
    int error;    /* errno of that write */
};

/* Whether to go on. */
bool json_going(struct json *json);

/* Begin a value; `key` is NULL inside an array. */
void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket);                 /* '}' or ']' */
void json_real(struct json *json, const char *key, double value);
void json_integer(struct json *json, const char *key, long long value);
void json_string(struct json *json, const char *key, const char *value);
void json_null(struct json *json, const char *key);

/* A matrix as nested rows; transposed, its columns become the rows. */
void json_matrix(struct json *json, const char *key, const struct matrix *m, bool transposed);
/* A matrix of one row as a flat array. */
void json_vector(struct json *json, const char *key, const struct matrix *m);

#endif
