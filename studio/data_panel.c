/* The data panel: see data_panel.h. */
#include "studio/data_panel.h"

#include "studio/data_check.h"
#include "studio/library.h"
#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TELL_SECONDS 0.2 /* between two looks at a download or a check */

struct data_panel {
    desk *d;
    const scene_kind *scene;
    bool asked, news; /* somebody wants the list; it is to be told */
    char checked[256];
    data_check *check;
    bool check_told;   /* its end */
    size_t told_begun; /* of the download */
    bool told_running;
};

data_panel *data_panel_new(desk *d, const scene_kind *scene, ink_error *err)
{
    data_panel *p = calloc(1, sizeof *p);
    if (!p) {
        say_error(err, INK_ENOMEM, "there is no memory for the data panel");
        return NULL;
    }
    p->d = d;
    p->scene = scene;
    return p;
}

void data_panel_free(data_panel *p)
{
    if (!p)
        return;
    data_check_drop(p->check);
    free(p);
}

/* ---- messages ---- */

static bool can_be_got(const char *name)
{
    if (strncmp(name, "quickdraw:", 10) == 0)
        return true; /* the download looks at the categories */
    for (size_t i = 0; i < ink_source_count(); i++)
        if (strcmp(ink_source_at(i)->name, name) == 0)
            return true;
    return false;
}

static ink_status get(data_panel *p, const char *name, ink_error *err)
{
    if (!can_be_got(name))
        return say_error(err, INK_EINVAL,
                         "\"%.60s\" cannot be downloaded: mnist, fashion, cifar10, quickdraw or "
                         "quickdraw:cat,dog was expected",
                         name);
    return library_get(desk_library(p->d), name, err);
}

static ink_status begin_check(data_panel *p, const char *name, ink_error *err)
{
    if (p->check && !data_check_look(p->check))
        return say_error(err, INK_EINVAL, "%.200s is still being opened", p->checked);
    data_check *fresh = data_check_start(name, library_data_folder(desk_library(p->d)), err);
    if (!fresh)
        return err->status;
    data_check_drop(p->check);
    p->check = fresh;
    p->check_told = false;
    snprintf(p->checked, sizeof p->checked, "%s", name);
    return INK_OK;
}

static ink_status obey(data_panel *p, const char *verb, json_t *message, ink_error *err)
{
    const char *name = json_string_value(json_object_get(message, "name"));
    if (strcmp(verb, "data_list") == 0)
        return INK_OK;
    if (strcmp(verb, "data_cancel") == 0) {
        library_get_cancel(desk_library(p->d));
        return INK_OK;
    }
    bool gets = strcmp(verb, "data_get") == 0;
    if (!gets && strcmp(verb, "data_check") != 0)
        return say_error(err, INK_EINVAL,
                         "the data panel knows data_list, data_get, data_cancel and data_check, "
                         "not \"%.40s\"",
                         verb);
    if (!name || !*name)
        return say_error(err, INK_EINVAL, "%s needs the \"name\" of a data set, a text", verb);
    return gets ? get(p, name, err) : begin_check(p, name, err);
}

bool data_panel_take(data_panel *p, const char *verb, json_t *message, ink_status *status,
                     ink_error *err)
{
    if (strncmp(verb, "data_", 5) != 0)
        return false;
    *status = obey(p, verb, message, err);
    p->asked = p->news = true;
    return true;
}

void data_panel_show(data_panel *p)
{
    p->news = p->asked;
}

/* ---- what is told ---- */

static json_t *set_json(const char *name, const char *about, bool here, const ink_source *source)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:b, s:b}", "name", name, "about", about, "licence",
                     source ? source->licence : "", "address", source ? source->address : "",
                     "bytes", (json_int_t)(source ? source->bytes : 0), "here", here, "built_in",
                     source == NULL);
}

static json_t *sets_json(const char *folder)
{
    json_t *list = json_array();
    json_array_append_new(
        list,
        set_json("glyphs:digits", "20,000 digits drawn by a pen of our own, 28x28", true, NULL));
    json_array_append_new(list, set_json("glyphs:doodles",
                                         "20,000 doodles of ten kinds by the same pen, 28x28", true,
                                         NULL));
    for (size_t i = 0; i < ink_source_count(); i++) {
        const ink_source *s = ink_source_at(i);
        json_array_append_new(list,
                              set_json(s->name, s->about, ink_dataset_is_here(s->name, folder), s));
    }
    return list;
}

