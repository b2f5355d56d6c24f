/* The scene "train": the workbench. The run is the desk's; this scene begins it, steers it, keeps
 * those that are over as ghosts, and says what ails it.
 *
 * Messages (setups as in train_setup.h; the answer is {} unless said):
 *     begin {"setup"?, "preset"?, "name"?, "whole"?, "paused"?, "instead"?}
 *                               starts anew: the settings of now, or with "whole" the defaults, or
 *                               a preset, changed by "setup"; "instead" keeps no ghost of the run
 *                               that ends
 *     tune {"setup"}            changes what may change while it learns
 *     check {"net"}             -> see setup_check
 *     fit {"data", "limit"?, "net"}
 *                               -> {"loading": true}: ask again; or {"net", "shape", "classes"}
 *     play, pause, step {"updates"?}, rewind, new_start, speed {"speed"}, seek {"update"}
 *     save {"name", "half"?}    -> {"path"}
 *     load {"name"}
 *     ghost {"run", "name"?, "shown"?}, forget {"run"}
 *                               "run": the id of one that is over
 *     wall {"on"}               frames "wall" only while they are looked at
 *     state                     tells "state" again: which data and models are here now
 *     data_...                  see data_panel.h
 * Frames:
 *     state   {"fields", "presets", "sets", "saved", "folder"}
 *     setup   {"setup", "name", "command"}
 *     clock, status             see train_frames.h
 *     points  {"count", "begun"}, f32: 8 rows of `count` as in past_runs.h
 *     ghosts  {"runs"}, f32: see past_runs.h
 *     doctor  {"finding"}, see train_frames.h
 *     wall    {"height", "width", "channels", "count", "of"}, f32
 *     data    see data_panel.h */
#include "studio/train/train_scene.h"

#include "studio/asked.h"
#include "studio/dice.h"
#include "studio/train/train_setup.h"
#include "studio/train/train_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 1000000 };

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
    preset_places places = train_preset_places(s);
    ink_status status = preset_setup(train_presets[0].name, &places, &setup, err);
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
        say_error(err, INK_ENOMEM, "there is no memory for this lesson");
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

/* What may be left out: NULL where it is no text either. */
static const char *text_of(json_t *message, const char *key)
{
    return json_string_value(json_object_get(message, key));
}

static ink_status take_begin(train_scene *s, json_t *message, ink_error *err)
{
    run_setup setup = *run_setup_now(s->run);
    json_t *changes = json_object_get(message, "setup");
    const char *preset = text_of(message, "preset");
    char name[PAST_NAME] = "";
    bool whole = false, paused = false, instead = false;
    if (maybe_text(message, "name", name, sizeof name, err) != INK_OK ||
        maybe_bool(message, "whole", &whole, err) != INK_OK ||
        maybe_bool(message, "paused", &paused, err) != INK_OK ||
        maybe_bool(message, "instead", &instead, err) != INK_OK)
        return INK_EINVAL;
    if (whole)
        run_setup_init(&setup);
    preset_places places = train_preset_places(s);
    ink_status status = preset ? preset_setup(preset, &places, &setup, err) : INK_OK;
    if (status == INK_OK && changes)
        status = setup_read(changes, &setup, err);
    if (status != INK_OK)
        return status;
    if (preset && !*name)
        preset_title(preset, name, sizeof name);
    s->keeps_no_ghost = instead;
    status = begin(s, &setup, name, !paused, err);
    s->keeps_no_ghost = false;
    return status;
}

static ink_status take_tune(train_scene *s, json_t *message, ink_error *err)
{
    const run_setup *now = run_setup_now(s->run);
    run_setup setup = *now;
    ink_status status = setup_read(json_object_get(message, "setup"), &setup, err);
    if (status == INK_OK && setup_restarts(now, &setup))
        return say_error(err, INK_EINVAL,
                         "a setting that starts anew cannot change while it learns: use \"begin\"");
    if (status == INK_OK)
        status = run_tune(s->run, &setup.settings, err);
    if (status == INK_OK)
        train_tell_setup(s);
    return status;
}

static ink_status take_check(train_scene *s, json_t *message, ink_error *err)
{
    const char *net = asked_text(message, "net", sizeof s->setup.net - 1, err);
    json_t *answer = net ? setup_check(net, err) : NULL;
    if (!answer)
        return INK_EINVAL;
    desk_answer(s->desk, answer);
    return INK_OK;
}

