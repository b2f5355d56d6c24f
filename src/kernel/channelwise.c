/* Convolution that keeps channels apart, for one instruction set: compiled once for each, with
 * INK_ISA set to its name. A whole vector of channels at a time; see depthwise.h. */
#include "kernel/isa.h"

#define INLINE static inline __attribute__((always_inline))

enum {
    WIDE = 8, /* outputs side by side: as many sums in flight, for one load of each weight */
    NARROW = 4,
    MOST_TAPS = 9 /* whose slopes are summed at once: a kernel of 3x3 */
};

INLINE vec load(const float *at, const int whole, size_t n)
{
    return whole ? vec_load(at) : vec_load_part(at, n);
}

INLINE void store(float *at, vec x, const int whole, size_t n)
{
    if (whole)
        vec_store(at, x);
    else
        vec_store_part(at, x, n);
}

/* One vector of channels, `n` of them used if it is not whole, of some neighbouring outputs. */
INLINE void outputs(const ink__channelwise *b, const int count, const int whole, size_t n,
                    const float *x, const float *w, const float *start, float *z)
{
    vec sums[WIDE];
    for (int p = 0; p < count; p++)
        sums[p] = start ? load(start, whole, n) : vec_splat(0);
    for (size_t i = 0; i < b->tap_rows; i++) {
        const float *from = x + i * b->x_tap_row, *weights = w + i * b->w_row;
        for (size_t j = 0; j < b->tap_cols; j++, from += b->x_tap_col, weights += b->w_col) {
            vec weight = load(weights, whole, n);
            for (int p = 0; p < count; p++)
                sums[p] = vec_fma(load(from + (size_t)p * b->x_col, whole, n), weight, sums[p]);
        }
    }
    for (int p = 0; p < count; p++)
        store(z + (size_t)p * b->z_col, sums[p], whole, n);
}

/* A row of outputs. The last few may be computed twice, with the same result. */
INLINE void row(const ink__channelwise *b, const int count, const int whole, size_t n,
                const float *x, const float *w, const float *start, float *z)
{
    for (size_t p = 0; p < b->width; p += (size_t)count) {
        size_t at = p + (size_t)count <= b->width ? p : b->width - (size_t)count;
        outputs(b, count, whole, n, x + at * b->x_col, w, start, z + at * b->z_col);
    }
}

INLINE void row_of_any(const ink__channelwise *b, const int whole, size_t n, const float *x,
                       const float *w, const float *start, float *z)
{
    if (b->width >= WIDE)
        row(b, WIDE, whole, n, x, w, start, z);
    else if (b->width >= NARROW)
        row(b, NARROW, whole, n, x, w, start, z);
    else
        row(b, 1, whole, n, x, w, start, z);
}

void INK_ISA_NAME(ink__channelwise)(const ink__channelwise *b, const float *x, const float *w,
                                    const float *start, float *z)
{
    for (size_t y = 0; y < b->height; y++, x += b->x_row, z += b->z_row) {
        size_t at = 0;
        for (; at + INK_WIDTH <= b->channels; at += INK_WIDTH)
            row_of_any(b, 1, INK_WIDTH, x + at, w + at, start ? start + at : NULL, z + at);
        if (at < b->channels)
            row_of_any(b, 0, b->channels - at, x + at, w + at, start ? start + at : NULL, z + at);
    }
}

/* A tap, where it is in the picture and in the weights. */
typedef struct tap {
    size_t col, x, w;
} tap;

INLINE tap next_tap(const ink__channelwise *b, tap t)
{
    if (++t.col < b->tap_cols)
        return (tap){t.col, t.x + b->x_tap_col, t.w + b->w_col};
    size_t back = b->tap_cols - 1; /* to the begin of the row */
    return (tap){0, t.x + b->x_tap_row - back * b->x_tap_col, t.w + b->w_row - back * b->w_col};
}

/* The slopes of `count` taps from *first on, for one vector of channels; leaves the tap that
 * follows in *first. */
INLINE void slopes(const ink__channelwise *b, const int count, const int whole, size_t n,
                   tap *first, const float *x, const float *dz, float *dw)
{
    vec sums[MOST_TAPS];
    const float *from[MOST_TAPS];
    float *to[MOST_TAPS];
    for (int t = 0; t < count; t++, *first = next_tap(b, *first)) {
        sums[t] = vec_splat(0);
        from[t] = x + first->x;
        to[t] = dw + first->w;
    }
    for (size_t y = 0; y < b->height; y++)
        for (size_t p = 0; p < b->width; p++) {
            size_t at = y * b->x_row + p * b->x_col;
            vec slope = load(dz + y * b->z_row + p * b->z_col, whole, n);
            for (int t = 0; t < count; t++)
                sums[t] = vec_fma(load(from[t] + at, whole, n), slope, sums[t]);
        }
    for (int t = 0; t < count; t++)
        store(to[t], load(to[t], whole, n) + sums[t], whole, n);
}

INLINE void all_slopes(const ink__channelwise *b, const int whole, size_t n, const float *x,
                       const float *dz, float *dw)
{
    tap at = {0};
    size_t left = b->tap_rows * b->tap_cols;
    for (; left >= MOST_TAPS; left -= MOST_TAPS)
        slopes(b, MOST_TAPS, whole, n, &at, x, dz, dw);
    for (; left >= 3; left -= 3)
        slopes(b, 3, whole, n, &at, x, dz, dw);
    for (; left > 0; left--)
        slopes(b, 1, whole, n, &at, x, dz, dw);
}

void INK_ISA_NAME(ink__channelwise_weights)(const ink__channelwise *b, const float *x,
                                            const float *dz, float *dw)
{
    size_t at = 0;
    for (; at + INK_WIDTH <= b->channels; at += INK_WIDTH)
        all_slopes(b, 1, INK_WIDTH, x + at, dz + at, dw + at);
    if (at < b->channels)
        all_slopes(b, 0, b->channels - at, x + at, dz + at, dw + at);
}
