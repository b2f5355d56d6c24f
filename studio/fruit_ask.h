/* Fields of a message that is not trusted: each is there, of its type and in its range, or the
 * sentence says what was expected and what was found. */
#ifndef INK_STUDIO_FRUIT_ASK_H
#define INK_STUDIO_FRUIT_ASK_H

#include "inkling/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

ink_status fruit_ask_number(const json_t *message, const char *key, double least, double most,
                            double *value, ink_error *err);
ink_status fruit_ask_whole(const json_t *message, const char *key, size_t least, size_t most,
                           size_t *value, ink_error *err);
/* Lent by the message. */
ink_status fruit_ask_text(const json_t *message, const char *key, const char **value,
                          ink_error *err);
ink_status fruit_ask_flag(const json_t *message, const char *key, bool *value, ink_error *err);

/* The same for fields that may be missing: *value stays as it is. */
ink_status fruit_may_number(const json_t *message, const char *key, double least, double most,
                            double *value, ink_error *err);
ink_status fruit_may_whole(const json_t *message, const char *key, size_t least, size_t most,
                           size_t *value, ink_error *err);

#endif
