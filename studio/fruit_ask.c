/* Fields of a message that is not trusted. */
#include "studio/fruit_ask.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static ink_status refuse(const json_t *found, const char *key, const char *expected, ink_error *err)
{
    char *text = found ? json_dumps(found, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    *err = (ink_error){.status = INK_EINVAL};
    snprintf(err->text, sizeof err->text, "\"%s\" must be %s, not %.60s", key, expected,
             text ? text : "missing");
    free(text);
    return INK_EINVAL;
}

ink_status fruit_ask_number(const json_t *message, const char *key, double least, double most,
                            double *value, ink_error *err)
{
    const json_t *found = json_object_get(message, key);
    double number = json_number_value(found);
    char expected[80];
    if (json_is_number(found) && number >= least && number <= most) {
        *value = number;
        return INK_OK;
    }
    snprintf(expected, sizeof expected, "a number from %.9g to %.9g", least, most);
    return refuse(found, key, expected, err);
}

ink_status fruit_ask_whole(const json_t *message, const char *key, size_t least, size_t most,
                           size_t *value, ink_error *err)
{
    const json_t *found = json_object_get(message, key);
    double number = json_number_value(found);
    char expected[80];
    if (json_is_number(found) && number >= (double)least && number <= (double)most &&
        number == floor(number)) {
        *value = (size_t)number;
        return INK_OK;
    }
    snprintf(expected, sizeof expected, "a whole number from %zu to %zu", least, most);
    return refuse(found, key, expected, err);
}

ink_status fruit_ask_text(const json_t *message, const char *key, const char **value,
                          ink_error *err)
{
    const json_t *found = json_object_get(message, key);
    if (!json_is_string(found))
        return refuse(found, key, "a text", err);
    *value = json_string_value(found);
    return INK_OK;
}

ink_status fruit_ask_flag(const json_t *message, const char *key, bool *value, ink_error *err)
{
    const json_t *found = json_object_get(message, key);
    if (!json_is_boolean(found))
        return refuse(found, key, "true or false", err);
    *value = json_is_true(found);
    return INK_OK;
}

ink_status fruit_may_number(const json_t *message, const char *key, double least, double most,
                            double *value, ink_error *err)
{
    return json_object_get(message, key) ? fruit_ask_number(message, key, least, most, value, err)
                                         : INK_OK;
}

ink_status fruit_may_whole(const json_t *message, const char *key, size_t least, size_t most,
                           size_t *value, ink_error *err)
{
    return json_object_get(message, key) ? fruit_ask_whole(message, key, least, most, value, err)
                                         : INK_OK;
}
