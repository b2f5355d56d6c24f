/* Optimisers. The rules themselves are kernels (kernel/generic.c says what each does); here is what
 * changes from step to step. */
#include "nn/optimizer.h"

#include "base/memory.h"
#include "nn/network.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    ink__rule rule;
    bool v, s;
    float beta2;
} rules[] = {
    [INK_OPTIMIZER_SGD] = {"sgd", INK_RULE_SGD, false, false, 0},
    [INK_OPTIMIZER_MOMENTUM] = {"momentum", INK_RULE_MOMENTUM, true, false, 0},
    [INK_OPTIMIZER_NESTEROV] = {"nesterov", INK_RULE_NESTEROV, true, false, 0},
    [INK_OPTIMIZER_RMSPROP] = {"rmsprop", INK_RULE_RMSPROP, false, true, 0.99f},
    [INK_OPTIMIZER_ADAM] = {"adam", INK_RULE_ADAM, true, true, 0.999f},
    [INK_OPTIMIZER_ADAMW] = {"adamw", INK_RULE_ADAM, true, true, 0.999f},
    [INK_OPTIMIZER_MUON] = {"muon", INK_RULE_NESTEROV, true, false, 0}, /* muon.c for matrices */
};

/* Momentum of what is no matrix of a convolution, as in airbench94_muon (Jordan 2024): its steps
 * are not orthogonal, so the matrices' momentum says nothing about it. */
#define MUON_OTHERS 0.85f

enum { RULES = sizeof rules / sizeof *rules };

const char *ink_optimizer_name(ink_optimizer optimizer)
{
    return (size_t)optimizer < RULES ? rules[optimizer].name : "unknown";
}

ink_status ink_optimizer_parse(const char *name, ink_optimizer *optimizer, ink_error *err)
{
    for (size_t i = 0; i < RULES; i++)
        if (strcmp(rules[i].name, name) == 0) {
            *optimizer = (ink_optimizer)i;
            return INK_OK;
        }
    return ink__fail(err, INK_EINVAL,
                     "there is no optimizer \"%s\"; known are sgd, momentum, "
                     "nesterov, rmsprop, adam, adamw, muon",
                     name);
}

bool ink__optimizer_gathers(ink_optimizer kind)
{
    return kind == INK_OPTIMIZER_MUON;
}

static bool is_matrix(const ink__part_name *part)
{
    return !part->state && part->group == INK_GROUP_CONV;
}

bool ink__optimizer_suits(ink_optimizer kind, const ink_network *network)
{
    for (size_t i = 0; i < network->layer_count; i++)
        for (size_t p = 0; p < network->layers[i].part_count; p++)
            if (is_matrix(&network->layers[i].parts[p]))
                return true;
    return kind != INK_OPTIMIZER_MUON;
}

static size_t matrix_cols(const ink__part_name *part)
{
    return part->shape[part->rank - 1];
}

static size_t muon_scratch(const ink_network *network)
{
    size_t most = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__part_name *part = &network->layers[i].parts[0];
        size_t cols = is_matrix(part) ? matrix_cols(part) : 1;
        size_t need = is_matrix(part) ? ink__muon_scratch(part->count / cols, cols) : 0;
        most = need > most ? need : most;
    }
    return most;
}

void ink__optimizer_replan(ink__optimizer *optimizer, ink__optimizer_plan plan)
{
    if (!(plan.beta2 > 0))
        plan.beta2 = rules[plan.kind].beta2;
    optimizer->plan = plan;
}

ink_status ink__optimizer_init(ink__optimizer *optimizer, const ink__optimizer_plan *plan,
                               const ink_network *network, ink_error *err)
{
    ink_optimizer kind = plan->kind;
    ink__optimizer fresh = {0};
    size_t scratch = kind == INK_OPTIMIZER_MUON ? muon_scratch(network) : 0;
    ink__optimizer_replan(&fresh, *plan);
    if (rules[kind].v)
        fresh.v = ink__alloc(network->w_count, sizeof *fresh.v, err);
    if (rules[kind].s)
        fresh.s = ink__alloc(network->w_count, sizeof *fresh.s, err);
    if (scratch)
        fresh.scratch = ink__alloc(scratch, sizeof *fresh.scratch, err);
    if ((rules[kind].v && !fresh.v) || (rules[kind].s && !fresh.s) || (scratch && !fresh.scratch)) {
        ink__optimizer_release(&fresh);
        return INK_ENOMEM;
    }
    *optimizer = fresh;
    return INK_OK;
}

