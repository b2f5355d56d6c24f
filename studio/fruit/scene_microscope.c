/* The scene "microscope": one weight of a small network and one fruit, with the chain rule that
 * says how the cost follows the weight - factor by factor, beside the slope by nudging.
 *
 * It looks at the network of the scene Fruit, or at an example of three nodes in a row.
 *
 * Verbs:
 *   source {name: "network" | "row"}; point {index}
 *   look {index} a parameter; look_node {layer, node} its bias
 *   weight {index, value}; input {value}; expected {value} (of the example)
 *   walk {step} backpropagation in steps; -1 leaves it
 *   open {link: {...}}
 *
 * Frames:
 *   state  source, net, point, cost; numbers that sliders need
 *   pass   f32 parameters; x, z, a, expected, terms, sum, da, dz (lists of layers)
 *   lens   the parameter looked at: factors, product, central difference, TeX
 *   walk   step, steps, sentence, layer, weights
 *   link   the strings of a link */
#include "studio/asked.h"
#include "studio/desk.h"
#include "studio/fruit/fruit_model.h"
#include "studio/fruit/lens.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct scope {
    desk *desk;
    fruit_model *m;
    bool row; /* the example, not the network */
    fruit_shape row_shape;
    double row_w[8], row_x, row_t;
    size_t point;     /* of the network's points */
    size_t parameter; /* looked at */
    int step;         /* of the walk back; -1 = none */
    size_t told;      /* the network's version that the page shows */
} scope;

/* ---- what is looked at ---- */

typedef struct view {
    lens_subject subject;
    double w[FRUIT_MOST], x[2], t[2];
    fruit_pass pass;
} view;

static const fruit_shape *shape_of(const scope *s)
{
    return s->row ? &s->row_shape : &s->m->shape;
}

static void look_at(const scope *s, view *v)
{
    const fruit_model *m = s->m;
    v->subject = (lens_subject){.shape = shape_of(s),
                                .w = v->w,
                                .x = v->x,
                                .t = v->t,
                                .cost = s->row ? INK_COST_SQUARED : m->settings.cost};
    if (s->row) {
        memcpy(v->w, s->row_w, sizeof s->row_w);
        v->x[0] = s->row_x;
        v->t[0] = s->row_t;
    } else {
        size_t at = s->point < m->count ? s->point : 0;
        fruit_model_doubles(m, v->w);
        v->x[0] = m->count ? (double)m->xy[2 * at] : 0.5;
        v->x[1] = m->count ? (double)m->xy[2 * at + 1] : 0.5;
        v->t[0] = !m->count || m->labels[at] == 0;
        v->t[1] = m->count && m->labels[at] == 1;
    }
    fruit_forward(v->subject.shape, v->w, v->x, v->t, v->subject.cost, &v->pass);
    fruit_backward(v->subject.shape, v->w, v->t, v->subject.cost, &v->pass);
}

/* The network may have changed in the other scene. */
static void keep_in_range(scope *s)
{
    if (s->point >= s->m->count)
        s->point = 0;
    if (s->parameter >= fruit_parameters(shape_of(s)))
        s->parameter = 0;
    if (s->step >= (int)lens_steps(shape_of(s)))
        s->step = -1;
    if (!s->row && !s->m->biases && fruit_is_bias(&s->m->shape, s->parameter))
        s->parameter = 0;
}

/* ---- telling ---- */

static json_t *numbers(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, say_number(values[i]));
    return list;
}

static json_t *layers(const fruit_shape *shape, double (*values)[FRUIT_NODES])
{
    json_t *list = json_array();
    for (size_t l = 0; l < shape->layers; l++)
        json_array_append_new(list, numbers(values[l], shape->nodes[l]));
    return list;
}

static json_t *net_of(const scope *s)
{
    const fruit_shape *shape = shape_of(s);
    json_t *sizes = json_pack("[I]", (json_int_t)shape->inputs), *activations = json_array();
    for (size_t l = 0; l < shape->layers; l++) {
        json_array_append_new(sizes, json_integer((json_int_t)shape->nodes[l]));
        json_array_append_new(activations,
                              json_string(fruit_activation_name(shape->activations[l])));
    }
    return json_pack("{s:o, s:o, s:b}", "sizes", sizes, "activations", activations, "has_biases",
                     s->row || s->m->biases);
}

static void tell_state(scope *s)
{
    const fruit_model *m = s->m;
    int label = m->count ? m->labels[s->point] : 0;
    desk_tell(s->desk, &scene_microscope, "state",
              json_pack("{s:s, s:o, s:I, s:I, s:i, s:s, s:f, s:f, s:I, s:b}", "source",
                        s->row ? "row" : "network", "net", net_of(s), "point", (json_int_t)s->point,
                        "count", (json_int_t)m->count, "label", label, "cost",
                        ink_cost_name(s->row ? INK_COST_SQUARED : m->settings.cost), "input",
                        s->row_x, "target", s->row_t, "updates",
                        (json_int_t)fruit_model_progress(m).updates, "step",
                        fruit_has_step(shape_of(s))));
}

