/* Loops over elements, compiled once per instruction set: plain C that the compiler turns into
 * vectors. No branch on data, so that every loop vectorises. */
#include "kernel/isa.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))

INLINE float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

INLINE uint32_t to_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* exp(x) to about 1 unit in the last place, flushed to 0 below -87 and kept finite above 88:
 * x = n log 2 + r with |r| <= log(2)/2, exp(r) by its Taylor polynomial of degree 6 (coefficients
 * adjusted as in Cephes' expf), times 2^n put straight into the exponent bits. */
INLINE float fast_exp(float x)
{
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    const float round_by = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
    float shifted = x * 1.44269504f + round_by;
    float n = shifted - round_by;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    uint32_t exponent = (to_bits(shifted) - to_bits(round_by) + 127u) << 23;
    return p * from_bits(exponent);
}

INLINE float sigmoid(float z)
{
    return 1.0f / (1.0f + fast_exp(-z));
}

/* Below 0.1 the difference of two numbers near 1 would lose digits: x - x^3/3 + 2x^5/15 there. */
INLINE float fast_tanh(float z)
{
    float square = z * z;
    float small =
        z * (1.0f + square * (-0.333333333f + square * (0.133333333f - square * 0.0539682540f)));
    float large = 1.0f - 2.0f / (fast_exp(2.0f * z) + 1.0f);
    return square < 0.01f ? small : large;
}

#define GELU_ROOT  0.797884561f /* sqrt(2/pi) */
#define GELU_CUBIC 0.044715f

INLINE float gelu(float z)
{
    return 0.5f * z * (1.0f + fast_tanh(GELU_ROOT * (z + GELU_CUBIC * z * z * z)));
}

INLINE float gelu_slope(float z)
{
    float t = fast_tanh(GELU_ROOT * (z + GELU_CUBIC * z * z * z));
    return 0.5f * (1.0f + t) +
           0.5f * z * (1.0f - t * t) * GELU_ROOT * (1.0f + 3.0f * GELU_CUBIC * z * z);
}

INLINE float silu_slope(float z)
{
    float s = sigmoid(z);
    return s * (1.0f + z * (1.0f - s));
}

#define EACH(expression)                                                                           \
    for (size_t i = 0; i < n; i++)                                                                 \
        y[i] = (expression);                                                                       \
    break

void INK_ISA_NAME(ink__activate)(ink__activation f, size_t n, const float *z, float *y)
{
    switch (f) {
    case INK_ACTIVATION_STEP:
        EACH(z[i] > 0 ? 1.0f : 0.0f);
    case INK_ACTIVATION_SIGMOID:
        EACH(sigmoid(z[i]));
    case INK_ACTIVATION_TANH:
        EACH(fast_tanh(z[i]));
    case INK_ACTIVATION_RELU:
        EACH(z[i] > 0 ? z[i] : 0.0f);
    case INK_ACTIVATION_LEAKY:
        EACH(z[i] > 0 ? z[i] : 0.01f * z[i]);
    case INK_ACTIVATION_SILU:
        EACH(z[i] * sigmoid(z[i]));
    case INK_ACTIVATION_GELU:
        EACH(gelu(z[i]));
    case INK_ACTIVATION_IDENTITY:
    case INK_ACTIVATION_COUNT:
        if (y != z)
            memcpy(y, z, n * sizeof *y);
    }
}

#define EACH_BACK(slope)                                                                           \
    for (size_t i = 0; i < n; i++)                                                                 \
        dz[i] = dy[i] * (slope);                                                                   \
    break

void INK_ISA_NAME(ink__activate_back)(ink__activation f, size_t n, const float *dy, const float *z,
                                      const float *y, float *dz)
{
    switch (f) {
    case INK_ACTIVATION_STEP:
        EACH_BACK(0.0f);
    case INK_ACTIVATION_SIGMOID:
        EACH_BACK(y[i] * (1.0f - y[i]));
    case INK_ACTIVATION_TANH:
        EACH_BACK(1.0f - y[i] * y[i]);
    case INK_ACTIVATION_RELU:
        EACH_BACK(y[i] > 0 ? 1.0f : 0.0f);
    case INK_ACTIVATION_LEAKY:
        EACH_BACK(y[i] > 0 ? 1.0f : 0.01f);
    case INK_ACTIVATION_SILU:
        EACH_BACK(silu_slope(z[i]));
    case INK_ACTIVATION_GELU:
        EACH_BACK(gelu_slope(z[i]));
    case INK_ACTIVATION_IDENTITY:
    case INK_ACTIVATION_COUNT:
        if (dz != dy)
            memcpy(dz, dy, n * sizeof *dz);
    }
}

void INK_ISA_NAME(ink__softmax)(size_t rows, size_t cols, const float *z, float *y)
{
    for (size_t r = 0; r < rows; r++, z += cols, y += cols) {
        float most = z[0], sum = 0;
        for (size_t c = 1; c < cols; c++)
            most = z[c] > most ? z[c] : most;
        for (size_t c = 0; c < cols; c++)
            y[c] = fast_exp(z[c] - most);
        for (size_t c = 0; c < cols; c++)
            sum += y[c];
        float factor = 1.0f / sum;
        for (size_t c = 0; c < cols; c++)
            y[c] *= factor;
    }
}

/* Every multiply-add is written out: left to itself gcc may round differently in a loop's vectors
 * and in its rest, and a weight would depend on how the work was cut. */
#define FMA(x, y, z) __builtin_fmaf(x, y, z)
#define STEP(statement)                                                                            \
    for (size_t i = 0; i < n; i++) {                                                               \
        float grad = FMA(l2, w[i], g[i]), kept = keep * w[i];                                      \
        statement                                                                                  \
    }                                                                                              \
    break

INLINE void update_row(const ink__update *u, size_t n, float *restrict w, float *restrict v,
                       float *restrict s, const float *restrict g)
{
    const float rate = -u->rate, m = u->momentum, b2 = u->beta2, epsilon = u->epsilon, l2 = u->l2;
    const float keep = 1.0f - u->shrink, root = u->root, rest = 1.0f - b2, fresh = 1.0f - m;
    switch (u->rule) {
    case INK_RULE_SGD:
        STEP(w[i] = FMA(rate, grad, kept););
    case INK_RULE_MOMENTUM:
        STEP(v[i] = FMA(m, v[i], grad); w[i] = FMA(rate, v[i], kept););
    case INK_RULE_NESTEROV:
        STEP(v[i] = FMA(m, v[i], grad); w[i] = FMA(rate, FMA(m, v[i], grad), kept););
    case INK_RULE_RMSPROP:
        STEP(s[i] = FMA(b2, s[i], rest * (grad * grad));
             w[i] = FMA(rate, grad / (sqrtf(s[i]) + epsilon), kept););
    case INK_RULE_ADAM:
        STEP(v[i] = FMA(m, v[i], fresh * grad); s[i] = FMA(b2, s[i], rest * (grad * grad));
             w[i] = FMA(rate, v[i] / FMA(sqrtf(s[i]), root, epsilon), kept););
    }
}

void INK_ISA_NAME(ink__update)(const ink__update *u, const ink__block *b)
{
    for (size_t r = 0; r < b->rows; r++)
        update_row(u, b->cols, b->w + r * b->row, b->v ? b->v + r * b->row : NULL,
                   b->s ? b->s + r * b->row : NULL, b->g + r * b->g_row);
}

void INK_ISA_NAME(ink__column_sums)(size_t rows, size_t cols, const float *in, size_t in_row,
                                    float *restrict sum)
{
    for (size_t c = 0; c < cols; c++)
        sum[c] = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            sum[c] += in[r * in_row + c];
}

void INK_ISA_NAME(ink__moments)(size_t rows, size_t cols, const float *x, size_t x_row,
                                float *restrict mean, float *restrict variance)
{
    const float share = 1.0f / (float)rows;
    INK_ISA_NAME(ink__column_sums)(rows, cols, x, x_row, mean);
    for (size_t c = 0; c < cols; c++) {
        mean[c] *= share;
        variance[c] = 0;
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++) {
            float away = x[r * x_row + c] - mean[c];
            variance[c] += away * away;
        }
    for (size_t c = 0; c < cols; c++)
        variance[c] *= share;
}

void INK_ISA_NAME(ink__normalise)(size_t rows, size_t cols, const float *x, size_t x_row,
                                  const float *restrict mean, const float *restrict factor,
                                  const float *restrict shift, float *y, size_t y_row)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            y[r * y_row + c] = (x[r * x_row + c] - mean[c]) * factor[c] + shift[c];
}

