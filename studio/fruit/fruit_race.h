/* The race: four ways of learning from one start on one clock. Each lane gets the same seconds of
 * one processor, turn by turn; what it makes of them is counted.
 *
 * Thread safety: the desk's thread alone. */
#ifndef INK_STUDIO_FRUIT_RACE_H
#define INK_STUDIO_FRUIT_RACE_H

#include "studio/fruit/fruit_model.h"

typedef struct fruit_race fruit_race;

enum { FRUIT_RACE_POINTS = 600 }; /* most on a lane's curve */

typedef struct fruit_lane {
    fruit_progress progress;
    double cost;
    size_t right;
    const fruit_model *model;
    size_t points; /* of the curve */
    const float *seconds, *costs, *passes;
    bool lost; /* its cost is no longer a finite number */
} fruit_lane;

/* From the model's start, with its points, network and settings. */
fruit_race *fruit_race_new(const fruit_model *m, ink_error *err);
void fruit_race_free(fruit_race *race);
/* Gives every lane about `seconds`; one update at least. */
void fruit_race_work(fruit_race *race, double seconds);
double fruit_race_seconds(const fruit_race *race); /* of the clock all share */
fruit_lane fruit_race_lane(const fruit_race *race, fruit_method method);

#endif
