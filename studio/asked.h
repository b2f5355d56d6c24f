/* What a message asks for, read with distrust: every field has a type and a range, and an error
 * names the field, what was expected and what was found. */
#ifndef INK_STUDIO_ASKED_H
#define INK_STUDIO_ASKED_H

#include "inkling/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Fills `err` as printf does; returns `status`. */
ink_status asked_fail(ink_error *err, ink_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A finite number within low..high; on failure *value stays as it is. */
ink_status asked_number(const json_t *message, const char *field, double low, double high,
                        double *value, ink_error *err);
ink_status asked_float(const json_t *message, const char *field, double low, double high,
                       float *value, ink_error *err);
/* A whole number within low..high. */
ink_status asked_whole(const json_t *message, const char *field, long low, long high, long *value,
                       ink_error *err);
ink_status asked_bool(const json_t *message, const char *field, bool *value, ink_error *err);
/* At most `most` bytes, at least one; lent by the message; NULL and the error otherwise. */
const char *asked_text(const json_t *message, const char *field, size_t most, ink_error *err);

#endif
