/* Random numbers that depend on a key and a counter and on nothing else.
 *
 * Generator: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014). The whole state is two numbers, so a stream can be saved, resumed, or started for
 * "sample 17 of epoch 3" without drawing what came before: that is what makes every thread count
 * give the same bits.
 *
 * Thread safety: an ink_random belongs to one thread; ink__key is pure. */
#ifndef INK_BASE_RANDOM_H
#define INK_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct ink_random {
    uint64_t key;     /* which stream */
    uint64_t counter; /* how many numbers were drawn */
} ink_random;

/* A key for the stream named by (seed, a, b), e.g. (seed, epoch, sample). */
uint64_t ink__key(uint64_t seed, uint64_t a, uint64_t b);

static inline ink_random ink__random(uint64_t key)
{
    return (ink_random){.key = key, .counter = 0};
}

uint64_t ink__random_u64(ink_random *random);
/* Uniform in [0, 1). */
double ink__random_uniform(ink_random *random);
/* Uniform in [low, high). */
double ink__random_between(ink_random *random, double low, double high);
/* Normal with mean 0 and standard deviation 1 (Box-Muller; draws exactly two numbers). */
double ink__random_normal(ink_random *random);
/* Uniform in 0 .. bound-1; bound > 0. Unbiased (Lemire 2019). */
uint64_t ink__random_below(ink_random *random, uint64_t bound);
/* Fisher-Yates. */
void ink__random_shuffle(ink_random *random, uint32_t *order, size_t n);

#endif
