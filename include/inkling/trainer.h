/* Learning one update at a time, for whoever wants the loop in their own hands: a window that shows
 * every step, a lesson that goes back and forth. ink_train is a loop over this and some evaluation;
 * the same settings give the same bits.
 *
 * Thread safety: one thread at a time each; several trainers may share a data set, each with its
 * own network and pool. The network must not be changed while a trainer has it, except through
 * ink_trainer_restore; looking at it between steps is fine. */
#ifndef INKLING_TRAINER_H
#define INKLING_TRAINER_H

#include "inkling/train.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_trainer ink_trainer;

/* A trainer before its first update. `network` (initialised by the caller), `train` and `pool`
 * (NULL = the caller alone) are kept, not owned, and must outlive it; `input` and the numbers of
 * `settings` are copied. Of the settings `epochs` only shapes the schedule, and evaluation,
 * patience and checkpoint are the caller's own business; but with patience or keep_best a tenth of
 * the samples is left out of learning, as in ink_train. NULL as ink_train_check says, or without
 * memory. */
INK_API ink_trainer *ink_trainer_new(ink_network *network, const ink_input *input,
                                     const ink_dataset *train, const ink_train_settings *settings,
                                     ink_pool *pool, ink_error *err);
/* Goes on from a checkpoint, which must outlive the trainer: its model's network is stepped.
 * `train` must be the data the run began with. */
INK_API ink_trainer *ink_trainer_resume(ink_resume *resume, const ink_dataset *train,
                                        ink_pool *pool, ink_error *err);
/* The network keeps the weights of the latest update. */
INK_API void ink_trainer_free(ink_trainer *trainer);

/* One update: a batch, its gradient, a step of the optimiser. Allocates nothing. INK_EDIVERGED when
 * the cost is not a finite number: no step is made, the network holds weights of at most 64 updates
 * ago that were good, and every further call says the same until ink_trainer_restore. May go on
 * beyond `epochs`: the schedule then stays where it ended. */
INK_API ink_status ink_trainer_step(ink_trainer *trainer, ink_error *err);

typedef struct ink_trainer_progress {
    size_t update; /* updates done */
    size_t images; /* training samples seen */
    size_t updates_per_epoch;
    size_t updates;        /* planned: all epochs */
    size_t batch;          /* samples an update; the last of an epoch may have fewer */
    double epoch, epochs;  /* done, e.g. 2.4; planned, as in train.h */
    float rate;            /* of the latest update; before the first, of the settings */
    double cost;           /* of the latest batch, before its step; NAN before the first */
    double gradient_norm;  /* of the latest update, before clipping; NAN where the gradient goes
                              into the weights layer by layer and is never seen whole: by
                              backpropagation on batches of up to 4096, without clipping or Muon */
    double forward_passes; /* of batches through the network: one an update by backpropagation, one
                              or two a parameter by finite differences */
    double train_seconds;  /* forward, backward and update */
    double load_seconds;   /* making batches */
} ink_trainer_progress;
INK_API ink_trainer_progress ink_trainer_look(const ink_trainer *trainer);

/* What a user of the trained network gets now: the moving average if the settings ask for one,
 * otherwise the network itself. Owned by the trainer, or by whoever owns the network. */
INK_API const ink_network *ink_trainer_network(const ink_trainer *trainer);
/* As they are now; the strings are those of the caller. */
INK_API const ink_train_settings *ink_trainer_settings(const ink_trainer *trainer);

/* Changes the settings from the next update on. Those that memory or the order of the samples
 * depends on must stay - cost, gradient, optimizer, average, precision, batch, patience, keep_best,
 * seed: INK_EINVAL names the first that differs. On failure everything stays as it was. */
INK_API ink_status ink_trainer_tune(ink_trainer *trainer, const ink_train_settings *settings,
                                    ink_error *err);

/* A state in memory: weights, running statistics, the optimiser's vectors, average, position. Kept,
 * restored and stepped again under the same settings it gives the same bits. `memory` has room for
 * ink_trainer_state_size bytes, which never changes, and needs no alignment; its content is only
 * for a trainer of the same network text, data and fixed settings in the same process. What was
 * tuned is no part of it. INK_EINVAL for the state of another kind of trainer. */
INK_API size_t ink_trainer_state_size(const ink_trainer *trainer);
INK_API void ink_trainer_keep(const ink_trainer *trainer, void *memory);
INK_API ink_status ink_trainer_restore(ink_trainer *trainer, const void *memory, ink_error *err);

/* Writes a checkpoint that ink_resume_open reads, whole or not at all; data_name and note are those
 * of the settings. */
INK_API ink_status ink_trainer_checkpoint(const ink_trainer *trainer, const char *path,
                                          ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
