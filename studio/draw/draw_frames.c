/* What the scene "draw" tells the page; the list stands in scene_draw.c. */
#include "studio/draw/draw_scene.h"

#include "studio/say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *reasons_of(unsigned reasons, const silence_facts *facts)
{
    json_t *list = json_array();
    char text[160];
    for (int i = 0; i < SILENCE_REASONS; i++) {
        if (!(reasons & 1u << i))
            continue;
        silence_say((silence_reason)(1u << i), facts, text, sizeof text);
        json_array_append_new(list, json_string(text));
    }
    return list;
}

static size_t size_of(const ink_picture *p)
{
    return p->pixels ? (size_t)p->height * (size_t)p->width * (size_t)p->channels : 0;
}

void draw_tell_ranking(draw_scene *s)
{
    ink_error err = {.status = INK_OK};
    ink_picture picture = draw_picture(s), before = {.pixels = NULL}, after = {.pixels = NULL};
    if (recogniser_view(s->who, &picture, false, &before, &err) == INK_OK)
        recogniser_view(s->who, &picture, true, &after, &err);
    int best = s->reasons ? -1 : recogniser_best(s->who, s->scores);
    json_t *body =
        json_pack("{s:I, s:f, s:b, s:b, s:o, s:i, s:i, s:i, s:i}", "tag", (json_int_t)s->tag,
                  "stamp", s->stamp, "framing", s->framing, "blank", s->blank, "reasons",
                  reasons_of(s->reasons, &s->facts), "best", best, "height", before.height, "width",
                  before.width, "channels", before.channels);
    desk_array arrays[] = {{"f32", s->scores, (size_t)s->who->model->classes},
                           {"u8", before.pixels, size_of(&before)},
                           {"u8", after.pixels, size_of(&after)}};
    if (body)
        desk_tell_arrays(s->desk, &scene_draw, "ranking", body, arrays, 3);
    ink_picture_release(&before);
    ink_picture_release(&after);
}

void draw_tell_without(draw_scene *s, size_t first, size_t count)
{
    json_t *strokes = json_array(), *best = json_array();
    int classes = s->who->model->classes;
    for (size_t i = 0; i < count; i++) {
        const float *scores = s->without + i * (size_t)classes;
        json_array_append_new(strokes, json_integer((json_int_t)(first + i)));
        json_array_append_new(best, json_integer(s->why[i] ? -1 : recogniser_best(s->who, scores)));
    }
    desk_array array = {"f32", s->without, count * (size_t)classes};
    json_t *body = json_pack("{s:I, s:f, s:o, s:o}", "tag", (json_int_t)s->tag, "stamp", s->stamp,
                             "strokes", strokes, "best", best);
    if (body)
        desk_tell_arrays(s->desk, &scene_draw, "without", body, &array, 1);
}

static json_t *names_of(const ink_model *model)
{
    json_t *names = json_array();
    for (int i = 0; i < model->classes; i++)
        json_array_append_new(names, say_text(model->class_names[i]));
    return names;
}

/* In cells: strokes as wide as those of the data, and wide enough to fill an area where pictures
 * are areas. */
static double brush_for(ink_framing framing)
{
    return framing == INK_FRAMING_MNIST ? 2.5 : framing == INK_FRAMING_QUICKDRAW ? 1.8 : 4;
}

void draw_tell_source(draw_scene *s)
{
    json_t *body = json_pack("{s:s, s:I, s:b, s:o, s:b}", "source", s->source, "tag",
                             (json_int_t)s->tag, "ready", s->who != NULL, "message",
                             say_text(s->message), "framing_on", s->framing);
    if (body && s->who) {
        const ink_model *m = s->who->model;
        json_object_set_new(body, "names", names_of(m));
        json_object_set_new(body, "framing", json_string(ink_framing_name(m->framing)));
        json_object_set_new(body, "brush", json_real(brush_for(m->framing)));
        json_object_set_new(body, "height", json_integer(m->picture_height));
        json_object_set_new(body, "width", json_integer(m->picture_width));
        json_object_set_new(body, "channels", json_integer(m->picture_channels));
        json_object_set_new(body, "network", json_string(ink_network_text(m->network)));
        json_object_set_new(body, "known", json_integer(draw_classes(s)));
        json_object_set_new(body, "tested_on", say_text(s->who->data));
        if (isfinite(s->who->accuracy))
            json_object_set_new(body, "accuracy", json_real(s->who->accuracy));
    }
    desk_tell(s->desk, &scene_draw, "source", body);
}

