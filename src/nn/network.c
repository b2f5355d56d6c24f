/* A network from text: words to layers, sizes, the vectors they share, and the names inside them.
 */
#include "nn/network.h"

#include "base/memory.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ink_status ink__network_allocate(ink_network *network, ink_error *err)
{
    network->w = ink__alloc(network->w_count, sizeof *network->w, err);
    network->state = ink__alloc(network->state_count, sizeof *network->state, err);
    return network->w && network->state ? INK_OK : INK_ENOMEM;
}

ink_network *ink_network_new(const char *text, ink_error *err)
{
    ink_network *network = ink__network_plan(text, err);
    if (network && ink__network_allocate(network, err) != INK_OK) {
        ink_network_free(network);
        return NULL;
    }
    return network;
}

ink_network *ink_network_plan(const char *text, ink_error *err)
{
    return ink__network_plan(text, err);
}

ink_network *ink_network_copy(const ink_network *network, ink_error *err)
{
    ink_network *copy = ink_network_new(network->text, err);
    if (!copy)
        return NULL;
    memcpy(copy->w, network->w, network->w_count * sizeof *copy->w);
    ink_network_set_precision(copy, network->precision);
    memcpy(copy->state, network->state, network->state_count * sizeof *copy->state);
    return copy;
}

void ink_network_free(ink_network *network)
{
    if (!network)
        return;
    ink__free(network->text);
    ink__free(network->layers);
    ink__free(network->w);
    ink__free(network->state);
    ink__free(network);
}

/* Does something that keeps only positive values follow layer i, perhaps after a norm? */
static bool relu_follows(const ink_network *network, size_t i)
{
    for (; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        if (layer->activation != INK_ACTIVATION_IDENTITY)
            return layer->activation >= INK_ACTIVATION_RELU;
        if (i + 1 < network->layer_count && ink__layer_weighs(layer + 1))
            return false;
    }
    return false;
}

void ink_network_init(ink_network *network, ink_init init, uint64_t seed)
{
    memset(network->w, 0, network->w_count * sizeof *network->w);
    memset(network->state, 0, network->state_count * sizeof *network->state);
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        if (layer->type->init)
            layer->type->init(layer, network->w + layer->w_offset,
                              network->state + layer->state_offset, init, relu_follows(network, i),
                              ink__key(seed, 0x1417, i));
    }
}

const char *ink_network_text(const ink_network *network)
{
    return network->text;
}

void ink_network_input_shape(const ink_network *network, int *height, int *width, int *channels)
{
    ink__shape in = network->in;
    bool vector = in.height == 1 && in.width == 1;
    *height = (int)in.height;
    *width = (int)(vector ? in.channels : in.width);
    *channels = (int)(vector ? 1 : in.channels);
}

size_t ink_network_input_size(const ink_network *network)
{
    return ink__shape_size(network->in);
}

size_t ink_network_output_size(const ink_network *network)
{
    return ink__shape_size(ink__network_last(network)->out);
}

size_t ink_network_parameter_count(const ink_network *network)
{
    return network->w_count;
}

float *ink_network_parameters(ink_network *network)
{
    return network->w;
}

const float *ink_network_parameters_const(const ink_network *network)
{
    return network->w;
}

size_t ink_network_state_count(const ink_network *network)
{
    return network->state_count;
}

float *ink_network_state(ink_network *network)
{
    return network->state;
}

const float *ink_network_state_const(const ink_network *network)
{
    return network->state;
}

size_t ink_network_layer_count(const ink_network *network)
{
    return network->layer_count;
}

ink_layer_info ink_network_layer(const ink_network *network, size_t index)
{
    const ink__layer *layer = &network->layers[index];
    double out = (double)ink__shape_size(layer->out);
    double weights = (double)layer->parts[0].count; /* each is used once for every output pixel */
    double pixels = (double)(layer->out.height * layer->out.width);
    bool multiplies = ink__layer_weighs(layer) || layer->type->fixed;
    return (ink_layer_info){
        .text = layer->text,
        .type = layer->type == &ink__layer_activation ? ink__activation_name(layer->activation)
                                                      : layer->type->name,
        .in_height = (int)layer->in.height,
        .in_width = (int)layer->in.width,
        .in_channels = (int)layer->in.channels,
        .out_height = (int)layer->out.height,
        .out_width = (int)layer->out.width,
        .out_channels = (int)layer->out.channels,
        .parameter_offset = layer->w_offset,
        .parameter_count = layer->w_count,
        .state_offset = layer->state_offset,
        .state_count = layer->state_count,
        .operations = multiplies ? 2 * weights * pixels : out,
    };
}

size_t ink_network_tensor_count(const ink_network *network)
{
    size_t count = 0;
    for (size_t i = 0; i < network->layer_count; i++)
        count += network->layers[i].part_count;
    return count;
}

ink_tensor_info ink_network_tensor(const ink_network *network, size_t index)
{
    size_t i = 0;
    while (index >= network->layers[i].part_count)
        index -= network->layers[i++].part_count;
    const ink__layer *layer = &network->layers[i];
    const ink__part_name *part = &layer->parts[index];
    ink_tensor_info info = {.state = part->state,
                            .offset = part->offset +
                                      (part->state ? layer->state_offset : layer->w_offset),
                            .rank = part->rank,
                            .count = part->count};
    memcpy(info.shape, part->shape, sizeof info.shape);
    snprintf(info.name, sizeof info.name, "%zu.%s.%s", i, layer->type->name, part->name);
    return info;
}
