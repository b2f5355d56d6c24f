/* Muon: the step of a matrix of weights is made orthogonal, so that all its directions are learned
 * at the same speed.
 *
 *   v = m v + g          u = g + m v
 *   X = u / |u|          three times: X = a X + (b X X' + c (X X')^2) X
 *   w = (1 - shrink) w sqrt(cols) / |w| - rate X
 *
 * The quintic (a, b, c) pushes every singular value towards 1 without finding it. Columns are
 * filters; the products go over the smaller of the squares X'X and XX', which give the same X.
 * Norms are Frobenius's.
 * Source: Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024; the
 * fixed norm of the weights and three rounds: airbench94_muon, 2024. */
#include "nn/optimizer.h"

#include "base/pool.h"

#include <math.h>

#define A 3.4445f
#define B -4.7750f
#define C 2.0315f

enum { ROUNDS = 3 };

/* c = x' y or x y, cut among threads. */
typedef struct product {
    ink__product whole;
    ink__cut cut;
} product;

static void product_block(void *context, size_t task, size_t thread)
{
    const product *p = context;
    ink__product block = p->whole;
    ink__part part = ink__cut_part(&p->cut, block.m, block.n, task);
    (void)thread;
    block.m = part.rows;
    block.n = part.cols;
    block.a += part.row * block.a_row;
    block.b += part.col;
    block.c += part.row * block.c_row + part.col;
    ink__kernels_get()->product(&block);
}

static void multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
                     const float *b, float *c, ink_pool *pool)
{
    product p = {.whole = {.m = m,
                           .n = n,
                           .k = k,
                           .a = a,
                           .a_row = a_row,
                           .a_col = a_col,
                           .b = b,
                           .b_row = n,
                           .c = c,
                           .c_row = n},
                 .cut = ink__cut_product(m, n, k)};
    ink__parallel_for(pool, p.cut.tasks, product_block, &p);
}

static size_t smaller(size_t rows, size_t cols)
{
    return cols > rows ? rows : cols;
}

size_t ink__muon_scratch(size_t rows, size_t cols)
{
    return 2 * rows * cols + 2 * smaller(rows, cols) * smaller(rows, cols);
}

/* x (rows x cols, rows >= cols) becomes nearly orthogonal; returns where it is: x or `other`. */
static float *orthogonalise(size_t rows, size_t cols, float *x, float *other, float *square,
                            float *fourth, ink_pool *pool)
{
    for (int round = 0; round < ROUNDS; round++) {
        multiply(cols, cols, rows, x, 1, cols, x, square, pool);
        multiply(cols, cols, cols, square, cols, 1, square, fourth, pool);
        for (size_t i = 0; i < cols * cols; i++)
            fourth[i] = B * square[i] + C * fourth[i];
        for (size_t i = 0; i < cols; i++)
            fourth[i * cols + i] += A;
        multiply(rows, cols, cols, x, cols, 1, fourth, other, pool);
        float *swap = x;
        x = other;
        other = swap;
    }
    return x;
}

/* The same for any shape: one that is wider than high lies down while it is worked on. */
static float *orthogonalise_any(size_t rows, size_t cols, float *x, float *other, float *squares,
                                ink_pool *pool)
{
    size_t side = smaller(rows, cols);
    float *square = squares, *fourth = squares + side * side;
    if (cols <= rows)
        return orthogonalise(rows, cols, x, other, square, fourth, pool);
    const ink__kernels *kernels = ink__kernels_get();
    kernels->transpose(rows, cols, x, cols, other, rows, 0);
    float *done = orthogonalise(cols, rows, other, x, square, fourth, pool);
    float *upright = done == x ? other : x;
    kernels->transpose(cols, rows, done, rows, upright, cols, 0);
    return upright;
}

void ink__muon_step(size_t rows, size_t cols, float rate, float momentum, float shrink,
                    const float *g, float *v, float *w, float *scratch, ink_pool *pool)
{
    size_t n = rows * cols;
    float *x = scratch, *other = x + n;
    for (size_t i = 0; i < n; i++) {
        v[i] = momentum * v[i] + g[i];
        x[i] = g[i] + momentum * v[i];
    }
    float unit = (float)(1 / (ink__norm(x, n) + 1e-7));
    for (size_t i = 0; i < n; i++)
        x[i] *= unit;
    x = orthogonalise_any(rows, cols, x, other, other + n, pool);
    float keep = (1 - shrink) * (float)(sqrt((double)cols) / (ink__norm(w, n) + 1e-7));
    for (size_t i = 0; i < n; i++)
        w[i] = keep * w[i] - rate * x[i];
}
