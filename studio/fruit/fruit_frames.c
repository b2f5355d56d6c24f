/* The frames of the scene Fruit; scene_fruit.c says what each holds. */
#include "studio/asked.h"
#include "studio/fruit/fruit_scene.h"

#include <math.h>
#include <string.h>

bool fruit_scene_racing(const fruit_scene *s)
{
    return s->m->lesson == FRUIT_LESSONS;
}

/* ---- state: what was chosen ---- */

static json_t *lessons(void)
{
    json_t *list = json_array();
    for (int i = 1; i <= FRUIT_LESSONS; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "title", fruit_lesson_title(i),
                                              "sentence", fruit_lesson_sentence(i)));
    return list;
}

static json_t *methods(void)
{
    json_t *list = json_array();
    for (int i = 0; i < FRUIT_METHODS; i++)
        json_array_append_new(list, json_pack("[ss]", fruit_method_name((fruit_method)i),
                                              fruit_method_title((fruit_method)i)));
    return list;
}

static json_t *network(const fruit_model *m)
{
    const fruit_shape *s = &m->shape;
    char text[FRUIT_TEXT];
    size_t biases = fruit_biases(s);
    json_t *sizes = json_pack("[I]", (json_int_t)s->inputs), *activations = json_array();
    for (size_t l = 0; l < s->layers; l++) {
        json_array_append_new(sizes, json_integer((json_int_t)s->nodes[l]));
        json_array_append_new(activations, json_string(fruit_activation_name(s->activations[l])));
    }
    fruit_shape_text(s, text);
    return json_pack("{s:o, s:o, s:b, s:I, s:I, s:b, s:b, s:b, s:s}", "sizes", sizes, "activations",
                     activations, "has_biases", m->biases, "weights",
                     (json_int_t)(fruit_parameters(s) - biases), "biases",
                     (json_int_t)(m->biases ? biases : 0), "linear", fruit_is_linear(s), "step",
                     fruit_has_step(s), "bounded", fruit_is_bounded(s), "text", text);
}

void fruit_tell_state(fruit_scene *s)
{
    const fruit_model *m = s->m;
    json_t *state = json_pack(
        "{s:i, s:i, s:o, s:o, s:o, s:{s:s, s:I, s:f, s:I, s:b}, s:s, s:s, s:f, s:f, s:I, s:I, s:b}",
        "lesson", m->lesson, "glow", m->clean && m->hand_set ? fruit_lesson_glow(m->lesson) : -1,
        "lessons", lessons(), "methods", methods(), "net", network(m), "data", "shape",
        m->data.shape, "points", (json_int_t)m->data.points, "noise", m->data.noise, "seed",
        (json_int_t)m->data.seed, "hand", m->data.hand, "cost", ink_cost_name(m->settings.cost),
        "method", fruit_method_name(m->settings.method), "rate", m->settings.rate, "momentum",
        m->settings.momentum, "batch", (json_int_t)m->settings.batch, "seed", (json_int_t)m->seed,
        "hand_set", m->hand_set);
    desk_tell(s->desk, &scene_fruit, "state", state);
    s->changed = false;
}

void fruit_tell_link(fruit_scene *s)
{
    char command[1024], why[256];
    fruit_model_command(s->m, command, why);
    desk_tell(s->desk, &scene_fruit, "link",
              json_pack("{s:o, s:s, s:s}", "link", fruit_model_link(s->m), "command", command,
                        "why", why));
    s->linked = desk_now();
    s->link_changed = false;
}

void fruit_tell_points(fruit_scene *s)
{
    desk_array arrays[] = {{"f32", s->m->xy, 2 * s->m->count}, {"i32", s->m->labels, s->m->count}};
    desk_tell_arrays(s->desk, &scene_fruit, "points", NULL, arrays, 2);
    s->points_changed = false;
}

/* ---- look: what the weights make of it ---- */

/* The corner is in the picture, and all points where they lie beyond the unit square. */
static void view_of(const fruit_model *m, double *least, double *most)
{
    *least = 0;
    *most = 1;
    for (size_t i = 0; i < 2 * m->count; i++)
        if (m->xy[i] < -0.01f || m->xy[i] > 1.01f) {
            *least = -0.25;
            *most = 1.25;
        }
}

static uint8_t shade(double a)
{
    return (uint8_t)(127.5 + 127.5 * fmin(fmax(a, -1), 1) + 0.5);
}

