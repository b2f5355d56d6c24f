/* The training loop: updates; now and then a look at how well it does, and a checkpoint. */
#include "train/trainer.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "nn/network.h"

#include <math.h>
#include <string.h>
#include <time.h>

typedef struct run {
    ink_trainer *trainer;
    ink_network *network; /* given back */
    const ink_dataset *test;
    ink_dataset *held_out, *glance; /* parts of the training set; NULL where not used */
    const ink_train_settings *settings;
    ink_train_callback *callback;
    void *user;
    ink__vectors kept;      /* best, best_state */
    uint64_t images_before; /* seen before this process took over */
    double seconds_before;
    double last_checkpoint;
    bool interrupted, stopped_early;
} run;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- events ---- */

static ink_train_event event_of(const run *r, ink_train_event_kind kind)
{
    const ink_trainer *t = r->trainer;
    double seconds = t->at.train_seconds - r->seconds_before;
    double images = (double)(t->at.images - r->images_before);
    return (ink_train_event){.kind = kind,
                             .epoch = ink__trainer_epoch(t),
                             .epochs = ink__trainer_epochs(t),
                             .update = (size_t)t->at.update,
                             .images = (size_t)t->at.images,
                             .rate = t->rate,
                             .cost = t->at.stretch ? t->at.stretch_cost / (double)t->at.stretch
                                                   : (double)NAN,
                             .batch_cost = t->batch_cost,
                             .train_accuracy = (double)NAN,
                             .test_accuracy = (double)NAN,
                             .test_cost = (double)NAN,
                             .train_seconds = t->at.train_seconds,
                             .load_seconds = t->at.load_seconds,
                             .images_per_second = seconds > 0 ? images / seconds : 0,
                             .stopped_early = r->stopped_early,
                             .interrupted = r->interrupted,
                             .network = t->shown};
}

static void send(run *r, const ink_train_event *event)
{
    if (r->callback && !r->callback(event, r->user) && event->kind != INK_EVENT_END)
        r->interrupted = true;
}

/* ---- looking at how well it does ---- */

static ink_status look(const run *r, const ink_dataset *data, size_t limit, double *accuracy,
                       double *cost, ink_error *err)
{
    const ink_trainer *t = r->trainer;
    ink_evaluation result;
    ink_status status = ink_evaluate(
        t->shown, &t->input, data,
        &(ink_evaluate_settings){.cost = r->settings->cost, .limit = limit}, t->pool, &result, err);
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
    ink__position *at = &r->trainer->at;
    double accuracy, cost;
    ink_status status = look(r, r->held_out, 0, &accuracy, &cost, err);
    if (status != INK_OK)
        return status;
    if (cost < at->best_cost) {
        at->best_cost = cost;
        at->waiting = 0;
        ink__weights_keep(r->trainer->shown, r->kept.best, r->kept.best_state);
    } else {
        at->waiting++;
    }
    r->stopped_early = r->settings->patience > 0 && at->waiting >= r->settings->patience;
    return INK_OK;
}

static ink_status evaluate(run *r, ink_train_event *event, ink_error *err)
{
    ink_status status = INK_OK;
    double ignored;
    if (r->settings->eval_limit > 0)
        status = look(r, r->glance ? r->glance : r->trainer->train, r->settings->eval_limit,
                      &event->train_accuracy, &ignored, err);
    if (status == INK_OK && r->test)
        status = look(r, r->test, 0, &event->test_accuracy, &event->test_cost, err);
    return status;
}

static ink_status epoch_event(run *r, ink_train_event *event, ink_error *err)
{
    ink__position *at = &r->trainer->at;
    *event = event_of(r, INK_EVENT_EPOCH);
    ink_status status = evaluate(r, event, err);
    if (status == INK_OK && r->held_out)
        status = judge(r, err);
    if (status != INK_OK)
        return status;
    at->evaluations++;
    at->stretch = 0;
    at->stretch_cost = 0;
    event->stopped_early = r->stopped_early;
    send(r, event);
    return INK_OK;
}

static ink_status checkpoint(run *r, ink_error *err)
{
    const char *path = r->settings->checkpoint;
    if (!path)
        return INK_OK;
    ink_status status = ink__trainer_write(r->trainer, &r->trainer->at, &r->kept, path, err);
    r->last_checkpoint = now();
    if (status != INK_OK)
        return status;
    ink_train_event event = event_of(r, INK_EVENT_CHECKPOINT);
    event.path = path;
    send(r, &event);
    return INK_OK;
}

/* ---- the loop ---- */

