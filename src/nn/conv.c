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
 * With bfloat16 operands (layer->pairs) the two directions to pictures multiply pairs of channels,
 * and the weights' gradient pairs of pictures; sums, biases and all that is kept stay float32.
 * Source: LeCun and others, "Backpropagation applied to handwritten zip code recognition", 1989. */
#include "nn/conv.h"

#include "base/random.h"

#include <stdio.h>
#include <string.h>

enum {
    LOCAL_FLOATS = 98304, /* of padded pictures at a time: most of a core's second-level cache */
    MOST_AT_A_TIME = 8,
    MOST_FILTERS = 1 << 16
};

/* Words that may follow the kernel, in any order, each once. */
enum { STRIDE, GROUPS_OF_CHANNELS, VALID, SAME, NOBIAS, WORDS };
static const char *const WORD[WORDS] = {"stride", "groups", "valid", "same", "nobias"};

/* In one order, whatever the order they were read in; without what is understood anyway. */
static void write_text(ink__layer *layer)
{
    const ink__window *w = &layer->window;
    char stride[16] = "", groups[24] = "";
    if (w->stride > 1)
        snprintf(stride, sizeof stride, " stride %u", (unsigned)w->stride);
    if (layer->groups > 1)
        snprintf(groups, sizeof groups, " groups %u", (unsigned)layer->groups);
    snprintf(layer->text, sizeof layer->text, "conv %zu %zux%zu%s%s%s%s", layer->filters, w->height,
             w->width, stride, groups, w->valid ? " valid" : "", layer->plain ? " nobias" : "");
}

/* A number that follows `name`; the error says of which layer. */
static ink_status read_number(ink__layer *layer, ink__words *words, const char *name,
                              const char *meaning, size_t most, size_t *number, ink_error *err)
{
    char said[sizeof layer->text + 16];
    snprintf(said, sizeof said, "%s %s", layer->text, name);
    return ink__words_whole(words, said, meaning, 1, most, number, err);
}

static ink_status read_word(ink__layer *layer, ink__words *words, int word, bool seen[WORDS],
                            ink_error *err)
{
    if (seen[word])
        return ink__words_refuse_twice(layer->text, WORD[word], err);
    seen[word] = true;
    if (seen[VALID] && seen[SAME])
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" cannot be \"valid\" and \"same\": with zeros around the picture, "
                         "or without them",
                         layer->text);
    layer->window.valid = seen[VALID];
    layer->plain = seen[NOBIAS];
    if (word == STRIDE)
        return read_number(layer, words, "stride", "pixels", 255, &layer->window.stride, err);
    if (word == GROUPS_OF_CHANNELS)
        return read_number(layer, words, "groups", "number", MOST_FILTERS, &layer->groups, err);
    return INK_OK;
}

static ink_status read_words(ink__layer *layer, ink__words *words, ink_error *err)
{
    size_t sides[2];
    bool seen[WORDS] = {false};
    ink_status status =
        ink__words_whole(words, "conv", "number of filters", 1, MOST_FILTERS, &layer->filters, err);
    if (status == INK_OK)
        status = ink__words_sides(words, "conv", "kernel", 255, sides, err);
    if (status != INK_OK)
        return status;
    layer->window = (ink__window){.height = sides[0], .width = sides[1], .stride = 1};
    layer->groups = 1;
    for (int word = 0; status == INK_OK && word < WORDS; word++) {
        write_text(layer);
        if (ink__words_take(words, WORD[word])) {
            status = read_word(layer, words, word, seen, err);
            word = -1; /* any may follow */
        }
    }
    return status;
}

