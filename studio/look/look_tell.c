/* What the scene "look" tells the page. The frames are described in scene_look.c. */
#include "studio/look/look_scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const look_kinds[] = {"all", "right", "mistakes", "near", NULL};
const char *const look_orders[] = {"set", "surest", "unsurest", NULL};

/* ---- state ---- */

static json_t *sources(const look *l)
{
    json_t *list = json_array();
    json_array_append_new(list, json_pack("{s:s, s:s}", "name", "mine", "title", "My network"));
    for (const look_shipped *s = look_shipped_models; s->name; s++) {
        ink_error err = {.status = INK_OK};
        if (library_model_get(desk_library(l->d), s->name, &err))
            json_array_append_new(list,
                                  json_pack("{s:s, s:s}", "name", s->name, "title", s->title));
    }
    return list;
}

static json_t *filter_json(const look_filter *f)
{
    return json_pack("{s:s, s:s, s:i, s:i, s:o, s:o}", "kind", look_kinds[f->kind], "order",
                     look_orders[f->order], "label", f->label, "guess", f->guess, "low",
                     say_number((double)f->low), "high", say_number((double)f->high));
}

static json_t *walls_json(const ink_model *model)
{
    look_wall walls[LOOK_MOST_WALLS];
    size_t count = look_walls(model, walls);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:o, s:I}", "name", say_text(walls[i].name),
                                              "count", (json_int_t)walls[i].count));
    return list;
}

static void add_evaluation(const look *l, json_t *body)
{
    const look_evaluation *e = l->shown;
    double low, high;
    json_t *names = json_array();
    sample_shape shape = sample_shape_of(l->set);
    for (size_t k = 0; k < e->classes; k++)
        json_array_append_new(names, say_text(ink_dataset_class_name(l->set, (int)k)));
    ink_interval(e->correct, e->done, &low, &high);
    json_t *more = json_pack(
        "{s:o, s:I, s:I, s:I, s:f, s:f, s:I, s:I, s:b, s:o, s:I, s:i, s:i, s:i, s:b, s:o, s:I}",
        "classes", names, "count", (json_int_t)e->count, "done", (json_int_t)e->done, "correct",
        (json_int_t)e->correct, "low", low, "high", high, "version", (json_int_t)e->version,
        "update", (json_int_t)e->update, "newer", l->next != NULL, "network",
        say_text(ink_network_text(e->model->network)), "parameters",
        (json_int_t)ink_network_parameter_count(e->model->network), "height", shape.height, "width",
        shape.width, "channels", shape.channels, "pictures", shape.pictures, "walls",
        walls_json(e->model), "listed", (json_int_t)l->list.count);
    if (more)
        json_object_update(body, more);
    json_decref(more);
}

void look_tell_state(look *l)
{
    static const char *const phases[] = {"empty", "loading", "no_data", "failed", "ready"};
    json_t *body =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "source", l->source, "part",
                  l->training_part ? "train" : "test", "phase", phases[l->phase], "message",
                  say_text(l->message), "wants", say_text(l->wants), "data", say_text(l->data),
                  "filter", filter_json(&l->filter), "sources", sources(l));
    if (body && l->shown)
        add_evaluation(l, body);
    desk_tell(l->d, &scene_look, "state", body);
}

/* ---- the confusion matrix, and how each class does ---- */

void look_tell_table(look *l)
{
    const look_evaluation *e = l->shown;
    float *interval = e ? calloc(2 * e->classes, sizeof *interval) : NULL;
    if (!interval)
        return;
    for (size_t k = 0; k < e->classes; k++) {
        double low, high;
        size_t all = 0, right = (size_t)e->confusion[k * e->classes + k];
        for (size_t j = 0; j < e->classes; j++)
            all += (size_t)e->confusion[k * e->classes + j];
        ink_interval(right, all, &low, &high);
        interval[2 * k] = (float)low;
        interval[2 * k + 1] = (float)high;
    }
    desk_array arrays[] = {{"i32", e->confusion, e->classes * e->classes},
                           {"f32", interval, 2 * e->classes}};
    desk_tell_arrays(
        l->d, &scene_look, "table",
        json_pack("{s:I, s:I}", "done", (json_int_t)e->done, "count", (json_int_t)e->count), arrays,
        2);
    free(interval);
}

