/* Two ways to make training harder so that the network learns more: dropout and noise. Both do
 * nothing in use.
 *
 *   dropout P:  y = x m / (1-P) with m = 1 with probability 1-P, else 0     dx = dy m / (1-P)
 *   noise S:    y = x + S normal                                           dx = dy
 *
 * The draws are a hash of (key, position): the way back asks again instead of remembering.
 * Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout", 2014. */
#include "nn/layer.h"

#include <string.h>

static ink_status plan(ink__layer *layer, ink_error *err)
{
    (void)err;
    layer->out = layer->in;
    return INK_OK;
}

static void drop_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    const ink__pass *pass = j->pass;
    size_t width = ink__shape_size(j->layer->in), first;
    size_t rows = ink__rows_of(j->rows, pass->count, task, &first), at = first * width;
    float keep = (float)(1 - j->layer->argument);
    (void)thread;
    if (!j->dy) {
        pass->kernels->dropout(rows * width, pass->key, at, keep, j->x + at, j->out + at);
    } else {
        pass->kernels->dropout(rows * width, pass->key, at, keep, j->dy + at, j->out + at);
    }
}

static void noise_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    size_t width = ink__shape_size(j->layer->in), first;
    size_t rows = ink__rows_of(j->rows, j->pass->count, task, &first), at = first * width;
    (void)thread;
    j->pass->kernels->add_noise(rows * width, j->pass->key, at, (float)j->layer->argument,
                                j->x + at, j->out + at);
}

static void run(const ink__layer *layer, const ink__pass *pass, ink__task *task, const float *x,
                const float *dy, float *out)
{
    size_t width = ink__shape_size(layer->in);
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .dy = dy, .out = out};
    j.rows = ink__rows_per_task(width);
    ink__parallel_for(pass->pool, (pass->count + j.rows - 1) / j.rows, task, &j);
}

static void copy(const ink__layer *layer, const ink__pass *pass, const float *from, float *to)
{
    memcpy(to, from, pass->count * ink__shape_size(layer->in) * sizeof *to);
}

static void dropout_forward(const ink__layer *layer, const ink__pass *pass, const float *x,
                            float *y)
{
    if (pass->training)
        run(layer, pass, drop_rows, x, NULL, y);
    else
        copy(layer, pass, x, y);
}

static void dropout_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                             const float *y, const float *dy, float *dx)
{
    (void)x, (void)y;
    if (dx)
        run(layer, pass, drop_rows, NULL, dy, dx);
}

static void noise_forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    if (pass->training)
        run(layer, pass, noise_rows, x, NULL, y);
    else
        copy(layer, pass, x, y);
}

const ink__layer_type ink__layer_dropout = {
    .name = "dropout",
    .argument = "probability",
    .least = 0,
    .most = 0.95,
    .plan = plan,
    .forward = dropout_forward,
    .backward = dropout_backward,
};

const ink__layer_type ink__layer_noise = {
    .name = "noise",
    .argument = "standard deviation",
    .least = 0,
    .most = 100,
    .plan = plan,
    .forward = noise_forward,
};
