/* Where two branches meet: residual( A ) adds the branch A to what entered it, residual( A | B )
 * adds two branches.
 *
 *   z = a + b     y = f(z)     da = db = dz = dy f'(z)
 *
 * Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015. Without an
 * activation the slope passes through as it is, and `backward` is not called. */
#include "nn/layer.h"

#include <string.h>

static ink_status plan(ink__layer *layer, ink_error *err)
{
    (void)err;
    layer->out = layer->in;
    return INK_OK;
}

static void memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    (void)training;
    if (ink__activation_needs_input(layer->activation))
        memory->saved = batch * ink__shape_size(layer->out);
}

static void forward_chunk(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    const ink__pass *pass = j->pass;
    size_t all = pass->count * ink__shape_size(j->layer->in), first;
    size_t n = ink__rows_of(INK_ELEMENTS_PER_TASK, all, task, &first);
    ink__activation f = j->layer->activation;
    float *z = (ink__activation_needs_input(f) ? pass->saved : j->out) + first;
    (void)thread;
    memcpy(z, j->x + first, n * sizeof *z);
    pass->kernels->add(n, pass->x2 + first, z);
    if (f != INK_ACTIVATION_IDENTITY)
        pass->kernels->activate(f, n, z, j->out + first);
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .out = y};
    size_t all = pass->count * ink__shape_size(layer->in);
    ink__parallel_for(pass->pool, (all + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK,
                      forward_chunk, &j);
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    (void)x;
    if (dx)
        ink__slopes(layer, pass, y, dy, dx);
}

const ink__layer_type ink__layer_residual = {
    .name = "residual",
    .activates = true,
    .plan = plan,
    .memory = memory,
    .forward = forward,
    .backward = backward,
};
