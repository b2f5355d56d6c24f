/* Is backpropagation right? Every layer's gradients are held against central differences.
 *
 * In single precision a difference of two costs keeps few digits, so steps are large (1e-2 and
 * less), and the error of a step is removed by Richardson's extrapolation: (16 d(h/4) - d(h)) / 15,
 * where d(h) is the central difference, is exact up to h^4.
 *
 * A small layer's parameters are nudged one by one. The single slopes of a large one are lost in
 * rounding; there an eighth of all is nudged at once, each up or down at random, by the
 * same length: slopes add up to the square root of so many, rounding stays, and each weight moves
 * so little that few ReLUs pass their kink.
 *
 * Where they do pass it, or rounding is bad, other weights and samples are drawn, and each nudge's
 * best draw counts: a rule that is wrong is wrong in all of them. */
#include "nn/network.h"

#include "base/memory.h"
#include "base/random.h"
#include "nn/cost.h"
#include "nn/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 6, CHECKS_PER_LAYER = 64, ONE_BY_ONE = 48, DRAWS = 3 };
#define STEP      1e-2f
#define GOOD_DRAW 1e-2 /* no other is asked for */

typedef struct check {
    ink_network *network;
    ink_workspace *ws;
    ink_cost cost;
    uint64_t key;
    float *x, *t, *dx, *gradient;
    float *kept;   /* what was nudged, as it was */
    int8_t *signs; /* which way each of it goes: -1, 0 or 1 */
    double *best;  /* least difference of each nudge over the draws: inputs, then layer by layer */
} check;

/* Values that are nudged: one, or many together. The check's signs say which way each goes. */
typedef struct probe {
    float *values;
    size_t count;
    const float *only; /* the one; NULL = many */
    float share;       /* of the step that each moves */
} probe;

/* -1, 0 or 1; 0 for seven in eight. */
static int direction(uint64_t key, size_t i)
{
    uint64_t bits = ink__key(key, 0, i) >> 60;
    return bits == 0 ? 1 : bits == 1 ? -1 : 0;
}

static double cost_now(check *c)
{
    ink__network_forward(c->network, c->ws, c->x, SAMPLES, true, c->key);
    return ink__network_cost(c->network, c->ws, c->t, SAMPLES, c->cost);
}

static void nudge(const check *c, const probe *p, float h)
{
    for (size_t i = 0; i < p->count; i++)
        p->values[i] = c->kept[i] + h * (float)c->signs[i];
}

/* The slope along the probe's direction: the sum of theirs, each up or down. */
static double central(check *c, const probe *p, float h)
{
    float each = h * p->share;
    memcpy(c->kept, p->values, p->count * sizeof *c->kept);
    nudge(c, p, each);
    double above = cost_now(c), up = p->only ? (double)*p->only : (double)each;
    nudge(c, p, -each);
    double below = cost_now(c), down = p->only ? (double)*p->only : -(double)each;
    memcpy(p->values, c->kept, p->count * sizeof *c->kept);
    return (above - below) / (up - down);
}

/* The relative difference between a slope and what nudging shows, for the nudge that agrees best: a
 * long one may step over the kink of a ReLU or of a maximum, a short one drowns in rounding. */
static double difference(check *c, const probe *p, double slope, double floor_)
{
    static const float steps[] = {STEP, STEP / 4, STEP / 16, STEP / 64, STEP / 256};
    double least = (double)INFINITY, longer = 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double found = central(c, p, steps[i]);
        double straight = i ? (16 * found - longer) / 15 : found; /* without the term in h^2 */
        double away = fmin(fabs(slope - found), fabs(slope - straight));
        least = fmin(least, away / (fabs(slope) + fabs(found) + floor_));
        longer = found;
    }
    return least;
}

static double largest(const float *values, size_t count)
{
    float most = 0; /* in the values' own type: gcc 12 for AArch64 fails on a wider one */
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, fabsf(values[i]));
    return (double)most;
}

static double one_by_one(check *c, float *values, const float *gradient, size_t count, size_t which)
{
    probe p = {.values = values, .count = count, .only = values + which, .share = 1};
    memset(c->signs, 0, count * sizeof *c->signs);
    c->signs[which] = 1;
    return difference(c, &p, (double)gradient[which], 1e-2 * largest(gradient, count) + 1e-7);
}

/* Slopes of random sign add up to the root of their squares, more or less. */
static double together(check *c, float *values, const float *gradient, size_t count, size_t which)
{
    uint64_t key = ink__key(c->key, 0xd12, which);
    probe p = {.values = values, .count = count};
    double slope = 0, squares = 0, size = ink__norm(values, count) / sqrt((double)count);
    p.share = (float)((size > 0 ? size : 1) / 16 / (double)STEP);
    for (size_t i = 0; i < count; i++) {
        int sign = direction(key, i);
        c->signs[i] = (int8_t)sign;
        slope += sign * (double)gradient[i];
        squares += abs(sign) * (double)gradient[i] * (double)gradient[i];
    }
    return difference(c, &p, slope, sqrt(squares) + 1e-2 * largest(gradient, count) + 1e-7);
}

static size_t checks_of(size_t count)
{
    return count < CHECKS_PER_LAYER ? count : CHECKS_PER_LAYER;
}

/* The worst relative difference over some of the values, spread evenly, each at its `best`. */
static double compare(check *c, float *values, const float *gradient, size_t count, double *best)
{
    double worst = 0;
    size_t checks = checks_of(count);
    for (size_t i = 0; i < checks; i++) {
        double now = count <= ONE_BY_ONE
                         ? one_by_one(c, values, gradient, count, i * count / checks)
                         : together(c, values, gradient, count, i);
        best[i] = fmin(best[i], now);
        worst = fmax(worst, best[i]);
    }
    return worst;
}

