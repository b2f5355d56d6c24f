/* The thread pool: the only way to make work.
 *
 * A job is cut into `count` tasks by the shape of the problem, never by the number of threads, and
 * tasks write to disjoint memory; so the result has the same bits for any number of threads. Each
 * thread starts on its own contiguous run of tasks - the same run at every step, so that what it
 * touched last is still in its cache - and helps the others when it is done.
 *
 * Workers spin for some microseconds before they sleep, because a training step hands out work
 * every few microseconds.
 *
 * Thread safety: one caller at a time. Tasks must not start jobs of their own. */
#ifndef INK_BASE_POOL_H
#define INK_BASE_POOL_H

#include "base/error.h"
#include "inkling/pool.h"

#include <stddef.h>

typedef void ink__task(void *context, size_t index, size_t thread);

/* Calls task(context, i, thread) for i in 0..count-1 and returns when all are done. `thread` is in
 * 0..ink_pool_threads(pool)-1 and says whose scratch memory may be used. A NULL pool runs on the
 * caller alone. */
void ink__parallel_for(ink_pool *pool, size_t count, ink__task *task, void *context);

/* The next jobs are shared by so many of the pool's threads, 1..ink_pool_threads(pool); all at
 * first. A NULL pool has nothing to choose from. */
void ink__pool_use(ink_pool *pool, size_t threads);

#endif
