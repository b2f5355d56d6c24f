/* A probe for dead ReLUs. */
#include "studio/train/dead_nodes.h"

#include "studio/desk.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 256, AT_ONCE = 8 };

struct dead_nodes {
    ink_model *model;
    const ink_dataset *data;
    ink_workspace *workspace;
    float *x;       /* [AT_ONCE][inputs] */
    bool *answered; /* a flag a ReLU, layer after layer; in a convolution one a filter */
    size_t count, shown, samples;
};

static bool is_relu(const ink_layer_info *layer)
{
    size_t length = strlen(layer->text);
    return strcmp(layer->type, "relu") == 0 ||
           (length > 5 && strcmp(layer->text + length - 5, " relu") == 0);
}

/* A filter of a convolution is one, wherever in the picture it looks. */
static size_t nodes_of(const ink_layer_info *layer)
{
    size_t channels = (size_t)layer->out_channels;
    return layer->out_height == 1 ? channels * (size_t)layer->out_width : channels;
}

static size_t count_relus(const ink_network *network)
{
    size_t count = 0;
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        ink_layer_info layer = ink_network_layer(network, i);
        count += is_relu(&layer) ? nodes_of(&layer) : 0;
    }
    return count;
}

static bool fits(const ink_model *model, const ink_dataset *data)
{
    int height, width, channels;
    ink_dataset_shape(data, &height, &width, &channels);
    return (size_t)height * (size_t)width * (size_t)channels ==
           ink_network_input_size(model->network);
}

dead_nodes *dead_nodes_new(ink_model *model, const ink_dataset *data, ink_error *err)
{
    dead_nodes *p = calloc(1, sizeof *p);
    size_t count = count_relus(model->network);
    if (p && count > 0 && fits(model, data)) {
        p->model = model;
        p->data = data;
        p->count = count;
        p->samples = ink_dataset_count(data) < SAMPLES ? ink_dataset_count(data) : SAMPLES;
        p->workspace = ink_workspace_new(model->network, AT_ONCE, false, NULL, err);
        p->x = calloc(AT_ONCE * ink_network_input_size(model->network), sizeof *p->x);
        p->answered = calloc(count, sizeof *p->answered);
        if (p->workspace && p->x && p->answered)
            return p;
        dead_nodes_free(p);
        return NULL;
    }
    free(p);
    ink_model_free(model);
    return NULL;
}

void dead_nodes_free(dead_nodes *p)
{
    if (!p)
        return;
    ink_workspace_free(p->workspace);
    ink_model_free(p->model);
    free(p->x);
    free(p->answered);
    free(p);
}

static void look(dead_nodes *p, size_t count)
{
    bool *at = p->answered;
    const ink_network *network = p->model->network;
    for (size_t k = 0; k < ink_network_layer_count(network); k++) {
        ink_layer_info layer = ink_network_layer(network, k);
        if (!is_relu(&layer))
            continue;
        size_t nodes = nodes_of(&layer);
        size_t all =
            (size_t)layer.out_height * (size_t)layer.out_width * (size_t)layer.out_channels;
        const float *y = ink_workspace_activation(p->workspace, k);
        for (size_t i = 0; i < count * all; i++)
            if (y[i] > 0)
                at[i % nodes] = true;
        at += nodes;
    }
}

bool dead_nodes_work(dead_nodes *p, double seconds)
{
    double end = desk_now() + seconds;
    size_t size = ink_network_input_size(p->model->network), all = ink_dataset_count(p->data);
    while (p->shown < p->samples) {
        size_t n = p->samples - p->shown < AT_ONCE ? p->samples - p->shown : AT_ONCE;
        for (size_t i = 0; i < n; i++) /* spread over the set, whose classes may lie in a row */
            ink_input_sample(&p->model->input, p->data, (p->shown + i) * (all / p->samples),
                             p->x + i * size);
        ink_predict(p->model->network, p->workspace, p->x, n);
        look(p, n);
        p->shown += n;
        if (desk_now() > end)
            break;
    }
    return p->shown >= p->samples;
}

double dead_nodes_share(const dead_nodes *p)
{
    size_t dead = 0;
    for (size_t i = 0; i < p->count; i++)
        dead += !p->answered[i];
    return (double)dead / (double)p->count;
}
