/* The curve of a run: never more than RUN_MOST_POINTS, measured ones kept longest. */
#include "studio/run/run_inside.h"

#include <math.h>
#include <string.h>

void curve_clear(run_curve *c)
{
    c->count = 0;
    c->stride = 1;
}

/* Half of the updates go; where most points are measured ones, half of those, too. */
static void thin(run_curve *c)
{
    size_t kept = 0, measured = 0;
    for (size_t i = 0; i < c->count; i++)
        measured += c->points[i].measured;
    bool many = measured > RUN_MOST_POINTS / 2;
    measured = 0;
    c->stride *= 2;
    for (size_t i = 0; i < c->count; i++) {
        const curve_point *p = &c->points[i];
        bool stays = p->measured ? !many || measured++ % 2 == 0 : p->update % c->stride == 0;
        if (stays || i + 1 == c->count)
            c->points[kept++] = *p;
    }
    c->count = kept;
}

/* The place of the first point that is not before `update`. */
static size_t place_of(const run_curve *c, size_t update)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->points[middle].update < update)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void curve_add(run_curve *c, size_t update, const run_point *point)
{
    if (update % c->stride != 0 || (c->count > 0 && c->points[c->count - 1].update >= update))
        return;
    while (c->count == RUN_MOST_POINTS)
        thin(c);
    if (update % c->stride == 0)
        c->points[c->count++] = (curve_point){.update = update, .point = *point};
}

void curve_measure(run_curve *c, size_t update, const run_point *point)
{
    while (c->count == RUN_MOST_POINTS)
        thin(c);
    size_t place = place_of(c, update);
    curve_point *p = &c->points[place];
    if (place == c->count || p->update != update) {
        memmove(p + 1, p, (c->count - place) * sizeof *p);
        *p = (curve_point){.update = update, .point = *point};
        c->count++;
    }
    p->measured = true;
    p->point.train_accuracy = point->train_accuracy;
    p->point.test_accuracy = point->test_accuracy;
    p->point.train_cost = point->train_cost;
    p->point.test_cost = point->test_cost;
}

void curve_cut(run_curve *c, size_t update)
{
    c->count = place_of(c, update + 1);
}
