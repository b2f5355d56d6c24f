/* How well a network does on samples it is shown, and which it gets wrong.
 *
 * Thread safety: a network may be evaluated by several threads at once, each with its own pool. */
#ifndef INKLING_EVALUATE_H
#define INKLING_EVALUATE_H

#include "inkling/dataset.h"
#include "inkling/model.h"
#include "inkling/network.h"
#include "inkling/pool.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_mistake {
    size_t index;     /* in the data set */
    int32_t label;    /* what it is */
    int32_t guess;    /* what the network says */
    float confidence; /* the network's output for `guess`, 0..1 after softmax */
} ink_mistake;

typedef struct ink_evaluation {
    size_t count; /* samples seen */
    size_t correct;
    double accuracy;     /* correct / count */
    double interval_low; /* 95 % interval of the accuracy: Wilson 1927 */
    double interval_high;
    double cost;           /* mean */
    size_t top_k;          /* the k asked for */
    double top_k_accuracy; /* share of samples whose label is among the k highest outputs */
    int classes;
    size_t *class_count;   /* [classes] samples of each class */
    size_t *class_correct; /* [classes] */
    size_t *confusion;     /* [classes][classes]: row = label, column = guess */
    ink_mistake *mistakes; /* most confident first */
    size_t mistake_count;
} ink_evaluation;

/* Test-time augmentation: each picture is shown in several ways, and the scores are averaged - as
 * logarithms where the network ends in softmax, then made to sum to 1 again. What comes in at an
 * edge repeats it. */
typedef enum ink_tta {
    INK_TTA_OFF,
    INK_TTA_FLIP,  /* the picture and its mirror image */
    INK_TTA_SHIFT, /* half as it is, a quarter each moved by (-1, -1) and (+1, +1) pixels */
    INK_TTA_FULL   /* both: six ways */
} ink_tta;
INK_API const char *ink_tta_name(ink_tta tta); /* "off", "flip", "shift", "full" */
INK_API ink_status ink_tta_parse(const char *name, ink_tta *tta, ink_error *err);

typedef struct ink_evaluate_settings {
    ink_cost cost;       /* cross-entropy */
    size_t top_k;        /* 1..classes; 0 = min(3, classes) */
    size_t limit;        /* look at the first so many samples only; 0 = all */
    ink_tta tta;         /* off; the others need pictures */
} ink_evaluate_settings; /* all zero = the defaults */

/* Fills `evaluation`; release it with ink_evaluation_release. `settings` NULL = the defaults.
 * INK_EINVAL when the data does not fit the network: other shape or other number of classes. A tie
 * counts for the lower class. */
INK_API ink_status ink_evaluate(const ink_network *network, const ink_input *input,
                                const ink_dataset *dataset, const ink_evaluate_settings *settings,
                                ink_pool *pool, ink_evaluation *evaluation, ink_error *err);
INK_API void ink_evaluation_release(ink_evaluation *evaluation);

/* The 95 % Wilson interval of `correct` out of `count`. */
INK_API void ink_interval(size_t correct, size_t count, double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
