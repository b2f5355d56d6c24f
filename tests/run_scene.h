/* A run of the studio for tests: made, waited for, and its weights as a name. */
#ifndef INK_TESTS_RUN_SCENE_H
#define INK_TESTS_RUN_SCENE_H

#include "tests/check.h"

#include "inkling/inkling.h"
#include "studio/run/run.h"

#include <time.h>

enum { MOST_WAIT = 240 }; /* seconds; sanitizers on a loaded machine take their time */

typedef struct scene {
    library *library;
    run *run;
    run_setup setup;
    run_status now;
} scene;

static inline double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void nap(double time)
{
    struct timespec t = {.tv_sec = (time_t)time, .tv_nsec = (long)(1e9 * (time - floor(time)))};
    nanosleep(&t, NULL);
}

static inline void set_up_in(scene *s, const char *folder)
{
    ink_error err = {.status = INK_OK};
    memset(s, 0, sizeof *s);
    s->library = library_new(&(library_settings){.data = NULL}, &err);
    assert_non_null(s->library);
    s->run = run_new(s->library, folder, 2, &err);
    assert_non_null(s->run);
    run_setup_init(&s->setup);
    s->setup.limit = 640; /* 20 updates an epoch */
}

static inline void set_up(scene *s)
{
    set_up_in(s, NULL);
}

static inline void tear_down(scene *s)
{
    run_free(s->run);
    library_free(s->library);
}

/* All orders obeyed, and nothing moves any more. */
static inline void settle(scene *s)
{
    double end = seconds() + MOST_WAIT;
    do {
        run_look(s->run, &s->now);
        bool rests = s->now.phase != RUN_LOADING && s->now.phase != RUN_PLAYING &&
                     s->now.phase != RUN_SEEKING;
        if (s->now.waiting == 0 && rests)
            return;
        nap(0.001);
    } while (seconds() < end);
    fail_msg("after %d seconds the run is in phase %d, %zu orders wait: %s", MOST_WAIT,
             (int)s->now.phase, s->now.waiting, s->now.message);
}

static inline void settle_as(scene *s, run_phase phase)
{
    settle(s);
    if (s->now.phase != phase)
        fail_msg("phase %d, expected %d: %s", (int)s->now.phase, (int)phase, s->now.message);
}

static inline void begin(scene *s)
{
    ink_error err = {.status = INK_OK};
    assert_good(run_begin(s->run, &s->setup, &err), err);
    settle_as(s, RUN_PAUSED); /* at once where the data was there */
}

typedef char bits[65];

static inline void bits_of(scene *s, bits hex)
{
    ink_error err = {.status = INK_OK};
    size_t version = 0;
    run_look(s->run, &s->now);
    ink_model *model = run_model(s->run, &version, &err);
    while (model && version != s->now.version) { /* the thread did not come to it in time */
        ink_model_free(model);
        model = run_model(s->run, &version, &err);
    }
    assert_good(err.status, err);
    assert_good(ink_network_sha256(model->network, hex, &err), err);
    ink_model_free(model);
}

#endif
