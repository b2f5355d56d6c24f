/* Asking a network about a drawing: see recogniser.h. */
#include "studio/recogniser.h"

#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double read_record(const ink_model *model, char data[64])
{
    json_t *record = model->record ? json_loads(model->record, 0, NULL) : NULL;
    const json_t *accuracy = json_object_get(record, "test_accuracy");
    const char *name = json_string_value(json_object_get(record, "data"));
    snprintf(data, 64, "%s", name ? name : "");
    double value = json_is_number(accuracy) ? json_number_value(accuracy) : (double)NAN;
    json_decref(record);
    return value;
}

recogniser *recogniser_new(const ink_model *model, ink_error *err)
{
    if (model->classes > RECOGNISER_MOST_CLASSES) {
        say_error(err, INK_EINVAL, "a drawing is told among at most %d classes, and not among %d",
                  RECOGNISER_MOST_CLASSES, model->classes);
        return NULL;
    }
    recogniser *r = calloc(1, sizeof *r);
    if (!r) {
        say_error(err, INK_ENOMEM, "there is no memory for another network");
        return NULL;
    }
    r->model = model;
    r->plain = *model;
    r->plain.framing = INK_FRAMING_NONE;
    r->accuracy = read_record(model, r->data);
    r->framed = ink_predictor_new(model, err);
    r->unframed = r->framed ? ink_predictor_new(&r->plain, err) : NULL;
    if (r->unframed)
        return r;
    recogniser_free(r);
    return NULL;
}

recogniser *recogniser_adopt(ink_model *model, ink_error *err)
{
    recogniser *r = recogniser_new(model, err);
    if (r)
        r->owned = model;
    else
        ink_model_free(model);
    return r;
}

void recogniser_free(recogniser *r)
{
    if (!r)
        return;
    ink_predictor_free(r->framed);
    ink_predictor_free(r->unframed);
    ink_model_free(r->owned);
    free(r);
}

ink_status recogniser_ask(recogniser *r, const ink_picture *picture, bool framing, float *scores,
                          bool *blank, ink_error *err)
{
    return ink_predictor_scores(framing ? r->framed : r->unframed, picture, scores, blank, err);
}

ink_status recogniser_view(const recogniser *r, const ink_picture *picture, bool framing,
                           ink_picture *view, ink_error *err)
{
    return ink_model_view(framing ? r->model : &r->plain, picture, view, err);
}

int recogniser_best(const recogniser *r, const float *scores)
{
    int best = 0;
    for (int i = 1; i < r->model->classes; i++)
        best = scores[i] > scores[best] ? i : best;
    return best;
}
