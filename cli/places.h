/* Where a run writes its model and its checkpoint, and that no other run writes there.
 *
 * A model's name is that of the run with MODEL.checkpoint beside it: one with something in it, of a
 * run that was stopped or goes on; or an empty one, as long as a run that has not learnt anything
 * yet holds a lock on it. What a killed run leaves empty is free. A checkpoint elsewhere that was
 * asked for is replaced, as the model itself is. */
#ifndef INK_CLI_PLACES_H
#define INK_CLI_PLACES_H

#include "inkling/error.h"

#include <stdbool.h>

enum { PLACES_MODEL = 4096, PLACES_CHECKPOINT = PLACES_MODEL + 16 };

typedef struct places {
    char model[PLACES_MODEL], checkpoint[PLACES_CHECKPOINT];
    const char *dataset; /* names a model that was not named: the next free name; lent */
    bool given;          /* the checkpoint: this run's to replace */
    char beside[PLACES_CHECKPOINT];
    int lock; /* on the one beside while it is empty; -1 = none */
} places;

/* `model` and `checkpoint` as they were asked for, or NULL. INK_EIO where they cannot be written or
 * the model's name is taken: found out now, not when the samples are read or after an hour. */
ink_status places_begin(places *p, const char *dataset, const char *model, const char *checkpoint,
                        ink_error *err);
/* The same for a run that goes on from `checkpoint` towards `model`. */
ink_status places_resume(places *p, const char *model, const char *checkpoint, ink_error *err);
/* Takes the model's name, when the samples are read: until then nothing is to be left behind. */
ink_status places_take(places *p, ink_error *err);
/* At the end of the run, however it ends. */
void places_release(places *p);

#endif
