/* What a network says to each sample of a data set, a slice at a time. */
#include "studio/look/look.h"

#include "studio/desk.h"

#include <stdlib.h>
#include <string.h>

static ink_status check_fit(const ink_model *model, const ink_dataset *set, ink_error *err)
{
    sample_shape shape = sample_shape_of(set);
    size_t inputs = ink_network_input_size(model->network);
    size_t outputs = ink_network_output_size(model->network);
    size_t classes = (size_t)ink_dataset_classes(set);
    if (inputs != sample_size(shape))
        return say_error(err, INK_EINVAL, "the network takes %zu inputs, a sample of %s has %zu",
                         inputs, ink_dataset_name(set), sample_size(shape));
    if (outputs != classes)
        return say_error(err, INK_EINVAL, "the network has %zu outputs, %s has %zu classes",
                         outputs, ink_dataset_name(set), classes);
    if (classes > LOOK_MOST_CLASSES)
        return say_error(err, INK_EINVAL, "%s has %zu classes, at most %d can be looked at",
                         ink_dataset_name(set), classes, LOOK_MOST_CLASSES);
    if (model->input.channels < 1 || model->input.channels > 4)
        return say_error(err, INK_EINVAL,
                         "the network's input has %d channels, 1 to 4 was expected",
                         model->input.channels);
    if (ink_dataset_count(set) > UINT32_MAX)
        return say_error(err, INK_EINVAL, "%s is too large to be looked at", ink_dataset_name(set));
    return INK_OK;
}

static ink_status take_memory(look_evaluation *e, ink_pool *pool, ink_error *err)
{
    e->guess = calloc(e->count + 1, sizeof *e->guess);
    e->confidence = calloc(e->count + 1, sizeof *e->confidence);
    e->confusion = calloc(e->classes * e->classes, sizeof *e->confusion);
    e->x = calloc(LOOK_BATCH * e->inputs, sizeof *e->x);
    if (!e->guess || !e->confidence || !e->confusion || !e->x)
        return say_error(err, INK_ENOMEM, "there is no memory to look at %zu samples", e->count);
    e->ws = ink_workspace_new(e->model->network, LOOK_BATCH, false, pool, err);
    return e->ws ? INK_OK : INK_ENOMEM;
}

look_evaluation *look_evaluation_new(const ink_model *model, ink_model *owned,
                                     const ink_dataset *set, ink_pool *pool, ink_error *err)
{
    look_evaluation *e = calloc(1, sizeof *e);
    if (!e) {
        ink_model_free(owned);
        say_error(err, INK_ENOMEM, "there is no memory to look at anything");
        return NULL;
    }
    e->model = model;
    e->owned = owned;
    e->set = set;
    if (check_fit(model, set, err) == INK_OK) {
        e->count = ink_dataset_count(set);
        e->classes = (size_t)ink_dataset_classes(set);
        e->inputs = ink_network_input_size(model->network);
        if (take_memory(e, pool, err) == INK_OK)
            return e;
    }
    look_evaluation_free(e);
    return NULL;
}

void look_evaluation_free(look_evaluation *e)
{
    if (!e)
        return;
    ink_workspace_free(e->ws);
    ink_model_free(e->owned);
    free(e->guess);
    free(e->confidence);
    free(e->confusion);
    free(e->x);
    free(e);
}

size_t look_guess(const float *scores, size_t classes)
{
    size_t best = 0;
    for (size_t k = 1; k < classes; k++)
        if (scores[k] > scores[best])
            best = k;
    return best;
}

static void do_batch(look_evaluation *e, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        ink_input_sample(&e->model->input, e->set, e->done + i, e->x + i * e->inputs);
    const float *y = ink_predict(e->model->network, e->ws, e->x, rows);
    for (size_t i = 0; i < rows; i++, e->done++) {
        size_t label = (size_t)ink_dataset_label(e->set, e->done);
        size_t guess = look_guess(y + i * e->classes, e->classes);
        e->guess[e->done] = (int32_t)guess;
        e->confidence[e->done] = y[i * e->classes + guess];
        e->confusion[label * e->classes + guess]++;
        e->correct += guess == label;
    }
}

bool look_evaluation_work(look_evaluation *e, double seconds)
{
    double begin = desk_now(), end = begin + seconds;
    while (e->done < e->count && begin < end) {
        double fit = e->seconds_each > 0 ? (end - begin) / e->seconds_each : 1;
        size_t rows = fit < 1 ? 1 : fit > LOOK_BATCH ? LOOK_BATCH : (size_t)fit;
        rows = rows < e->count - e->done ? rows : e->count - e->done;
        do_batch(e, rows);
        double then = begin;
        begin = desk_now();
        e->seconds_each = (begin - then) / (double)rows;
    }
    return e->done < e->count;
}

const float *look_evaluation_scores(look_evaluation *e, size_t index)
{
    ink_input_sample(&e->model->input, e->set, index, e->x);
    return ink_predict(e->model->network, e->ws, e->x, 1);
}
