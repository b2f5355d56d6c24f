/* The training loop: batch, forward, cost, backward, step; now and then a look at how well it does,
 * and a checkpoint.
 *
 * Where the gradient need not be seen whole, each layer's part of it goes straight into a step of
 * the optimiser (the short way); otherwise it is gathered first (the long way): to be clipped, when
 * it comes from finite differences, or when the batch is larger than the activations that should be
 * kept in memory at once. */
#include "train/batch.h"
#include "train/checkpoint.h"
#include "train/settings.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"
#include "model/input.h"
#include "nn/network.h"
#include "nn/optimizer.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { MOST_ROWS = 4096 };  /* samples whose activations are in memory at once */
enum { AVERAGE_EVERY = 8 }; /* updates: the average costs a pass over all weights */
enum { MOST_HELD_OUT = 10000 };
enum { PREPARE_SAMPLES = 5000, PREPARE_FLOATS = 1 << 24 }; /* most, and most in memory */
enum { STREAM_STEP = 0x57e9 };                             /* of dropout and noise */

typedef struct run {
    ink_network *network; /* stepped */
    ink_network *shown;   /* evaluated and given back: the average, or the network itself */
    const ink_input *input;
    const ink_dataset *train, *test;
    ink_dataset *held_out, *glance; /* parts of the training set; NULL where not used */
    const ink_train_settings *settings;
    ink_pool *pool;
    ink_train_callback *callback;
    void *user;

    ink__loader loader;
    ink_workspace *ws;
    ink__optimizer optimizer;
    ink__rate_plan plan;
    float *gradient, *part;   /* the long way's; NULL on the short way */
    float *good, *good_state; /* the last weights known to be finite */
    ink__vectors kept;        /* best, best_state */

    size_t batch;     /* samples an update */
    size_t per_epoch; /* updates */
    uint64_t updates; /* planned in all */
    ink__position at;
    uint64_t images_before; /* seen before this process took over */
    double seconds_before;
    double last_checkpoint;
    double batch_cost;
    float rate;
    bool interrupted, stopped_early;
} run;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double epochs_done(const run *r)
{
    return (double)r->at.update / (double)r->per_epoch;
}

/* ---- events ---- */

static ink_train_event event_of(const run *r, ink_train_event_kind kind)
{
    double seconds = r->at.train_seconds - r->seconds_before;
    double images = (double)(r->at.images - r->images_before);
    return (ink_train_event){.kind = kind,
                             .epoch = epochs_done(r),
                             .epochs = r->settings->epochs,
                             .update = (size_t)r->at.update,
                             .images = (size_t)r->at.images,
                             .rate = r->rate,
                             .cost = r->at.stretch ? r->at.stretch_cost / (double)r->at.stretch
                                                   : (double)NAN,
                             .batch_cost = r->batch_cost,
                             .train_accuracy = (double)NAN,
                             .test_accuracy = (double)NAN,
                             .test_cost = (double)NAN,
                             .train_seconds = r->at.train_seconds,
                             .load_seconds = r->at.load_seconds,
                             .images_per_second = seconds > 0 ? images / seconds : 0,
                             .stopped_early = r->stopped_early,
                             .interrupted = r->interrupted,
                             .network = r->shown};
}

static void send(run *r, const ink_train_event *event)
{
    if (r->callback && !r->callback(event, r->user) && event->kind != INK_EVENT_END)
        r->interrupted = true;
}

/* ---- one update ---- */

static bool is_short_way(const ink_train_settings *settings, size_t batch)
{
    return settings->gradient == INK_GRADIENT_BACKPROP && !(settings->clip > 0) &&
           batch <= MOST_ROWS && !ink__optimizer_gathers(settings->optimizer);
}

static void short_step(run *r, size_t count, uint64_t key)
{
    ink__network_forward(r->network, r->ws, r->loader.x, count, true, key);
    r->batch_cost = ink__network_cost(r->network, r->ws, r->loader.t, count, r->settings->cost);
    if (!isfinite(r->batch_cost))
        return;
    ink__sink sink = ink__optimizer_begin(&r->optimizer, r->rate, r->network->w);
    ink__network_backward(r->network, r->ws, r->loader.x, r->loader.t, count, r->settings->cost,
                          key, &sink, NULL);
}

