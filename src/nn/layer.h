/* A layer is one row in a table: how it reads from text, what sizes follow, how it starts, forward
 * and backward. Layers own nothing; they are offsets into the network's vectors.
 *
 * Adding a layer: one file with an ink__layer_type, one row in layer.c, one page in docs/layers,
 * one row in tests/test_gradient.c. */
#ifndef INK_NN_LAYER_H
#define INK_NN_LAYER_H

#include "base/error.h"
#include "base/pool.h"
#include "inkling/network.h"
#include "kernel/convolve.h"
#include "kernel/kernel.h"
#include "nn/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ink__shape {
    size_t height, width, channels;
} ink__shape;

static inline size_t ink__shape_size(ink__shape shape)
{
    return shape.height * shape.width * shape.channels;
}

typedef struct ink__layer_type ink__layer_type;

enum { INK_LAYER_TENSORS = 4 };

#define INK_NORM_EPSILON 1e-5 /* added to variances before their root is divided by */

/* Parameters that an optimiser steps alike. */
typedef enum ink__group {
    INK_GROUP_BIAS,  /* biases and norms: no weight decay */
    INK_GROUP_DENSE, /* weights of dense layers */
    INK_GROUP_CONV,  /* weights of convolutions */
    INK_GROUPS
} ink__group;

/* A named array inside the layer's part of the parameters or the state. */
typedef struct ink__part_name {
    const char *name;
    bool state;
    ink__group group;
    size_t offset, count;
    int rank;
    size_t shape[4];
} ink__part_name;

/* A window that moves over a picture: of a convolution or of pooling. */
typedef struct ink__window {
    size_t height, width, stride;
    bool valid;   /* only whole windows; otherwise zeros around, and in/stride steps */
    bool average; /* pooling: the mean, not the largest */
} ink__window;

typedef struct ink__layer {
    const ink__layer_type *type;
    char text[96];
    int from;    /* the layer before; -1 = the network's input */
    int other;   /* residual: the second input, likewise */
    int opens;   /* "residual(" that stand before it */
    bool barred; /* "|" stands before it */
    bool learns; /* it or a layer before it has parameters */
    ink__shape in, out;
    double argument; /* the number behind the name: nodes, probability, deviation */
    ink__window window;
    size_t filters, groups;
    bool pairs;                 /* conv: multiplied as bfloat16 */
    bool plain;                 /* conv, dense: without bias; norm: without scale */
    ink__activation activation; /* done by the layer itself on its way out; IDENTITY = none */
    bool activated;             /* an activation was named, be it the identity */
    size_t w_offset, w_count;   /* in the parameter vector */
    size_t state_offset, state_count;
    ink__part_name parts[INK_LAYER_TENSORS];
    size_t part_count;
} ink__layer;

/* Where gradients go: into a vector, or straight into a step of the optimiser while they are still
 * in the cache. */
typedef struct ink__sink {
    float *gradient;            /* the whole vector, or NULL: then the rest is used */
    const ink__update *updates; /* [INK_GROUPS] */
    float *w, *v, *s;           /* whole vectors; v and s NULL where the rule has no use for them */
} ink__sink;

/* Everything a layer may use while it works on one batch. */
typedef struct ink__pass {
    ink_pool *pool;
    const ink__kernels *kernels;
    size_t count;         /* samples */
    bool training, still; /* still: as in training, but the state stays */
    uint64_t key;         /* of this layer in this step, for dropout and noise */
    const float *w;       /* the layer's parameters */
    float *state;         /* the layer's state; written only in training, and not when still */
    float *saved;         /* the layer's own memory from forward to backward */
    float *scratch;       /* shared by all layers, for one call */
    float *local;         /* scratch of thread t: local + t * local_size */
    size_t local_size;
    const float *packed; /* forward: the weights as `pack` left them; NULL = not done */
    const ink__sink *sink;
    const float *x2; /* residual: its second input */
    bool through;    /* backward: dy is already with respect to the pre-activation */
} ink__pass;

/* dz = dy f'(z) of the whole batch, for a layer that saves z where f needs it. dz may be dy. */
void ink__slopes(const ink__layer *layer, const ink__pass *pass, const float *y, const float *dy,
                 float *dz);

