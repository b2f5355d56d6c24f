/* One augmented sample: turned, scaled, sheared, bent, shifted and dirtied in a single reading.
 *
 * Every output pixel asks where in the original it comes from (an inverse map), so there are no
 * holes. The original is copied once into floats with a border around it; coordinates are held
 * inside that border, so that the loop over pixels has no branch. Of a drawing only the part where
 * its ink lands is computed. */
#include "data/augment.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

enum { BORDER = 2 }; /* pixels around the copied original */
enum { STREAM_SIDE = 0x51de };
enum { KNOTS = 5 }; /* of the elastic field along each side of the picture */
enum { GRID = KNOTS + 3 };

/* Where output pixel (x, y) comes from: (ax x + ay y + a0, bx x + by y + b0), both measured from
 * the middle of the picture, plus the elastic field. */
typedef struct warp {
    float ax, ay, a0, bx, by, b0;
    float dx[GRID][GRID], dy[GRID][GRID]; /* knots of the field, in pixels */
    bool elastic;
} warp;

typedef struct box {
    float left, right, top, bottom;
} box;

typedef struct sample {
    const ink_augment *augment;
    ink__side side;
    int height, width, channels;
    const uint8_t *in;
    float *out;
    float *source; /* [height + 2 BORDER][width + 2 BORDER][channels] */
    float *spare;  /* as large */
} sample;

static size_t bordered(int height, int width, int channels)
{
    return (size_t)(height + 2 * BORDER) * (size_t)(width + 2 * BORDER) * (size_t)channels;
}

size_t ink__augment_scratch(int height, int width, int channels)
{
    return 2 * bordered(height, width, channels);
}

/* ---- the original, with a border ---- */

static int clamp(int x, int most)
{
    return x < 0 ? 0 : x > most ? most : x;
}

/* Drawings are surrounded by nothing, photographs by more of the same. */
static void copy_source(const sample *s)
{
    int channels = s->channels, row = s->width + 2 * BORDER;
    const float unit = 1.0f / 255;
    if (channels == 1)
        memset(s->source, 0, bordered(s->height, s->width, 1) * sizeof *s->source);
    for (int y = -BORDER; y < s->height + BORDER; y++) {
        float *to = s->source + (size_t)(y + BORDER) * (size_t)row * (size_t)channels;
        const uint8_t *from =
            s->in + (size_t)clamp(y, s->height - 1) * (size_t)(s->width * channels);
        if (channels == 1 && (y < 0 || y >= s->height))
            continue;
        for (int x = 0; x < s->width * channels; x++)
            to[BORDER * channels + x] = (float)from[x] * unit;
        for (int x = 0; channels > 1 && x < BORDER; x++)
            for (int c = 0; c < channels; c++) {
                to[x * channels + c] = (float)from[c] * unit;
                to[(BORDER + s->width + x) * channels + c] =
                    (float)from[(s->width - 1) * channels + c] * unit;
            }
    }
}

/* Towards the brightest (or darkest) of the 3x3 neighbourhood, by `share`. */
static void spread(const sample *s, float share, bool thicker)
{
    int row = s->width + 2 * BORDER;
    memcpy(s->spare, s->source, bordered(s->height, s->width, 1) * sizeof *s->spare);
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const float *at = s->spare + (y + BORDER) * row + x + BORDER;
            float far = at[0];
            for (int v = -1; v <= 1; v++)
                for (int u = -1; u <= 1; u++) {
                    float near = at[v * row + u];
                    far = thicker ? (near > far ? near : far) : (near < far ? near : far);
                }
            s->source[(y + BORDER) * row + x + BORDER] = at[0] + share * (far - at[0]);
        }
}

/* A stroke grows by two pixels where every pixel becomes the brightest of its neighbours. */
static void thicken(const sample *s, float pixels)
{
    float share = fabsf(pixels) / 2;
    if (share > 0)
        spread(s, share < 1 ? share : 1, pixels > 0);
}

/* ---- the map ---- */

/* The outermost ink in every row of the original, measured from the middle of the picture; two
 * points a row. */
static size_t ink_points(const sample *s, float *x, float *y)
{
    size_t count = 0;
    for (int r = 0; r < s->height; r++) {
        const uint8_t *row = s->in + (size_t)r * (size_t)s->width;
        int first = 0, last = s->width - 1;
        while (first <= last && row[first] == 0)
            first++;
        while (last > first && row[last] == 0)
            last--;
        if (first > last)
            continue;
        x[count] = (float)first - 0.5f * (float)(s->width - 1);
        y[count++] = (float)r - 0.5f * (float)(s->height - 1);
        x[count] = (float)last - 0.5f * (float)(s->width - 1);
        y[count++] = (float)r - 0.5f * (float)(s->height - 1);
    }
    return count;
}

