/* The library: data sets opened in the background and downloaded, models read once. */
#include "studio/library.h"

#include "studio/say.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct shelf_data {
    struct shelf_data *next;
    library *library;
    char name[256];
    size_t limit;
    library_state state;
    bool stale; /* a download replaced it: lent still, but the next call opens it anew */
    size_t bytes;
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
    char *data, *models, *recipes;
    pthread_mutex_t lock; /* guards the lists and what is in them */
    shelf_data *sets;
    shelf_model *shelf;
    library_download download;
    pthread_t downloader;
    bool has_downloader; /* to be joined */
    atomic_bool cancelled;
};

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

library *library_new(const library_settings *settings, ink_error *err)
{
    library *l = calloc(1, sizeof *l);
    if (!l) {
        say_error(err, INK_ENOMEM, "there is no memory for the library");
        return NULL;
    }
    l->data = copy(settings->data);
    l->models = copy(settings->models);
    l->recipes = copy(settings->recipes);
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

static void free_set(shelf_data *s)
{
    if (s->has_thread)
        pthread_join(s->thread, NULL);
    ink_dataset_free(s->train);
    ink_dataset_free(s->test);
    free(s);
}

void library_free(library *l)
{
    if (!l)
        return;
    library_get_cancel(l);
    if (l->has_downloader)
        pthread_join(l->downloader, NULL);
    for (shelf_data *s = l->sets, *next; s; s = next) {
        next = s->next;
        free_set(s);
    }
    for (shelf_model *m = l->shelf, *next; m; m = next) {
        next = m->next;
        ink_model_free(m->model);
        free(m);
    }
    pthread_mutex_destroy(&l->lock);
    free(l->data);
    free(l->models);
    free(l->recipes);
    free(l);
}

/* ---- data sets ---- */

static size_t bytes_of(const ink_dataset *set)
{
    int height, width, channels;
    if (!set)
        return 0;
    ink_dataset_shape(set, &height, &width, &channels);
    size_t values = (size_t)height * (size_t)width * (size_t)channels;
    size_t each = ink_dataset_count(set) > 0 && ink_dataset_values(set, 0) ? sizeof(float) : 1;
    return ink_dataset_count(set) * (values * each + sizeof(int32_t));
}

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
    s->bytes = bytes_of(train) + bytes_of(test);
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

/* Drops the sets that could not be opened; their threads are at their end. */
static void forget_failed(library *l)
{
    for (shelf_data **at = &l->sets; *at;) {
        shelf_data *s = *at;
        if (s->state == LIBRARY_FAILED) {
            *at = s->next;
            free_set(s);
        } else {
            at = &s->next;
        }
    }
}

static bool is_full(const library *l, ink_error *err)
{
    size_t count = 0, bytes = 0;
    for (const shelf_data *s = l->sets; s; s = s->next) {
        count++;
        bytes += s->bytes;
    }
    if (count < LIBRARY_MOST_SETS && bytes < LIBRARY_MOST_BYTES)
        return false;
    say_error(
        err, INK_ENOMEM,
        "the studio holds %zu data sets of %.1f GB in all and opens no more: start it again to "
        "open others",
        count, 1e-9 * (double)bytes);
    return true;
}

/* A new entry, being loaded; NULL where there is no room. */
static shelf_data *add_set(library *l, const char *name, size_t limit, ink_error *err)
{
    if (is_full(l, err))
        return NULL;
    shelf_data *s = calloc(1, sizeof *s);
    if (s) {
        s->library = l;
        snprintf(s->name, sizeof s->name, "%s", name);
        s->limit = limit;
        s->state = LIBRARY_LOADING;
        s->has_thread = pthread_create(&s->thread, NULL, load, s) == 0;
        if (s->has_thread) {
            s->next = l->sets;
            l->sets = s;
            return s;
        }
    }
    free(s);
    say_error(err, INK_ENOMEM, "there is no memory for the data set \"%.60s\"", name);
    return NULL;
}

bool library_may_open(const char *name)
{
    struct stat info;
    return stat(name, &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode);
}

library_state library_data_get(library *l, const char *name, size_t limit, library_data *data,
                               ink_error *err)
{
    if (strlen(name) >= sizeof l->sets->name) {
        say_error(err, INK_EINVAL, "the name of a data set has at most %zu letters, this one %zu",
                  sizeof l->sets->name - 1, strlen(name));
        return LIBRARY_FAILED;
    }
    if (!library_may_open(name)) {
        say_error(err, INK_EINVAL, "%.200s is neither a file nor a folder", name);
        return LIBRARY_FAILED;
    }
    pthread_mutex_lock(&l->lock);
    shelf_data *s = set_of(l, name, limit);
    if (!s)
        s = add_set(l, name, limit, err);
    library_state state = s ? s->state : LIBRARY_FAILED;
    if (state == LIBRARY_READY) {
        *data = (library_data){s->train, s->test};
    } else if (s && state == LIBRARY_FAILED) {
        *err = s->err;
        forget_failed(l);
    }
    pthread_mutex_unlock(&l->lock);
    return state;
}

void library_refresh(library *l)
{
    pthread_mutex_lock(&l->lock);
    forget_failed(l);
    pthread_mutex_unlock(&l->lock);
}

const char *library_data_folder(const library *l)
{
    return l->data;
}

const char *library_recipes_folder(const library *l)
{
    return l->recipes;
}

/* ---- downloads ---- */

static bool follow(const ink_download_event *event, void *user)
{
    library *l = user;
    pthread_mutex_lock(&l->lock);
    snprintf(l->download.file, sizeof l->download.file, "%s", event->file);
    l->download.index = event->index;
    l->download.files = event->files;
    l->download.done = event->done;
    l->download.total = event->total;
    pthread_mutex_unlock(&l->lock);
    return !atomic_load(&l->cancelled);
}

/* Is `name` made of the files that "kind" or "kind:..." stands for? Of paths nobody knows. */
static bool is_of_kind(const char *name, const char *kind)
{
    size_t length = strcspn(kind, ":");
    return strncmp(name, kind, length) == 0 && (name[length] == '\0' || name[length] == ':');
}

static void *download(void *context)
{
    library *l = context;
    ink_error err = {.status = INK_OK};
    char name[sizeof l->download.name];
    pthread_mutex_lock(&l->lock);
    memcpy(name, l->download.name, sizeof name);
    pthread_mutex_unlock(&l->lock);
    ink_status status = ink_download(name, l->data, 0, follow, l, &err);
    pthread_mutex_lock(&l->lock);
    l->download.running = false;
    l->download.status = status;
    memcpy(l->download.text, err.text, sizeof l->download.text);
    for (shelf_data *s = l->sets; s && status == INK_OK; s = s->next)
        s->stale = s->stale || (s->state != LIBRARY_FAILED && is_of_kind(s->name, name));
    if (status == INK_OK)
        forget_failed(l);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

static ink_status start_download(library *l, const char *name, ink_error *err)
{
    if (l->download.running)
        return say_error(err, INK_EINVAL, "%.60s is being downloaded: one at a time",
                         l->download.name);
    if (l->has_downloader) /* at its end: it needs the lock no more */
        pthread_join(l->downloader, NULL);
    size_t begun = l->download.begun;
    l->download = (library_download){.begun = begun + 1, .running = true};
    snprintf(l->download.name, sizeof l->download.name, "%s", name);
    atomic_store(&l->cancelled, false);
    l->has_downloader = pthread_create(&l->downloader, NULL, download, l) == 0;
    if (l->has_downloader)
        return INK_OK;
    l->download = (library_download){.begun = begun};
    return say_error(err, INK_ENOMEM, "there is no memory for a download");
}

ink_status library_get(library *l, const char *name, ink_error *err)
{
    if (strlen(name) >= sizeof l->download.name)
        return say_error(err, INK_EINVAL,
                         "the name of a data set has at most %zu letters, this one %zu",
                         sizeof l->download.name - 1, strlen(name));
    pthread_mutex_lock(&l->lock);
    ink_status status = start_download(l, name, err);
    pthread_mutex_unlock(&l->lock);
    return status;
}

void library_get_cancel(library *l)
{
    atomic_store(&l->cancelled, true);
}

void library_get_look(library *l, library_download *out)
{
    pthread_mutex_lock(&l->lock);
    *out = l->download;
    pthread_mutex_unlock(&l->lock);
}

/* ---- models ---- */

static ink_model *read_model(const library *l, const char *name, ink_error *err)
{
    char path[4096];
    bool plain = *name && !strpbrk(name, "/\\") && name[0] != '.';
    if (!l->models || !plain ||
        (size_t)snprintf(path, sizeof path, "%s/%s.safetensors", l->models, name) >= sizeof path) {
        say_error(err, INK_EINVAL, "there is no model \"%.60s\" here", name);
        return NULL;
    }
    return ink_model_load(path, err);
}

static shelf_model *add_model(library *l, const char *name, ink_error *err)
{
    shelf_model *m = calloc(1, sizeof *m);
    if (!m || strlen(name) >= sizeof m->name) {
        say_error(err, m ? INK_EINVAL : INK_ENOMEM, "there is no %s \"%.60s\"",
                  m ? "model" : "memory for the model", name);
        free(m);
        return NULL;
    }
    m->model = read_model(l, name, err);
    if (!m->model) {
        free(m);
        return NULL;
    }
    snprintf(m->name, sizeof m->name, "%s", name);
    m->next = l->shelf;
    l->shelf = m;
    return m;
}

const ink_model *library_model_get(library *l, const char *name, ink_error *err)
{
    pthread_mutex_lock(&l->lock);
    shelf_model *m = l->shelf;
    while (m && strcmp(m->name, name) != 0)
        m = m->next;
    if (!m)
        m = add_model(l, name, err);
    const ink_model *model = m ? m->model : NULL;
    pthread_mutex_unlock(&l->lock);
    return model;
}
