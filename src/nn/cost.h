/* The slope of a cost. */
#ifndef INK_NN_COST_H
#define INK_NN_COST_H

#include "inkling/network.h"

#include "base/error.h"

/* dy = slope of the mean cost with respect to y; with `fused` (cross-entropy after softmax or
 * sigmoid) with respect to the weighted sum before it. All [count][nodes]. */
void ink__cost_slope(ink_cost cost, bool fused, const float *y, const float *t, size_t count,
                     size_t nodes, float *dy);

/* Cross-entropy needs answers in 0..1: INK_EINVAL says what the network ends in instead. */
ink_status ink__cost_suits(ink_cost cost, const ink_network *network, ink_error *err);

#endif