/* A matrix forwards: out = m (x, y). */
typedef struct matrix {
    float xx, xy, yx, yy;
} matrix;

static box box_of(const matrix *m, const float *x, const float *y, size_t count)
{
    box b = {.left = INFINITY, .right = -INFINITY, .top = INFINITY, .bottom = -INFINITY};
    for (size_t i = 0; i < count; i++) {
        float u = m->xx * x[i] + m->xy * y[i], v = m->yx * x[i] + m->yy * y[i];
        b.left = u < b.left ? u : b.left;
        b.right = u > b.right ? u : b.right;
        b.top = v < b.top ? v : b.top;
        b.bottom = v > b.bottom ? v : b.bottom;
    }
    return b;
}

static float normal(ink_random *random, float deviation)
{
    return deviation > 0 ? deviation * (float)ink__random_normal(random) : 0;
}

static float within(float x, float least, float most)
{
    return x < least ? least : x > most ? most : x;
}

static matrix draw_matrix(const ink_augment *a, ink__side side, ink_random *random)
{
    float angle = normal(random, a->turn);
    float factor = within(1 + normal(random, a->scale), 0.5f, 2);
    float shear = normal(random, a->shear);
    float stretch = exp2f(0.5f * within(normal(random, a->stretch), -1, 1));
    bool flip = a->flip > 0 && ink__random_uniform(random) < (double)a->flip;
    if (side != INK_SIDE_ANY)
        flip = side == INK_SIDE_MIRRORED;
    float c = cosf(angle) * factor, s = sinf(angle) * factor;
    float wide = flip ? -stretch : stretch, high = 1 / stretch;
    return (matrix){
        .xx = c * wide, .xy = (c * shear - s) * high, .yx = s * wide, .yy = (s * shear + c) * high};
}

/* Ink that has become too large for the picture is made to fit again. */
static void fit(matrix *m, box *ink, float width, float height)
{
    float wide = ink->right - ink->left, high = ink->bottom - ink->top;
    float factor = 1;
    if (wide > width - 1)
        factor = (width - 1) / wide;
    if (high * factor > height - 1)
        factor = (height - 1) / high;
    if (factor >= 1)
        return;
    *m = (matrix){m->xx * factor, m->xy * factor, m->yx * factor, m->yy * factor};
    *ink = (box){ink->left * factor, ink->right * factor, ink->top * factor, ink->bottom * factor};
}

/* Along one axis: a uniform part of the free room, never beyond the border. */
static float draw_shift(ink_random *random, float share, float low, float high, float side)
{
    float least = -0.5f * (side - 1) - low, most = 0.5f * (side - 1) - high;
    if (share <= 0 || least >= most)
        return share > 0 ? 0.5f * (least + most) : 0;
    float drawn = least + (most - least) * (float)ink__random_uniform(random);
    return within(share * drawn, least, most);
}

static void draw_field(warp *w, float deviation, ink_random *random)
{
    /* Four neighbouring knots mix in each direction with squared weights that sum to about 0.5. */
    float each = 2 * deviation;
    w->elastic = deviation > 0;
    for (int i = 0; w->elastic && i < GRID * GRID; i++) {
        w->dx[i / GRID][i % GRID] = each * (float)ink__random_normal(random);
        w->dy[i / GRID][i % GRID] = each * (float)ink__random_normal(random);
    }
}

static int draw_whole(ink_random *random, float most)
{
    int m = (int)most;
    return m > 0 ? (int)ink__random_below(random, (uint64_t)(2 * m + 1)) - m : 0;
}

