/* The made set `fruit`: labelled points in the plane. */
#ifndef INK_DATA_FRUIT_H
#define INK_DATA_FRUIT_H

#include "inkling/dataset.h"

/* Opens a set named `spec`: "fruit" or "fruit:SHAPE [noise N] [points N]", the shapes being those
 * of ink_dataset_open. `options` is never NULL; its split, limit and seed are obeyed. Either of
 * `train` and `test` may be NULL; a test part of no points is given as NULL. INK_EINVAL names the
 * word of `spec` that is wrong and lists the known ones. */
ink_status ink__fruit_open(const char *spec, const ink_dataset_options *options,
                           ink_dataset **train, ink_dataset **test, ink_error *err);

#endif
