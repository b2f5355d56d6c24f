/* A trainer: its memory, its position, and what may change on the way. How one update is made
 * stands in update.c, how its states are kept in trainer_state.c. */
#include "train/trainer.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "model/input.h"
#include "nn/network.h"
#include "train/settings.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { PREPARE_SAMPLES = 5000, PREPARE_FLOATS = 1 << 24 }; /* most, and most in memory */
enum { MOST_HELD_OUT = 10000 };

double ink__trainer_epoch(const ink_trainer *r)
{
    return (double)r->at.update / (double)r->per_epoch;
}

double ink__trainer_epochs(const ink_trainer *r)
{
    return (double)r->updates / (double)r->per_epoch;
}

void ink__weights_keep(const ink_network *network, float *w, float *state)
{
    memcpy(w, network->w, network->w_count * sizeof *w);
    memcpy(state, network->state, network->state_count * sizeof *state);
}

void ink__weights_give(ink_network *network, const float *w, const float *state)
{
    memcpy(network->w, w, network->w_count * sizeof *w);
    memcpy(network->state, state, network->state_count * sizeof *state);
}

bool ink__trainer_trust(ink_trainer *r)
{
    if (!isfinite(ink__norm(r->shown->w, r->shown->w_count)))
        return false;
    ink__weights_keep(r->shown, r->good, r->good_state);
    return true;
}

ink_status ink__trainer_diverged(ink_trainer *r, ink_error *err)
{
    r->diverged = true;
    ink__weights_give(r->network, r->good, r->good_state);
    if (r->shown != r->network)
        ink__weights_give(r->shown, r->good, r->good_state);
    return ink__fail(err, INK_EDIVERGED,
                     "the cost is no longer a finite number: epoch %.3f, batch %" PRIu64
                     ", rate %g; try a lower rate (%g), clip the gradient (1), or warm the rate up",
                     ink__trainer_epoch(r), r->at.update, (double)r->rate, (double)r->rate / 10);
}

uint64_t ink__trainer_evaluation_at(const ink_trainer *r, uint64_t index)
{
    double every = r->settings.eval_every;
    double at = every > 0 ? every * (double)(index + 1) * (double)r->per_epoch : (double)INFINITY;
    return at < (double)r->updates ? (uint64_t)(at + 0.5) : r->updates;
}

ink_dataset *ink__part_of(const ink_dataset *data, uint64_t seed, size_t first, size_t count,
                          ink_error *err)
{
    uint32_t *order = ink__alloc(data->count, sizeof *order, err);
    if (!order)
        return NULL;
    ink__hold_out_order(seed, order, data->count);
    ink_dataset *part = ink__dataset_select(data, order + first, count, err);
    ink__free(order);
    return part;
}

/* ---- the beginning ---- */

static ink__optimizer_plan optimizer_plan(const ink_train_settings *s)
{
    return (ink__optimizer_plan){.kind = s->optimizer,
                                 .momentum = s->momentum,
                                 .beta2 = s->beta2,
                                 .epsilon = s->epsilon,
                                 .weight_decay = s->weight_decay,
                                 .bias_rate = s->bias_rate,
                                 .dense_rate = s->dense_rate,
                                 .bias_decay = s->bias_decay,
                                 .dense_decay = s->dense_decay};
}

/* What follows from the settings without any memory. */
static void plan_rates(ink_trainer *r)
{
    const ink_train_settings *s = &r->settings;
    r->updates = (uint64_t)ceil(s->epochs * (double)r->per_epoch - 1e-6);
    r->plan = (ink__rate_plan){.schedule = s->schedule,
                               .rate = s->rate,
                               .decay = s->decay,
                               .warmup = s->warmup,
                               .epochs = s->epochs};
    r->short_way = !ink__trainer_gathers(s, r->batch);
}

static ink_status take_gradient_memory(ink_trainer *r, const ink_train_settings *s, ink_error *err)
{
    if (r->gradient || !ink__trainer_gathers(s, r->batch))
        return INK_OK;
    float *gradient = ink__alloc(r->network->w_count, sizeof *gradient, err);
    float *part = ink__alloc(r->network->w_count, sizeof *part, err);
    if (!gradient || !part) {
        ink__free(gradient);
        ink__free(part);
        return INK_ENOMEM;
    }
    r->gradient = gradient;
    r->part = part;
    return INK_OK;
}

