/* A ball on a curve: what the curve looks like, what a nudge measures, and how gradient descent
 * behaves on it.
 *
 * Thread safety: plain data; one thread at a time. */
#ifndef INK_STUDIO_DESCENT_H
#define INK_STUDIO_DESCENT_H

#include "studio/slope/formula.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the curve ---- */

typedef enum spot_kind { SPOT_MINIMUM, SPOT_MAXIMUM, SPOT_FLAT } spot_kind;

/* Where the slope is 0 or changes its sign. */
typedef struct spot {
    spot_kind kind;
    double x, y;
    bool kink;   /* the slope jumps instead of passing 0 */
    bool global; /* a minimum as low as any in view */
} spot;

enum { CURVE_POINTS = 1201, CURVE_MOST_SPOTS = 32 };

typedef struct curve {
    double low, high;                            /* x in view */
    float y[CURVE_POINTS], slope[CURVE_POINTS];  /* NAN where there is none */
    double y_low, y_high, slope_low, slope_high; /* what to show: poles are cut off */
    size_t spots;
    spot spot[CURVE_MOST_SPOTS];
    bool bottom; /* the lowest point in view is a minimum, not the edge of the view */
} curve;

void curve_look(const formula *formula, double low, double high, curve *out);
/* The minimum that is as low as any and nearest to x; NULL if the bottom is not in view. */
const spot *curve_bottom(const curve *curve, double x);

/* ---- the nudge ---- */

typedef struct nudge {
    double at, value;        /* x as the arithmetic holds it, and f there */
    double next, next_value; /* x + h */
    double measured;         /* (f(x+h) - f(x)) / h */
    double exact;            /* from the dual numbers */
    double error;            /* |measured - exact| */
} nudge;

nudge nudge_at(const formula *formula, double x, double h, bool single);
/* The h of `count` powers of ten from 1 down to 10^lowest with the smallest error; fills both. */
size_t nudge_errors(const formula *formula, double x, bool single, double lowest, size_t count,
                    float *h, float *error);

/* ---- the ball ---- */

typedef enum ball_state {
    BALL_READY, /* not moved yet */
    BALL_ROLLING,
    BALL_CREEPING, /* the rate is too low: it would take hundreds of steps */
    BALL_SWINGING, /* jumps across the minimum, each time nearer */
    BALL_BOUNCING, /* jumps across and comes no nearer: the rate is too high */
    BALL_FLYING,   /* left the curve: the rate is much too high */
    BALL_FALLING,  /* left the view downhill, where there is no minimum */
    BALL_ARRIVED,  /* in the lowest minimum */
    BALL_STUCK,    /* in a minimum that is not the lowest */
    BALL_BALANCED, /* the slope is 0, but it is no minimum: on a top, on a shelf */
    BALL_LOST      /* no slope here: a kink, a pole, outside the domain */
} ball_state;

/* "ready", "creeping", ... */
const char *ball_state_name(ball_state state);

enum { BALL_TRAIL = 512, BALL_MOST_STEPS = 100000 };

typedef struct ball {
    double start, x, velocity;
    double rate, momentum;
    size_t steps;
    ball_state state;
    size_t trail;            /* entries, the oldest dropped */
    double path[BALL_TRAIL]; /* x after each step, the start first */
} ball;

void ball_put(ball *ball, double x); /* at rest; the trail begins anew */
/* v = momentum v + f'(x); x -= rate v. Then names what it sees. */
void ball_step(ball *ball, const formula *formula, const curve *curve);
/* Nothing will change by going on. */
bool ball_rests(const ball *ball);
/* What the state means, with the numbers. */
void ball_sentence(const ball *ball, const formula *formula, const curve *curve, char *text,
                   size_t size);

#endif