/* The gradient of the samples in the loader, into r->part; returns their mean cost. */
static double part_gradient(run *r, size_t count, uint64_t key)
{
    const ink_train_settings *s = r->settings;
    if (s->gradient == INK_GRADIENT_BACKPROP)
        return ink_network_gradient(r->network, r->ws, r->loader.x, r->loader.t, count, s->cost,
                                    key, r->part);
    return ink_network_gradient_finite(r->network, r->ws, r->loader.x, r->loader.t, count, s->cost,
                                       key, s->gradient == INK_GRADIENT_CENTRAL, s->nudge, r->part);
}

static void clip(run *r)
{
    double norm = ink__norm(r->gradient, r->network->w_count), most = (double)r->settings->clip;
    if (!(most > 0) || norm <= most)
        return;
    float factor = (float)(most / norm);
    for (size_t i = 0; i < r->network->w_count; i++)
        r->gradient[i] *= factor;
}

/* Adds up the gradients of the batch's pieces; the first piece is already in the loader. */
static void long_step(run *r, uint64_t epoch, size_t first, size_t count, uint64_t key)
{
    memset(r->gradient, 0, r->network->w_count * sizeof *r->gradient);
    r->batch_cost = 0;
    for (size_t done = 0; done < count;) {
        size_t rows = count - done < MOST_ROWS ? count - done : MOST_ROWS;
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
    clip(r);
    ink__sink sink = ink__optimizer_begin(&r->optimizer, r->rate, r->network->w);
    ink__optimizer_apply(&r->optimizer, r->network, &sink, r->gradient, r->pool);
}

/* average += share (w - average): a plain mean at first, so that the start is soon forgotten. */
static void follow(run *r)
{
    uint64_t steps = r->at.update / AVERAGE_EVERY;
    if (r->shown == r->network || r->at.update % AVERAGE_EVERY != 0)
        return;
    double share = 1 - pow((double)r->settings->average, AVERAGE_EVERY);
    if (share < 1 / (double)steps)
        share = 1 / (double)steps;
    const ink__kernels *kernels = ink__kernels_get();
    kernels->average(r->network->w_count, (float)share, r->network->w, r->shown->w);
    kernels->average(r->network->state_count, (float)share, r->network->state, r->shown->state);
}

static void update(run *r)
{
    uint64_t epoch = r->at.update / r->per_epoch;
    size_t first = (size_t)(r->at.update % r->per_epoch) * r->batch;
    size_t count = r->loader.count - first < r->batch ? r->loader.count - first : r->batch;
    uint64_t key = ink__key(r->settings->seed, STREAM_STEP, r->at.update);
    double begun = now();
    ink__loader_fill(&r->loader, epoch, first, count < MOST_ROWS ? count : MOST_ROWS);
    double loaded = now();
    r->rate = ink__rate_at(&r->plan, epochs_done(r));
    if (r->part)
        long_step(r, epoch, first, count, key);
    else
        short_step(r, count, key);
    r->at.update++;
    follow(r);
    r->at.images += count;
    r->at.stretch += count;
    r->at.stretch_cost += r->batch_cost * (double)count;
    r->at.load_seconds += loaded - begun;
    r->at.train_seconds += now() - loaded;
}

/* ---- looking at how well it does ---- */

static void keep(const ink_network *network, float *w, float *state)
{
    memcpy(w, network->w, network->w_count * sizeof *w);
    memcpy(state, network->state, network->state_count * sizeof *state);
}

static void give(ink_network *network, const float *w, const float *state)
{
    memcpy(network->w, w, network->w_count * sizeof *w);
    memcpy(network->state, state, network->state_count * sizeof *state);
}

static ink_status look(const run *r, const ink_dataset *data, size_t limit, double *accuracy,
                       double *cost, ink_error *err)
{
    ink_evaluation result;
    ink_status status = ink_evaluate(
        r->shown, r->input, data,
        &(ink_evaluate_settings){.cost = r->settings->cost, .limit = limit}, r->pool, &result, err);
    if (status != INK_OK)
        return status;
    *accuracy = result.accuracy;
    *cost = result.cost;
    ink_evaluation_release(&result);
    return INK_OK;
}

/* Better than ever? Keep it. Not for long? Stop. */
static ink_status judge(run *r, ink_error *err)
{
    double accuracy, cost;
    ink_status status = look(r, r->held_out, 0, &accuracy, &cost, err);
    if (status != INK_OK)
        return status;
    if (cost < r->at.best_cost) {
        r->at.best_cost = cost;
        r->at.waiting = 0;
        keep(r->shown, r->kept.best, r->kept.best_state);
    } else {
        r->at.waiting++;
    }
    r->stopped_early = r->settings->patience > 0 && r->at.waiting >= r->settings->patience;
    return INK_OK;
}

static ink_status evaluate(run *r, ink_train_event *event, ink_error *err)
{
    ink_status status = INK_OK;
    double ignored;
    if (r->settings->eval_limit > 0)
        status = look(r, r->glance ? r->glance : r->train, r->settings->eval_limit,
                      &event->train_accuracy, &ignored, err);
    if (status == INK_OK && r->test)
        status = look(r, r->test, 0, &event->test_accuracy, &event->test_cost, err);
    return status;
}

static ink_status epoch_event(run *r, ink_train_event *event, ink_error *err)
{
    *event = event_of(r, INK_EVENT_EPOCH);
    ink_status status = evaluate(r, event, err);
    if (status == INK_OK && r->held_out)
        status = judge(r, err);
    if (status != INK_OK)
        return status;
    if (isfinite(ink__norm(r->shown->w, r->shown->w_count)))
        keep(r->shown, r->good, r->good_state);
    r->at.evaluations++;
    r->at.stretch = 0;
    r->at.stretch_cost = 0;
    event->stopped_early = r->stopped_early;
    send(r, event);
    return INK_OK;
}

/* ---- on the disk ---- */

static ink_status checkpoint(run *r, ink_error *err)
{
    if (!r->settings->checkpoint)
        return INK_OK;
    bool averaged = r->shown != r->network;
    ink__checkpoint c = {.network = r->shown,
                         .input = r->input,
                         .data = r->train,
                         .settings = r->settings,
                         .position = &r->at,
                         .vectors = {.v = r->optimizer.v,
                                     .s = r->optimizer.s,
                                     .raw = averaged ? r->network->w : NULL,
                                     .raw_state = averaged ? r->network->state : NULL,
                                     .best = r->kept.best,
                                     .best_state = r->kept.best_state}};
    ink_status status = ink__checkpoint_write(&c, err);
    r->last_checkpoint = now();
    if (status != INK_OK)
        return status;
    ink_train_event event = event_of(r, INK_EVENT_CHECKPOINT);
    event.path = r->settings->checkpoint;
    send(r, &event);
    return INK_OK;
}

/* ---- the loop ---- */

static ink_status diverged(run *r, ink_error *err)
{
    give(r->network, r->good, r->good_state);
    return ink__fail(
        err, INK_EDIVERGED,
        "the cost is no longer a finite number: epoch %.3f, batch %llu, rate %g; try a "
        "lower rate (%g), clip the gradient (1), or warm the rate up",
        epochs_done(r), (unsigned long long)r->at.update, (double)r->rate, (double)r->rate / 10);
}

/* The update after which evaluation number `index` (0 = first) comes; the last is at the end. */
static uint64_t evaluation_at(const run *r, uint64_t index)
{
    double every = r->settings->eval_every;
    double at = every > 0 ? every * (double)(index + 1) * (double)r->per_epoch : (double)INFINITY;
    return at < (double)r->updates ? (uint64_t)(at + 0.5) : r->updates;
}

static ink_status loop(run *r, ink_train_event *last, ink_error *err)
{
    ink_status status = INK_OK;
    while (status == INK_OK && r->at.update < r->updates && !r->interrupted && !r->stopped_early) {
        update(r);
        if (!isfinite(r->batch_cost))
            return diverged(r, err);
        ink_train_event event = event_of(r, INK_EVENT_BATCH);
        send(r, &event);
        if (r->at.update >= evaluation_at(r, r->at.evaluations)) {
            if (!isfinite(ink__norm(r->shown->w, r->shown->w_count)))
                return diverged(r, err);
            status = epoch_event(r, last, err);
        }
        if (status == INK_OK && now() - r->last_checkpoint >= r->settings->checkpoint_seconds)
            status = checkpoint(r, err);
    }
    return status;
}

/* What the caller gets in `network`: the average, the best, or what is there. */
static void hand_over(run *r)
{
    if (r->settings->keep_best && isfinite(r->at.best_cost) && !r->interrupted)
        give(r->network, r->kept.best, r->kept.best_state);
    else if (r->shown != r->network)
        give(r->network, r->shown->w, r->shown->state);
}

static ink_status finish(run *r, ink_train_event *last, ink_error *err)
{
    ink_status status = checkpoint(r, err);
    if (status != INK_OK)
        return status;
    ink_train_event event = event_of(r, INK_EVENT_END);
    bool best = r->settings->keep_best && isfinite(r->at.best_cost) && !r->interrupted;
    bool stale = best || last->update != r->at.update;
    hand_over(r);
    event.cost = last->cost;
    event.train_accuracy = last->train_accuracy;
    event.test_accuracy = last->test_accuracy;
    event.test_cost = last->test_cost;
    if (r->shown != r->network) /* the same weights, but for the best */
        give(r->shown, r->network->w, r->network->state);
    if (stale && !r->interrupted)
        status = evaluate(r, &event, err);
    if (status != INK_OK)
        return status;
    event.path = r->settings->checkpoint;
    event.network = r->network;
    send(r, &event);
    return r->interrupted ? ink__fail(err, INK_ESTOPPED, "training was stopped after epoch %.3f",
                                      epochs_done(r))
                          : INK_OK;
}

/* ---- the beginning ---- */

/* A part of the training set, from the hold-out order. */
static ink_dataset *part_of(const run *r, size_t first, size_t count, ink_error *err)
{
    uint32_t *order = ink__alloc(r->train->count, sizeof *order, err);
    if (!order)
        return NULL;
    ink__hold_out_order(r->settings->seed, order, r->train->count);
    ink_dataset *part = ink__dataset_select(r->train, order + first, count, err);
    ink__free(order);
    return part;
}

static ink_status set_data_aside(run *r, size_t *held, ink_error *err)
{
    const ink_train_settings *s = r->settings;
    size_t count = r->train->count;
    *held = 0;
    if (s->patience > 0 || s->keep_best) {
        *held = (count + 9) / 10 < MOST_HELD_OUT ? (count + 9) / 10 : MOST_HELD_OUT;
        r->held_out = part_of(r, 0, *held, err);
        if (!r->held_out)
            return INK_ENOMEM;
    }
    if (s->eval_limit > 0 && s->eval_limit < count - *held) {
        r->glance = part_of(r, *held, s->eval_limit, err);
        if (!r->glance)
            return INK_ENOMEM;
    }
    return INK_OK;
}

static ink_status take_memory(run *r, ink_error *err)
{
    const ink_train_settings *s = r->settings;
    size_t w = r->network->w_count, state = r->network->state_count;
    size_t rows = r->batch < MOST_ROWS ? r->batch : MOST_ROWS;
    bool best = r->held_out != NULL, gathers = !is_short_way(s, r->batch);
    r->ws = ink_workspace_new(r->network, rows, true, r->pool, err);
    r->good = ink__alloc(w, sizeof(float), err);
    r->good_state = ink__alloc(state, sizeof(float), err);
    r->gradient = gathers ? ink__alloc(w, sizeof(float), err) : NULL;
    r->part = gathers ? ink__alloc(w, sizeof(float), err) : NULL;
    r->kept.best = best ? ink__alloc(w, sizeof(float), err) : NULL;
    r->kept.best_state = best ? ink__alloc(state, sizeof(float), err) : NULL;
    r->shown = s->average > 0 ? ink_network_copy(r->network, err) : r->network;
    bool good = r->ws && r->good && r->good_state && r->shown && (!gathers || r->gradient) &&
                (!gathers || r->part) && (!best || (r->kept.best && r->kept.best_state));
    ink__optimizer_plan plan = {.kind = s->optimizer,
                                .momentum = s->momentum,
                                .beta2 = s->beta2,
                                .epsilon = s->epsilon,
                                .weight_decay = s->weight_decay,
                                .bias_rate = s->bias_rate,
                                .dense_rate = s->dense_rate,
                                .bias_decay = s->bias_decay,
                                .dense_decay = s->dense_decay};
    return good ? ink__optimizer_init(&r->optimizer, &plan, r->network, err) : INK_ENOMEM;
}

static void copy_if(float *to, const float *from, size_t count)
{
    if (to && from)
        memcpy(to, from, count * sizeof *to);
}

/* Everything as it was when the checkpoint was written. */
static void take_up(run *r, const ink_resume *from)
{
    size_t w = r->network->w_count, state = r->network->state_count;
    const ink__vectors *v = &from->vectors;
    r->at = from->position;
    r->optimizer.steps = from->position.update;
    copy_if(r->optimizer.v, v->v, w);
    copy_if(r->optimizer.s, v->s, w);
    copy_if(r->kept.best, v->best, w);
    copy_if(r->kept.best_state, v->best_state, state);
    if (r->shown != r->network) { /* the model in the file is the average */
        copy_if(r->network->w, v->raw, w);
        copy_if(r->network->state, v->raw_state, state);
    }
}

/* Layers whose weights are computed from the data, from some samples as they are. */
static ink_status prepare_layers(run *r, ink_error *err)
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
        ink__input_sample(r->input, r->train, r->loader.samples[i], x + i * size);
    ink_status status = ink__network_prepare(r->network, x, count, err);
    if (status == INK_OK && r->shown != r->network)
        memcpy(r->shown->state, r->network->state, r->network->state_count * sizeof *x);
    ink__free(x);
    return status;
}