static void tell_pass(scope *s, view *v)
{
    const fruit_shape *shape = v->subject.shape;
    size_t last = shape->layers - 1, count = fruit_parameters(shape);
    float w[FRUIT_MOST], gradient[FRUIT_MOST];
    for (size_t i = 0; i < count; i++) {
        w[i] = (float)v->w[i];
        gradient[i] = (float)fruit_gradient_of(shape, &v->pass, i);
    }
    json_t *body = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "x", numbers(v->x, shape->inputs), "z",
        layers(shape, v->pass.z), "a", layers(shape, v->pass.a), "da", layers(shape, v->pass.da),
        "dz", layers(shape, v->pass.dz), "expected", numbers(v->t, shape->nodes[last]), "terms",
        numbers(v->pass.terms, shape->nodes[last]), "sum", numbers(&v->pass.cost, 1));
    desk_array arrays[] = {{"f32", w, count}, {"f32", gradient, count}};
    desk_tell_arrays(s->desk, &scene_microscope, "pass", body, arrays, 2);
}

static json_t *factors(const lens *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->count; i++) {
        const lens_factor *f = &l->factors[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:o}", "tex", f->tex, "meaning",
                                        f->meaning, "how", f->how, "value", say_number(f->value)));
    }
    return list;
}

static void tell_lens(scope *s, const view *v)
{
    lens l;
    lens_look(&v->subject, &v->pass, s->parameter, &l);
    json_t *body = json_pack(
        "{s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o, s:o, s:f, s:s, s:s, s:s, s:o}", "index",
        (json_int_t)s->parameter, "layer", (json_int_t)l.place.layer, "from",
        (json_int_t)l.place.from, "to", (json_int_t)l.place.to, "bias", l.place.bias, "factors",
        factors(&l), "product", numbers(&l.product, 1), "central", numbers(&l.central, 1),
        "node_value", numbers(&l.node_value, 1), "h", l.h, "formula", l.formula, "numbers",
        l.numbers, "nudge", l.nudge, "value", numbers(&v->w[s->parameter], 1));
    desk_tell(s->desk, &scene_microscope, "lens", body);
}

static void tell_walk(scope *s)
{
    char sentence[256] = "";
    bool weights = false;
    size_t layer = 0;
    if (s->step >= 0) {
        lens_step_sentence(shape_of(s), (size_t)s->step, sentence);
        layer = lens_step_layer(shape_of(s), (size_t)s->step, &weights);
    }
    desk_tell(s->desk, &scene_microscope, "walk",
              json_pack("{s:i, s:I, s:s, s:I, s:b}", "step", s->step, "steps",
                        (json_int_t)lens_steps(shape_of(s)), "sentence", sentence, "layer",
                        (json_int_t)layer, "weights", weights));
}

static void tell_link(scope *s)
{
    char text[32];
    json_t *link = s->row ? json_object() : fruit_model_link(s->m);
    json_object_set_new(link, "source", json_string(s->row ? "row" : "network"));
    snprintf(text, sizeof text, "%zu", s->point);
    json_object_set_new(link, "point", json_string(text));
    snprintf(text, sizeof text, "%zu", s->parameter);
    json_object_set_new(link, "look", json_string(text));
    desk_tell(s->desk, &scene_microscope, "link", json_pack("{s:o}", "link", link));
}

static void tell_all(scope *s)
{
    view v;
    keep_in_range(s);
    look_at(s, &v);
    s->told = s->m->version;
    tell_state(s);
    tell_pass(s, &v);
    tell_lens(s, &v);
    tell_walk(s);
    tell_link(s);
}

/* ---- told ---- */

static ink_status take_source(scope *s, json_t *message, ink_error *err)
{
    static const char *const names[] = {"network", "row", NULL};
    size_t row = 0;
    ink_status status = asked_choice(message, "name", names, &row, err);
    if (status != INK_OK)
        return status;
    s->row = row == 1;
    s->parameter = 0;
    s->step = -1;
    return INK_OK;
}

static ink_status take_point(scope *s, json_t *message, ink_error *err)
{
    size_t most = s->m->count ? s->m->count - 1 : 0;
    return asked_count(message, "index", 0, most, &s->point, err);
}

static ink_status take_look(scope *s, json_t *message, ink_error *err)
{
    return asked_count(message, "index", 0, fruit_parameters(shape_of(s)) - 1, &s->parameter, err);
}

