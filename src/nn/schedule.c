/* Schedules: the rate as a function of how much of the run is done. */
#include "nn/optimizer.h"

#include "base/choice.h"

#include <math.h>

static const char *const names[] = {
    [INK_SCHEDULE_CONSTANT] = "constant", [INK_SCHEDULE_DECAY] = "decay",
    [INK_SCHEDULE_STEP] = "step",         [INK_SCHEDULE_COSINE] = "cosine",
    [INK_SCHEDULE_LINEAR] = "linear",     [INK_SCHEDULE_ONECYCLE] = "onecycle",
};

enum { SCHEDULES = sizeof names / sizeof *names };

const char *ink_schedule_name(ink_schedule schedule)
{
    return (size_t)schedule < SCHEDULES ? names[schedule] : "unknown";
}

ink_status ink_schedule_parse(const char *name, ink_schedule *schedule, ink_error *err)
{
    int found = ink__choice_find(names, SCHEDULES, "schedule", name, err);
    if (found < 0)
        return INK_EINVAL;
    *schedule = (ink_schedule)found;
    return INK_OK;
}

/* From 1 to 0 as `part` goes from 0 to 1. */
static double half_cosine(double part)
{
    return 0.5 * (1 + cos(3.14159265358979 * part));
}

static double one_cycle(double part)
{
    const double rise = 0.3, start = 1.0 / 25, end = 1e-4;
    if (part < rise)
        return start + (1 - start) * (1 - half_cosine(part / rise));
    return end + (1 - end) * half_cosine((part - rise) / (1 - rise));
}

float ink__rate_at(const ink__rate_plan *plan, double progress)
{
    double part = progress / plan->epochs, factor = 1;
    if (part > 1)
        part = 1;
    switch (plan->schedule) {
    case INK_SCHEDULE_CONSTANT:
        break;
    case INK_SCHEDULE_DECAY: /* the video lowers the rate once an epoch */
        factor = 1 / (1 + (double)plan->decay * floor(progress));
        break;
    case INK_SCHEDULE_STEP:
        factor = part < 1.0 / 3 ? 1 : part < 2.0 / 3 ? 0.1 : 0.01;
        break;
    case INK_SCHEDULE_LINEAR:
        factor = 1 - part;
        break;
    case INK_SCHEDULE_COSINE:
        factor = half_cosine(part);
        break;
    case INK_SCHEDULE_ONECYCLE:
        factor = one_cycle(part);
        break;
    }
    if (progress < (double)plan->warmup)
        factor *= progress / (double)plan->warmup;
    return (float)((double)plan->rate * factor);
}
