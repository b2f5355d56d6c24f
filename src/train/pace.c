/* How many threads a step is worth: see pace.h. */
#include "train/pace.h"

#include <math.h>
#include <stdlib.h>

#define SHORT_STEP 1e-3 /* seconds: longer ones are worth all threads */
#define FIRST_REST 0.1  /* seconds between trials, doubled by each that changes nothing */
#define LONGEST    8.0
#define BETTER     0.95 /* of the time: what is as fast stays */
#define OTHER_MOOD 1.25 /* of the time: the machine has changed, a trial is due */
enum { WARM_STEPS = 8 };

void ink__pace_init(ink__pace *pace, size_t most)
{
    *pace = (ink__pace){.most = most, .usual = most, .rest = FIRST_REST, .left = FIRST_REST};
}

size_t ink__pace_threads(const ink__pace *pace)
{
    return pace->tried ? pace->tried : pace->usual;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double take_median(ink__pace *pace)
{
    qsort(pace->taken, INK_PACE_STEPS, sizeof *pace->taken, by_size);
    pace->count = 0;
    return pace->taken[INK_PACE_STEPS / 2];
}

/* Of half or twice the threads, in turns where both are possible; of none where neither is. */
static void consider_trial(ink__pace *pace)
{
    bool can_more = pace->usual < pace->most;
    bool can_less = pace->usual > 1 && pace->typical < SHORT_STEP;
    if (can_more && (pace->more || !can_less))
        pace->tried = pace->usual * 2 < pace->most ? pace->usual * 2 : pace->most;
    else if (can_less)
        pace->tried = pace->usual / 2;
    pace->more = !pace->more;
    pace->warm = WARM_STEPS;
    pace->left = pace->rest;
}

static void end_trial(ink__pace *pace, double taken)
{
    bool better = taken < BETTER * pace->typical;
    if (better) {
        pace->usual = pace->tried;
        pace->typical = taken;
    }
    pace->rest = better ? FIRST_REST : fmin(2 * pace->rest, LONGEST);
    pace->left = pace->rest;
    pace->tried = 0;
}

void ink__pace_took(ink__pace *pace, double seconds)
{
    if (pace->most <= 1)
        return;
    if (pace->tried && pace->warm > 0) {
        pace->warm--;
        return;
    }
    pace->taken[pace->count++] = seconds;
    pace->left -= seconds;
    if (pace->count < INK_PACE_STEPS)
        return;
    double taken = take_median(pace);
    if (pace->tried) {
        end_trial(pace, taken);
        return;
    }
    if (pace->typical > 0 && taken > OTHER_MOOD * pace->typical) {
        pace->rest = FIRST_REST;
        pace->left = fmin(pace->left, 0);
    }
    pace->typical = taken;
    if (pace->left <= 0)
        consider_trial(pace);
}
