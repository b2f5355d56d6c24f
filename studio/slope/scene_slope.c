/* The scene "slope": a curve, a nudge, and a ball that learns to roll down.
 *
 * Messages:
 *     set {"formula" | "preset", "low", "high", "x", "h", "single", "rate", "momentum", "seed"}
 *            any of them; "x" puts the ball there, at rest
 *     play, pause, step, rewind, new_start (a random x), speed {"speed"}
 * Frames:
 *     curve  {"preset", "formula", "tex", "derivative", "low", "high", "y_low", "y_high",
 *            "slope_low", "slope_high", "spots": [{"kind": "minimum" | "maximum" | "flat", "x",
 *            "y", "kink", "global"}], "bottom", "presets": [{"name", "title", "formula"}]},
 *            f32 f and f' at equal distances from low to high, NAN where there is none
 *     ball   {"x", "start", "value", "slope", "velocity", "rate", "momentum", "seed", "steps",
 *            "state", "sentence", "h", "single", "next", "next_value", "measured", "error",
 *            "best_h", "best_error"}, f32 x of the trail, f of the trail, h from 1 to the smallest,
 *            and the error of the nudge with each; null = not finite
 *     clock  as in web/types.d.ts */
#include "studio/asked.h"
#include "studio/desk.h"
#include "studio/dice.h"
#include "studio/slope/descent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct preset {
    const char *name, *title, *formula, *derivative; /* the last for KaTeX */
    double low, high, x, rate;
} preset;

static const preset presets[] = {
    {"quartic", "Two valleys", "0.2x^4 + 0.1x^3 - x^2 + 2", "0.8x^{3}+0.3x^{2}-2x", -2.8, 2.6, 0.4,
     0.1},
    {"parabola", "Parabola", "x^2", "2x", -3, 3, -2.2, 0.1},
    {"wave", "Wave", "sin(x)", "\\cos x", -7, 7, 0.6, 0.3},
    {"many", "Many valleys", "0.1x^2 + sin(3x)", "0.2x+3\\cos 3x", -7, 7, 5.6, 0.02},
    {"kink", "Kink", "|x|", "\\operatorname{sign} x", -3, 3, 2.05, 0.1},
    {"shelf", "Shelf", "x^3", "3x^{2}", -2, 2, 1.4, 0.1},
    {"plateau", "Plateau", "1 - exp(-x^2)", "2x\\,e^{-x^{2}}", -4, 4, 2.6, 0.5},
    {"canyon", "Canyon", "sqrt(|x|)", "\\frac{\\operatorname{sign} x}{2\\sqrt{|x|}}", -3, 3, 2.4,
     0.1},
};
enum { PRESETS = sizeof presets / sizeof *presets };

/* Steps a second, in the order of asked_speeds. */
static const double paces[] = {1, 10, 30, 120, 100000};

/* What "set" can change, so that a message is checked whole before anything is. */
typedef struct wish {
    const preset *preset; /* NULL = the user's own formula */
    char text[FORMULA_MOST_LENGTH + 1];
    double low, high, x, h, rate, momentum, seed;
    bool single;
} wish;

typedef struct slope {
    desk *desk;
    wish now;
    formula *formula;
    curve curve;
    ball ball;
    size_t speed;        /* of `paces` */
    bool playing, moved; /* moved: something to tell */
    double due, played;  /* of the next step; seconds of play */
    double since;        /* playing goes on since then */
    double told;         /* the ball, at that time */
} slope;

enum { NUDGES = 121 };

/* ---- telling ---- */

static json_t *tell_spots(const curve *c)
{
    static const char *const kinds[] = {"minimum", "maximum", "flat"};
    json_t *list = json_array();
    for (size_t i = 0; i < c->spots; i++) {
        const spot *s = &c->spot[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:f, s:f, s:b, s:b}", "kind", kinds[s->kind], "x",
                                        s->x, "y", s->y, "kink", s->kink, "global", s->global));
    }
    return list;
}

