/* Two networks that learn the same pictures from the same start: one sees them as they are, the
 * other turned, scaled, shifted and dirtied anew in every epoch. In a thread of its own.
 *
 * Thread safety: one thread calls these. */
#ifndef INK_STUDIO_NETWORK_PAIR_H
#define INK_STUDIO_NETWORK_PAIR_H

#include "studio/library.h"

#include "inkling/model.h"

typedef struct network_pair network_pair;

#define NETWORK_PAIR_TEXT "784-100-10"

/* Begins at once. The data must outlive the pair; `augment` is copied. */
network_pair *network_pair_new(const library_data *data, const ink_augment *augment,
                               ink_error *err);
void network_pair_free(network_pair *pair); /* stops within an update */

typedef struct pair_progress {
    bool over, failed;
    int which;      /* the one that learns now: 0 without, 1 with augmentation */
    double done;    /* of both, 0..1 */
    double seconds; /* of each: since it began, or that it took */
    double left;    /* about; NAN where not known yet */
} pair_progress;
void network_pair_look(network_pair *pair, pair_progress *progress, ink_error *err);
/* Once it is over: a model, to be freed; NULL before, and at the second call. */
ink_model *network_pair_take(network_pair *pair, int which);

#endif
