/* The scene "train": looks at the run, tells what is new, asks the doctor. */
#include "studio/train/train_scene.h"

#include "studio/train/command_text.h"
#include "studio/train/doctor.h"
#include "studio/train/train_frames.h"
#include "studio/train/train_setup.h"
#include "studio/train/train_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WATCH_SECONDS = 6, WALL_NODES = 36, LONG_CURVE = 1500 };

const char *train_data_folder(const train_scene *s)
{
    return library_data_folder(desk_library(s->desk));
}

preset_places train_preset_places(const train_scene *s)
{
    library *shelf = desk_library(s->desk);
    return (preset_places){library_data_folder(shelf), library_recipes_folder(shelf)};
}

static json_t *list_sets(const train_scene *s)
{
    static const char *const sets[][2] = {{"mnist", "MNIST digits"},
                                          {"fashion", "Fashion"},
                                          {"quickdraw", "Quick, Draw!"},
                                          {"cifar10", "CIFAR-10"},
                                          {"glyphs:digits", "Built-in digits"},
                                          {"glyphs:doodles", "Built-in doodles"},
                                          {"fruit:moons", "Fruit: moons"},
                                          {"fruit:circles", "Fruit: circles"},
                                          {"fruit:spiral", "Fruit: spiral"},
                                          {"fruit:curve", "Fruit: curve"},
                                          {"fruit:xor", "Fruit: xor"}};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b}", "name", sets[i][0], "title", sets[i][1], "here",
                            ink_dataset_is_here(sets[i][0], train_data_folder(s))));
    return list;
}

void train_tell_state(train_scene *s)
{
    const char *state = desk_state_folder(s->desk);
    preset_places places = train_preset_places(s);
    desk_tell(s->desk, &scene_train, "state",
              json_pack("{s:o, s:o, s:o, s:o, s:s?}", "fields", setup_fields(), "presets",
                        preset_list(&places), "sets", list_sets(s), "saved", store_list(state),
                        "folder", state));
}

void train_tell_setup(train_scene *s)
{
    char command[4096];
    s->setup = *run_setup_now(s->run);
    command_text(&s->setup, 0, command, sizeof command);
    desk_tell(s->desk, &scene_train, "setup",
              json_pack("{s:o, s:s, s:s}", "setup", setup_write(&s->setup), "name", s->name,
                        "command", command));
}

void train_tell_ghosts(train_scene *s)
{
    float *columns;
    size_t floats;
    json_t *runs = past_write(&s->past, &columns, &floats);
    desk_array array = {"f32", columns, floats};
    desk_tell_arrays(s->desk, &scene_train, "ghosts", json_pack("{s:o}", "runs", runs), &array, 1);
    free(columns);
}

void train_tell_points(train_scene *s)
{
    float *columns = malloc((PAST_COLUMNS * s->count + 1) * sizeof *columns);
    if (!columns)
        return;
    past_columns(s->points, s->count, columns);
    desk_array array = {"f32", columns, PAST_COLUMNS * s->count};
    desk_tell_arrays(s->desk, &scene_train, "points",
                     json_pack("{s:I, s:I}", "count", (json_int_t)s->count, "begun",
                               (json_int_t)s->status.begun),
                     &array, 1);
    free(columns);
}

void train_tell_status(train_scene *s)
{
    double left =
        (s->status.epochs * (double)s->status.updates_per_epoch - (double)s->status.update) /
        s->updates_per_second;
    train_numbers numbers = {.status = &s->status,
                             .points = s->points,
                             .count = s->count,
                             .left = s->updates_per_second > 0 ? fmax(left, 0) : (double)NAN};
    desk_tell(s->desk, &scene_train, "status", status_frame(&numbers));
    desk_tell(s->desk, &scene_train, "clock",
              clock_frame(&s->status, s->speed, s->setup.settings.seed, s->wants_play));
}

/* ---- the run ---- */

