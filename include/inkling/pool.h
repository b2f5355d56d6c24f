/* A pool of threads, made once and handed to whatever has work to share out.
 *
 * Results never depend on the number of threads: same seed, same bits.
 *
 * Thread safety: one job at a time; a pool is used by one thread at a time. */
#ifndef INKLING_POOL_H
#define INKLING_POOL_H

#include "inkling/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_pool ink_pool;

/* `threads` in 1..256 counts the caller; 0 = one per processor this process may use. */
INK_API ink_pool *ink_pool_new(size_t threads, ink_error *err);
INK_API void ink_pool_free(ink_pool *pool);
/* How many threads may share the work; 1 for NULL. Training measures how many help and uses at most
 * these. */
INK_API size_t ink_pool_threads(const ink_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
