/* What the page may ask of the scene "draw"; the list stands in scene_draw.c. */
#include "studio/draw/draw_scene.h"

#include "studio/asked.h"
#include "studio/draw/upload.h"
#include "studio/library.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NUMBERS = 4096 };

/* ---- the pen ---- */

/* The page's number for this change comes back with the answer to it. */
static void take_stamp(draw_scene *s, const json_t *message)
{
    double stamp;
    if (asked_number(message, "stamp", 0, 1e15, &stamp, NULL) == INK_OK)
        s->stamp = stamp;
}

static ink_status stroke_points(draw_scene *s, json_t *message, ink_error *err)
{
    const json_t *list = json_object_get(message, "points");
    size_t numbers = json_array_size(list);
    if (!json_is_array(list) || numbers % 2 || numbers > MOST_NUMBERS)
        return say_error(err, INK_EINVAL,
                         "\"points\" must be a list of x, y, x, y, ..., at most %d", MOST_NUMBERS);
    float points[MOST_NUMBERS / 2][2];
    for (size_t i = 0; i < numbers; i++) {
        const json_t *number = json_array_get(list, i);
        if (!json_is_number(number))
            return say_error(err, INK_EINVAL, "\"points\" must be numbers; number %zu is not", i);
        points[i / 2][i % 2] = (float)json_number_value(number);
    }
    ink_status status = drawing_add(s->drawing, points, numbers / 2, err);
    if (status == INK_OK)
        draw_changed(s);
    return status;
}

static ink_status stroke_begin(draw_scene *s, json_t *message, ink_error *err)
{
    float width = 0;
    bool erase = false;
    ink_status status = asked_float(message, "width", 0.1, 8, &width, err);
    if (status == INK_OK && json_object_get(message, "erase"))
        status = asked_bool(message, "erase", &erase, err);
    if (status == INK_OK)
        status = drawing_begin(s->drawing, erase ? STROKE_ERASE : STROKE_DRAW, width, err);
    if (status == INK_OK && json_object_get(message, "points"))
        status = stroke_points(s, message, err);
    return status;
}

static ink_status stroke_end(draw_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    drawing_end(s->drawing);
    draw_changed(s);
    return INK_OK;
}

static ink_status undo(draw_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    drawing_undo(s->drawing);
    s->new_drawing = true;
    draw_changed(s);
    return INK_OK;
}

static ink_status clear(draw_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    drawing_clear(s->drawing);
    s->new_drawing = true;
    draw_changed(s);
    return INK_OK;
}

/* One stroke of a simplified Quick, Draw! drawing: [[x, ...], [y, ...]], all 0..255. */
static ink_status replay_stroke(draw_scene *s, const json_t *lists, float width, ink_error *err)
{
    const json_t *xs = json_array_get(lists, 0), *ys = json_array_get(lists, 1);
    size_t count = json_array_size(xs);
    if (count == 0 || count != json_array_size(ys) || count > MOST_NUMBERS)
        return say_error(err, INK_EINVAL, "a stroke must be two lists of as many numbers, x and y");
    ink_status status = drawing_begin(s->drawing, STROKE_DRAW, width, err);
    for (size_t i = 0; status == INK_OK && i < count; i++) {
        const json_t *x = json_array_get(xs, i), *y = json_array_get(ys, i);
        float point[1][2] = {{(float)(1 + json_number_value(x) * 26 / 255),
                              (float)(1 + json_number_value(y) * 26 / 255)}};
        if (!json_is_number(x) || !json_is_number(y))
            return say_error(err, INK_EINVAL, "a stroke must be two lists of numbers");
        status = drawing_add(s->drawing, point, 1, err);
    }
    drawing_end(s->drawing);
    return status;
}

