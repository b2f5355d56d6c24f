/* One augmented sample. */
#ifndef INK_DATA_AUGMENT_H
#define INK_DATA_AUGMENT_H

#include "inkling/augment.h"

/* Floats of scratch that ink__augment_sample needs for a picture of this shape. */
size_t ink__augment_scratch(int height, int width, int channels);

/* Writes to `out` (height x width x channels, values 0..1) the picture `in` (uint8, same shape) as
 * augmented under `key`: the same key gives the same picture on every machine. One inverse affine
 * map with bilinear reading does turn, scale, shift, shear, stretch, flip and elastic at once; what
 * comes from outside is 0 for one channel and the nearest border pixel for three. `scratch` is
 * private to the caller. */
void ink__augment_sample(const ink_augment *augment, uint64_t key, int height, int width,
                         int channels, const uint8_t *in, float *out, float *scratch);

#endif
