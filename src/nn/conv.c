/* The convolution layer: N filters, each a small dense node that looks at every place of a picture.
 *
 *   z[n][y][x][o] = b[o] + sum_{i,j,c} x[n][y s + i - t][x s + j - l][c] W[i][j][c][o]    y = f(z)
 *   dz = dy f'(z)     db[o] = sum dz     dW[i][j][c][o] = sum_{n,y,x} x[...] dz[n][y][x][o]
 *   dx = dz spread by s, convolved with W turned by half a turn
 *
 * kernel/convolve.h does the work on a few pictures; here pictures are shared out among threads.
 * Borders, spread slopes and activations are made in each thread's own memory, a few pictures at a
 * time, so that they stay in its cache; nothing of the size of the batch is written but y and dx.
 * Gradients of the weights are summed over fixed groups of pictures, then over the groups in order.
 * Source: LeCun and others, "Backpropagation applied to handwritten zip code recognition", 1989. */
#include "nn/conv.h"

#include "base/random.h"

#include <stdio.h>
#include <string.h>

enum {
    LOCAL_FLOATS = 98304, /* of padded pictures at a time: most of a core's second-level cache */
    MOST_AT_A_TIME = 8,
    GROUPS = 16, /* of pictures with a sum of their own */
    MANY = 16,   /* pictures: enough to share out whole ones */
    MOST_FILTERS = 1 << 16
};

static ink_status read_words(ink__layer *layer, ink__words *words, ink_error *err)
{
    size_t sides[2];
    ink_status status =
        ink__words_whole(words, "conv", "number of filters", 1, MOST_FILTERS, &layer->filters, err);
    if (status == INK_OK)
        status = ink__words_sides(words, "conv", "kernel", 255, sides, err);
    if (status != INK_OK)
        return status;
    layer->window = (ink__window){.height = sides[0], .width = sides[1], .stride = 1};
    layer->groups = 1;
    int used = snprintf(layer->text, sizeof layer->text, "conv %zu %zux%zu", layer->filters,
                        sides[0], sides[1]);
    for (bool more = true; status == INK_OK && more;) {
        char *at = layer->text + used;
        size_t room = sizeof layer->text - (size_t)used;
        more = true;
        if (ink__words_take(words, "stride")) {
            status =
                ink__words_whole(words, "stride", "pixels", 1, 255, &layer->window.stride, err);
            used += snprintf(at, room, " stride %zu", layer->window.stride);
        } else if (ink__words_take(words, "groups")) {
            status =
                ink__words_whole(words, "groups", "number", 1, MOST_FILTERS, &layer->groups, err);
            used += snprintf(at, room, " groups %zu", layer->groups);
        } else if (!layer->window.valid && ink__words_take(words, "valid")) {
            layer->window.valid = true;
            used += snprintf(at, room, " valid");
        } else if (!layer->plain && ink__words_take(words, "nobias")) {
            layer->plain = true;
            used += snprintf(at, room, " nobias");
        } else {
            more = ink__words_take(words, "same");
        }
        if (used > 60)
            return ink__fail(err, INK_EINVAL, "\"%s\" says the same twice", layer->text);
    }
    return status;
}

ink_status ink__conv_plan_shapes(ink__layer *layer, ink_error *err)
{
    const ink__window *w = &layer->window;
    ink__shape in = layer->in;
    size_t high = w->valid ? w->height : 1, wide = w->valid ? w->width : 1;
    if (in.height < high || in.width < wide)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" does not fit into %zux%zu pixels: leave \"valid\" out or begin "
                         "with larger pictures",
                         layer->text, in.height, in.width);
    if (in.height == 1 && in.width == 1 && w->height * w->width > 1)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" looks at pictures, but gets a vector of %zu: begin the network "
                         "with height x width x channels, such as 28x28x1",
                         layer->text, in.channels);
    if (in.channels % layer->groups || layer->filters % layer->groups)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\": the groups must divide its %zu channels and %zu filters",
                         layer->text, in.channels, layer->filters);
    layer->out = (ink__shape){(in.height - high) / w->stride + 1, (in.width - wide) / w->stride + 1,
                              layer->filters};
    return INK_OK;
}

