/* The scene "transform": what turning, scaling, shifting and noise do to an answer, and how a
 * network learns to bear them.
 *
 * Messages (any may carry "stamp", given back by "picture"):
 *     picture {"index"} | {"own": true} | {"random": true} | {"label"}
 *                  a test picture; the drawing on the pad; any; the next of that class
 *     warp {"turn"?, "scale"?, "right"?, "down"?, "noise"?}   degrees, factor, pixels, share
 *     dice, reset
 *     again        other random numbers for the whole set
 *     augment {"text"} | {"turn"?, "scale"?, "shift"?, "noise"?}   as in augment.h
 *     framing {"on"}, train, stop
 * Frames:
 *     state        {"data", "ready", "message", "count", "framing", "augment": {"text", "turn",
 *                  "scale", "shift", "noise"}, "networks": [{"ready", "text"}], "has_drawing"}
 *     picture      {"stamp", "own", "index", "label", "warp": {...}, "best": [3], "framing"}, u8
 *                  before, u8 after, u8 as framed, f32 scores a network
 *     strip_turn, strip_scale, ...   {"field", "steps", "label"}, i32 answers, f32 scores, a
 *                  network after the other, over the slider's range
 *     whole        {"count", "asked", "asked_plain", "right": [3], "right_plain": [3], "augment",
 *                  "framing", "shown"}, u8 pictures, i32 labels, i32 answers a network
 *     training     {"running", "done", "which", "seconds", "left", "message"} */
#include "studio/transform/transform_scene.h"

#include "studio/asked.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INDEX = 1000000 }; /* of a picture that is not there yet */

/* ---- the picture ---- */

void transform_take_picture(transform_scene *s)
{
    const ink_picture *drawn = desk_drawing(s->desk);
    memset(s->picture, 0, sizeof s->picture);
    s->label = -1;
    if (s->own && drawn) {
        ink_picture small = {.pixels = NULL};
        if (ink_picture_resize(drawn, WARP_SIDE, WARP_SIDE, &small, NULL) == INK_OK)
            memcpy(s->picture, small.pixels, WARP_AREA);
        ink_picture_release(&small);
    } else if (s->loaded) {
        s->own = false;
        s->index %= ink_dataset_count(s->data.test);
        memcpy(s->picture, ink_dataset_pixels(s->data.test, s->index), WARP_AREA);
        s->label = ink_dataset_label(s->data.test, s->index);
    }
    s->new_picture = true;
}

static void take_data(transform_scene *s)
{
    ink_error err = {.status = INK_OK};
    library_data data;
    int height = 0, width = 0, channels = 0;
    library_state state = library_data_get(desk_library(s->desk), s->data_name, 0, &data, &err);
    if (state == LIBRARY_FAILED && strcmp(s->data_name, "mnist") == 0) {
        snprintf(s->data_name, sizeof s->data_name, "glyphs:digits");
    } else if (state == LIBRARY_FAILED) {
        snprintf(s->message, sizeof s->message, "%s", err.text);
    } else if (state == LIBRARY_READY) {
        if (data.test)
            ink_dataset_shape(data.test, &height, &width, &channels);
        s->loaded = height == WARP_SIDE && width == WARP_SIDE && channels == 1 &&
                    ink_dataset_classes(data.test) == TRANSFORM_CLASSES &&
                    ink_dataset_count(data.test) > 0;
        if (!s->loaded)
            snprintf(s->message, sizeof s->message, "%s is not ten classes of 28 x 28 pictures",
                     s->data_name);
        s->data = data;
        s->index %= s->loaded ? ink_dataset_count(data.test) : 1;
        while (s->loaded && !s->linked && ink_dataset_label(data.test, s->index) != 1 &&
               s->index + 1 < ink_dataset_count(data.test))
            s->index++; /* begin with a one: it turns into a seven and a two so nicely */
        transform_take_picture(s);
        s->new_state = true;
    }
}

/* ---- telling ---- */

