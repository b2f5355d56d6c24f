/* The beginning and the end of a run: data, network, trainer, and files. */
#include "studio/run/run_inside.h"

#include "studio/desk.h"
#include "studio/say.h"

#include <jansson.h>

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RESCUED = 20 }; /* files kept in the state folder */

static void fail(run *r, const char *text)
{
    r->now.loading = false;
    r->now.failed = true;
    r->now.motion = MOTION_REST;
    run_say(r, true, "%s", text);
}

void session_close(run *r)
{
    session *s = &r->now;
    pthread_mutex_lock(&r->lock); /* nobody gets a copy from now on */
    r->copy_begun = 0;
    ink_network_free(r->copy);
    r->copy = NULL;
    pthread_mutex_unlock(&r->lock);
    judge_close(&s->judge);
    states_release(&s->states);
    ink_trainer_free(s->trainer);
    if (s->resume)
        ink_resume_close(s->resume);
    else
        ink_network_free(s->network);
    ink_model_free(s->taken);
    ink_dataset_free(s->like);
    free(s->tunings);
    free(s->note);
    *s = (session){0};
}

/* ---- beginning ---- */

/* The data that a file was learnt on, from what the command or a run wrote into it; it is not
 * trusted. A checkpoint goes on with exactly its data, and the library makes sets with seed 1 and
 * splits others at 0.2. */
static ink_status read_words(const char *text, bool exact, run_setup *setup, ink_error *err)
{
    json_t *all = json_loads(text ? text : "", JSON_REJECT_DUPLICATES, NULL);
    json_t *settings = json_object_get(all, "settings"), *words = settings ? settings : all;
    const char *name = json_string_value(json_object_get(all, "dataset"));
    if (!name)
        name = json_string_value(json_object_get(all, "data"));
    json_int_t limit = json_integer_value(json_object_get(words, "limit"));
    json_t *seed = json_object_get(words, "seed"), *split = json_object_get(words, "split");
    bool made = name && (strncmp(name, "fruit", 5) == 0 || strncmp(name, "glyphs", 6) == 0);
    bool other = (made && json_is_integer(seed) && json_integer_value(seed) != 1) ||
                 (json_is_real(split) && fabs(json_real_value(split) - 0.2) > 1e-9);
    bool good = !(exact && other) && (!name || strlen(name) < sizeof setup->data);
    if (good && name) {
        snprintf(setup->data, sizeof setup->data, "%s", name);
        setup->limit = limit > 0 ? (size_t)limit : 0;
    }
    json_decref(all);
    if (good)
        return INK_OK;
    return say_error(err, INK_EINVAL,
                     "the file was learnt on data with a seed or split of its own, which is not "
                     "opened here; go on with inkling train --resume");
}

/* A checkpoint, or else a model. */
static ink_status read_file(session *s, const char *path, ink_error *err)
{
    ink_error ignored = {.status = INK_OK};
    s->resume = ink_resume_open(path, &ignored);
    s->taken = s->resume ? NULL : ink_model_load(path, err);
    if (!s->resume && !s->taken)
        return err->status;
    const ink_model *model = s->resume ? ink_resume_model(s->resume) : s->taken;
    const ink_train_settings *settings = s->resume ? ink_resume_settings(s->resume) : NULL;
    const char *text = ink_network_text(model->network);
    if (strlen(text) >= sizeof s->setup.net)
        return say_error(err, INK_EINVAL, "its network is too long for the studio");
    snprintf(s->setup.net, sizeof s->setup.net, "%s", text);
    snprintf(s->setup.from, sizeof s->setup.from, "%s", path);
    s->setup.checkpoint = s->resume != NULL;
    if (settings)
        s->setup.settings = *settings;
    else
        s->setup.settings.cost = model->cost;
    if (run_fits(model->network, s->setup.settings.batch, err) != INK_OK)
        return err->status;
    return read_words(settings ? settings->note : model->record, settings != NULL, &s->setup, err);
}

/* A file that cannot be read leaves the run as it was. */
static bool read_first(run *r, session *fresh, const order *o)
{
    ink_error err = {.status = INK_OK};
    if (o->kind != ORDER_RESUME || read_file(fresh, o->path, &err) == INK_OK)
        return true;
    if (fresh->resume)
        ink_resume_close(fresh->resume);
    ink_model_free(fresh->taken);
    r->now.posted = o->begun;
    run_say(r, true, "%s", err.text);
    return false;
}

void session_begin(run *r, const order *o)
{
    session fresh = {
        .begun = o->begun, .posted = o->begun, .setup = o->setup, .loading = true, .version = 1};
    for (int k = 0; k < 2; k++)
        fresh.accuracy[k] = fresh.cost[k] = (double)NAN;
    if (!read_first(r, &fresh, o))
        return;
    session_close(r);
    r->now = fresh;
    r->message[0] = 0;
    r->trouble = false;
    pthread_mutex_lock(&r->lock);
    if (r->status.begun < o->begun)
        run_clear(r, o->begun);
    pthread_mutex_unlock(&r->lock);
}