ink_status ink__conv_plan_shapes(ink__layer *layer, ink_error *err)
{
    const ink__window *w = &layer->window;
    ink__shape in = layer->in;
    size_t high = w->valid ? w->height : 1, wide = w->valid ? w->width : 1;
    if (in.height == 1 && in.width == 1 && w->height * w->width > 1)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" looks at pictures, but gets a vector of %zu: begin the network "
                         "with height x width x channels, such as 28x28x1",
                         layer->text, in.channels);
    if (in.height < high || in.width < wide)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" does not fit into %zux%zu pixels: %sbegin with "
                         "larger pictures",
                         layer->text, in.height, in.width,
                         layer->type->fixed ? "" : "leave \"valid\" out or ");
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
    size_t x, dz;         /* words of a padded picture and a padded slope, in whole cache lines */
    size_t x_two, dz_two; /* of pairs of two of them */
    size_t at_a_time;     /* pictures */
    size_t weights, packed, packed_back;
} sizes;

/* What forward and the way back to the input read: pairs of channels, or channels. */
static ink__conv read_as(const ink__layer *layer, const ink__conv *c)
{
    return layer->pairs ? ink__conv_paired(c) : *c;
}

static sizes sizes_of(const ink__layer *layer)
{
    ink__conv c = ink__conv_of(layer), back = ink__conv_back(&c);
    ink__conv in = read_as(layer, &c), out = read_as(layer, &back);
    sizes s = {.x = ink__rounded(ink__conv_padded_size(&in)),
               .dz = ink__rounded(ink__conv_padded_size(&out)),
               .weights = ink__rounded(ink__conv_weight_count(&c)),
               .packed = ink__rounded(ink__conv_packed_size(&in)),
               .packed_back = ink__rounded(ink__conv_packed_size(&out))};
    size_t fit = LOCAL_FLOATS / (s.x + s.dz);
    s.at_a_time = fit < 1 ? 1 : fit > MOST_AT_A_TIME ? MOST_AT_A_TIME : fit;
    if (layer->pairs) {
        s.x_two = ink__rounded(ink__conv_padded_size(&c));
        s.dz_two = ink__rounded(ink__conv_padded_size(&back));
        s.at_a_time += s.at_a_time % 2;
    }
    return s;
}

size_t ink__conv_groups(size_t pictures)
{
    enum { GROUPS = 16 };
    return pictures < GROUPS ? pictures : GROUPS;
}

size_t ink__conv_blocks(size_t pictures, size_t height, size_t *rows)
{
    size_t blocks = pictures >= INK_CONV_MANY ? 1 : (INK_CONV_MANY + pictures - 1) / pictures;
    *rows = (height + blocks - 1) / blocks;
    return (height + *rows - 1) / *rows;
}

/* Where the way back keeps its pieces in a thread's own memory. */
typedef struct places {
    size_t x, dz, dz_two, columns, rows, end;
} places;

static places places_of(const ink__layer *layer, const sizes *s)
{
    size_t row = ink__rounded(layer->out.width * layer->filters);
    places p = {0};
    p.dz = (layer->pairs ? s->at_a_time / 2 * s->x_two : s->at_a_time * s->x) + INK_CONV_SLACK;
    p.dz_two = p.dz + s->at_a_time * s->dz + INK_CONV_SLACK;
    p.columns = layer->pairs ? p.dz_two + s->at_a_time / 2 * s->dz_two + INK_CONV_SLACK : p.dz_two;
    p.rows = p.columns + ink__rounded(layer->filters);
    p.end = p.rows + (layer->pairs ? 2 : 1) * row;
    return p;
}

/* scratch forward: packed weights. Backward: the same for the way back, then the groups' sums of
 * weights and biases. local: padded pictures, padded slopes, sums of columns. */
void ink__conv_memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    if (ink__conv_has_tiles(layer)) {
        ink__conv_tiles_memory(layer, batch, training, memory);
        return;
    }
    if (ink__conv_is_depthwise(layer)) {
        ink__conv_depthwise_memory(layer, batch, training, memory);
        return;
    }
    sizes s = sizes_of(layer);
    if (ink__activation_needs_input(layer->activation))
        memory->saved = batch * ink__shape_size(layer->out);
    memory->scratch = memory->packed = s.packed;
    memory->local = s.at_a_time * s.x + INK_CONV_SLACK;
    if (!training)
        return;
    size_t sums =
        s.packed_back + ink__conv_groups(batch) * (s.weights + ink__rounded(layer->filters));
    size_t back = places_of(layer, &s).end;
    memory->scratch = sums > s.packed ? sums : s.packed;
    memory->local = back > memory->local ? back : memory->local;
}

