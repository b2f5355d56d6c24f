/* The scene "transform" inside: what its files share. */
#ifndef INK_STUDIO_TRANSFORM_SCENE_H
#define INK_STUDIO_TRANSFORM_SCENE_H

#include "studio/desk.h"
#include "studio/library.h"
#include "studio/recogniser.h"
#include "studio/transform/network_pair.h"
#include "studio/transform/warp.h"

enum {
    TRANSFORM_WITHOUT, /* learnt the pictures as they are */
    TRANSFORM_WITH,    /* learnt them changed at random */
    TRANSFORM_SHIPPED, /* the model "digits" */
    TRANSFORM_NETWORKS,
    TRANSFORM_CLASSES = 10,
    TRANSFORM_STEPS = 49,   /* of a strip: odd, so that the middle is one of them */
    TRANSFORM_WHOLE = 1000, /* test pictures that are changed and asked about */
    TRANSFORM_SHOWN = 60
};

/* The test set, part of it: as it is (0) and changed at random (1). */
typedef struct transform_whole {
    ink_dataset *sets[2];
    size_t right[2][TRANSFORM_NETWORKS], asked[2];
    int32_t guesses[TRANSFORM_NETWORKS][TRANSFORM_SHOWN];
    bool told;
} transform_whole;

typedef struct transform_scene {
    desk *desk;
    char data_name[32]; /* "mnist" or "glyphs:digits" */
    library_data data;
    bool loaded;
    char message[512];

    bool own;     /* the drawing on the pad, not a test picture */
    size_t index; /* in the test set */
    bool linked;  /* a link said which, before they were there */
    int label;    /* -1 = not known */
    uint8_t picture[WARP_AREA], changed[WARP_AREA];
    warp warp;
    uint64_t seed; /* of the noise, the dice and the whole set */

    ink_augment augment;
    bool framing;
    recogniser *who[TRANSFORM_NETWORKS];
    float scores[TRANSFORM_NETWORKS][RECOGNISER_MOST_CLASSES];
    network_pair *pair;
    pair_progress progress;
    transform_whole whole;

    double stamp;
    int next_strip; /* WARP_FIELDS = all told */
    bool new_state, new_picture, new_training;
} transform_scene;

/* A picture of 28 x 28 as network `which` sees it; the scores are 0 where there is none. */
void transform_ask(transform_scene *s, int which, const uint8_t *pixels, float *scores);
/* The highest of them; -1 where all are 0. */
int transform_best(const float *scores);
/* The drawing or test picture at hand is taken anew. */
void transform_take_picture(transform_scene *s);
/* The random change is another, or (`plain_too`) the networks or the framing are. */
void transform_restart_whole(transform_scene *s, bool plain_too);
/* Asks on for a slice; true when there is no more to do. Tells how far it is. */
bool transform_work_whole(transform_scene *s);
void transform_tell_strip(transform_scene *s, int field);
void transform_release_whole(transform_whole *whole);

#endif
