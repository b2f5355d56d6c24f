/* Where a run writes its model and its checkpoint, and that no other run writes there meanwhile.
 *
 * A model's name is that of the run with MODEL.checkpoint beside it: one with something in it, or
 * an empty one that takes the name until something is learnt. A run holds a lock on its checkpoint
 * as long as it goes on, so one that was stopped is told from one that still learns, and what a
 * killed run leaves empty is free. A checkpoint that was asked for is replaced, as the model itself
 * is, unless its run goes on. */
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
    int name, held; /* locks on the one beside and on the newest checkpoint; -1 = none */
} places;

/* Nothing begun: may be released. */
#define PLACES_NONE ((places){.name = -1, .held = -1})

/* `model` and `checkpoint` as they were asked for, or NULL. INK_EIO where they cannot be written or
 * are another run's: found out now, not when the samples are read or after an hour. */
ink_status places_begin(places *p, const char *dataset, const char *model, const char *checkpoint,
                        ink_error *err);
/* The same for a run that goes on from `checkpoint` towards `model`. */
ink_status places_resume(places *p, const char *model, const char *checkpoint, ink_error *err);
/* Takes the model's name, when the samples are read: until then nothing is to be left behind. */
ink_status places_take(places *p, ink_error *err);
/* Whenever a checkpoint was written: it is another file than the one before. */
void places_hold(places *p);
/* At the end of the run, however it ends. */
void places_release(places *p);

#endif
