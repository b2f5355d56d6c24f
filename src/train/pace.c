/* How many threads a step is worth: see pace.h. */
#include "train/pace.h"

#include <math.h>
#include <stdlib.h>

#define SHORT_STEP 1e-3 /* seconds: longer ones are worth all threads */
#define FIRST_LEFT 0.1  /* seconds until the first trial */
#define FIRST_REST 1.0  /* seconds between trials, doubled by each that changes nothing */
#define LONGEST    30.0
#define WINDOW     1.0  /* seconds in which other programs have had their turns */
#define FEWER      0.25 /* seconds of a trial of fewer threads, which hardly notices others */
#define BETTER     0.95 /* of the time: what is as fast stays */
#define FAR_BETTER 0.7  /* of the time: seen at once */
#define OTHER_MOOD 1.25 /* of the time: far worse, or the machine has changed */
enum { WARM_STEPS = 8 };

void ink__pace_init(ink__pace *pace, size_t most)
{
    *pace = (ink__pace){.most = most, .usual = most, .rest = FIRST_REST, .left = FIRST_LEFT};
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

static void clear(ink__pace *pace)
{
    pace->count = 0;
    pace->seconds = pace->steps = 0;
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
    if (pace->tried)
        clear(pace);
}

static void end_trial(ink__pace *pace, bool better)
{
    if (better) {
        pace->usual = pace->tried;
        pace->typical = pace->mean = 0;
    }
    pace->rest = better ? FIRST_REST : fmin(2 * pace->rest, LONGEST);
    pace->left = pace->rest;
    pace->tried = 0;
    clear(pace);
}

static void look_at_trial(ink__pace *pace)
{
    double usual = pace->mean > 0 ? pace->mean : pace->typical;
    if (pace->count == INK_PACE_STEPS) {
        double taken = take_median(pace);
        if (taken > OTHER_MOOD * usual || taken < FAR_BETTER * pace->typical) {
            end_trial(pace, taken < usual);
            return;
        }
    }
    if (pace->seconds >= (pace->tried < pace->usual ? FEWER : WINDOW))
        end_trial(pace, pace->seconds < BETTER * usual * pace->steps);
}

static void look_at_usual(ink__pace *pace)
{
    if (pace->seconds >= WINDOW) {
        pace->mean = pace->seconds / pace->steps;
        pace->seconds = pace->steps = 0;
    }
    if (pace->count < INK_PACE_STEPS)
        return;
    double taken = take_median(pace);
    if (pace->typical > 0 && taken > OTHER_MOOD * pace->typical) {
        pace->rest = FIRST_REST;
        pace->left = fmin(pace->left, 0);
        pace->mean = 0;
    }
    pace->typical = taken;
    if (pace->left <= 0)
        consider_trial(pace);
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
    pace->seconds += seconds;
    pace->steps++;
    pace->left -= seconds;
    if (pace->tried)
        look_at_trial(pace);
    else
        look_at_usual(pace);
}
