/* What this machine can do, to measure by.
 *
 * Thread safety: the functions only measure. */
#ifndef INKLING_MACHINE_H
#define INKLING_MACHINE_H

#include "inkling/pool.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The instruction set in use: "avx512", "avx2", "neon" or "generic"; the environment variable
 * INKLING_CPU caps it. */
INK_API const char *ink_machine_kernels(void);
/* Floating-point operations a second that the pool's threads reach together with multiply-adds on
 * registers alone, in float32: the most that any product of matrices could reach. The best of
 * several short measurements, a tenth of a second in all. */
INK_API double ink_machine_peak(ink_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
