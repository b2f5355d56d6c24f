/* How the studio says things: an error as one sentence, and values as JSON that always is JSON.
 *
 * Thread safety: pure functions. */
#ifndef INK_STUDIO_SAY_H
#define INK_STUDIO_SAY_H

#include "inkling/error.h"

#include <jansson.h>

/* Fills `err` (unless it is NULL) as printf does; returns `status`. */
ink_status say_error(ink_error *err, ink_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Names and errors come from files and may be cut: what is no UTF-8 is told in ASCII, with "?". */
json_t *say_text(const char *text);
/* JSON has no NAN and no infinity: null. */
json_t *say_number(double value);

#endif