ink__conv ink__conv_of(const ink__layer *layer)
{
    const ink__window *w = &layer->window;
    return (ink__conv){.height = layer->in.height,
                       .width = layer->in.width,
                       .channels = layer->in.channels,
                       .out_height = layer->out.height,
                       .out_width = layer->out.width,
                       .filters = layer->filters,
                       .kernel_height = w->height,
                       .kernel_width = w->width,
                       .stride = w->stride,
                       .top = w->valid ? 0 : (w->height - 1) / 2,
                       .left = w->valid ? 0 : (w->width - 1) / 2,
                       .groups = layer->groups,
                       .spread = 1};
}

static ink_status plan(ink__layer *layer, ink_error *err)
{
    ink_status status = ink__conv_plan_shapes(layer, err);
    if (status != INK_OK)
        return status;
    size_t inputs = layer->in.channels / layer->groups, count;
    const ink__window *w = &layer->window;
    if (__builtin_mul_overflow(w->height * w->width * inputs, layer->filters, &count) ||
        count > (size_t)1 << 31)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" after %zu channels would have more than 2^31 "
                         "weights",
                         layer->text, layer->in.channels);
    layer->w_count = count + (layer->plain ? 0 : layer->filters);
    layer->parts[0] = (ink__part_name){.name = "weight",
                                       .group = INK_GROUP_CONV,
                                       .count = count,
                                       .rank = 4,
                                       .shape = {w->height, w->width, inputs, layer->filters}};
    layer->parts[1] = (ink__part_name){.name = "bias",
                                       .offset = count,
                                       .count = layer->filters,
                                       .rank = 1,
                                       .shape = {layer->filters}};
    layer->part_count = layer->plain ? 1 : 2;
    return INK_OK;
}

/* Filter o of each group sees channel o of the group alone, where the kernel has its middle. */
static void pass_on(const ink__layer *layer, float *w)
{
    const ink__window *window = &layer->window;
    size_t inputs = layer->in.channels / layer->groups, outputs = layer->filters / layer->groups;
    size_t middle = (window->height - 1) / 2 * window->width + (window->width - 1) / 2;
    for (size_t i = 0; i < layer->parts[0].count; i++) {
        size_t filter = i % layer->filters % outputs, row = i / layer->filters;
        if (filter < inputs)
            w[i] = row == middle * inputs + filter;
    }
}

static void init(const ink__layer *layer, float *w, float *state, ink_init how, bool relu_like,
                 uint64_t key)
{
    (void)state;
    double taps = (double)(layer->window.height * layer->window.width);
    double inputs = taps * (double)(layer->in.channels / layer->groups);
    double outputs = taps * (double)(layer->filters / layer->groups);
    double deviation = ink__init_deviation(how, relu_like, inputs, outputs);
    ink_random random = ink__random(key);
    for (size_t i = 0; i < layer->parts[0].count; i++)
        w[i] = (float)(deviation * ink__random_normal(&random));
    if (how == INK_INIT_DIRAC)
        pass_on(layer, w);
}

/* ---- memory ---- */

typedef struct sizes {
    size_t x, dz;     /* floats of a padded picture and a padded slope, in whole cache lines */
    size_t at_a_time; /* pictures */
    size_t weights, packed, packed_back;
} sizes;

static size_t rounded(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static sizes sizes_of(const ink__conv *c)
{
    ink__conv back = ink__conv_back(c);
    sizes s = {.x = rounded(ink__conv_padded_size(c)),
               .dz = rounded(ink__conv_padded_size(&back)),
               .weights = rounded(ink__conv_weight_count(c)),
               .packed = rounded(ink__conv_packed_size(c)),
               .packed_back = rounded(ink__conv_packed_size(&back))};
    size_t fit = LOCAL_FLOATS / (s.x + s.dz);
    s.at_a_time = fit < 1 ? 1 : fit > MOST_AT_A_TIME ? MOST_AT_A_TIME : fit;
    return s;
}

static size_t group_count(size_t samples)
{
    return samples < GROUPS ? samples : GROUPS;
}

/* scratch forward: packed weights. Backward: the same for the way back, then the groups' sums of
 * weights and biases. local: padded pictures, padded slopes, sums of columns. */
void ink__conv_memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    ink__conv c = ink__conv_of(layer);
    sizes s = sizes_of(&c);
    if (ink__activation_needs_input(layer->activation))
        memory->saved = batch * ink__shape_size(layer->out);
    memory->scratch = s.packed;
    memory->local = s.at_a_time * s.x + INK_CONV_SLACK;
    if (!training)
        return;
    size_t sums = s.packed_back + group_count(batch) * (s.weights + rounded(c.filters));
    memory->scratch = sums > s.packed ? sums : s.packed;
    memory->local +=
        s.at_a_time * s.dz + INK_CONV_SLACK + rounded(c.filters) + rounded(c.out_width * c.filters);
}

