/* Which hidden ReLUs never answer: a model is shown some of its samples, a few at a time, so that
 * whoever asks never waits.
 *
 * Thread safety: one thread at a time each. */
#ifndef INK_STUDIO_DEAD_NODES_H
#define INK_STUDIO_DEAD_NODES_H

#include "studio/library.h"

typedef struct dead_nodes dead_nodes;

/* `model` is taken over, also on failure; `data` must outlive it. NULL without memory, and where
 * the network has no ReLU (then err->status is INK_OK). */
dead_nodes *dead_nodes_new(ink_model *model, const ink_dataset *data, ink_error *err);
void dead_nodes_free(dead_nodes *probe);
/* Shows samples for `seconds` at most, but at least a few; true once all were shown. */
bool dead_nodes_work(dead_nodes *probe, double seconds);
/* Share of the ReLUs that answered none of the samples so far. */
double dead_nodes_share(const dead_nodes *probe);

#endif
