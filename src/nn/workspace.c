/* Running a network: one arena for all activations of a batch, the way forward and the way back.
 * Nothing is allocated after ink_workspace_new. */
#include "nn/network.h"

#include "base/memory.h"
#include "base/random.h"
#include "nn/cost.h"

#include <assert.h>
#include <string.h>

typedef struct plan {
    size_t total, scratch, local, widest;
    size_t largest; /* the layer that takes most */
    int slots;
} plan;

/* The largest size there is where the sum is larger: nobody can allocate that. The products of a
 * single layer do not come near it (layer.h), those of a thousand layers together may. */
static size_t plus(size_t a, size_t b)
{
    size_t sum;
    return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static int slots_needed(const ink_network *network, ink_workspace *ws);

static ink__memory memory_of(const ink_workspace *ws, size_t i)
{
    const ink__layer *layer = &ws->network->layers[i];
    ink__memory memory = {0};
    if (layer->type->memory)
        layer->type->memory(layer, ws->batch, ws->training, &memory);
    return memory;
}

static plan plan_memory(const ink_network *network, ink_workspace *ws)
{
    plan p = {.widest = ink__shape_size(network->in)};
    size_t most = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        ink__memory memory = memory_of(ws, i);
        size_t nodes = ink__shape_size(layer->out);
        size_t own = ink__rounded(ws->batch * nodes) + ink__rounded(memory.saved);
        p.total = plus(p.total, own);
        own = plus(own, plus(memory.scratch, memory.local));
        p.largest = own > most ? i : p.largest;
        most = own > most ? own : most;
        p.scratch = memory.scratch > p.scratch ? memory.scratch : p.scratch;
        p.local = memory.local > p.local ? memory.local : p.local;
        p.widest = nodes > p.widest ? nodes : p.widest;
    }
    p.local = ink__rounded(p.local);
    if (ws->training)
        p.slots = slots_needed(network, ws);
    for (int i = 0; i < p.slots; i++)
        p.total = plus(p.total, ink__rounded(ws->batch * p.widest));
    for (size_t i = 0; i < ink_pool_threads(ws->pool); i++)
        p.total = plus(p.total, p.local);
    p.total = plus(p.total, ink__rounded(p.scratch) + 64);
    return p;
}

static float *allocate(const ink_workspace *ws, const plan *p, ink_error *err)
{
    float *arena = ink__alloc(p->total, sizeof *arena, NULL);
    if (!arena)
        ink__fail(err, INK_ENOMEM,
                  "out of memory: a batch of %zu samples takes %.3g GB on its way through the "
                  "network, most of them in layer %zu (%s); take a smaller batch",
                  ws->batch, 4e-9 * (double)p->total, p->largest + 1,
                  ws->network->layers[p->largest].text);
    return arena;
}

static float *carve(float **at, size_t floats)
{
    float *piece = *at;
    *at += ink__rounded(floats);
    return floats ? piece : NULL;
}

static void place(ink_workspace *ws, const plan *p)
{
    float *at = ws->arena;
    for (size_t i = 0; i < ws->network->layer_count; i++) {
        const ink__layer *layer = &ws->network->layers[i];
        ink__memory memory = memory_of(ws, i);
        ws->y[i] = carve(&at, ws->batch * ink__shape_size(layer->out));
        ws->saved[i] = carve(&at, memory.saved);
    }
    for (int i = 0; i < p->slots; i++)
        ws->slots[i] = carve(&at, ws->batch * p->widest);
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
    ink_workspace *ws = ink__alloc(1, sizeof *ws, err);
    if (!ws)
        return NULL;
    *ws = (ink_workspace){.network = network, .batch = batch, .training = training, .pool = pool};
    ws->y = ink__alloc(network->layer_count, sizeof *ws->y, err);
    ws->saved = ink__alloc(network->layer_count, sizeof *ws->saved, err);
    ws->slope = ink__alloc(network->layer_count + 1, sizeof *ws->slope, err);
    if (ws->y && ws->saved && ws->slope) {
        plan p = plan_memory(network, ws);
        ws->arena = allocate(ws, &p, err);
        if (ws->arena) {
            place(ws, &p);
            return ws;
        }
    }
    ink_workspace_free(ws);
    return NULL;
}

