/* What the twenty glyphs look like: one function a class, each with the styles people write or draw
 * it in. Classes 0..9 are the digits, 10..19 the doodles. */
#ifndef INK_DATA_GLYPH_SHAPES_H
#define INK_DATA_GLYPH_SHAPES_H

#include "data/sketch.h"

typedef void ink__glyph(ink__sketch *sketch);

extern ink__glyph *const ink__digit_shapes[10];
extern ink__glyph *const ink__doodle_shapes[10];
extern const char *const ink__doodle_names[10];

#endif
