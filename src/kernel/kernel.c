/* Choosing the kernels for this CPU, and cutting products into blocks. */
#include "kernel/kernel.h"

#include "kernel/tables.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
static const ink__kernels avx2 = INK_TABLE(avx2, "avx2", ink__product_pairs_generic, NULL);
static const ink__kernels avx512 = INK_TABLE(avx512, "avx512", ink__product_pairs_generic, NULL);
static const ink__kernels avx512bf16 =
    INK_TABLE(avx512, "avx512bf16", ink__product_avx512bf16, ink__peak_avx512bf16);
#elif defined(__aarch64__)
static const ink__kernels neon = INK_TABLE(neon, "neon", ink__product_pairs_generic, NULL);
#endif

enum { TABLES = 4 };

/* Best first; the order is also what INKLING_CPU caps. */
static const ink__kernels *possible(size_t i)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (i == 0)
        return wide && __builtin_cpu_supports("avx512bf16") ? &avx512bf16 : NULL;
    if (i == 1)
        return wide ? &avx512 : NULL;
    if (i == 2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &avx2 : NULL;
#elif defined(__aarch64__)
    if (i == 0)
        return &neon;
#endif
    return i == 3 ? &ink__kernels_generic : NULL;
}

const ink__kernels *ink__kernels_by_name(const char *name)
{
    for (size_t i = 0; i < TABLES; i++) {
        const ink__kernels *table = possible(i);
        if (table && strcmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}

static const ink__kernels *chosen;
static pthread_once_t choosing = PTHREAD_ONCE_INIT;

static void choose(void)
{
    const char *cap = getenv("INKLING_CPU");
    if (cap)
        chosen = ink__kernels_by_name(cap);
    for (size_t i = 0; i < TABLES && !chosen; i++)
        chosen = possible(i);
}

const ink__kernels *ink__kernels_get(void)
{
    pthread_once(&choosing, choose);
    return chosen;
}

/* A block should be large enough to forget the cost of handing it out (about 1 microsecond of work,
 * 200,000 operations) and small enough that some sixteen of them share the work evenly. Columns
 * come in whole vectors of the widest set, two at a time where the matrix is not very wide; an odd
 * rest makes blocks of three, because a block of one vector loads as much as it multiplies. */
ink__cut ink__cut_product(size_t m, size_t n, size_t k)
{
    size_t vectors = ink__ceil_div(n ? n : 1, INK_CUT_VECTOR);
    size_t each = m == 1 ? 32 : n >= 512 ? 4 : 2; /* m = 1: b is read once, in long rows */
    ink__cut cut = {.vectors = vectors, .col_blocks = vectors / each ? vectors / each : 1};
    cut.cols = ink__ceil_div(vectors, cut.col_blocks) * INK_CUT_VECTOR;
    size_t rows_for_work = 1 + 200000 / (2 * cut.cols * (k ? k : 1) + 1);
    size_t wanted = ink__ceil_div(16, cut.col_blocks);
    cut.rows = ink__ceil_div(m, wanted);
    if (cut.rows < rows_for_work)
        cut.rows = rows_for_work;
    if (cut.rows > 64)
        cut.rows = ink__ceil_div(m, ink__ceil_div(m, 64));
    if (cut.rows > m)
        cut.rows = m ? m : 1;
    cut.row_blocks = ink__ceil_div(m, cut.rows);
    cut.tasks = cut.row_blocks * cut.col_blocks;
    return cut;
}

ink__part ink__cut_part(const ink__cut *cut, size_t m, size_t n, size_t task)
{
    size_t block = task / cut->row_blocks;
    size_t end = cut->vectors * (block + 1) / cut->col_blocks * INK_CUT_VECTOR;
    ink__part part = {.row = task % cut->row_blocks * cut->rows,
                      .col = cut->vectors * block / cut->col_blocks * INK_CUT_VECTOR};
    part.rows = m - part.row < cut->rows ? m - part.row : cut->rows;
    part.cols = (end < n ? end : n) - part.col;
    return part;
}