void train_set_speed(train_scene *s)
{
    double speed = (double)INFINITY, epoch = (double)s->status.updates_per_epoch;
    if (strcmp(s->speed, "1/s") == 0)
        speed = 1;
    else if (strcmp(s->speed, "10/s") == 0)
        speed = 10;
    else if (strcmp(s->speed, "watch") == 0)
        speed = epoch > 0 ? epoch / WATCH_SECONDS : 100;
    if (speed != s->asked_speed)
        run_speed(s->run, speed);
    s->asked_speed = speed;
}

void train_keep_ghost(train_scene *s)
{
    if (s->status.phase != RUN_EMPTY && !s->keeps_no_ghost && s->status.furthest > 0 &&
        past_keep(&s->past, s->name, &s->setup, &s->status, s->points, s->count))
        train_tell_ghosts(s);
    s->keeps_no_ghost = false;
    s->count = 0;
}

void train_look(train_scene *s)
{
    run_look(s->run, &s->status);
    s->count = run_points(s->run, s->points, RUN_MOST_POINTS);
}

void train_meet(train_scene *s)
{
    s->told = (run_status){.begun = s->status.begun};
    s->told_points = 0;
    s->dead = (double)NAN;
    dead_nodes_free(s->probe);
    s->probe = NULL;
    s->updates_per_second = 0;
    s->rate_since = 0;
    s->status_due = s->points_due = s->doctor_due = s->probe_due = s->wall_due = 0;
    s->wall_version = 0;
    if (*s->next_name)
        snprintf(s->name, sizeof s->name, "%s", s->next_name);
    else
        snprintf(s->name, sizeof s->name, "run %zu", ++s->named);
    s->next_name[0] = 0;
    s->asked_speed = -1;
    train_set_speed(s);
    train_tell_setup(s);
    s->count = 0; /* the curve of the old one must not stay, even where the new one never begins */
    train_tell_points(s);
}

/* ---- work ---- */

/* Updates a second of late, for the time that is left. */
static void measure_speed(train_scene *s, double now)
{
    if (s->status.phase != RUN_PLAYING || s->status.update < s->rate_update || s->rate_since <= 0) {
        s->rate_since = now;
        s->rate_update = s->status.update;
    } else if (now - s->rate_since > 1) {
        double rate = (double)(s->status.update - s->rate_update) / (now - s->rate_since);
        s->updates_per_second =
            s->updates_per_second > 0 ? 0.7 * s->updates_per_second + 0.3 * rate : rate;
        s->rate_since = now;
        s->rate_update = s->status.update;
    }
}

static bool is_news(const run_status *a, const run_status *b)
{
    return a->phase != b->phase || a->version != b->version || a->update != b->update ||
           a->furthest != b->furthest || a->tested_at != b->tested_at ||
           a->updates_per_epoch != b->updates_per_epoch || a->loading != b->loading ||
           a->messages != b->messages || a->waiting != b->waiting;
}

/* At full speed it is told rarely and all at once: each picture that a browser paints takes its
 * time from the training. */
static bool is_paced(const train_scene *s)
{
    return strcmp(s->speed, "max") != 0 || s->status.phase != RUN_PLAYING;
}

static void news_of_run(train_scene *s, double now)
{
    bool paced = is_paced(s);
    bool news = is_news(&s->status, &s->told);
    if (news && now >= s->status_due && desk_wants(s->desk, &scene_train, "status")) {
        bool loaded = s->status.updates_per_epoch != s->told.updates_per_epoch;
        bool done = s->status.phase != s->told.phase; /* a save may have ended too */
        s->told = s->status;
        s->status_due = now + (paced ? 1.0 / 30 : 1);
        train_tell_status(s);
        if (loaded)
            train_tell_setup(s);
        if (done || !paced)
            s->points_due = 0;
        if (done)
            s->doctor_due = 0;
    }
    /* A test after going back changes a point that is there already. */
    bool tested =
        s->told_tested_at != s->status.tested_at || s->told_tested_on != s->status.tested_on;
    if ((s->told_points != s->status.points || tested) && now >= s->points_due &&
        desk_wants(s->desk, &scene_train, "points")) {
        s->count = run_points(s->run, s->points, RUN_MOST_POINTS);
        s->told_points = s->status.points;
        s->told_tested_at = s->status.tested_at;
        s->told_tested_on = s->status.tested_on;
        s->points_due = now + (!paced ? 1 : s->count > LONG_CURVE ? 0.25 : 0.1);
        train_tell_points(s);
    }
}