static json_t *tell_presets(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < PRESETS; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", presets[i].name, "title",
                                              presets[i].title, "formula", presets[i].formula));
    return list;
}

static void tell_curve(slope *s)
{
    const curve *c = &s->curve;
    char tex[1024];
    bool short_enough = formula_tex(s->formula, tex, sizeof tex);
    json_t *body = json_pack("{s:s*, s:s, s:s*, s:s*, s:f, s:f, s:f, s:f, s:f, s:f, s:o, s:b, s:o}",
                             "preset", s->now.preset ? s->now.preset->name : NULL, "formula",
                             s->now.text, "tex", short_enough ? tex : NULL, "derivative",
                             s->now.preset ? s->now.preset->derivative : NULL, "low", c->low,
                             "high", c->high, "y_low", c->y_low, "y_high", c->y_high, "slope_low",
                             c->slope_low, "slope_high", c->slope_high, "spots", tell_spots(c),
                             "bottom", c->bottom, "presets", tell_presets());
    desk_array arrays[] = {{"f32", c->y, CURVE_POINTS}, {"f32", c->slope, CURVE_POINTS}};
    desk_tell_arrays(s->desk, &scene_slope, "curve", body, arrays, 2);
}

static json_t *ball_body(const slope *s, const nudge *n, double best_h, double best_error)
{
    const ball *b = &s->ball;
    dual here = formula_at(s->formula, b->x);
    char sentence[256];
    ball_sentence(b, s->formula, &s->curve, sentence, sizeof sentence);
    json_t *body =
        json_pack("{s:o, s:f, s:o, s:o, s:o, s:f, s:f, s:I, s:I, s:s, s:s}", "x", say_number(b->x),
                  "start", b->start, "value", say_number(here.value), "slope",
                  say_number(here.slope), "velocity", say_number(b->velocity), "rate", b->rate,
                  "momentum", b->momentum, "seed", (json_int_t)s->now.seed, "steps",
                  (json_int_t)b->steps, "state", ball_state_name(b->state), "sentence", sentence);
    json_t *more =
        json_pack("{s:f, s:b, s:o, s:o, s:o, s:o, s:f, s:o}", "h", s->now.h, "single",
                  s->now.single, "next", say_number(n->next), "next_value",
                  say_number(n->next_value), "measured", say_number(n->measured), "error",
                  say_number(n->error), "best_h", best_h, "best_error", say_number(best_error));
    if (body && more)
        json_object_update(body, more);
    json_decref(more);
    return body;
}

static void tell_ball(slope *s)
{
    const ball *b = &s->ball;
    float x[BALL_TRAIL], y[BALL_TRAIL], h[NUDGES], error[NUDGES];
    for (size_t i = 0; i < b->trail; i++) {
        x[i] = (float)b->path[i];
        y[i] = (float)formula_at(s->formula, b->path[i]).value;
    }
    nudge n = nudge_at(s->formula, b->x, s->now.h, s->now.single);
    size_t best =
        nudge_errors(s->formula, b->x, s->now.single, s->now.single ? -8 : -16, NUDGES, h, error);
    json_t *body = ball_body(s, &n, (double)h[best], (double)error[best]);
    desk_array arrays[] = {
        {"f32", x, b->trail}, {"f32", y, b->trail}, {"f32", h, NUDGES}, {"f32", error, NUDGES}};
    desk_tell_arrays(s->desk, &scene_slope, "ball", body, arrays, 4);
}

static void tell_clock(slope *s)
{
    double seconds = s->played + (s->playing ? desk_now() - s->since : 0);
    desk_tell(s->desk, &scene_slope, "clock",
              json_pack("{s:b, s:f, s:I, s:f, s:I, s:s, s:s*, s:b}", "playing", s->playing, "epoch",
                        (double)s->ball.steps, "updates", (json_int_t)s->ball.steps, "seconds",
                        seconds, "seed", (json_int_t)s->now.seed, "speed", asked_speeds[s->speed],
                        "phase", ball_rests(&s->ball) ? "done" : NULL, "can_play", true));
}

