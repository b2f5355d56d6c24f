/* Until run.c has them. */
#include "studio/run.h"

void run_look(run *r, run_status *status)
{
    (void)r;
    *status = (run_status){.phase = RUN_EMPTY};
}

ink_model *run_model(run *r, size_t *version, ink_error *err)
{
    (void)r, (void)version, (void)err;
    return NULL;
}

bool run_data(run *r, library_data *data)
{
    (void)r, (void)data;
    return false;
}

const run_setup *run_setup_now(run *r)
{
    (void)r;
    return NULL;
}