/* The map, and where ink may land, measured from the middle of the picture. */
static box draw_warp(const sample *s, ink_random *random, warp *w)
{
    const ink_augment *a = s->augment;
    float width = (float)s->width, height = (float)s->height;
    box ink = {-0.5f * width, 0.5f * width, -0.5f * height, 0.5f * height};
    matrix m = draw_matrix(a, s->side, random);
    float sx = 0, sy = 0;
    if (s->channels == 1) {
        float *x = s->spare, *y = s->spare + 2 * s->height;
        size_t count = ink_points(s, x, y);
        ink = box_of(&m, x, y, count);
        if (count > 0 && a->shift > 0)
            fit(&m, &ink, width, height);
        if (count > 0) {
            sx = draw_shift(random, a->shift, ink.left, ink.right, width);
            sy = draw_shift(random, a->shift, ink.top, ink.bottom, height);
        }
    }
    sx += (float)draw_whole(random, a->pixels);
    sy += (float)draw_whole(random, a->pixels);
    float over = 1 / (m.xx * m.yy - m.xy * m.yx);
    *w = (warp){.ax = m.yy * over, .ay = -m.xy * over, .bx = -m.yx * over, .by = m.xx * over};
    w->a0 = -w->ax * sx - w->ay * sy;
    w->b0 = -w->bx * sx - w->by * sy;
    draw_field(w, a->elastic, random);
    /* In pixels of the original: between two of them it is read, a thicker stroke takes one more,
     * and the field moves what is read. */
    float reach = 1 + (a->thick > 0 ? 1.0f : 0.0f) + 4 * a->elastic;
    float across = reach * (fabsf(m.xx) + fabsf(m.xy)), down = reach * (fabsf(m.yx) + fabsf(m.yy));
    return (box){ink.left + sx - across, ink.right + sx + across, ink.top + sy - down,
                 ink.bottom + sy + down};
}

/* ---- reading ---- */

