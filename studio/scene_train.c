/* The scene "train": the workbench. The run is the desk's; this scene begins it, steers it, keeps
 * those that are over as ghosts, and says what ails it.
 *
 * Messages (setups as in train_setup.h; the answer is {} unless said):
 *     begin {"setup"?, "preset"?, "name"?, "whole"?, "paused"?, "instead"?}   starts anew: the
 * settings of now, or with "whole" the defaults, or a preset, changed by "setup"; "instead" keeps
 * no ghost of the run that ends tune {"setup"}            changes what may change while it learns
 *     check {"net"}             -> see setup_check
 *     fit {"data", "limit"?, "net"}   -> {"loading": true}: ask again; or {"net", "shape",
 * "classes"} play, pause, step {"updates"?}, rewind, new_start, speed {"speed"}, seek {"update"}
 *     save {"name", "half"?} -> {"path"}, load {"name"}
 *     ghost {"run", "name"?, "shown"?}, forget {"run"}    "run": the id of one that is over
 *     wall {"on"}               frames "wall" only while they are looked at
 *     state                     tells "state" again: which data and models are here now
 *     data_...                  see data_panel.h
 * Frames:
 *     state   {"fields", "presets", "sets", "saved", "folder"}
 *     setup   {"setup", "name", "command"}
 *     clock, status             see train_frames.h
 *     points  {"count", arrays: one f32, 8 rows of `count` as in past_runs.h}
 *     ghosts  {"runs", arrays: one f32}, see past_runs.h
 *     doctor  {"finding"}, see train_frames.h
 *     wall    {"height", "width", "channels", "count", "of", arrays: one f32}
 *     data    see data_panel.h */
#include "studio/train_scene.h"

#include "studio/train_setup.h"
#include "studio/train_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 1000000 };

static ink_status fail(ink_error *err, const char *text, const char *word)
{
    *err = (ink_error){.status = INK_EINVAL};
    snprintf(err->text, sizeof err->text, text, word);
    return INK_EINVAL;
}

static ink_status begin(train_scene *s, const run_setup *setup, const char *name, bool play,
                        ink_error *err)
{
    train_look(s);
    ink_status status = run_begin(s->run, setup, err);
    if (status != INK_OK)
        return status;
    train_keep_ghost(s);
    snprintf(s->next_name, sizeof s->next_name, "%s", name);
    run_look(s->run, &s->status);
    train_meet(s);
    s->wants_play = play;
    if (play)
        run_play(s->run);
    train_tell_status(s);
    return INK_OK;
}

/* Takes up the desk's run, or begins the first of the presets. */
static ink_status start(train_scene *s, ink_error *err)
{
    run_setup setup;
    s->panel = data_panel_new(s->desk, &scene_train, err);
    s->run = s->panel ? desk_run(s->desk, err) : NULL;
    if (!s->run)
        return INK_ENOMEM;
    run_look(s->run, &s->status);
    if (s->status.phase != RUN_EMPTY) {
        train_meet(s);
        return INK_OK;
    }
    ink_status status = preset_setup(train_presets[0].name, train_data_folder(s), &setup, err);
    return status == INK_OK ? begin(s, &setup, train_presets[0].title, true, err) : status;
}

static void scene_close(void *scene)
{
    train_scene *s = scene;
    data_panel_free(s->panel);
    dead_nodes_free(s->probe);
    past_release(&s->past);
    free(s->points);
    free(s);
}

static void *scene_open(desk *d, ink_error *err)
{
    train_scene *s = calloc(1, sizeof *s);
    run_point *points = malloc(RUN_MOST_POINTS * sizeof *points);
    if (!s || !points) {
        free(s);
        free(points);
        *err = (ink_error){.status = INK_ENOMEM, .text = "there is no memory for this lesson"};
        return NULL;
    }
    s->desk = d;
    s->points = points;
    s->dead = (double)NAN;
    snprintf(s->speed, sizeof s->speed, "watch");
    if (start(s, err) == INK_OK)
        return s;
    scene_close(s);
    return NULL;
}

static void scene_show(void *scene)
{
    train_scene *s = scene;
    train_look(s);
    data_panel_show(s->panel);
    train_tell_state(s);
    train_tell_setup(s);
    train_tell_ghosts(s);
    train_tell_points(s);
    train_tell_status(s);
    s->told_doctor[0] = 0;
    s->doctor_due = s->wall_due = 0;
    s->wall_version = 0;
    desk_tell(s->desk, &scene_train, "doctor", json_pack("{s:n}", "finding"));
}

/* ---- messages ---- */

static const char *text_of(json_t *message, const char *key)
{
    return json_string_value(json_object_get(message, key));
}

/* A name that a ghost can carry; "" where none is said. */
static ink_status name_of(json_t *message, char name[PAST_NAME], ink_error *err)
{
    json_t *value = json_object_get(message, "name");
    name[0] = 0;
    if (value && (!json_is_string(value) || json_string_length(value) >= PAST_NAME ||
                  strlen(json_string_value(value)) != json_string_length(value)))
        return fail(err, "a name of less than 64 bytes was expected%s", "");
    if (value)
        snprintf(name, PAST_NAME, "%s", json_string_value(value));
    return INK_OK;
}

