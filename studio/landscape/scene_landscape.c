/* The scene "landscape": the cost of a network over two weights or directions, and a ball on it.
 *
 * Messages:
 *     set {"source": "small" | "mine", "data", "net", "hidden", "cost", "seed", "updates",
 *         "samples", "axes": "weights" | "random" | "path", "a", "b", "dice", "centre_u",
 *         "centre_v", "reach", "n", "u", "v", "rate", "momentum", "batch", "whole", "follow"}
 *               any of them; what is given anew is made anew: the network, the axes, the survey,
 *               the ball. "mine" takes the run's network as it is now, each time it is said
 *     play, pause, step, rewind, new_start (a random place), speed {"speed"}
 * Frames:
 *     setup     all of the above
 *     network   {"source", "data", "net", "cost", "samples", "parameters", "exact", "tensors":
 *               [{"name", "layer", "bias", "from", "to", "offset"}]}, f32 the weights where there
 *               are at most MOST_TOLD
 *     surface   {"n", "u0", "v0", "u1", "v1", "axes", "names": [2], "batch": is it one batch's?,
 *               "share": of the survey, "done", "marks": [{"kind", "u", "v", "z"}], "lowest":
 *               {"u", "v", "z"}}, f32 n x n heights, u fastest
 *     progress  {"share"}
 *     ball      {"u", "v", "cost", "ground": height of the surface there, "slope": [2], "steps",
 *               "state", "sentence", "angle", "whole", "batch"}, f32 u, v, cost of each place on
 *               the trail
 *     clock     as in web/types.d.ts */
#include "studio/asked.h"
#include "studio/landscape/landscape_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Steps a second, in the order of asked_speeds. */
static const double paces[] = {1, 10, 30, 120, 100000};

/* ---- making ---- */

static ink_status take_mine(landscape *s, const wish *w, terrain **made, ink_error *err)
{
    run *r = desk_run(s->desk, err);
    if (!r)
        return err->status;
    library_data data;
    size_t version;
    ink_model *model = run_data(r, &data) ? run_model(r, &version, err) : NULL;
    if (!model)
        return say_error(err, INK_EINVAL,
                         "there is no network of yours yet: begin one in Train, then come back");
    const run_setup *setup = run_setup_now(r);
    snprintf(s->mine_data, sizeof s->mine_data, "%s", setup->data);
    *made = landscape_model(model, data.train, model->cost, (size_t)w->samples, desk_pool(s->desk),
                            err);
    if (*made)
        s->mine_cost = model->cost;
    ink_model_free(model);
    return *made ? INK_OK : err->status;
}

/* The way the whole network learns from where it is, so that the plane can be laid through it. */
static ink_status find_path(terrain *t, const wish *w, ink_error *err)
{
    size_t parameters = terrain_parameters(t);
    if (parameters > SMALL_PARAMETERS)
        return say_error(err, INK_EINVAL,
                         "a plane along the path is for networks of at most %d weights, this has "
                         "%zu",
                         SMALL_PARAMETERS, parameters);
    float *now = calloc(parameters, sizeof *now), *speed = calloc(parameters, sizeof *speed);
    float *between = calloc(parameters, sizeof *between);
    bool good = now && speed && between;
    if (good) {
        double until = desk_now() + 0.25;
        memcpy(now, terrain_home(t), parameters * sizeof *now);
        memcpy(between, now, parameters * sizeof *now);
        for (size_t i = 0; i < 400 && desk_now() < until; i++) {
            terrain_learn(t, now, speed, (samples){0, terrain_samples(t)}, (float)w->rate,
                          (float)w->momentum);
            if (i == 40)
                memcpy(between, now, parameters * sizeof *now);
        }
        terrain_set_path(t, now, between);
    }
    free(now);
    free(speed);
    free(between);
    return good ? INK_OK : say_error(err, INK_ENOMEM, "there is no memory for the path");
}