/* ---- one picture ---- */

static json_t *sample_json(look *l, sample_shape as, size_t guess, float confidence)
{
    size_t label = (size_t)ink_dataset_label(l->set, l->cursor);
    size_t position = look_list_find(&l->list, l->cursor);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:i, s:i, s:i, s:b}", "index", (json_int_t)l->cursor,
        "position", position < l->list.count ? (json_int_t)position : (json_int_t)-1, "listed",
        (json_int_t)l->list.count, "label", (json_int_t)label, "guess", (json_int_t)guess, "right",
        guess == label, "confidence", say_number((double)confidence), "height", as.height, "width",
        as.width, "channels", as.channels, "pictures", as.pictures);
}

void look_tell_sample(look *l)
{
    if (!l->shown)
        return;
    ink_error err = {.status = INK_OK};
    sample_shape whole = sample_shape_of(l->set), as = sample_shape_within(whole, LOOK_SIDE);
    const float *scores = look_evaluation_scores(l->shown, l->cursor);
    size_t guess = look_guess(scores, l->shown->classes);
    size_t values = sample_size(whole);
    values = values < LOOK_MOST_VALUES ? values : LOOK_MOST_VALUES;
    uint8_t *pixels = whole.pictures ? malloc(sample_size(as)) : NULL;
    bool has = pixels && sample_picture(l->set, l->cursor, as, pixels, &err) == INK_OK;
    desk_array arrays[] = {
        {"u8", pixels, has ? sample_size(as) : 0},
        {"f32", scores, l->shown->classes},
        {"f32", ink_dataset_values(l->set, l->cursor), whole.pictures ? 0 : values}};
    desk_tell_arrays(l->d, &scene_look, "sample", sample_json(l, as, guess, scores[guess]), arrays,
                     3);
    free(pixels);
}

/* ---- which pixels mattered ---- */

void look_tell_cover(look *l)
{
    const look_cover *c = l->cover;
    if (!c)
        return;
    size_t pixels = (size_t)c->shape.height * (size_t)c->shape.width;
    float *map = malloc(pixels * sizeof *map);
    if (!map)
        return;
    look_cover_map(c, map);
    size_t at = c->strongest_at;
    json_t *body = json_pack(
        "{s:I, s:I, s:I, s:i, s:i, s:i, s:i, s:I, s:o, s:o, s:i, s:i, s:b}", "index",
        (json_int_t)c->index, "done", (json_int_t)c->next, "count",
        (json_int_t)(c->rows * c->columns), "height", c->shape.height, "width", c->shape.width,
        "patch", c->patch, "stride", c->stride, "guess", (json_int_t)c->guess, "score",
        say_number((double)c->score), "strongest_score", say_number((double)c->strongest_score),
        "strongest_top", (int)(at / c->columns) * c->stride - c->patch + 1, "strongest_left",
        (int)(at % c->columns) * c->stride - c->patch + 1, "any", c->strongest > 0);
    desk_array array = {"f32", map, pixels};
    desk_tell_arrays(l->d, &scene_look, "cover", body, &array, 1);
    free(map);
}

/* ---- many pictures ---- */

static ink_status fill_gallery(look *l, size_t first, size_t count, sample_shape as, int32_t *who,
                               float *confidence, uint8_t *pixels, ink_error *err)
{
    const look_evaluation *e = l->shown;
    for (size_t i = 0; i < count; i++) {
        size_t index = l->list.index[first + i];
        bool known = index < e->done;
        who[3 * i] = (int32_t)index;
        who[3 * i + 1] = ink_dataset_label(l->set, index);
        who[3 * i + 2] = known ? e->guess[index] : -1;
        confidence[i] = known ? e->confidence[index] : NAN;
        ink_status status =
            as.pictures ? sample_picture(l->set, index, as, pixels + i * sample_size(as), err)
                        : INK_OK;
        if (status != INK_OK)
            return status;
    }
    return INK_OK;
}

