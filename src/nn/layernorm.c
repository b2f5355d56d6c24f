/* Layer normalisation: the channels of each pixel (all nodes of a vector) are moved to mean 0 and
 * deviation 1, sample by sample, then scaled and shifted by learned amounts.
 *
 *   xhat = (x - mean) / sqrt(variance + e)     y = scale xhat + shift
 *   dshift = sum dy     dscale = sum dy xhat     g = scale dy
 *   dx = (g - mean(g) - xhat mean(g xhat)) / sqrt(variance + e)
 *
 * Means go over the channels, sums over samples and pixels. Nothing depends on the rest of the
 * batch, so training and use are the same. Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
 */
#include "nn/layer.h"

#include <math.h>

static ink_status plan(ink__layer *layer, ink_error *err)
{
    (void)err;
    size_t nodes = layer->in.channels;
    static const char *const names[2] = {"scale", "shift"};
    layer->out = layer->in;
    layer->w_count = 2 * nodes;
    for (size_t i = 0; i < 2; i++)
        layer->parts[i] = (ink__part_name){
            .name = names[i], .offset = i * nodes, .count = nodes, .rank = 1, .shape = {nodes}};
    layer->part_count = 2;
    return INK_OK;
}

static void memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    if (training)
        memory->scratch = ink__pixel_tasks(layer, batch) * 2 * layer->in.channels;
}

static void init(const ink__layer *layer, float *w, float *state, ink_init how, bool relu_like,
                 uint64_t key)
{
    (void)state, (void)how, (void)relu_like, (void)key;
    for (size_t i = 0; i < layer->in.channels; i++)
        w[i] = 1;
}

/* Mean and inverse deviation of one row. */
static void moments(const float *x, size_t nodes, float *mean, float *inverse)
{
    float sum = 0, squares = 0;
    for (size_t c = 0; c < nodes; c++)
        sum += x[c];
    *mean = sum / (float)nodes;
    for (size_t c = 0; c < nodes; c++)
        squares += (x[c] - *mean) * (x[c] - *mean);
    *inverse = 1 / sqrtf(squares / (float)nodes + (float)INK_NORM_EPSILON);
}

static void forward_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    size_t nodes = j->layer->in.channels, first;
    size_t rows = ink__rows_of(j->rows, ink__pixels(j->layer, j->pass->count), task, &first);
    const float *scale = j->pass->w, *shift = scale + nodes;
    (void)thread;
    for (size_t r = first; r < first + rows; r++) {
        const float *x = j->x + r * nodes;
        float mean, inverse;
        moments(x, nodes, &mean, &inverse);
        for (size_t c = 0; c < nodes; c++)
            j->out[r * nodes + c] = (x[c] - mean) * inverse * scale[c] + shift[c];
    }
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .out = y};
    j.rows = ink__rows_per_task(layer->in.channels);
    ink__parallel_for(pass->pool, ink__pixel_tasks(layer, pass->count), forward_rows, &j);
}

static void backward_row(const float *x, const float *dy, const float *scale, size_t nodes,
                         float *sums, float *dx)
{
    float mean, inverse, g_mean = 0, g_xhat = 0;
    moments(x, nodes, &mean, &inverse);
    for (size_t c = 0; c < nodes; c++) {
        float xhat = (x[c] - mean) * inverse, g = scale[c] * dy[c];
        sums[c] += dy[c] * xhat;
        sums[nodes + c] += dy[c];
        g_mean += g;
        g_xhat += g * xhat;
    }
    g_mean /= (float)nodes;
    g_xhat /= (float)nodes;
    for (size_t c = 0; dx && c < nodes; c++)
        dx[c] = inverse * (scale[c] * dy[c] - g_mean - (x[c] - mean) * inverse * g_xhat);
}

static void backward_rows(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    size_t nodes = j->layer->in.channels, first;
    size_t rows = ink__rows_of(j->rows, ink__pixels(j->layer, j->pass->count), task, &first);
    float *sums = j->pass->scratch + task * 2 * nodes;
    (void)thread;
    for (size_t c = 0; c < 2 * nodes; c++)
        sums[c] = 0;
    for (size_t r = first; r < first + rows; r++)
        backward_row(j->x + r * nodes, j->dy + r * nodes, j->pass->w, nodes, sums,
                     j->out ? j->out + r * nodes : NULL);
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    size_t nodes = layer->in.channels, tasks = ink__pixel_tasks(layer, pass->count);
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .y = y, .dy = dy, .out = dx};
    j.rows = ink__rows_per_task(nodes);
    ink__parallel_for(pass->pool, tasks, backward_rows, &j);
    for (size_t task = 1; task < tasks; task++)
        for (size_t c = 0; c < 2 * nodes; c++)
            pass->scratch[c] += pass->scratch[task * 2 * nodes + c];
    ink__sink_vector(layer, pass, 0, 2 * nodes, pass->scratch);
}

const ink__layer_type ink__layer_layernorm = {
    .name = "layernorm",
    .plan = plan,
    .memory = memory,
    .init = init,
    .forward = forward,
    .backward = backward,
};
