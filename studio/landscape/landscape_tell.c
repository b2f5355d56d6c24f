/* What the scene "landscape" tells the page. */
#include "studio/asked.h"
#include "studio/landscape/landscape_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *pair(double a, double b)
{
    return json_pack("[o, o]", say_number(a), say_number(b));
}

static const char *data_of(const landscape *s)
{
    return s->now.source == SOURCE_MINE ? s->mine_data : s->now.small.data;
}

static ink_cost cost_of(const landscape *s)
{
    return s->now.source == SOURCE_MINE ? s->mine_cost : s->now.small.cost;
}

void landscape_tell_setup(landscape *s)
{
    const wish *w = &s->now;
    json_t *body = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "source", landscape_sources[w->source], "data",
        w->small.data, "net", w->small.net, "hidden", w->small.hidden, "cost",
        ink_cost_name(w->small.cost), "seed", (json_int_t)w->small.seed, "updates",
        (json_int_t)w->small.updates, "samples", (json_int_t)w->samples);
    json_t *more = json_pack(
        "{s:s, s:I, s:I, s:I, s:f, s:f, s:f, s:I, s:f, s:f, s:f, s:f, s:I, s:b, s:b}", "axes",
        landscape_axes[w->axes], "a", (json_int_t)w->a, "b", (json_int_t)w->b, "dice",
        (json_int_t)w->dice, "centre_u", w->centre[0], "centre_v", w->centre[1], "reach", w->reach,
        "n", (json_int_t)w->n, "u", w->at[0], "v", w->at[1], "rate", w->rate, "momentum",
        w->momentum, "batch", (json_int_t)w->batch, "whole", w->whole, "follow", w->follow);
    if (body && more)
        json_object_update(body, more);
    json_decref(more);
    desk_tell(s->desk, &scene_landscape, "setup", body);
}

/* ---- the network ---- */

/* "0.dense.weight": layer 1, weights from `from` nodes (or places of a filter) to `to`. */
static void add_tensor(json_t *list, const ink_tensor_info *t)
{
    if (t->state || t->count == 0)
        return;
    size_t to = t->rank > 0 ? t->shape[t->rank - 1] : 1;
    bool bias = t->rank < 2;
    json_array_append_new(list, json_pack("{s:s, s:I, s:b, s:I, s:I, s:I}", "name", t->name,
                                          "layer", (json_int_t)atoi(t->name), "bias", bias, "from",
                                          (json_int_t)(bias ? 0 : t->count / to), "to",
                                          (json_int_t)to, "offset", (json_int_t)t->offset));
}

void landscape_tell_network(landscape *s)
{
    const ink_network *network = terrain_network(s->terrain);
    size_t parameters = terrain_parameters(s->terrain);
    json_t *tensors = json_array();
    for (size_t i = 0; i < ink_network_tensor_count(network); i++) {
        ink_tensor_info t = ink_network_tensor(network, i);
        add_tensor(tensors, &t);
    }
    json_t *body = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:I, s:b, s:o}", "source", landscape_sources[s->now.source],
        "data", data_of(s), "net", ink_network_text(network), "cost", ink_cost_name(cost_of(s)),
        "samples", (json_int_t)terrain_samples(s->terrain), "parameters", (json_int_t)parameters,
        "exact", terrain_is_exact(s->terrain), "tensors", tensors);
    desk_array weights = {"f32", terrain_home(s->terrain),
                          parameters <= MOST_TOLD ? parameters : 0};
    desk_tell_arrays(s->desk, &scene_landscape, "network", body, &weights, 1);
}

/* "layer 1: from 2 to 3", "layer 2: bias of 1"; layers counted as dense and conv ones alone. */
static void name_weight(const landscape *s, long index, char *text, size_t size)
{
    const ink_network *network = terrain_network(s->terrain);
    int layer = 0, before = -1;
    snprintf(text, size, "weight %ld", index);
    for (size_t i = 0; i < ink_network_tensor_count(network); i++) {
        ink_tensor_info t = ink_network_tensor(network, i);
        if (t.state)
            continue;
        layer += atoi(t.name) != before;
        before = atoi(t.name);
        if ((size_t)index < t.offset || (size_t)index >= t.offset + t.count)
            continue;
        size_t at = (size_t)index - t.offset, to = t.rank > 0 ? t.shape[t.rank - 1] : 1;
        if (t.rank < 2)
            snprintf(text, size, "bias of node %zu, layer %d", at + 1, layer);
        else
            snprintf(text, size, "weight %zu \xe2\x86\x92 %zu, layer %d", at / to + 1, at % to + 1,
                     layer);
        return;
    }
}

static json_t *names_of(const landscape *s)
{
    char a[80], b[80];
    if (s->now.axes == AXES_RANDOM)
        return json_pack("[s, s]", "random direction 1", "random direction 2");
    if (s->now.axes == AXES_PATH)
        return json_pack("[s, s]", "start to end of learning", "the path's bend");
    name_weight(s, s->now.a, a, sizeof a);
    name_weight(s, s->now.b, b, sizeof b);
    return json_pack("[s, s]", a, b);
}

