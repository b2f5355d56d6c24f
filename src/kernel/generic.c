/* What each kernel means, in the plainest C: the oracle of the tests and the fall-back for any
 * machine. Nothing here is meant to be fast. */
#include "kernel/tables.h"

#include <math.h>
#include <string.h>

/* Row by row of b, so that the innermost loop walks through memory in order. */
static void product(const ink__product *g)
{
    for (size_t i = 0; i < g->m; i++) {
        float *c = g->c + i * g->c_row;
        for (size_t j = 0; j < g->n; j++)
            c[j] = g->start ? g->start[i * g->start_row + j] : 0.0f;
        const float *a = g->a + i * g->a_row, *b = g->b;
        for (size_t run = 0; run < (g->runs ? g->runs : 1); run++, a += g->a_jump, b += g->b_jump)
            for (size_t p = 0; p < g->k; p++, a += g->a_col, b += g->b_row)
                for (size_t j = 0; j < g->n; j++)
                    c[j] += *a * b[j];
    }
}

static float first_of(ink__bf16x2 pair)
{
    pair <<= 16;
    float x;
    memcpy(&x, &pair, sizeof x);
    return x;
}

static float second_of(ink__bf16x2 pair)
{
    pair &= 0xffff0000u;
    float x;
    memcpy(&x, &pair, sizeof x);
    return x;
}

static ink__bf16x2 pair_at(const float *at)
{
    ink__bf16x2 pair;
    memcpy(&pair, at, sizeof pair);
    return pair;
}

void ink__product_pairs_generic(const ink__product *g)
{
    for (size_t i = 0; i < g->m; i++) {
        float *c = g->c + i * g->c_row;
        for (size_t j = 0; j < g->n; j++)
            c[j] = g->start ? g->start[i * g->start_row + j] : 0.0f;
        const float *a = g->a + i * g->a_row, *b = g->b;
        for (size_t run = 0; run < (g->runs ? g->runs : 1); run++, a += g->a_jump, b += g->b_jump)
            for (size_t p = 0; p < g->k; p++, a += g->a_col, b += g->b_row) {
                float first = first_of(pair_at(a)), second = second_of(pair_at(a));
                for (size_t j = 0; j < g->n; j++) {
                    c[j] += second * second_of(pair_at(b + j));
                    c[j] += first * first_of(pair_at(b + j));
                }
            }
    }
}

/* To the nearest, ties to the even; NaN stays NaN. */
static ink__bf16x2 to_bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return isnan(x) ? 0x7fc0u : (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
}

static void pair_up(size_t n, const float *x, ink__bf16x2 *pairs)
{
    for (size_t i = 0; i < n / 2; i++)
        pairs[i] = to_bf16(x[2 * i]) | to_bf16(x[2 * i + 1]) << 16;
}

static void pair_rows(size_t n, const float *x, const float *x2, ink__bf16x2 *pairs)
{
    for (size_t i = 0; i < n; i++)
        pairs[i] = to_bf16(x[i]) | to_bf16(x2[i]) << 16;
}

static void transpose(size_t rows, size_t cols, const float *in, size_t in_row, float *out,
                      size_t out_row, int add)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            out[c * out_row + r] = in[r * in_row + c] + (add ? out[c * out_row + r] : 0.0f);
}

static float sigmoid(float z)
{
    return 1.0f / (1.0f + expf(-z));
}

static float gelu_tanh(float z)
{
    return tanhf(0.797884561f * (z + 0.044715f * z * z * z));
}

static float activation(ink__activation f, float z)
{
    switch (f) {
    case INK_ACTIVATION_STEP:
        return z > 0 ? 1.0f : 0.0f;
    case INK_ACTIVATION_SIGMOID:
        return sigmoid(z);
    case INK_ACTIVATION_TANH:
        return tanhf(z);
    case INK_ACTIVATION_RELU:
        return z > 0 ? z : 0.0f;
    case INK_ACTIVATION_LEAKY:
        return z > 0 ? z : 0.01f * z;
    case INK_ACTIVATION_SILU:
        return z * sigmoid(z);
    case INK_ACTIVATION_GELU:
        return 0.5f * z * (1.0f + gelu_tanh(z));
    case INK_ACTIVATION_IDENTITY:
    case INK_ACTIVATION_COUNT:
        break;
    }
    return z;
}

