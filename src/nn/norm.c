/* Batch normalisation: each node is moved to mean 0 and deviation 1 over the batch, then scaled and
 * shifted by learned amounts.
 *
 *   xhat = (x - mean) / sqrt(variance + e)     y = scale xhat + shift
 *   dshift = sum_n dy     dscale = sum_n dy xhat
 *   dx = scale / sqrt(variance + e) (dy - dshift/N - xhat dscale/N)
 *
 * In training mean and variance are the batch's, and the running ones in the state move towards
 * them by a tenth (the variance unbiased, as elsewhere in the field); in use the running ones
 * serve. Source: Ioffe, Szegedy, "Batch normalization", 2015. Nodes are the channels of the last
 * axis. */
#include "nn/layer.h"

#include <math.h>

#define EPSILON 1e-5f
#define SHARE   0.1f /* of the batch in the running statistics */

enum { COLS_PER_TASK = 64 };

static ink_status plan(ink__layer *layer, ink_error *err)
{
    (void)err;
    size_t nodes = layer->in.channels;
    layer->out = layer->in;
    layer->w_count = 2 * nodes;
    layer->state_count = 2 * nodes;
    const char *names[4] = {"scale", "shift", "mean", "variance"};
    for (size_t i = 0; i < 4; i++)
        layer->parts[i] = (ink__part_name){.name = names[i],
                                           .state = i >= 2,
                                           .offset = i % 2 * nodes,
                                           .count = nodes,
                                           .rank = 1,
                                           .shape = {nodes}};
    layer->part_count = 4;
    return INK_OK;
}

/* saved: mean, 1/deviation, and the factor scale/deviation of the batch. */
static void memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    (void)batch;
    memory->saved = 3 * layer->in.channels;
    memory->local = training ? 2 * COLS_PER_TASK : 0;
}

static void init(const ink__layer *layer, float *w, float *state, ink_init how, bool relu_like,
                 uint64_t key)
{
    (void)how, (void)relu_like, (void)key;
    size_t nodes = layer->in.channels;
    for (size_t i = 0; i < nodes; i++) {
        w[i] = 1;             /* scale */
        state[nodes + i] = 1; /* variance */
    }
}

static void statistics(const ink__layer *layer, const ink__pass *pass, const float *x, size_t rows,
                       size_t col, size_t cols)
{
    size_t nodes = layer->in.channels;
    float *mean = pass->saved + col, *inverse = mean + nodes, *factor = inverse + nodes;
    float *running_mean = pass->state + col, *running_variance = running_mean + nodes;
    if (pass->training) {
        float unbiased = rows > 1 ? (float)rows / (float)(rows - 1) : 1.0f;
        pass->kernels->moments(rows, cols, x + col, nodes, mean, inverse);
        for (size_t i = 0; i < cols; i++) {
            running_mean[i] += SHARE * (mean[i] - running_mean[i]);
            running_variance[i] += SHARE * (unbiased * inverse[i] - running_variance[i]);
        }
    }
    for (size_t i = 0; i < cols; i++) {
        float variance = pass->training ? inverse[i] : running_variance[i];
        if (!pass->training)
            mean[i] = running_mean[i];
        inverse[i] = 1.0f / sqrtf(variance + EPSILON);
        factor[i] = pass->w[col + i] * inverse[i];
    }
}

static void forward_cols(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    const ink__pass *pass = j->pass;
    size_t nodes = j->layer->in.channels, col = task * COLS_PER_TASK;
    size_t cols = nodes - col < COLS_PER_TASK ? nodes - col : COLS_PER_TASK;
    size_t rows = pass->count * (ink__shape_size(j->layer->in) / nodes);
    const float *mean = pass->saved + col, *factor = mean + 2 * nodes;
    (void)thread;
    statistics(j->layer, pass, j->x, rows, col, cols);
    pass->kernels->normalise(rows, cols, j->x + col, nodes, mean, factor, pass->w + nodes + col,
                             j->out + col, nodes);
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .out = y};
    size_t tasks = (layer->in.channels + COLS_PER_TASK - 1) / COLS_PER_TASK;
    ink__parallel_for(pass->pool, tasks, forward_cols, &j);
}

static void backward_cols(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    const ink__pass *pass = j->pass;
    size_t nodes = j->layer->in.channels, col = task * COLS_PER_TASK, row;
    size_t cols = nodes - col < COLS_PER_TASK ? nodes - col : COLS_PER_TASK;
    size_t rows = pass->count * (ink__shape_size(j->layer->in) / nodes);
    float *local = pass->local + thread * pass->local_size;
    float *dscale = ink__sink_place(j->layer, pass, col, nodes, local, cols, &row);
    float *dshift = ink__sink_place(j->layer, pass, nodes + col, nodes, local + cols, cols, &row);
    pass->kernels->normalise_back(rows, cols, j->x + col, j->dy + col, nodes, pass->saved + col,
                                  pass->saved + nodes + col, pass->w + col, dscale, dshift,
                                  j->out ? j->out + col : NULL, pass->add);
    ink__sink_block(j->layer, pass, false, col, 1, cols, nodes, dscale, cols);
    ink__sink_block(j->layer, pass, false, nodes + col, 1, cols, nodes, dshift, cols);
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    ink__rows_job j = {.layer = layer, .pass = pass, .x = x, .y = y, .dy = dy, .out = dx};
    size_t tasks = (layer->in.channels + COLS_PER_TASK - 1) / COLS_PER_TASK;
    ink__parallel_for(pass->pool, tasks, backward_cols, &j);
}

const ink__layer_type ink__layer_norm = {
    .name = "norm",
    .plan = plan,
    .memory = memory,
    .init = init,
    .forward = forward,
    .backward = backward,
};
