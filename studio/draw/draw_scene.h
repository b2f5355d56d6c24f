/* The scene "draw" inside: what scene_draw.c, draw_frames.c (out) and draw_verbs.c (in) share. */
#ifndef INK_STUDIO_DRAW_SCENE_H
#define INK_STUDIO_DRAW_SCENE_H

#include "studio/desk.h"
#include "studio/draw/drawing.h"
#include "studio/draw/my_doodles.h"
#include "studio/draw/round.h"
#include "studio/draw/silence.h"
#include "studio/recogniser.h"

typedef struct draw_scene {
    desk *desk;
    drawing *drawing;
    ink_picture
        colours; /* what was uploaded, square, for models that see colour; no pixels = none */

    char source[16]; /* "digits", ..., "network", "mine" */
    recogniser *who; /* NULL: `message` says why */
    char message[512];
    long tag;              /* counts the recognisers: frames of the same tag belong together */
    size_t begun, version; /* of the run, for "network" */
    double asked_run;      /* when it was last looked at */
    bool framing;

    float scores[RECOGNISER_MOST_CLASSES];
    bool blank;
    silence_facts facts;
    unsigned reasons; /* 0 = it speaks */
    double stamp;     /* the page's own number, given back: which of its changes is this? */

    size_t left_out;  /* next stroke to be left out; (size_t)-1 = all done */
    float *without;   /* scores without each stroke: room for DRAW_MOST_LEFT_OUT * classes */
    unsigned *why;    /* and the reasons to be silent then */
    uint8_t *scratch; /* a picture of STROKES_SIDE squared */

    my_doodles *mine;
    doodle_progress progress;
    bool mine_changed; /* since it was learnt */
    char mine_message[512];
    game_round round;

    bool new_source, new_drawing, new_ranking, new_mine, new_round; /* to be told */
} draw_scene;

enum { DRAW_MOST_LEFT_OUT = 60 };

/* Makes `source` the one that is asked. What cannot be had (yet) is no error but a message. */
void draw_set_source(draw_scene *s, const char *source);
bool draw_is_source(const char *source);
/* Classes that can be drawn: all but the last of one's own, which stands for everything else. */
int draw_classes(const draw_scene *s);
/* The drawing changed: ask again. */
void draw_changed(draw_scene *s);
/* What the network sees of the drawing: grey, or the colours that were uploaded. */
ink_picture draw_picture(const draw_scene *s);

/* Frames: scene_draw.c says what is in them. */
void draw_tell_source(draw_scene *s);
void draw_tell_ranking(draw_scene *s);
void draw_tell_drawing(draw_scene *s);
/* Of `count` strokes from number `first` on. */
void draw_tell_without(draw_scene *s, size_t first, size_t count);
void draw_tell_round(draw_scene *s);
void draw_tell_mine(draw_scene *s);
/* Messages. */
ink_status draw_take(void *scene, const char *verb, json_t *message, ink_error *err);

#endif
