/* Names of the ways to start. */
#include "inkling/network.h"

#include "base/error.h"

#include <string.h>

static const char *const names[] = {
    [INK_INIT_AUTO] = "auto",
    [INK_INIT_SQRT] = "sqrt",
    [INK_INIT_HE] = "he",
    [INK_INIT_GLOROT] = "glorot",
};

const char *ink_init_name(ink_init init)
{
    return (size_t)init < sizeof names / sizeof *names ? names[init] : "unknown";
}

ink_status ink_init_parse(const char *name, ink_init *init, ink_error *err)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) {
            *init = (ink_init)i;
            return INK_OK;
        }
    return ink__fail(err, INK_EINVAL,
                     "there is no initialisation \"%s\"; known are auto, sqrt, "
                     "he, glorot",
                     name);
}
