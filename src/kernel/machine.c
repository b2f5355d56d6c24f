/* The machine's own peak, measured. */
#include "inkling/machine.h"

#include "base/pool.h"
#include "kernel/kernel.h"

#include <time.h>

enum { ROUNDS = 200000, MEASUREMENTS = 20 };

const char *ink_machine_kernels(void)
{
    return ink__kernels_get()->name;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool ink_machine_has_bf16(void)
{
    return ink__kernels_get()->peak_pairs != NULL;
}

typedef double loop(size_t rounds);

typedef struct job {
    loop *peak;
    struct part *parts;
} job;

typedef struct part {
    _Alignas(64) double operations; /* a cache line for each thread */
} part;

static void spin(void *context, size_t index, size_t thread)
{
    const job *j = context;
    (void)thread;
    j->parts[index].operations = j->peak(ROUNDS);
}

double ink_machine_peak(ink_pool *pool, ink_precision precision)
{
    const ink__kernels *kernels = ink__kernels_get();
    bool pairs = precision == INK_PRECISION_BF16 && kernels->peak_pairs;
    part parts[256];
    job j = {.peak = pairs ? kernels->peak_pairs : kernels->peak, .parts = parts};
    size_t threads = ink_pool_threads(pool);
    double best = 0;
    for (int i = 0; i < MEASUREMENTS; i++) {
        double begun = now(), sum = 0;
        ink__parallel_for(pool, threads, spin, &j);
        double seconds = now() - begun;
        for (size_t t = 0; t < threads; t++)
            sum += parts[t].operations;
        best = sum / seconds > best ? sum / seconds : best;
    }
    return best;
}
