/* The scene "look": what a network says to pictures, and where it is wrong.
 *
 * Messages (all but source and data_... need data, which "state" says):
 *     source {"source": "mine" | "digits" | ..., "part"?: "test" | "train"}
 *     filter {"kind"?: "all" | "right" | "mistakes" | "near", "order"?: "set" | "surest" |
 *             "unsurest", "label"?, "guess"?: class or -1, "low"?, "high"?: confidence 0..1}
 *             what is left out is not filtered by; near = right but unsure
 *     go {"index"}            to this sample
 *     move {"by"}             so many further in the list, round its ends
 *     random                  somewhere in the list
 *     mistake {"by"?: 1}      filters by mistakes, most confident first, and to the next of them
 *     page {"page", "size"}   tells a "gallery" of the list, at most 100
 *     weights {"wall", "page"?}   tells one of "state"'s walls
 *     cover {"on"}            tells which pixels mattered, from now on for each picture
 *     again                   evaluates anew
 *     data_...                see data_panel.h
 * Frames:
 *     state    {"source", "sources": [{"name", "title"}], "part", "phase": "empty" | "loading" |
 *              "no_data" | "failed" | "ready", "message", "wants": a set that could be got, "data",
 *              "filter"} and once ready {"classes": [names], "count", "done", "correct", "low",
 *              "high", "version", "update", "newer": newer weights are being evaluated, "network",
 *              "parameters", "height", "width", "channels", "pictures": false for vectors, "walls":
 *              [{"name", "count"}], "listed"}
 *     table    {"done", "count"}, i32 counts [label][guess], f32 [class][low, high] of accuracy
 *     sample   {"index", "position" in the list or -1, "listed", "label", "guess", "right",
 *              "confidence", "height", "width", "channels", "pictures"}, u8 pixels, f32 scores, f32
 *              values (of vectors)
 *     gallery  {"page", "pages", "listed", "first", "height", "width", "channels", "filter",
 *              "pictures"}, u8 pictures, i32 [index, label, guess or -1], f32 confidence
 *     weights  {"wall", "name", "page", "pages", "first", "shown", "count", "height", "width",
 *              "channels", "scale", "by_class", "inputs"}, u8 pictures: 128 = 0, 255 = scale
 *     cover    {"index", "done", "count", "height", "width", "patch", "stride", "guess", "score",
 *              "any", "strongest_score", "strongest_top", "strongest_left"}, f32 map
 *     data     see data_panel.h */
#include "studio/asked.h"
#include "studio/look/look_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TELL_SECONDS 0.25 /* between two looks at how far it is */
#define LOOK_SECONDS 0.5  /* between two looks at the run */

static void *look_open(desk *d, ink_error *err)
{
    look *l = calloc(1, sizeof *l);
    data_panel *panel = l ? data_panel_new(d, &scene_look, err) : NULL;
    if (!panel) {
        free(l);
        say_error(err, INK_ENOMEM, "there is no memory to look at pictures");
        return NULL;
    }
    ink_error without = {.status = INK_OK};
    struct run *r = desk_run(d, &without);
    run_status now = {.phase = RUN_EMPTY};
    if (r)
        run_look(r, &now);
    l->d = d;
    l->panel = panel;
    l->phase = LOOK_LOADING;
    l->filter = look_filter_all;
    l->dice = 1;
    snprintf(l->source, sizeof l->source, "%s", now.phase == RUN_EMPTY ? "digits" : "mine");
    return l;
}

static void look_close(void *scene)
{
    look *l = scene;
    data_panel_free(l->panel);
    look_cover_free(l->cover);
    look_evaluation_free(l->shown);
    look_evaluation_free(l->next);
    look_list_release(&l->list);
    free(l);
}

static void look_show(void *scene)
{
    look *l = scene;
    data_panel_show(l->panel);
    look_tell_all(l);
}

/* ---- the list ---- */

static void drop_cover(look *l)
{
    look_cover_free(l->cover);
    l->cover = NULL;
}

static void stand_at(look *l, size_t index)
{
    if (index != l->cursor)
        drop_cover(l);
    l->cursor = index;
    l->to_first = false;
    look_tell_sample(l);
}

static ink_status make_list(look *l, ink_error *err)
{
    ink_status status = look_list_make(&l->list, l->shown, &l->filter, err);
    if (status == INK_OK && l->to_first && l->list.count > 0) {
        stand_at(l, l->list.index[0]);
        l->to_first = l->shown->done < l->shown->count; /* another may come to be the first */
    }
    return status;
}

static ink_status set_filter(look *l, const look_filter *filter, ink_error *err)
{
    l->filter = *filter;
    l->to_first = !l->shown; /* a link may ask before there is data */
    if (!l->shown)
        return INK_OK;
    ink_status status = make_list(l, err);
    if (status == INK_OK && look_list_find(&l->list, l->cursor) == l->list.count) {
        if (l->list.count > 0)
            stand_at(l, l->list.index[0]);
        l->to_first = l->shown->done < l->shown->count;
    }
    look_tell_state(l);
    look_tell_sample(l);
    return status;
}