static void consult(train_scene *s, double now)
{
    if (now < s->doctor_due || !desk_wants(s->desk, &scene_train, "doctor"))
        return;
    s->doctor_due = now + (is_paced(s) ? 0.5 : 2);
    library_data data = {NULL, NULL};
    doctor_view view = {.status = &s->status,
                        .points = s->points,
                        .count = s->count,
                        .setup = run_setup_now(s->run),
                        .dead = s->dead};
    if (run_data(s->run, &data)) {
        int height, width, channels;
        ink_dataset_shape(data.train, &height, &width, &channels);
        view.classes = ink_dataset_classes(data.train);
        view.pictures = ink_dataset_count(data.train) > 0 && ink_dataset_pixels(data.train, 0);
        view.colour = channels != 1;
    }
    doctor_finding finding;
    doctor_look(&view, &finding);
    if (strcmp(finding.sentence, s->told_doctor) != 0) {
        snprintf(s->told_doctor, sizeof s->told_doctor, "%s", finding.sentence);
        desk_tell(s->desk, &scene_train, "doctor", doctor_frame(&finding));
    }
    doctor_release(&finding);
}

static bool is_at_work(const train_scene *s)
{
    return s->status.phase == RUN_PLAYING || s->status.phase == RUN_PAUSED ||
           s->status.phase == RUN_DONE;
}

/* Looks for dead nodes now and then, in slices, for a twentieth of the time at most. */
static void examine(train_scene *s, double now)
{
    library_data data;
    ink_error err = {.status = INK_OK};
    if (!s->probe && now >= s->probe_due && is_at_work(s) && s->status.update > 0 &&
        s->status.version != s->probe_version && run_data(s->run, &data)) {
        ink_model *model = run_model(s->run, &s->probe_version, &err);
        s->probe = model ? dead_nodes_new(model, data.train, &err) : NULL;
        s->probe_seconds = desk_now() - now;
        s->probe_due = now + 2;
    }
    if (!s->probe)
        return;
    double begun = desk_now();
    bool done = dead_nodes_work(s->probe, SCENE_SLICE / 4);
    s->probe_seconds += desk_now() - begun;
    if (!done)
        return;
    s->dead = dead_nodes_share(s->probe);
    dead_nodes_free(s->probe);
    s->probe = NULL;
    s->probe_due = now + fmax(1, 20 * s->probe_seconds);
}

static void show_wall(train_scene *s, double now)
{
    if (!s->wall || now < s->wall_due || s->status.version == s->wall_version || !is_at_work(s) ||
        !desk_wants(s->desk, &scene_train, "wall"))
        return;
    ink_error err = {.status = INK_OK};
    ink_model *model = run_model(s->run, &s->wall_version, &err);
    s->wall_due = now + (strcmp(s->speed, "max") == 0 ? 2 : 0.3);
    json_t *body = NULL;
    size_t floats = 0;
    float *pictures = model ? first_weights(model, WALL_NODES, &body, &floats) : NULL;
    if (pictures) {
        desk_array array = {"f32", pictures, floats};
        desk_tell_arrays(s->desk, &scene_train, "wall", body, &array, 1);
    } else if (model) {
        desk_tell(s->desk, &scene_train, "wall", json_pack("{s:i}", "count", 0));
    }
    free(pictures);
    ink_model_free(model);
}

double train_work(void *scene)
{
    train_scene *s = scene;
    double now = desk_now();
    size_t begun = s->status.begun;
    run_status status;
    run_look(s->run, &status);
    if (status.begun != begun)
        train_keep_ghost(s); /* with what was known of it */
    s->status = status;
    if (status.begun != begun)
        train_meet(s);
    measure_speed(s, now);
    train_set_speed(s);
    news_of_run(s, now);
    consult(s, now);
    examine(s, now);
    show_wall(s, now);
    double panel = data_panel_work(s->panel);
    bool watched = desk_is_watched(s->desk, &scene_train);
    return fmin(panel, s->probe ? SCENE_SLICE / 2 : watched ? SCENE_SLICE : 0.25);
}
