/* The cost of a network as a landscape: over a plane in the space of its weights.
 *
 * A point of the plane is (u, v); the weights there are centre + u a + v b. Either a and b change
 * one weight each, and u and v are those weights' values; or they are random directions, and (0, 0)
 * is the network itself. Random directions are normalised filter by filter (Li, Xu, Taylor, Studer,
 * Goldstein 2018, "Visualizing the Loss Landscape of Neural Nets"): the weights into each node get
 * the length of the network's own, d = d / |d| * |w|; biases and norms stay as they are.
 *
 * The cost is that of ink_predict: no dropout, no noise, running statistics.
 *
 * Thread safety: one thread at a time each. */
#ifndef INK_STUDIO_TERRAIN_H
#define INK_STUDIO_TERRAIN_H

#include "inkling/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct terrain terrain;

enum { TERRAIN_MOST_PARAMETERS = 2000000 };

/* A copy of the network and of `count` samples x [count][inputs], t [count][outputs]. The pool
 * (NULL = none) is kept, not owned. */
terrain *terrain_new(const ink_network *network, const float *x, const float *t, size_t count,
                     ink_cost cost, ink_pool *pool, ink_error *err);
void terrain_free(terrain *terrain);

const ink_network *terrain_network(const terrain *terrain);
size_t terrain_samples(const terrain *terrain);
size_t terrain_parameters(const terrain *terrain);
const float *terrain_home(const terrain *terrain); /* the network's weights */
/* Backpropagation answers for this network's cost exactly: nothing in it behaves otherwise while it
 * learns (dropout, noise, norm). If not, slopes in the plane are central differences. */
bool terrain_is_exact(const terrain *terrain);

/* The two weights, numbered as in the parameter vector; different and below their count. */
void terrain_set_weights(terrain *terrain, size_t a, size_t b);
void terrain_set_random(terrain *terrain, uint64_t seed);
/* The plane through the network's weights that holds `w` (first axis: from there to w, so that w is
 * (1, 0)) and comes nearest to `between` (second axis, of the same length). */
void terrain_set_path(terrain *terrain, const float *w, const float *between);

/* Which samples are asked. */
typedef struct samples {
    size_t first, count;
} samples;

/* NAN where it is not finite. */
double terrain_cost(terrain *terrain, double u, double v, samples which);
/* The cost, and its slope along u and v. */
double terrain_slope(terrain *terrain, double u, double v, samples which, double slope[2]);

/* The foot of the perpendicular from weights `w` to the plane. */
void terrain_project(const terrain *terrain, const float *w, double at[2]);
void terrain_weights(const terrain *terrain, double u, double v, float *w);

/* For the whole network: the cost at weights w, and an update v = momentum v + gradient,
 * w -= rate v. */
double terrain_cost_at(terrain *terrain, const float *w, samples which);
double terrain_learn(terrain *terrain, float *w, float *velocity, samples which, float rate,
                     float momentum);

/* ---- on a grid ---- */

typedef enum landmark_kind { LANDMARK_MINIMUM, LANDMARK_SADDLE, LANDMARK_MAXIMUM } landmark_kind;
const char *landmark_kind_name(landmark_kind kind);

typedef struct landmark {
    landmark_kind kind;
    double i, j; /* between grid points */
    double z;
} landmark;

/* Critical points of z[n][n], z[j * n + i]: where the slope of a parabola through 3 x 3 points is 0
 * within its cell, told apart by the Hessian's eigenvalues, and confirmed by the ring of neighbours
 * (all above, all below, or above and below in turns). */
size_t terrain_landmarks(const float *z, size_t n, landmark *marks, size_t most);

#endif
