/* Two layers that only pass on what they get.
 *
 *   scale F:   y = F x     dx = F dy      (outputs made smaller, so that a softmax starts unsure)
 *   flatten:   y = x, a picture seen as one row of nodes (dense layers do so by themselves) */
#include "nn/layer.h"

#include <string.h>

static ink_status plan_scale(ink__layer *layer, ink_error *err)
{
    (void)err;
    layer->out = layer->in;
    return INK_OK;
}

static ink_status plan_flatten(ink__layer *layer, ink_error *err)
{
    (void)err;
    layer->out = (ink__shape){1, 1, ink__shape_size(layer->in)};
    return INK_OK;
}

static void times(const ink__layer *layer, const ink__pass *pass, const float *from, float *to)
{
    float factor = (float)layer->argument;
    size_t n = pass->count * ink__shape_size(layer->in);
    for (size_t i = 0; i < n; i++)
        to[i] = factor * from[i];
}

static void scale_back(const ink__layer *layer, const ink__pass *pass, const float *x,
                       const float *y, const float *dy, float *dx)
{
    (void)x, (void)y;
    if (dx)
        times(layer, pass, dy, dx);
}

static void flatten(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    memcpy(y, x, pass->count * ink__shape_size(layer->in) * sizeof *y);
}

const ink__layer_type ink__layer_scale = {
    .name = "scale",
    .argument = "factor",
    .least = 1e-6,
    .most = 1e6,
    .plan = plan_scale,
    .forward = times,
    .backward = scale_back,
};

const ink__layer_type ink__layer_flatten = {
    /* its slope passes through: ink__passes_slope */
    .name = "flatten",
    .plan = plan_flatten,
    .forward = flatten,
};
