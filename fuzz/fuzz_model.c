/* A model file of any bytes, shown a small picture. */
#include "fuzz/fuzz.h"

#include "model/model.h"

#include <stdlib.h>

/* A few floats of weights may ask for any number of products. */
static bool is_small(const ink_network *network)
{
    double operations = 0;
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        ink_layer_info layer = ink_network_layer(network, i);
        operations += layer.operations + (double)layer.out_height * (double)layer.out_width *
                                             (double)layer.out_channels;
    }
    return ink_network_input_size(network) <= 4096 && operations < 1e6;
}

static void look(const ink_model *model)
{
    uint8_t pixels[8 * 9 * 3];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(37 * i);
    for (int channels = 1; channels <= 3; channels += 2) {
        ink_error err = {.status = INK_OK};
        ink_picture picture = {8, 9, channels, pixels};
        float *scores = calloc((size_t)model->classes, sizeof *scores);
        bool blank = false;
        if (!scores)
            abort();
        ink_status status = ink_model_predict(model, &picture, scores, &blank, &err);
        if (status != err.status || (status != INK_OK && err.text[0] == '\0'))
            abort();
        free(scores);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink__safetensors *file = ink__safetensors_parse(bytes, size, "file", &err);
    ink_model *model = file ? ink__model_from(file, "file", &err) : NULL;
    if (!model && err.text[0] == '\0')
        abort();
    ink__safetensors_free(file);
    if (model && is_small(model->network))
        look(model);
    ink_model_free(model);
    return 0;
}
