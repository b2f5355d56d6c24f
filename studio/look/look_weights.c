/* Weights as pictures: a dense layer that sees the picture has one weight a pixel and node, a
 * convolution's filters are small pictures themselves. */
#include "studio/look/look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_weight(const ink_tensor_info *t, const char *type)
{
    char end[40];
    snprintf(end, sizeof end, ".%s.weight", type);
    size_t length = strlen(t->name), tail = strlen(end);
    return length > tail && strcmp(t->name + length - tail, end) == 0;
}

/* A filter of 1 or 3 channels is one picture, grey or coloured; of more, one picture a channel. */
static bool as_filters(const ink_tensor_info *t, look_wall *wall)
{
    if (t->rank != 4 || t->shape[0] > 64 || t->shape[1] > 64 || t->shape[0] * t->shape[1] < 2)
        return false;
    bool whole = t->shape[2] == 1 || t->shape[2] == 3;
    wall->shape =
        (sample_shape){(int)t->shape[0], (int)t->shape[1], whole ? (int)t->shape[2] : 1, true};
    wall->inputs = whole ? 1 : t->shape[2];
    wall->count = t->shape[3] * wall->inputs;
    return true;
}

static bool as_nodes(const ink_model *model, const ink_tensor_info *t, look_wall *wall)
{
    sample_shape s = {model->picture_height, model->picture_width, model->picture_channels, true};
    if (t->rank != 2 || s.height < 2 || (s.channels != 1 && s.channels != 3) ||
        t->shape[0] != sample_size(s))
        return false;
    wall->shape = s;
    wall->inputs = 1;
    wall->count = t->shape[1];
    return true;
}

size_t look_walls(const ink_model *model, look_wall walls[LOOK_MOST_WALLS])
{
    size_t count = 0;
    bool first_dense = true;
    for (size_t i = 0; i < ink_network_tensor_count(model->network) && count < LOOK_MOST_WALLS;
         i++) {
        ink_tensor_info t = ink_network_tensor(model->network, i);
        look_wall *wall = &walls[count];
        *wall = (look_wall){.tensor = i};
        bool dense = is_weight(&t, "dense");
        int layer = atoi(t.name) + 1; /* names begin with the number, from 0 */
        if (dense && first_dense && as_nodes(model, &t, wall)) {
            wall->classes = wall->count == (size_t)model->classes &&
                            wall->count == ink_network_output_size(model->network);
            snprintf(wall->name, sizeof wall->name, "layer %d: %zu nodes", layer, wall->count);
            count++;
        } else if ((is_weight(&t, "conv") || is_weight(&t, "whiten")) && as_filters(&t, wall)) {
            snprintf(wall->name, sizeof wall->name, "layer %d: %zu filters %zu x %zu%s", layer,
                     t.shape[3], t.shape[0], t.shape[1], wall->inputs > 1 ? ", by channel" : "");
            count++;
        }
        first_dense = first_dense && !dense;
    }
    return count;
}

/* Where the value of pixel (place, channel) of picture `i` lies. */
static size_t offset_of(const ink_tensor_info *t, const look_wall *wall, size_t i, size_t place,
                        size_t channel)
{
    size_t channels = (size_t)wall->shape.channels;
    if (t->rank == 2) /* [inputs][nodes] */
        return (place * channels + channel) * t->shape[1] + i;
    size_t filter = i / wall->inputs; /* [K][K][channels][filters] */
    size_t from = wall->inputs > 1 ? i % wall->inputs : channel;
    return (place * t->shape[2] + from) * t->shape[3] + filter;
}

/* Four times the root mean square holds nearly all; a few weights far out would make all others
 * look like zero. */
static float scale_of(const float *w, size_t count)
{
    double sum = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)w[i] * (double)w[i];
        largest = fmax(largest, fabs((double)w[i]));
    }
    double most = 4 * sqrt(sum / (double)count);
    return (float)(largest < most ? largest : most);
}

static float largest_of(const ink_tensor_info *t, const look_wall *wall, size_t i, const float *w)
{
    size_t places = (size_t)wall->shape.height * (size_t)wall->shape.width;
    float largest = 0;
    for (size_t place = 0; place < places; place++)
        for (int k = 0; k < wall->shape.channels; k++)
            largest = fmaxf(largest, fabsf(w[offset_of(t, wall, i, place, (size_t)k)]));
    return largest;
}

static uint8_t byte_of(float value, float scale)
{
    float share = scale > 0 ? value / scale : 0;
    share = share < -1 ? -1 : share > 1 ? 1 : share == share ? share : 0;
    return (uint8_t)lrintf(128 + 127 * share);
}

ink_status look_wall_pixels(const ink_model *model, const look_wall *wall, size_t first,
                            size_t count, uint8_t *pixels, float *scale, ink_error *err)
{
    ink_tensor_info t = ink_network_tensor(model->network, wall->tensor);
    ink_network *copy = t.state ? ink_network_copy(model->network, err) : NULL;
    if (t.state && !copy)
        return INK_ENOMEM;
    const float *w =
        (t.state ? ink_network_state(copy) : ink_network_parameters_const(model->network)) +
        t.offset;
    size_t places = (size_t)wall->shape.height * (size_t)wall->shape.width;
    *scale = scale_of(w, t.count);
    for (size_t i = first; i < first + count; i++) {
        float own = wall->shape.channels == 3 ? largest_of(&t, wall, i, w) : *scale;
        for (size_t place = 0; place < places; place++)
            for (int k = 0; k < wall->shape.channels; k++)
                *pixels++ = byte_of(w[offset_of(&t, wall, i, place, (size_t)k)], own);
    }
    ink_network_free(copy);
    return INK_OK;
}
