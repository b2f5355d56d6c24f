/* A desk: inbox, the scenes' thread, outbox. */
#include "studio/desk.h"

#include "studio/fruit/fruit_model.h"
#include "studio/run/run.h"
#include "studio/say.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Answers that may wait; more messages are not read while there are so many. */
enum { MOST_SCENES = 16, MOST_ANSWERS = 256, MOST_ANSWER_BYTES = 4 << 20 };
enum { BETWEEN_LOOKS = 10 }; /* seconds; at a run that nobody watches */

typedef struct letter {
    struct letter *next;
    size_t tab; /* which wrote it: `tabs` of the desk */
    size_t length;
    char text[];
} letter;

typedef struct parcel {
    struct parcel *next;
    char key[64]; /* "scene kind"; "" for answers, which nothing replaces */
    frame frame;
} parcel;

struct desk {
    desk_settings settings;
    char *state;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all down to `shown` */
    pthread_cond_t news;
    letter *inbox, **inbox_end;
    size_t inbox_bytes;
    parcel *outbox, **outbox_end;
    size_t answers, answer_bytes; /* in the outbox */
    size_t tabs;                  /* that have been attached */
    bool attached, show_again, busy, ending, ended;

    void *scenes[MOST_SCENES]; /* the thread's own from here on; NULL = not opened */
    double due[MOST_SCENES];   /* when its work is to be called */
    const scene_kind *front;
    json_t *answer;
    struct run *run;
    struct fruit_model *fruit;
    ink_pool *pool;
    ink_picture drawing; /* of the pad; no pixels = none */
};

const scene_kind *const scene_kinds[] = {&scene_fruit,     &scene_microscope, &scene_slope,
                                         &scene_landscape, &scene_train,      &scene_look,
                                         &scene_draw,      &scene_transform,  NULL};

const scene_kind *scene_kind_named(const char *name)
{
    for (size_t i = 0; name && scene_kinds[i]; i++)
        if (strcmp(scene_kinds[i]->name, name) == 0)
            return scene_kinds[i];
    return NULL;
}

static size_t index_of(const scene_kind *scene)
{
    size_t i = 0;
    while (scene_kinds[i] != scene)
        i++;
    return i;
}

double desk_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the outbox ---- */

static parcel *parcel_of(const desk *d, const char *key)
{
    parcel *p = d->outbox;
    while (p && strcmp(p->key, key) != 0)
        p = p->next;
    return p;
}

/* Takes over `bytes`; NULL (no memory) is dropped like any frame that nobody took. */
static void put(desk *d, const char *key, bool binary, char *bytes, size_t size)
{
    if (!bytes)
        return;
    pthread_mutex_lock(&d->lock);
    parcel *p = *key ? parcel_of(d, key) : NULL;
    if (p) {
        free(p->frame.bytes);
        p->frame = (frame){binary, size, bytes};
    } else if (!d->attached || !(p = calloc(1, sizeof *p))) {
        free(bytes);
    } else {
        snprintf(p->key, sizeof p->key, "%s", key);
        p->frame = (frame){binary, size, bytes};
        *d->outbox_end = p;
        d->outbox_end = &p->next;
        d->answers += !*key;
        d->answer_bytes += *key ? 0 : size;
    }
    pthread_mutex_unlock(&d->lock);
    if (d->settings.ready)
        d->settings.ready(d->settings.user);
}

static void put_json(desk *d, const char *key, json_t *body)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    put(d, key, false, text, text ? strlen(text) : 0);
}

/* The first in the outbox, or the first answer. */
static bool take(desk *d, bool any, frame *out)
{
    pthread_mutex_lock(&d->lock);
    parcel **at = &d->outbox;
    while (*at && !any && *(*at)->key)
        at = &(*at)->next;
    parcel *p = *at;
    if (p) {
        *at = p->next;
        if (!*at)
            d->outbox_end = at;
        d->answers -= !*p->key;
        d->answer_bytes -= *p->key ? 0 : p->frame.size;
        *out = p->frame;
        if (!*p->key)
            pthread_cond_signal(&d->news); /* there may be room to answer again */
    }
    pthread_mutex_unlock(&d->lock);
    free(p);
    return p != NULL;
}

bool desk_take(desk *d, frame *out)
{
    return take(d, true, out);
}

bool desk_take_answer(desk *d, frame *out)
{
    return take(d, false, out);
}

static void empty_outbox(desk *d)
{
    frame f;
    while (desk_take(d, &f))
        free(f.bytes);
}