static ink_status take_filter(look *l, json_t *message, ink_error *err)
{
    look_filter f = look_filter_all;
    size_t kind = LOOK_ALL, order = LOOK_AS_THEY_COME;
    long label = -1, guess = -1, most = l->shown ? (long)l->shown->classes - 1 : 999;
    ink_status status = maybe_choice(message, "kind", look_kinds, &kind, err);
    if (status == INK_OK)
        status = maybe_choice(message, "order", look_orders, &order, err);
    if (status == INK_OK)
        status = maybe_whole(message, "label", -1, most, &label, err);
    if (status == INK_OK)
        status = maybe_whole(message, "guess", -1, most, &guess, err);
    if (status == INK_OK)
        status = maybe_float(message, "low", 0, 1, &f.low, err);
    if (status == INK_OK)
        status = maybe_float(message, "high", 0, 1, &f.high, err);
    if (status != INK_OK)
        return status;
    f.kind = (look_kind)kind;
    f.order = (look_order)order;
    f.label = (int)label;
    f.guess = (int)guess;
    return set_filter(l, &f, err);
}

static ink_status move(look *l, long by, ink_error *err)
{
    long count = (long)l->list.count;
    if (count == 0)
        return say_error(err, INK_EINVAL, "no picture is as the filter wants it%s",
                         l->shown->done < l->shown->count ? " so far" : "");
    long at = (long)look_list_find(&l->list, l->cursor);
    if (at == count)
        at = by > 0 ? -1 : count;
    at = ((at + by) % count + count) % count;
    stand_at(l, l->list.index[at]);
    return INK_OK;
}

static ink_status take_move(look *l, json_t *message, ink_error *err)
{
    long by = 1;
    ink_status status = maybe_whole(message, "by", -1000000, 1000000, &by, err);
    return status == INK_OK ? move(l, by, err) : status;
}

static ink_status take_mistake(look *l, json_t *message, ink_error *err)
{
    long by = 1;
    ink_status status = maybe_whole(message, "by", -1, 1, &by, err);
    if (status != INK_OK)
        return status;
    if (l->filter.kind != LOOK_MISTAKES || l->filter.order != LOOK_SUREST) {
        look_filter f = look_filter_all;
        f.kind = LOOK_MISTAKES;
        f.order = LOOK_SUREST;
        size_t before = l->cursor;
        status = set_filter(l, &f, err);
        if (status != INK_OK || l->cursor != before)
            return status; /* the first mistake */
    }
    if (l->list.count == 0)
        return say_error(err, INK_EINVAL, "there is no mistake among the %zu pictures looked at",
                         l->shown->done);
    return move(l, by, err);
}

static ink_status take_random(look *l, json_t *message, ink_error *err)
{
    (void)message;
    if (l->list.count == 0)
        return move(l, 1, err);
    l->dice = l->dice * 6364136223846793005u + 1442695040888963407u; /* Knuth's */
    stand_at(l, l->list.index[(l->dice >> 33) % l->list.count]);
    return INK_OK;
}

static ink_status take_go(look *l, json_t *message, ink_error *err)
{
    size_t index = 0, most = l->shown ? l->shown->count - 1 : UINT32_MAX;
    ink_status status = asked_count(message, "index", 0, most, &index, err);
    if (status == INK_OK)
        stand_at(l, index);
    return status;
}

/* ---- the other messages ---- */

static ink_status take_source(look *l, json_t *message, ink_error *err)
{
    static const char *const parts[] = {"test", "train", NULL};
    const char *names[9] = {"mine"}; /* NULL behind the last */
    size_t count = 1, source = 0, part = 0;
    while (look_shipped_models[count - 1].name && count < 8) {
        names[count] = look_shipped_models[count - 1].name;
        count++;
    }
    ink_status status = maybe_choice(message, "source", names, &source, err);
    if (status == INK_OK)
        status = maybe_choice(message, "part", parts, &part, err);
    if (status != INK_OK)
        return status;
    bool same = strcmp(l->source, names[source]) == 0 && l->training_part == (part == 1);
    if (same && (l->phase == LOOK_READY || l->phase == LOOK_LOADING))
        return INK_OK; /* a link that is followed again */
    snprintf(l->source, sizeof l->source, "%s", names[source]);
    l->training_part = part == 1;
    l->filter = look_filter_all;
    l->cursor = 0;
    l->to_first = false;
    look_reset(l);
    return INK_OK;
}

static ink_status take_page(look *l, json_t *message, ink_error *err)
{
    long page = 0, size = 60;
    ink_status status = maybe_whole(message, "page", 0, UINT32_MAX, &page, err);
    if (status == INK_OK)
        status = maybe_whole(message, "size", 1, LOOK_GALLERY, &size, err);
    return status == INK_OK ? look_tell_gallery(l, (size_t)page, (size_t)size, err) : status;
}

static ink_status take_weights(look *l, json_t *message, ink_error *err)
{
    long wall = 0, page = 0;
    ink_status status = maybe_whole(message, "wall", 0, LOOK_MOST_WALLS, &wall, err);
    if (status == INK_OK)
        status = maybe_whole(message, "page", 0, UINT32_MAX, &page, err);
    return status == INK_OK ? look_tell_wall(l, (size_t)wall, (size_t)page, err) : status;
}

