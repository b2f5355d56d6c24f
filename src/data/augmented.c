/* An augmented set written out. */
#include "data/augment.h"
#include "data/dataset.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"

enum { MOST_SAMPLES = 10000000 };

typedef struct job {
    const ink_augment *augment;
    const ink_dataset *from;
    ink_dataset *to;
    uint64_t seed;
    float *scratch, *drawn; /* of each thread */
    size_t scratch_size, size;
} job;

static void make_one(void *context, size_t task, size_t thread)
{
    const job *j = context;
    size_t sample = task % j->from->count, copy = task / j->from->count;
    float *drawn = j->drawn + thread * j->size;
    uint8_t *to = j->to->pixels + task * j->size;
    ink__augment_sample(j->augment, ink__key(j->seed, copy, sample),
                        ink__augment_side(j->augment, j->seed, copy, sample), j->from->height,
                        j->from->width, j->from->channels, j->from->pixels + sample * j->size,
                        drawn, j->scratch + thread * j->scratch_size);
    for (size_t i = 0; i < j->size; i++)
        to[i] = (uint8_t)(drawn[i] <= 0 ? 0 : drawn[i] >= 1 ? 255 : (int)(drawn[i] * 255 + 0.5f));
    j->to->labels[task] = j->from->labels[sample];
}

ink_dataset *ink_dataset_augmented(const ink_dataset *dataset, const ink_augment *augment,
                                   size_t copies, uint64_t seed, ink_pool *pool, ink_error *err)
{
    size_t count, threads = ink_pool_threads(pool);
    if (!dataset->pixels) {
        ink__fail(err, INK_EINVAL, "%.100s holds no pictures: there is nothing to turn or shift",
                  dataset->name);
        return NULL;
    }
    if (ink__augment_fits(augment, dataset, false, err) != INK_OK)
        return NULL;
    if (copies < 1 || __builtin_mul_overflow(dataset->count, copies, &count) ||
        count > MOST_SAMPLES) {
        ink__fail(err, INK_EINVAL, "%zu copies of %zu samples: 1 to %d samples are made", copies,
                  dataset->count, (int)MOST_SAMPLES);
        return NULL;
    }
    job j = {.augment = augment, .from = dataset, .seed = seed};
    j.size = ink__dataset_sample_size(dataset);
    j.scratch_size = ink__augment_scratch(dataset->height, dataset->width, dataset->channels);
    j.to = ink__dataset_like(dataset, count, err);
    j.scratch = ink__alloc(threads, j.scratch_size * sizeof *j.scratch, err);
    j.drawn = ink__alloc(threads, j.size * sizeof *j.drawn, err);
    bool good = j.to && j.scratch && j.drawn;
    if (good)
        ink__parallel_for(pool, count, make_one, &j);
    ink__free(j.scratch);
    ink__free(j.drawn);
    if (good)
        return j.to;
    ink_dataset_free(j.to);
    return NULL;
}