static bool has_step(const ink_network *network)
{
    for (size_t i = 0; i < network->layer_count; i++)
        if (network->layers[i].activation == INK_ACTIVATION_STEP)
            return true;
    return false;
}

/* Biases and norms away from 0 and 1. Weights stay as they begin: larger ones would drive the
 * answers of a wide layer to where slopes are lost in rounding. */
static void shake(const ink__layer *layer, float *w, ink_random *random)
{
    for (size_t p = 0; p < layer->part_count; p++) {
        const ink__part_name *part = &layer->parts[p];
        for (size_t i = 0; !part->state && part->group == INK_GROUP_BIAS && i < part->count; i++)
            w[layer->w_offset + part->offset + i] += (float)(0.1 * ink__random_normal(random));
    }
}

/* New weights and samples. */
static ink_status draw(check *c, uint64_t seed, ink_error *err)
{
    ink_random random = ink__random(ink__key(seed, 0xc4ec, 0));
    size_t inputs = ink_network_input_size(c->network);
    size_t nodes = ink_network_output_size(c->network);
    ink_network_init(c->network, INK_INIT_AUTO, seed);
    memset(c->t, 0, SAMPLES * nodes * sizeof *c->t);
    for (size_t i = 0; i < SAMPLES * inputs; i++)
        c->x[i] = (float)ink__random_normal(&random);
    for (size_t i = 0; i < SAMPLES; i++)
        c->t[i * nodes + ink__random_below(&random, nodes)] = 1;
    for (size_t i = 0; i < c->network->layer_count; i++)
        shake(&c->network->layers[i], c->network->w, &random);
    return ink__network_prepare(c->network, c->x, SAMPLES, err);
}

/* Layer by layer: its parameters, and the input of the network below it once; NAN stands for what a
 * layer has not. Tells whether all of it is good. */
static bool run(check *c, ink_gradcheck_layer *results)
{
    bool good = true;
    double *best = c->best;
    ink__sink sink = {.gradient = c->gradient};
    cost_now(c);
    ink__network_backward(c->network, c->ws, c->x, c->t, SAMPLES, c->cost, c->key, &sink, c->dx);
    double input = compare(c, c->x, c->dx, SAMPLES * ink_network_input_size(c->network), best);
    for (size_t i = 0; i < c->network->layer_count; i++) {
        const ink__layer *layer = &c->network->layers[i];
        best += CHECKS_PER_LAYER;
        results[i] = (ink_gradcheck_layer){
            .layer = i,
            .checked = checks_of(layer->w_count),
            .worst = compare(c, c->network->w + layer->w_offset, c->gradient + layer->w_offset,
                             layer->w_count, best),
            .input_worst = i == 0 ? input : (double)NAN,
        };
        good &= results[i].worst < GOOD_DRAW && !(results[i].input_worst >= GOOD_DRAW);
    }
    return good;
}

ink_status ink_gradcheck(const ink_network *network, ink_cost cost, uint64_t seed,
                         ink_gradcheck_layer *results, ink_error *err)
{
    ink_gradcheck_layer *found = NULL;
    size_t nudges = (network->layer_count + 1) * CHECKS_PER_LAYER;
    if (has_step(network))
        return ink__fail(err, INK_EINVAL,
                         "a step activation has slope 0 everywhere: there is no "
                         "gradient to check");
    if (ink__cost_suits(cost, network, err) != INK_OK)
        return INK_EINVAL;
    check c = {.cost = cost, .key = ink__key(seed, 0xd40b, 0)};
    c.network = ink_network_copy(network, err);
    if (c.network) {
        c.ws = ink_workspace_new(c.network, SAMPLES, true, NULL, err);
        c.x = ink__alloc(SAMPLES * ink_network_input_size(network), sizeof *c.x, err);
        c.dx = ink__alloc(SAMPLES * ink_network_input_size(network), sizeof *c.dx, err);
        c.t = ink__alloc(SAMPLES * ink_network_output_size(network), sizeof *c.t, err);
        c.gradient = ink__alloc(network->w_count, sizeof *c.gradient, err);
        size_t inputs = SAMPLES * ink_network_input_size(network);
        c.kept = ink__alloc(network->w_count + inputs, sizeof *c.kept, err);
        c.signs = ink__alloc(network->w_count + inputs, sizeof *c.signs, err);
        c.best = ink__alloc(nudges, sizeof *c.best, err);
        found = ink__alloc(network->layer_count, sizeof *found, err);
    }
    bool good = c.network && c.ws && c.x && c.dx && c.t && c.gradient && c.kept && c.signs &&
                c.best && found;
    for (size_t i = 0; good && i < nudges; i++)
        c.best[i] = (double)INFINITY;
    for (uint64_t i = 0; good && i < DRAWS; i++) {
        good = draw(&c, i ? ink__key(seed, 0xd4a3, i) : seed, err) == INK_OK;
        if (good && run(&c, found))
            break;
    }
    if (good)
        memcpy(results, found, network->layer_count * sizeof *found);
    ink__free(found);
    ink_workspace_free(c.ws);
    ink_network_free(c.network);
    ink__free(c.x);
    ink__free(c.dx);
    ink__free(c.t);
    ink__free(c.gradient);
    ink__free(c.kept);
    ink__free(c.signs);
    ink__free(c.best);
    return good ? INK_OK : INK_ENOMEM;
}
