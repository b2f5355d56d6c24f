/* Looking up a word among a few. */
#include "base/choice.h"

#include <stdio.h>
#include <string.h>

int ink__choice_find(const char *const *names, size_t count, const char *what, const char *name,
                     ink_error *err)
{
    char known[300] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                     names[i]);
    }
    ink__fail(err, INK_EINVAL, "there is no %s \"%.80s\"; known are %s", what, name, known);
    return -1;
}
