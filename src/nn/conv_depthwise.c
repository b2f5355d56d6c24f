/* Convolution layers whose filters see one channel each (kernel/depthwise.h): the same layer as in
 * conv.c, computed channel by channel, in float32 whatever the precision: there are no pairs of
 * channels to multiply.
 *
 * Pictures are shared out among threads, and worked on some rows at a time, so that what was
 * written is still in the first-level cache when the next step reads it. Gradients of the weights
 * are summed over fixed groups of pictures, then over the groups in order. */
#include "nn/conv.h"

#include "kernel/depthwise.h"

#include <string.h>

enum {
    BAND_FLOATS = 4096 /* of outputs at a time */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool ink__conv_is_depthwise(const ink__layer *layer)
{
    ink__conv c = ink__conv_of(layer);
    return !layer->type->fixed && ink__depthwise_pays(&c);
}

/* Where a thread keeps a picture: as wide as the filters, and its slope; dz; sums of columns. */
typedef struct places {
    size_t x, dx, dz, columns, end;
} places;

static places places_of(const ink__layer *layer, bool training)
{
    bool widens = layer->filters > layer->in.channels;
    bool active = layer->activation != INK_ACTIVATION_IDENTITY;
    size_t wide = widens ? ink__rounded(layer->in.height * layer->in.width * layer->filters) : 0;
    places p = {.dx = wide};
    p.dz = training ? 2 * wide : wide;
    p.columns = p.dz + (training && active ? ink__rounded(ink__shape_size(layer->out)) : 0);
    p.end = p.columns + ink__rounded(layer->filters);
    return p;
}

typedef struct job {
    const ink__layer *layer;
    const ink__pass *pass;
    ink__conv conv, back; /* with as many channels as filters */
    size_t times;         /* filters a channel */
    places at;
    size_t in_size, out_size;
    const float *x, *y, *dy;
    float *out;
    size_t blocks, rows; /* forward: blocks of rows in a picture */
    const float *turned; /* backward */
    float *sums;         /* of group g at g * sum_step: weights, biases */
    size_t weights, sum_step, groups;
} job;

static job job_of(const ink__layer *layer, const ink__pass *pass, size_t samples, bool training)
{
    ink__conv c = ink__conv_of(layer), wide = ink__depthwise_of(&c);
    size_t weights = ink__rounded(ink__conv_weight_count(&c));
    return (job){.layer = layer,
                 .pass = pass,
                 .conv = wide,
                 .back = ink__conv_back(&wide),
                 .times = c.filters / c.channels,
                 .at = places_of(layer, training),
                 .in_size = ink__shape_size(layer->in),
                 .out_size = ink__shape_size(layer->out),
                 .weights = weights,
                 .sum_step = weights + ink__rounded(c.filters),
                 .groups = ink__conv_groups(samples)};
}

/* Weights are read as they are: nothing to pack. scratch backward: turned weights, the groups'
 * sums.
 */
void ink__conv_depthwise_memory(const ink__layer *layer, size_t batch, bool training,
                                ink__memory *memory)
{
    job j = job_of(layer, NULL, batch, training);
    if (ink__activation_needs_input(layer->activation))
        memory->saved = batch * j.out_size;
    memory->local = j.at.end;
    if (training)
        memory->scratch = j.weights + j.groups * j.sum_step;
}

/* Rows of `width` floats that are worked on at a time. */
static size_t band_of(size_t width)
{
    return BAND_FLOATS / width > 1 ? BAND_FLOATS / width : 1;
}

/* ---- forward ---- */

/* The picture as wide as the filters: those rows of it that some rows of output read. */
static const float *widened(const job *j, const float *x, size_t row, size_t rows, float *local)
{
    const ink__conv *c = &j->conv;
    if (j->times == 1)
        return x;
    size_t first = row * c->stride < c->top ? 0 : row * c->stride - c->top;
    size_t end = (row + rows - 1) * c->stride + c->kernel_height;
    end = smaller(end < c->top ? 0 : end - c->top, c->height);
    size_t n = j->layer->in.width * j->layer->in.channels;
    if (first < end)
        ink__depthwise_widen((end - first) * n, j->times, x + first * n,
                             local + first * n * j->times);
    return local;
}

static void forward_rows(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    const ink__conv *c = &j->conv;
    ink__activation f = j->layer->activation;
    size_t picture = task / j->blocks, width = c->out_width * c->filters, band = band_of(width);
    size_t row, rows = ink__rows_of(j->rows, c->out_height, task % j->blocks, &row);
    const float *bias = j->layer->plain ? NULL : pass->w + j->layer->parts[0].count;
    float *y = j->out + picture * j->out_size;
    float *z = ink__activation_needs_input(f) ? pass->saved + picture * j->out_size : y;
    const float *x = widened(j, j->x + picture * j->in_size, row, rows,
                             pass->local + thread * pass->local_size + j->at.x);
    for (size_t end = row + rows; row < end; row += band) {
        size_t count = smaller(band, end - row);
        ink__depthwise_run(pass->kernels, c, x, pass->w, bias, row, count, z);
        if (f != INK_ACTIVATION_IDENTITY)
            pass->kernels->activate(f, count * width, z + row * width, y + row * width);
    }
}

void ink__conv_depthwise_forward(const ink__layer *layer, const ink__pass *pass, const float *x,
                                 float *y)
{
    job j = job_of(layer, pass, pass->count, false);
    j.x = x;
    j.out = y;
    j.blocks = ink__conv_blocks(pass->count, j.conv.out_height, &j.rows);
    ink__parallel_for(pass->pool, pass->count * j.blocks, forward_rows, &j);
}

/* ---- backward ---- */

/* dz of a picture: dy itself, or what the activation leaves of it. */
static const float *slopes_of(const job *j, size_t picture, float *local)
{
    const ink__pass *pass = j->pass;
    size_t at = picture * j->out_size;
    if (j->layer->activation == INK_ACTIVATION_IDENTITY || pass->through)
        return j->dy + at;
    pass->kernels->activate_back(j->layer->activation, j->out_size, j->dy + at,
                                 pass->saved ? pass->saved + at : NULL, j->y + at, local);
    return local;
}

static void input_slopes(const job *j, const float *dz, float *local, float *dx)
{
    const ink__conv *back = &j->back;
    float *wide = j->times == 1 ? dx : local;
    size_t band = band_of(back->out_width * back->filters);
    for (size_t row = 0; row < back->out_height; row += band)
        ink__depthwise_run(j->pass->kernels, back, dz, j->turned, NULL, row,
                           smaller(band, back->out_height - row), wide);
    if (j->times > 1)
        ink__depthwise_narrow(j->in_size, j->times, wide, dx);
}

static void weight_slopes(const job *j, const float *x, const float *dz, float *columns,
                          float *sums)
{
    const ink__conv *c = &j->conv;
    const ink__kernels *kernels = j->pass->kernels;
    size_t band = band_of(c->out_width * c->filters);
    for (size_t row = 0; row < c->out_height; row += band)
        ink__depthwise_weights(kernels, c, x, dz, row, smaller(band, c->out_height - row), sums);
    if (j->layer->plain)
        return;
    kernels->column_sums(c->out_height * c->out_width, c->filters, dz, c->filters, columns);
    kernels->add(c->filters, columns, sums + j->weights);
}

static void backward_group(void *context, size_t group, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    float *local = pass->local + thread * pass->local_size, *sums = j->sums + group * j->sum_step;
    size_t end = pass->count * (group + 1) / j->groups;
    memset(sums, 0, j->sum_step * sizeof *sums);
    for (size_t picture = pass->count * group / j->groups; picture < end; picture++) {
        const float *dz = slopes_of(j, picture, local + j->at.dz);
        const float *x =
            widened(j, j->x + picture * j->in_size, 0, j->conv.out_height, local + j->at.x);
        weight_slopes(j, x, dz, local + j->at.columns, sums);
        if (j->out)
            input_slopes(j, dz, local + j->at.dx, j->out + picture * j->in_size);
    }
}

void ink__conv_depthwise_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                                  const float *y, const float *dy, float *dx)
{
    job j = job_of(layer, pass, pass->count, true);
    j.x = x;
    j.y = y;
    j.dy = dy;
    j.out = dx;
    j.turned = pass->scratch;
    j.sums = pass->scratch + j.weights;
    ink__depthwise_turn(&j.conv, pass->w, pass->scratch); /* before the weights move */
    ink__parallel_for(pass->pool, j.groups, backward_group, &j);
    float *biases = j.sums + j.weights;
    for (size_t group = 1; group < j.groups; group++)
        pass->kernels->add(layer->filters, biases + group * j.sum_step, biases);
    ink__conv_finish(layer, pass, j.sums, j.sum_step, j.groups, biases);
}
