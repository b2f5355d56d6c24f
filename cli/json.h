/* JSON on standard output, one object a line. */
#ifndef INK_CLI_JSON_H
#define INK_CLI_JSON_H

#include <jansson.h>
#include <math.h>
#include <stdio.h>

/* null for what is no number: JSON has no NaN. */
static inline json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Prints and frees. */
static inline void json_line(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(10));
    putchar('\n');
    fflush(stdout);
    json_decref(object);
}

#endif
