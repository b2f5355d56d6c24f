/* The tables that exist; kernel.c chooses. */
#ifndef INK_KERNEL_TABLES_H
#define INK_KERNEL_TABLES_H

#include "kernel/kernel.h"

extern const ink__kernels ink__kernels_generic;
void ink__product_pairs_generic(const ink__product *product);

/* The functions of the sources that are compiled once per set, for one instruction set, and their
 * table. */
#define INK_DECLARE_KERNELS(isa)                                                                   \
    void ink__product_##isa(const ink__product *);                                                 \
    void ink__transpose_##isa(size_t, size_t, const float *, size_t, float *, size_t, int);        \
    void ink__activate_##isa(ink__activation, size_t, const float *, float *);                     \
    void ink__activate_back_##isa(ink__activation, size_t, const float *, const float *,           \
                                  const float *, float *);                                         \
    void ink__softmax_##isa(size_t, size_t, const float *, float *);                               \
    void ink__update_##isa(const ink__update *, const ink__block *);                               \
    void ink__column_sums_##isa(size_t, size_t, const float *, size_t, float *);                   \
    void ink__moments_##isa(size_t, size_t, const float *, size_t, float *, float *);              \
    void ink__normalise_##isa(size_t, size_t, const float *, size_t, const float *, const float *, \
                              const float *, float *, size_t);                                     \
    void ink__normalise_sums_##isa(size_t, size_t, const float *, const float *, const float *,    \
                                   const float *, float *, float *);                               \
    void ink__normalise_back_##isa(size_t, size_t, const float *, const float *, const float *,    \
                                   const float *, const float *, const float *, const float *,     \
                                   float *);                                                       \
    void ink__dropout_##isa(size_t, uint64_t, size_t, float, const float *, float *);              \
    void ink__add_noise_##isa(size_t, uint64_t, size_t, float, const float *, float *);            \
    void ink__max_pool_##isa(size_t, size_t, size_t, size_t, const float *, float *, uint16_t *);  \
    void ink__max_pool_back_##isa(size_t, size_t, size_t, size_t, const float *, const uint16_t *, \
                                  float *);                                                        \
    void ink__transform_##isa(ink__transform, int, size_t, const float *const *, const float *,    \
                              float *const *);                                                     \
    void ink__channelwise_##isa(const ink__channelwise *, const float *, const float *,            \
                                const float *, float *);                                           \
    void ink__channelwise_weights_##isa(const ink__channelwise *, const float *, const float *,    \
                                        float *);                                                  \
    void ink__add_##isa(size_t, const float *, float *);                                           \
    void ink__average_##isa(size_t, float, const float *, float *);                                \
    void ink__pair_up_##isa(size_t, const float *, ink__bf16x2 *);                                 \
    void ink__pair_rows_##isa(size_t, const float *, const float *, ink__bf16x2 *);                \
    double ink__peak_##isa(size_t)

/* `pairs` and `peak_of_pairs`: the product of bfloat16 pairs that goes with it. */
#define INK_TABLE(isa, title, pairs, peak_of_pairs)                                                \
    {                                                                                              \
        .name = title, .product = ink__product_##isa, .product_pairs = pairs,                      \
        .peak_pairs = peak_of_pairs, .pair_up = ink__pair_up_##isa,                                \
        .pair_rows = ink__pair_rows_##isa, .transpose = ink__transpose_##isa,                      \
        .activate = ink__activate_##isa, .activate_back = ink__activate_back_##isa,                \
        .softmax = ink__softmax_##isa, .update = ink__update_##isa,                                \
        .column_sums = ink__column_sums_##isa, .moments = ink__moments_##isa,                      \
        .normalise = ink__normalise_##isa, .normalise_sums = ink__normalise_sums_##isa,            \
        .normalise_back = ink__normalise_back_##isa, .dropout = ink__dropout_##isa,                \
        .add_noise = ink__add_noise_##isa, .add = ink__add_##isa, .average = ink__average_##isa,   \
        .transform = ink__transform_##isa, .max_pool = ink__max_pool_##isa,                        \
        .channelwise = ink__channelwise_##isa,                                                     \
        .channelwise_weights = ink__channelwise_weights_##isa,                                     \
        .max_pool_back = ink__max_pool_back_##isa, .peak = ink__peak_##isa,                        \
    }

#if defined(__x86_64__)
INK_DECLARE_KERNELS(avx2);
INK_DECLARE_KERNELS(avx512);
void ink__product_avx512bf16(const ink__product *product);
double ink__peak_avx512bf16(size_t rounds);
#elif defined(__aarch64__)
INK_DECLARE_KERNELS(neon);
#endif

#endif
