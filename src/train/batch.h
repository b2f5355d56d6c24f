/* Batches: which samples, in which order, how changed, as the network wants them. */
#ifndef INK_TRAIN_BATCH_H
#define INK_TRAIN_BATCH_H

#include "base/pool.h"
#include "inkling/train.h"

/* Everything a batch is made from. The same seed and epoch give the same batches, whatever was made
 * before: a run can be taken up anywhere. */
typedef struct ink__loader {
    const ink_dataset *data;
    const ink_input *input;
    ink_augment augment;
    bool augmenting;
    float smoothing;
    uint64_t seed;
    ink_pool *pool;
    size_t count;      /* samples that are trained on */
    uint32_t *samples; /* [count] which they are */
    uint32_t *order;   /* [count] as they come in `epoch` */
    uint64_t epoch;
    size_t rows;    /* the largest batch */
    float *x;       /* [rows][inputs] */
    float *t;       /* [rows][classes] targets */
    float *scratch; /* of each thread */
    size_t scratch_size;
    size_t mix_size; /* of the other sample's place, at the end of a thread's scratch; 0 = none */
} ink__loader;

/* Batches of up to `rows` samples of `data` without the first `held` of its hold-out order. */
ink_status ink__loader_init(ink__loader *loader, const ink_dataset *data, const ink_input *input,
                            const ink_train_settings *settings, size_t held, size_t rows,
                            ink_pool *pool, ink_error *err);
/* Other augmentation and smoothing from the next batch on; on failure nothing changes. */
ink_status ink__loader_tune(ink__loader *loader, const ink_train_settings *settings,
                            ink_error *err);
void ink__loader_release(ink__loader *loader);
/* Makes x and t from samples first..first+count-1 of the epoch's order. */
void ink__loader_fill(ink__loader *loader, uint64_t epoch, size_t first, size_t count);

/* The hold-out order of all `count` samples: random, the same in every run with that seed. */
void ink__hold_out_order(uint64_t seed, uint32_t *order, size_t count);

#endif