/* What each node says over the plane, -1..1 as 0..255; inputs first. */
static size_t draw_thumbs(fruit_scene *s, double least, double most)
{
    const fruit_shape *shape = &s->m->shape;
    const size_t side = FRUIT_THUMB_SIDE;
    double w[FRUIT_MOST];
    fruit_pass pass;
    fruit_model_doubles(s->m, w);
    for (size_t at = 0; at < side * side; at++) {
        double field = (most - least) / (double)side;
        double x[] = {least + ((double)(at % side) + 0.5) * field,
                      least + ((double)(at / side) + 0.5) * field};
        fruit_forward(shape, w, x, (double[]){0, 0}, INK_COST_SQUARED, &pass);
        size_t node = 0;
        for (size_t i = 0; i < shape->inputs; i++)
            s->thumbs[node++ * side * side + at] = shade(x[i]);
        for (size_t l = 0; l < shape->layers; l++)
            for (size_t j = 0; j < shape->nodes[l]; j++)
                s->thumbs[node++ * side * side + at] = shade(pass.a[l][j]);
    }
    return (shape->inputs + fruit_biases(shape)) * side * side;
}

/* Mean cost; which points are told wrong. */
static double judge(fruit_scene *s, size_t *right)
{
    const fruit_model *m = s->m;
    double cost = fruit_model_judge(m, s->wrong);
    *right = m->count;
    for (size_t i = 0; i < m->count; i++)
        *right -= s->wrong[i];
    return cost;
}

void fruit_tell_look(fruit_scene *s)
{
    const fruit_model *m = s->m;
    double least, most;
    size_t right;
    view_of(m, &least, &most);
    size_t side = fruit_has_step(&m->shape) ? FRUIT_FINE_SIDE : FRUIT_SIDE; /* steps have edges */
    if (!fruit_model_plane(m, least, most, side, s->plane))
        return;
    double cost = judge(s, &right);
    size_t thumbs = draw_thumbs(s, least, most);
    fruit_progress p = fruit_model_progress(m);
    desk_array arrays[] = {{"f32", fruit_model_parameters(m), fruit_parameters(&m->shape)},
                           {"f32", s->plane, side * side},
                           {"u8", s->wrong, m->count},
                           {"u8", s->thumbs, thumbs}};
    json_t *body = json_pack("{s:f, s:I, s:I, s:I, s:f, s:f, s:i, s:i}", "cost",
                             isfinite(cost) ? cost : 1e300, "right", (json_int_t)right, "count",
                             (json_int_t)m->count, "updates", (json_int_t)p.updates, "least", least,
                             "most", most, "side", (int)side, "thumb", FRUIT_THUMB_SIDE);
    desk_tell_arrays(s->desk, &scene_fruit, "look", body, arrays, 4);
    s->told = desk_now();
}

/* ---- probe: one point, node by node ---- */

static json_t *numbers(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, say_number(values[i]));
    return list;
}

static json_t *layer_numbers(const fruit_shape *shape, double (*values)[FRUIT_NODES])
{
    json_t *list = json_array();
    for (size_t l = 0; l < shape->layers; l++)
        json_array_append_new(list, numbers(values[l], shape->nodes[l]));
    return list;
}

void fruit_scene_refresh_probe(fruit_scene *s)
{
    if (s->probe_index < 0)
        return;
    if ((size_t)s->probe_index >= s->m->count) {
        s->probing = false;
        return;
    }
    s->probe_x = (double)s->m->xy[2 * s->probe_index];
    s->probe_y = (double)s->m->xy[2 * s->probe_index + 1];
    s->probe_label = s->m->labels[s->probe_index];
}

void fruit_tell_probe(fruit_scene *s)
{
    fruit_scene_refresh_probe(s);
    const fruit_model *m = s->m;
    const fruit_shape *shape = &m->shape;
    size_t last = shape->layers - 1;
    double w[FRUIT_MOST], x[] = {s->probe_x, s->probe_y};
    double t[] = {s->probe_label == 0, s->probe_label == 1};
    fruit_pass pass;
    if (!s->probing) {
        desk_tell(s->desk, &scene_fruit, "probe", json_pack("{s:b}", "on", 0));
        return;
    }
    fruit_model_doubles(m, w);
    fruit_forward(shape, w, x, t, m->settings.cost, &pass);
    json_t *body = json_pack("{s:b, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b}", "on",
                             1, "index", (int)s->probe_index, "label", s->probe_label, "answer",
                             pass.a[last][1] > pass.a[last][0] ? 1 : 0, "x", numbers(x, 2), "z",
                             layer_numbers(shape, pass.z), "a", layer_numbers(shape, pass.a),
                             "expected", numbers(t, 2), "terms", numbers(pass.terms, 2), "sum",
                             numbers(&pass.cost, 1), "cost", ink_cost_name(m->settings.cost),
                             "softmax", shape->activations[last] == FRUIT_SOFTMAX);
    desk_tell(s->desk, &scene_fruit, "probe", body);
}