static void tell_state(transform_scene *s)
{
    char text[200];
    json_t *networks = json_array();
    ink_augment_print(&s->augment, text, sizeof text);
    for (int k = 0; k < TRANSFORM_NETWORKS; k++)
        json_array_append_new(
            networks,
            json_pack("{s:b, s:s}", "ready", s->who[k] != NULL, "text",
                      s->who[k] ? ink_network_text(s->who[k]->model->network) : NETWORK_PAIR_TEXT));
    json_t *body = json_pack(
        "{s:s, s:b, s:o, s:I, s:b, s:{s:s, s:f, s:f, s:f, s:f}, s:o, s:b}", "data", s->data_name,
        "ready", s->loaded, "message", say_text(s->message), "count",
        (json_int_t)(s->loaded ? ink_dataset_count(s->data.test) : 0), "framing", s->framing,
        "augment", "text", text, "turn", (double)s->augment.turn, "scale", (double)s->augment.scale,
        "shift", (double)s->augment.shift, "noise", (double)s->augment.noise, "networks", networks,
        "has_drawing", desk_drawing(s->desk) != NULL);
    desk_tell(s->desk, &scene_transform, "state", body);
}

static void tell_picture(transform_scene *s)
{
    uint8_t framed[WARP_AREA];
    float scores[TRANSFORM_NETWORKS][TRANSFORM_CLASSES];
    int best[TRANSFORM_NETWORKS];
    warp_apply(&s->warp, s->seed, s->picture, s->changed);
    memcpy(framed, s->changed, sizeof framed);
    for (int k = 0; k < TRANSFORM_NETWORKS; k++) {
        transform_ask(s, k, s->changed, s->scores[k]);
        best[k] = transform_best(s->scores[k]);
        memcpy(scores[k], s->scores[k], sizeof scores[k]);
    }
    ink_picture changed = {WARP_SIDE, WARP_SIDE, 1, s->changed}, view = {.pixels = NULL};
    if (s->framing &&
        ink_picture_frame(&changed, INK_FRAMING_MNIST, WARP_SIDE, WARP_SIDE, &view, NULL) == INK_OK)
        memcpy(framed, view.pixels, WARP_AREA);
    ink_picture_release(&view);
    json_t *body =
        json_pack("{s:f, s:b, s:I, s:i, s:{s:f, s:f, s:f, s:f, s:f}, s:[i, i, i], s:b}", "stamp",
                  s->stamp, "own", s->own, "index", (json_int_t)s->index, "label", s->label, "warp",
                  "turn", (double)s->warp.turn, "scale", (double)s->warp.scale, "right",
                  (double)s->warp.right, "down", (double)s->warp.down, "noise",
                  (double)s->warp.noise, "best", best[0], best[1], best[2], "framing", s->framing);
    desk_array arrays[] = {{"u8", s->picture, WARP_AREA},
                           {"u8", s->changed, WARP_AREA},
                           {"u8", framed, WARP_AREA},
                           {"f32", scores, TRANSFORM_NETWORKS * TRANSFORM_CLASSES}};
    if (body)
        desk_tell_arrays(s->desk, &scene_transform, "picture", body, arrays, 4);
}

static void tell_training(transform_scene *s)
{
    const pair_progress *p = &s->progress;
    json_t *body =
        json_pack("{s:b, s:f, s:i, s:f, s:o}", "running", s->pair != NULL, "done", p->done, "which",
                  p->which, "seconds", p->seconds, "message", say_text(s->message));
    if (body && isfinite(p->left))
        json_object_set_new(body, "left", json_real(p->left));
    desk_tell(s->desk, &scene_transform, "training", body);
}

/* ---- work ---- */

/* Both networks are there: they are asked from now on. */
static void take_pair(transform_scene *s)
{
    ink_error err = {.status = INK_OK};
    for (int i = 0; i < 2; i++) {
        ink_model *model = network_pair_take(s->pair, i);
        recogniser *who = model ? recogniser_adopt(model, &err) : NULL;
        if (!who)
            continue;
        recogniser_free(s->who[i]);
        s->who[i] = who;
    }
    s->new_state = s->new_picture = true;
    transform_restart_whole(s, true);
}