static ink_status strokes(draw_scene *s, json_t *message, ink_error *err)
{
    float width = 0;
    const json_t *list = json_object_get(message, "drawing"), *lists;
    ink_status status = asked_float(message, "width", 0.1, 8, &width, err);
    if (status != INK_OK)
        return status;
    if (!json_is_array(list) || json_array_size(list) > STROKES_MOST / 2)
        return say_error(err, INK_EINVAL, "\"drawing\" must be a list of at most %d strokes",
                         STROKES_MOST / 2);
    drawing_clear(s->drawing);
    size_t i;
    json_array_foreach(list, i, lists)
    {
        if (status == INK_OK)
            status = replay_stroke(s, lists, width, err);
    }
    drawing_end(s->drawing);
    s->new_drawing = true;
    draw_changed(s);
    return status;
}

static ink_status upload(draw_scene *s, json_t *message, ink_error *err)
{
    const json_t *text = json_object_get(message, "picture");
    if (!json_is_string(text))
        return say_error(err, INK_EINVAL, "\"picture\" must be a PNG or JPEG as base64");
    ink_picture whole = {.pixels = NULL}, colours = {.pixels = NULL}, grey = {.pixels = NULL};
    const char *base64 = json_string_value(text);
    size_t length = json_string_length(text);
    ink_status status = upload_decode(base64, length, 3, &whole, err);
    if (status == INK_OK)
        status = upload_square(&whole, STROKES_SIDE, &colours, err);
    if (status == INK_OK)
        status = upload_decode(base64, length, 1, &grey, err);
    if (status == INK_OK)
        status = drawing_lay(s->drawing, &grey, err);
    ink_picture_release(&whole);
    ink_picture_release(&grey);
    if (status != INK_OK) {
        ink_picture_release(&colours);
        return status;
    }
    ink_picture_release(&s->colours);
    s->colours = colours;
    s->new_drawing = true;
    draw_changed(s);
    return INK_OK;
}

/* ---- who is asked ---- */

static ink_status source(draw_scene *s, json_t *message, ink_error *err)
{
    const char *name = asked_text(message, "source", 15, err);
    if (!name)
        return INK_EINVAL;
    if (!draw_is_source(name))
        return say_error(err, INK_EINVAL,
                         "there is no network \"%s\" to ask; known are digits, "
                         "doodles, fashion, cifar10, network, mine",
                         name);
    round_stop(&s->round);
    s->new_round = true;
    draw_set_source(s, name);
    return INK_OK;
}

static ink_status framing(draw_scene *s, json_t *message, ink_error *err)
{
    ink_status status = asked_bool(message, "on", &s->framing, err);
    s->new_source = true;
    if (status == INK_OK)
        draw_changed(s);
    return status;
}

/* ---- the game ---- */

static ink_status begin_round(draw_scene *s, json_t *message, ink_error *err)
{
    double seed = desk_now() * 1000;
    if (!s->who)
        return say_error(err, INK_EINVAL, "a round takes a network that guesses: %s", s->message);
    if (json_object_get(message, "seed") &&
        asked_number(message, "seed", 0, 1e15, &seed, err) != INK_OK)
        return INK_EINVAL;
    round_start(&s->round, draw_classes(s), (uint64_t)seed);
    drawing_clear(s->drawing);
    s->new_drawing = s->new_round = true;
    draw_changed(s);
    return INK_OK;
}

static ink_status go(draw_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    if (!round_go(&s->round, desk_now()))
        return say_error(err, INK_EINVAL, "there is no word of the game to go on with");
    drawing_clear(s->drawing);
    s->new_drawing = s->new_round = true;
    draw_changed(s);
    return INK_OK;
}

static ink_status end_round(draw_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    round_stop(&s->round);
    s->new_round = true;
    return INK_OK;
}

/* ---- my doodles ---- */

static ink_status class_of(const json_t *message, int *index, ink_error *err)
{
    long value;
    ink_status status = asked_whole(message, "class", 0, DOODLES_MOST_CLASSES - 1, &value, err);
    if (status == INK_OK)
        *index = (int)value;
    return status;
}