void INK_ISA_NAME(ink__normalise_sums)(size_t rows, size_t cols, const float *restrict x,
                                       const float *restrict dy, const float *restrict mean,
                                       const float *restrict inverse, float *restrict dscale,
                                       float *restrict dshift)
{
    for (size_t c = 0; c < cols; c++)
        dscale[c] = dshift[c] = 0;
    for (size_t r = 0; r < rows; r++, x += cols, dy += cols)
        for (size_t c = 0; c < cols; c++) {
            dshift[c] += dy[c];
            dscale[c] += dy[c] * (x[c] - mean[c]);
        }
    for (size_t c = 0; c < cols; c++)
        dscale[c] *= inverse[c];
}

void INK_ISA_NAME(ink__normalise_back)(size_t rows, size_t cols, const float *x, const float *dy,
                                       const float *restrict mean, const float *restrict inverse,
                                       const float *restrict factor, const float *restrict dscale,
                                       const float *restrict dshift, float *dx)
{
    for (size_t r = 0; r < rows; r++, x += cols, dy += cols, dx += cols)
#pragma GCC ivdep
        for (size_t c = 0; c < cols; c++) {
            float xhat = (x[c] - mean[c]) * inverse[c];
            dx[c] = factor[c] * (dy[c] - dshift[c] - xhat * dscale[c]);
        }
}

/* Two rounds of a 32-bit mixer (Wellons' "lowbias32"), one number per (key, index). */
INLINE uint32_t hash(uint32_t low, uint32_t high, uint32_t index)
{
    uint32_t x = index ^ low;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    x += high;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ x >> 16;
}

