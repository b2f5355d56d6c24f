/* The made set `fruit`: how spotted it is, how long its spikes are, and whether it was safe to eat.
 *
 * Point i of class k comes from the stream (seed, k, i) and from nothing else; test points come
 * from streams of their own. Where classes are regions, uniform points are drawn until one lies in
 * the region wanted; moons and spiral follow their curves. Noise moves a point after its class is
 * settled, so that with noise no line is perfect. */
#include "data/fruit.h"

#include "base/error.h"
#include "base/random.h"
#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { DEFAULT_POINTS = 400, MOST_POINTS = 10000000, TEST_STREAM = 1000, TRIES = 1000 };

typedef struct point {
    double x, y; /* spots and spikes, both 0..1 */
} point;

/* Is it poisonous? */
static bool above_line(point p)
{
    return 0.8 * p.x + p.y > 0.9;
}

static bool above_curve(point p)
{
    return p.x * p.x + p.y * p.y > 0.64;
}

static bool outside_circle(point p)
{
    return hypot(p.x - 0.5, p.y - 0.5) > 0.3;
}

static bool in_odd_quarter(point p)
{
    return (p.x > 0.5) != (p.y > 0.5);
}

/* Two half circles that reach into each other, in the unit square. */
static point on_moon(double along, int label)
{
    double angle = PI * along;
    return label ? (point){0.6 - 0.27 * cos(angle), 0.4 - 0.27 * sin(angle) + 0.08}
                 : (point){0.4 + 0.27 * cos(angle), 0.6 + 0.27 * sin(angle) - 0.08};
}

/* Two arms, half a turn apart (Lang, Witbrock 1988). */
static point on_spiral(double along, int label)
{
    double angle = 3 * PI * sqrt(along) + (label ? PI : 0), radius = 0.45 * sqrt(along);
    return (point){0.5 + radius * cos(angle), 0.5 + radius * sin(angle)};
}

typedef struct shape {
    const char *name;
    bool (*poisonous)(point);             /* either a region ... */
    point (*on)(double along, int label); /* ... or a curve for each class */
} shape;

static const shape shapes[] = {
    {"line", above_line, NULL}, {"curve", above_curve, NULL}, {"circles", outside_circle, NULL},
    {"moons", NULL, on_moon},   {"spiral", NULL, on_spiral},  {"xor", in_odd_quarter, NULL},
};

typedef struct request {
    const shape *shape;
    double noise;
    size_t points;
} request;

static point draw(const request *r, int label, uint64_t key)
{
    ink_random random = ink__random(key);
    point p = {0.5, 0.5};
    if (r->shape->on)
        p = r->shape->on(ink__random_uniform(&random), label);
    for (int i = 0; r->shape->poisonous && i < TRIES; i++) {
        p = (point){ink__random_uniform(&random), ink__random_uniform(&random)};
        if (r->shape->poisonous(p) == (label != 0))
            break;
    }
    p.x += r->noise * ink__random_normal(&random);
    p.y += r->noise * ink__random_normal(&random);
    return p;
}

static ink_dataset *draw_all(const request *r, const char *spec, size_t count, uint64_t seed,
                             uint64_t stream, ink_error *err)
{
    ink_dataset *data = ink__dataset_new(spec, count, 1, 2, 1, 2, true, err);
    if (!data || ink__dataset_name_class(data, 0, "safe", err) != INK_OK ||
        ink__dataset_name_class(data, 1, "poisonous", err) != INK_OK) {
        ink_dataset_free(data);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        int label = (int)(i % 2);
        point p = draw(r, label, ink__key(seed, stream + (uint64_t)label, i / 2));
        data->labels[i] = label;
        data->values[2 * i] = (float)p.x;
        data->values[2 * i + 1] = (float)p.y;
    }
    return data;
}

/* ---- the name ---- */

static size_t next_word(const char **at, char *word, size_t size)
{
    *at += strspn(*at, " \t,");
    size_t length = strcspn(*at, " \t,"), kept = length < size - 1 ? length : size - 1;
    memcpy(word, *at, kept);
    word[kept] = '\0';
    *at += length;
    return length;
}

static ink_status parse_setting(const char *name, const char *text, request *r, ink_error *err)
{
    char *end;
    double value = strtod(text, &end);
    bool number = end != text && !*end;
    if (strcmp(name, "noise") == 0) {
        if (!number || !(value >= 0 && value <= 10))
            return ink__fail(err, INK_EINVAL, "fruit: noise is a number from 0 to 10, not \"%s\"",
                             text);
        r->noise = value;
    } else if (strcmp(name, "points") == 0) {
        if (!number || !(value >= 2 && value <= MOST_POINTS) || value != floor(value))
            return ink__fail(err, INK_EINVAL, "fruit: points are 2 to %d, not \"%s\"",
                             (int)MOST_POINTS, text);
        r->points = (size_t)value;
    } else {
        return ink__fail(err, INK_EINVAL,
                         "fruit: there is no \"%s\"; after the shape come \"noise N\" and "
                         "\"points N\"",
                         name);
    }
    return INK_OK;
}

static ink_status parse_shape(const char *name, request *r, ink_error *err)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, name) == 0) {
            r->shape = &shapes[i];
            return INK_OK;
        }
    return ink__fail(err, INK_EINVAL,
                     "fruit: there is no shape \"%s\"; known are line, curve, circles, moons, "
                     "spiral, xor",
                     name);
}

static ink_status parse(const char *spec, request *r, ink_error *err)
{
    char name[32], value[32];
    const char *at = spec + strcspn(spec, ": ");
    bool shaped = *at == ':';
    at += shaped;
    ink_status status = INK_OK;
    *r = (request){.shape = &shapes[0], .noise = 0.02, .points = DEFAULT_POINTS};
    if (shaped && next_word(&at, name, sizeof name) > 0)
        status = parse_shape(name, r, err);
    while (status == INK_OK && next_word(&at, name, sizeof name) > 0) {
        next_word(&at, value, sizeof value);
        status = parse_setting(name, value, r, err);
    }
    return status;
}

ink_status ink__fruit_open(const char *spec, const ink_dataset_options *options,
                           ink_dataset **train, ink_dataset **test, ink_error *err)
{
    request r;
    ink_status status = parse(spec, &r, err);
    if (status != INK_OK)
        return status;
    size_t count = options->limit ? options->limit : r.points;
    if (!(options->split >= 0 && options->split <= 0.9) || count > MOST_POINTS)
        return ink__fail(err, INK_EINVAL,
                         "fruit: at most %d points and a test share of 0 to 0.9; found %zu and %g",
                         (int)MOST_POINTS, count, options->split);
    size_t held = (size_t)((double)count * options->split / (1 - options->split) + 0.5);
    ink_dataset *learn = NULL, *examine = NULL;
    bool good = true;
    if (train)
        good = (learn = draw_all(&r, spec, count, options->seed, 0, err)) != NULL;
    if (good && test && held > 0)
        good = (examine = draw_all(&r, spec, held, options->seed, TEST_STREAM, err)) != NULL;
    if (!good) {
        ink_dataset_free(learn);
        return INK_ENOMEM;
    }
    if (train)
        *train = learn;
    if (test)
        *test = examine;
    return INK_OK;
}
