/* What this machine can do, to measure by.
 *
 * Thread safety: the functions only measure. */
#ifndef INKLING_MACHINE_H
#define INKLING_MACHINE_H

#include "inkling/pool.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In how many bits convolutions multiply. With bf16 the two factors of each product are rounded to
 * bfloat16 (8 bits of precision instead of 24; Intel, "BFLOAT16 Hardware Numerics Definition",
 * 2018) and summed in float32; weights, sums and all other layers stay float32. Convolutions with a
 * stride, or with an odd number of channels or filters in a group, stay float32 altogether. Twice
 * as fast with AVX512-BF16; elsewhere it is emulated to the same meaning, slowly. */
typedef enum ink_precision {
    INK_PRECISION_FLOAT32,
    INK_PRECISION_BF16,
} ink_precision;

/* The instruction set in use: "avx512bf16", "avx512", "avx2", "neon" or "generic"; the environment
 * variable INKLING_CPU caps it. */
INK_API const char *ink_machine_kernels(void);
/* Floating-point operations a second that the pool's threads reach together with multiply-adds on
 * registers alone: the most that any product of matrices could reach. The best of several short
 * measurements, a tenth of a second in all. For bf16 without an instruction for it: as float32. */
INK_API double ink_machine_peak(ink_pool *pool, ink_precision precision);
/* Does this processor (and INKLING_CPU) have products of bfloat16? */
INK_API bool ink_machine_has_bf16(void);

#ifdef __cplusplus
}
#endif
#endif
