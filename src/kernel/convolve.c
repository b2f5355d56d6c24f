/* Convolution as products; see convolve.h. */
#include "kernel/convolve.h"

#include <string.h>

ink__conv ink__conv_back(const ink__conv *c)
{
    return (ink__conv){.height = c->out_height,
                       .width = c->out_width,
                       .channels = c->filters,
                       .out_height = c->height,
                       .out_width = c->width,
                       .filters = c->channels,
                       .kernel_height = c->kernel_height,
                       .kernel_width = c->kernel_width,
                       .stride = 1,
                       .top = c->kernel_height - 1 - c->top,
                       .left = c->kernel_width - 1 - c->left,
                       .groups = c->groups,
                       .spread = c->stride};
}

bool ink__conv_may_pair(const ink__conv *c)
{
    return c->stride == 1 && c->channels / c->groups % 2 == 0 && c->filters / c->groups % 2 == 0;
}

ink__conv ink__conv_paired(const ink__conv *c)
{
    ink__conv paired = *c;
    paired.channels /= 2;
    paired.pairs = true;
    return paired;
}

size_t ink__conv_weight_count(const ink__conv *c)
{
    return c->kernel_height * c->kernel_width * (c->channels / c->groups) * c->filters;
}

size_t ink__conv_padded_width(const ink__conv *c)
{
    return (c->out_width - 1) * c->stride + c->kernel_width;
}

size_t ink__conv_padded_height(const ink__conv *c, size_t rows)
{
    return (rows - 1) * c->stride + c->kernel_height;
}

size_t ink__conv_padded_size(const ink__conv *c)
{
    return ink__conv_padded_height(c, c->out_height) * ink__conv_padded_width(c) * c->channels;
}

float *ink__conv_pixel(const ink__conv *c, float *padded, size_t y)
{
    size_t width = ink__conv_padded_width(c);
    return padded + ((c->top + y * c->spread) * width + c->left) * c->channels;
}

/* How many pixels of a row fit into a padded one. */
static size_t pixels_inside(const ink__conv *c)
{
    size_t room = (ink__conv_padded_width(c) - c->left + c->spread - 1) / c->spread;
    return room < c->width ? room : c->width;
}

void ink__conv_pad(const ink__conv *c, const float *x, size_t first, size_t rows, float *padded)
{
    size_t width = ink__conv_padded_width(c), begin = first * c->stride;
    size_t end = begin + ink__conv_padded_height(c, rows), pixels = pixels_inside(c);
    for (size_t y = 0; y < c->height; y++, x += c->width * c->channels) {
        size_t row = c->top + y * c->spread;
        if (row < begin || row >= end)
            continue;
        float *to = padded + ((row - begin) * width + c->left) * c->channels;
        if (c->spread == 1)
            memcpy(to, x, pixels * c->channels * sizeof *to);
        for (size_t p = 0; c->spread > 1 && p < pixels; p++)
            memcpy(to + p * c->spread * c->channels, x + p * c->channels, c->channels * sizeof *to);
    }
}

void ink__conv_pad_paired(const ink__kernels *kernels, const ink__conv *c, const float *x,
                          size_t first, size_t rows, ink__bf16x2 *padded)
{
    size_t width = ink__conv_padded_width(c), end = first + ink__conv_padded_height(c, rows);
    for (size_t y = 0; y < c->height; y++, x += 2 * c->width * c->channels) {
        size_t row = c->top + y;
        if (row >= first && row < end)
            kernels->pair_up(2 * pixels_inside(c) * c->channels, x,
                             padded + ((row - first) * width + c->left) * c->channels);
    }
}

void ink__conv_pad_two(const ink__kernels *kernels, const ink__conv *c, const float *x,
                       const float *x2, ink__bf16x2 *padded)
{
    size_t row = ink__conv_padded_width(c) * c->channels, given = c->width * c->channels;
    size_t rows = ink__conv_padded_height(c, c->out_height) - c->top;
    for (size_t y = 0; y < c->height && y < rows; y++)
        kernels->pair_rows(pixels_inside(c) * c->channels, x + y * given, x2 + y * given,
                           padded + (c->top + y) * row + c->left * c->channels);
}

/* ---- packed weights ---- */

/* Filters are taken 32 at a time, 64 where rows of output are so short that a tile needs width to
 * keep the multipliers busy; the last panel takes what is left, in whole vectors. */
static size_t panel_width(const ink__conv *c)
{
    return c->out_width <= 6 ? 4 * INK_CUT_VECTOR : 2 * INK_CUT_VECTOR;
}

static size_t whole_vectors(size_t width)
{
    return (width + INK_CUT_VECTOR - 1) / INK_CUT_VECTOR * INK_CUT_VECTOR;
}

static size_t depth(const ink__conv *c)
{
    return c->kernel_height * c->kernel_width * (c->channels / c->groups);
}

size_t ink__conv_packed_size(const ink__conv *c)
{
    return c->groups * depth(c) * whole_vectors(c->filters / c->groups) + INK_CONV_SLACK;
}

