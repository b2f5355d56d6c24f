/* What the scenes Fruit and Microscope look at together: points, a small network, how it learns,
 * and the trainer that does it.
 *
 * Weights set by hand become the start that "rewind" goes back to. Whatever else changes while it
 * learns - points, rate, method - leaves the weights where they are; then no command can repeat
 * the run, which `clean` says.
 *
 * Thread safety: the desk's thread alone. */
#ifndef INK_STUDIO_FRUIT_MODEL_H
#define INK_STUDIO_FRUIT_MODEL_H

#include "studio/fruit/fruit_net.h"

#include "inkling/trainer.h"

#include <jansson.h>

enum {
    FRUIT_POINTS = 1000, /* most */
    FRUIT_CLASSES = 2,   /* 0 safe, 1 poisonous */
    FRUIT_LESSONS = 7
};

typedef enum fruit_method {
    FRUIT_FINITE,   /* nudge every parameter, all points an update */
    FRUIT_FULL,     /* backpropagation, all points an update */
    FRUIT_MINI,     /* backpropagation, a few points an update */
    FRUIT_MOMENTUM, /* the same with momentum */
    FRUIT_METHODS
} fruit_method;

const char *fruit_method_name(fruit_method method); /* "finite", "full", "mini", "momentum" */
const char *fruit_method_title(fruit_method method);
ink_status fruit_method_parse(const char *name, fruit_method *method, ink_error *err);

typedef struct fruit_data {
    char shape[16]; /* of the engine, such as "moons"; or "bend", "random" (fruit_points.c) */
    size_t points;
    double noise;
    uint64_t seed;
    bool hand; /* points were placed, moved or taken away since */
} fruit_data;

typedef struct fruit_settings {
    ink_cost cost;
    fruit_method method;
    double rate, momentum;
    size_t batch; /* of the mini methods */
} fruit_settings;

typedef struct fruit_model {
    int lesson; /* 1.. */
    fruit_data data;
    size_t count;
    float xy[2 * FRUIT_POINTS];
    int32_t labels[FRUIT_POINTS];

    fruit_shape shape;
    bool biases;
    ink_network *network;
    uint64_t seed;
    bool hand_set; /* the start was set by hand, not drawn from the seed */
    float *start;  /* where "rewind" goes */
    fruit_settings settings;

    size_t version; /* changes with weights or points */
    bool clean;     /* the weights are start + updates, nothing changed between */
    ink_dataset *set;
    ink_trainer *trainer;  /* NULL until a step is asked for, and after a change */
    size_t updates_before; /* by trainers that are gone */
    double seconds_before, passes_before, epochs_before;
} fruit_model;

fruit_model *fruit_model_new(ink_error *err); /* the first lesson */
void fruit_model_free(fruit_model *m);
void fruit_model_release(fruit_model *m); /* all that it owns, not itself */

/* All of these leave the model as it was when they fail. Points (fruit_points.c): a point set by
 * hand lies on a fine grid, so that links can say exactly where. */
ink_status fruit_model_set_data(fruit_model *m, const fruit_data *data, ink_error *err);
ink_status fruit_model_place(fruit_model *m, double x, double y, int label, ink_error *err);
ink_status fruit_model_move(fruit_model *m, size_t index, double x, double y, int label,
                            ink_error *err);
ink_status fruit_model_remove(fruit_model *m, size_t index, ink_error *err);
/* All points anew, as 22 bits of place and 2 of class each, four letters of base64url a point. */
ink_status fruit_model_set_points(fruit_model *m, const char *code, ink_error *err);
char *fruit_model_points_code(const fruit_model *m); /* free(); NULL without memory */
/* Fresh weights from the seed. */
ink_status fruit_model_set_shape(fruit_model *m, const fruit_shape *shape, ink_error *err);
/* Other functions for the same layers; the weights stay and are the start. */
ink_status fruit_model_set_activations(fruit_model *m, const fruit_shape *shape, ink_error *err);
ink_status fruit_model_set_biases(fruit_model *m, bool on, ink_error *err);
ink_status fruit_model_set_weight(fruit_model *m, size_t parameter, double value, ink_error *err);
ink_status fruit_model_set_weights(fruit_model *m, const double *values, size_t count,
                                   ink_error *err);
ink_status fruit_model_set_settings(fruit_model *m, const fruit_settings *settings, ink_error *err);
void fruit_model_rewind(fruit_model *m);
void fruit_model_new_start(fruit_model *m, uint64_t seed);
/* fruit_lessons.c: a preset of everything; 1 to FRUIT_LESSONS. */
ink_status fruit_model_lesson(fruit_model *m, int lesson, ink_error *err);
/* The same, but the points stay. */
ink_status fruit_model_lesson_with_points(fruit_model *m, int lesson, ink_error *err);
const char *fruit_lesson_title(int lesson);
const char *fruit_lesson_sentence(int lesson);
int fruit_lesson_glow(int lesson); /* the parameter to drag first; -1 = none */

/* Something that the trainer knows was changed. */
void fruit_model_interfere(fruit_model *m);

/* ---- learning ---- */

/* Can it learn as it is set? The sentence says why not. */
ink_status fruit_model_can_learn(fruit_model *m, ink_error *err);
ink_status fruit_model_step(fruit_model *m, ink_error *err);

typedef struct fruit_progress {
    size_t updates;
    double epochs, seconds;
    double passes; /* of single points through the network */
} fruit_progress;
fruit_progress fruit_model_progress(const fruit_model *m);
/* What ink_trainer_new needs for that method on those points. */
void fruit_train_settings(const fruit_model *m, fruit_method method, ink_train_settings *settings);
ink_dataset *fruit_model_dataset(const fruit_model *m, ink_error *err); /* a fresh one */

/* ---- looking ---- */

const float *fruit_model_parameters(const fruit_model *m);
/* The parameters in double, up to FRUIT_MOST of them. */
void fruit_model_doubles(const fruit_model *m, double w[FRUIT_MOST]);
/* How much safer than poisonous (safe output - poisonous output), at the middles of side x side
 * fields from *least* to *most* each way, the lowest row first. False without memory. */
bool fruit_model_plane(const fruit_model *m, double least, double most, size_t side,
                       float *margins);
/* Mean cost of all points; wrong[i] is 1 for those told wrong (room for `count`), 0 for the rest.
 */
double fruit_model_judge(const fruit_model *m, uint8_t *wrong);
/* The same, and how many are told right (may be NULL). */
double fruit_model_cost(const fruit_model *m, size_t *right);

/* ---- links and commands (fruit_link.c) ---- */

/* The state as the strings of a link; NULL without memory. */
json_t *fruit_model_link(const fruit_model *m);
/* Takes such strings, which are not trusted; nothing changes where they say what is there. */
ink_status fruit_model_open_link(fruit_model *m, const json_t *link, ink_error *err);
/* The command that gives the same bits, or "" with the reason in `why`. */
void fruit_model_command(const fruit_model *m, char command[1024], char why[256]);
/* The points as a CSV file in fresh memory (free()); NULL without memory. */
char *fruit_model_csv(const fruit_model *m);

#endif
