/* Winograd's transforms of one tile, for one instruction set: compiled once for each, with INK_ISA
 * set to its name. A whole vector of channels goes through at a time; see winograd.h for what the
 * transforms are for, and generic.c for their matrices. */
#include "kernel/isa.h"

#define INLINE static inline __attribute__((always_inline))

enum { POINTS = INK_WINOGRAD_POINTS, HALF = POINTS / 2 };

/* The transforms of one row or column: in[n] to out[n'], each the matrix in generic.c with equal
 * parts computed once. */
INLINE void input(const vec *d, vec *v)
{
    vec a = d[4] - 4 * d[2], b = d[3] - 4 * d[1], c = d[4] - d[2], e = 2 * (d[3] - d[1]);
    v[0] = 4 * d[0] - 5 * d[2] + d[4];
    v[1] = a + b;
    v[2] = a - b;
    v[3] = c + e;
    v[4] = c - e;
    v[5] = 4 * d[1] - 5 * d[3] + d[5];
}

INLINE void output(const vec *m, vec *y, const int outputs)
{
    vec even = m[1] + m[2], odd = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
    y[0] = m[0] + even + even2;
    if (outputs == 2) {
        y[1] = odd + 2 * odd2 + m[5];
    } else {
        y[1] = odd + 2 * odd2;
        y[2] = even + 4 * even2;
        y[3] = odd + 8 * odd2 + m[5];
    }
}

INLINE void slope(const vec *y, vec *e, const int outputs)
{
    vec zero = vec_splat(0), y2 = outputs == 4 ? y[2] : zero, y3 = outputs == 4 ? y[3] : zero;
    vec even = y[0] + y2, odd = y[1] + y3, even2 = y[0] + 4 * y2, odd2 = 2 * y[1] + 8 * y3;
    e[0] = y[0];
    e[1] = even + odd;
    e[2] = even - odd;
    e[3] = even2 + odd2;
    e[4] = even2 - odd2;
    e[5] = y[outputs - 1];
}

INLINE void filter(const vec *g, vec *u, const int taps)
{
    const float sixth = 1 / 6.0f, part = 1 / 24.0f;
    vec zero = vec_splat(0), g3 = taps == 5 ? g[3] : zero, g4 = taps == 5 ? g[4] : zero;
    vec even = g[0] + g[2] + g4, odd = g[1] + g3;
    vec even2 = g[0] + 4 * g[2] + 16 * g4, odd2 = 2 * g[1] + 8 * g3;
    u[0] = 0.25f * g[0];
    u[1] = -sixth * (even + odd);
    u[2] = -sixth * (even - odd);
    u[3] = part * (even2 + odd2);
    u[4] = part * (even2 - odd2);
    u[5] = g[taps - 1];
}

INLINE void filter_back(const vec *u, vec *g, const int taps)
{
    const float sixth = 1 / 6.0f, part = 1 / 24.0f;
    vec even = -sixth * (u[1] + u[2]), odd = -sixth * (u[1] - u[2]);
    vec even2 = part * (u[3] + u[4]), odd2 = part * (u[3] - u[4]);
    g[0] = 0.25f * u[0] + even + even2;
    g[1] = odd + 2 * odd2;
    g[2] = even + 4 * even2;
    if (taps == 5) {
        g[3] = odd + 8 * odd2;
        g[4] = even + 16 * even2;
    }
    g[taps - 1] += u[5];
}

INLINE void line(const ink__transform which, const vec *in, vec *out, const int side)
{
    switch (which) {
    case INK_TRANSFORM_INPUT:
        input(in, out);
        break;
    case INK_TRANSFORM_OUTPUT:
        output(in, out, side);
        break;
    case INK_TRANSFORM_SLOPE:
        slope(in, out, side);
        break;
    case INK_TRANSFORM_FILTER:
        filter(in, out, side);
        break;
    case INK_TRANSFORM_FILTER_BACK:
        filter_back(in, out, side);
        break;
    }
}

/* Columns first..first+count-1 of the result for one vector of channels, `n` of them used if it is
 * not whole: rows first, as pixels lie in memory, then those columns. What a line computes of the
 * others vanishes in compiling. Three columns at a time, or four, stay in registers; the five of a
 * 5x5 kernel, once an update, do not. */