/* One row of a panel: element `col` of it is w[col * step]. */
static void pack_row(const float *w, size_t step, size_t cols, size_t width, float *packed)
{
    for (size_t i = 0; i < cols; i++)
        packed[i] = w[i * step];
    for (size_t i = cols; i < width; i++)
        packed[i] = 0;
}

typedef struct panel {
    size_t group, col; /* first filter, inside its group */
    size_t cols, width;
} panel;

/* The next panel after *p (all zero = the first); false behind the last. */
static bool next_panel(const ink__conv *c, panel *p)
{
    size_t filters = c->filters / c->groups, most = panel_width(c);
    p->col += p->cols;
    if (p->col == filters) {
        p->group++;
        p->col = 0;
    }
    p->cols = filters - p->col < most ? filters - p->col : most;
    p->width = whole_vectors(p->cols);
    return p->group < c->groups;
}

/* The same of pairs: of w[col * step] and the weight `other` behind it. */
static void pack_pairs(const ink__kernels *kernels, const float *w, size_t step, size_t other,
                       size_t cols, size_t width, float *packed)
{
    float first[4 * INK_CUT_VECTOR], second[4 * INK_CUT_VECTOR];
    pack_row(w, step, cols, width, first);
    pack_row(w + other, step, cols, width, second);
    kernels->pair_rows(width, first, second, (ink__bf16x2 *)packed);
}

void ink__conv_pack(const ink__kernels *kernels, const ink__conv *c, const float *w, float *packed)
{
    size_t filters = c->filters / c->groups, k = depth(c);
    for (panel p = {0}; next_panel(c, &p);)
        for (size_t i = 0; i < k; i++, packed += p.width) {
            const float *row = w + (c->pairs ? 2 * i : i) * c->filters + p.group * filters + p.col;
            if (c->pairs)
                pack_pairs(kernels, row, 1, c->filters, p.cols, p.width, packed);
            else
                pack_row(row, 1, p.cols, p.width, packed);
        }
    memset(packed, 0, INK_CONV_SLACK * sizeof *packed);
}

/* Element [i][j][o][c] of the way back is W[kh-1-i][kw-1-j][c][o]. */
void ink__conv_pack_back(const ink__kernels *kernels, const ink__conv *c, bool pairs,
                         const float *w, float *packed)
{
    ink__conv back = ink__conv_back(c);
    size_t inputs = c->channels / c->groups, outputs = c->filters / c->groups;
    size_t taps = c->kernel_height * c->kernel_width;
    for (panel p = {0}; next_panel(&back, &p);)
        for (size_t tap = taps; tap-- > 0;)
            for (size_t o = 0; o < outputs; o += pairs ? 2 : 1, packed += p.width) {
                const float *col = w + (tap * inputs + p.col) * c->filters + p.group * outputs + o;
                if (pairs)
                    pack_pairs(kernels, col, c->filters, 1, p.cols, p.width, packed);
                else
                    pack_row(col, c->filters, p.cols, p.width, packed);
            }
    memset(packed, 0, INK_CONV_SLACK * sizeof *packed);
}

/* ---- forward ---- */

typedef void multiplier(const ink__product *);

static multiplier *product_of(const ink__kernels *kernels, const ink__conv *c)
{
    return c->pairs ? kernels->product_pairs : kernels->product;
}

/* One row of output for one panel. With groups the channels of a group are a part of each pixel: a
 * run is one pixel then, and each row of the kernel a product of its own. */
static void run_row(const ink__kernels *kernels, const ink__conv *c, const panel *p,
                    const float *padded, const float *packed, const float *bias, float *z)
{
    size_t width = ink__conv_padded_width(c), channels = c->channels / c->groups;
    bool whole = c->groups == 1;
    size_t k = whole ? c->kernel_width * channels : channels;
    ink__product product = {.m = c->out_width,
                            .n = p->cols,
                            .k = k,
                            .runs = whole ? c->kernel_height : c->kernel_width,
                            .a = padded + p->group * channels,
                            .a_row = c->stride * c->channels,
                            .a_col = 1,
                            .a_jump = whole ? width * channels - k : c->channels - channels,
                            .b = packed,
                            .b_row = p->width,
                            .b_past = INK_CONV_SLACK,
                            .start = bias,
                            .c = z,
                            .c_row = c->filters};
    for (size_t i = 0; i < (whole ? 1 : c->kernel_height); i++) {
        product_of(kernels, c)(&product);
        product.a += width * c->channels;
        product.b += c->kernel_width * channels * p->width;
        product.start = z;
        product.start_row = c->filters;
    }
}

/* The same where the picture is spread: between its pixels lie zeros, so an output meets a pixel
 * under every `spread`-th tap only, and every `spread`-th output of the row under the same ones.
 * One product for each of those families and each row of taps; the zeros are left out, which
 * changes no bit of a finite sum. */
