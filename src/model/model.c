/* A model in memory: a network with what it takes to use it. */
#include "model/model.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "nn/network.h"

#include <string.h>

static bool name_classes(ink_model *model, const ink_dataset *dataset, ink_error *err)
{
    model->classes = ink_dataset_classes(dataset);
    model->class_names = ink__alloc((size_t)model->classes, sizeof *model->class_names, err);
    for (int k = 0; model->class_names && k < model->classes; k++) {
        model->class_names[k] = ink__strdup(ink_dataset_class_name(dataset, k), err);
        if (!model->class_names[k])
            return false;
    }
    return model->class_names != NULL;
}

ink_model *ink_model_new(ink_network *network, const ink_dataset *dataset, ink_cost cost,
                         ink_error *err)
{
    ink_model *model = ink__alloc(1, sizeof *model, err);
    if (!model) {
        ink_network_free(network);
        return NULL;
    }
    *model = (ink_model){.network = network, .framing = ink_dataset_framing(dataset), .cost = cost};
    ink_input_for(dataset, &model->input);
    ink_dataset_shape(dataset, &model->picture_height, &model->picture_width,
                      &model->picture_channels);
    model->record = ink__strdup("{}", err);
    if (!model->record || !name_classes(model, dataset, err)) {
        ink_model_free(model);
        return NULL;
    }
    return model;
}

void ink_model_free(ink_model *model)
{
    if (!model)
        return;
    ink_network_free(model->network);
    for (int k = 0; model->class_names && k < model->classes; k++)
        ink__free(model->class_names[k]);
    ink__free(model->class_names);
    ink__free(model->record);
    ink__free(model);
}

ink_status ink_model_set_record(ink_model *model, const char *record, ink_error *err)
{
    char *copy = ink__strdup(record, err);
    if (!copy)
        return INK_ENOMEM;
    ink__free(model->record);
    model->record = copy;
    return INK_OK;
}

/* The bytes of the file are those of a little-endian machine; so is every machine Inkling runs on.
 */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "weights are hashed as little-endian");

ink_status ink_network_sha256(const ink_network *network, char hex[65], ink_error *err)
{
    return ink__sha256(network->w, network->w_count * sizeof *network->w, hex, err);
}