INLINE void columns(const ink__transform which, const int from, const int to, const int side,
                    const int first, const int count, const int whole, size_t at, size_t n,
                    const float *const *in, const float *start, float *const *out)
{
    vec half[POINTS][POINTS]; /* [column of the result][row] */
    for (int row = 0; row < from; row++) {
        vec lines[POINTS], results[POINTS];
        for (int col = 0; col < from; col++) {
            const float *place = in[row * from + col] + at;
            lines[col] = whole ? vec_load(place) : vec_load_part(place, n);
        }
        line(which, lines, results, side);
        for (int i = 0; i < count; i++)
            half[i][row] = results[first + i];
    }
    vec begin = !start ? vec_splat(0) : whole ? vec_load(start + at) : vec_load_part(start + at, n);
    for (int i = 0; i < count; i++) {
        vec results[POINTS];
        line(which, half[i], results, side);
        for (int row = 0; row < to; row++) {
            float *place = out[row * to + first + i] + at;
            vec x = start ? results[row] + begin : results[row];
            if (whole)
                vec_store(place, x);
            else
                vec_store_part(place, x, n);
        }
    }
}

/* The last vector ends with the last channel, so that it is whole; what it shares with the one
 * before it comes out the same. */
INLINE void all_vectors(const ink__transform which, const int from, const int to, const int side,
                        const int first, const int count, size_t n, const float *const *in,
                        const float *start, float *const *out)
{
    size_t at = 0;
    for (; at + INK_WIDTH <= n; at += INK_WIDTH)
        columns(which, from, to, side, first, count, 1, at, INK_WIDTH, in, start, out);
    if (at < n && n >= INK_WIDTH)
        columns(which, from, to, side, first, count, 1, n - INK_WIDTH, INK_WIDTH, in, start, out);
    else if (at < n)
        columns(which, from, to, side, first, count, 0, at, n, in, start, out);
}

/* One function each, so that a profile tells them apart. */
#define COLUMNS(name, which, from, to, side, first, count)                                         \
    static __attribute__((noinline)) void name(size_t n, const float *const *in,                   \
                                               const float *start, float *const *out)              \
    {                                                                                              \
        all_vectors(which, from, to, side, first, count, n, in, start, out);                       \
    }
/* To six columns: by halves, each where it is wanted. */
#define HALVES(name, which, from, side)                                                            \
    COLUMNS(name##_left, which, from, POINTS, side, 0, HALF)                                       \
    COLUMNS(name##_right, which, from, POINTS, side, HALF, HALF)                                   \
    static void name(size_t n, const float *const *in, const float *start, float *const *out)      \
    {                                                                                              \
        if (out[0])                                                                                \
            name##_left(n, in, start, out);                                                        \
        if (out[HALF])                                                                             \
            name##_right(n, in, start, out);                                                       \
    }

HALVES(input_6, INK_TRANSFORM_INPUT, POINTS, 4)
COLUMNS(output_2, INK_TRANSFORM_OUTPUT, POINTS, 2, 2, 0, 2)
COLUMNS(output_4, INK_TRANSFORM_OUTPUT, POINTS, 4, 4, 0, 4)
HALVES(slope_2, INK_TRANSFORM_SLOPE, 2, 2)
HALVES(slope_4, INK_TRANSFORM_SLOPE, 4, 4)
HALVES(filter_3, INK_TRANSFORM_FILTER, 3, 3)
HALVES(filter_5, INK_TRANSFORM_FILTER, 5, 5)
COLUMNS(filter_back_3, INK_TRANSFORM_FILTER_BACK, POINTS, 3, 3, 0, 3)
COLUMNS(filter_back_5, INK_TRANSFORM_FILTER_BACK, POINTS, 5, 5, 0, 5)

void INK_ISA_NAME(ink__transform)(ink__transform which, int side, size_t n, const float *const *in,
                                  const float *start, float *const *out)
{
    bool small = side < 4; /* 2 outputs or 3 taps; otherwise 4 or 5 */
    switch (which) {
    case INK_TRANSFORM_INPUT:
        input_6(n, in, start, out);
        break;
    case INK_TRANSFORM_OUTPUT:
        (small ? output_2 : output_4)(n, in, start, out);
        break;
    case INK_TRANSFORM_SLOPE:
        (small ? slope_2 : slope_4)(n, in, start, out);
        break;
    case INK_TRANSFORM_FILTER:
        (small ? filter_3 : filter_5)(n, in, start, out);
        break;
    case INK_TRANSFORM_FILTER_BACK:
        (small ? filter_back_3 : filter_back_5)(n, in, start, out);
        break;
    }
}