static ink_status take_look_node(scope *s, json_t *message, ink_error *err)
{
    const fruit_shape *shape = shape_of(s);
    size_t layer = 0, node = 0;
    ink_status status = asked_count(message, "layer", 0, shape->layers - 1, &layer, err);
    if (status == INK_OK)
        status = asked_count(message, "node", 0, shape->nodes[layer] - 1, &node, err);
    if (status != INK_OK)
        return status;
    bool biases = s->row || s->m->biases;
    s->parameter =
        biases ? fruit_bias_at(shape, layer, node) : fruit_weight_at(shape, layer, 0, node);
    return INK_OK;
}

static ink_status take_weight(scope *s, json_t *message, ink_error *err)
{
    size_t index = 0;
    double value = 0;
    ink_status status =
        asked_count(message, "index", 0, fruit_parameters(shape_of(s)) - 1, &index, err);
    if (status == INK_OK)
        status = asked_number(message, "value", -1000, 1000, &value, err);
    if (status == INK_OK && !s->row)
        return fruit_model_set_weight(s->m, index, value, err);
    if (status == INK_OK)
        s->row_w[index] = value;
    return status;
}

static ink_status take_walk(scope *s, json_t *message, ink_error *err)
{
    long step = -1;
    ink_status status =
        asked_whole(message, "step", -1, (long)lens_steps(shape_of(s)) - 1, &step, err);
    if (status == INK_OK)
        s->step = (int)step;
    return status;
}

static size_t number_in(const json_t *link, const char *key)
{
    const char *text = json_string_value(json_object_get(link, key));
    return text && strlen(text) < 8 && strspn(text, "0123456789") == strlen(text)
               ? (size_t)strtoul(text, NULL, 10)
               : 0;
}

static ink_status take_open(scope *s, json_t *message, ink_error *err)
{
    json_t *link = json_object_get(message, "link");
    if (!json_is_object(link))
        return say_error(err, INK_EINVAL, "a link is an object of texts");
    const char *source = json_string_value(json_object_get(link, "source"));
    ink_status status = INK_OK;
    if (json_object_get(link, "net"))
        status = fruit_model_open_link(s->m, link, err);
    s->row = source && strcmp(source, "row") == 0;
    s->point = number_in(link, "point");
    s->parameter = number_in(link, "look");
    s->step = -1;
    return status;
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    scope *s = scene;
    ink_status status;
    if (strcmp(verb, "source") == 0)
        status = take_source(s, message, err);
    else if (strcmp(verb, "point") == 0)
        status = take_point(s, message, err);
    else if (strcmp(verb, "look") == 0)
        status = take_look(s, message, err);
    else if (strcmp(verb, "look_node") == 0)
        status = take_look_node(s, message, err);
    else if (strcmp(verb, "weight") == 0)
        status = take_weight(s, message, err);
    else if (strcmp(verb, "input") == 0)
        status = asked_number(message, "value", -5, 5, &s->row_x, err);
    else if (strcmp(verb, "expected") == 0)
        status = asked_number(message, "value", 0, 1, &s->row_t, err);
    else if (strcmp(verb, "walk") == 0)
        status = take_walk(s, message, err);
    else if (strcmp(verb, "open") == 0)
        status = take_open(s, message, err);
    else
        return say_error(err, INK_EINVAL, "microscope does not know how to \"%.40s\"", verb);
    tell_all(s);
    return status;
}

/* ---- the beginning and the end ---- */

static void *scene_open(desk *d, ink_error *err)
{
    static const double row[] = {1.5, -0.5, -2, 0.8, 1.2, 0.3}; /* weight, bias; three times */
    fruit_model *m = desk_fruit(d, err);
    scope *s = m ? calloc(1, sizeof *s) : NULL;
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for the microscope");
        return NULL;
    }
    s->desk = d;
    s->m = m;
    s->step = -1;
    s->row_x = 0.8;
    s->row_t = 1;
    memcpy(s->row_w, row, sizeof row);
    s->row_shape = (fruit_shape){.inputs = 1,
                                 .layers = 3,
                                 .nodes = {1, 1, 1},
                                 .activations = {FRUIT_SIGMOID, FRUIT_SIGMOID, FRUIT_SIGMOID}};
    return s;
}

static void scene_close(void *scene)
{
    free(scene);
}

static void scene_show(void *scene)
{
    tell_all(scene);
}

/* The network may go on learning in the scene Fruit: what is seen follows it. */
static double scene_work(void *scene)
{
    scope *s = scene;
    if (s->row)
        return (double)INFINITY;
    if (!desk_wants(s->desk, &scene_microscope, "lens"))
        return 1;
    if (s->told != s->m->version) {
        view v;
        keep_in_range(s);
        look_at(s, &v);
        s->told = s->m->version;
        tell_pass(s, &v);
        tell_lens(s, &v);
    }
    return 0.1;
}

const scene_kind scene_microscope = {"microscope", scene_open, scene_close,
                                     scene_show,   scene_take, scene_work};