static float slope(ink__activation f, float z, float y)
{
    float t;
    switch (f) {
    case INK_ACTIVATION_STEP:
        return 0.0f;
    case INK_ACTIVATION_SIGMOID:
        return y * (1.0f - y);
    case INK_ACTIVATION_TANH:
        return 1.0f - y * y;
    case INK_ACTIVATION_RELU:
        return y > 0 ? 1.0f : 0.0f;
    case INK_ACTIVATION_LEAKY:
        return y > 0 ? 1.0f : 0.01f;
    case INK_ACTIVATION_SILU:
        return sigmoid(z) * (1.0f + z * (1.0f - sigmoid(z)));
    case INK_ACTIVATION_GELU:
        t = gelu_tanh(z);
        return 0.5f * (1.0f + t) +
               0.5f * z * (1.0f - t * t) * 0.797884561f * (1.0f + 3.0f * 0.044715f * z * z);
    case INK_ACTIVATION_IDENTITY:
    case INK_ACTIVATION_COUNT:
        break;
    }
    return 1.0f;
}

static void activate(ink__activation f, size_t n, const float *z, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = activation(f, z[i]);
}

static void activate_back(ink__activation f, size_t n, const float *dy, const float *z,
                          const float *y, float *dz)
{
    int from_z = f == INK_ACTIVATION_SILU || f == INK_ACTIVATION_GELU;
    for (size_t i = 0; i < n; i++)
        dz[i] = dy[i] * slope(f, from_z ? z[i] : 0.0f, from_z ? 0.0f : y[i]);
}

static void softmax(size_t rows, size_t cols, const float *z, float *y)
{
    for (size_t r = 0; r < rows; r++, z += cols, y += cols) {
        float most = z[0], sum = 0;
        for (size_t c = 1; c < cols; c++)
            most = fmaxf(most, z[c]);
        for (size_t c = 0; c < cols; c++)
            sum += y[c] = expf(z[c] - most);
        for (size_t c = 0; c < cols; c++)
            y[c] /= sum;
    }
}

static void step(const ink__update *u, float *w, float *v, float *s, float g)
{
    float grad = g + u->l2 * *w;
    *w *= 1.0f - u->shrink;
    switch (u->rule) {
    case INK_RULE_SGD:
        *w -= u->rate * grad;
        break;
    case INK_RULE_MOMENTUM:
        *v = u->momentum * *v + grad;
        *w -= u->rate * *v;
        break;
    case INK_RULE_NESTEROV:
        *v = u->momentum * *v + grad;
        *w -= u->rate * (grad + u->momentum * *v);
        break;
    case INK_RULE_RMSPROP:
        *s = u->beta2 * *s + (1.0f - u->beta2) * (grad * grad);
        *w -= u->rate * (grad / (sqrtf(*s) + u->epsilon));
        break;
    case INK_RULE_ADAM:
        *v = u->momentum * *v + (1.0f - u->momentum) * grad;
        *s = u->beta2 * *s + (1.0f - u->beta2) * (grad * grad);
        *w -= u->rate * (*v / (sqrtf(*s) * u->root + u->epsilon));
        break;
    }
}

static void update(const ink__update *u, const ink__block *b)
{
    for (size_t r = 0; r < b->rows; r++)
        for (size_t c = 0; c < b->cols; c++) {
            size_t at = r * b->row + c;
            step(u, b->w + at, b->v ? b->v + at : NULL, b->s ? b->s + at : NULL,
                 b->g[r * b->g_row + c]);
        }
}

static void column_sums(size_t rows, size_t cols, const float *in, size_t in_row, float *sum)
{
    for (size_t c = 0; c < cols; c++) {
        sum[c] = 0;
        for (size_t r = 0; r < rows; r++)
            sum[c] += in[r * in_row + c];
    }
}

static void moments(size_t rows, size_t cols, const float *x, size_t x_row, float *mean,
                    float *variance)
{
    for (size_t c = 0; c < cols; c++) {
        float sum = 0, squares = 0;
        for (size_t r = 0; r < rows; r++)
            sum += x[r * x_row + c];
        mean[c] = sum / (float)rows;
        for (size_t r = 0; r < rows; r++)
            squares += (x[r * x_row + c] - mean[c]) * (x[r * x_row + c] - mean[c]);
        variance[c] = squares / (float)rows;
    }
}

