/* Costs: how wrong an answer is, as a number and as a slope. All are means over the samples.
 *
 *   squared          sum_i (y_i - t_i)^2                                dy = 2 (y - t) / N
 *   cross-entropy    softmax: -sum_i t_i log y_i                        dz = (y - t) / N
 *                    otherwise: -sum_i t_i log y_i + (1-t_i) log(1-y_i)
 *                    dy = (y - t) / (y (1-y)) / N; after a sigmoid dz = (y - t) / N
 *
 * With softmax, and with sigmoid, cross-entropy is taken together with the activation: its slope
 * with respect to the weighted sum is just y - t, and nothing overflows. */
#include "nn/cost.h"

#include <math.h>
#include <string.h>

#define SMALLEST 1e-12f /* log of 0 would be infinite; a score this low is as wrong as can be */

const char *ink_cost_name(ink_cost cost)
{
    return cost == INK_COST_SQUARED ? "squared" : "cross-entropy";
}

ink_status ink_cost_parse(const char *name, ink_cost *cost, ink_error *err)
{
    if (strcmp(name, "squared") == 0 || strcmp(name, "mse") == 0)
        *cost = INK_COST_SQUARED;
    else if (strcmp(name, "cross-entropy") == 0 || strcmp(name, "ce") == 0)
        *cost = INK_COST_CROSS_ENTROPY;
    else
        return ink__fail(err, INK_EINVAL,
                         "there is no cost \"%s\"; known are cross-entropy (ce) "
                         "and squared (mse)",
                         name);
    return INK_OK;
}

ink_status ink__cost_suits(ink_cost cost, const ink_network *network, ink_error *err)
{
    const char *end = ink_network_layer(network, ink_network_layer_count(network) - 1).text;
    if (cost == INK_COST_SQUARED || strcmp(end, "softmax") == 0 || strstr(end, "sigmoid"))
        return INK_OK;
    return ink__fail(err, INK_EINVAL,
                     "cross-entropy needs answers between 0 and 1, but the network ends in "
                     "\"%s\"; end it in softmax or sigmoid, or use the squared cost",
                     end);
}

static double log_of(float y)
{
    if (y < SMALLEST) /* and not NaN, which must stay one */
        y = SMALLEST;
    return log((double)y);
}

double ink_cost_value(ink_cost cost, bool softmax, const float *y, const float *t, size_t count,
                      size_t nodes)
{
    double sum = 0;
    for (size_t i = 0; i < count * nodes; i++) {
        if (cost == INK_COST_SQUARED) {
            double away = (double)y[i] - (double)t[i];
            sum += away * away;
        } else {
            if (t[i] != 0 || y[i] != y[i])
                sum -= (double)t[i] * log_of(y[i]);
            if (!softmax && t[i] != 1)
                sum -= (1 - (double)t[i]) * log_of(1 - y[i]);
        }
    }
    return sum / (double)count;
}

void ink__cost_slope(ink_cost cost, bool fused, const float *y, const float *t, size_t count,
                     size_t nodes, float *dy)
{
    const float share = 1.0f / (float)count;
    for (size_t i = 0; i < count * nodes; i++) {
        float away = y[i] - t[i];
        if (cost == INK_COST_SQUARED)
            dy[i] = 2 * share * away;
        else if (fused)
            dy[i] = share * away;
        else {
            float slope = y[i] * (1 - y[i]);
            dy[i] = share * away / (slope < SMALLEST ? SMALLEST : slope);
        }
    }
}