static ink_status take_begin(train_scene *s, json_t *message, ink_error *err)
{
    run_setup setup = *run_setup_now(s->run);
    json_t *changes = json_object_get(message, "setup");
    const char *preset = text_of(message, "preset");
    char name[PAST_NAME];
    ink_status status = name_of(message, name, err);
    if (json_is_true(json_object_get(message, "whole")))
        run_setup_init(&setup);
    if (status == INK_OK && preset)
        status = preset_setup(preset, train_data_folder(s), &setup, err);
    if (status == INK_OK && changes)
        status = setup_read(changes, &setup, err);
    for (const train_preset *p = train_presets; preset && p->name && !*name; p++)
        if (strcmp(p->name, preset) == 0)
            snprintf(name, sizeof name, "%s", p->title);
    bool play = !json_is_true(json_object_get(message, "paused"));
    s->keeps_no_ghost = json_is_true(json_object_get(message, "instead"));
    return status == INK_OK ? begin(s, &setup, name, play, err) : status;
}

static ink_status take_tune(train_scene *s, json_t *message, ink_error *err)
{
    const run_setup *now = run_setup_now(s->run);
    run_setup setup = *now;
    ink_status status = setup_read(json_object_get(message, "setup"), &setup, err);
    if (status == INK_OK && setup_restarts(now, &setup))
        return fail(err, "a setting that starts anew cannot change while it learns: use %s",
                    "\"begin\"");
    if (status == INK_OK)
        status = run_tune(s->run, &setup.settings, err);
    if (status == INK_OK)
        train_tell_setup(s);
    return status;
}

static ink_status take_check(train_scene *s, json_t *message, ink_error *err)
{
    const char *net = text_of(message, "net");
    if (!net || strlen(net) >= sizeof s->setup.net)
        return fail(err, "\"net\" must be the text of a network of less than 1024 letters%s", "");
    json_t *answer = setup_check(net, err);
    if (!answer)
        return INK_EINVAL;
    desk_answer(s->desk, answer);
    return INK_OK;
}

static ink_status take_fit(train_scene *s, json_t *message, ink_error *err)
{
    const char *net = text_of(message, "net"), *name = text_of(message, "data");
    json_t *limit = json_object_get(message, "limit");
    if (!net || !name || (limit && !(json_is_integer(limit) && json_integer_value(limit) >= 0)))
        return fail(err, "\"fit\" takes the names of \"data\" and \"net\", and a \"limit\"%s", "");
    library_data data;
    char fitted[sizeof s->setup.net];
    library_state state = library_data_get(desk_library(s->desk), name,
                                           (size_t)json_integer_value(limit), &data, err);
    if (state == LIBRARY_FAILED)
        return err->status ? err->status : INK_EINVAL;
    if (state == LIBRARY_LOADING) {
        desk_answer(s->desk, json_pack("{s:b}", "loading", 1));
        return INK_OK;
    }
    ink_status status = setup_fit(net, data.train, fitted, sizeof fitted, err);
    int height, width, channels;
    ink_dataset_shape(data.train, &height, &width, &channels);
    if (status == INK_OK)
        desk_answer(s->desk, json_pack("{s:s, s:[iii], s:i}", "net", fitted, "shape", height, width,
                                       channels, "classes", ink_dataset_classes(data.train)));
    return status;
}

static ink_status take_play(train_scene *s, ink_error *err)
{
    if (s->status.phase == RUN_DONE)
        return fail(err, "all epochs are done: give it more of them, or rewind%s", "");
    s->wants_play = true;
    run_play(s->run);
    return INK_OK;
}

static ink_status take_step(train_scene *s, json_t *message, ink_error *err)
{
    json_t *updates = json_object_get(message, "updates");
    json_int_t n = updates ? json_integer_value(updates) : 1;
    if (n < 1 || n > MOST_STEPS)
        return fail(err, "\"updates\" must be a whole number from 1 to %s", "1000000");
    s->wants_play = false;
    run_step(s->run, (size_t)n);
    return INK_OK;
}

static ink_status take_seek(train_scene *s, json_t *message, ink_error *err)
{
    json_t *update = json_object_get(message, "update");
    run_look(s->run, &s->status);
    if (!json_is_integer(update) || json_integer_value(update) < 0)
        return fail(err, "\"update\" must be a whole number%s", "");
    size_t to = (size_t)json_integer_value(update);
    s->wants_play = false;
    run_seek(s->run, to > s->status.furthest ? s->status.furthest : to);
    return INK_OK;
}

