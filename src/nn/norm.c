/* Batch normalisation: each node is moved to mean 0 and deviation 1 over the batch, then scaled and
 * shifted by learned amounts; the activation that follows is done on the way.
 *
 *   xhat = (x - mean) / sqrt(variance + e)     z = scale xhat + shift     y = f(z)
 *   dz = dy f'(z)     dshift = sum dz     dscale = sum dz xhat
 *   dx = scale / sqrt(variance + e) (dz - dshift/N - xhat dscale/N)
 *
 * Sums go over the batch and, for pictures, over all pixels: the nodes are the channels of the last
 * axis. In training mean and variance are the batch's, and the running ones in the state move
 * towards them by a tenth (the variance unbiased, as elsewhere in the field), but for a batch of a
 * single row, which has no variance; in use the running ones serve. "noscale": without the learned
 * scale, where what follows makes up for it. Source: Ioffe, Szegedy, "Batch normalization", 2015.
 *
 * z is never kept: x is, and z is one multiplication away. Rows are cut into blocks by shape alone;
 * the blocks' moments are put together in double, in order (Chan, Golub, LeVeque 1979). */
#include "nn/layer.h"

#include <math.h>
#include <stdio.h>

#define SHARE 0.1 /* of the batch in the running statistics */

static ink_status read_words(ink__layer *layer, ink__words *words, ink_error *err)
{
    ink_status status = ink__words_once(words, "norm", "noscale", &layer->plain, err);
    snprintf(layer->text, sizeof layer->text, layer->plain ? "norm noscale" : "norm");
    return status;
}

static ink_status plan(ink__layer *layer, ink_error *err)
{
    (void)err;
    size_t nodes = layer->in.channels, count = 0;
    static const char *const names[4] = {"scale", "shift", "mean", "variance"};
    layer->out = layer->in;
    layer->w_count = layer->plain ? nodes : 2 * nodes;
    layer->state_count = 2 * nodes;
    for (size_t i = layer->plain ? 1 : 0; i < 4; i++)
        layer->parts[count++] =
            (ink__part_name){.name = names[i],
                             .state = i >= 2,
                             .offset = layer->plain && i == 1 ? 0 : i % 2 * nodes,
                             .count = nodes,
                             .rank = 1,
                             .shape = {nodes}};
    layer->part_count = count;
    return INK_OK;
}

/* saved: mean, 1/deviation, and the factor scale/deviation of the batch, then the mean slopes. */
static void memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    size_t nodes = layer->in.channels;
    memory->saved = 5 * nodes;
    if (training) {
        memory->scratch = ink__pixel_tasks(layer, batch) * 2 * nodes;
        memory->local = 2 * ink__rows_per_task(nodes) * nodes;
    }
}

static void init(const ink__layer *layer, float *w, float *state, ink_init how, bool relu_like,
                 uint64_t key)
{
    (void)how, (void)relu_like, (void)key;
    size_t nodes = layer->in.channels;
    for (size_t i = 0; i < nodes; i++) {
        if (!layer->plain)
            w[i] = 1;         /* scale */
        state[nodes + i] = 1; /* variance */
    }
}

typedef struct job {
    const ink__layer *layer;
    const ink__pass *pass;
    const float *x, *y, *dy;
    float *out;
    size_t nodes, rows, each; /* of all samples; in one task */
    const float *mean, *inverse, *factor, *shift;
    bool active; /* there is an activation to go through */
} job;

static job job_of(const ink__layer *layer, const ink__pass *pass)
{
    size_t nodes = layer->in.channels;
    return (job){.layer = layer,
                 .pass = pass,
                 .nodes = nodes,
                 .rows = ink__pixels(layer, pass->count),
                 .each = ink__rows_per_task(nodes),
                 .mean = pass->saved,
                 .inverse = pass->saved + nodes,
                 .factor = pass->saved + 2 * nodes,
                 .shift = pass->w + (layer->plain ? 0 : nodes),
                 .active = layer->activation != INK_ACTIVATION_IDENTITY && !pass->through};
}

/* ---- forward ---- */

static void moments_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    size_t first, rows = ink__rows_of(j->each, j->rows, task, &first);
    float *mean = j->pass->scratch + task * 2 * j->nodes;
    (void)thread;
    j->pass->kernels->moments(rows, j->nodes, j->x + first * j->nodes, j->nodes, mean,
                              mean + j->nodes);
}

/* Mean and biased variance of node c from those of the blocks. */
static void combine(const job *j, size_t c, double *mean, double *variance)
{
    double count = 0, squares = 0;
    *mean = 0;
    for (size_t task = 0; task * j->each < j->rows; task++) {
        size_t first;
        double rows = (double)ink__rows_of(j->each, j->rows, task, &first);
        const float *block = j->pass->scratch + task * 2 * j->nodes + c;
        double away = (double)block[0] - *mean;
        count += rows;
        *mean += away * rows / count;
        squares += (double)block[j->nodes] * rows + away * away * rows * (count - rows) / count;
    }
    *variance = squares / count;
}

