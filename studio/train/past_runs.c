/* The ghosts. */
#include "studio/train/past_runs.h"

#include "studio/train/train_setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every point that was tested stays; of the others as many as there is room for. */
static size_t thin(const run_point *points, size_t count, run_point *out)
{
    size_t tested = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        tested += isfinite(points[i].test_accuracy);
    size_t room = tested < PAST_POINTS / 2 ? PAST_POINTS - tested : PAST_POINTS / 2;
    size_t each = count / room + 1, of_tested = tested / (PAST_POINTS / 2) + 1, seen = 0;
    for (size_t i = 0; i < count && kept < PAST_POINTS; i++) {
        bool test = isfinite(points[i].test_accuracy);
        if (test ? seen++ % of_tested == 0 : i % each == 0)
            out[kept++] = points[i];
    }
    return kept;
}

/* The first of the points with the best test; NULL where none was tested. */
static const run_point *best_of(const run_point *points, size_t count)
{
    const run_point *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (isfinite(points[i].test_accuracy) &&
            (!best || points[i].test_accuracy > best->test_accuracy))
            best = &points[i];
    return best;
}

bool past_keep(past_runs *past, const char *name, const run_setup *setup, const run_status *status,
               const run_point *points, size_t count)
{
    const run_point *best = best_of(points, count);
    run_point *kept = !best ? NULL : malloc(PAST_POINTS * sizeof *kept);
    if (!kept)
        return false;
    if (past->count == PAST_MOST)
        past_forget(past, past->runs[0].id);
    past_run *r = &past->runs[past->count++];
    *r = (past_run){.id = ++past->next,
                    .shown = true,
                    .setup = *setup,
                    .best = (double)best->test_accuracy,
                    .best_at = (size_t)best->update,
                    .seconds = status->seconds,
                    .updates = status->furthest,
                    .points = kept};
    snprintf(r->name, sizeof r->name, "%s", name);
    r->count = thin(points, count, kept);
    return true;
}

past_run *past_named(past_runs *past, int id)
{
    for (size_t i = 0; i < past->count; i++)
        if (past->runs[i].id == id)
            return &past->runs[i];
    return NULL;
}

void past_forget(past_runs *past, int id)
{
    past_run *r = past_named(past, id);
    if (!r)
        return;
    free(r->points);
    size_t behind = past->count - (size_t)(r - past->runs) - 1;
    memmove(r, r + 1, behind * sizeof *r);
    past->count--;
}

void past_release(past_runs *past)
{
    while (past->count > 0)
        past_forget(past, past->runs[0].id);
}

void past_columns(const run_point *points, size_t count, float *columns)
{
    for (size_t i = 0; i < count; i++) {
        const run_point *p = &points[i];
        const float row[PAST_COLUMNS] = {p->update,     p->images,         p->seconds,
                                         p->cost,       p->train_accuracy, p->test_accuracy,
                                         p->train_cost, p->test_cost};
        for (size_t k = 0; k < PAST_COLUMNS; k++)
            columns[k * count + i] = row[k];
    }
}

static json_t *write_run(const past_run *r)
{
    return json_pack("{s:i, s:s, s:b, s:o, s:f, s:I, s:f, s:I, s:I}", "id", r->id, "name", r->name,
                     "shown", r->shown, "setup", setup_write(&r->setup), "best", r->best, "best_at",
                     (json_int_t)r->best_at, "seconds", r->seconds, "updates",
                     (json_int_t)r->updates, "points", (json_int_t)r->count);
}

json_t *past_write(const past_runs *past, float **columns, size_t *floats)
{
    json_t *list = json_array();
    size_t at = 0, all = 0;
    for (size_t i = 0; i < past->count; i++)
        all += PAST_COLUMNS * past->runs[i].count;
    *columns = malloc((all + 1) * sizeof **columns);
    *floats = *columns ? all : 0;
    for (size_t i = 0; i < past->count && *columns; i++) {
        const past_run *r = &past->runs[i];
        past_columns(r->points, r->count, *columns + at);
        at += PAST_COLUMNS * r->count;
        json_array_append_new(list, write_run(r));
    }
    return list;
}