void INK_ISA_NAME(ink__dropout)(size_t n, uint64_t key, size_t first, float keep, const float *x,
                                float *y)
{
    const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32), from = (uint32_t)first;
    const int32_t limit = (int32_t)(keep * 0x1p24f); /* 24 bits compare exactly in every set */
    const float factor = 1.0f / keep;
    for (size_t i = 0; i < n; i++) {
        int32_t draw = (int32_t)(hash(low, high, from + (uint32_t)i) >> 8);
        y[i] = draw < limit ? x[i] * factor : 0.0f;
    }
}

/* The sum of four 16-bit uniform numbers, scaled to deviation 1: the Irwin-Hall approximation of a
 * normal number, plenty for noise, free of logarithms and the same in every instruction set. */
void INK_ISA_NAME(ink__add_noise)(size_t n, uint64_t key, size_t first, float deviation,
                                  const float *x, float *y)
{
    const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32), from = (uint32_t)first;
    const float factor = deviation * 1.73205081f / 65536.0f;
    for (size_t i = 0; i < n; i++) {
        uint32_t a = hash(low, high, from + (uint32_t)i), b = hash(high, low, from + (uint32_t)i);
        int32_t sum = (int32_t)((a >> 16) + (a & 0xffff) + (b >> 16) + (b & 0xffff)) - 131070;
        y[i] = x[i] + factor * (float)sum;
    }
}

void INK_ISA_NAME(ink__max_pool)(size_t height, size_t width, size_t row, size_t channels,
                                 const float *restrict x, float *restrict y,
                                 uint16_t *restrict which)
{
    for (size_t c = 0; c < channels; c++) {
        y[c] = x[c];
        which[c] = 0;
    }
    for (size_t i = 0; i < height; i++)
        for (size_t j = i == 0 ? 1 : 0; j < width; j++) {
            const float *at = x + i * row + j * channels;
            uint16_t place = (uint16_t)(i * width + j);
            for (size_t c = 0; c < channels; c++) {
                which[c] = at[c] > y[c] ? place : which[c];
                y[c] = at[c] > y[c] ? at[c] : y[c];
            }
        }
}

void INK_ISA_NAME(ink__max_pool_back)(size_t height, size_t width, size_t row, size_t channels,
                                      const float *restrict dy, const uint16_t *restrict which,
                                      float *restrict dx)
{
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++) {
            float *at = dx + i * row + j * channels;
            uint16_t place = (uint16_t)(i * width + j);
            for (size_t c = 0; c < channels; c++)
                at[c] += which[c] == place ? dy[c] : 0.0f;
        }
}

void INK_ISA_NAME(ink__add)(size_t n, const float *restrict x, float *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

void INK_ISA_NAME(ink__average)(size_t n, float share, const float *restrict w,
                                float *restrict average)
{
    for (size_t i = 0; i < n; i++)
        average[i] += share * (w[i] - average[i]);
}

/* In squares of one cache line each way: every line is read and written once. */
void INK_ISA_NAME(ink__transpose)(size_t rows, size_t cols, const float *restrict in, size_t in_row,
                                  float *restrict out, size_t out_row, int add)
{
    enum { SIDE = 16 };
    float square[SIDE][SIDE];
    for (size_t r = 0; r < rows; r += SIDE)
        for (size_t c = 0; c < cols; c += SIDE) {
            size_t height = rows - r < SIDE ? rows - r : SIDE;
            size_t width = cols - c < SIDE ? cols - c : SIDE;
            if (height == SIDE && width == SIDE) {
                for (size_t i = 0; i < SIDE; i++)
                    for (size_t j = 0; j < SIDE; j++)
                        square[j][i] = in[(r + i) * in_row + c + j];
            } else {
                for (size_t i = 0; i < height; i++)
                    for (size_t j = 0; j < width; j++)
                        square[j][i] = in[(r + i) * in_row + c + j];
            }
            for (size_t j = 0; j < width; j++)
                for (size_t i = 0; i < height; i++) {
                    float *at = out + (c + j) * out_row + r + i;
                    *at = add ? *at + square[j][i] : square[j][i];
                }
        }
}

/* A bfloat16 in the low half: rounded to the nearest, ties to the even; NaN stays NaN. */
INLINE uint32_t to_bf16(float x)
{
    uint32_t bits = to_bits(x), rounded = (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
    return x != x ? 0x7fc0u : rounded;
}

void INK_ISA_NAME(ink__pair_up)(size_t n, const float *x, ink__bf16x2 *pairs)
{
    for (size_t i = 0; i < n / 2; i++)
        pairs[i] = to_bf16(x[2 * i]) | to_bf16(x[2 * i + 1]) << 16;
}

void INK_ISA_NAME(ink__pair_rows)(size_t n, const float *x, const float *x2, ink__bf16x2 *pairs)
{
    for (size_t i = 0; i < n; i++)
        pairs[i] = to_bf16(x[i]) | to_bf16(x2[i]) << 16;
}