static void normalise(size_t rows, size_t cols, const float *x, size_t x_row, const float *mean,
                      const float *factor, const float *shift, float *y, size_t y_row)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            y[r * y_row + c] = (x[r * x_row + c] - mean[c]) * factor[c] + shift[c];
}

static void normalise_sums(size_t rows, size_t cols, const float *x, const float *dy,
                           const float *mean, const float *inverse, float *dscale, float *dshift)
{
    for (size_t c = 0; c < cols; c++) {
        dscale[c] = dshift[c] = 0;
        for (size_t r = 0; r < rows; r++) {
            dshift[c] += dy[r * cols + c];
            dscale[c] += dy[r * cols + c] * (x[r * cols + c] - mean[c]) * inverse[c];
        }
    }
}

static void normalise_back(size_t rows, size_t cols, const float *x, const float *dy,
                           const float *mean, const float *inverse, const float *factor,
                           const float *dscale, const float *dshift, float *dx)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++) {
            float xhat = (x[r * cols + c] - mean[c]) * inverse[c];
            dx[r * cols + c] = factor[c] * (dy[r * cols + c] - dshift[c] - xhat * dscale[c]);
        }
}

static uint32_t mix(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ x >> 16;
}

static uint32_t hash(uint32_t low, uint32_t high, uint32_t index)
{
    return mix(mix(index ^ low) + high);
}

static void dropout(size_t n, uint64_t key, size_t first, float keep, const float *x, float *y)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t draw = hash((uint32_t)key, (uint32_t)(key >> 32), (uint32_t)(first + i)) >> 8;
        y[i] = draw < (uint32_t)(keep * 0x1p24f) ? x[i] / keep : 0.0f;
    }
}

static void add_noise(size_t n, uint64_t key, size_t first, float deviation, const float *x,
                      float *y)
{
    uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
    for (size_t i = 0; i < n; i++) {
        uint32_t a = hash(low, high, (uint32_t)(first + i));
        uint32_t b = hash(high, low, (uint32_t)(first + i));
        int32_t sum = (int32_t)((a >> 16) + (a & 0xffff) + (b >> 16) + (b & 0xffff)) - 131070;
        y[i] = x[i] + deviation * sqrtf(3.0f) / 65536.0f * (float)sum;
    }
}

static void add(size_t n, const float *x, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

static void average(size_t n, float share, const float *w, float *mean)
{
    for (size_t i = 0; i < n; i++)
        mean[i] += share * (w[i] - mean[i]);
}

static void max_pool(size_t height, size_t width, size_t row, size_t channels, const float *x,
                     float *y, uint16_t *which)
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

static void max_pool_back(size_t height, size_t width, size_t row, size_t channels, const float *dy,
                          const uint16_t *which, float *dx)
{
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++) {
            float *at = dx + i * row + j * channels;
            uint16_t place = (uint16_t)(i * width + j);
            for (size_t c = 0; c < channels; c++)
                at[c] += which[c] == place ? dy[c] : 0.0f;
        }
}

/* A tile of 6 points 0, 1, -1, 2, -2 and infinity. Source: Lavin, Gray, "Fast algorithms for
 * convolutional neural networks", 2015, appendix A; for 5 taps the same points with the powers that
 * follow. */
