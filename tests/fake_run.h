/* A run that learns nothing and says what the test tells it to: it takes the place of
 * studio/run/run.c in the test's program. */
#ifndef INK_TESTS_FAKE_RUN_H
#define INK_TESTS_FAKE_RUN_H

#include "studio/run/run.h"

#include <pthread.h>
#include <stdio.h>

static struct run {
    pthread_mutex_t lock;
    run_phase phase;
    size_t begun, version;
    const ink_network *network;
    library_data data;
    run_setup setup;
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER};

run *run_new(library *shelf, const char *state_folder, size_t threads, ink_error *err)
{
    (void)shelf, (void)state_folder, (void)threads, (void)err;
    return &fake;
}

void run_free(run *r)
{
    (void)r;
}

void run_look(run *r, run_status *status)
{
    pthread_mutex_lock(&r->lock);
    *status = (run_status){.phase = r->phase, .begun = r->begun, .version = r->version};
    pthread_mutex_unlock(&r->lock);
}

ink_model *run_model(run *r, size_t *version, ink_error *err)
{
    pthread_mutex_lock(&r->lock);
    *version = r->version;
    ink_model *m = ink_model_new(ink_network_copy(r->network, err), r->data.train,
                                 INK_COST_CROSS_ENTROPY, err);
    pthread_mutex_unlock(&r->lock);
    return m;
}

bool run_data(run *r, library_data *data)
{
    pthread_mutex_lock(&r->lock);
    *data = r->data;
    bool has = r->data.train;
    pthread_mutex_unlock(&r->lock);
    return has;
}

const run_setup *run_setup_now(run *r)
{
    return &r->setup;
}

/* The rest is for other scenes, which no test here opens. */
void run_setup_init(run_setup *setup)
{
    *setup = (run_setup){.limit = 0};
}

ink_status run_begin(run *r, const run_setup *setup, ink_error *err)
{
    (void)r, (void)setup, (void)err;
    return INK_EINVAL;
}

void run_play(run *r)
{
    (void)r;
}

void run_pause(run *r)
{
    (void)r;
}

void run_step(run *r, size_t updates)
{
    (void)r, (void)updates;
}

void run_speed(run *r, double updates_per_second)
{
    (void)r, (void)updates_per_second;
}

void run_seek(run *r, size_t update)
{
    (void)r, (void)update;
}

ink_status run_tune(run *r, const ink_train_settings *settings, ink_error *err)
{
    (void)r, (void)settings, (void)err;
    return INK_EINVAL;
}

ink_status run_resume(run *r, const char *path, ink_error *err)
{
    (void)r, (void)path, (void)err;
    return INK_EINVAL;
}

ink_status run_save(run *r, const char *path, bool half, ink_error *err)
{
    (void)r, (void)path, (void)half, (void)err;
    return INK_EINVAL;
}

size_t run_points(run *r, run_point *points, size_t most)
{
    (void)r, (void)points, (void)most;
    return 0;
}

static void fake_set(run_phase phase, const ink_network *network, library_data data)
{
    pthread_mutex_lock(&fake.lock);
    fake.phase = phase;
    fake.begun++;
    fake.version = 1;
    fake.network = network;
    fake.data = data;
    snprintf(fake.setup.data, sizeof fake.setup.data, "made");
    pthread_mutex_unlock(&fake.lock);
}

static void fake_weights(const ink_network *network)
{
    pthread_mutex_lock(&fake.lock);
    fake.network = network;
    fake.version++;
    pthread_mutex_unlock(&fake.lock);
}

#endif