static ink_status take_memory(ink_trainer *r, ink_error *err)
{
    const ink_train_settings *s = &r->settings;
    ink__optimizer_plan plan = optimizer_plan(s);
    r->ws = ink_workspace_new(r->network, ink__trainer_rows(r->batch), true, r->pool, err);
    r->good = ink__alloc(r->network->w_count, sizeof *r->good, err);
    r->good_state = ink__alloc(r->network->state_count, sizeof *r->good_state, err);
    r->shown = s->average > 0 ? ink_network_copy(r->network, err) : r->network;
    if (!r->ws || !r->good || !r->good_state || !r->shown)
        return INK_ENOMEM;
    ink_status status = take_gradient_memory(r, s, err);
    if (status == INK_OK)
        status = ink__optimizer_init(&r->optimizer, &plan, r->network, err);
    if (status == INK_OK)
        status = ink__loader_init(&r->loader, r->train, &r->input, s, r->held,
                                  ink__trainer_rows(r->batch), r->pool, err);
    return status;
}

static void copy_if(float *to, const float *from, size_t count)
{
    if (to && from)
        memcpy(to, from, count * sizeof *to);
}

/* Everything as it was when the checkpoint was written. */
static void take_up(ink_trainer *r, const ink_resume *from)
{
    const ink__vectors *v = &from->vectors;
    r->at = from->position;
    r->optimizer.steps = from->position.update;
    copy_if(r->optimizer.v, v->v, r->network->w_count);
    copy_if(r->optimizer.s, v->s, r->network->w_count);
    if (r->shown != r->network) { /* the model in the file is the average */
        copy_if(r->network->w, v->raw, r->network->w_count);
        copy_if(r->network->state, v->raw_state, r->network->state_count);
    }
}

/* Layers whose weights are computed from the data, from some samples as they are. */
static ink_status prepare_layers(ink_trainer *r, ink_error *err)
{
    size_t size = ink_network_input_size(r->network), count = r->loader.count;
    if (!ink__network_needs_preparation(r->network))
        return INK_OK;
    size_t most = PREPARE_FLOATS / size < PREPARE_SAMPLES ? PREPARE_FLOATS / size : PREPARE_SAMPLES;
    count = most < 1 ? 1 : count < most ? count : most; /* large pictures have many patches each */
    float *x = ink__alloc(count, size * sizeof *x, err);
    if (!x)
        return INK_ENOMEM;
    for (size_t i = 0; i < count; i++)
        ink__input_sample(&r->input, r->train, r->loader.samples[i], x + i * size);
    ink_status status = ink__network_prepare(r->network, x, count, err);
    if (status == INK_OK && r->shown != r->network)
        memcpy(r->shown->state, r->network->state, r->network->state_count * sizeof *x);
    ink__free(x);
    return status;
}

static ink_status prepare(ink_trainer *r, const ink_resume *from, ink_error *err)
{
    const ink_train_settings *s = &r->settings;
    size_t all = r->train->count, tenth = (all + 9) / 10;
    if (s->patience > 0 || s->keep_best)
        r->held = tenth < MOST_HELD_OUT ? tenth : MOST_HELD_OUT;
    size_t count = all - r->held;
    r->batch = s->batch == 0 || s->batch > count ? count : s->batch;
    r->per_epoch = (count + r->batch - 1) / r->batch;
    plan_rates(r);
    r->at = (ink__position){.best_cost = INFINITY, .samples = all};
    ink_status status = take_memory(r, err);
    if (status == INK_OK && from)
        take_up(r, from);
    else if (status == INK_OK)
        status = prepare_layers(r, err);
    if (status == INK_OK)
        ink__weights_keep(r->shown, r->good, r->good_state);
    return status;
}

ink_status ink__trainer_make(ink_network *network, const ink_input *input, const ink_dataset *train,
                             const ink_train_settings *settings, const ink_resume *from,
                             ink_pool *pool, ink_trainer **made, ink_error *err)
{
    ink_trainer *r = ink__alloc(1, sizeof *r, err);
    if (!r)
        return INK_ENOMEM;
    ink_network_set_precision(network, settings->precision);
    *r = (ink_trainer){.network = network,
                       .shown = network,
                       .input = *input,
                       .train = train,
                       .settings = *settings,
                       .pool = pool,
                       .rate = settings->rate,
                       .batch_cost = (double)NAN,
                       .gradient_norm = (double)NAN};
    ink__pace_init(&r->pace, ink_pool_threads(pool));
    ink_status status = prepare(r, from, err);
    if (status == INK_OK)
        *made = r;
    else
        ink_trainer_free(r);
    return status;
}

