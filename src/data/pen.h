/* A round pen: polylines as anti-aliased ink on dark paper.
 *
 * Thread safety: works only on what it is given. */
#ifndef INK_DATA_PEN_H
#define INK_DATA_PEN_H

#include <stddef.h>
#include <stdint.h>

typedef struct ink__pen {
    double width;           /* of the stroke, pixels */
    double soft;            /* > 0: over how many pixels the edge fades; 1 = plain anti-aliasing */
    const double *pressure; /* factor of the width at each point; NULL = 1 everywhere */
} ink__pen;

/* Draws the polyline (x[i], y[i]), `count` points, 1 = a dot, on a grey picture of `rows` x
 * `columns` bytes. Coordinates are pixels from the top left corner, so the middle of the first
 * pixel is (0.5, 0.5); what lies outside is cut off; a piece that is not finite or a
 * million pixels away is left out. Where strokes
 * meet, the lighter ink wins: a crossing is no brighter than a line. */
void ink__pen_draw(const ink__pen *pen, const double *x, const double *y, size_t count,
                   uint8_t *pixels, int rows, int columns);

#endif
