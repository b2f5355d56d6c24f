/* From a picture to scores. */
#include "inkling/model.h"

#include "base/error.h"
#include "base/memory.h"
#include "model/input.h"

#include <string.h>

/* As many channels as the model wants, 1 or 3: grey is the mean weight of Rec. 601, colour from
 * grey is the same three times. */
static ink_status match_channels(const ink_picture *picture, int channels, ink_picture *out,
                                 ink_error *err)
{
    size_t pixels = (size_t)picture->height * (size_t)picture->width;
    uint8_t *to = ink__alloc(pixels, (size_t)channels, err);
    if (!to)
        return INK_ENOMEM;
    const uint8_t *from = picture->pixels;
    if (picture->channels == channels)
        memcpy(to, from, pixels * (size_t)channels);
    else if (channels == 1)
        for (size_t i = 0; i < pixels; i++)
            to[i] = (uint8_t)((299 * from[3 * i] + 587 * from[3 * i + 1] + 114 * from[3 * i + 2] +
                               500) /
                              1000);
    else
        for (size_t i = 0; i < pixels * 3; i++)
            to[i] = from[i / 3];
    *out = (ink_picture){picture->height, picture->width, channels, to};
    return INK_OK;
}

/* A model is a struct that anybody may fill: what is read and written below must have its room. */
static ink_status check_model(const ink_model *model, ink_error *err)
{
    int height = model->picture_height, width = model->picture_width;
    int channels = model->picture_channels;
    size_t inputs = ink_network_input_size(model->network);
    size_t outputs = ink_network_output_size(model->network);
    if (height < 2 || width < 1)
        return ink__fail(err, INK_EINVAL,
                         "this model looks at %d x %d x %d numbers, not at pictures", height, width,
                         channels);
    if (channels != 1 && channels != 3)
        return ink__fail(err, INK_EINVAL,
                         "this model looks at %d channels, and a picture has 1 (grey) or 3 "
                         "(colour): it can be evaluated on a data set, not shown a picture",
                         channels);
    if ((size_t)height * (size_t)width * (size_t)channels != inputs ||
        model->input.channels != channels || (size_t)model->classes != outputs)
        return ink__fail(err, INK_EINVAL,
                         "a model of %d classes for pictures of %d x %d x %d needs a network that "
                         "fits; found %zu inputs and %zu outputs",
                         model->classes, height, width, channels, inputs, outputs);
    return INK_OK;
}

ink_status ink_model_view(const ink_model *model, const ink_picture *picture, ink_picture *view,
                          ink_error *err)
{
    ink_picture matched;
    ink_status status = check_model(model, err);
    if (status != INK_OK)
        return status;
    if (picture->height < 1 || picture->width < 1 ||
        (picture->channels != 1 && picture->channels != 3))
        return ink__fail(err, INK_EINVAL,
                         "a picture has pixels of 1 or 3 channels; found %d x %d x %d",
                         picture->height, picture->width, picture->channels);
    status = match_channels(picture, model->picture_channels, &matched, err);
    if (status != INK_OK)
        return status;
    if (model->picture_channels == 1)
        status = ink_picture_frame(&matched, model->framing, model->picture_height,
                                   model->picture_width, view, err);
    else
        status =
            ink_picture_resize(&matched, model->picture_height, model->picture_width, view, err);
    ink_picture_release(&matched);
    return status;
}

static bool is_blank(const ink_picture *view)
{
    size_t size = (size_t)view->height * (size_t)view->width;
    for (size_t i = 0; view->channels == 1 && i < size; i++)
        if (view->pixels[i] != 0)
            return false;
    return view->channels == 1;
}

struct ink_predictor {
    ink_model model; /* what of it a view needs, and a network of its own; no names, no record */
    ink_workspace *ws;
    float *x;
};

/* Workspace and input for one picture, beside a model that is there. */
static bool take_memory(ink_predictor *p, ink_error *err)
{
    p->ws = ink_workspace_new(p->model.network, 1, false, NULL, err);
    p->x = ink__alloc(ink_network_input_size(p->model.network), sizeof *p->x, err);
    return p->ws && p->x;
}

static void give_memory_back(ink_predictor *p)
{
    ink_workspace_free(p->ws);
    ink__free(p->x);
}

ink_predictor *ink_predictor_new(const ink_model *model, ink_error *err)
{
    if (check_model(model, err) != INK_OK)
        return NULL;
    ink_predictor *p = ink__alloc(1, sizeof *p, err);
    if (!p)
        return NULL;
    p->model = *model;
    p->model.class_names = NULL;
    p->model.record = NULL;
    p->model.network = ink_network_fold(model->network, err);
    if (p->model.network && take_memory(p, err) && ink_workspace_pack(p->ws, err) == INK_OK)
        return p;
    ink_predictor_free(p);
    return NULL;
}

void ink_predictor_free(ink_predictor *predictor)
{
    if (!predictor)
        return;
    give_memory_back(predictor);
    ink_network_free(predictor->model.network);
    ink__free(predictor);
}

ink_status ink_predictor_scores(ink_predictor *predictor, const ink_picture *picture, float *scores,
                                bool *blank, ink_error *err)
{
    const ink_model *model = &predictor->model;
    size_t outputs = (size_t)model->classes;
    ink_picture view;
    ink_status status = ink_model_view(model, picture, &view, err);
    if (status != INK_OK)
        return status;
    *blank = is_blank(&view);
    if (*blank) {
        memset(scores, 0, outputs * sizeof *scores);
    } else {
        ink__input_from_pixels(&model->input, view.pixels, ink_network_input_size(model->network),
                               predictor->x);
        memcpy(scores, ink_predict(model->network, predictor->ws, predictor->x, 1),
               outputs * sizeof *scores);
    }
    ink_picture_release(&view);
    return INK_OK;
}

/* A predictor around the model's own network: to fold and pack for one picture is more work than
 * the picture. */
ink_status ink_model_predict(const ink_model *model, const ink_picture *picture, float *scores,
                             bool *blank, ink_error *err)
{
    ink_predictor once = {.model = *model};
    ink_status status = check_model(model, err);
    if (status == INK_OK)
        status = take_memory(&once, err) ? ink_predictor_scores(&once, picture, scores, blank, err)
                                         : INK_ENOMEM;
    give_memory_back(&once);
    return status;
}
