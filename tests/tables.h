/* The sets of kernels one after the other, so far as this machine has them. */
#ifndef INK_TESTS_TABLES_H
#define INK_TESTS_TABLES_H

#include "tests/check.h"

#include "kernel/kernel.h"

static inline bool is_generic(const ink__kernels *table)
{
    return strcmp(table->name, "generic") == 0;
}

/* `t` counts from 0; NULL behind the last. No walk ends without generic, which every machine has
 * and against which the others are held. */
static inline const ink__kernels *next_table(size_t *t)
{
    static const char *const names[] = {"avx512bf16", "avx512", "avx2", "neon", "generic"};
    static bool generic_seen;
    while (*t < sizeof names / sizeof *names) {
        const ink__kernels *table = ink__kernels_by_name(names[(*t)++]);
        if (!table)
            continue;
        generic_seen |= is_generic(table);
        return table;
    }
    assert_true(generic_seen);
    generic_seen = false;
    return NULL;
}

#endif
