/* Optimisers and schedules: how a gradient becomes a step, and how long the step is when.
 *
 * Thread safety: plain data and pure functions. */
#ifndef INKLING_OPTIMIZER_H
#define INKLING_OPTIMIZER_H

#include "inkling/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ink_gradient_method {
    INK_GRADIENT_BACKPROP,
    INK_GRADIENT_FINITE, /* one-sided nudge, the video's first way */
    INK_GRADIENT_CENTRAL
} ink_gradient_method;

typedef enum ink_optimizer {
    INK_OPTIMIZER_SGD,
    INK_OPTIMIZER_MOMENTUM, /* v = m v + g; w -= rate v (Polyak 1964) */
    INK_OPTIMIZER_NESTEROV, /* v = m v + g; w -= rate (g + m v) (Nesterov 1983) */
    INK_OPTIMIZER_RMSPROP,  /* s = b2 s + (1-b2) g^2; w -= rate g / (sqrt(s) + eps) (Hinton 2012) */
    INK_OPTIMIZER_ADAM,     /* Kingma, Ba 2015 */
    INK_OPTIMIZER_ADAMW,    /* Adam with decoupled weight decay: Loshchilov, Hutter 2019 */
    INK_OPTIMIZER_MUON      /* for the weights of convolutions: Nesterov's step made orthogonal,
                               weights kept at a fixed norm (Jordan and others 2024), decay
                               decoupled. Everything else - dense weights, biases, norms - Nesterov
                               with a momentum of 0.85 whatever the settings say, at rates that
                               bias_rate and dense_rate fit to it. A network without convolutions
                               is refused: there Nesterov does the same */
} ink_optimizer;

typedef enum ink_schedule {
    INK_SCHEDULE_CONSTANT,
    INK_SCHEDULE_DECAY,   /* rate / (1 + decay * epoch), the video's */
    INK_SCHEDULE_STEP,    /* times 0.1 after each third of the run */
    INK_SCHEDULE_COSINE,  /* half a cosine from rate to 0 */
    INK_SCHEDULE_LINEAR,  /* straight from rate to 0 */
    INK_SCHEDULE_ONECYCLE /* up from rate/25 over the first 30 %, then cosine to rate/10000 (Smith
                             2018) */
} ink_schedule;

/* "backprop finite central", "sgd momentum nesterov rmsprop adam adamw muon",
 * "constant decay step cosine linear onecycle" */
INK_API const char *ink_gradient_method_name(ink_gradient_method method);
INK_API ink_status ink_gradient_method_parse(const char *name, ink_gradient_method *method,
                                             ink_error *err);
INK_API const char *ink_optimizer_name(ink_optimizer optimizer);
INK_API ink_status ink_optimizer_parse(const char *name, ink_optimizer *optimizer, ink_error *err);
INK_API const char *ink_schedule_name(ink_schedule schedule);
INK_API ink_status ink_schedule_parse(const char *name, ink_schedule *schedule, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
