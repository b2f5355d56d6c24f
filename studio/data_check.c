/* Opening a data set only to say what is in it. */
#include "studio/data_check.h"

#include "studio/library.h"
#include "studio/sample.h"
#include "studio/say.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AT_ONCE = 4 };

struct data_check {
    char name[256];
    char *folder;
    atomic_bool done;
    atomic_int holders; /* who asked, and the thread: the last one frees it */
    data_report report;
};

static atomic_int running;

static void let_go(data_check *c)
{
    if (atomic_fetch_sub(&c->holders, 1) > 1)
        return;
    free(c->report.list);
    free(c->report.pixels);
    free(c->folder);
    free(c);
}

/* The first sample of each class in turn, then the second of each, until the strip is full. */
static size_t next_of(const ink_dataset *set, int32_t label, size_t from)
{
    size_t count = ink_dataset_count(set);
    while (from < count && ink_dataset_label(set, from) != label)
        from++;
    return from;
}

static ink_status make_strip(data_report *r, const ink_dataset *set, ink_error *err)
{
    size_t from[DATA_CHECK_STRIP] = {0};
    int32_t most = r->classes < DATA_CHECK_STRIP ? r->classes : DATA_CHECK_STRIP;
    if (ink_dataset_count(set) == 0 || !ink_dataset_pixels(set, 0))
        return INK_OK;
    sample_shape as = sample_shape_within(sample_shape_of(set), DATA_CHECK_SIDE);
    size_t size = sample_size(as);
    r->strip_height = as.height;
    r->strip_width = as.width;
    r->pixels = calloc(DATA_CHECK_STRIP, size);
    if (!r->pixels)
        return INK_ENOMEM;
    for (bool found = true; found && r->strip < DATA_CHECK_STRIP;) {
        found = false;
        for (int32_t k = 0; k < most && r->strip < DATA_CHECK_STRIP; k++) {
            size_t index = next_of(set, k, from[k]);
            if (index == ink_dataset_count(set))
                continue;
            ink_status status = sample_picture(set, index, as, r->pixels + r->strip * size, err);
            if (status != INK_OK)
                return status;
            r->label[r->strip++] = k;
            from[k] = index + 1;
            found = true;
        }
    }
    return INK_OK;
}

static void count_part(data_report *r, const ink_dataset *set, bool test)
{
    for (size_t i = 0; set && i < ink_dataset_count(set); i++) {
        int32_t label = ink_dataset_label(set, i);
        if (label < r->classes && label < DATA_CHECK_CLASSES)
            *(test ? &r->list[label].test : &r->list[label].train) += 1;
    }
}

static ink_status describe(data_report *r, const ink_dataset *train, const ink_dataset *test,
                           ink_error *err)
{
    ink_dataset_shape(train, &r->height, &r->width, &r->channels);
    r->train = ink_dataset_count(train);
    r->test = test ? ink_dataset_count(test) : 0;
    r->framing = ink_dataset_framing(train);
    r->classes = ink_dataset_classes(train);
    int most = r->classes < DATA_CHECK_CLASSES ? r->classes : DATA_CHECK_CLASSES;
    r->list = calloc((size_t)most + 1, sizeof *r->list);
    if (!r->list)
        return INK_ENOMEM;
    for (int k = 0; k < most; k++)
        snprintf(r->list[k].name, sizeof r->list[k].name, "%s", ink_dataset_class_name(train, k));
    count_part(r, train, false);
    count_part(r, test, true);
    return make_strip(r, train, err);
}

static void *run_check(void *context)
{
    data_check *c = context;
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = c->folder;
    ink_dataset *train = NULL, *test = NULL;
    ink_error err = {.status = INK_OK};
    ink_status status = ink_dataset_open(c->name, &options, &train, &test, &err);
    if (status == INK_OK)
        status = describe(&c->report, train, test, &err);
    ink_dataset_free(train);
    ink_dataset_free(test);
    c->report.status = status;
    snprintf(c->report.text, sizeof c->report.text, "%s",
             status == INK_OK ? ""
             : *err.text      ? err.text
                              : "there is no memory for that data set");
    atomic_store(&c->done, true);
    atomic_fetch_sub(&running, 1);
    let_go(c);
    return NULL;
}

static data_check *make(const char *name, const char *folder)
{
    data_check *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    snprintf(c->name, sizeof c->name, "%s", name);
    c->folder = folder ? strdup(folder) : NULL;
    atomic_init(&c->holders, 2);
    if (!folder || c->folder)
        return c;
    free(c);
    return NULL;
}

data_check *data_check_start(const char *name, const char *folder, ink_error *err)
{
    pthread_t thread;
    if (!*name || strlen(name) >= sizeof((data_check *)0)->name) {
        say_error(err, INK_EINVAL,
                  "a data set's name or path of 1 to 255 letters was expected, \"%.40s\""
                  " is none",
                  name);
        return NULL;
    }
    if (!library_may_open(name)) {
        say_error(err, INK_EINVAL, "%.200s is neither a file nor a folder", name);
        return NULL;
    }
    if (atomic_fetch_add(&running, 1) >= MOST_AT_ONCE) {
        atomic_fetch_sub(&running, 1);
        say_error(err, INK_EINVAL, "%.200s: other data sets are being opened, try again", name);
        return NULL;
    }
    data_check *c = make(name, folder);
    if (c && pthread_create(&thread, NULL, run_check, c) == 0) {
        pthread_detach(thread);
        return c;
    }
    atomic_fetch_sub(&running, 1);
    if (c) {
        atomic_store(&c->holders, 1);
        let_go(c);
    }
    say_error(err, INK_ENOMEM, "there is no memory for looking at %.200s", name);
    return NULL;
}

const data_report *data_check_look(data_check *c)
{
    return atomic_load(&c->done) ? &c->report : NULL;
}

void data_check_drop(data_check *c)
{
    if (c)
        let_go(c);
}
