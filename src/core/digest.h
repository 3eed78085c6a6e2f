/*
 * Digests: 64 bits of all that was added in turn (FNV-1a), the same on every machine. Numbers
 * go in by their bits, the lowest byte first whatever the order in memory; every NaN counts as
 * the same, since processors differ in its bits.
 */
#ifndef NABLASCOPE_CORE_DIGEST_H
#define NABLASCOPE_CORE_DIGEST_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/elementary.h"

/* Of nothing. */
#define DIGEST_START UINT64_C(0xcbf29ce484222325)

static inline void digest_bits(uint64_t *digest, uint64_t bits)
{
    for (int i = 0; i < 8; i++) {
        *digest ^= bits >> (8 * i) & 0xff;
        *digest *= UINT64_C(0x100000001b3);
    }
}

static inline void digest_real(uint64_t *digest, double value)
{
    digest_bits(digest, isnan(value) ? UINT64_C(0x7ff8000000000000) : real_bits(value));
}

static inline void digest_bytes(uint64_t *digest, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *digest ^= (unsigned char)bytes[i];
        *digest *= UINT64_C(0x100000001b3);
    }
}

/* Text goes in by its bytes, without its end. */
static inline void digest_text(uint64_t *digest, const char *text)
{
    digest_bytes(digest, text, strlen(text));
}

#endif
