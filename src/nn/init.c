/* Names of the ways to start. */
#include "inkling/network.h"

#include "base/choice.h"

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
    int found = ink__choice_find(names, sizeof names / sizeof *names, "initialisation", name, err);
    if (found < 0)
        return INK_EINVAL;
    *init = (ink_init)found;
    return INK_OK;
}