static const float input_matrix[6][6] = {{4, 0, -5, 0, 1, 0},  {0, -4, -4, 1, 1, 0},
                                         {0, 4, -4, -1, 1, 0}, {0, -2, -1, 2, 1, 0},
                                         {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};

/* Row i holds the powers i of the points; infinity belongs to the last row. */
static float power(int exponent, int point, int most)
{
    static const float points[5] = {0, 1, -1, 2, -2};
    if (point == 5)
        return exponent == most ? 1 : 0;
    return exponent == 0 ? 1 : powf(points[point], (float)exponent);
}

static float transform_element(ink__transform which, int side, int row, int col)
{
    static const float share[6] = {1 / 4.0f, -1 / 6.0f, -1 / 6.0f, 1 / 24.0f, 1 / 24.0f, 1};
    switch (which) {
    case INK_TRANSFORM_OUTPUT:
        return power(row, col, side - 1);
    case INK_TRANSFORM_SLOPE:
        return power(col, row, side - 1);
    case INK_TRANSFORM_FILTER:
        return share[row] * power(col, row, side - 1);
    case INK_TRANSFORM_FILTER_BACK:
        return share[col] * power(row, col, side - 1);
    case INK_TRANSFORM_INPUT:
        break;
    }
    return input_matrix[row][col];
}

/* out = M in M' + start, with the matrix M of the transform. */
static void transform(ink__transform which, int side, size_t n, const float *const *in,
                      const float *start, float *const *out)
{
    enum { POINTS = INK_WINOGRAD_POINTS };
    bool shrinks = which == INK_TRANSFORM_OUTPUT || which == INK_TRANSFORM_FILTER_BACK;
    int from = shrinks || which == INK_TRANSFORM_INPUT ? POINTS : side;
    int to = shrinks ? side : POINTS;
    float matrix[POINTS][POINTS], half[POINTS][POINTS];
    for (int i = 0; i < to; i++)
        for (int p = 0; p < from; p++)
            matrix[i][p] = transform_element(which, side, i, p);
    for (size_t c = 0; c < n; c++) {
        for (int i = 0; i < to; i++)
            for (int q = 0; q < from; q++) {
                half[i][q] = 0;
                for (int p = 0; p < from; p++)
                    half[i][q] += matrix[i][p] * in[p * from + q][c];
            }
        for (int i = 0; i < to; i++)
            for (int j = 0; j < to; j++) {
                if (!out[i * to + j])
                    continue;
                float sum = start ? start[c] : 0;
                for (int q = 0; q < from; q++)
                    sum += half[i][q] * matrix[j][q];
                out[i * to + j][c] = sum;
            }
    }
}

static void channelwise(const ink__channelwise *b, const float *x, const float *w,
                        const float *start, float *z)
{
    for (size_t at = 0; at < b->height * b->width; at++) {
        const float *from = x + at / b->width * b->x_row + at % b->width * b->x_col;
        float *to = z + at / b->width * b->z_row + at % b->width * b->z_col;
        for (size_t c = 0; c < b->channels; c++) {
            to[c] = start ? start[c] : 0;
            for (size_t i = 0; i < b->tap_rows; i++)
                for (size_t j = 0; j < b->tap_cols; j++)
                    to[c] += from[i * b->x_tap_row + j * b->x_tap_col + c] *
                             w[i * b->w_row + j * b->w_col + c];
        }
    }
}

static void channelwise_weights(const ink__channelwise *b, const float *x, const float *dz,
                                float *dw)
{
    for (size_t i = 0; i < b->tap_rows; i++)
        for (size_t j = 0; j < b->tap_cols; j++)
            for (size_t c = 0; c < b->channels; c++) {
                const float *from = x + i * b->x_tap_row + j * b->x_tap_col + c;
                float sum = 0;
                for (size_t y = 0; y < b->height; y++)
                    for (size_t p = 0; p < b->width; p++)
                        sum +=
                            from[y * b->x_row + p * b->x_col] * dz[y * b->z_row + p * b->z_col + c];
                dw[i * b->w_row + j * b->w_col + c] += sum;
            }
}

static double peak(size_t rounds)
{
    enum { CHAINS = 48 };
    volatile float kept = 0;
    float sum[CHAINS];
    for (int i = 0; i < CHAINS; i++)
        sum[i] = (float)i;
    for (size_t round = 0; round < rounds; round++)
        for (int i = 0; i < CHAINS; i++)
            sum[i] = sum[i] * 0.999f + 0.001f;
    for (int i = 0; i < CHAINS; i++)
        kept += sum[i];
    return (double)rounds * CHAINS * 2;
}

const ink__kernels ink__kernels_generic = {
    .name = "generic",
    .product = product,
    .product_pairs = ink__product_pairs_generic,
    .pair_up = pair_up,
    .pair_rows = pair_rows,
    .transpose = transpose,
    .activate = activate,
    .activate_back = activate_back,
    .softmax = softmax,
    .update = update,
    .column_sums = column_sums,
    .moments = moments,
    .normalise = normalise,
    .normalise_sums = normalise_sums,
    .normalise_back = normalise_back,
    .dropout = dropout,
    .add_noise = add_noise,
    .transform = transform,
    .channelwise = channelwise,
    .channelwise_weights = channelwise_weights,
    .add = add,
    .average = average,
    .max_pool = max_pool,
    .max_pool_back = max_pool_back,
    .peak = peak,
};
