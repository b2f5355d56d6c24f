/* The inner loops, as one table of functions per instruction set.
 *
 * generic.c says in plain C what each function means and is the oracle of the tests; product.c,
 * elementwise.c, transform.c and channelwise.c are compiled once per instruction set. The CPU is
 * asked once; INKLING_CPU = generic | avx2 | avx512 | avx512bf16 caps the choice.
 *
 * Every element of a product is one chain of fused multiply-adds over k in rising order, whatever
 * the tile it was computed in. So results do not depend on how work is cut, on the number of
 * threads, or on how many samples share a batch - but that a single row leaves out zeros of a,
 * which is the same for finite b, save that a sum of -0 stays -0.
 *
 * All functions are pure but for what they write; none allocates, none keeps state. */
#ifndef INK_KERNEL_KERNEL_H
#define INK_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* c[m][n] = start[m][n] + sum over k of a[m][k] b[k][n].
 * Strides in floats: a[i*a_row + p*a_col], b[p*b_row + j], c[i*c_row + j]; so a may be read
 * transposed, b and c are contiguous along n. `start` NULL = 0; start_row 0 = one row for all (a
 * bias); start = c with start_row = c_row adds to what is there. */
typedef struct ink__product {
    size_t m, n, k;
    const float *a;
    size_t a_row, a_col;
    const float *b;
    size_t b_row;
    size_t b_past; /* floats behind the end of b's last row that may be read, and are ignored */
    /* The k steps may come in `runs` (0 = 1) of k each, behind every one of which a and b skip this
     * many floats more: a convolution reads a patch of a picture in place. With more than one run
     * b_past must reach to the end of the last vector. */
    size_t runs, a_jump, b_jump;
    const float *start;
    size_t start_row;
    float *c;
    size_t c_row;
    /* Where the result goes next: rows like those of c, fetched towards the cache while the sums
     * are made. NULL = nowhere. */
    const float *soon[2];
    size_t soon_row;
} ink__product;

/* Two bfloat16 numbers in one word of a product, the first in the low half. A bfloat16 is the upper
 * half of a float32: its range with 8 bits of precision (rounded to the nearest, ties to even). */
typedef uint32_t ink__bf16x2;

typedef enum ink__activation {
    INK_ACTIVATION_IDENTITY, /* y = z */
    INK_ACTIVATION_STEP,     /* z > 0 ? 1 : 0; slope 0 */
    INK_ACTIVATION_SIGMOID,  /* 1 / (1 + exp(-z)) */
    INK_ACTIVATION_TANH,
    INK_ACTIVATION_RELU,  /* max(z, 0) */
    INK_ACTIVATION_LEAKY, /* z > 0 ? z : 0.01 z (Maas, Hannun, Ng 2013) */
    INK_ACTIVATION_SILU,  /* z sigmoid(z) (Elfwing, Uchibe, Doya 2017) */
    INK_ACTIVATION_GELU,  /* z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))) (Hendrycks, Gimpel 2016,
                             the tanh form) */
    INK_ACTIVATION_COUNT
} ink__activation;

typedef enum ink__rule {
    INK_RULE_SGD,      /* w -= rate g */
    INK_RULE_MOMENTUM, /* v = m v + g; w -= rate v */
    INK_RULE_NESTEROV, /* v = m v + g; w -= rate (g + m v) */
    INK_RULE_RMSPROP,  /* s = b2 s + (1-b2) g^2; w -= rate g / (sqrt(s) + eps) */
    INK_RULE_ADAM      /* v = m v + (1-m) g; s likewise; w -= rate v / (sqrt(s) * root + eps);
                          the caller puts bias correction into rate and root */
} ink__rule;

/* The transforms of Winograd's convolution (winograd.h): a square of numbers becomes another, per
 * channel. */
