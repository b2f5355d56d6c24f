/* Where recipes and models lie: see shelf.h. */
#include "cli/shelf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 4096, MOST_NAMES = 64, NAME = 64 };

/* Place number `index` where `folder` may be; false behind the last. */
static bool place(size_t index, const char *folder, char *path, size_t size)
{
    static const char *const beside[] = {"/..", "/../share/inkling", "/../../share/inkling"};
    char program[PATH];
    if (index == 3)
        return (size_t)snprintf(path, size, "%s", folder) < size;
    if (index > 3)
        return false;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    return (size_t)snprintf(path, size, "%.3900s%s/%s", program, beside[index], folder) < size;
}

bool shelf_find(const char *folder, const char *name, const char *suffix, char *path, size_t size)
{
    char at[PATH];
    if (!*name || strchr(name, '/'))
        return false;
    for (size_t i = 0; place(i, folder, at, sizeof at); i++)
        if ((size_t)snprintf(path, size, "%.3900s/%.100s%s", at, name, suffix) < size &&
            access(path, R_OK) == 0)
            return true;
    return false;
}

bool shelf_folder(const char *folder, char *path, size_t size)
{
    for (size_t i = 0; place(i, folder, path, size); i++)
        if (access(path, R_OK | X_OK) == 0)
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

void shelf_list(const char *folder, const char *suffix, char *names, size_t size)
{
    char at[PATH], found[MOST_NAMES][NAME];
    size_t count = 0, used = 0, end = strlen(suffix);
    for (size_t i = 0; count == 0 && place(i, folder, at, sizeof at); i++) {
        DIR *open = opendir(at);
        for (struct dirent *entry; open && count < MOST_NAMES && (entry = readdir(open));) {
            size_t length = strlen(entry->d_name);
            if (length > end && length - end < NAME &&
                strcmp(entry->d_name + length - end, suffix) == 0)
                snprintf(found[count++], NAME, "%.*s", (int)(length - end), entry->d_name);
        }
        if (open)
            closedir(open);
    }
    qsort(found, count, NAME, compare);
    names[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(names + used, size - used, "%s%s", i ? ", " : "", found[i]);
}

ink_model *shelf_open_model(const char *name, ink_error *err)
{
    char path[PATH], names[300];
    if (strchr(name, '/') || access(name, F_OK) == 0)
        return ink_model_load(name, err);
    if (shelf_find("models", name, ".safetensors", path, sizeof path))
        return ink_model_load(path, err);
    shelf_list("models", ".safetensors", names, sizeof names);
    *err = (ink_error){.status = INK_EIO};
    snprintf(err->text, sizeof err->text,
             "there is no file \"%.100s\", and no model of that name on the shelf%s%s", name,
             *names ? "; known are " : ", which is empty", names);
    return NULL;
}
