/* The scene "train" from the inside: what its two halves share. scene_train.c takes messages,
 * train_work.c looks at the run and tells. */
#ifndef INK_STUDIO_TRAIN_SCENE_H
#define INK_STUDIO_TRAIN_SCENE_H

#include "studio/data_panel.h"
#include "studio/desk.h"
#include "studio/run/run.h"
#include "studio/train/dead_nodes.h"
#include "studio/train/doctor.h"
#include "studio/train/past_runs.h"
#include "studio/train/train_setup.h"

typedef struct train_scene {
    desk *desk;
    data_panel *panel;
    run *run;
    run_status status;
    run_point *points; /* [RUN_MOST_POINTS] */
    size_t count;
    char name[PAST_NAME], next_name[PAST_NAME];
    size_t named; /* runs that got a number for a name */
    char speed[8];
    double asked_speed;
    bool wants_play;

    past_runs past;
    bool keeps_no_ghost; /* of the run that is to end */
    run_setup setup;     /* of the run at hand: what it becomes a ghost with */

    run_status told; /* what the page knows */
    size_t told_points;
    size_t told_tested_at, told_tested_on; /* the test in them */
    double status_due, points_due, doctor_due, wall_due, probe_due, rate_since;
    size_t rate_update;
    double updates_per_second;

    char told_doctor[sizeof((doctor_finding *)0)->sentence];
    dead_nodes *probe;
    double probe_seconds, dead;
    size_t probe_version, wall_version;
    bool wall;
} train_scene;

const char *train_data_folder(const train_scene *s);
preset_places train_preset_places(const train_scene *s);
void train_tell_state(train_scene *s);
void train_tell_setup(train_scene *s);
void train_tell_ghosts(train_scene *s);
void train_tell_points(train_scene *s);
void train_tell_status(train_scene *s);
/* Gives the run the speed that s->speed names. */
void train_set_speed(train_scene *s);
/* Reads the run's state and curve. */
void train_look(train_scene *s);
/* The run that is about to end becomes a ghost. */
void train_keep_ghost(train_scene *s);
/* Another run than before: forgets what was known of the old one. */
void train_meet(train_scene *s);
double train_work(void *scene); /* see scene_kind */

#endif
