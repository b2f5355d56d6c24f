/* Samples of a data set as pictures to show.
 *
 * Thread safety: pure functions. */
#ifndef INK_STUDIO_SAMPLE_H
#define INK_STUDIO_SAMPLE_H

#include "inkling/dataset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sample_shape {
    int height, width, channels;
    bool pictures; /* false: vectors */
} sample_shape;

sample_shape sample_shape_of(const ink_dataset *set);
size_t sample_size(sample_shape shape);
/* The same made small enough that no side is longer than `side`. */
sample_shape sample_shape_within(sample_shape shape, int side);
/* Sample `index`, a picture, in that shape. */
ink_status sample_picture(const ink_dataset *set, size_t index, sample_shape as, uint8_t *pixels,
                          ink_error *err);

#endif
