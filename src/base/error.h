/* Filling in an ink_error. The first error is kept: whoever knows most speaks first. */
#ifndef INK_BASE_ERROR_H
#define INK_BASE_ERROR_H

#include "inkling/error.h"

#include <stdarg.h>

/* Writes the sentence unless `err` is NULL or already holds one; returns `status` so that callers
 * can `return ink__fail(err, INK_EINVAL, "...")`. */
ink_status ink__fail(ink_error *err, ink_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a system call that set errno: appends ": No such file or directory". */
ink_status ink__fail_errno(ink_error *err, ink_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
