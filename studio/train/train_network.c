/* The network's text for the builder: checked, taken apart, fitted to a data set. */
#include "studio/say.h"
#include "studio/train/train_setup.h"

#include <stdio.h>
#include <string.h>

static json_t *layer_json(const ink_network *network, size_t index)
{
    ink_layer_info layer = ink_network_layer(network, index);
    return json_pack("{s:s, s:s, s:[iii], s:I}", "text", layer.text, "type", layer.type, "shape",
                     layer.out_height, layer.out_width, layer.out_channels, "parameters",
                     (json_int_t)layer.parameter_count);
}

json_t *setup_check(const char *net, ink_error *err)
{
    ink_network *network = ink_network_plan(net, err);
    if (!network)
        return NULL;
    json_t *layers = json_array();
    double operations = 0;
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        json_array_append_new(layers, layer_json(network, i));
        operations += ink_network_layer(network, i).operations;
    }
    json_t *answer = json_pack("{s:s, s:I, s:I, s:I, s:f, s:o}", "text", ink_network_text(network),
                               "inputs", (json_int_t)ink_network_input_size(network), "outputs",
                               (json_int_t)ink_network_output_size(network), "parameters",
                               (json_int_t)ink_network_parameter_count(network), "operations",
                               operations, "layers", layers);
    ink_network_free(network);
    return answer;
}

/* Does the network look at a picture as a picture? */
static bool sees_pictures(const char *text)
{
    return strstr(text, " conv ") || strstr(text, " pool ") || strstr(text, " whiten ");
}

/* Where the number of the last "dense N" begins; NULL if there is none. */
static const char *last_dense(const char *text)
{
    const char *last = NULL;
    for (const char *at = text; (at = strstr(at, " dense ")); at++)
        last = at + 7;
    return last;
}

/* `text` in the long form with another input and another number of answers. The text may be wrong
 * until its input is right: "784 conv 8 3x3 pool 2". */
static bool rewrite(const char *text, const ink_dataset *data, char *fitted, size_t size)
{
    int height, width, channels, length;
    char input[64];
    const char *body = text + strcspn(text, " "), *answers = last_dense(text);
    ink_dataset_shape(data, &height, &width, &channels);
    if (sees_pictures(text))
        snprintf(input, sizeof input, "%dx%dx%d", height, width, channels);
    else
        snprintf(input, sizeof input, "%lld", (long long)height * width * channels);
    if (answers)
        length = snprintf(fitted, size, "%s%.*s%d%s", input, (int)(answers - body), body,
                          ink_dataset_classes(data), answers + strcspn(answers, " "));
    else
        length = snprintf(fitted, size, "%s%s", input, body);
    return length >= 0 && (size_t)length < size;
}

ink_status setup_fit(const char *net, const ink_dataset *data, char *fitted, size_t size,
                     ink_error *err)
{
    bool is_long = strchr(net, ' ') != NULL;
    ink_network *network = is_long ? NULL : ink_network_plan(net, err);
    if (!network && !is_long)
        return INK_EINVAL;
    bool room = rewrite(network ? ink_network_text(network) : net, data, fitted, size);
    ink_network_free(network);
    if (!room)
        return say_error(err, INK_EINVAL, "the network's text must be shorter than %zu letters",
                         size);
    network = ink_network_plan(fitted, err);
    ink_network_free(network);
    return network ? INK_OK : INK_EINVAL;
}
