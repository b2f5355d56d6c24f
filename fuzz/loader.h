/* What the targets of the file formats share. */
#ifndef INK_FUZZ_LOADER_H
#define INK_FUZZ_LOADER_H

#include "fuzz/fuzz.h"

#include "base/memory.h"
#include "data/gather.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

/* A copy that a reader may keep, a zero byte behind it as behind every file. Allocations are
 * rounded up: what is behind the zero is forbidden by hand. */
static inline ink__file fuzz_file(const char *name, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = ink__alloc(size + 1, 1, NULL);
    if (!copy)
        abort();
    if (size)
        memcpy(copy, bytes, size);
    size_t rounded = (size + INK_ALIGNMENT) / INK_ALIGNMENT * INK_ALIGNMENT;
    ASAN_POISON_MEMORY_REGION(copy + size + 1, rounded - size - 1);
    return (ink__file){.shown = name, .name = name, .bytes = copy, .size = size};
}

/* What every set must be; the labels are read, so that a sanitizer sees them. */
static inline void fuzz_check(ink_dataset *set)
{
    for (size_t i = 0; set && i < set->count; i++)
        if (set->labels[i] < 0 || set->labels[i] >= set->classes)
            abort();
    if (set && (set->pixels == NULL) == (set->values == NULL))
        abort();
    ink_dataset_free(set);
}

/* Joins what was gathered as opening a path does, and lets go of it. A failure must have words. */
static inline void fuzz_finish(ink__gather *gather, ink_status status, ink_error *err)
{
    ink_dataset *train = NULL, *test = NULL;
    if (status == INK_OK)
        status = ink__gather_pair(gather, err);
    if (status == INK_OK)
        status = ink__gather_join(gather, "root", "name", NULL, &train, &test, err);
    if (status != INK_OK && (err->status == INK_OK || err->text[0] == '\0'))
        abort();
    fuzz_check(train);
    fuzz_check(test);
    ink__gather_release(gather);
}

#endif