static void look_at_pair(transform_scene *s)
{
    if (!s->pair)
        return;
    ink_error err = {.status = INK_OK};
    network_pair_look(s->pair, &s->progress, &err);
    s->new_training = true;
    if (!s->progress.over)
        return;
    if (s->progress.failed)
        snprintf(s->message, sizeof s->message, "%s", err.text);
    else
        take_pair(s);
    network_pair_free(s->pair);
    s->pair = NULL;
}

static double scene_work(void *scene)
{
    transform_scene *s = scene;
    if (!s->loaded && !*s->message)
        take_data(s);
    look_at_pair(s);
    double next = s->pair ? 0.1 : !s->loaded && !*s->message ? 0.05 : (double)INFINITY;
    if (!desk_is_watched(s->desk, &scene_transform))
        return next;
    if (s->new_state)
        tell_state(s);
    if (s->new_training)
        tell_training(s);
    if (s->new_picture) {
        tell_picture(s);
        s->next_strip = 0;
    }
    s->new_state = s->new_training = s->new_picture = false;
    if (s->next_strip < WARP_FIELDS) {
        transform_tell_strip(s, s->next_strip++);
        return 0;
    }
    if (!transform_work_whole(s))
        return 0;
    return next;
}

/* ---- verbs ---- */

static ink_status take_warp(transform_scene *s, json_t *message, ink_error *err)
{
    warp w = s->warp;
    for (int i = 0; i < WARP_FIELDS; i++) {
        const warp_range *r = &warp_ranges[i];
        if (json_object_get(message, r->name) &&
            asked_float(message, r->name, (double)r->least, (double)r->most,
                        warp_value(&w, (warp_field)i), err) != INK_OK)
            return INK_EINVAL;
    }
    s->warp = w;
    s->new_picture = true;
    return INK_OK;
}

static ink_status take_picture(transform_scene *s, json_t *message, ink_error *err)
{
    long index = (long)s->index, label;
    if (json_is_true(json_object_get(message, "own"))) {
        if (!desk_drawing(s->desk))
            return say_error(err, INK_EINVAL, "there is no drawing yet: draw one on the pad");
        s->own = true;
        transform_take_picture(s);
        return INK_OK;
    }
    if (!s->loaded &&
        json_object_get(message, "index")) { /* a link: what it says comes with them */
        if (asked_whole(message, "index", 0, MOST_INDEX, &index, err) != INK_OK)
            return INK_EINVAL;
        s->own = false;
        s->linked = true;
        s->index = (size_t)index;
        return INK_OK;
    }
    if (!s->loaded)
        return say_error(err, INK_EINVAL, "the pictures are still being read");
    long count = (long)ink_dataset_count(s->data.test);
    if (json_is_true(json_object_get(message, "random"))) {
        uint64_t seed = (uint64_t)(desk_now() * 1e6);
        index = (long)((seed * 2654435761u >> 7) % (uint64_t)count);
    } else if (json_object_get(message, "label")) {
        if (asked_whole(message, "label", 0, TRANSFORM_CLASSES - 1, &label, err) != INK_OK)
            return INK_EINVAL;
        for (long i = 1; i <= count; i++)
            if (ink_dataset_label(s->data.test, (size_t)((index + i) % count)) == label) {
                index = (index + i) % count;
                break;
            }
    } else if (asked_whole(message, "index", 0, count - 1, &index, err) != INK_OK) {
        return INK_EINVAL;
    }
    s->own = false;
    s->index = (size_t)index;
    transform_take_picture(s);
    return INK_OK;
}

static ink_status take_dice(transform_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    warp_draw(&s->augment, &s->seed, s->picture, &s->warp);
    s->new_picture = true;
    return INK_OK;
}

static ink_status take_reset(transform_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    warp_none(&s->warp);
    s->new_picture = true;
    return INK_OK;
}

static ink_status take_again(transform_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    s->seed += 1000003;
    s->new_picture = true;
    transform_restart_whole(s, false);
    return INK_OK;
}

