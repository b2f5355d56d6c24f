/* Files of the page: see pages.h. */
#include "studio/pages.h"

#include "studio/assets.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_SIZE = 64 << 20 };

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".mjs", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".woff2", "font/woff2"}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return NULL;
}

static page_state built_in(const char *name, page *out)
{
    for (const asset *a = assets; a->name; a++)
        if (strcmp(a->name, name) == 0) {
            *out = (page){a->type, a->begin, (size_t)(a->end - a->begin), -1};
            return PAGE_FOUND;
        }
    return PAGE_MISSING;
}

/* Letters, digits and ._-/ with no part that begins with a dot: no way up, nothing hidden. */
static bool is_plain(const char *name)
{
    bool begins = true; /* a part */
    for (const char *c = name; *c; c++) {
        bool is_letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        bool is_plain_sign = (*c >= '0' && *c <= '9') || *c == '_' || *c == '-';
        if (!is_letter && !is_plain_sign && (begins || (*c != '.' && *c != '/')))
            return false;
        begins = *c == '/';
    }
    return !begins;
}

static page_state of_folder(const char *folder, const char *name, page *out)
{
    char path[PATH_MAX], real[PATH_MAX], root[PATH_MAX];
    struct stat what;
    const char *type = type_of(name);
    if (!type || !is_plain(name) ||
        (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path ||
        !realpath(folder, root) || !realpath(path, real))
        return PAGE_MISSING;
    size_t length = strlen(root); /* a link may lead elsewhere */
    if (strncmp(real, root, length) != 0 || (real[length] != '/' && strcmp(root, "/") != 0))
        return PAGE_MISSING;
    int file = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (file < 0)
        return PAGE_FAILED;
    if (fstat(file, &what) != 0 || !S_ISREG(what.st_mode) || what.st_size > MOST_SIZE) {
        close(file);
        return PAGE_FAILED;
    }
    *out = (page){type, NULL, (size_t)what.st_size, file};
    return PAGE_FOUND;
}

page_state page_open(const char *folder, const char *name, page *out)
{
    if (!*name)
        name = "index.html";
    page_state state = folder ? of_folder(folder, name, out) : PAGE_MISSING;
    if (state == PAGE_MISSING && (!folder || strncmp(name, "lib/", 4) == 0))
        return built_in(name, out);
    return state;
}