static ink_status mine_changed(draw_scene *s, ink_status status)
{
    s->new_mine = true;
    s->mine_changed = s->mine_changed || status == INK_OK;
    return status;
}

static ink_status mine_add(draw_scene *s, json_t *message, ink_error *err)
{
    const char *name = asked_text(message, "name", 200, err);
    return name ? mine_changed(s, my_doodles_add_class(s->mine, name, err)) : INK_EINVAL;
}

static ink_status mine_rename(draw_scene *s, json_t *message, ink_error *err)
{
    int index;
    const char *name = asked_text(message, "name", 200, err);
    if (!name || class_of(message, &index, err) != INK_OK)
        return INK_EINVAL;
    return mine_changed(s, my_doodles_rename(s->mine, index, name, err));
}

static ink_status mine_delete(draw_scene *s, json_t *message, ink_error *err)
{
    int index;
    if (class_of(message, &index, err) != INK_OK)
        return INK_EINVAL;
    return mine_changed(s, my_doodles_delete(s->mine, index, err));
}

/* Keeps what is on the pad and wipes it for the next. */
static ink_status mine_keep(draw_scene *s, json_t *message, ink_error *err)
{
    int index;
    if (class_of(message, &index, err) != INK_OK)
        return INK_EINVAL;
    if (drawing_is_blank(s->drawing))
        return say_error(err, INK_EINVAL, "there is nothing on the pad to keep");
    ink_picture picture = drawing_picture(s->drawing), view = {.pixels = NULL};
    ink_status status =
        ink_picture_frame(&picture, INK_FRAMING_QUICKDRAW, DOODLES_SIDE, DOODLES_SIDE, &view, err);
    if (status == INK_OK)
        status = my_doodles_keep(s->mine, index, &view, err);
    ink_picture_release(&view);
    if (status == INK_OK) {
        drawing_clear(s->drawing);
        s->new_drawing = true;
        draw_changed(s);
    }
    return mine_changed(s, status);
}

static ink_status mine_drop(draw_scene *s, json_t *message, ink_error *err)
{
    int index;
    long number;
    if (class_of(message, &index, err) != INK_OK ||
        asked_whole(message, "drawing", 0, DOODLES_MOST - 1, &number, err) != INK_OK)
        return INK_EINVAL;
    return mine_changed(s, my_doodles_drop(s->mine, index, (int)number, err));
}

static ink_status mine_learn(draw_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    ink_error ignored = {.status = INK_OK};
    const ink_model *base = library_model_get(desk_library(s->desk), "doodles", &ignored);
    ink_status status = my_doodles_learn(s->mine, base, err);
    s->mine_message[0] = '\0';
    s->new_mine = true;
    if (status == INK_OK)
        s->mine_changed = false;
    return status;
}

typedef ink_status verb_function(draw_scene *s, json_t *message, ink_error *err);

ink_status draw_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    static const struct {
        const char *verb;
        verb_function *function;
    } verbs[] = {
        {"stroke_points", stroke_points},
        {"stroke_begin", stroke_begin},
        {"stroke_end", stroke_end},
        {"undo", undo},
        {"clear", clear},
        {"strokes", strokes},
        {"upload", upload},
        {"source", source},
        {"framing", framing},
        {"round_start", begin_round},
        {"round_go", go},
        {"round_stop", end_round},
        {"mine_add", mine_add},
        {"mine_rename", mine_rename},
        {"mine_delete", mine_delete},
        {"mine_keep", mine_keep},
        {"mine_drop", mine_drop},
        {"mine_learn", mine_learn},
    };
    draw_scene *s = scene;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].verb, verb) == 0) {
            take_stamp(s, message);
            return verbs[i].function(s, message, err);
        }
    return say_error(err, INK_EINVAL, "draw does not know how to \"%.40s\"", verb);
}
