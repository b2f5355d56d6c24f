/* The network, the survey and the ball of the scene "landscape". */
#include "studio/landscape/landscape.h"

#include "studio/desk.h"
#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- samples ---- */

/* What the network is fed and what it should say, for `count` samples spread over the set; order
 * shuffled so that each batch is a fair draw. */
typedef struct lesson {
    float *x, *t;
    size_t count, inputs, classes;
} lesson;

static void lesson_release(lesson *l)
{
    free(l->x);
    free(l->t);
}

static size_t common_divisor(size_t a, size_t b)
{
    while (b) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The k-th of `count` in an order that takes all by great strides, so that each batch is a fair
 * draw of a set that is sorted by class. */
static size_t shuffled(size_t k, size_t count)
{
    size_t step = (size_t)(0.618 * (double)count) | 1;
    while (common_divisor(step, count) != 1)
        step += 2;
    return k * step % count;
}

static bool read_lesson(const ink_dataset *data, const ink_input *input, size_t most, lesson *l)
{
    int height, width, channels;
    ink_dataset_shape(data, &height, &width, &channels);
    size_t all = ink_dataset_count(data);
    l->count = most && most < all ? most : all;
    l->inputs = (size_t)height * (size_t)width * (size_t)channels;
    l->classes = (size_t)ink_dataset_classes(data);
    l->x = calloc(l->count * l->inputs, sizeof *l->x);
    l->t = calloc(l->count * l->classes, sizeof *l->t);
    if (!l->x || !l->t)
        return false;
    for (size_t k = 0; k < l->count; k++) {
        size_t index = shuffled(k, l->count) * all / l->count;
        ink_input_sample(input, data, index, l->x + k * l->inputs);
        l->t[k * l->classes + (size_t)ink_dataset_label(data, index)] = 1;
    }
    return true;
}

static bool fits_lesson(const ink_network *network, const lesson *l, ink_error *err)
{
    size_t inputs = ink_network_input_size(network), outputs = ink_network_output_size(network);
    if (inputs == l->inputs && outputs == l->classes)
        return true;
    say_error(err, INK_EINVAL, "the network must take %zu numbers and give %zu, not %zu and %zu",
              l->inputs, l->classes, inputs, outputs);
    return false;
}

/* ---- networks ---- */

/* Planned first: a short text may mean more weights than there is memory for. */
static ink_network *make_small(const char *text, ink_error *err)
{
    ink_network *plan = ink_network_plan(text, err);
    size_t parameters = plan ? ink_network_parameter_count(plan) : 0;
    ink_network_free(plan);
    if (!plan)
        return NULL;
    if (parameters <= SMALL_PARAMETERS)
        return ink_network_new(text, err);
    say_error(err, INK_EINVAL, "a network for the fruit has at most %d weights here, not %zu",
              SMALL_PARAMETERS, parameters);
    return NULL;
}

static ink_network *parse_small(const small_network *s, ink_error *err)
{
    bool is_short = !strchr(s->net, ' ');
    char *text = ink_network_expand(s->net, is_short ? s->hidden : NULL, NULL, 0, 0, err);
    ink_network *network = text ? make_small(text, err) : NULL;
    ink_text_free(text);
    return network;
}

/* Full-batch updates with momentum, so that the weights not looked at make some sense. */
static bool warm_up(ink_network *network, const lesson *l, const small_network *s, ink_error *err)
{
    size_t parameters = ink_network_parameter_count(network);
    terrain *t = terrain_new(network, l->x, l->t, l->count, s->cost, NULL, err);
    float *w = calloc(parameters, sizeof *w), *speed = calloc(parameters, sizeof *speed);
    bool good = t && w && speed;
    if (good) {
        memcpy(w, ink_network_parameters(network), parameters * sizeof *w);
        double until = desk_now() + 0.3; /* big ones stay as they are by then */
        for (size_t i = 0; i < s->updates && desk_now() < until; i++)
            terrain_learn(t, w, speed, (samples){0, l->count}, 0.1F, 0.9F);
        memcpy(ink_network_parameters(network), w, parameters * sizeof *w);
    } else if (err->status == INK_OK) {
        say_error(err, INK_ENOMEM, "there is no memory for the network");
    }
    free(w);
    free(speed);
    terrain_free(t);
    return good;
}

static ink_dataset *open_fruit(const char *name, ink_error *err)
{
    if (strncmp(name, "fruit", 5) != 0) {
        say_error(err, INK_EINVAL,
                  "\"data\" must be one of the fruit's, such as fruit:moons, not \"%.40s\"", name);
        return NULL;
    }
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.split = 0;
    options.limit = 200;
    ink_dataset *data = NULL;
    return ink_dataset_open(name, &options, &data, NULL, err) == INK_OK ? data : NULL;
}

terrain *landscape_small(const small_network *small, ink_error *err)
{
    ink_dataset *data = open_fruit(small->data, err);
    if (!data)
        return NULL;
    ink_network *network = parse_small(small, err);
    lesson l = {0};
    ink_input as_is = {.channels = 1, .factor = {1, 1, 1, 1}};
    terrain *made = NULL;
    if (network && !read_lesson(data, &as_is, 1000, &l)) {
        say_error(err, INK_ENOMEM, "there is no memory for the samples");
    } else if (network && fits_lesson(network, &l, err)) {
        ink_network_init(network, INK_INIT_AUTO, small->seed);
        if (warm_up(network, &l, small, err))
            made = terrain_new(network, l.x, l.t, l.count, small->cost, NULL, err);
    }
    lesson_release(&l);
    ink_network_free(network);
    ink_dataset_free(data);
    return made;
}

/* So many samples that a point of the grid takes a slice at most: a big network is asked about
 * fewer. */
static size_t affordable(const ink_network *network, size_t most)
{
    const double most_operations = 3e8;
    const size_t least = 16;
    double operations = 1;
    for (size_t i = 0; i < ink_network_layer_count(network); i++)
        operations += ink_network_layer(network, i).operations;
    double count = most_operations / operations;
    return count >= (double)most ? most : count < (double)least ? least : (size_t)count;
}

terrain *landscape_model(const ink_model *model, const ink_dataset *data, ink_cost cost,
                         size_t count, ink_pool *pool, ink_error *err)
{
    if (ink_network_parameter_count(model->network) > TERRAIN_MOST_PARAMETERS) {
        say_error(err, INK_EINVAL,
                  "a landscape is drawn for networks of at most %d weights, and this one has %zu",
                  TERRAIN_MOST_PARAMETERS, ink_network_parameter_count(model->network));
        return NULL;
    }
    lesson l = {0};
    terrain *made = NULL;
    if (!read_lesson(data, &model->input, affordable(model->network, count), &l))
        say_error(err, INK_ENOMEM, "there is no memory for the samples");
    else if (fits_lesson(model->network, &l, err))
        made = terrain_new(model->network, l.x, l.t, l.count, cost, pool, err);
    lesson_release(&l);
    return made;
}

/* ---- the survey ---- */

void survey_begin(survey *s, size_t n, double u0, double v0, double u1, double v1, samples which)
{
    s->n = n;
    s->stride = (n - 1) / 10;
    s->at = 0;
    s->shown = 0;
    s->u0 = u0;
    s->v0 = v0;
    s->u1 = u1;
    s->v1 = v1;
    s->which = which;
    s->news = false;
}

bool survey_is_done(const survey *s)
{
    return s->shown == 1;
}

/* Strides halve as long as they can: 4 2 1, 8 4 2 1, 16 8 4 2 1. */
static void finish_level(survey *s)
{
    s->shown = s->stride;
    s->news = true;
    s->stride /= 2;
    s->at = 0;
}

void survey_go_on(survey *s, terrain *t, double until)
{
    while (!survey_is_done(s)) {
        size_t m = (s->n - 1) / s->stride + 1;
        if (s->at == m * m) {
            finish_level(s);
            continue;
        }
        size_t i = s->at % m, j = s->at / m;
        s->at++;
        if (s->shown && i % 2 == 0 && j % 2 == 0)
            continue; /* asked on the level before */
        i *= s->stride;
        j *= s->stride;
        double last = (double)(s->n - 1);
        double u = s->u0 + (s->u1 - s->u0) * (double)i / last;
        double v = s->v0 + (s->v1 - s->v0) * (double)j / last;
        s->z[j * s->n + i] = (float)terrain_cost(t, u, v, s->which);
        if (desk_now() >= until)
            break;
    }
}

double survey_share(const survey *s)
{
    if (survey_is_done(s))
        return 1;
    double m = (double)((s->n - 1) / s->stride + 1), all = (double)(s->n * s->n);
    double before = s->shown ? (m + 1) * (m + 1) / 4 : 0;
    return (before + ((double)s->at / (m * m)) * (m * m - before)) / all;
}

size_t survey_grid(const survey *s, float *z)
{
    if (!s->shown)
        return 0;
    size_t m = (s->n - 1) / s->shown + 1;
    for (size_t j = 0; j < m; j++)
        for (size_t i = 0; i < m; i++)
            z[j * m + i] = s->z[j * s->shown * s->n + i * s->shown];
    return m;
}

/* ---- the ball ---- */

const char *roller_state_name(roller_state state)
{
    static const char *const names[] = {"ready", "rolling", "arrived", "wobbles", "left", "lost"};
    return names[state];
}

static samples all_of(const terrain *t)
{
    return (samples){0, terrain_samples(t)};
}

static void remember(roller *r)
{
    if (r->trail == TRAIL_MOST) {
        memmove(r->path, r->path + 1, (TRAIL_MOST - 1) * sizeof *r->path);
        r->trail--;
    }
    float *p = r->path[r->trail++];
    p[0] = (float)r->at[0];
    p[1] = (float)r->at[1];
    p[2] = (float)r->cost;
}

void roller_release(roller *r)
{
    free(r->w);
    free(r->speed);
    r->w = r->speed = NULL;
}

bool roller_put(roller *r, terrain *t, double u, double v)
{
    roller_release(r);
    size_t parameters = terrain_parameters(t);
    if (r->whole) {
        r->w = calloc(parameters, sizeof *r->w);
        r->speed = calloc(parameters, sizeof *r->speed);
        r->state = ROLLER_LOST;
        if (!r->w || !r->speed)
            return false;
        terrain_weights(t, u, v, r->w);
    }
    r->start[0] = r->at[0] = u;
    r->start[1] = r->at[1] = v;
    r->velocity[0] = r->velocity[1] = 0;
    r->steps = r->trail = 0;
    r->cost = terrain_cost(t, u, v, all_of(t));
    r->angle = r->norm = (double)NAN;
    r->state = isfinite(r->cost) ? ROLLER_READY : ROLLER_LOST;
    /* The arrow to be seen before the first step. */
    if (parameters <= SMALL_PARAMETERS)
        terrain_slope(t, u, v, all_of(t), r->slope);
    else
        r->slope[0] = r->slope[1] = 0;
    remember(r);
    return true;
}

samples roller_samples(const roller *r, const terrain *t)
{
    size_t all = terrain_samples(t);
    if (r->batch == 0 || r->batch >= all)
        return all_of(t);
    size_t batches = all / r->batch;
    return (samples){r->steps % batches * r->batch, r->batch};
}

static void step_whole(roller *r, terrain *t, samples which)
{
    terrain_learn(t, r->w, r->speed, which, (float)r->rate, (float)r->momentum);
    terrain_project(t, r->w, r->at);
    r->cost = terrain_cost_at(t, r->w, all_of(t));
}

static double angle_between(const double a[2], const double b[2])
{
    double turn = atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
    return fabs(turn) * 180 / acos(-1.0);
}

static void step_in_plane(roller *r, terrain *t, samples which)
{
    bool part = which.count < terrain_samples(t), small = terrain_parameters(t) <= SMALL_PARAMETERS;
    terrain_slope(t, r->at[0], r->at[1], which, r->slope);
    r->angle = r->norm = (double)NAN;
    if (!part || small) {
        double all[2] = {r->slope[0], r->slope[1]};
        if (part)
            terrain_slope(t, r->at[0], r->at[1], all_of(t), all);
        r->angle = part ? angle_between(r->slope, all) : 0;
        r->norm = hypot(all[0], all[1]);
    }
    for (int k = 0; k < 2; k++) {
        r->velocity[k] = r->momentum * r->velocity[k] + r->slope[k];
        r->at[k] -= r->rate * r->velocity[k];
    }
    r->cost = terrain_cost(t, r->at[0], r->at[1], all_of(t));
}

/* Over the last 60 steps: how far it came, and how long the way was. */
static bool stays_about(const roller *r, double wide)
{
    enum { STEPS = 60 };
    if (r->trail <= STEPS)
        return false;
    const float(*p)[3] = r->path + r->trail - 1 - STEPS;
    double way = 0;
    for (size_t i = 0; i < STEPS; i++)
        way += hypot((double)(p[i + 1][0] - p[i][0]), (double)(p[i + 1][1] - p[i][1]));
    double far = hypot((double)(p[STEPS][0] - p[0][0]), (double)(p[STEPS][1] - p[0][1]));
    return way > 1e-3 * wide && far < 0.25 * way && far < 0.1 * wide;
}

static roller_state judge(const roller *r, const survey *view, bool part)
{
    double wide = view->u1 - view->u0, tall = view->v1 - view->v0;
    if (!isfinite(r->cost) || !isfinite(r->at[0]) || !isfinite(r->at[1]))
        return ROLLER_LOST;
    if (r->at[0] < view->u0 - wide / 2 || r->at[0] > view->u1 + wide / 2 ||
        r->at[1] < view->v0 - tall / 2 || r->at[1] > view->v1 + tall / 2)
        return ROLLER_LEFT;
    if (part)
        return stays_about(r, wide) ? ROLLER_WOBBLES : ROLLER_ROLLING;
    double step = r->rate * hypot(r->velocity[0], r->velocity[1]);
    if (!r->whole && step < 2e-6 * wide && r->norm < 1e-4)
        return ROLLER_ARRIVED;
    return ROLLER_ROLLING;
}

void roller_step(roller *r, terrain *t, const survey *view)
{
    samples which = roller_samples(r, t);
    if (r->whole)
        step_whole(r, t, which);
    else
        step_in_plane(r, t, which);
    r->steps++;
    r->state = judge(r, view, which.count < terrain_samples(t));
    if (r->state != ROLLER_LOST)
        remember(r);
}

bool roller_rests(const roller *r)
{
    return r->state == ROLLER_ARRIVED || r->state == ROLLER_LEFT || r->state == ROLLER_LOST ||
           r->steps >= 1000000;
}
