/* Making a drawing look like the training data: resized, and placed as the data set places its
 * ink. */
#include "inkling/picture.h"

#include "base/choice.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char *const names[] = {
    [INK_FRAMING_NONE] = "none",
    [INK_FRAMING_MNIST] = "mnist",
    [INK_FRAMING_QUICKDRAW] = "quickdraw",
};
enum { FRAMINGS = sizeof names / sizeof *names };

const char *ink_framing_name(ink_framing framing)
{
    return (size_t)framing < FRAMINGS ? names[framing] : "unknown";
}

ink_status ink_framing_parse(const char *name, ink_framing *framing, ink_error *err)
{
    int found = ink__choice_find(names, FRAMINGS, "framing", name, err);
    if (found < 0)
        return INK_EINVAL;
    *framing = (ink_framing)found;
    return INK_OK;
}

/* ---- resizing ---- */

/* Which input pixels make up an output pixel along one axis: `count` of them from `first`. */
typedef struct span {
    int first, count;
    double begin, end; /* shrinking: the interval that is averaged; growing: begin = position */
} span;

static span span_of(int in, int out, int i)
{
    if (out < in) { /* area */
        double begin = (double)i * in / out, end = (double)(i + 1) * in / out;
        int first = (int)begin, last = (int)ceil(end) - 1;
        last = last < in ? last : in - 1;
        return (span){first, last - first + 1, begin, end};
    }
    double at = (i + 0.5) * in / out - 0.5; /* bilinear */
    at = at < 0 ? 0 : at > in - 1 ? in - 1 : at;
    int first = (int)at;
    return (span){first, first + 1 < in ? 2 : 1, at, at};
}

static double weight_of(const span *s, int k)
{
    int pixel = s->first + k;
    if (s->end > s->begin) {
        double low = fmax(s->begin, pixel), high = fmin(s->end, pixel + 1);
        return fmax(high - low, 0) / (s->end - s->begin);
    }
    return s->count == 1 ? 1 : k == 0 ? 1 - (s->begin - s->first) : s->begin - s->first;
}

/* A rectangle of a picture resized into floats [height][width][channels]; columns first, then
 * rows. */
static ink_status resize_part(const ink_picture *p, int top, int left, int part_height,
                              int part_width, int height, int width, float *out, ink_error *err)
{
    size_t channels = (size_t)p->channels, row = (size_t)width * channels;
    float *narrow = ink__alloc((size_t)part_height, row * sizeof *narrow, err);
    if (!narrow)
        return INK_ENOMEM;
    for (int x = 0; x < width; x++) {
        span s = span_of(part_width, width, x);
        for (int k = 0; k < s.count; k++) {
            float weight = (float)weight_of(&s, k);
            for (int y = 0; y < part_height; y++)
                for (size_t c = 0; c < channels; c++)
                    narrow[(size_t)y * row + (size_t)x * channels + c] +=
                        weight * (float)p->pixels[((size_t)(top + y) * (size_t)p->width +
                                                   (size_t)(left + s.first + k)) *
                                                      channels +
                                                  c];
        }
    }
    memset(out, 0, (size_t)height * row * sizeof *out);
    for (int y = 0; y < height; y++) {
        span s = span_of(part_height, height, y);
        for (int k = 0; k < s.count; k++) {
            float weight = (float)weight_of(&s, k);
            const float *from = narrow + (size_t)(s.first + k) * row;
            for (size_t i = 0; i < row; i++)
                out[(size_t)y * row + i] += weight * from[i];
        }
    }
    ink__free(narrow);
    return INK_OK;
}

static uint8_t to_byte(float value)
{
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

static ink_status check_sides(int height, int width, ink_error *err)
{
    if (height >= 1 && width >= 1 && height <= 16384 && width <= 16384)
        return INK_OK;
    return ink__fail(err, INK_EINVAL, "a picture of %d x %d pixels cannot be made", height, width);
}

ink_status ink_picture_resize(const ink_picture *picture, int height, int width, ink_picture *out,
                              ink_error *err)
{
    ink_status status = check_sides(height, width, err);
    if (status != INK_OK)
        return status;
    size_t size = (size_t)height * (size_t)width * (size_t)picture->channels;
    float *values = ink__alloc(size, sizeof *values, err);
    uint8_t *pixels = ink__alloc(size, 1, err);
    status = values && pixels ? resize_part(picture, 0, 0, picture->height, picture->width, height,
                                            width, values, err)
                              : INK_ENOMEM;
    for (size_t i = 0; status == INK_OK && i < size; i++)
        pixels[i] = to_byte(values[i]);
    ink__free(values);
    if (status == INK_OK)
        *out = (ink_picture){height, width, picture->channels, pixels};
    else
        ink__free(pixels);
    return status;
}

/* ---- framing ---- */

typedef struct box {
    int top, bottom, left, right; /* inclusive; top > bottom = no ink */
} box;

/* Mean and standard deviation of the pixels along the border: the paper. */
static void look_at_border(const ink_picture *p, double *mean, double *deviation)
{
    double sum = 0, squares = 0, count = 0;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            bool inside = y > 0 && y < p->height - 1 && x > 0 && x < p->width - 1;
            double v = p->pixels[(size_t)y * (size_t)p->width + (size_t)x];
            if (inside) {
                x = p->width - 2; /* straight to the last column */
                continue;
            }
            sum += v;
            squares += v * v;
            count++;
        }
    *mean = sum / count;
    *deviation = sqrt(fmax(squares / count - *mean * *mean, 0));
}

