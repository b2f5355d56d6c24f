/* A run on the disk: a model file that also holds what it takes to go on. */
#ifndef INK_TRAIN_CHECKPOINT_H
#define INK_TRAIN_CHECKPOINT_H

#include "inkling/train.h"

/* How far a run is. Everything else that changes is a vector or follows from the settings. */
typedef struct ink__position {
    uint64_t update;      /* updates done */
    uint64_t images;      /* samples seen */
    uint64_t evaluations; /* done */
    uint64_t waiting;     /* of them since the best one */
    uint64_t stretch;     /* samples since the last evaluation */
    double stretch_cost;  /* their summed cost */
    double best_cost;     /* lowest held-out cost; INFINITY before the first */
    double train_seconds, load_seconds;
    uint64_t samples; /* in the training set: a run goes on with the data it began with */
} ink__position;

/* The vectors of a run; those that a run does not use are NULL. All have as many floats as the
 * network has parameters, the `_state` ones as its state vector. */
typedef struct ink__vectors {
    float *v, *s;             /* the optimiser's */
    float *raw, *raw_state;   /* the weights that are stepped, where the model holds an average */
    float *best, *best_state; /* with the lowest held-out cost so far */
} ink__vectors;

typedef struct ink__checkpoint {
    ink_network *network; /* what a user of the file gets; only read */
    const ink_input *input;
    const ink_dataset *data;
    const ink_train_settings *settings;
    const ink__position *position;
    ink__vectors vectors;
} ink__checkpoint;

/* Writes settings->checkpoint, whole or not at all. */
ink_status ink__checkpoint_write(const ink__checkpoint *checkpoint, ink_error *err);

/* A checkpoint read back. */
struct ink_resume {
    char *path, *note, *data_name;
    ink_model *model;
    ink_train_settings settings;
    ink__position position;
    ink__vectors vectors; /* owned */
};

/* Is that the data the run began with? */
ink_status ink__resume_fits(const ink_resume *resume, const ink_dataset *train, ink_error *err);

#endif
