/* A run: one network learning in a thread of its own, so that whoever shows it never waits.
 *
 * The weights after n updates are the same bits at every speed, whatever was looked at, and the
 * same as ink_train's with the same settings. Going back to update n restores the nearest state
 * kept in memory and learns again up to n.
 *
 * Thread safety: one thread (the desk's) calls these; they return at once unless they say so. */
#ifndef INK_STUDIO_RUN_H
#define INK_STUDIO_RUN_H

#include "studio/library.h"

#include "inkling/train.h"

#include <stdbool.h>

typedef struct run run;

/* Strings are copied. */
typedef struct run_setup {
    char data[256]; /* a name for the library */
    size_t limit;   /* training samples; 0 = all */
    char net[1024]; /* text of the network */
    ink_init init;
    ink_train_settings settings; /* its strings, checkpoint and evaluation are not used */
    /* Told by run_setup_now and not used by run_begin: */
    size_t updates_per_epoch; /* once the data is there; 0 before */
    char from[1024];          /* the file that it was taken up from; "" = fresh weights */
    bool checkpoint;          /* that file was one */
} run_setup;

/* 784-100-10 on glyphs:digits where nothing else is said. */
void run_setup_init(run_setup *setup);

run *run_new(library *library, const char *state_folder, size_t threads, ink_error *err);
/* Stops within an update, writes what would be lost to the state folder. */
void run_free(run *run);

/* ---- commands ---- */

/* Begins anew, paused at update 0 with fresh weights; checked at once (INK_EINVAL), loading goes on
 * in the background. */
ink_status run_begin(run *run, const run_setup *setup, ink_error *err);
void run_play(run *run);
void run_pause(run *run);
void run_step(run *run, size_t updates); /* then pause */
/* Updates a second, above 0; INFINITY = as fast as it goes, which it is until something is said. */
void run_speed(run *run, double updates_per_second);
/* Time machine: to any update from 0 to the furthest reached, then pause. */
void run_seek(run *run, size_t update);
/* Changes what may change while it learns: rate, momentum, decays, schedule, clip, smoothing,
 * nudge, augmentation, epochs; what lay ahead on the curve and in the time machine is forgotten.
 * Whoever seeks back before it gets the old values there. After divergence it first goes back to
 * the newest state that was kept. INK_EINVAL names what cannot change. */
ink_status run_tune(run *run, const ink_train_settings *settings, ink_error *err);
/* Begins anew, paused, where a checkpoint stands, on its data with its settings; or with the
 * weights of a model file, otherwise as the last setup says. */
ink_status run_resume(run *run, const char *path, ink_error *err);
/* Writes a checkpoint, which is a model that can be gone on from, too; with `half` a model with
 * weights in float16. Both files are read and written by the run's thread: look at `message`. */
ink_status run_save(run *run, const char *path, bool half, ink_error *err);

/* ---- looking ---- */

typedef enum run_phase {
    RUN_EMPTY,   /* nothing begun */
    RUN_LOADING, /* data is being read */
    RUN_PAUSED,
    RUN_PLAYING,
    RUN_SEEKING,  /* on its way to another update */
    RUN_DONE,     /* all epochs done: paused */
    RUN_DIVERGED, /* the cost is not finite: message says where; weights are the last good ones */
    RUN_FAILED    /* data or memory could not be had: message */
} run_phase;

typedef struct run_status {
    run_phase phase;
    size_t begun;   /* counts run_begin and run_resume: another number, another run */
    size_t version; /* of the weights: changes when they do */
    size_t update, furthest, updates_per_epoch, batch;
    size_t images;
    double epoch, epochs;
    double seconds;           /* of training */
    double images_per_second; /* lately */
    double cost;              /* of the latest batch, smoothed over the last 20 */
    double batch_cost;        /* of the latest batch alone */
    double gradient_norm;     /* of the latest update; NAN where the gradient is not seen whole */
    double rate;              /* of the latest update */
    double forward_passes;    /* of batches, so far: finite differences take thousands an update */
    double speed;             /* updates a second that were asked for */
    double train_accuracy, test_accuracy, train_cost, test_cost; /* latest; NAN before */
    size_t trained_on, tested_on;                                /* samples these are from */
    size_t tested_at;                                            /* update */
    size_t points;                                               /* on the curve */
    size_t parameters;                                           /* learnt numbers */
    size_t earliest; /* update that run_seek can reach; 0 unless the run was taken up */
    size_t waiting;  /* commands that are not yet taken up: 0 = all that is here is their effect */
    double loading;  /* 0..1 while loading; 0 where not known */
    size_t messages; /* counts them: another number, another message */
    bool trouble;    /* the message tells of something that failed */
    char message[512];
} run_status;

void run_look(run *run, run_status *status);

/* One point of the curve: a batch cost, and where it was measured (not NAN) the rest. Thinned so
 * that there are never more than RUN_MOST_POINTS, the measured ones kept. */
typedef struct run_point {
    float update, images, seconds, cost, train_accuracy, test_accuracy, train_cost, test_cost;
    float gradient_norm; /* of the update, NAN where not known */
} run_point;
enum { RUN_MOST_POINTS = 4000 };
size_t run_points(run *run, run_point *points, size_t most);

/* A fresh model with the weights of now, its version in *version; NULL while there is none. Waits a
 * few milliseconds for the update at hand; if that takes longer the weights are those that were
 * asked for last. Free with ink_model_free. */
ink_model *run_model(run *run, size_t *version, ink_error *err);
/* The data it learns from, once loaded. */
bool run_data(run *run, library_data *data);
const run_setup *run_setup_now(run *run); /* as begun, with what was tuned */

#endif
