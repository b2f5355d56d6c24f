/* Training: settings, one loop, one event callback.
 *
 * Thread safety: one ink_train on a network at a time; the callback runs on the calling thread. */
#ifndef INKLING_TRAIN_H
#define INKLING_TRAIN_H

#include "inkling/augment.h"
#include "inkling/dataset.h"
#include "inkling/evaluate.h"
#include "inkling/model.h"
#include "inkling/network.h"
#include "inkling/optimizer.h"
#include "inkling/pool.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_train_settings {
    ink_cost cost;                /* cross-entropy */
    ink_gradient_method gradient; /* backprop */
    ink_optimizer optimizer;      /* momentum */
    float rate;                   /* > 0; 0.05 */
    float momentum;               /* 0..1 (also Adam's beta1): 0.9; for Muon that of the weights
                                     of convolutions alone, see optimizer.h */
    float beta2;                  /* 0..1 for RMSprop (0.99) and Adam (0.999); 0 = those */
    float epsilon;                /* 1e-8 */
    float weight_decay; /* >= 0; L2 (added to the gradient), decoupled for AdamW and for the
                           matrices that Muon makes orthogonal; 0 */
    float bias_rate;    /* rate of biases and norms, as a multiple of the rate, 0 = they stay; 1 */
    float dense_rate;   /* the same for the weights of dense layers; 1 */
    float bias_decay;   /* >= 0: decay of biases and norms, as a multiple of weight_decay; 0:
                           they are left alone */
    float dense_decay;  /* the same for the weights of dense layers; 1 */
    ink_schedule schedule;   /* constant */
    float decay;             /* for INK_SCHEDULE_DECAY; 0 */
    float warmup;            /* epochs of linear warm-up from 0; 0 */
    float clip;              /* largest norm of the whole gradient; 0 = no clipping */
    float label_smoothing;   /* 0..0.5: targets are mixed with 1/classes; 0 */
    float average;           /* 0..1: exponential moving average of the weights with this factor an
                                update (taken every 8 updates), used for evaluation and as the
                                result; 0 = off */
    float nudge;             /* h of the finite differences; 1e-3 */
    ink_precision precision; /* of convolutions, set on the network; float32 */
    size_t batch;            /* 1..1,000,000; 0 = the whole set at once; 32 */
    double epochs;           /* > 0, may end inside an epoch (0.5); 10 */
    size_t patience;         /* stop after so many evaluations without a better held-out cost;
                                0 = never */
    bool keep_best;          /* give back the weights with the lowest held-out cost, not the last.
                                For either, a tenth of the training set (at most 10000) is held
                                out */
    double eval_every;       /* epochs between evaluations, may be a fraction; 1; 0 = at the end */
    size_t eval_limit;       /* samples of the training set used for train_accuracy; 10000;
                                0 = none */
    uint64_t seed;           /* weights, order, augmentation, dropout: 1 */
    ink_augment augment;     /* off; training samples only */
    const char *checkpoint;  /* a file kept up to date; NULL = none */
    double checkpoint_seconds; /* at most so many seconds of work are lost; 30 */
    const char *data_name;     /* written into the checkpoint; NULL = the data set's name */
    const char *note; /* the caller's own words, given back by ink_resume_settings; NULL = none */
} ink_train_settings;

INK_API void ink_train_settings_init(ink_train_settings *settings);
/* Checks ranges and that network and data fit together; ink_train calls it first. Without `train`
 * (NULL) only what can be said before the data is there. */
INK_API ink_status ink_train_check(const ink_train_settings *settings, const ink_network *network,
                                   const ink_dataset *train, const ink_dataset *test,
                                   ink_error *err);

typedef enum ink_train_event_kind {
    INK_EVENT_START,
    INK_EVENT_BATCH,      /* after every update */
    INK_EVENT_EPOCH,      /* after an evaluation */
    INK_EVENT_CHECKPOINT, /* `path` is complete on the disk */
    INK_EVENT_END
} ink_train_event_kind;

typedef struct ink_train_event {
    ink_train_event_kind kind;
    double epoch;  /* epochs done, e.g. 2.4 */
    double epochs; /* epochs planned, up to a whole number of updates */
    size_t update; /* updates done */
    size_t images; /* training samples seen */
    float rate;    /* of the latest update */
    double cost;   /* BATCH: running mean of this stretch; EPOCH and END: mean training cost since
                      the last evaluation, as seen by the updates (augmented, with dropout) */
    double batch_cost; /* of the latest batch */
    double
        train_accuracy; /* EPOCH, END: 0..1 on unaugmented training samples; NAN if not measured */
    double test_accuracy; /* EPOCH, END: 0..1; NAN without a test set */
    double test_cost;
    double train_seconds;       /* forward, backward and update; without evaluation and loading */
    double load_seconds;        /* making batches: reading, augmenting */
    double images_per_second;   /* images of this run / train_seconds */
    bool stopped_early;         /* END: patience ran out */
    bool interrupted;           /* END: the callback asked to stop */
    const char *path;           /* CHECKPOINT, and END when one was written */
    const ink_network *network; /* current weights, to look at */
} ink_train_event;

/* Returns false to stop after this update; the checkpoint, if any, is written first. */
typedef bool ink_train_callback(const ink_train_event *event, void *user);

/* Trains the network in place. `test` (may be NULL) is only looked at: it never changes the weights
 * unless patience or keep_best is set, and then the honest choice is a part held out of the
 * training set, not the official test set. `input` says how samples become numbers (see model.h).
 * INK_EDIVERGED when a cost is not finite: the sentence names epoch, batch and rate and what to
 * try, and the network holds the last weights whose evaluation (or start) was finite. INK_ESTOPPED
 * when the callback stopped it: weights are those of the last update. */
INK_API ink_status ink_train(ink_network *network, const ink_input *input, const ink_dataset *train,
                             const ink_dataset *test, const ink_train_settings *settings,
                             ink_pool *pool, ink_train_callback *callback, void *user,
                             ink_error *err);

/* Goes on with a run from its checkpoint: reads settings, network, optimiser and position, and ends
 * with the same bits as the unbroken run. `settings->checkpoint` afterwards names `path`. The model
 * holds strings that the settings point to: keep it until training is done. */
typedef struct ink_resume ink_resume;
INK_API ink_resume *ink_resume_open(const char *path, ink_error *err);
INK_API void ink_resume_close(ink_resume *resume);
INK_API ink_model *ink_resume_model(ink_resume *resume); /* owned by resume */
INK_API ink_train_settings *
ink_resume_settings(ink_resume *resume); /* may be changed: epochs ... */
INK_API ink_status ink_resume_train(ink_resume *resume, const ink_dataset *train,
                                    const ink_dataset *test, ink_pool *pool,
                                    ink_train_callback *callback, void *user, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