typedef struct job {
    const ink__layer *layer;
    const ink__pass *pass;
    ink__conv conv, back;
    ink__conv read, read_back; /* as they are multiplied */
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
    ink__conv c = ink__conv_of(layer), back = ink__conv_back(&c);
    return (job){.layer = layer,
                 .pass = pass,
                 .conv = c,
                 .back = back,
                 .read = read_as(layer, &c),
                 .read_back = read_as(layer, &back),
                 .size = sizes_of(layer),
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

static void pad(const job *j, const float *x, size_t row, size_t rows, float *padded)
{
    if (j->read.pairs)
        ink__conv_pad_paired(j->pass->kernels, &j->read, x, row, rows, (ink__bf16x2 *)padded);
    else
        ink__conv_pad(&j->conv, x, row, rows, padded);
}

static void forward_rows(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    const ink__conv *c = &j->read;
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
            pad(j, j->x + (i + k) * j->in_size, row, rows, padded + k * j->size.x);
        ink__conv_run(pass->kernels, c, padded, j->size.x, j->packed, j->bias, count, rows, z,
                      j->out_size);
        for (size_t k = 0; f != INK_ACTIVATION_IDENTITY && k < count; k++)
            pass->kernels->activate(f, n, z + k * j->out_size, y + k * j->out_size);
    }
}

void ink__conv_pack_layer(const ink__layer *layer, const ink__pass *pass, float *packed)
{
    ink__conv c = ink__conv_of(layer), read = read_as(layer, &c);
    if (ink__conv_has_tiles(layer))
        ink__conv_tiles_pack(layer, pass, packed);
    else
        ink__conv_pack(pass->kernels, &read, weights_of(layer, pass), packed);
}

void ink__conv_forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    if (ink__conv_has_tiles(layer)) {
        ink__conv_tiles_forward(layer, pass, x, y);
        return;
    }
    if (ink__conv_is_depthwise(layer)) {
        ink__conv_depthwise_forward(layer, pass, x, y);
        return;
    }
    job j = job_of(layer, pass);
    j.x = x;
    j.out = y;
    j.bias = layer->plain ? NULL : pass->w + bias_offset(layer);
    j.each = pass->count >= INK_CONV_MANY ? j.size.at_a_time : 1;
    j.blocks = ink__conv_blocks(pass->count, j.conv.out_height, &j.rows);
    if (pass->packed)
        j.packed = pass->packed;
    else
        ink__conv_pack(pass->kernels, &j.read, weights_of(layer, pass), pass->scratch);
    ink__parallel_for(pass->pool, (pass->count + j.each - 1) / j.each * j.blocks, forward_rows, &j);
}

/* ---- backward ---- */

/* What a thread works on: a few pictures. */
typedef struct few {
    size_t first, count;
    float *x, *dz, *dz_two, *columns, *rows;
    float *sums, *biases; /* of the group */
} few;

/* dz of row y of picture i, before its border is around it. */
static void slope_row(const job *j, size_t i, size_t y, float *dz)
{
    const ink__pass *pass = j->pass;
    size_t n = j->back.width * j->back.channels, at = i * j->out_size + y * n;
    ink__activation f = pass->through ? INK_ACTIVATION_IDENTITY : j->layer->activation;
    pass->kernels->activate_back(f, n, j->dy + at, pass->saved ? pass->saved + at : NULL, j->y + at,
                                 dz);
}

