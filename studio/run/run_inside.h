/* What a run is inside: a mailbox of orders, the thread that carries them out, and what it shows.
 *
 * Everything shared stands under one lock, held for copies only. The thread alone touches its
 * session: trainer, kept states, evaluation. */
#ifndef INK_STUDIO_RUN_INSIDE_H
#define INK_STUDIO_RUN_INSIDE_H

#include "studio/run/run.h"

#include "inkling/trainer.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- the curve: run_curve.c ---- */

typedef struct curve_point {
    size_t update;
    bool measured;
    run_point point;
} curve_point;

typedef struct run_curve {
    size_t count, stride; /* every stride-th update is there */
    curve_point points[RUN_MOST_POINTS];
} run_curve;

void curve_clear(run_curve *curve);
/* A point behind the last; what lies before it is there already and ignored. */
void curve_add(run_curve *curve, size_t update, const run_point *point);
/* The accuracies and costs of `point` at an update that may have passed. */
void curve_measure(run_curve *curve, size_t update, const run_point *point);
/* Forgets what lies behind `update`. */
void curve_cut(run_curve *curve, size_t update);

/* ---- the time machine: run_states.c ---- */

enum { RUN_RECENT = 20 }; /* costs that the shown one is the mean of */

typedef struct recent_costs {
    double costs[RUN_RECENT];
    size_t count; /* seen in all */
} recent_costs;

typedef struct kept_state {
    size_t update;
    recent_costs recent;
    void *memory;
} kept_state;

typedef struct run_states {
    kept_state *kept; /* by update */
    size_t count, room;
    size_t size;    /* of one */
    size_t spacing; /* updates at least between two */
    void *spare;
} run_states;

bool states_begin(run_states *states, size_t size);
void states_release(run_states *states);
/* Keeps the state of now where that is worth it; at the beginning always. False without memory. */
bool states_keep(run_states *states, const ink_trainer *trainer, const recent_costs *recent);
/* The newest that is not behind `update`; NULL if there is none. */
const kept_state *states_before(const run_states *states, size_t update);
void states_cut(run_states *states, size_t update);

/* ---- evaluation in pieces: run_judge.c ---- */

#define RUN_JUDGE_CREDIT 0.05 /* seconds of evaluation that may be saved up */

typedef struct judge_part {
    const ink_dataset *data; /* NULL = there is none */
    size_t count, next, correct;
    double cost; /* sum */
} judge_part;

typedef struct run_judge {
    ink_network *network; /* the weights that are judged */
    ink_workspace *ws;
    ink_input input;
    ink_cost cost;
    bool softmax;
    const ink_dataset *train, *test;
    float *x, *t;
    double per_sample; /* seconds; 0 = not known */
    bool running;
    bool sampled;        /* not all that should be judged, because it takes long */
    judge_part parts[2]; /* test, train */
    size_t version, update;
    run_point point;               /* where it stands; filled in at the end */
    double credit;                 /* seconds that may be spent */
    double credited, began, spent; /* on the latest one */
} run_judge;

ink_status judge_open(run_judge *judge, const ink_network *network, const ink_input *input,
                      const library_data *data, ink_cost cost, ink_pool *pool, ink_error *err);
void judge_close(run_judge *judge);
void judge_begin(run_judge *judge, const ink_network *network, size_t version, size_t update,
                 const run_point *point);
/* Works for some milliseconds, less where somebody has called; true when the evaluation is
 * complete.
 */
bool judge_piece(run_judge *judge, double now, const atomic_bool *called);
void judge_stop(run_judge *judge);

/* ---- the rest ---- */

typedef enum order_kind {
    ORDER_BEGIN,
    ORDER_RESUME,
    ORDER_PLAY,
    ORDER_PAUSE,
    ORDER_STEP,
    ORDER_SPEED,
    ORDER_SEEK,
    ORDER_TUNE,
    ORDER_SAVE
} order_kind;

enum { RUN_MOST_PATH = 1024, RUN_MOST_ORDERS = 64, RUN_MOST_TUNINGS = 5000 };

typedef struct order {
    order_kind kind;
    size_t begun; /* the beginning that was posted last before it, or with it */
    size_t count; /* updates */
    double speed;
    bool half;
    run_setup setup;
    char path[RUN_MOST_PATH];
} order;

typedef struct tuning {
    size_t update; /* from the one behind it on */
    ink_train_settings settings;
} tuning;

typedef enum run_motion { MOTION_REST, MOTION_PLAY, MOTION_STEP, MOTION_SEEK } run_motion;

typedef struct session {
    size_t begun;  /* of status */
    size_t posted; /* the beginning that was obeyed last, even if it could not be */
    run_setup setup;
    bool loading, failed, diverged;
    library_data data;
    ink_input input;
    ink_dataset *like;    /* one sample: for models, which want names and shape */
    ink_network *network; /* owned unless `resume` is there */
    ink_resume *resume;
    ink_model *taken; /* a model file that the weights are from, until they are used */
    ink_trainer *trainer;
    char *note;
    run_states states;
    run_judge judge;
    tuning *tunings;
    size_t tuning_count, next_tuning;
    recent_costs recent;
    size_t furthest, version;
    bool unsaved;
    run_motion motion;
    size_t goal;
    double pace_from, paced; /* when and where the pace was taken up */
    double seen_at, images_seen, images_per_second;
    double accuracy[2], cost[2]; /* test, train */
    size_t judged[2], judged_at, judged_version;
} session;

struct run {
    library *library;
    char *state_folder;
    size_t threads;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t wake, told;
    atomic_bool called; /* look at what stands under the lock */
    /* under the lock */
    bool stop, obeying;
    order orders[RUN_MOST_ORDERS];
    size_t first, waiting;
    size_t posted; /* counts beginnings */
    run_status status;
    run_setup setup;
    library_data data;
    bool has_data;
    run_curve curve;
    bool wants_copy;
    ink_network *copy;
    size_t copy_version, copy_begun;
    ink_input copy_input;
    ink_framing copy_framing;
    ink_cost copy_cost;
    const ink_dataset *copy_like;
    /* the caller's */
    run_setup shown;
    ink_network *checked; /* of shown.net */
    /* the thread's */
    ink_pool *pool;
    session now;
    double speed;
    size_t messages;
    bool trouble;
    char message[512];
};

void run_say(run *r, bool trouble, const char *format, ...) __attribute__((format(printf, 3, 4)));

void run_call(run *r); /* with the lock held: there is something for the thread to look at */
void run_blank(run_status *status, size_t begun);
/* With the lock held: what is shown is from now on that of another run. */
void run_clear(run *r, size_t begun);

/* Is there room for such a network? Its text comes from a page. */
ink_status run_fits(const ink_network *network, size_t batch, ink_error *err);

/* run_session.c: beginning and ending */
void session_begin(run *r, const order *o);
void session_load(run *r); /* looks whether the data is there */
void session_close(run *r);
void session_save(run *r, const char *path, bool half);
void session_rescue(run *r);   /* what would be lost, into the state folder */
void run_refresh_copy(run *r); /* with the lock held */

/* run_learn.c: moving */
void learn_obey(run *r, const order *o);
/* Works for a slice; returns in how many seconds there is more to do. */
double learn_slice(run *r);
/* What may change while it learns, from one to the other. */
void settings_tune(ink_train_settings *settings, const ink_train_settings *wanted);
bool settings_same(const ink_train_settings *a, const ink_train_settings *b);
bool run_is_done(const session *s);
run_point run_point_of(const session *s); /* of now, not measured */

#endif
