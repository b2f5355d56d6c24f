/* What the two layers that convolve share: conv, which learns its weights, and whiten, whose
 * weights are computed from the data and lie in the state. */
#ifndef INK_NN_CONV_H
#define INK_NN_CONV_H

#include "nn/layer.h"

/* Shapes from layer->window, filters and groups; the error names the layer. */
ink_status ink__conv_plan_shapes(ink__layer *layer, ink_error *err);
ink__conv ink__conv_of(const ink__layer *layer);
void ink__conv_memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory);
void ink__conv_forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y);
void ink__conv_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                        const float *y, const float *dy, float *dx);

#endif