static ink_status take_speed(train_scene *s, json_t *message, ink_error *err)
{
    static const char *const speeds[] = {"1/s", "10/s", "watch", "real", "max"};
    const char *speed = text_of(message, "speed");
    for (size_t i = 0; speed && i < sizeof speeds / sizeof *speeds; i++) {
        if (strcmp(speed, speeds[i]) != 0)
            continue;
        snprintf(s->speed, sizeof s->speed, "%s", speed);
        train_set_speed(s);
        s->updates_per_second = 0;
        s->rate_since = 0;
        train_tell_status(s);
        return INK_OK;
    }
    return fail(err, "\"speed\" must be 1/s, 10/s, watch, real or max%s", "");
}

/* Another seed, everything else the same. */
static ink_status take_new_start(train_scene *s, ink_error *err)
{
    run_setup setup = *run_setup_now(s->run);
    uint64_t mixed = (uint64_t)(desk_now() * 1e6) * 0x9e3779b97f4a7c15U;
    uint64_t seed = 1 + (mixed >> 40) % 9999;
    setup.settings.seed = seed == setup.settings.seed ? seed + 1 : seed;
    return begin(s, &setup, "", true, err);
}

static ink_status take_save(train_scene *s, json_t *message, ink_error *err)
{
    char path[4200];
    ink_status status =
        store_path(desk_state_folder(s->desk), text_of(message, "name"), path, sizeof path, err);
    if (status == INK_OK)
        status = run_save(s->run, path, json_is_true(json_object_get(message, "half")), err);
    if (status == INK_OK)
        desk_answer(s->desk, json_pack("{s:s}", "path", path));
    return status;
}

static ink_status take_load(train_scene *s, json_t *message, ink_error *err)
{
    char path[4200];
    const char *name = text_of(message, "name");
    ink_status status = store_find(desk_state_folder(s->desk), name, path, sizeof path, err);
    if (status != INK_OK)
        return status;
    train_look(s); /* what is known of the run that is to end */
    status = run_resume(s->run, path, err);
    snprintf(s->next_name, sizeof s->next_name, "%s", status == INK_OK ? name : "");
    s->wants_play = s->wants_play && status != INK_OK;
    return status;
}

static ink_status take_ghost(train_scene *s, const char *verb, json_t *message, ink_error *err)
{
    char name[PAST_NAME];
    past_run *ghost =
        past_named(&s->past, (int)json_integer_value(json_object_get(message, "run")));
    if (!ghost || !json_is_integer(json_object_get(message, "run")))
        return fail(err, "there is no such run%s", "");
    ink_status status = name_of(message, name, err);
    if (status != INK_OK)
        return status;
    json_t *shown = json_object_get(message, "shown");
    if (strcmp(verb, "forget") == 0)
        past_forget(&s->past, ghost->id);
    else if (*name)
        snprintf(ghost->name, sizeof ghost->name, "%s", name);
    if (strcmp(verb, "ghost") == 0 && json_is_boolean(shown))
        ghost->shown = json_is_true(shown);
    train_tell_ghosts(s);
    return INK_OK;
}

static ink_status take_time(train_scene *s, const char *verb, json_t *message, ink_error *err)
{
    if (strcmp(verb, "play") == 0)
        return take_play(s, err);
    if (strcmp(verb, "step") == 0)
        return take_step(s, message, err);
    if (strcmp(verb, "seek") == 0)
        return take_seek(s, message, err);
    if (strcmp(verb, "speed") == 0)
        return take_speed(s, message, err);
    if (strcmp(verb, "new_start") == 0)
        return take_new_start(s, err);
    s->wants_play = false;
    if (strcmp(verb, "rewind") == 0)
        run_seek(s->run, 0);
    else
        run_pause(s->run);
    return INK_OK;
}

static bool is_one_of(const char *verb, const char *words)
{
    size_t length = strlen(verb);
    for (const char *at = words; length > 0 && (at = strstr(at, verb)); at++)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    train_scene *s = scene;
    ink_status status;
    s->status_due = s->points_due = 0; /* what it does is to be seen at once */
    if (data_panel_take(s->panel, verb, message, &status, err))
        return status;
    if (is_one_of(verb, "play pause step rewind new_start speed seek"))
        return take_time(s, verb, message, err);
    if (strcmp(verb, "begin") == 0)
        return take_begin(s, message, err);
    if (strcmp(verb, "tune") == 0)
        return take_tune(s, message, err);
    if (strcmp(verb, "check") == 0)
        return take_check(s, message, err);
    if (strcmp(verb, "fit") == 0)
        return take_fit(s, message, err);
    if (strcmp(verb, "save") == 0)
        return take_save(s, message, err);
    if (strcmp(verb, "load") == 0)
        return take_load(s, message, err);
    if (is_one_of(verb, "ghost forget"))
        return take_ghost(s, verb, message, err);
    if (strcmp(verb, "wall") == 0) {
        s->wall = json_is_true(json_object_get(message, "on"));
        s->wall_version = 0;
        return INK_OK;
    }
    if (strcmp(verb, "state") == 0) {
        train_tell_state(s);
        return INK_OK;
    }
    return fail(err, "train does not know how to \"%.40s\"", verb);
}

const scene_kind scene_train = {"train",    scene_open, scene_close,
                                scene_show, scene_take, train_work};
