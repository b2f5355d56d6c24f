/* Strokes through control points, and the unsteadiness of the hand that sets them. */
#include "data/sketch.h"

#include <math.h>

/* Length of the straight pieces a curve is cut into: a 20th of a glyph is one pixel of an MNIST
 * digit, and a chord of one and a half pixels is not told from its arc. */
static const double PIECE = 0.07;

void ink__sketch_init(ink__sketch *sketch, uint64_t key, double jitter, double careless)
{
    sketch->random = ink__random(key);
    sketch->jitter = jitter;
    sketch->careless = careless;
    sketch->strokes = 0;
    sketch->first[0] = 0;
}

double ink__sketch_between(ink__sketch *sketch, double low, double high)
{
    return ink__random_between(&sketch->random, low, high);
}

double ink__sketch_normal(ink__sketch *sketch, double mean, double deviation)
{
    double z = ink__random_normal(&sketch->random);
    return mean + deviation * fmin(fmax(z, -2.5), 2.5);
}

bool ink__sketch_chance(ink__sketch *sketch, double probability)
{
    return ink__random_uniform(&sketch->random) < probability;
}

/* Adds a point to the stroke being drawn, whose end is kept in first[strokes + 1]. */
static void add(ink__sketch *sketch, double x, double y)
{
    size_t *end = &sketch->first[sketch->strokes + 1];
    if (*end < INK_SKETCH_POINTS) {
        sketch->x[*end] = x;
        sketch->y[*end] = y;
        ++*end;
    }
}

static bool begin(ink__sketch *sketch)
{
    if (sketch->strokes >= INK_SKETCH_STROKES)
        return false;
    sketch->first[sketch->strokes + 1] = sketch->first[sketch->strokes];
    return true;
}

static void end(ink__sketch *sketch)
{
    if (sketch->first[sketch->strokes + 1] > sketch->first[sketch->strokes])
        sketch->strokes++;
}

/* The knots as the hand really sets them. */
static void miss(ink__sketch *sketch, const ink__knot *aims, size_t count, ink__knot *knots)
{
    for (size_t i = 0; i < count; i++) {
        knots[i].x = ink__sketch_normal(sketch, aims[i].x, sketch->jitter);
        knots[i].y = ink__sketch_normal(sketch, aims[i].y, sketch->jitter);
        knots[i].corner = aims[i].corner && !ink__sketch_chance(sketch, sketch->careless);
    }
}

/* The direction at `b` on the way a b c, per unit of the piece of span `dc`: centripetal
 * Catmull-Rom (Yuksel, Schaefer, Keyser, "Parameterization and applications of Catmull-Rom curves",
 * 2011), which neither loops nor overshoots where knots lie close together. */
static double tangent(double a, double b, double c, double da, double db, double dc)
{
    return ((b - a) / da - (c - a) / (da + db) + (c - b) / db) * dc;
}

/* One piece of the curve ... a b c d ... from b to c, as a cubic Hermite. A missing neighbour
 * (NULL) lets that end run out without curvature. */
static void piece(ink__sketch *sketch, const ink__knot *a, ink__knot b, ink__knot c,
                  const ink__knot *d)
{
    double length = hypot(c.x - b.x, c.y - b.y), span = sqrt(length) + 1e-6;
    double ux = c.x - b.x, uy = c.y - b.y, vx = ux, vy = uy;
    if (a) {
        double da = sqrt(hypot(b.x - a->x, b.y - a->y)) + 1e-6;
        ux = tangent(a->x, b.x, c.x, da, span, span);
        uy = tangent(a->y, b.y, c.y, da, span, span);
    }
    if (d) {
        double dd = sqrt(hypot(d->x - c.x, d->y - c.y)) + 1e-6;
        vx = tangent(b.x, c.x, d->x, span, dd, span);
        vy = tangent(b.y, c.y, d->y, span, dd, span);
    }
    if (!a && d) {
        ux = 1.5 * (c.x - b.x) - vx / 2;
        uy = 1.5 * (c.y - b.y) - vy / 2;
    }
    if (a && !d) {
        vx = 1.5 * (c.x - b.x) - ux / 2;
        vy = 1.5 * (c.y - b.y) - uy / 2;
    }
    int cuts = (int)fmin(ceil(length / PIECE), 24) + 1;
    for (int i = 1; i <= cuts; i++) {
        double t = (double)i / cuts, s = 1 - t;
        double p = s * s * (1 + 2 * t), q = t * t * (3 - 2 * t), m = t * s * s, n = -t * t * s;
        add(sketch, p * b.x + q * c.x + m * ux + n * vx, p * b.y + q * c.y + m * uy + n * vy);
    }
}

