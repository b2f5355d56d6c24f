/* Which network is looked at, and on which data. */
#include "studio/look/look_scene.h"

#include <stdio.h>
#include <string.h>

/* The doodles' set is put together from the class names. */
const look_shipped look_shipped_models[] = {
    {"digits", "Digits", {"mnist", "glyphs:digits"}},
    {"doodles", "Doodles", {NULL, "glyphs:doodles"}},
    {"fashion", "Fashion", {"fashion", NULL}},
    {"cifar10", "CIFAR-10", {"cifar10", NULL}},
    {NULL, NULL, {NULL, NULL}},
};

static void stand(look *l, look_phase phase, const char *message)
{
    if (l->phase == phase && strcmp(l->message, message) == 0)
        return;
    l->phase = phase;
    snprintf(l->message, sizeof l->message, "%s", message);
    look_tell_state(l);
}

void look_reset(look *l)
{
    look_evaluation_free(l->shown);
    look_evaluation_free(l->next);
    look_cover_free(l->cover);
    look_list_release(&l->list);
    l->shown = l->next = NULL;
    l->cover = NULL;
    l->set = NULL;
    *l->wants = *l->data = '\0';
    stand(l, LOOK_LOADING, "");
}

/* ---- models that come with Inkling ---- */

static const look_shipped *shipped(const char *name)
{
    const look_shipped *s = look_shipped_models;
    while (s->name && strcmp(s->name, name) != 0)
        s++;
    return s->name ? s : NULL;
}

/* "quickdraw:airplane,banana,...": the model's classes in its order. */
static void doodles_of(const ink_model *model, char *name, size_t room)
{
    size_t used = (size_t)snprintf(name, room, "quickdraw:");
    for (int k = 0; k < model->classes && used < room; k++)
        used +=
            (size_t)snprintf(name + used, room - used, "%s%s", k ? "," : "", model->class_names[k]);
}

static bool fits(const ink_model *model, const ink_dataset *set)
{
    sample_shape s = sample_shape_of(set);
    bool same = s.height == model->picture_height && s.width == model->picture_width &&
                s.channels == model->picture_channels && ink_dataset_classes(set) == model->classes;
    for (int k = 0; same && k < model->classes; k++)
        same = strcmp(model->class_names[k], ink_dataset_class_name(set, k)) == 0;
    return same;
}

static bool is_here(const look *l, const char *name)
{
    return ink_dataset_is_here(name, library_data_folder(desk_library(l->d)));
}

static void begin(look *l, const ink_model *model, ink_model *owned, const library_data *data)
{
    ink_error err = {.status = INK_OK};
    const ink_dataset *set = data->test && !l->training_part ? data->test : data->train;
    ink_pool *pool = owned ? NULL : desk_pool(l->d); /* one's own may be learning meanwhile */
    l->shown = look_evaluation_new(model, owned, set, pool, &err);
    if (!l->shown) {
        stand(l, LOOK_FAILED, err.text);
        return;
    }
    l->set = set;
    l->training_part = set == data->train;
    int classes = ink_dataset_classes(set);
    l->filter.label = l->filter.label < classes ? l->filter.label : -1;
    l->filter.guess = l->filter.guess < classes ? l->filter.guess : -1;
    if (l->cursor >= l->shown->count)
        l->cursor = 0;
    l->phase = LOOK_READY;
    if (look_list_make(&l->list, l->shown, &l->filter, &err) != INK_OK)
        stand(l, LOOK_FAILED, err.text);
}

/* Nothing that is here and fits; what could be got is said. */
static void lack(look *l, const ink_model *model, const look_shipped *s)
{
    char text[512];
    if (s->sets[0])
        snprintf(l->wants, sizeof l->wants, "%s", s->sets[0]);
    else
        doodles_of(model, l->wants, sizeof l->wants);
    snprintf(text, sizeof text,
             "The pictures for the model \"%s\" are not on this computer, and the built-in ones "
             "have other classes.",
             s->name);
    stand(l, LOOK_NO_DATA, text);
}

/* Do the built-in drawings have this model's classes? A few of them tell. */
static bool glyphs_fit(const ink_model *model, const char *name)
{
    ink_dataset_options options;
    ink_dataset *few = NULL;
    ink_dataset_options_init(&options);
    options.limit = 20;
    bool fit = ink_dataset_open(name, &options, &few, NULL, NULL) == INK_OK && fits(model, few);
    ink_dataset_free(few);
    return fit;
}

