/* Errors: one table of names and the one place that writes a sentence. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *ink_status_name(ink_status status)
{
    switch (status) {
    case INK_OK:
        return "good";
    case INK_EINVAL:
        return "wrong call";
    case INK_EIO:
        return "input or output failed";
    case INK_EFORMAT:
        return "wrong format";
    case INK_ENOMEM:
        return "out of memory";
    case INK_EDIVERGED:
        return "training diverged";
    case INK_EUNSUPPORTED:
        return "not in this build";
    case INK_ESTOPPED:
        return "stopped by the caller";
    }
    return "unknown status";
}

static void write_sentence(ink_error *err, ink_status status, const char *format, va_list args)
{
    err->status = status;
    if (vsnprintf(err->text, sizeof err->text, format, args) < 0)
        err->text[0] = '\0';
}

ink_status ink__fail(ink_error *err, ink_status status, const char *format, ...)
{
    if (err && err->status == INK_OK) {
        va_list args;
        va_start(args, format);
        write_sentence(err, status, format, args);
        va_end(args);
    }
    return status;
}

ink_status ink__fail_errno(ink_error *err, ink_status status, const char *format, ...)
{
    int code = errno;
    if (err && err->status == INK_OK) {
        va_list args;
        va_start(args, format);
        write_sentence(err, status, format, args);
        va_end(args);
        size_t used = strlen(err->text);
        snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(code));
    }
    return status;
}