/* ---- the surface ---- */

static double along(double from, double to, double i, size_t n)
{
    return from + (to - from) * i / (double)(n - 1);
}

static json_t *tell_marks(const landscape *s, size_t n)
{
    const survey *v = &s->survey;
    json_t *list = json_array();
    for (size_t k = 0; k < s->marks; k++) {
        const landmark *m = &s->mark[k];
        json_array_append_new(list,
                              json_pack("{s:s, s:f, s:f, s:f}", "kind", landmark_kind_name(m->kind),
                                        "u", along(v->u0, v->u1, m->i, n), "v",
                                        along(v->v0, v->v1, m->j, n), "z", m->z));
    }
    return list;
}

static json_t *tell_lowest(const landscape *s, size_t n)
{
    size_t best = n * n;
    for (size_t k = 0; k < n * n; k++)
        if (isfinite(s->grid[k]) && (best == n * n || s->grid[k] < s->grid[best]))
            best = k;
    if (best == n * n)
        return json_null();
    const survey *v = &s->survey;
    return json_pack("{s:f, s:f, s:f}", "u", along(v->u0, v->u1, (double)(best % n), n), "v",
                     along(v->v0, v->v1, (double)(best / n), n), "z", (double)s->grid[best]);
}

void landscape_tell_surface(landscape *s)
{
    survey *v = &s->survey;
    size_t n = survey_grid(v, s->grid);
    v->news = false;
    s->marks = n >= 41 ? terrain_landmarks(s->grid, n, s->mark, MARKS_MOST) : 0;
    json_t *body = json_pack("{s:I, s:f, s:f, s:f, s:f, s:s, s:o, s:b, s:f, s:b, s:o, s:o}", "n",
                             (json_int_t)n, "u0", v->u0, "v0", v->v0, "u1", v->u1, "v1", v->v1,
                             "axes", landscape_axes[s->now.axes], "names", names_of(s), "batch",
                             s->batch_shown, "share", survey_share(v), "done", survey_is_done(v),
                             "marks", tell_marks(s, n), "lowest", tell_lowest(s, n));
    desk_array z = {"f32", s->grid, n * n};
    desk_tell_arrays(s->desk, &scene_landscape, "surface", body, &z, 1);
}

void landscape_tell_progress(landscape *s)
{
    double now = desk_now();
    if (now < s->progress_told + 0.1 && !survey_is_done(&s->survey))
        return;
    s->progress_told = now;
    desk_tell(s->desk, &scene_landscape, "progress",
              json_pack("{s:f}", "share", survey_share(&s->survey)));
}

/* ---- the ball ---- */

/* Height of the last grid that was told, between its points; NAN outside. */
static double ground_at(const landscape *s, double u, double v)
{
    const survey *y = &s->survey;
    if (!y->shown)
        return (double)NAN;
    size_t n = (y->n - 1) / y->shown + 1;
    double i = (u - y->u0) / (y->u1 - y->u0) * (double)(n - 1);
    double j = (v - y->v0) / (y->v1 - y->v0) * (double)(n - 1);
    if (!(i >= 0 && j >= 0 && i <= (double)(n - 1) && j <= (double)(n - 1)))
        return (double)NAN;
    size_t a = (size_t)fmin(i, (double)(n - 2)), b = (size_t)fmin(j, (double)(n - 2));
    double fi = i - (double)a, fj = j - (double)b;
    const float *z = y->z + (b * y->n + a) * y->shown;
    size_t right = y->shown, up = y->n * y->shown;
    return (1 - fj) * ((1 - fi) * (double)z[0] + fi * (double)z[right]) +
           fj * ((1 - fi) * (double)z[up] + fi * (double)z[up + right]);
}

/* The landmark within 4 % of the view; NULL if there is none. */
static const landmark *mark_near(const landscape *s, double u, double v)
{
    const survey *y = &s->survey;
    if (!y->shown)
        return NULL;
    size_t n = (y->n - 1) / y->shown + 1;
    for (size_t k = 0; k < s->marks; k++) {
        double du = (along(y->u0, y->u1, s->mark[k].i, n) - u) / (y->u1 - y->u0);
        double dv = (along(y->v0, y->v1, s->mark[k].j, n) - v) / (y->v1 - y->v0);
        if (hypot(du, dv) < 0.04)
            return &s->mark[k];
    }
    return NULL;
}

static const landmark *lowest_mark(const landscape *s)
{
    const landmark *best = NULL;
    for (size_t k = 0; k < s->marks; k++)
        if (s->mark[k].kind == LANDMARK_MINIMUM && (!best || s->mark[k].z < best->z))
            best = &s->mark[k];
    return best;
}