static ink_status loop(run *r, ink_train_event *last, ink_error *err)
{
    ink_trainer *t = r->trainer;
    ink_status status = INK_OK;
    while (status == INK_OK && t->at.update < t->updates && !r->interrupted && !r->stopped_early) {
        status = ink_trainer_step(t, err);
        if (status != INK_OK)
            return status;
        ink_train_event event = event_of(r, INK_EVENT_BATCH);
        send(r, &event);
        if (t->at.update >= ink__trainer_evaluation_at(t, t->at.evaluations)) {
            if (!ink__trainer_trust(t))
                return ink__trainer_diverged(t, err);
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
    const ink_network *shown = r->trainer->shown;
    if (r->settings->keep_best && isfinite(r->trainer->at.best_cost) && !r->interrupted)
        ink__weights_give(r->network, r->kept.best, r->kept.best_state);
    else if (shown != r->network)
        ink__weights_give(r->network, shown->w, shown->state);
}

static ink_status finish(run *r, ink_train_event *last, ink_error *err)
{
    ink_trainer *t = r->trainer;
    ink_status status = checkpoint(r, err);
    if (status != INK_OK)
        return status;
    ink_train_event event = event_of(r, INK_EVENT_END);
    bool best = r->settings->keep_best && isfinite(t->at.best_cost) && !r->interrupted;
    bool stale = best || last->update != t->at.update;
    hand_over(r);
    event.cost = last->cost;
    event.train_accuracy = last->train_accuracy;
    event.test_accuracy = last->test_accuracy;
    event.test_cost = last->test_cost;
    if (t->shown != r->network) /* the same weights, but for the best */
        ink__weights_give(t->shown, r->network->w, r->network->state);
    if (stale && !r->interrupted)
        status = evaluate(r, &event, err);
    if (status != INK_OK)
        return status;
    event.path = r->settings->checkpoint;
    event.network = r->network;
    send(r, &event);
    return r->interrupted ? ink__fail(err, INK_ESTOPPED, "training was stopped after epoch %.3f",
                                      ink__trainer_epoch(t))
                          : INK_OK;
}

/* ---- the beginning ---- */

static ink_status set_data_aside(run *r, ink_error *err)
{
    const ink_train_settings *s = r->settings;
    const ink_trainer *t = r->trainer;
    size_t count = t->train->count, w = r->network->w_count, state = r->network->state_count;
    if (t->held > 0) {
        r->held_out = ink__part_of(t->train, s->seed, 0, t->held, err);
        r->kept.best = ink__alloc(w, sizeof(float), err);
        r->kept.best_state = ink__alloc(state, sizeof(float), err);
        if (!r->held_out || !r->kept.best || !r->kept.best_state)
            return INK_ENOMEM;
    }
    if (s->eval_limit > 0 && s->eval_limit < count - t->held) {
        r->glance = ink__part_of(t->train, s->seed, t->held, s->eval_limit, err);
        if (!r->glance)
            return INK_ENOMEM;
    }
    return INK_OK;
}

static ink_status prepare(run *r, const ink_resume *from, ink_error *err)
{
    const ink_trainer *t = r->trainer;
    ink_status status = set_data_aside(r, err);
    if (status != INK_OK)
        return status;
    if (from && r->kept.best && from->vectors.best && from->vectors.best_state) {
        memcpy(r->kept.best, from->vectors.best, r->network->w_count * sizeof(float));
        memcpy(r->kept.best_state, from->vectors.best_state,
               r->network->state_count * sizeof(float));
    }
    r->images_before = t->at.images;
    r->seconds_before = t->at.train_seconds;
    return INK_OK;
}

static void release(run *r)
{
    ink_trainer_free(r->trainer);
    ink_dataset_free(r->held_out);
    ink_dataset_free(r->glance);
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

/* From where `from` stands; NULL = the beginning. */
static ink_status train_from(ink_network *network, const ink_input *input, const ink_dataset *train,
                             const ink_dataset *test, const ink_train_settings *settings,
                             const ink_resume *from, ink_pool *pool, ink_train_callback *callback,
                             void *user, ink_error *err)
{
    ink_status status = ink_train_check(settings, network, train, test, err);
    if (status != INK_OK)
        return status;
    run r = {
        .network = network, .test = test, .settings = settings, .callback = callback, .user = user};
    status = ink__trainer_make(network, input, train, settings, from, pool, &r.trainer, err);
    if (status == INK_OK)
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
    return train_from(network, input, train, test, settings, NULL, pool, callback, user, err);
}

ink_status ink_resume_train(ink_resume *resume, const ink_dataset *train, const ink_dataset *test,
                            ink_pool *pool, ink_train_callback *callback, void *user,
                            ink_error *err)
{
    ink_status status = ink__resume_fits(resume, train, err);
    if (status != INK_OK)
        return status;
    return train_from(resume->model->network, &resume->model->input, train, test, &resume->settings,
                      resume, pool, callback, user, err);
}