static ink_status prepare(run *r, const ink_resume *from, ink_error *err)
{
    const ink_train_settings *s = r->settings;
    size_t held;
    ink_status status = set_data_aside(r, &held, err);
    if (status != INK_OK)
        return status;
    size_t count = r->train->count - held;
    r->batch = s->batch == 0 || s->batch > count ? count : s->batch;
    r->per_epoch = (count + r->batch - 1) / r->batch;
    r->updates = (uint64_t)ceil(s->epochs * (double)r->per_epoch - 1e-6);
    r->plan = (ink__rate_plan){.schedule = s->schedule,
                               .rate = s->rate,
                               .decay = s->decay,
                               .warmup = s->warmup,
                               .epochs = s->epochs};
    r->at = (ink__position){.best_cost = INFINITY, .samples = r->train->count};
    status = take_memory(r, err);
    if (status == INK_OK)
        status = ink__loader_init(&r->loader, r->train, r->input, s, held,
                                  r->batch < MOST_ROWS ? r->batch : MOST_ROWS, r->pool, err);
    if (status == INK_OK && from)
        take_up(r, from);
    else if (status == INK_OK)
        status = prepare_layers(r, err);
    r->images_before = r->at.images;
    r->seconds_before = r->at.train_seconds;
    if (status == INK_OK)
        keep(r->shown, r->good, r->good_state);
    return status;
}

