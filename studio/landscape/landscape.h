/* What the scene "landscape" works at: a network and its samples, a survey of its terrain, and a
 * ball. The scene itself only reads messages and tells.
 *
 * Thread safety: one thread at a time. */
#ifndef INK_STUDIO_LANDSCAPE_H
#define INK_STUDIO_LANDSCAPE_H

#include "studio/landscape/terrain.h"

#include "inkling/model.h"

#include <stdbool.h>

/* SMALL_PARAMETERS: of a network for the fruit, and what is fast enough to be asked again and
 * again.
 */
enum { SMALL_PARAMETERS = 20000, SURVEY_MOST = 161, TRAIL_MOST = 600, MARKS_MOST = 24 };

/* ---- the network ---- */

/* A small network made for this scene. */
typedef struct small_network {
    char data[64];   /* "fruit:xor" */
    char net[64];    /* "2-3-2" or the long form */
    char hidden[16]; /* activation of the short form's hidden layers */
    ink_cost cost;
    uint64_t seed;
    size_t updates; /* full-batch updates before it is looked at, 0..5000 */
} small_network;

terrain *landscape_small(const small_network *small, ink_error *err);
/* Of a model and the data it learns from: at most `count` samples, spread over the set; fewer of a
 * network that would take too long, but 16. */
terrain *landscape_model(const ink_model *model, const ink_dataset *data, ink_cost cost,
                         size_t count, ink_pool *pool, ink_error *err);

/* ---- the survey: costs on a grid, coarse to fine ---- */

typedef struct survey {
    size_t n, stride; /* finest grid n x n; points every `stride` are being asked */
    size_t at;        /* the next of them */
    size_t shown;     /* stride of the last complete grid; 0 = none yet */
    double u0, v0, u1, v1;
    samples which;
    bool news; /* a grid was completed and not yet told */
    float z[SURVEY_MOST * SURVEY_MOST];
} survey;

/* n is one of 41, 81, 161. */
void survey_begin(survey *survey, size_t n, double u0, double v0, double u1, double v1,
                  samples which);
/* Goes on until `until` (desk_now's clock). */
void survey_go_on(survey *survey, terrain *terrain, double until);
bool survey_is_done(const survey *survey);
double survey_share(const survey *survey); /* 0..1 of all points */
/* The last complete grid, m x m, into z; its m (0 = none). */
size_t survey_grid(const survey *survey, float *z);

/* ---- the ball ---- */

typedef enum roller_state {
    ROLLER_READY,
    ROLLER_ROLLING,
    ROLLER_ARRIVED, /* the slope is 0: a minimum of what it may change */
    ROLLER_WOBBLES, /* mini-batches push it to and fro about the same place */
    ROLLER_LEFT,    /* out of the view */
    ROLLER_LOST     /* the cost is not finite */
} roller_state;
const char *roller_state_name(roller_state state);

typedef struct roller {
    bool whole; /* the whole network learns, its path is projected; else only u and v move */
    double start[2], at[2], velocity[2], slope[2];
    double rate, momentum;
    size_t batch; /* samples an update; 0 = all */
    size_t steps;
    double cost;  /* of all samples, where it is */
    double angle; /* degrees between the batch's slope and that of all samples; NAN = not known */
    double norm;  /* of the slope of all samples; NAN = not known */
    roller_state state;
    size_t trail;
    float path[TRAIL_MOST][3]; /* u, v, cost */
    float *w, *speed;          /* whole: weights and velocities; owned */
} roller;

/* At rest in (u, v), the trail begun anew. False without memory. */
bool roller_put(roller *roller, terrain *terrain, double u, double v);
void roller_release(roller *roller);
/* The samples of the next update. */
samples roller_samples(const roller *roller, const terrain *terrain);
void roller_step(roller *roller, terrain *terrain, const survey *view);
bool roller_rests(const roller *roller);

#endif
