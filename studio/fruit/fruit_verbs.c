/* What the scene Fruit can be told; scene_fruit.c lists the verbs. */
#include "studio/asked.h"
#include "studio/fruit/fruit_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop_race(fruit_scene *s)
{
    fruit_race_free(s->race);
    s->race = NULL;
}

static void pause(fruit_scene *s)
{
    s->playing = false;
}

/* ---- points ---- */

static ink_status take_data(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_data data = s->m->data;
    size_t seed = data.seed;
    ink_status status = maybe_text(message, "shape", data.shape, sizeof data.shape, err);
    if (status == INK_OK)
        status = maybe_count(message, "points", 2, FRUIT_POINTS, &data.points, err);
    if (status == INK_OK)
        status = maybe_number(message, "noise", 0, 1, &data.noise, err);
    if (status == INK_OK)
        status = maybe_count(message, "seed", 0, (size_t)1 << 53, &seed, err);
    if (status != INK_OK)
        return status;
    data.seed = seed;
    return fruit_model_set_data(s->m, &data, err);
}

static ink_status take_place(fruit_scene *s, json_t *message, ink_error *err)
{
    double x = 0, y = 0;
    size_t label = 0;
    ink_status status = asked_number(message, "x", -0.25, 1.25, &x, err);
    if (status == INK_OK)
        status = asked_number(message, "y", -0.25, 1.25, &y, err);
    if (status == INK_OK)
        status = asked_count(message, "label", 0, 1, &label, err);
    return status == INK_OK ? fruit_model_place(s->m, x, y, (int)label, err) : status;
}

static ink_status take_move(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t index = 0, most = s->m->count ? s->m->count - 1 : 0;
    ink_status status = asked_count(message, "index", 0, most, &index, err);
    if (status != INK_OK || s->m->count == 0)
        return status == INK_OK ? say_error(err, INK_EINVAL, "there are no points") : status;
    double x = (double)s->m->xy[2 * index], y = (double)s->m->xy[2 * index + 1];
    size_t label = (size_t)s->m->labels[index];
    x = fmin(fmax(x, -0.25), 1.25);
    y = fmin(fmax(y, -0.25), 1.25);
    status = maybe_number(message, "x", -0.25, 1.25, &x, err);
    if (status == INK_OK)
        status = maybe_number(message, "y", -0.25, 1.25, &y, err);
    if (status == INK_OK)
        status = maybe_count(message, "label", 0, 1, &label, err);
    return status == INK_OK ? fruit_model_move(s->m, index, x, y, (int)label, err) : status;
}

static ink_status take_remove(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t index = 0;
    ink_status status = asked_count(message, "index", 0, FRUIT_POINTS, &index, err);
    return status == INK_OK ? fruit_model_remove(s->m, index, err) : status;
}

static ink_status take_clear(fruit_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    return fruit_model_set_points(s->m, "", err);
}

/* ---- the network ---- */

static ink_status take_weight(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t index = 0;
    double value = 0;
    ink_status status = asked_count(message, "index", 0, FRUIT_MOST, &index, err);
    if (status == INK_OK)
        status = asked_number(message, "value", -1000, 1000, &value, err);
    return status == INK_OK ? fruit_model_set_weight(s->m, index, value, err) : status;
}

/* "2-3-2" keeps the functions that are there; the long form says its own. */
static ink_status take_net(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_shape shape;
    const char *text = asked_text(message, "text", FRUIT_TEXT - 1, err);
    if (!text)
        return INK_EINVAL;
    ink_status status = fruit_shape_parse(text, 2, FRUIT_CLASSES, &shape, err);
    return status == INK_OK ? fruit_model_set_shape(s->m, &shape, err) : status;
}

static ink_status take_nodes(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_shape shape = s->m->shape;
    size_t layer = 0, count = 0;
    if (shape.layers < 2)
        return say_error(err, INK_EINVAL, "there is no hidden layer yet: add one first");
    ink_status status = asked_count(message, "layer", 0, shape.layers - 2, &layer, err);
    if (status == INK_OK)
        status = asked_count(message, "count", 1, FRUIT_NODES, &count, err);
    if (status != INK_OK)
        return status;
    shape.nodes[layer] = count;
    return fruit_model_set_shape(s->m, &shape, err);
}

/* Behind the last hidden layer, like it. */
static ink_status take_add_layer(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_shape shape = s->m->shape;
    size_t last = shape.layers - 1;
    (void)message;
    if (shape.layers == FRUIT_LAYERS)
        return say_error(err, INK_EINVAL,
                         "here a network has at most %d hidden layers; deeper ones have room in "
                         "Train",
                         FRUIT_HIDDEN);
    shape.nodes[last + 1] = shape.nodes[last];
    shape.activations[last + 1] = shape.activations[last];
    shape.nodes[last] = last > 0 ? shape.nodes[last - 1] : 3;
    shape.activations[last] = last > 0 ? shape.activations[last - 1] : FRUIT_IDENTITY;
    shape.layers++;
    return fruit_model_set_shape(s->m, &shape, err);
}

