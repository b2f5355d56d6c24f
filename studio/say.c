/* Errors and values in words: see say.h. */
#include "studio/say.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ink_status say_error(ink_error *err, ink_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list values;
    *err = (ink_error){.status = status};
    va_start(values, format);
    vsnprintf(err->text, sizeof err->text, format, values);
    va_end(values);
    return status;
}

json_t *say_text(const char *text)
{
    json_t *whole = json_string(text);
    char *plain = whole ? NULL : strdup(text);
    if (!plain)
        return whole;
    for (char *c = plain; *c; c++)
        *c = *c & 0x80 ? '?' : *c;
    whole = json_string(plain);
    free(plain);
    return whole;
}

json_t *say_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}
