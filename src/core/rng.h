/*
 * The generator: xoshiro256** (Blackman & Vigna 2021), seeded by splitmix64 from a seed and the
 * name of a stream, so that changing one thing leaves the others' draws alone. Explicit state,
 * no globals, the same numbers on every machine.
 */
#ifndef NABLASCOPE_CORE_RNG_H
#define NABLASCOPE_CORE_RNG_H

#include <stdbool.h>
#include <stdint.h>

/* Their numbers stay: every draw depends on them. */
enum rng_stream { RNG_WEIGHTS, RNG_DATA, RNG_BATCHES, RNG_CHECK, RNG_SPLIT, RNG_BIASES = 8 };

struct rng {
    uint64_t state[4];
    double spare; /* the second normal deviate of a pair */
    bool has_spare;
};

/* `index` tells apart members of one stream, say the layers; each has its own draws. */
void rng_init(struct rng *rng, uint64_t seed, enum rng_stream stream, uint64_t index);

uint64_t rng_next(struct rng *rng);
/* Uniform in [0, 1), 53 bits. */
double rng_uniform(struct rng *rng);
/* Uniform in 0..n-1 without bias (Lemire 2019); n >= 1. */
uint32_t rng_below(struct rng *rng, uint32_t n);
/* N(0, 1) by Marsaglia's polar method (1964). */
double rng_normal(struct rng *rng);

#endif
