/* The models that the scene "train" has saved in the state folder: their names and where they lie.
 *
 * Thread safety: as the file system. */
#ifndef INK_STUDIO_TRAIN_STORE_H
#define INK_STUDIO_TRAIN_STORE_H

#include "inkling/error.h"

#include <jansson.h>
#include <stddef.h>

/* Where a model of that name lies: INK_EINVAL for a name that is not 1 to 60 letters, digits,
 * spaces, dots, - and _, or begins with a dot; INK_EIO where no folder can be made. `state` NULL =
 * nothing is kept. */
ink_status store_path(const char *state, const char *name, char *path, size_t size, ink_error *err);
/* Where one lies that can be loaded: saved, or a run that was at work when the program ended.
 * INK_EIO if there is none of that name. */
ink_status store_find(const char *state, const char *name, char *path, size_t size, ink_error *err);
/* Both: [{"name", "seconds": when it was written, "bytes", "rescued": was it at work?}],
 * the newest first; at most STORE_MOST. */
json_t *store_list(const char *state);
enum { STORE_MOST = 100 };

#endif