/* What a later `inkling train --resume` wants to know. */
static char *note_of(const session *s)
{
    json_t *note = json_pack("{s:s, s:f, s:I, s:I, s:s, s:s}", "dataset", s->setup.data, "split",
                             0.2, "limit", (json_int_t)s->setup.limit, "seed", (json_int_t)1,
                             "model", "studio.safetensors", "init", ink_init_name(s->setup.init));
    char *text = note ? json_dumps(note, JSON_COMPACT) : NULL;
    json_decref(note);
    return text;
}

/* A data set of one sample with everything else of `data`. */
static ink_dataset *like(const ink_dataset *data, ink_error *err)
{
    int height, width, channels, classes = ink_dataset_classes(data);
    int32_t label = 0;
    ink_dataset_shape(data, &height, &width, &channels);
    const char **names = calloc((size_t)classes, sizeof *names);
    if (!names)
        return NULL;
    for (int k = 0; k < classes; k++)
        names[k] = ink_dataset_class_name(data, k);
    ink_dataset *one =
        ink_dataset_pixels(data, 0)
            ? ink_dataset_new_pictures(1, height, width, channels, ink_dataset_pixels(data, 0),
                                       &label, classes, names, err)
            : ink_dataset_new_vectors(1, width, ink_dataset_values(data, 0), &label, classes, names,
                                      err);
    free(names);
    return one;
}

static ink_status make_network(session *s, ink_error *err)
{
    if (s->resume) {
        s->network = ink_resume_model(s->resume)->network;
        s->input = ink_resume_model(s->resume)->input;
        return INK_OK;
    }
    if (s->taken) {
        s->network = ink_network_copy(s->taken->network, err);
        s->input = s->taken->input;
        return err->status;
    }
    s->network = ink_network_new(s->setup.net, err);
    if (!s->network)
        return err->status;
    ink_network_init(s->network, s->setup.init, s->setup.settings.seed);
    ink_input_for(s->data.train, &s->input);
    return INK_OK;
}

static ink_status make_trainer(run *r, ink_error *err)
{
    session *s = &r->now;
    ink_train_settings *settings = &s->setup.settings;
    if (s->resume) {
        s->trainer = ink_trainer_resume(s->resume, s->data.train, r->pool, err);
        return err->status;
    }
    settings->patience = 0; /* who looks at the curve decides when to stop */
    settings->keep_best = false;
    s->note = note_of(s);
    settings->note = s->note;
    settings->data_name = s->setup.data;
    settings->checkpoint = NULL;
    s->trainer = ink_trainer_new(s->network, &s->input, s->data.train, settings, r->pool, err);
    return err->status;
}

static ink_status take_off(run *r, ink_error *err)
{
    session *s = &r->now;
    if (!r->pool)
        r->pool = ink_pool_new(r->threads, err);
    ink_status status = r->pool ? make_network(s, err) : err->status;
    if (status == INK_OK)
        status = make_trainer(r, err);
    s->like = status == INK_OK ? like(s->data.train, err) : NULL;
    s->tunings = calloc(RUN_MOST_TUNINGS, sizeof *s->tunings);
    if (status == INK_OK && (!s->like || !s->tunings))
        return err->status = INK_ENOMEM;
    if (status == INK_OK)
        status = judge_open(&s->judge, ink_trainer_network(s->trainer), &s->input, &s->data,
                            s->setup.settings.cost, r->pool, err);
    if (status != INK_OK)
        return status;
    s->setup.settings = *ink_trainer_settings(s->trainer);
    ink_trainer_progress at = ink_trainer_look(s->trainer);
    s->setup.updates_per_epoch = at.updates_per_epoch;
    s->tunings[0] = (tuning){.update = at.update, .settings = s->setup.settings};
    s->tuning_count = s->next_tuning = 1;
    s->furthest = at.update;
    s->pace_from = s->seen_at = s->judge.credited = desk_now();
    s->images_seen = (double)at.images;
    if (s->motion == MOTION_STEP)
        s->goal += at.update;
    run_point point = run_point_of(s); /* so that the curve begins where the run does */
    s->judge.credit = RUN_JUDGE_CREDIT;
    judge_begin(&s->judge, ink_trainer_network(s->trainer), s->version, at.update, &point);
    bool good = states_begin(&s->states, ink_trainer_state_size(s->trainer)) &&
                states_keep(&s->states, s->trainer, &s->recent);
    return good ? INK_OK : (err->status = INK_ENOMEM);
}

