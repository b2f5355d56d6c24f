/* Words that name one of a few things: the only place that looks them up and says which are known.
 */
#ifndef INK_BASE_CHOICE_H
#define INK_BASE_CHOICE_H

#include "base/error.h"

#include <stddef.h>

/* The place of `name` among `names`, or -1 and INK_EINVAL: there is no WHAT "name"; known are ...
 */
int ink__choice_find(const char *const *names, size_t count, const char *what, const char *name,
                     ink_error *err);

#endif
