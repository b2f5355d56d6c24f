/* A model in a file: docs/file-format.md. The network's weights are the file's arrays, everything
 * else are strings of its metadata. Read as if an enemy had written it. */
#include "model/model.h"

#include "base/error.h"
#include "base/memory.h"
#include "nn/network.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FORMAT "inkling 1"

ink_status ink_model_save(const ink_model *model, const char *path, ink_error *err)
{
    return ink__model_write(model, path, false, NULL, 0, NULL, 0, err);
}

ink_status ink_model_save_half(const ink_model *model, const char *path, ink_error *err)
{
    return ink__model_write(model, path, true, NULL, 0, NULL, 0, err);
}

ink_model *ink_model_load(const char *path, ink_error *err)
{
    ink__safetensors *file = ink__safetensors_read(path, err);
    ink_model *model = file ? ink__model_from(file, path, err) : NULL;
    ink__safetensors_free(file);
    return model;
}

#if INK_HAVE_JANSSON
#include <jansson.h>
#include <stdlib.h>

enum { MOST_CLASSES = 65536, MOST_SIDE = 1 << 24 };

/* ---- writing ---- */

static char *print_classes(const ink_model *model)
{
    json_t *list = json_array();
    for (int k = 0; list && k < model->classes; k++)
        json_array_append_new(list, json_string(model->class_names[k]));
    char *text = list && json_array_size(list) == (size_t)model->classes
                     ? json_dumps(list, JSON_COMPACT)
                     : NULL;
    json_decref(list);
    return text;
}

static char *print_input(const ink_input *input)
{
    json_t *mean = json_array(), *factor = json_array();
    for (int c = 0; mean && factor && c < input->channels; c++) {
        json_array_append_new(mean, json_real((double)input->mean[c]));
        json_array_append_new(factor, json_real((double)input->factor[c]));
    }
    json_t *both = json_pack("{s:o, s:o}", "mean", mean, "factor", factor);
    char *text = both ? json_dumps(both, JSON_COMPACT) : NULL;
    json_decref(both);
    return text;
}

/* Vectors - biases, norms - stay as they are: few numbers, of any size. */
static void list_arrays(const ink_model *model, bool half, ink_tensor_info *infos,
                        ink__tensor *tensors)
{
    const ink_network *network = model->network;
    for (size_t i = 0; i < ink_network_tensor_count(network); i++) {
        infos[i] = ink_network_tensor(network, i);
        tensors[i] = (ink__tensor){.name = infos[i].name,
                                   .rank = infos[i].rank,
                                   .count = infos[i].count,
                                   .half = half && infos[i].rank > 1,
                                   .values = (infos[i].state ? network->state : network->w) +
                                             infos[i].offset};
        memcpy(tensors[i].shape, infos[i].shape, sizeof tensors[i].shape);
    }
}

static ink_status write_all(const ink_model *model, const char *path, bool half,
                            const ink__tensor *more, size_t more_count, const ink__pair *pairs,
                            size_t pair_count, ink_error *err)
{
    size_t own = ink_network_tensor_count(model->network);
    ink_tensor_info *infos = ink__alloc(own, sizeof *infos, err);
    ink__tensor *tensors = ink__alloc(own + more_count, sizeof *tensors, err);
    ink_status status = infos && tensors ? INK_OK : INK_ENOMEM;
    if (status == INK_OK) {
        list_arrays(model, half, infos, tensors);
        if (more_count > 0)
            memcpy(tensors + own, more, more_count * sizeof *more);
        status = ink__safetensors_write(path, tensors, own + more_count, pairs, pair_count, err);
    }
    ink__free(infos);
    ink__free(tensors);
    return status;
}

ink_status ink__model_write(const ink_model *model, const char *path, bool half,
                            const ink__tensor *more, size_t more_count, const ink__pair *pairs,
                            size_t pair_count, ink_error *err)
{
    enum { OWN = 8 };
    char picture[64], *classes = print_classes(model), *input = print_input(&model->input);
    snprintf(picture, sizeof picture, "%dx%dx%d", model->picture_height, model->picture_width,
             model->picture_channels);
    const ink__pair own[OWN] = {{"format", FORMAT},
                                {"network", ink_network_text(model->network)},
                                {"classes", classes},
                                {"framing", ink_framing_name(model->framing)},
                                {"cost", ink_cost_name(model->cost)},
                                {"input", input},
                                {"picture", picture},
                                {"record", model->record}};
    ink__pair *all = ink__alloc(OWN + pair_count, sizeof *all, err);
    ink_status status = INK_ENOMEM;
    if (!classes || !input)
        status =
            ink__fail(err, INK_EINVAL, "%s cannot be written: a class name is not UTF-8", path);
    else if (all) {
        memcpy(all, own, sizeof own);
        if (pair_count > 0)
            memcpy(all + OWN, pairs, pair_count * sizeof *pairs);
        status = write_all(model, path, half, more, more_count, all, OWN + pair_count, err);
    }
    ink__free(all);
    free(classes);
    free(input);
    return status;
}

