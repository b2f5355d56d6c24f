/* The one rasteriser: every drawn glyph passes through it.
 *
 * The ink at a pixel is how far its middle lies inside the stroke, faded over the edge: coverage =
 * (radius - distance to the line) / soft + 1/2, cut to 0..1. For an edge that is straight on the
 * scale of a pixel and soft = 1 this is the covered share of the pixel to within a few hundredths.
 */
#include "data/pen.h"

#include <math.h>
#include <stdbool.h>

typedef struct segment {
    float x, y, dx, dy; /* from (x, y) to (x + dx, y + dy) */
    float scale;        /* 1 / length^2, 0 for a dot */
    float r, dr;        /* radius / soft + 1/2 at the start, and its change to the end */
    float soft;         /* 1 / soft */
} segment;

/* The pixels first..last of one row, whose middles have this y. */
static void draw_row(const segment *s, float y, int first, int last, uint8_t *row)
{
    float py = y - s->y, across = py * s->dy;
    for (int i = first; i <= last; i++) {
        if (row[i] == 255) /* half the pixels: pieces of a line overlap */
            continue;
        float px = (float)i + 0.5f - s->x;
        float t = (px * s->dx + across) * s->scale;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        float ex = px - t * s->dx, ey = py - t * s->dy;
        float ink = s->r + t * s->dr - sqrtf(ex * ex + ey * ey) * s->soft;
        int value = (int)((ink > 1 ? 1 : ink) * 255 + 0.5f);
        if (value > row[i])
            row[i] = (uint8_t)value;
    }
}

/* Near enough to be counted in floats; false for NaN. */
static bool near(double value)
{
    return fabs(value) <= 1e6;
}

static int clamp(double value, int high)
{
    return value < 0 ? 0 : value > high ? high : (int)value;
}

static void draw_segment(const ink__pen *pen, const double x[2], const double y[2], double w0,
                         double w1, uint8_t *pixels, int rows, int columns)
{
    double dx = x[1] - x[0], dy = y[1] - y[0], length = dx * dx + dy * dy;
    double reach = fmax(w0, w1) / 2 + pen->soft / 2;
    if (!near(x[0]) || !near(y[0]) || !near(x[1]) || !near(y[1]) || !near(reach))
        return;
    segment s = {(float)x[0], (float)y[0], (float)dx, (float)dy, 0, 0, 0, (float)(1 / pen->soft)};
    s.scale = length > 1e-12 ? (float)(1 / length) : 0;
    s.r = (float)(w0 / 2 / pen->soft + 0.5);
    s.dr = (float)((w1 - w0) / 2 / pen->soft);
    int left = clamp(fmin(x[0], x[1]) - reach, columns);
    int right = clamp(fmax(x[0], x[1]) + reach, columns - 1);
    int top = clamp(fmin(y[0], y[1]) - reach, rows);
    int bottom = clamp(fmax(y[0], y[1]) + reach, rows - 1);
    for (int row = top; row <= bottom; row++)
        draw_row(&s, (float)row + 0.5f, left, right, pixels + (size_t)row * (size_t)columns);
}

void ink__pen_draw(const ink__pen *pen, const double *x, const double *y, size_t count,
                   uint8_t *pixels, int rows, int columns)
{
    for (size_t i = 0; i + 1 < count || i == 0; i++) {
        size_t next = i + 1 < count ? i + 1 : i;
        if (count == 0)
            return;
        double w0 = pen->width * (pen->pressure ? pen->pressure[i] : 1);
        double w1 = pen->width * (pen->pressure ? pen->pressure[next] : 1);
        draw_segment(pen, (double[]){x[i], x[next]}, (double[]){y[i], y[next]}, w0, w1, pixels,
                     rows, columns);
    }
}
