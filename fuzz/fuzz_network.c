/* A network from any text; a small one also takes a step forward and back. */
#include "fuzz/fuzz.h"

#include "nn/network.h"

enum { SAMPLES = 2, MOST_LAYERS = 64, MOST_NODES = 1024, MOST_WEIGHTS = 4096 };

static bool is_small(const ink_network *network)
{
    bool small = network->layer_count <= MOST_LAYERS && network->w_count <= MOST_WEIGHTS &&
                 network->state_count <= MOST_WEIGHTS;
    small &= ink__shape_size(network->in) <= MOST_NODES;
    for (size_t i = 0; small && i < network->layer_count; i++)
        small = ink__shape_size(network->layers[i].out) <= MOST_NODES;
    return small;
}

static void run(ink_network *network)
{
    ink_error err = {.status = INK_OK};
    size_t inputs = ink_network_input_size(network), nodes = ink_network_output_size(network);
    float *x = calloc(SAMPLES * inputs, sizeof *x), *t = calloc(SAMPLES * nodes, sizeof *t);
    float *gradient = calloc(network->w_count + 1, sizeof *gradient);
    if (!x || !t || !gradient || ink__network_allocate(network, &err) != INK_OK)
        abort();
    ink_network_init(network, INK_INIT_AUTO, 1);
    for (int training = 0; training < 2; training++) {
        ink_workspace *ws = ink_workspace_new(network, SAMPLES, training, NULL, &err);
        if (!ws)
            abort();
        if (training)
            ink_network_gradient(network, ws, x, t, SAMPLES, INK_COST_SQUARED, 0, gradient);
        else if (ink_workspace_pack(ws, &err) != INK_OK)
            abort();
        ink_predict(network, ws, x, SAMPLES);
        ink_workspace_free(ws);
    }
    free(x);
    free(t);
    free(gradient);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    char *text = fuzz_text(bytes, size);
    ink_network *network = ink__network_plan(text, &err);
    if (!network && err.text[0] == '\0')
        abort();
    if (network) { /* what was understood comes back as it was understood */
        ink_network *again = ink__network_plan(ink_network_text(network), &err);
        if (!again || strcmp(ink_network_text(again), ink_network_text(network)) != 0)
            abort();
        for (size_t i = 0; i < ink_network_tensor_count(network); i++)
            if (ink_network_tensor(network, i).count == 0)
                abort();
        ink_network_free(again);
        if (is_small(network))
            run(network);
    }
    ink_network_free(network);
    free(text);
    return 0;
}
