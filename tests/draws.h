/* Numbers for tests of kernels: the same in every run. */
#ifndef INK_TESTS_DRAWS_H
#define INK_TESTS_DRAWS_H

#include <stddef.h>
#include <stdint.h>

/* 0..n-1, from a linear congruential generator (Numerical Recipes' constants). */
static inline size_t below(size_t n)
{
    static uint32_t state = 7;
    state = state * 1664525u + 1013904223u;
    return (size_t)(state >> 8) % n;
}

#endif
