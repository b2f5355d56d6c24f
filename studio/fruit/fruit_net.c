/* Small dense networks in double: shape and text, forward, cost, node values. */
#include "studio/fruit/fruit_net.h"

#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- activations: the formulas of the engine ---- */

static const char *const names[] = {"identity", "step", "sigmoid", "tanh",   "relu",
                                    "leaky",    "silu", "gelu",    "softmax"};

const char *fruit_activation_name(fruit_activation f)
{
    return names[f];
}

ink_status fruit_activation_parse(const char *name, bool output, fruit_activation *f,
                                  ink_error *err)
{
    for (size_t i = 0; name && i < (output ? FRUIT_ACTIVATIONS : FRUIT_SOFTMAX); i++)
        if (strcmp(names[i], name) == 0) {
            *f = (fruit_activation)i;
            return INK_OK;
        }
    return say_error(err, INK_EINVAL,
                     "%s has no activation \"%.40s\"; known are identity, step, sigmoid, tanh, "
                     "relu, leaky, silu, gelu%s",
                     output ? "an output layer" : "a hidden layer", name ? name : "",
                     output ? ", softmax" : "");
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

/* GELU by its tanh formula: Hendrycks, Gimpel 2016. */
static double gelu_tanh(double z)
{
    return tanh(0.797884560802865356 * (z + 0.044715 * z * z * z));
}

double fruit_activate(fruit_activation f, double z)
{
    switch (f) {
    case FRUIT_STEP:
        return z > 0 ? 1 : 0;
    case FRUIT_SIGMOID:
        return sigmoid(z);
    case FRUIT_TANH:
        return tanh(z);
    case FRUIT_RELU:
        return z > 0 ? z : 0;
    case FRUIT_LEAKY:
        return z > 0 ? z : 0.01 * z;
    case FRUIT_SILU:
        return z * sigmoid(z);
    case FRUIT_GELU:
        return 0.5 * z * (1 + gelu_tanh(z));
    case FRUIT_IDENTITY:
    case FRUIT_SOFTMAX:
    case FRUIT_ACTIVATIONS:
        break;
    }
    return z;
}

double fruit_slope(fruit_activation f, double z)
{
    double y;
    switch (f) {
    case FRUIT_STEP:
        return 0;
    case FRUIT_SIGMOID:
        return sigmoid(z) * (1 - sigmoid(z));
    case FRUIT_TANH:
        return 1 - tanh(z) * tanh(z);
    case FRUIT_RELU:
        return z > 0 ? 1 : 0;
    case FRUIT_LEAKY:
        return z > 0 ? 1 : 0.01;
    case FRUIT_SILU:
        return sigmoid(z) * (1 + z * (1 - sigmoid(z)));
    case FRUIT_GELU:
        y = gelu_tanh(z);
        return 0.5 * (1 + y) +
               0.5 * z * (1 - y * y) * 0.797884560802865356 * (1 + 3 * 0.044715 * z * z);
    case FRUIT_IDENTITY:
    case FRUIT_SOFTMAX:
    case FRUIT_ACTIVATIONS:
        break;
    }
    return 1;
}

/* ---- shape ---- */

static ink_status check_sizes(const fruit_shape *s, size_t inputs, size_t outputs, ink_error *err)
{
    if (s->inputs != inputs || s->nodes[s->layers - 1] != outputs)
        return say_error(err, INK_EINVAL,
                         "here a network has %zu inputs and %zu output nodes, not %zu and %zu",
                         inputs, outputs, s->inputs, s->nodes[s->layers - 1]);
    for (size_t l = 0; l < s->layers; l++)
        if (s->nodes[l] > FRUIT_NODES)
            return say_error(err, INK_EINVAL,
                             "here a layer has at most %d nodes, and layer %zu has %zu; bigger "
                             "networks have room in Train",
                             FRUIT_NODES, l + 1, s->nodes[l]);
    return INK_OK;
}

static ink_status read_layer(const ink_layer_info *info, bool last, fruit_shape *s, ink_error *err)
{
    char activation[16] = "";
    unsigned long nodes = 0;
    if (sscanf(info->text, "dense %lu %15s", &nodes, activation) >= 1) {
        if (s->layers == FRUIT_LAYERS)
            return say_error(
                err, INK_EINVAL,
                "here a network has at most %d hidden layers; bigger ones have room in Train",
                FRUIT_HIDDEN);
        size_t l = s->layers++;
        s->nodes[l] = nodes;
        s->activations[l] = FRUIT_IDENTITY;
        return *activation ? fruit_activation_parse(activation, false, &s->activations[l], err)
                           : INK_OK;
    }
    bool free_place = s->layers > 0 && s->activations[s->layers - 1] == FRUIT_IDENTITY;
    if (free_place)
        return fruit_activation_parse(info->text, last, &s->activations[s->layers - 1], err);
    return say_error(err, INK_EINVAL,
                     "here networks are dense layers and activations alone, without \"%.60s\"",
                     info->text);
}

ink_status fruit_shape_parse(const char *text, size_t inputs, size_t outputs, fruit_shape *shape,
                             ink_error *err)
{
    if (strlen(text) >= FRUIT_TEXT)
        return say_error(err, INK_EINVAL,
                         "here a network's text has at most 511 characters; \"%.20s...\" has more",
                         text);
    ink_network *network = ink_network_plan(text, err); /* its size is still to be checked */
    if (!network)
        return err->status;
    fruit_shape s = {.inputs = ink_network_input_size(network)};
    size_t count = ink_network_layer_count(network);
    ink_status status = INK_OK;
    for (size_t i = 0; status == INK_OK && i < count; i++) {
        ink_layer_info info = ink_network_layer(network, i);
        status = read_layer(&info, i + 1 == count, &s, err);
    }
    if (status == INK_OK && s.layers == 0)
        status = say_error(err, INK_EINVAL, "the network \"%.60s\" has no layer", text);
    if (status == INK_OK)
        status = check_sizes(&s, inputs, outputs, err);
    ink_network_free(network);
    if (status == INK_OK)
        *shape = s;
    return status;
}

void fruit_shape_text(const fruit_shape *s, char text[FRUIT_TEXT])
{
    int at = snprintf(text, FRUIT_TEXT, "%zu", s->inputs);
    for (size_t l = 0; l < s->layers; l++) {
        at += snprintf(text + at, FRUIT_TEXT - (size_t)at, " dense %zu", s->nodes[l]);
        if (s->activations[l] != FRUIT_IDENTITY)
            at += snprintf(text + at, FRUIT_TEXT - (size_t)at, " %s", names[s->activations[l]]);
    }
}

size_t fruit_layer_inputs(const fruit_shape *s, size_t layer)
{
    return layer == 0 ? s->inputs : s->nodes[layer - 1];
}

static size_t layer_at(const fruit_shape *s, size_t layer)
{
    size_t at = 0;
    for (size_t l = 0; l < layer; l++)
        at += (fruit_layer_inputs(s, l) + 1) * s->nodes[l];
    return at;
}

size_t fruit_weight_at(const fruit_shape *s, size_t layer, size_t from, size_t to)
{
    return layer_at(s, layer) + from * s->nodes[layer] + to;
}

size_t fruit_bias_at(const fruit_shape *s, size_t layer, size_t node)
{
    return fruit_weight_at(s, layer, fruit_layer_inputs(s, layer), node);
}

size_t fruit_parameters(const fruit_shape *s)
{
    return layer_at(s, s->layers);
}

size_t fruit_biases(const fruit_shape *s)
{
    size_t count = 0;
    for (size_t l = 0; l < s->layers; l++)
        count += s->nodes[l];
    return count;
}

fruit_place fruit_place_of(const fruit_shape *s, size_t parameter)
{
    size_t layer = 0;
    while (layer + 1 < s->layers && parameter >= layer_at(s, layer + 1))
        layer++;
    size_t within = parameter - layer_at(s, layer), from = within / s->nodes[layer];
    return (fruit_place){.layer = layer,
                         .from = from,
                         .to = within % s->nodes[layer],
                         .bias = from == fruit_layer_inputs(s, layer)};
}

bool fruit_is_bias(const fruit_shape *s, size_t parameter)
{
    return fruit_place_of(s, parameter).bias;
}

/* A monotone function on both outputs alike moves no boundary between them. */
bool fruit_is_linear(const fruit_shape *s)
{
    for (size_t l = 0; l + 1 < s->layers; l++)
        if (s->activations[l] != FRUIT_IDENTITY)
            return false;
    fruit_activation last = s->activations[s->layers - 1];
    return last == FRUIT_IDENTITY || last == FRUIT_SOFTMAX || last == FRUIT_SIGMOID ||
           last == FRUIT_TANH || last == FRUIT_LEAKY;
}

bool fruit_has_step(const fruit_shape *s)
{
    for (size_t l = 0; l < s->layers; l++)
        if (s->activations[l] == FRUIT_STEP)
            return true;
    return false;
}

bool fruit_is_bounded(const fruit_shape *s)
{
    fruit_activation last = s->activations[s->layers - 1];
    return last == FRUIT_SIGMOID || last == FRUIT_SOFTMAX;
}

/* ---- forward ---- */

static void softmax(const double *z, size_t count, double *a)
{
    double most = z[0], sum = 0;
    for (size_t i = 1; i < count; i++)
        most = fmax(most, z[i]);
    for (size_t i = 0; i < count; i++)
        sum += a[i] = exp(z[i] - most);
    for (size_t i = 0; i < count; i++)
        a[i] /= sum;
}

static double log_of(double y)
{
    return log(y < 1e-12 ? 1e-12 : y); /* the engine's floor */
}

static double cost_of_node(ink_cost cost, bool is_softmax, double a, double t)
{
    if (cost == INK_COST_SQUARED)
        return (a - t) * (a - t);
    double sum = t > 0 ? -t * log_of(a) : 0;
    return is_softmax || t >= 1 ? sum : sum - (1 - t) * log_of(1 - a);
}

static void layer_forward(const fruit_shape *s, size_t l, const double *w, const double *in,
                          fruit_pass *p)
{
    size_t inputs = fruit_layer_inputs(s, l), nodes = s->nodes[l];
    for (size_t j = 0; j < nodes; j++) {
        double sum = w[inputs * nodes + j];
        for (size_t i = 0; i < inputs; i++)
            sum += in[i] * w[i * nodes + j];
        p->z[l][j] = sum;
        p->a[l][j] = fruit_activate(s->activations[l], sum);
    }
    if (s->activations[l] == FRUIT_SOFTMAX)
        softmax(p->z[l], nodes, p->a[l]);
}

void fruit_forward(const fruit_shape *s, const double *w, const double *x, const double *t,
                   ink_cost cost, fruit_pass *p)
{
    size_t last = s->layers - 1;
    memcpy(p->x, x, s->inputs * sizeof *x);
    for (size_t l = 0; l < s->layers; l++)
        layer_forward(s, l, w + layer_at(s, l), l == 0 ? p->x : p->a[l - 1], p);
    p->cost = 0;
    for (size_t j = 0; j < s->nodes[last]; j++) {
        p->terms[j] =
            cost_of_node(cost, s->activations[last] == FRUIT_SOFTMAX, p->a[last][j], t[j]);
        p->cost += p->terms[j];
    }
}

/* ---- backward ---- */

static double slope_of_cost(ink_cost cost, bool is_softmax, double a, double t)
{
    if (cost == INK_COST_SQUARED)
        return 2 * (a - t);
    if (is_softmax)
        return t > 0 ? -t / fmax(a, 1e-12) : 0;
    return (a - t) / fmax(a * (1 - a), 1e-12);
}

/* Each output of a softmax depends on every sum; with cross-entropy all of it shrinks to a - t. */
static void softmax_backward(size_t nodes, const double *a, const double *da, double *dz)
{
    double mean = 0;
    for (size_t j = 0; j < nodes; j++)
        mean += da[j] * a[j];
    for (size_t j = 0; j < nodes; j++)
        dz[j] = a[j] * (da[j] - mean);
}

static void output_backward(const fruit_shape *s, const double *t, ink_cost cost, fruit_pass *p)
{
    size_t l = s->layers - 1;
    fruit_activation f = s->activations[l];
    for (size_t j = 0; j < s->nodes[l]; j++) {
        p->da[l][j] = slope_of_cost(cost, f == FRUIT_SOFTMAX, p->a[l][j], t[j]);
        p->dz[l][j] = p->da[l][j] * fruit_slope(f, p->z[l][j]);
        if (cost == INK_COST_CROSS_ENTROPY && fruit_is_bounded(s))
            p->dz[l][j] = p->a[l][j] - t[j];
    }
    if (f == FRUIT_SOFTMAX && cost == INK_COST_SQUARED)
        softmax_backward(s->nodes[l], p->a[l], p->da[l], p->dz[l]);
}

void fruit_backward(const fruit_shape *s, const double *w, const double *t, ink_cost cost,
                    fruit_pass *p)
{
    output_backward(s, t, cost, p);
    for (size_t l = s->layers - 1; l-- > 0;)
        for (size_t i = 0; i < s->nodes[l]; i++) {
            double sum = 0;
            for (size_t j = 0; j < s->nodes[l + 1]; j++)
                sum += p->dz[l + 1][j] * w[fruit_weight_at(s, l + 1, i, j)];
            p->da[l][i] = sum;
            p->dz[l][i] = sum * fruit_slope(s->activations[l], p->z[l][i]);
        }
}

double fruit_gradient_of(const fruit_shape *s, const fruit_pass *p, size_t parameter)
{
    fruit_place at = fruit_place_of(s, parameter);
    double in = at.bias ? 1 : at.layer == 0 ? p->x[at.from] : p->a[at.layer - 1][at.from];
    return p->dz[at.layer][at.to] * in;
}
