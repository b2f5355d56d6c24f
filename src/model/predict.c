/* From a picture to scores. */
#include "inkling/model.h"

#include "base/error.h"
#include "base/memory.h"
#include "model/input.h"

#include <string.h>

/* As many channels as the model wants: grey is the mean weight of Rec. 601, colour from grey is the
 * same three times. */
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

ink_status ink_model_view(const ink_model *model, const ink_picture *picture, ink_picture *view,
                          ink_error *err)
{
    ink_picture matched;
    if (model->picture_height < 2 || picture->height < 1 || picture->width < 1 ||
        (picture->channels != 1 && picture->channels != 3))
        return ink__fail(err, INK_EINVAL,
                         "this model looks at %d x %d x %d numbers, not at pictures",
                         model->picture_height, model->picture_width, model->picture_channels);
    ink_status status = match_channels(picture, model->picture_channels, &matched, err);
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

static ink_status score(const ink_model *model, const ink_picture *view, float *scores,
                        ink_error *err)
{
    size_t size = ink_network_input_size(model->network);
    ink_workspace *ws = ink_workspace_new(model->network, 1, false, NULL, err);
    float *x = ink__alloc(size, sizeof *x, err);
    if (ws && x) {
        ink__input_from_pixels(&model->input, view->pixels, size, x);
        memcpy(scores, ink_predict(model->network, ws, x, 1),
               (size_t)model->classes * sizeof *scores);
    }
    bool good = ws && x;
    ink_workspace_free(ws);
    ink__free(x);
    return good ? INK_OK : INK_ENOMEM;
}

ink_status ink_model_predict(const ink_model *model, const ink_picture *picture, float *scores,
                             bool *blank, ink_error *err)
{
    ink_picture view;
    ink_status status = ink_model_view(model, picture, &view, err);
    if (status != INK_OK)
        return status;
    bool nothing = is_blank(&view);
    if (nothing)
        memset(scores, 0, (size_t)model->classes * sizeof *scores);
    else
        status = score(model, &view, scores, err);
    ink_picture_release(&view);
    if (status == INK_OK)
        *blank = nothing;
    return status;
}
