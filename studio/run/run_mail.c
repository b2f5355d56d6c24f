/* The mailbox of a run: orders, checked at once and carried out by the thread. */
#include "studio/run/run_inside.h"

#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* May the newest order that waits be replaced by one of this kind? */
static bool replaces(const order *last, const order *o)
{
    return last->begun == o->begun && last->kind == o->kind && o->kind != ORDER_SAVE &&
           o->kind != ORDER_STEP;
}

/* Sliders send more than a long update can take up: what the next of the same kind replaces does
 * not wait. With a full box the newest order is the one that counts. Called with the lock held. */
static order *place_for(run *r, const order *o)
{
    order *last = &r->orders[(r->first + r->waiting + RUN_MOST_ORDERS - 1) % RUN_MOST_ORDERS];
    if (r->waiting > 0 && (replaces(last, o) || r->waiting == RUN_MOST_ORDERS))
        return last;
    r->waiting++;
    return &r->orders[(r->first + r->waiting - 1) % RUN_MOST_ORDERS];
}

void run_call(run *r)
{
    atomic_store_explicit(&r->called, true, memory_order_relaxed);
    pthread_cond_signal(&r->wake);
}

static void post(run *r, order *o)
{
    pthread_mutex_lock(&r->lock);
    o->begun = r->posted;
    *place_for(r, o) = *o;
    run_call(r);
    pthread_mutex_unlock(&r->lock);
}

/* Whatever waits for the run before this one is dropped, but for files that are to be written. */
static void post_beginning(run *r, order *o)
{
    pthread_mutex_lock(&r->lock);
    size_t kept = 0;
    for (size_t i = 0; i < r->waiting; i++) {
        const order *old = &r->orders[(r->first + i) % RUN_MOST_ORDERS];
        if ((old->kind == ORDER_SAVE || old->kind == ORDER_SPEED) && kept < RUN_MOST_ORDERS - 1)
            r->orders[(r->first + kept++) % RUN_MOST_ORDERS] = *old;
    }
    r->waiting = kept;
    o->begun = ++r->posted;
    if (o->kind == ORDER_BEGIN) /* a file may turn out to be none: until then all stays */
        run_clear(r, o->begun);
    *place_for(r, o) = *o;
    run_call(r);
    pthread_mutex_unlock(&r->lock);
}

ink_status run_fits(const ink_network *network, size_t batch, ink_error *err)
{
    const double most_parameters = 32e6, most_bytes = 2e9;
    double nodes = 0, parameters = (double)ink_network_parameter_count(network);
    double rows = batch == 0 || batch > 4096 ? 4096 : (double)batch;
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        ink_layer_info layer = ink_network_layer(network, i);
        nodes += (double)layer.out_height * layer.out_width * layer.out_channels;
    }
    if (parameters > most_parameters)
        return say_error(err, INK_EINVAL,
                         "a network has at most %.0f million weights here; this one has %.0f "
                         "million: use inkling train",
                         most_parameters / 1e6, parameters / 1e6);
    if (4 * nodes * rows > most_bytes)
        return say_error(err, INK_EINVAL,
                         "a batch of %.0f samples takes %.3g GB in this network, more than %.0f "
                         "here: take a smaller batch",
                         rows, 4e-9 * nodes * rows, most_bytes / 1e9);
    return INK_OK;
}

/* The network that settings are checked against. */
static ink_status check(run *r, const run_setup *setup, ink_error *err)
{
    if (!r->checked || strcmp(setup->net, r->shown.net) != 0) {
        ink_network *network = ink_network_plan(setup->net, err);
        if (!network)
            return err->status;
        ink_network_free(r->checked);
        r->checked = network;
    }
    ink_status status = ink_train_check(&setup->settings, r->checked, NULL, NULL, err);
    return status == INK_OK ? run_fits(r->checked, setup->settings.batch, err) : status;
}

static bool ends(const char *text, size_t size)
{
    return memchr(text, 0, size) != NULL;
}

ink_status run_begin(run *r, const run_setup *setup, ink_error *err)
{
    ink_error local = {.status = INK_OK};
    ink_error *say = err ? err : &local;
    if (!ends(setup->data, sizeof setup->data) || !ends(setup->net, sizeof setup->net))
        return say_error(err, INK_EINVAL, "a text of the setup does not end");
    order o = {.kind = ORDER_BEGIN, .setup = *setup};
    o.setup.updates_per_epoch = 0;
    o.setup.from[0] = 0;
    o.setup.checkpoint = false;
    o.setup.settings.checkpoint = o.setup.settings.data_name = o.setup.settings.note = NULL;
    ink_status status = check(r, &o.setup, say);
    if (status != INK_OK)
        return status;
    r->shown = o.setup;
    post_beginning(r, &o);
    return INK_OK;
}

void run_play(run *r)
{
    post(r, &(order){.kind = ORDER_PLAY});
}

void run_pause(run *r)
{
    post(r, &(order){.kind = ORDER_PAUSE});
}

void run_step(run *r, size_t updates)
{
    const size_t most = (size_t)1 << 40;
    post(r, &(order){.kind = ORDER_STEP, .count = updates < most ? updates : most});
}

void run_speed(run *r, double updates_per_second)
{
    if (updates_per_second > 0)
        post(r, &(order){.kind = ORDER_SPEED, .speed = fmax(updates_per_second, 1e-3)});
}

void run_seek(run *r, size_t update)
{
    post(r, &(order){.kind = ORDER_SEEK, .count = update});
}

static const char *fixed_but_changed(const ink_train_settings *a, const ink_train_settings *b)
{
    return a->cost != b->cost             ? "cost"
           : a->gradient != b->gradient   ? "way to the gradient"
           : a->optimizer != b->optimizer ? "optimizer"
           : a->average != b->average     ? "average"
           : a->precision != b->precision ? "precision"
           : a->batch != b->batch         ? "batch"
           : a->seed != b->seed           ? "seed"
                                          : NULL;
}

ink_status run_tune(run *r, const ink_train_settings *settings, ink_error *err)
{
    ink_error local = {.status = INK_OK};
    run_setup changed = *run_setup_now(r);
    const char *fixed = fixed_but_changed(&changed.settings, settings);
    settings_tune(&changed.settings, settings);
    if (fixed)
        return say_error(err, INK_EINVAL,
                         "the %s cannot change while it learns: begin anew for that", fixed);
    ink_status status = check(r, &changed, err ? err : &local);
    if (status != INK_OK)
        return status;
    r->shown = changed;
    post(r, &(order){.kind = ORDER_TUNE, .setup = changed});
    return INK_OK;
}

static ink_status order_with_path(const char *path, order *o, ink_error *err)
{
    if (*path == 0 || strlen(path) >= sizeof o->path)
        return say_error(err, INK_EINVAL, "a path has 1 to 1023 bytes");
    snprintf(o->path, sizeof o->path, "%s", path);
    return INK_OK;
}

ink_status run_resume(run *r, const char *path, ink_error *err)
{
    order o = {.kind = ORDER_RESUME, .setup = *run_setup_now(r)};
    ink_status status = order_with_path(path, &o, err);
    o.setup.updates_per_epoch = 0;
    o.setup.settings.checkpoint = o.setup.settings.data_name = o.setup.settings.note = NULL;
    if (status == INK_OK)
        post_beginning(r, &o);
    return status;
}

ink_status run_save(run *r, const char *path, bool half, ink_error *err)
{
    order o = {.kind = ORDER_SAVE, .half = half};
    ink_status status = order_with_path(path, &o, err);
    if (status == INK_OK)
        post(r, &o);
    return status;
}