static void run_spread_row(const ink__kernels *kernels, const ink__conv *c, const panel *p,
                           size_t y, const float *padded, const float *packed, const float *bias,
                           float *z)
{
    size_t s = c->spread, width = ink__conv_padded_width(c), channels = c->channels / c->groups;
    size_t first_row = (c->top + y * (s - 1)) % s; /* top - y, but never below 0 */
    for (size_t x = 0; x < s && x < c->out_width; x++) {
        size_t first_col = (c->left + x * (s - 1)) % s;
        ink__product product = {.m = ink__ceil_div(c->out_width - x, s),
                                .n = p->cols,
                                .a = padded,
                                .a_row = s * c->channels,
                                .a_col = 1,
                                .a_jump = s * c->channels - channels,
                                .b = packed,
                                .b_row = p->width,
                                .b_jump = (s - 1) * channels * p->width,
                                .b_past = INK_CONV_SLACK,
                                .start = bias,
                                .c = z + x * c->filters,
                                .c_row = s * c->filters};
        if (first_row >= c->kernel_height || first_col >= c->kernel_width) { /* no tap: the bias */
            product_of(kernels, c)(&product);
            continue;
        }
        product.k = channels;
        product.runs = ink__ceil_div(c->kernel_width - first_col, s);
        for (size_t i = first_row; i < c->kernel_height; i += s) {
            product.a = padded + (i * width + x + first_col) * c->channels + p->group * channels;
            product.b = packed + (i * c->kernel_width + first_col) * channels * p->width;
            product_of(kernels, c)(&product);
            product.start = product.c;
            product.start_row = product.c_row;
        }
    }
}

void ink__conv_run(const ink__kernels *kernels, const ink__conv *c, const float *padded,
                   size_t padded_step, const float *packed, const float *bias, size_t count,
                   size_t rows, float *z, size_t z_step)
{
    size_t row = c->stride * ink__conv_padded_width(c) * c->channels;
    for (panel p = {0}; next_panel(c, &p);) {
        size_t filter = p.group * (c->filters / c->groups) + p.col;
        const float *start = bias ? bias + filter : NULL;
        for (size_t n = 0; n < count; n++)
            for (size_t y = 0; y < rows; y++) {
                const float *from = padded + n * padded_step + y * row;
                float *to = z + n * z_step + y * c->out_width * c->filters + filter;
                if (c->spread > 1)
                    run_spread_row(kernels, c, &p, y, from, packed, start, to);
                else
                    run_row(kernels, c, &p, from, packed, start, to);
            }
        packed += depth(c) * p.width;
    }
}

/* ---- the gradient of the weights ---- */

/* dw for some rows of it (neighbouring taps and channels) and one panel of filters: patches times
 * dz, over all pixels of one picture. */
static void weight_block(const ink__kernels *kernels, const ink__conv *c, size_t rows, size_t cols,
                         const float *patch, const float *dz, float *dw, bool add)
{
    ink__conv back = ink__conv_back(c);
    size_t width = ink__conv_padded_width(c), dz_width = ink__conv_padded_width(&back);
    product_of(kernels,
               c)(&(ink__product){.m = rows,
                                  .n = cols,
                                  .k = c->out_width,
                                  .runs = c->out_height,
                                  .a = patch,
                                  .a_row = 1,
                                  .a_col = c->stride * c->channels,
                                  .a_jump = c->stride * (width - c->out_width) * c->channels,
                                  .b = dz,
                                  .b_row = c->stride * c->filters,
                                  .b_jump = c->stride * (dz_width - c->out_width) * c->filters,
                                  .b_past = INK_CONV_SLACK,
                                  .start = add ? dw : NULL,
                                  .start_row = c->filters,
                                  .c = dw,
                                  .c_row = c->filters});
}

void ink__conv_weights(const ink__kernels *kernels, const ink__conv *c, const float *padded,
                       size_t padded_step, const float *padded_dz, size_t dz_step, size_t count,
                       float *dw, bool add)
{
    ink__conv back = ink__conv_back(c);
    size_t channels = c->channels / c->groups, width = ink__conv_padded_width(c);
    bool whole = c->groups == 1;
    size_t taps = whole ? 1 : c->kernel_width, rows = whole ? c->kernel_width * channels : channels;
    size_t first = ((back.top * ink__conv_padded_width(&back)) + back.left) * c->filters;
    for (panel p = {0}; next_panel(c, &p);) {
        size_t filter = p.group * (c->filters / c->groups) + p.col;
        for (size_t i = 0; i < c->kernel_height; i++)
            for (size_t j = 0; j < taps; j++)
                for (size_t n = 0; n < count; n++)
                    weight_block(kernels, c, rows, p.cols,
                                 padded + n * padded_step + (i * width + j) * c->channels +
                                     p.group * channels,
                                 padded_dz + n * dz_step + first + filter,
                                 dw + (i * c->kernel_width + j) * channels * c->filters + filter,
                                 add || n > 0);
    }
}