ink_trainer *ink_trainer_new(ink_network *network, const ink_input *input, const ink_dataset *train,
                             const ink_train_settings *settings, ink_pool *pool, ink_error *err)
{
    ink_trainer *r = NULL;
    ink_status status = ink_train_check(settings, network, train, NULL, err);
    if (status == INK_OK)
        status = ink__trainer_make(network, input, train, settings, NULL, pool, &r, err);
    if (status == INK_OK)
        r->trust_every = INK_TRUST_EVERY;
    return r;
}

ink_trainer *ink_trainer_resume(ink_resume *resume, const ink_dataset *train, ink_pool *pool,
                                ink_error *err)
{
    ink_trainer *r = NULL;
    const ink_train_settings *settings = &resume->settings;
    ink_network *network = resume->model->network;
    ink_status status = ink__resume_fits(resume, train, err);
    if (status == INK_OK)
        status = ink_train_check(settings, network, train, NULL, err);
    if (status == INK_OK)
        status = ink__trainer_make(network, &resume->model->input, train, settings, resume, pool,
                                   &r, err);
    if (status == INK_OK)
        r->trust_every = INK_TRUST_EVERY;
    return r;
}

void ink_trainer_free(ink_trainer *r)
{
    if (!r)
        return;
    if (r->shown != r->network)
        ink_network_free(r->shown); /* also NULL, where there was no memory for it */
    ink__loader_release(&r->loader);
    ink_workspace_free(r->ws);
    ink__optimizer_release(&r->optimizer);
    ink__free(r->gradient);
    ink__free(r->part);
    ink__free(r->good);
    ink__free(r->good_state);
    ink__free(r);
}

/* ---- looking ---- */

static double passes_an_update(const ink_trainer *r)
{
    double nudged = (double)r->network->w_count;
    switch (r->settings.gradient) {
    case INK_GRADIENT_FINITE:
        return 1 + nudged;
    case INK_GRADIENT_CENTRAL:
        return 1 + 2 * nudged;
    case INK_GRADIENT_BACKPROP:
        break;
    }
    return 1;
}

ink_trainer_progress ink_trainer_look(const ink_trainer *r)
{
    return (ink_trainer_progress){.update = (size_t)r->at.update,
                                  .images = (size_t)r->at.images,
                                  .updates_per_epoch = r->per_epoch,
                                  .updates = (size_t)r->updates,
                                  .batch = r->batch,
                                  .epoch = ink__trainer_epoch(r),
                                  .epochs = ink__trainer_epochs(r),
                                  .rate = r->rate,
                                  .cost = r->batch_cost,
                                  .gradient_norm = r->gradient_norm,
                                  .forward_passes = (double)r->at.update * passes_an_update(r),
                                  .train_seconds = r->at.train_seconds,
                                  .load_seconds = r->at.load_seconds};
}

const ink_network *ink_trainer_network(const ink_trainer *r)
{
    return r->shown;
}

const ink_train_settings *ink_trainer_settings(const ink_trainer *r)
{
    return &r->settings;
}

/* ---- while it learns ---- */

/* The first setting that may not change and does; NULL if there is none. */
static const char *fixed_but_changed(const ink_train_settings *a, const ink_train_settings *b)
{
    return a->cost != b->cost                     ? "cost"
           : a->gradient != b->gradient           ? "gradient"
           : a->optimizer != b->optimizer         ? "optimizer"
           : (a->average > 0) != (b->average > 0) ? "average"
           : a->precision != b->precision         ? "precision"
           : a->batch != b->batch                 ? "batch"
           : a->patience != b->patience           ? "patience"
           : a->keep_best != b->keep_best         ? "keep_best"
           : a->seed != b->seed                   ? "seed"
                                                  : NULL;
}

ink_status ink_trainer_tune(ink_trainer *r, const ink_train_settings *settings, ink_error *err)
{
    const char *fixed = fixed_but_changed(&r->settings, settings);
    if (fixed)
        return ink__fail(err, INK_EINVAL,
                         "%s cannot change in the middle of a run: begin a new one for that",
                         fixed);
    ink_status status = ink_train_check(settings, r->network, r->train, NULL, err);
    if (status == INK_OK)
        status = take_gradient_memory(r, settings, err);
    if (status == INK_OK)
        status = ink__loader_tune(&r->loader, settings, err);
    if (status != INK_OK)
        return status;
    r->settings = *settings;
    ink__optimizer_replan(&r->optimizer, optimizer_plan(settings));
    plan_rates(r);
    return INK_OK;
}
