/* Runs that are over, kept as ghosts beside the one at hand: their settings, a thinned curve and
 * what they reached.
 *
 * Thread safety: one thread at a time. */
#ifndef INK_STUDIO_PAST_RUNS_H
#define INK_STUDIO_PAST_RUNS_H

#include "studio/run/run.h"

#include <jansson.h>

enum { PAST_MOST = 12, PAST_POINTS = 400, PAST_NAME = 64 };

typedef struct past_run {
    int id; /* 0 = free */
    char name[PAST_NAME];
    bool shown;
    run_setup setup;
    double best, seconds; /* test accuracy, NAN if never measured */
    size_t best_at;       /* update */
    size_t updates;
    run_point *points;
    size_t count;
} past_run;

typedef struct past_runs {
    past_run runs[PAST_MOST]; /* the oldest first */
    size_t count;
    int next;
} past_runs;

/* Keeps a run; the oldest goes where there is no room. Runs that were never tested are not worth
 * it. False without memory or worth. */
bool past_keep(past_runs *past, const char *name, const run_setup *setup, const run_status *status,
               const run_point *points, size_t count);
past_run *past_named(past_runs *past, int id); /* NULL if there is none */
void past_forget(past_runs *past, int id);
void past_release(past_runs *past);
/* [{"id", "name", "shown", "setup", "best", "best_at", "seconds", "updates", "points"}]; their
 * curves follow in *columns, one run after the other, each PAST_COLUMNS rows of `points` floats:
 * update, images, seconds, cost, train_accuracy, test_accuracy, train_cost, test_cost. Free with
 * free(). */
enum { PAST_COLUMNS = 8 };
json_t *past_write(const past_runs *past, float **columns, size_t *floats);
/* The same eight rows of any points, into [PAST_COLUMNS][count]. */
void past_columns(const run_point *points, size_t count, float *columns);

#endif
