/* A network for prediction: norms that stand directly behind a dense layer or a convolution become
 * part of its weights.
 *
 *   scale (sum x W + b - mean) / deviation + shift  =  sum x W f + (b - mean) f + shift
 *   with f = scale / deviation, per node
 *
 * Source: Jacob and others, "Quantization and training of neural networks for efficient
 * integer-arithmetic-only inference", 2018, section 3.2. */
#include "nn/network.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Is layer i a norm that can go into the layer before it? What stands at the fork or the bar of a
 * branch reads what others read, too. */
static bool folds(const ink_network *network, size_t i)
{
    const ink__layer *norm = &network->layers[i], *before = norm - 1;
    return i > 0 && norm->type == &ink__layer_norm && norm->opens == 0 && !norm->barred &&
           norm->from == (int)i - 1 && ink__layer_weighs(before) && !before->activated;
}

/* The text of the layer that does the work of both: with a bias, and with the norm's activation. */
static void merge_text(const ink__layer *layer, const ink__layer *norm, ink__layer *merged)
{
    static const char nobias[] = " nobias";
    *merged = *layer;
    char *at = strstr(merged->text, nobias);
    if (at)
        memmove(at, at + sizeof nobias - 1, strlen(at + sizeof nobias - 1) + 1);
    size_t used = strlen(merged->text);
    if (norm->activated)
        snprintf(merged->text + used, sizeof merged->text - used, " %.20s",
                 ink__activation_name(norm->activation));
}

static char *folded_text(const ink_network *network, ink_error *err)
{
    ink_network shorter = *network;
    shorter.layers = ink__alloc(network->layer_count, sizeof *shorter.layers, err);
    shorter.layer_count = 0;
    for (size_t i = 0; shorter.layers && i < network->layer_count; i++) {
        if (folds(network, i))
            merge_text(&network->layers[i - 1], &network->layers[i],
                       &shorter.layers[shorter.layer_count - 1]);
        else
            shorter.layers[shorter.layer_count++] = network->layers[i];
    }
    char *text = shorter.layers ? ink__network_print(&shorter, err) : NULL;
    ink__free(shorter.layers);
    return text;
}

/* Moves layer `from`, and the norm behind it if not NULL, of `network` into `to` of `folded`. */
static void move_weights(const ink_network *network, const ink__layer *from, const ink__layer *norm,
                         ink_network *folded, const ink__layer *to)
{
    const float *w = network->w + from->w_offset;
    float *out = folded->w + to->w_offset;
    memcpy(out, w, from->w_count * sizeof *out);
    memcpy(folded->state + to->state_offset, network->state + from->state_offset,
           from->state_count * sizeof *out);
    if (!norm)
        return;
    size_t count = from->parts[0].count, nodes = norm->in.channels;
    const float *learned = network->w + norm->w_offset;
    const float *state = network->state + norm->state_offset;
    for (size_t o = 0; o < nodes; o++) {
        double scale = norm->plain ? 1 : (double)learned[o];
        double shift = (double)learned[norm->plain ? o : nodes + o];
        double factor = scale / sqrt((double)state[nodes + o] + INK_NORM_EPSILON);
        double bias = from->part_count > 1 ? (double)w[count + o] : 0;
        for (size_t k = o; k < count; k += nodes)
            out[k] = (float)((double)w[k] * factor);
        out[count + o] = (float)((bias - (double)state[o]) * factor + shift);
    }
}

ink_network *ink_network_fold(const ink_network *network, ink_error *err)
{
    char *text = folded_text(network, err);
    ink_network *folded = text ? ink_network_new(text, err) : NULL;
    ink__free(text);
    for (size_t i = 0, to = 0; folded && i < network->layer_count; i++) {
        bool next = i + 1 < network->layer_count && folds(network, i + 1);
        const ink__layer *layer = &network->layers[i];
        move_weights(network, layer, next ? layer + 1 : NULL, folded, &folded->layers[to++]);
        i += next;
    }
    if (folded)
        ink_network_set_precision(folded, network->precision);
    return folded;
}