/* Weights of the cubic B-spline at `t` in 0..1 between its second and third knot. */
static void spline(float t, float weight[4])
{
    float u = 1 - t;
    weight[0] = u * u * u / 6;
    weight[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    weight[2] = (3 * u * u * u - 6 * u * u + 4) / 6;
    weight[3] = t * t * t / 6;
}

/* Adds the elastic field to the coordinates of one row. */
static void bend_row(const warp *w, const sample *s, int y, int first, int last, float *u, float *v)
{
    float weight[4], across_x[GRID], across_y[GRID];
    float at = (float)y * (KNOTS - 1) / (float)s->height;
    int cell = (int)at;
    spline(at - (float)cell, weight);
    for (int k = 0; k < GRID; k++) {
        across_x[k] = across_y[k] = 0;
        for (int i = 0; i < 4; i++) {
            across_x[k] += weight[i] * w->dx[cell + i][k];
            across_y[k] += weight[i] * w->dy[cell + i][k];
        }
    }
    for (int x = first; x <= last; x++) {
        at = (float)x * (KNOTS - 1) / (float)s->width;
        cell = (int)at;
        spline(at - (float)cell, weight);
        for (int i = 0; i < 4; i++) {
            u[x - first] += weight[i] * across_x[cell + i];
            v[x - first] += weight[i] * across_y[cell + i];
        }
    }
}

/* Bilinear: the four pixels around (u, v) of the bordered original. */
static inline void read_pixel(const sample *s, float u, float v, float *out)
{
    int row = s->width + 2 * BORDER, channels = s->channels;
    u = within(u, 0, (float)(row - 2));
    v = within(v, 0, (float)(s->height + 2 * BORDER - 2));
    int x = (int)u, y = (int)v;
    float right = u - (float)x, down = v - (float)y;
    const float *at = s->source + ((size_t)y * (size_t)row + (size_t)x) * (size_t)channels;
    const float *below = at + row * channels;
    for (int c = 0; c < channels; c++) {
        float upper = at[c] + right * (at[c + channels] - at[c]);
        float lower = below[c] + right * (below[c + channels] - below[c]);
        out[c] = upper + down * (lower - upper);
    }
}

enum { PIECE = 64 }; /* pixels of a row at a time */

static void read_piece(const sample *s, const warp *w, int y, int first, int last)
{
    float u[PIECE], v[PIECE];
    float mx = 0.5f * (float)(s->width - 1), my = 0.5f * (float)(s->height - 1);
    float fy = (float)y - my;
    for (int x = first; x <= last; x++) {
        float fx = (float)x - mx;
        u[x - first] = w->ax * fx + w->ay * fy + w->a0 + mx + BORDER;
        v[x - first] = w->bx * fx + w->by * fy + w->b0 + my + BORDER;
    }
    if (w->elastic)
        bend_row(w, s, y, first, last, u, v);
    float *out = s->out + (size_t)(y * s->width) * (size_t)s->channels;
    for (int x = first; x <= last; x++)
        read_pixel(s, u[x - first], v[x - first], out + x * s->channels);
}

static void read_all(const sample *s, const warp *w, box where)
{
    float mx = 0.5f * (float)(s->width - 1), my = 0.5f * (float)(s->height - 1);
    int left = 0, right = s->width - 1, top = 0, bottom = s->height - 1;
    if (s->channels == 1) {
        memset(s->out, 0, (size_t)s->width * (size_t)s->height * sizeof *s->out);
        if (!(where.left <= where.right)) /* no ink at all */
            return;
        left = (int)within(floorf(where.left + mx), 0, (float)right);
        right = (int)within(ceilf(where.right + mx), 0, (float)right);
        top = (int)within(floorf(where.top + my), 0, (float)bottom);
        bottom = (int)within(ceilf(where.bottom + my), 0, (float)bottom);
    }
    for (int y = top; y <= bottom; y++)
        for (int x = left; x <= right; x += PIECE)
            read_piece(s, w, y, x, x + PIECE - 1 < right ? x + PIECE - 1 : right);
}

static void add_noise(const sample *s, ink_random *random)
{
    size_t count = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    uint64_t often = (uint64_t)((double)s->augment->noise * 4294967296.0);
    for (size_t i = 0; often > 0 && i < count; i++) {
        uint64_t drawn = ink__random_u64(random);
        if ((drawn & 0xffffffff) < often)
            s->out[i] = (float)(drawn >> 40) * (1.0f / 16777216);
    }
}

/* Brightness, contrast about the mean, saturation about each pixel's grey. */
static void change_colours(const sample *s, ink_random *random)
{
    size_t pixels = (size_t)s->width * (size_t)s->height;
    float deviation = s->augment->colour, mean = 0;
    float light = normal(random, deviation), contrast = 1 + normal(random, deviation);
    float saturation = 1 + normal(random, deviation);
    for (size_t i = 0; i < 3 * pixels; i++)
        mean += s->out[i];
    mean /= (float)(3 * pixels);
    for (size_t i = 0; i < pixels; i++) {
        float *at = s->out + 3 * i, grey = (at[0] + at[1] + at[2]) / 3;
        for (int c = 0; c < 3; c++) {
            float value = grey + saturation * (at[c] - grey);
            at[c] = within(mean + contrast * (value - mean) + light, 0, 1);
        }
    }
}

static void cut_out(const sample *s, ink_random *random)
{
    int side = (int)s->augment->cutout, channels = s->channels;
    int left = (int)ink__random_below(random, (uint64_t)s->width) - side / 2;
    int top = (int)ink__random_below(random, (uint64_t)s->height) - side / 2;
    size_t pixels = (size_t)s->width * (size_t)s->height;
    float mean[4] = {0};
    for (size_t i = 0; channels > 1 && i < pixels * (size_t)channels; i++)
        mean[i % (size_t)channels] += s->out[i] / (float)pixels;
    for (int y = clamp(top, s->height); y < clamp(top + side, s->height); y++)
        for (int x = clamp(left, s->width); x < clamp(left + side, s->width); x++)
            for (int c = 0; c < channels; c++)
                s->out[(y * s->width + x) * channels + c] = mean[c];
}

ink__side ink__augment_side(const ink_augment *augment, uint64_t seed, uint64_t epoch,
                            uint64_t index)
{
    if (!(augment->alternate > 0))
        return INK_SIDE_ANY;
    bool mirrored = ((ink__key(seed, STREAM_SIDE, index) >> 63) ^ epoch) & 1;
    return mirrored ? INK_SIDE_MIRRORED : INK_SIDE_AS_IS;
}

/* Two powers of uniform numbers make a Beta variate (Johnk 1964); the larger share is the sample's
 * own. */
float ink__augment_share(const ink_augment *augment, uint64_t key)
{
    ink_random random = ink__random(key);
    double power = 1 / (double)augment->mixup;
    for (int attempt = 0; attempt < 100; attempt++) {
        double u = pow(ink__random_uniform(&random), power);
        double v = pow(ink__random_uniform(&random), power);
        if (u + v > 0 && u + v <= 1)
            return (float)((u < v ? u : v) / (u + v));
    }
    return 0;
}

void ink__augment_sample(const ink_augment *augment, uint64_t key, ink__side side, int height,
                         int width, int channels, const uint8_t *in, float *out, float *scratch)
{
    ink_random random = ink__random(key);
    sample s = {.augment = augment,
                .side = side,
                .height = height,
                .width = width,
                .channels = channels,
                .in = in,
                .out = out,
                .source = scratch,
                .spare = scratch + bordered(height, width, channels)};
    warp w;
    box where = draw_warp(&s, &random, &w);
    float thick = within(normal(&random, augment->thick), -2, 2);
    copy_source(&s);
    if (channels == 1)
        thicken(&s, thick);
    read_all(&s, &w, where);
    if (channels == 3 && augment->colour > 0)
        change_colours(&s, &random);
    if (augment->cutout >= 1)
        cut_out(&s, &random);
    add_noise(&s, &random);
}