bool desk_is_watched(desk *d, const scene_kind *scene)
{
    pthread_mutex_lock(&d->lock);
    bool attached = d->attached;
    pthread_mutex_unlock(&d->lock);
    return attached && d->front == scene;
}

static void key_of(const scene_kind *scene, const char *kind, char key[64])
{
    snprintf(key, 64, "%s %s", scene->name, kind);
}

/* The object that every frame begins with; NULL without memory. Takes over `body`. */
static json_t *headed(const scene_kind *scene, const char *kind, json_t *body)
{
    json_t *whole = json_pack("{s:s, s:s}", "scene", scene->name, "kind", kind);
    if (whole && body && json_object_update_missing(whole, body) != 0) {
        json_decref(whole);
        whole = NULL;
    }
    json_decref(body);
    return whole;
}

void desk_tell(desk *d, const scene_kind *scene, const char *kind, json_t *body)
{
    char key[64];
    if (!desk_is_watched(d, scene)) {
        json_decref(body);
        return;
    }
    key_of(scene, kind, key);
    put_json(d, key, headed(scene, kind, body));
}

static size_t size_of(const desk_array *array)
{
    return array->count * (strcmp(array->type, "u8") == 0 ? 1 : 4);
}

static size_t padded(size_t size)
{
    return (size + 7) / 8 * 8;
}

/* Header, its length before it, and the arrays behind; *size is the whole. */
static char *pack(const char *header, const desk_array *arrays, size_t count, size_t *size)
{
    size_t length = strlen(header), at = padded(4 + length);
    uint32_t told = (uint32_t)(at - 4);
    *size = at;
    for (size_t i = 0; i < count; i++)
        *size += padded(size_of(&arrays[i]));
    char *bytes = calloc(1, *size);
    if (!bytes)
        return NULL;
    for (int i = 0; i < 4; i++)
        bytes[i] = (char)(told >> (8 * i) & 255);
    memset(bytes + 4, ' ', told);
    memcpy(bytes + 4, header, length);
    for (size_t i = 0; i < count; i++) {
        if (arrays[i].count > 0)
            memcpy(bytes + at, arrays[i].data, size_of(&arrays[i]));
        at += padded(size_of(&arrays[i]));
    }
    return bytes;
}

void desk_tell_arrays(desk *d, const scene_kind *scene, const char *kind, json_t *body,
                      const desk_array *arrays, size_t count)
{
    char key[64];
    if (!desk_is_watched(d, scene)) {
        json_decref(body);
        return;
    }
    json_t *list = json_array(), *whole = headed(scene, kind, body);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("[sI]", arrays[i].type, (json_int_t)arrays[i].count));
    json_object_set_new(whole, "arrays", list);
    char *header = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    size_t size = 0;
    char *bytes = header ? pack(header, arrays, count, &size) : NULL;
    free(header);
    key_of(scene, kind, key);
    put(d, key, true, bytes, size);
}

bool desk_wants(desk *d, const scene_kind *scene, const char *kind)
{
    char key[64];
    key_of(scene, kind, key);
    pthread_mutex_lock(&d->lock);
    bool wants = d->attached && d->front == scene && !parcel_of(d, key);
    pthread_mutex_unlock(&d->lock);
    return wants;
}

void desk_answer(desk *d, json_t *body)
{
    json_decref(d->answer);
    d->answer = body;
}

/* ---- the inbox ---- */

bool desk_post(desk *d, const char *text, size_t length)
{
    pthread_mutex_lock(&d->lock);
    bool room = d->inbox_bytes + length <= DESK_MOST_BYTES;
    letter *l = room ? malloc(sizeof *l + length) : NULL;
    if (l) {
        l->next = NULL;
        l->tab = d->tabs;
        l->length = length;
        memcpy(l->text, text, length);
        *d->inbox_end = l;
        d->inbox_end = &l->next;
        d->inbox_bytes += length + sizeof *l;
        pthread_cond_signal(&d->news);
    }
    pthread_mutex_unlock(&d->lock);
    return l != NULL;
}

/* A tab that asks and takes no answers waits; with the lock held. */
static bool may_answer(const desk *d)
{
    return d->answers < MOST_ANSWERS && d->answer_bytes < MOST_ANSWER_BYTES;
}

static letter *next_letter(desk *d)
{
    pthread_mutex_lock(&d->lock);
    letter *l = !d->ending && may_answer(d) ? d->inbox : NULL;
    if (l) {
        d->inbox = l->next;
        if (!d->inbox)
            d->inbox_end = &d->inbox;
        d->inbox_bytes -= l->length + sizeof *l;
    }
    pthread_mutex_unlock(&d->lock);
    return l;
}