/* biases += the sums of `pixels` pixels of dz. */
static void add_biases(const job *j, const few *f, size_t pixels, const float *dz)
{
    size_t filters = j->conv.filters;
    if (j->layer->plain)
        return;
    j->pass->kernels->column_sums(pixels, filters, dz, filters, f->columns);
    j->pass->kernels->add(filters, f->columns, f->biases);
}

/* dz of picture k of the few, inside its border. */
static void slope_picture(const job *j, const few *f, size_t k)
{
    const ink__conv *back = &j->back;
    float *padded = f->dz + k * j->size.dz;
    for (size_t y = 0; y < back->height; y++) {
        float *to = ink__conv_pixel(back, padded, y);
        slope_row(j, f->first + k, y, back->spread == 1 ? to : f->rows);
        for (size_t p = 0; back->spread > 1 && p < back->width; p++)
            memcpy(to + p * back->spread * back->channels, f->rows + p * back->channels,
                   back->channels * sizeof *to);
    }
    add_biases(j, f, ink__conv_padded_size(back) / j->conv.filters, padded);
}

/* The gradient of weights and biases from a few pictures, and their padded slopes for dx. */
static void weights_of_pictures(const job *j, const few *f)
{
    for (size_t k = 0; k < f->count; k++) {
        if (!j->layer->type->fixed)
            ink__conv_pad(&j->conv, j->x + (f->first + k) * j->in_size, 0, j->conv.out_height,
                          f->x + k * j->size.x);
        slope_picture(j, f, k);
    }
    if (!j->layer->type->fixed)
        ink__conv_weights(j->pass->kernels, &j->conv, f->x, j->size.x, f->dz, j->size.dz, f->count,
                          f->sums, true);
}

/* dz of pictures k and k+1, the latter perhaps beyond the last: as pairs of channels and as pairs
 * of the two. */
static void slope_two(const job *j, const few *f, size_t k)
{
    const ink__kernels *kernels = j->pass->kernels;
    size_t n = j->back.width * j->back.channels, pictures = f->count - k < 2 ? 1 : 2;
    float *two = f->dz_two + k / 2 * j->size.dz_two;
    memset(f->rows, 0, 2 * n * sizeof *f->rows);
    for (size_t y = 0; y < j->back.height; y++) {
        for (size_t p = 0; p < pictures; p++) {
            float *row = f->rows + p * n, *padded = f->dz + (k + p) * j->size.dz;
            slope_row(j, f->first + k + p, y, row);
            kernels->pair_up(n, row, (ink__bf16x2 *)ink__conv_pixel(&j->read_back, padded, y));
            add_biases(j, f, j->back.width, row);
        }
        kernels->pair_rows(n, f->rows, f->rows + n,
                           (ink__bf16x2 *)ink__conv_pixel(&j->back, two, y));
    }
}

/* The same as weights_of_pictures, of pairs. */
static void weights_of_pairs(const job *j, const few *f)
{
    ink__conv two = j->conv;
    two.pairs = true;
    for (size_t k = 0; k < f->count; k += 2) {
        const float *x = j->x + (f->first + k) * j->in_size;
        ink__conv_pad_two(j->pass->kernels, &j->conv, x, k + 1 < f->count ? x + j->in_size : x,
                          (ink__bf16x2 *)(f->x + k / 2 * j->size.x_two));
        slope_two(j, f, k);
    }
    ink__conv_weights(j->pass->kernels, &two, f->x, j->size.x_two, f->dz_two, j->size.dz_two,
                      (f->count + 1) / 2, f->sums, true);
}

