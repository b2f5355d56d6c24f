/* Batches: which samples, in which order, how changed, as the network wants them.
 *
 * Order and augmentation are functions of (seed, epoch, sample) and of nothing else. Batches are
 * made by the same threads that train, just before they are used: what was written is then still in
 * the cache, and no thread waits for another. */
#include "train/batch.h"

#include "base/memory.h"
#include "base/random.h"
#include "data/augment.h"
#include "data/dataset.h"
#include "model/input.h"

#include <string.h>

/* Names of random streams, so that no two uses of a seed meet. */
enum {
    STREAM_HOLD_OUT = 0x401d,
    STREAM_ORDER = 0x04de4,
    STREAM_AUGMENT = 0xa06,
    STREAM_MIXUP = 0x3f1
};

void ink__hold_out_order(uint64_t seed, uint32_t *order, size_t count)
{
    ink_random random = ink__random(ink__key(seed, STREAM_HOLD_OUT, 0));
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    ink__random_shuffle(&random, order, count);
}

static void shuffle_epoch(ink__loader *loader, uint64_t epoch)
{
    ink_random random = ink__random(ink__key(loader->seed, STREAM_ORDER, epoch));
    memcpy(loader->order, loader->samples, loader->count * sizeof *loader->order);
    ink__random_shuffle(&random, loader->order, loader->count);
    loader->epoch = epoch;
}

/* What follows from the settings; memory apart. */
static void plan(ink__loader *loader, const ink_train_settings *settings)
{
    const ink_dataset *data = loader->data;
    size_t size = ink__dataset_sample_size(data);
    loader->augment = settings->augment;
    loader->augmenting = !ink_augment_is_off(&settings->augment);
    loader->smoothing = settings->label_smoothing;
    loader->scratch_size = loader->mix_size = 0;
    if (loader->augmenting)
        loader->scratch_size = ink__augment_scratch(data->height, data->width, data->channels);
    if (settings->augment.mixup > 0)
        loader->mix_size = (size + 15) / 16 * 16;
    loader->scratch_size = (loader->scratch_size + 15) / 16 * 16 + loader->mix_size;
}

static float *new_scratch(const ink__loader *loader, ink_error *err)
{
    return ink__alloc(ink_pool_threads(loader->pool), loader->scratch_size * sizeof(float), err);
}

ink_status ink__loader_init(ink__loader *loader, const ink_dataset *data, const ink_input *input,
                            const ink_train_settings *settings, size_t held, size_t rows,
                            ink_pool *pool, ink_error *err)
{
    size_t size = ink__dataset_sample_size(data);
    ink__loader fresh = {.data = data,
                         .input = input,
                         .seed = settings->seed,
                         .pool = pool,
                         .count = data->count - held,
                         .rows = rows};
    plan(&fresh, settings);
    fresh.samples = ink__alloc(data->count, sizeof *fresh.samples, err);
    fresh.order = ink__alloc(fresh.count, sizeof *fresh.order, err);
    fresh.x = ink__alloc(rows, size * sizeof *fresh.x, err);
    fresh.t = ink__alloc(rows, (size_t)data->classes * sizeof *fresh.t, err);
    fresh.scratch = new_scratch(&fresh, err);
    if (!fresh.samples || !fresh.order || !fresh.x || !fresh.t || !fresh.scratch) {
        ink__loader_release(&fresh);
        return INK_ENOMEM;
    }
    ink__hold_out_order(settings->seed, fresh.samples, data->count);
    memmove(fresh.samples, fresh.samples + held, fresh.count * sizeof *fresh.samples);
    shuffle_epoch(&fresh, 0);
    *loader = fresh;
    return INK_OK;
}

ink_status ink__loader_tune(ink__loader *loader, const ink_train_settings *settings, ink_error *err)
{
    ink__loader changed = *loader;
    plan(&changed, settings);
    if (changed.scratch_size != loader->scratch_size) {
        changed.scratch = new_scratch(&changed, err);
        if (!changed.scratch)
            return INK_ENOMEM;
        ink__free(loader->scratch);
    }
    *loader = changed;
    return INK_OK;
}

void ink__loader_release(ink__loader *loader)
{
    ink__free(loader->samples);
    ink__free(loader->order);
    ink__free(loader->x);
    ink__free(loader->t);
    ink__free(loader->scratch);
    *loader = (ink__loader){0};
}

typedef struct job {
    const ink__loader *loader;
    size_t first, count;
    size_t rows; /* samples a task */
} job;

static void make_sample(const ink__loader *loader, uint32_t sample, float *x, float *scratch)
{
    const ink_dataset *data = loader->data;
    size_t size = ink__dataset_sample_size(data);
    if (!loader->augmenting) {
        ink__input_sample(loader->input, data, sample, x);
        return;
    }
    uint64_t key = ink__key(loader->seed + STREAM_AUGMENT, loader->epoch, sample);
    ink__side side = ink__augment_side(&loader->augment, loader->seed, loader->epoch, sample);
    ink__augment_sample(&loader->augment, key, side, data->height, data->width, data->channels,
                        data->pixels + sample * size, x, scratch);
    ink__input_from_values(loader->input, x, size, x);
}

static void make_target(const ink__loader *loader, uint32_t sample, float *t)
{
    int classes = loader->data->classes;
    float rest = loader->smoothing / (float)classes;
    for (int k = 0; k < classes; k++)
        t[k] = rest;
    t[loader->data->labels[sample]] += 1 - loader->smoothing;
}

/* Mixes another sample of the epoch, as it comes, into this one. */
static void mix(const ink__loader *loader, uint32_t sample, float *x, float *t, float *scratch)
{
    uint64_t key = ink__key(loader->seed + STREAM_MIXUP, loader->epoch, sample);
    float share = ink__augment_share(&loader->augment, key);
    uint32_t other = loader->order[(key >> 32) % loader->count];
    size_t size = ink__dataset_sample_size(loader->data);
    float *other_x = scratch + loader->scratch_size - loader->mix_size;
    make_sample(loader, other, other_x, scratch);
    for (size_t i = 0; i < size; i++)
        x[i] += share * (other_x[i] - x[i]);
    float own = share * (1 - loader->smoothing);
    t[loader->data->labels[sample]] -= own;
    t[loader->data->labels[other]] += own;
}

static void make_rows(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__loader *loader = j->loader;
    size_t begin = task * j->rows, end = begin + j->rows < j->count ? begin + j->rows : j->count;
    size_t size = ink__dataset_sample_size(loader->data), classes = (size_t)loader->data->classes;
    for (size_t i = begin; i < end; i++) {
        uint32_t sample = loader->order[j->first + i];
        make_sample(loader, sample, loader->x + i * size,
                    loader->scratch + thread * loader->scratch_size);
        make_target(loader, sample, loader->t + i * classes);
        if (loader->mix_size)
            mix(loader, sample, loader->x + i * size, loader->t + i * classes,
                loader->scratch + thread * loader->scratch_size);
    }
}

void ink__loader_fill(ink__loader *loader, uint64_t epoch, size_t first, size_t count)
{
    if (epoch != loader->epoch)
        shuffle_epoch(loader, epoch);
    size_t rows = loader->augmenting ? 1 : 1 + 16384 / ink__dataset_sample_size(loader->data);
    job j = {.loader = loader, .first = first, .count = count, .rows = rows};
    ink__parallel_for(loader->pool, (count + rows - 1) / rows, make_rows, &j);
}
