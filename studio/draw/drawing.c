/* Strokes and their picture: see drawing.h. */
#include "studio/draw/drawing.h"

#include "studio/say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AREA = STROKES_SIDE * STROKES_SIDE };
static const size_t none = (size_t)-1;

/* ---- ink ---- */

/* How much of a pixel a pen covers whose middle passes at `distance` (both in pixels): all inside,
 * nothing outside, and a ramp one pixel wide on the edge - the exact area for a straight edge that
 * is parallel to the pixel. */
static float coverage(float distance, float radius)
{
    float c = radius - distance + 0.5f;
    return c < 0 ? 0 : c > 1 ? 1 : c;
}

static float distance_to(float px, float py, const float a[2], const float b[2])
{
    float dx = b[0] - a[0], dy = b[1] - a[1], square = dx * dx + dy * dy;
    float t = square > 0 ? ((px - a[0]) * dx + (py - a[1]) * dy) / square : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypotf(px - a[0] - t * dx, py - a[1] - t * dy);
}

static int clamped(float x)
{
    return x < 0 ? 0 : x > STROKES_SIDE ? STROKES_SIDE : (int)x;
}

/* One straight piece of a stroke. Ink is the largest coverage of all pieces and an eraser leaves
 * the smallest rest, so that pieces may overlap and come in any portions. */
static void draw_piece(uint8_t *canvas, stroke_kind kind, float width, const float from[2],
                       const float to[2])
{
    float a[2] = {from[0] * STROKES_FINE, from[1] * STROKES_FINE};
    float b[2] = {to[0] * STROKES_FINE, to[1] * STROKES_FINE};
    float radius = 0.5f * width * STROKES_FINE, reach = radius + 1;
    int left = clamped(fminf(a[0], b[0]) - reach), right = clamped(fmaxf(a[0], b[0]) + reach + 1);
    int top = clamped(fminf(a[1], b[1]) - reach), bottom = clamped(fmaxf(a[1], b[1]) + reach + 1);
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            float distance = distance_to((float)x + 0.5f, (float)y + 0.5f, a, b);
            uint8_t ink = (uint8_t)(255 * coverage(distance, radius) + 0.5f);
            uint8_t *pixel = &canvas[y * STROKES_SIDE + x];
            if (kind == STROKE_ERASE)
                *pixel = *pixel < 255 - ink ? *pixel : (uint8_t)(255 - ink);
            else
                *pixel = *pixel > ink ? *pixel : ink;
        }
}

/* Points [first, end) of a stroke, with the piece that leads to the first. */
static void draw_points(const drawing *d, const stroke *s, size_t first, size_t end,
                        uint8_t *canvas)
{
    for (size_t i = first; i < end; i++) {
        size_t before = i > s->first ? i - 1 : i;
        draw_piece(canvas, s->kind, s->width, d->points[before], d->points[i]);
    }
}

void drawing_render(const drawing *d, size_t left_out, uint8_t *canvas)
{
    memset(canvas, 0, AREA);
    for (size_t i = drawing_first(d); i < d->stroke_count; i++) {
        const stroke *s = &d->strokes[i];
        if (i == left_out)
            continue;
        if (s->kind == STROKE_PAPER)
            memcpy(canvas, d->paper, AREA);
        else
            draw_points(d, s, s->first, s->first + s->count, canvas);
    }
}

/* ---- the drawing ---- */

drawing *drawing_new(ink_error *err)
{
    drawing *d = calloc(1, sizeof *d);
    if (d) {
        d->points = malloc(STROKES_MOST_POINTS * sizeof *d->points);
        d->canvas = calloc(1, AREA);
        d->paper = calloc(1, AREA);
        if (d->points && d->canvas && d->paper)
            return d;
    }
    drawing_free(d);
    say_error(err, INK_ENOMEM, "there is no memory for a drawing");
    return NULL;
}

void drawing_free(drawing *d)
{
    if (!d)
        return;
    free(d->points);
    free(d->canvas);
    free(d->paper);
    free(d);
}

static stroke *add_stroke(drawing *d, stroke_kind kind, float width)
{
    stroke *s = &d->strokes[d->stroke_count++];
    *s = (stroke){kind, width, d->point_count, 0};
    return s;
}

ink_status drawing_begin(drawing *d, stroke_kind kind, float width, ink_error *err)
{
    drawing_end(d);
    if (!isfinite(width) || width < 0.1f || width > 8)
        return say_error(err, INK_EINVAL, "a pen is 0.1 to 8 cells wide, not %g", (double)width);
    if (d->stroke_count >= STROKES_MOST)
        return say_error(err, INK_EINVAL,
                         "the drawing is full: it holds %d strokes; clear it to go on",
                         STROKES_MOST);
    add_stroke(d, kind, width);
    d->open = true;
    return INK_OK;
}

static bool is_near(const float point[2])
{
    const float most = 2 * STROKES_CELLS, least = -STROKES_CELLS;
    return point[0] >= least && point[0] <= most && point[1] >= least && point[1] <= most;
}

