/* What the two layers that convolve share: conv, which learns its weights, and whiten, whose
 * weights are computed from the data and lie in the state. */
#ifndef INK_NN_CONV_H
#define INK_NN_CONV_H

#include "nn/layer.h"

/* Shapes from layer->window, filters and groups; the error names the layer. */
ink_status ink__conv_plan_shapes(ink__layer *layer, ink_error *err);
ink__conv ink__conv_of(const ink__layer *layer);
/* How work is cut, by shape alone. So many pictures are enough to share out whole ones. */
enum { INK_CONV_MANY = 16 };
/* Groups of pictures that have a sum of their own on the way back. */
size_t ink__conv_groups(size_t pictures);
/* Tasks that a picture's `height` rows of output make, with *rows each. */
size_t ink__conv_blocks(size_t pictures, size_t height, size_t *rows);
void ink__conv_memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory);
void ink__conv_pack_layer(const ink__layer *layer, const ink__pass *pass, float *packed);
void ink__conv_forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y);
void ink__conv_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                        const float *y, const float *dy, float *dx);
/* Adds up the gradients of `groups` groups of pictures, which lie `step` floats apart, and hands
 * them and those of the biases, which are complete, to the sink. */
void ink__conv_finish(const ink__layer *layer, const ink__pass *pass, float *sums, size_t step,
                      size_t groups, const float *biases);

/* The same layer by Winograd's tiles, where it has them. */
bool ink__conv_has_tiles(const ink__layer *layer);
void ink__conv_tiles_memory(const ink__layer *layer, size_t batch, bool training,
                            ink__memory *memory);
void ink__conv_tiles_pack(const ink__layer *layer, const ink__pass *pass, float *packed);
void ink__conv_tiles_forward(const ink__layer *layer, const ink__pass *pass, const float *x,
                             float *y);
void ink__conv_tiles_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                              const float *y, const float *dy, float *dx);

/* The same layer channel by channel, where each filter sees one of many channels. */
bool ink__conv_is_depthwise(const ink__layer *layer);
void ink__conv_depthwise_memory(const ink__layer *layer, size_t batch, bool training,
                                ink__memory *memory);
void ink__conv_depthwise_forward(const ink__layer *layer, const ink__pass *pass, const float *x,
                                 float *y);
void ink__conv_depthwise_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                                  const float *y, const float *dy, float *dx);

#endif
