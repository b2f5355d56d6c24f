/* A run as others see it: what is shown, and the thread behind it. */
#include "studio/run/run_inside.h"

#include "studio/say.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE = 5 }; /* milliseconds that run_model waits for an update */

void run_setup_init(run_setup *setup)
{
    *setup = (run_setup){.data = "glyphs:digits", .net = "784-100-10", .init = INK_INIT_AUTO};
    ink_train_settings_init(&setup->settings);
}

/* ---- the thread ---- */

void run_say(run *r, bool trouble, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(r->message, sizeof r->message, format, values);
    va_end(values);
    r->trouble = trouble;
    r->messages++;
}

static run_phase phase_of(const session *s)
{
    if (s->failed)
        return RUN_FAILED;
    if (s->loading)
        return RUN_LOADING;
    if (!s->trainer)
        return RUN_EMPTY;
    if (s->diverged)
        return RUN_DIVERGED;
    if (s->motion == MOTION_SEEK)
        return RUN_SEEKING;
    if (s->motion != MOTION_REST)
        return RUN_PLAYING;
    return run_is_done(s) ? RUN_DONE : RUN_PAUSED;
}

static double smoothed(const recent_costs *recent)
{
    size_t count = recent->count < RUN_RECENT ? recent->count : RUN_RECENT;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += recent->costs[i];
    return count ? sum / (double)count : (double)NAN;
}

static void describe_progress(const session *s, run_status *status)
{
    ink_trainer_progress p = ink_trainer_look(s->trainer);
    size_t update = p.update < s->furthest ? p.update : s->furthest;
    status->update = update;
    status->furthest = s->furthest;
    status->earliest = s->states.count ? s->states.kept[0].update : update;
    status->updates_per_epoch = p.updates_per_epoch;
    status->batch = p.batch;
    status->images = p.images;
    status->epoch = (double)update / (double)p.updates_per_epoch;
    status->epochs = p.epochs;
    status->seconds = p.train_seconds + p.load_seconds;
    status->cost = smoothed(&s->recent);
    status->batch_cost = p.cost;
    status->gradient_norm = p.gradient_norm;
    status->rate = (double)p.rate;
    status->forward_passes = p.forward_passes;
    status->parameters = ink_network_parameter_count(ink_trainer_network(s->trainer));
}

static run_status describe(const run *r)
{
    const session *s = &r->now;
    run_status status = {.phase = phase_of(s),
                         .begun = s->begun,
                         .version = s->version,
                         .images_per_second = s->images_per_second,
                         .cost = (double)NAN,
                         .batch_cost = (double)NAN,
                         .gradient_norm = (double)NAN,
                         .epochs = s->setup.settings.epochs,
                         .rate = (double)s->setup.settings.rate,
                         .speed = r->speed,
                         .test_accuracy = s->accuracy[0],
                         .train_accuracy = s->accuracy[1],
                         .test_cost = s->cost[0],
                         .train_cost = s->cost[1],
                         .tested_on = s->judged[0],
                         .trained_on = s->judged[1],
                         .tested_at = s->judged_at,
                         .messages = r->messages,
                         .trouble = r->trouble};
    memcpy(status.message, r->message, sizeof status.message);
    if (s->trainer && !s->loading && !s->failed)
        describe_progress(s, &status);
    return status;
}

/* Shows how things are; unless they are already those of another run. */
static void publish(run *r)
{
    run_status status = describe(r);
    pthread_mutex_lock(&r->lock);
    r->obeying = false;
    if (r->status.begun == r->now.begun) {
        r->status = status;
        r->setup = r->now.begun ? r->now.setup : r->setup;
    }
    pthread_mutex_unlock(&r->lock);
}

/* On its way through time a run takes up only what ends or turns that way: who says "there, and
 * then a step" means both. With the lock held. */
static bool must_wait(const run *r)
{
    if (r->now.motion != MOTION_SEEK)
        return false;
    for (size_t i = 0; i < r->waiting; i++) {
        order_kind kind = r->orders[(r->first + i) % RUN_MOST_ORDERS].kind;
        if (kind != ORDER_PLAY && kind != ORDER_STEP && kind != ORDER_TUNE && kind != ORDER_SAVE)
            return false;
    }
    return true;
}

static bool next_order(run *r, order *o)
{
    pthread_mutex_lock(&r->lock);
    bool there = r->waiting > 0 && !r->stop && !must_wait(r);
    atomic_store_explicit(&r->called, r->stop || (there && r->waiting > 1), memory_order_relaxed);
    if (there) {
        *o = r->orders[r->first];
        r->first = (r->first + 1) % RUN_MOST_ORDERS;
        r->waiting--;
        r->obeying = true;
    }
    if (r->wants_copy) {
        run_refresh_copy(r);
        r->wants_copy = false;
        pthread_cond_broadcast(&r->told);
    }
    pthread_mutex_unlock(&r->lock);
    return there;
}

static struct timespec in_seconds(double seconds)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    double whole = floor(seconds);
    t.tv_sec += (time_t)whole;
    t.tv_nsec += (long)(1e9 * (seconds - whole));
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* Until somebody calls or the time is over; false to end. */
static bool rest(run *r, double seconds)
{
    pthread_mutex_lock(&r->lock);
    struct timespec end = in_seconds(seconds < 3600 ? seconds : 3600);
    int late = 0;
    while (seconds > 0 && !r->stop && r->waiting == 0 && !r->wants_copy && late == 0)
        late = pthread_cond_timedwait(&r->wake, &r->lock, &end);
    bool goes_on = !r->stop;
    pthread_mutex_unlock(&r->lock);
    return goes_on;
}

