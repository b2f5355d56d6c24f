/* The state of a trainer, kept in memory and on the disk. */
#include "train/trainer.h"

#include "base/error.h"
#include "nn/network.h"

#include <inttypes.h>
#include <string.h>

typedef struct state {
    uint64_t parameters, vectors; /* of each vector; how many bytes in all */
    ink__position at;
    double batch_cost, gradient_norm;
    float rate;
} state;

enum { VECTORS = 6 };
typedef struct span {
    float *values;
    size_t count;
} span;

/* Everything that a step changes, apart from what stands in a `state`. */
static void list_spans(const ink_trainer *r, span spans[VECTORS])
{
    size_t w = r->network->w_count, own = r->network->state_count;
    bool averaged = r->shown != r->network;
    spans[0] = (span){r->network->w, w};
    spans[1] = (span){r->network->state, own};
    spans[2] = (span){r->optimizer.v, r->optimizer.v ? w : 0};
    spans[3] = (span){r->optimizer.s, r->optimizer.s ? w : 0};
    spans[4] = (span){r->shown->w, averaged ? w : 0};
    spans[5] = (span){r->shown->state, averaged ? own : 0};
}

static size_t spans_size(const ink_trainer *r)
{
    span spans[VECTORS];
    size_t size = 0;
    list_spans(r, spans);
    for (size_t i = 0; i < VECTORS; i++)
        size += spans[i].count * sizeof(float);
    return size;
}

size_t ink_trainer_state_size(const ink_trainer *r)
{
    return sizeof(state) + spans_size(r);
}

void ink_trainer_keep(const ink_trainer *r, void *memory)
{
    span spans[VECTORS];
    char *to = memory;
    state head = {.parameters = r->network->w_count,
                  .vectors = spans_size(r),
                  .at = r->at,
                  .batch_cost = r->batch_cost,
                  .gradient_norm = r->gradient_norm,
                  .rate = r->rate};
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    list_spans(r, spans);
    for (size_t i = 0; i < VECTORS; i++) {
        size_t size = spans[i].count * sizeof(float);
        if (size > 0)
            memcpy(to, spans[i].values, size);
        to += size;
    }
}

ink_status ink_trainer_restore(ink_trainer *r, const void *memory, ink_error *err)
{
    span spans[VECTORS];
    const char *from = memory;
    state head;
    memcpy(&head, from, sizeof head);
    from += sizeof head;
    if (head.parameters != r->network->w_count || head.vectors != spans_size(r) ||
        head.at.samples != r->at.samples)
        return ink__fail(err, INK_EINVAL,
                         "the state is of a network with %" PRIu64 " parameters on %" PRIu64
                         " samples, but this one has %zu on %" PRIu64
                         ", or their optimizers differ",
                         head.parameters, head.at.samples, r->network->w_count, r->at.samples);
    list_spans(r, spans);
    for (size_t i = 0; i < VECTORS; i++) {
        size_t size = spans[i].count * sizeof(float);
        if (size > 0)
            memcpy(spans[i].values, from, size);
        from += size;
    }
    r->at = head.at;
    r->optimizer.steps = head.at.update;
    r->batch_cost = head.batch_cost;
    r->gradient_norm = head.gradient_norm;
    r->rate = head.rate;
    r->diverged = false;
    ink__trainer_trust(r);
    return INK_OK;
}

/* ---- on the disk ---- */

ink_status ink__trainer_write(const ink_trainer *r, const ink__position *at,
                              const ink__vectors *best, const char *path, ink_error *err)
{
    bool averaged = r->shown != r->network;
    ink_train_settings settings = r->settings;
    settings.checkpoint = path;
    ink__checkpoint c = {.network = r->shown,
                         .input = &r->input,
                         .data = r->train,
                         .settings = &settings,
                         .position = at,
                         .vectors = {.v = r->optimizer.v,
                                     .s = r->optimizer.s,
                                     .raw = averaged ? r->network->w : NULL,
                                     .raw_state = averaged ? r->network->state : NULL,
                                     .best = best ? best->best : NULL,
                                     .best_state = best ? best->best_state : NULL}};
    return ink__checkpoint_write(&c, err);
}

ink_status ink_trainer_checkpoint(const ink_trainer *r, const char *path, ink_error *err)
{
    ink__position at = r->at;
    /* As if ink_train had evaluated on the way: whoever goes on does not catch up on that. */
    while (ink__trainer_evaluation_at(r, at.evaluations) <= at.update &&
           ink__trainer_evaluation_at(r, at.evaluations) < r->updates)
        at.evaluations++;
    return ink__trainer_write(r, &at, NULL, path, err);
}
