/* Fields of messages: see asked.h. */
#include "studio/asked.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const asked_speeds[] = {"1/s", "10/s", "watch", "real", "max", NULL};

static ink_status refuse(const json_t *found, const char *field, const char *expected,
                         ink_error *err)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII;
    if (json_is_number(found))
        return say_error(err, INK_EINVAL, "\"%s\" must be %s, not %.9g", field, expected,
                         json_number_value(found));
    char *text = found && err ? json_dumps(found, flags) : NULL;
    say_error(err, INK_EINVAL, "\"%s\" must be %s, not %.60s", field, expected,
              text ? text : "missing");
    free(text);
    return INK_EINVAL;
}

/* *value is left alone where it is not in the range. */
static bool is_within(const json_t *found, double low, double high, double *value)
{
    double number = json_number_value(found);
    if (!json_is_number(found) || !(number >= low && number <= high))
        return false;
    *value = number;
    return true;
}

ink_status asked_number(const json_t *message, const char *field, double low, double high,
                        double *value, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    char expected[80];
    if (is_within(found, low, high, value))
        return INK_OK;
    snprintf(expected, sizeof expected, "a number from %.9g to %.9g", low, high);
    return refuse(found, field, expected, err);
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
    const json_t *found = json_object_get(message, field);
    char expected[80];
    double number = 0;
    if (is_within(found, (double)low, (double)high, &number) && number == floor(number)) {
        *value = (long)number;
        return INK_OK;
    }
    snprintf(expected, sizeof expected, "a whole number from %ld to %ld", low, high);
    return refuse(found, field, expected, err);
}

ink_status asked_count(const json_t *message, const char *field, size_t low, size_t high,
                       size_t *value, ink_error *err)
{
    long number = 0;
    ink_status status = asked_whole(message, field, (long)low, (long)high, &number, err);
    if (status == INK_OK)
        *value = (size_t)number;
    return status;
}

ink_status asked_bool(const json_t *message, const char *field, bool *value, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    if (!json_is_boolean(found))
        return refuse(found, field, "true or false", err);
    *value = json_is_true(found);
    return INK_OK;
}

const char *asked_text(const json_t *message, const char *field, size_t most, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    size_t length = json_string_length(found);
    char expected[80];
    if (json_is_string(found) && length >= 1 && length <= most &&
        strlen(json_string_value(found)) == length)
        return json_string_value(found);
    snprintf(expected, sizeof expected, "a text of 1 to %zu bytes", most);
    refuse(found, field, expected, err);
    return NULL;
}

ink_status asked_choice(const json_t *message, const char *field, const char *const *names,
                        size_t *value, ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    const char *name = json_string_value(found);
    char expected[240] = "one of";
    for (size_t i = 0; names[i]; i++) {
        size_t used = strlen(expected);
        if (name && strcmp(names[i], name) == 0) {
            *value = i;
            return INK_OK;
        }
        snprintf(expected + used, sizeof expected - used, "%s %s", i ? "," : "", names[i]);
    }
    return refuse(found, field, expected, err);
}

/* ---- fields that may be missing ---- */

bool asked_has(const json_t *message, const char *field)
{
    return json_object_get(message, field) != NULL;
}

ink_status maybe_number(const json_t *message, const char *field, double low, double high,
                        double *value, ink_error *err)
{
    return asked_has(message, field) ? asked_number(message, field, low, high, value, err) : INK_OK;
}

ink_status maybe_float(const json_t *message, const char *field, double low, double high,
                       float *value, ink_error *err)
{
    return asked_has(message, field) ? asked_float(message, field, low, high, value, err) : INK_OK;
}

ink_status maybe_whole(const json_t *message, const char *field, long low, long high, long *value,
                       ink_error *err)
{
    return asked_has(message, field) ? asked_whole(message, field, low, high, value, err) : INK_OK;
}

ink_status maybe_count(const json_t *message, const char *field, size_t low, size_t high,
                       size_t *value, ink_error *err)
{
    return asked_has(message, field) ? asked_count(message, field, low, high, value, err) : INK_OK;
}

ink_status maybe_bool(const json_t *message, const char *field, bool *value, ink_error *err)
{
    return asked_has(message, field) ? asked_bool(message, field, value, err) : INK_OK;
}

ink_status maybe_text(const json_t *message, const char *field, char *text, size_t size,
                      ink_error *err)
{
    const json_t *found = json_object_get(message, field);
    bool is_empty = json_is_string(found) && json_string_length(found) == 0;
    const char *words = is_empty ? "" : NULL;
    if (found && !words && !(words = asked_text(message, field, size - 1, err)))
        return INK_EINVAL;
    if (words)
        snprintf(text, size, "%s", words);
    return INK_OK;
}

ink_status maybe_choice(const json_t *message, const char *field, const char *const *names,
                        size_t *value, ink_error *err)
{
    return asked_has(message, field) ? asked_choice(message, field, names, value, err) : INK_OK;
}