/* The numbers of a tab that is gone mean something else to the next. */
static bool is_of_this_tab(desk *d, const letter *l)
{
    pthread_mutex_lock(&d->lock);
    bool is = l->tab == d->tabs;
    pthread_mutex_unlock(&d->lock);
    return is;
}

static void reply(desk *d, const char *scene, json_t *id, ink_status status, const ink_error *err)
{
    if (status == INK_OK && !id)
        return;
    json_t *answer = status == INK_OK
                         ? json_pack("{s:s, s:s}", "scene", scene, "kind", "done")
                         : json_pack("{s:s, s:s, s:o}", "scene", scene, "kind", "error", "text",
                                     say_text(*err->text ? err->text : ink_status_name(status)));
    if (id)
        json_object_set(answer, "id", id);
    if (d->answer)
        json_object_set(answer, "body", d->answer);
    put_json(d, "", answer);
}

static ink_status open_scene(desk *d, const scene_kind *scene, ink_error *err)
{
    size_t i = index_of(scene);
    if (!d->scenes[i]) {
        d->scenes[i] = scene->open(d, err);
        d->due[i] = 0;
    }
    return d->scenes[i] ? INK_OK : INK_ENOMEM;
}

/* Much of what it shows is told by its `work`. */
static void show_front(desk *d)
{
    size_t i = index_of(d->front);
    d->front->show(d->scenes[i]);
    d->due[i] = 0;
}

static ink_status obey(desk *d, json_t *message, ink_error *err)
{
    const char *verb = json_string_value(json_object_get(message, "do"));
    const char *name = json_string_value(json_object_get(message, "scene"));
    const scene_kind *scene = scene_kind_named(name);
    if (!scene)
        return say_error(err, INK_EINVAL, "there is no scene \"%.40s\"", name ? name : "");
    if (!verb)
        return say_error(err, INK_EINVAL, "a message for %s does not say what to \"do\"", name);
    ink_status status = open_scene(d, scene, err);
    if (status != INK_OK)
        return status;
    size_t i = index_of(scene);
    d->due[i] = 0;
    if (strcmp(verb, "show") != 0)
        return scene->take(d->scenes[i], verb, message, err);
    d->front = scene;
    show_front(d);
    return INK_OK;
}

static void read_letter(desk *d, const letter *l)
{
    ink_error err = {.status = INK_OK};
    json_error_t wrong;
    json_t *message = json_loadb(l->text, l->length, JSON_REJECT_DUPLICATES, &wrong);
    ink_status status = json_is_object(message)
                            ? obey(d, message, &err)
                            : say_error(&err, INK_EINVAL, "a message is no JSON object: %.80s",
                                        message ? "something else" : wrong.text);
    const scene_kind *scene =
        scene_kind_named(json_string_value(json_object_get(message, "scene")));
    json_t *id = json_object_get(message, "id");
    if (is_of_this_tab(d, l))
        reply(d, scene ? scene->name : "", json_is_integer(id) ? id : NULL, status, &err);
    desk_answer(d, NULL);
    json_decref(message);
}

/* Until there are none, or the scenes have waited long enough. */
static void read_letters(desk *d)
{
    double until = desk_now() + SCENE_SLICE;
    for (letter *l; desk_now() < until && (l = next_letter(d)); free(l))
        read_letter(d, l);
}

/* ---- the thread ---- */

static double work(desk *d)
{
    double soonest = (double)INFINITY;
    for (size_t i = 0; scene_kinds[i]; i++) {
        if (!d->scenes[i] || !scene_kinds[i]->work)
            continue;
        if (d->due[i] <= desk_now())
            d->due[i] = desk_now() + scene_kinds[i]->work(d->scenes[i]);
        soonest = fmin(soonest, d->due[i]);
    }
    return soonest;
}

/* Looks whether the run is on its way, which it does not tell; so every few seconds. */
static double look_at_run(desk *d)
{
    run_status now = {.phase = RUN_EMPTY};
    if (!d->run)
        return (double)INFINITY;
    run_look(d->run, &now);
    pthread_mutex_lock(&d->lock);
    d->busy = now.phase == RUN_LOADING || now.phase == RUN_PLAYING || now.phase == RUN_SEEKING;
    pthread_mutex_unlock(&d->lock);
    return desk_now() + BETWEEN_LOOKS;
}