enum { INK_WINOGRAD_POINTS = 6 };
typedef enum ink__transform {
    INK_TRANSFORM_INPUT,      /* 6x6 pixels to 6x6 */
    INK_TRANSFORM_OUTPUT,     /* 6x6 to side x side outputs, 2 or 4 */
    INK_TRANSFORM_SLOPE,      /* the way back of OUTPUT: side x side slopes to 6x6 */
    INK_TRANSFORM_FILTER,     /* side x side taps, 3 or 5, to 6x6 */
    INK_TRANSFORM_FILTER_BACK /* the way back of FILTER: 6x6 to side x side taps */
} ink__transform;

/* How a gradient becomes a step. First g += l2 w (L2), and w *= 1 - shrink (decoupled decay). */
typedef struct ink__update {
    ink__rule rule;
    float rate, momentum, beta2, epsilon, root;
    float l2, shrink;
} ink__update;

/* A block of rows x cols inside vectors that share the row stride `row`; v and s may be NULL where
 * the rule has no use for them. */
typedef struct ink__block {
    size_t rows, cols, row;
    float *w, *v, *s;
    const float *g;
    size_t g_row;
} ink__block;

/* Outputs of a convolution that keeps channels apart, "depthwise" (depthwise.h): a block that meets
 * the same taps everywhere. All steps in floats; the channels of a pixel and of a tap lie side by
 * side. */
typedef struct ink__channelwise {
    size_t height, width, channels; /* of the block */
    size_t z_row, z_col;            /* from an output to the one below, and to the right */
    size_t x_row, x_col;            /* the same way in the picture */
    size_t tap_rows, tap_cols;      /* 0 = no tap: z = start */
    size_t x_tap_row, x_tap_col;    /* from tap to tap in the picture */
    size_t w_row, w_col;            /* and in the weights */
} ink__channelwise;

