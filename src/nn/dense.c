/* The dense layer: every node sees every input.
 *
 *   z[n][o] = b[o] + sum_i x[n][i] W[i][o]          y = f(z)
 *   dz      = dy * f'(z)
 *   dW[i][o] = sum_n x[n][i] dz[n][o]               db[o] = sum_n dz[n][o]
 *   dx[n][i] = sum_o dz[n][o] W[i][o]
 *
 * Source: Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", 1986.
 * The activation that follows is done here, block by block, while the sums are still in the cache;
 * and the step of the optimiser likewise, while the gradient is. */
#include "nn/layer.h"

#include "base/random.h"

enum { LOCAL_ROWS = 64, LOCAL_COLS = 128 }; /* the largest block ink__cut_product gives */

/* Rows a multiple of 512 bytes apart would share few sets of the cache. */
static size_t padded(size_t width)
{
    size_t row = (width + 15) / 16 * 16;
    return row % 128 == 0 ? row + 16 : row;
}

static ink_status plan(ink__layer *layer, ink_error *err)
{
    size_t inputs = ink__shape_size(layer->in), nodes = (size_t)layer->argument, count;
    if (__builtin_mul_overflow(inputs, nodes, &count) || count > (size_t)1 << 31)
        return ink__fail(err, INK_EINVAL,
                         "dense %zu after %zu inputs would have more than 2^31 "
                         "weights",
                         nodes, inputs);
    layer->out = (ink__shape){1, 1, nodes};
    layer->w_count = count + nodes;
    layer->parts[0] = (ink__part_name){.name = "weight",
                                       .group = INK_GROUP_DENSE,
                                       .count = count,
                                       .rank = 2,
                                       .shape = {inputs, nodes}};
    layer->parts[1] = (ink__part_name){
        .name = "bias", .offset = count, .count = nodes, .rank = 1, .shape = {nodes}};
    layer->part_count = 2;
    return INK_OK;
}

static void memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    size_t nodes = ink__shape_size(layer->out);
    if (ink__activation_needs_input(layer->activation))
        memory->saved = batch * nodes;
    if (training)
        memory->scratch = batch * padded(nodes) + nodes * padded(batch);
    memory->local = LOCAL_ROWS * LOCAL_COLS;
}

static void init(const ink__layer *layer, float *w, float *state, ink_init how, bool relu_like,
                 uint64_t key)
{
    (void)state;
    double inputs = (double)ink__shape_size(layer->in), nodes = layer->argument;
    double deviation = ink__init_deviation(how, relu_like, inputs, nodes);
    ink_random random = ink__random(key);
    for (size_t i = 0; i < layer->parts[0].count; i++)
        w[i] = (float)(deviation * ink__random_normal(&random));
}

typedef struct job {
    const ink__layer *layer;
    const ink__pass *pass;
    ink__cut cut;
    const float *x, *y, *dy;
    float *out;
    float *dz; /* [count][dz_row] */
    size_t dz_row;
    float *flipped; /* dz transposed: [nodes][flipped_row] */
    size_t flipped_row;
} job;

static void forward_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t inputs = ink__shape_size(j->layer->in), nodes = ink__shape_size(j->layer->out);
    ink__part part = ink__cut_part(&j->cut, pass->count, nodes, task);
    ink__activation f = j->layer->activation;
    float *z = ink__activation_needs_input(f) ? pass->saved : j->out;
    size_t at = part.row * nodes + part.col;
    (void)thread;
    pass->kernels->product(&(ink__product){.m = part.rows,
                                           .n = part.cols,
                                           .k = inputs,
                                           .a = j->x + part.row * inputs,
                                           .a_row = inputs,
                                           .a_col = 1,
                                           .b = pass->w + part.col,
                                           .b_row = nodes,
                                           .b_past = nodes, /* the biases */
                                           .start = pass->w + inputs * nodes + part.col,
                                           .start_row = 0,
                                           .c = z + at,
                                           .c_row = nodes});
    if (f == INK_ACTIVATION_IDENTITY)
        return;
    for (size_t r = 0; r < part.rows; r++)
        pass->kernels->activate(f, part.cols, z + at + r * nodes, j->out + at + r * nodes);
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    job j = {.layer = layer, .pass = pass, .x = x, .out = y};
    j.cut = ink__cut_product(pass->count, ink__shape_size(layer->out), ink__shape_size(layer->in));
    ink__parallel_for(pass->pool, j.cut.tasks, forward_block, &j);
}

