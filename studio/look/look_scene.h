/* The scene "look": its state, shared by the file that takes messages and the one that tells. */
#ifndef INK_STUDIO_LOOK_SCENE_H
#define INK_STUDIO_LOOK_SCENE_H

#include "studio/data_panel.h"
#include "studio/desk.h"
#include "studio/library.h"
#include "studio/look/look.h"
#include "studio/run/run.h"

typedef enum look_phase {
    LOOK_EMPTY,   /* there is no network of one's own yet */
    LOOK_LOADING, /* data is being opened */
    LOOK_NO_DATA, /* none that fits is here: `wants` could be got */
    LOOK_FAILED,
    LOOK_READY
} look_phase;

enum { LOOK_THUMB = 64, LOOK_SIDE = 512, LOOK_GALLERY = 100, LOOK_MOST_VALUES = 1024 };

typedef struct look {
    desk *d;
    data_panel *panel;
    char source[16]; /* "mine", "digits", ... */
    bool training_part;
    look_phase phase;
    char message[512], wants[256], data[256];
    const ink_dataset *set;
    size_t begun;           /* of the run that is looked at */
    look_evaluation *shown; /* first not complete, later always */
    look_evaluation *next;  /* of newer weights, until it is complete */
    look_filter filter;
    look_list list;
    size_t cursor;
    bool to_first; /* of the list, whatever it comes to be, until somebody moves */
    bool covers;
    look_cover *cover;
    uint64_t dice;
    double looked; /* at the run, last */
    double told;   /* how far it is */
} look;

/* What comes with Inkling; NULL name = the last. */
typedef struct look_shipped {
    const char *name, *title, *sets[2];
} look_shipped;
extern const look_shipped look_shipped_models[];

void look_tell_state(look *l);
void look_tell_table(look *l);
void look_tell_sample(look *l);
void look_tell_cover(look *l);
ink_status look_tell_gallery(look *l, size_t page, size_t size, ink_error *err);
ink_status look_tell_wall(look *l, size_t wall, size_t page, ink_error *err);
void look_tell_all(look *l);

/* Names of filters in messages. */
extern const char *const look_kinds[], *const look_orders[];

/* ---- where networks and data come from (look_source.c) ---- */

/* Goes on towards LOOK_READY. */
void look_prepare(look *l);
/* Begins anew with `source` and its data. */
void look_reset(look *l);
/* Newer weights of the same run are to be looked at. */
void look_follow(look *l);
/* Evaluates the same again. */
ink_status look_again(look *l, ink_error *err);

#endif
