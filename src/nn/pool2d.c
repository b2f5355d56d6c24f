/* Pooling: each channel of a window becomes one number, its largest or its mean.
 *
 *   max:      y = max over the window     dx += dy at the place of the largest, the first of equals
 *   average:  y = mean over the window    dx += dy / (window's pixels) in all the window
 *
 * "pool 2" moves a 2x2 window by 2; "pool 3x3 stride 2" lets windows overlap; "pool global" makes
 * one pixel of the picture. Only whole windows are taken: 31 pixels give 15 windows of 2.
 * Source: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
 * recognition", 1998; Lin, Chen, Yan, "Network in network", 2013 (global). */
#include "nn/layer.h"

#include <stdio.h>
#include <string.h>

enum { MOST_PLACES = 65536 }; /* where the largest may lie: two bytes remember it */

static ink_status read_stride(ink__layer *layer, ink__words *words, ink_error *err)
{
    ink__window *w = &layer->window;
    char said[40];
    snprintf(said, sizeof said, "pool %zux%zu stride", w->height, w->width);
    return ink__words_whole(words, said, "pixels", 1, 255, &w->stride, err);
}

static ink_status read_words(ink__layer *layer, ink__words *words, ink_error *err)
{
    ink__window *w = &layer->window;
    ink__words rest = *words;
    char word[INK_WORD] = "";
    size_t sides[2] = {0};
    ink_status status = INK_OK;
    bool global = ink__words_take(words, "global");
    if (!global && ink__words_next(&rest, word) && strchr(word, 'x'))
        status = ink__words_sides(words, "pool", "window", 255, sides, err);
    else if (!global) {
        status = ink__words_whole(words, "pool", "window's side (or \"global\")", 1, 255, &sides[0],
                                  err);
        sides[1] = sides[0];
    }
    *w = (ink__window){.height = sides[0], .width = sides[1], .stride = sides[0], .valid = true};
    if (status == INK_OK && !global && ink__words_take(words, "stride"))
        status = read_stride(layer, words, err);
    else if (status == INK_OK && sides[0] != sides[1])
        status = ink__fail(err, INK_EINVAL,
                           "\"pool %s\" must be followed by its stride, such as "
                           "\"stride 2\"",
                           word);
    w->average = ink__words_take(words, "average");
    int used = global ? snprintf(layer->text, sizeof layer->text, "pool global")
               : sides[0] == sides[1]
                   ? snprintf(layer->text, sizeof layer->text, "pool %zu", sides[0])
                   : snprintf(layer->text, sizeof layer->text, "pool %zux%zu", sides[0], sides[1]);
    if (!global && (w->stride != sides[0] || sides[0] != sides[1]))
        used += snprintf(layer->text + used, sizeof layer->text - (size_t)used, " stride %zu",
                         w->stride);
    if (w->average)
        snprintf(layer->text + used, sizeof layer->text - (size_t)used, " average");
    return status;
}

static ink_status plan(ink__layer *layer, ink_error *err)
{
    ink__window *w = &layer->window;
    ink__shape in = layer->in;
    if (w->height == 0) /* global */
        *w = (ink__window){.height = in.height,
                           .width = in.width,
                           .stride = 1,
                           .valid = true,
                           .average = w->average};
    if (!w->average && w->height * w->width > MOST_PLACES)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" looks for the largest of %zux%zu pixels, at most %d: put another "
                         "pool before it, or take the mean with \"%s average\"",
                         layer->text, w->height, w->width, MOST_PLACES, layer->text);
    if (w->height > in.height || w->width > in.width)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" does not fit into %zux%zu pixels: leave it out or begin with "
                         "larger pictures",
                         layer->text, in.height, in.width);
    layer->out = (ink__shape){(in.height - w->height) / w->stride + 1,
                              (in.width - w->width) / w->stride + 1, in.channels};
    return INK_OK;
}

/* saved: the places of the largest, two bytes each. */
static void memory(const ink__layer *layer, size_t batch, bool training, ink__memory *memory)
{
    (void)training;
    if (!layer->window.average)
        memory->saved = (batch * ink__shape_size(layer->out) + 1) / 2;
}

static void average(const ink__window *w, size_t row, size_t channels, const float *x, float *y)
{
    float share = 1.0f / (float)(w->height * w->width);
    memset(y, 0, channels * sizeof *y);
    for (size_t i = 0; i < w->height; i++)
        for (size_t j = 0; j < w->width; j++)
            for (size_t c = 0; c < channels; c++)
                y[c] += x[i * row + j * channels + c];
    for (size_t c = 0; c < channels; c++)
        y[c] *= share;
}

static void average_back(const ink__window *w, size_t row, size_t channels, const float *dy,
                         float *dx)
{
    float share = 1.0f / (float)(w->height * w->width);
    for (size_t i = 0; i < w->height; i++)
        for (size_t j = 0; j < w->width; j++)
            for (size_t c = 0; c < channels; c++)
                dx[i * row + j * channels + c] += share * dy[c];
}

/* One picture, forward or back. */
static void pool_picture(const ink__rows_job *j, size_t n)
{
    const ink__layer *layer = j->layer;
    const ink__kernels *kernels = j->pass->kernels;
    const ink__window *w = &layer->window;
    size_t channels = layer->in.channels, row = layer->in.width * channels;
    size_t in = n * ink__shape_size(layer->in), out = n * ink__shape_size(layer->out);
    uint16_t *which = (uint16_t *)(void *)j->pass->saved;
    if (j->dy)
        memset(j->out + in, 0, ink__shape_size(layer->in) * sizeof *j->out);
    for (size_t y = 0; y < layer->out.height; y++)
        for (size_t x = 0; x < layer->out.width; x++, out += channels) {
            size_t at = in + y * w->stride * row + x * w->stride * channels;
            if (j->dy && w->average)
                average_back(w, row, channels, j->dy + out, j->out + at);
            else if (j->dy)
                kernels->max_pool_back(w->height, w->width, row, channels, j->dy + out, which + out,
                                       j->out + at);
            else if (w->average)
                average(w, row, channels, j->x + at, j->out + out);
            else
                kernels->max_pool(w->height, w->width, row, channels, j->x + at, j->out + out,
                                  which + out);
        }
}

static void pool_pictures(void *context, size_t task, size_t thread)
{
    const ink__rows_job *j = context;
    size_t first, count = ink__rows_of(j->rows, j->pass->count, task, &first);
    (void)thread;
    for (size_t n = first; n < first + count; n++)
        pool_picture(j, n);
}

static void run(ink__rows_job *j)
{
    j->rows = ink__rows_per_task(ink__shape_size(j->layer->in));
    ink__parallel_for(j->pass->pool, (j->pass->count + j->rows - 1) / j->rows, pool_pictures, j);
}

static void forward(const ink__layer *layer, const ink__pass *pass, const float *x, float *y)
{
    run(&(ink__rows_job){.layer = layer, .pass = pass, .x = x, .out = y});
}

static void backward(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx)
{
    (void)x, (void)y;
    if (dx)
        run(&(ink__rows_job){.layer = layer, .pass = pass, .dy = dy, .out = dx});
}

const ink__layer_type ink__layer_pool = {
    .name = "pool",
    .read = read_words,
    .plan = plan,
    .memory = memory,
    .forward = forward,
    .backward = backward,
};
