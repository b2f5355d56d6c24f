/* How well a run does: a copy of its weights, asked about the test set and a glance at the training
 * set, some milliseconds at a time. Where a whole evaluation takes long, the first is of a sample,
 * so that there soon is something to see. */
#include "studio/run/run_inside.h"

#include "studio/desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64, GLANCE = 5000, FIRST_LEAST = 500 };
#define PIECE      0.006 /* seconds */
#define FIRST_TIME 0.3   /* seconds that the first evaluation should take at most */
enum { TEST, TRAIN };

ink_status judge_open(run_judge *j, const ink_network *network, const ink_input *input,
                      const library_data *data, ink_cost cost, ink_pool *pool, ink_error *err)
{
    const size_t layers = ink_network_layer_count(network);
    const char *last = ink_network_layer(network, layers - 1).type;
    *j = (run_judge){.input = *input,
                     .cost = cost,
                     .softmax = strcmp(last, "softmax") == 0,
                     .train = data->train,
                     .test = data->test};
    j->network = ink_network_copy(network, err);
    if (!j->network)
        return INK_ENOMEM;
    j->ws = ink_workspace_new(j->network, ROWS, false, pool, err);
    j->x = calloc(ROWS * ink_network_input_size(network), sizeof *j->x);
    j->t = calloc(ROWS * ink_network_output_size(network), sizeof *j->t);
    if (j->ws && j->x && j->t)
        return INK_OK;
    judge_close(j);
    return INK_ENOMEM;
}

void judge_close(run_judge *j)
{
    ink_workspace_free(j->ws);
    ink_network_free(j->network);
    free(j->x);
    free(j->t);
    *j = (run_judge){0};
}

static judge_part part_of(const ink_dataset *data, size_t most)
{
    size_t count = data ? ink_dataset_count(data) : 0;
    count = most > 0 && count > most ? most : count;
    return (judge_part){.data = count ? data : NULL, .count = count};
}

void judge_begin(run_judge *j, const ink_network *network, size_t version, size_t update,
                 const run_point *point)
{
    memcpy(ink_network_parameters(j->network), ink_network_parameters_const(network),
           ink_network_parameter_count(network) * sizeof(float));
    if (ink_network_state_count(network) > 0)
        memcpy(ink_network_state(j->network), ink_network_state_const(network),
               ink_network_state_count(network) * sizeof(float));
    j->parts[TEST] = part_of(j->test, 0);
    j->parts[TRAIN] = part_of(j->train, GLANCE);
    j->version = version;
    j->update = update;
    j->point = *point;
    j->running = true;
    j->sampled = false;
}

void judge_stop(run_judge *j)
{
    j->running = false;
}

/* Sample number `i`, each once: in an order without a pattern, because sets are often sorted by
 * class and a part should be like the whole. The factor is a prime. */
static size_t sample_of(const judge_part *p, size_t i)
{
    return (size_t)((uint64_t)i * 2654435761u % ink_dataset_count(p->data));
}

static size_t guess_of(const float *y, size_t classes)
{
    size_t best = 0;
    for (size_t k = 1; k < classes; k++)
        if (y[k] > y[best])
            best = k;
    return best;
}

static void judge_rows(run_judge *j, judge_part *p, size_t rows)
{
    size_t inputs = ink_network_input_size(j->network);
    size_t classes = ink_network_output_size(j->network);
    memset(j->t, 0, rows * classes * sizeof *j->t);
    for (size_t i = 0; i < rows; i++) {
        size_t sample = sample_of(p, p->next + i);
        ink_input_sample(&j->input, p->data, sample, j->x + i * inputs);
        j->t[i * classes + (size_t)ink_dataset_label(p->data, sample)] = 1;
    }
    const float *y = ink_predict(j->network, j->ws, j->x, rows);
    p->cost += ink_cost_value(j->cost, j->softmax, y, j->t, rows, classes) * (double)rows;
    for (size_t i = 0; i < rows; i++)
        p->correct += j->t[i * classes + guess_of(y + i * classes, classes)] > 0;
    p->next += rows;
}

/* The first evaluation must not keep anybody waiting. */
static void shorten_the_first(run_judge *j)
{
    double all = (double)(j->parts[TEST].count + j->parts[TRAIN].count);
    double share = FIRST_TIME / (all * j->per_sample);
    for (int k = TEST; share < 1 && k <= TRAIN; k++) {
        judge_part *p = &j->parts[k];
        size_t fair = (size_t)((double)p->count * share);
        fair = fair < FIRST_LEAST ? FIRST_LEAST : fair;
        if (fair < p->count) {
            p->count = fair;
            j->sampled = true;
        }
    }
}

static float mean_of(double sum, const judge_part *p)
{
    double mean = p->data ? sum / (double)p->count : (double)NAN;
    return isfinite(mean) ? (float)mean : NAN;
}

static void sum_up(run_judge *j)
{
    const judge_part *test = &j->parts[TEST], *train = &j->parts[TRAIN];
    j->point.test_accuracy = mean_of((double)test->correct, test);
    j->point.test_cost = mean_of(test->cost, test);
    j->point.train_accuracy = mean_of((double)train->correct, train);
    j->point.train_cost = mean_of(train->cost, train);
    j->running = false;
}

bool judge_piece(run_judge *j, double begun, const atomic_bool *called)
{
    double end = begun + PIECE, now = begun;
    for (int k = TEST; k <= TRAIN; k++) {
        judge_part *p = &j->parts[k];
        while (p->next < p->count && now < end) {
            double most = j->per_sample > 0 ? (end - now) / j->per_sample : ROWS / 4, before = now;
            size_t rows = most < 1 ? 1 : most > ROWS ? ROWS : (size_t)most;
            rows = rows < p->count - p->next ? rows : p->count - p->next;
            judge_rows(j, p, rows);
            now = desk_now();
            bool first = !(j->per_sample > 0);
            j->per_sample = (now - before) / (double)rows;
            if (first)
                shorten_the_first(j);
            if (atomic_load_explicit(called, memory_order_relaxed))
                end = now;
        }
        if (p->next < p->count)
            return false;
    }
    sum_up(j);
    return true;
}
