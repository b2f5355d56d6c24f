/* Names of the ways to the gradient, and the one without calculus: nudge one parameter, look at the
 * cost. It costs one or two forward passes a parameter, which is why nobody trains like this for
 * long; and it knows nothing of layers, which is why it is the judge of backpropagation. */
#include "nn/network.h"

#include "base/choice.h"
#include "inkling/optimizer.h"

static const char *const names[] = {
    [INK_GRADIENT_BACKPROP] = "backprop",
    [INK_GRADIENT_FINITE] = "finite",
    [INK_GRADIENT_CENTRAL] = "central",
};

enum { METHODS = sizeof names / sizeof *names };

const char *ink_gradient_method_name(ink_gradient_method method)
{
    return (size_t)method < METHODS ? names[method] : "unknown";
}

ink_status ink_gradient_method_parse(const char *name, ink_gradient_method *method, ink_error *err)
{
    int found = ink__choice_find(names, METHODS, "gradient", name, err);
    if (found < 0)
        return INK_EINVAL;
    *method = (ink_gradient_method)found;
    return INK_OK;
}

static double cost_of(ink_network *network, ink_workspace *ws, const float *x, const float *t,
                      size_t count, ink_cost cost, uint64_t key)
{
    ink__network_forward(network, ws, x, count, true, key);
    return ink__network_cost(network, ws, t, count, cost);
}

double ink_network_gradient_finite(ink_network *network, ink_workspace *ws, const float *x,
                                   const float *t, size_t count, ink_cost cost, uint64_t key,
                                   bool central, float h, float *gradient)
{
    double here = cost_of(network, ws, x, t, count, cost, key);
    ws->still = true; /* the batch was seen once, not with every nudge */
    for (size_t i = 0; i < network->w_count; i++) {
        float kept = network->w[i];
        float up = kept + h, down = central ? kept - h : kept;
        network->w[i] = up;
        double above = cost_of(network, ws, x, t, count, cost, key), below = here;
        if (central) {
            network->w[i] = down;
            below = cost_of(network, ws, x, t, count, cost, key);
        }
        network->w[i] = kept;
        /* The step really taken: w + h is rounded. */
        gradient[i] = (float)((above - below) / ((double)up - (double)down));
    }
    ws->still = false;
    return here;
}