static void scene_show(void *scene)
{
    slope *s = scene;
    tell_curve(s);
    tell_ball(s);
    tell_clock(s);
}

/* ---- transport ---- */

static void set_playing(slope *s, bool playing)
{
    if (s->playing)
        s->played += desk_now() - s->since;
    s->playing = playing;
    s->since = s->due = desk_now();
}

static void rewind_ball(slope *s)
{
    set_playing(s, false);
    s->played = 0;
    ball_put(&s->ball, s->now.x);
}

/* Play at the end of a run begins it anew: a button that does nothing is a riddle. */
static void play(slope *s)
{
    if (ball_rests(&s->ball))
        rewind_ball(s);
    set_playing(s, true);
}

/* The same start for the same number. */
static void new_start(slope *s)
{
    s->now.seed = fmod(s->now.seed + 1, 1e9);
    uint64_t state = (uint64_t)s->now.seed;
    double share = 0.05 + 0.9 * dice_share(&state);
    s->now.x = s->curve.low + share * (s->curve.high - s->curve.low);
    rewind_ball(s);
}

static ink_status set_speed(slope *s, json_t *message, ink_error *err)
{
    size_t speed = 0;
    ink_status status = asked_choice(message, "speed", asked_speeds, &speed, err);
    if (status == INK_OK) {
        s->speed = speed;
        s->due = desk_now();
    }
    return status;
}

/* ---- setting ---- */

static bool take_preset(json_t *message, wish *w, ink_error *err)
{
    json_t *found = json_object_get(message, "preset");
    if (!found)
        return true;
    const char *name = json_string_value(found);
    for (size_t i = 0; name && i < PRESETS; i++)
        if (strcmp(presets[i].name, name) == 0) {
            w->preset = &presets[i];
            snprintf(w->text, sizeof w->text, "%s", presets[i].formula);
            w->low = presets[i].low;
            w->high = presets[i].high;
            w->x = presets[i].x;
            w->rate = presets[i].rate;
            w->momentum = 0;
            return true;
        }
    say_error(err, INK_EINVAL, "there is no curve \"%.40s\"", name ? name : "");
    return false;
}

static bool same_but_for_blanks(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b || !*a)
            return *a == *b;
    }
}

static bool take_formula(json_t *message, wish *w, ink_error *err)
{
    if (!asked_has(message, "formula"))
        return true;
    if (maybe_text(message, "formula", w->text, sizeof w->text, err) != INK_OK)
        return false;
    w->preset = NULL;
    for (size_t i = 0; i < PRESETS; i++)
        if (same_but_for_blanks(w->text, presets[i].formula))
            w->preset = &presets[i];
    return true;
}

static bool take_rest(json_t *message, wish *w, ink_error *err)
{
    if (maybe_bool(message, "single", &w->single, err) != INK_OK ||
        maybe_number(message, "low", -1e4, 1e4, &w->low, err) != INK_OK ||
        maybe_number(message, "high", -1e4, 1e4, &w->high, err) != INK_OK ||
        maybe_number(message, "x", -1e5, 1e5, &w->x, err) != INK_OK ||
        maybe_number(message, "h", 1e-16, 2, &w->h, err) != INK_OK ||
        maybe_number(message, "rate", 1e-6, 1000, &w->rate, err) != INK_OK ||
        maybe_number(message, "momentum", 0, 0.999, &w->momentum, err) != INK_OK ||
        maybe_number(message, "seed", 0, 1e9, &w->seed, err) != INK_OK)
        return false;
    w->seed = floor(w->seed);
    if (w->high - w->low >= 1e-3)
        return true;
    say_error(err, INK_EINVAL, "the view must have \"low\" below \"high\", not %g and %g", w->low,
              w->high);
    return false;
}

