/* Samples as a network wants them. */
#ifndef INK_MODEL_INPUT_H
#define INK_MODEL_INPUT_H

#include "inkling/model.h"

/* x[i] = (pixels[i] / 255 - mean[c]) * factor[c] for `count` interleaved samples of channels. */
void ink__input_from_pixels(const ink_input *input, const uint8_t *pixels, size_t count, float *x);
/* The same from values that are 0..1 already (an augmented picture) or a float vector; in place
 * allowed. */
void ink__input_from_values(const ink_input *input, const float *values, size_t count, float *x);
/* Sample `index` of a data set, of whichever kind. */
void ink__input_sample(const ink_input *input, const ink_dataset *dataset, size_t index, float *x);

#endif