static void *work(void *context)
{
    run *r = context;
    order o;
    double wait = (double)INFINITY;
    while (rest(r, wait)) {
        while (next_order(r, &o)) {
            learn_obey(r, &o);
            publish(r);
        }
        wait = learn_slice(r);
        publish(r);
    }
    session_rescue(r);
    session_close(r);
    ink_pool_free(r->pool);
    return NULL;
}

/* ---- making ---- */

void run_blank(run_status *status, size_t begun)
{
    double speed = status->speed;
    size_t messages = status->messages;
    *status = (run_status){.phase = begun ? RUN_LOADING : RUN_EMPTY,
                           .begun = begun,
                           .cost = (double)NAN,
                           .batch_cost = (double)NAN,
                           .gradient_norm = (double)NAN,
                           .train_accuracy = (double)NAN,
                           .test_accuracy = (double)NAN,
                           .train_cost = (double)NAN,
                           .test_cost = (double)NAN,
                           .speed = speed,
                           .messages = messages};
}

void run_clear(run *r, size_t begun)
{
    run_blank(&r->status, begun);
    r->has_data = false;
    curve_clear(&r->curve);
}

static void dispose(run *r)
{
    pthread_cond_destroy(&r->wake);
    pthread_cond_destroy(&r->told);
    pthread_mutex_destroy(&r->lock);
    ink_network_free(r->checked);
    free(r->state_folder);
    free(r);
}

run *run_new(library *shelf, const char *state_folder, size_t threads, ink_error *err)
{
    run *r = calloc(1, sizeof *r);
    char *folder = state_folder ? strdup(state_folder) : NULL;
    if (!r || (state_folder && !folder)) {
        free(r);
        say_error(err, INK_ENOMEM, "there is no memory for a run");
        return NULL;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &monotonic);
    pthread_cond_init(&r->told, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&r->lock, NULL);
    r->library = shelf;
    r->state_folder = folder;
    r->threads = threads;
    r->speed = r->status.speed = (double)INFINITY;
    run_blank(&r->status, 0);
    curve_clear(&r->curve);
    run_setup_init(&r->shown);
    r->setup = r->shown;
    if (pthread_create(&r->thread, NULL, work, r) == 0)
        return r;
    dispose(r);
    say_error(err, INK_ENOMEM, "there is no thread for a run");
    return NULL;
}

void run_free(run *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stop = true;
    atomic_store_explicit(&r->called, true, memory_order_relaxed);
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    dispose(r);
}

/* ---- looking ---- */

void run_look(run *r, run_status *status)
{
    pthread_mutex_lock(&r->lock);
    *status = r->status;
    status->points = r->curve.count;
    status->waiting = r->waiting + r->obeying;
    pthread_mutex_unlock(&r->lock);
}

size_t run_points(run *r, run_point *points, size_t most)
{
    pthread_mutex_lock(&r->lock);
    size_t count = r->curve.count < most ? r->curve.count : most;
    for (size_t i = 0; i < count; i++)
        points[i] = r->curve.points[r->curve.count - count + i].point;
    pthread_mutex_unlock(&r->lock);
    return count;
}

/* Under the lock: lets the thread bring the copy up to date, for as long as patience lasts. */
static void ask_for_copy(run *r)
{
    struct timespec end = in_seconds(1e-3 * PATIENCE);
    r->wants_copy = true;
    run_call(r);
    int late = 0;
    while (r->wants_copy && late == 0)
        late = pthread_cond_timedwait(&r->told, &r->lock, &end);
    r->wants_copy = false;
}

ink_model *run_model(run *r, size_t *version, ink_error *err)
{
    ink_error local = {.status = INK_OK};
    ink_error *say = err ? err : &local;
    ink_model *model = NULL;
    pthread_mutex_lock(&r->lock);
    if (r->has_data && (!r->copy || r->copy_version != r->status.version))
        ask_for_copy(r);
    if (r->copy && r->copy_begun == r->status.begun) {
        ink_network *copy = ink_network_copy(r->copy, say);
        model = copy ? ink_model_new(copy, r->copy_like, r->copy_cost, say) : NULL;
    } else {
        say_error(err, INK_EINVAL, "there is no network yet");
    }
    if (model) {
        model->input = r->copy_input;
        model->framing = r->copy_framing;
        if (version)
            *version = r->copy_version;
    }
    pthread_mutex_unlock(&r->lock);
    return model;
}

bool run_data(run *r, library_data *data)
{
    pthread_mutex_lock(&r->lock);
    bool there = r->has_data;
    if (there)
        *data = r->data;
    pthread_mutex_unlock(&r->lock);
    return there;
}

const run_setup *run_setup_now(run *r)
{
    pthread_mutex_lock(&r->lock);
    if (r->waiting == 0 && !r->obeying && r->status.begun > 0) {
        if (strcmp(r->shown.net, r->setup.net) != 0) {
            ink_network_free(r->checked);
            r->checked = NULL;
        }
        r->shown = r->setup;
        r->shown.settings.checkpoint = r->shown.settings.data_name = r->shown.settings.note = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    return &r->shown;
}
