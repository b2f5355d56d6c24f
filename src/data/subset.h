/* Parts of a data set: what is held out, and a few of each class. */
#ifndef INK_DATA_SUBSET_H
#define INK_DATA_SUBSET_H

#include "data/dataset.h"

/* Moves the last `share` (0..0.9) of the samples of each class into `*test`, in the order they
 * have; NULL where that is none. On failure `dataset` stays as it was. */
ink_status ink__dataset_split(ink_dataset *dataset, double share, ink_dataset **test,
                              ink_error *err);
/* Replaces `*dataset` by the first samples of each class, `limit` in all, as many of each class as
 * of any other while there are enough. */
ink_status ink__dataset_limit(ink_dataset **dataset, size_t limit, ink_error *err);

#endif
