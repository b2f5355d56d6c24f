/* The made set `glyphs`: digits and doodles drawn by a pen of our own. */
#ifndef INK_DATA_GLYPHS_H
#define INK_DATA_GLYPHS_H

#include "inkling/dataset.h"

/* Opens a set named `spec`: "glyphs", "glyphs:digits" or "glyphs:doodles". `options` is never NULL;
 * `limit` training samples are drawn (0 = 20000) and the test share comes on top. Either of `train`
 * and `test` may be NULL; a test part of no samples is given as NULL. INK_EINVAL names the word of
 * `spec` that is wrong and lists the known ones. */
ink_status ink__glyphs_open(const char *spec, const ink_dataset_options *options,
                            ink_dataset **train, ink_dataset **test, ink_error *err);

#endif