/* Sleeps until `due` or news; false at the end. *again: the scene in front is to be shown anew. */
static bool wait_for_news(desk *d, double due, bool *again)
{
    pthread_mutex_lock(&d->lock);
    while (!(d->inbox && may_answer(d)) && !d->ending && !d->show_again && desk_now() < due) {
        double most = fmin(due, desk_now() + 3600);
        struct timespec until = {.tv_sec = (time_t)most, .tv_nsec = (long)(fmod(most, 1) * 1e9)};
        pthread_cond_timedwait(&d->news, &d->lock, &until);
    }
    *again = d->show_again;
    d->show_again = false;
    bool goes_on = !d->ending;
    pthread_mutex_unlock(&d->lock);
    return goes_on;
}

static void *live(void *context)
{
    desk *d = context;
    bool again;
    double due = (double)INFINITY;
    while (wait_for_news(d, due, &again)) {
        if (again && d->front)
            show_front(d);
        read_letters(d);
        due = work(d);
        due = fmin(due, look_at_run(d));
    }
    for (size_t i = 0; scene_kinds[i]; i++)
        if (d->scenes[i])
            scene_kinds[i]->close(d->scenes[i]);
    fruit_model_free(d->fruit);
    run_free(d->run);
    ink_pool_free(d->pool);
    pthread_mutex_lock(&d->lock);
    d->ended = true;
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

static void set_attached(desk *d, bool attached)
{
    empty_outbox(d);
    pthread_mutex_lock(&d->lock);
    d->attached = attached;
    d->tabs += attached;
    d->show_again = attached;
    pthread_cond_signal(&d->news);
    pthread_mutex_unlock(&d->lock);
}

void desk_attach(desk *d)
{
    set_attached(d, true);
}

void desk_detach(desk *d)
{
    set_attached(d, false);
}

struct library *desk_library(desk *d)
{
    return d->settings.library;
}

struct run *desk_run(desk *d, ink_error *err)
{
    if (!d->run)
        d->run = run_new(d->settings.library, d->state, d->settings.threads, err);
    return d->run;
}

struct fruit_model *desk_fruit(desk *d, ink_error *err)
{
    if (!d->fruit)
        d->fruit = fruit_model_new(err);
    return d->fruit;
}

const char *desk_state_folder(desk *d)
{
    return d->state;
}

void desk_set_drawing(desk *d, const ink_picture *picture)
{
    size_t size = (size_t)picture->height * (size_t)picture->width * (size_t)picture->channels;
    uint8_t *pixels = malloc(size);
    if (!pixels)
        return; /* the old one stays: better than none */
    memcpy(pixels, picture->pixels, size);
    free(d->drawing.pixels);
    d->drawing = *picture;
    d->drawing.pixels = pixels;
}

const ink_picture *desk_drawing(desk *d)
{
    return d->drawing.pixels ? &d->drawing : NULL;
}

ink_pool *desk_pool(desk *d)
{
    if (!d->pool)
        d->pool = ink_pool_new(d->settings.threads, NULL);
    return d->pool;
}

static void init_lock(desk *d)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&d->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&d->lock, NULL);
}

static void release(desk *d)
{
    empty_outbox(d);
    for (letter *l; (l = d->inbox); free(l))
        d->inbox = l->next;
    pthread_cond_destroy(&d->news);
    pthread_mutex_destroy(&d->lock);
    free(d->drawing.pixels);
    free(d->state);
    free(d);
}

desk *desk_new(const desk_settings *settings, ink_error *err)
{
    desk *d = calloc(1, sizeof *d);
    if (d) {
        d->settings = *settings;
        d->state = settings->state ? strdup(settings->state) : NULL;
        d->inbox_end = &d->inbox;
        d->outbox_end = &d->outbox;
        init_lock(d);
        if (pthread_create(&d->thread, NULL, live, d) == 0)
            return d;
        release(d);
    }
    say_error(err, INK_ENOMEM, "there is no memory for another tab");
    return NULL;
}

void desk_end(desk *d)
{
    pthread_mutex_lock(&d->lock);
    d->ending = true;
    pthread_cond_signal(&d->news);
    pthread_mutex_unlock(&d->lock);
}

bool desk_ended(desk *d)
{
    pthread_mutex_lock(&d->lock);
    bool ended = d->ended;
    pthread_mutex_unlock(&d->lock);
    return ended;
}

bool desk_is_busy(desk *d)
{
    pthread_mutex_lock(&d->lock);
    bool busy = d->busy;
    pthread_mutex_unlock(&d->lock);
    return busy;
}

void desk_free(desk *d)
{
    if (!d)
        return;
    desk_end(d);
    pthread_join(d->thread, NULL);
    release(d);
}
