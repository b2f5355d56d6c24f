/* Running a network: one arena for all activations of a batch, the way forward and the way back.
 * Nothing is allocated after ink_workspace_new. */
#include "nn/network.h"

#include "base/memory.h"
#include "base/random.h"
#include "nn/cost.h"

#include <string.h>

/* Each array starts on a cache line of its own. */
static size_t rounded(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

typedef struct plan {
    size_t total, saved, scratch, local, widest;
} plan;

static plan plan_memory(const ink_network *network, size_t batch, bool training)
{
    plan p = {0};
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        ink__memory memory = {0};
        size_t nodes = ink__shape_size(layer->out);
        if (layer->type->memory)
            layer->type->memory(layer, batch, training, &memory);
        p.total += rounded(batch * nodes) + rounded(memory.saved);
        p.scratch = memory.scratch > p.scratch ? memory.scratch : p.scratch;
        p.local = memory.local > p.local ? memory.local : p.local;
        p.widest = nodes > p.widest ? nodes : p.widest;
    }
    return p;
}

static float *carve(float **at, size_t floats)
{
    float *piece = *at;
    *at += rounded(floats);
    return floats ? piece : NULL;
}

static void place(ink_workspace *ws, const plan *p)
{
    float *at = ws->arena;
    for (size_t i = 0; i < ws->network->layer_count; i++) {
        const ink__layer *layer = &ws->network->layers[i];
        ink__memory memory = {0};
        if (layer->type->memory)
            layer->type->memory(layer, ws->batch, ws->training, &memory);
        ws->y[i] = carve(&at, ws->batch * ink__shape_size(layer->out));
        ws->saved[i] = carve(&at, memory.saved);
    }
    for (int i = 0; i < 2 && ws->training; i++)
        ws->slopes[i] = carve(&at, ws->batch * p->widest);
    ws->scratch = carve(&at, p->scratch);
    ws->local = carve(&at, p->local * ink_pool_threads(ws->pool));
    ws->local_size = p->local;
}

ink_workspace *ink_workspace_new(const ink_network *network, size_t batch, bool training,
                                 ink_pool *pool, ink_error *err)
{
    if (batch < 1 || batch > (size_t)1 << 24) {
        ink__fail(err, INK_EINVAL, "a batch has 1 to %zu samples; found %zu", (size_t)1 << 24,
                  batch);
        return NULL;
    }
    plan p = plan_memory(network, batch, training);
    p.local = rounded(p.local);
    size_t total = p.total + (training ? 2 * rounded(batch * p.widest) : 0) + rounded(p.scratch) +
                   p.local * ink_pool_threads(pool) + 64;
    ink_workspace *ws = ink__alloc(1, sizeof *ws, err);
    if (!ws)
        return NULL;
    *ws = (ink_workspace){.network = network, .batch = batch, .training = training, .pool = pool};
    ws->y = ink__alloc(network->layer_count, sizeof *ws->y, err);
    ws->saved = ink__alloc(network->layer_count, sizeof *ws->saved, err);
    ws->arena = ink__alloc(total, sizeof *ws->arena, err);
    if (!ws->y || !ws->saved || !ws->arena) {
        ink_workspace_free(ws);
        return NULL;
    }
    place(ws, &p);
    return ws;
}

void ink_workspace_free(ink_workspace *ws)
{
    if (!ws)
        return;
    ink__free(ws->y);
    ink__free(ws->saved);
    ink__free(ws->arena);
    ink__free(ws);
}

static ink__pass pass_for(const ink_network *network, const ink_workspace *ws, size_t i,
                          size_t count, bool training, uint64_t key)
{
    const ink__layer *layer = &network->layers[i];
    return (ink__pass){.pool = ws->pool,
                       .kernels = ink__kernels_get(),
                       .count = count,
                       .training = training,
                       .key = training ? ink__key(key, 0x1a7e, i) : 0,
                       .w = network->w + layer->w_offset,
                       .state = network->state + layer->state_offset,
                       .saved = ws->saved[i],
                       .scratch = ws->scratch,
                       .local = ws->local,
                       .local_size = ws->local_size};
}

void ink__network_forward(const ink_network *network, ink_workspace *ws, const float *x,
                          size_t count, bool training, uint64_t key)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        ink__pass pass = pass_for(network, ws, i, count, training, key);
        network->layers[i].type->forward(&network->layers[i], &pass, i ? ws->y[i - 1] : x,
                                         ws->y[i]);
    }
}

static bool ends_in_softmax(const ink_network *network)
{
    return ink__network_last(network)->type == &ink__layer_softmax;
}

double ink__network_cost(const ink_network *network, const ink_workspace *ws, const float *t,
                         size_t count, ink_cost cost)
{
    return ink_cost_value(cost, ends_in_softmax(network), ws->y[network->layer_count - 1], t, count,
                          ink_network_output_size(network));
}

/* Is the gradient with respect to the output of layers 0..i-1 of use to anybody? */
static bool anything_learns_before(const ink_network *network, size_t i)
{
    return i > 0 && network->layers[i].w_offset > 0;
}

void ink__network_backward(const ink_network *network, ink_workspace *ws, const float *x,
                           const float *t, size_t count, ink_cost cost, uint64_t key,
                           const ink__sink *sink, float *dx)
{
    const ink__layer *last = ink__network_last(network);
    size_t i = network->layer_count;
    bool sigmoid = last->activation == INK_ACTIVATION_SIGMOID;
    bool fused = cost == INK_COST_CROSS_ENTROPY && (ends_in_softmax(network) || sigmoid);
    bool skip = fused && last->type != &ink__layer_dense && network->layer_count > 1;
    float *dy = ws->slopes[0], *next = ws->slopes[1];
    ink__cost_slope(cost, fused, ws->y[i - 1], t, count, ink_network_output_size(network), dy);
    if (skip)
        i--; /* the slope is already that before the last activation */
    while (i-- > 0) {
        ink__pass pass = pass_for(network, ws, i, count, true, key);
        pass.sink = sink;
        pass.through = fused && !skip && i == network->layer_count - 1;
        float *out = i == 0 ? dx : dx || anything_learns_before(network, i) ? next : NULL;
        network->layers[i].type->backward(&network->layers[i], &pass, i ? ws->y[i - 1] : x,
                                          ws->y[i], dy, out);
        if (i > 0 && !out)
            return;
        next = dy;
        dy = out;
    }
}

const float *ink_predict(const ink_network *network, ink_workspace *ws, const float *x,
                         size_t count)
{
    ink__network_forward(network, ws, x, count, false, 0);
    return ws->y[network->layer_count - 1];
}

const float *ink_workspace_activation(const ink_workspace *ws, size_t layer)
{
    return ws->y[layer];
}

double ink_network_gradient(ink_network *network, ink_workspace *ws, const float *x, const float *t,
                            size_t count, ink_cost cost, uint64_t key, float *gradient)
{
    ink__sink sink = {.gradient = gradient};
    ink__network_forward(network, ws, x, count, true, key);
    double value = ink__network_cost(network, ws, t, count, cost);
    ink__network_backward(network, ws, x, t, count, cost, key, &sink, NULL);
    return value;
}
