/* One update: batch, forward, cost, backward, step.
 *
 * Where the gradient need not be seen whole, each layer's part of it goes straight into a step of
 * the optimiser (the short way); otherwise it is gathered first (the long way): to be clipped, when
 * it comes from finite differences, or when the batch is larger than the activations that should be
 * kept in memory at once. */
#include "train/trainer.h"

#include "base/error.h"
#include "base/pool.h"
#include "base/random.h"
#include "nn/network.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { MOST_ROWS = 4096 };
enum { AVERAGE_EVERY = 8 };    /* updates: the average costs a pass over all weights */
enum { STREAM_STEP = 0x57e9 }; /* of dropout and noise */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

size_t ink__trainer_rows(size_t batch)
{
    return batch < MOST_ROWS ? batch : MOST_ROWS;
}

bool ink__trainer_gathers(const ink_train_settings *settings, size_t batch)
{
    return settings->gradient != INK_GRADIENT_BACKPROP || settings->clip > 0 || batch > MOST_ROWS ||
           ink__optimizer_gathers(settings->optimizer);
}

/* The weights of before the step, which gave a finite cost. */
static void trust(ink_trainer *r)
{
    if (r->trust_every > 0 && r->at.update % r->trust_every == 0)
        ink__trainer_trust(r);
}

static void short_step(ink_trainer *r, size_t count, uint64_t key)
{
    ink__network_forward(r->network, r->ws, r->loader.x, count, true, key);
    r->batch_cost = ink__network_cost(r->network, r->ws, r->loader.t, count, r->settings.cost);
    if (!isfinite(r->batch_cost))
        return;
    trust(r);
    ink__sink sink = ink__optimizer_begin(&r->optimizer, r->rate, r->network->w);
    ink__network_backward(r->network, r->ws, r->loader.x, r->loader.t, count, r->settings.cost, key,
                          &sink, NULL);
}

/* The gradient of the samples in the loader, into r->part; returns their mean cost. */
static double part_gradient(ink_trainer *r, size_t count, uint64_t key)
{
    const ink_train_settings *s = &r->settings;
    if (s->gradient == INK_GRADIENT_BACKPROP)
        return ink_network_gradient(r->network, r->ws, r->loader.x, r->loader.t, count, s->cost,
                                    key, r->part);
    return ink_network_gradient_finite(r->network, r->ws, r->loader.x, r->loader.t, count, s->cost,
                                       key, s->gradient == INK_GRADIENT_CENTRAL, s->nudge, r->part);
}

static void clip(ink_trainer *r)
{
    double most = (double)r->settings.clip;
    r->gradient_norm = ink__norm(r->gradient, r->network->w_count);
    if (!(most > 0) || r->gradient_norm <= most)
        return;
    float factor = (float)(most / r->gradient_norm);
    for (size_t i = 0; i < r->network->w_count; i++)
        r->gradient[i] *= factor;
}

/* Adds up the gradients of the batch's pieces; the first piece is already in the loader. */
static void long_step(ink_trainer *r, uint64_t epoch, size_t first, size_t count, uint64_t key)
{
    memset(r->gradient, 0, r->network->w_count * sizeof *r->gradient);
    r->batch_cost = 0;
    for (size_t done = 0; done < count;) {
        size_t rows = ink__trainer_rows(count - done);
        if (done > 0)
            ink__loader_fill(&r->loader, epoch, first + done, rows);
        float share = (float)((double)rows / (double)count);
        r->batch_cost += (double)share * part_gradient(r, rows, ink__key(key, 0, done));
        for (size_t i = 0; i < r->network->w_count; i++)
            r->gradient[i] += share * r->part[i];
        done += rows;
    }
    if (!isfinite(r->batch_cost))
        return;
    trust(r);
    clip(r);
    ink__sink sink = ink__optimizer_begin(&r->optimizer, r->rate, r->network->w);
    ink__optimizer_apply(&r->optimizer, r->network, &sink, r->gradient, r->pool);
}

/* average += share (w - average): a plain mean at first, so that the start is soon forgotten. */
static void follow(ink_trainer *r)
{
    uint64_t steps = r->at.update / AVERAGE_EVERY;
    if (r->shown == r->network || r->at.update % AVERAGE_EVERY != 0)
        return;
    double share = 1 - pow((double)r->settings.average, AVERAGE_EVERY);
    if (share < 1 / (double)steps)
        share = 1 / (double)steps;
    const ink__kernels *kernels = ink__kernels_get();
    kernels->average(r->network->w_count, (float)share, r->network->w, r->shown->w);
    kernels->average(r->network->state_count, (float)share, r->network->state, r->shown->state);
}

ink_status ink_trainer_step(ink_trainer *r, ink_error *err)
{
    if (r->diverged)
        return ink__trainer_diverged(r, err);
    uint64_t epoch = r->at.update / r->per_epoch;
    size_t first = (size_t)(r->at.update % r->per_epoch) * r->batch;
    size_t count = r->loader.count - first < r->batch ? r->loader.count - first : r->batch;
    uint64_t key = ink__key(r->settings.seed, STREAM_STEP, r->at.update);
    double begun = now();
    ink__pool_use(r->pool, ink__pace_threads(&r->pace));
    ink__loader_fill(&r->loader, epoch, first, ink__trainer_rows(count));
    double loaded = now();
    r->rate = ink__rate_at(&r->plan, ink__trainer_epoch(r));
    r->gradient_norm = (double)NAN;
    if (r->short_way)
        short_step(r, count, key);
    else
        long_step(r, epoch, first, count, key);
    ink__pool_use(r->pool, ink_pool_threads(r->pool)); /* others use it too */
    r->at.update++;
    if (!isfinite(r->batch_cost))
        return ink__trainer_diverged(r, err);
    follow(r);
    r->at.images += count;
    r->at.stretch += count;
    r->at.stretch_cost += r->batch_cost * (double)count;
    r->at.load_seconds += loaded - begun;
    double done = now();
    r->at.train_seconds += done - loaded;
    ink__pace_took(&r->pace, done - begun);
    return INK_OK;
}
