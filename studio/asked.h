/* What a message asks for, read with distrust: every field has a type and a range, and an error
 * names the field, what was expected and what was found. On failure *value stays as it is.
 *
 * Thread safety: pure functions. */
#ifndef INK_STUDIO_ASKED_H
#define INK_STUDIO_ASKED_H

#include "studio/say.h"

#include <stdbool.h>
#include <stddef.h>

ink_status asked_number(const json_t *message, const char *field, double low, double high,
                        double *value, ink_error *err);
ink_status asked_float(const json_t *message, const char *field, double low, double high,
                       float *value, ink_error *err);
/* Whole numbers. */
ink_status asked_whole(const json_t *message, const char *field, long low, long high, long *value,
                       ink_error *err);
ink_status asked_count(const json_t *message, const char *field, size_t low, size_t high,
                       size_t *value, ink_error *err);
ink_status asked_bool(const json_t *message, const char *field, bool *value, ink_error *err);
/* At most `most` bytes, at least one; lent by the message; NULL and the error otherwise. */
const char *asked_text(const json_t *message, const char *field, size_t most, ink_error *err);
/* Which of `names`, with NULL behind the last. */
ink_status asked_choice(const json_t *message, const char *field, const char *const *names,
                        size_t *value, ink_error *err);

/* The same for fields that may be missing. */
bool asked_has(const json_t *message, const char *field);
ink_status maybe_number(const json_t *message, const char *field, double low, double high,
                        double *value, ink_error *err);
ink_status maybe_float(const json_t *message, const char *field, double low, double high,
                       float *value, ink_error *err);
ink_status maybe_whole(const json_t *message, const char *field, long low, long high, long *value,
                       ink_error *err);
ink_status maybe_count(const json_t *message, const char *field, size_t low, size_t high,
                       size_t *value, ink_error *err);
ink_status maybe_bool(const json_t *message, const char *field, bool *value, ink_error *err);
/* Copied; at most `size` - 1 bytes, and maybe none. */
ink_status maybe_text(const json_t *message, const char *field, char *text, size_t size,
                      ink_error *err);
ink_status maybe_choice(const json_t *message, const char *field, const char *const *names,
                        size_t *value, ink_error *err);

/* The speeds of the clock in the page's bar, slowest first: "1/s", ..., "max". */
extern const char *const asked_speeds[];

#endif
