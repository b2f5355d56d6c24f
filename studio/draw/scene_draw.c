/* The scene "draw": a pad, and networks that say what is on it while it is being drawn.
 *
 * Messages (all coordinates in cells of the pad, 28 x 28; any may carry "stamp", a number of the
 * page's that the next "ranking" and "drawing" give back):
 *     stroke_begin {"width", "erase"?, "points"?}, stroke_points {"points": [x, y, ...]},
 *     stroke_end, undo, clear
 *     strokes {"width", "drawing": [[[x...], [y...]], ...]}
 *                        a simplified Quick, Draw! drawing, 0..255
 *     upload {"picture"}   base64 of a PNG or JPEG
 *     source {"source": "digits" | "doodles" | "fashion" | "cifar10" | "network" | "mine"}
 *     framing {"on"}
 *     round_start {"seed"?}, round_go, round_stop
 *     mine_add {"name"}, mine_rename {"class", "name"}, mine_delete {"class"}, mine_keep {"class"},
 *     mine_drop {"class", "drawing"}, mine_learn
 * Frames:
 *     source   {"source", "tag", "ready", "message", "names", "framing", "framing_on", "brush",
 *              "height", "width", "channels", "network", "accuracy",
 *              "known", "tested_on"}   known: classes but for "other" at the end
 *     ranking  {"tag", "stamp", "framing", "blank", "reasons": [text], "best", "height", "width",
 *              "channels"}, f32 scores, u8 before framing, u8 after
 *     drawing  {"stamp", "strokes": [[kind, width, points], ...], "paper": side or 0, "first",
 *              "undo"}, f32 points, u8 paper, u8 paper in colours
 *     without  {"tag", "stamp", "strokes": [number], "best": [class or -1]}, f32 scores a stroke:
 *              what it would be without that stroke (numbers as in "drawing")
 *     round    {"state", "at", "count", "seconds", "left", "said", "right", "words": [{"class",
 *              "knew", "seconds", "guess"}]}, u8 pictures
 *     mine     {"classes": [{"name", "count"}], "wanted", "most", "least", "kept", "learning",
 *              "done", "right", "asked", "changed", "message", "seconds"}, u8 pictures */
#include "studio/draw/draw_scene.h"

#include "studio/library.h"
#include "studio/run/run.h"
#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t all_done = (size_t)-1;

/* ---- who is asked ---- */

static const char *const shipped[] = {"digits", "doodles", "fashion", "cifar10"};

static bool is_shipped(const char *source)
{
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++)
        if (strcmp(shipped[i], source) == 0)
            return true;
    return false;
}

bool draw_is_source(const char *source)
{
    return is_shipped(source) || strcmp(source, "network") == 0 || strcmp(source, "mine") == 0;
}

/* Takes `who` over; NULL with the reason. */
static void ask_of(draw_scene *s, recogniser *who, const char *message)
{
    float *without = NULL;
    if (who) {
        size_t room = DRAW_MOST_LEFT_OUT * (size_t)who->model->classes;
        without = malloc(room * sizeof *without);
        if (!without) {
            recogniser_free(who);
            who = NULL;
            message = "there is no memory for that network";
        }
    }
    recogniser_free(s->who);
    free(s->without);
    s->who = who;
    s->without = without;
    s->tag++;
    snprintf(s->message, sizeof s->message, "%s", who ? "" : message);
    s->new_source = true;
    draw_changed(s);
}

static void ask_shipped(draw_scene *s)
{
    ink_error err = {.status = INK_OK};
    const ink_model *model = library_model_get(desk_library(s->desk), s->source, &err);
    ask_of(s, model ? recogniser_new(model, &err) : NULL, err.text);
}

/* The desk's own training, as far as it has come; looked at again when its weights changed. */
static void ask_network(draw_scene *s, bool anew)
{
    ink_error err = {.status = INK_OK};
    run_status status = {.phase = RUN_EMPTY};
    struct run *own = desk_run(s->desk, &err);
    if (own)
        run_look(own, &status);
    if (!anew && status.begun == s->begun && status.version == s->version)
        return;
    s->begun = status.begun;
    s->version = status.version;
    bool begun = own && status.phase != RUN_EMPTY;
    ink_model *model = begun ? run_model(own, NULL, &err) : NULL;
    recogniser *who = model ? recogniser_adopt(model, &err) : NULL;
    ask_of(s, who, *err.text ? err.text : "your own network is not there yet: train one first");
}

static void path_of_mine(const draw_scene *s, char *path, size_t size)
{
    snprintf(path, size, "%s.safetensors", s->mine->folder);
}

