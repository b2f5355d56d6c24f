/* The scene "fruit": points of safe and poisonous fruit, and a small network that tells them apart
 * - by hand first, then by learning.
 *
 * Verbs (fruit_verbs.c):
 *   lesson {number}; open {link: {...}}             a preset of everything; the state of a link
 *   data {shape?, points?, noise?, seed?}; clear; csv
 *   place {x, y, label}; move {index, x?, y?, label?}; remove {index}
 *   weight {index, value}; net {text}; nodes {layer, count}; add_layer; remove_layer;
 *   activation {layer, name}; biases {on}
 *   settings {cost?, method?, rate?, momentum?, batch?}
 *   play, pause, step, rewind, new_start {seed?}, speed {speed}, let_it_learn
 *   probe {index} or {x, y, label?} or {on: false}; graph {activation}
 *
 * Frames (fruit_frames.c):
 *   state   what was chosen: lessons, data, net, how it learns
 *   points  f32 x and y, i32 class
 *   look    cost, right of count; f32 parameters, f32 plane (safe - poisonous, lowest row first),
 *           u8 wrong points, u8 pictures of what each node says, inputs first
 *   probe   one point: sums, outputs, cost node by node
 *   graph   f32 z, f32 a, f32 slope of an activation
 *   link    the strings of a link, the command or why there is none
 *   race    four lanes: numbers; each f32 seconds, costs, passes, plane
 *   clock   as in web/types.d.ts */
#include "studio/fruit/fruit_scene.h"

#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_EVERY (1.0 / 30) /* seconds */
#define RACE_EVERY 0.1        /* four planes */
#define LINK_EVERY 0.25
#define SLEEP      10 /* unseen for so many seconds it learns no more until somebody looks */

/* Updates a second. */
static const double rates[] = {1, 10, 60, 1000, (double)INFINITY};
/* Of the race's clock, seconds a second: each of four lanes gets at most a quarter. */
static const double race_rates[] = {0.0002, 0.002, 0.02, 0.2, 0.2};

static void *scene_open(desk *d, ink_error *err)
{
    fruit_model *m = desk_fruit(d, err);
    fruit_scene *s = m ? calloc(1, sizeof *s) : NULL;
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for the fruit");
        return NULL;
    }
    s->desk = d;
    s->m = m;
    s->speed = FRUIT_WATCH;
    s->probe_index = -1;
    s->graph = FRUIT_SIGMOID;
    return s;
}

static void scene_close(void *scene)
{
    fruit_scene *s = scene;
    fruit_race_free(s->race);
    free(s);
}

static void scene_show(void *scene)
{
    fruit_scene *s = scene;
    s->watched = s->worked = desk_now();
    fruit_tell_state(s);
    fruit_tell_points(s);
    fruit_tell_look(s);
    fruit_tell_probe(s);
    fruit_tell_graph(s);
    fruit_tell_link(s);
    if (fruit_scene_racing(s))
        fruit_tell_race(s);
    fruit_tell_clock(s);
}

/* ---- learning, a slice at a time ---- */

static void stop(fruit_scene *s, const ink_error *err)
{
    s->playing = false;
    snprintf(s->message, sizeof s->message, "%s", err->text);
    s->look_now = s->link_changed = true;
}

static void learn(fruit_scene *s, double now)
{
    ink_error err = {.status = INK_OK};
    s->credit = fmin(s->credit + (now - s->worked) * rates[s->speed], rates[s->speed]);
    while (s->credit >= 1 && desk_now() - now < SCENE_SLICE) {
        s->credit -= 1;
        if (fruit_model_step(s->m, &err) != INK_OK) {
            stop(s, &err);
            return;
        }
    }
    s->credit = isfinite(s->credit) ? fmin(s->credit, rates[s->speed] * 0.1 + 1) : 1;
}

static void race(fruit_scene *s, double now)
{
    double due = (now - s->worked) * race_rates[s->speed];
    fruit_race_work(s->race, fmin(due, SCENE_SLICE / FRUIT_METHODS));
}

static void advance(fruit_scene *s, double now)
{
    if (!s->playing || now - s->watched > SLEEP)
        return;
    if (fruit_scene_racing(s) && s->race)
        race(s, now);
    else
        learn(s, now);
    s->worked = now;
}

/* ---- telling ---- */

static void tell(fruit_scene *s, double now)
{
    if (s->changed)
        fruit_tell_state(s);
    if (s->points_changed)
        fruit_tell_points(s);
    bool wants = desk_wants(s->desk, &scene_fruit, "look");
    if (wants || desk_wants(s->desk, &scene_microscope, "lens")) /* which shows what it learns */
        s->watched = now;
    double every = fruit_scene_racing(s) ? RACE_EVERY : LOOK_EVERY;
    bool due = s->look_now || (s->playing && wants && now - s->told >= every);
    if (!due)
        return;
    s->look_now = false;
    fruit_tell_look(s);
    fruit_tell_probe(s);
    if (fruit_scene_racing(s))
        fruit_tell_race(s);
    fruit_tell_clock(s);
    if ((s->link_changed || s->playing) && now - s->linked >= LINK_EVERY)
        fruit_tell_link(s);
}

static double scene_work(void *scene)
{
    fruit_scene *s = scene;
    double now = desk_now();
    advance(s, now);
    tell(s, now);
    if (s->link_changed && !s->playing) {
        if (now - s->linked < LINK_EVERY)
            return LINK_EVERY - (now - s->linked);
        fruit_tell_link(s);
    }
    if (!s->playing)
        return (double)INFINITY;
    if (now - s->watched > SLEEP) /* nobody tells that somebody looks again */
        return 0.25;
    return s->speed == FRUIT_MAX && !fruit_scene_racing(s) ? 0 : 1.0 / 120;
}

const scene_kind scene_fruit = {"fruit",    scene_open,       scene_close,
                                scene_show, fruit_scene_take, scene_work};