static void backward_group(void *context, size_t group, size_t thread)
{
    const job *j = context;
    const ink__pass *pass = j->pass;
    size_t groups = ink__conv_groups(pass->count), most = j->size.at_a_time;
    size_t first = pass->count * group / groups, end = pass->count * (group + 1) / groups;
    float *local = pass->local + thread * pass->local_size, *sums = j->sums + group * j->sum_step;
    places at = places_of(j->layer, &j->size);
    few f = {.x = local + at.x,
             .dz = local + at.dz,
             .dz_two = local + at.dz_two,
             .columns = local + at.columns,
             .rows = local + at.rows,
             .sums = sums,
             .biases = sums + j->size.weights};
    memset(local, 0, at.columns * sizeof *local);
    memset(sums, 0, j->sum_step * sizeof *sums);
    for (f.first = first; f.first < end; f.first += most) {
        f.count = end - f.first < most ? end - f.first : most;
        if (j->layer->pairs)
            weights_of_pairs(j, &f);
        else
            weights_of_pictures(j, &f);
        if (j->out)
            ink__conv_run(pass->kernels, &j->read_back, f.dz, j->size.dz, j->packed, NULL, f.count,
                          j->conv.height, j->out + f.first * j->in_size, j->in_size);
    }
}

/* Sums that groups of pictures have made of the weights' gradient. */
typedef struct finish {
    const ink__layer *layer;
    const ink__pass *pass;
    float *sums;
    size_t step, groups;
} finish;

/* Adds the groups' sums up, in order, for a stretch of the weights; the step of the optimiser
 * follows at once where it may. */
static void finish_weights(void *context, size_t task, size_t thread)
{
    const finish *f = context;
    size_t first, n = ink__rows_of(INK_ELEMENTS_PER_TASK, f->layer->parts[0].count, task, &first);
    size_t g_row;
    (void)thread;
    float *sum = f->sums + first;
    for (size_t group = 1; group < f->groups; group++)
        f->pass->kernels->add(n, sum + group * f->step, sum);
    float *g = ink__sink_place(f->layer, f->pass, first, n, sum, n, &g_row);
    if (g != sum)
        memcpy(g, sum, n * sizeof *g);
    ink__sink_block(f->layer, f->pass, INK_GROUP_CONV, first, 1, n, n, g, n);
}

void ink__conv_finish(const ink__layer *layer, const ink__pass *pass, float *sums, size_t step,
                      size_t groups, const float *biases)
{
    finish f = {.layer = layer, .pass = pass, .sums = sums, .step = step, .groups = groups};
    size_t tasks = (layer->parts[0].count + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK;
    if (!layer->type->fixed)
        ink__parallel_for(pass->pool, tasks, finish_weights, &f);
    if (!layer->plain)
        ink__sink_vector(layer, pass, bias_offset(layer), layer->filters, biases);
}

void ink__conv_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                        const float *y, const float *dy, float *dx)
{
    if (ink__conv_has_tiles(layer)) {
        ink__conv_tiles_backward(layer, pass, x, y, dy, dx);
        return;
    }
    if (ink__conv_is_depthwise(layer)) {
        ink__conv_depthwise_backward(layer, pass, x, y, dy, dx);
        return;
    }
    job j = job_of(layer, pass);
    size_t groups = ink__conv_groups(pass->count);
    j.x = x;
    j.y = y;
    j.dy = dy;
    j.out = dx;
    j.sums = pass->scratch + j.size.packed_back;
    j.sum_step = j.size.weights + ink__rounded(j.conv.filters);
    if (dx) /* before the weights move */
        ink__conv_pack_back(pass->kernels, &j.conv, layer->pairs, weights_of(layer, pass),
                            pass->scratch);
    ink__parallel_for(pass->pool, groups, backward_group, &j);
    float *biases = j.sums + j.size.weights;
    for (size_t group = 1; group < groups; group++)
        pass->kernels->add(j.conv.filters, biases + group * j.sum_step, biases);
    ink__conv_finish(layer, pass, j.sums, j.sum_step, groups, biases);
}

const ink__layer_type ink__layer_conv = {
    .name = "conv",
    .activates = true,
    .read = read_words,
    .plan = plan,
    .memory = ink__conv_memory,
    .init = init,
    .forward = ink__conv_forward,
    .pack = ink__conv_pack_layer,
    .backward = ink__conv_backward,
};
