/* SplitMix64 by counter, and the distributions drawn from it. */
#include "base/random.h"

#include <math.h>

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio, odd */

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t ink__key(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t key = mix(seed + GOLDEN);
    key = mix(key + a * GOLDEN + 1);
    return mix(key + b * GOLDEN + 2);
}

uint64_t ink__random_u64(ink_random *random)
{
    return mix(random->key + ++random->counter * GOLDEN);
}

double ink__random_uniform(ink_random *random)
{
    return (double)(ink__random_u64(random) >> 11) * 0x1p-53;
}

double ink__random_between(ink_random *random, double low, double high)
{
    return low + (high - low) * ink__random_uniform(random);
}

double ink__random_normal(ink_random *random)
{
    double radius = sqrt(-2.0 * log(1.0 - ink__random_uniform(random)));
    return radius * cos(6.283185307179586 * ink__random_uniform(random));
}

uint64_t ink__random_below(ink_random *random, uint64_t bound)
{
    wide product = (wide)ink__random_u64(random) * bound;
    if ((uint64_t)product < bound) {
        uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold)
            product = (wide)ink__random_u64(random) * bound;
    }
    return (uint64_t)(product >> 64);
}

void ink__random_shuffle(ink_random *random, uint32_t *order, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)ink__random_below(random, i);
        uint32_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}
