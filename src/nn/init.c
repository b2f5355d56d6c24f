/* The ways to start, and their names. */
#include "inkling/network.h"

#include "base/choice.h"
#include "nn/layer.h"

#include <math.h>

static const char *const names[] = {
    [INK_INIT_AUTO] = "auto",     [INK_INIT_SQRT] = "sqrt",   [INK_INIT_HE] = "he",
    [INK_INIT_GLOROT] = "glorot", [INK_INIT_DIRAC] = "dirac",
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

double ink__init_deviation(ink_init how, bool relu_like, double inputs, double outputs)
{
    if (how == INK_INIT_HE || (how == INK_INIT_AUTO && relu_like))
        return sqrt(2 / inputs);
    if (how == INK_INIT_GLOROT || how == INK_INIT_AUTO)
        return sqrt(2 / (inputs + outputs));
    return 1 / sqrt(how == INK_INIT_DIRAC ? 3 * inputs : inputs);
}