void ink_workspace_free(ink_workspace *ws)
{
    if (!ws)
        return;
    ink__free(ws->y);
    ink__free(ws->saved);
    ink__free(ws->slope);
    ink__free(ws->arena);
    ink__free(ws->packed);
    ink__free(ws->packed_arena);
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
                       .still = ws->still,
                       .key = training ? ink__key(key, 0x1a7e, i) : 0,
                       .w = network->w + layer->w_offset,
                       .state = network->state + layer->state_offset,
                       .saved = ws->saved[i],
                       .scratch = ws->scratch,
                       .local = ws->local,
                       .local_size = ws->local_size,
                       .packed = ws->packed ? ws->packed[i] : NULL};
}

ink_status ink_workspace_pack(ink_workspace *ws, ink_error *err)
{
    size_t layers = ws->network->layer_count, total = 0;
    if (!ws->packed) {
        for (size_t i = 0; i < layers; i++)
            total += ink__rounded(memory_of(ws, i).packed);
        ws->packed_arena = ink__alloc(total, sizeof *ws->packed_arena, err);
        const float **packed = ink__alloc(layers, sizeof *packed, err);
        if (!ws->packed_arena || !packed) {
            ink__free(ws->packed_arena);
            ink__free(packed);
            ws->packed_arena = NULL;
            return INK_ENOMEM;
        }
        ws->packed = packed;
    }
    float *at = ws->packed_arena;
    for (size_t i = 0; i < layers; i++) {
        const ink__layer *layer = &ws->network->layers[i];
        float *packed = carve(&at, memory_of(ws, i).packed);
        ink__pass pass = pass_for(ws->network, ws, i, ws->batch, false, 0);
        if (packed)
            layer->type->pack(layer, &pass, packed);
        ws->packed[i] = packed;
    }
    return INK_OK;
}

static const float *output_of(const ink_workspace *ws, int layer, const float *x)
{
    return layer < 0 ? x : ws->y[layer];
}

void ink__network_forward(const ink_network *network, ink_workspace *ws, const float *x,
                          size_t count, bool training, uint64_t key)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        ink__pass pass = pass_for(network, ws, i, count, training, key);
        pass.x2 = output_of(ws, layer->other, x);
        layer->type->forward(layer, &pass, output_of(ws, layer->from, x), ws->y[i]);
    }
}

double ink__network_cost(const ink_network *network, const ink_workspace *ws, const float *t,
                         size_t count, ink_cost cost)
{
    return ink_cost_value(cost, ink__ends_in_softmax(network), ws->y[network->layer_count - 1], t,
                          count, ink_network_output_size(network));
}

/* ---- the way back ----
 *
 * Every gradient with respect to a layer's output lives in a slot until that layer has used it.
 * Where branches meet, one slot may be the gradient of several outputs: it counts its users, and
 * what is added to it is added in place only for the last of them. The same walk, without
 * computing, finds how many slots a network needs. */

enum { NOBODY = -1 };

typedef struct walk {
    const ink_network *network;
    ink_workspace *ws;
    const float *x;
    size_t count;
    uint64_t key;
    const ink__sink *sink; /* NULL = only count slots */
    bool fused;            /* the cost's slope is already that before the last activation */
    bool input;            /* somebody asks for the gradient with respect to the input */
    int most;              /* slots used so far */
} walk;

static int take_slot(walk *w)
{
    int slot = 0;
    while (w->ws->users[slot] > 0)
        slot++;
    assert(slot < INK_MOST_SLOTS);
    w->ws->users[slot] = 1;
    w->most = slot + 1 > w->most ? slot + 1 : w->most;
    return slot;
}

typedef struct sum {
    const ink__kernels *kernels;
    const float *x;
    float *y;
    size_t size;
} sum;

static void add_chunk(void *context, size_t task, size_t thread)
{
    const sum *s = context;
    size_t first, n = ink__rows_of(INK_ELEMENTS_PER_TASK, s->size, task, &first);
    (void)thread;
    s->kernels->add(n, s->x + first, s->y + first);
}

