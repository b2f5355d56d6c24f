/* A run: see run.h. */
#include "studio/run.h"

#include <string.h>

struct run {
    int nothing;
};

static ink_status missing(ink_error *err)
{
    *err = (ink_error){.status = INK_EUNSUPPORTED, .text = "runs are not there yet"};
    return INK_EUNSUPPORTED;
}
run *run_new(library *shelf, const char *state_folder, size_t threads, ink_error *err)
{
    (void)shelf, (void)state_folder, (void)threads;
    missing(err);
    return NULL;
}
void run_free(run *r) { (void)r; }
void run_setup_init(run_setup *s) { memset(s, 0, sizeof *s); }
ink_status run_begin(run *r, const run_setup *s, ink_error *err) { (void)r, (void)s; return missing(err); }
void run_play(run *r) { (void)r; }
void run_pause(run *r) { (void)r; }
void run_step(run *r, size_t n) { (void)r, (void)n; }
void run_speed(run *r, double n) { (void)r, (void)n; }
void run_seek(run *r, size_t n) { (void)r, (void)n; }
ink_status run_tune(run *r, const ink_train_settings *s, ink_error *err) { (void)r, (void)s; return missing(err); }
ink_status run_resume(run *r, const char *p, ink_error *err) { (void)r, (void)p; return missing(err); }
ink_status run_save(run *r, const char *p, bool half, ink_error *err) { (void)r, (void)p, (void)half; return missing(err); }
void run_look(run *r, run_status *s) { (void)r; memset(s, 0, sizeof *s); }
size_t run_points(run *r, run_point *p, size_t n) { (void)r, (void)p, (void)n; return 0; }
ink_model *run_model(run *r, size_t *v, ink_error *err) { (void)r, (void)v; missing(err); return NULL; }
bool run_data(run *r, library_data *d) { (void)r, (void)d; return false; }
const run_setup *run_setup_now(run *r) { (void)r; return NULL; }