static ink_status lay_axes(terrain *t, wish *w, ink_error *err)
{
    size_t parameters = terrain_parameters(t);
    if (w->axes == AXES_PATH)
        return find_path(t, w, err);
    if (w->axes == AXES_RANDOM) {
        terrain_set_random(t, (uint64_t)w->dice);
        return INK_OK;
    }
    if (w->a >= (long)parameters || w->b >= (long)parameters || w->a == w->b)
        return say_error(err, INK_EINVAL,
                         "the axes: expected two different weights below %zu, found %ld and %ld",
                         parameters, w->a, w->b);
    terrain_set_weights(t, (size_t)w->a, (size_t)w->b);
    return INK_OK;
}

/* Where to look when nothing is said: random directions around the network, a path from end to end,
 * weights around 0 as long as they are not beyond. */
static void usual_view(const terrain *t, wish *w)
{
    bool mine = w->source == SOURCE_MINE;
    w->centre[0] = w->centre[1] = 0;
    w->reach = w->axes == AXES_RANDOM ? 1 : w->axes == AXES_PATH ? 1 : mine ? 2 : 8;
    if (w->axes == AXES_PATH)
        w->centre[0] = 0.5;
    if (w->axes == AXES_WEIGHTS) {
        double a = (double)terrain_home(t)[w->a], b = (double)terrain_home(t)[w->b];
        w->centre[0] = fabs(a) > 0.8 * w->reach ? a : 0;
        w->centre[1] = fabs(b) > 0.8 * w->reach ? b : 0;
    }
}

static void usual_start(wish *w)
{
    bool path = w->axes == AXES_PATH;
    w->at[0] = path ? 0 : w->centre[0] + 0.7 * w->reach;
    w->at[1] = path ? 0 : w->centre[1] + 0.55 * w->reach;
}

/* A rate with which the steepest of nine places makes a step of a twelfth of the view's half: 1, 2
 * or 5 times a power of ten. */
static double usual_rate(terrain *t, const wish *w)
{
    double steepest = 0, slope[2];
    samples all = {0, terrain_samples(t)};
    for (int k = 0; k < 9; k++) {
        double u = w->centre[0] + 0.6 * w->reach * (k % 3 - 1);
        double v = w->centre[1] + 0.6 * w->reach * (k / 3 - 1);
        terrain_slope(t, u, v, all, slope);
        steepest = fmax(steepest, hypot(slope[0], slope[1]));
    }
    double rate = w->reach / 12 / fmax(steepest, 1e-9), power = pow(10, floor(log10(rate)));
    double rounded = power * (rate < 2 * power ? 1 : rate < 5 * power ? 2 : 5);
    return isfinite(rounded) ? fmin(50, fmax(1e-3, rounded)) : 0.1;
}

void landscape_survey(landscape *s)
{
    const wish *w = &s->now;
    samples all = {0, terrain_samples(s->terrain)};
    bool batch = w->follow && w->batch > 0 && (size_t)w->batch < all.count;
    s->batch_shown = batch;
    survey_begin(&s->survey, batch ? 41 : (size_t)w->n, w->centre[0] - w->reach,
                 w->centre[1] - w->reach, w->centre[0] + w->reach, w->centre[1] + w->reach,
                 batch ? roller_samples(&s->roller, s->terrain) : all);
    s->marks = 0;
}

/* ---- wishes ---- */

typedef struct changes {
    bool network, axes, view, place, way;
} changes;

static bool given(json_t *message, const char *const *fields)
{
    for (; *fields; fields++)
        if (json_object_get(message, *fields))
            return true;
    return false;
}

const char *const landscape_sources[] = {"small", "mine", NULL};
const char *const landscape_axes[] = {"weights", "random", "path", NULL};

static ink_status read_network(json_t *message, wish *w, ink_error *err)
{
    long seed = (long)w->small.seed, updates = (long)w->small.updates;
    char cost[32] = "";
    if (maybe_choice(message, "source", landscape_sources, &w->source, err) != INK_OK ||
        maybe_text(message, "data", w->small.data, sizeof w->small.data, err) != INK_OK ||
        maybe_text(message, "net", w->small.net, sizeof w->small.net, err) != INK_OK ||
        maybe_text(message, "hidden", w->small.hidden, sizeof w->small.hidden, err) != INK_OK ||
        maybe_text(message, "cost", cost, sizeof cost, err) != INK_OK ||
        maybe_whole(message, "seed", 0, 1000000000, &seed, err) != INK_OK ||
        maybe_whole(message, "updates", 0, 5000, &updates, err) != INK_OK ||
        maybe_whole(message, "samples", 16, 2000, &w->samples, err) != INK_OK)
        return INK_EINVAL;
    w->small.seed = (uint64_t)seed;
    w->small.updates = (size_t)updates;
    return *cost ? ink_cost_parse(cost, &w->small.cost, err) : INK_OK;
}