/* ---- graph: an activation and its slope ---- */

void fruit_tell_graph(fruit_scene *s)
{
    enum { POINTS = 241 };
    float z[POINTS], a[POINTS], slope[POINTS];
    for (int i = 0; i < POINTS; i++) {
        double at = -6 + 12.0 * i / (POINTS - 1);
        z[i] = (float)at;
        a[i] = (float)fruit_activate(s->graph, at);
        slope[i] = (float)fruit_slope(s->graph, at);
    }
    desk_array arrays[] = {{"f32", z, POINTS}, {"f32", a, POINTS}, {"f32", slope, POINTS}};
    desk_tell_arrays(s->desk, &scene_fruit, "graph",
                     json_pack("{s:s}", "activation", fruit_activation_name(s->graph)), arrays, 3);
}

/* ---- race ---- */

static json_t *lane_numbers(const fruit_lane *lane, fruit_method method)
{
    return json_pack("{s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:I, s:b}", "method",
                     fruit_method_name(method), "title", fruit_method_title(method), "updates",
                     (json_int_t)lane->progress.updates, "epochs", lane->progress.epochs, "seconds",
                     lane->progress.seconds, "passes", lane->progress.passes, "cost",
                     isfinite(lane->cost) ? lane->cost : 1e300, "right", (json_int_t)lane->right,
                     "lost", lane->lost);
}

void fruit_tell_race(fruit_scene *s)
{
    desk_array arrays[4 * FRUIT_METHODS];
    json_t *lanes = json_array();
    double least, most;
    view_of(s->m, &least, &most);
    for (size_t k = 0; s->race && k < FRUIT_METHODS; k++) {
        fruit_lane lane = fruit_race_lane(s->race, (fruit_method)k);
        json_array_append_new(lanes, lane_numbers(&lane, (fruit_method)k));
        fruit_model_plane(lane.model, least, most, FRUIT_LANE_SIDE, s->lane_planes[k]);
        arrays[4 * k] = (desk_array){"f32", lane.seconds, lane.points};
        arrays[4 * k + 1] = (desk_array){"f32", lane.costs, lane.points};
        arrays[4 * k + 2] = (desk_array){"f32", lane.passes, lane.points};
        arrays[4 * k + 3] =
            (desk_array){"f32", s->lane_planes[k], FRUIT_LANE_SIDE * FRUIT_LANE_SIDE};
    }
    json_t *body =
        json_pack("{s:f, s:I, s:i, s:f, s:f, s:o}", "seconds",
                  s->race ? fruit_race_seconds(s->race) : 0.0, "count", (json_int_t)s->m->count,
                  "side", FRUIT_LANE_SIDE, "least", least, "most", most, "lanes", lanes);
    desk_tell_arrays(s->desk, &scene_fruit, "race", body, arrays, s->race ? 4 * FRUIT_METHODS : 0);
    s->told = desk_now();
}

/* ---- clock ---- */

void fruit_tell_clock(fruit_scene *s)
{
    fruit_progress p = fruit_model_progress(s->m);
    if (fruit_scene_racing(s) && s->race) {
        p = fruit_race_lane(s->race, FRUIT_MOMENTUM).progress;
        p.seconds = fruit_race_seconds(s->race);
    }
    const char *phase = *s->message ? "stopped" : s->playing ? "playing" : "paused";
    desk_tell(s->desk, &scene_fruit, "clock",
              json_pack("{s:b, s:f, s:I, s:f, s:I, s:s, s:s, s:s, s:b}", "playing", s->playing,
                        "epoch", p.epochs, "updates", (json_int_t)p.updates, "seconds", p.seconds,
                        "seed", (json_int_t)s->m->seed, "speed", asked_speeds[s->speed], "phase",
                        phase, "message", s->message, "can_play", 1));
}
