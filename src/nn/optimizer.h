/* An optimiser at work: its rule, its memory, and how many steps it took. */
#ifndef INK_NN_OPTIMIZER_H
#define INK_NN_OPTIMIZER_H

#include "inkling/optimizer.h"
#include "nn/layer.h"

typedef struct ink__optimizer {
    ink_optimizer kind;
    float momentum, beta2, epsilon, weight_decay;
    size_t count;   /* parameters */
    float *v, *s;   /* velocity and mean square; NULL where the rule has no use for them */
    uint64_t steps; /* taken so far */
    ink__update decayed, undecayed; /* of the current step */
} ink__optimizer;

/* `beta2` 0 = the rule's own default. */
ink_status ink__optimizer_init(ink__optimizer *optimizer, ink_optimizer kind, float momentum,
                               float beta2, float epsilon, float weight_decay, size_t count,
                               ink_error *err);
void ink__optimizer_release(ink__optimizer *optimizer);

/* Begins the next step at this rate and gives the sink that carries it out on the weights `w`,
 * block by block, as the way back delivers gradients. */
ink__sink ink__optimizer_begin(ink__optimizer *optimizer, float rate, float *w);
/* Carries out a whole step from a gradient vector: where one must be seen whole first, to be
 * clipped or because it was not made by backpropagation. */
void ink__optimizer_apply(const ink_network *network, const ink__sink *sink, const float *gradient,
                          ink_pool *pool);

/* The rate at `progress` epochs of `epochs`; the schedules of inkling/optimizer.h. */
typedef struct ink__rate_plan {
    ink_schedule schedule;
    float rate, decay, warmup;
    double epochs;
} ink__rate_plan;
float ink__rate_at(const ink__rate_plan *plan, double progress);

/* Euclidean norm, summed in double in a fixed order. */
double ink__norm(const float *values, size_t count);

#endif
