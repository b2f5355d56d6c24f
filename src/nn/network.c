/* A network from text: words to layers, sizes, the vectors they share, and the names inside them.
 */
#include "nn/network.h"

#include "base/memory.h"
#include "base/random.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 1000, MAX_WORD = 64 };
#define MAX_SIDE ((size_t)1 << 24)
#define MAX_SIZE ((size_t)1 << 31)

/* The next word into `word`; false at the end. A word too long to be one is cut: it will be refused
 * by whoever looks it up. */
static bool next_word(const char **at, char word[MAX_WORD])
{
    while (isspace((unsigned char)**at))
        (*at)++;
    size_t length = 0;
    for (; **at && !isspace((unsigned char)**at); (*at)++)
        if (length + 1 < MAX_WORD)
            word[length++] = **at;
    word[length] = '\0';
    return length > 0;
}

/* "784" or "28x28x1". */
static ink_status parse_shape(const char *word, ink__shape *shape, ink_error *err)
{
    size_t sides[3] = {1, 1, 1};
    int count = 0;
    const char *at = word;
    while (count < 3 && isdigit((unsigned char)*at)) {
        char *end;
        errno = 0;
        unsigned long long side = strtoull(at, &end, 10);
        if (errno || side < 1 || side > MAX_SIDE)
            break;
        sides[count++] = (size_t)side;
        at = end;
        if (*at != 'x')
            break;
        at++;
    }
    size_t size;
    if (*at || count == 0 || count == 2 || at[-1] == 'x' ||
        __builtin_mul_overflow(sides[0], sides[1], &size) ||
        __builtin_mul_overflow(size, sides[2], &size) || size > MAX_SIZE)
        return ink__fail(err, INK_EINVAL,
                         "a network begins with its input, such as 784 or 28x28x1 "
                         "(height x width x channels), not with \"%s\"",
                         word);
    *shape = count == 1 ? (ink__shape){1, 1, sides[0]} : (ink__shape){sides[0], sides[1], sides[2]};
    return INK_OK;
}

static ink_status parse_argument(ink__layer *layer, const char *name, const char **at,
                                 ink_error *err)
{
    const ink__layer_type *type = layer->type;
    char word[MAX_WORD], *end;
    if (!next_word(at, word))
        return ink__fail(err, INK_EINVAL, "\"%s\" must be followed by its %s", name,
                         type->argument);
    layer->argument = strtod(word, &end);
    bool whole = layer->argument == (double)(long long)layer->argument;
    if (*end || !(layer->argument >= type->least && layer->argument <= type->most) ||
        (type->whole && !whole))
        return ink__fail(err, INK_EINVAL, "\"%s %s\": the %s must be %s from %.15g to %.15g", name,
                         word, type->argument, type->whole ? "a whole number" : "a number",
                         type->least, type->most);
    snprintf(layer->text, sizeof layer->text, "%.20s %.9g", name, layer->argument);
    return INK_OK;
}

static ink_status parse_layer(ink_network *network, const char *name, const char **at,
                              ink_error *err)
{
    ink__layer *last = network->layer_count ? &network->layers[network->layer_count - 1] : NULL;
    ink__activation activation = INK_ACTIVATION_IDENTITY;
    bool activates = ink__activation_find(name, &activation);
    if (activates && last && last->type == &ink__layer_dense && !strchr(last->text + 6, ' ')) {
        last->activation = activation;
        size_t used = strlen(last->text);
        snprintf(last->text + used, sizeof last->text - used, " %.20s", name);
        return INK_OK;
    }
    const ink__layer_type *type = ink__layer_type_find(name);
    if (!type)
        return ink__fail(err, INK_EINVAL, "there is no layer \"%s\"; known are %s", name,
                         ink__layer_type_names());
    if (network->layer_count == MAX_LAYERS)
        return ink__fail(err, INK_EINVAL, "a network has at most %d layers", MAX_LAYERS);
    ink__layer *layer = &network->layers[network->layer_count++];
    *layer = (ink__layer){.type = type, .activation = activation};
    snprintf(layer->text, sizeof layer->text, "%.20s", name);
    return type->argument ? parse_argument(layer, name, at, err) : INK_OK;
}