/* ---- reading ---- */

typedef struct reader {
    const ink__safetensors *file;
    const char *name;
    ink_model *model;
} reader;

static const char *value_of(const reader *r, const char *key, ink_error *err)
{
    const char *value = ink__safetensors_value(r->file, key);
    if (!value)
        ink__fail(err, INK_EFORMAT,
                  "%s is no Inkling model: its metadata lacks \"%s\" (see docs/file-format.md)",
                  r->name, key);
    return value;
}

/* Every array that the network's text asks for must be there in its shape before memory is taken
 * for it: the text alone could ask for anything. */
static ink_status check_arrays(const reader *r, const ink_network *network, ink_error *err)
{
    for (size_t i = 0; i < ink_network_tensor_count(network); i++) {
        ink_tensor_info info = ink_network_tensor(network, i);
        const ink__tensor *tensor = ink__safetensors_tensor(r->file, info.name);
        bool fits = tensor && tensor->rank == info.rank;
        for (int side = 0; fits && side < info.rank; side++)
            fits = tensor->shape[side] == info.shape[side];
        if (!fits)
            return ink__fail(err, INK_EFORMAT, "%s: the array \"%s\" is %s", r->name, info.name,
                             tensor ? "not of the shape that the network's text says" : "missing");
        for (size_t k = 0; k < tensor->count; k++)
            if (!isfinite(tensor->values[k]))
                return ink__fail(err, INK_EFORMAT,
                                 "%s: the array \"%s\" holds a number that is not "
                                 "finite",
                                 r->name, info.name);
    }
    return INK_OK;
}

static ink_status read_network(reader *r, ink_error *err)
{
    const char *text = value_of(r, "network", err);
    if (!text)
        return INK_EFORMAT;
    ink_error why = {.status = INK_OK};
    ink_network *network = ink__network_plan(text, &why);
    if (!network)
        return ink__fail(err, why.status == INK_ENOMEM ? INK_ENOMEM : INK_EFORMAT,
                         "%s: its network cannot be: %.300s", r->name, why.text);
    r->model->network = network;
    ink_status status = check_arrays(r, network, err);
    if (status == INK_OK)
        status = ink__network_allocate(network, err);
    for (size_t i = 0; status == INK_OK && i < ink_network_tensor_count(network); i++) {
        ink_tensor_info info = ink_network_tensor(network, i);
        const ink__tensor *tensor = ink__safetensors_tensor(r->file, info.name);
        if (info.count > 0)
            memcpy((info.state ? network->state : network->w) + info.offset, tensor->values,
                   info.count * sizeof *tensor->values);
    }
    return status;
}

static ink_status read_classes(reader *r, ink_error *err)
{
    const char *text = value_of(r, "classes", err);
    if (!text)
        return INK_EFORMAT;
    json_t *list = json_loads(text, 0, NULL);
    size_t count = json_array_size(list), outputs = ink_network_output_size(r->model->network);
    ink_status status = INK_OK;
    if (!json_is_array(list) || count < 1 || count > MOST_CLASSES || count != outputs)
        status = ink__fail(err, INK_EFORMAT,
                           "%s: it should name a class for each of the network's %zu outputs, and "
                           "names %zu",
                           r->name, outputs, count);
    if (status == INK_OK)
        r->model->class_names = ink__alloc(count, sizeof *r->model->class_names, err);
    if (status == INK_OK && !r->model->class_names)
        status = INK_ENOMEM;
    for (size_t k = 0; status == INK_OK && k < count; k++) {
        const char *name = json_string_value(json_array_get(list, k));
        r->model->class_names[k] = name ? ink__strdup(name, err) : NULL;
        r->model->classes = (int)k + 1;
        if (!r->model->class_names[k])
            status = name ? INK_ENOMEM
                          : ink__fail(err, INK_EFORMAT, "%s: the name of class %zu is no text",
                                      r->name, k);
    }
    json_decref(list);
    return status;
}

