/* The inside of the scene Fruit: what it remembers between messages, and its frames. */
#ifndef INK_STUDIO_FRUIT_SCENE_H
#define INK_STUDIO_FRUIT_SCENE_H

#include "studio/desk.h"
#include "studio/fruit/fruit_model.h"
#include "studio/fruit/fruit_race.h"

enum {
    FRUIT_SIDE = 128, /* fields of the plane each way */
    FRUIT_FINE_SIDE = 256,
    FRUIT_LANE_SIDE = 64, /* of a lane's plane */
    FRUIT_THUMB_SIDE = 28 /* of the picture in a node */
};

typedef enum fruit_speed {
    FRUIT_ONE,
    FRUIT_TEN,
    FRUIT_WATCH,
    FRUIT_REAL,
    FRUIT_MAX,
    FRUIT_SPEEDS
} fruit_speed;

typedef struct fruit_scene {
    desk *desk;
    fruit_model *m;   /* the desk's */
    fruit_race *race; /* of the last lesson; NULL until it runs */
    bool playing;
    fruit_speed speed;
    double credit;     /* updates that are due */
    double worked;     /* when work was last called while playing */
    double watched;    /* when somebody last took a frame */
    double told;       /* when the last frame of weights was made */
    double linked;     /* when link and command were last told */
    char message[512]; /* why it does not learn */
    bool changed, points_changed, link_changed, look_now; /* to be told */
    bool probing;
    double probe_x, probe_y;
    int probe_label;
    long probe_index;       /* of a point, or -1 */
    fruit_activation graph; /* drawn beside */
    float plane[FRUIT_FINE_SIDE * FRUIT_FINE_SIDE];
    uint8_t wrong[FRUIT_POINTS];
    uint8_t thumbs[(FRUIT_LAYERS + 1) * FRUIT_NODES * FRUIT_THUMB_SIDE * FRUIT_THUMB_SIDE];
    float lane_planes[FRUIT_METHODS][FRUIT_LANE_SIDE * FRUIT_LANE_SIDE];
} fruit_scene;

ink_status fruit_scene_take(void *scene, const char *verb, json_t *message, ink_error *err);
void fruit_scene_refresh_probe(fruit_scene *s); /* a point's place, where it is one */
bool fruit_scene_racing(const fruit_scene *s);  /* is it the lesson of the race? */

void fruit_tell_state(fruit_scene *s);
void fruit_tell_points(fruit_scene *s);
void fruit_tell_look(fruit_scene *s);
void fruit_tell_probe(fruit_scene *s);
void fruit_tell_graph(fruit_scene *s);
void fruit_tell_link(fruit_scene *s);
void fruit_tell_race(fruit_scene *s);
void fruit_tell_clock(fruit_scene *s);

#endif
