/* Random numbers that a seed says again: splitmix64 (Steele, Lea, Flood 2014). Any seed will do,
 * and `state` begins as it.
 *
 * Thread safety: one thread at a time a state. */
#ifndef INK_STUDIO_DICE_H
#define INK_STUDIO_DICE_H

#include <stdint.h>

uint64_t dice_bits(uint64_t *state);
double dice_share(uint64_t *state);  /* 0 <= share < 1 */
double dice_normal(uint64_t *state); /* mean 0, standard deviation 1 */

#endif