static ink_status take_augment(transform_scene *s, json_t *message, ink_error *err)
{
    ink_augment a = s->augment;
    if (json_object_get(message, "text")) {
        const char *text = asked_text(message, "text", 200, err);
        if (!text || ink_augment_parse(text, &a, err) != INK_OK)
            return INK_EINVAL;
    }
    struct {
        const char *name;
        float *value;
        double most;
    } fields[] = {{"turn", &a.turn, 3.2},
                  {"scale", &a.scale, 1},
                  {"shift", &a.shift, 1},
                  {"noise", &a.noise, 1}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (json_object_get(message, fields[i].name) &&
            asked_float(message, fields[i].name, 0, fields[i].most, fields[i].value, err) != INK_OK)
            return INK_EINVAL;
    if (ink_augment_check(&a, err) != INK_OK)
        return INK_EINVAL;
    s->augment = a;
    s->new_state = true;
    transform_restart_whole(s, false);
    return INK_OK;
}

static ink_status take_framing(transform_scene *s, json_t *message, ink_error *err)
{
    ink_status status = asked_bool(message, "on", &s->framing, err);
    if (status != INK_OK)
        return status;
    s->new_state = s->new_picture = true;
    transform_restart_whole(s, true);
    return INK_OK;
}

static ink_status take_train(transform_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    if (!s->loaded)
        return say_error(err, INK_EINVAL, "the pictures are still being read");
    if (ink_augment_is_off(&s->augment))
        return say_error(err, INK_EINVAL,
                         "the random change is off: both networks would be the "
                         "same; choose \"light\" or \"hand\" first");
    network_pair_free(s->pair);
    s->message[0] = '\0';
    s->pair = network_pair_new(&s->data, &s->augment, err);
    s->new_training = true;
    return s->pair ? INK_OK : INK_ENOMEM;
}

static ink_status take_stop(transform_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    network_pair_free(s->pair);
    s->pair = NULL;
    s->new_training = true;
    return INK_OK;
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    static const struct {
        const char *verb;
        ink_status (*function)(transform_scene *s, json_t *message, ink_error *err);
    } verbs[] = {{"warp", take_warp},       {"picture", take_picture}, {"dice", take_dice},
                 {"reset", take_reset},     {"again", take_again},     {"augment", take_augment},
                 {"framing", take_framing}, {"train", take_train},     {"stop", take_stop}};
    transform_scene *s = scene;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].verb, verb) == 0) {
            asked_number(message, "stamp", 0, 1e15, &s->stamp, NULL);
            return verbs[i].function(s, message, err);
        }
    return say_error(err, INK_EINVAL, "transform does not know how to \"%.40s\"", verb);
}

/* ---- the scene ---- */

static void *scene_open(desk *d, ink_error *err)
{
    transform_scene *s = calloc(1, sizeof *s);
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for this scene");
        return NULL;
    }
    ink_error ignored = {.status = INK_OK};
    s->desk = d;
    s->seed = 1;
    s->label = -1;
    s->next_strip = WARP_FIELDS;
    warp_none(&s->warp);
    s->warp.turn = 30; /* there is something to see at once */
    ink_augment_parse("hand", &s->augment, &ignored);
    bool here = ink_dataset_is_here("mnist", library_data_folder(desk_library(d)));
    snprintf(s->data_name, sizeof s->data_name, "%s", here ? "mnist" : "glyphs:digits");
    const ink_model *shipped = library_model_get(desk_library(d), "digits", &ignored);
    if (shipped)
        s->who[TRANSFORM_SHIPPED] = recogniser_new(shipped, &ignored);
    return s;
}

static void scene_close(void *scene)
{
    transform_scene *s = scene;
    network_pair_free(s->pair);
    for (int k = 0; k < TRANSFORM_NETWORKS; k++)
        recogniser_free(s->who[k]);
    transform_release_whole(&s->whole);
    free(s);
}

static void scene_show(void *scene)
{
    transform_scene *s = scene;
    if (s->own)
        transform_take_picture(s);
    s->new_state = s->new_picture = s->new_training = true;
    s->whole.told = false;
}

const scene_kind scene_transform = {"transform", scene_open, scene_close,
                                    scene_show,  scene_take, scene_work};
