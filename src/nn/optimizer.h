/* An optimiser at work: its rule, its memory, and how many steps it took. */
#ifndef INK_NN_OPTIMIZER_H
#define INK_NN_OPTIMIZER_H

#include "inkling/optimizer.h"
#include "nn/layer.h"

typedef struct ink__optimizer_plan {
    ink_optimizer kind;
    float momentum, beta2, epsilon, weight_decay; /* beta2 0 = the rule's own default */
    float bias_rate, dense_rate;   /* of these groups, as multiples of the rate; 0 = they stay */
    float bias_decay, dense_decay; /* likewise, as multiples of the weight decay; 0 = none */
} ink__optimizer_plan;

typedef struct ink__optimizer {
    ink__optimizer_plan plan;
    float *v, *s;   /* velocity and mean square; NULL where the rule has no use for them */
    float *scratch; /* of Muon; NULL otherwise */
    float rate;     /* of the current step */
    uint64_t steps; /* taken so far */
    ink__update updates[INK_GROUPS]; /* of the current step */
} ink__optimizer;

ink_status ink__optimizer_init(ink__optimizer *optimizer, const ink__optimizer_plan *plan,
                               const ink_network *network, ink_error *err);
/* Other numbers of the same rule, from the next step on. */
void ink__optimizer_replan(ink__optimizer *optimizer, ink__optimizer_plan plan);
/* Must the gradient be seen whole before a step? */
bool ink__optimizer_gathers(ink_optimizer kind);
/* Has the optimiser something to do in this network that another would not do as well? */
bool ink__optimizer_suits(ink_optimizer kind, const ink_network *network);
void ink__optimizer_release(ink__optimizer *optimizer);

/* Begins the next step at this rate and gives the sink that carries it out on the weights `w`,
 * block by block, as the way back delivers gradients. */
ink__sink ink__optimizer_begin(ink__optimizer *optimizer, float rate, float *w);
/* Carries out a whole step from a gradient vector: where one must be seen whole first, to be
 * clipped or because it was not made by backpropagation. */
void ink__optimizer_apply(const ink__optimizer *optimizer, const ink_network *network,
                          const ink__sink *sink, const float *gradient, ink_pool *pool);

/* Muon on one matrix of rows x cols: velocity v, weights w, gradient g. The weights first lose the
 * share `shrink`. */
size_t ink__muon_scratch(size_t rows, size_t cols);
void ink__muon_step(size_t rows, size_t cols, float rate, float momentum, float shrink,
                    const float *g, float *v, float *w, float *scratch, ink_pool *pool);

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
