/* The divergence doctor: looks at a run and says in one sentence what ails it, and what would help.
 * It is silent while all is well.
 *
 * Thread safety: pure functions. */
#ifndef INK_STUDIO_DOCTOR_H
#define INK_STUDIO_DOCTOR_H

#include "studio/run/run.h"

#include <jansson.h>

/* In the order of seriousness: the first that fits is said. */
typedef enum doctor_kind {
    DOCTOR_WELL,
    DOCTOR_NOT_FINITE, /* the cost is NaN or infinite */
    DOCTOR_EXPLOSION,  /* the cost grew tenfold, beyond where it began */
    DOCTOR_DEAD,       /* hidden ReLUs that never answer */
    DOCTOR_GUESSING,   /* no better than one constant answer, and the steps are too long */
    DOCTOR_CREEPING,   /* it learns, but far too slowly */
    DOCTOR_OVERFIT,    /* learns its samples by heart */
    DOCTOR_PLATEAU     /* the cost has stopped falling */
} doctor_kind;

typedef struct doctor_view {
    const run_status *status;
    const run_point *points; /* only those up to status->update are looked at */
    size_t count;
    const run_setup *setup;
    int classes;   /* 0 = not known */
    bool pictures; /* can they be turned and shifted? */
    bool colour;
    double dead; /* share of the hidden ReLUs that answered none of many samples; NAN = not known */
} doctor_view;

typedef struct doctor_finding {
    doctor_kind kind;
    char sentence[320];
    char repair[160]; /* on the button: what it changes; "" where there is none */
    json_t *changes;  /* as for setup_read; NULL where there is none */
    bool anew;        /* the repair starts anew */
} doctor_finding;

void doctor_look(const doctor_view *view, doctor_finding *finding);
void doctor_release(doctor_finding *finding);
const char *doctor_name(doctor_kind kind); /* "not-finite", ...; "" when well */

#endif
