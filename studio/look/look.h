/* What the scene "look" is made of: an evaluation in slices, lists of pictures, weights as
 * pictures, and what covering a patch does to a score. */
#ifndef INK_STUDIO_LOOK_H
#define INK_STUDIO_LOOK_H

#include "studio/sample.h"
#include "studio/say.h"

#include "inkling/inkling.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- an evaluation, a slice at a time ---- */

enum { LOOK_MOST_CLASSES = 1000, LOOK_BATCH = 64 };

typedef struct look_evaluation {
    const ink_model *model;
    ink_model *owned; /* the same, or NULL where it is lent */
    const ink_dataset *set;
    size_t version, update; /* of the weights: when they were taken */
    size_t count, done, correct;
    size_t classes;
    int32_t *guess;     /* [count] */
    float *confidence;  /* [count] the score of the guess */
    int32_t *confusion; /* [classes][classes]: row = label, column = guess */
    ink_workspace *ws;
    float *x; /* [LOOK_BATCH][inputs] */
    size_t inputs;
    double seconds_each; /* lately; 0 before the first */
} look_evaluation;

/* Takes over `owned` (may be NULL), also on failure. INK_EINVAL where the data does not fit. */
look_evaluation *look_evaluation_new(const ink_model *model, ink_model *owned,
                                     const ink_dataset *set, ink_pool *pool, ink_error *err);
void look_evaluation_free(look_evaluation *e);
/* Goes on for about so many seconds; false when all is done. */
bool look_evaluation_work(look_evaluation *e, double seconds);
/* What the network says to one sample: [classes], good until the next use of the evaluation. */
const float *look_evaluation_scores(look_evaluation *e, size_t index);
/* The highest score; a tie, or no number at all, counts for the lower class. */
size_t look_guess(const float *scores, size_t classes);

/* ---- lists of pictures ---- */

typedef enum look_kind { LOOK_ALL, LOOK_RIGHT, LOOK_MISTAKES, LOOK_NEAR } look_kind;
typedef enum look_order { LOOK_AS_THEY_COME, LOOK_SUREST, LOOK_UNSUREST } look_order;

/* Right, but less sure than this: a near miss. */
#define LOOK_UNSURE 0.7f

typedef struct look_filter {
    look_kind kind;
    look_order order;
    int label, guess; /* -1 = any */
    float low, high;  /* of the confidence, 0..1 */
} look_filter;

extern const look_filter look_filter_all;

typedef struct look_list {
    uint32_t *index;
    size_t count;
} look_list;

/* Replaces the list; of what is not evaluated yet only what `filter` need not know. */
ink_status look_list_make(look_list *list, const look_evaluation *e, const look_filter *filter,
                          ink_error *err);
void look_list_release(look_list *list);
/* Where in the list; its count where it is not there. */
size_t look_list_find(const look_list *list, size_t index);

/* ---- which pixels mattered ---- */

typedef struct look_cover {
    size_t index, version, guess;
    sample_shape shape;
    int patch, stride;    /* pixels */
    size_t rows, columns; /* of positions */
    size_t next;          /* position to be looked at */
    float ground[4];      /* what the patch is made of, as input */
    float score, surety;  /* of the picture as it is */
    float *sum, *weight;  /* [height][width]: of the patches over each pixel */
    float strongest;      /* largest loss of surety, and what it was like there */
    float strongest_score;
    size_t strongest_at;
    float *x; /* [LOOK_BATCH][inputs] */
} look_cover;

/* NULL and the error for vectors. */
look_cover *look_cover_new(look_evaluation *e, size_t index, ink_error *err);
void look_cover_free(look_cover *c);
/* Goes on for about so many seconds; false when all positions were covered. */
bool look_cover_work(look_cover *c, look_evaluation *e, double seconds);
/* How much of its surety the network loses (> 0) by a patch over each pixel: [height][width]. */
void look_cover_map(const look_cover *c, float *map);

/* ---- weights as pictures ---- */

enum { LOOK_WALL_PAGE = 100, LOOK_MOST_WALLS = 12 };

typedef struct look_wall {
    size_t tensor;
    char name[80];      /* "dense 100 relu: one picture a node" */
    size_t count;       /* of pictures */
    sample_shape shape; /* of one */
    size_t inputs;      /* channels of a filter shown one by one; 1 otherwise */
    bool classes;       /* a picture a class */
} look_wall;

/* The layers whose weights make pictures; how many. */
size_t look_walls(const ink_model *model, look_wall walls[LOOK_MOST_WALLS]);
/* Pictures first..first+count-1 as bytes, 128 = zero, 1 and 255 = -scale and scale. Coloured ones
 * each have a scale of their own, since brightness drowns what differs in colour. */
ink_status look_wall_pixels(const ink_model *model, const look_wall *wall, size_t first,
                            size_t count, uint8_t *pixels, float *scale, ink_error *err);

#endif