static ink_status read_rest(json_t *message, wish *w, ink_error *err)
{
    long most = TERRAIN_MOST_PARAMETERS;
    if (maybe_choice(message, "axes", landscape_axes, &w->axes, err) != INK_OK ||
        maybe_whole(message, "a", 0, most, &w->a, err) != INK_OK ||
        maybe_whole(message, "b", 0, most, &w->b, err) != INK_OK ||
        maybe_whole(message, "dice", 0, 1000000000, &w->dice, err) != INK_OK ||
        maybe_number(message, "rate", 1e-6, 1000, &w->rate, err) != INK_OK ||
        maybe_number(message, "momentum", 0, 0.999, &w->momentum, err) != INK_OK ||
        maybe_whole(message, "batch", 0, 2000, &w->batch, err) != INK_OK ||
        maybe_bool(message, "whole", &w->whole, err) != INK_OK ||
        maybe_bool(message, "follow", &w->follow, err) != INK_OK ||
        maybe_whole(message, "n", 41, SURVEY_MOST, &w->n, err) != INK_OK)
        return INK_EINVAL;
    if (w->n != 41 && w->n != 81 && w->n != 161)
        return say_error(err, INK_EINVAL, "n: expected 41, 81 or 161, found %ld", w->n);
    return INK_OK;
}

/* After the axes are known: what the view and the ball are where nothing is said. */
static ink_status read_place(json_t *message, wish *w, ink_error *err)
{
    if (maybe_number(message, "centre_u", -1e4, 1e4, &w->centre[0], err) != INK_OK ||
        maybe_number(message, "centre_v", -1e4, 1e4, &w->centre[1], err) != INK_OK ||
        maybe_number(message, "reach", 1e-3, 1e3, &w->reach, err) != INK_OK ||
        maybe_number(message, "u", -1e5, 1e5, &w->at[0], err) != INK_OK ||
        maybe_number(message, "v", -1e5, 1e5, &w->at[1], err) != INK_OK)
        return INK_EINVAL;
    return INK_OK;
}

static changes compare(const landscape *s, const wish *w, json_t *message)
{
    static const char *const network[] = {"source", "data",    "net",     "hidden", "cost",
                                          "seed",   "updates", "samples", NULL};
    static const char *const axes[] = {"axes", "a", "b", "dice", NULL};
    static const char *const place[] = {"u", "v", "whole", NULL};
    changes c = {.network = !s->terrain || given(message, network)};
    c.axes = c.network || given(message, axes);
    c.place = c.axes || given(message, place);
    c.way = w->batch != s->now.batch || w->follow != s->now.follow;
    return c;
}

/* A terrain for the wish; the one there is where only axes change, put back if that fails. */
static ink_status make(landscape *s, wish *w, changes c, ink_error *err)
{
    terrain *t = s->terrain;
    if (c.network) {
        t = NULL;
        if (w->source == SOURCE_MINE && take_mine(s, w, &t, err) != INK_OK)
            return err->status;
        if (w->source == SOURCE_SMALL)
            t = landscape_small(&w->small, err);
        if (!t)
            return err->status;
    }
    if (c.axes && lay_axes(t, w, err) != INK_OK) {
        if (t != s->terrain)
            terrain_free(t);
        return err->status;
    }
    if (t != s->terrain) {
        terrain_free(s->terrain);
        s->terrain = t;
    }
    return INK_OK;
}

void landscape_play(landscape *s, bool playing)
{
    if (s->playing)
        s->played += desk_now() - s->since;
    s->playing = playing;
    s->since = s->due = s->wanted = desk_now();
}

ink_status landscape_rewind(landscape *s, ink_error *err)
{
    landscape_play(s, false);
    s->played = 0;
    s->roller.whole = s->now.whole;
    if (!roller_put(&s->roller, s->terrain, s->now.at[0], s->now.at[1]))
        return say_error(err, INK_ENOMEM, "there is no memory for the ball");
    return INK_OK;
}

