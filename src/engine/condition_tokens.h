/* The words, numbers and signs of a condition, one after the other. */
#ifndef NABLASCOPE_ENGINE_CONDITION_TOKENS_H
#define NABLASCOPE_ENGINE_CONDITION_TOKENS_H

#include "core/text.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_SIGN, /* a comparison */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_LAYER, /* "[" */
    TOKEN_LAYER_END,
    TOKEN_OTHER
};

struct condition_token {
    enum token_kind kind;
    int column;
    char word[TEXT_WORD]; /* where it is longer the beginning, and "..." */
};

struct condition_tokens {
    const char *at;
    int column; /* 1-based, in characters */
};

struct condition_tokens condition_tokens_of(const char *text);
/* The next one; at the end TOKEN_END, again and again. */
struct condition_token condition_tokens_next(struct condition_tokens *tokens);

#endif
