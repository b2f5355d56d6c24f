/* Convolution of one picture, as matrix products that read its patches in place.
 *
 *   z[y][x][o] = b[o] + sum over i, j, c of  xp[y s + i][x s + j][c]  W[i][j][c][o]
 *
 * xp is the picture with its border of zeros, s the stride. The kw * channels numbers that a row of
 * the kernel meets lie one behind the other in xp (channels last), so a row of output pixels is a
 * product whose k comes in kernel_height runs: nothing is gathered (an "implicit GEMM").
 *
 * The way back to the input is itself a convolution: of dz, spread by the stride, with the kernel
 * turned by half a turn and its channels and filters swapped (ink__conv_back). The gradient of the
 * weights is a product over all pixels of patches and dz.
 * Source: Dumoulin, Visin, "A guide to convolution arithmetic for deep learning", 2016.
 *
 * With `pairs`, the words of pictures and weights are pairs of bfloat16 numbers (ink__bf16x2):
 * forward and back to the input two neighbouring channels, so that a picture has half as many words
 * and `channels` counts pairs; for the gradient of the weights the same number of two pictures.
 *
 * Functions work on one or a few pictures for one thread and allocate nothing. */
#ifndef INK_KERNEL_CONVOLVE_H
#define INK_KERNEL_CONVOLVE_H

#include "kernel/kernel.h"

typedef struct ink__conv {
    size_t height, width, channels; /* of a picture */
    size_t out_height, out_width, filters;
    size_t kernel_height, kernel_width;
    size_t stride;
    size_t top, left; /* border of zeros; below and right as many as are read */
    size_t groups; /* divides channels and filters; each group of filters sees its own channels */
    size_t spread; /* pixels of the picture are put so far apart, zeros between; 1 = as they are */
    bool pairs;
} ink__conv;

enum {
    INK_CONV_SLACK = 64
}; /* floats that may be read behind padded pictures and packed weights */

/* The convolution that leads from dz to dx. */
ink__conv ink__conv_back(const ink__conv *conv);

/* May it be computed with pairs of channels, there and back? Then the same with half the channels.
 */
bool ink__conv_may_pair(const ink__conv *conv);
ink__conv ink__conv_paired(const ink__conv *conv);

size_t ink__conv_weight_count(const ink__conv *conv); /* kh kw (channels/groups) filters */

/* The padded rows that `rows` rows of output read; one row of them has `width` pixels. */
size_t ink__conv_padded_width(const ink__conv *conv);
size_t ink__conv_padded_height(const ink__conv *conv, size_t rows);
/* Floats of a whole padded picture, without slack. */
size_t ink__conv_padded_size(const ink__conv *conv);
/* Copies what output rows first..first+rows-1 read into `padded`, which is all zeros or was used by
 * this function for the same rows before. */
void ink__conv_pad(const ink__conv *conv, const float *x, size_t first, size_t rows, float *padded);
/* The same from float pictures to pairs of channels, for a paired `conv` ... */
void ink__conv_pad_paired(const ink__kernels *kernels, const ink__conv *conv, const float *x,
                          size_t first, size_t rows, ink__bf16x2 *padded);
/* ... and to pairs of two whole pictures. */
void ink__conv_pad_two(const ink__kernels *kernels, const ink__conv *conv, const float *x,
                       const float *x2, ink__bf16x2 *padded);
/* Where pixel (y, 0) of the picture lies in the whole padded picture. */
float *ink__conv_pixel(const ink__conv *conv, float *padded, size_t y);

/* Weights W[kh][kw][channels/groups][filters] in the order in which ink__conv_run reads them:
 * panels of some filters. */
size_t ink__conv_packed_size(const ink__conv *conv);
void ink__conv_pack(const ink__kernels *kernels, const ink__conv *conv, const float *w,
                    float *packed);
/* The same for the way back of `conv`, which is not paired, as pairs or not. */
void ink__conv_pack_back(const ink__kernels *kernels, const ink__conv *conv, bool pairs,
                         const float *w, float *packed);

/* `rows` rows of output for each of `count` padded pictures, `padded_step` floats apart; z likewise
 * by z_step. `bias` may be NULL. A picture that is spread is run from its first row on. */
void ink__conv_run(const ink__kernels *kernels, const ink__conv *conv, const float *padded,
                   size_t padded_step, const float *packed, const float *bias, size_t count,
                   size_t rows, float *z, size_t z_step);

/* dw[kh][kw][channels/groups][filters] = (or +=, with `add`) the gradient of the weights from whole
 * padded pictures (of `conv`) and padded dz (of `back`). */
void ink__conv_weights(const ink__kernels *kernels, const ink__conv *conv, const float *padded,
                       size_t padded_step, const float *padded_dz, size_t dz_step, size_t count,
                       float *dw, bool add);

#endif
