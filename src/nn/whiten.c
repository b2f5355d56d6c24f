/* A first convolution that is computed, not learned: it turns the patches of the training pictures
 * into numbers that are uncorrelated and of equal size.
 *
 *   C = mean of p p' over patches p (of kh kw channels numbers)     C = V diag(l) V'
 *   filters: + and - of each column of V / sqrt(l + e)
 *
 * So it has 2 kh kw channels filters; with both signs an activation that keeps one side loses
 * nothing. A learned bias follows; without it nothing here is learned, and nobody asks for the
 * slopes of its outputs. It must stand first, where the patches are those of the data.
 * Source: Page, "How to train your ResNet", part 8, 2019; Jordan, "94% on CIFAR-10 in 3.29 seconds
 * on a single GPU", 2024 (e = 5e-4). Eigenvectors by Jacobi's rotations (1846): the matrix is
 * small. */
#include "nn/conv.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EPSILON 5e-4

enum { MOST_INPUTS = 256, SWEEPS = 30 };

static ink_status read_words(ink__layer *layer, ink__words *words, ink_error *err)
{
    size_t sides[2];
    ink_status status = ink__words_sides(words, "whiten", "kernel", 16, sides, err);
    if (status != INK_OK)
        return status;
    layer->window =
        (ink__window){.height = sides[0], .width = sides[1], .stride = 1, .valid = true};
    layer->groups = 1;
    int length = snprintf(layer->text, sizeof layer->text, "whiten %zux%zu", sides[0], sides[1]);
    status = ink__words_once(words, layer->text, "nobias", &layer->plain, err);
    if (status != INK_OK)
        return status;
    if (layer->plain)
        snprintf(layer->text + length, sizeof layer->text - (size_t)length, " nobias");
    if (layer->from >= 0)
        return ink__fail(err, INK_EINVAL,
                         "\"%s\" must be the first layer: it is computed from the pictures",
                         layer->text);
    return INK_OK;
}

static ink_status plan(ink__layer *layer, ink_error *err)
{
    const ink__window *w = &layer->window;
    size_t inputs = w->height * w->width * layer->in.channels;
    layer->filters = 2 * inputs;
    ink_status status = ink__conv_plan_shapes(layer, err);
    if (status != INK_OK)
        return status;
    if (inputs > MOST_INPUTS)
        return ink__fail(err, INK_EINVAL, "\"%s\" would see %zu numbers at once; at most %d",
                         layer->text, inputs, MOST_INPUTS);
    layer->w_count = layer->plain ? 0 : layer->filters;
    layer->state_count = inputs * layer->filters;
    layer->parts[0] =
        (ink__part_name){.name = "weight",
                         .state = true,
                         .count = layer->state_count,
                         .rank = 4,
                         .shape = {w->height, w->width, layer->in.channels, layer->filters}};
    layer->parts[1] = (ink__part_name){
        .name = "bias", .count = layer->filters, .rank = 1, .shape = {layer->filters}};
    layer->part_count = layer->plain ? 1 : 2;
    return INK_OK;
}

/* Adds p p' of every patch of one picture. */
static void add_patches(const ink__layer *layer, const float *x, double *c, float *patch)
{
    const ink__window *w = &layer->window;
    size_t channels = layer->in.channels, run = w->width * channels, n = w->height * run;
    for (size_t y = 0; y < layer->out.height; y++)
        for (size_t at = 0; at < layer->out.width; at++) {
            for (size_t i = 0; i < w->height; i++)
                memcpy(patch + i * run, x + ((y + i) * layer->in.width + at) * channels,
                       run * sizeof *patch);
            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b <= a; b++)
                    c[a * n + b] += (double)(patch[a] * patch[b]);
        }
}

/* Turns rows and columns p and q of the symmetric c so that c[p][q] becomes 0; v follows. False if
 * that is nothing to it. */
static bool rotate(double *c, double *v, size_t n, size_t p, size_t q)
{
    double away = c[p * n + q];
    if (away == 0)
        return false;
    double theta = (c[q * n + q] - c[p * n + p]) / (2 * away);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double cosine = 1 / sqrt(t * t + 1), sine = t * cosine;
    for (size_t k = 0; k < n; k++) {
        double a = c[k * n + p], b = c[k * n + q];
        c[k * n + p] = cosine * a - sine * b;
        c[k * n + q] = sine * a + cosine * b;
    }
    for (size_t k = 0; k < n; k++) {
        double a = c[p * n + k], b = c[q * n + k];
        c[p * n + k] = cosine * a - sine * b;
        c[q * n + k] = sine * a + cosine * b;
        a = v[k * n + p], b = v[k * n + q];
        v[k * n + p] = cosine * a - sine * b;
        v[k * n + q] = sine * a + cosine * b;
    }
    return sine != 0;
}

/* The columns of v become eigenvectors of c, whose diagonal their values. */
static void eigenvectors(double *c, double *v, size_t n)
{
    for (size_t i = 0; i < n * n; i++)
        v[i] = i % (n + 1) == 0;
    bool turned = true;
    for (int sweep = 0; turned && sweep < SWEEPS; sweep++) {
        turned = false;
        for (size_t p = 0; p + 1 < n; p++)
            for (size_t q = p + 1; q < n; q++)
                turned |= rotate(c, v, n, p, q);
    }
}

static ink_status prepare(const ink__layer *layer, float *state, const float *x, size_t count,
                          ink_error *err)
{
    size_t n = layer->filters / 2;
    double *c = ink__alloc(n * n, sizeof *c, err), *v = ink__alloc(n * n, sizeof *v, err);
    float *patch = ink__alloc(n, sizeof *patch, err);
    if (c && v && patch) {
        double patches = (double)(count * layer->out.height * layer->out.width);
        for (size_t i = 0; i < count; i++)
            add_patches(layer, x + i * ink__shape_size(layer->in), c, patch);
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b <= a; b++)
                c[b * n + a] = c[a * n + b] /= patches;
        eigenvectors(c, v, n);
        for (size_t k = 0; k < n; k++)
            for (size_t o = 0; o < n; o++) {
                float w = (float)(v[k * n + o] / sqrt(fmax(c[o * n + o], 0) + EPSILON));
                state[k * 2 * n + o] = w;
                state[k * 2 * n + n + o] = -w;
            }
    }
    bool good = c && v && patch;
    ink__free(c);
    ink__free(v);
    ink__free(patch);
    return good ? INK_OK : INK_ENOMEM;
}

const ink__layer_type ink__layer_whiten = {
    .name = "whiten",
    .activates = true,
    .fixed = true,
    .read = read_words,
    .plan = plan,
    .memory = ink__conv_memory,
    .forward = ink__conv_forward,
    .pack = ink__conv_pack_layer,
    .backward = ink__conv_backward,
    .prepare = prepare,
};
