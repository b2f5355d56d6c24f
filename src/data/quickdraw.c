/* Quick, Draw! strokes made into the pictures that the published bitmaps show.
 *
 * The bitmaps were drawn with cairo: 28 pixels for 256 units of drawing, a line of 16 units and as
 * much padding on each side, round ends and joints, the finest antialiasing, the drawing's far
 * corner centred (facts: the data set's authors in
 * https://github.com/googlecreativelab/quickdraw-dataset/issues/19). The same library with the same
 * numbers gives the same bytes. */
#include "data/quickdraw.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <string.h>

#if INK_HAVE_CAIRO && INK_HAVE_JANSSON
#include <cairo.h>
#include <jansson.h>
#include <math.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, MOST_STROKES = 10000, MOST_POINTS = 100000 };
static const double UNITS = 256, LINE = 16, PADDING = 16;
static const double FARTHEST = 1e5; /* no drawing reaches so far; cairo counts in 24 bits */

typedef struct canvas {
    cairo_surface_t *surface;
    cairo_t *context;
    const char *name; /* of the file */
    size_t line;      /* at hand, from 1 */
} canvas;

static ink_status open_canvas(canvas *c, ink_error *err)
{
    double room = 2 * PADDING + LINE;
    c->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, SIDE, SIDE);
    c->context = cairo_create(c->surface);
    if (cairo_status(c->context) != CAIRO_STATUS_SUCCESS)
        return ink__fail(err, INK_ENOMEM, "out of memory: %s cannot be drawn", c->name);
    cairo_set_antialias(c->context, CAIRO_ANTIALIAS_BEST);
    cairo_set_line_cap(c->context, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(c->context, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(c->context, LINE);
    cairo_scale(c->context, SIDE / (UNITS + room), SIDE / (UNITS + room));
    cairo_translate(c->context, room / 2, room / 2);
    return INK_OK;
}

static void close_canvas(canvas *c)
{
    cairo_destroy(c->context);
    cairo_surface_destroy(c->surface);
}

/* The strokes of a line are [[[x, ...], [y, ...]], ...]; finds out how far the drawing reaches. */
static ink_status check_stroke(const canvas *c, const json_t *stroke, double far[2], ink_error *err)
{
    size_t count = json_array_size(json_array_get(stroke, 0));
    if (count < 1 || count > MOST_POINTS || json_array_size(json_array_get(stroke, 1)) != count)
        return ink__fail(err, INK_EFORMAT,
                         "%s, line %zu: a stroke should have 1 to %d points, as many x as y",
                         c->name, c->line, (int)MOST_POINTS);
    for (size_t axis = 0; axis < 2; axis++)
        for (size_t i = 0; i < count; i++) {
            const json_t *number = json_array_get(json_array_get(stroke, axis), i);
            double value = json_number_value(number);
            if (!json_is_number(number) || !(fabs(value) <= FARTHEST))
                return ink__fail(err, INK_EFORMAT,
                                 "%s, line %zu: a coordinate is no number from -%g to %g", c->name,
                                 c->line, FARTHEST, FARTHEST);
            far[axis] = value > far[axis] ? value : far[axis];
        }
    return INK_OK;
}

static void draw_stroke(const canvas *c, const json_t *stroke, double dx, double dy)
{
    const json_t *x = json_array_get(stroke, 0), *y = json_array_get(stroke, 1);
    for (size_t i = 0; i < json_array_size(x); i++) {
        double u = json_number_value(json_array_get(x, i)) + dx;
        double v = json_number_value(json_array_get(y, i)) + dy;
        if (i == 0) /* a stroke of one point is a dot: it needs a line to itself */
            cairo_move_to(c->context, u, v);
        cairo_line_to(c->context, u, v);
    }
    cairo_stroke(c->context);
}

static ink_status draw(const canvas *c, const json_t *drawing, uint8_t *pixels, ink_error *err)
{
    size_t count = json_array_size(drawing);
    double far[2] = {-FARTHEST, -FARTHEST};
    if (!json_is_array(drawing) || count < 1 || count > MOST_STROKES)
        return ink__fail(err, INK_EFORMAT, "%s, line %zu: no \"drawing\" of 1 to %d strokes",
                         c->name, c->line, (int)MOST_STROKES);
    for (size_t i = 0; i < count; i++) {
        ink_status status = check_stroke(c, json_array_get(drawing, i), far, err);
        if (status != INK_OK)
            return status;
    }
    cairo_set_source_rgb(c->context, 0, 0, 0);
    cairo_paint(c->context);
    cairo_set_source_rgb(c->context, 1, 1, 1);
    for (size_t i = 0; i < count; i++)
        draw_stroke(c, json_array_get(drawing, i), (UNITS - far[0]) / 2, (UNITS - far[1]) / 2);
    cairo_surface_flush(c->surface);
    const uint8_t *data = cairo_image_surface_get_data(c->surface);
    size_t row = (size_t)cairo_image_surface_get_stride(c->surface);
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < SIDE; x++)
            pixels[y * SIDE + x] = data[y * row + 4 * x];
    return INK_OK;
}

static ink_status draw_line(const canvas *c, const char *text, size_t size, uint8_t *pixels,
                            ink_error *err)
{
    json_error_t problem;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (!object)
        return ink__fail(err, INK_EFORMAT, "%s, line %zu is no JSON: %.200s", c->name, c->line,
                         problem.text);
    ink_status status = draw(c, json_object_get(object, "drawing"), pixels, err);
    json_decref(object);
    return status;
}

static bool is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')
            return false;
    return true;
}

typedef struct line {
    const char *text;
    size_t size;
} line;

/* The line at *at, which moves behind it. */
static line next_line(const char **at, const char *end)
{
    const char *text = *at, *stop = memchr(text, '\n', (size_t)(end - text));
    stop = stop ? stop : end;
    *at = stop < end ? stop + 1 : end;
    return (line){text, (size_t)(stop - text)};
}

static size_t count_drawings(const char *text, const char *end)
{
    size_t count = 0;
    while (text < end) {
        line l = next_line(&text, end);
        count += !is_blank(l.text, l.size);
    }
    return count;
}

ink_status ink__quickdraw_render_ndjson(const char *name, const void *bytes, size_t size,
                                        uint8_t **pixels, size_t *count, ink_error *err)
{
    const char *at = bytes, *end = at + size;
    size_t all = count_drawings(at, end), done = 0;
    uint8_t *fresh = ink__alloc(all, PIXELS, err);
    if (!fresh)
        return INK_ENOMEM;
    canvas c = {.name = name};
    ink_status status = open_canvas(&c, err);
    while (status == INK_OK && at < end) {
        line l = next_line(&at, end);
        c.line++;
        if (!is_blank(l.text, l.size))
            status = draw_line(&c, l.text, l.size, fresh + PIXELS * done++, err);
    }
    close_canvas(&c);
    if (status != INK_OK) {
        ink__free(fresh);
        return status;
    }
    *pixels = fresh;
    *count = all;
    return INK_OK;
}

#else
ink_status ink__quickdraw_render_ndjson(const char *name, const void *bytes, size_t size,
                                        uint8_t **pixels, size_t *count, ink_error *err)
{
    (void)bytes, (void)size, (void)pixels, (void)count;
    return ink__fail(err, INK_EUNSUPPORTED,
                     "%s holds strokes, which this build cannot draw: rebuild with cairo and "
                     "jansson (libcairo2-dev, libjansson-dev)",
                     name);
}
#endif
