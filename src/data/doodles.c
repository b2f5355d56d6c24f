/* Quick, Draw! by categories: a file each, named after what was to be drawn. */
#include "data/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/tree.h"

enum { MOST_CATEGORIES = 4096, SIDE = 28, PIXELS = SIDE * SIDE };

typedef struct category {
    char *name, *path;
    bool bitmaps; /* .npy, else .ndjson */
    bool speaks;  /* its path says that it is Quick, Draw! */
    bool chosen;
} category;

typedef struct doodles {
    const char *base; /* the last word of the data folder */
    category *list;
    size_t count, room;
} doodles;

bool ink__is_quickdraw(const char *name)
{
    return strncmp(name, "quickdraw", 9) == 0 && (name[9] == '\0' || name[9] == ':');
}

static bool speaks_of_doodles(const char *text)
{
    static const char *const words[] = {"quickdraw", "quick_draw", "numpy_bitmap", "simplified"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}

/* ".npy", ".npy.gz", ".ndjson.xz", ... */
static bool ends_as(const char *name, const char *ending)
{
    const char *at = strstr(name, ending);
    at = at ? at + strlen(ending) : "?";
    return *at == '\0' || strcmp(at, ".gz") == 0 || strcmp(at, ".xz") == 0;
}

static ink_status look_at(void *context, const char *path, const char *name, ink_error *err)
{
    doodles *d = context;
    bool bitmaps = ends_as(name, ".npy");
    if (!bitmaps && !ends_as(name, ".ndjson"))
        return INK_OK;
    if (d->count == d->room) {
        if (d->count == MOST_CATEGORIES)
            return ink__fail(err, INK_EFORMAT, "quickdraw: more than %d files; %.200s is one more",
                             (int)MOST_CATEGORIES, path);
        size_t room = d->room ? 2 * d->room : 64;
        category *larger = ink__realloc(d->list, d->room, room, sizeof *larger, err);
        if (!larger)
            return INK_ENOMEM;
        d->list = larger;
        d->room = room;
    }
    const ink__file file = {.shown = path, .name = name};
    category *c = &d->list[d->count];
    *c = (category){.name = ink__file_category(&file, err),
                    .path = ink__strdup(path, err),
                    .bitmaps = bitmaps,
                    .speaks = speaks_of_doodles(d->base) || speaks_of_doodles(name)};
    d->count++;
    return c->name && c->path ? INK_OK : INK_ENOMEM;
}

static void doodles_release(doodles *d)
{
    for (size_t i = 0; i < d->count; i++) {
        ink__free(d->list[i].name);
        ink__free(d->list[i].path);
    }
    ink__free(d->list);
}

/* By name; bitmaps before strokes, what speaks of Quick, Draw! before what does not. */
static int compare(const void *a, const void *b)
{
    const category *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    if (order != 0)
        return order;
    if (x->speaks != y->speaks)
        return x->speaks ? -1 : 1;
    if (x->bitmaps != y->bitmaps)
        return x->bitmaps ? -1 : 1;
    return strcmp(x->path, y->path);
}

/* One file for each category; other people's arrays only where nothing speaks of Quick, Draw!. */
static void sort_out(doodles *d)
{
    bool any = false;
    size_t kept = 0;
    if (d->count > 0)
        qsort(d->list, d->count, sizeof *d->list, compare);
    for (size_t i = 0; i < d->count; i++)
        any = any || d->list[i].speaks;
    for (size_t i = 0; i < d->count; i++) {
        category *c = &d->list[i];
        if (any != c->speaks || (kept > 0 && strcmp(d->list[kept - 1].name, c->name) == 0)) {
            ink__free(c->name);
            ink__free(c->path);
        } else {
            d->list[kept++] = *c;
        }
    }
    d->count = kept;
}

/* "cat" is "Cat", "house_plant" is "house plant". */
static bool same_name(const char *a, size_t length, const char *b)
{
    size_t i = 0;
    for (; i < length && b[i]; i++) {
        char x = a[i] == '_' ? ' ' : a[i], y = b[i] == '_' ? ' ' : b[i];
        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return i == length && b[i] == '\0';
}

static ink_status no_such(const doodles *d, const char *spec, const char *word, size_t length,
                          const char *folder, ink_error *err)
{
    char some[200] = "";
    size_t used = 0;
    if (d->count > 0)
        used = (size_t)snprintf(some, sizeof some, " (%zu there: ", d->count);
    for (size_t i = 0; i < d->count && used + strlen(d->list[i].name) + 8 < sizeof some; i++)
        used += (size_t)snprintf(some + used, sizeof some - used, "%s%s", i ? ", " : "",
                                 d->list[i].name);
    if (d->count > 0)
        snprintf(some + used, sizeof some - used, ")");
    return ink__fail(err, INK_EIO,
                     "%.120s: no category \"%.*s\" below %.120s%s; get it with `inkling data get "
                     "%.160s`",
                     spec, (int)(length < 40 ? length : 40), word, folder, some, spec);
}

/* Chooses the categories of "quickdraw:cat,octopus" in that order, into `order`. */
static ink_status choose_named(doodles *d, const char *spec, const char *folder, size_t *order,
                               size_t *count, ink_error *err)
{
    for (const char *at = strchr(spec, ':') + 1;; at++) {
        at += strspn(at, " ");
        size_t whole = strcspn(at, ","), length = whole, i = 0;
        while (length > 0 && at[length - 1] == ' ')
            length--;
        while (i < d->count && !same_name(at, length, d->list[i].name))
            i++;
        if (length == 0)
            return ink__fail(err, INK_EINVAL, "%.200s: a category has no name", spec);
        if (i == d->count)
            return no_such(d, spec, at, length, folder, err);
        if (d->list[i].chosen)
            return ink__fail(err, INK_EINVAL, "%.200s: %.100s is named twice", spec,
                             d->list[i].name);
        d->list[i].chosen = true;
        order[(*count)++] = i;
        at += whole;
        if (*at == '\0')
            return INK_OK;
    }
}

/* All bitmaps or, where there are none, all strokes. */
static ink_status choose_all(const doodles *d, const char *folder, size_t *order, size_t *count,
                             ink_error *err)
{
    bool bitmaps = false;
    for (size_t i = 0; i < d->count; i++)
        bitmaps = bitmaps || d->list[i].bitmaps;
    for (size_t i = 0; i < d->count; i++)
        if (d->list[i].bitmaps == bitmaps)
            order[(*count)++] = i;
    if (*count > 0)
        return INK_OK;
    return ink__fail(
        err, INK_EIO,
        "quickdraw was not found: looked for .npy and .ndjson files below %.200s%s; get "
        "it with `inkling data get quickdraw`",
        folder, ink__folder_exists(folder) ? "" : ", which does not exist");
}

/* The drawings of one file. */
static ink_status read_category(const category *c, const char *spec, ink_dataset **drawings,
                                ink_error *err)
{
    const ink__expected expected = {.set = spec, .height = SIDE, .width = SIDE, .channels = 1};
    ink__gather gather = {.parts = NULL};
    ink_dataset *test = NULL;
    ink_status status = ink__unpack(c->path, "", ink__gather_file, &gather, err);
    if (status == INK_OK)
        status = ink__gather_pair(&gather, err);
    if (status == INK_OK)
        status = ink__gather_join(&gather, c->path, spec, &expected, drawings, &test, err);
    ink_dataset_free(test); /* there is none: a file is one part */
    ink__gather_release(&gather);
    return status;
}

static ink_status append_category(ink_dataset *all, const category *c, int label, size_t *room,
                                  ink_error *err)
{
    ink_dataset *drawings = NULL;
    ink_status status = read_category(c, all->name, &drawings, err);
    if (status == INK_OK)
        status = ink__dataset_reserve(all, all->count + drawings->count, room, err);
    if (status == INK_OK) {
        memcpy(all->pixels + all->count * PIXELS, drawings->pixels, drawings->count * PIXELS);
        for (size_t i = 0; i < drawings->count; i++)
            all->labels[all->count + i] = label;
        all->count += drawings->count;
    }
    ink_dataset_free(drawings);
    return status;
}

/* About how many drawings there are, so that memory is asked for once: exact for bitmaps that are
 * not packed, a beginning for all others. */
static size_t estimate(const doodles *d, const size_t *order, size_t count)
{
    size_t drawings = 0;
    struct stat info;
    for (size_t i = 0; i < count; i++)
        if (d->list[order[i]].bitmaps && stat(d->list[order[i]].path, &info) == 0)
            drawings += (size_t)info.st_size / PIXELS;
    return drawings;
}

/* File after file into one set, so that memory never holds the drawings twice. */
static ink_status read_categories(const doodles *d, const char *spec, const size_t *order,
                                  size_t count, ink_dataset **all, ink_error *err)
{
    size_t room = 0;
    ink_dataset *set = ink__dataset_new(spec, 0, SIDE, SIDE, 1, (int)count, false, err);
    if (!set)
        return INK_ENOMEM;
    set->framing = INK_FRAMING_QUICKDRAW;
    ink_status status = ink__dataset_reserve(set, estimate(d, order, count), &room, err);
    for (size_t i = 0; status == INK_OK && i < count; i++) {
        const category *c = &d->list[order[i]];
        status = ink__dataset_name_class(set, (int)i, c->name, err);
        if (status == INK_OK)
            status = append_category(set, c, (int)i, &room, err);
    }
    if (status == INK_OK)
        *all = set;
    else
        ink_dataset_free(set);
    return status;
}

static ink_status search_folder(doodles *d, const char *folder, ink_error *err)
{
    const char *slash = strrchr(folder, '/');
    *d = (doodles){.base = slash ? slash + 1 : folder};
    return ink__folder_exists(folder) ? ink__tree_visit(folder, look_at, d, err) : INK_OK;
}

bool ink__quickdraw_is_here(const char *folder)
{
    doodles d;
    bool here = search_folder(&d, folder, NULL) == INK_OK && d.count > 0;
    doodles_release(&d);
    return here;
}

ink_status ink__quickdraw_open(const char *name, const char *folder, ink_dataset **all,
                               ink_error *err)
{
    doodles d;
    size_t *order = NULL, count = 0;
    ink_status status = search_folder(&d, folder, err);
    if (status == INK_OK)
        sort_out(&d);
    if (status == INK_OK && !(order = ink__alloc(d.count, sizeof *order, err)))
        status = INK_ENOMEM;
    if (status == INK_OK && name[strlen("quickdraw")] == ':')
        status = choose_named(&d, name, folder, order, &count, err);
    else if (status == INK_OK)
        status = choose_all(&d, folder, order, &count, err);
    if (status == INK_OK)
        status = read_categories(&d, name, order, count, all, err);
    ink__free(order);
    doodles_release(&d);
    return status;
}