static void set_statistics(const job *j)
{
    const ink__pass *pass = j->pass;
    float *saved = pass->saved, *running = pass->state;
    for (size_t c = 0; c < j->nodes; c++) {
        double mean = (double)running[c], variance = (double)running[j->nodes + c];
        if (pass->training)
            combine(j, c, &mean, &variance);
        /* One row says nothing about the variance. */
        if (pass->training && !pass->still && j->rows > 1) {
            double unbiased = (double)j->rows / (double)(j->rows - 1);
            float *m = &running[c], *v = &running[j->nodes + c];
            *m += (float)(SHARE * (mean - (double)*m));
            *v += (float)(SHARE * (unbiased * variance - (double)*v));
        }
        saved[c] = (float)mean;
        saved[j->nodes + c] = (float)(1 / sqrt(variance + INK_NORM_EPSILON));
        saved[2 * j->nodes + c] = saved[j->nodes + c] * (j->layer->plain ? 1.0f : pass->w[c]);
    }
}

static void forward_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__kernels *kernels = j->pass->kernels;
    size_t first, rows = ink__rows_of(j->each, j->rows, task, &first), at = first * j->nodes;
    float *y = j->out + at;
    (void)thread;
    kernels->normalise(rows, j->nodes, j->x + at, j->nodes, j->mean, j->factor, j->shift, y,
                       j->nodes);
    if (j->active)
        kernels->activate(j->layer->activation, rows * j->nodes, y, y);
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    job j = job_of(layer, pass);
    size_t tasks = ink__pixel_tasks(layer, pass->count);
    j.x = x;
    j.out = y;
    if (pass->training)
        ink__parallel_for(pass->pool, tasks, moments_block, &j);
    set_statistics(&j);
    ink__parallel_for(pass->pool, tasks, forward_block, &j);
}

/* ---- backward ---- */

/* dz of a block: where it is, after the way through the activation into `to`. */
static const float *slope_block(const job *j, size_t first, size_t rows, float *z, float *to)
{
    const ink__kernels *kernels = j->pass->kernels;
    size_t at = first * j->nodes, n = rows * j->nodes;
    if (!j->active)
        return j->dy + at;
    if (ink__activation_needs_input(j->layer->activation))
        kernels->normalise(rows, j->nodes, j->x + at, j->nodes, j->mean, j->factor, j->shift, z,
                           j->nodes);
    kernels->activate_back(j->layer->activation, n, j->dy + at, z, j->y + at, to);
    return to;
}

static void sums_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t first, rows = ink__rows_of(j->each, j->rows, task, &first), at = first * j->nodes;
    float *local = pass->local + thread * pass->local_size, *to = local + j->each * j->nodes;
    float *sums = pass->scratch + task * 2 * j->nodes;
    const float *dz = slope_block(j, first, rows, local, j->out ? j->out + at : to);
    pass->kernels->normalise_sums(rows, j->nodes, j->x + at, dz, j->mean, j->inverse, sums,
                                  sums + j->nodes);
}

static void input_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    size_t first, rows = ink__rows_of(j->each, j->rows, task, &first), at = first * j->nodes;
    const float *dz = j->active ? j->out + at : j->dy + at;
    const float *dscale = j->pass->saved + 3 * j->nodes;
    (void)thread;
    j->pass->kernels->normalise_back(rows, j->nodes, j->x + at, dz, j->mean, j->inverse, j->factor,
                                     dscale, dscale + j->nodes, j->out + at);
}

/* The sums of the blocks: into the sink, and as means behind the statistics. */
static void finish_sums(const job *j, size_t tasks)
{
    const ink__pass *pass = j->pass;
    float *sums = pass->scratch, *means = pass->saved + 3 * j->nodes;
    for (size_t c = 0; c < 2 * j->nodes; c++) {
        double sum = 0;
        for (size_t task = 0; task < tasks; task++)
            sum += (double)pass->scratch[task * 2 * j->nodes + c];
        sums[c] = (float)sum;
        means[c] = (float)(sum / (double)j->rows);
    }
    if (!j->layer->plain)
        ink__sink_vector(j->layer, pass, 0, j->nodes, sums);
    ink__sink_vector(j->layer, pass, j->layer->plain ? 0 : j->nodes, j->nodes, sums + j->nodes);
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    job j = job_of(layer, pass);
    size_t tasks = ink__pixel_tasks(layer, pass->count);
    j.x = x;
    j.y = y;
    j.dy = dy;
    j.out = dx;
    ink__parallel_for(pass->pool, tasks, sums_block, &j);
    finish_sums(&j, tasks); /* the factor keeps the scale that was, should the sink move it now */
    if (dx)
        ink__parallel_for(pass->pool, tasks, input_block, &j);
}

const ink__layer_type ink__layer_norm = {
    .name = "norm",
    .activates = true,
    .read = read_words,
    .plan = plan,
    .memory = memory,
    .init = init,
    .forward = forward,
    .backward = backward,
};
