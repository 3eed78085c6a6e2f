#include "engine/condition_tokens.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "engine/condition_internal.h"

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static bool in_number(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '+' || c == '-';
}

static bool in_sign(char c)
{
    return c != '\0' && strchr("<>=!&|", c) != NULL;
}

static size_t span(const char *text, bool (*in)(char))
{
    size_t length = 1;
    while (text[length] && in(text[length]))
        length++;
    return length;
}

/* The kind of the token that begins here, and its length in bytes. */
static enum token_kind classify(const char *at, size_t *length)
{
    static const char single[] = "()[]";
    static const enum token_kind kinds[] = {
        TOKEN_OPEN, TOKEN_CLOSE, TOKEN_LAYER, TOKEN_LAYER_END};
    const char *found = *at ? strchr(single, *at) : NULL, *end = at;
    *length = *at ? 1 : 0;
    if (!*at)
        return TOKEN_END;
    if (found)
        return kinds[found - single];
    if (isalpha((unsigned char)*at) || *at == '_') {
        *length = span(at, in_word);
        return TOKEN_WORD;
    }
    if (isdigit((unsigned char)*at) || strchr(".+-", *at)) {
        *length = span(at, in_number);
        return TOKEN_NUMBER;
    }
    if (in_sign(*at)) {
        *length = span(at, in_sign);
        return TOKEN_SIGN;
    }
    (void)utf8_next(&end);
    *length = (size_t)(end - at);
    return TOKEN_OTHER;
}

static int columns(const char *text, size_t length)
{
    int count = 0;
    for (const char *end = text + length; text < end; count++)
        (void)utf8_next(&text);
    return count;
}

struct condition_tokens condition_tokens_of(const char *text)
{
    return (struct condition_tokens){text, 1};
}

struct condition_token condition_tokens_next(struct condition_tokens *tokens)
{
    struct condition_token token;
    size_t length;
    while (isspace((unsigned char)*tokens->at)) {
        tokens->at++;
        tokens->column++;
    }
    token.kind = classify(tokens->at, &length);
    token.column = tokens->column;
    size_t kept = length < sizeof token.word ? length : sizeof token.word - 1;
    memcpy(token.word, tokens->at, kept);
    token.word[kept] = '\0';
    /* Cut anywhere, a number would be another number. */
    if (kept < length)
        memcpy(token.word + kept - 3, "...", 3);
    if (token.kind == TOKEN_SIGN && names_find(condition_sign_name, token.word) < 0)
        token.kind = TOKEN_OTHER;
    tokens->column += columns(tokens->at, length);
    tokens->at += length;
    return token;
}
