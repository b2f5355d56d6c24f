/* Small dense networks taken apart: every sum, output and node value as a number to look at.
 *
 * The engine computes fast in float32; here the same formulas run in double, one sample at a time,
 * so that a chain rule and a central difference agree to many digits. Parameters lie as in
 * inkling/network.h: for each layer weights[inputs][nodes], then biases[nodes].
 *
 * Thread safety: plain data and pure functions. */
#ifndef INK_STUDIO_FRUIT_NET_H
#define INK_STUDIO_FRUIT_NET_H

#include "inkling/network.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    FRUIT_HIDDEN = 6, /* most hidden layers */
    FRUIT_LAYERS = FRUIT_HIDDEN + 1,
    FRUIT_NODES = 16,                                            /* most in a layer */
    FRUIT_MOST = FRUIT_LAYERS * (FRUIT_NODES + 1) * FRUIT_NODES, /* parameters */
    FRUIT_TEXT = 512 /* room for the longest network's text */
};

typedef enum fruit_activation {
    FRUIT_IDENTITY,
    FRUIT_STEP,
    FRUIT_SIGMOID,
    FRUIT_TANH,
    FRUIT_RELU,
    FRUIT_LEAKY,
    FRUIT_SILU,
    FRUIT_GELU,
    FRUIT_SOFTMAX, /* of the output layer alone */
    FRUIT_ACTIVATIONS
} fruit_activation;

const char *fruit_activation_name(fruit_activation f);
/* "identity step sigmoid tanh relu leaky silu gelu", and "softmax" where `output`. */
ink_status fruit_activation_parse(const char *name, bool output, fruit_activation *f,
                                  ink_error *err);
double fruit_activate(fruit_activation f, double z); /* not softmax */
double fruit_slope(fruit_activation f, double z);    /* da/dz */

typedef struct fruit_shape {
    size_t inputs;
    size_t layers; /* hidden ones and the output */
    size_t nodes[FRUIT_LAYERS];
    fruit_activation activations[FRUIT_LAYERS];
} fruit_shape;

/* Reads what ink_network_new reads, refusing whatever is no plain dense network of these sizes;
 * `inputs` and `outputs` are what it must have. */
ink_status fruit_shape_parse(const char *text, size_t inputs, size_t outputs, fruit_shape *shape,
                             ink_error *err);
void fruit_shape_text(const fruit_shape *shape, char text[FRUIT_TEXT]); /* the long form */
size_t fruit_layer_inputs(const fruit_shape *shape, size_t layer);
size_t fruit_weight_at(const fruit_shape *shape, size_t layer, size_t from, size_t to);
size_t fruit_bias_at(const fruit_shape *shape, size_t layer, size_t node);
size_t fruit_parameters(const fruit_shape *shape);
size_t fruit_biases(const fruit_shape *shape);
bool fruit_is_bias(const fruit_shape *shape, size_t parameter);
bool fruit_is_linear(const fruit_shape *shape);  /* one line, however many layers */
bool fruit_has_step(const fruit_shape *shape);   /* then slopes say nothing */
bool fruit_is_bounded(const fruit_shape *shape); /* outputs between 0 and 1, for cross-entropy */

/* All that one sample leaves behind. */
typedef struct fruit_pass {
    double x[FRUIT_NODES];                /* the inputs */
    double z[FRUIT_LAYERS][FRUIT_NODES];  /* weighted sums */
    double a[FRUIT_LAYERS][FRUIT_NODES];  /* outputs */
    double terms[FRUIT_NODES];            /* cost of each output node */
    double cost;                          /* their sum */
    double da[FRUIT_LAYERS][FRUIT_NODES]; /* dc/da; not of a softmax under cross-entropy */
    double dz[FRUIT_LAYERS][FRUIT_NODES]; /* dc/dz: the node values */
} fruit_pass;

/* Forward and cost against the targets t (one an output node). `w` in double, so that a nudge of a
 * millionth is not lost. */
void fruit_forward(const fruit_shape *shape, const double *w, const double *x, const double *t,
                   ink_cost cost, fruit_pass *pass);
/* After it: node values, from the last layer to the first. */
void fruit_backward(const fruit_shape *shape, const double *w, const double *t, ink_cost cost,
                    fruit_pass *pass);
/* dc/dw of any parameter, from what fruit_backward left. */
double fruit_gradient_of(const fruit_shape *shape, const fruit_pass *pass, size_t parameter);

/* Where a parameter sits: from node `from` (or "bias") to node `to` of a layer. */
typedef struct fruit_place {
    size_t layer, from, to;
    bool bias;
} fruit_place;
fruit_place fruit_place_of(const fruit_shape *shape, size_t parameter);

#endif
