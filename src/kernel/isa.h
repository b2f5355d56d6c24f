/* One instruction set's vectors. Included only by the sources that are compiled once per set, with
 * -DINK_ISA=avx512 (or avx2, neon) and that set's own flags. */
#ifndef INK_KERNEL_ISA_H
#define INK_KERNEL_ISA_H

#include "kernel/kernel.h"

#include <string.h>

#define INK_PASTE_(name, isa) name##_##isa
#define INK_PASTE(name, isa)  INK_PASTE_(name, isa)
#define INK_ISA_NAME(name)    INK_PASTE(name, INK_ISA)

#if defined(__AVX512F__)
#include <immintrin.h>
#define INK_WIDTH 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define INK_WIDTH 8
#else
#define INK_WIDTH 4
#endif

typedef float vec __attribute__((vector_size(INK_WIDTH * 4)));
typedef int int_anywhere __attribute__((may_alias));
typedef float vec_anywhere __attribute__((vector_size(INK_WIDTH * 4), aligned(4), may_alias));

static inline vec vec_load(const float *at)
{
    return *(const vec_anywhere *)at;
}

static inline void vec_store(float *at, vec x)
{
    *(vec_anywhere *)at = x;
}

static inline vec vec_splat(float x)
{
    return x - (vec){0};
}

/* Whatever 32 bits lie there, a float or not. */
static inline vec vec_splat_at(const float *at)
{
#if defined(__AVX512F__)
    return (vec)_mm512_set1_epi32(*(const int_anywhere *)at);
#else
    return vec_splat(*at);
#endif
}

/* x y + z, rounded once: these sources are compiled with -ffp-contract=fast. */
static inline vec vec_fma(vec x, vec y, vec z)
{
    return x * y + z;
}

/* The first `n` elements (1..INK_WIDTH), the others 0; nothing behind them is touched. */
static inline vec vec_load_part(const float *at, size_t n)
{
#if defined(__AVX512F__)
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), at);
#elif defined(__AVX2__)
    static const int mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return (vec)_mm256_maskload_ps(at, _mm256_loadu_si256((const __m256i_u *)(mask + 8 - n)));
#else
    vec x = {0};
    for (size_t i = 0; i < n; i++)
        x[i] = at[i];
    return x;
#endif
}

static inline void vec_store_part(float *at, vec x, size_t n)
{
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(at, (__mmask16)((1u << n) - 1), (__m512)x);
#elif defined(__AVX2__)
    static const int mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    _mm256_maskstore_ps(at, _mm256_loadu_si256((const __m256i_u *)(mask + 8 - n)), (__m256)x);
#else
    for (size_t i = 0; i < n; i++)
        at[i] = x[i];
#endif
}

#endif
