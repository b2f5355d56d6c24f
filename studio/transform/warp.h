/* One picture turned, scaled, moved and dirtied by given amounts: what augmentation does at random
 * (inkling/augment.h), here as the hand on a slider says. */
#ifndef INK_STUDIO_WARP_H
#define INK_STUDIO_WARP_H

#include "inkling/augment.h"

#include <stdbool.h>
#include <stdint.h>

enum { WARP_SIDE = 28, WARP_AREA = WARP_SIDE * WARP_SIDE };

typedef struct warp {
    float turn;        /* degrees, clockwise, about the middle of the picture */
    float scale;       /* factor */
    float right, down; /* pixels */
    float noise;       /* share of the pixels set to a uniform value */
} warp;

typedef enum warp_field { WARP_TURN, WARP_SCALE, WARP_RIGHT, WARP_DOWN, WARP_NOISE } warp_field;
enum { WARP_FIELDS = 5 };
typedef struct warp_range {
    const char *name;
    float least, most, none;
} warp_range;
extern const warp_range warp_ranges[WARP_FIELDS];
float *warp_value(warp *w, warp_field field);

void warp_none(warp *w);
/* Bilinear; what comes from outside is 0. The same seed gives the same noise, and more noise only
 * adds to less. */
void warp_apply(const warp *w, uint64_t seed, const uint8_t *in, uint8_t *out);
/* A random one as `augment` would: normal turn and scale, a shift that keeps the ink of `in`
 * inside. */
void warp_draw(const ink_augment *augment, uint64_t *seed, const uint8_t *in, warp *w);

#endif
