/* The state of the Fruit scene in words: links, the command that does the same, a CSV file. */
#include "studio/fruit/fruit_model.h"

#include "studio/say.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- to a link ---- */

static void set_text(json_t *link, const char *key, const char *format, ...)
{
    char text[FRUIT_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    json_object_set_new(link, key, json_string(text));
}

/* "0.35,-1,...": short for what a hand set, exact for all. */
static void set_weights(json_t *link, const fruit_model *m)
{
    size_t count = fruit_parameters(&m->shape), room = 20 * count + 1, at = 0;
    char *text = malloc(room);
    for (size_t i = 0; text && i < count; i++)
        at += (size_t)snprintf(text + at, room - at, i ? ",%.9g" : "%.9g", (double)m->start[i]);
    if (text)
        json_object_set_new(link, "w", json_string(text));
    free(text);
}

json_t *fruit_model_link(const fruit_model *m)
{
    json_t *link = json_object();
    char text[FRUIT_TEXT];
    set_text(link, "lesson", "%d", m->lesson);
    set_text(link, "data", "%s %zu %.9g %" PRIu64, m->data.shape, m->data.points, m->data.noise,
             m->data.seed);
    char *points = m->data.hand ? fruit_model_points_code(m) : NULL;
    if (points)
        json_object_set_new(link, "points", json_string(points));
    free(points);
    fruit_shape_text(&m->shape, text);
    set_text(link, "net", "%s", text);
    if (!m->biases)
        set_text(link, "biases", "off");
    set_text(link, "seed", "%" PRIu64, m->seed);
    if (m->hand_set)
        set_weights(link, m);
    set_text(link, "cost", "%s", ink_cost_name(m->settings.cost));
    set_text(link, "method", "%s", fruit_method_name(m->settings.method));
    set_text(link, "rate", "%.9g", m->settings.rate);
    set_text(link, "momentum", "%.9g", m->settings.momentum);
    set_text(link, "batch", "%zu", m->settings.batch);
    return link;
}

/* ---- from a link ---- */

static const char *text_of(const json_t *link, const char *key)
{
    return json_string_value(json_object_get(link, key));
}

/* Leaves *value where the link does not say it. */
static ink_status read_number(const json_t *link, const char *key, double *value, ink_error *err)
{
    const char *text = text_of(link, key);
    char *end;
    if (!text)
        return INK_OK;
    double found = strtod(text, &end);
    if (end == text || *end || !isfinite(found))
        return say_error(err, INK_EINVAL, "the link's %s is a number, not \"%.40s\"", key, text);
    *value = found;
    return INK_OK;
}

static ink_status read_seed(const char *name, const char *text, uint64_t *seed, ink_error *err)
{
    if (!*text || strlen(text) > 19 || strspn(text, "0123456789") != strlen(text))
        return say_error(err, INK_EINVAL, "the link's %s is a whole number, not \"%.40s\"", name,
                         text);
    *seed = strtoull(text, NULL, 10);
    return INK_OK;
}

static ink_status read_data(fruit_model *m, const json_t *link, ink_error *err)
{
    const char *text = text_of(link, "data"), *points = text_of(link, "points");
    char seed[24] = "1";
    ink_status status = INK_OK;
    if (text) {
        fruit_data data = {.noise = 0.02, .points = 100, .seed = 1};
        if (sscanf(text, "%15s %zu %lf %23s", data.shape, &data.points, &data.noise, seed) < 1)
            return say_error(err, INK_EINVAL,
                             "the link's data is such as \"moons 100 0.02 1\", not \"%.40s\"",
                             text);
        status = read_seed("seed of the data", seed, &data.seed, err);
        if (status == INK_OK)
            status = fruit_model_set_data(m, &data, err);
    }
    return status == INK_OK && points ? fruit_model_set_points(m, points, err) : status;
}

static ink_status read_net(fruit_model *m, const json_t *link, ink_error *err)
{
    const char *net = text_of(link, "net"), *seed = text_of(link, "seed");
    const char *biases = text_of(link, "biases");
    fruit_shape shape = m->shape;
    uint64_t start = m->seed;
    ink_status status = seed ? read_seed("seed", seed, &start, err) : INK_OK;
    if (status == INK_OK && net)
        status = fruit_shape_parse(net, 2, FRUIT_CLASSES, &shape, err);
    if (status == INK_OK && net)
        status = fruit_model_set_shape(m, &shape, err);
    if (status == INK_OK)
        status = fruit_model_set_biases(m, !biases || strcmp(biases, "off") != 0, err);
    if (status == INK_OK && (net || seed))
        fruit_model_new_start(m, start);
    return status;
}

static ink_status read_weights(fruit_model *m, const json_t *link, ink_error *err)
{
    const char *at = text_of(link, "w");
    double w[FRUIT_MOST];
    size_t count = 0;
    char *end;
    if (!at)
        return INK_OK;
    for (;; at = end + 1) {
        double value = strtod(at, &end);
        if (end == at || (*end && *end != ',') || count == FRUIT_MOST)
            return say_error(err, INK_EINVAL,
                             "the link's weights are numbers with commas between, not \"%.20s\"",
                             at);
        w[count++] = value;
        if (!*end)
            return fruit_model_set_weights(m, w, count, err);
    }
}

static ink_status read_settings(fruit_model *m, const json_t *link, ink_error *err)
{
    const char *cost = text_of(link, "cost"), *method = text_of(link, "method");
    fruit_settings s = m->settings;
    double batch = (double)s.batch;
    ink_status status = cost ? ink_cost_parse(cost, &s.cost, err) : INK_OK;
    if (status == INK_OK && method)
        status = fruit_method_parse(method, &s.method, err);
    if (status == INK_OK)
        status = read_number(link, "rate", &s.rate, err);
    if (status == INK_OK)
        status = read_number(link, "momentum", &s.momentum, err);
    if (status == INK_OK)
        status = read_number(link, "batch", &batch, err);
    if (status != INK_OK)
        return status;
    s.batch = batch >= 1 && batch <= FRUIT_POINTS ? (size_t)batch : 0;
    return fruit_model_set_settings(m, &s, err);
}

/* A page loaded again, or the other scene: what was learnt since stays. */
static bool is_now(const fruit_model *m, const json_t *link)
{
    const char *key;
    json_t *now = fruit_model_link(m), *value;
    bool same = json_is_object(now);
    json_object_foreach(now, key, value) same =
        same && json_equal(value, json_object_get(link, key));
    same = same && !json_object_get(link, "w") == !json_object_get(now, "w") &&
           !json_object_get(link, "points") == !json_object_get(now, "points");
    json_decref(now);
    return same;
}

ink_status fruit_model_open_link(fruit_model *m, const json_t *link, ink_error *err)
{
    if (is_now(m, link))
        return INK_OK;
    double lesson = m->lesson;
    ink_status status = read_number(link, "lesson", &lesson, err);
    if (status == INK_OK)
        status =
            fruit_model_lesson(m, lesson >= 1 && lesson <= FRUIT_LESSONS ? (int)lesson : 1, err);
    if (status == INK_OK)
        status = read_data(m, link, err);
    if (status == INK_OK)
        status = read_net(m, link, err);
    if (status == INK_OK)
        status = read_weights(m, link, err);
    if (status == INK_OK)
        status = read_settings(m, link, err);
    fruit_model_rewind(m);
    return status;
}

/* ---- the command ---- */

/* Command and studio share one seed for points and weights, or the points come from a file. */
static bool is_named(const fruit_model *m)
{
    bool ours = strcmp(m->data.shape, "random") == 0 || strcmp(m->data.shape, "bend") == 0;
    return !m->data.hand && m->data.seed == m->seed && !ours;
}

void fruit_model_command(const fruit_model *m, char command[1024], char why[256])
{
    char data[128], net[FRUIT_TEXT];
    ink_train_settings s;
    fruit_progress done = fruit_model_progress(m);
    command[0] = why[0] = '\0';
    if (m->hand_set)
        snprintf(why, 256,
                 "The first weights were set by hand: the link tells them, a command "
                 "cannot. A new start has a command.");
    else if (!m->clean)
        snprintf(why, 256,
                 "Something was changed while it learned: rewind, then there is a "
                 "command again.");
    else if (m->count == 0)
        snprintf(why, 256, "There are no points to learn from.");
    if (*why)
        return;
    if (is_named(m))
        snprintf(data, sizeof data, "'fruit:%s noise %.9g points %zu'", m->data.shape,
                 m->data.noise, m->data.points);
    else
        snprintf(data, sizeof data, "points.csv --split 0");
    fruit_shape_text(&m->shape, net);
    fruit_train_settings(m, m->settings.method, &s);
    snprintf(command, 1024,
             "inkling train %s --net '%s' --cost %s --gradient %s --optimizer %s --rate %.9g "
             "--momentum %.9g --batch %zu --schedule constant%s --epochs %.9g --seed %" PRIu64,
             data, net, ink_cost_name(s.cost), ink_gradient_method_name(s.gradient),
             ink_optimizer_name(s.optimizer), m->settings.rate, m->settings.momentum, s.batch,
             m->biases ? "" : " --bias-rate 0", done.updates > 0 ? done.epochs : 60, m->seed);
    if (!is_named(m))
        snprintf(why, 256, "Download the points as points.csv first.");
}

char *fruit_model_csv(const fruit_model *m)
{
    enum { LINE = 64 };
    size_t room = LINE * (m->count + 1), at = 0;
    char *text = malloc(room);
    if (!text)
        return NULL;
    at += (size_t)snprintf(text, room, "spots,spikes,label\n");
    for (size_t i = 0; i < m->count; i++)
        at += (size_t)snprintf(text + at, room - at, "%.9g,%.9g,%d\n", (double)m->xy[2 * i],
                               (double)m->xy[2 * i + 1], m->labels[i]);
    return text;
}
