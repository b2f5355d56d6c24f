/* One definite change of a picture: see warp.h. */
#include "studio/transform/warp.h"

#include "studio/dice.h"

#include <math.h>

const warp_range warp_ranges[WARP_FIELDS] = {
    {"turn", -180, 180, 0}, {"scale", 0.5f, 2, 1}, {"right", -14, 14, 0},
    {"down", -14, 14, 0},   {"noise", 0, 1, 0},
};

float *warp_value(warp *w, warp_field field)
{
    float *const values[] = {&w->turn, &w->scale, &w->right, &w->down, &w->noise};
    return values[field];
}

void warp_none(warp *w)
{
    for (int i = 0; i < WARP_FIELDS; i++)
        *warp_value(w, (warp_field)i) = warp_ranges[i].none;
}

static double pixel(const uint8_t *in, int y, int x)
{
    return x < 0 || y < 0 || x >= WARP_SIDE || y >= WARP_SIDE ? 0 : in[y * WARP_SIDE + x];
}

static double read_between(const uint8_t *in, double y, double x)
{
    if (!(x > -2 && y > -2 && x < WARP_SIDE + 1 && y < WARP_SIDE + 1))
        return 0;
    int left = (int)floor(x), top = (int)floor(y);
    double u = x - left, v = y - top;
    return (1 - v) * ((1 - u) * pixel(in, top, left) + u * pixel(in, top, left + 1)) +
           v * ((1 - u) * pixel(in, top + 1, left) + u * pixel(in, top + 1, left + 1));
}

void warp_apply(const warp *w, uint64_t seed, const uint8_t *in, uint8_t *out)
{
    double angle = (double)w->turn * 3.141592653589793 / 180, middle = (WARP_SIDE - 1) / 2.0;
    double c = cos(angle) / (double)w->scale, s = sin(angle) / (double)w->scale;
    for (int y = 0; y < WARP_SIDE; y++)
        for (int x = 0; x < WARP_SIDE; x++) { /* where did this pixel come from? */
            double dx = x - middle - (double)w->right, dy = y - middle - (double)w->down;
            double value = read_between(in, middle - s * dx + c * dy, middle + c * dx + s * dy);
            double share = dice_share(&seed), grey = dice_share(&seed);
            if (share < (double)w->noise)
                value = 255 * grey;
            out[y * WARP_SIDE + x] = (uint8_t)(value + 0.5);
        }
}

/* The free room between the ink and the border: left, right, top, bottom. */
static void room_of(const uint8_t *in, int room[4])
{
    int left = WARP_SIDE, right = -1, top = WARP_SIDE, bottom = -1;
    for (int y = 0; y < WARP_SIDE; y++)
        for (int x = 0; x < WARP_SIDE; x++)
            if (in[y * WARP_SIDE + x] > 0) {
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y;
            }
    bool inked = right >= 0;
    room[0] = inked ? left : 0;
    room[1] = inked ? WARP_SIDE - 1 - right : 0;
    room[2] = inked ? top : 0;
    room[3] = inked ? WARP_SIDE - 1 - bottom : 0;
}

void warp_draw(const ink_augment *augment, uint64_t *seed, const uint8_t *in, warp *w)
{
    int room[4];
    uint8_t turned[WARP_AREA];
    warp_none(w);
    w->turn = (float)(dice_normal(seed) * (double)augment->turn * 180 / 3.141592653589793);
    w->turn = fminf(180, fmaxf(-180, w->turn));
    w->scale = (float)fmin(2, fmax(0.5, 1 + dice_normal(seed) * (double)augment->scale));
    warp_apply(w, 1, in, turned);
    room_of(turned, room);
    double x = dice_share(seed), y = dice_share(seed), share = (double)augment->shift;
    w->right = (float)(share * (x * (room[0] + room[1]) - room[0]));
    w->down = (float)(share * (y * (room[2] + room[3]) - room[2]));
    w->noise = augment->noise;
}
