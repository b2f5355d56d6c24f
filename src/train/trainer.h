/* What a trainer is inside, for the training loop. */
#ifndef INK_TRAIN_TRAINER_H
#define INK_TRAIN_TRAINER_H

#include "inkling/trainer.h"
#include "nn/optimizer.h"
#include "train/batch.h"
#include "train/checkpoint.h"
#include "train/pace.h"

enum { INK_TRUST_EVERY = 64 }; /* updates between copies of weights that are good */

struct ink_trainer {
    ink_network *network; /* stepped */
    ink_network *shown;   /* what a user gets: the average, or the network itself */
    ink_input input;
    const ink_dataset *train;
    ink_train_settings settings;
    ink_pool *pool;
    ink__pace pace; /* how many of its threads steps use */

    ink__loader loader;
    ink_workspace *ws;
    ink__optimizer optimizer;
    ink__rate_plan plan;
    bool short_way;
    float *gradient, *part;   /* the long way's; NULL on the short way */
    float *good, *good_state; /* the last weights known to be finite */
    size_t trust_every;       /* updates between copies into `good`; 0 = the owner makes them */

    size_t held;      /* samples left out */
    size_t batch;     /* samples an update */
    size_t per_epoch; /* updates */
    uint64_t updates; /* planned in all */
    ink__position at;
    double batch_cost;
    double gradient_norm;
    float rate;
    bool diverged;
};

/* As the public functions, into *made; the settings were checked before. From `from` if it is not
 * NULL. */
ink_status ink__trainer_make(ink_network *network, const ink_input *input, const ink_dataset *train,
                             const ink_train_settings *settings, const ink_resume *from,
                             ink_pool *pool, ink_trainer **made, ink_error *err);
double ink__trainer_epoch(const ink_trainer *trainer);  /* done */
double ink__trainer_epochs(const ink_trainer *trainer); /* planned: a whole number of updates */
/* Takes the weights that a user gets now as good ones; false if they are not finite. */
bool ink__trainer_trust(ink_trainer *trainer);
/* Goes back to good weights and says what happened. */
ink_status ink__trainer_diverged(ink_trainer *trainer, ink_error *err);
/* The update after which evaluation number `index` (0 = first) comes; the last is at the end. */
uint64_t ink__trainer_evaluation_at(const ink_trainer *trainer, uint64_t index);
/* With the best weights so far in `best`, NULL without. */
ink_status ink__trainer_write(const ink_trainer *trainer, const ink__position *at,
                              const ink__vectors *best, const char *path, ink_error *err);
/* Does a step need memory to see the gradient whole? */
bool ink__trainer_gathers(const ink_train_settings *settings, size_t batch);
size_t ink__trainer_rows(size_t batch); /* samples whose activations are in memory at once */

void ink__weights_keep(const ink_network *network, float *w, float *state);
void ink__weights_give(ink_network *network, const float *w, const float *state);

/* A part of the training set: `count` samples from `first` of the hold-out order of `seed`. */
ink_dataset *ink__part_of(const ink_dataset *data, uint64_t seed, size_t first, size_t count,
                          ink_error *err);

#endif