/* The first that is here and may fit; "" when there is none. */
static void choose(look *l, const ink_model *model, const look_shipped *s)
{
    char doodles[256];
    doodles_of(model, doodles, sizeof doodles);
    for (int i = 0; i < 2 && !*l->data; i++) {
        const char *name = i == 0 && !s->sets[0] ? doodles : s->sets[i];
        bool made = name && strncmp(name, "glyphs", 6) == 0;
        if (name && (made ? glyphs_fit(model, name) : is_here(l, name)))
            snprintf(l->data, sizeof l->data, "%s", name);
    }
}

static void prepare_shipped(look *l, const look_shipped *s)
{
    ink_error err = {.status = INK_OK};
    library_data data = {NULL, NULL};
    const ink_model *model = library_model_get(desk_library(l->d), s->name, &err);
    if (!model) {
        stand(l, LOOK_FAILED, err.text);
        return;
    }
    if (!*l->data) {
        choose(l, model, s);
        look_tell_state(l); /* opening it may take a while */
    }
    if (!*l->data) {
        lack(l, model, s);
        return;
    }
    library_state state = library_data_get(desk_library(l->d), l->data, 0, &data, &err);
    if (state == LIBRARY_FAILED)
        stand(l, LOOK_FAILED, err.text);
    else if (state == LIBRARY_READY && !fits(model, data.train))
        lack(l, model, s);
    else if (state == LIBRARY_READY)
        begin(l, model, NULL, &data);
}

/* ---- one's own ---- */

static void prepare_mine(look *l)
{
    ink_error err = {.status = INK_OK};
    run_status now;
    library_data data;
    size_t version = 0;
    struct run *r = desk_run(l->d, &err);
    if (!r) {
        stand(l, LOOK_FAILED, err.text);
        return;
    }
    run_look(r, &now);
    l->begun = now.begun;
    if (now.phase == RUN_EMPTY) {
        stand(l, LOOK_EMPTY, "There is no network of yours yet.");
    } else if (now.phase == RUN_FAILED) {
        stand(l, LOOK_FAILED, now.message);
    } else if (run_data(r, &data)) {
        ink_model *model = run_model(r, &version, &err);
        if (!model)
            return;
        snprintf(l->data, sizeof l->data, "%s", run_setup_now(r)->data);
        begin(l, model, model, &data);
        if (l->shown) {
            l->shown->version = version;
            l->shown->update = now.update;
        }
    }
}

/* Has what stood in the way changed? */
static bool may_go_on(look *l)
{
    ink_error err = {.status = INK_OK};
    run_status now;
    struct run *r = desk_run(l->d, &err);
    if (l->phase == LOOK_LOADING)
        return true;
    if (l->phase == LOOK_NO_DATA)
        return is_here(l, l->wants);
    if (!r || strcmp(l->source, "mine") != 0)
        return false;
    run_look(r, &now);
    return now.phase != RUN_EMPTY && now.begun != l->begun;
}

void look_prepare(look *l)
{
    const look_shipped *s = shipped(l->source);
    if (!may_go_on(l))
        return;
    if (l->phase != LOOK_LOADING)
        look_reset(l);
    if (s)
        prepare_shipped(l, s);
    else
        prepare_mine(l);
    if (l->phase == LOOK_READY)
        look_tell_all(l);
}

/* Another evaluation beside the one that is shown. */
static ink_status evaluate_mine(look *l, const run_status *now, ink_error *err)
{
    size_t version = 0;
    struct run *r = desk_run(l->d, err);
    ink_model *model = r ? run_model(r, &version, err) : NULL;
    if (!model)
        return err->status;
    look_evaluation *fresh = look_evaluation_new(model, model, l->set, NULL, err);
    if (!fresh)
        return err->status;
    fresh->version = version;
    fresh->update = now->update;
    look_evaluation_free(l->next);
    l->next = fresh;
    return INK_OK;
}

void look_follow(look *l)
{
    ink_error err = {.status = INK_OK};
    run_status now;
    struct run *r = desk_run(l->d, &err);
    if (!r || strcmp(l->source, "mine") != 0)
        return;
    run_look(r, &now);
    if (now.begun != l->begun) {
        look_reset(l);
    } else if (l->shown->done == l->shown->count && !l->next && now.version != l->shown->version) {
        evaluate_mine(l, &now, &err); /* without memory the old answers stay */
    }
}

ink_status look_again(look *l, ink_error *err)
{
    run_status now;
    if (l->phase != LOOK_READY || strcmp(l->source, "mine") != 0) {
        look_reset(l);
        return INK_OK;
    }
    struct run *r = desk_run(l->d, err);
    if (!r)
        return err->status;
    run_look(r, &now);
    return evaluate_mine(l, &now, err);
}
