#include "io/json.h"

#include <errno.h>
#include <math.h>

#include "io/number.h"

static void begin(struct json *json, const char *key)
{
    if (!json->first)
        fputc(',', json->file);
    json->first = false;
    /* A line for each member of the outer two levels: readable, and easy to compare. */
    if (json->depth > 0 && json->depth <= 2 && key)
        fputc('\n', json->file);
    if (key)
        fprintf(json->file, "\"%s\":", key);
}

bool json_going(struct json *json)
{
    if (!json->stopped && ferror(json->file)) {
        json->error = errno;
        json->stopped = true;
    }
    json->stopped = json->stopped || interrupt_asked(json->interrupt);
    return !json->stopped;
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    fputc(bracket, json->file);
    json->first = true;
    json->depth++;
}

void json_close(struct json *json, char bracket)
{
    fputc(bracket, json->file);
    json->first = false;
    if (--json->depth == 0)
        fputc('\n', json->file);
}

void json_real(struct json *json, const char *key, double value)
{
    if (!isfinite(value)) {
        json_null(json, key);
        return;
    }
    char text[NUMBER_SIZE];
    begin(json, key);
    fputs(number_real_text(value, text), json->file);
}

void json_integer(struct json *json, const char *key, long long value)
{
    begin(json, key);
    fprintf(json->file, "%lld", value);
}

void json_string(struct json *json, const char *key, const char *value)
{
    begin(json, key);
    fprintf(json->file, "\"%s\"", value);
}

void json_null(struct json *json, const char *key)
{
    begin(json, key);
    fputs("null", json->file);
}

void json_matrix(struct json *json, const char *key, const struct matrix *m, bool transposed)
{
    int rows = transposed ? m->columns : m->rows, columns = transposed ? m->rows : m->columns;
    json_open(json, key, '[');
    for (int i = 0; i < rows && json_going(json); i++) {
        json_open(json, NULL, '[');
        for (int j = 0; j < columns; j++)
            json_real(json, NULL,
                transposed ? m->values[j * m->stride + i] : m->values[i * m->stride + j]);
        json_close(json, ']');
    }
    json_close(json, ']');
}

void json_vector(struct json *json, const char *key, const struct matrix *m)
{
    json_open(json, key, '[');
    for (int j = 0; j < m->columns; j++)
        json_real(json, NULL, m->values[j]);
    json_close(json, ']');
}