static ink_status take_fit(train_scene *s, json_t *message, ink_error *err)
{
    size_t limit = 0;
    const char *net = asked_text(message, "net", sizeof s->setup.net - 1, err);
    const char *name = net ? asked_text(message, "data", sizeof s->setup.data - 1, err) : NULL;
    if (!name || maybe_count(message, "limit", 0, UINT32_MAX, &limit, err) != INK_OK)
        return INK_EINVAL;
    library_data data;
    char fitted[sizeof s->setup.net];
    library_state state = library_data_get(desk_library(s->desk), name, limit, &data, err);
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

static ink_status take_play(train_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    if (s->status.phase == RUN_DONE)
        return say_error(err, INK_EINVAL, "all epochs are done: give it more of them, or rewind");
    s->wants_play = true;
    run_play(s->run);
    return INK_OK;
}

static ink_status take_pause(train_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    s->wants_play = false;
    run_pause(s->run);
    return INK_OK;
}

static ink_status take_step(train_scene *s, json_t *message, ink_error *err)
{
    size_t updates = 1;
    ink_status status = maybe_count(message, "updates", 1, MOST_STEPS, &updates, err);
    if (status != INK_OK)
        return status;
    s->wants_play = false;
    run_step(s->run, updates);
    return INK_OK;
}

static ink_status take_seek(train_scene *s, json_t *message, ink_error *err)
{
    size_t update = 0;
    ink_status status = asked_count(message, "update", 0, (size_t)1 << 53, &update, err);
    if (status != INK_OK)
        return status;
    s->wants_play = false;
    run_seek(s->run, update);
    return INK_OK;
}

static ink_status take_rewind(train_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    s->wants_play = false;
    run_seek(s->run, 0);
    return INK_OK;
}

static ink_status take_speed(train_scene *s, json_t *message, ink_error *err)
{
    size_t speed = 0;
    ink_status status = asked_choice(message, "speed", asked_speeds, &speed, err);
    if (status != INK_OK)
        return status;
    snprintf(s->speed, sizeof s->speed, "%s", asked_speeds[speed]);
    train_set_speed(s);
    s->updates_per_second = 0;
    s->rate_since = 0;
    train_tell_status(s);
    return INK_OK;
}

/* Another seed, everything else the same. */
static ink_status take_new_start(train_scene *s, json_t *message, ink_error *err)
{
    (void)message;
    run_setup setup = *run_setup_now(s->run);
    uint64_t state = (uint64_t)(desk_now() * 1e6), seed = 1 + dice_bits(&state) % 9999;
    setup.settings.seed = seed == setup.settings.seed ? seed + 1 : seed;
    return begin(s, &setup, "", true, err);
}

static ink_status take_save(train_scene *s, json_t *message, ink_error *err)
{
    char path[4200];
    bool half = false;
    ink_status status = maybe_bool(message, "half", &half, err);
    if (status == INK_OK)
        status = store_path(desk_state_folder(s->desk), text_of(message, "name"), path, sizeof path,
                            err);
    if (status == INK_OK)
        status = run_save(s->run, path, half, err);
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

static ink_status find_ghost(train_scene *s, json_t *message, past_run **ghost, ink_error *err)
{
    size_t id = 0;
    ink_status status = asked_count(message, "run", 1, INT32_MAX, &id, err);
    if (status != INK_OK)
        return status;
    *ghost = past_named(&s->past, (int)id);
    return *ghost ? INK_OK : say_error(err, INK_EINVAL, "there is no run %zu to compare with", id);
}

static ink_status take_ghost(train_scene *s, json_t *message, ink_error *err)
{
    past_run *ghost = NULL;
    char name[PAST_NAME] = "";
    ink_status status = find_ghost(s, message, &ghost, err);
    if (status == INK_OK)
        status = maybe_text(message, "name", name, sizeof name, err);
    if (status == INK_OK)
        status = maybe_bool(message, "shown", &ghost->shown, err);
    if (status == INK_OK && *name)
        snprintf(ghost->name, sizeof ghost->name, "%s", name);
    train_tell_ghosts(s);
    return status;
}

static ink_status take_forget(train_scene *s, json_t *message, ink_error *err)
{
    past_run *ghost = NULL;
    ink_status status = find_ghost(s, message, &ghost, err);
    if (status != INK_OK)
        return status;
    past_forget(&s->past, ghost->id);
    train_tell_ghosts(s);
    return INK_OK;
}

static ink_status take_wall(train_scene *s, json_t *message, ink_error *err)
{
    s->wall_version = 0;
    return asked_bool(message, "on", &s->wall, err);
}

static ink_status take_state(train_scene *s, json_t *message, ink_error *err)
{
    (void)message, (void)err;
    train_tell_state(s);
    return INK_OK;
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    static const struct {
        const char *verb;
        ink_status (*take)(train_scene *s, json_t *message, ink_error *err);
    } verbs[] = {{"play", take_play},           {"pause", take_pause}, {"step", take_step},
                 {"seek", take_seek},           {"speed", take_speed}, {"rewind", take_rewind},
                 {"new_start", take_new_start}, {"begin", take_begin}, {"tune", take_tune},
                 {"check", take_check},         {"fit", take_fit},     {"save", take_save},
                 {"load", take_load},           {"ghost", take_ghost}, {"forget", take_forget},
                 {"wall", take_wall},           {"state", take_state}};
    train_scene *s = scene;
    ink_status status;
    s->status_due = s->points_due = 0; /* what it does is to be seen at once */
    if (data_panel_take(s->panel, verb, message, &status, err))
        return status;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].verb, verb) == 0)
            return verbs[i].take(s, message, err);
    return say_error(err, INK_EINVAL, "train does not know how to \"%.40s\"", verb);
}

void scene_train_expect(library *shared)
{
    run_setup setup;
    library_data data;
    ink_error unseen = {.status = INK_OK};
    preset_places places = {library_data_folder(shared), NULL};
    if (preset_setup(train_presets[0].name, &places, &setup, &unseen) == INK_OK)
        library_data_get(shared, setup.data, setup.limit, &data, &unseen);
}

const scene_kind scene_train = {"train",    scene_open, scene_close,
                                scene_show, scene_take, train_work};