ink_status look_tell_gallery(look *l, size_t page, size_t size, ink_error *err)
{
    sample_shape as = sample_shape_within(sample_shape_of(l->set), LOOK_THUMB);
    size_t pages = l->list.count ? (l->list.count + size - 1) / size : 1;
    page = page < pages ? page : pages - 1;
    size_t first = page * size, count = l->list.count - first;
    count = count < size ? count : size;
    size_t bytes = as.pictures ? count * sample_size(as) : 0;
    int32_t *who = calloc(3 * count + 1, sizeof *who);
    float *confidence = calloc(count + 1, sizeof *confidence);
    uint8_t *pixels = malloc(bytes + 1);
    ink_status status =
        who && confidence && pixels
            ? fill_gallery(l, first, count, as, who, confidence, pixels, err)
            : say_error(err, INK_ENOMEM, "there is no memory for %zu pictures", count);
    if (status == INK_OK) {
        desk_array arrays[] = {
            {"u8", pixels, bytes}, {"i32", who, 3 * count}, {"f32", confidence, count}};
        desk_tell_arrays(l->d, &scene_look, "gallery",
                         json_pack("{s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:o, s:b}", "page",
                                   (json_int_t)page, "pages", (json_int_t)pages, "listed",
                                   (json_int_t)l->list.count, "first", (json_int_t)first, "height",
                                   as.height, "width", as.width, "channels", as.channels, "filter",
                                   filter_json(&l->filter), "pictures", as.pictures),
                         arrays, 3);
    }
    free(who);
    free(confidence);
    free(pixels);
    return status;
}

/* ---- weights ---- */

ink_status look_tell_wall(look *l, size_t wall, size_t page, ink_error *err)
{
    look_wall walls[LOOK_MOST_WALLS];
    const ink_model *model = l->shown->model;
    size_t count = look_walls(model, walls);
    if (wall >= count)
        return say_error(err, INK_EINVAL,
                         "layer %zu: the network has %zu whose weights make "
                         "pictures",
                         wall, count);
    const look_wall *w = &walls[wall];
    size_t pages = (w->count + LOOK_WALL_PAGE - 1) / LOOK_WALL_PAGE;
    page = page < pages ? page : pages - 1;
    size_t first = page * LOOK_WALL_PAGE, shown = w->count - first;
    shown = shown < LOOK_WALL_PAGE ? shown : LOOK_WALL_PAGE;
    uint8_t *pixels = malloc(shown * sample_size(w->shape) + 1);
    float scale = 0;
    if (!pixels)
        return say_error(err, INK_ENOMEM, "there is no memory for %zu pictures", shown);
    ink_status status = look_wall_pixels(model, w, first, shown, pixels, &scale, err);
    desk_array array = {"u8", pixels, shown * sample_size(w->shape)};
    if (status == INK_OK)
        desk_tell_arrays(l->d, &scene_look, "weights",
                         json_pack("{s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:o, s:b, "
                                   "s:I}",
                                   "wall", (json_int_t)wall, "name", say_text(w->name), "page",
                                   (json_int_t)page, "pages", (json_int_t)pages, "first",
                                   (json_int_t)first, "shown", (json_int_t)shown, "count",
                                   (json_int_t)w->count, "height", w->shape.height, "width",
                                   w->shape.width, "channels", w->shape.channels, "scale",
                                   say_number((double)scale), "by_class", w->classes, "inputs",
                                   (json_int_t)w->inputs),
                         &array, 1);
    free(pixels);
    return status;
}

void look_tell_all(look *l)
{
    look_tell_state(l);
    look_tell_table(l);
    look_tell_sample(l);
    look_tell_cover(l);
}