void ink__optimizer_release(ink__optimizer *optimizer)
{
    ink__free(optimizer->v);
    ink__free(optimizer->s);
    ink__free(optimizer->scratch);
    optimizer->v = optimizer->s = optimizer->scratch = NULL;
}

static float factor_of(const ink__optimizer_plan *plan, ink__group group)
{
    return group == INK_GROUP_BIAS    ? plan->bias_rate
           : group == INK_GROUP_DENSE ? plan->dense_rate
                                      : 1;
}

static float decay_of(const ink__optimizer_plan *plan, ink__group group)
{
    float factor = group == INK_GROUP_BIAS    ? plan->bias_decay
                   : group == INK_GROUP_DENSE ? plan->dense_decay
                                              : 1;
    return factor * plan->weight_decay;
}

ink__sink ink__optimizer_begin(ink__optimizer *optimizer, float rate, float *w)
{
    const ink__optimizer_plan *plan = &optimizer->plan;
    optimizer->steps++;
    optimizer->rate = rate;
    for (ink__group group = 0; group < INK_GROUPS; group++) {
        double own = (double)rate * (double)factor_of(plan, group), t = (double)optimizer->steps;
        ink__update update = {.rule = rules[plan->kind].rule,
                              .rate = (float)own,
                              .momentum = plan->momentum,
                              .beta2 = plan->beta2,
                              .epsilon = plan->epsilon,
                              .root = 1};
        if (plan->kind == INK_OPTIMIZER_MUON)
            update.momentum = MUON_OTHERS;
        if (update.rule == INK_RULE_ADAM) { /* bias correction: the averages start at 0 */
            update.rate = (float)(own / (1 - pow((double)plan->momentum, t)));
            update.root = (float)(1 / sqrt(1 - pow((double)plan->beta2, t)));
        }
        if (plan->kind == INK_OPTIMIZER_ADAMW)
            update.shrink = (float)own * decay_of(plan, group);
        else
            update.l2 = decay_of(plan, group);
        optimizer->updates[group] = update;
    }
    return (ink__sink){.updates = optimizer->updates, .w = w, .v = optimizer->v, .s = optimizer->s};
}

typedef struct job {
    const ink__sink *sink;
    const ink__update *update;
    const float *gradient;
    size_t first, count;
} job;

static void apply_chunk(void *context, size_t task, size_t thread)
{
    const job *j = context;
    size_t first, n = ink__rows_of(INK_ELEMENTS_PER_TASK, j->count, task, &first);
    size_t at = j->first + first;
    (void)thread;
    ink__block block = {.rows = 1,
                        .cols = n,
                        .row = n,
                        .w = j->sink->w + at,
                        .v = j->sink->v ? j->sink->v + at : NULL,
                        .s = j->sink->s ? j->sink->s + at : NULL,
                        .g = j->gradient + at,
                        .g_row = n};
    ink__kernels_get()->update(j->update, &block);
}

static void apply_part(const ink__optimizer *optimizer, const ink__layer *layer,
                       const ink__part_name *part, const ink__sink *sink, const float *gradient,
                       ink_pool *pool)
{
    size_t first = layer->w_offset + part->offset;
    if (optimizer->plan.kind == INK_OPTIMIZER_MUON && is_matrix(part)) {
        size_t cols = matrix_cols(part);
        ink__muon_step(part->count / cols, cols, optimizer->rate, optimizer->plan.momentum,
                       optimizer->rate * decay_of(&optimizer->plan, part->group), gradient + first,
                       sink->v + first, sink->w + first, optimizer->scratch, pool);
        return;
    }
    job j = {.sink = sink,
             .update = &sink->updates[part->group],
             .gradient = gradient,
             .first = first,
             .count = part->count};
    size_t tasks = (part->count + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK;
    ink__parallel_for(pool, tasks, apply_chunk, &j);
}

void ink__optimizer_apply(const ink__optimizer *optimizer, const ink_network *network,
                          const ink__sink *sink, const float *gradient, ink_pool *pool)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        for (size_t p = 0; p < layer->part_count; p++)
            if (!layer->parts[p].state)
                apply_part(optimizer, layer, &layer->parts[p], sink, gradient, pool);
    }
}

double ink__norm(const float *values, size_t count)
{
    enum { LANES = 8 }; /* independent sums, so that the loop may be done in vectors */
    double sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            sums[lane] += (double)values[i + lane] * (double)values[i + lane];
    for (; i < count; i++)
        sums[0] += (double)values[i] * (double)values[i];
    double sum = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        sum += sums[lane];
    return sqrt(sum);
}