/* slot `to` += slot `from`. */
static void add_slots(const walk *w, int from, int to, size_t width)
{
    sum s = {ink__kernels_get(), w->ws->slots[from], w->ws->slots[to], w->count * width};
    size_t tasks = (s.size + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK;
    if (w->sink)
        ink__parallel_for(w->ws->pool, tasks, add_chunk, &s);
}

static size_t width_behind(const walk *w, int layer)
{
    return ink__shape_size(layer < 0 ? w->network->in : w->network->layers[layer].out);
}

/* The gradient in `slot`, of which the caller is one user, belongs to the output of `layer`; if
 * other readers of that output have delivered before, it is added to theirs. */
static void deliver(walk *w, int slot, int layer)
{
    int *place = &w->ws->slope[1 + layer], *users = w->ws->users;
    if (*place == NOBODY) {
        *place = slot;
        return;
    }
    if (users[slot] > 1 && users[*place] > 1) { /* both are needed as they are */
        int fresh = take_slot(w);
        size_t width = width_behind(w, layer);
        if (w->sink)
            memcpy(w->ws->slots[fresh], w->ws->slots[slot],
                   w->count * width * sizeof *w->ws->slots[fresh]);
        users[slot]--;
        slot = fresh;
    }
    int to = users[slot] > 1 ? *place : slot, from = to == slot ? *place : slot;
    add_slots(w, from, to, width_behind(w, layer));
    users[from]--;
    *place = to;
}

static bool wanted(const walk *w, int layer)
{
    return layer < 0 ? w->input : w->input || w->network->layers[layer].learns;
}

static void walk_layer(walk *w, size_t i)
{
    const ink__layer *layer = &w->network->layers[i];
    ink_workspace *ws = w->ws;
    int dy = ws->slope[1 + i], dx = NOBODY;
    bool one = wanted(w, layer->from),
         two = layer->type == &ink__layer_residual && wanted(w, layer->other);
    bool passes = ink__passes_slope(layer, w->fused && i + 1 == w->network->layer_count);
    if (dy == NOBODY)
        return;
    if (passes && (one || two)) {
        dx = dy;
        ws->users[dx]++;
    } else if (one || two) {
        dx = take_slot(w);
    }
    if (w->sink && !passes) {
        ink__pass pass = pass_for(w->network, ws, i, w->count, true, w->key);
        pass.sink = w->sink;
        pass.through = w->fused && i + 1 == w->network->layer_count;
        layer->type->backward(layer, &pass, output_of(ws, layer->from, w->x), ws->y[i],
                              ws->slots[dy], dx == NOBODY ? NULL : ws->slots[dx]);
    }
    ws->users[dy]--;
    if (one && two)
        ws->users[dx]++;
    if (one)
        deliver(w, dx, layer->from);
    if (two)
        deliver(w, dx, layer->other);
}

/* From the slot of the cost's slope to the input. */
static void walk_back(walk *w, int slot)
{
    for (size_t i = 0; i <= w->network->layer_count; i++)
        w->ws->slope[i] = NOBODY;
    w->ws->slope[w->network->layer_count] = slot;
    for (size_t i = w->network->layer_count; i-- > 0;)
        walk_layer(w, i);
}

static int slots_needed(const ink_network *network, ink_workspace *ws)
{
    walk w = {.network = network, .ws = ws, .input = true};
    walk_back(&w, take_slot(&w));
    memset(ws->users, 0, sizeof ws->users);
    return w.most;
}

void ink__network_backward(const ink_network *network, ink_workspace *ws, const float *x,
                           const float *t, size_t count, ink_cost cost, uint64_t key,
                           const ink__sink *sink, float *dx)
{
    bool sigmoid = ink__network_last(network)->activation == INK_ACTIVATION_SIGMOID;
    bool fused = cost == INK_COST_CROSS_ENTROPY && (ink__ends_in_softmax(network) || sigmoid);
    walk w = {.network = network,
              .ws = ws,
              .x = x,
              .count = count,
              .key = key,
              .sink = sink,
              .fused = fused,
              .input = dx != NULL};
    memset(ws->users, 0, sizeof ws->users);
    int slot = take_slot(&w);
    ink__cost_slope(cost, fused, ws->y[network->layer_count - 1], t, count,
                    ink_network_output_size(network), ws->slots[slot]);
    walk_back(&w, slot);
    if (dx)
        memcpy(dx, ws->slots[ws->slope[0]], count * ink_network_input_size(network) * sizeof *dx);
}

bool ink__network_needs_preparation(const ink_network *network)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        const float *state = network->state + layer->state_offset;
        bool zero = layer->type->prepare != NULL;
        for (size_t k = 0; zero && k < layer->state_count; k++)
            zero = state[k] == 0;
        if (zero)
            return true;
    }
    return false;
}

ink_status ink__network_prepare(ink_network *network, const float *x, size_t count, ink_error *err)
{
    ink_status status = INK_OK;
    for (size_t i = 0; status == INK_OK && i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        if (layer->type->prepare && ink__network_needs_preparation(network))
            status =
                layer->type->prepare(layer, network->state + layer->state_offset, x, count, err);
    }
    return status;
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
