/* Convolution with fewer multiplications: Winograd's minimal filtering, for kernels of 3x3 and 5x5.
 *
 * A picture is cut into tiles of m x m outputs, each of which sees 6x6 inputs: m = 4 for 3 taps, 2
 * for 5. Per tile, with the matrices B, G, A of the transforms (kernel.h):
 *
 *   V = B' d B     U = G g G'     M = sum over channels of V . U     z = A' M A      (. by
 * elements)
 *
 * 36 multiplications instead of m m r r (144 or 100). For each of the 36 places M is a product of
 * all tiles' V [tiles][channels] with U [channels][filters]. The way back is the same read
 * backwards: dx is such a convolution of dz (ink__conv_back), and
 *
 *   E = A dz A'    S = sum over tiles of V' E    dg = G' S G
 *
 * What rounding makes of it in float32: docs/layers/conv.md.
 * Source: Winograd, "Arithmetic complexity of computations", 1980; Lavin, Gray, "Fast algorithms
 * for convolutional neural networks", 2015.
 *
 * Functions work for one thread on a range of tiles, which are numbered picture by picture, row by
 * row; a tile's result does not depend on the range. They allocate nothing. */
#ifndef INK_KERNEL_WINOGRAD_H
#define INK_KERNEL_WINOGRAD_H

#include "kernel/convolve.h"

enum { INK_WINOGRAD_PLACES = INK_WINOGRAD_POINTS * INK_WINOGRAD_POINTS };

typedef struct ink__winograd {
    ink__conv conv;                       /* stride, spread and groups 1; not in pairs */
    size_t outputs;                       /* m: 4 or 2 */
    size_t tiles_high, tiles_wide, tiles; /* in a picture */
} ink__winograd;

/* Is it one of these kernels, and are there so many channels and outputs that transforming pays? */
bool ink__winograd_pays(const ink__conv *conv);
ink__winograd ink__winograd_of(const ink__conv *conv);

/* V, M and E are [place][tile of the range][channels or filters]. The floats from one place to the
 * next: a cache line more than needed, so that places do not fall into the same sets of a cache. */
size_t ink__winograd_step(size_t tiles, size_t channels);
/* Floats of one place of U, in panels of filters as ink__winograd_multiply reads them. */
size_t ink__winograd_filter_step(const ink__winograd *winograd);

/* U of channels first..first+count-1 from weights [taps][taps][channels][filters]; with `turned`
 * every kernel is turned by half a turn. */
void ink__winograd_filter(const ink__kernels *kernels, const ink__winograd *winograd,
                          const float *weights, bool turned, size_t first, size_t count, float *u);
/* Of a tile's places: all, or those of the first or of the last three columns. */
typedef enum ink__half { INK_HALF_BOTH, INK_HALF_LEFT, INK_HALF_RIGHT } ink__half;
/* V of tiles first..first+count-1 of the pictures x, the others' places untouched; `zeros` holds as
 * many as there are channels. */
void ink__winograd_input(const ink__kernels *kernels, const ink__winograd *winograd, ink__half half,
                         const float *x, size_t first, size_t count, const float *zeros, float *v,
                         size_t step);
/* M = V U for so many tiles. */
void ink__winograd_multiply(const ink__kernels *kernels, const ink__winograd *winograd,
                            const float *v, size_t v_step, const float *u, size_t count, float *m,
                            size_t m_step);
/* z of the pictures from M, and y = f(z), where y may be z; `nowhere` has room for the filters. */
void ink__winograd_output(const ink__kernels *kernels, const ink__winograd *winograd,
                          const float *m, size_t step, const float *bias, ink__activation f,
                          size_t first, size_t count, float *nowhere, float *z, float *y);

/* E from the pictures dz. */
void ink__winograd_slope(const ink__kernels *kernels, const ink__winograd *winograd, ink__half half,
                         const float *dz, size_t first, size_t count, const float *zeros, float *e,
                         size_t step);
/* dg[taps][taps][channel][filters] for one channel, from S [place][channels][filters]. */
void ink__winograd_filter_back(const ink__kernels *kernels, const ink__winograd *winograd,
                               const float *s, size_t channel, float *dg);

#endif