/* Light ink on black: inverted if the paper is light, and what is hardly more than the paper's own
 * texture taken away. A picture on clean black stays as it is. */
static void clean(ink_picture *p)
{
    size_t size = (size_t)p->height * (size_t)p->width;
    double mean, deviation;
    look_at_border(p, &mean, &deviation);
    if (mean > 127.5) {
        for (size_t i = 0; i < size; i++)
            p->pixels[i] = (uint8_t)(255 - p->pixels[i]);
        mean = 255 - mean;
    }
    double floor_level = fmin(mean + 4 * deviation, 160);
    if (mean < 1) /* black, perhaps with ink that touches the border */
        return;
    float factor = (float)(255 / (255 - floor_level));
    for (size_t i = 0; i < size; i++)
        p->pixels[i] = to_byte(((float)p->pixels[i] - (float)floor_level) * factor);
}

static box find_ink(const ink_picture *p)
{
    box b = {.top = p->height, .bottom = -1, .left = p->width, .right = -1};
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            if (p->pixels[(size_t)y * (size_t)p->width + (size_t)x] == 0)
                continue;
            b.top = y < b.top ? y : b.top;
            b.bottom = y;
            b.left = x < b.left ? x : b.left;
            b.right = x > b.right ? x : b.right;
        }
    return b;
}

static int at_least_one(double x)
{
    int whole = (int)(x + 0.5);
    return whole > 1 ? whole : 1;
}

/* Along one axis: where ink of `size` pixels begins so that its centre of mass comes to the middle,
 * or, with `mass` < 0, its own middle does; always inside. */
static int place(int side, int size, double mass)
{
    int at = mass < 0 ? (side - size) / 2 : side / 2 - (int)floor(mass + 0.5);
    return at < 0 ? 0 : at > side - size ? side - size : at;
}

static void centre_of_mass(const float *ink, int height, int width, double *my, double *mx)
{
    double sum = 1e-30, y_sum = 0, x_sum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = (double)ink[(size_t)y * (size_t)width + (size_t)x];
            sum += v;
            y_sum += v * y;
            x_sum += v * x;
        }
    *my = y_sum / sum;
    *mx = x_sum / sum;
}

static float brightest(const float *ink, size_t size)
{
    float most = 0;
    for (size_t i = 0; i < size; i++)
        most = ink[i] > most ? ink[i] : most;
    return most;
}

/* The ink scaled to its box and put into `out`, which is blank. */
static ink_status put_ink(const ink_picture *p, const box *b, ink_framing framing, ink_picture *out,
                          ink_error *err)
{
    int high = b->bottom - b->top + 1, wide = b->right - b->left + 1;
    double room_y = framing == INK_FRAMING_MNIST ? out->height * 20 / 28.0 : out->height - 2;
    double room_x = framing == INK_FRAMING_MNIST ? out->width * 20 / 28.0 : out->width - 2;
    double factor = fmin(room_y / high, room_x / wide), my = -1, mx = -1;
    int height = at_least_one(high * factor), width = at_least_one(wide * factor);
    height = height < out->height ? height : out->height;
    width = width < out->width ? width : out->width;
    size_t size = (size_t)height * (size_t)width;
    float *ink = ink__alloc(size, sizeof *ink, err);
    if (!ink)
        return INK_ENOMEM;
    ink_status status = resize_part(p, b->top, b->left, high, wide, height, width, ink, err);
    if (status == INK_OK && framing == INK_FRAMING_MNIST)
        centre_of_mass(ink, height, width, &my, &mx);
    int top = place(out->height, height, my), left = place(out->width, width, mx);
    float most = brightest(ink, size), lift = most > 0 ? 255 / most : 0;
    for (int y = 0; status == INK_OK && y < height; y++)
        for (int x = 0; x < width; x++)
            out->pixels[(size_t)(top + y) * (size_t)out->width + (size_t)(left + x)] =
                to_byte(ink[(size_t)y * (size_t)width + (size_t)x] * lift);
    ink__free(ink);
    return status;
}

ink_status ink_picture_frame(const ink_picture *picture, ink_framing framing, int height, int width,
                             ink_picture *out, ink_error *err)
{
    if (framing == INK_FRAMING_NONE)
        return ink_picture_resize(picture, height, width, out, err);
    ink_status status = check_sides(height, width, err);
    if (status == INK_OK && (picture->channels != 1 || height < 8 || width < 8))
        status = ink__fail(err, INK_EINVAL,
                           "only a grey drawing can be framed, into 8 x 8 pixels or more");
    if (status != INK_OK)
        return status;
    size_t size = (size_t)picture->height * (size_t)picture->width;
    ink_picture copy = *picture, fresh = {height, width, 1, NULL};
    copy.pixels = ink__alloc(size, 1, err);
    fresh.pixels = ink__alloc((size_t)height * (size_t)width, 1, err);
    status = copy.pixels && fresh.pixels ? INK_OK : INK_ENOMEM;
    if (status == INK_OK) {
        memcpy(copy.pixels, picture->pixels, size);
        clean(&copy);
        box ink = find_ink(&copy);
        if (ink.top <= ink.bottom)
            status = put_ink(&copy, &ink, framing, &fresh, err);
    }
    ink__free(copy.pixels);
    if (status == INK_OK)
        *out = fresh;
    else
        ink__free(fresh.pixels);
    return status;
}