static bool read_numbers(const json_t *list, int count, float *numbers)
{
    bool good = json_array_size(list) == (size_t)count;
    for (int i = 0; good && i < count; i++) {
        numbers[i] = (float)json_number_value(json_array_get(list, (size_t)i));
        good = json_is_number(json_array_get(list, (size_t)i)) && isfinite(numbers[i]);
    }
    return good;
}

static ink_status read_picture(reader *r, ink_error *err)
{
    ink_model *m = r->model;
    const char *text = value_of(r, "picture", err), *input = value_of(r, "input", err);
    int used = 0;
    if (!text || !input)
        return INK_EFORMAT;
    bool good =
        sscanf(text, "%9dx%9dx%9d%n", &m->picture_height, &m->picture_width, &m->picture_channels,
               &used) == 3 &&
        text[used] == '\0' && m->picture_height >= 1 && m->picture_width >= 1 &&
        m->picture_height <= MOST_SIDE && m->picture_width <= MOST_SIDE &&
        m->picture_channels >= 1 && m->picture_channels <= 4 &&
        (size_t)m->picture_height * (size_t)m->picture_width * (size_t)m->picture_channels ==
            ink_network_input_size(m->network);
    if (!good)
        return ink__fail(err, INK_EFORMAT, "%s: pictures of \"%.40s\" do not fit its network",
                         r->name, text);
    json_t *both = json_loads(input, 0, NULL);
    m->input.channels = m->picture_channels;
    good = read_numbers(json_object_get(both, "mean"), m->input.channels, m->input.mean) &&
           read_numbers(json_object_get(both, "factor"), m->input.channels, m->input.factor);
    json_decref(both);
    return good ? INK_OK
                : ink__fail(err, INK_EFORMAT,
                            "%s: \"input\" should give a mean and a factor for each of %d channels",
                            r->name, m->input.channels);
}

static ink_status read_rest(reader *r, ink_error *err)
{
    const char *framing = value_of(r, "framing", err), *cost = value_of(r, "cost", err);
    const char *record = ink__safetensors_value(r->file, "record");
    ink_error why = {.status = INK_OK};
    if (!framing || !cost)
        return INK_EFORMAT;
    if (ink_framing_parse(framing, &r->model->framing, &why) != INK_OK ||
        ink_cost_parse(cost, &r->model->cost, &why) != INK_OK)
        return ink__fail(err, INK_EFORMAT, "%s: %.300s", r->name, why.text);
    json_t *object = record ? json_loads(record, 0, NULL) : NULL;
    bool good = json_is_object(object);
    json_decref(object);
    if (record && !good)
        return ink__fail(err, INK_EFORMAT, "%s: its training record is no JSON object", r->name);
    r->model->record = ink__strdup(record ? record : "{}", err);
    return r->model->record ? INK_OK : INK_ENOMEM;
}

ink_model *ink__model_from(const ink__safetensors *file, const char *name, ink_error *err)
{
    reader r = {.file = file, .name = name, .model = ink__alloc(1, sizeof *r.model, err)};
    if (!r.model)
        return NULL;
    const char *format = value_of(&r, "format", err);
    ink_status status = format ? INK_OK : INK_EFORMAT;
    if (format && strcmp(format, FORMAT) != 0)
        status =
            ink__fail(err, INK_EFORMAT, "%s is of format \"%.40s\", and this version reads \"%s\"",
                      name, format, FORMAT);
    status = status == INK_OK ? read_network(&r, err) : status;
    status = status == INK_OK ? read_classes(&r, err) : status;
    status = status == INK_OK ? read_picture(&r, err) : status;
    status = status == INK_OK ? read_rest(&r, err) : status;
    if (status == INK_OK)
        return r.model;
    ink_model_free(r.model);
    return NULL;
}

#else /* without jansson: the container says how to get it */

ink_status ink__model_write(const ink_model *model, const char *path, bool half,
                            const ink__tensor *more, size_t more_count, const ink__pair *pairs,
                            size_t pair_count, ink_error *err)
{
    (void)model, (void)half, (void)more, (void)more_count;
    return ink__safetensors_write(path, NULL, 0, pairs, pair_count, err);
}

ink_model *ink__model_from(const ink__safetensors *file, const char *name, ink_error *err)
{
    (void)file;
    ink__fail(err, INK_EUNSUPPORTED, "%s cannot be read: this build has no model files", name);
    return NULL;
}
#endif