static void ask_mine(draw_scene *s)
{
    char path[4200];
    ink_error err = {.status = INK_OK};
    ink_model *model = NULL;
    if (s->mine->folder) {
        path_of_mine(s, path, sizeof path);
        model = ink_model_load(path, &err);
    }
    ask_of(s, model ? recogniser_adopt(model, &err) : NULL,
           "your doodles have not been learnt yet: name two things, draw each ten times, press "
           "Learn");
}

void draw_set_source(draw_scene *s, const char *source)
{
    bool again = strcmp(s->source, source) == 0 && s->who;
    snprintf(s->source, sizeof s->source, "%s", source);
    if (again && strcmp(source, "network") != 0) {
        s->new_source = true;
        return;
    }
    if (strcmp(source, "network") == 0)
        ask_network(s, true);
    else if (strcmp(source, "mine") == 0)
        ask_mine(s);
    else
        ask_shipped(s);
}

/* ---- asking ---- */

void draw_changed(draw_scene *s)
{
    ink_picture pad = drawing_picture(s->drawing);
    desk_set_drawing(s->desk, &pad); /* at once: the next message may be for another scene */
    s->new_ranking = true;
    s->left_out = 0;
}

/* Does a picture that came as a file lie under the drawing? */
static bool is_on_paper(const drawing *d)
{
    size_t first = drawing_first(d);
    return first < d->stroke_count && d->strokes[first].kind == STROKE_PAPER;
}

ink_picture draw_picture(const draw_scene *s)
{
    bool coloured = s->who && s->who->model->picture_channels == 3 && s->colours.pixels &&
                    is_on_paper(s->drawing);
    return coloured ? s->colours : drawing_picture(s->drawing);
}

int draw_classes(const draw_scene *s)
{
    const ink_model *model = s->who->model;
    bool other = strcmp(s->source, "mine") == 0 &&
                 strcmp(model->class_names[model->classes - 1], DOODLES_ELSE) == 0;
    return model->classes - other;
}

/* Scores of a picture, and the reasons not to believe them. */
static unsigned judge(draw_scene *s, const ink_picture *picture, const silence_facts *seen,
                      float *scores, bool *blank, silence_facts *facts)
{
    ink_error err = {.status = INK_OK};
    int classes = s->who->model->classes;
    if (recogniser_ask(s->who, picture, s->framing, scores, blank, &err) != INK_OK) {
        memset(scores, 0, (size_t)classes * sizeof *scores);
        *blank = true;
    }
    if (picture->channels == 1 && seen->ink <= 0)
        *blank = true; /* also for networks that see colour, and cannot tell black from blank */
    *facts = *seen;
    silence_hear(facts, scores, classes);
    unsigned reasons = silence_judge(facts);
    if (draw_classes(s) < classes && recogniser_best(s->who, scores) == classes - 1)
        reasons |= SILENCE_OTHER;
    /* A photograph is no drawing, and clothes are filled areas. */
    if (picture->channels == 3)
        reasons &= SILENCE_UNSURE | SILENCE_TOO_CLOSE;
    if (s->who->model->framing == INK_FRAMING_NONE)
        reasons &= ~(unsigned)SILENCE_FLOOD;
    if (is_on_paper(s->drawing)) /* a digit on a sheet may be small */
        reasons &= ~(unsigned)SILENCE_DOT;
    return *blank ? SILENCE_BLANK : reasons;
}

static void ask(draw_scene *s)
{
    ink_picture picture = draw_picture(s), pad = drawing_picture(s->drawing);
    silence_facts seen = silence_look(&pad);
    s->reasons = judge(s, &picture, &seen, s->scores, &s->blank, &s->facts);
}

/* ---- what it would be without a stroke ---- */

/* Goes on leaving out one stroke after the other for at most a slice; true when all are done. */
static bool leave_out(draw_scene *s)
{
    const drawing *d = s->drawing;
    double until = desk_now() + SCENE_SLICE / 2;
    size_t first = drawing_first(d), count = d->stroke_count - first;
    count = count < DRAW_MOST_LEFT_OUT ? count : DRAW_MOST_LEFT_OUT;
    ink_picture picture = {STROKES_SIDE, STROKES_SIDE, 1, s->scratch};
    while (s->left_out < count && desk_now() < until) {
        bool blank;
        silence_facts facts, seen;
        drawing_render(d, first + s->left_out, s->scratch);
        seen = silence_look(&picture);
        s->why[s->left_out] =
            judge(s, &picture, &seen, s->without + s->left_out * (size_t)s->who->model->classes,
                  &blank, &facts);
        s->left_out++;
    }
    if (s->left_out < count)
        return false;
    draw_tell_without(s, first, count);
    s->left_out = all_done;
    return true;
}

/* ---- work ---- */

