/* The scene "landscape" as its two files know it: scene_landscape.c obeys, landscape_tell.c tells.
 */
#ifndef INK_STUDIO_LANDSCAPE_SCENE_H
#define INK_STUDIO_LANDSCAPE_SCENE_H

#include "studio/desk.h"
#include "studio/landscape/landscape.h"
#include "studio/run/run.h"

enum { SOURCE_SMALL, SOURCE_MINE };
enum { AXES_WEIGHTS, AXES_RANDOM, AXES_PATH };
enum { MOST_TOLD = 2000, MOST_MEASURED = 200000 };
extern const char *const landscape_sources[], *const landscape_axes[];

/* What "set" can change. */
typedef struct wish {
    size_t source;
    small_network small;
    long samples; /* of "mine" */
    size_t axes;
    long a, b, dice;
    double centre[2], reach;
    long n;
    double at[2]; /* where the ball starts */
    double rate, momentum;
    long batch;
    bool whole, follow;
    long dice_start;
} wish;

typedef struct landscape {
    desk *desk;
    wish now;
    terrain *terrain;
    survey survey;
    bool batch_shown; /* the survey is that of one batch */
    landmark mark[MARKS_MOST];
    size_t marks;
    roller roller;
    size_t speed;        /* of asked_speeds */
    bool playing, moved; /* moved: something to tell */
    double due, played, since, wanted;
    double progress_told, surface_told, ball_told;
    char mine_data[256];
    ink_cost mine_cost;
    float grid[SURVEY_MOST * SURVEY_MOST]; /* room for what is told */
} landscape;

void landscape_survey(landscape *scene); /* anew, of all samples or of the batch */
void landscape_play(landscape *scene, bool playing);
ink_status landscape_rewind(landscape *scene, ink_error *err);
void landscape_step(landscape *scene);

void landscape_tell_setup(landscape *scene);
void landscape_tell_network(landscape *scene);
void landscape_tell_surface(landscape *scene);
void landscape_tell_progress(landscape *scene);
void landscape_tell_ball(landscape *scene);
void landscape_tell_clock(landscape *scene);

#endif