/* dz for some samples, and the same transposed for the way to dx. */
static void slope_rows(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t nodes = ink__shape_size(j->layer->out), first;
    size_t rows = ink__rows_of(j->cut.rows, pass->count, task, &first);
    ink__activation f = pass->through ? INK_ACTIVATION_IDENTITY : j->layer->activation;
    (void)thread;
    for (size_t r = first; r < first + rows; r++)
        pass->kernels->activate_back(f, nodes, j->dy + r * nodes,
                                     pass->saved ? pass->saved + r * nodes : NULL, j->y + r * nodes,
                                     j->dz + r * j->dz_row);
    if (j->flipped)
        pass->kernels->transpose(rows, nodes, j->dz + first * j->dz_row, j->dz_row,
                                 j->flipped + first, j->flipped_row, 0);
}

/* A block of dx, computed the other way round (rows = inputs): so W is read along its rows and only
 * the small matrices are transposed. */
static void input_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t inputs = ink__shape_size(j->layer->in), nodes = ink__shape_size(j->layer->out);
    ink__part part = ink__cut_part(&j->cut, inputs, pass->count, task);
    float *block = pass->local + thread * pass->local_size;
    pass->kernels->product(&(ink__product){.m = part.rows,
                                           .n = part.cols,
                                           .k = nodes,
                                           .a = pass->w + part.row * nodes,
                                           .a_row = nodes,
                                           .a_col = 1,
                                           .b = j->flipped + part.col,
                                           .b_row = j->flipped_row,
                                           .b_past = j->flipped_row - pass->count,
                                           .c = block,
                                           .c_row = part.cols});
    pass->kernels->transpose(part.rows, part.cols, block, part.cols,
                             j->out + part.col * inputs + part.row, inputs, 0);
}

static void weight_block(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t inputs = ink__shape_size(j->layer->in), nodes = ink__shape_size(j->layer->out);
    ink__part part = ink__cut_part(&j->cut, inputs, nodes, task);
    size_t offset = part.row * nodes + part.col, g_row;
    float *local = pass->local + thread * pass->local_size;
    float *g = ink__sink_place(j->layer, pass, offset, nodes, local, part.cols, &g_row);
    size_t at = j->layer->w_offset + offset;
    const ink__sink *sink = pass->sink;
    pass->kernels->product(
        &(ink__product){.m = part.rows,
                        .n = part.cols,
                        .k = pass->count,
                        .soon = {sink->w ? sink->w + at : NULL, sink->v ? sink->v + at : NULL},
                        .soon_row = nodes,
                        .a = j->x + part.row,
                        .a_row = 1,
                        .a_col = inputs,
                        .b = j->dz + part.col,
                        .b_row = j->dz_row,
                        .b_past = j->dz_row - nodes,
                        .c = g,
                        .c_row = g_row});
    ink__sink_block(j->layer, pass, INK_GROUP_DENSE, offset, part.rows, part.cols, nodes, g, g_row);
    if (part.row > 0)
        return;
    offset = inputs * nodes + part.col;
    g = ink__sink_place(j->layer, pass, offset, nodes, local, part.cols, &g_row);
    pass->kernels->column_sums(pass->count, part.cols, j->dz + part.col, j->dz_row, g);
    ink__sink_block(j->layer, pass, INK_GROUP_BIAS, offset, 1, part.cols, nodes, g, g_row);
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    size_t inputs = ink__shape_size(layer->in), nodes = ink__shape_size(layer->out);
    size_t count = pass->count;
    job j = {.layer = layer, .pass = pass, .x = x, .y = y, .dy = dy, .out = dx};
    j.dz = pass->scratch;
    j.dz_row = padded(nodes);
    if (dx) {
        j.flipped = pass->scratch + count * j.dz_row;
        j.flipped_row = padded(count);
    }
    j.cut.rows = (ink__rows_per_task(nodes) + 15) / 16 * 16; /* whole squares to transpose */
    ink__parallel_for(pass->pool, (count + j.cut.rows - 1) / j.cut.rows, slope_rows, &j);
    if (dx) { /* before the weights move */
        j.cut = ink__cut_product(inputs, count, nodes);
        ink__parallel_for(pass->pool, j.cut.tasks, input_block, &j);
    }
    j.cut = ink__cut_product(inputs, nodes, count);
    ink__parallel_for(pass->pool, j.cut.tasks, weight_block, &j);
}

const ink__layer_type ink__layer_dense = {
    .name = "dense",
    .argument = "number of nodes",
    .least = 1,
    .most = 1 << 24,
    .whole = true,
    .activates = true,
    .plan = plan,
    .memory = memory,
    .init = init,
    .forward = forward,
    .backward = backward,
};