/* Puts a checked wish into effect; only the formula can still be wrong. */
static ink_status grant(slope *s, const wish *w, bool put, ink_error *err)
{
    bool anew = !s->formula || strcmp(w->text, s->now.text) != 0;
    bool view = w->low != s->now.low || w->high != s->now.high;
    if (anew) {
        formula *f = formula_new(w->text, err);
        if (!f)
            return err->status;
        formula_free(s->formula);
        s->formula = f;
    }
    s->now = *w;
    s->ball.rate = w->rate;
    s->ball.momentum = w->momentum;
    if (anew || view)
        curve_look(s->formula, w->low, w->high, &s->curve);
    if (anew || put)
        rewind_ball(s);
    if (anew || view)
        tell_curve(s);
    return INK_OK;
}

static ink_status set(slope *s, json_t *message, ink_error *err)
{
    wish w = s->now;
    if (!take_preset(message, &w, err) || !take_formula(message, &w, err) ||
        !take_rest(message, &w, err))
        return INK_EINVAL;
    bool put = json_object_get(message, "x") || json_object_get(message, "preset");
    return grant(s, &w, put, err);
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    slope *s = scene;
    ink_status status = INK_OK;
    if (strcmp(verb, "set") == 0) {
        status = set(s, message, err);
    } else if (strcmp(verb, "play") == 0) {
        play(s);
    } else if (strcmp(verb, "pause") == 0) {
        set_playing(s, false);
    } else if (strcmp(verb, "step") == 0) {
        set_playing(s, false);
        if (!ball_rests(&s->ball))
            ball_step(&s->ball, s->formula, &s->curve);
    } else if (strcmp(verb, "rewind") == 0) {
        rewind_ball(s);
    } else if (strcmp(verb, "new_start") == 0) {
        new_start(s);
    } else if (strcmp(verb, "speed") == 0) {
        status = set_speed(s, message, err);
    } else {
        status = say_error(err, INK_EINVAL, "slope does not know how to \"%.40s\"", verb);
    }
    s->moved = s->moved || status == INK_OK;
    return status;
}

/* ---- time ---- */

static void roll(slope *s)
{
    double now = desk_now(), end = now + 0.5 * SCENE_SLICE, gap = 1 / paces[s->speed];
    if (s->due < now - 0.25) /* the program slept: no rush to make up for it */
        s->due = now;
    while (s->due <= now && !ball_rests(&s->ball) && desk_now() < end) {
        ball_step(&s->ball, s->formula, &s->curve);
        s->due += gap;
        s->moved = true;
    }
    if (ball_rests(&s->ball)) {
        set_playing(s, false);
        s->moved = true;
    }
}

static double scene_work(void *scene)
{
    slope *s = scene;
    if (s->playing)
        roll(s);
    double now = desk_now();
    /* No more pictures a second than a screen shows, lest a slow page fall behind. */
    if (s->moved && now >= s->told + 1.0 / 50 && desk_wants(s->desk, &scene_slope, "ball")) {
        tell_ball(s);
        tell_clock(s);
        s->told = now;
        s->moved = false;
    }
    if (s->playing)
        return fmax(0.004, s->due - now);
    bool waits = s->moved && desk_is_watched(s->desk, &scene_slope);
    return waits ? 0.02 : (double)INFINITY;
}

/* ---- life ---- */

static void scene_close(void *scene)
{
    slope *s = scene;
    if (s)
        formula_free(s->formula);
    free(s);
}

static void *scene_open(desk *d, ink_error *err)
{
    slope *s = calloc(1, sizeof *s);
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for the curve");
        return NULL;
    }
    s->desk = d;
    s->speed = 1;
    const preset *p = &presets[0];
    wish w = {.preset = p,
              .low = p->low,
              .high = p->high,
              .x = p->x,
              .h = 0.7,
              .rate = p->rate,
              .seed = 1};
    snprintf(w.text, sizeof w.text, "%s", p->formula);
    if (grant(s, &w, true, err) != INK_OK) {
        scene_close(s);
        return NULL;
    }
    return s;
}

const scene_kind scene_slope = {"slope",    scene_open, scene_close,
                                scene_show, scene_take, scene_work};