typedef struct job {
    const ink__layer *layer;
    const ink__pass *pass;
    ink__conv conv, back;
    sizes size;
    const float *x, *y, *dy;
    float *out;
    const float *packed;
    const float *bias;
    size_t each, blocks, rows; /* forward: pictures a task; blocks of rows in a picture */
    float *sums;               /* backward: of group g at g * sum_step */
    size_t sum_step;
    size_t in_size, out_size;
} job;

static job job_of(const ink__layer *layer, const ink__pass *pass)
{
    ink__conv c = ink__conv_of(layer);
    return (job){.layer = layer,
                 .pass = pass,
                 .conv = c,
                 .back = ink__conv_back(&c),
                 .size = sizes_of(&c),
                 .packed = pass->scratch,
                 .in_size = ink__shape_size(layer->in),
                 .out_size = ink__shape_size(layer->out)};
}

static const float *weights_of(const ink__layer *layer, const ink__pass *pass)
{
    return layer->type->fixed ? pass->state : pass->w;
}

/* Where the biases begin in the layer's parameters. */
static size_t bias_offset(const ink__layer *layer)
{
    return layer->type->fixed ? 0 : layer->parts[0].count;
}

/* ---- forward ---- */

static void forward_rows(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    const ink__conv *c = &j->conv;
    float *padded = pass->local + thread * pass->local_size;
    size_t first = task / j->blocks * j->each, block = task % j->blocks;
    size_t end = first + j->each < pass->count ? first + j->each : pass->count;
    size_t row = block * j->rows;
    size_t rows = c->out_height - row < j->rows ? c->out_height - row : j->rows;
    ink__activation f = j->layer->activation;
    size_t offset = row * c->out_width * c->filters, n = rows * c->out_width * c->filters;
    memset(padded, 0, (j->size.at_a_time * j->size.x + INK_CONV_SLACK) * sizeof *padded);
    for (size_t i = first; i < end; i += j->size.at_a_time) {
        size_t count = end - i < j->size.at_a_time ? end - i : j->size.at_a_time;
        float *y = j->out + i * j->out_size + offset;
        float *z = ink__activation_needs_input(f) ? pass->saved + i * j->out_size + offset : y;
        for (size_t k = 0; k < count; k++)
            ink__conv_pad(c, j->x + (i + k) * j->in_size, row, rows, padded + k * j->size.x);
        ink__conv_run(pass->kernels, c, padded, j->size.x, j->packed, j->bias, count, rows, z,
                      j->out_size);
        for (size_t k = 0; f != INK_ACTIVATION_IDENTITY && k < count; k++)
            pass->kernels->activate(f, n, z + k * j->out_size, y + k * j->out_size);
    }
}

void ink__conv_forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    job j = job_of(layer, pass);
    bool many = pass->count >= MANY;
    j.x = x;
    j.out = y;
    j.bias = layer->plain ? NULL : pass->w + bias_offset(layer);
    j.each = many ? j.size.at_a_time : 1;
    j.blocks = many ? 1 : (MANY + pass->count - 1) / pass->count;
    j.rows = (j.conv.out_height + j.blocks - 1) / j.blocks;
    j.blocks = (j.conv.out_height + j.rows - 1) / j.rows;
    ink__conv_pack(&j.conv, weights_of(layer, pass), pass->scratch);
    ink__parallel_for(pass->pool, (pass->count + j.each - 1) / j.each * j.blocks, forward_rows, &j);
}

/* ---- backward ---- */

/* dz of picture `i`, inside its border. */
static void slope_picture(const job *j, size_t i, float *padded, float *row)
{
    const ink__pass *pass = j->pass;
    const ink__conv *back = &j->back;
    size_t n = back->width * back->channels;
    ink__activation f = pass->through ? INK_ACTIVATION_IDENTITY : j->layer->activation;
    for (size_t y = 0; y < back->height; y++) {
        size_t at = i * j->out_size + y * n;
        float *to = ink__conv_pixel(back, padded, y);
        pass->kernels->activate_back(f, n, j->dy + at, pass->saved ? pass->saved + at : NULL,
                                     j->y + at, back->spread == 1 ? to : row);
        for (size_t p = 0; back->spread > 1 && p < back->width; p++)
            memcpy(to + p * back->spread * back->channels, row + p * back->channels,
                   back->channels * sizeof *to);
    }
}