static void release(run *r)
{
    if (r->shown != r->network)
        ink_network_free(r->shown);
    ink_dataset_free(r->held_out);
    ink_dataset_free(r->glance);
    ink__loader_release(&r->loader);
    ink_workspace_free(r->ws);
    ink__optimizer_release(&r->optimizer);
    ink__free(r->gradient);
    ink__free(r->part);
    ink__free(r->good);
    ink__free(r->good_state);
    ink__free(r->kept.best);
    ink__free(r->kept.best_state);
}

static ink_status start_to_end(run *r, ink_error *err)
{
    ink_train_event event = event_of(r, INK_EVENT_START), last = event;
    last.update = SIZE_MAX; /* nothing was evaluated yet */
    send(r, &event);
    ink_status status = checkpoint(r, err); /* so that a run killed at once can go on, too */
    if (status == INK_OK)
        status = loop(r, &last, err);
    return status == INK_OK ? finish(r, &last, err) : status;
}

ink_status ink__train_from(ink_network *network, const ink_input *input, const ink_dataset *train,
                           const ink_dataset *test, const ink_train_settings *settings,
                           const ink_resume *from, ink_pool *pool, ink_train_callback *callback,
                           void *user, ink_error *err)
{
    ink_status status = ink_train_check(settings, network, train, test, err);
    if (status != INK_OK)
        return status;
    ink_network_set_precision(network, settings->precision);
    run r = {.network = network,
             .shown = network,
             .input = input,
             .train = train,
             .test = test,
             .settings = settings,
             .pool = pool,
             .callback = callback,
             .user = user,
             .rate = settings->rate,
             .batch_cost = (double)NAN};
    status = prepare(&r, from, err);
    if (status == INK_OK)
        status = start_to_end(&r, err);
    release(&r);
    return status;
}

ink_status ink_train(ink_network *network, const ink_input *input, const ink_dataset *train,
                     const ink_dataset *test, const ink_train_settings *settings, ink_pool *pool,
                     ink_train_callback *callback, void *user, ink_error *err)
{
    return ink__train_from(network, input, train, test, settings, NULL, pool, callback, user, err);
}