static void tell_arrival(const landscape *s, char *text, size_t size)
{
    const roller *r = &s->roller;
    const landmark *here = mark_near(s, r->at[0], r->at[1]), *lowest = lowest_mark(s);
    if (here && here->kind == LANDMARK_SADDLE)
        snprintf(text, size,
                 "Held by a saddle point after %zu steps: the slope is 0, yet lower ground lies to "
                 "two sides.",
                 r->steps);
    else if (here && lowest && lowest->z < r->cost - 1e-3 * fabs(r->cost) - 1e-6)
        snprintf(text, size,
                 "In a local minimum after %zu steps: cost %.4g, while %.4g can be had in view.",
                 r->steps, r->cost, lowest->z);
    else
        snprintf(text, size, "In the lowest minimum in view after %zu steps: cost %.4g.", r->steps,
                 r->cost);
}

static void tell_whole(const landscape *s, char *text, size_t size)
{
    const roller *r = &s->roller;
    double ground = ground_at(s, r->at[0], r->at[1]);
    size_t all = terrain_parameters(s->terrain);
    if (isfinite(ground) && ground - r->cost > 0.02 * fabs(ground))
        snprintf(text, size,
                 "All %zu weights learn: cost %.4g, below the %.4g of the slice, for the network "
                 "has left it.",
                 all, r->cost, ground);
    else
        snprintf(text, size, "All %zu weights learn; cost %.4g after %zu updates.", all, r->cost,
                 r->steps);
}

static void tell_rolling(const landscape *s, char *text, size_t size)
{
    const roller *r = &s->roller;
    const landmark *here = mark_near(s, r->at[0], r->at[1]);
    if (r->whole)
        tell_whole(s, text, size);
    else if (r->batch > 0 && isfinite(r->angle))
        snprintf(text, size,
                 "Cost %.4g. This batch's slope points %.0f\xc2\xb0 off that of all %zu samples.",
                 r->cost, r->angle, terrain_samples(s->terrain));
    else if (here && here->kind == LANDMARK_SADDLE)
        snprintf(text, size, "Cost %.4g: nearly level ground by a saddle point slows it down.",
                 r->cost);
    else
        snprintf(text, size, "Rolling downhill: cost %.4g after %zu steps.", r->cost, r->steps);
}

static void describe(const landscape *s, char *text, size_t size)
{
    const roller *r = &s->roller;
    switch (r->state) {
    case ROLLER_READY:
        if (r->whole)
            snprintf(text, size,
                     "Cost %.4g. All %zu weights will learn; the path is seen in this plane.",
                     r->cost, terrain_parameters(s->terrain));
        else
            snprintf(text, size, "Cost %.4g here. Let it roll: only these two numbers will change.",
                     r->cost);
        return;
    case ROLLER_ARRIVED:
        tell_arrival(s, text, size);
        return;
    case ROLLER_WOBBLES:
        snprintf(text, size,
                 "Cost %.4g: batches of %zu push it to and fro, each with a landscape of its own.",
                 r->cost, r->batch);
        return;
    case ROLLER_LEFT:
        snprintf(text, size,
                 "The ball has left the view at step %zu: try a lower rate, or a wider view.",
                 r->steps);
        return;
    case ROLLER_LOST:
        snprintf(text, size, "The cost is no longer finite: the rate is much too high.");
        return;
    default:
        tell_rolling(s, text, size);
    }
}

void landscape_tell_ball(landscape *s)
{
    const roller *r = &s->roller;
    char sentence[256];
    describe(s, sentence, sizeof sentence);
    json_t *body = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:s, s:o, s:b, s:I}", "u", say_number(r->at[0]), "v",
        say_number(r->at[1]), "cost", say_number(r->cost), "ground",
        say_number(ground_at(s, r->at[0], r->at[1])), "slope", pair(r->slope[0], r->slope[1]),
        "steps", (json_int_t)r->steps, "state", roller_state_name(r->state), "sentence", sentence,
        "angle", say_number(r->angle), "whole", r->whole, "batch", (json_int_t)r->batch);
    desk_array trail = {"f32", r->path, 3 * r->trail};
    desk_tell_arrays(s->desk, &scene_landscape, "ball", body, &trail, 1);
}

void landscape_tell_clock(landscape *s)
{
    const roller *r = &s->roller;
    double seconds = s->played + (s->playing ? desk_now() - s->since : 0);
    double all = (double)terrain_samples(s->terrain);
    double epoch = (double)r->steps * (r->batch > 0 ? fmin(1, (double)r->batch / all) : 1);
    desk_tell(s->desk, &scene_landscape, "clock",
              json_pack("{s:b, s:f, s:I, s:f, s:I, s:s, s:s*, s:b}", "playing", s->playing, "epoch",
                        epoch, "updates", (json_int_t)r->steps, "seconds", seconds, "seed",
                        (json_int_t)s->now.dice_start, "speed", asked_speeds[s->speed], "phase",
                        roller_rests(r) ? "done" : NULL, "can_play", true));
}
