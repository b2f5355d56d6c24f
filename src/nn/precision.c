/* In how many bits convolutions multiply. */
#include "nn/network.h"

#include "base/choice.h"
#include "nn/conv.h"

static const char *const names[] = {
    [INK_PRECISION_FLOAT32] = "float32",
    [INK_PRECISION_BF16] = "bf16",
};

enum { PRECISIONS = sizeof names / sizeof *names };

const char *ink_precision_name(ink_precision precision)
{
    return (size_t)precision < PRECISIONS ? names[precision] : "unknown";
}

ink_status ink_precision_parse(const char *name, ink_precision *precision, ink_error *err)
{
    int found = ink__choice_find(names, PRECISIONS, "precision", name, err);
    if (found < 0)
        return INK_EINVAL;
    *precision = (ink_precision)found;
    return INK_OK;
}

void ink_network_set_precision(ink_network *network, ink_precision precision)
{
    network->precision = precision;
    for (size_t i = 0; i < network->layer_count; i++) {
        ink__layer *layer = &network->layers[i];
        if (layer->type != &ink__layer_conv)
            continue;
        ink__conv conv = ink__conv_of(layer);
        layer->pairs = precision == INK_PRECISION_BF16 && ink__conv_may_pair(&conv);
    }
}

ink_precision ink_network_precision(const ink_network *network)
{
    return network->precision;
}