typedef struct ink__kernels {
    const char *name;
    void (*product)(const ink__product *product);
    /* The same where a and b hold pairs: k, a's and b's strides count pairs, and each step adds
     * a.first b.first + a.second b.second in float32. start and c are floats. */
    void (*product_pairs)(const ink__product *product);
    /* pairs[i] = (x[2i], x[2i+1]); n floats, even. */
    void (*pair_up)(size_t n, const float *x, ink__bf16x2 *pairs);
    /* pairs[i] = (x[i], x2[i]). */
    void (*pair_rows)(size_t n, const float *x, const float *x2, ink__bf16x2 *pairs);
    /* out[cols][rows] = in[rows][cols], or += with `add`. */
    void (*transpose)(size_t rows, size_t cols, const float *in, size_t in_row, float *out,
                      size_t out_row, int add);
    /* y = f(z); in place allowed. */
    void (*activate)(ink__activation f, size_t n, const float *z, float *y);
    /* dz = dy f'(z): from z for SiLU and GELU, from y for the others. In place allowed. */
    void (*activate_back)(ink__activation f, size_t n, const float *dy, const float *z,
                          const float *y, float *dz);
    /* y[r] = exp(z[r] - max z[r]) / sum, per row of `cols`; in place allowed. */
    void (*softmax)(size_t rows, size_t cols, const float *z, float *y);
    void (*update)(const ink__update *update, const ink__block *block);
    /* sum[c] = sum over rows of in[r][c], rows in rising order. */
    void (*column_sums)(size_t rows, size_t cols, const float *in, size_t in_row, float *sum);
    /* Over rows of x[r][c] for each column: mean and the biased variance (two passes). */
    void (*moments)(size_t rows, size_t cols, const float *x, size_t x_row, float *mean,
                    float *variance);
    /* y = (x - mean) * factor + shift, per column. */
    void (*normalise)(size_t rows, size_t cols, const float *x, size_t x_row, const float *mean,
                      const float *factor, const float *shift, float *y, size_t y_row);
    /* Batch normalisation backwards, for columns with mean and inverse deviation `inverse`, xhat =
     * (x - mean) inverse: first dscale = sum dy xhat and dshift = sum dy over the rows ... */
    void (*normalise_sums)(size_t rows, size_t cols, const float *x, const float *dy,
                           const float *mean, const float *inverse, float *dscale, float *dshift);
    /* ... then dx = factor (dy - dshift - xhat dscale), both sums divided by all rows; dx may be
     * dy. */
    void (*normalise_back)(size_t rows, size_t cols, const float *x, const float *dy,
                           const float *mean, const float *inverse, const float *factor,
                           const float *dscale, const float *dshift, float *dx);
    /* y[i] = hash(key, first+i) < keep * 2^32 ? x[i] / keep : 0: the same call on dy is the way
     * back. */
    void (*dropout)(size_t n, uint64_t key, size_t first, float keep, const float *x, float *y);
    /* y[i] = x[i] + deviation * normal(key, first+i). */
    void (*add_noise)(size_t n, uint64_t key, size_t first, float deviation, const float *x,
                      float *y);
    /* One pixel of max pooling: y[c] = the largest of x[i*row + j*channels + c] over a window of
     * height x width (at most 65536 places), which[c] = its place i*width + j, the first of equals;
     * NaN is never chosen but where it stands first. */
    void (*max_pool)(size_t height, size_t width, size_t row, size_t channels, const float *x,
                     float *y, uint16_t *which);
    /* dx[place which[c]][c] += dy[c]. */
    void (*max_pool_back)(size_t height, size_t width, size_t row, size_t channels, const float *dy,
                          const uint16_t *which, float *dx);
    /* One of Winograd's transforms for n channels: in[i] is where the channels of number i of the
     * square (row by row) lie, out[i] where they go, plus start[channel] (NULL = 0). `side` is that
     * of outputs or taps, 4 for INPUT. out lies over neither in nor start. Of six columns the first
     * three, or the last, may be NULL in out: they are left. */
    void (*transform)(ink__transform which, int side, size_t n, const float *const *in,
                      const float *start, float *const *out);
    /* z = start (NULL = 0) + the sum over taps, in rising order, of x w, per channel. */
    void (*channelwise)(const ink__channelwise *block, const float *x, const float *w,
                        const float *start, float *z);
    /* dw += the sum over the block's outputs of x dz, per tap and channel. */
    void (*channelwise_weights)(const ink__channelwise *block, const float *x, const float *dz,
                                float *dw);
    /* y += x */
    void (*add)(size_t n, const float *x, float *y);
    /* average = average + share (w - average) */
    void (*average)(size_t n, float share, const float *w, float *average);
    /* Multiply-adds on registers alone, `rounds` times; returns the floating-point operations done.
     * The machine's own peak, for benchmarks. */
    double (*peak)(size_t rounds);
    double (*peak_pairs)(size_t rounds); /* the same on pairs; NULL = no instruction for them */
} ink__kernels;

/* The best table for this CPU (and INKLING_CPU), chosen once. */
const ink__kernels *ink__kernels_get(void);
/* A table by name, NULL if not built in or not possible on this CPU. */
const ink__kernels *ink__kernels_by_name(const char *name);

/* a / b, rounded up. */
static inline size_t ink__ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* How a product's result is cut into blocks, from its shape alone. Tasks are numbered column block
 * first (task = column block * row_blocks + row block), so that a thread's run of tasks owns the
 * same columns - the same weights - in every step. */
enum { INK_CUT_VECTOR = 16 }; /* floats of the widest vector */
typedef struct ink__cut {
    size_t rows, cols; /* of the largest block */
    size_t vectors;    /* all columns, in vectors */
    size_t row_blocks, col_blocks;
    size_t tasks;
} ink__cut;
ink__cut ink__cut_product(size_t m, size_t n, size_t k);
/* The part of the result that a task computes. */
typedef struct ink__part {
    size_t row, rows, col, cols;
} ink__part;
ink__part ink__cut_part(const ink__cut *cut, size_t m, size_t n, size_t task);

#endif
