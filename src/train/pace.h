/* How many threads a step is worth.
 *
 * In one step of a network threads meet dozens of times. Where they share a cache that takes
 * microseconds, where they do not - and a virtual machine's processors move - it can take longer
 * than the work: two threads were measured at 83,000 pictures/s where one alone did 203,000. And
 * where another program wants a processor now and then, all threads wait for the one that lost it.
 * So it is measured: now and then steps are made with half or twice the threads, and the faster
 * number stays; one that is better only beyond a worse one is not found. What is far off is seen
 * after some steps, what is close after so long that other programs' turns are in it. Bits do not
 * depend on it. */
#ifndef INK_TRAIN_PACE_H
#define INK_TRAIN_PACE_H

#include <stdbool.h>
#include <stddef.h>

enum { INK_PACE_STEPS = 16 }; /* whose median tells what is far off */

typedef struct ink__pace {
    size_t most, usual; /* threads there are; threads of a step that is no trial */
    size_t tried;       /* by the trial that is under way; 0 = none */
    size_t warm;        /* steps of the trial that do not count yet: sleepers wake */
    bool more;          /* the next trial is of more threads, if there are any */
    double taken[INK_PACE_STEPS];
    size_t count;
    double seconds, steps; /* of the window, or of the trial, so far */
    double typical;        /* seconds of a usual step: the latest median; 0 = not known */
    double mean;           /* the same over a whole window */
    double rest, left;     /* seconds between trials; until the next */
} ink__pace;

void ink__pace_init(ink__pace *pace, size_t most);
/* For the next step. */
size_t ink__pace_threads(const ink__pace *pace);
/* The step just made took so many seconds. */
void ink__pace_took(ink__pace *pace, double seconds);

#endif
