/* Fields of messages: see asked.h. */
#include "studio/asked.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

ink_status asked_fail(ink_error *err, ink_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list list;
    *err = (ink_error){.status = status};
    va_start(list, format);
    vsnprintf(err->text, sizeof err->text, format, list);
    va_end(list);
    return status;
}

ink_status asked_number(const json_t *message, const char *field, double low, double high,
                        double *value, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    if (!json_is_number(found))
        return asked_fail(err, INK_EINVAL, "\"%s\" must be a number from %g to %g", field, low,
                          high);
    double number = json_number_value(found);
    if (!isfinite(number) || number < low || number > high)
        return asked_fail(err, INK_EINVAL, "\"%s\" must be a number from %g to %g, not %g", field,
                          low, high, number);
    *value = number;
    return INK_OK;
}

ink_status asked_float(const json_t *message, const char *field, double low, double high,
                       float *value, ink_error *err)
{
    double number = 0;
    ink_status status = asked_number(message, field, low, high, &number, err);
    if (status == INK_OK)
        *value = (float)number;
    return status;
}

ink_status asked_whole(const json_t *message, const char *field, long low, long high, long *value,
                       ink_error *err)
{
    double number = 0;
    ink_status status = asked_number(message, field, (double)low, (double)high, &number, err);
    if (status != INK_OK)
        return status;
    if (number != floor(number))
        return asked_fail(err, INK_EINVAL, "\"%s\" must be a whole number, not %g", field, number);
    *value = (long)number;
    return INK_OK;
}

ink_status asked_bool(const json_t *message, const char *field, bool *value, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    if (!json_is_boolean(found))
        return asked_fail(err, INK_EINVAL, "\"%s\" must be true or false", field);
    *value = json_is_true(found);
    return INK_OK;
}

const char *asked_text(const json_t *message, const char *field, size_t most, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    size_t length = json_string_length(found);
    if (json_is_string(found) && length >= 1 && length <= most &&
        strlen(json_string_value(found)) == length)
        return json_string_value(found);
    asked_fail(err, INK_EINVAL, "\"%s\" must be a text of 1 to %zu bytes", field, most);
    return NULL;
}
