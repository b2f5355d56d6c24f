/* Is backpropagation right? Every layer's gradients are held against central differences.
 *
 * In single precision a difference of two costs keeps few digits, so the step is large (1e-2) and
 * its error is removed by Richardson's extrapolation: (4 d(h/2) - d(h)) / 3, where d(h) is the
 * central difference, is exact up to h^4. Kinks (ReLU at 0) within a step would still show; the
 * worst few of many are what is reported, so a network whose sums come near 0 may show one. */
#include "nn/network.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

enum { SAMPLES = 6, CHECKS_PER_LAYER = 64 };
#define STEP 1e-2f

typedef struct check {
    ink_network *network;
    ink_workspace *ws;
    ink_cost cost;
    uint64_t key;
    float *x, *t, *dx, *gradient;
} check;

static double cost_now(check *c)
{
    ink__network_forward(c->network, c->ws, c->x, SAMPLES, true, c->key);
    return ink__network_cost(c->network, c->ws, c->t, SAMPLES, c->cost);
}

static double central(check *c, float *value, float h)
{
    float kept = *value, up = kept + h, down = kept - h;
    *value = up;
    double above = cost_now(c);
    *value = down;
    double below = cost_now(c);
    *value = kept;
    return (above - below) / ((double)up - (double)down);
}

static double reference(check *c, float *value)
{
    return (4 * central(c, value, STEP / 2) - central(c, value, STEP)) / 3;
}

static double largest(const float *values, size_t count)
{
    float most = 0; /* in the values' own type: gcc 12 for AArch64 fails on a wider one */
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, fabsf(values[i]));
    return (double)most;
}

/* The worst relative difference over some of the values, spread evenly. */
static double compare(check *c, float *values, const float *gradient, size_t count, size_t *checked)
{
    double worst = 0, floor_ = 1e-2 * largest(gradient, count) + 1e-7;
    size_t checks = count < CHECKS_PER_LAYER ? count : CHECKS_PER_LAYER;
    for (size_t i = 0; i < checks; i++) {
        size_t at = i * count / checks;
        double other = reference(c, &values[at]), own = (double)gradient[at];
        worst = fmax(worst, fabs(own - other) / (fabs(own) + fabs(other) + floor_));
    }
    *checked = checks;
    return worst;
}

static bool has_step(const ink_network *network)
{
    for (size_t i = 0; i < network->layer_count; i++)
        if (network->layers[i].activation == INK_ACTIVATION_STEP)
            return true;
    return false;
}

static ink_status fill(check *c, uint64_t seed, ink_error *err)
{
    ink_random random = ink__random(ink__key(seed, 0xc4ec, 0));
    size_t inputs = ink_network_input_size(c->network);
    size_t nodes = ink_network_output_size(c->network);
    for (size_t i = 0; i < SAMPLES * inputs; i++)
        c->x[i] = (float)ink__random_normal(&random);
    for (size_t i = 0; i < SAMPLES; i++)
        c->t[i * nodes + ink__random_below(&random, nodes)] = 1;
    for (size_t i = 0; i < c->network->w_count; i++) /* biases and norms away from 0 and 1 */
        c->network->w[i] += (float)(0.1 * ink__random_normal(&random));
    return ink__network_prepare(c->network, c->x, SAMPLES, err);
}

/* Layer by layer: its parameters, and the input of the network below it once. */
static void run(check *c, ink_gradcheck_layer *results)
{
    ink__sink sink = {.gradient = c->gradient};
    cost_now(c);
    ink__network_backward(c->network, c->ws, c->x, c->t, SAMPLES, c->cost, c->key, &sink, c->dx);
    size_t ignored;
    double input = compare(c, c->x, c->dx, SAMPLES * ink_network_input_size(c->network), &ignored);
    for (size_t i = 0; i < c->network->layer_count; i++) {
        const ink__layer *layer = &c->network->layers[i];
        results[i] = (ink_gradcheck_layer){.layer = i, .input_worst = i == 0 ? input : (double)NAN};
        if (layer->w_count)
            results[i].worst =
                compare(c, c->network->w + layer->w_offset, c->gradient + layer->w_offset,
                        layer->w_count, &results[i].checked);
    }
}

ink_status ink_gradcheck(const ink_network *network, ink_cost cost, uint64_t seed,
                         ink_gradcheck_layer *results, ink_error *err)
{
    if (has_step(network))
        return ink__fail(err, INK_EINVAL,
                         "a step activation has slope 0 everywhere: there is no "
                         "gradient to check");
    check c = {.cost = cost, .key = ink__key(seed, 0xd40b, 0)};
    c.network = ink_network_copy(network, err);
    if (c.network) {
        ink_network_init(c.network, INK_INIT_AUTO, seed);
        c.ws = ink_workspace_new(c.network, SAMPLES, true, NULL, err);
        c.x = ink__alloc(SAMPLES * ink_network_input_size(network), sizeof *c.x, err);
        c.dx = ink__alloc(SAMPLES * ink_network_input_size(network), sizeof *c.dx, err);
        c.t = ink__alloc(SAMPLES * ink_network_output_size(network), sizeof *c.t, err);
        c.gradient = ink__alloc(network->w_count, sizeof *c.gradient, err);
    }
    bool good = c.network && c.ws && c.x && c.dx && c.t && c.gradient;
    good = good && fill(&c, seed, err) == INK_OK;
    if (good)
        run(&c, results);
    ink_workspace_free(c.ws);
    ink_network_free(c.network);
    ink__free(c.x);
    ink__free(c.dx);
    ink__free(c.t);
    ink__free(c.gradient);
    return good ? INK_OK : INK_ENOMEM;
}