static json_t *download_json(const library_download *d)
{
    const char *how = d->status == INK_OK ? "ok" : d->status == INK_ESTOPPED ? "stopped" : "failed";
    return d->begun == 0
               ? json_null()
               : json_pack("{s:o, s:b, s:o, s:I, s:I, s:I, s:I, s:s, s:o}", "name",
                           say_text(d->name), "running", d->running, "file", say_text(d->file),
                           "index", (json_int_t)d->index, "files", (json_int_t)d->files, "done",
                           (json_int_t)d->done, "total", (json_int_t)d->total, "status", how,
                           "text", say_text(d->text));
}

static json_t *classes_json(const data_report *r)
{
    json_t *list = json_array();
    for (int k = 0; k < r->classes && k < DATA_CHECK_CLASSES; k++)
        json_array_append_new(list,
                              json_pack("[o, I, I]", say_text(r->list[k].name),
                                        (json_int_t)r->list[k].train, (json_int_t)r->list[k].test));
    return list;
}

static json_t *check_json(const data_panel *p, const data_report *r)
{
    if (!p->check)
        return json_null();
    if (!r || r->status != INK_OK)
        return json_pack("{s:o, s:b, s:o}", "name", say_text(p->checked), "running", r == NULL,
                         "text", say_text(r ? r->text : ""));
    json_t *labels = json_array();
    for (size_t i = 0; i < r->strip; i++)
        json_array_append_new(labels, json_integer(r->label[i]));
    return json_pack("{s:o, s:b, s:s, s:I, s:I, s:i, s:i, s:i, s:s, s:o, s:i, s:o, s:i, s:i}",
                     "name", say_text(p->checked), "running", false, "text", "", "train",
                     (json_int_t)r->train, "test", (json_int_t)r->test, "height", r->height,
                     "width", r->width, "channels", r->channels, "framing",
                     ink_framing_name(r->framing), "classes", classes_json(r), "class_count",
                     r->classes, "strip", labels, "strip_height", r->strip_height, "strip_width",
                     r->strip_width);
}

/* Where the data is, as dataset.h says. */
static void folder_of(const library *shelf, char *path, size_t room)
{
    const char *named = library_data_folder(shelf), *data = getenv("INKLING_DATA");
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (named || (data && *data))
        snprintf(path, room, "%s", named ? named : data);
    else if (xdg && *xdg)
        snprintf(path, room, "%s/inkling", xdg);
    else
        snprintf(path, room, "%s/.local/share/inkling", home ? home : "");
}

static void tell(data_panel *p, const library_download *download)
{
    const char *folder = library_data_folder(desk_library(p->d));
    const data_report *r = p->check ? data_check_look(p->check) : NULL;
    char path[4096];
    folder_of(desk_library(p->d), path, sizeof path);
    json_t *body =
        json_pack("{s:o, s:o, s:o, s:o}", "folder", say_text(path), "sets", sets_json(folder),
                  "download", download_json(download), "check", check_json(p, r));
    bool has = r && r->status == INK_OK && r->strip > 0;
    desk_array strip = {"u8", has ? r->pixels : NULL,
                        has ? r->strip * (size_t)r->strip_height * (size_t)r->strip_width *
                                  (size_t)r->channels
                            : 0};
    desk_tell_arrays(p->d, p->scene, "data", body, &strip, 1);
    p->news = false;
    p->check_told = r != NULL;
    p->told_begun = download->begun;
    p->told_running = download->running;
}

double data_panel_work(data_panel *p)
{
    library_download download;
    if (!p->asked)
        return (double)INFINITY;
    library_get_look(desk_library(p->d), &download);
    bool busy = download.running || (p->check && !p->check_told);
    bool changed = download.begun != p->told_begun || download.running != p->told_running ||
                   (p->check && !p->check_told && data_check_look(p->check));
    if (p->news || changed || (download.running && desk_wants(p->d, p->scene, "data")))
        tell(p, &download);
    /* Another tab may begin a download: looking costs next to nothing. */
    return busy || changed ? TELL_SECONDS : 1;
}