void session_load(run *r)
{
    session *s = &r->now;
    ink_error err = {.status = INK_OK};
    library_state state =
        library_data_get(r->library, s->setup.data, s->setup.limit, &s->data, &err);
    if (state == LIBRARY_LOADING)
        return;
    if (state == LIBRARY_FAILED) {
        fail(r, err.text);
        return;
    }
    if (take_off(r, &err) != INK_OK) {
        fail(r, *err.text ? err.text : "there is no memory for this network");
        return;
    }
    s->loading = false;
    pthread_mutex_lock(&r->lock);
    if (r->status.begun == s->begun) {
        r->data = s->data;
        r->has_data = true;
        run_refresh_copy(r);
    }
    pthread_mutex_unlock(&r->lock);
}

/* ---- what a user gets ---- */

void run_refresh_copy(run *r)
{
    session *s = &r->now;
    if (!s->trainer || s->loading || s->failed)
        return;
    const ink_network *from = ink_trainer_network(s->trainer);
    if (!r->copy)
        r->copy = ink_network_copy(from, NULL);
    if (!r->copy)
        return;
    memcpy(ink_network_parameters(r->copy), ink_network_parameters_const(from),
           ink_network_parameter_count(from) * sizeof(float));
    if (ink_network_state_count(from) > 0)
        memcpy(ink_network_state(r->copy), ink_network_state_const(from),
               ink_network_state_count(from) * sizeof(float));
    r->copy_version = s->version;
    r->copy_begun = s->begun;
    r->copy_like = s->like;
    r->copy_input = s->input;
    r->copy_framing = ink_dataset_framing(s->data.train);
    r->copy_cost = s->setup.settings.cost;
}

/* ---- files ---- */

static ink_status save_model(const run *r, const char *path, bool half, ink_error *err)
{
    const session *s = &r->now;
    ink_network *copy = ink_network_copy(ink_trainer_network(s->trainer), err);
    ink_model *model = copy ? ink_model_new(copy, s->like, s->setup.settings.cost, err) : NULL;
    if (!model)
        return err->status;
    model->input = s->input;
    model->framing = ink_dataset_framing(s->data.train);
    char *note = note_of(s);
    ink_status status = note ? ink_model_set_record(model, note, err) : INK_OK;
    if (status == INK_OK)
        status = half ? ink_model_save_half(model, path, err) : ink_model_save(model, path, err);
    free(note);
    ink_model_free(model);
    return status;
}

void session_save(run *r, const char *path, bool half)
{
    session *s = &r->now;
    ink_error err = {.status = INK_OK};
    if (!s->trainer || s->loading || s->failed) {
        run_say(r, true, "there is no network yet to save");
        return;
    }
    ink_status status = half || s->diverged ? save_model(r, path, half, &err)
                                            : ink_trainer_checkpoint(s->trainer, path, &err);
    if (status != INK_OK) {
        run_say(r, true, "%s", err.text);
        return;
    }
    s->unsaved = s->unsaved && (half || s->diverged);
    run_say(r, false, "saved to %s", path);
}

static int is_rescued(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name), end = strlen(".safetensors");
    return strncmp(entry->d_name, "run-", 4) == 0 && length > end &&
           strcmp(entry->d_name + length - end, ".safetensors") == 0;
}

static void forget_old(const char *folder)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_rescued, alphasort);
    for (int i = 0; i < count; i++) {
        char path[RUN_MOST_PATH + 256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (i < count - RESCUED)
            unlink(path);
        free(names[i]);
    }
    free(names);
}

void session_rescue(run *r)
{
    session *s = &r->now;
    if (!s->trainer || s->loading || s->failed || !s->unsaved || !r->state_folder)
        return;
    ink_error err = {.status = INK_OK};
    char when[32], path[RUN_MOST_PATH + 64];
    struct tm parts;
    time_t seconds = time(NULL);
    gmtime_r(&seconds, &parts);
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", &parts);
    if (mkdir(r->state_folder, 0700) != 0 && errno != EEXIST)
        return;
    /* Whoever went back in time has learnt more than what is at hand. */
    const kept_state *kept = states_before(&s->states, s->furthest);
    if (s->diverged || (kept && kept->update > ink_trainer_look(s->trainer).update))
        ink_trainer_restore(s->trainer, kept->memory, &err);
    for (int i = 0; i < 100; i++) { /* several desks end in the same second */
        snprintf(path, sizeof path, "%s/run-%s-%ld-%02d.safetensors", r->state_folder, when,
                 (long)getpid(), i);
        if (access(path, F_OK) != 0)
            break;
    }
    if (ink_trainer_checkpoint(s->trainer, path, &err) == INK_OK)
        forget_old(r->state_folder);
}
