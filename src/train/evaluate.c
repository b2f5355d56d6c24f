/* How well a network does: every sample once, in order, in batches of a fixed size, so that the
 * numbers do not depend on the number of threads. */
#include "inkling/evaluate.h"

#include "base/choice.h"
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
    ink_tta tta;
    size_t classes, inputs, top_k;
    ink_workspace *ws;
    float *x, *t;
    float *view, *sum;  /* the pictures in another way, their scores so far; NULL without */
    bool logs;          /* scores are averaged as logarithms */
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

/* How many classes stand before `label`, by the same rule: what is no number is a tie. */
static size_t rank_of(const float *y, size_t classes, size_t label)
{
    size_t rank = 0;
    for (size_t k = 0; k < classes; k++)
        rank += y[k] > y[label] || (!(y[k] < y[label]) && k < label);
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

/* ---- one picture in several ways ---- */

static const char *const tta_names[] = {
    [INK_TTA_OFF] = "off",
    [INK_TTA_FLIP] = "flip",
    [INK_TTA_SHIFT] = "shift",
    [INK_TTA_FULL] = "full",
};

const char *ink_tta_name(ink_tta tta)
{
    return (size_t)tta < sizeof tta_names / sizeof *tta_names ? tta_names[tta] : "unknown";
}

ink_status ink_tta_parse(const char *name, ink_tta *tta, ink_error *err)
{
    int found = ink__choice_find(tta_names, sizeof tta_names / sizeof *tta_names,
                                 "test-time augmentation", name, err);
    if (found < 0)
        return INK_EINVAL;
    *tta = (ink_tta)found;
    return INK_OK;
}

/* The batch's pictures moved by `move` pixels in both directions and perhaps mirrored. */
static void make_view(const counting *c, int move, bool mirrored)
{
    int height, width, channels;
    ink_dataset_shape(c->dataset, &height, &width, &channels);
    for (size_t i = 0; i < c->rows; i++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                int from_y = y - move < 0 ? 0 : y - move >= height ? height - 1 : y - move;
                int from_x = x - move < 0 ? 0 : x - move >= width ? width - 1 : x - move;
                from_x = mirrored ? width - 1 - from_x : from_x;
                memcpy(c->view + i * c->inputs + (size_t)((y * width + x) * channels),
                       c->x + i * c->inputs + (size_t)((from_y * width + from_x) * channels),
                       (size_t)channels * sizeof *c->view);
            }
}

static float log_of(float y)
{
    return logf(y < 1e-30f ? 1e-30f : y); /* not fmaxf: NaN must stay one */
}

static void add_scores(const counting *c, const float *x, float weight)
{
    const float *y = ink_predict(c->network, c->ws, x, c->rows);
    for (size_t k = 0; k < c->rows * c->classes; k++)
        c->sum[k] += weight * (c->logs ? log_of(y[k]) : y[k]);
}

/* In the C library's exp, not the kernels' faster one: so few numbers cost nothing. */
static void to_probabilities(float *y, size_t classes)
{
    float most = y[0], sum = 0;
    for (size_t k = 1; k < classes; k++)
        most = fmaxf(most, y[k]);
    for (size_t k = 0; k < classes; k++)
        sum += y[k] = expf(y[k] - most);
    for (size_t k = 0; k < classes; k++)
        y[k] /= sum;
}

/* The scores of the batch at hand. */
static const float *scores(counting *c)
{
    if (c->tta == INK_TTA_OFF)
        return ink_predict(c->network, c->ws, c->x, c->rows);
    int sides = c->tta == INK_TTA_SHIFT ? 1 : 2, moves = c->tta == INK_TTA_FLIP ? 0 : 1;
    memset(c->sum, 0, c->rows * c->classes * sizeof *c->sum);
    for (int move = -moves; move <= moves; move++)
        for (int side = 0; side < sides; side++) {
            float weight = moves == 0 ? 1.0f : move == 0 ? 0.5f : 0.25f;
            make_view(c, move, side == 1);
            add_scores(c, c->view, weight / (float)sides);
        }
    for (size_t i = 0; c->logs && i < c->rows; i++)
        to_probabilities(c->sum + i * c->classes, c->classes);
    return c->sum;
}

static ink_status count_all(counting *c, ink_evaluation *e, ink_error *err)
{
    ink_status status = INK_OK;
    for (c->first = 0; status == INK_OK && c->first < e->count; c->first += c->rows) {
        c->rows = e->count - c->first < ROWS ? e->count - c->first : ROWS;
        ink__parallel_for(c->pool, (c->rows + SAMPLES_PER_TASK - 1) / SAMPLES_PER_TASK, make_rows,
                          c);
        const float *y = scores(c);
        e->cost += ink_cost_value(c->cost, ink__ends_in_softmax(c->network), y, c->t, c->rows,
                                  c->classes) *
                   (double)c->rows;
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
    if (c->tta != INK_TTA_OFF) {
        c->view = ink__alloc(rows, c->inputs * sizeof *c->view, err);
        c->sum = ink__alloc(rows, c->classes * sizeof *c->sum, err);
        if (!c->view || !c->sum)
            return INK_ENOMEM;
    }
    bool good = e->class_count && e->class_correct && e->confusion && c->ws && c->x && c->t;
    return good ? INK_OK : INK_ENOMEM;
}

ink_status ink_evaluate(const ink_network *network, const ink_input *input,
                        const ink_dataset *dataset, const ink_evaluate_settings *settings,
                        ink_pool *pool, ink_evaluation *evaluation, ink_error *err)
{
    ink_evaluate_settings s = settings ? *settings : (ink_evaluate_settings){.limit = 0};
    ink_status status = ink__check_fit(network, dataset, err);
    if (status != INK_OK)
        return status;
    size_t count = ink_dataset_count(dataset), classes = (size_t)ink_dataset_classes(dataset);
    if (s.top_k > classes)
        return ink__fail(err, INK_EINVAL,
                         "the best %zu of %zu classes cannot be counted; choose fewer", s.top_k,
                         classes);
    if (s.tta != INK_TTA_OFF && !ink_dataset_pixels(dataset, 0))
        return ink__fail(err, INK_EINVAL,
                         "%.100s holds no pictures: there is nothing to mirror or move",
                         ink_dataset_name(dataset));
    counting c = {.network = network,
                  .input = input,
                  .dataset = dataset,
                  .pool = pool,
                  .cost = s.cost,
                  .tta = s.tta,
                  .logs = ink__ends_in_softmax(network),
                  .classes = classes,
                  .inputs = ink_network_input_size(network),
                  .top_k = s.top_k       ? s.top_k
                           : classes < 3 ? classes
                                         : 3};
    ink_evaluation e = {.count = s.limit && s.limit < count ? s.limit : count,
                        .top_k = c.top_k,
                        .classes = (int)classes};
    status = take_memory(&c, &e, err);
    if (status == INK_OK)
        status = count_all(&c, &e, err);
    ink_workspace_free(c.ws);
    ink__free(c.x);
    ink__free(c.view);
    ink__free(c.sum);
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