static ink_status take_remove_layer(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_shape shape = s->m->shape;
    size_t last = shape.layers - 1;
    (void)message;
    if (last == 0)
        return say_error(err, INK_EINVAL, "there is no hidden layer to take away");
    shape.nodes[last - 1] = shape.nodes[last];
    shape.activations[last - 1] = shape.activations[last];
    shape.layers--;
    return fruit_model_set_shape(s->m, &shape, err);
}

/* The weights stay: one sees what the function alone does. */
static ink_status take_activation(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_shape shape = s->m->shape;
    size_t layer = 0;
    const char *name = asked_text(message, "name", 40, err);
    if (!name)
        return INK_EINVAL;
    ink_status status = asked_count(message, "layer", 0, shape.layers - 1, &layer, err);
    if (status == INK_OK)
        status =
            fruit_activation_parse(name, layer + 1 == shape.layers, &shape.activations[layer], err);
    if (status == INK_OK)
        status = fruit_model_set_activations(s->m, &shape, err);
    if (status == INK_OK && shape.activations[layer] != FRUIT_SOFTMAX)
        s->graph = shape.activations[layer];
    return status;
}

static ink_status take_biases(fruit_scene *s, json_t *message, ink_error *err)
{
    bool on = false;
    ink_status status = asked_bool(message, "on", &on, err);
    return status == INK_OK ? fruit_model_set_biases(s->m, on, err) : status;
}

/* ---- learning ---- */

static ink_status take_settings(fruit_scene *s, json_t *message, ink_error *err)
{
    fruit_settings set = s->m->settings;
    char cost[40] = "", method[40] = "";
    ink_status status = maybe_text(message, "cost", cost, sizeof cost, err);
    if (status == INK_OK && *cost)
        status = ink_cost_parse(cost, &set.cost, err);
    if (status == INK_OK)
        status = maybe_text(message, "method", method, sizeof method, err);
    if (status == INK_OK && *method)
        status = fruit_method_parse(method, &set.method, err);
    if (status == INK_OK)
        status = maybe_number(message, "rate", 1e-6, 1000, &set.rate, err);
    if (status == INK_OK)
        status = maybe_number(message, "momentum", 0, 0.999, &set.momentum, err);
    if (status == INK_OK)
        status = maybe_count(message, "batch", 1, FRUIT_POINTS, &set.batch, err);
    return status == INK_OK ? fruit_model_set_settings(s->m, &set, err) : status;
}

static ink_status ready(fruit_scene *s, ink_error *err)
{
    if (!fruit_scene_racing(s))
        return fruit_model_can_learn(s->m, err);
    if (!s->race)
        s->race = fruit_race_new(s->m, err);
    return s->race ? INK_OK : err->status;
}

static ink_status take_play(fruit_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    ink_status status = ready(s, err);
    s->playing = status == INK_OK;
    s->worked = s->watched = desk_now();
    s->credit = 1; /* something moves at once, at every speed */
    return status;
}

static ink_status take_pause(fruit_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    pause(s);
    return INK_OK;
}

static ink_status take_step(fruit_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    pause(s);
    ink_status status = ready(s, err);
    if (status == INK_OK && fruit_scene_racing(s))
        fruit_race_work(s->race, 0.001);
    else if (status == INK_OK)
        status = fruit_model_step(s->m, err);
    return status;
}

static ink_status take_rewind(fruit_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    drop_race(s);
    fruit_model_rewind(s->m);
    pause(s);
    return INK_OK;
}

static ink_status take_new_start(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t seed = s->m->seed + 1;
    ink_status status = maybe_count(message, "seed", 0, (size_t)1 << 53, &seed, err);
    if (status == INK_OK)
        fruit_model_new_start(s->m, seed);
    return status;
}

static ink_status take_speed(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t speed = s->speed;
    ink_status status = asked_choice(message, "speed", asked_speeds, &speed, err);
    if (status != INK_OK)
        return status;
    s->speed = (fruit_speed)speed;
    s->credit = 0;
    return INK_OK;
}

/* From a line by hand to a network that bends it, on the same points; what can bend learns as it
 * is. */
static ink_status take_let_it_learn(fruit_scene *s, json_t *message, ink_error *err)
{
    enum { LEARN = 6 };
    fruit_model *m = s->m;
    ink_status status = INK_OK;
    if (fruit_is_linear(&m->shape) || fruit_has_step(&m->shape))
        status = fruit_model_lesson_with_points(m, LEARN, err);
    s->speed = FRUIT_WATCH;
    return status == INK_OK ? take_play(s, message, err) : status;
}

/* ---- looking ---- */

