/* Quick, Draw! strokes made into the pictures that the published bitmaps show. */
#ifndef INK_DATA_QUICKDRAW_H
#define INK_DATA_QUICKDRAW_H

#include "inkling/error.h"

#include <stddef.h>
#include <stdint.h>

/* Renders every drawing of one simplified .ndjson file (`size` bytes, one JSON object a line; need
 * not end in a zero) to 28x28 bytes: *pixels is *count * 784 bytes fresh from ink__alloc, in the
 * order of the lines, light ink on black. `name` stands for the file in messages. On failure
 * (INK_EFORMAT names the line) both outputs stay untouched. */
ink_status ink__quickdraw_render_ndjson(const char *name, const void *bytes, size_t size,
                                        uint8_t **pixels, size_t *count, ink_error *err);

#endif
