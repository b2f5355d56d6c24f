/* Checked, aligned allocation over the C library's. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)
/* What a process can address: 47 bits of 64. The C library would say no, too, but a sanitizer stops
 * the program for asking. */
#define MOST_BYTES (SIZE_MAX > UINT32_MAX ? SIZE_MAX >> 17 : SIZE_MAX / 2)

static atomic_size_t allocation_count;
static atomic_size_t failing_allocation;

size_t ink__alloc_fail_at(size_t n)
{
    atomic_store(&failing_allocation, n);
    return atomic_exchange(&allocation_count, 0);
}

void *ink__alloc(size_t count, size_t size, ink_error *err)
{
    size_t order = atomic_fetch_add(&allocation_count, 1) + 1;
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > MOST_BYTES) {
        ink__fail(err, INK_ENOMEM,
                  "out of memory: %zu elements of %zu bytes are more than this "
                  "machine can address",
                  count, size);
        return NULL;
    }
    size_t alignment = bytes >= 2 * HUGE_PAGE ? HUGE_PAGE : INK_ALIGNMENT;
    size_t rounded = bytes ? (bytes + alignment - 1) / alignment * alignment : alignment;
    void *block = NULL;
    if (order != atomic_load(&failing_allocation))
        block = aligned_alloc(alignment, rounded);
    if (!block) {
        ink__fail(err, INK_ENOMEM, "out of memory: %zu bytes were asked for", bytes);
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (alignment == HUGE_PAGE)
        (void)madvise(block, rounded, MADV_HUGEPAGE); /* advice: slower without, never wrong */
#endif
    memset(block, 0, rounded);
    return block;
}

void *ink__realloc(void *block, size_t old_count, size_t count, size_t size, ink_error *err)
{
    void *fresh = ink__alloc(count, size, err);
    if (!fresh)
        return NULL;
    if (block)
        memcpy(fresh, block, (old_count < count ? old_count : count) * size);
    ink__free(block);
    return fresh;
}

char *ink__strdup(const char *text, ink_error *err)
{
    size_t length = strlen(text) + 1;
    char *copy = ink__alloc(length, 1, err);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

char *ink__format(ink_error *err, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : ink__alloc((size_t)length + 1, 1, err);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void ink__free(void *block)
{
    free(block);
}
