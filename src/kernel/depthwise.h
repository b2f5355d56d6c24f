/* Convolution whose filters see one channel each ("depthwise"): no matrix product, since nothing is
 * summed over channels, but a whole vector of neighbouring channels at a time:
 *
 *   z[y][x][c] = b[c] + sum over i, j of  x[y s + i - t][x s + j - l][c]  W[i][j][c]
 *
 * Pictures are read where they are. Near a border some taps meet nothing: outputs are cut into
 * blocks that meet the same taps (kernels->channelwise), so there are no zeros to copy or to
 * multiply by. The way back to the input is a convolution of the same kind, ink__conv_back; where
 * the stride spreads dz, every stride-th output meets every stride-th tap.
 *
 * Several filters a channel: the picture is made as wide as the filters first. Functions work on
 * one picture for one thread and allocate nothing.
 * Source: Howard and others, "MobileNets: efficient convolutional neural networks for mobile vision
 * applications", 2017. */
#ifndef INK_KERNEL_DEPTHWISE_H
#define INK_KERNEL_DEPTHWISE_H

#include "kernel/convolve.h"

/* Is it one channel a filter, more than one of them, and few filters a channel? */
bool ink__depthwise_pays(const ink__conv *conv);
/* The same with as many channels as filters, which the functions below work on. */
ink__conv ink__depthwise_of(const ink__conv *conv);

/* wide[i times + k] = x[i] for the n values of x, and the way back: x[i] = the sum over k. */
void ink__depthwise_widen(size_t n, size_t times, const float *x, float *wide);
void ink__depthwise_narrow(size_t n, size_t times, const float *wide, float *x);
/* The weights of the way back: W turned by half a turn. */
void ink__depthwise_turn(const ink__conv *conv, const float *w, float *turned);

/* Rows first..first+rows-1 of z, the whole picture; weights are those of `conv`, or turned. `bias`
 * may be NULL. */
void ink__depthwise_run(const ink__kernels *kernels, const ink__conv *conv, const float *x,
                        const float *w, const float *bias, size_t first, size_t rows, float *z);
/* dw += the gradient of the weights from those rows of dz. */
void ink__depthwise_weights(const ink__kernels *kernels, const ink__conv *conv, const float *x,
                            const float *dz, size_t first, size_t rows, float *dw);

#endif