ink_status drawing_add(drawing *d, float (*points)[2], size_t count, ink_error *err)
{
    if (!d->open)
        return say_error(err, INK_EINVAL, "there is no stroke to go on with");
    if (count > STROKES_MOST_POINTS - d->point_count)
        return say_error(err, INK_EINVAL,
                         "the drawing is full: it holds %d points; clear it to go on",
                         STROKES_MOST_POINTS);
    for (size_t i = 0; i < count; i++)
        if (!is_near(points[i]))
            return say_error(err, INK_EINVAL, "a point must lie within %d to %d cells, not %g, %g",
                             -STROKES_CELLS, 2 * STROKES_CELLS, (double)points[i][0],
                             (double)points[i][1]);
    stroke *s = &d->strokes[d->stroke_count - 1];
    memcpy(d->points + d->point_count, points, count * sizeof *points);
    d->point_count += count;
    s->count += count;
    draw_points(d, s, d->point_count - count, d->point_count, d->canvas);
    return INK_OK;
}

void drawing_end(drawing *d)
{
    if (d->open && d->strokes[d->stroke_count - 1].count == 0)
        d->stroke_count--; /* touched by nothing: not a stroke */
    d->open = false;
}

bool drawing_undo(drawing *d)
{
    drawing_end(d);
    if (d->stroke_count == 0)
        return false;
    d->point_count = d->strokes[--d->stroke_count].first;
    drawing_render(d, none, d->canvas);
    return true;
}

void drawing_reset(drawing *d)
{
    d->stroke_count = d->point_count = 0;
    d->open = false;
    memset(d->canvas, 0, AREA);
}

void drawing_clear(drawing *d)
{
    drawing_end(d);
    if (drawing_first(d) == d->stroke_count)
        return;
    if (d->stroke_count > STROKES_MOST / 2 || d->point_count > STROKES_MOST_POINTS / 2) {
        drawing_reset(d); /* room for the next drawing is worth more than going far back */
        return;
    }
    add_stroke(d, STROKE_CLEAR, 0);
    memset(d->canvas, 0, AREA);
}

size_t drawing_first(const drawing *d)
{
    size_t first = d->stroke_count;
    while (first > 0 && d->strokes[first - 1].kind != STROKE_CLEAR)
        first--;
    return first;
}

bool drawing_is_blank(const drawing *d)
{
    for (size_t i = 0; i < AREA; i++)
        if (d->canvas[i])
            return false;
    return true;
}

ink_picture drawing_picture(const drawing *d)
{
    return (ink_picture){STROKES_SIDE, STROKES_SIDE, 1, d->canvas};
}

/* ---- a picture laid under ---- */

/* Mean and standard deviation of the pixels along the border: the ground. */
static void look_at_border(const ink_picture *p, double *mean, double *deviation)
{
    double sum = 0, squares = 0, count = 0;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++)
            if (y == 0 || x == 0 || y == p->height - 1 || x == p->width - 1) {
                double v = p->pixels[(size_t)y * (size_t)p->width + (size_t)x];
                sum += v;
                squares += v * v;
                count++;
            }
    *mean = sum / count;
    *deviation = sqrt(fmax(squares / count - *mean * *mean, 0));
}

/* Light ink on black, as ink_picture_frame would make it: the pad around the picture is black, so
 * that afterwards nobody could tell its ground from ink. */
static void clean(ink_picture *p)
{
    double mean, deviation;
    look_at_border(p, &mean, &deviation);
    bool light = mean > 127.5;
    double ground = fmin((light ? 255 - mean : mean) + 4 * deviation, 160);
    for (int i = 0; i < p->height * p->width; i++) {
        double value = light ? 255 - p->pixels[i] : p->pixels[i];
        p->pixels[i] = (uint8_t)(fmax(0, value - ground) * 255 / (255 - ground) + 0.5);
    }
}

ink_status drawing_lay(drawing *d, const ink_picture *picture, ink_error *err)
{
    double most = picture->height > picture->width ? picture->height : picture->width;
    int height = (int)fmax(1, round(picture->height * STROKES_SIDE / most));
    int width = (int)fmax(1, round(picture->width * STROKES_SIDE / most));
    ink_picture fitted = {.pixels = NULL};
    ink_status status = ink_picture_resize(picture, height, width, &fitted, err);
    if (status != INK_OK)
        return status;
    clean(&fitted);
    int top = (STROKES_SIDE - height) / 2, left = (STROKES_SIDE - width) / 2;
    drawing_reset(d);
    memset(d->paper, 0, AREA);
    for (int y = 0; y < height; y++)
        memcpy(d->paper + (top + y) * STROKES_SIDE + left, fitted.pixels + y * width,
               (size_t)width);
    ink_picture_release(&fitted);
    add_stroke(d, STROKE_PAPER, 0);
    memcpy(d->canvas, d->paper, AREA);
    return INK_OK;
}
