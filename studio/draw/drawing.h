/* A drawing as it was drawn: strokes of a pen in the pad's own units, and the picture they make.
 *
 * The pad is STROKES_CELLS x STROKES_CELLS units. Strokes are kept, not pixels, so that undo gives
 * the very picture of before, and a picture without one of the strokes can be asked for.
 *
 * Thread safety: one thread at a time a drawing. */
#ifndef INK_STUDIO_DRAWING_H
#define INK_STUDIO_DRAWING_H

#include "inkling/error.h"
#include "inkling/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STROKES_CELLS = 28,
    STROKES_FINE = 6, /* pixels of the picture a unit: each is smoothed once more at its edge */
    STROKES_SIDE = STROKES_CELLS * STROKES_FINE,
    STROKES_MOST = 400,
    STROKES_MOST_POINTS = 20000
};

typedef enum stroke_kind {
    STROKE_DRAW,
    STROKE_ERASE,
    STROKE_CLEAR, /* the pad wiped: kept like a stroke, so that it can be undone */
    STROKE_PAPER  /* a picture laid under everything */
} stroke_kind;

typedef struct stroke {
    stroke_kind kind;
    float width;         /* of the pen, in units */
    size_t first, count; /* its points */
} stroke;

typedef struct drawing {
    stroke strokes[STROKES_MOST];
    size_t stroke_count;
    float (*points)[2]; /* x, y: room for STROKES_MOST_POINTS */
    size_t point_count;
    bool open;       /* the last stroke is still being drawn */
    uint8_t *canvas; /* STROKES_SIDE squared, light ink on dark: always the picture of all above */
    uint8_t *paper;  /* the picture laid under, as large */
} drawing;

drawing *drawing_new(ink_error *err);
void drawing_free(drawing *d);

/* A pen touches the pad (kind DRAW or ERASE); a stroke that is still open ends. `width` 0.1..8. */
ink_status drawing_begin(drawing *d, stroke_kind kind, float width, ink_error *err);
/* The pen moves on; points up to a pad's width outside are welcome. INK_EINVAL when no stroke is
 * open, a point is not finite or too far, or the drawing is full: then nothing is added. */
ink_status drawing_add(drawing *d, float (*points)[2], size_t count, ink_error *err);
void drawing_end(drawing *d);
/* Takes the last stroke (or the last wiping) away; false if there is none. */
bool drawing_undo(drawing *d);
/* Wipes the pad; nothing happens on one that is blank. */
void drawing_clear(drawing *d);
/* Forgets everything, also what could be undone. */
void drawing_reset(drawing *d);
/* Lays a grey picture under a new drawing, fitted in without distortion; a light ground becomes
 * dark. */
ink_status drawing_lay(drawing *d, const ink_picture *picture, ink_error *err);

/* The strokes since the last wiping: [*first, stroke_count). */
size_t drawing_first(const drawing *d);
/* Is anything to be seen? */
bool drawing_is_blank(const drawing *d);
/* The picture, lent: never to be released. */
ink_picture drawing_picture(const drawing *d);
/* The same without stroke `left_out`, into `canvas` of STROKES_SIDE squared bytes. */
void drawing_render(const drawing *d, size_t left_out, uint8_t *canvas);

#endif