/* Floats to the end of a cache line, where the next array begins. */
static inline size_t ink__rounded(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

/* Floats a layer needs for a batch. A batch has at most 2^24 samples, and a layer takes and gives
 * fewer than 2^31 numbers a sample and has as few weights (text.c sees to it): no product of a
 * batch and one of these overflows 64 bits. */
typedef struct ink__memory {
    size_t saved, scratch, local;
    size_t packed; /* weights as forward reads them, if it does not read w itself */
} ink__memory;

struct ink__layer_type {
    const char *name;
    const char *argument; /* what the number means, for messages; NULL = the layer takes none */
    double least, most;   /* its range */
    bool whole;           /* it must be an integer */
    bool activates;       /* the activation that follows becomes part of the layer */
    bool fixed; /* the weights are computed from data, not learned; they are in the state */
    /* Reads more than one number; writes the layer's text. NULL = `argument` says it all. */
    ink_status (*read)(ink__layer *layer, ink__words *words, ink_error *err);
    /* Fills out, w_count, state_count and parts from in and argument. */
    ink_status (*plan)(ink__layer *layer, ink_error *err);
    /* NULL = nothing needed. */
    void (*memory)(const ink__layer *layer, size_t batch, bool training, ink__memory *memory);
    /* w and state are zero; NULL = they stay so. `relu_like`: what follows halves the variance. */
    void (*init)(const ink__layer *layer, float *w, float *state, ink_init how, bool relu_like,
                 uint64_t key);
    void (*forward)(const ink__layer *layer, const ink__pass *pass, const float *x, float *y);
    /* dx may be NULL: nobody asks. Parameter gradients go to ink__sink_block. dy is not changed. */
    void (*backward)(const ink__layer *layer, const ink__pass *pass, const float *x, const float *y,
                     const float *dy, float *dx);
    /* Writes the weights as forward reads them; NULL = it reads w itself. */
    void (*pack)(const ink__layer *layer, const ink__pass *pass, float *packed);
    /* Computes the layer's state from `count` samples of its input, once, before training. */
    ink_status (*prepare)(const ink__layer *layer, float *state, const float *x, size_t count,
                          ink_error *err);
};

/* A row of the table by name; an activation's name gives the activation layer. NULL if unknown. */
const ink__layer_type *ink__layer_type_find(const char *name);
/* "dense, relu, ..." for messages. */
const char *ink__layer_type_names(void);
/* Looks an activation up; false if the name is none. */
bool ink__activation_find(const char *name, ink__activation *activation);
const char *ink__activation_name(ink__activation activation);
/* SiLU and GELU: the way back needs the pre-activation. */
bool ink__activation_needs_input(ink__activation activation);

extern const ink__layer_type ink__layer_dense, ink__layer_conv, ink__layer_whiten, ink__layer_pool,
    ink__layer_residual, ink__layer_activation, ink__layer_softmax, ink__layer_norm,
    ink__layer_layernorm, ink__layer_dropout, ink__layer_noise, ink__layer_scale,
    ink__layer_flatten;

/* Is the gradient with respect to the layer's input just the one with respect to its output? Then
 * `backward` is not called. `through` as in ink__pass. */
bool ink__passes_slope(const ink__layer *layer, bool through);
/* Does the layer multiply by a matrix of weights: is it dense or a convolution? */
bool ink__layer_weighs(const ink__layer *layer);
/* Standard deviation of first weights with so many inputs and outputs each. */
double ink__init_deviation(ink_init how, bool relu_like, double inputs, double outputs);

/* Where to put a block of the gradient that lies at `offset` of the layer's parameters, with
 * `row` floats between its rows: the place in the gradient vector itself, or `local`. */
float *ink__sink_place(const ink__layer *layer, const ink__pass *pass, size_t offset, size_t row,
                       float *local, size_t cols, size_t *g_row);
/* The block is complete: if it is not in the gradient vector, step the optimiser with it. */
void ink__sink_block(const ink__layer *layer, const ink__pass *pass, ink__group group,
                     size_t offset, size_t rows, size_t cols, size_t row, const float *g,
                     size_t g_row);

/* The same for a whole small vector, of biases or a norm, that lies elsewhere. */
void ink__sink_vector(const ink__layer *layer, const ink__pass *pass, size_t offset, size_t count,
                      const float *g);

/* How element-wise work is cut: tasks of this many elements, by shape alone. */
enum { INK_ELEMENTS_PER_TASK = 8192 };
/* What the tasks of such work share. */
typedef struct ink__rows_job {
    const ink__layer *layer;
    const ink__pass *pass;
    const float *x, *y, *dy;
    float *out;
    size_t rows; /* samples a task */
} ink__rows_job;
/* How many rows of `width` have about that many elements. */
size_t ink__rows_per_task(size_t width);
/* The pixels of so many samples that enter `layer`; a vector is one. */
static inline size_t ink__pixels(const ink__layer *layer, size_t samples)
{
    return samples * layer->in.height * layer->in.width;
}
/* Tasks of ink__rows_per_task(channels) of them each. */
static inline size_t ink__pixel_tasks(const ink__layer *layer, size_t samples)
{
    size_t each = ink__rows_per_task(layer->in.channels);
    return (ink__pixels(layer, samples) + each - 1) / each;
}
/* The rows of task `index`: first and how many. */
static inline size_t ink__rows_of(size_t rows, size_t count, size_t index, size_t *first)
{
    *first = index * rows;
    return count - *first < rows ? count - *first : rows;
}

#endif