/* Pictures first..first+count-1, a few, padded and ready: their share of all gradients. */
static void backward_pictures(const job *j, size_t first, size_t count, const float *x,
                              const float *dz, float *columns, float *sums, bool add)
{
    const ink__pass *pass = j->pass;
    const ink__conv *c = &j->conv;
    float *biases = sums + j->size.weights;
    if (j->out)
        ink__conv_run(pass->kernels, &j->back, dz, j->size.dz, j->packed, NULL, count, c->height,
                      j->out + first * j->in_size, j->in_size);
    if (!j->layer->type->fixed)
        ink__conv_weights(pass->kernels, c, x, j->size.x, dz, j->size.dz, count, sums, add);
    for (size_t k = 0; !j->layer->plain && k < count; k++) {
        pass->kernels->column_sums(ink__conv_padded_size(&j->back) / c->filters, c->filters,
                                   dz + k * j->size.dz, c->filters, columns);
        if (!add && k == 0)
            memset(biases, 0, c->filters * sizeof *biases);
        pass->kernels->add(c->filters, columns, biases);
    }
}

static void backward_group(void *context, size_t group, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t groups = group_count(pass->count), most = j->size.at_a_time;
    size_t first = pass->count * group / groups, end = pass->count * (group + 1) / groups;
    float *x = pass->local + thread * pass->local_size;
    float *dz = x + most * j->size.x + INK_CONV_SLACK;
    float *columns = dz + most * j->size.dz + INK_CONV_SLACK,
          *row = columns + rounded(j->conv.filters);
    memset(x, 0, (size_t)(columns - x) * sizeof *x);
    for (size_t i = first; i < end; i += most) {
        size_t count = end - i < most ? end - i : most;
        for (size_t k = 0; k < count; k++) {
            if (!j->layer->type->fixed)
                ink__conv_pad(&j->conv, j->x + (i + k) * j->in_size, 0, j->conv.out_height,
                              x + k * j->size.x);
            slope_picture(j, i + k, dz + k * j->size.dz, row);
        }
        backward_pictures(j, i, count, x, dz, columns, j->sums + group * j->sum_step, i > first);
    }
}

/* Adds the groups' sums up, in order, for a stretch of the weights; the step of the optimiser
 * follows at once where it may. */
static void finish_weights(void *context, size_t task, size_t thread)
{
    const job *j = context;
    size_t first, n = ink__rows_of(INK_ELEMENTS_PER_TASK, j->layer->parts[0].count, task, &first);
    size_t g_row;
    (void)thread;
    float *sum = j->sums + first;
    for (size_t group = 1; group < group_count(j->pass->count); group++)
        j->pass->kernels->add(n, sum + group * j->sum_step, sum);
    float *g = ink__sink_place(j->layer, j->pass, first, n, sum, n, &g_row);
    if (g != sum)
        memcpy(g, sum, n * sizeof *g);
    ink__sink_block(j->layer, j->pass, INK_GROUP_CONV, first, 1, n, n, g, n);
}

void ink__conv_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                        const float *y, const float *dy, float *dx)
{
    job j = job_of(layer, pass);
    size_t groups = group_count(pass->count);
    j.x = x;
    j.y = y;
    j.dy = dy;
    j.out = dx;
    j.sums = pass->scratch + j.size.packed_back;
    j.sum_step = j.size.weights + rounded(j.conv.filters);
    if (dx) /* before the weights move */
        ink__conv_pack_back(&j.conv, weights_of(layer, pass), pass->scratch);
    ink__parallel_for(pass->pool, groups, backward_group, &j);
    if (!layer->type->fixed)
        ink__parallel_for(
            pass->pool, (layer->parts[0].count + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK,
            finish_weights, &j);
    if (layer->plain)
        return;
    float *biases = j.sums + j.size.weights;
    for (size_t group = 1; group < groups; group++)
        pass->kernels->add(j.conv.filters, biases + group * j.sum_step, biases);
    ink__sink_vector(layer, pass, bias_offset(layer), j.conv.filters, biases);
}

const ink__layer_type ink__layer_conv = {
    .name = "conv",
    .activates = true,
    .read = read_words,
    .plan = plan,
    .memory = ink__conv_memory,
    .init = init,
    .forward = ink__conv_forward,
    .backward = ink__conv_backward,
};
