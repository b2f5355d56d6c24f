/* Four ways of learning from one start on one clock. */
#include "studio/fruit/fruit_race.h"

#include "studio/desk.h"
#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lane {
    fruit_model model; /* points, settings and shape of its own; shares nothing */
    size_t points;
    float seconds[FRUIT_RACE_POINTS], costs[FRUIT_RACE_POINTS], passes[FRUIT_RACE_POINTS];
    double next; /* seconds of the next point of the curve */
    double cost;
    size_t right;
    bool lost;
} lane;

struct fruit_race {
    double clock; /* seconds each lane was given */
    double every; /* between points of the curves */
    lane lanes[FRUIT_METHODS];
};

static ink_status open_lane(lane *l, const fruit_model *m, fruit_method method, ink_error *err)
{
    fruit_model *mine = &l->model;
    mine->seed = m->seed;
    mine->data = m->data;
    mine->biases = m->biases;
    mine->count = m->count;
    memcpy(mine->xy, m->xy, sizeof mine->xy);
    memcpy(mine->labels, m->labels, sizeof mine->labels);
    ink_status status = fruit_model_set_shape(mine, &m->shape, err);
    if (status != INK_OK)
        return status;
    memcpy(mine->start, m->start, fruit_parameters(&m->shape) * sizeof *m->start);
    fruit_model_rewind(mine);
    mine->settings = m->settings;
    mine->settings.method = method;
    return fruit_model_can_learn(mine, err);
}

static void note(fruit_race *race, lane *l)
{
    fruit_progress p = fruit_model_progress(&l->model);
    l->cost = fruit_model_cost(&l->model, &l->right);
    if (l->points == FRUIT_RACE_POINTS || p.seconds < l->next)
        return;
    l->seconds[l->points] = (float)p.seconds;
    l->passes[l->points] = (float)p.passes;
    l->costs[l->points++] = (float)l->cost;
    l->next = fmax(l->next + race->every, p.seconds);
}

/* Every second point goes, so that there is room for as much time again. */
static void thin(fruit_race *race)
{
    for (size_t k = 0; k < FRUIT_METHODS; k++) {
        lane *l = &race->lanes[k];
        for (size_t i = 0; 2 * i < l->points; i++) {
            l->seconds[i] = l->seconds[2 * i];
            l->costs[i] = l->costs[2 * i];
            l->passes[i] = l->passes[2 * i];
        }
        l->points = (l->points + 1) / 2;
    }
    race->every *= 2;
}

fruit_race *fruit_race_new(const fruit_model *m, ink_error *err)
{
    fruit_race *race = calloc(1, sizeof *race);
    if (!race) {
        say_error(err, INK_ENOMEM, "there is no memory for a race");
        return NULL;
    }
    race->every = 0.002;
    for (size_t k = 0; k < FRUIT_METHODS; k++) {
        if (open_lane(&race->lanes[k], m, (fruit_method)k, err) != INK_OK) {
            fruit_race_free(race);
            return NULL;
        }
        note(race, &race->lanes[k]);
    }
    return race;
}

void fruit_race_free(fruit_race *race)
{
    for (size_t k = 0; race && k < FRUIT_METHODS; k++)
        fruit_model_release(&race->lanes[k].model);
    free(race);
}

/* Until this lane has had its seconds of learning. */
static void run_lane(fruit_race *race, lane *l)
{
    ink_error err = {.status = INK_OK};
    while (!l->lost && fruit_model_progress(&l->model).seconds < race->clock) {
        l->lost = fruit_model_step(&l->model, &err) != INK_OK;
        if (fruit_model_progress(&l->model).seconds >= l->next)
            note(race, l);
    }
    l->cost = fruit_model_cost(&l->model, &l->right);
}

void fruit_race_work(fruit_race *race, double seconds)
{
    race->clock += seconds;
    for (size_t k = 0; k < FRUIT_METHODS; k++) {
        run_lane(race, &race->lanes[k]);
        if (race->lanes[k].points == FRUIT_RACE_POINTS)
            thin(race);
    }
}

double fruit_race_seconds(const fruit_race *race)
{
    return race->clock;
}

fruit_lane fruit_race_lane(const fruit_race *race, fruit_method method)
{
    const lane *l = &race->lanes[method];
    return (fruit_lane){.progress = fruit_model_progress(&l->model),
                        .cost = l->cost,
                        .right = l->right,
                        .model = &l->model,
                        .points = l->points,
                        .seconds = l->seconds,
                        .costs = l->costs,
                        .passes = l->passes,
                        .lost = l->lost};
}
