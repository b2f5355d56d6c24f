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
};

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
                     "nesterov, rmsprop, adam, adamw",
                     name);
}

ink_status ink__optimizer_init(ink__optimizer *optimizer, ink_optimizer kind, float momentum,
                               float beta2, float epsilon, float weight_decay, size_t count,
                               ink_error *err)
{
    ink__optimizer fresh = {.kind = kind,
                            .momentum = momentum,
                            .beta2 = beta2 > 0 ? beta2 : rules[kind].beta2,
                            .epsilon = epsilon,
                            .weight_decay = weight_decay,
                            .count = count};
    if (rules[kind].v)
        fresh.v = ink__alloc(count, sizeof *fresh.v, err);
    if (rules[kind].s)
        fresh.s = ink__alloc(count, sizeof *fresh.s, err);
    if ((rules[kind].v && !fresh.v) || (rules[kind].s && !fresh.s)) {
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
    optimizer->v = optimizer->s = NULL;
}

ink__sink ink__optimizer_begin(ink__optimizer *optimizer, float rate, float *w)
{
    optimizer->steps++;
    ink__update update = {.rule = rules[optimizer->kind].rule,
                          .rate = rate,
                          .momentum = optimizer->momentum,
                          .beta2 = optimizer->beta2,
                          .epsilon = optimizer->epsilon,
                          .root = 1};
    if (update.rule == INK_RULE_ADAM) { /* bias correction: the averages start at 0 */
        double t = (double)optimizer->steps;
        update.rate = (float)((double)rate / (1 - pow((double)optimizer->momentum, t)));
        update.root = (float)(1 / sqrt(1 - pow((double)optimizer->beta2, t)));
    }
    optimizer->undecayed = update;
    if (optimizer->kind == INK_OPTIMIZER_ADAMW)
        update.shrink = rate * optimizer->weight_decay;
    else
        update.l2 = optimizer->weight_decay;
    optimizer->decayed = update;
    return (ink__sink){.decayed = &optimizer->decayed,
                       .undecayed = &optimizer->undecayed,
                       .w = w,
                       .v = optimizer->v,
                       .s = optimizer->s};
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

void ink__optimizer_apply(const ink_network *network, const ink__sink *sink, const float *gradient,
                          ink_pool *pool)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        for (size_t p = 0; p < layer->part_count; p++) {
            const ink__part_name *part = &layer->parts[p];
            if (part->state)
                continue;
            job j = {.sink = sink,
                     .update = part->decays ? sink->decayed : sink->undecayed,
                     .gradient = gradient,
                     .first = layer->w_offset + part->offset,
                     .count = part->count};
            size_t tasks = (part->count + INK_ELEMENTS_PER_TASK - 1) / INK_ELEMENTS_PER_TASK;
            ink__parallel_for(pool, tasks, apply_chunk, &j);
        }
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
