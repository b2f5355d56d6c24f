/* The table of layers, and what all of them share. */
#include "nn/layer.h"

#include <string.h>

static const ink__layer_type *const types[] = {
    &ink__layer_dense,   &ink__layer_conv,  &ink__layer_whiten,    &ink__layer_pool,
    &ink__layer_softmax, &ink__layer_norm,  &ink__layer_layernorm, &ink__layer_dropout,
    &ink__layer_noise,   &ink__layer_scale, &ink__layer_flatten,
};

static const char *const activation_names[INK_ACTIVATION_COUNT] = {
    [INK_ACTIVATION_IDENTITY] = "identity", [INK_ACTIVATION_STEP] = "step",
    [INK_ACTIVATION_SIGMOID] = "sigmoid",   [INK_ACTIVATION_TANH] = "tanh",
    [INK_ACTIVATION_RELU] = "relu",         [INK_ACTIVATION_LEAKY] = "leaky",
    [INK_ACTIVATION_SILU] = "silu",         [INK_ACTIVATION_GELU] = "gelu",
};

const ink__layer_type *ink__layer_type_find(const char *name)
{
    ink__activation activation;
    if (ink__activation_find(name, &activation))
        return &ink__layer_activation;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i]->name, name) == 0)
            return types[i];
    return NULL;
}

const char *ink__layer_type_names(void)
{
    return "dense N, conv N KxK, whiten KxK, pool K, residual( ), identity, step, sigmoid, tanh, "
           "relu, leaky, silu, gelu, softmax, norm, layernorm, dropout P, noise S, scale F, "
           "flatten";
}

bool ink__activation_find(const char *name, ink__activation *activation)
{
    for (int i = 0; i < INK_ACTIVATION_COUNT; i++)
        if (strcmp(activation_names[i], name) == 0) {
            *activation = (ink__activation)i;
            return true;
        }
    return false;
}

const char *ink__activation_name(ink__activation activation)
{
    return activation_names[activation];
}

bool ink__passes_slope(const ink__layer *layer, bool through)
{
    if (layer->type == &ink__layer_softmax || layer->type == &ink__layer_activation)
        return through;
    bool changes = layer->activation != INK_ACTIVATION_IDENTITY && !through;
    return layer->type == &ink__layer_noise || layer->type == &ink__layer_flatten ||
           (layer->type == &ink__layer_residual && !changes);
}

bool ink__layer_weighs(const ink__layer *layer)
{
    return layer->type == &ink__layer_dense || layer->type == &ink__layer_conv;
}

bool ink__activation_needs_input(ink__activation activation)
{
    return activation == INK_ACTIVATION_SILU || activation == INK_ACTIVATION_GELU;
}

float *ink__sink_place(const ink__layer *layer, const ink__pass *pass, size_t offset, size_t row,
                       float *local, size_t cols, size_t *g_row)
{
    if (pass->sink->gradient) {
        *g_row = row;
        return pass->sink->gradient + layer->w_offset + offset;
    }
    *g_row = cols;
    return local;
}

void ink__sink_block(const ink__layer *layer, const ink__pass *pass, ink__group group,
                     size_t offset, size_t rows, size_t cols, size_t row, const float *g,
                     size_t g_row)
{
    const ink__sink *sink = pass->sink;
    if (sink->gradient)
        return;
    size_t at = layer->w_offset + offset;
    ink__block block = {.rows = rows,
                        .cols = cols,
                        .row = row,
                        .w = sink->w + at,
                        .v = sink->v ? sink->v + at : NULL,
                        .s = sink->s ? sink->s + at : NULL,
                        .g = g,
                        .g_row = g_row};
    pass->kernels->update(&sink->updates[group], &block);
}

void ink__sink_vector(const ink__layer *layer, const ink__pass *pass, size_t offset, size_t count,
                      const float *g)
{
    float *gradient = pass->sink->gradient;
    if (gradient)
        memcpy(gradient + layer->w_offset + offset, g, count * sizeof *g);
    else
        ink__sink_block(layer, pass, INK_GROUP_BIAS, offset, 1, count, count, g, count);
}

size_t ink__rows_per_task(size_t width)
{
    size_t rows = INK_ELEMENTS_PER_TASK / (width ? width : 1);
    return rows ? rows : 1;
}

static void slopes_chunk(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    const ink__pass *pass = j->pass;
    size_t all = pass->count * ink__shape_size(j->layer->out), at;
    size_t n = ink__rows_of(INK_ELEMENTS_PER_TASK, all, task, &at);
    (void)thread;
    pass->kernels->activate_back(j->layer->activation, n, j->dy + at,
                                 pass->saved ? pass->saved + at : NULL, j->y + at, j->out + at);
}

void ink__slopes(const ink__layer *layer, const ink__pass *pass, const float *y, const float *dy,
                 float *dz)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .y = y, .dy = dy, .out = dz};
    size_t all = pass->count * ink__shape_size(layer->out);
    ink__parallel_for(pass->pool, (all + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK,
                      slopes_chunk, &j);
}