static ink_status grant(landscape *s, const wish *w, changes c, ink_error *err)
{
    bool view = memcmp(w->centre, s->now.centre, sizeof w->centre) != 0 ||
                w->reach != s->now.reach || w->n != s->now.n;
    s->now = *w;
    s->roller.rate = w->rate;
    s->roller.momentum = w->momentum;
    s->roller.batch = (size_t)w->batch;
    if (c.place && landscape_rewind(s, err) != INK_OK)
        return err->status;
    if (c.axes || view || c.way)
        landscape_survey(s);
    if (c.network)
        landscape_tell_network(s);
    landscape_tell_setup(s);
    return INK_OK;
}

/* The axes of another network than the one they were chosen for. */
static void tame_axes(json_t *message, wish *w, changes c, size_t was)
{
    static const char *const weights[] = {"axes", "a", "b", NULL};
    if (c.network && !given(message, weights)) {
        w->axes = w->source == SOURCE_MINE ? AXES_RANDOM : AXES_WEIGHTS;
        w->a = 0;
        w->b = 1;
    }
    if (w->axes != AXES_PATH)
        return;
    w->whole = true;
    /* Another plane's rate says nothing about all weights together. */
    if (was != AXES_PATH && !json_object_get(message, "rate"))
        w->rate = 0.5;
}

static ink_status set(landscape *s, json_t *message, ink_error *err)
{
    wish w = s->now;
    if (read_network(message, &w, err) != INK_OK || read_rest(message, &w, err) != INK_OK ||
        read_place(message, &w, err) != INK_OK)
        return INK_EINVAL;
    changes c = compare(s, &w, message);
    tame_axes(message, &w, c, s->now.axes);
    if (make(s, &w, c, err) != INK_OK)
        return err->status;
    if (c.axes) {
        bool other = c.network || w.axes != s->now.axes;
        usual_view(s->terrain, &w);
        usual_start(&w);
        if (other && w.axes != AXES_PATH && !json_object_get(message, "rate") &&
            terrain_parameters(s->terrain) <= MOST_MEASURED)
            w.rate = usual_rate(s->terrain, &w);
        if (read_place(message, &w, err) != INK_OK)
            return INK_EINVAL;
    }
    return grant(s, &w, c, err);
}

/* ---- messages ---- */

static ink_status new_start(landscape *s, ink_error *err)
{
    static const double golden[] = {0.7548776662466927, 0.5698402909980532};
    s->now.dice_start++; /* a sequence that fills the view evenly: Roberts 2018 */
    for (int k = 0; k < 2; k++) {
        double share = fmod(0.5 + golden[k] * (double)s->now.dice_start, 1);
        s->now.at[k] = s->now.centre[k] + (1.8 * share - 0.9) * s->now.reach;
    }
    ink_status status = landscape_rewind(s, err);
    landscape_tell_setup(s);
    return status;
}

static ink_status set_speed(landscape *s, json_t *message, ink_error *err)
{
    size_t speed = 0;
    ink_status status = asked_choice(message, "speed", asked_speeds, &speed, err);
    if (status == INK_OK) {
        s->speed = speed;
        s->due = desk_now();
    }
    return status;
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    landscape *s = scene;
    ink_status status = INK_OK;
    if (strcmp(verb, "set") == 0) {
        status = set(s, message, err);
    } else if (strcmp(verb, "play") == 0) {
        if (roller_rests(&s->roller))
            status = landscape_rewind(s, err);
        landscape_play(s, true);
    } else if (strcmp(verb, "pause") == 0) {
        landscape_play(s, false);
    } else if (strcmp(verb, "step") == 0) {
        landscape_play(s, false);
        landscape_step(s);
    } else if (strcmp(verb, "rewind") == 0) {
        status = landscape_rewind(s, err);
    } else if (strcmp(verb, "new_start") == 0) {
        status = new_start(s, err);
    } else if (strcmp(verb, "speed") == 0) {
        status = set_speed(s, message, err);
    } else {
        status = say_error(err, INK_EINVAL, "landscape does not know how to \"%.40s\"", verb);
    }
    s->moved = s->moved || status == INK_OK;
    return status;
}

