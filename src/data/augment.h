/* One augmented sample. */
#ifndef INK_DATA_AUGMENT_H
#define INK_DATA_AUGMENT_H

#include "inkling/augment.h"
#include "inkling/dataset.h"

/* Floats of scratch that ink__augment_sample needs for a picture of this shape. */
size_t ink__augment_scratch(int height, int width, int channels);

typedef enum ink__side {
    INK_SIDE_ANY, /* mirrored with the probability that the augmentation says */
    INK_SIDE_AS_IS,
    INK_SIDE_MIRRORED
} ink__side;

/* Writes to `out` (height x width x channels, values 0..1) the picture `in` (uint8, same shape) as
 * augmented under `key`: the same key gives the same picture on every machine. One inverse affine
 * map with bilinear reading does turn, scale, shift, shear, stretch, flip and elastic at once; what
 * comes from outside is 0 for one channel and the nearest border pixel for three. `scratch` is
 * private to the caller. */
void ink__augment_sample(const ink_augment *augment, uint64_t key, ink__side side, int height,
                         int width, int channels, const uint8_t *in, float *out, float *scratch);

/* Does the augmentation make sense for these samples? With `training` false a sample keeps its one
 * label. */
ink_status ink__augment_fits(const ink_augment *augment, const ink_dataset *dataset, bool training,
                             ink_error *err);

/* The side on which sample `index` is seen in `epoch`, where sides alternate. */
ink__side ink__augment_side(const ink_augment *augment, uint64_t seed, uint64_t epoch,
                            uint64_t index);
/* The share of the other sample that is mixed in under `key`, 0..0.5. */
float ink__augment_share(const ink_augment *augment, uint64_t key);

#endif
