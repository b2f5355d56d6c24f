/* A drawing in the making: strokes through control points, set down by an unsteady hand.
 *
 * A glyph is described the way it is written - "from here over there, a corner, round to the
 * left" - and every control point lands a little beside where it was aimed. Coordinates: x to the
 * right, y down, a glyph about 0..1 in height; the framing rule scales it afterwards, so only
 * proportions matter.
 *
 * Thread safety: a sketch belongs to one thread. */
#ifndef INK_DATA_SKETCH_H
#define INK_DATA_SKETCH_H

#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>

#define INK_TAU 6.283185307179586

enum { INK_SKETCH_POINTS = 768, INK_SKETCH_STROKES = 48, INK_SKETCH_KNOTS = 24 };

typedef struct ink__sketch {
    ink_random random;
    double jitter;   /* s.d. of the distance between a control point and its aim */
    double careless; /* probability that a corner is written as a bend */
    size_t strokes;  /* how many are complete */
    size_t first[INK_SKETCH_STROKES + 1]; /* stroke s owns the points first[s] .. first[s+1]-1 */
    double x[INK_SKETCH_POINTS], y[INK_SKETCH_POINTS];
} ink__sketch;

/* A point the pen aims at; at a corner it may change direction at once. */
typedef struct ink__knot {
    double x, y;
    bool corner;
} ink__knot;

void ink__sketch_init(ink__sketch *sketch, uint64_t key, double jitter, double careless);

/* Chance, from the sketch's own stream. The normal is cut at 2.5 deviations: a glyph may be odd,
 * not torn apart. */
double ink__sketch_between(ink__sketch *sketch, double low, double high);
double ink__sketch_normal(ink__sketch *sketch, double mean, double deviation);
bool ink__sketch_chance(ink__sketch *sketch, double probability);

/* One stroke: a smooth curve (centripetal Catmull-Rom) through `count` knots, 2 to
 * INK_SKETCH_KNOTS, broken at corners. Points beyond the sketch's room are dropped. */
void ink__sketch_curve(ink__sketch *sketch, const ink__knot *knots, size_t count);
#define INK_CURVE(sketch, ...)                                                                     \
    ink__sketch_curve(sketch, (const ink__knot[]){__VA_ARGS__},                                    \
                      sizeof((const ink__knot[]){__VA_ARGS__}) / sizeof(ink__knot))

/* The same knots joined by straight lines. */
void ink__sketch_lines(ink__sketch *sketch, const ink__knot *knots, size_t count);
#define INK_LINES(sketch, ...)                                                                     \
    ink__sketch_lines(sketch, (const ink__knot[]){__VA_ARGS__},                                    \
                      sizeof((const ink__knot[]){__VA_ARGS__}) / sizeof(ink__knot))

/* One stroke along an ellipse from angle `from` through `sweep` radians (0 = right, positive =
 * clockwise on the paper, because y points down). */
void ink__sketch_arc(ink__sketch *sketch, double x, double y, double rx, double ry, double from,
                     double sweep);

/* Moves every point from `first` on by (x, y) -> (xx x + xy y + x0, yx x + yy y + y0). */
void ink__sketch_transform(ink__sketch *sketch, size_t first, double xx, double xy, double x0,
                           double yx, double yy, double y0);
/* Bends the whole drawing by a smooth field of that s.d. (two long waves each way). */
void ink__sketch_wobble(ink__sketch *sketch, double deviation);

#endif