void draw_tell_drawing(draw_scene *s)
{
    const drawing *d = s->drawing;
    json_t *list = json_array();
    size_t first = drawing_first(d), points = 0;
    bool paper = false;
    const float *from = d->points[0];
    for (size_t i = first; i < d->stroke_count; i++) {
        const stroke *k = &d->strokes[i];
        static const char *const kinds[] = {"draw", "erase", "clear", "paper"};
        json_array_append_new(
            list, json_pack("[s, f, I]", kinds[k->kind], (double)k->width, (json_int_t)k->count));
        if (i == first)
            from = d->points[k->first];
        paper = paper || k->kind == STROKE_PAPER;
        points += k->count;
    }
    json_t *body = json_pack("{s:f, s:o, s:i, s:I, s:b}", "stamp", s->stamp, "strokes", list,
                             "paper", paper ? STROKES_SIDE : 0, "first", (json_int_t)first, "undo",
                             d->stroke_count > 0);
    desk_array arrays[] = {{"f32", from, points * 2},
                           {"u8", d->paper, paper ? STROKES_SIDE * STROKES_SIDE : 0},
                           {"u8", s->colours.pixels, paper ? size_of(&s->colours) : 0}};
    if (body)
        desk_tell_arrays(s->desk, &scene_draw, "drawing", body, arrays, 3);
}

void draw_tell_round(draw_scene *s)
{
    static const char *const states[] = {"off", "ready", "drawing", "told", "over"};
    const game_round *r = &s->round;
    json_t *words = json_array();
    for (int i = 0; i < r->count; i++)
        json_array_append_new(words, json_pack("{s:i, s:b, s:f, s:i}", "class", r->words[i].class,
                                               "knew", r->words[i].knew, "seconds",
                                               r->words[i].seconds, "guess", r->words[i].guess));
    uint8_t pictures[ROUND_WORDS * 28 * 28];
    for (int i = 0; i < r->count; i++)
        memcpy(pictures + i * 28 * 28, r->words[i].picture, 28 * 28);
    json_t *body = json_pack("{s:s, s:i, s:i, s:i, s:f, s:i, s:i, s:o}", "state", states[r->state],
                             "at", r->at, "count", r->count, "seconds", ROUND_SECONDS, "left",
                             round_left(r, desk_now()), "said", r->said, "right", round_right(r),
                             "words", words);
    desk_array array = {"u8", pictures, (size_t)r->count * 28 * 28};
    if (body)
        desk_tell_arrays(s->desk, &scene_draw, "round", body, &array, 1);
}

void draw_tell_mine(draw_scene *s)
{
    const my_doodles *m = s->mine;
    json_t *classes = json_array();
    size_t count = 0, area = DOODLES_SIDE * DOODLES_SIDE;
    for (int i = 0; i < m->class_count; i++)
        count += (size_t)m->classes[i].count;
    uint8_t *pictures = malloc(count * area + 1), *to = pictures;
    for (int i = 0; i < m->class_count; i++) {
        const doodle_class *c = &m->classes[i];
        json_array_append_new(
            classes, json_pack("{s:o, s:i}", "name", say_text(c->name), "count", c->count));
        if (pictures)
            memcpy(to, c->pictures, (size_t)c->count * area);
        to += pictures ? (size_t)c->count * area : 0;
    }
    json_t *body = json_pack(
        "{s:o, s:i, s:i, s:i, s:b, s:b, s:f, s:I, s:I, s:b, s:o, s:f}", "classes", classes,
        "wanted", DOODLES_WANTED, "most", DOODLES_MOST, "least", DOODLES_LEAST, "kept",
        m->folder != NULL, "learning", s->progress.learning, "done", s->progress.done, "right",
        (json_int_t)s->progress.right, "asked", (json_int_t)s->progress.asked, "changed",
        s->mine_changed, "message", say_text(s->mine_message), "seconds", s->progress.seconds);
    desk_array array = {"u8", pictures, pictures ? count * area : 0};
    if (body)
        desk_tell_arrays(s->desk, &scene_draw, "mine", body, &array, 1);
    free(pictures);
}