/* A lesson that ended: its network is asked from now on, and kept. */
static void take_lesson(draw_scene *s, ink_model *model)
{
    char record[120], path[4200];
    ink_error err = {.status = INK_OK};
    snprintf(record, sizeof record, "{\"test_accuracy\":%.6f,\"test_samples\":%zu}",
             (double)s->progress.right / (double)s->progress.asked, s->progress.asked);
    ink_model_set_record(model, record, &err);
    if (s->mine->folder) {
        path_of_mine(s, path, sizeof path);
        if (ink_model_save(model, path, &err) != INK_OK)
            snprintf(s->mine_message, sizeof s->mine_message, "learnt, but not kept: %.400s",
                     err.text);
    }
    round_stop(&s->round);
    s->new_round = true;
    snprintf(s->source, sizeof s->source, "mine");
    ask_of(s, recogniser_adopt(model, &err), err.text);
}

static void look_at_lesson(draw_scene *s)
{
    ink_error err = {.status = INK_OK};
    doodle_progress progress;
    bool was = s->mine->lesson != NULL;
    ink_model *model = my_doodles_look(s->mine, &progress, &err);
    if (!was)
        return;
    s->progress = progress;
    s->new_mine = true;
    if (model)
        take_lesson(s, model);
    else if (!s->mine->lesson)
        snprintf(s->mine_message, sizeof s->mine_message, "%s", err.text);
}

static void look_at_round(draw_scene *s)
{
    game_round *r = &s->round;
    if (r->state != ROUND_DRAWING || !s->who)
        return;
    int best = s->reasons ? -1 : recogniser_best(s->who, s->scores);
    int at = r->at;
    if (!round_hear(r, desk_now(), best, s->facts.top))
        return;
    s->new_round = true;
    ink_picture picture = drawing_picture(s->drawing), view = {.pixels = NULL};
    if (ink_picture_frame(&picture, INK_FRAMING_QUICKDRAW, 28, 28, &view, NULL) == INK_OK)
        memcpy(r->words[at].picture, view.pixels, 28 * 28);
    ink_picture_release(&view);
}

static void tell_news(draw_scene *s)
{
    if (s->new_source)
        draw_tell_source(s);
    if (s->new_drawing)
        draw_tell_drawing(s);
    if (s->new_mine)
        draw_tell_mine(s);
    if (s->new_round)
        draw_tell_round(s);
    s->new_source = s->new_drawing = s->new_mine = s->new_round = false;
}

static double scene_work(void *scene)
{
    draw_scene *s = scene;
    look_at_lesson(s);
    if (!desk_is_watched(s->desk, &scene_draw))
        return s->mine->lesson ? 0.05 : (double)INFINITY;
    double next = (double)INFINITY;
    if (strcmp(s->source, "network") == 0) {
        if (desk_now() - s->asked_run > 0.3) {
            s->asked_run = desk_now();
            ask_network(s, false);
        }
        next = 0.3;
    }
    bool asked = s->who && s->new_ranking;
    if (asked)
        ask(s);
    look_at_round(s);
    tell_news(s);
    if (asked)
        draw_tell_ranking(s);
    s->new_ranking = false;
    bool at_rest = !s->drawing->open && s->who && s->left_out != all_done;
    if (at_rest && !leave_out(s))
        return 0;
    return s->round.state == ROUND_DRAWING || s->mine->lesson ? 0.05 : next;
}

/* ---- the scene ---- */

static void scene_close(void *scene)
{
    draw_scene *s = scene;
    my_doodles_close(s->mine);
    recogniser_free(s->who);
    drawing_free(s->drawing);
    ink_picture_release(&s->colours);
    free(s->without);
    free(s->why);
    free(s->scratch);
    free(s);
}

static void *scene_open(desk *d, ink_error *err)
{
    draw_scene *s = calloc(1, sizeof *s);
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for the pad");
        return NULL;
    }
    s->desk = d;
    s->framing = true;
    s->left_out = all_done;
    s->drawing = drawing_new(err);
    s->why = calloc(DRAW_MOST_LEFT_OUT, sizeof *s->why);
    s->scratch = malloc(STROKES_SIDE * STROKES_SIDE);
    s->mine = my_doodles_open(desk_state_folder(d), err);
    if (!s->drawing || !s->why || !s->scratch || !s->mine) {
        say_error(err, INK_ENOMEM, "there is no memory for the pad");
        scene_close(s);
        return NULL;
    }
    draw_set_source(s, "digits");
    return s;
}

static void scene_show(void *scene)
{
    draw_scene *s = scene;
    s->new_source = s->new_drawing = s->new_mine = s->new_round = true;
    draw_changed(s);
}

const scene_kind scene_draw = {"draw", scene_open, scene_close, scene_show, draw_take, scene_work};
