/* A run: see run.h. */
#include "studio/run.h"

run *run_new(library *shelf, const char *state_folder, size_t threads, ink_error *err)
{
    (void)shelf, (void)state_folder, (void)threads;
    *err = (ink_error){.status = INK_EUNSUPPORTED, .text = "runs are not there yet"};
    return NULL;
}

void run_free(run *r)
{
    (void)r;
}