void ink__sketch_curve(ink__sketch *sketch, const ink__knot *aims, size_t count)
{
    ink__knot knots[INK_SKETCH_KNOTS];
    if (count < 2 || count > INK_SKETCH_KNOTS || !begin(sketch))
        return;
    miss(sketch, aims, count, knots);
    add(sketch, knots[0].x, knots[0].y);
    for (size_t i = 0; i + 1 < count; i++) {
        const ink__knot *before = i > 0 && !knots[i].corner ? &knots[i - 1] : NULL;
        const ink__knot *after = i + 2 < count && !knots[i + 1].corner ? &knots[i + 2] : NULL;
        piece(sketch, before, knots[i], knots[i + 1], after);
    }
    end(sketch);
}

void ink__sketch_lines(ink__sketch *sketch, const ink__knot *aims, size_t count)
{
    ink__knot knots[INK_SKETCH_KNOTS];
    if (count < 2 || count > INK_SKETCH_KNOTS || !begin(sketch))
        return;
    miss(sketch, aims, count, knots);
    add(sketch, knots[0].x, knots[0].y);
    for (size_t i = 1; i < count; i++) {
        /* Cut as well, so that wobble can bend a long line. */
        ink__knot b = knots[i - 1], c = knots[i];
        int cuts = (int)fmin(hypot(c.x - b.x, c.y - b.y) / (3 * PIECE), 6) + 1;
        for (int k = 1; k <= cuts; k++) {
            double t = (double)k / cuts;
            add(sketch, b.x + t * (c.x - b.x), b.y + t * (c.y - b.y));
        }
    }
    end(sketch);
}

void ink__sketch_arc(ink__sketch *sketch, double x, double y, double rx, double ry, double from,
                     double sweep)
{
    if (!begin(sketch))
        return;
    double jitter = sketch->jitter;
    x = ink__sketch_normal(sketch, x, jitter / 2);
    y = ink__sketch_normal(sketch, y, jitter / 2);
    rx = fabs(ink__sketch_normal(sketch, rx, jitter / 2));
    ry = fabs(ink__sketch_normal(sketch, ry, jitter / 2));
    /* The hand drifts in or out while it turns, so that the end misses the beginning. */
    double drift = ink__sketch_normal(sketch, 0, jitter / (rx + ry + 0.1));
    double wave = ink__sketch_normal(sketch, 0, jitter / (rx + ry + 0.1));
    double phase = ink__sketch_between(sketch, 0, INK_TAU);
    double length = fabs(sweep) * fmax(rx, ry);
    int cuts = (int)fmin(length / PIECE, 60) + (int)(fabs(sweep) / 0.6) + 1;
    for (int i = 0; i <= cuts; i++) {
        double t = (double)i / cuts, angle = from + sweep * t;
        double r = 1 + drift * (2 * t - 1) + wave * sin(2 * angle + phase);
        add(sketch, x + rx * r * cos(angle), y + ry * r * sin(angle));
    }
    end(sketch);
}

void ink__sketch_transform(ink__sketch *sketch, size_t first, double xx, double xy, double x0,
                           double yx, double yy, double y0)
{
    for (size_t i = first; i < sketch->first[sketch->strokes]; i++) {
        double x = sketch->x[i], y = sketch->y[i];
        sketch->x[i] = xx * x + xy * y + x0;
        sketch->y[i] = yx * x + yy * y + y0;
    }
}

void ink__sketch_wobble(ink__sketch *sketch, double deviation)
{
    double amplitude[4], fx[4], fy[4], phase[4];
    for (int k = 0; k < 4; k++) {
        amplitude[k] = ink__sketch_normal(sketch, 0, deviation);
        fx[k] = ink__sketch_normal(sketch, 0, 4);
        fy[k] = ink__sketch_normal(sketch, 0, 4);
        phase[k] = ink__sketch_between(sketch, 0, INK_TAU);
    }
    for (size_t i = 0; i < sketch->first[sketch->strokes]; i++) {
        double x = sketch->x[i], y = sketch->y[i], wave[4];
        for (int k = 0; k < 4; k++)
            wave[k] = amplitude[k] * sin(fx[k] * x + fy[k] * y + phase[k]);
        sketch->x[i] = x + wave[0] + wave[1];
        sketch->y[i] = y + wave[2] + wave[3];
    }
}