static ink_status take_probe(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t index = 0, label = (size_t)s->probe_label;
    ink_status status;
    if (json_is_false(json_object_get(message, "on"))) {
        s->probing = false;
        return INK_OK;
    }
    if (json_object_get(message, "index")) {
        status = asked_count(message, "index", 0, s->m->count, &index, err);
        if (status != INK_OK || index >= s->m->count)
            return status != INK_OK ? status : say_error(err, INK_EINVAL, "there is no such point");
        s->probe_index = (long)index;
    } else {
        double x = 0, y = 0;
        status = asked_number(message, "x", -10, 10, &x, err);
        if (status == INK_OK)
            status = asked_number(message, "y", -10, 10, &y, err);
        if (status == INK_OK)
            status = maybe_count(message, "label", 0, 1, &label, err);
        if (status != INK_OK)
            return status;
        s->probe_index = -1;
        s->probe_x = x;
        s->probe_y = y;
        s->probe_label = (int)label;
    }
    s->probing = true;
    return INK_OK;
}

static ink_status take_graph(fruit_scene *s, json_t *message, ink_error *err)
{
    const char *name = asked_text(message, "activation", 40, err);
    return name ? fruit_activation_parse(name, false, &s->graph, err) : INK_EINVAL;
}

static ink_status take_csv(fruit_scene *s, json_t *message, ink_error *err)
{
    char *text = fruit_model_csv(s->m);
    (void)message;
    if (!text)
        return say_error(err, INK_ENOMEM, "there is no memory for the file");
    desk_answer(s->desk, json_pack("{s:s}", "text", text));
    free(text);
    return INK_OK;
}

static ink_status take_lesson(fruit_scene *s, json_t *message, ink_error *err)
{
    size_t number = 1;
    ink_status status = asked_count(message, "number", 1, FRUIT_LESSONS, &number, err);
    return status == INK_OK ? fruit_model_lesson(s->m, (int)number, err) : status;
}

static ink_status take_open(fruit_scene *s, json_t *message, ink_error *err)
{
    json_t *link = json_object_get(message, "link");
    if (!json_is_object(link))
        return say_error(err, INK_EINVAL, "a link is an object of texts");
    size_t before = s->m->version;
    ink_status status = fruit_model_open_link(s->m, link, err);
    if (s->m->version != before) { /* also where only the end of it was wrong */
        s->points_changed = s->changed = true;
        if (s->race)
            pause(s);
        drop_race(s);
    }
    return status;
}

/* ---- all verbs ---- */

/* What a verb touches, so that the right frames follow. */
enum { POINTS = 1, STATE = 2, RACE = 4, STOP = 8, GRAPH = 16 };

static const struct {
    const char *name;
    ink_status (*take)(fruit_scene *s, json_t *message, ink_error *err);
    int touches;
} verbs[] = {
    {"data", take_data, POINTS | STATE | RACE},
    {"place", take_place, POINTS | STATE | RACE},
    {"move", take_move, POINTS | STATE | RACE},
    {"remove", take_remove, POINTS | STATE | RACE},
    {"clear", take_clear, POINTS | STATE | RACE},
    {"weight", take_weight, RACE},
    {"net", take_net, STATE | RACE},
    {"nodes", take_nodes, STATE | RACE},
    {"add_layer", take_add_layer, STATE | RACE},
    {"remove_layer", take_remove_layer, STATE | RACE},
    {"activation", take_activation, STATE | RACE | GRAPH},
    {"biases", take_biases, STATE | RACE},
    {"settings", take_settings, STATE | RACE},
    {"play", take_play, 0},
    {"pause", take_pause, 0},
    {"step", take_step, 0},
    {"rewind", take_rewind, STATE},
    {"new_start", take_new_start, STATE | RACE},
    {"speed", take_speed, 0},
    {"let_it_learn", take_let_it_learn, STATE | RACE | POINTS | GRAPH},
    {"probe", take_probe, 0},
    {"graph", take_graph, GRAPH},
    {"csv", take_csv, 0},
    {"lesson", take_lesson, POINTS | STATE | RACE | STOP | GRAPH},
    {"open", take_open, POINTS | STATE | GRAPH},
};

/* The first function in the network that is one to look at. */
static void choose_graph(fruit_scene *s)
{
    const fruit_shape *shape = &s->m->shape;
    for (size_t l = shape->layers; l-- > 0;)
        if (shape->activations[l] != FRUIT_SOFTMAX)
            s->graph = shape->activations[l];
}

static void follow(fruit_scene *s, int touches, const char *verb)
{
    if (touches & RACE && s->race) {
        drop_race(s);
        pause(s);
    }
    if (touches & STOP)
        pause(s);
    s->points_changed |= (touches & POINTS) != 0;
    s->changed |= (touches & STATE) != 0;
    s->link_changed |= touches != 0;
    if (touches & STOP || strcmp(verb, "let_it_learn") == 0)
        choose_graph(s);
    if (touches & GRAPH)
        fruit_tell_graph(s);
}

ink_status fruit_scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    fruit_scene *s = scene;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verb, verbs[i].name) != 0)
            continue;
        ink_status status = verbs[i].take(s, message, err);
        s->message[0] = '\0';
        if (status == INK_OK || verbs[i].touches & STOP)
            follow(s, verbs[i].touches, verb);
        s->look_now = true;
        return status;
    }
    return say_error(err, INK_EINVAL, "fruit does not know how to \"%.40s\"", verb);
}