static ink_status take_cover(look *l, json_t *message, ink_error *err)
{
    ink_status status = asked_bool(message, "on", &l->covers, err);
    if (status != INK_OK)
        return status;
    if (!l->covers)
        drop_cover(l);
    else if (l->shown && !sample_shape_of(l->set).pictures)
        return say_error(err, INK_EINVAL, "a patch can cover a picture, but these are vectors");
    return INK_OK;
}

typedef ink_status taker(look *l, json_t *message, ink_error *err);

static ink_status take_again(look *l, json_t *message, ink_error *err)
{
    (void)message;
    return look_again(l, err);
}

static ink_status look_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    static const struct {
        const char *verb;
        taker *take;
        bool early; /* also before there is data */
    } verbs[] = {{"source", take_source, true},
                 {"filter", take_filter, true},
                 {"go", take_go, true},
                 {"cover", take_cover, true},
                 {"again", take_again, true},
                 {"move", take_move, false},
                 {"mistake", take_mistake, false},
                 {"random", take_random, false},
                 {"page", take_page, false},
                 {"weights", take_weights, false}};
    look *l = scene;
    ink_status status = INK_OK;
    if (data_panel_take(l->panel, verb, message, &status, err))
        return status;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].verb, verb) != 0)
            continue;
        if (!verbs[i].early && !l->shown)
            return say_error(err, INK_EINVAL, "there is nothing to look at yet");
        return verbs[i].take(l, message, err);
    }
    return say_error(err, INK_EINVAL, "look does not know how to \"%.40s\"", verb);
}

/* ---- working ---- */

/* Covers first: somebody waits for it. */
static bool work_on_cover(look *l, double seconds)
{
    ink_error err = {.status = INK_OK};
    if (!l->covers || !sample_shape_of(l->set).pictures)
        return false;
    if (l->cover && l->cover->version != l->shown->version)
        drop_cover(l);
    if (!l->cover && !(l->cover = look_cover_new(l->shown, l->cursor, &err))) {
        l->covers = false;
        return false;
    }
    if (l->cover->next == l->cover->rows * l->cover->columns)
        return false;
    bool more = look_cover_work(l->cover, l->shown, seconds);
    if (!more || desk_wants(l->d, &scene_look, "cover"))
        look_tell_cover(l);
    return true;
}

static void replace_shown(look *l)
{
    ink_error err = {.status = INK_OK};
    look_evaluation_free(l->shown);
    l->shown = l->next;
    l->next = NULL;
    make_list(l, &err); /* without memory the old list stays, which is as long */
    look_tell_all(l);
}

static void tell_progress(look *l, bool more)
{
    ink_error err = {.status = INK_OK};
    if (more && desk_now() < l->told + TELL_SECONDS)
        return;
    l->told = desk_now();
    if (!l->next) {
        make_list(l, &err);
        look_tell_table(l);
        look_tell_sample(l); /* its place in the list */
    }
    look_tell_state(l);
}

static bool is_learning(look *l)
{
    ink_error err = {.status = INK_OK};
    run_status now = {.phase = RUN_EMPTY};
    struct run *r = desk_run(l->d, &err);
    if (r)
        run_look(r, &now);
    return now.phase == RUN_PLAYING || now.phase == RUN_SEEKING;
}

static double work_when_ready(look *l)
{
    if (desk_now() > l->looked + LOOK_SECONDS) {
        l->looked = desk_now();
        look_follow(l);
        if (!l->shown)
            return 0;
    }
    double begin = desk_now();
    if (!work_on_cover(l, SCENE_SLICE)) {
        look_evaluation *e = l->next ? l->next : l->shown;
        if (e->done == e->count)
            return strcmp(l->source, "mine") == 0 ? LOOK_SECONDS : (double)INFINITY;
        bool more = look_evaluation_work(e, SCENE_SLICE);
        if (!more && e == l->next)
            replace_shown(l);
        else
            tell_progress(l, more);
    }
    /* Under a fifth of the time while the run learns, or while older answers are there to see. */
    return l->next || is_learning(l) ? 4.2 * (desk_now() - begin) : 0;
}

static double look_work(void *scene)
{
    look *l = scene;
    double panel = data_panel_work(l->panel), own;
    if (!desk_is_watched(l->d, &scene_look))
        return fmin(panel, 1);
    if (l->phase == LOOK_READY)
        own = work_when_ready(l);
    else {
        bool waits =
            l->phase == LOOK_LOADING || l->phase == LOOK_NO_DATA || strcmp(l->source, "mine") == 0;
        if (waits)
            look_prepare(l);
        own = l->phase == LOOK_READY     ? 0
              : l->phase == LOOK_LOADING ? 0.05
              : waits                    ? LOOK_SECONDS
                                         : (double)INFINITY;
    }
    return fmin(panel, own);
}

const scene_kind scene_look = {"look", look_open, look_close, look_show, look_take, look_work};
