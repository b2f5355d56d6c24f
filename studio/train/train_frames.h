/* What the scene "train" tells the page, as JSON.
 *
 * Thread safety: pure functions. */
#ifndef INK_STUDIO_TRAIN_FRAMES_H
#define INK_STUDIO_TRAIN_FRAMES_H

#include "studio/run/run.h"
#include "studio/train/doctor.h"

#include <jansson.h>

/* "empty", "loading", "paused", "playing", "seeking", "done", "diverged", "failed". */
const char *phase_name(run_phase phase);

typedef struct train_numbers {
    const run_status *status;
    const run_point *points; /* to find what was measured where the time machine stands */
    size_t count;
    double left; /* seconds until the last update; NAN = not known */
} train_numbers;

/* {"phase", "begun", "update", "furthest", ..., "test_accuracy", "test_low", "test_high", ...}:
 * null is what is not known. */
json_t *status_frame(const train_numbers *numbers);
/* See Clock in web/types.d.ts. */
json_t *clock_frame(const run_status *status, const char *speed, uint64_t seed, bool wants_play);
/* {"finding": null or {"kind", "sentence", "repair", "changes", "anew"}} */
json_t *doctor_frame(const doctor_finding *finding);

/* The weights of up to `most` nodes of the first layer that has any, as pictures one after the
 * other: *body = {"height", "width", "channels", "count", "of"}. NULL where they are no pictures
 * (too large, no weights, no memory). Free both. */
float *first_weights(const ink_model *model, size_t most, json_t **body, size_t *floats);

#endif
