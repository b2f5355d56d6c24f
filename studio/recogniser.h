/* A network that is asked what a drawing is: one of the models that come with Inkling, the desk's
 * own training, or the user's own doodles.
 *
 * Thread safety: one thread at a time each. */
#ifndef INK_STUDIO_RECOGNISER_H
#define INK_STUDIO_RECOGNISER_H

#include "inkling/model.h"

#include <stdbool.h>

enum { RECOGNISER_MOST_CLASSES = 400 };

typedef struct recogniser {
    const ink_model *model;
    ink_model *owned; /* the same, where it is ours to free; NULL = lent */
    ink_model plain;  /* the same without framing; owns nothing */
    ink_predictor *framed, *unframed;
    double accuracy; /* on its test set, as its record says; NAN where it does not */
    char data[64];   /* the name of that data set; "" where the record has none */
} recogniser;

/* Around a model that is lent; it must outlive the recogniser. INK_EINVAL for a model that looks at
 * something else than pictures, or at too many classes. */
recogniser *recogniser_new(const ink_model *model, ink_error *err);
/* Takes the model over, also on failure. */
recogniser *recogniser_adopt(ink_model *model, ink_error *err);
void recogniser_free(recogniser *r);

/* `scores` has room for RECOGNISER_MOST_CLASSES. *blank: nothing is drawn, the scores are 0. */
ink_status recogniser_ask(recogniser *r, const ink_picture *picture, bool framing, float *scores,
                          bool *blank, ink_error *err);
/* What it sees with or without framing; ink_picture_release. */
ink_status recogniser_view(const recogniser *r, const ink_picture *picture, bool framing,
                           ink_picture *view, ink_error *err);
/* The class with the highest score. */
int recogniser_best(const recogniser *r, const float *scores);

#endif
