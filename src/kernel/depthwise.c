/* Depthwise convolution as blocks that meet the same taps; see depthwise.h. */
#include "kernel/depthwise.h"

#include <string.h>

enum { MOST_TIMES = 16 }; /* filters a channel: a product has a whole vector of them beyond */

bool ink__depthwise_pays(const ink__conv *c)
{
    return c->groups > 1 && c->groups == c->channels && c->filters / c->groups <= MOST_TIMES;
}

ink__conv ink__depthwise_of(const ink__conv *c)
{
    ink__conv wide = *c;
    wide.channels = wide.groups = c->filters;
    return wide;
}

void ink__depthwise_widen(size_t n, size_t times, const float *x, float *wide)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < times; k++)
            wide[i * times + k] = x[i];
}

void ink__depthwise_narrow(size_t n, size_t times, const float *wide, float *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = wide[i * times];
        for (size_t k = 1; k < times; k++)
            x[i] += wide[i * times + k];
    }
}

void ink__depthwise_turn(const ink__conv *c, const float *w, float *turned)
{
    size_t taps = c->kernel_height * c->kernel_width, size = c->filters;
    for (size_t tap = 0; tap < taps; tap++)
        memcpy(turned + (taps - 1 - tap) * size, w + tap * size, size * sizeof *w);
}

/* One of the two dimensions. Tap i of output v meets place v stride + i - lead of the picture
 * spread out, pixel place / spread if that comes out even. Stride or spread is 1. */
typedef struct side {
    size_t size;       /* of the picture */
    size_t first, end; /* outputs asked for */
    size_t taps, stride, lead, spread;
} side;

/* Outputs, `spread` apart, that meet the same taps, also `spread` apart. */
typedef struct run {
    size_t phase; /* of the spread */
    size_t out, outs;
    size_t tap, taps;
    size_t at; /* the pixel that the first tap of the first output meets */
} run;

/* The run that begins with output v: up to the last that meets all taps, or just one output. */
static run run_from(const side *s, size_t v)
{
    run r = {.out = v, .outs = 1};
    size_t begin = v * s->stride, all = s->size * s->spread + s->lead;
    r.tap = begin < s->lead ? s->lead - begin : 0;
    if (s->spread > 1)
        r.tap += (s->spread - (begin + r.tap - s->lead) % s->spread) % s->spread;
    size_t end = all < begin ? 0 : all - begin < s->taps ? all - begin : s->taps;
    if (r.tap >= end)
        r.tap = 0;
    else {
        r.at = (begin + r.tap - s->lead) / s->spread;
        r.taps = (end - r.tap + s->spread - 1) / s->spread;
    }
    if (begin >= s->lead && begin + s->taps <= all) {
        size_t last = (all - s->taps) / s->stride;
        r.outs = ((last < s->end ? last : s->end - 1) - v) / s->spread + 1;
    }
    return r;
}

/* The run after *r (outs 0 = the first); false behind the last. */
static bool next_run(const side *s, run *r)
{
    size_t phase = r->phase, v = r->outs == 0 ? s->first : r->out + r->outs * s->spread;
    if (v >= s->end)
        v = s->first + ++phase;
    if (phase >= s->spread || v >= s->end)
        return false;
    *r = run_from(s, v);
    r->phase = phase;
    return true;
}

static side rows_of(const ink__conv *c, size_t first, size_t rows)
{
    return (side){c->height, first, first + rows, c->kernel_height, c->stride, c->top, c->spread};
}

static side cols_of(const ink__conv *c)
{
    return (side){c->width, 0, c->out_width, c->kernel_width, c->stride, c->left, c->spread};
}

/* A block of outputs, and where it begins in the picture, weights and outputs. */
typedef struct block {
    ink__channelwise shape;
    size_t x, w, z;
} block;

static block block_of(const ink__conv *c, const run *rows, const run *cols)
{
    size_t n = c->channels;
    return (block){.shape = {.height = rows->outs,
                             .width = cols->outs,
                             .channels = n,
                             .z_row = c->spread * c->out_width * n,
                             .z_col = c->spread * n,
                             .x_row = c->stride * c->width * n,
                             .x_col = c->stride * n,
                             .tap_rows = rows->taps,
                             .tap_cols = cols->taps,
                             .x_tap_row = c->width * n,
                             .x_tap_col = n,
                             .w_row = c->spread * c->kernel_width * n,
                             .w_col = c->spread * n},
                   .x = (rows->at * c->width + cols->at) * n,
                   .w = (rows->tap * c->kernel_width + cols->tap) * n,
                   .z = (rows->out * c->out_width + cols->out) * n};
}

void ink__depthwise_run(const ink__kernels *kernels, const ink__conv *c, const float *x,
                        const float *w, const float *bias, size_t first, size_t rows, float *z)
{
    side down = rows_of(c, first, rows), across = cols_of(c);
    for (run r = {0}; next_run(&down, &r);)
        for (run col = {0}; next_run(&across, &col);) {
            block b = block_of(c, &r, &col);
            kernels->channelwise(&b.shape, x + b.x, w + b.w, bias, z + b.z);
        }
}

void ink__depthwise_weights(const ink__kernels *kernels, const ink__conv *c, const float *x,
                            const float *dz, size_t first, size_t rows, float *dw)
{
    side down = rows_of(c, first, rows), across = cols_of(c);
    for (run r = {0}; next_run(&down, &r);)
        for (run col = {0}; next_run(&across, &col);) {
            block b = block_of(c, &r, &col);
            if (r.taps > 0 && col.taps > 0)
                kernels->channelwise_weights(&b.shape, x + b.x, dz + b.z, dw + b.w);
        }
}