/* ---- time ---- */

void landscape_step(landscape *s)
{
    if (roller_rests(&s->roller))
        return;
    /* A batch's own ground is asked before the next takes its place, at least in outline,
     * and shown. */
    bool outlined = s->survey.shown && s->survey.shown <= 2 && !s->survey.news;
    roller_step(&s->roller, s->terrain, &s->survey);
    s->moved = true;
    if (s->batch_shown && outlined)
        landscape_survey(s);
}

static void roll(landscape *s)
{
    double now = desk_now(), end = now + 0.4 * SCENE_SLICE, gap = 1 / paces[s->speed];
    if (s->due < now - 0.25) /* the program slept: no rush to make up for it */
        s->due = now;
    while (s->due <= now && !roller_rests(&s->roller) && desk_now() < end) {
        landscape_step(s);
        s->due += gap;
    }
    if (roller_rests(&s->roller) || now > s->wanted + 5) { /* arrived, or nobody looks */
        landscape_play(s, false);
        s->moved = true;
    }
}

/* No more pictures a second than a screen shows, lest a slow page fall behind. */
static void tell_news(landscape *s)
{
    double now = desk_now();
    if (desk_wants(s->desk, &scene_landscape, "ball"))
        s->wanted = now;
    if (s->survey.news && now >= s->surface_told + 1.0 / 20 &&
        desk_wants(s->desk, &scene_landscape, "surface")) {
        landscape_tell_surface(s);
        s->surface_told = now;
        s->moved = true; /* what is said of the ball depends on it */
    }
    if (s->moved && now >= s->ball_told + 1.0 / 50 &&
        desk_wants(s->desk, &scene_landscape, "ball")) {
        landscape_tell_ball(s);
        landscape_tell_clock(s);
        s->ball_told = now;
        s->moved = false;
    }
}

static double scene_work(void *scene)
{
    landscape *s = scene;
    if (s->playing)
        roll(s);
    bool watched = desk_is_watched(s->desk, &scene_landscape);
    if (watched && !survey_is_done(&s->survey)) {
        survey_go_on(&s->survey, s->terrain, desk_now() + 0.6 * SCENE_SLICE);
        landscape_tell_progress(s);
    }
    tell_news(s);
    if (watched && !survey_is_done(&s->survey))
        return 0;
    if (s->playing)
        return fmax(0.004, s->due - desk_now());
    return watched && (s->moved || s->survey.news) ? 0.02 : (double)INFINITY;
}

/* ---- life ---- */

static void scene_show(void *scene)
{
    landscape *s = scene;
    landscape_tell_setup(s);
    landscape_tell_network(s);
    if (s->survey.shown)
        landscape_tell_surface(s);
    landscape_tell_ball(s);
    landscape_tell_clock(s);
}

static void scene_close(void *scene)
{
    landscape *s = scene;
    if (s) {
        roller_release(&s->roller);
        terrain_free(s->terrain);
    }
    free(s);
}

/* A network in which two weights make two valleys, two passes and a hill between. */
static wish first_wish(void)
{
    return (wish){
        .source = SOURCE_SMALL,
        .small = {.data = "fruit:xor",
                  .net = "2-3-2",
                  .hidden = "tanh",
                  .cost = INK_COST_SQUARED,
                  .seed = 3,
                  .updates = 300},
        .samples = 256,
        .axes = AXES_WEIGHTS,
        .a = 0,
        .b = 1,
        .dice = 1,
        .reach = 8,
        .n = 81,
        .at = {5.6, 4.4},
        .rate = 2,
        .momentum = 0.8,
    };
}

static void *scene_open(desk *d, ink_error *err)
{
    landscape *s = calloc(1, sizeof *s);
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for the landscape");
        return NULL;
    }
    s->desk = d;
    s->speed = 2;
    wish w = first_wish();
    changes all = {true, true, true, true, true};
    if (make(s, &w, all, err) != INK_OK || grant(s, &w, all, err) != INK_OK) {
        scene_close(s);
        return NULL;
    }
    return s;
}

const scene_kind scene_landscape = {"landscape", scene_open, scene_close,
                                    scene_show,  scene_take, scene_work};
