/* Saved models. */
#include "studio/train/train_store.h"

#include "studio/say.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ENDING ".safetensors"

static bool is_plain(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789 ._-";
    size_t length = strlen(name);
    return length >= 1 && length <= 60 && name[0] != '.' && name[0] != '-' &&
           strspn(name, letters) == length;
}

static bool folder_of(const char *state, char *folder, size_t size)
{
    return (size_t)snprintf(folder, size, "%s/models", state) < size;
}

/* The same without a look at the disk. */
static ink_status name_path(const char *state, const char *name, char *path, size_t size,
                            ink_error *err)
{
    if (!name || !is_plain(name))
        return say_error(
            err, INK_EINVAL,
            "a name of 1 to 60 letters, digits, spaces, dots, - and _ was expected, not "
            "\"%.60s\"",
            name ? name : "");
    if (!state)
        return say_error(err, INK_EIO,
                         "this studio keeps nothing: there is no folder for \"%.60s\"", name);
    if ((size_t)snprintf(path, size, "%s/models/%s" ENDING, state, name) >= size)
        return say_error(err, INK_EINVAL, "the path of \"%.60s\" is too long", name);
    return INK_OK;
}

ink_status store_path(const char *state, const char *name, char *path, size_t size, ink_error *err)
{
    char folder[4096];
    ink_status status = name_path(state, name, path, size, err);
    if (status != INK_OK)
        return status;
    if (!folder_of(state, folder, sizeof folder) || (mkdir(state, 0700) != 0 && errno != EEXIST) ||
        (mkdir(folder, 0700) != 0 && errno != EEXIST))
        return say_error(err, INK_EIO, "the folder %.300s/models cannot be made", state);
    return INK_OK;
}

ink_status store_find(const char *state, const char *name, char *path, size_t size, ink_error *err)
{
    struct stat about;
    ink_status status = name_path(state, name, path, size, err);
    if (status != INK_OK || stat(path, &about) == 0)
        return status;
    if ((size_t)snprintf(path, size, "%s/%s" ENDING, state, name) < size && stat(path, &about) == 0)
        return INK_OK;
    return say_error(err, INK_EIO, "there is no saved model \"%.60s\"", name);
}

static int newest_first(const void *a, const void *b)
{
    double x = json_number_value(json_object_get(*(json_t *const *)a, "seconds"));
    double y = json_number_value(json_object_get(*(json_t *const *)b, "seconds"));
    return (x < y) - (x > y);
}

static json_t *entry(const char *folder, const char *file, bool rescued)
{
    char path[4400], name[64];
    struct stat about;
    size_t length = strlen(file), ending = strlen(ENDING);
    if (length <= ending || length - ending >= sizeof name ||
        strcmp(file + length - ending, ENDING) != 0)
        return NULL;
    snprintf(name, sizeof name, "%.*s", (int)(length - ending), file);
    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (!is_plain(name) || stat(path, &about) != 0 || !S_ISREG(about.st_mode))
        return NULL;
    return json_pack("{s:s, s:I, s:I, s:b}", "name", name, "seconds", (json_int_t)about.st_mtime,
                     "bytes", (json_int_t)about.st_size, "rescued", rescued);
}

static size_t list_folder(const char *folder, bool rescued, json_t **entries, size_t count)
{
    DIR *open = opendir(folder);
    for (struct dirent *d; open && count < STORE_MOST && (d = readdir(open));)
        if ((entries[count] = entry(folder, d->d_name, rescued)))
            count++;
    if (open)
        closedir(open);
    return count;
}

json_t *store_list(const char *state)
{
    char folder[4096];
    json_t *entries[STORE_MOST], *list = json_array();
    size_t count = 0;
    if (state && folder_of(state, folder, sizeof folder)) {
        count = list_folder(state, true, entries, count);
        count = list_folder(folder, false, entries, count);
    }
    qsort(entries, count, sizeof *entries, newest_first);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, entries[i]);
    return list;
}
