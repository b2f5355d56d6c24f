/* The library: data sets opened in the background, models read once. */
#include "studio/library.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct shelf_data {
    struct shelf_data *next;
    library *library;
    char name[256];
    size_t limit;
    library_state state;
    bool stale; /* a download replaced it: the next call opens it anew */
    pthread_t thread;
    bool has_thread;
    ink_dataset *train, *test;
    ink_error err;
} shelf_data;

typedef struct shelf_model {
    struct shelf_model *next;
    char name[64];
    ink_model *model;
} shelf_model;

struct library {
    char *data, *models;
    pthread_mutex_t lock; /* guards the lists and what is in them */
    shelf_data *sets;
    shelf_model *shelf;
};

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

library *library_new(const library_settings *settings, ink_error *err)
{
    library *l = calloc(1, sizeof *l);
    if (!l) {
        *err = (ink_error){.status = INK_ENOMEM, .text = "there is no memory for the library"};
        return NULL;
    }
    l->data = copy(settings->data);
    l->models = copy(settings->models);
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void library_free(library *l)
{
    if (!l)
        return;
    for (shelf_data *s = l->sets, *next; s; s = next) {
        next = s->next;
        if (s->has_thread)
            pthread_join(s->thread, NULL);
        ink_dataset_free(s->train);
        ink_dataset_free(s->test);
        free(s);
    }
    for (shelf_model *m = l->shelf, *next; m; m = next) {
        next = m->next;
        ink_model_free(m->model);
        free(m);
    }
    pthread_mutex_destroy(&l->lock);
    free(l->data);
    free(l->models);
    free(l);
}

/* ---- data sets ---- */

static void *load(void *context)
{
    shelf_data *s = context;
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = s->library->data;
    options.limit = s->limit;
    ink_dataset *train = NULL, *test = NULL;
    ink_error err = {.status = INK_OK};
    ink_status status = ink_dataset_open(s->name, &options, &train, &test, &err);
    pthread_mutex_lock(&s->library->lock);
    s->train = train;
    s->test = test;
    s->err = err;
    s->state = status == INK_OK ? LIBRARY_READY : LIBRARY_FAILED;
    pthread_mutex_unlock(&s->library->lock);
    return NULL;
}

static shelf_data *set_of(library *l, const char *name, size_t limit)
{
    shelf_data *s = l->sets;
    while (s && (s->stale || s->limit != limit || strcmp(s->name, name) != 0))
        s = s->next;
    return s;
}

/* A new entry, being loaded; NULL without memory or thread. */
static shelf_data *add_set(library *l, const char *name, size_t limit)
{
    shelf_data *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->library = l;
    snprintf(s->name, sizeof s->name, "%s", name);
    s->limit = limit;
    s->state = LIBRARY_LOADING;
    s->has_thread = pthread_create(&s->thread, NULL, load, s) == 0;
    if (!s->has_thread) {
        free(s);
        return NULL;
    }
    s->next = l->sets;
    l->sets = s;
    return s;
}

library_state library_data_get(library *l, const char *name, size_t limit, library_data *data,
                               ink_error *err)
{
    if (strlen(name) >= sizeof l->sets->name) {
        *err = (ink_error){.status = INK_EINVAL, .text = "the name of that data set is too long"};
        return LIBRARY_FAILED;
    }
    pthread_mutex_lock(&l->lock);
    shelf_data *s = set_of(l, name, limit);
    if (!s)
        s = add_set(l, name, limit);
    library_state state = s ? s->state : LIBRARY_FAILED;
    if (state == LIBRARY_READY) {
        *data = (library_data){s->train, s->test};
    } else if (state == LIBRARY_FAILED) {
        *err = s ? s->err : (ink_error){.status = INK_ENOMEM, .text = "there is no memory"};
        if (s)
            s->stale = true;
    }
    pthread_mutex_unlock(&l->lock);
    return state;
}

void library_refresh(library *l)
{
    pthread_mutex_lock(&l->lock);
    for (shelf_data *s = l->sets; s; s = s->next)
        s->stale = s->stale || s->state != LIBRARY_LOADING;
    pthread_mutex_unlock(&l->lock);
}

const char *library_data_folder(const library *l)
{
    return l->data;
}

/* ---- models ---- */

static ink_model *read_model(const library *l, const char *name, ink_error *err)
{
    char path[4096];
    bool plain = *name && !strpbrk(name, "/\\") && name[0] != '.';
    if (!l->models || !plain ||
        (size_t)snprintf(path, sizeof path, "%s/%s.safetensors", l->models, name) >= sizeof path) {
        *err = (ink_error){.status = INK_EINVAL};
        snprintf(err->text, sizeof err->text, "there is no model \"%.60s\" here", name);
        return NULL;
    }
    return ink_model_load(path, err);
}

const ink_model *library_model_get(library *l, const char *name, ink_error *err)
{
    pthread_mutex_lock(&l->lock);
    shelf_model *m = l->shelf;
    while (m && strcmp(m->name, name) != 0)
        m = m->next;
    ink_model *model = m || strlen(name) >= sizeof m->name ? NULL : read_model(l, name, err);
    if (model && (m = calloc(1, sizeof *m))) {
        snprintf(m->name, sizeof m->name, "%s", name);
        m->model = model;
        m->next = l->shelf;
        l->shelf = m;
    } else if (!m && !model && err->status == INK_OK) {
        *err = (ink_error){.status = INK_EINVAL, .text = "there is no model of that name"};
    }
    pthread_mutex_unlock(&l->lock);
    return m ? m->model : NULL;
}
