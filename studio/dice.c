/* Random numbers: see dice.h. */
#include "studio/dice.h"

#include <math.h>

uint64_t dice_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

double dice_share(uint64_t *state)
{
    return (double)(dice_bits(state) >> 11) * 0x1p-53;
}

/* Box, Muller 1958. */
double dice_normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(dice_share(state) + 0x1p-54));
    return radius * cos(2 * acos(-1.0) * dice_share(state));
}