/* Shapes and offsets from layer to layer. */
static ink_status plan_layers(ink_network *network, ink__shape shape, ink_error *err)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        ink__layer *layer = &network->layers[i];
        layer->in = shape;
        layer->w_offset = network->w_count;
        layer->state_offset = network->state_count;
        ink_status status = layer->type->plan(layer, err);
        if (status != INK_OK)
            return status;
        network->w_count += layer->w_count;
        network->state_count += layer->state_count;
        shape = layer->out;
        if (network->w_count > MAX_SIZE || ink__shape_size(shape) > MAX_SIZE)
            return ink__fail(err, INK_EINVAL,
                             "the network is too large: layer %zu (%s) brings it "
                             "over 2^31 numbers",
                             i + 1, layer->text);
    }
    return INK_OK;
}

/* "1x28x28 ..." back from the layers: what was read, in one canonical form. */
static char *canonical_text(const ink_network *network, ink__shape in, ink_error *err)
{
    size_t room = 64 + network->layer_count * (sizeof network->layers->text + 1), used;
    char *text = ink__alloc(room, 1, err);
    if (!text)
        return NULL;
    if (in.height == 1 && in.width == 1)
        used = (size_t)snprintf(text, room, "%zu", in.channels);
    else
        used = (size_t)snprintf(text, room, "%zux%zux%zu", in.height, in.width, in.channels);
    for (size_t i = 0; i < network->layer_count; i++)
        used += (size_t)snprintf(text + used, room - used, " %s", network->layers[i].text);
    return text;
}

static ink_status read_text(ink_network *network, const char *text, ink_error *err)
{
    char word[MAX_WORD];
    ink__shape shape = {0};
    const char *at = text;
    if (!next_word(&at, word))
        return ink__fail(err, INK_EINVAL,
                         "the network's text is empty; write for example "
                         "\"784-100-10\"");
    ink_status status = parse_shape(word, &shape, err);
    while (status == INK_OK && next_word(&at, word))
        status = parse_layer(network, word, &at, err);
    if (status == INK_OK && network->layer_count == 0)
        status = ink__fail(err, INK_EINVAL,
                           "\"%s\" has an input but no layer; write for example "
                           "\"%s dense 10 softmax\"",
                           text, text);
    if (status == INK_OK)
        status = plan_layers(network, shape, err);
    if (status != INK_OK)
        return status;
    network->text = canonical_text(network, shape, err);
    return network->text ? INK_OK : INK_ENOMEM;
}

ink_network *ink__network_plan(const char *text, ink_error *err)
{
    char *longer = ink_network_expand(text, NULL, NULL, 0, 0, err);
    ink_network *network = longer ? ink__alloc(1, sizeof *network, err) : NULL;
    size_t words = 1;
    for (const char *at = longer; network && *at; at++)
        words += isspace((unsigned char)*at) != 0;
    if (network) {
        size_t most = words < MAX_LAYERS ? words : MAX_LAYERS;
        network->layers = ink__alloc(most, sizeof *network->layers, err);
    }
    if (!network || !network->layers || read_text(network, longer, err) != INK_OK) {
        ink_network_free(network);
        network = NULL;
    }
    ink__free(longer);
    return network;
}

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

ink_network *ink_network_copy(const ink_network *network, ink_error *err)
{
    ink_network *copy = ink_network_new(network->text, err);
    if (!copy)
        return NULL;
    memcpy(copy->w, network->w, network->w_count * sizeof *copy->w);
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
        if (i + 1 < network->layer_count && network->layers[i + 1].type == &ink__layer_dense)
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
    ink__shape in = network->layers[0].in;
    bool vector = in.height == 1 && in.width == 1;
    *height = (int)in.height;
    *width = (int)(vector ? in.channels : in.width);
    *channels = (int)(vector ? 1 : in.channels);
}

size_t ink_network_input_size(const ink_network *network)
{
    return ink__shape_size(network->layers[0].in);
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

size_t ink_network_layer_count(const ink_network *network)
{
    return network->layer_count;
}

ink_layer_info ink_network_layer(const ink_network *network, size_t index)
{
    const ink__layer *layer = &network->layers[index];
    double out = (double)ink__shape_size(layer->out), in = (double)ink__shape_size(layer->in);
    bool dense = layer->type == &ink__layer_dense;
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
        .operations = dense ? 2 * in * out : out,
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
