/* Listening to a training run: a live line on a terminal; in a pipe a line an epoch, and one a
 * minute where epochs are longer; or JSON. */
#ifndef INK_CLI_PROGRESS_H
#define INK_CLI_PROGRESS_H

#include "inkling/inkling.h"

enum { PROGRESS_CURVE = 24 };

typedef struct progress {
    bool json, terminal;
    double last_shown;            /* seconds */
    double pause;                 /* seconds from one live line to the next */
    double started;               /* seconds; 0 = the first batch is to come */
    double started_epoch;         /* where this process took over */
    double curve[PROGRESS_CURVE]; /* costs, oldest first */
    size_t curve_count;
    double curve_next;    /* epoch of the next point */
    ink_train_event last; /* the latest epoch or end */
    bool evaluated;       /* there was one */
} progress;

void progress_init(progress *p, bool json);
/* An ink_train_callback's body; false when Ctrl-C was pressed. */
bool progress_event(progress *p, const ink_train_event *event);
/* Ends a live line, so that something else can be printed. */
void progress_clear(progress *p);

/* From now on the first Ctrl-C (or SIGTERM) only asks to stop; the second one kills. */
void interrupt_watch(void);
bool interrupt_seen(void);

/* "60,000" in one of a few static buffers. */
const char *thousands(double number);

#endif
