/* Checked, aligned allocation. Sizes are multiplied here and nowhere else. */
#ifndef INK_BASE_MEMORY_H
#define INK_BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

#define INK_ALIGNMENT ((size_t)64) /* one cache line, one AVX-512 vector */

/* `count` elements of `size` bytes, zeroed, aligned to INK_ALIGNMENT; blocks of several megabytes
 * are aligned to and asked for as huge pages, because a large matrix read along its columns
 * otherwise touches a new page at every step. NULL with INK_ENOMEM in `err` when the product
 * overflows or memory is short. A count of 0 gives a valid pointer to nothing. Free with
 * ink__free. */
void *ink__alloc(size_t count, size_t size, ink_error *err) __attribute__((warn_unused_result));

/* The block moved to `count` elements of `size` bytes; what is beyond `old_count` is zero. On
 * failure NULL, and the old block stays as it was. */
void *ink__realloc(void *block, size_t old_count, size_t count, size_t size, ink_error *err)
    __attribute__((warn_unused_result));

/* A copy of a C string. Free with ink__free. */
char *ink__strdup(const char *text, ink_error *err) __attribute__((warn_unused_result));

/* printf into fresh memory. Free with ink__free. */
char *ink__format(ink_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));

void ink__free(void *block);

/* For tests: the n-th allocation from now (1 = the next) fails, exactly once; 0 turns it off.
 * Returns how many allocations there were since the last call. */
size_t ink__alloc_fail_at(size_t n);

#endif
