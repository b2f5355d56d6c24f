/* Activation functions as layers of their own, where they do not follow a dense layer (which does
 * its own), and softmax.
 *
 *   activation:  y = f(z)                       dz = dy f'(z)
 *   softmax:     y_i = exp(z_i) / sum_j exp(z_j)   dz_i = y_i (dy_i - sum_j dy_j y_j)
 *
 * The functions and their slopes stand in kernel/generic.c; softmax: Bridle 1990. */
#include "nn/layer.h"

static ink_status plan(ink__layer *layer, ink_error *err)
{
    (void)err;
    layer->out = layer->in;
    return INK_OK;
}

static void activate_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    size_t width = ink__shape_size(j->layer->in), first;
    size_t rows = ink__rows_of(j->rows, j->pass->count, task, &first);
    (void)thread;
    j->pass->kernels->activate(j->layer->activation, rows * width, j->x + first * width,
                               j->out + first * width);
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .out = y};
    j.rows = ink__rows_per_task(ink__shape_size(layer->in));
    ink__parallel_for(pass->pool, (pass->count + j.rows - 1) / j.rows, activate_rows, &j);
}

static void slope_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    const ink__kernels *kernels = j->pass->kernels;
    size_t width = ink__shape_size(j->layer->in), first;
    size_t rows = ink__rows_of(j->rows, j->pass->count, task, &first);
    size_t at = first * width, n = rows * width;
    (void)thread;
    kernels->activate_back(j->layer->activation, n, j->dy + at, j->x + at, j->y + at, j->out + at);
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    if (!dx)
        return;
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .y = y, .dy = dy, .out = dx};
    j.rows = ink__rows_per_task(ink__shape_size(layer->in));
    ink__parallel_for(pass->pool, (pass->count + j.rows - 1) / j.rows, slope_rows, &j);
}

static void softmax_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    size_t width = ink__shape_size(j->layer->in), first;
    size_t rows = ink__rows_of(j->rows, j->pass->count, task, &first);
    (void)thread;
    j->pass->kernels->softmax(rows, width, j->x + first * width, j->out + first * width);
}

static void softmax_forward(const ink__layer *layer, const ink__pass *pass, const float *x,
                            float *y)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .out = y};
    j.rows = ink__rows_per_task(ink__shape_size(layer->in));
    ink__parallel_for(pass->pool, (pass->count + j.rows - 1) / j.rows, softmax_rows, &j);
}

/* Only for costs other than cross-entropy, which goes straight to dz = y - t. */
static void softmax_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                             const float *y, const float *dy, float *dx)
{
    size_t width = ink__shape_size(layer->in);
    (void)x;
    for (size_t r = 0; dx && r < pass->count; r++, y += width, dy += width, dx += width) {
        float mean = 0;
        for (size_t i = 0; i < width; i++)
            mean += dy[i] * y[i];
        for (size_t i = 0; i < width; i++)
            dx[i] = y[i] * (dy[i] - mean);
    }
}

const ink__layer_type ink__layer_activation = {
    .name = "activation",
    .plan = plan,
    .forward = forward,
    .backward = backward,
};

const ink__layer_type ink__layer_softmax = {
    .name = "softmax",
    .plan = plan,
    .forward = softmax_forward,
    .backward = softmax_backward,
};
