/* How well a network does: every sample once, in order, in batches of a fixed size, so that the
 * numbers do not depend on the number of threads. */
#include "inkling/evaluate.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/pool.h"
#include "model/input.h"
#include "nn/network.h"
#include "train/settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 256, SAMPLES_PER_TASK = 16 };

typedef struct counting {
    const ink_network *network;
    const ink_input *input;
    const ink_dataset *dataset;
    ink_pool *pool;
    ink_cost cost;
    size_t classes, inputs, top_k;
    ink_workspace *ws;
    float *x, *t;
    size_t first, rows; /* of the batch at hand */
    size_t room;        /* for mistakes */
} counting;

void ink_interval(size_t correct, size_t count, double *low, double *high)
{
    const double z = 1.959963984540054; /* 97.5 % of a normal lie below */
    double n = (double)count, p = count ? (double)correct / n : 0;
    if (count == 0) {
        *low = 0;
        *high = 1;
        return;
    }
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *low = middle - half > 0 ? middle - half : 0;
    *high = middle + half < 1 ? middle + half : 1;
}

static void make_rows(void *context, size_t task, size_t thread)
{
    const counting *c = context;
    size_t begin = task * SAMPLES_PER_TASK, end = begin + SAMPLES_PER_TASK;
    (void)thread;
    for (size_t i = begin; i < end && i < c->rows; i++) {
        ink__input_sample(c->input, c->dataset, c->first + i, c->x + i * c->inputs);
        memset(c->t + i * c->classes, 0, c->classes * sizeof *c->t);
        c->t[i * c->classes + (size_t)ink_dataset_label(c->dataset, c->first + i)] = 1;
    }
}

/* The highest output; a tie, or no number at all, counts for the lower class. */
static size_t guess_of(const float *y, size_t classes)
{
    size_t best = 0;
    for (size_t k = 1; k < classes; k++)
        if (y[k] > y[best])
            best = k;
    return best;
}

/* How many classes stand before `label`. */
static size_t rank_of(const float *y, size_t classes, size_t label)
{
    size_t rank = 0;
    for (size_t k = 0; k < classes; k++)
        rank += y[k] > y[label] || (y[k] == y[label] && k < label);
    return rank;
}

static ink_status add_mistake(counting *c, ink_evaluation *e, ink_mistake mistake, ink_error *err)
{
    if (e->mistake_count == c->room) {
        size_t room = c->room ? 2 * c->room : 64;
        ink_mistake *longer = ink__realloc(e->mistakes, c->room, room, sizeof *e->mistakes, err);
        if (!longer)
            return INK_ENOMEM;
        e->mistakes = longer;
        c->room = room;
    }
    e->mistakes[e->mistake_count++] = mistake;
    return INK_OK;
}

static ink_status count_row(counting *c, ink_evaluation *e, size_t i, const float *y,
                            ink_error *err)
{
    size_t index = c->first + i, guess = guess_of(y, c->classes);
    size_t label = (size_t)ink_dataset_label(c->dataset, index);
    e->class_count[label]++;
    e->confusion[label * c->classes + guess]++;
    e->top_k_accuracy += rank_of(y, c->classes, label) < c->top_k;
    if (guess == label) {
        e->correct++;
        e->class_correct[label]++;
        return INK_OK;
    }
    return add_mistake(c, e,
                       (ink_mistake){.index = index,
                                     .label = (int32_t)label,
                                     .guess = (int32_t)guess,
                                     .confidence = y[guess]},
                       err);
}

static ink_status count_all(counting *c, ink_evaluation *e, ink_error *err)
{
    ink_status status = INK_OK;
    for (c->first = 0; status == INK_OK && c->first < e->count; c->first += c->rows) {
        c->rows = e->count - c->first < ROWS ? e->count - c->first : ROWS;
        ink__parallel_for(c->pool, (c->rows + SAMPLES_PER_TASK - 1) / SAMPLES_PER_TASK, make_rows,
                          c);
        const float *y = ink_predict(c->network, c->ws, c->x, c->rows);
        e->cost += ink__network_cost(c->network, c->ws, c->t, c->rows, c->cost) * (double)c->rows;
        for (size_t i = 0; status == INK_OK && i < c->rows; i++)
            status = count_row(c, e, i, y + i * c->classes, err);
    }
    return status;
}

static int by_confidence(const void *a, const void *b)
{
    const ink_mistake *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence < y->confidence ? 1 : -1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void summarise(ink_evaluation *e)
{
    double n = e->count ? (double)e->count : 1;
    e->accuracy = (double)e->correct / n;
    e->top_k_accuracy /= n;
    e->cost /= n;
    ink_interval(e->correct, e->count, &e->interval_low, &e->interval_high);
    if (e->mistake_count > 0)
        qsort(e->mistakes, e->mistake_count, sizeof *e->mistakes, by_confidence);
}

static ink_status take_memory(counting *c, ink_evaluation *e, ink_error *err)
{
    size_t rows = e->count < ROWS ? e->count : ROWS;
    rows = rows ? rows : 1;
    e->class_count = ink__alloc(c->classes, sizeof *e->class_count, err);
    e->class_correct = ink__alloc(c->classes, sizeof *e->class_correct, err);
    e->confusion = ink__alloc(c->classes, c->classes * sizeof *e->confusion, err);
    c->ws = ink_workspace_new(c->network, rows, false, c->pool, err);
    c->x = ink__alloc(rows, c->inputs * sizeof *c->x, err);
    c->t = ink__alloc(rows, c->classes * sizeof *c->t, err);
    bool good = e->class_count && e->class_correct && e->confusion && c->ws && c->x && c->t;
    return good ? INK_OK : INK_ENOMEM;
}

ink_status ink_evaluate(const ink_network *network, const ink_input *input,
                        const ink_dataset *dataset, ink_cost cost, size_t top_k, size_t limit,
                        ink_pool *pool, ink_evaluation *evaluation, ink_error *err)
{
    ink_status status = ink__check_fit(network, dataset, err);
    if (status != INK_OK)
        return status;
    size_t count = ink_dataset_count(dataset), classes = (size_t)ink_dataset_classes(dataset);
    if (top_k > classes)
        return ink__fail(err, INK_EINVAL, "the best %zu of %zu classes cannot be counted", top_k,
                         classes);
    counting c = {.network = network,
                  .input = input,
                  .dataset = dataset,
                  .pool = pool,
                  .cost = cost,
                  .classes = classes,
                  .inputs = ink_network_input_size(network),
                  .top_k = top_k         ? top_k
                           : classes < 3 ? classes
                                         : 3};
    ink_evaluation e = {
        .count = limit && limit < count ? limit : count, .top_k = c.top_k, .classes = (int)classes};
    status = take_memory(&c, &e, err);
    if (status == INK_OK)
        status = count_all(&c, &e, err);
    ink_workspace_free(c.ws);
    ink__free(c.x);
    ink__free(c.t);
    if (status != INK_OK) {
        ink_evaluation_release(&e);
        return status;
    }
    summarise(&e);
    *evaluation = e;
    return INK_OK;
}

void ink_evaluation_release(ink_evaluation *evaluation)
{
    ink__free(evaluation->class_count);
    ink__free(evaluation->class_correct);
    ink__free(evaluation->confusion);
    ink__free(evaluation->mistakes);
    *evaluation = (ink_evaluation){0};
}
